//! The watchers that would have sent something.

use std::cmp::Reverse;

use backtest::{Report, Span, Top, WatcherReport};
use maud::{Markup, html};

use super::anchor;
use super::chart::spark;
use crate::backtested::words::{at, clock, count_of, day, number};
use page::{heading, visible};

/// The table; each watcher is a body of two rows, the second with what there is to say of it.
pub(super) fn section(report: &Report) -> Markup {
    let mut loud: Vec<&WatcherReport> =
        report.watchers.iter().filter(|watcher| watcher.silence.is_none()).collect();
    loud.sort_by_key(|watcher| (Reverse(messages(watcher)), &watcher.name));
    html! {
        section aria-labelledby="watchers" {
            (heading("watchers", &format!("{} would have sent something", count_of(loud.len() as u64, "watcher")), ""))
            @if !loud.is_empty() {
                (filter("watchers-table", "Filter watchers, actors, messages"))
                div.card.scroll role="region" aria-label="Watchers" tabindex="0" {
                    table.list.sortable #watchers-table {
                        caption.visually-hidden { "Watchers that would have sent something, the loudest first" }
                        thead {
                            tr {
                                th scope="col" data-sort="text" { "Watcher" }
                                th.number scope="col" data-sort="number" aria-sort="descending" { "Messages" }
                                th.number scope="col" data-sort="number" { "A week" }
                                th scope="col" { "Days" }
                                th.number.wide scope="col" data-sort="number" { "Busiest hour" }
                                th.wide scope="col" data-sort="text" { "Most by" }
                                th.wide scope="col" data-sort="text" { "Last" }
                            }
                        }
                        @for watcher in loud { (row(watcher, report.span.as_ref())) }
                    }
                }
            }
        }
    }
}

/// A search field for a table; without scripts there is none.
pub(super) fn filter(table: &str, label: &str) -> Markup {
    html! {
        div.filter.scripted {
            label for={ (table) "-filter" } { (label) }
            input type="search" id={ (table) "-filter" } data-filter=(table) autocomplete="off" spellcheck="false";
            span.count data-count=(table) {}
        }
    }
}

fn messages(watcher: &WatcherReport) -> u64 {
    watcher.alerts + watcher.summaries
}

fn row(watcher: &WatcherReport, span: Option<&Span>) -> Markup {
    let id = anchor(&watcher.name);
    let weekly = &watcher.weekly;
    html! {
        tbody id=(id) {
            tr {
                th scope="row" data-value=(watcher.name) {
                    button.toggle.scripted type="button" aria-expanded="false" aria-controls={ (id) "-more" } aria-label={ "More of " (watcher.name) } {}
                    span.name { (visible(&watcher.name)) }
                }
                td.number data-value=(messages(watcher)) { (number(messages(watcher))) }
                td.number data-value=(weekly.mean) {
                    (weekly.mean)
                    @if let (Some(least), Some(most)) = (weekly.least, weekly.most) {
                        small { (number(least)) " to " (number(most)) }
                    }
                }
                td { @if let Some(span) = span { (spark(span, &watcher.days)) } }
                td.number.wide data-value=(watcher.busiest_hour.map_or(0, |busiest| busiest.events)) {
                    @if let Some(busiest) = watcher.busiest_hour { (number(busiest.events)) small { (at(busiest.from)) } }
                }
                td.wide data-value=(watcher.top_actors.first().map_or("", |top| top.name.as_str())) {
                    @if let Some(top) = watcher.top_actors.first() { span.clip { (visible(&top.name)) } small { (number(top.events)) } }
                }
                td.wide.when data-value=[watcher.last] { @if let Some(last) = watcher.last { (day(last)) small { (clock(last)) } } }
            }
            tr.more id={ (id) "-more" } { td colspan="7" { (more(watcher)) } }
        }
    }
}

fn more(watcher: &WatcherReport) -> Markup {
    html! {
        dl.facts {
            dt { "Sent" }
            dd {
                (count_of(watcher.alerts, "alert"))
                @if watcher.summaries > 0 {
                    " and " (number(watcher.summaries)) @if watcher.summaries == 1 { " summary" } @else { " summaries" }
                    ", which report " (number(watcher.grouped)) " more"
                } @else if watcher.grouped > 0 { ", " (number(watcher.grouped)) " too few for one" }
            }
            @if let (Some(first), Some(last)) = (watcher.first, watcher.last) {
                dt { "When" } dd { (at(first)) " to " (at(last)) }
            }
            @if let Some(busiest) = watcher.busiest_hour {
                dt { "Busiest hour" } dd { (at(busiest.from)) " with " (count_of(busiest.events, "event")) }
            }
            @if !watcher.top_actors.is_empty() { dt { "By" } dd { (tops(&watcher.top_actors)) } }
            @if !watcher.top_accounts.is_empty() { dt { "In" } dd { (tops(&watcher.top_accounts)) } }
            @for ignored in &watcher.ignored {
                dt { "Ignored" } dd { (count_of(ignored.events, "event")) ": " (visible(&ignored.reason)) }
            }
            @if watcher.duplicates > 0 { dt { "Copies" } dd { (count_of(watcher.duplicates, "event")) " came again, and are reported once" } }
            @if watcher.undelivered > 0 { dt { "Not delivered" } dd { (count_of(watcher.undelivered, "read-only call")) } }
            @if watcher.failed_templates > 0 {
                dt.caution { "Caution" } dd { "the template fails for " (count_of(watcher.failed_templates, "event")) }
            }
        }
        @if let Some(example) = &watcher.example {
            blockquote.message { p.title { (visible(&example.title)) } p.text { (visible(example.message.trim())) } }
        }
    }
}

fn tops(tops: &[Top]) -> Markup {
    html! {
        @for (place, top) in tops.iter().enumerate() {
            @if place > 0 { ", " }
            (visible(&top.name)) " (" (number(top.events)) ")"
        }
    }
}
