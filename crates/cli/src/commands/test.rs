//! `watcher test`: the tests that stand in the watcher files.

use jiff::civil::Date;
use serde_json::Value;
use watchfile::{Failure, TestCase, WatcherFile};

use crate::exit::{Error, Status};
use crate::output;
use crate::project::{Folder, Opened};
use crate::style::{ERROR, GOOD, STRONG, count, indent, paint};

pub(super) fn run(opened: &Opened, names: &[String], today: Date) -> Result<Status, Error> {
    if let Some(name) =
        names.iter().find(|name| opened.project.watcher(name).is_none() && !opened.is_faulty(name))
    {
        return Err(opened.unknown(name));
    }
    opened.tell_findings();
    let chosen = |file: &&WatcherFile| names.is_empty() || names.contains(&file.watcher.name);
    let (mut passed, mut failed) = (0, 0);
    for file in opened.project.files.iter().filter(chosen) {
        for test in &file.tests {
            let failures = watchfile::run(file, &opened.project.config, test, today);
            if failures.is_empty() {
                passed += 1;
            } else {
                failed += 1;
                output::print(&failure(file, test, &failures, &opened.folder))?;
            }
        }
    }
    output::print(&format!("{}\n", summary(passed, failed)))?;
    Ok(match (failed, passed) {
        (1.., _) => Status::Findings,
        _ if !opened.findings.is_empty() => Status::Findings,
        (0, 0) => Status::Nothing,
        _ => Status::Clean,
    })
}

/// The last line: `24 tests passed`, or `1 of 24 tests failed`.
fn summary(passed: usize, failed: usize) -> String {
    match (passed, failed) {
        (0, 0) => "no tests".to_owned(),
        (_, 0) => paint(GOOD, &format!("{} passed", count(passed, "test"))),
        _ => paint(ERROR, &format!("{failed} of {} failed", count(passed + failed, "test"))),
    }
}

fn failure(file: &WatcherFile, test: &TestCase, failures: &[Failure], folder: &Folder) -> String {
    let (line, _) = file.source.position(test.span.start);
    let mut text = format!(
        "{}: {}\n  {} {}:{line}\n",
        paint(ERROR, "failed"),
        paint(STRONG, &test.name),
        "-->",
        folder.show(&file.source.path)
    );
    for failure in failures {
        text += &indent(&step(failure), 2);
    }
    text.push('\n');
    text
}

fn step(failure: &Failure) -> String {
    let mut text = format!("{}\n", failure.step);
    text += &indent(&value("expected", &failure.expected), 2);
    text += &indent(&value("actual", &failure.actual), 2);
    if let Some(why) = &failure.why {
        text += &indent(&format!("why:\n{}", indent(why, 2)), 2);
    }
    text
}

/// A text of several lines stands as it is, everything else as JSON.
fn value(what: &str, value: &Value) -> String {
    match value.as_str() {
        Some(text) if text.contains('\n') => format!("{what}:\n{}", indent(text, 2)),
        _ => format!("{:<9} {value}\n", format!("{what}:")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        let cases = [
            ((0, 0), "no tests"),
            ((1, 0), "1 test passed"),
            ((24, 0), "24 tests passed"),
            ((23, 1), "1 of 24 tests failed"),
            ((0, 1), "1 of 1 test failed"),
        ];
        for ((passed, failed), expected) in cases {
            let plain = anstream::adapter::strip_str(&summary(passed, failed)).to_string();
            assert_eq!(plain, expected);
        }
    }
}
