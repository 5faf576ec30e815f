//! What can be written at a place.

use std::ops::Range;

use watcher::Path;
use watchfile::{OPERATORS, lints};

use crate::context::Context;
use crate::document::{self, Document};
use crate::hover::below_pattern;
use crate::keys::Node;
use crate::part::{ELEMENT, Place, Role, names};
use crate::scope::{Scope, event_path};
use crate::tag::{self, Word};
use crate::values::{Completion, Shown, Values, completion};
use crate::{event_path as paths, words};

/// What is offered at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Completions {
    /// The bytes that a chosen one takes the place of.
    pub span: Range<usize>,
    /// In the order in which they are shown.
    pub items: Vec<Completion>,
    /// Whether there are more, of which some may come when more is typed.
    pub is_incomplete: bool,
}

/// Without a service there are 20,000 event names.
const MOST: usize = 200;

/// What can be written in front of this byte.
pub fn complete(text: &str, offset: usize, context: &Context<'_>) -> Completions {
    let Some(place) = document::place(text, offset) else { return Completions::default() };
    let document = Document::read(text);
    let scope = Scope::of(&document);
    let completing = Completing { text, offset, context, scope, document, place };
    match completing.place.role {
        Role::Comment => completing.comment(),
        Role::Key | Role::Header => completing.key(),
        Role::Text | Role::Value => completing.value(),
    }
}

struct Completing<'a> {
    text: &'a str,
    offset: usize,
    context: &'a Context<'a>,
    scope: Scope,
    document: Document<'a>,
    place: Place,
}

fn at(span: Range<usize>, items: Vec<Completion>) -> Completions {
    Completions { span, items, is_incomplete: false }
}

