//! What the catalog tells about a call's record: its names, where its values stand, and an example.

use event_pattern::Pattern;
use serde_json::{Value, json};

use crate::file::{Test, quoted};
use crate::subject::{self, Candidate, Field, Subject};
use crate::words::{self, Name};
use crate::{REGION, example, json_path, put};
use aws_facts::catalog::{Call, Part, Service};
use aws_facts::parameters::{self, Kind};
use aws_facts::{regions, shapes};

/// The names under which the calls are recorded: Lambda writes some with a `v2` behind the date, `CloudFront` some with
/// the version of its API, and the registration of domains begins them with a small letter.
pub(super) fn recorded_names(service: &Service, calls: &[&Call]) -> Vec<String> {
    let mut names = Vec::new();
    for call in calls {
        names.push(call.name.to_owned());
        let dated =
            call.name.len() > 8 && call.name[call.name.len() - 8..].bytes().all(|b| b.is_ascii_digit());
        if service.prefix() == "lambda" && dated {
            names.push(format!("{}v2", call.name));
        }
        if service.prefix() == "cloudfront" {
            names.push(format!("{}2020_05_31", call.name));
        }
        if let Some(other) = service.other_name(call.name)
            && !names.iter().any(|name| name == other)
        {
            names.push(other.to_owned());
        }
    }
    names
}

/// Where the example happens.
pub(super) fn region(service: &Service) -> &'static str {
    match Pattern::parse(&json!({"source": [service.source()]}).to_string()) {
        Ok(pattern) if !regions::elsewhere(&pattern, &[REGION]).is_empty() => regions::GLOBAL,
        _ if service.prefix() == "signin" => regions::GLOBAL,
        _ => REGION,
    }
}

/// Keys that name something without saying so by their ending: of a service, the key, and a key that says it.
const NAMES: [(&str, &str, &str); 13] = [
    ("ec2", "cidrBlock", "cidrBlockName"),
    ("ec2", "instanceType", "instanceTypeName"),
    ("ecs", "cluster", "clusterName"),
    ("ecs", "family", "taskDefinitionName"),
    ("ecs", "service", "serviceName"),
    ("ecs", "task", "taskId"),
    ("ecs", "taskDefinition", "taskDefinitionName"),
    ("events", "rule", "ruleName"),
    ("lambda", "principal", "principalName"),
    ("lambda", "role", "roleArn"),
    ("s3", "key", "objectName"),
    ("sns", "endpoint", "endpointName"),
    ("sqs", "queueUrl", "queueName"),
];

/// What the requests of all the calls have.
pub(super) fn candidates(service: &Service, calls: &[&Call]) -> Vec<Candidate> {
    let keys_of = |call: &Call| call.keys(Part::Request).unwrap_or_default();
    let first = calls[0];
    let shared = keys_of(first).into_iter().filter(|key| {
        let is_header = key.contains('-') || *key == "Host";
        let has_small = *key != small(key) && keys_of(first).contains(&small(key).as_str());
        !key.contains('.')
            && !is_header
            && !has_small
            && subject::is_telling(key)
            && calls.iter().all(|call| keys_of(call).contains(key))
    });
    // S3 on Outposts has calls of the same names, with other keys.
    let is_of_outposts = |key: &&str| {
        service.prefix() == "s3"
            && first.name.contains("Bucket")
            && keys_of(first).contains(&"bucketName")
            && ["name", "outpostid"].contains(&key.to_ascii_lowercase().as_str())
    };
    // EC2 takes names of groups in default VPCs only.
    let is_second = |key: &&str| {
        let id = key.strip_suffix("Name").map(|thing| format!("{thing}Id"));
        service.prefix() == "ec2" && id.is_some_and(|id| keys_of(first).contains(&id.as_str()))
    };
    let mut candidates: Vec<Candidate> = Vec::new();
    for key in shared.filter(|key| !is_second(key) && !is_of_outposts(key)) {
        let paths = request_paths(service, first, key);
        // API Gateway records `restApiId`, and `restapi_id` of older calls.
        let plain = |key: &str| key.replace('_', "").to_ascii_lowercase();
        match candidates.iter_mut().find(|known| plain(&known.key) == plain(key)) {
            Some(known) => known.paths.extend(paths),
            None => candidates.push(Candidate { key: speaking(service, key).to_owned(), paths }),
        }
    }
    candidates
}

