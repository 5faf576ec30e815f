//! What errors say: our words, the service's reason, the place.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use event_pattern::Pattern;

#[track_caller]
fn check(pattern: &str, words: &str, pointer: &str, reason: &str) {
    let error = Pattern::parse(pattern).unwrap_err();
    assert_eq!(error.to_string(), words);
    assert_eq!(error.pointer(), pointer);
    assert_eq!(error.reason().split("\n at ").next(), Some(reason));
}

#[test]
fn patterns() {
    check(
        r#"{"a":[{"b~/":1}]}"#,
        "unknown operator `b~/` at /a/0/b~0~1; allowed are anything-but, cidr, equals-ignore-case, exists, numeric, \
         prefix, suffix and wildcard",
        "/a/0/b~0~1",
        "Unrecognized match type b~/",
    );
    check(
        r#"{"a":["x",{"numeric":[">",5,"<",5]}]}"#,
        "the range is empty at /a/1/numeric; the lower end must be less than the upper end",
        "/a/1/numeric",
        "Bottom must be less than top",
    );
    check(
        r#"{"$or":[{"a":[1]},{"b":{"prefix":[1]}}]}"#,
        "`prefix` is an operator's name and cannot be a field inside `$or` at /$or/1/b/prefix; match the field \
         outside of `$or`",
        "/$or/1/b/prefix",
        "prefix is Ruler reserved fieldName which cannot be used inside $or.",
    );
    check("[]", "the pattern is not an object; write {\"field\": [values]}", "", "Filter is not an object");
    check(
        r#"{"a":[01]}"#,
        "not JSON: a number must not start with a zero at /a",
        "/a",
        "Invalid numeric value: Leading zeroes not allowed",
    );
    check(
        r#"{"a":[1]} x"#,
        "not JSON: text after the pattern's closing brace",
        "",
        "Unexpected character ('x' (code 120)): expected end-of-input",
    );
    check(
        r#"{"a":[{"anything-but":{"prefix":[]}}]}"#,
        "`prefix` under `anything-but` has an empty list at /a/0/anything-but; list at least one string",
        "/a/0/anything-but",
        "InternalFailure",
    );
}

#[test]
fn limits_of_the_service() {
    let or = r#"{"a":[1]},"#.repeat(39) + r#"{"a":[1]}"#;
    check(
        &format!(r#"{{"$or":[{or}],"x":{{"$or":[{or}]}}}}"#),
        "the `$or`s have 1600 combinations; allowed are 1000; use fewer or smaller `$or`s side by side",
        "",
        "Or operator is producing over 1000 rule combinations",
    );
    check(
        r#"{"a":[1],"d":{"$or":[{"x":[2]},{"x/y":[{"wildcard":"*a*a*a*a*a*a"}]}]}}"#,
        "the wildcards of `d.x/y` are too complex at /d/$or/1/x~1y; use fewer `*`, or less that repeats behind them",
        "/d/$or/1/x~1y",
        "Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a \
         wildcard character",
    );
}

#[test]
fn offsets_and_locations_tell_where_reading_stopped() {
    let error = Pattern::parse("{\r\n \"ä😀\": {\n  \"b\": 1}}").unwrap_err();
    assert_eq!(error.offset(), 24);
    assert!(error.reason().ends_with("; line: 3, column: 9]"), "{}", error.reason());
    assert_eq!(error.what(), "`b` has a bare value");
    assert_eq!(error.allowed(), "put values in a list, even a single one");
}

#[test]
fn long_patterns_are_cut_in_reasons() {
    let pattern = format!(r#"{{"{}":1}}"#, "x".repeat(600));
    let error = Pattern::parse(&pattern).unwrap_err();
    let cut = format!("{}\"[truncated 106 chars]; line: 1, column: 606]", "x".repeat(498));
    assert!(error.reason().ends_with(&cut), "{}", error.reason());
}

#[test]
fn events() {
    let pattern = Pattern::parse(r#"{"a":[1]}"#).unwrap();
    for (event, words) in [
        (&b""[..], "the event ends too early at byte 0"),
        (b"[]", "the event is not an object at byte 0"),
        (b"\xef\xbb\xbf{}", "the event is not an object at byte 0"),
        (b"{\"a\":\"\xff\"}", "not UTF-8 at byte 6"),
        (b"{} {}", "text after the event at byte 3"),
        (br#"{"a":1"#, "the event ends too early at byte 6"),
        (br#"{"a":1,}"#, "name in quotes expected at byte 7"),
        (br#"{"a" 1}"#, "`:` expected at byte 5"),
        (br#"{"a":}"#, "value expected at byte 5"),
        (br#"{"a":[1,]}"#, "value expected at byte 8"),
        (br#"{"b":[1,]}"#, "value expected at byte 8"),
        (br#"{"a":[1}}"#, "`,` or a closing bracket expected at byte 7"),
        (br#"{"b":[1}}"#, "`,` or a closing bracket expected at byte 7"),
        (br#"{"a":01}"#, "number with a leading zero at byte 6"),
        (br#"{"a":1.}"#, "digit expected at byte 7"),
        (br#"{"a":-}"#, "digit expected at byte 6"),
        (br#"{"b":nul}"#, "value expected at byte 8"),
        (b"{\"a\":\"\n\"}", "control character in a string at byte 6"),
        (br#"{"a":"\x"}"#, "unknown escape at byte 7"),
        (br#"{"a":"\u12g4"}"#, "`\\u` without four hexadecimal digits at byte 10"),
        (b"{\"a\":1}\0", "text after the event at byte 7"),
    ] {
        let error = pattern.matches(event).unwrap_err();
        assert_eq!(error.to_string(), words, "{}", event.escape_ascii());
        assert_eq!(pattern.explain(event).unwrap_err(), error);
    }
}
