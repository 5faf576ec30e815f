//! Finding what may be personal in a text: words, e-mail addresses, IP addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Letters, digits, and `.`, `_`, `-` between them, or a part of that between these.
    Word(&'a str),
    /// The part before the `@`, and all of it.
    Email(&'a str, &'a str),
    /// An IP address.
    Address(&'a str),
}

/// The text with its parts replaced where `replace` says so. Longer parts come first: a name with dots before its words.
pub(super) fn replace_tokens(text: &str, mut replace: impl FnMut(&Token<'_>) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        let before = text[..text.len() - rest.len()].chars().next_back();
        let len = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
        if len == 0 {
            let c = rest.chars().next().map_or(1, char::len_utf8);
            // `::1` begins with colons.
            if let Some((address, length)) = address(rest, before) {
                replaced.push_str(&replace(&Token::Address(address)).unwrap_or_else(|| address.to_owned()));
                rest = &rest[length..];
                continue;
            }
            replaced.push_str(&rest[..c]);
            rest = &rest[c..];
            continue;
        }
        if let Some((address, length)) = address(rest, before) {
            replaced.push_str(&replace(&Token::Address(address)).unwrap_or_else(|| address.to_owned()));
            rest = &rest[length..];
        } else if let Some(length) = email(rest, len) {
            let token = Token::Email(&rest[..len], &rest[..length]);
            replaced.push_str(&replace(&token).unwrap_or_else(|| rest[..length].to_owned()));
            rest = &rest[length..];
        } else {
            replaced.push_str(&words(&rest[..len], &mut replace));
            rest = &rest[len..];
        }
    }
    replaced
}

/// A run of letters, digits and marks: as a whole, else its parts.
fn words(run: &str, replace: &mut impl FnMut(&Token<'_>) -> Option<String>) -> String {
    if let Some(whole) = replace(&Token::Word(run)) {
        return whole;
    }
    let Some(at) = run.find(|c: char| !c.is_alphanumeric()) else { return run.to_owned() };
    let (first, rest) = run.split_at(at);
    let mark = &rest[..1];
    let first = if first.is_empty() {
        String::new()
    } else {
        replace(&Token::Word(first)).unwrap_or_else(|| first.to_owned())
    };
    format!("{first}{mark}{}", words(&rest[1..], replace))
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || "._-+%".contains(c)
}

/// The length of the e-mail address that begins here, with a local part of that length.
fn email(rest: &str, local: usize) -> Option<usize> {
    let domain = rest[local..].strip_prefix('@')?;
    let len =
        domain.find(|c: char| !(c.is_ascii_alphanumeric() || c == '.' || c == '-')).unwrap_or(domain.len());
    let domain = domain[..len].trim_end_matches(['.', '-']);
    let (_, top) = domain.rsplit_once('.')?;
    (top.len() >= 2 && top.bytes().all(|b| b.is_ascii_alphabetic())).then_some(local + 1 + domain.len())
}

/// The IP address that begins here, and how long it is. What stands behind a `/` is a version, not an address, unless
/// it is a URL's.
fn address(rest: &str, before: Option<char>) -> Option<(&str, usize)> {
    if before.is_some_and(|c| c == ':' || is_part(c)) {
        return None;
    }
    let four = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(rest.len());
    let text = rest[..four].trim_end_matches('.');
    let ends = !rest[text.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_');
    if text.parse::<Ipv4Addr>().is_ok() && ends && before != Some('/') {
        return Some((text, text.len()));
    }
    let six = rest.find(|c: char| !(c.is_ascii_hexdigit() || c == ':')).unwrap_or(rest.len());
    let text = &rest[..six];
    let ends = !rest[six..].starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_' || c == '.');
    (text.parse::<Ipv6Addr>().is_ok() && ends).then_some((text, six))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str) -> String {
        replace_tokens(text, |token| match token {
            Token::Word("bob" | "jane.doe") => Some("W".to_owned()),
            Token::Word(_) => None,
            Token::Email(local, _) => Some(format!("E({local})")),
            Token::Address(text) => Some(format!("A({text})")),
        })
    }

    #[test]
    fn parts_are_found_where_they_stand() {
        for (text, expected) in [
            ("bob", "W"),
            ("user/bob", "user/W"),
            ("logs-bob-1", "logs-W-1"),
            ("bobby", "bobby"),
            ("jane.doe-x", "jane.doe-x"),
            ("a:jane.doe", "a:W"),
            ("mail x.y@corp.co.uk.", "mail E(x.y)."),
            ("1.2.3.4", "A(1.2.3.4)"),
            ("1.2.3.4/32, 5.6.7.8:22", "A(1.2.3.4)/32, A(5.6.7.8):22"),
            ("Chrome/1.2.3.4", "Chrome/1.2.3.4"),
            ("v1.2.3.4", "v1.2.3.4"),
            ("arn:aws:s3:::demo", "arn:aws:s3:::demo"),
            ("arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:root"),
            ("2a00:1450::1", "A(2a00:1450::1)"),
            ("::1", "A(::1)"),
            ("08:31:00", "08:31:00"),
            ("é bob é", "é W é"),
        ] {
            assert_eq!(marked(text), expected, "{text}");
        }
    }
}
