//! What differs between two versions of the watchers: of the shipped ones, by what their files say, and what that means for a
//! project that uses them; or of a project, by what is deployed. Comments, layout and tests of the files are no difference.

mod pattern;
mod settings;
mod touched;
mod words;

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use watcher::{Template, Watcher};

use crate::project::Project;
use crate::renames::Fate;
use crate::watcher_file::WatcherFile;

pub use pattern::{Events, compare as patterns};
pub use settings::settings;
pub use touched::{Touched, touched};

use words::{fields, group, ignores};

/// What differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Changes {
    /// The watchers that differ, by name: those of both versions, those that came, and those that went.
    pub watchers: Vec<WatcherChange>,
    /// How many are the same.
    pub same: usize,
    /// The ignores that all watchers share.
    pub ignores: Option<KeyChange>,
}

/// A watcher that differs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WatcherChange {
    /// Its name in the newer version, or its last one.
    pub name: String,
    /// What happened to it.
    pub change: Happened,
    /// What it was called, if it was renamed.
    pub renamed_from: Option<String>,
    /// The version in which it was renamed or removed, as `renames.toml` says.
    pub version: Option<String>,
    /// Why it went, or what there is instead, as `renames.toml` says.
    pub instead: Option<String>,
    /// Whether it is on; of one that went, whether it was.
    pub on: bool,
    /// How bad it is.
    pub severity: &'static str,
    /// The channels that it names.
    pub channels: Vec<String>,
    /// Its title's template.
    pub title: String,
    /// What is known of the events that it takes, if its pattern differs.
    pub events: Option<Events>,
    /// The keys of its file that differ. A pattern has a row for each of its keys.
    pub keys: Vec<KeyChange>,
}

/// What happened to a watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Happened {
    /// It is new.
    Added,
    /// It is not there any more.
    Removed,
    /// It has another name, and perhaps other keys.
    Renamed,
    /// Some of its keys differ.
    Changed,
}

/// A key that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyChange {
    /// `severity`, `pattern.detail.eventName`
    pub key: String,
    /// The values that it had and has no more.
    pub removed: Vec<String>,
    /// The values that it has and did not have.
    pub added: Vec<String>,
}

impl Changes {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.watchers.is_empty() && self.ignores.is_none()
    }
}

impl WatcherChange {
    /// The names of the keys that differ, the pattern's as one.
    pub fn key_names(&self) -> Vec<&str> {
        let mut names: Vec<&str> =
            self.keys.iter().map(|change| change.key.split('.').next().unwrap_or_default()).collect();
        names.dedup();
        names
    }
}

/// What of a watcher is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum View {
    /// What its file says.
    Written,
    /// What runs: its file, with the overrides.
    Deployed,
}

impl View {
    fn watcher(self, file: &WatcherFile) -> &Watcher {
        match self {
            View::Written => file.written(),
            View::Deployed => &file.watcher,
        }
    }

    fn enabled(self, file: &WatcherFile) -> bool {
        match self {
            View::Written => file.written_enabled(),
            View::Deployed => file.enabled,
        }
    }
}

/// What differs between the shipped watchers of two versions. What became of those that went says the newer one.
pub fn compare(before: &Project, after: &Project) -> Changes {
    compared(before, after, View::Written)
}

/// What differs between the watchers as two states of a project deploy them.
pub fn deployed(before: &Project, after: &Project) -> Changes {
    compared(before, after, View::Deployed)
}

fn compared(before: &Project, after: &Project, view: View) -> Changes {
    let (mut watchers, mut same, mut found) = (Vec::new(), 0, BTreeSet::new());
    for old in &before.files {
        let name = &old.watcher.name;
        let fate = after.renames.fate(name).filter(|_| after.watcher(name).is_none());
        let renamed = fate.as_ref().and_then(|fate| fate.renamed);
        let moved = || if view == View::Deployed { moved(old, before, after) } else { None };
        let now = renamed.map_or_else(|| moved().unwrap_or(name), |(to, _)| to);
        match after.watcher(now) {
            Some(new) => {
                found.insert(now);
                match changed(old, new, renamed.map(|(_, version)| version), view) {
                    Some(change) => watchers.push(change),
                    None => same += 1,
                }
            }
            None => watchers.push(removed(old, fate, view)),
        }
    }
    let is_new = |file: &&WatcherFile| !found.contains(&*file.watcher.name);
    watchers.extend(after.files.iter().filter(is_new).map(|file| of(file, Happened::Added, view)));
    watchers.sort_by(|a, b| a.name.cmp(&b.name));
    let ignores = list("ignore", &ignores(&before.config.ignores), &ignores(&after.config.ignores));
    Changes { watchers, same, ignores }
}

/// What a file that is removed is called now, if it was renamed without a word in `renames.toml`: the one new file of the one
/// pattern that no other file had.
fn moved<'a>(old: &WatcherFile, before: &Project, after: &'a Project) -> Option<&'a str> {
    if after.watcher(&old.watcher.name).is_some() {
        return None;
    }
    let is_alike = |file: &&WatcherFile| file.watcher.pattern == old.watcher.pattern;
    let mut new = after.files.iter().filter(is_alike);
    let found =
        new.next().filter(|_| new.next().is_none() && before.files.iter().filter(is_alike).count() == 1)?;
    Some(&found.watcher.name).filter(|name| before.watcher(name).is_none()).map(|name| &**name)
}

