//! Which of its parameters names the resource that a call is about, by the call's own name: `DeleteBucketPolicy` has a
//! `bucketName`, `TerminateInstances` an `instancesSet` of things with an `instanceId`.

use serde_json::{Map, Value};

use super::facts::{BARE, BESIDES, CALLS, MAKING, SUBJECTS};
use super::values::{inside, names, parameters};
use super::words::{key, noun, verb};

/// What a call is about.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named {
    /// What kind of thing, in one word of small letters: `bucket`, `dbinstance`.
    pub(super) thing: String,
    /// Its name, id or ARN; several things have several.
    pub(super) names: Vec<String>,
}

/// `service` is the `eventSource` without its domain.
pub(super) fn named(service: &str, call: &str, request: &Value, response: &Value) -> Option<Named> {
    let noun = noun(call);
    let whole = noun.concat();
    if let Some((_, _, paths)) = CALLS.iter().find(|(of, name, _)| *of == service && is_call(name, call)) {
        return paths.iter().find_map(|path| at(path, request, response, &whole));
    }
    let empty = Map::new();
    let asked = parameters(request).unwrap_or(&empty);
    let answered = parameters(response).unwrap_or(&empty);
    let is_making = MAKING.contains(&verb(call));
    let of = |thing: &str| of_thing(asked, thing);
    of(&whole)
        .or_else(|| is_making.then(|| made(answered, &whole)).flatten())
        // `CopyDBSnapshot` has a `targetDBSnapshotIdentifier`, `CopySnapshot` only a `sourceSnapshotId`.
        .or_else(|| of(&format!("target{whole}")).or_else(|| of(&format!("source{whole}"))))
        // What something is made from is not what it is about: `RestoreDBInstanceFromDBSnapshot`.
        .or_else(|| {
            let behind = if is_making { Vec::new() } else { behind_preposition(&noun) };
            behind.iter().find_map(|thing| of(thing))
        })
        .or_else(|| (1..noun.len()).rev().find_map(|end| of(&noun[..end].concat())))
        .or_else(|| plain(asked, &whole))
        .or_else(|| parts(&noun).iter().find_map(|thing| of(thing)))
        .or_else(|| of("resource"))
        .or_else(|| subject(service, asked))
        .or_else(|| if is_making { None } else { only(asked) })
}

fn is_call(pattern: &str, call: &str) -> bool {
    match (pattern.strip_prefix('*'), pattern) {
        (_, "*") => true,
        (Some(end), _) => call.ends_with(end),
        (None, name) => name == call,
    }
}

/// What stands at a path of the request, or of the answer behind `response.`; `trail=name` says what kind of thing a name is of.
fn at(path: &str, request: &Value, response: &Value, whole: &str) -> Option<Named> {
    let (thing, path) = path.split_once('=').map_or((None, path), |(thing, path)| (Some(thing), path));
    let (value, path) = path.strip_prefix("response.").map_or((request, path), |path| (response, path));
    let last = path.rsplit('.').next().unwrap_or(path);
    let of = key(last.strip_suffix("Set").unwrap_or(last)).0;
    let thing = thing.map_or_else(|| if of.is_empty() { whole.to_owned() } else { of }, str::to_owned);
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let found = parameters(value)?.iter().find(|(name, _)| name.eq_ignore_ascii_case(first))?.1;
    filled(&thing, rest.map_or_else(|| names(found, &thing), |rest| inside(found, rest, &thing)))
}

/// The parameter that names a thing of this kind. A list of things counts where each says which it is.
fn of_thing(asked: &Map<String, Value>, thing: &str) -> Option<Named> {
    if thing.is_empty() {
        return None;
    }
    let named = asked.iter().filter(|(name, _)| key(name) == (thing.to_owned(), true));
    let bare = asked.iter().filter(|(name, value)| {
        let is_list = value.is_object() || value.is_array();
        // EC2's `instancesSet` and `routeTableIdSet`.
        let listed = name.strip_suffix("Set").filter(|_| is_list);
        let (of, names) = key(listed.unwrap_or(name));
        of == thing && (listed.is_some() || !names && (is_list || BARE.contains(&thing)))
    });
    named.chain(bare).find_map(|(_, value)| filled(thing, names(value, thing)))
}

/// The id that AWS gave what was made: at the top of the answer, in the object that it is, or in a list of such.
fn made(answered: &Map<String, Value>, thing: &str) -> Option<Named> {
    of_thing(answered, thing).or_else(|| {
        let objects = answered.iter().filter(|(name, _)| key(name).0 == thing);
        objects
            .filter_map(|(_, value)| value.as_object())
            .find_map(|inner| of_thing(inner, thing).or_else(|| plain(inner, thing)))
    })
}

/// `AddUserToGroup` is about a group: the longest first.
fn behind_preposition(noun: &[String]) -> Vec<String> {
    const PREPOSITIONS: [&str; 7] = ["to", "from", "for", "with", "on", "in", "of"];
    let is_one = |word: &String| PREPOSITIONS.contains(&word.as_str());
    // In the names of things there are such words too: only what stands between two others is one.
    match noun.iter().position(is_one).filter(|at| *at > 0) {
        Some(at) => (at + 2..=noun.len()).rev().map(|end| noun[at + 1..end].concat()).collect(),
        None => Vec::new(),
    }
}

/// `name`, `id`, `arn` or `identifier`: of what the call's noun says.
fn plain(asked: &Map<String, Value>, whole: &str) -> Option<Named> {
    let at = |wanted: &str| asked.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    let keys = ["name", "identifier", "arn", "id", "names", "identifiers", "arns", "ids"];
    keys.into_iter().filter_map(at).find_map(|(_, value)| filled(whole, names(value, whole)))
}

/// Every part of the noun that does not begin with its first word, the longest first.
fn parts(noun: &[String]) -> Vec<String> {
    let part = |length: usize| (1..=noun.len() - length).map(move |at| noun[at..at + length].concat());
    (1..noun.len()).rev().flat_map(part).collect()
}

fn subject(service: &str, asked: &Map<String, Value>) -> Option<Named> {
    let (_, keys) = SUBJECTS.iter().find(|(of, _)| *of == service)?;
    keys.iter().find_map(|wanted| {
        let (_, value) = asked.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted))?;
        let thing = key(wanted.strip_suffix("Url").unwrap_or(wanted)).0;
        filled(&thing, names(value, &thing))
    })
}

/// The one parameter that names anything, unless that is what the call uses.
fn only(asked: &Map<String, Value>) -> Option<Named> {
    let mut naming = asked.iter().filter_map(|(name, value)| match key(name) {
        (thing, true) => Some((thing, value)),
        _ => None,
    });
    match (naming.next(), naming.next()) {
        (Some((thing, value)), None) if !BESIDES.iter().any(|end| thing.ends_with(end)) => {
            filled(&thing, names(value, &thing))
        }
        _ => None,
    }
}

fn filled(thing: &str, names: Vec<String>) -> Option<Named> {
    (!names.is_empty()).then(|| Named { thing: thing.to_owned(), names })
}
