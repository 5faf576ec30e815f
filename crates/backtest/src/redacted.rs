//! The account without who did what from where, to be shared. Each struct is taken apart whole, so that nobody adds a field
//! without a thought to what it tells.

use redact::{Known, Redactor};

use crate::advice::Advice;
use crate::changes::{AlertChange, Comparison, Told, Why};
use crate::collect::Collector;
use crate::days::{Gap, Span};
use crate::report::Report;
use crate::watchers::{Example, Ignored, Miss, Silence, Top, WatcherReport};

/// Replaces what the collectors have learned; they must have been told to learn.
pub fn redactor<'c, 'a: 'c>(collectors: impl IntoIterator<Item = &'c Collector<'a>>) -> Redactor {
    let mut known = Known::default();
    for collector in collectors {
        if let Some(learned) = &collector.known {
            known.add(learned);
        }
    }
    Redactor::new(&known)
}

impl Report {
    /// Replaces actors, addresses and account ids, the same value by the same placeholder. The names of watchers and
    /// channels are the project's own, and stay.
    pub fn redact(&mut self, redactor: &mut Redactor) {
        let Report {
            version: _,
            redacted,
            input: _,
            events: _,
            fate: _,
            faults: _,
            accounts,
            regions: _,
            span,
            watchers,
            channels: _,
            advice,
        } = self;
        *redacted = true;
        *accounts =
            std::mem::take(accounts).into_iter().map(|(id, count)| (redactor.text(&id), count)).collect();
        redact_span(span, redactor);
        for watcher in watchers {
            watcher.redact(redactor);
        }
        for Advice { watcher: _, change: _, toml, messages: _, messages_after: _ } in advice {
            text(toml, redactor);
        }
    }
}

impl Comparison {
    /// As [`Report::redact`]: the same value of both sides by the same placeholder.
    pub fn redact(&mut self, redactor: &mut Redactor) {
        let Comparison {
            version: _,
            redacted,
            events: _,
            filtered: _,
            faults: _,
            input: _,
            left_out: _,
            span,
            watchers: _,
            channels: _,
            alerts,
        } = self;
        *redacted = true;
        redact_span(span, redactor);
        for alert in alerts {
            let AlertChange {
                change: _,
                why,
                watcher: _,
                at: _,
                event: _,
                event_id,
                account,
                region: _,
                actor,
                before,
                after,
            } = alert;
            // By the id of an event whoever may read the logs finds who did it, and others who reads them where it happened.
            event_id.clear();
            text(account, redactor);
            text(actor, redactor);
            match why {
                Some(Why::Ignored { reason }) => text(reason, redactor),
                None | Some(Why::NoWatcher | Why::Off | Why::NoMatch | Why::NotDelivered) => {}
            }
            for Told { grouped: _, title, message, severity: _, channels: _ } in
                [before, after].into_iter().flatten()
            {
                text(title, redactor);
                text(message, redactor);
            }
        }
    }
}

fn redact_span(span: &mut Option<Span>, redactor: &mut Redactor) {
    if let Some(Span { first: _, last: _, days: _, missing }) = span {
        for Gap { account, from: _, to: _ } in missing {
            if let Some(account) = account {
                text(account, redactor);
            }
        }
    }
}

impl WatcherReport {
    fn redact(&mut self, redactor: &mut Redactor) {
        let WatcherReport {
            name: _,
            matched: _,
            ignored,
            alerts: _,
            grouped: _,
            summaries: _,
            duplicates: _,
            undelivered: _,
            failed_templates: _,
            first: _,
            last: _,
            busiest_hour: _,
            top_actors,
            top_accounts,
            example,
            weekly: _,
            days: _,
            silence,
        } = self;
        for Ignored { reason, events: _ } in ignored {
            text(reason, redactor);
        }
        for Top { name, events: _ } in top_actors.iter_mut().chain(top_accounts) {
            text(name, redactor);
        }
        if let Some(Example { title, message }) = example {
            text(title, redactor);
            text(message, redactor);
        }
        match silence {
            Some(Silence::NoMatch { events: _, nearest: Some(Miss { event: _, at: _, failed }) }) => {
                for line in failed {
                    text(line, redactor);
                }
            }
            None
            | Some(
                Silence::Off
                | Silence::NoEvent
                | Silence::NotInLogs
                | Silence::NoMatch { events: _, nearest: None }
                | Silence::Ignored
                | Silence::NotDelivered
                | Silence::TooFew,
            ) => {}
        }
    }
}

fn text(text: &mut String, redactor: &mut Redactor) {
    *text = redactor.text(text);
}
