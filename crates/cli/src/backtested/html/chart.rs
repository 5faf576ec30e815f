//! Charts as SVG: columns of days, small ones for a table, and ranges. Colours are classes, so that they follow the page's.
//! Each shape has an end tag: without one a browser takes the next shape for its child.

use std::collections::BTreeMap;

use backtest::Span;
use jiff::ToSpan;
use jiff::civil::Date;
use maud::{Markup, html};

use crate::backtested::words::{count_of, number};

/// So many columns can be told apart.
const COLUMNS: i64 = 130;
/// So many in a table.
const SPARKS: i64 = 60;
/// Days in a column: a day, a week, four weeks, a quarter, a year, and what is longer.
const STEPS: [(i64, &str); 6] = [
    (1, "a day"),
    (7, "a week"),
    (28, "in four weeks"),
    (91, "in 13 weeks"),
    (364, "in 52 weeks"),
    (3_640, "in ten years"),
];

/// What the columns stand for.
pub(super) struct Columns {
    first: Date,
    last: Date,
    step: i64,
    /// `a day`
    pub(super) unit: &'static str,
    count: i64,
    /// Days without logs, from the first day on.
    gaps: Vec<(i64, i64)>,
}

impl Columns {
    /// Those of a chart.
    pub(super) fn of(span: &Span) -> Columns {
        Columns::at_most(span, COLUMNS)
    }

    fn at_most(span: &Span, most: i64) -> Columns {
        let (first, last) = (span.first, span.last);
        let days = days_between(first, last) + 1;
        let fits = |(step, _): &(i64, &str)| days <= step * most;
        let (step, unit) = STEPS.into_iter().find(fits).unwrap_or(STEPS[STEPS.len() - 1]);
        let whole = span.missing.iter().filter(|gap| gap.account.is_none());
        let gaps =
            whole.map(|gap| (days_between(first, gap.from), days_between(first, gap.to) + 1)).collect();
        Columns { first, last, step, unit, count: (days + step - 1) / step, gaps }
    }

    /// The sum of each column.
    pub(super) fn sums(&self, days: &BTreeMap<Date, u64>) -> Vec<u64> {
        let mut sums = vec![0; usize::try_from(self.count).unwrap_or_default()];
        for (day, count) in days {
            // A window of the last day ends behind it.
            let column = (days_between(self.first, *day) / self.step).clamp(0, self.count - 1);
            if let Some(sum) = usize::try_from(column).ok().and_then(|column| sums.get_mut(column)) {
                *sum += count;
            }
        }
        sums
    }

    /// The days of a column.
    pub(super) fn label(&self, column: usize) -> String {
        let day = |days: i64| self.first.checked_add(days.days()).unwrap_or(self.last).min(self.last);
        let from = i64::try_from(column).unwrap_or_default() * self.step;
        if self.step == 1 {
            day(from).to_string()
        } else {
            format!("{} to {}", day(from), day(from + self.step - 1))
        }
    }
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// One part of every column.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) sums: Vec<u64>,
}

/// The size of a chart: text in it is as large as the page's, so there is one for wide pages and one for narrow ones.
struct Size {
    class: &'static str,
    width: f64,
    height: f64,
    labels: usize,
}

const SIZES: [Size; 2] = [
    Size { class: "chart wide", width: 1_080.0, height: 220.0, labels: 8 },
    Size { class: "chart narrow", width: 340.0, height: 190.0, labels: 3 },
];
const LEFT: f64 = 44.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 26.0;

/// Columns of stacked parts.
pub(super) fn stacked(columns: &Columns, series: &[Series], about: &str) -> Markup {
    html! { @for size in &SIZES { (sized(columns, series, about, size)) } }
}

