//! What a name in a file is.

use std::ops::Range;

use event_pattern::Pattern;
use watcher::Path;
use watchfile::lints;

use crate::context::Context;
use crate::document::Document;
use crate::keys::Node;
use crate::markdown::{code, codes};
use crate::part::{Part, Role};
use crate::scope::{Scope, event_path};
use crate::tag::{self, Word};
use crate::{event_path as paths, example, facts, words};

/// What is shown of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hover {
    /// The bytes of the name.
    pub span: Range<usize>,
    /// What it is.
    pub markdown: String,
}

/// What the name at this byte is, if something is known of it.
pub fn hover(text: &str, offset: usize, context: &Context<'_>) -> Option<Hover> {
    let document = Document::read(text);
    let part = document.at(offset)?;
    let scope = Scope::of(&document);
    let hovered = Hovered { text, offset, context, part, scope };
    match part.role {
        Role::Comment => hovered.lint(),
        Role::Key | Role::Header => hovered.key(),
        Role::Text => hovered.value(),
        Role::Value => None,
    }
}

/// A part of a file, and the byte in it.
struct Hovered<'a> {
    text: &'a str,
    offset: usize,
    context: &'a Context<'a>,
    part: &'a Part,
    scope: Scope,
}

impl Hovered<'_> {
    /// A lint that a comment allows.
    fn lint(&self) -> Option<Hover> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let before =
            self.text[self.part.span.start..self.offset].chars().rev().take_while(|c| is_name(*c)).count();
        let after = self.text[self.offset..self.part.span.end].chars().take_while(|c| is_name(*c)).count();
        let span = self.offset - before..self.offset + after;
        let lint = lints::find(&self.text[span.clone()])?;
        shown(
            span,
            format!(
                "{} ({})\n\n{}",
                code(lint.name),
                lint.level.as_str(),
                lint.what.to_owned() + ". " + lint.why
            ),
        )
    }

    fn key(&self) -> Option<Hover> {
        let path = self.part.names();
        if let [.., "fields", name] = path.as_slice()
            && self.part.role == Role::Key
        {
            return shown(self.part.span.clone(), self.variable(name)?);
        }
        if let Some(about) = Node::at(self.context.kind, &path).and_then(Node::about) {
            let name = path.last()?;
            return shown(self.part.span.clone(), format!("{}: {about}", code(name)));
        }
        let below = below_pattern(&self.part.path)?;
        let about = paths::about(&event_path(below), &self.scope, self.context)?;
        shown(self.part.span.clone(), about)
    }

    fn value(&self) -> Option<Hover> {
        let inner = self.part.inner.clone();
        let path = self.part.names();
        let text = &self.text[inner.clone()];
        let within = self.offset.checked_sub(inner.start).filter(|at| *at <= text.len());
        match path.as_slice() {
            ["title" | "message" | "attempt"] => self.word(&tag::at(text, within?)?),
            ["case", "when"] => self.word(&tag::at_condition(text, within?)?),
            ["pattern"] => self.json_pattern(within?),
            ["fields", _] => self.json_path(within?),
            ["group" | "override", .., "by"] => shown(inner, self.variable(text)?),
            ["test", "event"] => {
                let is_there = self.context.project.fixtures.iter().any(|name| name == text);
                let missing = if is_there { "" } else { ", which is not there" };
                shown(inner, format!("The file {}{missing}.", code(&format!("tests/events/{text}"))))
            }
            [.., "channels"] | ["route", "channels", _] => shown(inner, self.channel(text)?),
            ["override", "watchers"] => {
                let project = self.context.project;
                // One that has a fault at the moment has a title too.
                let file =
                    project.watcher(text).or_else(|| project.file(&format!("watchers/{text}.toml")))?;
                shown(inner, format!("{}: {}", code(text), file.written().title.source()))
            }
            _ => {
                let below = below_pattern(&self.part.path)?;
                let about = facts::about(&event_path(below).join("."), text, &self.scope)?;
                shown(inner, about)
            }
        }
    }

    fn channel(&self, name: &str) -> Option<String> {
        let channel = self.context.project.config.channels.get(name)?;
        let kind = channel.kind().spec();
        Some(format!("{}: {} – {}", code(name), code(kind.name), kind.description))
    }

    /// A word of a template or a condition.
    fn word(&self, word: &Word) -> Option<Hover> {
        let inner = self.part.inner.start;
        let span = inner + word.range.start..inner + word.range.end;
        let written = &self.text[span.clone()];
        let (first, rest) = written.split_once('.').unwrap_or((written, ""));
        if first == "event" && !rest.is_empty() {
            let names: Vec<&str> = rest.split('.').filter(|name| !name.is_empty()).collect();
            return shown(span, paths::about(&names, &self.scope, self.context)?);
        }
        if let Some(about) = self.variable(first) {
            return shown(span.start..span.start + first.len(), about);
        }
        let (_, form, about) = words::HELPERS.iter().find(|(name, ..)| *name == first)?;
        shown(span, format!("{}: {about}", code(&format!("{{{{{form}}}}}"))))
    }

    /// A field of the file, or a standard variable, with its value in the example.
    fn variable(&self, name: &str) -> Option<String> {
        let is_field = self.scope.fields.iter().any(|field| field == name);
        let about = if is_field {
            let document = Document::read(self.text);
            let found: Vec<&str> = document
                .texts()
                .filter(|(part, _)| {
                    part.path.first().is_some_and(|first| first == "fields") && part.path[1..] == [name]
                })
                .map(|(_, text)| text)
                .collect();
            format!("{}: a field of this watcher, {}", code(name), codes(found, 5))
        } else {
            let (_, about) = words::VARIABLES.iter().find(|(known, _)| *known == name)?;
            format!("{}: {about}", code(name))
        };
        let value =
            if name == "event" { None } else { example::printed(self.context, &format!("{{{{{name}}}}}")) };
        Some(match value {
            Some(value) => format!("{about}\n\nIn the example: {}", code(&value)),
            None => about,
        })
    }

    /// A name in `$.detail…`.
    fn json_path(&self, within: usize) -> Option<Hover> {
        let text = &self.text[self.part.inner.clone()];
        let parsed = Path::parse_all(text);
        let names: Vec<(&str, Range<usize>)> = parsed.names().collect();
        let at = names.iter().position(|(_, range)| (range.start..=range.end).contains(&within))?;
        let path: Vec<&str> = names[..=at].iter().map(|(name, _)| *name).collect();
        let range = &names[at].1;
        let start = self.part.inner.start;
        shown(start + range.start..start + range.end, paths::about(&path, &self.scope, self.context)?)
    }

    /// A name in a pattern that is JSON.
    fn json_pattern(&self, within: usize) -> Option<Hover> {
        let start = self.part.inner.start;
        let text = &self.text[self.part.inner.clone()];
        // Escapes would move the places.
        if text.contains('\\') {
            return None;
        }
        for condition in &Pattern::parse_all(text).conditions {
            if let Some((candidate, range)) =
                condition.candidates().find(|(_, range)| range.contains(&within))
            {
                let about = facts::about(&condition.path, candidate.as_str()?, &self.scope)?;
                return shown(start + range.start..start + range.end, about);
            }
            let key = &condition.place.key;
            if key.contains(&within) {
                let names: Vec<&str> = condition.path.split('.').collect();
                let about = paths::about(&names, &self.scope, self.context)?;
                return shown(start + key.start..start + key.end, about);
            }
        }
        None
    }
}

#[expect(clippy::unnecessary_wraps, reason = "it ends functions that may find nothing")]
fn shown(span: Range<usize>, markdown: impl Into<String>) -> Option<Hover> {
    Some(Hover { span, markdown: markdown.into() })
}

/// The keys below a pattern, wherever one stands: of a watcher, an ignore, a route; or of the changes of a test's event.
pub(crate) fn below_pattern(path: &[String]) -> Option<&[String]> {
    let at = path.iter().take(3).position(|key| ["pattern", "when", "with"].contains(&key.as_str()))?;
    Some(&path[at + 1..])
}
