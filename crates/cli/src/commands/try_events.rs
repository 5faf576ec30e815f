//! `watcher try`: what would be sent for events.

use rules::Rules;
use watcher::Watchers;
use watchfile::WatcherFile;

use crate::args::{Format, TryArgs};
use crate::exit::{Error, Status};
use crate::project::Opened;
use crate::tried::{self, Tried};
use crate::{events, output};

pub(super) fn run(opened: &Opened, args: &TryArgs) -> Result<Status, Error> {
    let asked = match &args.watcher {
        None => None,
        Some(name) if opened.is_faulty(name) => {
            opened.tell_findings();
            output::complain(&format!("watcher `{name}` cannot be tried before its findings are mended"));
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
