//! Findings, printed: one module for each format, each a pure function.

pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod sarif;
pub(crate) mod text;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Where a lint is documented: a URL once `Cargo.toml` names the project's public repository, till then the path in it.
pub(crate) fn doc(lint: &str) -> String {
    doc_in(env!("CARGO_PKG_REPOSITORY"), lint)
}

fn doc_in(repository: &str, lint: &str) -> String {
    match repository.trim_end_matches('/') {
        "" => format!("docs/lints.md#{lint}"),
        url => format!("{url}/blob/main/docs/lints.md#{lint}"),
    }
}

/// All but what RFC 3986 leaves as it is, and the slashes of a path.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A path as a part of a URI.
pub(crate) fn uri(path: &str) -> String {
    utf8_percent_encode(path, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_become_uris() {
        assert_eq!(super::uri("watchers/a b-é.toml"), "watchers/a%20b-%C3%A9.toml");
    }

    #[test]
    fn a_document_is_a_url_as_soon_as_there_is_one() {
        assert_eq!(super::doc_in("", "unknown-key"), "docs/lints.md#unknown-key");
        let url = "https://git.example.com/team/alerts/";
        let expected = "https://git.example.com/team/alerts/blob/main/docs/lints.md#unknown-key";
        assert_eq!(super::doc_in(url, "unknown-key"), expected);
    }
}
