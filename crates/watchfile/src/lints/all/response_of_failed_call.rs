//! A field of the response, of calls that may have failed.

use crate::finding::Finding;
use crate::finding::Level;
use crate::watcher_file::WatcherFile;

use super::super::facts::{excludes_failures, is_api_call};
use super::super::{Context, json_path, template};

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "response-of-failed-call",
    level: Level::Warning,
    what: "a field of the response, of calls that may have failed",
    why: "A failed call has no response: the field finds nothing, and the text says `(none)`.",
    bad: r#"message = "Key {{key}}: {{actor}}"

[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["CreateAccessKey"]

[fields]
key = "$.detail.responseElements.accessKey.accessKeyId"
"#,
    good: r#"message = "Key {{key}}: {{actor}}"

[pattern]
source = ["aws.iam"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventName = ["CreateAccessKey"]
detail.errorCode = [{ exists = false }]

[fields]
key = "$.detail.responseElements.accessKey.accessKeyId"
"#,
    check: Check::Watcher(check),
};

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let alternatives = file.watcher.pattern.alternatives();
    if alternatives.iter().all(|alternative| !is_api_call(alternative) || excludes_failures(alternative)) {
        return Vec::new();
    }
    let texts = [file.watcher.title.source(), file.watcher.message.source()];
    // A text that looks whether the call failed, or whether the field is there, knows what it does.
    let looks = |name: &str| {
        ["error_code", "outcome", name]
            .iter()
            .any(|name| texts.iter().any(|text| template::tests(text, name)))
    };
    let is_response = |path: &str| {
        let names = json_path::names(path);
        matches!(&names[..], [detail, part, ..] if detail.text == "detail" && part.text == "responseElements")
    };
    let fields = file.places.fields.iter().filter(|field| {
        !field.paths.is_empty()
            && field.paths.iter().all(|(path, _)| is_response(path))
            && texts.iter().any(|text| template::names(text, &field.name))
            && !looks(&field.name)
    });
    fields
        .map(|field| {
            let message = format!("`{}` is read from the response, and a failed call has none", field.name);
            Finding::new(LINT.name, &file.source, field.paths[0].1.clone(), message).help(
                "exclude failures with `detail.errorCode = [{ exists = false }]`, or ask `{{#if error_code}}` in the text",
            )
        })
        .collect()
}
