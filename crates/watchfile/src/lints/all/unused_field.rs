//! A field that no text, group or test uses.

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedField;
use crate::watcher_file::{State, WatcherFile};

use super::super::repair::remove_key;
use super::super::{Check, Context, template};

pub(super) static LINT: Lint = Lint {
    name: "unused-field",
    level: Level::Warning,
    what: "a field that no text, group or test uses",
    why: "It is read from every event for nothing, or its name is missing in the text.",
    bad: r#"[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    good: r#"message = "{{bucket}}: {{outcome}}"

[fields]
bucket = "$.detail.requestParameters.bucketName"
"#,
    fix: Some("removes the field; its comments stay"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let (watcher, places) = (&file.watcher, &file.places);
    let is_used = |name: &str| {
        let mut texts = [&places.title, &places.message].into_iter().chain(&places.attempt);
        texts.any(|text| template::names(&text.parsed, name))
            || places.conditions.iter().any(|condition| condition.mentions(name))
            || [&watcher.group, &file.written().group]
                .into_iter()
                .flatten()
                .any(|group| group.by.iter().any(|by| by == name))
            || file.tests.iter().any(|test| test.fields.contains_key(name))
    };
    // Where something else is wrong, the field may only seem to be unused.
    let fix = |field: &PlacedField| {
        let title = format!("remove the field `{}`", field.name);
        let is_sound = file.state == State::Sound;
        is_sound.then(|| remove_key(&file.source.text, &field.span, title)).flatten()
    };
    let unused = places.fields.iter().filter(|field| !is_used(&field.name));
    unused
        .map(|field| {
            Finding::new(
                &LINT,
                &file.source,
                field.span.clone(),
                format!("field `{}` is not used", field.name),
            )
            .help(format!("write `{{{{{}}}}}` in the message, or remove the field", field.name))
            .fix(fix(field))
        })
        .collect()
}
