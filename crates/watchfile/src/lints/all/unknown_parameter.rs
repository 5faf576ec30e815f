//! A parameter that the call does not have.

use crate::finding::Finding;
use crate::lint::{Level, Lint, RESPELLS, Stage};
use crate::suggest::did_you_mean;
use crate::watcher_file::WatcherFile;

use super::super::facts::{call_names, is_one_call, keys_read, known_keys, part_name};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-parameter",
    level: Level::Warning,
    what: "a parameter that the call does not have",
    why: "The field finds nothing and renders as `(none)`; a condition on it never matches.",
    bad: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$.detail.requestParameters.buketName"
"#,
    good: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$.detail.requestParameters.bucketName"
"#,
    fix: Some(RESPELLS),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

/// What stands in the place of a part that is too large for an event of `EventBridge`.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
const OMITTED: [&str; 3] = ["omitted", "originalSize", "reason"];

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for read in keys_read(file) {
        let Some(known) = known_keys(pattern, read.part) else { continue };
        let (key, span) = &read.names[0];
        if OMITTED.contains(&key.as_str()) {
            continue;
        }
        let other_case = |known: &&str| known.eq_ignore_ascii_case(key);
        if known.contains(&key.as_str()) {
            findings.extend(read.names.get(1).and_then(|(name, span)| below(file, &known, key, name, span)));
        } else if !known.iter().any(other_case) {
            let message = {
                let (names, has) = (call_names(pattern), if is_one_call(pattern) { "has" } else { "have" });
                format!("{names} {has} no `{key}` in `{}`", part_name(read.part))
            };
            let top = || known.iter().copied().filter(|known| !known.contains('.'));
            let help = did_you_mean(key, top()).unwrap_or_else(|| match top().count() {
                0 if is_one_call(pattern) => "the call has none".to_owned(),
                0 => "the calls have none".to_owned(),
                1..=12 => {
                    let who = if is_one_call(pattern) { "it has" } else { "they have" };
                    format!("{who} {}", crate::suggest::list(top()))
                }
                _ => "look at a recorded event".to_owned(),
            });
            let finding = Finding::new(&LINT, &file.source, span.clone(), message).help(help);
            findings.push(finding.respelt(key, top()));
        }
    }
    findings
}

/// A name within a structure. Only a likely slip is reported: what is recorded there is less certain than the keys above.
fn below(
    file: &WatcherFile,
    known: &[&str],
    key: &str,
    name: &str,
    span: &std::ops::Range<usize>,
) -> Option<Finding> {
    let inner = || known.iter().filter_map(|known| known.strip_prefix(key)?.strip_prefix('.'));
    if inner().any(|known| known.eq_ignore_ascii_case(name)) {
        return None;
    }
    let help = did_you_mean(name, inner())?;
    let finding =
        Finding::new(&LINT, &file.source, span.clone(), format!("`{key}` has no `{name}`")).help(help);
    Some(finding.respelt(name, inner()))
}
