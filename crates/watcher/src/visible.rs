//! What is not seen in a text, written out: nobody can forge a line, nor let a name read as another.

/// A value of an event as one line in which everything is seen: what breaks a line, is invisible or changes the direction
/// of writing is written out, as `\n` or `\u{202e}`. So nobody can forge a line of an alert, nor let a name read as another.
pub fn value(text: &str) -> String {
    visible(text, |_| None)
}

/// A title: its template's own line breaks are blanks.
pub fn line(text: &str) -> String {
    visible(text, |c| matches!(c, '\n' | '\r' | '\t').then_some(" "))
}

/// A message: its template's own line breaks and tabs stay.
pub fn lines(text: &str) -> String {
    visible(text, |c| match c {
        '\n' => Some("\n"),
        '\t' => Some("\t"),
        '\r' => Some(""),
        _ => None,
    })
}

/// Writes out what is not seen, unless `keep` says what stands for it.
fn visible(text: &str, keep: fn(char) -> Option<&'static str>) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        match c {
            c if !is_hidden(c, before, after) => shown.push(c),
            c => match keep(c) {
                Some(kept) => shown.push_str(kept),
                None => shown.extend(c.escape_default()),
            },
        }
        before = c;
    }
    shown
}

/// Control characters, and what Unicode calls default-ignorable or a separator of lines; but not what emoji and scripts
/// are written with: variation selectors, and joiners between two characters beyond ASCII.
/// <https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point>, <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
fn is_hidden(c: char, before: char, after: char) -> bool {
    match c {
        '\u{200c}' | '\u{200d}' => before.is_ascii() || after.is_ascii(),
        '\u{ad}'
        | '\u{34f}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}' => true,
        c => c.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_written_out() {
        let cases = [
            ("a\nOutcome: failed", r"a\nOutcome: failed"),
            ("a\r\n\tb", r"a\r\n\tb"),
            ("\u{202e}gpj.exe", r"\u{202e}gpj.exe"),
            (
                "a\u{200b}b\u{200e}\u{200f}\u{61c}\u{feff}\u{ad}",
                r"a\u{200b}b\u{200e}\u{200f}\u{61c}\u{feff}\u{ad}",
            ),
            ("a\u{2028}b\u{2029}c\u{85}\u{b}", r"a\u{2028}b\u{2029}c\u{85}\u{b}"),
            ("ad\u{200d}min", r"ad\u{200d}min"),
            ("\u{e0041}\u{3164}", r"\u{e0041}\u{3164}"),
            ("👩\u{200d}👧 ℹ️ नि\u{200d}म é \\n", "👩\u{200d}👧 ℹ️ नि\u{200d}म é \\n"),
        ];
        for (text, expected) in cases {
            assert_eq!(value(text), expected);
        }
        assert_eq!(line("a\r\nb\u{200b}"), r"a  b\u{200b}");
        assert_eq!(lines("a\r\n\tb\u{2028}"), "a\n\tb\\u{2028}");
    }
}
