//! The colours of the text output, in rustc's palette.

use anstyle::{AnsiColor, Style};

/// Names of things.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is as it should be.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// What needs a look.
pub(crate) const CAUTION: Style = AnsiColor::Yellow.on_default().bold();
/// What is wrong.
pub(crate) const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// What is there for completeness.
pub(crate) const FAINT: Style = Style::new().dimmed();

/// The text in that style.
pub(crate) fn paint(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Every line of the text moved to the right, empty lines excepted.
pub(crate) fn indent(text: &str, by: usize) -> String {
    let line = |line: &str| if line.is_empty() { "\n".to_owned() } else { format!("{:by$}{line}\n", "") };
    text.lines().map(line).collect()
}

/// `2,048`
pub(crate) fn number(number: u64) -> String {
    indicatif::HumanCount(number).to_string()
}

/// `1 rule`, `2 rules`.
pub(crate) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_lines_stay_empty() {
        assert_eq!(indent("a\n\nb", 2), "  a\n\n  b\n");
    }

    #[test]
    fn numbers_have_commas() {
        for (value, expected) in [(0, "0"), (999, "999"), (2_048, "2,048"), (1_234_567, "1,234,567")] {
            assert_eq!(number(value), expected);
        }
    }
}
