//! What comes of an event, for programs: one JSON object on a line.

use event_pattern::{Attempt, Explanation};
use rules::Arrival;
use serde_json::{Value, json};
use watcher::{Delivery, Match};

use super::{Asked, Tried};

/// The line, with its end.
pub(crate) fn tried(tried: &Tried<'_>) -> String {
    let mut line = json!({
        "event_id": tried.event.id(),
        "arrival": arrival(tried.arrival),
        "watchers": tried.matches.iter().map(|found| matched(tried, found)).collect::<Value>(),
    });
    if let Some(asked) = &tried.asked {
        line["explanation"] = explanation(asked);
    }
    format!("{line}\n")
}

/// `rule` matches the event; `delivered` is false for read-only calls that this rule does not get.
fn arrival(arrival: Option<Arrival<'_>>) -> Value {
    match arrival {
        Some(Arrival::Through(rule)) => json!({"rule": rule.id, "delivered": true}),
        Some(Arrival::ReadOnly(rule)) => json!({"rule": rule.id, "delivered": false}),
        Some(Arrival::NoRule) | None => json!({"rule": null, "delivered": false}),
    }
}

fn matched(tried: &Tried<'_>, found: &Match<'_>) -> Value {
    let mut matched = json!({
        "name": found.watcher.name,
        "fields": found.fields,
        "ignored": found.ignored,
        "deliveries": found.deliveries.iter().filter_map(|delivery| sent(tried, found, delivery)).collect::<Value>(),
    });
    if let Some(group) = &found.watcher.group {
        // The window in seconds.
        matched["group"] = json!({"by": group.by, "window": group.window, "at_least": group.at_least});
    }
    matched
}

/// The payload under the name of its kind, as `{"slack": …}`.
fn sent(tried: &Tried<'_>, found: &Match<'_>, delivery: &Delivery) -> Option<Value> {
    let channel = tried.watchers.channel(&delivery.channel)?;
    let kind = channel.kind();
    let mut sent = json!({kind.spec().name: kind.payload(delivery).json, "channel": delivery.channel});
    if let Some(routed) =
        found.routed.iter().find(|routed| routed.to == delivery.channel && routed.named != routed.to)
    {
        sent["instead_of"] = json!(routed.named);
    }
    if let Some(error) = &delivery.render_error {
        sent["render_error"] = json!(error);
    }
    Some(sent)
}

fn explanation(asked: &Asked<'_>) -> Value {
    json!({
        "watcher": asked.file.watcher.name,
        "enabled": asked.file.enabled,
        "matched": asked.explanation.matched,
        "alternatives": alternatives(&asked.explanation),
    })
}

/// How each alternative of a pattern fared, the nearest first.
pub(crate) fn alternatives(explanation: &Explanation) -> Value {
    explanation.alternatives.iter().map(attempt).collect()
}

fn attempt(attempt: &Attempt) -> Value {
    let failures = attempt.failures.iter().map(|failure| {
        json!({"path": failure.path, "kind": failure.kind.to_string(), "expected": values(&failure.expected), "found": values(&failure.found)})
    });
    json!({"index": attempt.index, "failures": failures.collect::<Value>()})
}

/// JSON texts as JSON.
fn values(texts: &[String]) -> Value {
    texts.iter().map(|text| serde_json::from_str(text).unwrap_or_else(|_| json!(text))).collect()
}
