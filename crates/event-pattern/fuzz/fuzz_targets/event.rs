//! Any bytes as an event: no panic, the same answers from sets and patterns, and another parser
//! agrees on what is JSON.

#![no_main]

use std::sync::LazyLock;

use event_pattern::{Pattern, PatternSet};
use libfuzzer_sys::fuzz_target;
use serde::de::IgnoredAny;

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    [
        r#"{"a":{"b":["x",{"prefix":"y"}],"c":[1,{"exists":false}]},"v":[{"anything-but":[1,2]}]}"#,
        r#"{"a":{"b":[{"wildcard":"*x*"}]},"$or":[{"v":[{"numeric":[">",0]}]},{"a.b":[{"cidr":"::/0"}]}]}"#,
        r#"{"":{"a":[null,true]},"a.b":["","x"],"c":[{"exists":false}]}"#,
        r#"{"a":["x"],"v":["x"],"c":["x"]}"#,
    ]
    .map(|pattern| Pattern::parse(pattern).expect("a pattern"))
    .to_vec()
});
static SET: LazyLock<PatternSet<usize>> =
    LazyLock::new(|| PatternSet::new(PATTERNS.iter().cloned().enumerate()));

fuzz_target!(|event: &[u8]| {
    let found = SET.matches(event);
    let mut expected = Ok(Vec::new());
    for (number, pattern) in PATTERNS.iter().enumerate() {
        let matched = pattern.matches(event);
        assert_eq!(pattern.explain(event).map(|explanation| explanation.matched), matched);
        match (&mut expected, matched) {
            (Ok(numbers), Ok(true)) => numbers.push(number),
            (_, Err(error)) => expected = Err(error),
            _ => {}
        }
    }
    let found = found.map(|numbers| numbers.into_iter().copied().collect());
    assert_eq!(found, expected);
    // It stops at 128 levels, where we go on to 1,024.
    let other = serde_json::from_slice::<IgnoredAny>(event);
    let is_object = event.trim_ascii_start().starts_with(b"{");
    let deep = other.as_ref().is_err_and(|error| error.to_string().starts_with("recursion limit"));
    // It skips strings without looking at their encoding.
    let is_json = other.is_ok() && std::str::from_utf8(event).is_ok();
    assert!(deep || found.is_ok() == (is_json && is_object), "{found:?}");
});
