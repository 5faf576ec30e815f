//! A variable in a title or message that is no field and no standard variable.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "unknown-variable",
    level: Level::Error,
    what: "a variable in a title or message that is no field and no standard variable",
    why: "It renders as `(none)`, also inside `{{#if}}`, where no strict mode of Handlebars would find it.",
    bad: r#"message = 'Bucket {{bukket}}: {{outcome}}'

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    good: r#"message = 'Bucket {{bucket}}: {{outcome}}'

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    check: Check::Reading,
};
