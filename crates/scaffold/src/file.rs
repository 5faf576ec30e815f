//! The text of a new watcher file, with comments that say what to edit.

use std::fmt::Write;

use jiff::civil::date;
use serde_json::Value;
use watcher::{Config, Watchers};

use crate::json::Json;
use crate::statement::Statement;
use crate::subject::Field;
use watchfile::lints::of_pattern;
use watchfile::{Events, Level, Options, read_watcher};

/// A new watcher in the making.
pub(super) struct Plan<'a> {
    pub(super) name: String,
    /// How it was asked for: `s3:DeleteBucket`.
    pub(super) asked: String,
    pub(super) statement: Statement,
    pub(super) severity: &'static str,
    pub(super) channel: &'a str,
    /// Paths of the pattern, and the texts that they take.
    pub(super) pattern: Vec<(&'static str, Vec<String>)>,
    /// What is found in the pattern, and allowed.
    pub(super) allowed: Vec<Allowed>,
    /// Whether failed calls are left out.
    pub(super) only_successes: bool,
    pub(super) fields: Vec<Field>,
    /// Values that could be read too, for a comment.
    pub(super) more: Vec<String>,
    pub(super) event: Json,
    pub(super) tests: Vec<Test>,
}

/// A finding that a comment allows.
pub(super) struct Allowed {
    /// The path of the pattern where it is found.
    path: &'static str,
    lint: &'static str,
    reason: &'static str,
}

/// A test beside the one that the example event matches.
pub(super) struct Test {
    pub(super) name: String,
    /// `denied = "AccessDenied"`
    pub(super) change: String,
    pub(super) matches: bool,
}

/// How many values a comment names.
const MORE: usize = 12;

impl Plan<'_> {
    /// The file. The texts that the first test expects are rendered as they will be sent.
    pub(super) fn text(&self, positive: &str) -> String {
        let mut text = self.watcher();
        let _ = write!(text, "\n[[test]]\nname = {}\nevent = \"{}.json\"\n", quoted(positive), self.name);
        if let Some((title, message)) = self.rendered(&text) {
            let _ = write!(text, "title = {}\nmessage = {}\n", quoted(&title), quoted(&message));
        }
        for test in &self.tests {
            let _ = write!(
                text,
                "\n[[test]]\nname = {}\nevent = \"{}.json\"\n{}\n",
                quoted(&test.name),
                self.name,
                test.change
            );
            if !test.matches {
                text.push_str("matches = false\n");
            }
        }
        text
    }

    /// Allows what the linter finds in the pattern: it was recorded, so it is right.
    pub(super) fn allow_what_was_recorded(&mut self) {
        let text = self.watcher();
        let Some(file) = read_watcher(&self.name, text.clone(), &Events::default()) else { return };
        // No lint of a pattern asks for the day, and the regions are those of the event.
        let options = Options { today: date(2026, 1, 12), region: None };
        for finding in of_pattern(&file, &options).iter().filter(|finding| finding.severity > Level::Note) {
            let line = text[..finding.span.start].rfind('\n').map_or(0, |at| at + 1);
            let is_there =
                |path: &str| text[line..].strip_prefix(path).is_some_and(|rest| rest.starts_with(" = "));
            let Some((path, _)) = self.pattern.iter().find(|(path, _)| is_there(path)) else { continue };
            let lint = finding.lint.name;
            if !self.allowed.iter().any(|allowed| (allowed.path, allowed.lint) == (*path, lint)) {
                self.allowed.push(Allowed { path, lint, reason: reason(lint) });
            }
        }
    }

    fn watcher(&self) -> String {
        let Statement { title, message } = &self.statement;
        let mut text = format!(
            "# Made by `watcher new {}`.\n\
             # Edit the texts, severity and channels; then `watcher lint`, and `watcher test --update` to accept the new texts.\n\
             title    = {}\n\
             severity = \"{}\" # info, low, medium, high or critical\n\
             channels = [{}] # names from account-watcher.toml\n\
             # {{{{…}}}} is a field of this file, or actor, account, region, time, event_name, source_ip, outcome, link.\n\
             message  = {}\n\n[pattern]\n",
            self.asked,
            quoted(title),
            self.severity,
            quoted(self.channel),
            quoted(message),
        );
        for (path, values) in &self.pattern {
            for Allowed { lint, reason, .. } in self.allowed.iter().filter(|allowed| allowed.path == *path) {
                let _ = writeln!(text, "# allow: {lint} — {reason}");
            }
            let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
            let _ = writeln!(text, "{path} = [{}]", values.join(", "));
        }
        if self.only_successes {
            text.push_str(
                "# Failed calls are events too. Without this line they alert as well: then say {{outcome}}, not \"was …\".\n\
                 detail.errorCode = [{ exists = false }]\n",
            );
        }
        if self.fields.is_empty() && self.more.is_empty() {
            return text;
        }
        text.push_str("\n[fields]\n");
        for field in &self.fields {
            let paths: Vec<String> = field.paths.iter().map(|path| quoted(path)).collect();
            let _ = match paths.as_slice() {
                [one] => writeln!(text, "{} = {one}", field.name),
                several => writeln!(text, "{} = [\n    {},\n]", field.name, several.join(",\n    ")),
            };
        }
        if !self.more.is_empty() {
            let _ = writeln!(text, "# The event can have more:");
            for path in self.more.iter().take(MORE) {
                let _ = writeln!(text, "#     {path}");
            }
            if let Some(more) = self.more.len().checked_sub(MORE).filter(|more| *more > 0) {
                let _ = writeln!(text, "# and {more} others.");
            }
        }
        text
    }

    /// Title and message of the example event.
    fn rendered(&self, text: &str) -> Option<(String, String)> {
        let event: Value = serde_json::to_value(&self.event).ok()?;
        let bytes = event.to_string();
        let file_name = format!("{}.json", self.name);
        let events = [(file_name, Ok(event))].into();
        let file = read_watcher(&self.name, text.to_owned(), &events)?;
        let watchers = Watchers::new(Config::default(), vec![file.watcher]);
        // No ignores, so the day does not matter.
        let matches = watchers.deliveries(bytes.as_bytes(), date(2026, 1, 12)).ok()?;
        let delivery = matches.first()?.deliveries.first()?;
        Some((delivery.title.clone(), delivery.message.clone()))
    }
}

/// Why a finding in what was recorded is none.
fn reason(lint: &str) -> &'static str {
    match lint {
        "forgeable" => "our own application sends it",
        _ if lint.starts_with("unknown-") => "it was recorded, and the catalog does not know it",
        _ => "it was recorded so",
    }
}

/// A string as TOML, without escapes where that can be.
pub fn quoted(text: &str) -> String {
    let is_plain = !text.contains('\'') && !text.chars().any(|c| c.is_control() && c != '\n');
    if is_plain && text.contains('\n') {
        return format!("'''\n{text}'''");
    }
    toml::Value::from(text).to_string()
}
