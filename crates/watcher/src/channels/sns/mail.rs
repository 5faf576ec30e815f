//! A mail's text: the message, and the facts as lines.

use std::fmt::Write;

use super::super::text::{self, cut};
use super::super::{Limit, Limits};
use super::{Body, Form, SUBJECT_LIMIT};
use crate::delivery::Delivery;
use crate::runbook::Runbook;
use crate::severity::Severity;

pub(super) const FORM: Form = Form { body, limits };

fn body(delivery: &Delivery, room: usize) -> Body {
    let below = runbook(delivery) + &facts(delivery);
    let text = text::lines(&delivery.message);
    let text = if text.trim().is_empty() { "(empty message)" } else { &text };
    Body::Text(cut(text, room.saturating_sub(below.len()), char::len_utf8) + &below)
}

fn limits(_: Severity) -> Limits {
    let says = format!("the subject of a mail takes {SUBJECT_LIMIT}");
    let title = Limit { most: SUBJECT_LIMIT, size: char::len_utf16, says };
    Limits { title, message: None }
}

/// The steps below the message; a link is among the facts.
fn runbook(delivery: &Delivery) -> String {
    let steps = delivery.runbook.as_ref().and_then(Runbook::text);
    steps.map_or_else(String::new, |steps| format!("\n\nRunbook: {}", text::lines(steps)))
}

/// The lines below the message.
fn facts(delivery: &Delivery) -> String {
    let facts = &delivery.facts;
    let account = facts.account_with_id();
    let time = facts.time_in_words();
    let lines = [
        ("Event", Some(facts.event_name.as_str())),
        ("Outcome", facts.outcome.as_deref()),
        ("Actor", facts.actor.as_deref()),
        ("From", facts.origin.as_deref()),
        ("Account", Some(&account)),
        ("Region", Some(&facts.region)),
        ("Time", Some(&time)),
        ("Severity", Some(delivery.severity.as_str())),
        ("Watcher", Some(&delivery.watcher)),
        ("Event id", Some(&facts.event_id)),
        ("CloudTrail", facts.link.as_deref()),
        ("Resource", facts.target_link.as_deref()),
        ("Runbook", delivery.runbook.as_ref().and_then(Runbook::link)),
    ];
    let mut text = "\n".to_owned();
    for (name, value) in lines {
        let value = cut(text::value(value.unwrap_or_default()).trim(), 1_000, |_| 1);
        if !value.is_empty() {
            let _ = write!(text, "\n{name}: {value}");
        }
    }
    text
}
