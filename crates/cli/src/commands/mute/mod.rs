//! `watcher mute`: an ignore with a reason and an end, made of an event that somebody does not want to hear of for now.

mod change;

use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;
use scaffold::{Fact, facts, ignore};
use serde_json::Value;
use watcher::Match;
use watchfile::WatcherFile;

use self::change::Change;
use crate::exit::{Error, Status};
use crate::project::{self, Opened};
use crate::style::{STRONG, paint};
use crate::{diff, events, output, saved};

/// Ignore, for a time and with a reason, what an event shows.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct MuteArgs {
    /// The event, in any form that `watcher try` reads; `-` is standard input.
    #[arg(value_name = "EVENT")]
    event: PathBuf,

    /// Which of several events, by its id: the button of the alert has it.
    #[arg(long, value_name = "EVENT-ID")]
    id: Option<String>,

    /// Which watcher, if several alert for the event.
    #[arg(long, value_name = "NAME")]
    watcher: Option<String>,

    /// Why nobody needs to hear of it; the log says it for each event that is ignored.
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// The last day on which it is ignored.
    #[arg(long, value_name = "DATE", required_unless_present = "days")]
    until: Option<Date>,

    /// For so many days, today included, instead of a date.
    #[arg(long, value_name = "DAYS", conflicts_with = "until", value_parser = clap::value_parser!(u16).range(1..=3660))]
    days: Option<u16>,

    /// What is compared: who, call, account, region, from, or fields of the watcher. All of them must be the same.
    #[arg(long, value_name = "FACT", value_delimiter = ',', default_value = "who")]
    by: Vec<String>,

    /// Write an override into account-watcher.toml, also for a watcher whose file is yours.
    #[arg(long = "override")]
    overriding: bool,

    /// Print what would change, and write nothing.
    #[arg(long)]
    diff: bool,

    /// The day that `--days` counts from and ignores end by [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

const HELP: &str = "\
It goes into the watcher's own file; for a shipped watcher, in a repository with [shipped], it is an override in
account-watcher.toml. Nothing is written unless the event is ignored by it and the watcher's tests pass as before. The function
still counts what is ignored: it is in the metric Ignored and, with the reason, in the log.

`who` is the role in all its sessions, the user, or the person who uses a role through IAM Identity Center.

Examples:
  watcher mute event.json --reason \"the migration deletes its buckets\" --days 7
  watcher mute event.json --reason \"planned, see CHG-12\" --until 2027-01-31 --by who,bucket
  watcher mute logs/ --id 0a1b2c3d-0000-4000-8000-000000000000 --reason \"a test account\" --days 30 --by account
  watcher mute --diff event.json --reason \"…\" --days 1

Exit codes:
  0  the event is ignored from now on, or --diff showed how
  1  the project would have findings or failed tests then; nothing is written
  2  bad usage, an event that no watcher alerts for, or a fact that it does not show; nothing is written";

pub(super) fn run(args: &MuteArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = project::open(project)?;
    opened.tell_findings();
    if let Some(name) = args.watcher.as_deref().filter(|name| opened.project.watcher(name).is_none()) {
        return Err(opened.unknown(name));
    }
    let today = super::day(args.today);
    let until = args.until.or_else(|| today.checked_add((i64::from(args.days?) - 1).days()).ok());
    let until = until.filter(|until| *until >= today).ok_or_else(|| {
        Error::usage(format!("the ignore would have ended before today, {today}: give a later day"))
    })?;
    if args.reason.trim().is_empty() {
        return Err(Error::usage("the reason is empty: say why nobody needs to hear of it"));
    }
    let (place, text) = events::one(&args.event, args.id.as_deref())?;
    let event: Value = serde_json::from_str(&text).map_err(|e| Error::usage(format!("{place}: {e}")))?;
    let file = alerting(&opened, args.watcher.as_deref(), &place, &text, today)?;
    let facts = facts(&event, &file.watcher.fields);
    let facts = chosen(&facts, &args.by)?;
    let ignore = ignore(&facts, args.reason.trim(), until);
    let change = Change::of(&opened, file, &ignore, args.overriding)?;
    if !change.is_right(&opened, file, &text, args.reason.trim(), today)? {
        return Ok(Status::Findings);
    }
    let shown = opened.folder.show(&change.path);
    if args.diff {
        let (before, after) = (watchfile::mask_config(&change.before), watchfile::mask_config(&change.after));
        output::print(&diff::unified(&shown, &before, &after))?;
        return Ok(Status::Clean);
    }
    saved::replace(&opened.folder.root().join(&change.path), &change.before, &change.after)
        .map_err(|why| Error::usage(format!("{shown}: {why}")))?;
    let facts: Vec<String> = facts.iter().map(|fact| format!("{} {}", fact.name, fact.value)).collect();
    output::print(&format!(
        "{}: {} is silent until {until} for {}\n",
        paint(STRONG, &shown),
        file.watcher.name,
        facts.join(", ")
    ))?;
    Ok(Status::Clean)
}

/// The watcher that alerts for the event.
fn alerting<'a>(
    opened: &'a Opened,
    name: Option<&str>,
    place: &str,
    event: &str,
    today: Date,
) -> Result<&'a WatcherFile, Error> {
    let watchers = opened.project.watchers();
    let matches =
        watchers.deliveries(event.as_bytes(), today).map_err(|e| Error::usage(format!("{place}: {e}")))?;
    let is_asked = |found: &&Match<'_>| name.is_none_or(|name| found.watcher.name == name);
    let found: Vec<&Match<'_>> = matches.iter().filter(is_asked).collect();
    let alerting: Vec<&str> = found
        .iter()
        .filter(|found| found.ignored.is_none())
        .map(|found| found.watcher.name.as_str())
        .collect();
    match (&alerting[..], &found[..]) {
        ([one], _) => Ok(opened.project.watcher(one).expect("it matched")),
        ([], []) => {
            let who = name
                .map_or_else(|| "no watcher alerts".to_owned(), |name| format!("`{name}` does not alert"));
            Err(Error::usage(format!("{place}: {who} for this event: `watcher try` says why")))
        }
        ([], [found, ..]) => Err(Error::usage(format!(
            "{place}: `{}` ignores this event already: {}",
            found.watcher.name,
            found.ignored.unwrap_or_default()
        ))),
        (several, _) => Err(Error::usage(format!(
            "{place}: several watchers alert for this event: name one with --watcher: {}",
            several.join(", ")
        ))),
    }
}

/// The facts that are asked for.
fn chosen<'a>(facts: &'a [Fact], by: &[String]) -> Result<Vec<&'a Fact>, Error> {
    by.iter()
        .map(|name| {
            facts.iter().find(|fact| fact.name == *name).ok_or_else(|| {
                let shown: Vec<String> =
                    facts.iter().map(|fact| format!("\n  {} {}", fact.name, fact.value)).collect();
                Error::usage(format!(
                    "the event does not show `{name}`, or a pattern cannot compare it: use --by with one of{}",
                    shown.concat()
                ))
            })
        })
        .collect()
}
