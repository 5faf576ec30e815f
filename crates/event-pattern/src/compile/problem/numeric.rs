//! `numeric`.

use super::{Problem, problem};

const NUMERIC: &str =
    "allowed are [\"=\", n], [\"<\", n] (or <=, >, >=) and [\">\", low, \"<=\", high] (or >=, <)";

pub(in crate::compile) fn numeric_not_an_array() -> Problem {
    problem("Value of numeric must be an array.", "`numeric` does not take this value", NUMERIC)
}

pub(in crate::compile) fn numeric_sign_missing(found: &str) -> Problem {
    problem(
        format!("Invalid member in numeric match: {found}"),
        "`numeric` does not start with a comparison",
        NUMERIC,
    )
}

pub(in crate::compile) fn numeric_sign_unknown(sign: &str) -> Problem {
    problem(
        format!("Unrecognized numeric range operator: {sign}"),
        format!("unknown comparison `{sign}`"),
        NUMERIC,
    )
}

pub(in crate::compile) fn numeric_value_missing(sign: &str) -> Problem {
    let name = if sign == "=" { "equals" } else { sign };
    problem(
        format!("Value of {name} must be numeric"),
        format!("no number behind `{sign}`"),
        "a number is written without quotes",
    )
}

pub(in crate::compile) fn numeric_second_sign_missing(found: &str) -> Problem {
    problem(
        format!("Bad value in numeric range: {found}"),
        "the upper end of the range does not start with a comparison",
        NUMERIC,
    )
}

pub(in crate::compile) fn numeric_second_sign_unknown(sign: &str) -> Problem {
    problem(
        format!("Bad numeric range operator: {sign}"),
        format!("`{sign}` is not a comparison for the upper end of a range"),
        NUMERIC,
    )
}

pub(in crate::compile) fn numeric_range_too_long() -> Problem {
    problem("Too many terms in numeric range expression", "the range has more than two ends", NUMERIC)
}

pub(in crate::compile) fn numeric_range_empty() -> Problem {
    problem(
        "Bottom must be less than top",
        "the range is empty",
        "the lower end must be less than the upper end",
    )
}

pub(in crate::compile) fn number_not_comparable(text: &str) -> Problem {
    problem(
        format!("Cannot compare number : {text}"),
        format!("{text} cannot be compared"),
        "allowed are numbers that a 64-bit floating point number represents to the last digit",
    )
}

/// The service's text for a second key beside `numeric` and `anything-but`, too.
pub(in crate::compile) fn too_many_elements(what: &str) -> Problem {
    problem("Too many elements in numeric expression", what, "")
}
