//! The account without who did what from where, to be shared. Each struct is taken apart whole, so that nobody adds a field
//! without a thought to what it tells.

use redact::{Known, Redactor};

use crate::advice::Advice;
use crate::collect::Collector;
use crate::days::{Gap, Span};
use crate::report::Report;
use crate::watchers::{Example, Ignored, Miss, Silence, Top, WatcherReport};

/// Replaces what the collectors have learned; they must have been told to learn.
pub fn redactor(collectors: &[Collector<'_>]) -> Redactor {
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
        if let Some(Span { first: _, last: _, days: _, missing }) = span {
            for Gap { account, from: _, to: _ } in missing {
                if let Some(account) = account {
                    text(account, redactor);
                }
            }
        }
        for watcher in watchers {
            watcher.redact(redactor);
        }
        for Advice { watcher: _, change: _, toml, messages: _, messages_after: _ } in advice {
            text(toml, redactor);
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
