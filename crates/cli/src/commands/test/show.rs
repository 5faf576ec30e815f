//! A failed test as people read it: which step differs, and how.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};
use watchfile::{Failure, WatcherFile};

use super::Run;
use crate::folder::Folder;
use crate::style::{ERROR, GOOD, STRONG, indent, paint};

/// The test, where it stands, and its steps that differ.
pub(super) fn failure(file: &WatcherFile, run: &Run<'_>, folder: &Folder) -> String {
    let (line, _) = file.source.position(run.test.span.start);
    let mut text = format!(
        "{}: {}\n  {} {}:{line}\n",
        paint(ERROR, "failed"),
        paint(STRONG, &run.test.name),
        "-->",
        folder.show(&file.source.path)
    );
    for failure in &run.outcome.failures {
        text += &indent(&step(failure), 2);
    }
    text.push('\n');
    text
}

/// One step that differs.
pub(super) fn step(failure: &Failure) -> String {
    let mut text = format!("{}\n", failure.step);
    text += &indent(&difference(&failure.expected, &failure.actual), 2);
    if let Some(why) = &failure.why {
        text += &indent(&format!("why:\n{}", indent(why, 2)), 2);
    }
    text
}

/// Short values stand below one another; of texts with several lines, and of objects, the lines that differ.
fn difference(expected: &Value, actual: &Value) -> String {
    let is_long = |value: &Value| value.is_object() || value.as_str().is_some_and(|text| text.contains('\n'));
    if !is_long(expected) && !is_long(actual) {
        return format!("expected: {expected}\nactual:   {actual}\n");
    }
    let (expected, actual) = (lines(expected), lines(actual));
    let mut text = "expected (-), actual (+):\n".to_owned();
    let diff = TextDiff::from_lines(&expected, &actual);
    for (index, group) in diff.grouped_ops(3).iter().enumerate() {
        if index > 0 {
            text.push_str("  …\n");
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let line = change.value().trim_end_matches('\n');
            let shown = match change.tag() {
                ChangeTag::Delete => paint(ERROR, &format!("- {line}")),
                ChangeTag::Insert => paint(GOOD, &format!("+ {line}")),
                ChangeTag::Equal => format!("  {line}"),
            };
            text.push_str(&shown);
            text.push('\n');
        }
    }
    text
}

/// A text as it is, everything else as JSON.
fn lines(value: &Value) -> String {
    match value.as_str() {
        Some(text) => format!("{text}\n"),
        None => format!("{value:#}\n"),
    }
}
