//! MITRE ATT&CK: tactics and techniques as a matrix, and which watchers report a technique.

use std::collections::BTreeMap;

use maud::{Markup, html};

use super::Page;
use super::covered::{named, state, table, tally, watchers, word};
use super::parts::{count, technique};
use crate::benchmarks::Tactic;
use crate::matrix::{self, Item};
use crate::model::Site;

const COLUMNS: [&str; 4] = ["Id", "Technique", "Covered", "Watchers"];

pub(super) fn page(site: &Site) -> String {
    let attack = &site.benchmarks.attack;
    let library = site.named();
    let items = matrix::attack(&site.benchmarks, &library);
    let rows = items.iter().map(|(id, item)| row(id, item));
    let main = html! {
        h1 { "MITRE ATT&CK for IaaS" }
        p.lead {
            "Which watchers report the techniques of the " a href=(attack.link) { "cloud matrix" } ", " (attack.name)
            ". A technique counts as covered when a watcher names it or one of its sub-techniques in its tags."
        }
        (tally(items.values()))
        div.matrix role="region" aria-label="Matrix" tabindex="0" {
            @for tactic in &attack.tactics { (column(tactic, &items)) }
        }
        section aria-labelledby="techniques" {
            (page::heading("techniques", "Techniques", ""))
            (table("Table of techniques", "Techniques and the watchers that report them", &COLUMNS, rows))
        }
        (elsewhere(&matrix::elsewhere(&site.benchmarks, &library)))
        p.note.legal {
            "© The MITRE Corporation. Ids and names of ATT&CK are reproduced with the permission of The MITRE Corporation."
        }
    };
    Page { title: "MITRE ATT&CK · Watchers", root: "", here: "attack.html" }.drawn(&main)
}

fn column(tactic: &Tactic, items: &BTreeMap<String, Item>) -> Markup {
    html! {
        section aria-labelledby=(tactic.id) {
            h2 id=(tactic.id) { a href={ "https://attack.mitre.org/tactics/" (tactic.id) "/" } { (tactic.name) } }
            ul {
                @for id in &tactic.techniques {
                    @if let Some(item) = items.get(id) { (cell(id, item)) }
                }
            }
        }
    }
}

fn cell(id: &str, item: &Item) -> Markup {
    let (class, word) = word(&item.state);
    let part = if id.contains('.') { "part" } else { "whole" };
    html! {
        li.(class).(part) {
            a href={ "#" (id) } { (item.what) }
            span { (id) " · " @if item.watchers.is_empty() { (word) } @else { (count(item.watchers.len(), "watcher")) } }
            @if class == "off" { " " span.pill.off { "off" } }
        }
    }
}

fn row(id: &str, item: &Item) -> Markup {
    html! {
        tr id=(id) {
            td { a href=(technique(id)) { (id) } }
            th scope="row" { (item.what) }
            td { (state(&item.state)) }
            (watchers(item))
        }
    }
}

/// Techniques of other platforms.
fn elsewhere(found: &BTreeMap<String, BTreeMap<String, bool>>) -> Markup {
    html! {
        @if !found.is_empty() {
            section aria-labelledby="elsewhere" {
                (page::heading("elsewhere", "Techniques of other platforms", ""))
                p.note { (count(found.len(), "technique")) " that watchers name and that ATT&CK does not list for IaaS." }
                ul { @for (id, watchers) in found { li { code { (id) } ": " (named(watchers)) } } }
            }
        }
    }
}
