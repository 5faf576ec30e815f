//! Texts of events, as they can be shown: what turns the direction of a line, or cannot be seen, is named.

use maud::{Markup, html};
use watcher::visible::lines;

/// The text, apart from the direction of what is around it.
pub fn visible(text: &str) -> Markup {
    html! { bdi { (named(text)) } }
}

/// What is not seen is written out, as in an alert.
pub fn named(text: &str) -> String {
    lines(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_a_line_is_named() {
        assert_eq!(
            named("a\u{202e}b\u{2066}c\u{200b}\u{0}\u{1b}[31m"),
            r"a\u{202e}b\u{2066}c\u{200b}\u{0}\u{1b}[31m"
        );
        assert_eq!(named("zwei\nZeilen, שלום"), "zwei\nZeilen, שלום");
    }

    #[test]
    fn markup_is_text() {
        let text = visible("<script>alert(1)</script></style>\"'&").into_string();
        assert_eq!(text, "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&lt;/style&gt;&quot;'&amp;</bdi>");
    }
}
