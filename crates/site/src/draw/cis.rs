//! The CIS benchmark: which watchers are for an item.

use maud::{Markup, html};

use super::Page;
use super::covered::{state, table, tally, watchers};
use crate::matrix::{self, Item};
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
        (table("Items", &cis.name, &["3.0", "5.0", "About", "Covered", "Watchers"], items.iter().map(row)))
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
