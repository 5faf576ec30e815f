//! A group by what no two events share.

use aws_facts::fields;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

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
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

/// The standard variables that differ with each event. The link holds its id.
const VARIABLES: [&str; 3] = ["event", "link", "time"];

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let by = file.watcher.group.iter().flat_map(|group| &group.by).zip(&file.places.group_by);
    let of_one = by.filter(|(name, _)| is_of_one(file, name));
    of_one
        .map(|(name, span)| {
            let message = format!("no two events have the same `{name}`");
            Finding::new(&LINT, &file.source, span.clone(), message)
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
