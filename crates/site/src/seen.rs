//! What a watcher makes of its tests' events: what the pages draw.

use std::collections::BTreeSet;

use rules::{Arrival, Rules};
use serde_json::Value;
use watcher::{Channel, Config, Delivery, Match, Mentions, Severity, Slack, SnsFormat, SnsMessage, Watchers};
use watchfile::listing::SOME_DAY;
use watchfile::{TestCase, WatcherFile};

/// What comes of a test's event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is reported.
    Reported { severity: Severity, title: String },
    /// An ignore covers it, for this reason.
    Ignored(String),
    /// The watcher does not want it.
    Unmatched,
}

/// A test, and what comes of its event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tested {
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
}

/// An alert as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// The test whose event it is about.
    pub test: String,
    /// The message itself, line by line.
    pub message: String,
    /// What Slack webhooks get, and which channels do: one for each that mentions somebody else. No channels: it is only what
    /// one would get.
    pub slack: Vec<(Value, Vec<String>)>,
    /// What is sent as a mail, in the same way.
    pub mail: Option<(SnsMessage, Vec<String>)>,
    /// What channels of other kinds get: the channel, what people call its kind, and the payload.
    pub others: Vec<(String, &'static str, Value)>,
    /// The channels that the watcher names whose alert a route sends elsewhere, and where.
    pub routed: Vec<(String, String)>,
}

/// What the tests of a watcher show.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(crate) tests: Vec<Tested>,
    pub(crate) alert: Option<Alert>,
    /// The rules that deliver the events that it reports.
    pub(crate) rules: BTreeSet<String>,
}

/// Runs the tests of a watcher as it is deployed.
pub(crate) fn seen(file: &WatcherFile, config: &Config, rules: Option<&Rules>) -> Seen {
    let watchers = Watchers::new(config.clone(), vec![file.watcher.clone()]);
    let mut seen = Seen::default();
    for test in &file.tests {
        let text = test.event.to_string();
        let matches = watchers.deliveries(text.as_bytes(), SOME_DAY).unwrap_or_default();
        let outcome = outcome(matches.first());
        if let (Outcome::Reported { .. }, Some(found)) = (&outcome, matches.first()) {
            if let Some(Ok(Arrival::Through(rule))) = rules.map(|rules| rules.arrival(text.as_bytes())) {
                seen.rules.insert(rule.id.clone());
            }
            if seen.alert.is_none() {
                seen.alert = alert(test, found, config);
            }
        }
        seen.tests.push(Tested { name: test.name.trim().to_owned(), outcome });
    }
    seen
}

fn outcome(found: Option<&Match<'_>>) -> Outcome {
    match found {
        None => Outcome::Unmatched,
        Some(Match { ignored: Some(reason), .. }) => Outcome::Ignored((*reason).to_owned()),
        Some(found) => match found.deliveries.first() {
            Some(delivery) => {
                Outcome::Reported { severity: delivery.severity, title: delivery.title.clone() }
            }
            None => Outcome::Unmatched,
        },
    }
}

fn alert(test: &TestCase, found: &Match<'_>, config: &Config) -> Option<Alert> {
    let first = found.deliveries.first()?;
    let sent = |delivery: &Delivery| config.channels.get(&delivery.channel);
    let (mut slack, mut to_mail, mut others) = (Vec::<(Value, Vec<String>)>::new(), Vec::new(), Vec::new());
    for delivery in &found.deliveries {
        match sent(delivery) {
            Some(Channel::Slack(to)) => {
                let (payload, channel) = (to.body(delivery), delivery.channel.clone());
                match slack.iter_mut().find(|(same, _)| *same == payload) {
                    Some((_, channels)) => channels.push(channel),
                    None => slack.push((payload, vec![channel])),
                }
            }
            Some(Channel::Sns(sns)) if sns.format == SnsFormat::Text => {
                to_mail.push(delivery.channel.clone());
            }
            Some(channel @ (Channel::Sns(_) | Channel::SlackWorkflow(_) | Channel::Webhook(_))) => {
                let kind = channel.kind();
                others.push((delivery.channel.clone(), kind.spec().called, kind.payload(delivery).json));
            }
            None => {}
        }
    }
    if slack.is_empty() {
        let would = config.channels.values().find_map(|channel| match channel {
            // Whom it mentions is said of what it gets.
            Channel::Slack(one) => Some(Slack { mention: Mentions::default(), ..one.clone() }.body(first)),
            _ => None,
        });
        slack.extend(would.map(|payload| (payload, Vec::new())));
    }
    // All mails are the same.
    let mail = config.channels.values().find_map(|channel| match channel {
        Channel::Sns(sns) if sns.format == SnsFormat::Text => Some((sns.message(first), to_mail.clone())),
        _ => None,
    });
    let redirected = found.routed.iter().filter(|routed| routed.named != routed.to);
    Some(Alert {
        test: test.name.trim().to_owned(),
        message: first.message.clone(),
        slack,
        mail,
        others,
        routed: redirected.map(|routed| (routed.named.to_owned(), routed.to.to_owned())).collect(),
    })
}