fn of(file: &WatcherFile, change: Happened, view: View) -> WatcherChange {
    let watcher = view.watcher(file);
    WatcherChange {
        name: watcher.name.clone(),
        change,
        renamed_from: None,
        version: None,
        instead: None,
        on: view.enabled(file),
        severity: watcher.severity.as_str(),
        channels: watcher.channels.clone(),
        title: watcher.title.source().to_owned(),
        events: None,
        keys: Vec::new(),
    }
}

fn removed(file: &WatcherFile, fate: Option<Fate<'_>>, view: View) -> WatcherChange {
    let (instead, version) = fate.and_then(|fate| fate.removed).unzip();
    WatcherChange {
        version: version.map(str::to_owned),
        instead: instead.map(str::to_owned),
        ..of(file, Happened::Removed, view)
    }
}

/// What differs of a watcher; none if nothing does. `version`: the one that has renamed it.
fn changed(old: &WatcherFile, new: &WatcherFile, version: Option<&str>, view: View) -> Option<WatcherChange> {
    let (was, is) = (view.watcher(old), view.watcher(new));
    let (events, conditions) = pattern::compare(&was.pattern, &is.pattern).unzip();
    let flag = |file: &WatcherFile| vec![view.enabled(file).to_string()];
    let text = |template: &Template| vec![template.source().to_owned()];
    let attempt = |template: &Option<Template>| template.iter().flat_map(text).collect::<Vec<_>>();
    let severity = |watcher: &Watcher| vec![watcher.severity.as_str().to_owned()];
    let runbook = |watcher: &Watcher| -> Vec<String> {
        watcher.runbook.iter().map(|runbook| runbook.as_str().to_owned()).collect()
    };
    let rows = [
        list("title", &text(&was.title), &text(&is.title)),
        list("severity", &severity(was), &severity(is)),
        list("channels", &was.channels, &is.channels),
        list("message", &text(&was.message), &text(&is.message)),
        list("attempt", &attempt(&was.attempt), &attempt(&is.attempt)),
        list("runbook", &runbook(was), &runbook(is)),
    ];
    let enabled = list("enabled", &flag(old), &flag(new));
    // They are for people who look for a watcher, and not deployed.
    let about = [list("tags", &old.tags, &new.tags), list("references", &old.references, &new.references)];
    let about = about.into_iter().filter(|_| view == View::Written);
    let behind = [
        list("fields", &fields(&was.fields), &fields(&is.fields)),
        cases(was, is),
        list("group", &group(was.group.as_ref()), &group(is.group.as_ref())),
        list("ignore", &ignores(&was.ignores), &ignores(&is.ignores)),
    ];
    let keys: Vec<KeyChange> = rows
        .into_iter()
        .chain(about)
        .chain([enabled])
        .flatten()
        .chain(conditions.into_iter().flatten())
        .chain(behind.into_iter().flatten())
        .chain(others(was, is))
        .collect();
    let is_renamed = was.name != is.name;
    if !is_renamed && keys.is_empty() {
        return None;
    }
    let change = if is_renamed { Happened::Renamed } else { Happened::Changed };
    Some(WatcherChange {
        renamed_from: is_renamed.then(|| was.name.clone()),
        version: version.map(str::to_owned),
        events,
        keys,
        ..of(new, change, view)
    })
}

/// What a watcher's file can say that has no row above, so that no key is forgotten.
fn others(was: &Watcher, is: &Watcher) -> Vec<KeyChange> {
    const ROWS: [&str; 12] = [
        "name", "title", "severity", "channels", "message", "attempt", "runbook", "pattern", "fields",
        "cases", "group", "ignores",
    ];
    let values = |watcher: &Watcher| match serde_json::to_value(watcher) {
        Ok(Value::Object(keys)) => keys,
        _ => serde_json::Map::new(),
    };
    let (was, is) = (values(was), values(is));
    let keys: BTreeSet<&String> =
        was.keys().chain(is.keys()).filter(|key| !ROWS.contains(&key.as_str())).collect();
    let texts = |value: Option<&Value>| -> Vec<String> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        value.filter(|value| !value.is_null()).map(text).into_iter().collect()
    };
    keys.into_iter().filter_map(|key| list(key, &texts(was.get(key)), &texts(is.get(key)))).collect()
}

/// The row of a key with these values; none if they are the same. Their order does not count.
fn list(key: &str, before: &[String], after: &[String]) -> Option<KeyChange> {
    let without = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|value| !those.contains(value)).cloned().collect()
    };
    let (removed, added) = (without(before, after), without(after, before));
    let is_same = removed.is_empty() && added.is_empty();
    (!is_same).then(|| KeyChange { key: key.to_owned(), removed, added })
}

/// [`list`], of values whose order counts.
fn ordered(key: &str, removed: Vec<String>, added: Vec<String>) -> Option<KeyChange> {
    let differ = list(key, &removed, &added);
    differ.or_else(|| (removed != added).then(|| KeyChange { key: key.to_owned(), removed, added }))
}

/// The first case that holds counts.
fn cases(was: &Watcher, is: &Watcher) -> Option<KeyChange> {
    let texts = |watcher: &Watcher| watcher.cases.iter().map(words::case).collect();
    ordered("case", texts(was), texts(is))
}
