//! Text for a service: cut to its limit, without characters that it does not show.

/// Cuts `text` so that `size(result) <= limit`, and says how much is missing. `size` adds up over characters.
pub(crate) fn cut(text: &str, limit: usize, size: fn(char) -> usize) -> String {
    if text.chars().map(size).sum::<usize>() <= limit {
        return text.to_owned();
    }
    let total = text.chars().count();
    let note = |kept: usize| format!("… [{} more characters]", total - kept);
    let room = limit.saturating_sub(note(0).chars().map(size).sum());
    let mut used = 0;
    let kept: String = text
        .chars()
        .take_while(|&c| {
            used += size(c);
            used <= room
        })
        .collect();
    let note = note(kept.chars().count());
    kept + &note
}

/// Removes control characters, which no service shows, and those that change the direction of writing, with which a
/// name could make a message read otherwise than it is. Line breaks and tabs become one space, or stay.
/// <https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>
pub(crate) fn clean(text: &str, keep_lines: bool) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\n' | '\t' if keep_lines => Some(c),
            '\r' if keep_lines => None,
            '\n' | '\r' | '\t' => Some(' '),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_says_how_much_is_missing() {
        assert_eq!(cut("short", 5, |_| 1), "short");
        let text = "x".repeat(100);
        let cut_text = cut(&text, 50, |_| 1);
        assert_eq!(cut_text, format!("{}… [73 more characters]", "x".repeat(27)));
        assert!(cut(&"é".repeat(100), 60, char::len_utf8).len() <= 60);
    }
}
