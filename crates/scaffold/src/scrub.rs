//! Takes secrets and personal data out of a recorded event. Equal values stay equal, so that the event still tells its
//! story.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, Ipv6Addr};

use serde_json::Value;

use aws_facts::names::ACCESS_KEYS;

use crate::example::{ACCOUNT, digits};
use crate::json::Json;
use crate::secret;
use crate::text::{Token, replace_tokens};
use watchfile::mask;

/// Accounts of AWS's documentation, for those that are not the event's own.
const ACCOUNTS: [&str; 4] = ["210987654321", "111122223333", "444455556666", "777788889999"];
const PEOPLE: [&str; 8] = ["alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi"];
/// What CloudTrail writes itself in the place of secrets.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// A text of that form is a key, a certificate or a document, not a name.
const LONG: usize = 100;

/// The event without secrets, and what was replaced: the kinds with their numbers.
pub(super) fn scrub(event: &Json, watcher: &str) -> (Json, Vec<String>) {
    let mut scrubber = Scrubber { digits: digits(watcher), ..Scrubber::default() };
    scrubber.learn(event, &[]);
    let own = [&["account"][..], &["detail", "recipientAccountId"], &["detail", "userIdentity", "accountId"]];
    if let Some(account) = own.iter().find_map(|path| event.text(path)).filter(|text| is_account(text)) {
        scrubber.accounts.insert(account.to_owned(), ACCOUNT.to_owned());
    }
    let scrubbed = scrubber.json(event, &[]);
    let count = |(what, found): (&&str, &BTreeSet<String>)| {
        let ending = match found.len() {
            1 => "",
            _ if what.ends_with('s') => "es",
            _ => "s",
        };
        format!("{} {what}{ending}", found.len())
    };
    (scrubbed, scrubber.replaced.iter().map(count).collect())
}