#[allow(clippy::cast_precision_loss, reason = "counts and days, far below 2^52")]
fn sized(columns: &Columns, series: &[Series], about: &str, size: &Size) -> Markup {
    let Size { class, width, height, labels } = size;
    let count = usize::try_from(columns.count).unwrap_or_default();
    let total = |column: usize| series.iter().map(|series| series.sums[column]).sum::<u64>();
    let most = nice((0..count).map(total).max().unwrap_or_default());
    let (right, floor) = (width - 4.0, height - BOTTOM);
    let slot = (right - LEFT) / count.max(1) as f64;
    let bar = (slot * 0.78).clamp(1.0, 36.0);
    let x = |column: usize| LEFT + slot * column as f64 + (slot - bar) / 2.0;
    let scaled = |value: u64| value as f64 / most as f64 * (floor - TOP);
    let ticks: Vec<u64> = if most.is_multiple_of(2) { vec![0, most / 2, most] } else { vec![0, most] };
    let days = (columns.step * columns.count) as f64;
    let at_day = |day: i64| LEFT + (right - LEFT) * day as f64 / days;
    html! {
        svg class=(class) viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(about) {
            @for (from, to) in &columns.gaps {
                rect.gap x=(round(at_day(*from))) y=(TOP) width=(round(at_day(*to) - at_day(*from))) height=(floor - TOP) {
                    title { "no logs" }
                }
            }
            @for tick in ticks {
                line.grid x1=(LEFT) x2=(right) y1=(round(floor - scaled(tick))) y2=(round(floor - scaled(tick))) {}
                text.axis x=(LEFT - 8.0) y=(round(floor - scaled(tick) + 4.0)) text-anchor="end" { (short(tick)) }
            }
            @for (column, anchor) in labelled(count, *labels) {
                @let edge = match anchor { "start" => LEFT, "end" => right, _ => x(column) + bar / 2.0 };
                text.axis x=(round(edge)) y=(height - 8.0) text-anchor=(anchor) {
                    (columns.label(column).get(..10).unwrap_or_default())
                }
            }
            @for column in 0..count {
                @let parts = parts(series, column);
                @if !parts.is_empty() {
                    g.column {
                        title {
                            (columns.label(column)) ": " (count_of(total(column), "message"))
                            @for (number, part, _) in &parts { "\n" (series[*number].name) ": " (self::number(*part)) }
                        }
                        rect.hit x=(round(LEFT + slot * column as f64)) y=(TOP) width=(round(slot)) height=(floor - TOP) {}
                        @for (number, part, below) in parts {
                            rect class={ "s" (number) } x=(round(x(column))) width=(round(bar))
                                y=(round(floor - scaled(below + part))) height=(round(scaled(part))) {}
                        }
                    }
                }
            }
            line.floor x1=(LEFT) x2=(right) y1=(floor) y2=(floor) {}
        }
    }
}

/// The columns that have a label, from the first to the last, and where on it that is anchored.
fn labelled(count: usize, labels: usize) -> Vec<(usize, &'static str)> {
    let last = count.saturating_sub(1);
    let mut columns: Vec<usize> = (0..labels).map(|label| label * last / (labels - 1)).collect();
    columns.dedup();
    let anchor = |column: usize| match column {
        0 => "start",
        _ if column == last => "end",
        _ => "middle",
    };
    columns.into_iter().map(|column| (column, anchor(column))).collect()
}

/// The parts of a column that are not empty: the series' number, how many, and how many stand below.
fn parts(series: &[Series], column: usize) -> Vec<(usize, u64, u64)> {
    let mut below = 0;
    let mut parts = Vec::new();
    for (number, series) in series.iter().enumerate() {
        let part = series.sums[column];
        if part > 0 {
            parts.push((number, part, below));
            below += part;
        }
    }
    parts
}

