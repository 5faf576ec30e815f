//! The embedded form of the watchers: a line of JSON with what every event needs, then a line for each watcher.
//!
//! A line is read when an event first comes that its watcher may want. To read them all would take 20 µs a watcher of
//! each start, and most sandboxes see events of few sources.

use std::sync::OnceLock;

use event_pattern::Pattern;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::routes::Routes;
use crate::watcher::{self, Watcher};
use crate::watchers::Config;

/// The first line.
#[derive(Serialize, Deserialize)]
struct Head<C, R> {
    config: C,
    routes: R,
    /// How long the other lines are, in bytes: to look for their ends would take longer than all else.
    lengths: Vec<usize>,
}

/// A watcher, and before it is needed the line that it is read from.
#[derive(Debug)]
pub(crate) struct Entry {
    line: &'static [u8],
    watcher: OnceLock<Watcher>,
}

impl Entry {
    pub(crate) fn watcher(&self) -> &Watcher {
        self.watcher.get_or_init(|| parse(self.line))
    }

    /// The watcher's pattern, without reading the rest.
    pub(crate) fn pattern(&self) -> Pattern {
        #[derive(Deserialize)]
        struct Wanted {
            #[serde(with = "watcher::pattern")]
            pattern: Pattern,
        }
        match self.watcher.get() {
            Some(watcher) => watcher.pattern.clone(),
            None => parse::<Wanted>(self.line).pattern,
        }
    }
}

impl From<Watcher> for Entry {
    fn from(watcher: Watcher) -> Entry {
        Entry { line: b"", watcher: OnceLock::from(watcher) }
    }
}

/// # Panics
/// On a first line that [`write`] did not write.
pub(crate) fn read(text: &'static [u8]) -> (Config, Routes, Vec<Entry>) {
    let mut stream = serde_json::Deserializer::from_slice(text).into_iter::<Head<Config, Routes>>();
    let head = stream.next().expect(WRITTEN).expect(WRITTEN);
    let mut rest = &text[stream.byte_offset()..];
    let entries = head.lengths.into_iter().map(|length| {
        let (line, others) = rest.split_at_checked(length).expect(WRITTEN);
        rest = others;
        Entry { line, watcher: OnceLock::new() }
    });
    (head.config, head.routes, entries.collect())
}

/// # Panics
/// When a line does not read back as its watcher: the function would find that out at an event.
pub(crate) fn write(config: &Config, routes: &Routes, entries: &[Entry]) -> Vec<u8> {
    let line = |entry: &Entry| {
        let watcher = entry.watcher();
        let line = json(watcher);
        assert!(
            parse::<Watcher>(&line) == *watcher,
            "`{}` does not read back as it was written",
            watcher.name
        );
        [b"\n".as_slice(), &line].concat()
    };
    let lines: Vec<Vec<u8>> = entries.iter().map(line).collect();
    let head = Head { config, routes, lengths: lines.iter().map(Vec::len).collect() };
    [json(&head), lines.concat()].concat()
}

fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("maps with string keys only")
}

fn parse<T: DeserializeOwned>(line: &[u8]) -> T {
    serde_json::from_slice(line).expect(WRITTEN)
}

const WRITTEN: &str = "the embedded watchers were written by to_embedded";
