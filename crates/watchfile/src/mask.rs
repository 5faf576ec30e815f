//! Webhook URLs are secrets: what is read from a file has them masked, so that no finding can quote one into the log of
//! a CI run.

use std::collections::BTreeSet;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use watcher::{Channel, Key, Spec, Takes};

use crate::table::Span;

/// The beginnings of the URLs that are secrets, as they are found in text.
pub(crate) fn secret_urls() -> BTreeSet<&'static str> {
    Channel::KINDS.iter().flat_map(|kind| kind.secret_urls).copied().collect()
}

/// Masks what follows such a beginning, and with `all` what follows any `://`. Every byte keeps its place.
pub fn mask(text: &str, all: bool) -> String {
    masked(text, |_| all)
}

/// Masks every URL of a configuration, but inside the body of a webhook only the secret ones: a body can link to pages.
pub(crate) fn mask_config(text: &str) -> String {
    let bodies = bodies(text);
    masked(text, |at| !bodies.iter().any(|body| body.contains(&at)))
}

/// Where the bodies of webhooks stand; nowhere in a file that is not TOML.
fn bodies(text: &str) -> Vec<Span> {
    let Ok(file) = DeTable::parse(text) else { return Vec::new() };
    let channels = file.get_ref().get("channels").and_then(|channels| channels.get_ref().as_table());
    let body = |channel: &Spanned<DeValue<'_>>, kind: &Spec, key: &Key| {
        Some(channel.get_ref().get(kind.name)?.get_ref().get(key.name)?.span())
    };
    let of_channel = |channel: &Spanned<DeValue<'_>>| {
        let keys = Channel::KINDS.iter().flat_map(|kind| kind.keys.iter().map(move |key| (kind, key)));
        let bodies = keys.filter(|(_, key)| matches!(key.takes, Takes::Body { .. }));
        bodies.filter_map(|(kind, key)| body(channel, kind, key)).collect::<Vec<_>>()
    };
    channels.into_iter().flat_map(|channels| channels.values()).flat_map(of_channel).collect()
}

/// Masks the secret URLs, and every URL at a place where `all` holds.
fn masked(text: &str, all: impl Fn(usize) -> bool) -> String {
    let lower = text.to_ascii_lowercase();
    let ends = |mark: &'static str| lower.match_indices(mark).map(move |(at, _)| at + mark.len());
    let mut starts: Vec<usize> = secret_urls().into_iter().flat_map(ends).collect();
    starts.extend(ends("://").filter(|at| all(*at)));
    starts.sort_unstable();
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for start in starts {
        let start = start.max(at);
        let rest = &text[start..];
        let end =
            start + rest.find(|c: char| c.is_whitespace() || "\"'`,}])".contains(c)).unwrap_or(rest.len());
        masked.push_str(&text[at..start]);
        masked.extend(std::iter::repeat_n('*', end - start));
        at = end;
    }
    masked.push_str(&text[at..]);
    masked
}

/// Whether a masked text holds a URL.
pub(crate) fn is_url(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.contains("://") || secret_urls().iter().any(|url| lower.contains(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_keeps_the_urls_that_are_no_secrets() {
        let body =
            "'{\"a\": \"https://example.com/x\", \"b\": \"https://discord.com/api/webhooks/1/s3cret\"}'";
        let masked =
            "'{\"a\": \"https://example.com/x\", \"b\": \"https://discord.com/api/webhooks/********\"}'";
        for (key, is_body) in [("body", true), ("url", false)] {
            let text = format!("[channels.x.webhook]\n{key} = {body}\n# https://example.com/x\n");
            let shown = mask_config(&text);
            assert_eq!(shown.contains(masked), is_body, "{shown}");
            assert!(shown.ends_with("# https://*************\n"), "{shown}");
            assert_eq!(shown.len(), text.len());
        }
        assert_eq!(mask_config("body = https://x"), "body = https://*", "what is not TOML");
    }

    #[test]
    fn a_url_is_masked_in_its_place() {
        let cases = [
            (
                "a = \"https://hooks.slack.com/services/T/B/x\" # b",
                "a = \"https://******************************\" # b",
            ),
            ("'HTTPS://é/x' y", "'HTTPS://****' y"),
            ("ssm:https://x", "ssm:https://*"),
            ("hooks.slack.com/services/x, y", "hooks.slack.com***********, y"),
            ("open = \"https://x/y\nnext", "open = \"https://***\nnext"),
            ("nothing", "nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(mask(text, true), expected);
            assert_eq!(mask(text, true).len(), text.len());
        }
        assert_eq!(
            mask("https://example.com and hooks.slack.com/x", false),
            "https://example.com and hooks.slack.com**"
        );
    }
}
