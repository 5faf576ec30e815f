//! A watcher's page.

use maud::{Markup, html};
use serde_json::Value;
use watcher::SnsMessage;

use super::Page;
use super::parts::{count, ignores, severity, tag};
use crate::blocks;
use crate::model::{Site, Watched};
use crate::seen::{Alert, Outcome, Tested};

const ROOT: &str = "../";
/// So many events are seen at once.
const SHOWN: usize = 12;

pub(super) fn page(site: &Site, watched: &Watched) -> Result<String, String> {
    let entry = &watched.entry;
    let alert = watched.alert.as_ref().map(|found| alert(found, entry.enabled)).transpose()?;
    let main = html! {
        p.crumbs { a href="../index.html" { "Watchers" } " / " (entry.topic) }
        h1 { (page::visible(&entry.title)) }
        p.under {
            code { (entry.name) } " " (severity(entry.severity)) " "
            @if entry.enabled { span.pill.on { "on" } } @else { span.pill.off { "off" } }
            @if site.has_shipped { " " span.pill { @if entry.shipped { "shipped" } @else { "own" } } }
        }
        div.page {
            div {
                @if let Some(alert) = alert { (alert) }
                @else { p.note { "No test shows what this watcher reports." } }
            }
            aside aria-label="Facts" { (facts(site, watched)) }
        }
        (seen(watched))
        section aria-labelledby="file" {
            (page::heading("file", "Its file", ""))
            div.code {
                p.path { (entry.file) @if !watched.tests.is_empty() { ", without its " (count(watched.tests.len(), "test")) } }
                button.copy.scripted type="button" aria-label="Copy the TOML" { "Copy" }
                pre tabindex="0" { code { (page::named(&watched.toml)) } }
            }
        }
    };
    Ok(Page { title: &format!("{} · Watchers", entry.name), root: ROOT, here: "" }.drawn(&main))
}

fn alert(alert: &Alert, is_on: bool) -> Result<Markup, String> {
    let drawn =
        |(payload, channels): &'_ (Value, Vec<String>)| Ok((blocks::drawn(payload)?, channels.clone()));
    let slack = alert.slack.iter().map(drawn).collect::<Result<Vec<_>, String>>()?;
    Ok(html! {
        @if !slack.is_empty() {
            section.alert aria-labelledby="slack" {
                (page::heading("slack", "In Slack", ""))
                @for (blocks, channels) in &slack {
                (to(channels, &alert.test, is_on))
                div.slack {
                    div.avatar aria-hidden="true" {}
                    div.said {
                        p.app { strong { "Account Watcher" } " " span { "APP" } }
                        (blocks)
                    }
                }
                }
            }
        }
        @if let Some((message, channels)) = &alert.mail {
            section.alert aria-labelledby="mail" {
                (page::heading("mail", "As a mail", ""))
                (to(channels, &alert.test, is_on))
                (mail(message))
            }
        }
        @for (channel, kind, payload) in &alert.others {
            section.alert aria-label={ "To " (channel) } {
                h2 { "To " (channel) }
                p.note { (kind) }
                pre tabindex="0" { code { (page::named(&format!("{payload:#}"))) } }
            }
        }
    })
}

/// Which channels get it, and of which event.
fn to(channels: &[String], test: &str, is_on: bool) -> Markup {
    html! {
        p.note {
            @if channels.is_empty() { "None of its channels is of this kind; one would get this" }
            @else {
                @if is_on { "Sent to " } @else { "Would be sent to " }
                @for (at, name) in channels.iter().enumerate() { @if at > 0 { ", " } strong { (name) } }
            }
            " for “" (test) "”"
        }
    }
}

/// As a mail program shows it. <https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html>
fn mail(message: &SnsMessage) -> Markup {
    html! {
        div.mail {
            p.subject { (page::visible(&message.subject)) }
            p.from { "AWS Notifications <no-reply@sns.amazonaws.com>" }
            p.text { (page::visible(&message.message)) }
        }
    }
}

