//! A field whose path is no JSONPath of RFC 9535.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "invalid-path",
    level: Level::Error,
    what: "a field whose path is no JSONPath of RFC 9535",
    why: "The standard is https://www.rfc-editor.org/rfc/rfc9535. What the library takes beyond it may change its meaning with any release.",
    bad: r#"message = "{{bucket}}: {{outcome}}"

[fields]
bucket = "$.detail.requestParameters[?length(@.bucketName)]"
"#,
    good: r#"message = "{{bucket}}: {{outcome}}"

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    check: Check::Reading,
};
