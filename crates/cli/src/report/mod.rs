//! Findings, printed: one module for each format, each a pure function.

pub(crate) mod github;
pub(crate) mod json;
pub(crate) mod text;
