//! An `[[ignore]]` whose day is over.

use std::sync::Arc;

use watcher::Ignore;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::overrides::Override;
use crate::places::PlacedIgnore;
use crate::source::Source;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "ignore-expired",
    level: Level::Warning,
    what: "an `[[ignore]]` whose day is over",
    why: "It has no effect any more, and says that something is ignored.",
    bad: r#"[[ignore]]
reason = "the migration"
until = 2020-01-31
pattern.account = ["123456789012"]
"#,
    good: r#"[[ignore]]
reason = "the migration"
until = 2099-01-31
pattern.account = ["123456789012"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let mut findings: Vec<Finding> = project
        .readable()
        .flat_map(|file| {
            expired(&file.source, file.written().ignores.iter().zip(&file.places.ignores), context)
        })
        .collect();
    if let Some(file) = &project.config_file {
        findings.extend(expired(&file.source, project.config.ignores.iter().zip(&file.ignores), context));
        let ignores = file.overrides.iter().flat_map(Override::ignores);
        findings.extend(expired(&file.source, ignores, context));
    }
    findings
}

fn expired<'a>(
    source: &Arc<Source>,
    ignores: impl Iterator<Item = (&'a Ignore, &'a PlacedIgnore)>,
    context: &Context<'_>,
) -> Vec<Finding> {
    let ended = ignores.filter(|(ignore, _)| !ignore.holds(context.options.today));
    ended
        .map(|(ignore, place)| {
            let span = place.until.clone().unwrap_or(place.span.clone());
            let until = ignore.until.map(|day| day.to_string()).unwrap_or_default();
            Finding::new(&LINT, source, span, format!("this ignore ended on {until}"))
                .help("remove it, or set a later day")
        })
        .collect()
}
