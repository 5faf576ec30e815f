//! Where the parts of a JSON text stand, by their JSON pointers.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::table::Span;

/// A value that belongs to a key or stands in a list.
pub(crate) struct Place {
    /// Its JSON pointer.
    pub(crate) pointer: String,
    /// The key in its quotes; for an element of a list, the element.
    pub(crate) key: Range<usize>,
    /// The key up to the end of its value.
    pub(crate) member: Range<usize>,
}

/// All places of the text, outer before inner; none if it is not JSON.
pub(crate) fn places(json: &str) -> Vec<Place> {
    let mut places = Vec::new();
    if let Ok(value) = serde_json::from_str(json) {
        walk(json, value, "", &mut places);
    }
    places
}

fn walk(json: &str, value: &RawValue, pointer: &str, places: &mut Vec<Place>) {
    let span = span(json, value);
    let mut before = span.start + 1;
    if let Ok(Entries(entries)) = serde_json::from_str(value.get()) {
        for (name, value) in entries {
            let span = self::span(json, value);
            // Between the value before and this one there is a key and white space, a comma and a colon.
            let key = json[before..span.start].find('"').map_or(before, |at| before + at);
            let key_end = json[key..span.start].rfind('"').map_or(span.start, |at| key + at + 1);
            let pointer = format!("{pointer}/{}", step(&name));
            places.push(Place { pointer: pointer.clone(), key: key..key_end, member: key..span.end });
            walk(json, value, &pointer, places);
            before = span.end;
        }
    } else if let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        for (index, value) in values.into_iter().enumerate() {
            let span = self::span(json, value);
            let pointer = format!("{pointer}/{index}");
            places.push(Place { pointer: pointer.clone(), key: span.clone(), member: span });
            walk(json, value, &pointer, places);
        }
    }
}

/// A step of a JSON pointer.
pub(crate) fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// `value` borrows from `json`.
fn span(json: &str, value: &RawValue) -> Range<usize> {
    let start = value.get().as_ptr() as usize - json.as_ptr() as usize;
    start..start + value.get().len()
}

/// An object's entries in the order of the text, also those of equal names.
struct Entries<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

/// The key with its value, or the key alone if both do not stand on one line.
pub(crate) fn one_line(text: &str, key: &Span, member: &Span) -> Span {
    if text[member.clone()].contains('\n') { key.clone() } else { member.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_has_its_place() {
        let json = r#" { "a" : [1, {"b\"c": "x"}], "d/e":{ "f":null } } "#;
        let found: Vec<(String, &str, &str)> = places(json)
            .into_iter()
            .map(|place| (place.pointer, &json[place.key], &json[place.member]))
            .collect();
        let expected = [
            ("/a", r#""a""#, r#""a" : [1, {"b\"c": "x"}]"#),
            ("/a/0", "1", "1"),
            ("/a/1", r#"{"b\"c": "x"}"#, r#"{"b\"c": "x"}"#),
            ("/a/1/b\"c", r#""b\"c""#, r#""b\"c": "x""#),
            ("/d~1e", r#""d/e""#, r#""d/e":{ "f":null }"#),
            ("/d~1e/f", r#""f""#, r#""f":null"#),
        ];
        assert_eq!(found, expected.map(|(pointer, key, member)| (pointer.to_owned(), key, member)));
        assert!(places("{").is_empty());
    }
}
