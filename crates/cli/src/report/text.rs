//! Findings for people, in rustc's style.

use std::collections::BTreeSet;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use watchfile::{Finding, Source};

use crate::project::Folder;
use crate::style::{ERROR, GOOD, count, paint};

/// The findings, each followed by an empty line.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    findings.iter().map(|finding| render(finding, folder) + "\n\n").collect()
}

/// The last line: `3 errors in 2 files`, or `10 watchers, no findings`.
pub(crate) fn summary(findings: &[Finding], watchers: usize) -> String {
    if findings.is_empty() {
        return paint(GOOD, &format!("{}, no findings", count(watchers, "watcher")));
    }
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding.source.path.as_str()).collect();
    paint(ERROR, &format!("{} in {}", count(findings.len(), "error"), count(files.len(), "file")))
}

fn render(finding: &Finding, folder: &Folder) -> String {
    let label = (!finding.label.is_empty()).then_some(finding.label.as_str());
    let annotation = AnnotationKind::Primary.span(finding.span.clone()).label(label);
    let mut group = Level::ERROR.primary_title(&*finding.message).id(finding.lint).element(place(
        &finding.source,
        annotation,
        folder,
    ));
    for related in &finding.related {
        let annotation = AnnotationKind::Context.span(related.span.clone()).label(&*related.label);
        group = group.element(place(&related.source, annotation, folder));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(&**help));
    }
    Renderer::styled().render(&[group])
}

/// The place in the file; a file without text has no lines to show.
fn place<'a>(source: &'a Source, annotation: Annotation<'a>, folder: &Folder) -> Element<'a> {
    let path = folder.show(&source.path);
    if source.text.is_empty() {
        return Origin::path(path).into();
    }
    Snippet::source(&*source.text).path(path).annotation(annotation).into()
}
