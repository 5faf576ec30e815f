//! What the watchers of a project see, for people who choose among them: `docs/watchers.md`.

use std::fmt::Write;
use std::iter;

use event_pattern::Candidate;
use jiff::civil::{Date, date};
use serde::Serialize;
use watcher::Watchers;

use crate::project::Project;
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use aws_facts::regions;

/// A watcher in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its file, from the project's folder.
    pub file: String,
    /// Whether it is of the folder that `[shipped]` names.
    pub shipped: bool,
    /// What its service is about.
    pub topic: &'static str,
    /// `high`
    pub severity: &'static str,
    /// `critical when gte score 9`
    pub cases: Vec<String>,
    /// The title as its first test shows it, else the template.
    pub title: String,
    /// Calls, or the detail-types of other events; empty: many.
    pub events: Vec<String>,
    /// The only region with its events, if there is one.
    pub region: Option<&'static str>,
    /// What to do about it: a link or a text.
    pub runbook: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether it is deployed.
    pub enabled: bool,
    /// What `account-watcher.toml` overrides of what the watcher's file says.
    pub overridden: Vec<Origin>,
}

/// An overridden key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Origin {
    /// `severity`
    pub key: &'static str,
    /// The line of `account-watcher.toml` that counts.
    pub line: usize,
}

/// Some day: what is ignored only until then is no less what a watcher sees.
pub const SOME_DAY: Date = date(2026, 1, 12);

const OTHER: &str = "Other";

/// Topics by the first word of the watcher's name, which is its service.
const TOPICS: [(&str, &str); 7] = [
    ("Identity and sign-in", "cognito iam identitystore organizations rolesanywhere root signin sso sts"),
    ("Account and this stack", "account cloudformation health servicequotas support"),
    (
        "Logging and security services",
        "access cloudtrail config detective guardduty inspector inspector2 logs macie securityhub unauthorized",
    ),
    (
        "Data and keys",
        "acm athena backup dynamodb ebs efs elasticache elasticfilesystem es glue kms opensearch ram rds redshift s3 secretsmanager ssm",
    ),
    (
        "Network and compute",
        "apigateway autoscaling batch cloudfront cloudshell ec2 elasticloadbalancing elb lambda lightsail network route53 route53domains route53resolver vpc waf wafv2",
    ),
    ("Containers", "ecr ecs eks"),
    (
        "Operations and cost",
        "bedrock billing budgets ce cloudwatch codebuild codedeploy codepipeline cost eventbridge events reservation sagemaker ses sns sqs states stepfunctions trustedadvisor",
    ),
];

/// All watchers, by topic and name.
pub fn entries(project: &Project) -> Vec<Entry> {
    let mut entries: Vec<Entry> = project.files.iter().map(|file| entry(project, file)).collect();
    let rank =
        |entry: &Entry| TOPICS.iter().position(|(topic, _)| *topic == entry.topic).unwrap_or(TOPICS.len());
    entries.sort_by(|a, b| (rank(a), &a.name).cmp(&(rank(b), &b.name)));
    entries
}

fn entry(project: &Project, file: &WatcherFile) -> Entry {
    let watcher = &file.watcher;
    let first_word = watcher.name.split('-').next().unwrap_or_default();
    let topic = TOPICS
        .iter()
        .find(|(_, words)| words.split(' ').any(|word| word == first_word))
        .map_or(OTHER, |(topic, _)| *topic);
    let elsewhere = regions::elsewhere(&watcher.pattern, &["eu-west-1"]);
    Entry {
        name: watcher.name.clone(),
        file: file.source.path.clone(),
        shipped: file.is_shipped(),
        topic,
        severity: watcher.severity.as_str(),
        cases: watcher
            .cases
            .iter()
            .map(|case| format!("{} when {}", case.severity.as_str(), case.when.source()))
            .collect(),
        title: title(project, file).unwrap_or_else(|| watcher.title.source().to_owned()),
        events: events(file),
        region: (!elsewhere.is_empty()).then_some(regions::GLOBAL),
        runbook: watcher.runbook.as_ref().map(|runbook| runbook.as_str().to_owned()),
        tags: file.tags.clone(),
        enabled: file.enabled,
        overridden: overridden(project, file),
    }
}

/// What `account-watcher.toml` overrides of what the watcher's file says, first to last.
pub fn overridden(project: &Project, file: &WatcherFile) -> Vec<Origin> {
    let Some(config) = &project.config_file else { return Vec::new() };
    let line = |span: &Span| config.source.position(span.start).0;
    file.origins().map(|(key, span)| Origin { key, line: line(span) }).collect()
}

