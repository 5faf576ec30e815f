//! The account as one HTML page, which has everything in it.
//!
//! Charts are drawn in `chart`. Libraries draw pictures that know nothing of light and dark, or bring a megabyte of script.

mod advice;
mod channels;
mod chart;
mod overview;
mod silent;
mod watchers;

use backtest::Report;
use maud::html;
use page::{Assets, Place};

/// The page.
pub(crate) fn report(report: &Report) -> String {
    let title = match &report.span {
        Some(span) => format!("Backtest {} to {}", span.first, span.last),
        None => "Backtest".to_owned(),
    };
    let body = html! {
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
    };
    let assets = Assets::with(include_str!("style.css"), include_str!("script.js"));
    page::document(&title, Place::Inside(&assets), "the report", &body)
}

/// The fragment of a watcher's row.
fn anchor(watcher: &str) -> String {
    format!("watcher-{watcher}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn no_asset_ends_its_element() {
        for asset in [include_str!("style.css"), include_str!("script.js")] {
            assert!(
                !asset.contains("</") && !asset.contains("<!--"),
                "it would end the element that it is in"
            );
        }
    }
}