/// A small one, for a table.
#[allow(clippy::cast_precision_loss, reason = "counts, far below 2^52")]
pub(super) fn spark(span: &Span, days: &BTreeMap<Date, u64>) -> Markup {
    let columns = Columns::at_most(span, SPARKS);
    let sums = columns.sums(days);
    let most = sums.iter().max().copied().unwrap_or_default().max(1);
    let slot = 120.0 / sums.len().max(1) as f64;
    html! {
        svg.spark viewBox="0 0 120 26" preserveAspectRatio="none" role="img"
            aria-label={ "at most " (count_of(most, "message")) " " (columns.unit) } {
            line.floor x1="0" x2="120" y1="25.5" y2="25.5" {}
            @for (column, sum) in sums.iter().enumerate().filter(|(_, sum)| **sum > 0) {
                @let height = (*sum as f64 / most as f64 * 23.0).max(2.0);
                rect x=(round(slot * column as f64)) y=(round(25.0 - height)) width=(round((slot * 0.8).max(1.2))) height=(round(height)) {
                    title { (columns.label(column)) ": " (count_of(*sum, "message")) }
                }
            }
        }
    }
}

/// From the least to the most, with the mean, on an axis up to `end`.
#[allow(clippy::cast_precision_loss, reason = "counts, far below 2^52")]
pub(super) fn range(least: u64, mean: f64, most: u64, end: u64) -> Markup {
    let x = |value: f64| round(6.0 + value / end.max(1) as f64 * 148.0);
    html! {
        svg.range viewBox="0 0 160 16" aria-hidden="true" {
            line.grid x1="6" x2="154" y1="8" y2="8" {}
            line.span x1=(x(least as f64)) x2=(x(most as f64)) y1="8" y2="8" {}
            circle.mean cx=(x(mean)) cy="8" r="4.5" {}
        }
    }
}

/// A share of all as a bar.
#[allow(clippy::cast_precision_loss, reason = "counts, far below 2^52")]
pub(super) fn share(part: u64, all: u64) -> Markup {
    let width = round((part as f64 / all.max(1) as f64 * 100.0).max(0.5));
    html! {
        svg.share viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
            rect.all x="0" y="0" width="100" height="8" {}
            rect.part x="0" y="0" width=(width) height="8" {}
        }
    }
}

/// The next even number with few digits: half of it stands on the axis too.
fn nice(most: u64) -> u64 {
    let few = [1, 2, 4, 6, 8, 10];
    let mut power = 1_u64;
    loop {
        let many = [12, 16, 20, 24, 30, 40, 50, 60, 80, 100].map(|step| step * power);
        if let Some(end) = few.into_iter().chain(many).find(|end| most <= *end) {
            return end;
        }
        power *= 10;
    }
}

/// `1,200`, `12k`
fn short(value: u64) -> String {
    if value >= 10_000 && value.is_multiple_of(1_000) {
        format!("{}k", number(value / 1_000))
    } else {
        number(value)
    }
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(first: Date, last: Date) -> Span {
        Span { first, last, days: 1, missing: Vec::new() }
    }

    #[test]
    fn long_spans_have_wider_columns() {
        let first = Date::constant(2026, 1, 1);
        let columns = |last| Columns::of(&span(first, last));
        assert_eq!(columns(Date::constant(2026, 1, 28)).count, 28);
        let year = columns(Date::constant(2026, 12, 31));
        assert_eq!((year.unit, year.count), ("a week", 53));
        assert_eq!(year.label(52), "2026-12-31 to 2026-12-31");
        let days = BTreeMap::from([
            (first, 1),
            (Date::constant(2026, 1, 7), 2),
            (Date::constant(2026, 1, 8), 4),
            (Date::constant(2027, 1, 1), 8),
        ]);
        let sums = year.sums(&days);
        assert_eq!((sums[0], sums[1], sums[52]), (3, 4, 8));
        let ages = Columns::of(&span(Date::constant(1, 1, 1), Date::constant(9999, 12, 31)));
        assert_eq!(ages.sums(&days).iter().sum::<u64>(), 15);
    }

    #[test]
    fn an_axis_ends_at_a_round_number() {
        let ends = [0, 1, 3, 9, 11, 21, 136, 211, 999, 1_001].map(nice);
        assert_eq!(ends, [1, 1, 4, 10, 12, 24, 160, 240, 1_000, 1_200]);
        assert_eq!(nice(3_000_000_000), 3_000_000_000);
    }
}
