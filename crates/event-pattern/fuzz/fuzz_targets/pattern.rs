//! Any text as a pattern: no panic; what is accepted prints as an equal pattern and can be matched.

#![no_main]

use event_pattern::Pattern;
use libfuzzer_sys::fuzz_target;

const EVENT: &[u8] =
    br#"{"a":[{"b":"x","c":1},{"b":"10.0.0.1"}],"v":[null,true,2.5,"ab"],"a.b":"","c":{"a":{}}}"#;

fuzz_target!(|text: &str| {
    let pattern = match Pattern::parse(text) {
        Ok(pattern) => pattern,
        Err(error) => {
            assert!(text.is_char_boundary(error.offset()));
            assert!(!error.to_string().is_empty() && !error.reason().is_empty());
            return;
        }
    };
    let printed = pattern.to_string();
    assert_eq!(Pattern::parse(&printed).as_ref(), Ok(&pattern), "{printed}");
    let matched = pattern.matches(EVENT);
    assert_eq!(pattern.explain(EVENT).map(|explanation| explanation.matched), matched);
});
