//! What all HTML pages of the command share: the frame with its policy, the look, and texts of events as they can be shown.
//! A page loads nothing from elsewhere, and reads without scripts. What stands in events is written by whoever calls AWS,
//! perhaps an attacker: every text is escaped, and a page's policy lets run only its own script.

mod visible;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

pub use visible::{named, visible};

/// The look that pages share.
const STYLE: &str = include_str!("../assets/base.css");
/// What they do: `button.copy` copies the `code` beside it.
const SCRIPT: &str = include_str!("../assets/base.js");

/// The style and the script of pages.
#[derive(Clone, Debug)]
pub struct Assets {
    /// CSS.
    pub style: String,
    /// JavaScript.
    pub script: String,
}

impl Assets {
    /// What all pages have, and then these.
    pub fn with(style: &str, script: &str) -> Assets {
        Assets { style: format!("{STYLE}{style}"), script: format!("{SCRIPT}{script}") }
    }
}

/// Where a page has its style and script.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In itself: the page is one file.
    Inside(&'a Assets),
    /// In `style.css` and `script.js` beside it.
    Beside {
        /// Their folder, from the page: empty, or with a `/` at its end.
        folder: &'a str,
        /// What made the page, for who asks the page.
        generator: &'a str,
    },
}

/// A page. `body` is what stands in it; `skip`: what is skipped to, which has the id `main`.
pub fn document(title: &str, place: Place<'_>, skip: &str, body: &Markup) -> String {
    // Nothing on a page turns the direction of a line or is not seen, whoever wrote it.
    let body = named(&body.0);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(place));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                title { (named(title)) }
                @match place {
                    Place::Inside(assets) => { style { (PreEscaped(&assets.style)) } }
                    Place::Beside { folder, generator } => {
                        meta name="generator" content=(generator);
                        link rel="stylesheet" href={ (folder) "style.css" };
                        // Before the page is drawn: it knows which colours the reader has chosen.
                        script src={ (folder) "script.js" } {}
                    }
                }
            }
            body {
                a.skip href="#main" { "Skip to " (skip) }
                (PreEscaped(body))
                p #status.visually-hidden role="status" {}
                @if let Place::Inside(assets) = place { script { (PreEscaped(&assets.script)) } }
            }
        }
    };
    page.into_string() + "\n"
}

/// Nothing is loaded, and nothing runs but what the program itself wrote.
fn policy(place: Place<'_>) -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    let (style, script) = match place {
        Place::Inside(assets) => (hash(&assets.style), hash(&assets.script)),
        Place::Beside { .. } => ("'self'".to_owned(), "'self'".to_owned()),
    };
    format!("default-src 'none'; style-src {style}; script-src {script}; base-uri 'none'; form-action 'none'")
}

/// A heading that can be linked to.
pub fn heading(id: &str, text: &str, note: &str) -> Markup {
    html! {
        h2 id=(id) { (text) }
        @if !note.is_empty() { p.note { (note) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_one_file_runs_only_what_it_has() {
        let assets = Assets { style: "p{}".to_owned(), script: "1".to_owned() };
        let page = document(
            "<&>\u{202e}",
            Place::Inside(&assets),
            "it",
            &html! { main #main title="\u{202e}" { "x\u{202e}" } },
        );
        assert!(page.contains(r"<title>&lt;&amp;&gt;\u{202e}</title>"), "{page}");
        assert!(page.contains(r#"<main id="main" title="\u{202e}">x\u{202e}</main>"#), "{page}");
        // printf 1 | openssl dgst -sha256 -binary | base64
        assert!(page.contains("script-src 'sha256-a4ayc/80/OGda4BO/1o/V0etpOqiLx1JwB5S3beHW0s='"), "{page}");
        assert!(page.contains("<style>p{}</style>") && page.contains("<script>1</script>"), "{page}");
    }

    #[test]
    fn a_page_beside_others_loads_what_they_share() {
        let page = document("x", Place::Beside { folder: "../", generator: "a test" }, "it", &html! {});
        assert!(page.contains("style-src 'self'; script-src 'self';"), "{page}");
        assert!(page.contains(r#"<link rel="stylesheet" href="../style.css">"#), "{page}");
        assert!(page.contains(r#"<script src="../script.js"></script>"#));
        assert!(
            page.contains(r#"<meta name="generator" content="a test">"#) && !page.contains("<style>"),
            "{page}"
        );
    }

    #[test]
    fn nothing_ends_its_element() {
        for asset in [STYLE, SCRIPT] {
            assert!(!asset.contains("</") && !asset.contains("<!--"));
        }
    }
}
