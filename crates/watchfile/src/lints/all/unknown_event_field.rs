//! A field that events of this kind do not have.

use aws_facts::catalog::{Native, NativeEvent};
use event_pattern::Alternative;

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::{did_you_mean, is_short_slip, list, slip_of};
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use aws_facts::{fields, whole_objects};

use super::super::facts::{By, only, paths_read};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-event-field",
    level: Level::Error,
    what: "a field that events of this kind do not have",
    why: "A condition on it never matches, and a path to it finds nothing. CloudTrail's record is documented: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html. The list of a native event's fields is not complete: a likely slip is a warning, another field that is not known a note; of a few events every field is known, and then it is a warning too.",
    bad: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventname = ["DeleteBucket"]
"#,
    good: r#"[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["DeleteBucket"]
"#,
    fix: Some(
        "writes the field that is meant, if it is a slip of just one; writes `detail.` before a field of CloudTrail's record",
    ),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let alternatives = file.places.pattern.pattern.alternatives();
    let native = (!alternatives.is_empty()).then(|| native_fields(alternatives)).flatten();
    let recorded = !alternatives.is_empty() && alternatives.iter().all(is_record);
    let mut findings = Vec::new();
    for (names, by) in paths_read(file) {
        let Some((first, inner)) = names.split_first() else { continue };
        if first.0 != "detail" {
            // Of a pattern the envelope is checked when it is read.
            if by != By::Pattern && !fields::envelope().any(|key| key == first.0) {
                findings.push(of_envelope(file, first, by));
            }
        } else if recorded {
            findings.extend(of_record(file, inner));
        } else {
            let found = of_whole(file, inner, alternatives);
            findings.extend(found.or_else(|| of_native(file, inner, native.as_ref()?)));
        }
    }
    findings
}

fn finding(file: &WatcherFile, (name, span): &(String, Span), what: &str, help: String) -> Finding {
    Finding::new(&LINT, &file.source, span.clone(), format!("{what} has no `{name}`")).help(help)
}

fn of_envelope(file: &WatcherFile, first: &(String, Span), by: By) -> Finding {
    let (name, span) = first;
    if fields::record().any(|known| known == name) {
        let above = if by == By::Text { "event" } else { "$" };
        let help = format!("CloudTrail's record stands in `detail`: write `{above}.detail.{name}`");
        let text = &file.source.text;
        let is_dotted = text[..span.start].ends_with('.');
        let fix = is_dotted.then(|| Fix::rename(text, span, name, &format!("detail.{name}"))).flatten();
        return finding(file, first, "an event", help).fix(fix);
    }
    let help = did_you_mean(name, fields::envelope())
        .unwrap_or_else(|| format!("it has {}", list(fields::envelope())));
    finding(file, first, "an event", help).respelt(name, fields::envelope())
}

/// Whether all its events are records of CloudTrail.
fn is_record(alternative: &Alternative) -> bool {
    only(alternative, "detail-type")
        .is_some_and(|types| !types.is_empty() && types.iter().all(|kind| VIA_CLOUDTRAIL.contains(kind)))
}

fn of_record(file: &WatcherFile, names: &[(String, Span)]) -> Option<Finding> {
    let (key, _) = names.first()?;
    if !fields::record().any(|known| known == key) {
        let help =
            did_you_mean(key, fields::record()).unwrap_or_else(|| "look at a recorded event".to_owned());
        let finding = finding(file, &names[0], "CloudTrail's record", help);
        return Some(finding.respelt(key, fields::record()));
    }
    let path = |end: usize| names[..end].iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".");
    (1..names.len()).find_map(|at| {
        let above = path(at);
        slip(file, &names[at], &format!("`{above}`"), fields::keys(&format!("detail.{above}"))?)
    })
}

/// A name that is not known, and near to one that is. Of three or four letters one that differs makes another word often
/// enough, `tag` of `tags`: this is never an error.
fn slip<'a>(
    file: &WatcherFile,
    name: &(String, Span),
    what: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Option<Finding> {
    if known.clone().any(|known| known == name.0) {
        return None;
    }
    if let Some(help) = slip_of(&name.0, known.clone()) {
        return Some(finding(file, name, what, help).respelt(&name.0, known));
    }
    let help = did_you_mean(&name.0, known.clone().filter(|known| is_short_slip(&name.0, known)))?;
    let found = finding(file, name, what, help).respelt(&name.0, known);
    Some(Finding { severity: Level::Warning, ..found })
}

/// A path in `detail`, and what stands there.
type Field = (&'static str, &'static str);