fn facts(site: &Site, watched: &Watched) -> Markup {
    let entry = &watched.entry;
    let origin = |key: &str| {
        let at = entry.overridden.iter().find(|origin| origin.key == key);
        html! { @if let Some(origin) = at { small { "by account-watcher.toml:" (origin.line) } } }
    };
    html! {
        dl.facts.card {
            dt { "State" }
            dd { @if entry.enabled { "on" } @else { "off: nothing is sent, and no rule is for it" } (origin("enabled")) }
            dt { "Severity" }
            dd {
                (entry.severity)
                @for case in &entry.cases { br; (page::visible(case)) }
                (origin("severity"))
            }
            dt { "Channels" }
            dd {
                @if watched.channels.is_empty() { "none" } @else { (watched.channels.join(", ")) }
                @for (from, to) in watched.alert.iter().flat_map(|alert| &alert.routed) {
                    br; "the example goes to " (to) " instead of " (from) ", by a route"
                }
                (origin("channels"))
            }
            @if let Some(group) = &watched.group { dt { "Grouped" } dd { (group) (origin("group")) } }
            @if let Some(runbook) = &entry.runbook { dt { "Runbook" } dd { (reference(runbook)) (origin("runbook")) } }
            dt { "Events" }
            dd {
                @if entry.events.is_empty() { "of many names" } @else { (codes(entry.events.iter().take(SHOWN))) }
                @if entry.events.len() > SHOWN {
                    details {
                        summary { (entry.events.len() - SHOWN) " more" }
                        (codes(entry.events.iter().skip(SHOWN)))
                    }
                }
            }
            dt { "Service" }
            dd {
                @if watched.services.is_empty() { "whatever service" }
                @else {
                    @for (at, service) in watched.services.iter().enumerate() {
                        @if at > 0 { ", " } a href={ "../index.html#service=" (service) } { (service) }
                    }
                }
            }
            @if let Some(region) = entry.region { dt { "Region" } dd { "its events are in " (region) " only" } }
            @if !watched.rules.is_empty() {
                dt { "Rule" }
                dd { (codes(watched.rules.iter())) }
            }
            @if !entry.tags.is_empty() {
                dt { "Tags" }
                dd { ul { @for name in &entry.tags { li { (tag(name, ROOT, &site.benchmarks)) } } } }
            }
            dt { "File" }
            dd {
                (entry.file)
                small {
                    "where all this comes from"
                    @if !entry.overridden.is_empty() { ", but for what names another place" }
                }
            }
            @if !watched.references.is_empty() {
                dt { "See" }
                dd { ul { @for link in &watched.references { li { (reference(link)) } } } }
            }
        }
    }
}

fn codes<'a>(names: impl Iterator<Item = &'a String>) -> Markup {
    html! { @for (at, name) in names.enumerate() { @if at > 0 { ", " } code { (name) } } }
}

/// A link, if it is one that leads to a page.
fn reference(link: &str) -> Markup {
    html! {
        @if let Some(shown) = link.strip_prefix("https://") { a href=(link) { (shown.trim_end_matches('/')) } }
        @else { (page::visible(link)) }
    }
}

/// What it reports and what it does not, as its tests show.
fn seen(watched: &Watched) -> Markup {
    let is_reported = |tested: &&Tested| matches!(tested.outcome, Outcome::Reported { .. });
    let (reported, not): (Vec<_>, Vec<_>) = watched.tests.iter().partition(is_reported);
    html! {
        div.columns.seen {
            section aria-labelledby="reports" {
                (page::heading("reports", "What it reports", ""))
                ul { @for tested in reported { (test(tested)) } }
            }
            section aria-labelledby="not" {
                (page::heading("not", "What it does not report", ""))
                @if not.is_empty() && watched.ignores.is_empty() { p.note { "No test shows any." } }
                @if !not.is_empty() { ul { @for tested in not { (test(tested)) } } }
                @if !watched.ignores.is_empty() {
                    h3 { "Ignored" }
                    (ignores(&watched.ignores))
                }
            }
        }
    }
}

fn test(tested: &Tested) -> Markup {
    html! {
        li {
            (tested.name)
            @match &tested.outcome {
                Outcome::Reported { severity: level, title } => { small { (severity(level.as_str())) " " (page::visible(title)) } }
                Outcome::Ignored(reason) => { small { "ignored: " (reason) } }
                Outcome::Unmatched => {}
            }
        }
    }
}
