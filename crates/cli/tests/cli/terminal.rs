//! Colours only where somebody wants them, and output that nobody reads to its end.

use std::io::Read;
use std::process::Stdio;

use crate::support::{path, run, watcher};

const COMMANDS: [&[&str]; 4] =
    [&["lint"], &["test"], &["rules"], &["try", "tests/events/s3-bucket-deleted.json"]];

/// Whether standard output or standard error has an escape code.
fn has_colours(project: &str, args: &[&str], variables: &[(&str, &str)]) -> bool {
    let mut command = watcher(&path("projects").join(project), args);
    command.envs(variables.iter().copied());
    let output = run(command, "");
    output.stdout.contains(&0x1b) || output.stderr.contains(&0x1b)
}

#[test]
fn a_pipe_gets_plain_text() {
    for args in COMMANDS {
        for project in ["shop", "broken"] {
            assert!(!has_colours(project, args, &[]), "{project} {args:?}");
        }
    }
}

#[test]
fn colours_can_be_forced_and_forbidden() {
    for args in COMMANDS {
        assert!(has_colours("shop", args, &[("CLICOLOR_FORCE", "1")]), "{args:?}");
        assert!(!has_colours("shop", args, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), "{args:?}");
    }
    let json = ["try", "--format", "json", "tests/events/s3-bucket-deleted.json"];
    assert!(!has_colours("shop", &json, &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn a_closed_pipe_is_no_panic() {
    // Longer than a pipe holds, so that writing fails while there is more to say.
    let event = std::fs::read_to_string(path("projects/shop/tests/events/s3-bucket-deleted.json")).unwrap();
    let events = event.repeat(200);
    let input = crate::support::scratch("closed-pipe").join("events.json");
    crate::support::write(&input, events);
    for format in ["text", "json"] {
        let mut command =
            watcher(&path("projects/shop"), &["try", "--format", format, input.to_str().unwrap()]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut first = [0; 10];
        let mut stdout = child.stdout.take().unwrap();
        stdout.read_exact(&mut first).unwrap();
        drop(stdout);
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{format}");
        assert_eq!(output.status.code(), Some(0), "{format}");
    }
}
