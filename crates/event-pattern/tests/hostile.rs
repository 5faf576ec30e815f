//! Large inputs with random damage: nothing panics, and the time grows with the size, not faster.
//!
//! `EVENT_PATTERN_INPUTS=100000 cargo test --release -p event-pattern --test hostile` for many.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use std::time::{Duration, Instant};

use event_pattern::{Pattern, PatternSet};
use fastrand::Rng;

/// Allowed for each input and for each of its bytes, in a debug build too. A quadratic algorithm
/// takes minutes for the larger inputs.
const BASE: Duration = Duration::from_millis(300);
const PER_BYTE: Duration = Duration::from_nanos(500);

/// A slow input is tried again, since the machine may have been busy.
const TRIES: usize = 4;

const PATTERNS: [&str; 8] = [
    r#"{"detail":{"eventName":["DeleteBucket",{"prefix":"Put"}],"errorCode":[{"exists":false}]}}"#,
    r#"{"v":{"a":[1],"b":[1],"c":[{"exists":false}]}}"#,
    r#"{"v":{"a":[1,{"exists":false}],"b":[2,{"exists":false}],"x":[{"anything-but":[1,2]}]}}"#,
    r#"{"v":[{"wildcard":"*a*b*a"},{"numeric":[">",1,"<=",2]},{"cidr":"10.0.0.0/8"}]}"#,
    r#"{"$or":[{"v":{"a":[{"suffix":{"equals-ignore-case":"Ab"}}]}},{"x":{"x":{"x":[1]}}},{"a":[1]}]}"#,
    r#"{"x":{"x":{"x":{"x":[{"exists":false}]}}},"v":{"v":{"v":[1]}}}"#,
    r#"{"":{"":[1]},"a.b":[1],"v":{"a":{"b":[true,null,"a"]}}}"#,
    r#"{"v":{"a":["a","b"]},"w":{"b":["a","b"]},"a":["a"]}"#,
];

fn list(item: impl FnMut() -> String, count: usize) -> String {
    let items: Vec<String> = std::iter::repeat_with(item).take(count).collect();
    format!("[{}]", items.join(","))
}

