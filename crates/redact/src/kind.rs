//! What a value is, by its form.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

/// What is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A user, a role, a session.
    Actor,
    /// An e-mail address.
    Email,
    /// The name that a project gives an account.
    AccountName,
    /// An account's id.
    Account,
    /// An IPv4 address.
    V4,
    /// An IPv6 address.
    V6,
    /// An access key's or a principal's id.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids>
    Key,
    /// An instance, which is the session's name of its role.
    Instance,
}

static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"(?<email>[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
        r"(?<key>(?:ABIA|ACCA|AGPA|AIDA|AIPA|AKIA|ANPA|ANVA|APKA|AROA|ASCA|ASIA)[A-Z0-9]{12,124})",
        r"(?<instance>i-[0-9a-f]{8,17})",
        r"(?<v6>[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7})",
        r"(?<v4>[0-9]{1,3}(?:\.[0-9]{1,3}){3})",
        r"(?<account>[0-9]{12})",
    ];
    Regex::new(&forms.join("|")).expect("the expressions are constants")
});

/// Whether something may begin or end here: between two of these a word goes on.
pub(crate) fn is_word(char: char) -> bool {
    char.is_alphanumeric()
}

/// The first value in the text, from that byte on, that has a form of its own.
pub(crate) fn next(text: &str, mut from: usize) -> Option<(Range<usize>, Kind)> {
    loop {
        let captures = FORMS.captures_at(text, from)?;
        let whole = captures.get(0)?;
        let kinds = [
            ("email", Kind::Email),
            ("key", Kind::Key),
            ("instance", Kind::Instance),
            ("v6", Kind::V6),
            ("v4", Kind::V4),
            ("account", Kind::Account),
        ];
        let kind = kinds.into_iter().find_map(|(name, kind)| captures.name(name).map(|_| kind))?;
        let apart = !text[..whole.start()].ends_with(is_word) && !text[whole.end()..].starts_with(is_word);
        if apart && is_one(whole.as_str(), kind) {
            return Some((whole.range(), kind));
        }
        // Something of another form may begin within it.
        from = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8);
    }
}

/// A time looks like an IPv6 address, and four numbers like an IPv4 address. Addresses that are nobody's stay: a rule that
/// is open to 0.0.0.0/0 must still be seen as that.
fn is_one(text: &str, kind: Kind) -> bool {
    match kind {
        Kind::V4 => {
            text.parse::<Ipv4Addr>().is_ok_and(|address| !address.is_unspecified() && !address.is_loopback())
        }
        Kind::V6 => {
            text.parse::<Ipv6Addr>().is_ok_and(|address| !address.is_unspecified() && !address.is_loopback())
        }
        _ => true,
    }
}

/// The kind of a value that as a whole has a form of its own.
pub(crate) fn of(value: &str) -> Option<Kind> {
    next(value, 0).filter(|(range, _)| *range == (0..value.len())).map(|(_, kind)| kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<(&str, Kind)> {
        let mut from = 0;
        std::iter::from_fn(|| {
            let (range, kind) = next(text, from)?;
            from = range.end;
            Some((&text[range], kind))
        })
        .collect()
    }

    #[test]
    fn ids_and_addresses_are_found_by_their_form() {
        assert_eq!(
            all(
                "arn:aws:sts::123456789012:assumed-role/x/i-0123456789abcdef0 from 203.0.113.10, 2001:db8::1"
            ),
            [
                ("123456789012", Kind::Account),
                ("i-0123456789abcdef0", Kind::Instance),
                ("203.0.113.10", Kind::V4),
                ("2001:db8::1", Kind::V6),
            ]
        );
        assert_eq!(
            all("AROAEXAMPLEADMIN00001:bob@example.com 123456789012_CloudTrail_eu-west-1.json.gz"),
            [
                ("AROAEXAMPLEADMIN00001", Kind::Key),
                ("bob@example.com", Kind::Email),
                ("123456789012", Kind::Account),
            ]
        );
    }

    #[test]
    fn what_only_looks_so_stays() {
        for text in [
            "2026-01-12T08:30:00Z",
            "AWS::S3::Bucket",
            "0.0.0.0/0 and ::/0",
            "127.0.0.1",
            "aws-cli/2.31.0",
            "1234567890123",
            "300.1.1.1",
            "arn:aws:s3:::demo",
        ] {
            assert_eq!(all(text), [], "{text}");
        }
    }
}
