//! Findings, printed: one module for each format, each a pure function.

pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod sarif;
pub(crate) mod text;

/// Where a lint is documented, in this project's repository.
fn doc(lint: &str) -> String {
    format!("docs/lints.md#{lint}")
}
