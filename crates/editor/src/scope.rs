//! Which events a watcher's file is about, as its pattern says: also a pattern that cannot be read yet.

use std::collections::BTreeSet;

use aws_facts::catalog::{Call, Catalog, Native, NativeEvent, Service};
use aws_facts::detail_types::VIA_CLOUDTRAIL;
use event_pattern::Pattern;

use crate::document::Document;
use crate::part::ELEMENT;

/// What the pattern names, in the order of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    pub(crate) sources: Vec<String>,
    pub(crate) detail_types: Vec<String>,
    pub(crate) event_sources: Vec<String>,
    pub(crate) event_names: Vec<String>,
    /// The fields that `[fields]` declares.
    pub(crate) fields: Vec<String>,
}

impl Scope {
    pub(crate) fn of(document: &Document<'_>) -> Scope {
        let mut scope = Scope::default();
        for (part, text) in document.texts() {
            match part.path.split_first().map(|(first, rest)| (first.as_str(), rest)) {
                Some(("pattern", [])) => scope.json(text),
                Some(("pattern", rest)) if !rest.iter().any(|key| key == ELEMENT) => {
                    scope.add(&event_path(rest).join("."), text);
                }
                _ => {}
            }
        }
        let fields = document.parts.iter().filter_map(|part| match part.path.as_slice() {
            [first, name] if first == "fields" => Some(name.clone()),
            _ => None,
        });
        scope.fields = fields.collect();
        scope.fields.dedup();
        scope
    }

    /// A pattern that is JSON in a string.
    fn json(&mut self, text: &str) {
        for condition in &Pattern::parse_all(text).conditions {
            for candidate in condition.candidates().filter_map(|(candidate, _)| candidate.as_str()) {
                self.add(&condition.path, candidate);
            }
        }
    }

    fn add(&mut self, path: &str, text: &str) {
        let list = match path {
            "source" => &mut self.sources,
            "detail-type" => &mut self.detail_types,
            "detail.eventSource" => &mut self.event_sources,
            "detail.eventName" => &mut self.event_names,
            _ => return,
        };
        list.push(text.to_owned());
    }

    /// The services whose calls it is about; none if it does not say.
    pub(crate) fn services(&self) -> Vec<&'static Service> {
        let catalog = Catalog::get();
        let by_event_source = self.event_sources.iter().filter_map(|name| catalog.service(name));
        let by_source = self.sources.iter().filter_map(|name| catalog.service_of(name));
        let mut seen = BTreeSet::new();
        by_event_source.chain(by_source).filter(|service| seen.insert(service.event_source)).collect()
    }

    /// The calls that it names.
    pub(crate) fn calls(&self) -> Vec<&'static Call> {
        let names = || self.event_names.iter();
        self.services()
            .into_iter()
            .flat_map(|service| names().filter_map(|name| service.call(name)))
            .collect()
    }

    /// The native events that it names.
    pub(crate) fn native(&self) -> Vec<&'static NativeEvent> {
        let events = self.sources.iter().filter_map(|source| Native::get().of(source)).flatten();
        events.filter(|event| self.detail_types.iter().any(|kind| kind == event.detail_type)).collect()
    }

    /// Whether its events may be CloudTrail's.
    pub(crate) fn is_of_records(&self) -> bool {
        self.detail_types.is_empty() || self.detail_types.iter().any(|kind| VIA_CLOUDTRAIL.contains(&&**kind))
    }
}

/// The keys of a pattern as names of the event: `$or` is none, and what is in a list is an operator.
pub(crate) fn event_path(keys: &[String]) -> Vec<&str> {
    let names = keys.iter().map(String::as_str);
    names.take_while(|key| *key != ELEMENT).filter(|key| *key != "$or").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_may_be_a_table_or_json_and_broken_below() {
        let table = "[pattern]\nsource = [\"aws.s3\"]\ndetail-type = [\"AWS API Call via CloudTrail\"]\n\
                     detail.eventName = [\"DeleteBucket\"]\n[fields]\nbucket = \"$.detail\n";
        let json = "pattern = '''\n{\"source\": [\"aws.s3\"], \"detail-type\": [\"AWS API Call via CloudTrail\"], \
                    \"detail\": {\"eventName\": [\"DeleteBucket\"]}}'''\n[fields]\nbucket = 1\n[";
        for text in [table, json] {
            let scope = Scope::of(&Document::read(text));
            assert_eq!(
                scope.calls().iter().map(|call| call.name).collect::<Vec<_>>(),
                ["DeleteBucket"],
                "{text}"
            );
            assert_eq!(scope.fields, ["bucket"]);
            assert!(scope.is_of_records());
        }
        let native =
            "[pattern]\nsource = [\"aws.ecs\"]\ndetail-type = [{ prefix = \"ECS Task State Change\" }]";
        let scope = Scope::of(&Document::read(native));
        assert!(scope.native().is_empty(), "a prefix is not a name");
        assert!(scope.services().iter().any(|service| service.event_source == "ecs.amazonaws.com"));
    }
}
