//! What a pattern says about the events it takes, as far as its literal texts tell.

use event_pattern::{Alternative, Candidate};

use crate::places::PlacedPattern;
use crate::suggest::nearest;
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::catalog::{Call, Catalog, Native, Part, Service};
use aws_facts::detail_types::{
    API_CALL, CONSOLE_ACTION, INSIGHT, NETWORK_ACTIVITY, SERVICE_EVENT, SIGN_IN, VIA_CLOUDTRAIL,
};
use aws_facts::parameters::{self, Kind};

/// The texts at a path, if it takes literal texts only.
pub(super) fn only<'a>(alternative: &'a Alternative, path: &str) -> Option<Vec<&'a str>> {
    alternative.get(path)?.iter().map(Candidate::as_str).collect()
}

/// The literal texts at a path, whatever stands beside them.
pub(super) fn literals<'a>(alternative: &'a Alternative, path: &str) -> Vec<&'a str> {
    alternative.get(path).into_iter().flatten().filter_map(Candidate::as_str).collect()
}

/// Whether its events can come from CloudTrail.
pub(super) fn is_cloudtrail(alternative: &Alternative) -> bool {
    match only(alternative, "detail-type") {
        Some(types) => types.iter().any(|kind| VIA_CLOUDTRAIL.contains(kind)),
        None => {
            alternative.fields().any(|(path, _)| path == "detail.eventName" || path == "detail.eventSource")
        }
    }
}

/// Whether none of its events comes from CloudTrail: none of its detail-types is one of CloudTrail's, also where only their
/// beginning is given.
pub(super) fn is_native(alternative: &Alternative) -> bool {
    let takes = |list: &[Candidate], kind: &str| list.iter().any(|candidate| candidate.matches_text(kind));
    alternative.get("detail-type").is_some_and(|list| !VIA_CLOUDTRAIL.iter().any(|kind| takes(list, kind)))
}

/// The detail-type of CloudTrail that this text, which is none, is meant for: a slip, one in other words ("through
/// CloudTrail"), or one whose end is missing.
pub(super) fn meant_via_cloudtrail(text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    let start = |kind: &str| kind.to_lowercase().trim_end_matches(" via cloudtrail").to_owned();
    let is_cut =
        VIA_CLOUDTRAIL.iter().any(|kind| lower.trim_end_matches("(s)").trim_end_matches('s') == start(kind));
    let is_about_cloudtrail = lower.contains("cloudtrail") || lower.contains("cloud trail");
    let is_native = || Native::get().sources_with(text).next().is_some();
    if VIA_CLOUDTRAIL.contains(&text) || !(is_cut || is_about_cloudtrail) || is_native() {
        return None;
    }
    // The word in which they differ.
    let words = [
        ("network", NETWORK_ACTIVITY),
        ("insight", INSIGHT),
        ("sign", SIGN_IN),
        ("login", SIGN_IN),
        ("action", CONSOLE_ACTION),
        ("service", SERVICE_EVENT),
        ("api", API_CALL),
        ("call", API_CALL),
    ];
    let by_word = || words.iter().find(|(word, _)| lower.contains(word)).map(|(_, kind)| *kind);
    nearest(text, VIA_CLOUDTRAIL).or_else(by_word)
}

/// Whether all its events are sign-ins to the console by this name. A sign-in that fails has no `errorCode`: only
/// `responseElements` and `errorMessage` tell it.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
pub(super) fn is_sign_in(alternative: &Alternative) -> bool {
    only(alternative, "detail-type").is_some_and(|types| types == [SIGN_IN])
        && only(alternative, "detail.eventName").is_some_and(|names| names == ["ConsoleLogin"])
}

/// Whether all its events are API calls that CloudTrail records.
pub(super) fn is_api_call(alternative: &Alternative) -> bool {
    is_cloudtrail(alternative) && only(alternative, "detail-type").is_none_or(|types| types == [API_CALL])
}

/// The services that it names, by `detail.eventSource`, else by `source`.
pub(super) fn services(alternative: &Alternative) -> Vec<&'static Service> {
    let catalog = Catalog::get();
    if let Some(sources) = only(alternative, "detail.eventSource") {
        return sources.into_iter().filter_map(|source| catalog.service(source)).collect();
    }
    let sources = only(alternative, "source").unwrap_or_default();
    sources.into_iter().filter_map(|source| catalog.service_of(source)).collect()
}

