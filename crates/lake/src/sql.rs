//! Pieces of SQL: literals, patterns of `LIKE`, regular expressions. Trino's strings know no escapes but `''`.
//! <https://trino.io/docs/current/language/types.html#varchar>

use std::fmt::Write;

/// A string literal.
pub(crate) fn string(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// Whether a query can hold the text: nothing ends or changes it on its way.
pub(crate) fn can_hold(text: &str) -> bool {
    !text.contains('\0')
}

/// `expression IN ('a', 'b')`, or `=` for one.
pub(crate) fn among<'a>(expression: &str, texts: impl IntoIterator<Item = &'a str>) -> String {
    let texts: Vec<String> = texts.into_iter().map(string).collect();
    match texts.as_slice() {
        [one] => format!("{expression} = {one}"),
        many => format!("{expression} IN ({})", many.join(", ")),
    }
}

/// What a value is like: literal parts, and gaps for anything.
pub(crate) enum Part<'a> {
    /// As it stands.
    Text(&'a str),
    /// Anything, also nothing.
    Gap,
}

/// `expression LIKE '…'`
pub(crate) fn like<'a>(expression: &str, parts: impl IntoIterator<Item = Part<'a>>) -> String {
    let (mut pattern, mut escapes) = (String::new(), false);
    for part in parts {
        match part {
            Part::Gap => pattern.push('%'),
            Part::Text(text) => {
                for letter in text.chars() {
                    if matches!(letter, '%' | '_' | '\\') {
                        pattern.push('\\');
                        escapes = true;
                    }
                    pattern.push(letter);
                }
            }
        }
    }
    let escape = if escapes { r" ESCAPE '\'" } else { "" };
    format!("{expression} LIKE {}{escape}", string(&pattern))
}

/// `expression LIKE '%text%'`
pub(crate) fn contains(expression: &str, text: &str) -> String {
    like(expression, [Part::Gap, Part::Text(text), Part::Gap])
}

/// A regular expression for the text in any case of its ASCII letters; each other letter is anything.
pub(crate) fn any_case(text: &str) -> String {
    let mut regex = String::new();
    for letter in text.chars() {
        if letter.is_ascii_alphabetic() {
            let _ = write!(regex, "[{}{}]", letter.to_ascii_lowercase(), letter.to_ascii_uppercase());
        } else if letter.is_ascii_digit() || matches!(letter, ' ' | '-' | '_' | '/' | ':' | '@' | '"' | '\'')
        {
            regex.push(letter);
        } else if letter.is_ascii_graphic() {
            regex.push('\\');
            regex.push(letter);
        } else if !regex.ends_with(".*") {
            regex.push_str(".*");
        }
    }
    regex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_literal() {
        assert_eq!(string("it's '; DROP TABLE x --"), "'it''s ''; DROP TABLE x --'");
        assert_eq!(among("a", ["'"]), "a = ''''");
        assert_eq!(contains("a", r"50%_\'"), r"a LIKE '%50\%\_\\''%' ESCAPE '\'");
        assert_eq!(any_case("a.b(*)é😀z"), r"[aA]\.[bB]\(\*\).*[zZ]");
    }
}
