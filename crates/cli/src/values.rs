//! JSON values from files and standard input, whatever they are, for `try --pattern`: AWS's test-event-pattern takes no
//! record, and says itself what an event lacks.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use crate::events::{Found, unreadable};
use crate::tree::Input;

/// The values of the files, in order; `-` is standard input.
pub(crate) fn read(paths: &[PathBuf]) -> Vec<Found> {
    paths.iter().flat_map(|path| read_one(path)).collect()
}

fn read_one(path: &Path) -> Vec<Found> {
    let (input, mut bytes) = (Input::named(path), Vec::new());
    let name = input.name();
    let read = input.open().and_then(|mut reader| reader.read_to_end(&mut bytes));
    let text = match read.map(|_| String::from_utf8(bytes)) {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => return vec![Found { place: name, text: Err("the file is not UTF-8 text".to_owned()) }],
        Err(error) => return vec![unreadable(name, &error)],
    };
    let found = split(text.strip_prefix('\u{feff}').unwrap_or(&text));
    let single = found.len() == 1 && found[0].1.is_ok();
    let place = |line: usize| if single { name.clone() } else { format!("{name}:{line}") };
    found.into_iter().map(|(line, text)| Found { place: place(line), text }).collect()
}

/// The JSON values of a text with their lines; the elements of a list stand for it.
fn split(text: &str) -> Vec<(usize, Result<String, String>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(skipped) = text[from..].find(|c: char| !c.is_ascii_whitespace()) {
        let start = from + skipped;
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<&RawValue>();
        match values.next() {
            Some(Ok(value)) => {
                push(&mut found, text, value.get());
                from = start + values.byte_offset();
            }
            Some(Err(error)) => {
                // One broken line of JSON Lines is not a reason to leave the others.
                let next = text[start..].find("\n{").map(|at| start + at + 1);
                found.push(broken(text, start, &error, next));
                let Some(next) = next else { break };
                from = next;
            }
            None => break,
        }
    }
    found
}

fn push(found: &mut Vec<(usize, Result<String, String>)>, text: &str, value: &str) {
    let event = |value: &str| {
        // `value` is a part of `text`.
        let at = value.as_ptr() as usize - text.as_ptr() as usize;
        (line_of(text, at), Ok(value.to_owned()))
    };
    match serde_json::from_str::<Vec<&RawValue>>(value) {
        Ok(values) => found.extend(values.into_iter().map(|value| event(value.get()))),
        Err(_) => found.push(event(value)),
    }
}

/// What is wrong with the value that begins at `start`; `next` is where the next one seems to begin.
fn broken(
    text: &str,
    start: usize,
    error: &serde_json::Error,
    next: Option<usize>,
) -> (usize, Result<String, String>) {
    let first = line_of(text, start);
    let line = first + error.line() - 1;
    if next.is_some_and(|next| line >= line_of(text, next)) {
        return (
            first,
            Err("this is not JSON: what begins here does not end before the next `{`".to_owned()),
        );
    }
    let before =
        if error.line() == 1 { text[..start].rfind('\n').map_or(start, |at| start - at - 1) } else { 0 };
    let whole = error.to_string();
    let what = whole.split(" at line ").next().unwrap_or_default();
    (line, Err(format!("this is not JSON: {what} at column {}", before + error.column())))
}

fn line_of(text: &str, at: usize) -> usize {
    text[..at].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(usize, Result<&str, &str>)]) {
        let found = split(text);
        let found: Vec<_> =
            found.iter().map(|(line, text)| (*line, text.as_deref().map_err(String::as_str))).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn one_event_or_many() {
        check("", &[]);
        check(" \n\n", &[]);
        check("[]", &[]);
        check("{\"a\": 1}\n", &[(1, Ok("{\"a\": 1}"))]);
        check("{\n \"a\":\n1}\n\n{}", &[(1, Ok("{\n \"a\":\n1}")), (5, Ok("{}"))]);
        check("{}\r\n{}\r\n", &[(1, Ok("{}")), (2, Ok("{}"))]);
        check("{}{}", &[(1, Ok("{}")), (1, Ok("{}"))]);
        check("[{},\n {\"a\":[1]}]", &[(1, Ok("{}")), (2, Ok("{\"a\":[1]}"))]);
    }

    #[test]
    fn what_is_written_stays_as_it_is() {
        check("{\"a\":1.0,\"a\":1e0}", &[(1, Ok("{\"a\":1.0,\"a\":1e0}"))]);
    }

    #[test]
    fn a_broken_line_leaves_the_others() {
        check(
            "{\"a\":1}\n{\"b\":\n{\"c\":3}\n",
            &[
                (1, Ok("{\"a\":1}")),
                (2, Err("this is not JSON: what begins here does not end before the next `{`")),
                (3, Ok("{\"c\":3}")),
            ],
        );
        check(
            "{}\n{} nonsense",
            &[(1, Ok("{}")), (2, Ok("{}")), (2, Err("this is not JSON: expected ident at column 5"))],
        );
        check("{\n  \"a\": 1,\n}", &[(3, Err("this is not JSON: key must be a string at column 1"))]);
        check("nonsense", &[(1, Err("this is not JSON: expected ident at column 2"))]);
    }
}
