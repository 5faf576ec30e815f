//! An `[[ignore]]` without a reason.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "ignore-without-reason",
    level: Level::Error,
    what: "an `[[ignore]]` without a reason",
    why: "In a year nobody knows whether it may go.",
    bad: r#"[[ignore]]
pattern.account = ["123456789012"]
"#,
    good: r#"[[ignore]]
reason = "the sandbox account"
pattern.account = ["123456789012"]
"#,
    check: Check::Reading,
};
