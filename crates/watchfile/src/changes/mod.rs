//! What differs between two versions of the shipped watchers, and what that means for a project that uses them. Comments,
//! layout and tests of the files are no difference.

mod pattern;
mod touched;

use std::collections::BTreeSet;
use std::fmt::Write;

use serde::Serialize;
use watcher::{Field, Group, Ignore, Template};

use crate::project::Project;
use crate::renames::Fate;
use crate::watcher_file::WatcherFile;

pub use pattern::Events;
pub use touched::{Touched, touched};

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
    /// Whether it is on unless a project says otherwise; of one that went, whether it was.
    pub on: bool,
    /// How bad it is.
    pub severity: &'static str,
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
    Came,
    /// It is not there any more.
    Went,
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
    pub gone: Vec<String>,
    /// The values that it has and did not have.
    pub come: Vec<String>,
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

/// What differs between the shipped watchers of two versions. What became of those that went says the newer one.
pub fn compare(before: &Project, after: &Project) -> Changes {
    let (mut watchers, mut same, mut found) = (Vec::new(), 0, BTreeSet::new());
    for old in &before.files {
        let name = &old.watcher.name;
        let fate = after.renames.fate(name).filter(|_| after.watcher(name).is_none());
        let now = fate.and_then(|fate| fate.renamed).map_or(&**name, |(to, _)| to);
        match after.watcher(now) {
            Some(new) => {
                found.insert(now);
                match changed(old, new, fate) {
                    Some(change) => watchers.push(change),
                    None => same += 1,
                }
            }
            None => watchers.push(went(old, fate)),
        }
    }
    let is_new = |file: &&WatcherFile| !found.contains(&*file.watcher.name);
    watchers.extend(after.files.iter().filter(is_new).map(came));
    watchers.sort_by(|a, b| a.name.cmp(&b.name));
    let ignores = list("ignore", &ignores(&before.config.ignores), &ignores(&after.config.ignores));
    Changes { watchers, same, ignores }
}

fn of(file: &WatcherFile, change: Happened) -> WatcherChange {
    let watcher = file.written();
    WatcherChange {
        name: watcher.name.clone(),
        change,
        renamed_from: None,
        version: None,
        instead: None,
        on: file.written_enabled(),
        severity: watcher.severity.as_str(),
        title: watcher.title.source().to_owned(),
        events: None,
        keys: Vec::new(),
    }
}

fn came(file: &WatcherFile) -> WatcherChange {
    of(file, Happened::Came)
}

fn went(file: &WatcherFile, fate: Option<Fate<'_>>) -> WatcherChange {
    let (instead, version) = fate.and_then(|fate| fate.removed).unzip();
    WatcherChange {
        version: version.map(str::to_owned),
        instead: instead.map(str::to_owned),
        ..of(file, Happened::Went)
    }
}

/// What differs of a watcher; none if nothing does.
fn changed(old: &WatcherFile, new: &WatcherFile, fate: Option<Fate<'_>>) -> Option<WatcherChange> {
    let (was, is) = (old.written(), new.written());
    let (events, conditions) = pattern::compare(&was.pattern, &is.pattern).unzip();
    let flag = |file: &WatcherFile| vec![file.written_enabled().to_string()];
    let text = |template: &Template| vec![template.source().to_owned()];
    let attempt = |template: &Option<Template>| template.iter().flat_map(text).collect::<Vec<_>>();
    let severity = |watcher: &watcher::Watcher| vec![watcher.severity.as_str().to_owned()];
    let runbook = |watcher: &watcher::Watcher| -> Vec<String> {
        watcher.runbook.iter().map(|runbook| runbook.as_str().to_owned()).collect()
    };
    let rows = [
        list("title", &text(&was.title), &text(&is.title)),
        list("severity", &severity(was), &severity(is)),
        list("channels", &was.channels, &is.channels),
        list("message", &text(&was.message), &text(&is.message)),
        list("attempt", &attempt(&was.attempt), &attempt(&is.attempt)),
        list("tags", &old.tags, &new.tags),
        list("runbook", &runbook(was), &runbook(is)),
        list("references", &old.references, &new.references),
        list("enabled", &flag(old), &flag(new)),
    ];
    let behind = [
        list("fields", &fields(&was.fields), &fields(&is.fields)),
        cases(was, is),
        list("group", &group(was.group.as_ref()), &group(is.group.as_ref())),
        list("ignore", &ignores(&was.ignores), &ignores(&is.ignores)),
    ];
    let keys: Vec<KeyChange> = rows
        .into_iter()
        .flatten()
        .chain(conditions.into_iter().flatten())
        .chain(behind.into_iter().flatten())
        .collect();
    let renamed = fate.and_then(|fate| fate.renamed);
    if renamed.is_none() && keys.is_empty() {
        return None;
    }
    let change = if renamed.is_some() { Happened::Renamed } else { Happened::Changed };
    Some(WatcherChange {
        renamed_from: renamed.map(|_| was.name.clone()),
        version: renamed.map(|(_, version)| version.to_owned()),
        events,
        keys,
        ..of(new, change)
    })
}

/// The row of a key with these values; none if they are the same. Their order does not count.
fn list(key: &str, before: &[String], after: &[String]) -> Option<KeyChange> {
    let without = |these: &[String], those: &[String]| -> Vec<String> {
        these.iter().filter(|value| !those.contains(value)).cloned().collect()
    };
    let (gone, come) = (without(before, after), without(after, before));
    let is_same = gone.is_empty() && come.is_empty();
    (!is_same).then(|| KeyChange { key: key.to_owned(), gone, come })
}

/// The first case that holds counts, so here the order does too.
fn cases(was: &watcher::Watcher, is: &watcher::Watcher) -> Option<KeyChange> {
    let texts = |watcher: &watcher::Watcher| -> Vec<String> {
        let one = |case: &watcher::Case| {
            let channels = case.channels.as_ref().map(|names| format!(" to {}", names.join(", ")));
            let severity = case.severity.as_str();
            format!("{severity} when {}{}", case.when.source(), channels.unwrap_or_default())
        };
        watcher.cases.iter().map(one).collect()
    };
    let (gone, come) = (texts(was), texts(is));
    let differ = list("case", &gone, &come);
    differ.or_else(|| (gone != come).then(|| KeyChange { key: "case".to_owned(), gone, come }))
}

fn fields(fields: &[Field]) -> Vec<String> {
    let one = |field: &Field| {
        let paths: Vec<String> = field.paths.iter().map(ToString::to_string).collect();
        format!("{} = {}", field.name, paths.join(", "))
    };
    fields.iter().map(one).collect()
}

fn group(group: Option<&Group>) -> Vec<String> {
    let one = |group: &Group| {
        let mut text = format!("by {} for {}", group.by.join(", "), group.window_in_units());
        if group.at_least > 1 {
            let _ = write!(text, ", from {} events on", group.at_least);
        }
        text
    };
    group.into_iter().map(one).collect()
}

fn ignores(ignores: &[Ignore]) -> Vec<String> {
    let one = |ignore: &Ignore| {
        let until = ignore.until.map_or_else(String::new, |day| format!(" until {day}"));
        format!("{}{until}: {}", ignore.reason, ignore.pattern)
    };
    ignores.iter().map(one).collect()
}
