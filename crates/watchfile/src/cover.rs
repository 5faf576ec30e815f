//! Whether one pattern takes all that another one takes, as far as that can be known.

use event_pattern::{Alternative, Bound, Candidate, Number, Numeric, Pattern};

/// Whether it is known that the first takes every event that the second takes.
pub(crate) fn covers(wide: &Pattern, narrow: &Pattern) -> bool {
    let is_covered = |narrow: &Alternative| wide.alternatives().iter().any(|wide| holds(wide, narrow));
    narrow.alternatives().iter().all(is_covered)
}

/// Whether all that the second asks for makes sure that what the first asks for holds.
fn holds(wide: &Alternative, narrow: &Alternative) -> bool {
    // In a list of objects, what must not exist is looked for in those that the conditions before it have chosen: one
    // condition less may make it exist.
    let has_absence = wide.fields().any(|(_, candidates)| candidates.contains(&Candidate::Exists(false)));
    if has_absence && wide.fields().len() != narrow.fields().len() {
        return false;
    }
    wide.fields().all(|(path, candidates)| {
        let takes = |narrow: &Candidate| candidates.iter().any(|wide| takes(wide, narrow));
        narrow.get(path).is_some_and(|narrow| narrow.iter().all(takes))
    })
}

/// Whether it is known that the first accepts every value that the second accepts.
pub(crate) fn takes(wide: &Candidate, narrow: &Candidate) -> bool {
    match (wide, narrow) {
        _ if wide == narrow => true,
        (Candidate::Exists(true), other) => *other != Candidate::Exists(false),
        (_, Candidate::String(text) | Candidate::Exactly(text)) => wide.matches_text(text),
        (Candidate::Prefix(wide), Candidate::Prefix(narrow)) => narrow.starts_with(&**wide),
        (Candidate::Suffix(wide), Candidate::Suffix(narrow)) => narrow.ends_with(&**wide),
        (Candidate::AnythingBut(wide), Candidate::AnythingBut(narrow)) => {
            let excluded = narrow.excluded();
            wide.excluded().iter().all(|value| excluded.contains(value))
        }
        (Candidate::Numeric(wide), Candidate::Numeric(narrow)) => lies_within(ends(narrow), ends(wide)),
        (Candidate::Numeric(wide), Candidate::Number(number)) => lies_within(point(number), ends(wide)),
        _ => false,
    }
}

/// The ends of a range, where it has some.
type Ends = (Option<End>, Option<End>);

/// The number at an end, and whether it is in the range itself.
type End = (f64, bool);

/// None for numbers that are not compared as such.
fn ends(range: &Numeric) -> Option<Ends> {
    let end = |bound: &Bound| Some((bound.number.value()?, bound.inclusive));
    match range {
        Numeric::Equals(number) => point(number),
        Numeric::Below(high) => Some((None, Some(end(high)?))),
        Numeric::Above(low) => Some((Some(end(low)?), None)),
        Numeric::Between(low, high) => Some((Some(end(low)?), Some(end(high)?))),
        _ => None,
    }
}

fn point(number: &Number) -> Option<Ends> {
    let end = Some((number.value()?, true));
    Some((end, end))
}

fn lies_within(narrow: Option<Ends>, wide: Option<Ends>) -> bool {
    let (Some((low, high)), Some((wide_low, wide_high))) = (narrow, wide) else { return false };
    let is_above = |(end, included): End| {
        low.is_some_and(|(low, is_in)| low > end || (included || !is_in) && low >= end)
    };
    let is_below = |(end, included): End| {
        high.is_some_and(|(high, is_in)| high < end || (included || !is_in) && high <= end)
    };
    wide_low.is_none_or(is_above) && wide_high.is_none_or(is_below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_taken_by_what_is_wider() {
        let cases = [
            (r#""a""#, r#""a""#, true),
            (r#"{"exists":true}"#, r#""a""#, true),
            (r#"{"exists":true}"#, r#"{"exists":false}"#, false),
            (r#"{"prefix":"a"}"#, r#""ab""#, true),
            (r#"{"prefix":"ab"}"#, r#"{"prefix":"a"}"#, false),
            (r#"{"prefix":"a"}"#, r#"{"prefix":"ab"}"#, true),
            (r#"{"suffix":"b"}"#, r#"{"suffix":"ab"}"#, true),
            (r#"{"anything-but":["a"]}"#, r#""b""#, true),
            (r#"{"anything-but":["a"]}"#, r#"{"anything-but":["a","b"]}"#, true),
            (r#"{"anything-but":["a","b"]}"#, r#"{"anything-but":["a"]}"#, false),
            (r#"{"numeric":[">=",4]}"#, r#"{"numeric":[">=",7]}"#, true),
            (r#"{"numeric":[">=",7]}"#, r#"{"numeric":[">=",4]}"#, false),
            (r#"{"numeric":[">",4]}"#, r#"{"numeric":[">=",4]}"#, false),
            (r#"{"numeric":[">=",4]}"#, r#"{"numeric":[">",4]}"#, true),
            (r#"{"numeric":[">",4]}"#, r#"{"numeric":[">",4,"<",9]}"#, true),
            (r#"{"numeric":[">",4,"<",9]}"#, r#"{"numeric":[">",4]}"#, false),
            (r#"{"numeric":[">",4,"<=",9]}"#, r#"{"numeric":["=",9]}"#, true),
            (r#"{"numeric":["<",9]}"#, "9", false),
            (r#"{"numeric":["<=",9]}"#, "9", true),
            (r#"{"numeric":["=",9]}"#, "9.0", true),
            // Other spellings of the address are taken by the second alone.
            (r#"{"prefix":"10."}"#, r#""10.0.0.1""#, false),
        ];
        for (wide, narrow, expected) in cases {
            let found = takes(&wide.parse().unwrap(), &narrow.parse().unwrap());
            assert_eq!(found, expected, "{wide} {narrow}");
        }
    }

    #[test]
    fn a_pattern_covers_those_that_ask_for_more() {
        let cases = [
            (r#"{"a":["x","y"]}"#, r#"{"a":["x"],"b":["z"]}"#, true),
            (r#"{"a":["x"],"b":["z"]}"#, r#"{"a":["x"]}"#, false),
            (r#"{"$or":[{"a":["x"]},{"a":["y"]}]}"#, r#"{"a":["y"]}"#, true),
            (r#"{"a":["x"]}"#, r#"{"$or":[{"a":["x"]},{"b":["y"]}]}"#, false),
        ];
        for (wide, narrow, expected) in cases {
            let found = covers(&Pattern::parse(wide).unwrap(), &Pattern::parse(narrow).unwrap());
            assert_eq!(found, expected, "{wide} {narrow}");
        }
    }
}
