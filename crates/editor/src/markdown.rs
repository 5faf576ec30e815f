//! Texts for people as Markdown.

/// How much of a value is shown.
const LONGEST: usize = 200;

/// A name or a value as code, on one line.
pub(crate) fn code(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut short: String = line.chars().take(LONGEST).collect();
    if short.len() < line.len() {
        short.push('…');
    }
    // As many backticks as the text has none of stand around it.
    let longest = short.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if longest > 0 || short.is_empty() { " " } else { "" };
    format!("{fence}{space}{short}{space}{fence}")
}

/// Names as code, the first of them.
pub(crate) fn codes<'a>(names: impl IntoIterator<Item = &'a str>, most: usize) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    let mut shown: Vec<String> = names.iter().take(most).map(|name| code(name)).collect();
    if names.len() > most {
        shown.push(format!("and {} more", names.len() - most));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_one_piece_of_code() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`b\nc"), "`` a`b c ``");
        assert_eq!(code(""), "`  `");
        assert_eq!(code(&"é".repeat(300)).chars().count(), 203);
        assert_eq!(codes(["a", "b", "c"], 2), "`a`, `b`, and 1 more");
    }
}
