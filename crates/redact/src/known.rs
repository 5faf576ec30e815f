//! What is learned from the events: the names of who did something, which no form tells, and the ids and addresses, so that
//! no placeholder is one of them.

use std::collections::HashMap;

use serde_json::Value;

use crate::kind::{self, Kind};

/// The values that must not be told. Grows with the different ones, not with the events.
#[derive(Clone, Debug, Default)]
pub struct Known {
    values: HashMap<String, Kind>,
}

/// The keys whose values name somebody, at any depth of an event.
const NAMING: [&str; 11] = [
    "username",
    "rolename",
    "rolesessionname",
    "principalid",
    "sourceidentity",
    "sourceipaddress",
    "userid",
    "loginname",
    "displayname",
    "givenname",
    "familyname",
];

/// What CloudTrail writes where it names nobody.
const NOBODY: [&str; 6] =
    ["root", "AWS Internal", "ANONYMOUS_PRINCIPAL", "HIDDEN_DUE_TO_SECURITY_REASONS", "anonymous", "*"];

/// The parts of an ARN that name nobody.
const PATHS: [&str; 8] = [
    "user",
    "role",
    "assumed-role",
    "federated-user",
    "service-role",
    "aws-service-role",
    "aws-reserved",
    "instance-profile",
];

impl Known {
    /// Learns what an event or a record tells. What is not JSON tells nothing.
    pub fn learn(&mut self, event: &str) {
        if let Ok(event) = serde_json::from_str(event) {
            self.walk("", &event);
        }
    }

    /// Learns a name, which is of this kind if it has no form of its own.
    pub fn name(&mut self, name: &str, kind: Kind) {
        let ours = name.ends_with(".amazonaws.com") || name.starts_with("AWSServiceRoleFor");
        if name.is_empty() || ours || NOBODY.iter().any(|nobody| nobody.eq_ignore_ascii_case(name)) {
            return;
        }
        let kind = kind::of(name).unwrap_or(kind);
        self.insert(name, kind);
    }

    /// What both know.
    pub fn add(&mut self, other: &Known) {
        other.values.iter().for_each(|(value, kind)| self.insert(value, *kind));
    }

    /// Of two kinds the same counts, whatever comes first.
    fn insert(&mut self, value: &str, kind: Kind) {
        match self.values.get_mut(value) {
            Some(known) => *known = kind.min(*known),
            None => {
                self.values.insert(value.to_owned(), kind);
            }
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.values.iter().map(|(value, kind)| (value.as_str(), *kind))
    }

    fn walk(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(key, text),
            Value::Array(values) => values.iter().for_each(|value| self.walk(key, value)),
            Value::Object(members) => members.iter().for_each(|(key, value)| self.walk(key, value)),
            _ => {}
        }
    }

    fn text(&mut self, key: &str, text: &str) {
        if NAMING.iter().any(|naming| naming.eq_ignore_ascii_case(key)) {
            // `AROA…:session`
            let parts = text.split(':').filter(|_| key.eq_ignore_ascii_case("principalId"));
            let parts: Vec<&str> = parts.chain([text]).filter(|part| !is_arn(part)).collect();
            for name in parts {
                self.name(name, Kind::Actor);
            }
        }
        for arn in text.match_indices("arn:").map(|(at, _)| &text[at..]) {
            self.arn(arn);
        }
        let mut from = 0;
        while let Some((range, kind)) = kind::next(text, from) {
            from = range.end;
            self.name(&text[range], kind);
        }
    }

    /// The names in the ARN with which the text begins, if it is of somebody.
    fn arn(&mut self, text: &str) {
        let end = text.find(|char: char| char.is_whitespace() || "\"',;<>)]}`".contains(char));
        let mut parts = text[..end.unwrap_or(text.len())].splitn(6, ':');
        let service = parts.nth(2).unwrap_or_default();
        let account = parts.nth(1).unwrap_or_default();
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        let Some(resource) = parts.next().filter(|_| is_account && ["iam", "sts"].contains(&service)) else {
            return;
        };
        let Some((kind, path)) = resource.split_once('/') else { return };
        if PATHS.contains(&kind) {
            for name in path.split('/').filter(|name| !PATHS.contains(name)) {
                self.name(name, Kind::Actor);
            }
        }
    }
}

fn is_arn(text: &str) -> bool {
    text.starts_with("arn:")
}
