//! The texts that fit a place: names of AWS, of the project and of the file.

use std::collections::BTreeSet;

use aws_facts::catalog::{Catalog, Native, Service};
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use aws_facts::regions;

use crate::context::{Context, Kind};
use crate::document::Document;
use crate::hover::below_pattern;
use crate::keys::Node;
use crate::part::{Place, Role, names};
use crate::scope::{Scope, event_path};
use crate::{facts, words};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What is written; quotes stand around it where the place has none.
    pub text: String,
    /// What it is, for the editor's sign beside it.
    pub shown: Shown,
    /// A few words beside it.
    pub detail: String,
}

/// As what an editor shows a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A key of the file.
    Key,
    /// A key of the event.
    Field,
    /// A variable of templates.
    Variable,
    /// A helper of templates.
    Function,
    /// Any other name.
    Value,
}

pub(crate) fn completion(text: impl Into<String>, shown: Shown, detail: impl Into<String>) -> Completion {
    Completion { text: text.into(), shown, detail: detail.into() }
}

/// What there is to choose from.
pub(crate) struct Values<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) scope: &'a Scope,
    pub(crate) document: &'a Document<'a>,
}

impl Values<'_> {
    /// The texts that can stand at a path.
    pub(crate) fn at(&self, place: &Place) -> Vec<Completion> {
        let value = |name: &str, detail: &str| completion(name, Shown::Value, detail);
        let (path, is_text) = (names(&place.path), place.role == Role::Text);
        match path.as_slice() {
            [.., "channels"] | ["route", "channels", _] => self.channels(),
            ["test", "event"] => {
                self.context.project.fixtures.iter().map(|name| value(name, "tests/events")).collect()
            }
            ["override", "watchers"] if self.context.kind == Kind::Config => self.selectors(),
            [.., "group", "by"] => {
                let variables = words::VARIABLES.iter().filter(|(name, _)| *name != "event");
                let fields = self.scope.fields.iter().map(|name| value(name, "a field"));
                fields.chain(variables.map(|(name, about)| value(name, about))).collect()
            }
            _ => {
                if let Some(below) = below_pattern(&place.path) {
                    return self.of_event(&event_path(below).join("."));
                }
                let Some(node) = Node::at(self.context.kind, &path) else { return Vec::new() };
                if node.is_flag() && !is_text {
                    return ["true", "false"].map(|flag| completion(flag, Shown::Key, "")).into();
                }
                node.words().into_iter().map(|word| value(word, "")).collect()
            }
        }
    }

    /// The texts that a pattern can take at a path of the event.
    fn of_event(&self, path: &str) -> Vec<Completion> {
        let value = |name: &str, detail: &str| completion(name, Shown::Value, detail);
        let services = self.scope.services();
        match path {
            "source" => sources(),
            "detail.eventSource" => {
                let named =
                    services.iter().map(|service| value(service.event_source, "of the file's source"));
                let others = Catalog::get()
                    .services()
                    .iter()
                    .filter(|service| !services.iter().any(|it| it.event_source == service.event_source));
                named
                    .chain(others.map(|service| value(service.event_source, &facts::people(service))))
                    .collect()
            }
            "detail-type" => {
                let native =
                    self.scope.sources.iter().filter_map(|source| Native::get().of(source)).flatten();
                let native = native.map(|event| value(event.detail_type, "an event of the service's own"));
                VIA_CLOUDTRAIL
                    .iter()
                    .map(|kind| value(kind, "a record of CloudTrail"))
                    .chain(native)
                    .collect()
            }
            "detail.eventName" if self.scope.is_of_records() => {
                let of = |service: &'static Service, is_one: bool| {
                    service.calls.iter().map(move |call| {
                        let how = match () {
                            () if call.is_data_event() => "data event",
                            () if call.is_read_only() => "read-only",
                            () => "changes something",
                        };
                        let whose = if is_one { String::new() } else { format!("{}, ", service.prefix()) };
                        value(call.name, &format!("{whose}{how}"))
                    })
                };
                match services.as_slice() {
                    [] => Catalog::get().services().iter().flat_map(|service| of(service, false)).collect(),
                    some => some.iter().flat_map(|service| of(service, some.len() == 1)).collect(),
                }
            }
            "region" | "detail.awsRegion" => regions::known().map(|region| value(region, "")).collect(),
            "account" | "detail.recipientAccountId" | "detail.userIdentity.accountId" => {
                self.context.project.config.accounts.iter().map(|(id, name)| value(id, name)).collect()
            }
            _ => facts::values(path, self.scope).into_iter().flatten().map(|text| value(text, "")).collect(),
        }
    }

    /// Of the configuration what its present text declares, which is ahead of what was read.
    fn channels(&self) -> Vec<Completion> {
        let declared = &self.context.project.config.channels;
        let detail = |name: &str| declared.get(name).map_or("", |channel| channel.kind().spec().name);
        let written = self.document.parts.iter().filter_map(|part| match part.names().as_slice() {
            ["channels", name, ..] => Some((*name).to_owned()),
            _ => None,
        });
        let names: BTreeSet<String> = match self.context.kind {
            Kind::Config => written.collect(),
            Kind::Watcher => declared.keys().cloned().collect(),
        };
        names.iter().map(|name| completion(name, Shown::Value, detail(name))).collect()
    }

    /// What an override can select.
    fn selectors(&self) -> Vec<Completion> {
        let files = || self.context.project.files.iter();
        let mut found: Vec<Completion> = files()
            .map(|file| completion(&file.written().name, Shown::Value, file.written().title.source()))
            .collect();
        let mut add = |text: String| {
            if !found.iter().any(|it| it.text == text) {
                found.push(completion(text, Shown::Value, ""));
            }
        };
        for tag in files().flat_map(|file| &file.tags) {
            add(format!("tag:{tag}"));
        }
        for severity in watcher::Severity::ALL {
            add(format!("severity:{}", severity.as_str()));
        }
        found
    }
}

fn sources() -> Vec<Completion> {
    let services = Catalog::get().services().iter();
    let mut found: Vec<Completion> =
        services.map(|service| completion(service.source(), Shown::Value, facts::people(service))).collect();
    for source in Native::get().sources() {
        if !found.iter().any(|it| it.text == source) {
            found.push(completion(source, Shown::Value, "events of the service's own"));
        }
    }
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}
