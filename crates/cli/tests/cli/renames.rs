//! Whoever names a watcher that was renamed or removed learns what became of it, from every command.

use std::fs;
use std::path::PathBuf;

use crate::support::{run, scratch, watcher, write};

const WATCHER: &str = "title = \"S3 bucket deleted\"\nseverity = \"high\"\nchannels = [\"security\"]\nmessage = \"it is gone\"\n\n\
     [pattern]\nsource = [\"aws.s3\"]\ndetail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventName = [\"DeleteBucket\"]\n";

/// Every command that takes a watcher's name, up to the name.
const NAMING: [&[&str]; 6] = [
    &["athena", "--watcher"],
    &["backtest", "events.json", "--watcher"],
    &["backtest", "--against", ".", "events.json", "--watcher"],
    &["mute", "events.json", "--reason", "x", "--days", "1", "--watcher"],
    &["test"],
    &["try", "events.json", "--watcher"],
];

/// Those whose argument NAME is something else.
const OTHERS: [&str; 3] = ["explain", "lint", "new"];

fn printed(args: &[&str]) -> String {
    let output = run(watcher(&scratch("renames-help"), args), "");
    String::from_utf8(output.stdout).unwrap()
}

fn project(name: &str, renames: &str) -> PathBuf {
    let folder = scratch(name);
    write(
        &folder.join("account-watcher.toml"),
        "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n",
    );
    write(&folder.join("watchers/new.toml"), WATCHER);
    write(&folder.join("renames.toml"), renames);
    folder
}

/// The file is neither a watcher nor the configuration.
#[test]
fn a_slip_in_the_file_is_fixed_and_its_order_stays() {
    let folder = project(
        "renames-fix",
        "b = { too = \"new\", version = \"0.2.0\" }\na = {to = \"new\", version = \"0.2.0\"}\n",
    );
    let output = run(watcher(&folder, &["lint", "--fix"]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "fixed 1 finding in 1 file\n");
    let fixed = "b = { to = \"new\", version = \"0.2.0\" }\na = {to = \"new\", version = \"0.2.0\"}\n";
    assert_eq!(fs::read_to_string(folder.join("renames.toml")).unwrap(), fixed);
    let output = run(watcher(&folder, &["fmt", "renames.toml"]), "");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read_to_string(folder.join("renames.toml")).unwrap(), fixed);
}

/// A command that is new stands in one of the lists, or takes no name.
#[test]
fn the_commands_that_name_a_watcher_are_known() {
    let help = printed(&["--help"]);
    let commands = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let commands: Vec<&str> = commands
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 10, "{help}");
    for command in commands.into_iter().filter(|command| *command != "help") {
        let help = printed(&[command, "--help"]);
        let takes_name = help.contains("<NAME>") || help.contains("[NAME]");
        let is_listed = NAMING.iter().any(|args| args[0] == command) || OTHERS.contains(&command);
        assert!(!takes_name || is_listed, "{command} takes a name");
    }
}

#[test]
fn every_command_says_what_became_of_a_watcher() {
    let folder = project(
        "renames",
        "old = { to = \"new\", version = \"0.2.0\" }\ngone = { removed = \"`new` sees these calls too\", version = \"0.3.0\" }\n",
    );
    write(&folder.join("events.json"), "{}");
    for args in NAMING {
        for (name, expected) in [
            ("old", "error: the watcher `old` was renamed to `new` in 0.2.0: write `new`\n"),
            ("gone", "error: the watcher `gone` was removed in 0.3.0: `new` sees these calls too\n"),
        ] {
            let output = run(watcher(&folder, &[args, &[name]].concat()), "");
            let errors = String::from_utf8(output.stderr).unwrap();
            assert_eq!((&*errors, output.status.code()), (expected, Some(2)), "{args:?}");
        }
    }
}
