//! `watcher try`: what would be sent for events.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rules::Rules;
use watcher::Watchers;
use watchfile::WatcherFile;

use super::try_pattern;
use crate::exit::{Error, Status};
use crate::format::Format;
use crate::project::{self, Opened};
use crate::tried::{self, Tried};
use crate::{events, output};

/// Show what each channel would get for an event.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct TryArgs {
    /// Files or folders with events, in any form listed below; `-` is standard input.
    #[arg(required = true, value_name = "EVENT")]
    pub(crate) events: Vec<PathBuf>,

    /// Say why this watcher does not match: which key of its pattern, what it expects, what the event has.
    #[arg(long, value_name = "NAME")]
    pub(crate) watcher: Option<String>,

    /// Try the events against the event pattern in this file instead, as AWS's test-event-pattern does.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["watcher", "today"])]
    pub(crate) pattern: Option<PathBuf>,

    /// How to print; json is one line for each event.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

const HELP: &str = "\
Events are recognized by content, in every form that docs/backtest.md lists: EventBridge events (one, several one after the
other, JSON Lines, a list), CloudTrail log files and folders of them, the answer of `aws cloudtrail lookup-events`, downloads
of the event history, exports and query results of CloudTrail Lake, Athena and log groups, messages of queues; plain, gzip,
zstd or UTF-16. Of a
record the event is tried that EventBridge would make of it. What is printed for a channel is exactly what is sent. A
file with findings is reported on standard error, and the other watchers are tried.

Examples:
  watcher try tests/events/s3-bucket-deleted.json
  watcher try --watcher s3-bucket-deleted event.json
  watcher try AWSLogs/123456789012/CloudTrail/eu-west-1/2026/01/12
  watcher try --format json - < events.jsonl | jq .watchers
  watcher try --pattern pattern.json event.json

--pattern needs no project, and takes EventBridge events only. Like AWS it asks for an event with id, detail-type, source, account, time and region; the
JSON line is {\"event_id\", \"result\", \"alternatives\"}.

Exit codes:
  0  all events were tried, whether a watcher matched or not
  1  the project has findings, or --watcher or --pattern does not match an event
  2  bad usage, or something that is not an EventBridge event or pattern (other events are still tried)
  3  no events";

pub(super) fn run(args: &TryArgs, project: Option<&Path>) -> Result<Status, Error> {
    match &args.pattern {
        Some(pattern) => try_pattern::run(pattern, &args.events, args.format),
        None => of_project(&project::open(project)?, args),
    }
}

fn of_project(opened: &Opened, args: &TryArgs) -> Result<Status, Error> {
    let asked = match &args.watcher {
        None => None,
        Some(name) if opened.is_faulty(name) => {
            opened.tell_findings();
            output::complain(&format!("watcher `{name}` cannot be tried before its findings are fixed"));
            return Ok(Status::Findings);
        }
        Some(name) => Some(opened.project.watcher(name).ok_or_else(|| opened.unknown(name))?),
    };
    opened.tell_findings();
    let deployed = opened.project.watchers();
    // Rules that do not fit are among the findings.
    let rules = Rules::generate(&deployed).ok();
    let watchers = match asked {
        Some(file) => Watchers::new(opened.project.config.clone(), vec![file.watcher.clone()]),
        None => deployed,
    };
    let today = super::day(args.today);

    let found = events::read(&args.events);
    if found.is_empty() {
        output::complain("there are no events in the input");
        return Ok(Status::Nothing);
    }
    let mut status = if opened.findings.is_empty() { Status::Clean } else { Status::Findings };
    let mut first = true;
    for event in &found {
        let tried =
            event.text.as_ref().map_err(Clone::clone).and_then(|text| {
                tried::try_event(&event.place, text, &watchers, rules.as_ref(), asked, today)
            });
        match tried {
            Err(why) => {
                output::complain(&format!("{}: {why}", event.place));
                status = Status::Unusable;
            }
            Ok(tried) => {
                if !matches_what_was_asked(&tried, asked) {
                    status = status.max(Status::Findings);
                }
                match args.format {
                    Format::Json => output::print_exactly(tried::json::tried(&tried).as_bytes())?,
                    Format::Text if first => output::print(&tried::text::tried(&tried))?,
                    Format::Text => output::print(&format!("\n{}", tried::text::tried(&tried)))?,
                }
                first = false;
            }
        }
    }
    Ok(status)
}

fn matches_what_was_asked(tried: &Tried<'_>, asked: Option<&WatcherFile>) -> bool {
    asked.is_none() || !tried.matches.is_empty()
}
