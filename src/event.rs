//! An event: it is matched, and what its watchers say is sent.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::tz::Offset;
use watcher::{Delivery, Event, Match, Matching, flood};

use crate::channels::Channels;
use crate::function::{Error, Function};
use crate::group::{CROWDED, Told};
use crate::invocation::Invocation;
use crate::log::{DeliveryStatus, Ignored, Report};
use crate::metrics::Counts;
use crate::own::is_own;
use crate::queue::{Queue, delay, sendable};
use crate::send::Flood;
use crate::state::{Key, State};

/// Of a watcher that floods a channel, one alert and one summary in this time: all of the watchers together, flooding at
/// once, then stay below a webhook's one message per second.
const FLOOD_WINDOW: Duration = Duration::from_mins(10);

impl<C: Channels, Q: Queue, S: State> Function<C, Q, S> {
    /// Matches an event and sends its deliveries.
    pub(crate) async fn event(&self, invocation: Invocation<'_>, text: &str) -> (Counts, Result<(), Error>) {
        let today = Offset::UTC.to_datetime(invocation.now()).date();
        let matching = match self.watchers.matching(text.as_bytes()) {
            Ok(matching) => matching,
            Err(error) => {
                let (counts, error) = malformed(invocation, error.to_string());
                return (counts, Err(error));
            }
        };
        let own = matching.caller().is_some_and(|caller| is_own(&caller, &self.settings));
        let matches = if own {
            Vec::new()
        } else {
            let name = self.account_name(invocation, &matching).await;
            matching.matches(today, name.as_deref())
        };
        let (message, mut counts) = verdict(own, &matches);
        let told = join_all(matches.iter().map(|found| self.tell(invocation, found))).await;
        let undecided = told
            .iter()
            .any(|reports| reports.iter().any(|report| report.outcome() == DeliveryStatus::Undecided));
        let mut reports: Vec<Report<'_>> = told.into_iter().flatten().collect();
        if undecided {
            self.keep_event(invocation, text, &mut reports).await;
        }
        for report in &reports {
            counts += report.counts();
        }
        let rendered = matches.iter().flat_map(|found| &found.deliveries);
        counts.render_failed =
            u32::try_from(rendered.filter(|d| d.render_error.is_some()).count()).unwrap_or(u32::MAX);
        let stuck = reports.iter().find(|report| report.outcome() == DeliveryStatus::Stuck);
        let result = match stuck.and_then(Report::reason) {
            Some(reason) => Err(Error::Stuck(reason.to_owned())),
            None => Ok(()),
        };

        let watchers = matches.iter().map(|found| found.watcher.name.as_str()).collect();
        let line = invocation.line(message).of_event(&Event::id_in(text.as_bytes()));
        invocation.write(&line.with(watchers, ignored(&matches), reports));
        (counts, result)
    }

    /// The name of the event's account, if the settings have none, and whoever knows it is quick.
    pub(crate) async fn account_name(
        &self,
        invocation: Invocation<'_>,
        matching: &Matching<'_, '_>,
    ) -> Option<String> {
        let id = matching.unnamed_account()?;
        self.ports.accounts.name(&self.guard(invocation), id).await
    }

    /// Sends the deliveries of a watcher, unless its group's summary will tell them.
    async fn tell<'a>(&self, invocation: Invocation<'_>, found: &'a Match<'_>) -> Vec<Report<'a>> {
        let told = match (&found.grouping, found.deliveries.first()) {
            (Some(grouping), Some(first)) => {
                let channels: Vec<_> =
                    found.deliveries.iter().map(|delivery| delivery.channel.clone()).collect();
                self.groups(invocation).count(grouping, &first.watcher, first, &channels).await
            }
            _ => Told::Alert,
        };
        let all = |outcome, reason: Option<&str>| {
            let report = |delivery| Report::new(delivery, outcome, 0, reason.map(str::to_owned));
            found.deliveries.iter().map(report).collect()
        };
        match told {
            Told::Repeat { again: false } => all(DeliveryStatus::Suppressed, None),
            Told::Repeat { again: true } => all(DeliveryStatus::Duplicate, None),
            Told::Undecided => all(DeliveryStatus::Undecided, Some(CROWDED)),
            Told::Alert | Told::Unguarded => {
                let outbox = self.outbox(invocation);
                let flood = |delivery: &Delivery| flood(&found.fields, delivery, FLOOD_WINDOW);
                let flood: Flood<'_> = if found.grouping.is_none() { Some(&flood) } else { None };
                let sent = found.deliveries.iter().map(async |delivery: &'a Delivery| {
                    let report = outbox.send(delivery, Key::delivery(delivery).as_ref(), flood).await;
                    if let Told::Unguarded = told { report.unguarded(true) } else { report }
                });
                join_all(sent).await
            }
        }
    }

    /// Puts an event into the retry queue that could not be counted; there two consumers count one after the other. One that
    /// is there already stays.
    async fn keep_event(&self, invocation: Invocation<'_>, event: &str, reports: &mut [Report<'_>]) {
        let kept = match invocation.message_id {
            Some(_) => Err("the event stays in the retry queue".to_owned()),
            None => self.ports.queue.retry(sendable(event), delay(0, None)).await,
        };
        for report in reports.iter_mut().filter(|report| report.outcome() == DeliveryStatus::Undecided) {
            match &kept {
                Ok(()) => report.turns_out(DeliveryStatus::Queued, CROWDED.to_owned()),
                Err(error) => {
                    report.turns_out(DeliveryStatus::Stuck, format!("{error}; before that: {CROWDED}"));
                }
            }
        }
    }
}

/// Says and counts that something was not an event.
pub(crate) fn malformed(invocation: Invocation<'_>, why: String) -> (Counts, Error) {
    invocation.write(&invocation.line("malformed").with_error(why.clone()));
    (Counts { received: 1, malformed: 1, ..Counts::default() }, Error::Malformed(why))
}

/// The word for what became of an event, and its counts.
fn verdict(own: bool, matches: &[Match<'_>]) -> (&'static str, Counts) {
    let counts = Counts { received: 1, ..Counts::default() };
    if own {
        ("self", Counts { own: 1, ..counts })
    } else if matches.is_empty() {
        ("unmatched", Counts { unmatched: 1, ..counts })
    } else if matches.iter().all(|found| found.ignored.is_some()) {
        ("ignored", Counts { ignored: 1, ..counts })
    } else {
        ("matched", Counts { matched: 1, ..counts })
    }
}

fn ignored<'a>(matches: &[Match<'a>]) -> Vec<Ignored<'a>> {
    let ignored = |found: &Match<'a>| Some(Ignored { watcher: &found.watcher.name, reason: found.ignored? });
    matches.iter().filter_map(ignored).collect()
}
