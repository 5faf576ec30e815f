//! Which watchers are meant: by name, tag, severity or source of their events.

use event_pattern::Candidate;
use serde_json::json;
use watcher::{Severity, Watcher};

use crate::renames::{Renames, Unknown};
use crate::severity::severity_named;
use crate::suggest::did_you_mean;
use crate::table::{Report, Span, Text};

/// What stands before the colon of a selector.
const KINDS: [&str; 3] = ["tag", "severity", "source"];

/// Selects watchers by what their files say, never by what an override makes of them.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    /// As written.
    pub(crate) text: String,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    /// Each of these is a text in which `*` stands for any characters.
    Name(Candidate),
    Tag(Candidate),
    Source(Candidate),
    Severity(Severity),
}

impl Selector {
    /// Reads `s3-*`, `tag:cis-4.*`, `severity:low` or `source:aws.iam`.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub(crate) fn parse(text: &str) -> Result<Selector, (String, String)> {
        let by = match text.split_once(':') {
            None if text.is_empty() => return Err(("it names no watcher".to_owned(), help())),
            None => By::Name(glob(text)?),
            Some((kind @ ("tag" | "source"), "")) => {
                return Err((format!("`{kind}:` names nothing"), help()));
            }
            Some(("tag", tag)) => By::Tag(glob(tag)?),
            Some(("source", source)) => By::Source(glob(source)?),
            Some(("severity", name)) => By::Severity(severity_named(name)?),
            Some((kind, _)) => {
                let help = did_you_mean(kind, KINDS).unwrap_or_else(|| {
                    "write a watcher's name, `tag:…`, `severity:…` or `source:…`; `*` stands for any characters"
                        .to_owned()
                });
                return Err((format!("`{kind}:` selects nothing"), help));
            }
        };
        Ok(Selector { text: text.to_owned(), by })
    }

    /// Whether the watcher is meant, as its file says it, with its tags.
    pub(crate) fn selects(&self, written: &Watcher, tags: &[String]) -> bool {
        match &self.by {
            By::Name(name) => name.matches_text(&written.name),
            By::Tag(tag) => tags.iter().any(|text| tag.matches_text(text)),
            By::Severity(severity) => written.severity == *severity,
            By::Source(source) => written.pattern.alternatives().iter().any(|alternative| {
                let named = alternative.get("source").into_iter().flatten().filter_map(Candidate::as_str);
                named.into_iter().any(|text| source.matches_text(text))
            }),
        }
    }

    /// Whether it is the name of one watcher.
    pub(crate) fn is_name(&self) -> bool {
        matches!(self.by, By::Name(_)) && !self.text.contains('*')
    }

    /// Whether a watcher of that name would be meant, whatever its file says.
    pub(crate) fn names(&self, name: &str) -> bool {
        matches!(&self.by, By::Name(names) if names.matches_text(name))
    }

    /// That it selects none of the watchers with these names, and what to do.
    pub(crate) fn nothing<'a>(
        &self,
        names: impl Iterator<Item = &'a str> + Clone,
        renames: &Renames,
    ) -> Unknown {
        let text = &self.text;
        let By::Name(glob) = &self.by else { return self.selects_none(None) };
        if self.is_name() {
            return renames.unknown(text, names);
        }
        let former = renames.names().find(|old| glob.matches_text(old));
        self.selects_none(former.map(|old| renames.unknown(old, names)))
    }

    /// `former`: what became of a watcher that it would have selected.
    fn selects_none(&self, former: Option<Unknown>) -> Unknown {
        let message = format!("`{}` selects no watcher", self.text);
        match former {
            Some(former) => {
                Unknown { message: format!("{message}: {}", former.message), help: former.help, now: None }
            }
            None => Unknown {
                message,
                help: "`watcher list --format json` has names, tags and severities".to_owned(),
                now: None,
            },
        }
    }
}

/// The selectors with their places; what is wrong is reported and left out.
pub(crate) fn parsed(report: &Report, texts: Vec<Text<'_>>) -> Vec<(Selector, Span)> {
    let mut selectors = Vec::new();
    for text in texts {
        match Selector::parse(text.value) {
            Ok(selector) => selectors.push((selector, text.span)),
            Err((message, help)) => report.invalid_value(text.span, message, help),
        }
    }
    selectors
}

fn help() -> String {
    "`*` stands for any characters: write for example `s3-*` or `tag:cis-4.*`".to_owned()
}

/// A text in which `*` stands for any characters, as in a pattern's `wildcard`.
fn glob(text: &str) -> Result<Candidate, (String, String)> {
    let candidate = json!({"wildcard": text}).to_string().parse();
    candidate.map_err(|_| (format!("`{text}` has two `*` in a row, or a `\\` that escapes nothing"), help()))
}
