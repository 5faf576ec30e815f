//! The wording of every fault in a pattern: the service's text, ours, and what is allowed.

use super::lexer::SyntaxFault;
use super::location::location;
use crate::candidate::{CidrFault, WildcardFault};
use crate::error::PatternError;

/// A fault before it has a place.
pub(crate) struct Problem {
    service: String,
    what: String,
    allowed: String,
    /// Whether the service appends the location.
    located: bool,
}

impl Problem {
    /// The fault at a place: `pointer` in the document, `offset` in its text.
    pub(crate) fn at(self, pointer: &str, text: &str, offset: usize) -> PatternError {
        let mut reason = self.service;
        if self.located {
            reason = with_location(&reason, text, offset);
        }
        PatternError { what: self.what, allowed: self.allowed, reason, pointer: pointer.to_owned(), offset }
    }

    /// A fault of the pattern as a whole.
    pub(crate) fn at_root(self) -> PatternError {
        self.at("", "", 0)
    }

    pub(crate) fn without_location(self) -> Self {
        Self { located: false, ..self }
    }
}

/// Appends a location to the service's text.
pub(crate) fn with_location(reason: &str, text: &str, offset: usize) -> String {
    format!("{reason}\n at {}", location(text, offset))
}

fn problem(service: impl Into<String>, what: impl Into<String>, allowed: impl Into<String>) -> Problem {
    Problem { service: service.into(), what: what.into(), allowed: allowed.into(), located: true }
}

pub(crate) fn syntax(fault: SyntaxFault) -> Problem {
    problem(fault.service, format!("not JSON: {}", fault.what), "")
}

// Structure

pub(crate) fn not_an_object() -> Problem {
    problem("Filter is not an object", "the pattern is not an object", "write {\"field\": [values]}")
}

pub(crate) fn empty_object() -> Problem {
    problem("Empty objects are not allowed", "empty object", "name at least one field in it")
}

pub(crate) fn empty_array() -> Problem {
    problem("Empty arrays are not allowed", "empty list of values", "list at least one value or operator")
}

pub(crate) fn neither_object_nor_array(name: &str) -> Problem {
    problem(
        format!("\"{name}\" must be an object or an array"),
        format!("`{name}` has a bare value"),
        "put values in a list, even a single one",
    )
}

pub(crate) fn nested_array() -> Problem {
    problem(
        "Match value must be String, number, true, false, or null",
        "list inside a list of values",
        "allowed are strings, numbers, true, false, null and operators",
    )
}

// $or

pub(crate) fn or_not_an_array() -> Problem {
    problem("It must be an Array followed with $or.", "`$or` is not a list", "list at least two objects")
}

pub(crate) fn or_branch_not_an_object() -> Problem {
    problem(
        "Only JSON object is allowed in array of $or relationship.",
        "branch of `$or` is not an object",
        "list objects only",
    )
}

pub(crate) fn or_too_short() -> Problem {
    problem(
        "There must have at least 2 Objects in $or relationship.",
        "`$or` has fewer than two branches",
        "list at least two objects",
    )
}

pub(crate) fn reserved_in_or(name: &str) -> Problem {
    problem(
        format!("{name} is Ruler reserved fieldName which cannot be used inside $or."),
        format!("`{name}` is an operator's name and cannot be a field inside `$or`"),
        "match the field outside of `$or`",
    )
}

pub(crate) fn too_many_combinations() -> Problem {
    problem(
        "Or operator is producing over 1000 rule combinations",
        "the `$or`s have more than 1000 combinations",
        "use fewer or smaller `$or`s side by side",
    )
    .without_location()
}

// Operators

const OPERATORS: &str =
    "allowed are anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix and wildcard";

pub(crate) fn no_operator() -> Problem {
    problem("Match expression name not found", "empty operator", OPERATORS)
}

pub(crate) fn unknown_operator(name: &str) -> Problem {
    problem(format!("Unrecognized match type {name}"), format!("unknown operator `{name}`"), OPERATORS)
}

