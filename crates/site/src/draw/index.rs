//! The first page: all watchers, to be searched and filtered, and what holds for all of them.

use std::collections::BTreeSet;

use maud::{Markup, html};
use watcher::Severity;

use super::Page;
use super::parts::{count, ignores, off, severity};
use crate::model::{Site, Watched};

/// Between the values of an attribute, as `script.js` reads them: tags and sources can have blanks.
const BETWEEN: &str = "\t";

pub(super) fn page(site: &Site) -> String {
    let all = site.watchers.len();
    let on = site.watchers.iter().filter(|watched| watched.entry.enabled).count();
    let main = html! {
        h1 { "What is watched in AWS" }
        p.lead {
            (count(all, "watcher")) ", " (on) " of them on. Each page shows the alert exactly as it is sent, which events "
            "it is for, and which it leaves out."
        }
        (filters(site))
        (topics(site))
        p.note.nothing hidden { "No watcher matches. " button.reset type="button" { "Show all" } }
        (shared(site))
    };
    Page { title: "Watchers", root: "", here: "index.html" }.drawn(&main)
}

/// What a list can be narrowed by; scripts do it.
fn filters(site: &Site) -> Markup {
    let entries = || site.watchers.iter();
    let services: BTreeSet<&String> = entries().flat_map(|watched| &watched.services).collect();
    let tags: BTreeSet<&String> = entries().flat_map(|watched| &watched.entry.tags).collect();
    let channels: BTreeSet<&String> = entries().flat_map(|watched| &watched.channels).collect();
    let severities = Severity::ALL.iter().rev().map(|severity| severity.as_str());
    html! {
        form.filters.scripted role="search" aria-label="Watchers" {
            div.search {
                label for="q" { "Search" }
                input #q type="search" name="q" autocomplete="off" spellcheck="false" placeholder="Name, event, words of the alert…";
            }
            (choice("service", "Service", services.into_iter().map(String::as_str)))
            (choice("severity", "Severity", severities))
            (choice("tag", "Tag", tags.into_iter().map(String::as_str)))
            (choice("channel", "Channel", channels.into_iter().map(String::as_str)))
            (choice("state", "State", ["on", "off"].into_iter()))
            @if site.has_shipped { (choice("origin", "Origin", ["own", "shipped"].into_iter())) }
            p.count { span #count { (count(site.watchers.len(), "watcher")) } " " button.reset type="button" hidden { "Reset" } }
        }
    }
}

fn choice<'a>(name: &str, label: &str, values: impl Iterator<Item = &'a str>) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            select id=(name) name=(name) {
                option value="" { "All" }
                @for value in values { option { (value) } }
            }
        }
    }
}

fn topics(site: &Site) -> Markup {
    let mut names: Vec<&str> = Vec::new();
    for watched in &site.watchers {
        if names.last() != Some(&watched.entry.topic) {
            names.push(watched.entry.topic);
        }
    }
    html! {
        @for (number, topic) in names.into_iter().enumerate() {
            @let watchers: Vec<&Watched> = site.watchers.iter().filter(|watched| watched.entry.topic == topic).collect();
            section.topic aria-labelledby={ "topic-" (number) } {
                h2 id={ "topic-" (number) } { (topic) " " span.size { (watchers.len()) } }
                ul.watchers { @for watched in watchers { (row(watched, site.has_shipped)) } }
            }
        }
    }
}

/// What is searched besides what is seen stands in `data-also`.
fn row(watched: &Watched, has_shipped: bool) -> Markup {
    let entry = &watched.entry;
    let words = |words: &mut dyn Iterator<Item = &String>| words.cloned().collect::<Vec<_>>().join(BETWEEN);
    let also = words(&mut entry.events.iter().chain(&entry.tags));
    let first = watched.alert.as_ref().and_then(|alert| alert.message.lines().next()).unwrap_or_default();
    let origin = if entry.shipped { "shipped" } else { "own" };
    html! {
        li data-service=(words(&mut watched.services.iter())) data-severity=(entry.severity)
            data-tag=[(!entry.tags.is_empty()).then(|| entry.tags.join(BETWEEN))]
            data-channel=(watched.channels.join(BETWEEN)) data-state=[(!entry.enabled).then_some("off")]
            data-origin=[has_shipped.then_some(origin)] data-also=(also) {
            (severity(entry.severity))
            a href={ "watchers/" (entry.name) ".html" } { (page::visible(&entry.title)) }
            (off(entry.enabled))
            @if has_shipped && !entry.shipped { " " span.pill.own { "own" } }
            code { (entry.name) }
            p { (page::visible(first)) }
        }
    }
}

/// What holds for all watchers.
fn shared(site: &Site) -> Markup {
    html! {
        section aria-labelledby="all" {
            (page::heading("all", "For all watchers", ""))
            div.columns {
                div.card {
                    h3 { "Channels" }
                    dl.facts { @for (name, kind) in &site.channels { dt { (name) } dd { (kind) } } }
                    @if !site.routes.is_empty() {
                        h3 { "Routes" }
                        p.note { "The first that matches decides where an alert goes instead." }
                        ul {
                            @for (when, pairs) in &site.routes {
                                @for (from, to) in pairs { li { (from) " → " (to) " for " code { (when) } } }
                            }
                        }
                    }
                }
                @if !site.ignores.is_empty() {
                    div.card {
                        h3 { "Never reported" }
                        (ignores(&site.ignores))
                    }
                }
            }
        }
    }
}
