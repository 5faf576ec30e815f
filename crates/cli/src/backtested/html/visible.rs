//! Texts of events, as they can be shown: what turns the direction of a line, or cannot be seen, is named.

use std::fmt::Write;

use maud::{Markup, html};

/// The text, apart from the direction of what is around it.
pub(super) fn visible(text: &str) -> Markup {
    html! { bdi { (named(text)) } }
}

/// Characters that change how others are read stand as their codes.
pub(super) fn named(text: &str) -> String {
    let mut named = String::with_capacity(text.len());
    for char in text.chars() {
        if is_invisible(char) {
            let _ = write!(named, "[U+{:04X}]", u32::from(char));
        } else {
            named.push(char);
        }
    }
    named
}

/// Controls, marks and overrides of direction, and characters without width.
/// <https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing>
fn is_invisible(char: char) -> bool {
    char.is_control() && !['\n', '\t'].contains(&char)
        || matches!(u32::from(char), 0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_line_is_named() {
        assert_eq!(
            named("a\u{202e}b\u{2066}c\u{200b}\u{0}\u{1b}[31m"),
            "a[U+202E]b[U+2066]c[U+200B][U+0000][U+001B][31m"
        );
        assert_eq!(named("zwei\nZeilen, שלום"), "zwei\nZeilen, שלום");
    }

    #[test]
    fn markup_is_text() {
        let text = visible("<script>alert(1)</script></style>\"'&").into_string();
        assert_eq!(text, "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&lt;/style&gt;&quot;'&amp;</bdi>");
    }
}
