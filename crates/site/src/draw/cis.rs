//! The CIS benchmark: which watchers are for an item.

use maud::{Markup, html};

use super::Page;
use super::parts::{count, to_watcher};
use crate::matrix::{self, Item, State};
use crate::model::Site;

pub(super) fn page(site: &Site) -> String {
    let cis = &site.benchmarks.cis;
    let items = matrix::cis(&site.benchmarks, &site.named());
    let main = html! {
        h1 { "CIS AWS Foundations Benchmark" }
        p.lead {
            "Which watchers tell of a change that an item of the " a href=(cis.link) { "benchmark" } " is about, by the "
            "numbers of 3.0 and 5.0. What an item asks for stands in the benchmark itself; the words here are ours."
        }
        (tally(items.iter()))
        div.card.scroll role="region" aria-label="Items" tabindex="0" {
            table.list.items {
                caption.visually-hidden { (cis.name) }
                thead {
                    tr {
                        th scope="col" { "3.0" }
                        th scope="col" { "5.0" }
                        th scope="col" { "About" }
                        th scope="col" { "Covered" }
                        th scope="col" { "Watchers" }
                    }
                }
                tbody { @for item in &items { (row(item)) } }
            }
        }
    };
    Page { title: "CIS benchmark · Watchers", root: "", here: "cis.html" }.drawn(&main)
}

fn row(item: &Item) -> Markup {
    let number = |at: usize| item.numbers.get(at).and_then(Option::as_deref);
    html! {
        tr id=[number(0).map(|number| format!("cis-{number}"))] {
            td { (number(0).unwrap_or("–")) }
            td { (number(1).unwrap_or("–")) }
            th scope="row" { (item.what) }
            td { (state(&item.state)) }
            (watchers(item))
        }
    }
}

/// The watchers, or why there are none.
pub(super) fn watchers(item: &Item) -> Markup {
    html! {
        td.by {
            @for (at, (name, on)) in item.watchers.iter().enumerate() { @if at > 0 { ", " } (to_watcher("", name, *on)) }
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
