//! A parameter in another case than CloudTrail writes it.

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::{call_names, keys_read, known_keys};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "wrong-case-parameter",
    level: Level::Warning,
    what: "a parameter in another case than CloudTrail writes it",
    why: "Names are compared letter by letter: the field finds nothing. CloudTrail begins most parameters with a small letter.",
    bad: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$.detail.requestParameters.BucketName"
"#,
    good: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$.detail.requestParameters.bucketName"
"#,
    fix: Some("writes the parameter as CloudTrail does"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for read in keys_read(file) {
        let Some(known) = known_keys(pattern, read.part) else { continue };
        let (key, span) = &read.names[0];
        let right = known.iter().find(|known| known.eq_ignore_ascii_case(key));
        if let Some(right) = right.filter(|_| !known.contains(&key.as_str())) {
            let message = format!("{} records `{key}` in another case", call_names(pattern));
            let others = || known.iter().filter(|known| known.eq_ignore_ascii_case(key));
            let fix =
                if others().count() == 1 { Fix::rename(&file.source.text, span, key, right) } else { None };
            findings.push(
                Finding::new(&LINT, &file.source, span.clone(), message)
                    .help(format!("write `{right}`"))
                    .fix(fix),
            );
        }
    }
    findings
}
