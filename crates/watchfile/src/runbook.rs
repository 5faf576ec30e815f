//! The key `runbook`: a link that every channel can show, or a text. Nothing of an event gets into it, so that nobody who
//! makes an event chooses where the button leads.

use watcher::Runbook;

use crate::host::is_host;
use crate::mask::secret_urls;
use crate::table::{Table, Text};

/// What a link leads to, in messages.
const EXAMPLE: &str = "https://wiki.example.com/runbooks/s3";

/// The runbook; what is wrong is reported.
pub(crate) fn runbook(table: Table<'_>) -> Option<Runbook> {
    let text = table.string("runbook")?;
    if secret_urls().iter().any(|url| text.value.contains(url)) {
        return None; // A secret in the file is found wherever it stands.
    }
    match parsed(&text) {
        Ok(runbook) => Some(runbook),
        Err((message, help)) => {
            table.report.invalid_value(text.span, message, help);
            None
        }
    }
}

/// # Errors
/// What is wrong, and what to do.
fn parsed(text: &Text<'_>) -> Result<Runbook, (String, String)> {
    let text = text.value.trim();
    let fault = |message: String, help: &str| Err((message, help.to_owned()));
    if text.is_empty() {
        let help = format!("write what to do, or a link such as `{EXAMPLE}`; or leave `runbook` out");
        return fault("the runbook is empty".to_owned(), &help);
    }
    if text.contains("{{") {
        let help = "it says the same for every event: the link of the alert leads to the event itself";
        return fault("a runbook is not a template".to_owned(), help);
    }
    if let Some(rest) = text.strip_prefix("https://") {
        return link(text, rest);
    }
    if let Some(what) = meant_as_link(text) {
        let help =
            format!("write a link as `{EXAMPLE}`, or begin a text with a word: a text cannot be clicked");
        return fault(format!("`{}` {what}", first_word(text)), &help);
    }
    let (length, most) = (text.chars().count(), Runbook::LONGEST_TEXT);
    if length > most {
        let message = format!("the runbook has {length} characters, and {most} are the most");
        return fault(message, "put it on a page, and write the link");
    }
    Ok(Runbook::Text(text.to_owned()))
}

/// A link, of which `rest` is what follows `https://`.
fn link(text: &str, rest: &str) -> Result<Runbook, (String, String)> {
    let fault = |message: String, help: &str| Err((message, help.to_owned()));
    if text.contains(char::is_whitespace) {
        let help = "write the link alone, or begin the text with a word: a text cannot be clicked";
        return fault("the runbook is a link with more behind it".to_owned(), help);
    }
    // What RFC 3986 lets stand in a URI.
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c);
    if let Some(c) = text.chars().find(|c| !allowed(*c)) {
        let message = format!("`{}` cannot stand in a link", c.escape_debug());
        return fault(message, "percent-encode it, as your browser does when you copy the address");
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if authority.contains('@') {
        let help = "leave out what stands before `@`: everybody who gets the alert can read it";
        return fault("the link holds a user name or a password".to_owned(), help);
    }
    let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok();
    if !is_host(host) || !port.is_none_or(is_port) {
        let message = format!("`{authority}` is not the name of a host");
        return fault(message, &format!("write a link as `{EXAMPLE}`"));
    }
    // As long as a channel's escapes make it.
    let size = |c: char| match c {
        '&' => "&amp;".len(),
        '@' => "%40".len(),
        _ => 1,
    };
    let (length, most) = (text.chars().map(size).sum::<usize>(), Runbook::LONGEST_LINK);
    if length > most {
        let message = format!("the link has {length} characters, and {most} are the most");
        return fault(message, "an `&` counts as five and an `@` as three: give the page a shorter address");
    }
    Ok(Runbook::Link(text.to_owned()))
}

