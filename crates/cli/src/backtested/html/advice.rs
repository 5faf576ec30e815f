//! What would make the loudest quieter, to copy.

use backtest::{Advice, Report};
use maud::{Markup, html};

use super::anchor;
use super::chart::share;
use crate::backtested::words::{self, count_of, number};
use page::{heading, named, visible};

/// All advice; without any there is no such part.
pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if !report.advice.is_empty() {
            section aria-labelledby="advice" {
                (heading("advice", "Advice for the loudest", "Each is one change, and its saving was counted by telling the same \
                    events again with it. An ignore hides what it matches: fill in why it is expected."))
                div.cards {
                    @for (place, advice) in report.advice.iter().enumerate() { (card(advice, place)) }
                }
            }
        }
    }
}

fn card(advice: &Advice, place: usize) -> Markup {
    let Advice { watcher, change, toml, messages, messages_after } = advice;
    html! {
        article.card.advice aria-labelledby={ "advice-" (place) } {
            h3 id={ "advice-" (place) } { a href={ "#" (anchor(watcher)) } { (visible(watcher)) } }
            p.change { (words::change(*change)) }
            p.saving {
                strong { (number(*messages_after)) } " instead of " (count_of(*messages, "message"))
                (share(*messages_after, *messages))
            }
            div.code {
                p.path { "account-watcher.toml" }
                button.copy.scripted type="button" aria-label={ "Copy the TOML for " (watcher) } { "Copy" }
                pre tabindex="0" { code { (named(toml)) } }
            }
        }
    }
}
