//! What comes of an event, for people.

use std::fmt::Write;

use rules::Arrival;
use watcher::{Delivery, Group, Match, visible};

use super::{Asked, Tried};
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, indent, paint};

/// The event, how it arrives, the watchers that match, and what they send.
pub(crate) fn tried(tried: &Tried<'_>) -> String {
    let source = tried.event.text("/source").unwrap_or_default();
    let name = paint(STRONG, tried.event_name());
    let mut text = format!("{}: {name} from {source}", tried.place);
    if !tried.event.id().is_empty() {
        let _ = write!(text, ", event {}", tried.event.id());
    }
    text.push('\n');
    text += &indent(&arrival(tried), 2);
    if let Some(asked) = &tried.asked {
        text += &indent(&explanation(asked), 2);
    } else if tried.matches.is_empty() {
        text += &indent(&no_match(tried), 2);
    }
    for found in &tried.matches {
        text.push('\n');
        text += &indent(&matched(tried, found), 2);
    }
    text
}

fn arrival(tried: &Tried<'_>) -> String {
    match tried.arrival {
        Some(Arrival::Through(rule)) => format!("arrives through rule {}", paint(GOOD, &rule.id)),
        Some(Arrival::ReadOnly(_)) => format!(
            "{}: {} is a read-only call, which EventBridge delivers only if a watcher names it in `detail.eventName`",
            paint(CAUTION, "does not arrive"),
            tried.event_name()
        ),
        Some(Arrival::NoRule) => format!("{}: no rule matches it", paint(CAUTION, "does not arrive")),
        None => format!("{}: the rules do not fit EventBridge's quotas", paint(ERROR, "does not arrive")),
    }
}

fn no_match(tried: &Tried<'_>) -> String {
    let mut text = paint(CAUTION, "no watcher matches");
    if let Some(name) = tried.nearest() {
        let _ = write!(text, "; `--watcher {name}` says why the nearest one does not");
    }
    text
}

fn explanation(asked: &Asked<'_>) -> String {
    let watcher = &asked.file.watcher;
    let name = paint(STRONG, &watcher.name);
    let off = if asked.file.enabled { "" } else { " (it is switched off: `enabled = false`)" };
    if asked.explanation.matched {
        return format!("{name} {}{off}", asked.explanation);
    }
    format!("{name} {}{off}\n{}", paint(CAUTION, "does not match"), indent(&asked.explanation.to_string(), 2))
}

fn matched(tried: &Tried<'_>, found: &Match<'_>) -> String {
    let watcher = found.watcher;
    let severity = found.deliveries.first().map_or(watcher.severity, |delivery| delivery.severity);
    let mut text = format!("{} ({})\n", paint(STRONG, &watcher.name), severity.as_str());
    text += &indent(&fields(found), 2);
    if let Some(reason) = found.ignored {
        let _ = writeln!(text, "  {}: {reason}", paint(CAUTION, "ignored, nothing is sent"));
    }
    if let Some(group) = watcher.group.as_ref().filter(|_| found.ignored.is_none()) {
        let _ = writeln!(text, "  {}", grouped(group));
    }
    if let Some(error) = found.deliveries.first().and_then(|delivery| delivery.render_error.as_ref()) {
        let _ = writeln!(text, "  {}: {error}", paint(ERROR, "the template fails, and this is sent instead"));
    }
    for delivery in &found.deliveries {
        text += &indent(&sent(tried, found, delivery), 2);
    }
    text
}

/// When the group's alert is sent, and what becomes of the others.
fn grouped(group: &Group) -> String {
    let which = match group.at_least {
        0 | 1 => "the first is sent at once".to_owned(),
        n => format!("number {n} is sent at once"),
    };
    let (by, window) = (group.by.join(", "), group.window_in_units());
    format!("{} by {by}, for {window}: {which}, the others in one summary", paint(CAUTION, "grouped"))
}

/// The fields in the order of the file.
fn fields(found: &Match<'_>) -> String {
    let names: Vec<&str> = found.watcher.fields.iter().map(|field| field.name.as_str()).collect();
    let width = names.iter().map(|name| name.len()).max().unwrap_or_default();
    let line = |name: &&str| match found.fields.get(*name) {
        Some(value) => format!("{name:width$} = {}\n", visible::value(&value.to_string())),
        None => format!("{name:width$} = {}\n", paint(FAINT, "(none)")),
    };
    names.iter().map(line).collect()
}

fn sent(tried: &Tried<'_>, found: &Match<'_>, delivery: &Delivery) -> String {
    let Some(channel) = tried.watchers.channel(&delivery.channel) else { return String::new() };
    let kind = channel.kind();
    let payload = kind.payload(delivery);
    let mut text = String::new();
    for (name, value) in &payload.heads {
        let _ = writeln!(text, "{} {value}", paint(FAINT, &format!("{name}:")));
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text += &payload.body;
    if let Some(fault) = &payload.fault {
        let _ = writeln!(text, "{}: {fault}", paint(ERROR, "nothing can be sent"));
    }
    let to = paint(STRONG, &format!("to {}", delivery.channel));
    let routed =
        found.routed.iter().find(|routed| routed.to == delivery.channel && routed.named != routed.to);
    let instead =
        routed.map(|routed| format!(", by a route, instead of {}", routed.named)).unwrap_or_default();
    format!("\n{to} ({}){instead}\n{}", kind.spec().called, indent(&text, 2))
}
