//! Hover and completion over the shipped watchers, at any place and with any end.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use editor::{Context, Kind, complete, hover};
use jiff::civil::date;
use watchfile::Project;

fn project() -> Project {
    let (project, findings) = watchfile::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."));
    assert!(findings.is_empty(), "{findings:?}");
    project
}

fn context<'a>(project: &'a Project, path: &str) -> Context<'a> {
    Context { kind: Kind::Watcher, project, file: project.file(path), today: date(2026, 1, 12) }
}

#[test]
fn every_call_and_field_of_the_shipped_watchers_is_known() {
    let project = project();
    let (mut names, mut fields) = (0, 0);
    for file in &project.files {
        let text = &file.source.text;
        let context = context(&project, &file.source.path);
        let is_of_records = text.contains("via CloudTrail");
        for (at, found) in text.match_indices("detail.eventName = [\"").filter(|_| is_of_records) {
            let shown = hover(text, at + found.len(), &context).unwrap();
            assert!(shown.markdown.contains("Arrives as"), "{}: {}", file.source.path, shown.markdown);
            names += 1;
        }
        for field in &file.written().fields {
            let table = text.find("[fields]").unwrap();
            let Some(at) = text[table..].find(&format!("\n{} = ", field.name)) else { continue };
            let at = table + at;
            let shown = hover(text, at + 1, &context).unwrap();
            assert!(
                shown.markdown.contains("a field of this watcher"),
                "{}: {}",
                file.source.path,
                shown.markdown
            );
            fields += 1;
        }
    }
    assert!(names > 150 && fields > 150, "{names} names, {fields} fields");
}

#[test]
fn any_place_of_any_beginning_of_a_file_is_answered() {
    let project = project();
    for file in project.files.iter().step_by(40) {
        let context = context(&project, &file.source.path);
        let whole = &file.source.text;
        for end in (0..=whole.len()).step_by(11).filter(|end| whole.is_char_boundary(*end)) {
            for text in [&whole[..end], whole] {
                if let Some(shown) = hover(text, end, &context) {
                    assert!(text.get(shown.span).is_some(), "{} {end}", file.source.path);
                }
                let found = complete(text, end, &context);
                assert!(
                    text.get(found.span.clone()).is_some(),
                    "{} {end} {:?}",
                    file.source.path,
                    found.span
                );
                assert!(
                    found.items.is_empty() || found.span.start <= end && end <= found.span.end,
                    "{} {end} {:?}",
                    file.source.path,
                    found.span
                );
            }
        }
    }
}
