//! Secrets in a file, wherever they stand, also in comments.

use std::ops::Range;

use aws_facts::names::{ACCESS_KEY_LENGTH, ACCESS_KEYS};

use crate::declared::SECRET_IN_FILE;
use crate::mask::secret_urls;
use crate::table::Report;

/// Reports the secrets that are not reported yet.
pub(crate) fn report(report: &Report) {
    for (span, message, help) in found(&report.source.text) {
        if !report.has(&SECRET_IN_FILE, &span) {
            report.add(report.finding(&SECRET_IN_FILE, span, message).help(help));
        }
    }
}

fn found(text: &str) -> Vec<(Range<usize>, &'static str, &'static str)> {
    let mut found = Vec::new();
    // Of a webhook's URL only the beginning is left when a file is read.
    let lower = text.to_ascii_lowercase();
    for (at, mark) in secret_urls().into_iter().flat_map(|mark| lower.match_indices(mark)) {
        let stars = text[at + mark.len()..].bytes().take_while(|b| *b == b'*').count();
        let help = "store it in AWS, name its place (`ssm:/account-watcher/NAME`), and replace the webhook: this URL is in the file's history";
        if stars > 1 {
            let span = at..at + mark.len() + stars;
            found.push((span, "a webhook's URL is a secret: whoever has it can post", help));
        }
    }
    for (at, _) in ACCESS_KEYS.iter().flat_map(|key| text.match_indices(key)) {
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let key: String = text[at..].chars().take_while(|c| is_part(*c)).collect();
        // AWS's documentation has keys that end so; they open nothing.
        if key.len() == ACCESS_KEY_LENGTH && !key.ends_with("EXAMPLE") && !text[..at].ends_with(is_part) {
            let help = "deactivate it, and write one of AWS's examples, such as AKIAIOSFODNN7EXAMPLE";
            found.push((at..at + ACCESS_KEY_LENGTH, "this looks like the id of an AWS access key", help));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn secrets_and_what_only_looks_like_them() {
        let key = format!("AKIA{}", "I44QH8DHBQWERTYU");
        let url = crate::mask::mask(&format!("https://hooks.slack.com/{}", "services/T0/B0/x"), false);
        for (text, expected) in [
            (format!("x = \"{key}\""), 1),
            (format!("# {url}"), 1),
            ("AKIAI44QH8DHBEXAMPLE".to_owned(), 0),
            (format!("{key}X"), 0),
            (format!("X{key}"), 0),
            ("https://hooks.slack.com is where webhooks are".to_owned(), 0),
        ] {
            assert_eq!(found(&text).len(), expected, "{text}");
        }
    }
}
