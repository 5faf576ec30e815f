//! A value that a field of a native event never has.

use aws_facts::native_values;
use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{did_you_mean, list};
use crate::watcher_file::WatcherFile;

use super::super::facts::only;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "impossible-value",
    level: Level::Warning,
    what: "a value that a field of a native event never has",
    why: "A misspelt state, or one in another case, matches nothing, and nobody is alerted. Only fields whose values AWS lists are checked.",
    bad: r#"message = "{{event_name}}"

[pattern]
source = ["aws.ecs"]
detail-type = ["ECS Task State Change"]
detail.lastStatus = ["STOPED"]
"#,
    good: r#"message = "{{event_name}}"

[pattern]
source = ["aws.ecs"]
detail-type = ["ECS Task State Change"]
detail.lastStatus = ["STOPPED"]
"#,
    fix: Some("writes the value that is meant, if it is a slip of just one"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for (path, candidates) in alternative.fields() {
            let Some(known) = path.strip_prefix("detail.").and_then(|path| values(alternative, path)) else {
                continue;
            };
            for (never, text) in candidates.iter().filter_map(|candidate| never(candidate, &known)) {
                let message = format!("`{path}` {never} `{text}` in these events");
                let help = did_you_mean(text, known.iter().copied())
                    .unwrap_or_else(|| format!("it is {}", list(known.iter().copied())));
                let span = pattern.place_of(path, text);
                let finding = Finding::new(&LINT, &file.source, span, message).help(help);
                let whole = never == "is never";
                findings.push(if whole { finding.respelt(text, known.iter().copied()) } else { finding });
            }
        }
    }
    findings.dedup();
    findings
}

/// What a field of `detail` can be in the events that are taken; none if that is not known of one of them.
fn values(alternative: &Alternative, path: &str) -> Option<Vec<&'static str>> {
    let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
    let mut known = Vec::new();
    for kind in types {
        let of_kind = sources.iter().find_map(|source| native_values::of(source, kind, path))?;
        known.extend(of_kind.iter().filter(|value| !known.contains(*value)).collect::<Vec<_>>());
    }
    Some(known)
}

/// The text of a candidate that takes none of the values, and how it is compared.
fn never<'a>(candidate: &'a Candidate, known: &[&str]) -> Option<(&'static str, &'a str)> {
    let (what, text, taken): (_, &str, fn(&str, &str) -> bool) = match candidate {
        Candidate::Prefix(text) => ("never begins with", text, |value, text| value.starts_with(text)),
        Candidate::Suffix(text) => ("never ends with", text, |value, text| value.ends_with(text)),
        other => ("is never", other.as_str()?, |value, text| value == text),
    };
    (!known.iter().any(|value| taken(value, text))).then_some((what, text))
}
