//! What every format for people says in the same words.

pub(crate) use crate::style::number;
use backtest::{Change, Input, Report, Silence, Weekly};
use jiff::Timestamp;

/// That somebody stopped the reading.
pub(crate) fn interrupted(input: &Input) -> Option<String> {
    let Input { files, files_read, .. } = input;
    (!input.is_whole()).then(|| {
        format!(
            "interrupted: {} of {} files were read to their end",
            number(*files_read as u64),
            number(*files as u64)
        )
    })
}

/// What became of the events: how many, and what of them.
pub(crate) fn fates(report: &Report) -> Vec<(u64, &'static str)> {
    let fate = &report.fate;
    let lines = [
        (fate.matched, "match a watcher"),
        (fate.ignored, "match, and are ignored"),
        (fate.duplicates, "alerts came again as copies of an event, and are reported once"),
        (fate.unmatched, "no watcher matches"),
        (fate.read_only, "are read-only calls, which EventBridge delivers only to a rule that names them"),
        (fate.data, "are data events that no watcher matches"),
        (fate.insights, "are CloudTrail Insights that no watcher matches"),
        (fate.network_activity, "are network activity that no watcher matches"),
        (fate.unknown_type, "are of a type that never reaches EventBridge"),
        (fate.digests, "files are CloudTrail's digests, which hold no events"),
        (fate.filtered, "are left out by --since, --until, --account or --region"),
        (report.faults, "could not be read"),
    ];
    lines.into_iter().filter(|(events, _)| *events > 0).collect()
}

/// What the advice does.
pub(crate) fn change(change: Change) -> &'static str {
    match change {
        Change::Group => "tell them as one",
        Change::Threshold => {
            "report only what happens more often; it takes the place of a [group] that it has"
        }
        Change::Ignore => "ignore who does the most, if it is expected",
        Change::Off => "switch it off",
    }
}

/// Watchers that are silent for the same reason stand in one list.
pub(crate) type Same = (&'static str, fn(&Silence) -> bool);

/// The reasons of which there is nothing more to say.
pub(crate) const SAME: [Same; 6] = [
    ("no event of a name that it wants", |silence| *silence == Silence::NoEvent),
    (
        "no event, nor could there be in CloudTrail's logs: services send them to EventBridge themselves",
        |silence| *silence == Silence::NotInLogs,
    ),
    ("all events ignored", |silence| *silence == Silence::Ignored),
    ("fewer events than its group needs", |silence| *silence == Silence::TooFew),
    ("read-only calls that EventBridge does not deliver", |silence| *silence == Silence::NotDelivered),
    ("switched off", |silence| *silence == Silence::Off),
];

/// Why a watcher is silent whose pattern matches none of so many events.
pub(crate) fn no_match(events: u64) -> String {
    let events =
        if events == 1 { "1 event has".to_owned() } else { format!("{} events have", number(events)) };
    format!("{events} a name that it wants, none matches")
}

/// What a week brings.
pub(crate) fn weekly(weekly: &Weekly) -> String {
    let mean = format!("{} a week", weekly.mean);
    match (weekly.least, weekly.most) {
        (Some(least), Some(most)) => format!("{mean} ({} to {})", number(least), number(most)),
        _ => format!("{mean} if it goes on so"),
    }
}

pub(crate) fn messages(events: u64) -> String {
    count_of(events, "message")
}

pub(crate) fn count_of(events: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(events), if events == 1 { "" } else { "s" })
}

/// A time's day, in UTC.
pub(crate) fn day(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d").to_string()
}

/// A time's hour and minute, in UTC.
pub(crate) fn clock(at: Timestamp) -> String {
    at.strftime("%H:%M").to_string()
}

/// A time to the minute, in UTC.
pub(crate) fn at(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
