//! Webhook URLs are secrets: what is read from a file has them masked, so that no finding can quote one into the log of
//! a CI run.

use std::collections::BTreeSet;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use watcher::{Channel, Key, Spec, Takes};

/// The beginnings of the URLs that are secrets, as they are found in text.
pub(crate) fn secret_urls() -> BTreeSet<&'static str> {
    Channel::KINDS.iter().flat_map(|kind| kind.secret_urls).copied().collect()
}

/// Masks what follows such a beginning, and with `all` what follows any `://`. Every byte keeps its place.
pub fn mask(text: &str, all: bool) -> String {
    masked(text, |_| all)
}

/// Masks every URL of a configuration, but inside the body of a webhook and in a runbook only the secret ones: these link to
/// pages.
/// Where the place of a secret belongs, what is not a place may be the secret.
pub fn mask_config(text: &str) -> String {
    let Ok(file) = DeTable::parse(text) else { return mask(text, true) };
    let (mut open, mut secrets) = (runbooks(file.get_ref()), Vec::new());
    for (key, value) in values(file.get_ref()) {
        match key.takes {
            Takes::Body { .. } => open.push(value.span()),
            Takes::Secret
                if value.get_ref().as_str().is_some_and(|text| !is_place(text) && !is_url(text)) =>
            {
                secrets.push(value.span());
            }
            _ => {}
        }
    }
    let mut masked = masked(text, |at| !open.iter().any(|span| span.contains(&at)));
    for span in secrets {
        let hidden = |c: char| if "\"'\n\r".contains(c) { c.to_string() } else { "*".repeat(c.len_utf8()) };
        let hidden: String = masked[span.clone()].chars().map(hidden).collect();
        masked.replace_range(span, &hidden);
    }
    masked
}

/// Where the runbooks of overrides stand.
fn runbooks(file: &DeTable<'_>) -> Vec<Range<usize>> {
    let overrides = file.get("override").and_then(|overrides| overrides.get_ref().as_array());
    let of_override = |over: &Spanned<DeValue<'_>>| Some(over.get_ref().get("runbook")?.span());
    overrides.into_iter().flatten().filter_map(of_override).collect()
}

/// The keys of all channels that have a value.
fn values<'a>(file: &'a DeTable<'a>) -> Vec<(&'static Key, &'a Spanned<DeValue<'a>>)> {
    let channels = file.get("channels").and_then(|channels| channels.get_ref().as_table());
    let keys = || Channel::KINDS.iter().flat_map(|kind| kind.keys.iter().map(move |key| (kind, key)));
    let of_channel = |channel: &'a Spanned<DeValue<'a>>| {
        let value = |(kind, key): (&&'static Spec, &'static Key)| {
            Some((key, channel.get_ref().get(kind.name)?.get_ref().get(key.name)?))
        };
        keys().filter_map(value).collect::<Vec<_>>()
    };
    channels.into_iter().flat_map(|channels| channels.values()).flat_map(of_channel).collect()
}

/// Whether a text means the place of a secret, perhaps with a fault, and not the secret itself.
fn is_place(text: &str) -> bool {
    ["ssm:", "secretsmanager:"].iter().any(|scheme| text.starts_with(scheme))
        || text.contains("account-watcher/")
}

/// Masks the secret URLs, and every URL at a place where `all` holds.
fn masked(text: &str, all: impl Fn(usize) -> bool) -> String {
    let lower = text.to_ascii_lowercase();
    let ends = |mark: &'static str| lower.match_indices(mark).map(move |(at, _)| at + mark.len());
    let marks = secret_urls();
    // The beginning stays: by it the secret is found, wherever it stands.
    let is_secret = |at: usize| marks.iter().any(|mark| lower[at..].starts_with(mark));
    let mut starts: Vec<usize> = marks.iter().copied().flat_map(ends).collect();
    starts.extend(ends("://").filter(|at| all(*at) && !is_secret(*at)));
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
        let text =
            "channels.x.webhook = { headers = 'Authorization: s3cret', url = \"ssm:/x\", token = \"é\" }";
        let shown =
            "channels.x.webhook = { headers = '*********************', url = \"ssm:/x\", token = \"**\" }";
        assert_eq!(mask_config(text), shown);
        assert_eq!(mask_config("body = https://x"), "body = https://*", "what is not TOML");
    }

    #[test]
    fn a_runbook_of_an_override_keeps_its_link() {
        let text = "[[override]]\nrunbook = \"https://wiki.example.com/x\"\nreason = \"https://x\"\n\
            [[override]]\nrunbook = \"https://hooks.slack.com/services/x\"\n";
        let shown = "[[override]]\nrunbook = \"https://wiki.example.com/x\"\nreason = \"https://*\"\n\
            [[override]]\nrunbook = \"https://hooks.slack.com***********\"\n";
        assert_eq!(mask_config(text), shown);
    }

    #[test]
    fn a_url_is_masked_in_its_place() {
        let cases = [
            (
                "a = \"https://hooks.slack.com/services/T/B/x\" # b",
                "a = \"https://hooks.slack.com***************\" # b",
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
