//! Small things that several pages show.

use maud::{Markup, html};

use crate::benchmarks::Benchmarks;
use crate::model::Ignored;

/// `High`, with its colour.
pub(super) fn severity(word: &str) -> Markup {
    html! { span.pill.(word) { (word) } }
}

/// That a watcher is off.
pub(super) fn off(is_on: bool) -> Markup {
    html! { @if !is_on { " " span.pill.off { "off" } } }
}

/// A link to a watcher's page.
pub(super) fn to_watcher(root: &str, name: &str, is_on: bool) -> Markup {
    html! { a href={ (root) "watchers/" (name) ".html" } { (name) } (off(is_on)) }
}

/// `1 watcher`, `2 watchers`
pub(super) fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Reasons, and until when.
pub(super) fn ignores(ignores: &[Ignored]) -> Markup {
    html! {
        ul {
            @for ignore in ignores {
                li { (ignore.reason) @if let Some(until) = &ignore.until { " (until " (until) ")" } }
            }
        }
    }
}

/// A tag, linked to what it stands for.
pub(super) fn tag(tag: &str, root: &str, benchmarks: &Benchmarks) -> Markup {
    if let Some(id) = tag.strip_prefix("mitre-").filter(|id| is_technique(id)) {
        let name = benchmarks.attack.techniques.get(id);
        return html! { a href=(technique(id)) { "ATT&CK " (id) @if let Some(name) = name { " " (name) } } };
    }
    if let Some(number) = tag.strip_prefix("cis-")
        && let Some(item) = benchmarks.cis.items.iter().find(|item| item.v3 == number)
    {
        let both = if item.v5 == item.v3 { "3.0 and 5.0" } else { "3.0" };
        return html! { a href={ (root) "cis.html#cis-" (number) } { "CIS " (number) " (" (both) ") " (item.what) } };
    }
    html! { a href={ (root) "index.html#tag=" (tag) } { (tag) } }
}

/// `T1485`, `T1578.002`: nothing else gets into an address.
fn is_technique(id: &str) -> bool {
    id.strip_prefix('T')
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit() || b == b'.'))
}

/// Where a technique stands.
pub(super) fn technique(id: &str) -> String {
    format!("https://attack.mitre.org/techniques/{}/", id.replace('.', "/"))
}
