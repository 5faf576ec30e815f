//! What can be wrong with a path, in our words: jsonpath-rust prints its grammar's rules.

use std::fmt;

use jsonpath_rust::parser::errors::JsonPathError;
use pest::error::InputLocation;

/// A path that is not a JSONPath.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathError {
    /// The byte of the text at which it breaks.
    pub offset: usize,
    /// What is wrong, in our words.
    pub message: String,
}

impl PathError {
    pub(super) fn no_root(text: &str) -> PathError {
        let message = format!("a JSONPath starts with `$`: write `$.{}`", text.trim_start_matches('.'));
        PathError { offset: 0, message }
    }

    /// White space inside a name behind a dot, which jsonpath-rust takes and RFC 9535 does not.
    /// <https://www.rfc-editor.org/rfc/rfc9535#name-child-segment>
    pub(super) fn space(offset: usize) -> PathError {
        PathError { offset, message: "a name with a space is written `['a name']`".to_owned() }
    }

    pub(super) fn unexpected(text: &str, offset: usize) -> PathError {
        let rest: String = text[offset..].chars().take(20).collect();
        let message = if rest.is_empty() {
            "the path ends too early: expected a name, `[index]` or `[*]`".to_owned()
        } else {
            format!(
                "not a JSONPath from `{rest}` on: expected `.name`, `['name']`, `[index]`, `[*]`, `[start:end]`, `..name` or `[?filter]`"
            )
        };
        PathError { offset, message }
    }

    /// What jsonpath-rust says, at `elsewhere` if it does not say where.
    pub(super) fn of(text: &str, error: &JsonPathError, elsewhere: usize) -> PathError {
        let message = match error {
            JsonPathError::PestError(e) => {
                let (InputLocation::Pos(at) | InputLocation::Span((at, _))) = e.location;
                return PathError::unexpected(text, at.min(text.len()));
            }
            JsonPathError::MaxNestingDepthExceeded(depth) => format!("nested deeper than {depth} levels"),
            other => format!("not a JSONPath: {other}"),
        };
        PathError { offset: elsewhere, message }
    }
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PathError {}