impl Completing<'_> {
    /// The lints that a comment can allow.
    fn comment(&self) -> Completions {
        let before = &self.text[self.place.written.start..self.offset];
        let Some(list) = before.trim_start_matches('#').trim_start().strip_prefix("allow:") else {
            return Completions::default();
        };
        if list.contains(['—', ':']) || list.contains(" - ") {
            return Completions::default();
        }
        let typed = list.rsplit([',', ' ']).next().unwrap_or_default().len();
        let lints = lints::all().iter().filter(|lint| !lint.is_of_reading());
        let items = lints.map(|lint| completion(lint.name, Shown::Value, lint.what)).collect();
        at(self.offset - typed..self.offset, items)
    }

    fn key(&self) -> Completions {
        let Place { path, written, role, table } = &self.place;
        let is_header = *role == Role::Header;
        let written = written.clone();
        if !is_header && let Some(below) = below_pattern(path) {
            if below.iter().any(|key| key == ELEMENT) {
                let operators =
                    OPERATORS.map(|name| completion(name, Shown::Key, "an operator of EventBridge"));
                return at(written, operators.into());
            }
            let names = event_path(below);
            let items = paths::keys(&names, &self.scope, self.context);
            let items =
                items.into_iter().map(|key| completion(bare(&key.name), Shown::Field, key.from)).collect();
            return at(written, items);
        }
        if !is_header && path.last().is_some_and(|key| key == "fields") && path.len() > 1 {
            let items = self.scope.fields.iter().map(|name| completion(name, Shown::Field, "a field"));
            return at(written, items.collect());
        }
        let Some(node) = Node::at(self.context.kind, &names(path)) else {
            return Completions::default();
        };
        let is_there = |name: &str| {
            self.document.parts.iter().any(|part| {
                part.role == Role::Key
                    && part.table == *table
                    && part.span != written
                    && part.path.len() == path.len() + 1
                    && part.path.last().is_some_and(|last| last == name)
            })
        };
        let keys = node.keys().filter(
            |(name, key)| {
                if is_header { key.header().is_some() } else { !is_there(name) }
            },
        );
        let items = keys.map(|(name, key)| completion(name, Shown::Key, key.about().unwrap_or_default()));
        at(written.clone(), items.collect())
    }

    fn value(&self) -> Completions {
        let path = names(&self.place.path);
        let written = self.place.written.clone();
        let is_text = self.place.role == Role::Text;
        let within = || (self.text.get(written.clone()), self.offset.checked_sub(written.start));
        match (path.as_slice(), within()) {
            (["title" | "message" | "attempt"], (Some(text), Some(at))) if is_text => {
                self.word(tag::at(text, at))
            }
            (["case", "when"], (Some(text), Some(at))) if is_text => self.word(tag::at_condition(text, at)),
            (["fields", _], (Some(text), Some(at))) if is_text => self.json_path(text, at),
            _ => {
                let values = Values { context: self.context, scope: &self.scope, document: &self.document };
                let mut found = values.at(&self.place);
                if !is_text {
                    found
                        .iter_mut()
                        .filter(|it| it.shown != Shown::Key)
                        .for_each(|it| it.text = format!("\"{}\"", it.text));
                }
                let typed = self.text[written.start..self.offset].to_lowercase();
                let is_incomplete = found.len() > MOST * 10;
                if is_incomplete {
                    found.retain(|it| it.text.to_lowercase().trim_start_matches('"').starts_with(&typed));
                    found.truncate(MOST);
                }
                Completions { span: written, items: found, is_incomplete }
            }
        }
    }

    /// A word of a template or a condition.
    fn word(&self, word: Option<Word>) -> Completions {
        let Some(word) = word else { return Completions::default() };
        let start = self.place.written.start;
        let span = start + word.range.start..start + word.range.end;
        let typed = &self.text[span.start..self.offset];
        if let Some(rest) = typed.strip_prefix("event.") {
            let mut names: Vec<&str> = rest.split('.').collect();
            let last = names.pop().unwrap_or_default();
            let items = paths::keys(&names, &self.scope, self.context);
            // Handlebars takes any other name in brackets.
            let name = |name: &str| if is_bare(name) { name.to_owned() } else { format!("[{name}]") };
            let items = items.into_iter().map(|key| completion(name(&key.name), Shown::Field, key.from));
            return at(self.offset - last.len()..span.end, items.collect());
        }
        let fields =
            self.scope.fields.iter().map(|name| completion(name, Shown::Variable, "a field of this watcher"));
        let hidden = |name: &&(&str, &str)| !self.scope.fields.iter().any(|field| field == name.0);
        let standard = words::VARIABLES.iter().filter(hidden);
        let standard = standard.map(|(name, about)| completion(*name, Shown::Variable, *about));
        let helpers = words::HELPERS
            .iter()
            .filter(|(_, form, _)| word.may_call && word.is_block == form.starts_with('#'));
        let helpers =
            helpers.map(|(name, form, about)| completion(*name, Shown::Function, format!("{form}: {about}")));
        let variables = fields.chain(standard).filter(|_| !word.is_block);
        at(span, variables.chain(helpers).collect())
    }

    /// A name in `$.detail…`.
    fn json_path(&self, text: &str, within: usize) -> Completions {
        let typed = &text[..within];
        if !typed.starts_with('$') {
            let items =
                [("$.detail.", "CloudTrail's record, or the service's own fields"), ("$.", "the event")];
            let items = items.map(|(path, about)| completion(path, Shown::Field, about)).into();
            return at(self.place.written.clone(), items);
        }
        let Some(dot) = typed.rfind('.') else { return Completions::default() };
        let parsed = Path::parse_all(&typed[..dot]);
        let names: Vec<&str> = parsed.names().map(|(name, _)| name).collect();
        if typed[dot..].contains(['[', ']', '(', ')', '\'', '"']) || !parsed.errors.is_empty() {
            return Completions::default();
        }
        let start = self.place.written.start;
        let items = paths::keys(&names, &self.scope, self.context)
            .into_iter()
            .filter(|key| watcher::is_shorthand(&key.name));
        let items = items.map(|key| completion(key.name, Shown::Field, key.from)).collect();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = text[within..].chars().take_while(|c| is_word(*c)).count();
        at(start + dot + 1..self.offset + rest, items)
    }
}

/// Whether a name needs no quotes as a key of TOML.
fn is_bare(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

fn bare(name: &str) -> String {
    if is_bare(name) { name.to_owned() } else { format!("\"{}\"", name.replace('"', "\\\"")) }
}