/// What a text is that was meant as a link and is none; nothing of any other text.
fn meant_as_link(text: &str) -> Option<&'static str> {
    let word = first_word(text);
    let lower = word.to_ascii_lowercase();
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    match () {
        () if lower.starts_with("https:") => Some("is a link that does not begin with `https://`"),
        () if lower.starts_with("http:") => Some("is a link without encryption"),
        () if word.contains("://") => Some("is a link that Slack does not open: it takes `https` only"),
        () if lower.starts_with("www.") || (host.len() < word.len() && is_host_of_internet(host)) => {
            Some("is a link without `https://`")
        }
        () => None,
    }
}

/// `wiki.example.com`, not `1.5`.
fn is_host_of_internet(name: &str) -> bool {
    let is_top = |label: &str| label.len() > 1 && label.bytes().all(|b| b.is_ascii_alphabetic());
    is_host(name) && name.rsplit_once('.').is_some_and(|(_, top)| is_top(top))
}

fn first_word(text: &str) -> &str {
    text.split_whitespace().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Runbook, String> {
        parsed(&Text { value: text, span: 0..0 }).map_err(|(message, _)| message)
    }

    #[test]
    fn a_link_is_one_that_every_channel_can_show() {
        for link in [
            "https://wiki.example.com/runbooks/s3",
            " https://wiki/x?a=1&b=%C3%A9#top\n",
            "https://wiki.example.com:8443/@team",
            "https://example.com",
        ] {
            assert_eq!(parse(link), Ok(Runbook::Link(link.trim().to_owned())));
        }
        let longest = format!("https://a.example/{}", "x".repeat(Runbook::LONGEST_LINK - 18));
        assert!(parse(&longest).is_ok());
        for (wrong, expected) in [
            (format!("{longest}x"), "the link has 501 characters, and 500 are the most"),
            (format!("https://a.example/{}", "&".repeat(100)), "the link has 518 characters"),
            ("https://bob:pw@wiki.example.com/x".to_owned(), "the link holds a user name or a password"),
            ("https://wiki.example.com/a b".to_owned(), "the runbook is a link with more behind it"),
            ("https://wiki.example.com/ä".to_owned(), "`ä` cannot stand in a link"),
            ("https://wiki.example.com/<x|y>".to_owned(), "`<` cannot stand in a link"),
            ("https://wiki.example.com/\u{202e}".to_owned(), "`\\u{202e}` cannot stand in a link"),
            ("https:///x".to_owned(), "`` is not the name of a host"),
            ("https://a..b/x".to_owned(), "`a..b` is not the name of a host"),
            ("https://a.example:99999/".to_owned(), "`a.example:99999` is not the name of a host"),
            ("https://wiki/x?a={{account}}".to_owned(), "a runbook is not a template"),
        ] {
            let error = parse(&wrong).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_text_is_not_a_link_that_was_misspelt() {
        for text in [
            "Ask #storage.\nThen see https://wiki.example.com/x",
            "docs/runbooks/s3.md",
            "./s3.md",
            "README.md",
            "1.5/h is too many: call Bob",
            "wiki: s3/deleted",
        ] {
            assert_eq!(parse(text), Ok(Runbook::Text(text.to_owned())));
        }
        assert!(parse(&"é".repeat(Runbook::LONGEST_TEXT)).is_ok());
        for (wrong, expected) in [
            (
                "é".repeat(Runbook::LONGEST_TEXT + 1),
                "the runbook has 1001 characters, and 1000 are the most".to_owned(),
            ),
            ("http://wiki/x".to_owned(), "`http://wiki/x` is a link without encryption".to_owned()),
            (
                "HTTPS://wiki/x".to_owned(),
                "`HTTPS://wiki/x` is a link that does not begin with `https://`".to_owned(),
            ),
            ("www.example.com".to_owned(), "`www.example.com` is a link without `https://`".to_owned()),
            (
                "wiki.example.com/s3 and call".to_owned(),
                "`wiki.example.com/s3` is a link without `https://`".to_owned(),
            ),
            (
                "slack://x".to_owned(),
                "`slack://x` is a link that Slack does not open: it takes `https` only".to_owned(),
            ),
            ("\n ".to_owned(), "the runbook is empty".to_owned()),
        ] {
            assert_eq!(parse(&wrong), Err(expected));
        }
    }
}
