//! The lints' documentation, for `watcher explain` and `docs/lints.md`: one text for both.

use std::fmt::Write;

use crate::lint::{Level, Lint};

use super::all;

const HEAD: &str = "\
# Lints

<!-- Generated from crates/watchfile/src/lints/all and declared.rs; `SNAPSHOTS=overwrite cargo test -p watchfile` writes it anew. -->

`watcher lint` reports these. Errors fail it, warnings with `--deny-warnings`, notes never. A build stops only at those
marked ■: the file cannot be used. What is marked ✎ has fixes, for the findings that have one right answer: `watcher lint
--diff` shows them, `watcher lint --fix` writes them.

A finding that is meant is allowed by a comment on the key or above it, with a reason. In a list over several lines it
can stand at the line, and on a header it counts for the whole table:

```toml
# allow: broad-pattern — every event of this service is news
[pattern]
source = [\"aws.guardduty\"]
```

Each example is a part of a watcher; what is not shown is as it should be.
";

/// All lints, as the file `docs/lints.md`.
pub fn markdown() -> String {
    let mut text = HEAD.to_owned();
    for (level, title) in [(Level::Error, "Errors"), (Level::Warning, "Warnings"), (Level::Note, "Notes")] {
        let lints = || all().iter().filter(|lint| lint.level == level);
        write!(text, "\n## {title}\n\n").expect("a String takes everything");
        for lint in lints() {
            let stops = if lint.is_of_reading() { " ■" } else { "" };
            let fix = if lint.fix.is_some() { " ✎" } else { "" };
            writeln!(text, "- [`{0}`](#{0}){stops}{fix}: {1}", lint.name, lint.what)
                .expect("a String takes everything");
        }
        for lint in lints() {
            text += &section(lint);
        }
    }
    text
}

/// One lint, for a terminal.
pub fn explain(lint: &Lint) -> String {
    format!(
        "{} ({})\n\n{}\n\n{}\n\n{}Example:\n\n{}\nInstead:\n\n{}",
        lint.name,
        lint.level.as_str(),
        sentence(lint.what),
        lint.why,
        fix(lint),
        indented(lint.bad),
        indented(lint.good)
    )
}

fn section(lint: &Lint) -> String {
    let block = |example: &str| format!("```toml\n{}```\n", example.trim_start_matches('\n'));
    format!(
        "\n### {}\n\n{} {}\n\n{}{}\nInstead:\n\n{}",
        lint.name,
        sentence(lint.what),
        lint.why,
        fix(lint),
        block(lint.bad),
        block(lint.good)
    )
}

/// A paragraph on what is fixed, if anything is.
fn fix(lint: &Lint) -> String {
    lint.fix.map_or_else(String::new, |fix| format!("`watcher lint --fix` {fix}.\n\n"))
}

fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

fn indented(example: &str) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("    {line}\n") };
    example.trim_start_matches('\n').lines().map(line).collect()
}
