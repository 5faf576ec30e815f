//! Candidates asked of a value within a column that holds JSON as text.
//!
//! `json_extract_scalar` finds the value if its path leads through objects only. A pattern's path leads through lists too,
//! and through a key with a dot in it; where the text has such, it is only asked whether the value's text is in it.

use event_pattern::{AnythingBut, Candidate};

use crate::condition::Condition;
use crate::sql::{among, contains, string};
use crate::text::Text;

/// So many literals are looked for in a text with lists.
const LITERALS: usize = 8;

/// Whether at least one candidate can take a value at this path of the column.
pub(crate) fn any_of(column: &str, steps: &[&str], candidates: &[Candidate]) -> Condition {
    // A path that has an empty step never matches, or as hardly anybody knows.
    if steps.iter().any(|step| !is_plain(step)) {
        return Condition::Any;
    }
    let value = format!("json_extract_scalar({column}, {})", string(&path(steps)));
    let text = Text { sql: &value, can_lack: true, certain: false };
    let uncertain = uncertain(column, steps);
    // The key must be there, with its closing quote: it may be the end of one with a dot.
    let has_key = || steps.last().map(|key| Condition::Sql(contains(column, &format!("{key}\""))));
    let (mut exact, mut found) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match candidate {
            Candidate::Exists(true) => found.extend(has_key()),
            // Also of an object and of what is in a list nothing is found, so no more is needed.
            Candidate::Exists(false) => found.push(Condition::Sql(format!("{value} IS NULL"))),
            Candidate::AnythingBut(excluded) => {
                let left = anything_but(&value, excluded, &uncertain);
                found.push(Condition::all(has_key().into_iter().chain([left])));
            }
            other => exact.push(other.clone()),
        }
    }
    if !exact.is_empty() {
        let within = Condition::all([uncertain, self::within(column, candidates)]);
        found.extend([text.any_of(&exact), within]);
    }
    Condition::either(found)
}

/// Letters that JSON writes as they are, and a path in quotes can hold.
fn is_plain(step: &str) -> bool {
    !step.is_empty()
        && step.bytes().all(|byte| {
            byte.is_ascii_graphic()
                && !matches!(byte, b'"' | b'\\' | b'/' | b'\'' | b'<' | b'>' | b'&' | b'=')
        })
}

fn path(steps: &[&str]) -> String {
    let is_word = |step: &str| {
        step.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && step.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let step = |step: &&str| if is_word(step) { format!(".{step}") } else { format!("[\"{step}\"]") };
    format!("${}", steps.iter().map(step).collect::<String>())
}

/// Whether the value can be elsewhere than where it is looked for: in a list, or behind a key with a dot in it.
fn uncertain(column: &str, steps: &[&str]) -> Condition {
    let dotted = steps.windows(2).map(|pair| contains(column, &pair.join(".")));
    Condition::either([contains(column, "[")].into_iter().chain(dotted).map(Condition::Sql))
}

/// That the text has one of the literals in it; of other candidates nothing is known.
fn within(column: &str, candidates: &[Candidate]) -> Condition {
    let literals: Option<Vec<&str>> = candidates
        .iter()
        .map(|candidate| match candidate {
            Candidate::String(text) | Candidate::Exactly(text) => {
                Some(&**text).filter(|text| is_literal(text))
            }
            Candidate::True => Some("true"),
            Candidate::False => Some("false"),
            _ => None,
        })
        .collect();
    match literals {
        Some(literals) if literals.len() <= LITERALS => {
            Condition::either(literals.into_iter().map(|text| Condition::Sql(contains(column, text))))
        }
        _ => Condition::Any,
    }
}

/// Letters of which nobody writes an escape in JSON: neither a slash nor what is special in HTML.
fn is_literal(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" -_.:,@*()".contains(&byte))
}

/// A number or a flag is never excluded by a text, though it is written as one.
fn anything_but(value: &str, excluded: &AnythingBut, uncertain: &Condition) -> Condition {
    let AnythingBut::Strings(list) = excluded else { return Condition::Any };
    let texts: Vec<&str> = list.iter().map(|text| &**text).filter(|text| !is_number_or_flag(text)).collect();
    if texts.is_empty() || texts.iter().any(|text| text.contains('\0')) {
        return Condition::Any;
    }
    Condition::either([
        Condition::Sql(format!("{value} IS NULL")),
        Condition::Sql(format!("NOT ({})", among(value, texts))),
        uncertain.clone(),
    ])
}

fn is_number_or_flag(text: &str) -> bool {
    matches!(text, "true" | "false") || text.starts_with(|c: char| c.is_ascii_digit() || c == '-')
}
