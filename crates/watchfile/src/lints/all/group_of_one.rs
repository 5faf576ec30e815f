//! A group by what no two events share.

use std::sync::Arc;

use aws_facts::fields;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::source::Source;
use crate::table::Span;
use crate::watcher_file::{State, WatcherFile};

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "group-of-one",
    level: Level::Error,
    what: "a group by what no two events share",
    why: "Each event makes a group of its own: nothing is put together, and with `at-least` nothing is ever sent. A group is by who did it, or to what.",
    bad: r#"[group]
by = ["time"]
window = "15m"
at-least = 5
"#,
    good: r#"[group]
by = ["actor"]
window = "15m"
at-least = 5
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

/// The standard variables that differ with each event. The link holds its id.
const VARIABLES: [&str; 3] = ["event", "link", "time"];

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let files = || project.readable().filter(|file| file.state != State::Part);
    let mut findings = Vec::new();
    for file in files() {
        let by = file.written().group.iter().flat_map(|group| &group.by).zip(&file.places.group_by);
        findings.extend(of_one(file, by, &file.source));
    }
    let Some(config) = &project.config_file else { return findings };
    for over in &config.overrides {
        for placed in over.groups() {
            let by = || placed.group.by.iter().zip(&placed.by);
            let selected = files().filter(|file| file.is_selected(over));
            findings.extend(selected.flat_map(|file| of_one(file, by(), &config.source)));
        }
    }
    findings
}

/// For each name that differs with each event of the watcher.
fn of_one<'a>(
    file: &WatcherFile,
    by: impl Iterator<Item = (&'a String, &'a Span)>,
    source: &Arc<Source>,
) -> Vec<Finding> {
    by.filter(|(name, _)| is_of_one(file, name))
        .map(|(name, span)| {
            let message = format!("no two events have the same `{name}`");
            Finding::new(&LINT, source, span.clone(), message)
                .help("group by who did it or to what, for example `by = [\"actor\"]`")
        })
        .collect()
}

fn is_of_one(file: &WatcherFile, name: &str) -> bool {
    // A field of a standard variable's name wins.
    let Some(field) = file.places.fields.iter().find(|field| field.name == name) else {
        return VARIABLES.contains(&name);
    };
    !field.paths.is_empty()
        && field.paths.iter().all(|path| {
            let names = || path.names.iter().map(|(name, _)| name.as_str());
            fields::all().iter().any(|field| field.is_unique && field.path.split('.').eq(names()))
        })
}
