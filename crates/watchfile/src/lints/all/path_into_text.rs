//! A path that leads into a text.

use aws_facts::fields::{self, Holds};
use aws_facts::parameters::Kind;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::facts::{By, is_cloudtrail, key_read, parameter, part_name, paths_read};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "path-into-text",
    level: Level::Warning,
    what: "a path that leads into a text",
    why: "Nothing is below a text: a condition there never matches, and a field finds nothing. CloudTrail records policies as one text of JSON, as the caller sent it; a `wildcard` looks into it. Where the spaces are is up to the caller, so leave a `*` wherever some may be.",
    bad: r#"[pattern]
source = ["aws.kms"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["PutKeyPolicy"]
detail.requestParameters.policy.Statement.Principal = ["*"]
"#,
    good: r#"[pattern]
source = ["aws.kms"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["PutKeyPolicy"]
detail.requestParameters.policy = [{ wildcard = '*"Principal"*"\*"*' }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    paths_read(file).into_iter().filter_map(|(names, by)| found(file, names, by)).collect()
}

fn found(file: &WatcherFile, names: Vec<(String, Span)>, by: By) -> Option<Finding> {
    if let Some(finding) = of_record(file, &names, by) {
        return Some(finding);
    }
    let read = key_read(names, by)?;
    let ((key, _), (below, span)) = (&read.names[0], read.names.get(1)?);
    let kind = parameter(&file.places.pattern, read.part, key)?;
    let path = format!("detail.{}.{key}", part_name(read.part));
    let (what, help) = match kind {
        Kind::Json => ("one text of JSON", into_json(&path, below, by)),
        Kind::Text | Kind::Name => ("a text", the_text(&path, by)),
        _ => return None,
    };
    let message = format!("`{path}` is {what}: there is no `{below}` in it");
    Some(Finding::new(&LINT, &file.source, span.clone(), message).help(help))
}

/// A path into a text that all records have. In a pattern that is impossible, and found there.
fn of_record(file: &WatcherFile, names: &[(String, Span)], by: By) -> Option<Finding> {
    let alternatives = file.places.pattern.pattern.alternatives();
    if by == By::Pattern || !alternatives.iter().all(is_cloudtrail) {
        return None;
    }
    let path = |end: usize| names[..end].iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".");
    let is_text = |end: &usize| fields::at(&path(*end)).is_some_and(|field| field.holds == Holds::Text);
    let end = (1..names.len()).find(is_text)?;
    let (text, (below, span)) = (path(end), &names[end]);
    let message = format!("`{text}` is a text: there is no `{below}` in it");
    Some(Finding::new(&LINT, &file.source, span.clone(), message).help(the_text(&text, by)))
}

fn into_json(path: &str, below: &str, by: By) -> String {
    // A key with a quote or a backslash is not what a policy has.
    let is_plain = below.chars().all(|c| c.is_ascii_alphanumeric() || "-_:.".contains(c));
    match by {
        By::Pattern if is_plain => {
            format!("compare the text, in which spaces vary: `{path} = [{{ wildcard = '*\"{below}\"*' }}]`")
        }
        _ => the_text(path, by),
    }
}

fn the_text(path: &str, by: By) -> String {
    match by {
        By::Pattern => "compare the text itself".to_owned(),
        By::Field => format!("print the text itself: `$.{path}`"),
        By::Text => format!("print the text itself: `event.{path}`"),
    }
}