/// A key that says that it names something.
pub(super) fn speaking<'a>(service: &Service, key: &'a str) -> &'a str {
    let found = NAMES.iter().find(|(prefix, name, _)| *prefix == service.prefix() && *name == key);
    found.map_or(key, |(_, _, speaking)| *speaking)
}

/// Where a key of the request is recorded. EC2 wraps lists as `instancesSet.items[]`, and what newer calls ask for in
/// an object named after the call; API Gateway what calls for REST APIs send in their body.
fn request_paths(service: &Service, call: &Call, key: &str) -> Vec<String> {
    let part = ["detail", "requestParameters"];
    let is_list = parameters::of(service.prefix(), Part::Request, key) == Some(Kind::List);
    let mut paths = vec![json_path(&part, key) + if is_list { "[*]" } else { "" }];
    let wrapped = format!("{}Input.{key}", small(call.name));
    if call.keys(Part::Request).is_some_and(|keys| keys.contains(&wrapped.as_str())) {
        paths.insert(0, json_path(&part, &wrapped));
    }
    if service.prefix() == "ec2" {
        let keys = call.keys(Part::Request).unwrap_or_default();
        let wrapper = format!("{}Request", call.name);
        if keys.contains(&wrapper.as_str()) {
            paths.push(json_path(&part, &format!("{wrapper}.{}", words::sentence(key))));
        }
        let list = key.strip_suffix("Id").map(|thing| format!("{thing}sSet"));
        if let Some(list) = list.filter(|list| {
            call.name.ends_with(&words::sentence(&list[..list.len() - 3])) && keys.contains(&list.as_str())
        }) {
            paths.insert(0, format!("{}.items[*].{key}", json_path(&part, &list)));
        }
    }
    paths
}

/// What a call that makes something answers: its id or ARN.
pub(super) fn of_response(service: &Service, call: &Call, name: &Name) -> Option<Subject> {
    let keys = call.keys(Part::Response)?;
    let makes = ["Create", "Allocate", "Request", "Issue", "Register", "Import", "Copy", "Run", "Start"];
    if !makes.iter().any(|verb| call.name.starts_with(verb)) {
        return None;
    }
    let object: Vec<String> = name.object.iter().map(|word| words::stem(word)).collect();
    let of_ec2 =
        keys.iter().filter(|_| service.prefix() == "ec2").filter_map(|key| made_by_ec2(call, key, &object));
    let of_ec2: Vec<Candidate> = of_ec2.collect();
    let candidates = keys
        .into_iter()
        .filter(|path| match path.split_once('.') {
            // `cluster.arn` is about the cluster, `cluster.roleArn` is not.
            Some((parent, _)) => {
                words::split_key(parent).iter().map(|word| words::stem(word)).eq(object.iter().cloned())
            }
            None => true,
        })
        .map(|path| Candidate {
            key: path.rsplit('.').next().unwrap_or(path).to_owned(),
            paths: vec![json_path(&["detail", "responseElements"], path)],
        })
        .filter(|candidate| subject::is_telling(&candidate.key));
    let candidates: Vec<Candidate> = of_ec2.into_iter().chain(candidates).collect();
    subject::subject(name, &candidates).filter(|subject| subject.words.len() == name.object.len())
}

/// EC2 answers `vpc.vpcId` and `instancesSet.items[].instanceId`; newer calls in an object named after the call.
fn made_by_ec2(call: &Call, key: &str, object: &[String]) -> Option<Candidate> {
    let is_object =
        |key: &str| words::split_key(key).iter().map(|word| words::stem(word)).eq(object.iter().cloned());
    let part = ["detail", "responseElements"];
    if let Some(list) = key.strip_suffix("sSet").filter(|list| is_object(list)) {
        let id = format!("{list}Id");
        return Some(Candidate { paths: vec![format!("{}.items[*].{id}", json_path(&part, key))], key: id });
    }
    if !is_object(key) || key.ends_with('s') {
        return None;
    }
    let id = format!("{key}Id");
    let paths = vec![
        json_path(&part, &format!("{key}.{id}")),
        json_path(&part, &format!("{}Response.{key}.{id}", call.name)),
    ];
    Some(Candidate { key: id, paths })
}

