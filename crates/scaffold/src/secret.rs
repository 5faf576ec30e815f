//! What in a recorded event is a secret: by the name beside it, or by its own form.

use crate::json::Json;

/// Parts of keys whose texts are secrets, in small letters without marks.
const SECRETS: [&str; 9] = [
    "password",
    "secretaccesskey",
    "sessiontoken",
    "securitytoken",
    "clientsecret",
    "authorization",
    "privatekey",
    "secretstring",
    "accesstoken",
];

/// Ends of such keys.
const ENDS: [&str; 6] = ["apikey", "passphrase", "passwd", "secret", "signature", "token"];

/// Tokens that open nothing: they number a page or a try.
const HARMLESS: [&str; 9] = [
    "changetoken",
    "clienttoken",
    "continuationtoken",
    "idempotencytoken",
    "locktoken",
    "nexttoken",
    "paginationtoken",
    "requesttoken",
    "updatetoken",
];

/// Parts of names that people give to secrets: of environment variables, parameters and tags.
const GIVEN: [&str; 7] = ["pass", "secret", "token", "apikey", "credential", "privatekey", "webhook"];

/// How the tokens of other companies begin.
/// <https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github>,
/// <https://docs.slack.dev/authentication/tokens>
const TOKENS: [&str; 15] = [
    "xoxa-",
    "xoxb-",
    "xoxe-",
    "xoxe.",
    "xoxp-",
    "xoxr-",
    "xoxs-",
    "xapp-",
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
];

/// Whether what stands under the key is a secret.
pub(super) fn is_secret_key(key: &str) -> bool {
    let key = plain(key);
    let ends = |list: &[&str]| list.iter().any(|end| key.ends_with(end));
    SECRETS.iter().any(|secret| key.contains(secret)) || ends(&ENDS) && !ends(&HARMLESS)
}

/// Whether the entries are those of a secret that somebody gave a name: `{"name": "DB_PASSWORD", "value": "…"}`.
pub(super) fn is_named_secret(entries: &[(String, Json)]) -> bool {
    entries.iter().any(|(key, value)| {
        let is_name =
            ["attributename", "key", "name", "parameterkey", "parametername"].contains(&plain(key).as_str());
        let name = value.as_str().filter(|_| is_name).map(plain).unwrap_or_default();
        GIVEN.iter().any(|part| name.contains(part))
    })
}

/// Whether the key holds what the name beside it says.
pub(super) fn is_value_key(key: &str) -> bool {
    plain(key).ends_with("value")
}

/// Whether a word has the form of a token, whatever it is called.
pub(super) fn is_token(word: &str) -> bool {
    const SHORTEST: usize = 16;
    let is_web_token = || word.starts_with("eyJ") && word.matches('.').count() == 2;
    word.len() >= SHORTEST && (TOKENS.iter().any(|start| word.starts_with(start)) || is_web_token())
}

/// Whether the whole text is a private key, or has the form of a secret access key: 40 letters of all kinds.
pub(super) fn is_key(text: &str) -> bool {
    let has = |is: fn(&char) -> bool| text.chars().any(|c| is(&c));
    let is_access_key = text.len() == 40
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+/".contains(c))
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit);
    is_access_key || text.contains("PRIVATE KEY-----")
}

/// The text without the users and passwords of URLs.
pub(super) fn without_logins(text: &str) -> String {
    let mut parts = text.split("://");
    let mut without = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let host = &part[..part.find(|c: char| c == '/' || c.is_whitespace()).unwrap_or(part.len())];
        without.push_str("://");
        match host.rfind('@').filter(|at| host[..*at].contains(':')) {
            Some(at) => without.push_str(&part[at + 1..]),
            None => without.push_str(part),
        }
    }
    without
}

fn plain(key: &str) -> String {
    key.to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_secrets() {
        for key in ["masterUserPassword", "authToken", "X-Amz-Signature", "API_KEY", "clientSecret", "secret"]
        {
            assert!(is_secret_key(key), "{key}");
        }
        for key in ["nextToken", "clientRequestToken", "lockToken", "secretId", "tokenStatus", "keyId"] {
            assert!(!is_secret_key(key), "{key}");
        }
    }

    #[test]
    fn forms_of_secrets() {
        assert!(is_token(concat!("xox", "b-123456789012-abcdef")));
        assert!(is_token("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"));
        assert!(!is_token("eyJ.a.b"));
        assert!(!is_token("my-bucket-with-a-long-name"));
        assert!(is_key("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"));
        assert!(!is_key("da39a3ee5e6b4b0d3255bfef95601890afd80709"), "a hash");
    }

    #[test]
    fn logins_of_urls() {
        for (text, expected) in [
            ("postgres://app:hunter2@db.example.com:5432/x", "postgres://db.example.com:5432/x"),
            ("https://a:b@c https://d:e@f", "https://c https://f"),
            ("https://example.com/a:b@c", "https://example.com/a:b@c"),
            ("git@example.com:a/b", "git@example.com:a/b"),
        ] {
            assert_eq!(without_logins(text), expected);
        }
    }
}
