//! Operators other than `numeric` and `anything-but`.

use super::{Problem, problem};
use crate::candidate::{CidrFault, WildcardFault};

const OPERATORS: &str =
    "allowed are anything-but, cidr, equals-ignore-case, exists, numeric, prefix, suffix and wildcard";

pub(in crate::compile) fn no_operator() -> Problem {
    problem("Match expression name not found", "empty operator", OPERATORS)
}

pub(in crate::compile) fn unknown_operator(name: &str) -> Problem {
    problem(format!("Unrecognized match type {name}"), format!("unknown operator `{name}`"), OPERATORS)
}

pub(in crate::compile) fn second_operator() -> Problem {
    problem(
        "Only one key allowed in match expression",
        "more than one operator in an object",
        "write each operator as an object of its own",
    )
}

/// `name` is the service's word, which is not always the operator.
pub(in crate::compile) fn operand_not_a_string(name: &str, operator: &str) -> Problem {
    problem(
        format!("{name} match pattern must be a string"),
        format!("`{operator}` does not take this value"),
        match operator {
            "prefix" | "suffix" => "allowed are a string and {\"equals-ignore-case\": string}",
            _ => "it takes one string",
        },
    )
}

pub(in crate::compile) fn no_nested_operator(outer: &str) -> Problem {
    let mut name = outer.to_owned();
    name[..1].make_ascii_uppercase();
    problem(
        format!("{name} expression name not found"),
        format!("empty object under `{outer}`"),
        "allowed is {\"equals-ignore-case\": string}",
    )
}

pub(in crate::compile) fn unknown_nested_operator(outer: &str, name: &str) -> Problem {
    problem(
        format!("Unsupported {outer} pattern: {name}"),
        format!("`{outer}` cannot be combined with `{name}`"),
        "allowed is {\"equals-ignore-case\": string}",
    )
}

pub(in crate::compile) fn exists_not_boolean() -> Problem {
    problem(
        "exists match pattern must be either true or false.",
        "`exists` does not take this value",
        "allowed are true and false",
    )
}

pub(in crate::compile) fn wildcard(fault: WildcardFault) -> Problem {
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

pub(in crate::compile) fn too_complex(path: &str) -> Problem {
    problem(
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences \
         after a wildcard character",
        format!("the wildcards of `{path}` are too complex"),
        "use fewer `*`, or less that repeats behind them",
    )
    .without_location()
}

pub(in crate::compile) fn cidr(fault: CidrFault<'_>) -> Problem {
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