#[derive(Default)]
struct Scrubber {
    accounts: BTreeMap<String, String>,
    people: BTreeMap<String, String>,
    addresses: BTreeMap<String, String>,
    principals: BTreeMap<String, String>,
    /// Ids of the event and its request, by which it could be found.
    ids: BTreeMap<String, String>,
    /// Of the watcher's name, for the ids.
    digits: String,
    /// What was replaced, by kind.
    replaced: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Scrubber {
    /// Collects people's names: users, and the session names of roles, which for Identity Center are people.
    fn learn(&mut self, value: &Json, path: &[&str]) {
        match value {
            Json::Object(entries) => {
                for (key, value) in entries {
                    self.learn(value, &[path, &[key.as_str()]].concat());
                }
            }
            Json::Array(values) => values.iter().for_each(|value| self.learn(value, path)),
            Json::Scalar(Value::String(text)) => match path {
                ["id"] | [.., "eventID" | "requestID" | "sharedEventID"] if !text.is_empty() => {
                    let number = self.ids.len() + 1;
                    self.ids.entry(text.clone()).or_insert_with(|| example_id(&self.digits, number));
                }
                [.., "sessionIssuer", "userName"] => {}
                [.., "userName" | "UserName" | "username" | "roleSessionName"] => self.person(text),
                [.., "userIdentity", "arn"]
                    if text.contains(":assumed-role/") || text.contains(":federated-user/") =>
                {
                    self.person(text.rsplit('/').next().unwrap_or_default());
                }
                [.., "userIdentity", "arn"] if text.contains(":user/") => {
                    self.person(text.rsplit('/').next().unwrap_or_default());
                }
                [.., "principalId"] => {
                    if let Some((_, session)) = text.split_once(':') {
                        self.person(session);
                    }
                }
                _ => {}
            },
            Json::Scalar(_) => {}
        }
    }

    fn person(&mut self, name: &str) {
        let is_service =
            name.starts_with("AWS") || name.starts_with("i-") || name == HIDDEN || name.contains('*');
        if name.len() < 2 || is_service || name.eq_ignore_ascii_case("root") {
            return;
        }
        let name = name.split_once('@').map_or(name, |(local, _)| local);
        let number = self.people.len();
        let example =
            PEOPLE.get(number).map_or_else(|| format!("user{}", number + 1), |person| (*person).to_owned());
        self.people.entry(name.to_owned()).or_insert(example);
    }

    fn json(&mut self, value: &Json, path: &[&str]) -> Json {
        match value {
            Json::Object(entries) => {
                let is_secret = secret::is_named_secret(entries);
                let mut scrubbed = |key: &String, value: &Json| match value.as_str() {
                    Some(text) if is_secret && secret::is_value_key(key) && !text.is_empty() => {
                        Json::from(self.told("secret", text, HIDDEN).as_str())
                    }
                    _ => self.json(value, &[path, &[key.as_str()]].concat()),
                };
                Json::Object(entries.iter().map(|(key, value)| (key.clone(), scrubbed(key, value))).collect())
            }
            Json::Array(values) => Json::Array(values.iter().map(|value| self.json(value, path)).collect()),
            Json::Scalar(Value::String(text)) => Json::from(self.text(text, path).as_str()),
            Json::Scalar(_) => value.clone(),
        }
    }

    fn text(&mut self, text: &str, path: &[&str]) -> String {
        let key = path.last().copied().unwrap_or_default();
        if !text.is_empty() && !text.starts_with("arn:") && secret::is_secret_key(key) || secret::is_key(text)
        {
            return self.told("secret", text, HIDDEN);
        }
        let without = secret::without_logins(text);
        if without != text {
            self.told("login", text, "");
        }
        let text = without.as_str();
        if key == "x-amz-id-2" {
            return "EXAMPLEID2=".to_owned();
        }
        if key == "userAgent" {
            let end = if text.starts_with('[') { text.find(']').map(|at| at + 1) } else { text.find(' ') };
            return text[..end.unwrap_or(text.len())].to_owned();
        }
        let is_encoded = |c: char| c.is_ascii_alphanumeric() || "+/=_-.\n".contains(c);
        if text.len() >= LONG && text.chars().all(is_encoded) && !text.starts_with("arn:") {
            return self.told("encoded text", text, "EXAMPLE");
        }
        let masked = mask(text, false);
        if masked != text {
            self.told("webhook URL", text, "");
        }
        let replaced = replace_tokens(&masked, |token| self.token(token));
        // Ids of Identity Center's users have no form of their own.
        if replaced == text
            && text.len() > 6
            && matches!(path, [.., "userIdentity", "principalId"] | [.., "onBehalfOf", "userId"])
        {
            return self.told("principal id", text, "EXAMPLEPRINCIPAL");
        }
        replaced
    }

    /// What stands for a part of a text; none: it stays.
    fn token(&mut self, token: &Token<'_>) -> Option<String> {
        Some(match *token {
            Token::Email(local, whole) => {
                self.person(local);
                let name = self.people.get(local).cloned().unwrap_or_else(|| "user".to_owned());
                self.told("e-mail address", whole, &format!("{name}@example.com"))
            }
            Token::Address(text) => self.address(text)?,
            Token::Word(word) if is_account(word) => {
                let number = self.accounts.values().filter(|account| *account != ACCOUNT).count();
                let other = || match ACCOUNTS.get(number) {
                    Some(account) => (*account).to_owned(),
                    None => format!("{:012}", 900_000_000_000 + number),
                };
                let example = self.accounts.entry(word.to_owned()).or_insert_with(other).clone();
                self.told("account id", word, &example)
            }
            Token::Word(word) if is_access_key(word) => {
                let example =
                    if word.starts_with("AKIA") { "AKIAIOSFODNN7EXAMPLE" } else { "ASIAIOSFODNN7EXAMPLE" };
                self.told("access key", word, example)
            }
            Token::Word(word) if secret::is_token(word) => self.told("secret", word, HIDDEN),
            Token::Word(word) if is_principal(word) => {
                let number = self.principals.len() + 1;
                let example = format!("{}EXAMPLE{number:05}", &word[..4]);
                let example = self.principals.entry(word.to_owned()).or_insert(example).clone();
                self.told("principal id", word, &example)
            }
            Token::Word(word) if self.ids.contains_key(word) => {
                let example = self.ids.get(word)?.clone();
                self.told("event id", word, &example)
            }
            Token::Word(word) => {
                let example = self.people.get(word)?.clone();
                self.told("user name", word, &example)
            }
        })
    }

    /// An address of the documentation's ranges; those that say nothing stay.
    fn address(&mut self, text: &str) -> Option<String> {
        let number = self.addresses.len() + 10;
        let example = match text.parse::<Ipv4Addr>() {
            Ok(ip)
                if ip.is_unspecified() || ip.is_loopback() || ip.is_link_local() || ip.is_documentation() =>
            {
                return None;
            }
            // A private network is nobody's.
            Ok(ip) if ip.is_private() && ip.octets()[3] == 0 => return None,
            Ok(_) => format!("203.0.113.{}", number % 250),
            Err(_) => {
                let ip = text.parse::<Ipv6Addr>().ok()?;
                if ip.is_unspecified() || ip.is_loopback() {
                    return None;
                }
                format!("2001:db8::{number:x}")
            }
        };
        let example = self.addresses.entry(text.to_owned()).or_insert(example).clone();
        Some(self.told("IP address", text, &example))
    }

    /// Counts a replacement.
    fn told(&mut self, what: &'static str, text: &str, example: &str) -> String {
        if text != example {
            self.replaced.entry(what).or_default().insert(text.to_owned());
        }
        example.to_owned()
    }
}

/// In the form of the ids of examples made from the catalog.
fn example_id(digits: &str, number: usize) -> String {
    format!("{digits}-1111-4222-8333-{number:012}")
}

fn is_account(word: &str) -> bool {
    word.len() == 12 && word.bytes().all(|b| b.is_ascii_digit())
}

fn is_id(word: &str, prefixes: &[&str]) -> bool {
    word.len() >= 16
        && prefixes.iter().any(|prefix| word.starts_with(prefix))
        && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
fn is_access_key(word: &str) -> bool {
    is_id(word, &ACCESS_KEYS)
}

fn is_principal(word: &str) -> bool {
    is_id(word, &["AROA", "AIDA", "AGPA", "AIPA", "ANPA", "ANVA", "ASCA", "APKA", "ABIA", "ACCA"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_secret_goes_and_what_is_equal_stays_equal() {
        let key = format!("AKIA{}", "I44QH8DHBQWERTYU");
        let event = format!(
            r#"{{"id": "0b1f", "account": "999988887777", "detail": {{
            "userIdentity": {{"type": "AssumedRole", "principalId": "AROA1234567890ABCDEFG:jane.doe@corp.example",
                "arn": "arn:aws:sts::999988887777:assumed-role/Admin/jane.doe@corp.example", "accessKeyId": "{key}",
                "sessionContext": {{"sessionIssuer": {{"userName": "Admin"}}}}}},
            "sourceIPAddress": "1.2.3.4", "userAgent": "aws-cli/2.1 (jane's laptop)", "eventID": "e1",
            "requestParameters": {{"masterUserPassword": "hunter2", "host": "1.2.3.4:22", "v6": "2001:4860::8888",
                "cidr": "0.0.0.0/0", "range": "10.0.0.0/8", "peer": "arn:aws:iam::999911112222:role/x",
                "bucket": "logs-999988887777-eu", "owner": "jane.doe", "chrome": "Chrome/120.0.1.2", "count": 3,
                "environment": [{{"name": "DB_PASS", "value": "hunter3"}}, {{"name": "STAGE", "value": "test"}}],
                "text": "use ghp_0123456789abcdef, then https://me:pw@example.com/x", "nextToken": "p2"}}}}}}"#
        );
        let (scrubbed, replaced) = scrub(&serde_json::from_str(&event).unwrap(), "x");
        let expected = r#"{"id": "fd0c5087-1111-4222-8333-000000000001", "account": "123456789012", "detail": {
            "userIdentity": {"type": "AssumedRole", "principalId": "AROAEXAMPLE00001:alice@example.com",
                "arn": "arn:aws:sts::123456789012:assumed-role/Admin/alice@example.com", "accessKeyId": "AKIAIOSFODNN7EXAMPLE",
                "sessionContext": {"sessionIssuer": {"userName": "Admin"}}},
            "sourceIPAddress": "203.0.113.10", "userAgent": "aws-cli/2.1", "eventID": "fd0c5087-1111-4222-8333-000000000002",
            "requestParameters": {"masterUserPassword": "HIDDEN_DUE_TO_SECURITY_REASONS", "host": "203.0.113.10:22",
                "v6": "2001:db8::b", "cidr": "0.0.0.0/0", "range": "10.0.0.0/8", "peer": "arn:aws:iam::210987654321:role/x",
                "bucket": "logs-123456789012-eu", "owner": "alice", "chrome": "Chrome/120.0.1.2", "count": 3,
                "environment": [{"name": "DB_PASS", "value": "HIDDEN_DUE_TO_SECURITY_REASONS"}, {"name": "STAGE", "value": "test"}],
                "text": "use HIDDEN_DUE_TO_SECURITY_REASONS, then https://example.com/x", "nextToken": "p2"}}}"#;
        let expected: Json = serde_json::from_str(expected).unwrap();
        assert_eq!(scrubbed, expected, "{}", scrubbed.pretty());
        assert_eq!(
            replaced.join(", "),
            "2 IP addresses, 1 access key, 2 account ids, 1 e-mail address, 2 event ids, 1 login, 1 principal id, 3 secrets, 1 user name"
        );
    }
}
