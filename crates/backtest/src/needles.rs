//! Texts without which a record cannot match: looked for before anything is parsed, so that a pattern that names no call,
//! but `Root` or `AccessDenied`, costs a look at the bytes.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use event_pattern::{Alternative, Candidate};
use memchr::memmem::Finder;

/// What a record has to contain for one of some alternatives to match: few texts, each of which is found faster alone than
/// all of them at once.
#[derive(Clone, Debug)]
pub(crate) struct Needles(Vec<Finder<'static>>);

/// A record that escapes what need not be escaped may hold a text without containing it.
static ESCAPES: LazyLock<[Finder<'static>; 2]> = LazyLock::new(|| [Finder::new("\\u"), Finder::new("\\/")]);

impl Needles {
    /// None if a record can match one of these alternatives whatever it contains.
    pub(crate) fn new<'a>(mut alternatives: impl Iterator<Item = &'a Alternative>) -> Option<Needles> {
        let needles = alternatives.try_fold(BTreeSet::new(), |mut needles, alternative| {
            needles.extend(best(alternative)?);
            Some(needles)
        })?;
        Some(Needles(needles.iter().map(|needle| Finder::new(needle).into_owned()).collect()))
    }

    /// Whether a record with this text can match one of the alternatives.
    pub(crate) fn are_in(&self, record: &str) -> bool {
        let record = record.as_bytes();
        let is_in = |finder: &Finder<'_>| finder.find(record).is_some();
        self.0.iter().any(is_in)
            || !self.0.is_empty() && memchr::memchr(b'\\', record).is_some() && ESCAPES.iter().any(is_in)
    }
}

/// The texts of which a record that matches this has one: those of the key that says most.
fn best(alternative: &Alternative) -> Option<Vec<String>> {
    let of_detail = alternative.fields().filter_map(|(path, candidates)| {
        let key = path.strip_prefix("detail.")?.rsplit('.').next()?;
        // What the head says was asked before.
        (!["eventName", "eventSource", "eventType"].contains(&key)).then_some((key, candidates))
    });
    let needles = of_detail.filter_map(|(key, candidates)| {
        candidates.iter().map(|candidate| needle(key, candidate)).collect::<Option<Vec<String>>>()
    });
    needles.max_by_key(|needles| needles.iter().map(String::len).min())
}

/// What a record contains in which the candidate matches the value of this key.
fn needle(key: &str, candidate: &Candidate) -> Option<String> {
    let plain = |text: &str| text.bytes().all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\');
    let of_key = || plain(key).then(|| format!("{key}\""));
    match candidate {
        Candidate::String(text) | Candidate::Exactly(text) if plain(text) => Some(format!("\"{text}\"")),
        Candidate::Prefix(text) if plain(text) => Some(format!("\"{text}")),
        Candidate::Suffix(text) if plain(text) => Some(format!("{text}\"")),
        // A key that is missing satisfies these.
        Candidate::Exists(false) | Candidate::Null => None,
        // A key may have a point in its name.
        _ => of_key(),
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use event_pattern::Pattern;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn needles(pattern: &Value) -> Option<Needles> {
        let pattern = Pattern::parse(&pattern.to_string()).unwrap();
        Needles::new(pattern.alternatives().iter())
    }

    #[test]
    fn the_key_that_says_most_decides() {
        let root = needles(&json!({"source": [{"prefix": "aws."}], "detail": {"userIdentity": {
            "type": ["Root"], "invokedBy": [{"exists": false}, "signin.amazonaws.com"]}}}))
        .unwrap();
        assert!(root.are_in(r#"{"userIdentity":{"type":"Root"}}"#));
        assert!(root.are_in(r#"{"userIdentity":{"type":"\u0052oot"}}"#));
        assert!(!root.are_in(r#"{"userIdentity":{"type":"IAMUser","userName":"Rooty"}}"#));
        let omitted = needles(
            &json!({"detail": {"errorCode": [{"exists": false}], "requestParameters": {"omitted": [true]}}}),
        );
        assert!(omitted.clone().unwrap().are_in(r#"{"requestParameters":{"omitted":true}}"#));
        assert!(!omitted.unwrap().are_in(r#"{"requestParameters":{"bucketName":"demo"}}"#));
        let either = needles(&json!({"detail": {"$or": [{"a": ["long text"]}, {"b": [{"exists": false}]}]}}));
        assert!(either.is_none());
        assert!(needles(&json!({"source": ["aws.s3"]})).is_none());
    }

    /// Texts that JSON may write in several ways.
    const TEXTS: &str = "[aRé/\"\\\\\n😀]{0,3}|Root|1|203\\.0\\.113\\.1";

    fn candidate() -> impl Strategy<Value = Value> {
        prop_oneof![
            TEXTS.prop_map(|text| json!(text)),
            TEXTS.prop_map(|text| json!({"exactly": text})),
            "[aR/é]{1,2}".prop_map(|text| json!({"prefix": text})),
            "[aR/é]{1,2}".prop_map(|text| json!({"suffix": text})),
            "[aR]{1,2}".prop_map(|text| json!({"equals-ignore-case": text})),
            "[aR]{1,2}".prop_map(|text| json!({"anything-but": [text]})),
            "[aR]\\*".prop_map(|text| json!({"wildcard": text})),
            any::<bool>().prop_map(|wanted| json!({"exists": wanted})),
            Just(json!(null)),
            Just(json!(true)),
            (0..3).prop_map(|number| json!(number)),
            Just(json!({"numeric": [">", 0]})),
            Just(json!({"cidr": "203.0.113.0/24"})),
        ]
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            TEXTS.prop_map(|text| json!(text)),
            Just(json!(null)),
            Just(json!(true)),
            (0..3).prop_map(|number| json!(number)),
        ];
        leaf.prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
                prop::collection::btree_map("a|b|c|a\\.b", inner, 0..3).prop_map(|map| json!(map)),
            ]
        })
    }

    /// A record's text, each character that is not ASCII, or each of all, as an escape.
    fn escaped(text: &str, all: bool) -> String {
        let mut inside = false;
        let mut skip = false;
        let mut out = String::new();
        for c in text.chars() {
            let is_text = inside && !skip && c != '"' && c != '\\';
            match c {
                _ if skip => skip = false,
                '"' => inside = !inside,
                '\\' => skip = true,
                _ => {}
            }
            if is_text && (all || !c.is_ascii()) {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    write!(out, "\\u{unit:04x}").unwrap();
                }
            } else {
                out.push(c);
            }
        }
        out
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(3_000))]

        #[test]
        fn what_matches_has_a_needle(
            a in prop::collection::vec(candidate(), 1..3),
            b in prop::collection::vec(candidate(), 1..3),
            members in prop::collection::btree_map("a|b|x|a\\.b", value(), 0..4),
        ) {
            let pattern = json!({"detail": {"a": a, "x": {"b": b}}}).to_string();
            let either = json!({"detail": {"$or": [{"a": a}, {"a": {"b": b}}]}}).to_string();
            let record = json!(members).to_string();
            for pattern in [pattern, either] {
                let Ok(pattern) = Pattern::parse(&pattern) else { continue };
                let Some(needles) = Needles::new(pattern.alternatives().iter()) else { continue };
                for record in [record.clone(), escaped(&record, false), escaped(&record, true)] {
                    let event = format!(r#"{{"source":"aws.s3","detail-type":"t","detail":{record}}}"#);
                    let matches = pattern.matches(event.as_bytes()).unwrap();
                    prop_assert!(!matches || needles.are_in(&record), "{pattern:?} {record}");
                }
            }
        }
    }
}
