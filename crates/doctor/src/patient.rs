//! What is examined: the stack, and the project that should be deployed there.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::{Alternative, Candidate};
use jiff::{SignedDuration, Timestamp};
use rules::{Rule, Rules};
use serde_json::Value;
use watcher::{Channel, TopicRef, Watcher, Watchers};

use crate::ask::{Ask, Unanswered, if_there, list, text};
use crate::call::{GET_QUERY_RESULTS, START_QUERY};
use crate::command::shell;
use crate::stack::Stack;

/// The stack and the project.
#[derive(Debug)]
pub struct Patient {
    /// What is deployed.
    pub stack: Stack,
    /// What should be.
    pub watchers: Watchers,
    /// Its rules.
    pub rules: Rules,
    /// The regions whose events the stack gets, its own first.
    pub seen: Vec<String>,
    /// The newest change of the project, if that is known.
    pub changed: Option<Change>,
    /// The profile that `aws` is asked with, for the commands that are shown.
    pub profile: Option<String>,
    /// When it is.
    pub now: Timestamp,
}

/// A rule of the stack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeployedRule<'a> {
    pub(crate) logical: &'a str,
    pub(crate) bus: &'a str,
    pub(crate) name: &'a str,
}

impl DeployedRule<'_> {
    /// The template's own rule, on the bus for what is forwarded.
    pub(crate) const FORWARDED: &'static str = "ForwardedEvents";

    /// The id of the rule of the project; SAM puts the function's logical id before it.
    pub(crate) fn id(&self) -> Option<&str> {
        self.logical.strip_prefix("Function")
    }

    pub(crate) fn arn(&self, stack: &Stack) -> String {
        match self.bus {
            "default" => stack.arn("events", &format!("rule/{}", self.name)),
            bus => stack.arn("events", &format!("rule/{bus}/{}", self.name)),
        }
    }
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As people write it.
    pub commit: String,
    /// When it was made.
    pub time: Timestamp,
}

/// When the watchers of these names last had something to send, within the time that was asked for.
pub type Fired = BTreeMap<String, Timestamp>;

impl Patient {
    /// A command of `aws` on the stack's region.
    pub(crate) fn aws(&self, words: &[&str]) -> String {
        self.aws_in(&self.stack.region, words)
    }

    /// A command of `aws` on another region.
    pub(crate) fn aws_in(&self, region: &str, words: &[&str]) -> String {
        let mut all = vec!["aws"];
        all.extend(words);
        all.extend(["--region", region]);
        if let Some(profile) = &self.profile {
            all.extend(["--profile", profile]);
        }
        shell(&all)
    }

    /// The deployment of the project.
    pub(crate) fn deploy(&self) -> String {
        let mut all = vec!["sam", "deploy", "--stack-name", &self.stack.name, "--region", &self.stack.region];
        if let Some(profile) = &self.profile {
            all.extend(["--profile", profile]);
        }
        format!("sam build && {}", shell(&all))
    }

    /// The time so many hours ago, as AWS reads it.
    pub(crate) fn ago(&self, hours: i64) -> String {
        (self.now - SignedDuration::from_hours(hours)).to_string()
    }

    /// The rules that the stack has.
    pub(crate) fn deployed_rules(&self) -> impl Iterator<Item = DeployedRule<'_>> {
        self.stack.of_type("AWS::Events::Rule").map(|(logical, id)| {
            let bus = match logical {
                DeployedRule::FORWARDED => self.stack.output("ForwardBusArn"),
                _ => self.stack.parameter("EventBusName"),
            };
            // A name, or an ARN that ends in event-bus/NAME.
            let bus = bus.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("default");
            // On another bus than the default one CloudFormation calls it BUS|NAME.
            DeployedRule { logical, bus, name: id.rsplit('|').next().unwrap_or(id) }
        })
    }

    /// The topics that channels send to, by their ARNs, with the names of the channels.
    pub(crate) fn topics(&self) -> BTreeMap<String, Vec<&str>> {
        let mut topics: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        topics.insert(self.stack.output("AlertTopicArn").to_owned(), Vec::new());
        for name in self.watchers.channels() {
            if let Some(Channel::Sns(sns)) = self.watchers.channel(name) {
                let arn = match &sns.topic {
                    // The only one that the template sets.
                    TopicRef::Env(_) => self.stack.output("AlertTopicArn"),
                    TopicRef::Arn { arn, .. } => arn,
                };
                topics.entry(arn.to_owned()).or_default().push(name);
            }
        }
        topics.remove("");
        topics
    }

    /// The watchers that hear of nothing if the rule delivers nothing.
    pub(crate) fn behind(&self, rule: &Rule) -> Vec<&str> {
        let bucket: Option<u64> = rule.id.strip_prefix("Bucket").and_then(|number| number.parse().ok());
        let is_behind = |one: &Alternative| {
            let sources = literals(one, "source");
            match bucket {
                Some(bucket) => sources.into_iter().any(|source| rules::bucket_of(source) == bucket),
                None => sources.is_empty() && !rule.all_management_events,
            }
        };
        let is_behind = |watcher: &&Watcher| watcher.pattern.alternatives().iter().any(&is_behind);
        self.watchers.iter().filter(is_behind).map(|watcher| watcher.name.as_str()).collect()
    }
}

