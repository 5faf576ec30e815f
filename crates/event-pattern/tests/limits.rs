//! Hostile input: nothing panics, overflows the stack or takes longer than its size explains.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use std::time::{Duration, Instant};

use event_pattern::{Pattern, PatternSet};

/// Generous for a debug build on a busy machine; a quadratic algorithm takes minutes.
const SOON: Duration = Duration::from_secs(20);

#[track_caller]
fn check(pattern: &str, event: &str, expected: bool) {
    let start = Instant::now();
    let pattern = Pattern::parse(pattern).unwrap();
    assert_eq!(pattern.matches(event.as_bytes()), Ok(expected));
    assert_eq!(pattern.explain(event.as_bytes()).unwrap().matched, expected);
    let set = PatternSet::new([((), pattern)]);
    assert_eq!(set.matches(event.as_bytes()).unwrap().len(), usize::from(expected));
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

fn array(element: &str) -> String {
    format!("[{}]", vec![element; 10_000].join(","))
}

#[test]
fn long_arrays_of_scalars() {
    check(r#"{"v":["x"]}"#, &format!(r#"{{"v":{}}}"#, array("\"a\"")), false);
    check(r#"{"v":[{"anything-but":[1,2]}],"w":[1]}"#, &format!(r#"{{"v":{},"w":1}}"#, array("1")), false);
}

#[test]
fn long_arrays_whose_elements_never_agree() {
    let event = format!(r#"{{"v":{},"w":{}}}"#, array(r#"{"a":1,"b":1}"#), array(r#"{"c":1}"#));
    check(r#"{"v":{"a":[1],"b":[1],"c":[1]}}"#, &event, false);
    check(r#"{"v":{"a":[1],"b":[2,{"exists":false}]},"w":{"c":[1]}}"#, &event, false);
    check(r#"{"v":{"a":[1],"b":[1]},"w":{"c":[1]}}"#, &event, true);
    let odd = array(r#"{"a":1},{"b":1}"#);
    check(r#"{"v":{"a":[1],"b":[1]}}"#, &format!(r#"{{"v":{odd}}}"#), false);
}

#[test]
fn many_unrelated_arrays() {
    let fields: Vec<String> = (0..20).map(|number| format!(r#""{number}":{{"a":[1]}}"#)).collect();
    let arrays: Vec<String> =
        (0..20).map(|number| format!(r#""{number}":{}"#, array(r#"{"a":1}"#))).collect();
    let event = format!("{{{}}}", arrays.join(","));
    check(&format!("{{{}}}", fields.join(",")), &event, true);
    // The last field has values, but never in one element.
    let pattern = format!(r#"{{{},"z":{{"a":[1],"b":[1]}}}}"#, fields.join(","));
    let event = format!(r#"{{{},"z":[{{"a":1}},{{"b":1}}]}}"#, arrays.join(","));
    check(&pattern, &event, false);
}

#[test]
fn nested_arrays() {
    let inner = format!("[{}]", vec![r#"{"a":1},{"b":1}"#; 50].join(","));
    let event = format!(r#"{{"v":[{}]}}"#, vec![inner; 100].join(","));
    check(r#"{"v":{"a":[1],"b":[1]}}"#, &event, false);
}

#[test]
fn duplicate_arrays_built_to_explode_end_in_an_error() {
    // Every array offers `a` or `b`-values, never enough for all fields together.
    let fields: Vec<String> = (0..14).map(|number| format!(r#""f{number}":[1]"#)).collect();
    let arrays: Vec<String> = (0..13)
        .map(|_| {
            let elements: Vec<String> = (0..14).map(|number| format!(r#"{{"f{number}":1}}"#)).collect();
            format!(r#""v":[{}]"#, elements.join(","))
        })
        .collect();
    let pattern = Pattern::parse(&format!(r#"{{"v":{{{}}}}}"#, fields.join(","))).unwrap();
    let event = format!("{{{}}}", arrays.join(","));
    let start = Instant::now();
    match pattern.matches(event.as_bytes()) {
        Ok(matched) => assert!(!matched),
        Err(error) => assert_eq!(error.to_string(), "too many combinations of array elements at byte 5"),
    }
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

#[test]
fn wildcards_against_long_values() {
    let value = "a".repeat(100_000);
    check(r#"{"v":[{"wildcard":"*a*a*a*a*b"}]}"#, &format!(r#"{{"v":"{value}"}}"#), false);
    check(r#"{"v":[{"wildcard":"a*a*aab"}]}"#, &format!(r#"{{"v":"{value}b"}}"#), true);
}

#[test]
fn nesting_in_events() {
    let nested = |depth: usize| format!(r#"{{"v":{}1{}}}"#, "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!(r#"{{"x":{}1{}}}"#, r#"{"x":"#.repeat(depth), "}".repeat(depth));
    check(r#"{"v":[1]}"#, &nested(1_000), true);
    check(r#"{"x":[1]}"#, &nested(1_000), false);
    check(r#"{"v":[1]}"#, &objects(1_000), false);
    let pattern = Pattern::parse(r#"{"v":[1]}"#).unwrap();
    for event in [nested(1_024), objects(1_024), "[".repeat(1_000_000), r#"{"v":"#.repeat(1_000_000)] {
        let error = pattern.matches(event.as_bytes()).unwrap_err().to_string();
        assert!(
            error.starts_with("nested more than 1024 deep")
                || error.starts_with("the event is not an object"),
            "{error}"
        );
    }
    assert_eq!(pattern.matches(nested(1_023).as_bytes()), Ok(true));
    assert_eq!(pattern.matches(objects(1_023).as_bytes()), Ok(false));
}

#[test]
fn nesting_in_patterns() {
    let nested = |depth: usize| format!("{}[1]{}", r#"{"x":"#.repeat(depth), "}".repeat(depth));
    let or = |depth: usize| {
        format!(r#"{}{{"x":[1]}}{}"#, r#"{"$or":[{"a":[1]},"#.repeat(depth), "]}".repeat(depth))
    };
    let event = format!("{}1{}", r#"{"x":"#.repeat(1_000), "}".repeat(1_000));
    check(&nested(1_000), &event, true);
    check(&or(500), r#"{"x":1}"#, true);
    assert!(Pattern::parse(&nested(1_023)).is_ok());
    for pattern in [nested(1_024), nested(1_000_000), "[".repeat(1_000_000), or(100_000)] {
        let error = Pattern::parse(&pattern).unwrap_err();
        assert!(
            error.what() == "not JSON: the pattern is nested too deeply"
                || error.what() == "the pattern is not an object"
        );
    }
    let pattern = Pattern::parse(&nested(1_000)).unwrap();
    assert_eq!(Pattern::parse(&pattern.to_string()), Ok(pattern));
}

#[test]
fn or_combinations() {
    let or = |branches: usize| {
        let branches: Vec<String> = (0..branches).map(|number| format!(r#"{{"a":[{number}]}}"#)).collect();
        format!(r#""$or":[{}]"#, branches.join(","))
    };
    let thousand = Pattern::parse(&format!("{{{}}}", or(1_000))).unwrap();
    assert_eq!(thousand.alternatives().len(), 1_000);
    for pattern in [
        format!("{{{}}}", or(1_001)),
        format!(r#"{{{},"b":{{{}}}}}"#, or(32), or(32)),
        format!("{{{}}}", vec![or(10); 100].join(",")),
    ] {
        let error = Pattern::parse(&pattern).unwrap_err();
        assert_eq!(error.reason(), "Or operator is producing over 1000 rule combinations");
    }
}

#[test]
fn wildcard_complexity() {
    for (pattern, accepted) in [
        (r#"{"v":[{"wildcard":"*a*a*a*a*a"}]}"#, true),
        (r#"{"v":[{"wildcard":"*:*:*:*:*:event-bus/*"}]}"#, false),
        (r#"{"v":[{"wildcard":"*:stack/A/*"},{"wildcard":"*:stack/B/*"},{"wildcard":"*:stack/C/*"}]}"#, true),
    ] {
        assert_eq!(Pattern::parse(pattern).is_ok(), accepted, "{pattern}");
    }
    let start = Instant::now();
    let many: Vec<String> =
        (0..200).map(|number| format!(r#"{{"wildcard":"{number}*x{number}*y"}}"#)).collect();
    let error = Pattern::parse(&format!(r#"{{"v":[{}]}}"#, many.join(","))).unwrap_err();
    assert!(error.reason().starts_with("Rule is too complex"));
    assert!(start.elapsed() < SOON, "took {:?}", start.elapsed());
}

#[test]
fn long_numbers() {
    let digits = "9".repeat(100_000);
    check(r#"{"v":[{"numeric":[">",0]}]}"#, &format!(r#"{{"v":{digits}}}"#), false);
    check(&format!(r#"{{"v":[{digits}]}}"#), &format!(r#"{{"v":{digits}}}"#), true);
    check(r#"{"v":[{"numeric":["=",0]}]}"#, &format!(r#"{{"v":0.{}e-{digits}}}"#, "0".repeat(1_000)), true);
}

#[test]
fn patterns_and_sets_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Pattern>();
    shared::<PatternSet<String>>();
}

#[test]
fn patterns_and_sets_are_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Pattern>();
    shared::<PatternSet<String>>();
    shared::<event_pattern::PatternError>();
}

#[test]
fn of_a_repeated_name_the_last_list_counts_and_objects_are_merged() {
    let lists = Pattern::parse(r#"{"a":[1],"a":[2]}"#).unwrap();
    assert_eq!([br#"{"a":1}"#, br#"{"a":2}"#].map(|event| lists.matches(event).unwrap()), [false, true]);
    let objects = Pattern::parse(r#"{"a":{"x":[1]},"a":{"y":[2]}}"#).unwrap();
    assert!(objects.matches(br#"{"a":{"x":1,"y":2}}"#).unwrap());
    assert!(!objects.matches(br#"{"a":{"y":2}}"#).unwrap());
    let both = Pattern::parse(r#"{"$or":[{"a":[1]},{"b":[1]}],"$or":[{"c":[1]},{"d":[1]}]}"#).unwrap();
    assert!(both.matches(br#"{"a":1,"c":1}"#).unwrap());
    assert!(!both.matches(br#"{"c":1}"#).unwrap());
}
