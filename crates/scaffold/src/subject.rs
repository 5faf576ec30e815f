//! Which values of an event a new watcher tells: what the call is about, and what else has an id or a name.

use crate::example::is_bare;
use crate::words::{Name, human, sentence, snake, split_key, stem};

/// A value that a watcher could read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Its key.
    pub(super) key: String,
    /// Where it is recorded: the first path that finds something counts.
    pub(super) paths: Vec<String>,
}

/// A field of the new watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    /// `Policy ARN`
    pub(super) label: String,
    pub(super) key: String,
    pub(super) paths: Vec<String>,
}

/// What the call is about, and how much of its name that says.
#[derive(Debug)]
pub(super) struct Subject {
    pub(super) field: Field,
    /// The words of the name's object that the key has.
    pub(super) words: std::ops::Range<usize>,
}

/// The endings of keys that name a thing, the most readable first.
const NAMING: [&str; 6] = ["name", "identifier", "id", "arn", "ids", "names"];

/// Keys that every call has, or that tell nobody anything.
const DULL: [&str; 35] = [
    "accountid",
    "attributetype",
    "awsaccountid",
    "bucketaccountid",
    "clienttoken",
    "clientrequesttoken",
    "codesigningconfigarn",
    "creatorrequestid",
    "calleraccountid",
    "dryrun",
    "expectedbucketowner",
    "filterset",
    "force",
    "globaltablesourcearn",
    "idempotencytoken",
    "ipampoolid",
    "ipv4ipampoolid",
    "ipv6ipampoolid",
    "maxresults",
    "maxrecords",
    "maxitems",
    "marker",
    "nexttoken",
    "requestid",
    "return",
    "returnsubscriptionarn",
    "sourcesecuritygroupownerid",
    "type",
    "message",
    "aclprotocol",
    "clientid",
    "callerreference",
    "originrequestid",
    "fullyqualifiedarn",
    "revisionid",
];

/// Names of values that nobody should read in a channel.
const SECRET: [&str; 6] = ["password", "secret", "token", "credential", "private", "authorization"];

/// What the call of this name is about.
pub(super) fn subject(name: &Name, candidates: &[Candidate]) -> Option<Subject> {
    let found = candidates.iter().filter_map(|candidate| {
        let (words, rank) = fit(name, &candidate.key)?;
        Some((words, rank, candidate))
    });
    let (words, _, candidate) = found.min_by_key(|(words, rank, candidate)| {
        // `alarmName` says more of a metric alarm than `metricName`.
        let is_its_name = *rank == 0 && words.end == name.object.len();
        (std::cmp::Reverse(words.len()), !is_its_name, words.start, *rank, candidate.key.len())
    })?;
    Some(Subject { field: field(candidate, &name.object[words.clone()]), words })
}

/// The words of the name's object that a key is about, and how well its ending reads.
fn fit(name: &Name, key: &str) -> Option<(std::ops::Range<usize>, usize)> {
    let (what, ending) = naming(key)?;
    let object: Vec<String> = name.object.iter().map(|word| stem(word)).collect();
    let rank = NAMING.iter().position(|naming| *naming == ending)?;
    if what.is_empty() {
        return (!object.is_empty()).then_some((0..object.len(), rank + NAMING.len()));
    }
    let start = object.windows(what.len()).position(|words| words == what)?;
    Some((start..start + what.len(), rank))
}

/// What a key names, and how: `bucketName` → `bucket`, `name`. None if it names nothing.
fn naming(key: &str) -> Option<(Vec<String>, String)> {
    if !is_telling(key) {
        return None;
    }
    let mut words: Vec<String> = split_key(key).iter().map(|word| word.to_ascii_lowercase()).collect();
    let ending = words.pop().filter(|ending| NAMING.contains(&ending.as_str()))?;
    Some((words.iter().map(|word| stem(word)).collect(), ending))
}

/// Whether the key may be shown.
pub(super) fn is_telling(key: &str) -> bool {
    let lower: String = key.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    // The id of a secret or a password policy's name says no secret.
    let names_only = ["id", "arn", "name"].iter().any(|ending| lower.ends_with(ending));
    !DULL.contains(&lower.as_str())
        && !lower.is_empty()
        && (names_only && !lower.contains("token") || !SECRET.iter().any(|word| lower.contains(word)))
}

