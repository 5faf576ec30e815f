//! `anything-but`.

use super::{Problem, problem};

const ANYTHING_BUT: &str = "allowed are a string, a number, a list of either, and \
    {\"prefix\" | \"suffix\" | \"equals-ignore-case\" | \"wildcard\": string or list of strings}";

pub(in crate::compile) fn anything_but_no_operator() -> Problem {
    problem("Anything-But expression name not found", "empty object under `anything-but`", ANYTHING_BUT)
}

pub(in crate::compile) fn anything_but_unknown_operator(name: &str) -> Problem {
    problem(
        format!("Unsupported anything-but pattern: {name}"),
        format!("`anything-but` cannot be combined with `{name}`"),
        ANYTHING_BUT,
    )
}

pub(in crate::compile) fn anything_but_bad_operand() -> Problem {
    problem(
        "Value of anything-but must be an array or single string/number value.",
        "`anything-but` does not take this value",
        ANYTHING_BUT,
    )
}

pub(in crate::compile) fn anything_but_bad_member() -> Problem {
    problem(
        "Inside anything but list, start|null|boolean is not supported.",
        "the list of `anything-but` has a value that is neither string nor number",
        ANYTHING_BUT,
    )
}

pub(in crate::compile) fn anything_but_mixed() -> Problem {
    problem(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
        "the list of `anything-but` is empty or mixes strings and numbers",
        ANYTHING_BUT,
    )
}

pub(in crate::compile) fn anything_but_not_a_string(operator: &str) -> Problem {
    problem(
        match operator {
            "equals-ignore-case" => {
                "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
            }
            "wildcard" => "wildcard match pattern must be a string",
            _ => "prefix/suffix match pattern must be a string",
        },
        format!("`{operator}` under `anything-but` has a value that is not a string"),
        "it takes a string or a list of strings",
    )
}

pub(in crate::compile) fn anything_but_empty_affix(operator: &str) -> Problem {
    problem(
        "Null prefix/suffix not allowed",
        format!("empty {operator} under `anything-but`"),
        "an empty one would exclude every string",
    )
}

/// The service answers with an internal error.
pub(in crate::compile) fn anything_but_empty_list(operator: &str) -> Problem {
    problem(
        "InternalFailure",
        format!("`{operator}` under `anything-but` has an empty list"),
        "list at least one string",
    )
    .without_location()
}