/// The title of the first test whose event is reported.
fn title(project: &Project, file: &WatcherFile) -> Option<String> {
    let watchers = Watchers::new(project.config.clone(), vec![file.watcher.clone()]);
    file.tests.iter().filter(|test| test.matches).find_map(|test| {
        let matches = watchers.deliveries(test.event.to_string().as_bytes(), SOME_DAY).ok()?;
        Some(matches.first()?.deliveries.first()?.title.clone())
    })
}

/// The literal names of calls, else of detail-types.
fn events(file: &WatcherFile) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for alternative in file.watcher.pattern.alternatives() {
        let texts = |path: &str| {
            alternative
                .get(path)
                .into_iter()
                .flatten()
                .filter_map(Candidate::as_str)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        let calls = texts("detail.eventName");
        let is_cloudtrail = texts("detail-type").iter().any(|kind| VIA_CLOUDTRAIL.contains(&kind.as_str()));
        let found = if calls.is_empty() && !is_cloudtrail { texts("detail-type") } else { calls };
        for name in found {
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names
}

/// The watchers that take events of the others too.
const OF_ANY_CALL: [&str; 3] = ["root-api-call", "unauthorized-api-call", "iam-call-oversized"];

/// What a rule that names calls of this kind costs: see the crate `rules`.
const READ_ONLY: &str = "\nEventBridge leaves out calls that only read (`Get…`, `List…`, `Describe…`) unless a rule asks for them. So\n\
    `unauthorized-api-call` sees no denied ones, however many, and somebody who only looks around is not seen. The\n\
    watchers of such calls are off. The first one that is switched on makes one rule more, `ReadOnly`, in the state\n\
    `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS`; the next ones share it. EventBridge charges nothing for events of\n\
    AWS's services, but every call of those names in the account, whoever makes it, is one invocation of the function,\n\
    also while the watcher waits for more of them before it alerts.\n";

/// How many events a table names.
const NAMED: usize = 4;

/// The list as a document, with links to the files.
pub fn markdown(entries: &[Entry]) -> String {
    let on = entries.iter().filter(|entry| entry.enabled).count();
    let mut text = format!(
        "# The watchers\n\n\
         <!-- Made by `cargo watcher list --format markdown`; a test fails when it is stale. -->\n\n\
         {} watchers; {on} are on. A watcher that is off costs nothing: switch it on by an\n\
         [override](overrides.md). A file that you add is on. Where a region is named, the events exist on the bus of\n\
         that region only; the others are on the bus of the region in which they happen. CIS is the item of section 4 of the\n\
         CIS AWS Foundations Benchmark that the watcher is for.\n",
        entries.len()
    );
    if OF_ANY_CALL.iter().all(|name| entries.iter().any(|entry| entry.name == *name)) {
        text += "\nOne watcher reports each event. But three report calls of any name, besides what was called: `root-api-call` of\n\
                 the root user's visit, at once and in a summary, `unauthorized-api-call` when one caller was denied five times in\n\
                 15 minutes, and `iam-call-oversized` of a call in IAM whose record was cut.\n\n\
                 [Coverage](coverage.md) compares the watchers with MITRE ATT&CK, the whole benchmark and public catalogues of rules.\n";
    }
    if entries.iter().any(|entry| entry.name == "unauthorized-api-call") {
        text += READ_ONLY;
    }
    let mut topic = "";
    for entry in entries {
        if entry.topic != topic {
            topic = entry.topic;
            let _ = write!(
                text,
                "\n## {topic}\n\n| watcher | severity | what it sees | events | region | CIS | on |\n|---|---|---|---|---|---|---|\n"
            );
        }
        text += &row(entry);
    }
    text
}

fn row(entry: &Entry) -> String {
    let Entry { name, file, title, .. } = entry;
    let cases = entry.cases.iter().map(|case| {
        let (severity, when) = case.split_once(" when ").unwrap_or((case, ""));
        format!("{severity} when `{}`", cell(when))
    });
    let severity: Vec<String> = iter::once(entry.severity.to_owned()).chain(cases).collect();
    let severity = severity.join("; ");
    let cis: Vec<&str> = entry.tags.iter().filter_map(|tag| tag.strip_prefix("cis-")).collect();
    let mut events: Vec<String> =
        entry.events.iter().take(NAMED).map(|event| format!("`{}`", cell(event))).collect();
    match entry.events.len().saturating_sub(NAMED) {
        0 => {}
        more => events.push(format!("{more} more")),
    }
    if events.is_empty() {
        events.push("many".to_owned());
    }
    format!(
        "| [`{name}`](../{file}) | {severity} | {} | {} | {} | {} | {} |\n",
        cell(title),
        events.join(", "),
        entry.region.unwrap_or_default(),
        cis.join(", "),
        if entry.enabled { "on" } else { "off" }
    )
}

/// Text that breaks no table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ").replace('<', "&lt;")
}
