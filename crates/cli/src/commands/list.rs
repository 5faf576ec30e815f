//! `watcher list`: the watchers, and what they see.

use std::fmt::Write;
use std::path::Path;

use clap::ValueEnum;
use watchfile::Project;
use watchfile::listing::{self, Entry};

use crate::exit::{Error, Status};
use crate::output;
use crate::project;
use crate::style::{FAINT, STRONG, count, paint};

/// List the watchers: what they see, how bad that is, and whether they are on.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: watcher list --format markdown > docs/watchers.md")]
pub(crate) struct ListArgs {
    /// How to print; json is one list, markdown is docs/watchers.md.
    #[arg(long, value_enum, default_value_t)]
    format: ListFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
}

pub(super) fn run(args: &ListArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = &project::open(project)?;
    opened.tell_findings();
    let entries = listing::entries(&opened.project);
    match args.format {
        ListFormat::Text => output::print(&(text(&entries) + &routes(&opened.project)))?,
        ListFormat::Markdown => output::print_exactly(listing::markdown(&entries).as_bytes())?,
        ListFormat::Json => {
            let json = serde_json::to_value(&entries).map_err(|e| Error::usage(e.to_string()))?;
            output::print_exactly(format!("{json}\n").as_bytes())?;
        }
    }
    Ok(match entries.len() {
        _ if !opened.findings.is_empty() => Status::Findings,
        0 => Status::Nothing,
        _ => Status::Clean,
    })
}

/// Which channels get alerts instead of those that the watchers name.
fn routes(project: &Project) -> String {
    let mut text = String::new();
    for route in &project.config.routes {
        for (named, to) in &route.channels {
            let _ = writeln!(text, "  {named} → {to}  {}", paint(FAINT, &route.when.to_string()));
        }
    }
    if text.is_empty() {
        text
    } else {
        format!("\n{}\n{text}", paint(STRONG, "Routes, the first that matches decides"))
    }
}

/// What the configuration overrides, and where: ` [severity, channels: account-watcher.toml:12, 13]`.
fn overridden(entry: &Entry) -> String {
    if entry.overridden.is_empty() {
        return String::new();
    }
    let keys: Vec<&str> = entry.overridden.iter().map(|origin| origin.key).collect();
    let lines: Vec<String> = entry.overridden.iter().map(|origin| origin.line.to_string()).collect();
    format!(" [{}: account-watcher.toml:{}]", keys.join(", "), lines.join(", "))
}

fn text(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    let own = entries.iter().filter(|entry| !entry.shipped).count();
    let some_shipped = own < entries.len();
    let mut topic = "";
    for entry in entries {
        if entry.topic != topic {
            let gap = if topic.is_empty() { "" } else { "\n" };
            topic = entry.topic;
            let _ = writeln!(text, "{gap}{}", paint(STRONG, topic));
        }
        let line = format!("  {:width$}  {:8}  {}", entry.name, entry.severity, entry.title);
        let cases = entry.cases.join("; ");
        let cases = if cases.is_empty() { cases } else { format!("; {cases}") };
        let off = if entry.enabled { "" } else { " (off)" };
        let own = if some_shipped && !entry.shipped { " (own)" } else { "" };
        let overridden = overridden(entry);
        let _ = writeln!(text, "{line}{}", paint(FAINT, &format!("{cases}{own}{off}{overridden}")));
    }
    let on = entries.iter().filter(|entry| entry.enabled).count();
    let own = if some_shipped { format!("; {own} of them your own") } else { String::new() };
    let _ = writeln!(text, "{}, {on} on{own}", count(entries.len(), "watcher"));
    text
}
