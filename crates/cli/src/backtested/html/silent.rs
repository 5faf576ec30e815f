//! The watchers that would have sent nothing, and why.

use backtest::{Report, Silence, WatcherReport};
use maud::{Markup, html};

use super::anchor;
use super::watchers::filter;
use crate::backtested::words::{self, at, count_of};
use page::{heading, visible};

/// The table, those first of which there is the most to say.
pub(super) fn section(report: &Report) -> Markup {
    let mut silent: Vec<(&WatcherReport, &Silence, String)> = report
        .watchers
        .iter()
        .filter_map(|watcher| watcher.silence.as_ref().map(|silence| (watcher, silence, why(silence))))
        .collect();
    silent.sort_by_key(|(watcher, silence, why)| {
        (!matches!(silence, Silence::NoMatch { .. }), why.clone(), &watcher.name)
    });
    html! {
        section aria-labelledby="silent" {
            (heading("silent", &format!("{} would have sent nothing", count_of(silent.len() as u64, "watcher")), ""))
            @if !silent.is_empty() {
                (filter("silent-table", "Filter watchers and reasons"))
                div.card.scroll role="region" aria-label="Silent watchers" tabindex="0" {
                    table.list.sortable.reasons #silent-table {
                        caption.visually-hidden { "Watchers that would have sent nothing, and why" }
                        thead {
                            tr { th scope="col" data-sort="text" { "Watcher" } th scope="col" data-sort="text" { "Why" } }
                        }
                        @for (watcher, silence, why) in silent {
                            tbody id=(anchor(&watcher.name)) {
                                tr {
                                    th scope="row" data-value=(watcher.name) { span.name { (visible(&watcher.name)) } }
                                    td data-value=(why) { (why) (nearest(silence)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn why(silence: &Silence) -> String {
    if let Silence::NoMatch { events, .. } = silence {
        return words::no_match(*events);
    }
    words::SAME.iter().find(|(_, is)| is(silence)).map_or_else(String::new, |(why, _)| (*why).to_owned())
}

fn nearest(silence: &Silence) -> Markup {
    html! {
        @if let Silence::NoMatch { nearest: Some(miss), .. } = silence {
            div.miss {
                "nearest: " (visible(&miss.event)) " at " (at(miss.at))
                ul { @for line in &miss.failed { li { code { (visible(line)) } } } }
            }
        }
    }
}
