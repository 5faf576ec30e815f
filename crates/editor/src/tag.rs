//! A word in a template, between `{{` and `}}`, or in a condition: also in a template that is not one yet.

use std::ops::Range;

/// A word, or the place for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    /// The bytes of the text, dots included.
    pub(crate) range: Range<usize>,
    /// Whether it may be a helper: behind `{{`, `#` or `(`.
    pub(crate) may_call: bool,
    /// Whether it is behind `#`, where only helpers that have an end can stand.
    pub(crate) is_block: bool,
}

/// The word at a byte of a template.
pub(crate) fn at(text: &str, offset: usize) -> Option<Word> {
    let before = text.get(..offset)?;
    let open = before.rfind("{{")? + 2;
    if before[open..].contains("}}") || before[open..].starts_with(['!', '>', '/']) {
        return None;
    }
    let end = text[open..].find("}}").map_or(text.len(), |at| open + at);
    in_expression(text, open..end, offset)
}

/// The word at a byte of a condition, which has no braces.
pub(crate) fn at_condition(text: &str, offset: usize) -> Option<Word> {
    in_expression(text, 0..text.len(), offset)
}

fn in_expression(text: &str, tag: Range<usize>, offset: usize) -> Option<Word> {
    let before = text.get(tag.start..offset)?;
    // Within quotes stands a value.
    if before.matches('"').count() % 2 == 1 || before.matches('\'').count() % 2 == 1 {
        return None;
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let start = offset - before.chars().rev().take_while(|c| is_word(*c)).count();
    let rest = text.get(offset..tag.end.max(offset))?;
    let end = offset + rest.chars().take_while(|c| is_word(*c)).count();
    let ahead = text[tag.start..start].trim_end_matches([' ', '~', '&']);
    Some(Word {
        range: start..end,
        may_call: ahead.is_empty() || ahead.ends_with(['#', '(', '{']) || ahead.ends_with("else"),
        is_block: ahead.ends_with('#'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(marked: &str) -> Option<(String, bool, bool)> {
        let offset = marked.find('|').unwrap();
        let text = marked.replacen('|', "", 1);
        let word = at(&text, offset)?;
        Some((text[word.range].to_owned(), word.may_call, word.is_block))
    }

    #[test]
    fn a_word_is_found_in_a_tag_only() {
        let cases = [
            ("a {{buc|ket}} b", "bucket", true, false),
            ("a {{|", "", true, false),
            ("{{#i|", "i", true, true),
            ("{{#if (e|", "e", true, false),
            ("{{#if (eq a|", "a", false, false),
            ("{{{event.detail.|}}}", "event.detail.", true, false),
            ("{{~ x|~}}", "x", true, false),
            ("{{x}} é {{y|}}", "y", true, false),
        ];
        for (text, found, may_call, is_block) in cases {
            assert_eq!(word(text), Some((found.to_owned(), may_call, is_block)), "{text}");
        }
        for text in ["a|b", "{{x}}|", "{{! x|", "{{/i|", "{{#if (eq a \"x|", "|{{x}}"] {
            assert_eq!(word(text), None, "{text}");
        }
        assert_eq!(at_condition("gte sco 9", 7).unwrap().range, 4..7);
        assert!(at_condition("gte", 3).unwrap().may_call);
    }
}
