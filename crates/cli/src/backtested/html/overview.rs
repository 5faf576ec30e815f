//! What was read: the figures on top, what became of the events, where they are of, and which days are missing.

use std::collections::BTreeMap;

use backtest::{Gap, Report};
use jiff::civil::Date;
use maud::{Markup, html};

use super::chart::share;
use crate::backtested::words::{self, count_of, number, weekly};
use page::{heading, visible};

/// So many accounts, regions and gaps are listed.
const LISTED: usize = 12;

/// The page's head: what it is, and the figures that most people want.
pub(super) fn header(report: &Report) -> Markup {
    let loud = report.watchers.iter().filter(|watcher| watcher.silence.is_none()).count();
    let loudest = report.channels.iter().max_by(|a, b| a.weekly.mean.total_cmp(&b.weekly.mean));
    let missing = gaps(report).map(|gap| days(gap.from, gap.to)).sum();
    html! {
        header {
            p.brand { "Account Watcher" }
            h1 { "What the watchers would have sent" }
            @if let Some(span) = &report.span {
                p.lead {
                    time datetime=(span.first) { (span.first) } " to " time datetime=(span.last) { (span.last) }
                    " · " (count_of(span.days as u64, "day")) " with logs"
                    " · " (count_of(report.accounts.len() as u64, "account"))
                    " · " (count_of(report.regions.len() as u64, "region"))
                    " · " (count_of(report.input.files_read as u64, "file"))
                    ", " (indicatif::HumanBytes(report.input.bytes)) " unpacked"
                }
            }
            @if let Some(interrupted) = words::interrupted(&report.input) { p.stopped { (interrupted) } }
            @if report.redacted {
                p.badge { "Redacted: actors, addresses and account ids are placeholders" }
            }
            dl.tiles {
                (tile("Events read", &number(report.events), &format!("{} match a watcher", number(report.fate.matched))))
                @if let Some(channel) = loudest {
                    (tile(
                        "Loudest channel",
                        &format!("{} a week", channel.weekly.mean),
                        &format!("{}: {}", channel.name, range(&weekly(&channel.weekly))),
                    ))
                }
                (tile(
                    "Watchers that would have sent",
                    &number(loud as u64),
                    &format!("of {}", number(report.watchers.len() as u64)),
                ))
                (tile("Days without logs", &number(missing), &match gaps(report).count() as u64 {
                    0 => "between the first and the last".to_owned(),
                    gaps => format!("in {}", count_of(gaps, "gap")),
                }))
                @if report.faults > 0 {
                    (tile("Could not be read", &number(report.faults), "files and records"))
                }
            }
            nav aria-label="Parts of the report" {
                a href="#events" { "Events" }
                a href="#channels" { "Channels" }
                a href="#watchers" { "Watchers" }
                a href="#silent" { "Silent watchers" }
                @if !report.advice.is_empty() { a href="#advice" { "Advice" } }
            }
        }
    }
}

/// `9 to 14 in a week`, of what a week brings.
fn range(weekly: &str) -> String {
    match weekly.split_once(" (").and_then(|(_, range)| range.strip_suffix(')')) {
        Some(range) => format!("{range} in seven days"),
        None => "if it goes on so".to_owned(),
    }
}

fn tile(name: &str, figure: &str, note: &str) -> Markup {
    html! { div.tile { dt { (name) } dd { strong { (figure) } span { (visible(note)) } } } }
}

/// How many, both included.
fn days(from: Date, to: Date) -> u64 {
    from.until(to).map_or(0, |span| u64::try_from(span.get_days()).unwrap_or_default() + 1)
}

fn gaps(report: &Report) -> impl Iterator<Item = &Gap> {
    report.span.iter().flat_map(|span| &span.missing).filter(|gap| gap.account.is_none())
}

/// What became of the events, and where they are of.
pub(super) fn events(report: &Report) -> Markup {
    let fates = words::fates(report);
    html! {
        section aria-labelledby="events" {
            (heading("events", "Events", ""))
            div.columns {
                div.card {
                    h3 { "What became of them" }
                    table.figures {
                        caption.visually-hidden { "What became of the events" }
                        thead.visually-hidden { tr { th scope="col" { "Events" } th scope="col" { "Share" } th scope="col" { "What became of them" } } }
                        tbody {
                            @for (events, what) in fates {
                                tr {
                                    td.number { (number(events)) }
                                    td.bar { (share(events, report.events)) }
                                    td { (what) }
                                }
                            }
                        }
                    }
                }
                div.card {
                    h3 { "Where they are of" }
                    (places("Account", &report.accounts, report.events))
                    (places("Region", &report.regions, report.events))
                }
                @if let Some(span) = report.span.as_ref().filter(|span| !span.missing.is_empty()) {
                    div.card {
                        h3 { "Days without logs" }
                        p.note { "Logs that are missing, not silence." }
                        table.figures {
                            caption.visually-hidden { "Days without logs" }
                            thead { tr { th scope="col" { "From" } th scope="col" { "To" } th scope="col" { "Of" } } }
                            tbody {
                                @for Gap { account, from, to } in span.missing.iter().take(LISTED) {
                                    tr {
                                        td { (from) } td { (to) }
                                        td { @match account { Some(id) => (visible(id)), None => "all accounts" } }
                                    }
                                }
                            }
                        }
                        (more(span.missing.len(), "gap"))
                    }
                }
            }
        }
    }
}

fn places(what: &str, counts: &BTreeMap<String, u64>, all: u64) -> Markup {
    let mut sorted: Vec<(&String, &u64)> = counts.iter().collect();
    sorted.sort_by_key(|(name, events)| (std::cmp::Reverse(**events), *name));
    html! {
        table.figures {
            caption.visually-hidden { "Events by " (what.to_lowercase()) }
            thead { tr { th scope="col" { (what) } th scope="col" { span.visually-hidden { "Share" } } th.number scope="col" { "Events" } } }
            tbody {
                @for (name, events) in sorted.into_iter().take(LISTED) {
                    tr {
                        td { @if name.is_empty() { "(unknown)" } @else { (visible(name)) } }
                        td.bar { (share(*events, all)) }
                        td.number { (number(*events)) }
                    }
                }
            }
        }
        (more(counts.len(), &what.to_lowercase()))
    }
}

fn more(all: usize, noun: &str) -> Markup {
    html! {
        @if all > LISTED { p.note { "and " (count_of((all - LISTED) as u64, &format!("more {noun}"))) } }
    }
}