/// A megabyte, ten thousand elements, a thousand levels, or something small.
fn event(rng: &mut Rng) -> String {
    let mut scalar = {
        let mut rng = rng.fork();
        move || {
            let scalars =
                [r#""a""#, r#""ab\n\u00e9""#, "1", "2.0e0", "-0.1", "null", "true", r#""10.0.0.1""#, "1e400"];
            scalars[rng.usize(..scalars.len())].to_owned()
        }
    };
    match rng.u8(..20) {
        0 => format!(r#"{{"v":"{}","w":{}}}"#, "ab ß\\\\".repeat(60_000), list(scalar, 100_000)),
        1 => {
            let member = || format!(r#"{{"a":{},"b":{},"a":{}}}"#, scalar(), scalar(), scalar());
            format!(r#"{{"v":{},"detail":{{"eventName":"DeleteBucket"}}}}"#, list(member, 10_000))
        }
        2 => format!(
            r#"{{"v":{},"w":{}}}"#,
            list(|| list(&mut scalar, 3), 10_000),
            list(|| "{}".into(), 10_000)
        ),
        3 => format!(r#"{{"x":{}1{}}}"#, r#"{"x":"#.repeat(1_000), "}".repeat(1_000)),
        4 => format!(r#"{{"v":{}1{}}}"#, r#"[{"v":"#.repeat(500), "}]".repeat(500)),
        5 => format!("{{{}}}", vec![r#""v":[{"a":1},{"b":1}]"#; 1_000].join(",")),
        _ => format!(
            r#"{{"detail":{{"eventName":{},"x":[{}]}},"v":{},"a":{}}}"#,
            scalar(),
            scalar(),
            list(|| format!(r#"{{"a":1,"b":{{"x":[]}},"c":{}}}"#, rng.u8(..3)), 20),
            "1"
        ),
    }
}

/// A wide, deep or many-branched pattern, or one of the usual. Each candidate of a list may look at
/// each value of its path, so lists stay short.
fn pattern(rng: &mut Rng) -> String {
    match rng.u8(..12) {
        0 => format!("{}[1]{}", r#"{"x":"#.repeat(1_000), "}".repeat(1_000)),
        1 => format!(r#"{}{{"x":[1]}}{}"#, r#"{"$or":[{"a":[1]},"#.repeat(400), "]}".repeat(400)),
        2 => format!(r#"{{"v":{}}}"#, list(|| format!(r#"{{"prefix":"a{}"}}"#, rng.u8(..)), 30)),
        3 => format!(r#"{{"v":{}}}"#, list(|| format!(r#"{{"wildcard":"{}*a*"}}"#, rng.u8(..)), 50)),
        _ => PATTERNS[rng.usize(..PATTERNS.len())].to_owned(),
    }
}

/// Puts, replaces, removes or repeats some bytes.
fn damage(rng: &mut Rng, bytes: &mut Vec<u8>) {
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..bytes.len().max(1)).min(bytes.len());
        let special = br#"{}[],:"\0-.eEtfnu$*/ "#;
        let byte = if rng.bool() { special[rng.usize(..special.len())] } else { rng.u8(..) };
        match rng.u8(..8) {
            0..3 => bytes.insert(at, byte),
            3 | 4 if at < bytes.len() => bytes[at] = byte,
            5 if at < bytes.len() => drop(bytes.remove(at)),
            6 => {
                let end = (at + rng.usize(..5_000)).min(bytes.len());
                let part = bytes[at..end].to_vec();
                bytes.splice(at..at, part);
            }
            _ => bytes.truncate(at),
        }
    }
}

/// Everything that can be done with the two.
fn use_all(pattern: &str, event: &[u8], others: &[Pattern]) -> bool {
    let Ok(pattern) = Pattern::parse(pattern) else {
        return false;
    };
    let matched = pattern.matches(event);
    assert_eq!(pattern.explain(event).map(|explanation| explanation.matched), matched);
    let patterns = std::iter::once(pattern).chain(others.iter().cloned());
    let set = PatternSet::new(patterns.enumerate());
    match (set.matches(event), matched) {
        (Ok(found), Ok(matched)) => assert_eq!(found.contains(&&0), matched),
        // Of all patterns of the set, another one may need too many attempts.
        (found, Err(_)) => assert!(found.is_err()),
        (Err(error), _) => assert!(error.to_string().starts_with("too many combinations"), "{error}"),
    }
    set.matches(event).is_ok()
}

#[test]
fn damaged_inputs_neither_panic_nor_take_long() {
    let inputs = std::env::var("EVENT_PATTERN_INPUTS").map_or(200, |text| text.parse().unwrap());
    let others: Vec<Pattern> = PATTERNS.iter().map(|pattern| Pattern::parse(pattern).unwrap()).collect();
    let mut rng = Rng::with_seed(5);
    let (mut readable, mut bytes, mut slowest) = (0, 0, Duration::ZERO);
    for _ in 0..inputs {
        let (mut pattern, mut event) = (pattern(&mut rng).into_bytes(), event(&mut rng).into_bytes());
        if rng.bool() {
            damage(&mut rng, &mut event);
        }
        if rng.u8(..4) == 0 {
            damage(&mut rng, &mut pattern);
        }
        let pattern = String::from_utf8_lossy(&pattern).into_owned();
        let size = pattern.len() + event.len();
        let allowed = BASE + PER_BYTE * u32::try_from(size).unwrap();
        let times = std::iter::repeat_with(|| {
            let start = Instant::now();
            readable += usize::from(use_all(&pattern, &event, &others));
            start.elapsed()
        });
        let time = times.take(TRIES).find(|time| *time <= allowed);
        let time = time.unwrap_or_else(|| panic!("more than {allowed:?} for {size} bytes: {pattern:.200}"));
        bytes += size;
        slowest = slowest.max(time);
    }
    println!("{inputs} inputs, {readable} readable, {bytes} bytes, the slowest took {slowest:?}");
}
