//! The account as one HTML page: it has everything in it, opens without a network, and reads without scripts. What stands in
//! events is written by whoever calls AWS, perhaps an attacker: every text is escaped, and the page's policy lets run only
//! its own script.
//!
//! Charts are drawn in `chart`. Libraries draw pictures that know nothing of light and dark, or bring a megabyte of script.

mod advice;
mod channels;
mod chart;
mod overview;
mod silent;
mod visible;
mod watchers;

use backtest::Report;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The page.
pub(crate) fn report(report: &Report) -> String {
    page(report).into_string() + "\n"
}

fn page(report: &Report) -> Markup {
    let title = match &report.span {
        Some(span) => format!("Backtest {} to {}", span.first, span.last),
        None => "Backtest".to_owned(),
    };
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.skip href="#main" { "Skip to the report" }
                (overview::header(report))
                main #main {
                    (overview::events(report))
                    (channels::section(report))
                    (watchers::section(report))
                    (silent::section(report))
                    (advice::section(report))
                }
                footer {
                    p {
                        "Every event was matched, ignored and grouped by the function's own code. Days and times are UTC. "
                        "Nothing was sent, and this page loads nothing."
                    }
                }
                p #status.visually-hidden role="status" {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

/// Nothing is loaded, and nothing runs but what the program itself wrote.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

/// A heading that can be linked to.
fn heading(id: &str, text: &str, note: &str) -> Markup {
    html! {
        h2 id=(id) { (text) }
        @if !note.is_empty() { p.note { (note) } }
    }
}

/// The fragment of a watcher's row.
fn anchor(watcher: &str) -> String {
    format!("watcher-{watcher}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_asset_ends_its_element() {
        for asset in [STYLE, SCRIPT] {
            assert!(
                !asset.contains("</") && !asset.contains("<!--"),
                "it would end the element that it is in"
            );
        }
    }
}
