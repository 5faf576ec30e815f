//! What comes of an event, and how it is printed: one module for each format.

pub(crate) mod envelope;
pub(crate) mod json;
pub(crate) mod text;

use event_pattern::Explanation;
use jiff::civil::Date;
use rules::{Arrival, Rules};
use watcher::{Event, Match, Watchers};
use watchfile::WatcherFile;

/// What comes of an event.
pub(crate) struct Tried<'a> {
    /// Where it was read.
    pub(crate) place: &'a str,
    pub(crate) event: Event,
    /// Whether EventBridge would deliver it; none if there are no rules because they do not fit.
    pub(crate) arrival: Option<Arrival<'a>>,
    pub(crate) watchers: &'a Watchers,
    pub(crate) matches: Vec<Match<'a>>,
    /// Of the watcher that was asked for.
    pub(crate) asked: Option<Asked<'a>>,
}

/// The watcher that was asked for by its name.
pub(crate) struct Asked<'a> {
    pub(crate) file: &'a WatcherFile,
    pub(crate) explanation: Explanation,
}

/// Tries an event.
///
/// # Errors
/// Why it is not an EventBridge event.
pub(crate) fn try_event<'a>(
    place: &'a str,
    text: &str,
    watchers: &'a Watchers,
    rules: Option<&'a Rules>,
    asked: Option<&'a WatcherFile>,
    today: Date,
) -> Result<Tried<'a>, String> {
    let event = Event::parse(text.as_bytes()).map_err(|e| e.to_string())?;
    let bytes = text.as_bytes();
    let matches = watchers.deliveries(bytes, today).map_err(|e| e.to_string())?;
    let arrival = rules.map(|rules| rules.arrival(bytes)).transpose().map_err(|e| e.to_string())?;
    let explain = |file: &'a WatcherFile| {
        let explanation = file.watcher.pattern.explain(bytes).map_err(|e| e.to_string())?;
        Ok::<_, String>(Asked { file, explanation })
    };
    let asked = asked.map(explain).transpose()?;
    Ok(Tried { place, event, arrival, watchers, matches, asked })
}

impl Tried<'_> {
    /// CloudTrail's `eventName`, else the `detail-type` of a native event.
    fn event_name(&self) -> &str {
        self.event.text("/detail/eventName").or_else(|| self.event.text("/detail-type")).unwrap_or_default()
    }

    /// The watcher that lacks the fewest keys, among those that take events of this source.
    fn nearest(&self) -> Option<&str> {
        let text = self.event.value().to_string();
        let lacking = |watcher: &watcher::Watcher| {
            let explanation = watcher.pattern.explain(text.as_bytes()).ok()?;
            let nearest = explanation.alternatives.into_iter().next()?;
            let keys = watcher.pattern.alternatives()[nearest.index].fields().len();
            let other_source = nearest.failures.iter().any(|failure| failure.path == "source");
            (!other_source && nearest.failures.len() < keys).then_some(nearest.failures.len())
        };
        let near =
            self.watchers.iter().filter_map(|watcher| Some((lacking(watcher)?, watcher.name.as_str())));
        near.min_by_key(|(lacking, _)| *lacking).map(|(_, name)| name)
    }
}
