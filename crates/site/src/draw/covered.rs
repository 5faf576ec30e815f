//! How a benchmark is covered: what the pages of all benchmarks have.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::parts::{count, to_watcher};
use crate::matrix::{Item, State};

/// The items, each with a row. `label`: what the table is called, `caption`: what it is of.
pub(super) fn table(
    label: &str,
    caption: &str,
    columns: &[&str],
    rows: impl Iterator<Item = Markup>,
) -> Markup {
    html! {
        div.card.scroll role="region" aria-label=(label) tabindex="0" {
            table.list.items {
                caption.visually-hidden { (caption) }
                thead { tr { @for column in columns { th scope="col" { (column) } } } }
                tbody { @for row in rows { (row) } }
            }
        }
    }
}

/// Links to watchers, those that are off marked.
pub(super) fn named(watchers: &BTreeMap<String, bool>) -> Markup {
    html! { @for (at, (name, on)) in watchers.iter().enumerate() { @if at > 0 { ", " } (to_watcher("", name, *on)) } }
}

/// The watchers, or why there are none.
pub(super) fn watchers(item: &Item) -> Markup {
    html! {
        td.by {
            (named(&item.watchers))
            @match &item.state {
                State::Partly(lacks) => { small { "Left out: " (lacks) } }
                State::Gap(Some(reason)) => { span.why { (reason) } }
                State::Gap(None) => { span.why { "no watcher names it" } }
                State::Covered | State::Off => {}
            }
        }
    }
}

pub(super) fn state(state: &State) -> Markup {
    let (class, word) = word(state);
    html! { span.pill.(class) { (word) } }
}

/// The state's class and word.
pub(super) fn word(state: &State) -> (&'static str, &'static str) {
    match state {
        State::Covered => ("on", "yes"),
        State::Partly(_) => ("partly", "in part"),
        State::Off => ("off", "off"),
        State::Gap(_) => ("gap", "gap"),
    }
}

/// How many items are covered how.
pub(super) fn tally<'a>(items: impl Iterator<Item = &'a Item>) -> Markup {
    let items: Vec<&Item> = items.collect();
    let of = |class: &str| items.iter().filter(|item| word(&item.state).0 == class).count();
    let counts = [
        ("covered", of("on")),
        ("in part", of("partly")),
        ("by watchers that are off", of("off")),
        ("gaps", of("gap")),
    ];
    html! {
        p.visually-hidden { (count(items.len(), "item")) }
        dl.tally { @for (word, number) in counts { div { dt { (word) } dd { (number) } } } }
    }
}
