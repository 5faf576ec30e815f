//! Fields' JSONPath (RFC 9535), parsed once. A path of names and indexes only is walked directly: 0.05 µs a
//! field instead of 2.7 µs for parsing the path at each event.

mod error;
mod parsed;
mod scan;

use std::fmt;

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

pub use error::PathError;
pub use parsed::{Filter, ParsedPath, Segment as PathSegment, Selector as PathSelector};

/// A parsed JSONPath.
#[derive(Clone, Debug, PartialEq)]
pub struct Path(Kind);

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Steps(Vec<Step>),
    Query(String, JpQuery),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Step {
    // Names first: most steps are, and an untagged enum tries its variants in order at each cold start.
    Name(String),
    Index(i64),
}

impl Path {
    /// Parses a JSONPath.
    ///
    /// # Errors
    /// The first fault: what is wrong, and at which byte of the text.
    pub fn parse(text: &str) -> Result<Path, PathError> {
        let ParsedPath { path, errors, .. } = Path::parse_all(text);
        path.ok_or_else(|| errors.into_iter().next().expect("what is not a path has a fault"))
    }

    /// Reads a path to its end: every fault, and where each part stands. For linters.
    pub fn parse_all(text: &str) -> ParsedPath {
        ParsedPath::of(text)
    }

    fn of(text: &str, query: JpQuery) -> Path {
        Path(match steps(&query) {
            Some(steps) => Kind::Steps(steps),
            None => Kind::Query(text.to_owned(), query),
        })
    }

    /// The values that the path finds, in order; `null` is not a value.
    pub fn find<'a>(&self, event: &'a Value) -> Vec<&'a Value> {
        let mut found = match &self.0 {
            Kind::Steps(steps) => walk(steps, event).into_iter().collect(),
            Kind::Query(_, query) => js_path_process(query, event)
                .map(|found| found.into_iter().map(jsonpath_rust::query::QueryRef::val).collect::<Vec<_>>())
                .unwrap_or_default(),
        };
        found.retain(|value| !value.is_null());
        found
    }
}

/// As JSONPath: of names and indexes in the shortest form, else as it was written.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = match &self.0 {
            Kind::Steps(steps) => steps,
            Kind::Query(text, _) => return f.write_str(text),
        };
        f.write_str("$")?;
        for step in steps {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Name(name) if is_shorthand(name) => write!(f, ".{name}")?,
                Step::Name(name) => write!(f, "['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))?,
            }
        }
        Ok(())
    }
}

/// Whether the name needs no quotes in a path: <https://www.rfc-editor.org/rfc/rfc9535#name-child-segment>.
pub fn is_shorthand(name: &str) -> bool {
    let is_first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    name.starts_with(is_first) && name.chars().all(|c| is_first(c) || c.is_ascii_digit())
}

/// The embedded form: steps as a JSON array, any other query as its text, which is parsed again
/// without its places.
impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Kind::Steps(steps) => steps.serialize(serializer),
            Kind::Query(text, _) => text.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Path, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Steps(Vec<Step>),
            Query(String),
        }
        match Form::deserialize(deserializer)? {
            Form::Steps(steps) => Ok(Path(Kind::Steps(steps))),
            Form::Query(text) => {
                parse_json_path(&text).map(|query| Path::of(&text, query)).map_err(serde::de::Error::custom)
            }
        }
    }
}

/// The steps of a path that names exactly one place; none for every other query.
fn steps(query: &JpQuery) -> Option<Vec<Step>> {
    query
        .segments
        .iter()
        .map(|segment| match segment {
            Segment::Selector(Selector::Name(name)) => Some(Step::Name(name.clone())),
            Segment::Selector(Selector::Index(index)) => Some(Step::Index(*index)),
            _ => None,
        })
        .collect()
}

fn walk<'a>(steps: &[Step], event: &'a Value) -> Option<&'a Value> {
    steps.iter().try_fold(event, |value, step| match step {
        Step::Name(name) => value.as_object()?.get(name),
        Step::Index(index) => {
            let values = value.as_array()?;
            let from_end = usize::try_from(index.unsigned_abs()).ok()?;
            if *index < 0 { values.get(values.len().checked_sub(from_end)?) } else { values.get(from_end) }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn finds_the_same_before_and_after_embedding() {
        let event = json!({"detail": {"a b": 1, "items": [{"v": "x"}, {"v": null}, {"v": "z"}], "it's": true, "\"q\"": 5, "no": null}});
        let cases = [
            ("$.detail.items[0].v", json!(["x"])),
            ("$.detail.items[-1].v", json!(["z"])),
            ("$.detail.items[-4].v", json!([])),
            ("$.detail.items[*].v", json!(["x", "z"])),
            ("$..v", json!(["x", "z"])),
            ("$.detail['a b']", json!([1])),
            ("$.detail[\"a b\"]", json!([1])),
            (r"$.detail['it\'s']", json!([true])),
            ("$.detail['\"q\"']", json!([5])),
            ("$.detail.no", json!([])),
            ("$.detail.items.v", json!([])),
            ("$.detail.items[?@.v == 'z'].v", json!(["z"])),
        ];
        for (text, expected) in cases {
            let path = Path::parse(text).unwrap();
            assert_eq!(json!(path.find(&event)), expected, "{text}");
            let embedded: Path = serde_json::from_str(&serde_json::to_string(&path).unwrap()).unwrap();
            assert_eq!(embedded, path, "{text}");
            assert_eq!(Path::parse(&path.to_string()), Ok(path), "{text}");
        }
    }

    #[test]
    fn a_path_is_shown_in_its_shortest_form() {
        for (text, expected) in [
            ("$.detail['items'][0]", "$.detail.items[0]"),
            (r"$['a b']['it\'s']", r"$['a b']['it\'s']"),
            ("$.detail.items[*].v", "$.detail.items[*].v"),
        ] {
            assert_eq!(Path::parse(text).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn errors_say_where_and_what_is_allowed() {
        let cases = [
            ("detail.x", 0, "a JSONPath starts with `$`: write `$.detail.x`"),
            ("$.detail.", 9, "the path ends too early"),
            ("$.detail[", 9, "the path ends too early"),
            ("$.a b", 3, "a name with a space is written `['a name']`"),
            ("$.a-b", 3, "not a JSONPath from `-b` on"),
            ("$. a", 2, "not a JSONPath"),
        ];
        for (text, offset, message) in cases {
            let error = Path::parse(text).unwrap_err();
            assert!(error.message.starts_with(message), "{text}: {error:?}");
            assert_eq!(error.offset, offset, "{text}: {error:?}");
        }
    }
}
