//! A parameter that is recorded in two shapes, or under one of two names.

use aws_facts::catalog::Part;
use aws_facts::shapes::{self, CALLS, Either, PARAMETERS, Parameter};
use event_pattern::Alternative;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{By, KeyRead, is_below, keys_read, literals, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "two-shapes",
    level: Level::Warning,
    what: "a parameter that is recorded in two shapes, or under one of two names",
    why: "EC2 records `ipPermissions.items[].ipRanges.items[].cidrIp` or the flat `cidrIp`, as the caller wrote it, and a group as `groupId` or as `groupName`; whoever reads one misses the other.",
    bad: r#"message = "{{cidr}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["AuthorizeSecurityGroupIngress"]

[fields]
cidr = "$.detail.requestParameters.cidrIp"
"#,
    good: r#"message = "{{cidr}}: {{outcome}}"

[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["AuthorizeSecurityGroupIngress"]

[fields]
cidr = [
    "$.detail.requestParameters.ipPermissions.items[*].ipRanges.items[*].cidrIp",
    "$.detail.requestParameters.cidrIp",
]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let mut findings = two_shaped(file);
    findings.extend(shapes::either().iter().flat_map(|either| under_one_name(file, either)));
    findings
}

/// The reads of a parameter whose other name is not read. Who asks for one in the pattern has chosen.
fn under_one_name(file: &WatcherFile, either: &Either) -> Vec<Finding> {
    let pattern = &file.places.pattern.pattern;
    let takes = |alternative: &Alternative| {
        let names = literals(alternative, "detail.eventName");
        names.iter().any(|name| either.calls.contains(name))
            && services(alternative).iter().any(|service| service.prefix() == either.service)
    };
    if !pattern.alternatives().iter().any(takes) {
        return Vec::new();
    }
    let reads: Vec<KeyRead> = keys_read(file).into_iter().filter(|read| read.names.len() == 1).collect();
    let reads_key = |name: &str| reads.iter().any(|read| read.names[0].0 == name);
    // The other name, or what the answer says of the thing, in a field or as a condition.
    let [one, other] = either.names;
    let missing = match (reads_key(one), reads_key(other)) {
        (true, false) => other,
        (false, true) => one,
        _ => return Vec::new(),
    };
    let is_printed = |read: &&KeyRead| read.part == Part::Request && read.by != By::Pattern;
    let asked = reads.iter().any(|read| read.by == By::Pattern && either.names.contains(&&*read.names[0].0));
    let printed =
        reads.iter().filter(is_printed).filter(|read| !asked && either.names.contains(&&*read.names[0].0));
    printed
        .map(|read| {
            let (name, span) = &read.names[0];
            let message = format!("`{name}` is recorded only where the caller sent it, else `{missing}` is");
            let help = format!("read `requestParameters.{missing}` too: a field may have several paths, a text a part for each");
            Finding::new(&LINT, &file.source, span.clone(), message).help(help)
        })
        .collect()
}

fn two_shaped(file: &WatcherFile) -> Vec<Finding> {
    let mut names = file
        .places
        .pattern
        .pattern
        .alternatives()
        .iter()
        .flat_map(|alternative| alternative.get("detail.eventName").into_iter().flatten());
    if !names.any(|candidate| CALLS.iter().any(|call| candidate.matches_text(call))) {
        return Vec::new();
    }
    let reads = keys_read(file).into_iter().filter(|read| read.part == Part::Request);
    let shaped = reads.filter_map(|read| Some((shape(&read)?, read)));
    let (pattern, mut text): (Vec<_>, Vec<_>) = shaped.partition(|(_, read)| read.by == By::Pattern);
    // A list that is walked through is not printed.
    let paths: Vec<String> = text.iter().map(|(_, read)| path(read)).collect();
    let is_walked = |list: &str| paths.iter().any(|path| is_below(path, list));
    text.retain(|(shape, read)| *shape != Shape::Lists || !is_walked(&path(read)));
    let mut findings = one_shaped(file, &pattern, "a pattern takes both in branches of an `$or`");
    // Who takes one shape only has to read that one only.
    let taken = |flat: bool| pattern.iter().any(|(shape, _)| matches!(shape, Shape::Flat(_)) == flat);
    if taken(true) == taken(false) {
        findings.extend(one_shaped(file, &text, "a field may have several paths, a text a part for each"));
    }
    findings
}

/// What a read takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// This parameter, flat.
    Flat(Parameter),
    /// This one, in `ipPermissions`.
    Nested(Parameter),
    /// A list in `ipPermissions`, with all that is in it.
    Lists,
}

fn shape(read: &KeyRead) -> Option<Shape> {
    let path = path(read);
    let flat = PARAMETERS.into_iter().find(|(flat, _)| *flat == path).map(Shape::Flat);
    let nested = || PARAMETERS.into_iter().find(|(_, nested)| *nested == path).map(Shape::Nested);
    let is_list = |(_, nested): &Parameter| is_below(nested, &path);
    flat.or_else(nested).or_else(|| PARAMETERS.iter().any(is_list).then_some(Shape::Lists))
}

fn path(read: &KeyRead) -> String {
    read.names.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(".")
}

/// The reads of which the other shape is not read.
fn one_shaped(file: &WatcherFile, reads: &[(Shape, KeyRead)], how: &str) -> Vec<Finding> {
    let has = |wanted: &dyn Fn(Shape) -> bool| reads.iter().any(|(shape, _)| wanted(*shape));
    let mut findings = Vec::new();
    for (shape, read) in reads {
        let (name, other, is_both) = match *shape {
            Shape::Flat(it) => {
                (it.0, it.1, has(&|other| other == Shape::Nested(it) || other == Shape::Lists))
            }
            Shape::Nested(it) => (it.0, it.0, has(&|other| other == Shape::Flat(it))),
            Shape::Lists => ("ipPermissions", "cidrIp", has(&|other| matches!(other, Shape::Flat(_)))),
        };
        let Some((_, span)) = read.names.last().filter(|_| !is_both) else { continue };
        let message = format!("`{name}` is recorded in two shapes, and only one is read");
        let other = if read.by == By::Field { other.replace("items", "items[*]") } else { other.to_owned() };
        let help = format!("read `requestParameters.{other}` too: {how}");
        findings.push(Finding::new(&LINT, &file.source, span.clone(), message).help(help));
    }
    findings
}
