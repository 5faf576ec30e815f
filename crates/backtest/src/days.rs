//! Days in UTC: which ones the logs cover, and what a week brings.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::Serialize;

/// The time that the logs cover.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first day with an event.
    pub first: Date,
    /// The last day with an event.
    pub last: Date,
    /// How many days have events.
    pub days: usize,
    /// Days between the first and the last that have none: logs that are missing, not silence.
    pub missing: Vec<Gap>,
}

/// Days in a row without an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gap {
    /// The account; none if no account has events on these days.
    pub account: Option<String>,
    /// The first of these days.
    pub from: Date,
    /// The last of these days.
    pub to: Date,
}

/// What a week brings, by the days that the logs cover.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Weekly {
    /// On average.
    pub mean: f64,
    /// In the quietest seven days of those that follow one another; none if the logs cover fewer than seven days.
    pub least: Option<u64>,
    /// In the loudest.
    pub most: Option<u64>,
}

/// The day of a time.
pub(crate) fn day(at: Timestamp) -> Date {
    Offset::UTC.to_datetime(at).date()
}

impl Span {
    /// Of the days on which accounts have events; none if there are none.
    pub(crate) fn of(accounts: &BTreeMap<&str, BTreeSet<Date>>) -> Option<Span> {
        let days: BTreeSet<Date> = accounts.values().flatten().copied().collect();
        let (first, last) = (*days.first()?, *days.last()?);
        let mut missing: Vec<Gap> = gaps(&days).map(|(from, to)| Gap { account: None, from, to }).collect();
        let whole = missing.clone();
        for (account, days) in accounts {
            let own = gaps(days).map(|(from, to)| Gap { account: Some((*account).to_owned()), from, to });
            missing
                .extend(own.filter(|gap| whole.iter().all(|all| (all.from, all.to) != (gap.from, gap.to))));
        }
        Some(Span { first, last, days: days.len(), missing })
    }
}

fn gaps(days: &BTreeSet<Date>) -> impl Iterator<Item = (Date, Date)> {
    days.iter().zip(days.iter().skip(1)).filter_map(|(before, after)| {
        let (from, to) = (before.tomorrow().ok()?, after.yesterday().ok()?);
        (from <= to).then_some((from, to))
    })
}

impl Weekly {
    /// Of so many on each day; `covered` are the days that the logs cover.
    pub(crate) fn of(counts: &BTreeMap<Date, u64>, covered: &BTreeSet<Date>) -> Weekly {
        if covered.is_empty() {
            return Weekly::default();
        }
        let days: Vec<u64> = covered.iter().map(|day| counts.get(day).copied().unwrap_or_default()).collect();
        let total: u64 = counts.values().sum();
        #[allow(clippy::cast_precision_loss, reason = "a count of messages, far below 2^52")]
        let mean = total as f64 * 7.0 / days.len() as f64;
        let weeks = || days.windows(7).map(|week| week.iter().sum::<u64>());
        Weekly { mean: (mean * 10.0).round() / 10.0, least: weeks().min(), most: weeks().max() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(days: &[i8]) -> BTreeSet<Date> {
        days.iter().map(|day| Date::constant(2026, 1, *day)).collect()
    }

    #[test]
    fn days_without_events_are_gaps() {
        let accounts = BTreeMap::from([("1", days(&[1, 2, 5])), ("2", days(&[1, 5, 6]))]);
        let span = Span::of(&accounts).unwrap();
        assert_eq!(
            (span.first, span.last, span.days),
            (Date::constant(2026, 1, 1), Date::constant(2026, 1, 6), 4)
        );
        let gap = |account: Option<&str>, from, to| Gap {
            account: account.map(str::to_owned),
            from: Date::constant(2026, 1, from),
            to: Date::constant(2026, 1, to),
        };
        assert_eq!(span.missing, [gap(None, 3, 4), gap(Some("2"), 2, 4)]);
        assert_eq!(Span::of(&BTreeMap::new()), None);
    }

    #[test]
    fn a_week_is_counted_over_the_days_that_are_there() {
        let covered = days(&[1, 2, 3, 4, 5, 6, 9, 10]);
        let counts = covered.iter().copied().zip([8, 0, 0, 0, 0, 0, 0, 0]).collect();
        assert_eq!(Weekly::of(&counts, &covered), Weekly { mean: 7.0, least: Some(0), most: Some(8) });
        let few = Weekly::of(&counts, &days(&[1, 2]));
        assert_eq!(few, Weekly { mean: 28.0, least: None, most: None });
        assert_eq!(Weekly::of(&BTreeMap::new(), &BTreeSet::new()), Weekly::default());
    }
}