/// Further fields that name something else than the subject does.
pub(super) fn others(
    name: &Name,
    subject: Option<&Subject>,
    candidates: &[Candidate],
    most: usize,
) -> Vec<Field> {
    let words =
        |subject: &Subject| name.object[subject.words.clone()].iter().map(|word| stem(word)).collect();
    let mut named: Vec<Vec<String>> = subject.into_iter().map(words).collect();
    let mut fields = Vec::new();
    let mut sorted: Vec<(Vec<String>, usize, &Candidate)> = candidates
        .iter()
        .filter_map(|candidate| {
            let (what, ending) = naming(&candidate.key)?;
            Some((what, NAMING.iter().position(|naming| *naming == ending)?, candidate))
        })
        .collect();
    sorted.sort_by_key(|(_, rank, _)| *rank);
    for (what, _, candidate) in sorted {
        let is_new = !what.is_empty() && !named.contains(&what);
        if is_new && fields.len() < most {
            fields.push(field(candidate, &[]));
            named.push(what);
        }
    }
    fields
}

/// A field for a value. `object` is what a key such as `name` is about.
pub(super) fn field(candidate: &Candidate, object: &[String]) -> Field {
    let words = split_key(&candidate.key);
    let mut names: Vec<String> = match words.as_slice() {
        [only] if is_bare(&only.to_ascii_lowercase()) && !object.is_empty() => {
            object.iter().chain(&words).cloned().collect()
        }
        _ => words,
    };
    if names.len() > 1
        && names
            .last()
            .is_some_and(|last| ["name", "identifier"].contains(&last.to_ascii_lowercase().as_str()))
    {
        names.pop();
    }
    let name = snake(&names);
    let label = sentence(&human(&names));
    let taken =
        watcher::STANDARD_VARIABLES.contains(&name.as_str()) || watcher::HELPERS.contains(&name.as_str());
    let name = match name.bytes().next() {
        Some(first) if first.is_ascii_lowercase() && !taken => name,
        _ => format!("the_{name}"),
    };
    Field { name, label, key: candidate.key.clone(), paths: candidate.paths.clone() }
}

/// Gives fields of the same name different ones.
pub(super) fn distinct(fields: &mut [Field]) {
    for index in 1..fields.len() {
        let (before, rest) = fields.split_at_mut(index);
        let plain = rest[0].name.clone();
        let mut number = 2;
        while before.iter().any(|field| field.name == rest[0].name) {
            rest[0].name = format!("{plain}_{number}");
            number += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &str, keys: &[&str], expected: Option<&str>) {
        let candidates: Vec<Candidate> =
            keys.iter().map(|key| Candidate { key: (*key).to_owned(), paths: Vec::new() }).collect();
        let name = Name::of(call);
        let found = subject(&name, &candidates);
        let found =
            found.map(|found| format!("{} of {}", found.field.name, human(&name.object[found.words])));
        assert_eq!(found.as_deref(), expected, "{call}");
    }

    #[test]
    fn what_a_call_is_about() {
        check("DeleteBucket", &["bucketName", "host"], Some("bucket of bucket"));
        check("DeleteCluster", &["name"], Some("cluster of cluster"));
        check(
            "DeleteDBInstance",
            &["finalDBSnapshotIdentifier", "dBInstanceIdentifier"],
            Some("db_instance of DB instance"),
        );
        check("ScheduleKeyDeletion", &["keyId", "pendingWindowInDays"], Some("key_id of key"));
        check("AttachRolePolicy", &["policyArn", "roleName"], Some("role of role"));
        check("PutMetricAlarm", &["metricName", "alarmName"], Some("alarm of alarm"));
        check("AuthorizeSecurityGroupIngress", &["groupId", "groupName"], Some("group of group"));
        check("UpdateEventSourceMapping", &["uUID"], None);
        check("CreateEvent", &["eventId", "event", "eventName"], Some("the_event of event"));
    }

    #[test]
    fn secrets_are_not_told() {
        for (key, telling) in [
            ("secretAccessKey", false),
            ("sessionToken", false),
            ("masterUserPassword", false),
            ("nextToken", false),
            ("secretId", true),
            ("bucketName", true),
        ] {
            assert_eq!(is_telling(key), telling, "{key}");
        }
    }
}
