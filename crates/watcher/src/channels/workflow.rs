//! A Slack workflow's webhook trigger: a delivery as flat strings.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::slack::{self, FACT_LIMIT, HEADER_LIMIT, HOST, SECTION_LIMIT, TESTED, limited, message, title};
use super::text;
use super::{Key, Kind, Limits, Pace, Payload, Reference, Spec, Takes};
use crate::delivery::Delivery;
use crate::runbook::Runbook;
use crate::severity::Severity;

/// Ten a minute. <https://slack.com/help/articles/360041352714>
const INTERVAL: Duration = Duration::from_secs(6);

/// A Slack workflow's webhook trigger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct SlackWorkflow {
    /// Where the trigger's URL is kept.
    pub trigger: Reference,
    /// The only host that the URL may be of, where that is not Slack's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
}

impl SlackWorkflow {
    pub(super) const SPEC: &Spec = &Spec {
        name: "slack-workflow",
        called: "Slack workflow",
        description: "A Slack workflow's webhook trigger.",
        keys: &[
            Key {
                name: "trigger",
                takes: Takes::Secret,
                required: true,
                example: "\"ssm:/account-watcher/slack/security\"",
                description: "Where the URL is kept: ssm:/account-watcher/NAME or secretsmanager:account-watcher/NAME.",
            },
            HOST,
        ],
        tested: &TESTED,
        secret_urls: slack::Slack::HOSTS,
    };

    /// What is posted.
    pub fn body(&self, delivery: &Delivery) -> Value {
        body(delivery)
    }
}

impl Kind for SlackWorkflow {
    fn spec(&self) -> &'static Spec {
        SlackWorkflow::SPEC
    }

    fn payload(&self, delivery: &Delivery) -> Payload {
        Payload::json(body(delivery))
    }

    fn limits(&self, severity: Severity) -> Limits {
        slack::limits(severity)
    }

    fn pace(&self) -> Option<Pace> {
        Some(Pace { destination: self.trigger.to_string(), interval: INTERVAL, burst: None })
    }

    fn secrets(&self) -> Vec<&Reference> {
        vec![&self.trigger]
    }

    fn variable(&self) -> Option<&str> {
        None
    }
}

/// A workflow reads named variables, and only strings; which ones it declares is
/// its own choice. <https://slack.com/help/articles/360041352714>
fn body(delivery: &Delivery) -> Value {
    let facts = &delivery.facts;
    let text = |text: &str| Value::String(limited(&text::value(text), FACT_LIMIT));
    json!({
        "text": limited(&message(delivery), SECTION_LIMIT),
        "title": limited(&title(delivery), HEADER_LIMIT),
        "severity": delivery.severity.as_str(),
        "watcher": delivery.watcher,
        "event_name": text(&facts.event_name),
        "account": text(&facts.account),
        "account_id": text(&facts.account_id),
        "region": text(&facts.region),
        "origin": text(facts.origin.as_deref().unwrap_or_default()),
        "actor": text(facts.actor.as_deref().unwrap_or_default()),
        "time": text(&facts.time),
        "outcome": text(facts.outcome.as_deref().unwrap_or_default()),
        "runbook": limited(&text::lines(delivery.runbook.as_ref().map(Runbook::as_str).unwrap_or_default()), SECTION_LIMIT),
        "link": facts.link.as_deref().unwrap_or_default(),
        "target": text(facts.target.as_deref().unwrap_or_default()),
        "target_link": facts.target_link.as_deref().unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::tests::delivery;

    #[test]
    fn a_workflow_gets_flat_strings() {
        let payload = body(&delivery());
        assert!(payload.as_object().unwrap().values().all(Value::is_string), "{payload}");
        assert_eq!(payload["text"], "Bucket \"demo\" was deleted by alice");
        assert_eq!(payload["severity"], "high");
        assert_eq!(payload["runbook"], "");
        let steps = Some(Runbook::Text("Ask.\nRestore.".to_owned()));
        assert_eq!(body(&Delivery { runbook: steps, ..delivery() })["runbook"], "Ask.\nRestore.");
    }
}
