//! `watcher try --pattern`: events against one event pattern, as AWS's test-event-pattern answers.

use std::fs;
use std::path::{Path, PathBuf};

use event_pattern::{Explanation, Pattern};
use serde_json::{Value, json};

use crate::exit::{Error, Status};
use crate::format::Format;
use crate::style::{CAUTION, GOOD, indent, paint};
use crate::tried::{envelope, json::alternatives};
use crate::{output, values};

pub(super) fn run(file: &Path, paths: &[PathBuf], format: Format) -> Result<Status, Error> {
    let pattern = read(file)?;
    let found = values::read(paths);
    if found.is_empty() {
        output::complain("there are no events in the input");
        return Ok(Status::Nothing);
    }
    let mut status = Status::Clean;
    for event in &found {
        let text = event.text.as_ref().map_err(Clone::clone);
        match text.and_then(|text| Ok((text, explain(&pattern, text)?))) {
            Err(why) => {
                output::complain(&format!("{}: {why}", event.place));
                status = Status::Unusable;
            }
            Ok((text, explanation)) => {
                if !explanation.matched {
                    status = status.max(Status::Findings);
                }
                match format {
                    Format::Json => output::print_exactly(line(text, &explanation).as_bytes())?,
                    Format::Text => output::print(&told(&event.place, &explanation))?,
                }
            }
        }
    }
    Ok(status)
}

fn read(file: &Path) -> Result<Pattern, Error> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|e| Error::usage(format!("{name}: cannot be read: {e}")))?;
    Pattern::parse(&text).map_err(|error| {
        let reason = error.reason().lines().next().unwrap_or_default();
        Error::usage(format!(
            "{name}: {error} (EventBridge says: Event pattern is not valid. Reason: {reason})"
        ))
    })
}

fn explain(pattern: &Pattern, event: &str) -> Result<Explanation, String> {
    envelope::check(event)?;
    pattern.explain(event.as_bytes()).map_err(|e| e.to_string())
}

fn told(place: &str, explanation: &Explanation) -> String {
    if explanation.matched {
        return format!("{place}: {}\n", paint(GOOD, "matches"));
    }
    format!("{place}: {}\n{}", paint(CAUTION, "does not match"), indent(&explanation.to_string(), 2))
}

fn line(event: &str, explanation: &Explanation) -> String {
    let event: Value = serde_json::from_str(event).unwrap_or_default();
    let line = json!({
        "event_id": event["id"],
        "result": explanation.matched,
        "alternatives": alternatives(explanation),
    });
    format!("{line}\n")
}