pub(crate) fn second_operator() -> Problem {
    problem(
        "Only one key allowed in match expression",
        "more than one operator in an object",
        "write each operator as an object of its own",
    )
}

/// `name` is the service's word, which is not always the operator.
pub(crate) fn operand_not_a_string(name: &str, operator: &str) -> Problem {
    problem(
        format!("{name} match pattern must be a string"),
        format!("`{operator}` does not take this value"),
        match operator {
            "prefix" | "suffix" => "allowed are a string and {\"equals-ignore-case\": string}",
            _ => "it takes one string",
        },
    )
}

pub(crate) fn no_nested_operator(outer: &str) -> Problem {
    let mut name = outer.to_owned();
    name[..1].make_ascii_uppercase();
    problem(
        format!("{name} expression name not found"),
        format!("empty object under `{outer}`"),
        "allowed is {\"equals-ignore-case\": string}",
    )
}

pub(crate) fn unknown_nested_operator(outer: &str, name: &str) -> Problem {
    problem(
        format!("Unsupported {outer} pattern: {name}"),
        format!("`{outer}` cannot be combined with `{name}`"),
        "allowed is {\"equals-ignore-case\": string}",
    )
}

pub(crate) fn exists_not_boolean() -> Problem {
    problem(
        "exists match pattern must be either true or false.",
        "`exists` does not take this value",
        "allowed are true and false",
    )
}

pub(crate) fn wildcard(fault: WildcardFault) -> Problem {
    match fault {
        WildcardFault::Consecutive(at) => problem(
            format!("Consecutive wildcard characters at pos {at}"),
            "two `*` in a row",
            "write one, or `\\\\*` for the character itself",
        ),
        WildcardFault::Escape(at) => problem(
            format!("Invalid escape character at pos {at}"),
            "a backslash before an ordinary character",
            "only `*` and the backslash can be escaped",
        ),
    }
}

pub(crate) fn too_complex() -> Problem {
    problem(
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences \
         after a wildcard character",
        "the wildcards of a field are too complex",
        "use fewer `*`, or less that repeats behind them",
    )
    .without_location()
}

// cidr

pub(crate) fn cidr(fault: CidrFault<'_>) -> Problem {
    let (service, what, allowed) = match fault {
        CidrFault::NoSlash => (
            "Malformed CIDR, one '/' required".into(),
            "a CIDR block has one `/`".into(),
            "write address/bits; a single address is a plain string",
        ),
        CidrFault::MaskNotInteger => (
            "Malformed CIDR, mask bits must be an integer".into(),
            "the mask is not an integer".into(),
            "write address/bits",
        ),
        CidrFault::MaskNegative => (
            "Malformed CIDR, mask bits must not be negative".into(),
            "the mask is negative".into(),
            "allowed are 0 to 31 for IPv4, 0 to 127 for IPv6",
        ),
        CidrFault::NotAnAddress(text) => (
            format!("Nonstandard IP address: {text}"),
            format!("`{text}` is not an IP address"),
            "allowed are IPv4 as four decimal numbers and IPv6 in hexadecimal",
        ),
        CidrFault::InvalidAddress(text) => (
            format!("Invalid IP address: {text}"),
            format!("`{text}` is not a valid IP address"),
            "allowed are IPv4 as four decimal numbers and IPv6 in hexadecimal",
        ),
        CidrFault::MaskTooLongV4 => (
            "IPv4 mask bits must be < 32".into(),
            "the mask of an IPv4 block is too long".into(),
            "allowed are 0 to 31; a single address is a plain string",
        ),
        CidrFault::MaskTooLongV6 => (
            "IPv6 mask bits must be < 128".into(),
            "the mask of an IPv6 block is too long".into(),
            "allowed are 0 to 127; a single address is a plain string",
        ),
    };
    problem(service, what, allowed).without_location()
}

// numeric

const NUMERIC: &str =
    "allowed are [\"=\", n], [\"<\", n] (or <=, >, >=) and [\">\", low, \"<=\", high] (or >=, <)";

