//! What each channel gets: the forecast, and the messages of each day.

use backtest::{ChannelReport, Report, Span};
use maud::{Markup, html};

use super::anchor;
use super::chart::{Columns, Series, range, stacked};
use crate::backtested::words::{at, count_of, number};
use page::{heading, named, visible};

/// All channels.
pub(super) fn section(report: &Report) -> Markup {
    html! {
        section aria-labelledby="channels" {
            (heading("channels", "Channels", "A group's summary is a message too. The forecast is the mean of the days with logs; \
                its range is of the quietest and the loudest seven days that follow one another."))
            (table(report))
            @if let Some(span) = &report.span {
                @for channel in report.channels.iter().filter(|channel| channel.messages > 0) { (figure(channel, span)) }
            }
        }
    }
}

fn table(report: &Report) -> Markup {
    let end = report.channels.iter().filter_map(|channel| channel.weekly.most).max().unwrap_or_default();
    html! {
        div.card.scroll role="region" aria-label="Channels" tabindex="0" {
            table.list {
                caption.visually-hidden { "What each channel gets" }
                thead {
                    tr {
                        th scope="col" { "Channel" }
                        th.number scope="col" { "Messages" }
                        th.number scope="col" { "A week" }
                        th scope="col" { "Range" }
                        th.number.wide scope="col" { "Median day" }
                        th.number.wide scope="col" { "Worst day" }
                        th.number.wide scope="col" { "Longest burst" }
                        th.number.wide scope="col" { "Longest wait" }
                    }
                }
                tbody {
                    @for channel in &report.channels {
                        tr {
                            th scope="row" { (visible(&channel.name)) }
                            td.number { (number(channel.messages)) }
                            td.number { strong { (channel.weekly.mean) } }
                            td { (ranges(channel, end)) }
                            td.number.wide { (number(channel.median_day)) }
                            td.number.wide {
                                @if let Some((day, most)) = channel.worst_day { (number(most)) small { (day) } } @else { "–" }
                            }
                            td.number.wide {
                                @if let Some(burst) = &channel.longest_burst {
                                    (number(burst.messages))
                                    small { "in " (number(seconds(burst))) " s, " (at(burst.from)) }
                                } @else { "–" }
                            }
                            td.number.wide { @if channel.longest_wait > 0 { (number(channel.longest_wait)) " s" } @else { "–" } }
                        }
                    }
                }
            }
        }
    }
}

fn seconds(burst: &backtest::Burst) -> u64 {
    u64::try_from(burst.to.as_second() - burst.from.as_second()).unwrap_or_default()
}

fn ranges(channel: &ChannelReport, end: u64) -> Markup {
    let weekly = &channel.weekly;
    html! {
        @if let (Some(least), Some(most)) = (weekly.least, weekly.most) {
            (range(least, weekly.mean, most, end))
            small { (number(least)) " to " (number(most)) }
        } @else { small { "fewer than seven days" } }
    }
}

fn figure(channel: &ChannelReport, span: &Span) -> Markup {
    let columns = Columns::of(span);
    let all = columns.sums(&channel.days);
    let mut series: Vec<Series> = channel
        .loudest
        .iter()
        .map(|share| Series { name: named(&share.name), sums: columns.sums(&share.days) })
        .collect();
    let rest: Vec<u64> = all
        .iter()
        .enumerate()
        .map(|(column, sum)| sum - series.iter().map(|series| series.sums[column]).sum::<u64>().min(*sum))
        .collect();
    let others = rest.iter().any(|sum| *sum > 0);
    if others {
        // Its colour is the last one, however many are named.
        series.resize_with(5, || Series { name: String::new(), sums: vec![0; all.len()] });
        series.push(Series { name: "all others".to_owned(), sums: rest });
    }
    let about = format!(
        "Messages {} to {}: {} in all, {} a week",
        columns.unit,
        named(&channel.name),
        number(channel.messages),
        channel.weekly.mean
    );
    html! {
        figure.card {
            figcaption {
                h3 { (visible(&channel.name)) }
                p.note { "Messages " (columns.unit) ", by the watchers that send the most" }
                ul.legend {
                    @for (place, share) in channel.loudest.iter().enumerate() {
                        li {
                            (swatch(place))
                            a href={ "#" (anchor(&share.name)) } { (visible(&share.name)) } " " (number(share.messages))
                        }
                    }
                    @if others { li { (swatch(5)) "all others" } }
                }
            }
            (stacked(&columns, &series, &about))
            details.numbers {
                summary { "The numbers" }
                div.scroll role="region" aria-label="The numbers" tabindex="0" {
                    table.figures {
                        caption.visually-hidden { (about) }
                        thead { tr { th scope="col" { "Days" } th.number scope="col" { "Messages" } } }
                        tbody {
                            @for (column, sum) in all.iter().enumerate().filter(|(_, sum)| **sum > 0) {
                                tr { td { (columns.label(column)) } td.number { (number(*sum)) } }
                            }
                        }
                    }
                }
            }
            p.note.narrow-only {
                "A day " (number(channel.median_day)) " in the median"
                @if let Some((day, most)) = channel.worst_day { ", " (number(most)) " at worst (" (day) ")" }
                @if let Some(burst) = &channel.longest_burst {
                    "; longest burst " (number(burst.messages)) " in " (number(seconds(burst))) " s"
                }
                @if channel.longest_wait > 0 { ", longest wait " (number(channel.longest_wait)) " s" }
            }
            @if channel.summaries > 0 {
                p.note { (count_of(channel.summaries, "message")) " of these " @if channel.summaries == 1 { "is a summary" } @else { "are summaries" } " of groups." }
            }
        }
    }
}

fn swatch(place: usize) -> Markup {
    html! { svg.swatch viewBox="0 0 10 10" aria-hidden="true" { rect class={ "s" (place) } width="10" height="10" rx="2" {} } }
}
