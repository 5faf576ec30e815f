//! Findings for people, in rustc's style.

use std::collections::BTreeSet;
use std::iter;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use watchfile::{Finding, Related, Source};

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
    let primary = AnnotationKind::Primary.span(finding.span.clone());
    let (same, other): (Vec<_>, Vec<_>) =
        finding.related.iter().partition(|related| related.source == finding.source);
    let context = |related: &'_ Related| {
        AnnotationKind::Context.span(related.span.clone()).label(related.label.clone())
    };
    let primary = iter::once(primary).chain(same.into_iter().map(context)).collect();
    let title = Level::ERROR.primary_title(&*finding.message).id(finding.lint);
    let mut group = title.element(place(&finding.source, primary, folder));
    for related in other {
        group = group.element(place(&related.source, vec![context(related)], folder));
    }
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(&**help));
    }
    Renderer::styled().render(&[group])
}

/// The place in the file with its line. A file without text has no lines.
fn place<'a>(source: &'a Source, annotations: Vec<Annotation<'a>>, folder: &Folder) -> Element<'a> {
    let path = folder.show(&source.path);
    if source.text.is_empty() {
        return Origin::path(path).into();
    }
    Snippet::source(&*source.text).path(path).annotations(annotations).into()
}
