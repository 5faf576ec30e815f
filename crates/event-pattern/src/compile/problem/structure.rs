//! Objects, lists and `$or`.

use super::{Problem, problem};

pub(in crate::compile) fn not_an_object() -> Problem {
    problem("Filter is not an object", "the pattern is not an object", "write {\"field\": [values]}")
}

/// The service has no words for it: it takes no request of such a size.
pub(in crate::compile) fn too_long() -> Problem {
    let what = "the pattern is larger than 4 GiB";
    problem(what, what, "the service's own limit is 2,048 characters unless it was raised").without_location()
}

pub(in crate::compile) fn empty_object() -> Problem {
    problem("Empty objects are not allowed", "empty object", "name at least one field in it")
}

pub(in crate::compile) fn empty_array() -> Problem {
    problem("Empty arrays are not allowed", "empty list of values", "list at least one value or operator")
}

pub(in crate::compile) fn neither_object_nor_array(name: &str) -> Problem {
    problem(
        format!("\"{name}\" must be an object or an array"),
        format!("`{name}` has a bare value"),
        "put values in a list, even a single one",
    )
}

pub(in crate::compile) fn nested_array() -> Problem {
    problem(
        "Match value must be String, number, true, false, or null",
        "list inside a list of values",
        "allowed are strings, numbers, true, false, null and operators",
    )
}

pub(in crate::compile) fn or_not_an_array() -> Problem {
    problem("It must be an Array followed with $or.", "`$or` is not a list", "list at least two objects")
}

pub(in crate::compile) fn or_branch_not_an_object() -> Problem {
    problem(
        "Only JSON object is allowed in array of $or relationship.",
        "branch of `$or` is not an object",
        "list objects only",
    )
}

pub(in crate::compile) fn or_too_short() -> Problem {
    problem(
        "There must have at least 2 Objects in $or relationship.",
        "`$or` has fewer than two branches",
        "list at least two objects",
    )
}

pub(in crate::compile) fn reserved_in_or(name: &str) -> Problem {
    problem(
        format!("{name} is Ruler reserved fieldName which cannot be used inside $or."),
        format!("`{name}` is an operator's name and cannot be a field inside `$or`"),
        "match the field outside of `$or`",
    )
}

pub(in crate::compile) fn too_many_combinations(count: usize) -> Problem {
    problem(
        "Or operator is producing over 1000 rule combinations",
        format!("the `$or`s have {count} combinations"),
        "allowed are 1000; use fewer or smaller `$or`s side by side",
    )
    .without_location()
}
