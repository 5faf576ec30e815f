//! Would EventBridge deliver this event to the function, and through which rule?

use event_pattern::EventError;
use serde_json::Value;

use crate::{Rule, Rules};
use aws_facts::is_read_only;

/// What EventBridge does with an event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Arrival<'a> {
    /// The function gets it through this rule.
    Through(&'a Rule),
    /// A read-only call, which the rule that would match it does not get.
    ReadOnly(&'a Rule),
    /// No rule matches it.
    NoRule,
}

impl Rules {
    /// Whether EventBridge would deliver the event, provided that CloudTrail logs it.
    ///
    /// # Errors
    /// When the event is not JSON.
    pub fn arrival(&self, event: &[u8]) -> Result<Arrival<'_>, EventError> {
        let Some(rule) = self.matching(event)?.into_iter().next() else { return Ok(Arrival::NoRule) };
        if !rule.all_management_events && is_dropped(event) {
            return Ok(Arrival::ReadOnly(rule));
        }
        Ok(Arrival::Through(rule))
    }

    /// The rules whose patterns match: one at most.
    ///
    /// # Errors
    /// When the event is not JSON.
    pub fn matching(&self, event: &[u8]) -> Result<Vec<&Rule>, EventError> {
        let mut matching = Vec::new();
        for rule in self.iter() {
            if rule.pattern.matches(event)? {
                matching.push(rule);
            }
        }
        Ok(matching)
    }
}

/// Whether it is a read-only management event, which no rule gets that does not ask for all management events. Data events come or
/// do not come by the trail's settings.
pub fn is_dropped(event: &[u8]) -> bool {
    let Ok(event) = serde_json::from_slice::<Value>(event) else { return false };
    event["detail-type"] == "AWS API Call via CloudTrail"
        && event["detail"]["managementEvent"] != false
        && event["detail"]["eventName"]
            .as_str()
            .is_some_and(|name| is_read_only(event["source"].as_str(), name))
}