/// `requestParameters` and `responseElements` of the example event: what the fields read.
pub(super) fn parameters(
    service: &Service,
    call: &Call,
    region: &str,
    name: &Name,
    fields: &[Field],
) -> (Value, Value) {
    let mut parts = json!({"requestParameters": null, "responseElements": null});
    for field in fields {
        let path = &field.paths[0];
        let value = match path.rsplit('.').next() {
            Some("queueUrl") => example::queue_url(region),
            _ => example::value(service.prefix(), region, &field.key, &name.object),
        };
        let Some(steps) = path.strip_prefix("$.detail.") else { continue };
        put(&mut parts, &steps.split('.').collect::<Vec<_>>(), value);
    }
    if call.detail_types()[0] == aws_facts::detail_types::SIGN_IN
        && call.keys(Part::Response).is_some_and(|keys| keys.contains(&call.name))
    {
        parts["responseElements"] = json!({call.name: "Success"});
    }
    (parts["requestParameters"].take(), parts["responseElements"].take())
}

/// Another call of the service, which the watcher must not take.
pub(super) fn another_call(service: &Service, names: &[String]) -> Test {
    let is_other = |call: &&Call| {
        !names.iter().any(|name| name.starts_with(call.name) || call.name.starts_with(name.as_str()))
    };
    let at =
        service.calls.iter().position(|call| names.iter().any(|name| name == call.name)).unwrap_or_default();
    let (before, after) = service.calls.split_at(at);
    let other = after.iter().chain(before).find(is_other).map_or("AnotherCall", |call| call.name);
    Test {
        name: "another call".to_owned(),
        change: format!("with.detail.eventName = {}", quoted(other)),
        matches: false,
    }
}

/// How bad it may be.
pub(super) fn severity(calls: &[&Call]) -> &'static str {
    const BAD: [&str; 9] =
        ["Delete", "Disable", "Deactivate", "Stop", "Terminate", "Remove", "Revoke", "Detach", "Schedule"];
    match calls {
        _ if calls.iter().all(|call| call.is_read_only() || call.is_data_event()) => "low",
        _ if calls.iter().any(|call| BAD.iter().any(|verb| call.name.starts_with(verb))) => "high",
        _ => "medium",
    }
}

/// Values that the calls can have besides, for a comment.
pub(super) fn more(calls: &[&Call], fields: &[Field]) -> Vec<String> {
    let mut more: Vec<String> = Vec::new();
    for (part, name) in [(Part::Request, "requestParameters"), (Part::Response, "responseElements")] {
        let keys = calls[0].keys(part).unwrap_or_default();
        let has_small = |key: &str| key != small(key) && keys.contains(&small(key).as_str());
        for key in keys.iter().copied().filter(|key| !has_small(key)) {
            let path = json_path(&["detail", name], key);
            let last = key.rsplit('.').next().unwrap_or(key);
            let is_wrapper = words::sentence(key)
                .strip_prefix(calls[0].name)
                .is_some_and(|rest| ["Request", "Response", "Input"].contains(&rest));
            let is_header = key.contains('-') || key == "Host";
            let is_internal = key.starts_with('_')
                || key.ends_with("Set")
                || is_wrapper
                || is_header
                || !subject::is_telling(last);
            let is_told = |field: &Field| {
                field.paths.iter().any(|told| told.strip_suffix("[*]").unwrap_or(told) == path)
            };
            if !is_internal && !fields.iter().any(is_told) {
                more.push(path);
            }
        }
    }
    more
}

/// `ExpectedBucketOwner` → `expectedBucketOwner`
fn small(key: &str) -> String {
    let mut chars = key.chars();
    chars.next().map(|first| format!("{}{}", first.to_ascii_lowercase(), chars.as_str())).unwrap_or_default()
}

/// Where a caller may name the thing by another parameter, which then is the one that is recorded, that one is read too.
pub(super) fn read_either_name(prefix: &str, calls: &[&Call], fields: &mut [Field]) {
    let is_of_calls = |names: &[&str]| calls.iter().any(|call| names.contains(&call.name));
    let all = shapes::either().iter();
    for either in all.filter(|either| either.service == prefix && is_of_calls(&either.calls)) {
        let [one, other] = either.names.map(|name| format!("$.detail.requestParameters.{name}"));
        for Field { paths, .. } in &mut *fields {
            match (paths.contains(&one), paths.contains(&other)) {
                (true, false) => paths.push(other.clone()),
                (false, true) => paths.push(one.clone()),
                _ => {}
            }
        }
    }
}