/// The services whose calls it can take: all of them if it names none.
pub(super) fn possible_services(alternative: &Alternative) -> Vec<&'static Service> {
    let is_named = |path| only(alternative, path).is_some();
    if is_named("detail.eventSource") || is_named("source") {
        return services(alternative);
    }
    let takes = |path: &str, text: &str| {
        alternative.get(path).is_none_or(|list| list.iter().any(|candidate| candidate.matches_text(text)))
    };
    let all = Catalog::get().services().iter();
    all.filter(|service| {
        takes("detail.eventSource", service.event_source) && takes("source", &service.source())
    })
    .collect()
}

/// The names of calls of this kind that the watcher takes from CloudTrail, each where it stands.
pub(super) fn named_calls(file: &WatcherFile, is_kind: fn(&Call) -> bool) -> Vec<(&str, Span)> {
    let pattern = &file.places.pattern;
    let mut named = Vec::new();
    for alternative in pattern.pattern.alternatives().iter().filter(|alternative| is_cloudtrail(alternative))
    {
        for service in services(alternative) {
            let names = literals(alternative, "detail.eventName").into_iter();
            let names = names.filter(|name| service.call(name).is_some_and(is_kind));
            named.extend(names.map(|name| (name, pattern.place_of("detail.eventName", name))));
        }
    }
    named
}

/// Where a candidate of `detail.eventName` stands: a text by itself, an operator with its object.
pub(super) fn place_of_name(file: &WatcherFile, candidate: &Candidate, text: &str) -> Span {
    let pattern = &file.places.pattern;
    let values = || pattern.at("detail.eventName").flat_map(|leaf| &leaf.values);
    let exact = values().find(|(value, _)| value == candidate).map(|(_, span)| span.clone());
    let excludes = |one: &Candidate| match one {
        Candidate::AnythingBut(excluded) => excluded.excluded().contains(candidate),
        _ => false,
    };
    let holds = || values().find(|(value, _)| excludes(value)).map(|(_, span)| span.clone());
    exact.or_else(holds).unwrap_or_else(|| pattern.place_of("detail.eventName", text))
}

/// The calls that it names, of each service that has one of the name. None if it takes others too, or some that the
/// catalog does not know.
pub(super) fn calls(alternative: &Alternative) -> Option<Vec<&'static Call>> {
    let services = services(alternative);
    let mut calls = Vec::new();
    for name in only(alternative, "detail.eventName").filter(|_| is_cloudtrail(alternative))? {
        let before = calls.len();
        calls.extend(services.iter().filter_map(|service| service.call(name)));
        if calls.len() == before {
            return None;
        }
    }
    Some(calls)
}

/// Whether a condition asks for what is not there.
pub(super) fn is_absent(candidate: &Candidate) -> bool {
    matches!(candidate, Candidate::Exists(false) | Candidate::Null)
}

/// Whether failed calls cannot match: they have an `errorCode`, and their `responseElements` is null.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
pub(super) fn excludes_failures(alternative: &Alternative) -> bool {
    let needs_response = alternative.fields().any(|(path, list)| {
        path.starts_with("detail.responseElements.")
            && !list.iter().any(|c| matches!(c, Candidate::Exists(false)))
    });
    needs_absence(alternative, "detail.errorCode") || needs_response
}

/// Whether it takes failed calls only.
pub(super) fn wants_failures(alternative: &Alternative) -> bool {
    needs_presence(alternative, "detail.errorCode") || needs_presence(alternative, "detail.errorMessage")
}

/// Whether nothing may be at the path.
pub(super) fn needs_absence(alternative: &Alternative, path: &str) -> bool {
    alternative.get(path).is_some_and(|list| list.iter().all(is_absent))
}

/// Whether something must be at the path.
pub(super) fn needs_presence(alternative: &Alternative, path: &str) -> bool {
    alternative.get(path).is_some_and(|list| !list.iter().any(is_absent))
}

/// Whether a dotted path leads on from the other one.
pub(super) fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('.'))
}

