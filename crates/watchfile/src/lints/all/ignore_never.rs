//! An `[[ignore]]` whose pattern cannot meet the watcher's.

use event_pattern::{Alternative, Candidate, Pattern};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "ignore-never",
    level: Level::Warning,
    what: "an `[[ignore]]` whose pattern cannot meet the watcher's",
    why: "It ignores nothing, and who reads it believes that it does.",
    bad: r#"[[ignore]]
reason = "roles come and go"
pattern.detail.eventName = ["DeleteRole"]
"#,
    good: r#"[[ignore]]
reason = "the sandbox account"
pattern.account = ["123456789012"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let mut findings: Vec<Finding> = project.readable().flat_map(of_file).collect();
    let Some(file) = &project.config_file else { return findings };
    for over in &file.overrides {
        for (ignore, place) in over.ignores() {
            let mut selected = project.readable().filter(|file| file.is_selected(over)).peekable();
            let is_for_some = selected.peek().is_some();
            if is_for_some && selected.all(|file| never(&ignore.pattern, &file.watcher.pattern).is_some()) {
                let message = "this ignore never applies: no watcher of the override takes such events";
                let finding = Finding::new(&LINT, &file.source, place.span.clone(), message);
                findings.push(finding.help("fix the ignore's pattern, or remove it"));
            }
        }
    }
    findings
}

fn of_file(file: &WatcherFile) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (ignore, place) in file.written().ignores.iter().zip(&file.places.ignores) {
        let Some(path) = never(&ignore.pattern, &file.watcher.pattern) else { continue };
        let span = place.pattern.at(&path).next().map_or(place.span.clone(), |leaf| leaf.span.clone());
        let related = file.places.pattern.at(&path).next().map(|leaf| leaf.span.clone());
        let message = format!("this ignore never applies: the watcher takes no event with such a `{path}`");
        let mut finding =
            Finding::new(&LINT, &file.source, span, message).help("fix the ignore's pattern, or remove it");
        if let Some(related) = related {
            finding = finding.related(&file.source, related, "the watcher takes these");
        }
        findings.push(finding);
    }
    findings
}

/// A path at which the two patterns exclude each other, if they do in all their alternatives.
fn never(ignored: &Pattern, watched: &Pattern) -> Option<String> {
    let apart = |ignored: &Alternative| {
        watched.alternatives().iter().map(|watched| apart(ignored, watched)).collect::<Option<Vec<_>>>()
    };
    let paths = ignored.alternatives().iter().map(apart).collect::<Option<Vec<_>>>()?;
    Some(paths.into_iter().flatten().next().unwrap_or_default())
}

/// The path at which the two exclude each other, if there is one.
fn apart(ignored: &Alternative, watched: &Alternative) -> Option<String> {
    let excludes = |path: &str, list: &[Candidate]| {
        let Some(others) = watched.get(path) else { return false };
        never_both(list, others) || never_both(others, list)
    };
    ignored.fields().find(|(path, list)| excludes(path, list)).map(|(path, _)| path.to_owned())
}

/// Whether the first list takes literal texts only, and the second none of them; a list in an event could hold both,
/// so this is reported for fields that hold one text.
fn never_both(texts: &[Candidate], others: &[Candidate]) -> bool {
    let only_texts: Option<Vec<&str>> = texts.iter().map(Candidate::as_str).collect();
    only_texts
        .is_some_and(|texts| !texts.iter().any(|text| others.iter().any(|other| other.matches_text(text))))
}
