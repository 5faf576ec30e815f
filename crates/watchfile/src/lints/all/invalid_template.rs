//! A title or message that is no Handlebars template.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "invalid-template",
    level: Level::Error,
    what: "a title or message that is no Handlebars template",
    why: "It cannot be rendered; the alert would only name the event.",
    bad: r#"message = '{{#if actor}}somebody'
"#,
    good: r#"message = '{{#if actor}}{{actor}}{{else}}somebody{{/if}}: {{outcome}}'
"#,
    check: Check::Reading,
};