pub(crate) fn numeric_not_an_array() -> Problem {
    problem("Value of numeric must be an array.", "`numeric` does not take this value", NUMERIC)
}

pub(crate) fn numeric_sign_missing(found: &str) -> Problem {
    problem(
        format!("Invalid member in numeric match: {found}"),
        "`numeric` does not start with a comparison",
        NUMERIC,
    )
}

pub(crate) fn numeric_sign_unknown(sign: &str) -> Problem {
    problem(
        format!("Unrecognized numeric range operator: {sign}"),
        format!("unknown comparison `{sign}`"),
        NUMERIC,
    )
}

pub(crate) fn numeric_value_missing(sign: &str) -> Problem {
    let name = if sign == "=" { "equals" } else { sign };
    problem(
        format!("Value of {name} must be numeric"),
        format!("no number behind `{sign}`"),
        "a number is written without quotes",
    )
}

pub(crate) fn numeric_second_sign_missing(found: &str) -> Problem {
    problem(
        format!("Bad value in numeric range: {found}"),
        "the upper end of the range does not start with a comparison",
        NUMERIC,
    )
}

pub(crate) fn numeric_second_sign_unknown(sign: &str) -> Problem {
    problem(
        format!("Bad numeric range operator: {sign}"),
        format!("`{sign}` is not a comparison for the upper end of a range"),
        NUMERIC,
    )
}

pub(crate) fn numeric_range_too_long() -> Problem {
    problem("Too many terms in numeric range expression", "the range has more than two ends", NUMERIC)
}

pub(crate) fn numeric_range_empty() -> Problem {
    problem(
        "Bottom must be less than top",
        "the range is empty",
        "the lower end must be less than the upper end",
    )
}

pub(crate) fn number_not_comparable(text: &str) -> Problem {
    problem(
        format!("Cannot compare number : {text}"),
        format!("{text} cannot be compared"),
        "allowed are numbers that a 64-bit floating point number represents to the last digit",
    )
}

/// The service's text for a second key beside `numeric` and `anything-but`, too.
pub(crate) fn too_many_elements(what: &str) -> Problem {
    problem("Too many elements in numeric expression", what, "")
}

// anything-but

const ANYTHING_BUT: &str = "allowed are a string, a number, a list of either, and \
    {\"prefix\" | \"suffix\" | \"equals-ignore-case\" | \"wildcard\": string or list of strings}";

pub(crate) fn anything_but_no_operator() -> Problem {
    problem("Anything-But expression name not found", "empty object under `anything-but`", ANYTHING_BUT)
}

pub(crate) fn anything_but_unknown_operator(name: &str) -> Problem {
    problem(
        format!("Unsupported anything-but pattern: {name}"),
        format!("`anything-but` cannot be combined with `{name}`"),
        ANYTHING_BUT,
    )
}

pub(crate) fn anything_but_bad_operand() -> Problem {
    problem(
        "Value of anything-but must be an array or single string/number value.",
        "`anything-but` does not take this value",
        ANYTHING_BUT,
    )
}

pub(crate) fn anything_but_bad_member() -> Problem {
    problem(
        "Inside anything but list, start|null|boolean is not supported.",
        "the list of `anything-but` has a value that is neither string nor number",
        ANYTHING_BUT,
    )
}

pub(crate) fn anything_but_mixed() -> Problem {
    problem(
        "Inside anything but list, either all values are number or string, mixed type is not supported",
        "the list of `anything-but` is empty or mixes strings and numbers",
        ANYTHING_BUT,
    )
}

pub(crate) fn anything_but_not_a_string(operator: &str) -> Problem {
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

pub(crate) fn anything_but_empty_affix(operator: &str) -> Problem {
    problem(
        "Null prefix/suffix not allowed",
        format!("empty {operator} under `anything-but`"),
        "an empty one would exclude every string",
    )
}

/// The service answers with an internal error.
pub(crate) fn anything_but_empty_list(operator: &str) -> Problem {
    problem(
        "InternalFailure",
        format!("`{operator}` under `anything-but` has an empty list"),
        "list at least one string",
    )
    .without_location()
}
