//! A parameter in another case than CloudTrail writes it.

use crate::finding::Finding;
use crate::fix::Fix;
use crate::lint::{Level, Lint, Stage};
use crate::table::Span;
use crate::watcher_file::WatcherFile;
use aws_facts::catalog::Part;
use aws_facts::parameters;

use super::super::facts::{KeyRead, call_names, is_cloudtrail, is_one_call, keys_read, known_keys, services};
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "wrong-case-parameter",
    level: Level::Warning,
    what: "a parameter in another case than CloudTrail writes it",
    why: "Names are compared letter by letter: the field finds nothing. CloudTrail begins most parameters with a small letter; what S3 gets as XML keeps its capitals: `VersioningConfiguration.Status`.",
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
        if let Some(found) = in_body(file, &read) {
            findings.push(found);
            continue;
        }
        let Some(known) = known_keys(pattern, read.part) else { continue };
        let (key, span) = &read.names[0];
        let right = known.iter().find(|known| known.eq_ignore_ascii_case(key));
        if let Some(right) = right.filter(|_| !known.contains(&key.as_str())) {
            let message = {
                let records = if is_one_call(pattern) { "records" } else { "record" };
                format!("{} {records} `{key}` in another case", call_names(pattern))
            };
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

/// A name in the XML of a request to S3, which is recorded with the capitals that it has there.
fn in_body(file: &WatcherFile, read: &KeyRead) -> Option<Finding> {
    let pattern = &file.places.pattern;
    let alternatives = pattern.pattern.alternatives();
    let is_of_s3 = |alternative| {
        let services = services(alternative);
        is_cloudtrail(alternative) && !services.is_empty() && services.iter().all(|one| one.prefix() == "s3")
    };
    let [(key, span), below @ ..] = &*read.names else { return None };
    // `tagging` by itself is the sub-resource of the URL.
    if read.part != Part::Request || below.is_empty() || !alternatives.iter().all(is_of_s3) {
        return None;
    }
    let body = parameters::bodies("s3").find(|body| body.eq_ignore_ascii_case(key))?;
    let is_small = |(name, _): &&(String, Span)| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && !name.starts_with("xmlns")
            && !name.starts_with("xsi")
    };
    let (wrong, span, right) = if key == body {
        let (name, span) = below.iter().find(is_small)?;
        (name, span, capital(name))
    } else {
        (key, span, body.to_owned())
    };
    let message = format!("S3 records `{wrong}` with the capitals of the request's XML");
    let fix = Fix::rename(&file.source.text, span, wrong, &right);
    Some(Finding::new(&LINT, &file.source, span.clone(), message).help(format!("write `{right}`")).fix(fix))
}

fn capital(name: &str) -> String {
    let mut chars = name.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}
