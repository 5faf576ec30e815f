//! `[shipped]`: where Account Watcher is in a repository that holds only what is the user's, and which of its watchers are
//! on.

use std::path::{Component, Path};

use toml::Spanned;

use crate::selector::{Selector, parsed};
use crate::table::{Report, Span, Table, Text};

/// What the table says.
#[derive(Clone, Debug)]
pub(crate) struct Shipped {
    /// The folder, from the project's, with `/`: it goes down, and has neither `.` nor `..`.
    pub(crate) path: String,
    /// Where the path stands.
    pub(crate) span: Span,
    /// Which shipped watchers are on; none: those of which their files say so.
    pub(crate) on: Option<On>,
    /// The shipped watchers whose place an own file takes.
    pub(crate) replaced: Vec<(Selector, Span)>,
    /// Whether the ignores that the shipped watchers share hold.
    pub(crate) ignores: bool,
}

/// The key `on`.
#[derive(Clone, Debug)]
pub(crate) struct On {
    pub(crate) selectors: Vec<(Selector, Span)>,
    /// The whole list.
    pub(crate) span: Span,
}

/// The table, if there is one; what is wrong is reported. None without a folder that can be meant.
pub(crate) fn shipped(table: Table<'_>) -> Option<Shipped> {
    let table = table.table("shipped")?;
    let report = table.report;
    let on = table.strings("on").map(|texts| On {
        selectors: parsed(report, texts),
        span: table.get("on").map_or(table.span(), Spanned::span),
    });
    let replaced = table.strings("replaced").unwrap_or_default();
    let replaced = replaced.into_iter().filter_map(|text| name(report, text)).collect();
    let ignores = table.flag("ignores").unwrap_or(true);
    let path = table.string("path")?;
    let span = path.span.clone();
    Some(Shipped { path: folder(report, &path)?, span, on, replaced, ignores })
}

/// A folder below the project's: what the build looks for is above the folder of Account Watcher.
fn folder(report: &Report, path: &Text<'_>) -> Option<String> {
    let mut parts = Vec::new();
    for part in Path::new(path.value).components() {
        match part {
            Component::Normal(part) => parts.extend(part.to_str()),
            Component::CurDir => {}
            Component::ParentDir | Component::RootDir | Component::Prefix(_) => {
                parts.clear();
                break;
            }
        }
    }
    if parts.is_empty() || path.value.contains('\\') {
        report.invalid_value(
            path.span.clone(),
            format!("`{}` does not lead to a folder below the one of account-watcher.toml", path.value),
            "write the path of Account Watcher's folder from here, with `/` and without `..`: `path = \"account-watcher\"`",
        );
        return None;
    }
    Some(parts.join("/"))
}

/// The name of one watcher.
fn name(report: &Report, text: Text<'_>) -> Option<(Selector, Span)> {
    if text.value.contains(['*', ':']) {
        let message = format!("`{}` is not the name of one watcher", text.value);
        let help = "name each shipped watcher that a file of yours replaces; to switch some off write an `[[override]]`";
        report.invalid_value(text.span, message, help);
        return None;
    }
    parsed(report, vec![text]).pop()
}
