//! The keys of both kinds of file, as their JSON Schemas say them: what each is for, and what it holds.

use std::sync::LazyLock;

use serde_json::Value;
use watchfile::schema;

use crate::context::Kind;

/// What is known at a path of a file.
#[derive(Clone, Copy)]
pub(crate) struct Node(&'static Value);

impl Node {
    /// At a path of keys. What a list or a list of tables holds is at the list's path.
    pub(crate) fn at(kind: Kind, path: &[impl AsRef<str>]) -> Option<Node> {
        static WATCHER: LazyLock<Value> = LazyLock::new(schema::watcher);
        static CONFIG: LazyLock<Value> = LazyLock::new(schema::config);
        let root: &Value = match kind {
            Kind::Watcher => &WATCHER,
            Kind::Config => &CONFIG,
        };
        path.iter().try_fold(Node(root), |node, key| node.below(key.as_ref()))
    }

    fn below(self, key: &str) -> Option<Node> {
        let table = self.table();
        table["properties"]
            .get(key)
            .or_else(|| table.get("additionalProperties").filter(|it| it.is_object()))
            .map(Node)
    }

    /// What it is itself, or what its list holds; of several forms the one with keys.
    fn table(self) -> &'static Value {
        let value = self.0.get("items").unwrap_or(self.0);
        let forms = value.get("anyOf").and_then(Value::as_array);
        forms.and_then(|forms| forms.iter().find(|form| form.get("properties").is_some())).unwrap_or(value)
    }

    /// What it is for.
    pub(crate) fn about(self) -> Option<&'static str> {
        self.0["description"].as_str()
    }

    /// The keys that a table has, each with what it is for.
    pub(crate) fn keys(self) -> impl Iterator<Item = (&'static str, Node)> {
        self.table()["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, value)| (name.as_str(), Node(value)))
    }

    /// The words that can stand here, if only some can, or some besides what is not a word.
    pub(crate) fn words(self) -> Vec<&'static str> {
        let table = self.table();
        table
            .get("enum")
            .or(table.get("examples"))
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    pub(crate) fn is_flag(self) -> bool {
        self.0["type"] == "boolean"
    }

    /// Whether it is a table with a header, and whether one of several.
    pub(crate) fn header(self) -> Option<bool> {
        let is_object = |value: &Value| value["type"] == "object" || value.get("anyOf").is_some();
        match self.0.get("items") {
            Some(items) => is_object(items).then_some(true),
            None => is_object(self.0).then_some(false),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_in_the_schemas() {
        let at = |kind, path: &[&str]| Node::at(kind, path).unwrap();
        assert!(at(Kind::Watcher, &["severity"]).words().contains(&"critical"));
        assert!(at(Kind::Watcher, &["enabled"]).is_flag());
        assert!(at(Kind::Watcher, &["test"]).keys().any(|(name, _)| name == "event"));
        assert_eq!(at(Kind::Watcher, &["test"]).header(), Some(true));
        assert_eq!(at(Kind::Watcher, &["pattern"]).header(), Some(false));
        assert!(at(Kind::Watcher, &["pattern"]).keys().any(|(name, _)| name == "source"));
        assert!(at(Kind::Config, &["channels", "mine"]).keys().any(|(name, _)| name == "sns"));
        assert!(at(Kind::Config, &["channels", "mine", "slack"]).keys().any(|(name, _)| name == "webhook"));
        let mention = ["channels", "mine", "slack", "mention"];
        assert!(at(Kind::Config, &mention).keys().any(|(name, _)| name == "critical"));
        assert_eq!(at(Kind::Config, &[&mention[..], &["high"]].concat()).words(), ["here", "channel"]);
        for (kind, path) in [(Kind::Watcher, vec!["runbook"]), (Kind::Config, vec!["override", "runbook"])] {
            assert!(at(kind, &path).about().unwrap().starts_with("What to do about it"));
        }
        assert!(at(Kind::Config, &["override", "group"]).keys().any(|(name, _)| name == "window"));
        assert!(Node::at(Kind::Watcher, &["nothing"]).is_none());
    }
}
