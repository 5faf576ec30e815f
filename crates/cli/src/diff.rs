//! What changes in a file, as a unified diff: `patch -p0` and `git apply -p0` take it.

use similar::TextDiff;

use crate::style::{ERROR, FAINT, GOOD, STRONG, paint};

/// The diff of one file; empty if nothing changes.
pub(crate) fn unified(path: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::from_lines(before, after);
    let text = diff.unified_diff().context_radius(3).header(path, path).to_string();
    text.split_inclusive('\n').map(painted).collect()
}

fn painted(line: &str) -> String {
    let text = line.trim_end_matches(['\r', '\n']);
    let style = match text.as_bytes() {
        [b'-', b'-', b'-', ..] | [b'+', b'+', b'+', ..] => STRONG,
        [b'+', ..] => GOOD,
        [b'-', ..] => ERROR,
        [b'@', b'@', ..] => FAINT,
        _ => return line.to_owned(),
    };
    format!("{}{}", paint(style, text), &line[text.len()..])
}
