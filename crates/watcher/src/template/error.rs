//! What can be wrong with a template, in our words: handlebars prints its grammar's rules.

use std::fmt;

use handlebars::TemplateErrorReason;

/// A template that does not parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Where in the template, in bytes.
    pub offset: usize,
    /// What is wrong, in our words.
    pub message: String,
}

impl TemplateError {
    /// What handlebars says.
    pub(super) fn syntax(source: &str, error: &handlebars::TemplateError) -> TemplateError {
        let offset = error.pos().map_or(0, |(line, column)| offset_of(source, line, column));
        let message = match error.reason() {
            TemplateErrorReason::MismatchingClosedHelper(open, close)
            | TemplateErrorReason::MismatchingClosedDecorator(open, close) => {
                return TemplateError::mismatch(offset, bare(open), bare(close));
            }
            TemplateErrorReason::NestedSubexpression => {
                "a subexpression inside a subexpression is not supported".to_owned()
            }
            TemplateErrorReason::InvalidParam(param) => format!("`{param}` is not a parameter"),
            _ => return TemplateError::unexpected(source, offset),
        };
        TemplateError { offset, message }
    }

    pub(super) fn mismatch(offset: usize, open: &str, close: &str) -> TemplateError {
        TemplateError { offset, message: format!("`{{{{#{open}}}}}` is closed by `{{{{/{close}}}}}`") }
    }

    pub(super) fn unexpected(source: &str, offset: usize) -> TemplateError {
        let message = if offset >= source.trim_end().len() {
            "the template ends inside a `{{…}}` or before its `{{/…}}`: close it"
        } else {
            "not a Handlebars template from here on: expected a name, a helper or text; a literal `{{` is written `\\{{`"
        };
        TemplateError { offset, message: message.to_owned() }
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for TemplateError {}

fn bare(quoted: &str) -> &str {
    quoted.trim_matches('"')
}

/// The byte of a place given as line and column, both from 1, the column in characters.
fn offset_of(source: &str, line: usize, column: usize) -> usize {
    let start: usize = source.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = &source[start..];
    start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
}
