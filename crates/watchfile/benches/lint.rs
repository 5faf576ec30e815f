//! How long it takes to lint a project, from 10 to 10,000 watchers: `cargo bench -p watchfile`.
//!
//! Each watcher names a call of its own and has a field, an ignore and two tests. The catalog is unpacked in the first
//! run, which is therefore shown apart: a command lints once. On two idle cores 1,000 took 66 to 96 ms the first time and
//! 60 ms then, 10,000 1.3 s; with a dozen builds running beside it three times as long.

#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on stops")]

use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, fs};

use aws_facts::catalog::Catalog;
use aws_facts::detail_types::API_CALL;
use jiff::civil::date;
use watchfile::{Level, Options, lint};

fn main() {
    let root = env::temp_dir().join(format!("lint-bench-{}", std::process::id()));
    println!("{:>8} {:>12} {:>12} {:>14}", "watchers", "first", "best of 3", "each, µs");
    for count in [10, 100, 1_000, 10_000] {
        write_project(&root, count);
        let first = run(&root, count);
        let best = (0..3).map(|_| run(&root, count)).min().unwrap();
        let each = best.as_secs_f64() * 1e6 / f64::from(u32::try_from(count).unwrap());
        println!("{count:>8} {first:>12.1?} {best:>12.1?} {each:>14.1}");
        fs::remove_dir_all(&root).unwrap();
    }
}

fn run(root: &Path, count: usize) -> Duration {
    let start = Instant::now();
    let (project, findings) = lint(root, &Options { today: date(2026, 1, 12), region: None });
    let time = start.elapsed();
    assert_eq!(project.files.len(), count);
    // 10,000 do not fit into the rules; that is reported, and the rest is checked all the same.
    let wrong =
        findings.iter().find(|finding| finding.severity > Level::Note && finding.lint.name != "rule-budget");
    assert!(wrong.is_none(), "{wrong:?}");
    time
}

fn write_project(root: &Path, count: usize) {
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::create_dir_all(root.join("tests/events")).unwrap();
    fs::write(
        root.join("account-watcher.toml"),
        "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n",
    )
    .unwrap();
    let event = r#"{"version": "0", "id": "1", "source": "aws.s3", "detail-type": "AWS API Call via CloudTrail",
        "account": "123456789012", "region": "eu-west-1", "time": "2026-01-12T09:00:00Z", "resources": [], "detail": {}}"#;
    fs::write(root.join("tests/events/event.json"), event).unwrap();
    let services = Catalog::get().services();
    let calls = services.iter().flat_map(|service| service.calls.iter().map(move |call| (service, call)));
    let calls = calls.filter(|(_, call)| !call.is_read_only() && call.detail_types() == [API_CALL]);
    // A call that is recorded under two names asks for both.
    let calls = calls.filter(|(service, call)| service.other_name(call.name).is_none());
    // Watchers of one event each, over all services.
    let step = (calls.clone().count() / count).max(1);
    for (index, (service, call)) in calls.step_by(step).cycle().take(count).enumerate() {
        let text = format!(
            "title = \"{name}\"
severity = \"low\"
channels = [\"security\"]
message = \"{{{{outcome}}}}: {{{{agent}}}} {{{{actor}}}}\"

[pattern]
source = [\"{source}\"]
detail-type = [\"AWS API Call via CloudTrail\"]
detail.eventSource = [\"{event_source}\"]
detail.eventName = [\"{name}\"]
account = [\"{index:012}\"]

[fields]
agent = [\"$.detail.userAgent\", \"$.detail.userIdentity.arn\"]

[[ignore]]
reason = \"a robot\"
pattern.detail.userIdentity.userName = [\"robot\"]

[[test]]
name = \"it matches\"
event = \"event.json\"

[[test]]
name = \"another does not\"
event = \"event.json\"
matches = false
",
            name = call.name,
            source = service.source(),
            event_source = service.event_source,
        );
        fs::write(root.join(format!("watchers/watcher-{index}.toml")), text).unwrap();
    }
}
