//! Text for a service: cut to its limit, and with everything that is not seen written out.

pub(crate) use crate::visible::{line, lines, value};

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
