//! The embedded form of the watchers: a line of JSON with what every event needs, then a line for each watcher.
//!
//! A function with hundreds of watchers starts as fast as one with three, because a line is read when an event first
//! comes that its watcher may want: 20 µs a watcher that most sandboxes never spend.

use std::sync::OnceLock;

use event_pattern::Pattern;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::routes::Routes;
use crate::watcher::{self, Watcher};
use crate::watchers::Config;

/// The first line.
#[derive(Deserialize)]
pub(crate) struct Head {
    pub(crate) config: Config,
    pub(crate) routes: Routes,
}

/// A watcher, and before it is needed the line that it is read from.
#[derive(Debug)]
pub(crate) struct Entry {
    line: &'static str,
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
        Entry { line: "", watcher: OnceLock::from(watcher) }
    }
}

/// # Panics
/// On a first line that [`write`] did not write.
pub(crate) fn read(text: &'static [u8]) -> (Head, Vec<Entry>) {
    let mut lines = std::str::from_utf8(text).expect("JSON is UTF-8").lines();
    let head = parse(lines.next().unwrap_or_default());
    (head, lines.map(|line| Entry { line, watcher: OnceLock::new() }).collect())
}

pub(crate) fn write(config: &Config, routes: &Routes, entries: &[Entry]) -> Vec<u8> {
    #[derive(Serialize)]
    struct Head<'a> {
        config: &'a Config,
        routes: &'a Routes,
    }
    let mut lines = vec![json(&Head { config, routes })];
    lines.extend(entries.iter().map(|entry| json(entry.watcher())));
    lines.join(&b'\n')
}

/// Without a newline: in a string it is `\n`.
fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("maps with string keys only")
}

fn parse<T: DeserializeOwned>(line: &str) -> T {
    serde_json::from_str(line).expect("the embedded watchers were written by to_embedded")
}