/// A key of `requestParameters` or `responseElements` that a watcher reads.
pub(super) struct KeyRead {
    pub(super) part: Part,
    /// The key, and the names below it, with their places.
    pub(super) names: Vec<(String, Span)>,
    pub(super) by: By,
}

/// What reads the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Pattern,
    Field,
    /// The title or the message, by `{{event.…}}`.
    Text,
}

/// All paths into the event that a watcher reads, each with the places of its names.
pub(super) fn paths_read(file: &WatcherFile) -> Vec<(Vec<(String, Span)>, By)> {
    let mut paths = Vec::new();
    let of_fields = file.places.fields.iter().flat_map(|field| &field.paths);
    paths.extend(of_fields.map(|path| (path.names.clone(), By::Field)));
    for leaf in &file.places.pattern.leaves {
        let names = leaf.path.split('.').map(|name| (name.to_owned(), leaf.span.clone())).collect();
        paths.push((names, By::Pattern));
    }
    for path in &file.places.texts {
        paths.extend(path.below_event().map(|names| (names, By::Text)));
    }
    paths
}

/// All of them.
pub(super) fn keys_read(file: &WatcherFile) -> Vec<KeyRead> {
    paths_read(file).into_iter().filter_map(|(names, by)| key_read(names, by)).collect()
}

pub(super) fn key_read(mut names: Vec<(String, Span)>, by: By) -> Option<KeyRead> {
    let mut step = || (!names.is_empty()).then(|| names.remove(0).0);
    if step()? != "detail" {
        return None;
    }
    let part = match step()?.as_str() {
        "requestParameters" => Part::Request,
        "responseElements" => Part::Response,
        _ => return None,
    };
    (!names.is_empty()).then_some(KeyRead { part, names, by })
}

/// `requestParameters` or `responseElements`.
pub(super) fn part_name(part: Part) -> &'static str {
    match part {
        Part::Request => "requestParameters",
        Part::Response => "responseElements",
    }
}

/// The keys that the calls of a pattern have in a part; none if a call's keys are not known.
pub(super) fn known_keys(pattern: &PlacedPattern, part: Part) -> Option<Vec<&'static str>> {
    let mut keys = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for call in calls(alternative)? {
            keys.extend(call.keys(part)?);
        }
    }
    keys.sort_unstable();
    keys.dedup();
    Some(keys)
}

/// What a parameter holds in all calls of a pattern: of the part `part`, at a path of one or two names. None if that is
/// not known, or if the pattern takes other events too.
pub(super) fn parameter(pattern: &PlacedPattern, part: Part, path: &str) -> Option<Kind> {
    let mut found = None;
    for alternative in pattern.pattern.alternatives() {
        if !is_cloudtrail(alternative) {
            return None;
        }
        let services = services(alternative);
        if services.is_empty() {
            return None;
        }
        for service in services {
            let kind = parameters::of(service.prefix(), part, path)?;
            if *found.get_or_insert(kind) != kind {
                return None;
            }
        }
    }
    found
}

/// The part of CloudTrail's record that a path of a pattern leads into, and what stands behind that.
pub(super) fn part_of(path: &str) -> Option<(Part, &str)> {
    [Part::Request, Part::Response].into_iter().find_map(|part| {
        let below = path.strip_prefix("detail.")?.strip_prefix(part_name(part))?.strip_prefix('.')?;
        Some((part, below))
    })
}

/// Whether a pattern names just one call: "has", not "have".
pub(super) fn is_one_call(pattern: &PlacedPattern) -> bool {
    names_of_calls(pattern).len() == 1
}

fn names_of_calls(pattern: &PlacedPattern) -> Vec<&str> {
    let mut names: Vec<&str> = pattern.texts("detail.eventName").map(|(name, _)| name).collect();
    names.dedup();
    names
}

/// The names of the calls of a pattern, for messages.
pub(super) fn call_names(pattern: &PlacedPattern) -> String {
    let mut names = names_of_calls(pattern);
    let more = names.len().saturating_sub(2);
    names.truncate(2);
    let text = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match more {
        0 => text.replacen("`, `", "` and `", 1),
        _ => format!("{text} and {more} more"),
    }
}
