//! Code spans of Markdown, in which no text is markup, a link or a mention. <https://github.github.com/gfm/#code-spans>

use watcher::visible;

/// What is longer is cut, in characters: GitHub refuses a comment of more than 65,536.
const VALUE: usize = 120;
/// A longer row of backticks is written as another sign, so that no fence gets long.
const ROW: usize = 3;

/// A code span, in one line. Its fence is longer than any row of backticks in it.
pub(crate) fn code(text: &str) -> String {
    let mut shown: String = visible::line(&text.chars().take(VALUE).collect::<String>());
    if text.chars().nth(VALUE).is_some() {
        shown.push('…');
    }
    if shown.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let row = |text: &str| text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    if row(&shown) > ROW {
        shown = shown.replace('`', "'");
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
}
