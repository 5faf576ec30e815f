//! Ignores that have an end: until when they hold, and where they stand.

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use serde::Serialize;
use watcher::Ignore;

use crate::places::PlacedIgnore;
use crate::project::Project;
use crate::source::Source;

/// An ignore that ends soon, or has ended.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct End {
    /// The last day on which it holds.
    pub until: Date,
    /// Whether that is over.
    pub ended: bool,
    /// Whose events it ignores: names of watchers or selectors of an override; empty for all watchers.
    pub watchers: Vec<String>,
    /// Its reason.
    pub reason: String,
    /// The file, from the project's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// The ignores that have ended, and those that end within so many days, the earliest first.
pub fn ends(project: &Project, today: Date, days: i32) -> Vec<End> {
    let last = today.saturating_add(days.days());
    let mut found = Vec::new();
    let mut add = |source: &Arc<Source>, watchers: &[&str], ignore: &Ignore, place: &PlacedIgnore| {
        let Some(until) = ignore.until.filter(|until| *until <= last) else { return };
        let (line, _) = source.position(place.until.as_ref().unwrap_or(&place.span).start);
        found.push(End {
            until,
            ended: !ignore.holds(today),
            watchers: watchers.iter().map(|name| (*name).to_owned()).collect(),
            reason: ignore.reason.clone(),
            file: source.path.clone(),
            line,
        });
    };
    for file in &project.files {
        for (ignore, place) in file.written().ignores.iter().zip(&file.places.ignores) {
            add(&file.source, &[&file.watcher.name], ignore, place);
        }
    }
    if let Some(file) = &project.config_file {
        for (ignore, place) in project.config.ignores.iter().zip(&file.ignores) {
            add(&file.source, &[], ignore, place);
        }
        for over in &file.overrides {
            let watchers: Vec<&str> = over.selectors.iter().map(|(selector, _)| &*selector.text).collect();
            for (ignore, place) in over.ignores() {
                add(&file.source, &watchers, ignore, place);
            }
        }
    }
    found.sort();
    found
}
