//! Cuts a delivery's texts so that it fits into a message of SQS: at most 1 MiB, attributes included.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
//!
//! What counts is the length in JSON, where a quote takes two bytes and a control character six. The limits
//! together are 600 KiB, which leaves room for the names, which are ours, and for the reason as an attribute.

use watcher::{Delivery, Facts};

/// SNS shows 256 KiB of a message. No character takes more than twice its bytes here, so none of them is lost.
const MESSAGE: usize = 512 * 1024;
/// Everything else: no channel shows more than 1,000 characters of it.
const SHORT: usize = 8 * 1024;
/// Room for the note that something is missing.
const NOTE: usize = 64;

/// The delivery, cut to what a message of SQS can hold.
pub(crate) fn delivery(delivery: &Delivery) -> Delivery {
    let facts = &delivery.facts;
    Delivery {
        channel: delivery.channel.clone(),
        watcher: delivery.watcher.clone(),
        severity: delivery.severity,
        title: short(&delivery.title),
        message: cut(&delivery.message, MESSAGE),
        // As long as the linter allows.
        runbook: delivery.runbook.clone(),
        facts: Facts {
            event_id: short(&facts.event_id),
            event_name: short(&facts.event_name),
            account: short(&facts.account),
            account_id: short(&facts.account_id),
            region: short(&facts.region),
            actor: facts.actor.as_deref().map(short),
            origin: facts.origin.as_deref().map(short),
            time: short(&facts.time),
            outcome: facts.outcome.as_deref().map(short),
            // Half a link leads nowhere.
            link: facts.link.clone().filter(|link| length(link) <= SHORT),
            target: facts.target.as_deref().map(short),
            target_link: facts.target_link.clone().filter(|link| length(link) <= SHORT),
        },
        purpose: delivery.purpose,
        render_error: delivery.render_error.as_deref().map(short),
    }
}

/// A text that is a sentence or less, cut.
pub(crate) fn short(text: &str) -> String {
    cut(text, SHORT)
}

/// Drops control characters, as all channels do, and cuts visibly what is then still too long.
fn cut(text: &str, limit: usize) -> String {
    let shown = |c: &char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let text: String = text.chars().filter(shown).collect();
    if length(&text) <= limit {
        return text;
    }
    let mut used = 0;
    let end = text.char_indices().find(|&(_, c)| {
        used += json_length(c);
        used > limit - NOTE
    });
    let (kept, rest) = text.split_at(end.map_or(text.len(), |(at, _)| at));
    format!("{kept}… [{} more characters]", rest.chars().count())
}

fn length(text: &str) -> usize {
    text.chars().map(json_length).sum()
}

/// What the character takes in [`super::Queued::to_body`].
fn json_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => r"\u0000".len(),
        c => c.len_utf8(),
    }
}
