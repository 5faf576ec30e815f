//! Reading events from files and standard input, in every form in which people have them.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use records::{Item, Place};

use crate::exit::Error;
use crate::tree::{self, Input};

/// An event's text as EventBridge delivers it, and where it was read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// `FILE`, or `FILE:LINE` where the file holds several, or `FILE:LINE, record NUMBER` where its line does.
    pub(crate) place: String,
    /// The JSON text, or why there is none.
    pub(crate) text: Result<String, String>,
}

/// The events of the files and folders, in order; `-` is standard input.
pub(crate) fn read(paths: &[PathBuf]) -> Vec<Found> {
    let (inputs, faults) = tree::inputs(paths);
    let unreadable = faults.into_iter().map(|(path, error)| unreadable(path.display().to_string(), &error));
    inputs.iter().flat_map(read_one).chain(unreadable).collect()
}

/// The one event that is in the file or folder, or the one of it with this id, and where it was read.
pub(crate) fn one(file: &Path, id: Option<&str>) -> Result<(String, String), Error> {
    let mut found = read(&[file.to_owned()]);
    let place = if file == Path::new("-") { "<stdin>".to_owned() } else { file.display().to_string() };
    if let Some(id) = id {
        found.retain(|found| found.text.as_deref().is_ok_and(|text| has_id(text, id)));
        // A record can be in several files.
        found.truncate(1);
    }
    if found.len() > 1 {
        let several: Vec<&str> = found.iter().filter_map(|found| found.text.as_deref().ok()).collect();
        let names: Vec<String> = several.iter().take(5).map(|text| event_name(text)).collect();
        let more = if several.len() > 5 { ", …" } else { "" };
        return Err(Error::usage(format!(
            "{place}: there are {} events in it ({}{more}): give one of them, for example with `jq '.Records[0]'`",
            found.len(),
            names.join(", ")
        )));
    }
    let none = match id {
        Some(id) => format!("{place}: there is no event with the id {id} in it"),
        None => format!("{place}: there is no event in it"),
    };
    let one = found.pop().ok_or_else(|| Error::usage(none))?;
    match one.text {
        Ok(text) => Ok((place, text)),
        Err(why) => Err(Error::usage(format!("{}: {why}", one.place))),
    }
}

/// Whether it is the event's own id or the one of CloudTrail's record.
fn has_id(event: &str, id: &str) -> bool {
    let event: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    ["/id", "/detail/eventID"].iter().any(|at| event.pointer(at).is_some_and(|found| found == id))
}

fn event_name(event: &str) -> String {
    let event: serde_json::Value = serde_json::from_str(event).unwrap_or_default();
    let name = event.pointer("/detail/eventName").or_else(|| event.get("detail-type"));
    name.and_then(serde_json::Value::as_str).unwrap_or("?").to_owned()
}

pub(crate) fn unreadable(place: String, error: &io::Error) -> Found {
    Found { place, text: Err(format!("cannot be read: {error}")) }
}

fn read_one(input: &Input) -> Vec<Found> {
    let name = input.name();
    let found = match input.open() {
        Ok(reader) => texts(reader, input.found),
        Err(error) => return vec![unreadable(name, &error)],
    };
    let single = found.len() == 1 && found[0].1.is_ok();
    let mut lines: HashMap<u64, u32> = HashMap::new();
    for (place, _) in &found {
        *lines.entry(place.line).or_default() += 1;
    }
    let shared = |place: &Place| lines.get(&place.line).is_some_and(|count| *count > 1);
    let place = |place: &Place| match place.number {
        0 => name.clone(),
        _ if single => name.clone(),
        number if shared(place) => format!("{name}:{}, record {number}", place.line),
        _ => format!("{name}:{}", place.line),
    };
    let places: Vec<String> = found.iter().map(|(at, _)| place(at)).collect();
    places.into_iter().zip(found).map(|(place, (_, text))| Found { place, text }).collect()
}

/// Digests are not fault in a folder, where CloudTrail puts them beside the logs.
fn texts(reader: impl io::Read, skips_digests: bool) -> Vec<(Place, Result<String, String>)> {
    let mut found = Vec::new();
    records::read(reader, &mut |one| {
        let text = match one.item {
            Ok(Item::Digest) if skips_digests => return true,
            Ok(Item::Digest) => Err("this is a digest file of CloudTrail: it has no events".to_owned()),
            Ok(Item::Record(record)) => record.to_event(),
            Ok(Item::Event(text)) => Ok(text.to_owned()),
            Err(why) => Err(why),
        };
        // An empty file is no fault here: there are no events, which whoever asks says.
        if one.place.number > 0 || text.as_ref().is_err_and(|why| why != records::EMPTY) {
            found.push((one.place, text));
        }
        true
    });
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"source":"s","detail-type":"t","detail":{"n":1.0,"n":1e0}}"#;

    fn check(text: &str, expected: &[(u64, Result<&str, &str>)]) {
        let found = texts(text.as_bytes(), false);
        let found: Vec<_> =
            found.iter().map(|(at, text)| (at.line, text.as_deref().map_err(String::as_str))).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn one_event_or_many_as_they_are_written() {
        check("", &[]);
        check(" \n\n", &[]);
        check("[]", &[]);
        check(&format!("{EVENT}\n"), &[(1, Ok(EVENT))]);
        check(&format!("{EVENT}\r\n{EVENT}\r\n"), &[(1, Ok(EVENT)), (2, Ok(EVENT))]);
        check(&format!("{EVENT}{EVENT}"), &[(1, Ok(EVENT)), (1, Ok(EVENT))]);
        check(&format!("[{EVENT},\n {EVENT}]"), &[(1, Ok(EVENT)), (2, Ok(EVENT))]);
    }

    #[test]
    fn a_broken_line_leaves_the_others() {
        check(
            &format!("{EVENT}\n{{\"b\":\n{EVENT}\n"),
            &[
                (1, Ok(EVENT)),
                (2, Err("this is not JSON: what begins here does not end before the next `{`")),
                (3, Ok(EVENT)),
            ],
        );
        check("{\n  \"a\": 1,\n}", &[(3, Err("this is not JSON: trailing comma at column 1"))]);
        check("nonsense", &[(1, Err("this is not JSON: expected ident at column 2"))]);
    }
}