/// The texts that an alternative names at a path.
pub(crate) fn literals<'a>(alternative: &'a Alternative, path: &str) -> Vec<&'a str> {
    alternative.get(path).unwrap_or_default().iter().filter_map(Candidate::as_str).collect()
}

/// `a, b, c and 12 more`
pub(crate) fn named(names: &[&str]) -> String {
    const SHOWN: usize = 5;
    match names {
        [shown @ .., last] if names.len() <= SHOWN && !shown.is_empty() => {
            format!("{} and {last}", shown.join(", "))
        }
        _ if names.len() <= SHOWN => names.join(""),
        _ => format!("{} and {} more", names[..SHOWN].join(", "), names.len() - SHOWN),
    }
}

/// `a waits`, `a and b wait`
pub(crate) fn wait(names: &[&str]) -> String {
    format!("{} {}", named(names), if names.len() == 1 { "waits" } else { "wait" })
}

/// The query of CloudWatch Logs Insights. The function writes a line for each event, with the watchers that want it; more than
/// four want one event hardly ever, and the line of one that all of them ignore has no delivery. In a table of at most as many
/// rows as there are combinations, so nothing is left out.
const QUERY: &str = "filter ispresent(deliveries.0.watcher) and ispresent(watchers.0) \
    | stats max(@timestamp) as last by watchers.0, watchers.1, watchers.2, watchers.3 | limit 10000";

/// How long a query may take. Those of a log this small take a few seconds.
const SECONDS: usize = 60;

/// When each watcher last had something to send in these days, by the function's log; none if there is no log.
pub fn last_fired(patient: &Patient, days: u32, ask: &dyn Ask) -> Result<Option<Fired>, Unanswered> {
    let from = (patient.now - SignedDuration::from_hours(24 * i64::from(days))).as_second().to_string();
    let until = patient.now.as_second().to_string();
    let group = patient.stack.output("LogGroupName");
    let arguments =
        ["--log-group-name", group, "--start-time", &from, "--end-time", &until, "--query-string", QUERY];
    let started = if_there(ask.ask(&START_QUERY, &arguments), &["ResourceNotFoundException"])?;
    let Some(started) = started else { return Ok(None) };
    for _ in 0..SECONDS {
        let answer = ask.ask(&GET_QUERY_RESULTS, &["--query-id", text(&started, "queryId")])?;
        match text(&answer, "status") {
            "Scheduled" | "Running" => ask.wait(),
            "Complete" => return Ok(Some(fired(&answer))),
            status => return Err(no_result(format!("the query of the log ended as {status}"))),
        }
    }
    Err(no_result(format!("the query of the log took more than {SECONDS} seconds")))
}

fn no_result(reason: String) -> Unanswered {
    Unanswered { action: GET_QUERY_RESULTS.action, denied: false, code: None, reason }
}

fn fired(answer: &Value) -> Fired {
    let mut fired = Fired::new();
    for row in list(answer, "results").iter().filter_map(Value::as_array) {
        let field =
            |name: &str| row.iter().find(|field| field["field"] == name).map(|field| text(field, "value"));
        let Some(last) = field("last").and_then(time) else { continue };
        for name in row.iter().filter(|field| text(field, "field").starts_with("watchers.")) {
            let known = fired.entry(text(name, "value").to_owned()).or_insert(last);
            *known = last.max(*known);
        }
    }
    fired.remove("");
    fired
}

/// The greatest of times is a number of milliseconds to Logs Insights, or a text as `@timestamp` is.
fn time(value: &str) -> Option<Timestamp> {
    match value.parse::<f64>() {
        #[expect(clippy::cast_possible_truncation, reason = "milliseconds of any time that a log has fit")]
        Ok(milliseconds) => Timestamp::from_millisecond(milliseconds as i64).ok(),
        Err(_) => format!("{}Z", value.replacen(' ', "T", 1)).parse().ok(),
    }
}

impl Patient {
    /// The watchers that are not among those that have fired.
    pub fn silent<'a>(&'a self, fired: &Fired) -> BTreeSet<&'a str> {
        self.watchers
            .iter()
            .map(|watcher| watcher.name.as_str())
            .filter(|name| !fired.contains_key(*name))
            .collect()
    }
}
