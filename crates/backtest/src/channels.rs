//! What a channel gets: how much a day, in bursts, and how long its pace makes messages wait.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use watcher::Watchers;

use crate::days::{Weekly, day};
use crate::messages::Message;
use crate::names::Names;

/// So many of a channel's watchers are named.
const LOUDEST: usize = 5;
/// Messages that follow one another so closely are one burst.
const BURST: i64 = 60;

/// What one channel gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ChannelReport {
    /// Its name.
    pub name: String,
    /// Messages, summaries included.
    pub messages: u64,
    /// How many of them are the summaries of groups.
    pub summaries: u64,
    /// Messages on the median day of those that the logs cover.
    pub median_day: u64,
    /// The day with the most.
    pub worst_day: Option<(Date, u64)>,
    /// The longest burst.
    pub longest_burst: Option<Burst>,
    /// How many seconds the slowest message waits because the destination takes only so many; without what a flood's summary
    /// saves, so at most.
    pub longest_wait: u64,
    /// What a week brings.
    pub weekly: Weekly,
    /// Messages by day.
    pub days: BTreeMap<Date, u64>,
    /// The watchers that send the most, up to five.
    pub loudest: Vec<Share>,
}

/// What one watcher sends to a channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The watcher.
    pub name: String,
    /// Its messages, summaries included.
    pub messages: u64,
    /// By day.
    pub days: BTreeMap<Date, u64>,
}

/// Messages of which each follows the last within a minute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Burst {
    /// How many.
    pub messages: u64,
    /// When the first is sent.
    pub from: Timestamp,
    /// When the last is sent.
    pub to: Timestamp,
}

/// Every channel of the deployment; also those that get nothing.
pub(crate) fn channels(
    watchers: &Watchers,
    messages: &[Message],
    names: &Names,
    covered: &BTreeSet<Date>,
) -> Vec<ChannelReport> {
    let mut by_channel: BTreeMap<&str, Vec<&Message>> =
        watchers.channels().map(|name| (name, Vec::new())).collect();
    for message in messages {
        for channel in &message.channels {
            by_channel.entry(names.text(*channel)).or_default().push(message);
        }
    }
    let waits = waits(watchers, messages, names);
    let report = |(name, messages): (&str, Vec<&Message>)| {
        let mut days: BTreeMap<Date, u64> = BTreeMap::new();
        for message in &messages {
            *days.entry(day(message.at)).or_default() += 1;
        }
        let mut counts: Vec<u64> =
            covered.iter().map(|day| days.get(day).copied().unwrap_or_default()).collect();
        counts.sort_unstable();
        ChannelReport {
            name: name.to_owned(),
            messages: messages.len() as u64,
            summaries: messages.iter().filter(|message| message.summary).count() as u64,
            median_day: counts.get(counts.len() / 2).copied().unwrap_or_default(),
            // The first of those that are equal.
            worst_day: days.iter().rev().max_by_key(|(_, count)| **count).map(|(day, count)| (*day, *count)),
            longest_burst: longest_burst(&messages),
            longest_wait: waits.get(name).map_or(0, Duration::as_secs),
            weekly: Weekly::of(&days, covered),
            days,
            loudest: loudest(&messages, watchers),
        }
    };
    by_channel.into_iter().map(report).collect()
}

fn loudest(messages: &[&Message], watchers: &Watchers) -> Vec<Share> {
    let mut days: HashMap<u32, BTreeMap<Date, u64>> = HashMap::new();
    for message in messages {
        *days.entry(message.watcher).or_default().entry(day(message.at)).or_default() += 1;
    }
    let shares = (0..).zip(watchers.iter()).filter_map(|(number, watcher)| {
        let days = days.remove(&number)?;
        Some(Share { name: watcher.name.clone(), messages: days.values().sum(), days })
    });
    let mut shares: Vec<Share> = shares.collect();
    shares.sort_by(|a, b| b.messages.cmp(&a.messages).then_with(|| a.name.cmp(&b.name)));
    shares.truncate(LOUDEST);
    shares
}

fn longest_burst(messages: &[&Message]) -> Option<Burst> {
    let mut longest: Option<Burst> = None;
    let mut burst: Option<Burst> = None;
    for message in messages {
        let at = message.at;
        let next = match burst.take() {
            Some(burst) if at.as_second() - burst.to.as_second() <= BURST => {
                Burst { messages: burst.messages + 1, to: at, ..burst }
            }
            _ => Burst { messages: 1, from: at, to: at },
        };
        if next.messages > 1 && longest.as_ref().is_none_or(|longest| longest.messages < next.messages) {
            longest = Some(next.clone());
        }
        burst = Some(next);
    }
    longest
}

/// How long the slowest message of each channel waits. Channels that send to one destination share its pace.
fn waits<'a>(watchers: &Watchers, messages: &[Message], names: &'a Names) -> HashMap<&'a str, Duration> {
    let mut free: HashMap<String, Timestamp> = HashMap::new();
    let mut longest: HashMap<&str, Duration> = HashMap::new();
    for message in messages {
        for channel in &message.channels {
            let name = names.text(*channel);
            let Some(pace) = watchers.channel(name).and_then(|channel| channel.kind().pace()) else {
                continue;
            };
            // What takes bursts lets nobody wait: a watcher that sends more than it takes is summed up.
            if pace.burst.is_some() {
                continue;
            }
            let free = free.entry(pace.destination).or_insert(message.at);
            let turn = message.at.max(*free);
            *free = turn.saturating_add(pace.interval).unwrap_or(Timestamp::MAX);
            let wait = Duration::try_from(turn.duration_since(message.at)).unwrap_or_default();
            let longest = longest.entry(name).or_default();
            *longest = wait.max(*longest);
        }
    }
    longest
}
