//! The names in a JSONPath, for looking them up in the catalog.

use std::ops::Range;

/// A name of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) text: String,
    /// The bytes of the path's text.
    pub(super) range: Range<usize>,
}

/// The names from the start of the path on, up to the first step that does not name one place below the last:
/// `..`, a filter, several names. Indexes, slices and `[*]` are left out.
pub(super) fn names(path: &str) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = usize::from(path.starts_with('$'));
    while let Some(next) = step(path, at, &mut names) {
        at = next;
    }
    names
}

/// Reads the step at `at`, and says where the next one begins.
fn step(path: &str, at: usize, names: &mut Vec<Name>) -> Option<usize> {
    let rest = path.get(at..)?;
    if let Some(name) = rest.strip_prefix('.') {
        let end = name.find(['.', '[', ' ']).unwrap_or(name.len());
        let text = &name[..end];
        if text.is_empty() {
            return None;
        }
        if text != "*" {
            names.push(Name { text: text.to_owned(), range: at + 1..at + 1 + end });
        }
        return Some(at + 1 + end);
    }
    let inner = rest.strip_prefix('[')?;
    for quote in ['\'', '"'] {
        if let Some(name) = inner.strip_prefix(quote) {
            let end = name.find(quote)?;
            // Escapes and several names are rare: whoever writes them gets no look into the catalog.
            if name[..end].contains('\\') || !name[end + 1..].starts_with(']') {
                return None;
            }
            names.push(Name { text: name[..end].to_owned(), range: at + 2..at + 2 + end });
            return Some(at + 2 + end + 2);
        }
    }
    let end = inner.find(']')?;
    let is_index = inner[..end].bytes().all(|b| b.is_ascii_digit() || b"-:* ".contains(&b));
    is_index.then_some(at + 1 + end + 1)
}

/// Whether the path searches at any depth or matches texts: both walk much of the event, and compile anew each time.
pub(super) fn is_slow(path: &str) -> Option<&'static str> {
    let mut quoted = None;
    let mut bare = String::new();
    for c in path.chars() {
        match quoted {
            Some(quote) if c == quote => quoted = None,
            Some(_) => {}
            None if c == '\'' || c == '"' => quoted = Some(c),
            None => bare.push(c),
        }
    }
    let regex = || bare.contains("match(") || bare.contains("search(");
    if bare.contains("..") {
        Some("`..` searches the whole event")
    } else {
        regex().then_some("a regular expression is compiled for each event")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_up_to_what_is_not_plain() {
        let cases: [(&str, &[&str]); 8] = [
            ("$.detail.requestParameters.bucketName", &["detail", "requestParameters", "bucketName"]),
            ("$.detail['requestParameters'][\"x-amz-acl\"]", &["detail", "requestParameters", "x-amz-acl"]),
            ("$.detail.items[0].v[*].w", &["detail", "items", "v", "w"]),
            ("$.detail..v", &["detail"]),
            ("$.detail[?@.v == 'z'].v", &["detail"]),
            ("$.detail['a','b']", &["detail"]),
            ("$", &[]),
            ("$.é.x", &["é", "x"]),
        ];
        for (path, expected) in cases {
            let found = names(path);
            assert_eq!(found.iter().map(|name| &*name.text).collect::<Vec<_>>(), expected, "{path}");
            assert!(found.iter().all(|name| path[name.range.clone()] == name.text), "{path}");
        }
    }

    #[test]
    fn dots_in_quotes_are_not_slow() {
        assert!(is_slow("$.detail['a..b']").is_none());
        assert!(is_slow("$..a").is_some());
        assert!(is_slow("$[?match(@.a, 'x')]").is_some());
    }
}