/// The fields of the native events that a pattern takes; none if those of one are not known.
fn native_fields(alternatives: &[Alternative]) -> Option<Vec<Field>> {
    let mut fields = Vec::new();
    for alternative in alternatives {
        let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
        for kind in types {
            let events = sources.iter().filter_map(|source| Native::get().of(source)).flatten();
            let mut known =
                events.filter(|event| event.detail_type == kind).flat_map(NativeEvent::fields).peekable();
            known.peek()?;
            fields.extend(known);
        }
    }
    Some(fields)
}

fn of_native(file: &WatcherFile, names: &[(String, Span)], known: &[Field]) -> Option<Finding> {
    let mut above = String::new();
    for name in names {
        let below = known.iter().filter_map(|(path, _)| path.strip_prefix(&*above));
        let next = below.map(|path| path.split('.').next().unwrap_or(path));
        let what = if above.is_empty() {
            "this event".to_owned()
        } else {
            format!("`{}`", above.trim_end_matches('.'))
        };
        if let Some(found) = slip(file, name, &what, next.clone()) {
            return Some(Finding { severity: Level::Warning, ..found });
        }
        if !next.clone().any(|known| known == name.0) {
            return unknown(file, name, &what, above.trim_end_matches('.'), next.collect(), known);
        }
        above = format!("{above}{}.", name.0);
    }
    None
}

/// A key of an object of a native event of which all keys are known.
fn of_whole(file: &WatcherFile, names: &[(String, Span)], alternatives: &[Alternative]) -> Option<Finding> {
    let mut path = String::new();
    for name in names {
        if let Some(known) = whole_keys(alternatives, &path)
            && !known.contains(&&*name.0)
        {
            let what = if path.is_empty() { "this event".to_owned() } else { format!("`{path}`") };
            let few = || format!("it has {}", list(known.iter().copied().take(FEW)).replace(" or ", " and "));
            let near = did_you_mean(&name.0, known.iter().copied());
            let is_near = near.is_some();
            let help = near.unwrap_or_else(|| {
                if known.len() <= FEW { few() } else { "look at a recorded event".to_owned() }
            });
            let found =
                finding(file, name, &what, help).respelt(&name.0, known.iter().copied().filter(|_| is_near));
            return Some(Finding { severity: Level::Warning, ..found });
        }
        path = if path.is_empty() { name.0.clone() } else { format!("{path}.{}", name.0) };
    }
    None
}

/// The keys at a path, if all are known in all native events that are taken.
fn whole_keys(alternatives: &[Alternative], path: &str) -> Option<Vec<&'static str>> {
    let mut keys = Vec::new();
    for alternative in alternatives {
        let (sources, types) = (only(alternative, "source")?, only(alternative, "detail-type")?);
        for kind in types {
            keys.extend(sources.iter().find_map(|source| whole_objects::of(source, kind, path))?);
        }
    }
    (!keys.is_empty()).then_some(keys)
}

/// So many names are told.
const FEW: usize = 12;

/// Fields that say of a call what it was and who made it.
const OF_A_CALL: [&str; 7] = [
    "eventName",
    "eventSource",
    "requestParameters",
    "responseElements",
    "sourceIPAddress",
    "userAgent",
    "userIdentity",
];

/// A name that is like no known one. It may be right: of 42 kinds of native events that were compared with recorded ones,
/// 13 lacked a field, 9 % of those at the top and 4 % below. So this is a note.
fn unknown(
    file: &WatcherFile,
    name: &(String, Span),
    what: &str,
    above: &str,
    mut next: Vec<&str>,
    known: &[Field],
) -> Option<Finding> {
    let kinds: Vec<&str> = known.iter().filter(|(path, _)| *path == above).map(|(_, kind)| *kind).collect();
    // Names that users or resources give, and what no schema describes.
    if next.contains(&"*")
        || next.contains(&"")
        || kinds.iter().any(|kind| matches!(*kind, "object" | "json" | "any"))
    {
        return None;
    }
    if above.is_empty() && OF_A_CALL.contains(&&*name.0) {
        let help = "that is a field of CloudTrail's record, which native events do not have";
        let found = finding(file, name, what, help.to_owned());
        return Some(Finding { severity: Level::Warning, ..found });
    }
    let message = match kinds.first() {
        Some(kind) if next.is_empty() => {
            format!("{what} is a {kind} in these events: there is no `{}` in it", name.0)
        }
        _ => format!("{what} is not known to have `{}`", name.0),
    };
    next.sort_unstable();
    next.dedup();
    let look = "it may exist, as the schema is incomplete: look at a recorded event, and if it has none, this never matches";
    let help = match &next[..] {
        [one] => format!("`{one}` is known; {look}"),
        several if (1..=FEW).contains(&several.len()) => {
            format!("{} are known; {look}", list(next).replace(" or ", " and "))
        }
        _ => look.to_owned(),
    };
    let found = Finding::new(&LINT, &file.source, name.1.clone(), message).help(help);
    Some(Finding { severity: Level::Note, ..found })
}
