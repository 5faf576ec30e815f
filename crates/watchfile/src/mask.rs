//! Webhook URLs are secrets: what is read from a file has them masked, so that no finding can quote one into the log of
//! a CI run.

use std::collections::BTreeSet;

use watcher::Channel;

/// The beginnings of the URLs that are secrets, as they are found in text.
pub(crate) fn secret_urls() -> BTreeSet<&'static str> {
    Channel::KINDS.iter().flat_map(|kind| kind.secret_urls).copied().collect()
}

/// Masks what follows such a beginning, and with `all` what follows any `://`. Every byte keeps its place.
pub fn mask(text: &str, all: bool) -> String {
    let lower = text.to_ascii_lowercase();
    let marks = secret_urls().into_iter().chain(all.then_some("://"));
    let mut starts: Vec<usize> = marks
        .flat_map(|mark| lower.match_indices(mark).map(|(at, _)| at + mark.len()).collect::<Vec<_>>())
        .collect();
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
