//! Code of Markdown, in which no text is markup, a link or a mention, and comments that are short enough.
//! <https://github.github.com/gfm/#code-spans>

use std::fmt::Write;

use watcher::visible;

use crate::style::number;

/// GitHub refuses a comment of more than 65,536 characters; this leaves room for what stands around the lists.
const LONGEST: usize = 60_000;
/// What is longer is cut, in characters.
const VALUE: usize = 120;
/// The same of a line of a block.
const LINE: usize = 160;
/// A longer row of backticks is written as another sign, so that no fence gets long.
const ROW: usize = 3;

/// A code span, in one line. Its fence is longer than any row of backticks in it.
pub(crate) fn code(text: &str) -> String {
    let shown = line(text, VALUE);
    if shown.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let longest = row(&shown);
    let fence = "`".repeat(longest + 1);
    // A space at each end is taken away again; it keeps a backtick from joining the fence.
    if longest > 0 { format!("{fence} {shown} {fence}") } else { format!("{fence}{shown}{fence}") }
}

/// A code span in a table: a pipe would end the cell even there.
pub(crate) fn cell(text: &str) -> String {
    code(&text.replace('|', "¦"))
}

/// A code block of these lines, in the colours of a diff. Its fence is longer than any row of backticks in it.
pub(crate) fn diff(lines: &[String]) -> String {
    let lines: Vec<String> = lines.iter().map(|text| line(text, LINE)).collect();
    let longest = lines.iter().map(|line| row(line)).max().unwrap_or_default();
    let fence = "`".repeat((longest + 1).max(3));
    format!("{fence}diff\n{}\n{fence}\n", lines.join("\n"))
}

/// Adds so many of the items to a comment, and no more than there is room for.
pub(crate) fn add(text: &mut String, items: impl ExactSizeIterator<Item = String>, shown: usize) {
    let all = items.len();
    let mut left = LONGEST.saturating_sub(text.chars().count());
    let mut added = 0;
    for item in items.take(shown) {
        let length = item.chars().count();
        if length > left {
            break;
        }
        left -= length;
        added += 1;
        text.push_str(&item);
    }
    if added < all {
        let _ = writeln!(text, "\nand {} more", number((all - added) as u64));
    }
}

/// In one line, and not too long, with no row of backticks that would make a long fence.
fn line(text: &str, longest: usize) -> String {
    let mut shown: String = visible::line(&text.chars().take(longest).collect::<String>());
    if text.chars().nth(longest).is_some() {
        shown.push('…');
    }
    if row(&shown) > ROW { shown.replace('`', "'") } else { shown }
}

/// The longest row of backticks.
fn row(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_a_code_span() {
        for (text, expected) in [
            ("demo", "`demo`"),
            ("a`b", "`` a`b ``"),
            ("``", "``` `` ```"),
            ("@everyone <b>|</b> [x](https://example.com)", "`@everyone <b>|</b> [x](https://example.com)`"),
            ("a\n\n# b", "`a  # b`"),
            ("\u{202e}gpj", r"`\u{202e}gpj`"),
            ("````", "`''''`"),
            ("", "(nothing)"),
            ("\n", "(nothing)"),
        ] {
            assert_eq!(code(text), expected);
        }
        assert_eq!(cell("a|b"), "`a¦b`");
        assert_eq!(code(&"x".repeat(500)).chars().count(), VALUE + 3);
    }

    #[test]
    fn nothing_gets_out_of_a_block() {
        let lines = ["+ a\n```\n@everyone", "  ``` ", "- `````"].map(str::to_owned);
        assert_eq!(diff(&lines), "````diff\n+ a ``` @everyone\n  ``` \n- '''''\n````\n");
    }
}
