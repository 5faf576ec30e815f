//! Replaces in texts what is known, and what has the form of an id or an address.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::kind::{self, Kind, is_word};
use crate::known::Known;
use crate::placeholders::placeholder;

/// Replaces the same value by the same placeholder, in the order in which the values come.
#[derive(Debug)]
pub struct Redactor {
    /// The known values by their first word, the longest first; in small letters, since IAM's names differ by more.
    names: HashMap<String, Vec<(String, Kind)>>,
    taken: HashSet<String>,
    given: HashMap<String, String>,
    numbers: HashMap<Kind, u32>,
}

impl Redactor {
    /// One that replaces what is known.
    pub fn new(known: &Known) -> Redactor {
        let mut names: HashMap<String, Vec<(String, Kind)>> = HashMap::new();
        for (value, kind) in known.iter() {
            let value = value.to_ascii_lowercase();
            names.entry(first_word(&value).to_owned()).or_default().push((value, kind));
        }
        for names in names.values_mut() {
            names.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.cmp(b)));
            names.dedup_by(|a, b| a.0 == b.0);
        }
        let taken = known.iter().map(|(value, _)| value.to_ascii_lowercase()).collect();
        Redactor { names, taken, given: HashMap::new(), numbers: HashMap::new() }
    }

    /// The text without what must not be told.
    pub fn text(&mut self, text: &str) -> String {
        let small = text.to_ascii_lowercase();
        let mut redacted = String::with_capacity(text.len());
        let (mut done, mut at) = (0, 0);
        while at < text.len() {
            if let Some((end, kind)) = self.known_at(&small, at) {
                redacted += &self.by_form(&text[done..at]);
                redacted += &self.replacement(&text[at..end], kind);
                (done, at) = (end, end);
            } else {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
        redacted + &self.by_form(&text[done..])
    }

    /// Where the longest known value ends that begins here.
    fn known_at(&self, small: &str, at: usize) -> Option<(usize, Kind)> {
        let rest = &small[at..];
        if small[..at].ends_with(is_word) && rest.starts_with(is_word) {
            return None;
        }
        let names = self.names.get(first_word(rest))?;
        names.iter().find_map(|(name, kind)| {
            // What JSON, and TOML with it, write in another way.
            let quoted = serde_json::Value::from(name.as_str()).to_string();
            let inner = &quoted[1..quoted.len() - 1];
            let found = [name.as_str(), inner].into_iter().find(|name| {
                rest.strip_prefix(name)
                    .is_some_and(|behind| !(name.ends_with(is_word) && behind.starts_with(is_word)))
            });
            found.map(|found| (at + found.len(), *kind))
        })
    }

    fn by_form(&mut self, text: &str) -> String {
        let mut redacted = String::new();
        let mut done = 0;
        while let Some((Range { start, end }, kind)) = kind::next(text, done) {
            redacted += &text[done..start];
            redacted += &self.replacement(&text[start..end], kind);
            done = end;
        }
        redacted + &text[done..]
    }

    fn replacement(&mut self, value: &str, kind: Kind) -> String {
        let key = value.to_ascii_lowercase();
        if let Some(given) = self.given.get(&key) {
            return given.clone();
        }
        // An actor's address and name are counted together.
        let counted = if kind == Kind::Email { Kind::Actor } else { kind };
        let number = self.numbers.entry(counted).or_default();
        let replacement = loop {
            *number += 1;
            let next = placeholder(kind, *number, value);
            if !self.taken.contains(&next.to_ascii_lowercase()) {
                break next;
            }
        };
        self.given.insert(key, replacement.clone());
        replacement
    }
}

/// The letters and digits with which it begins, else its first character.
fn first_word(text: &str) -> &str {
    let end = text.find(|char: char| !is_word(char)).unwrap_or(text.len());
    let first = text.chars().next().map_or(0, char::len_utf8);
    &text[..end.max(first)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn redactor(events: &[&str]) -> Redactor {
        let mut known = Known::default();
        for event in events {
            known.learn(event);
        }
        Redactor::new(&known)
    }

    const EVENT: &str = r#"{"account":"210987654321","detail":{"userIdentity":{"type":"AssumedRole",
        "principalId":"AROAEXAMPLEADMIN00001:Bob","arn":"arn:aws:sts::210987654321:assumed-role/Admin/Bob",
        "accessKeyId":"ASIAIOSFODNN7EXAMPLE"},"sourceIPAddress":"192.0.2.1",
        "requestParameters":{"userName":"bob.new@corp.example","policy":"{\"AWS\":\"arn:aws:iam::333333333333:role/team/Other\"}"}}}"#;

    #[test]
    fn the_same_value_is_always_the_same() {
        let mut redactor = redactor(&[EVENT]);
        assert_eq!(
            redactor.text("bob (arn:aws:sts::210987654321:assumed-role/Admin/Bob) from 192.0.2.1, BOB"),
            "actor-1 (arn:aws:sts::111111111111:assumed-role/actor-2/actor-1) from 192.0.2.2, actor-1"
        );
        assert_eq!(redactor.text("bob.new@corp.example, not Bobby"), "actor-3@example.com, not Bobby");
        // Also where nobody told it before; and no placeholder is a value that exists.
        assert_eq!(
            redactor.text("444455556666 trusts arn:aws:iam::333333333333:role/team/Other, 198.51.100.7/32"),
            "222222222222 trusts arn:aws:iam::444444444444:role/actor-4/actor-5, 192.0.2.3/32"
        );
        assert_eq!(redactor.text("ASIAIOSFODNN7EXAMPLE"), "ASIAEXAMPLE000000001");
    }

    #[test]
    fn names_are_found_as_json_writes_them() {
        let mut redactor = redactor(&[r#"{"userName":"a\"b\\c"}"#]);
        assert_eq!(redactor.text(r#"arn = ["x/a\"b\\c"]"#), r#"arn = ["x/actor-1"]"#);
    }

    #[test]
    fn what_is_aws_own_stays() {
        let event = r#"{"userIdentity":{"type":"Root","principalId":"ec2.amazonaws.com","userName":"root",
            "arn":"arn:aws:sts::111122223333:assumed-role/AWSServiceRoleForECS/ecs.amazonaws.com"}}"#;
        let text = "Root, ec2.amazonaws.com, AWSServiceRoleForECS";
        assert_eq!(redactor(&[event]).text(text), text);
    }

    #[test]
    fn there_is_always_another_placeholder() {
        let mut redactor = redactor(&[]);
        let addresses: HashSet<String> = (0..2_000)
            .map(|number| redactor.text(&format!("10.9.{}.{}", number / 250, number % 250)))
            .collect();
        assert_eq!(addresses.len(), 2_000);
        let accounts: HashSet<String> =
            (0..2_000).map(|number| redactor.text(&format!("7000{number:08}"))).collect();
        assert_eq!(accounts.len(), 2_000);
    }

    proptest! {
        #[test]
        fn nothing_known_is_left(
            names in prop::collection::vec("[a-zA-Zé\"][a-zA-Z0-9é .+=@_/\"\\\\-]{0,12}[a-zé9]", 1..6),
            words in prop::collection::vec("[ -~é]{0,6}", 0..6),
        ) {
            let mut known = Known::default();
            for name in &names {
                known.name(name, Kind::Actor);
            }
            let mut redactor = Redactor::new(&known);
            for (name, word) in names.iter().zip(words.iter().chain(std::iter::repeat(&String::new()))) {
                prop_assume!(!word.starts_with(is_word));
                let redacted = redactor.text(&format!("({name}{word}"));
                let lower = redacted.to_ascii_lowercase();
                // `actor-1` begins with `ac`, and is not left of it.
                let behind = lower.strip_prefix(&format!("({}", name.to_ascii_lowercase()));
                prop_assert!(behind.is_none_or(|behind| behind.starts_with(is_word)), "{redacted}");
            }
        }
    }
}
