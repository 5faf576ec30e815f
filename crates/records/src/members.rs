//! The members of a JSON object as their texts, whatever their types; of a key that stands twice the last counts, as
//! everywhere else.

use std::borrow::Cow;
use std::collections::HashMap;

use serde_json::value::RawValue;

/// The members of one object.
pub(crate) struct Members<'a>(HashMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    /// None if the text is not an object.
    pub(crate) fn of(text: &'a str) -> Option<Members<'a>> {
        Members::parse(text).ok()
    }

    /// # Errors
    /// Where the text is not JSON, or that it is not an object.
    pub(crate) fn parse(text: &'a str) -> Result<Members<'a>, serde_json::Error> {
        serde_json::from_str(text).map(Members)
    }

    /// The text of a member's value.
    pub(crate) fn get(&self, key: &str) -> Option<&'a str> {
        self.0.get(key).map(|value| value.get())
    }

    /// The text of a member's value, if it begins so.
    pub(crate) fn starting(&self, key: &str, first: char) -> Option<&'a str> {
        self.get(key).filter(|value| value.starts_with(first))
    }

    /// A member that is a string. One that is not Unicode counts as missing.
    pub(crate) fn text(&self, key: &str) -> Option<Cow<'a, str>> {
        let raw = self.starting(key, '"')?;
        let inner = &raw[1..raw.len() - 1];
        if inner.contains('\\') {
            return serde_json::from_str::<String>(raw).ok().map(Cow::Owned);
        }
        Some(Cow::Borrowed(inner))
    }

    /// The members, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.0.iter().map(|(key, value)| (key.as_ref(), value.get()))
    }
}
