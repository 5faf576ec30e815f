//! What the pages look like: one module for each.

mod attack;
mod cis;
mod covered;
mod index;
mod parts;
mod watcher;

use maud::{Markup, html};
use page::{Assets, Place};

use crate::model::Site;
use crate::{File, GENERATOR};

/// A page, and where the site's folder is from it.
struct Page<'a> {
    title: &'a str,
    /// Empty, or with a `/` at its end.
    root: &'a str,
    /// Which of the pages that all others link to it is.
    here: &'a str,
}

/// All files.
pub(crate) fn files(site: &Site) -> Result<Vec<File>, String> {
    let assets = Assets::with(include_str!("../../assets/style.css"), include_str!("../../assets/script.js"));
    let mut files = vec![
        File { path: "style.css".to_owned(), text: assets.style },
        File { path: "script.js".to_owned(), text: assets.script },
        File { path: "index.html".to_owned(), text: index::page(site) },
        File { path: "cis.html".to_owned(), text: cis::page(site) },
        File { path: "attack.html".to_owned(), text: attack::page(site) },
    ];
    for watched in &site.watchers {
        let text = watcher::page(site, watched).map_err(|why| format!("{}: {why}", watched.entry.name))?;
        files.push(File { path: format!("watchers/{}.html", watched.entry.name), text });
    }
    Ok(files)
}

const PAGES: [(&str, &str); 3] = [("index.html", "Watchers"), ("cis.html", "CIS"), ("attack.html", "ATT&CK")];

impl Page<'_> {
    fn drawn(&self, main: &Markup) -> String {
        let Page { title, root, here } = self;
        let body = html! {
            header.bar {
                nav aria-label="Pages" {
                    a.home href={ (root) "index.html" } { "Account Watcher" }
                    @for (file, name) in PAGES {
                        @if file == *here { a href={ (root) (file) } aria-current="page" { (name) } }
                        @else { a href={ (root) (file) } { (name) } }
                    }
                }
            }
            main #main { (main) }
            footer { "Made by " code { (GENERATOR) } " from the project’s files. This page loads nothing from elsewhere." }
        };
        page::document(title, Place::Beside { folder: root, generator: GENERATOR }, "the content", &body)
    }
}
