//! Findings for people, in rustc's style.

use std::collections::BTreeSet;
use std::iter;

use annotate_snippets::{Annotation, AnnotationKind, Element, Level as Title, Origin, Renderer, Snippet};
use watchfile::{Finding, Level, Project, Related, Source};

use super::doc;
use crate::folder::Folder;
use crate::style::{CAUTION, ERROR, GOOD, count, paint};

/// The findings, each followed by an empty line.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    findings.iter().map(|finding| render(finding, folder) + "\n\n").collect()
}

/// The last line: `3 errors, 1 warning in 2 files`, or `10 watchers, no findings`.
pub(crate) fn summary(findings: &[Finding], watchers: usize) -> String {
    if findings.is_empty() {
        return paint(GOOD, &format!("{}, no findings", count(watchers, "watcher")));
    }
    let files: BTreeSet<&str> = findings.iter().map(|finding| finding.source.path.as_str()).collect();
    let of = |level| findings.iter().filter(|finding| finding.severity == level).count();
    let parts = [Level::Error, Level::Warning, Level::Note].map(|level| (of(level), level.as_str()));
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| count(number, noun))
        .collect();
    let style = match findings.iter().map(|finding| finding.severity).max() {
        Some(Level::Error) => ERROR,
        Some(Level::Warning) => CAUTION,
        _ => GOOD,
    };
    paint(style, &format!("{} in {}", parts.join(", "), count(files.len(), "file")))
}

/// How many of them `--fix` would fix; nothing if none.
pub(crate) fn fixable(findings: &[Finding], project: &Project) -> String {
    let is_fixable = |finding: &&Finding| finding.fix.is_some() && project.is_own(&finding.source.path);
    match findings.iter().filter(is_fixable).count() {
        0 => String::new(),
        number => {
            format!("{number} can be fixed: `watcher lint --diff` shows how, `watcher lint --fix` does it\n")
        }
    }
}

/// Where to read more: the documentation of what is worst.
pub(crate) fn more(findings: &[Finding]) -> String {
    let worst = findings.iter().map(|finding| finding.severity).max();
    let lint =
        findings.iter().find(|finding| Some(finding.severity) == worst).map(|finding| finding.lint.name);
    lint.map_or_else(String::new, |lint| {
        format!("why, and what to write instead: `watcher explain {lint}`, or {}\n", doc(lint))
    })
}

fn render(finding: &Finding, folder: &Folder) -> String {
    let primary = AnnotationKind::Primary.span(finding.span.clone());
    let (same, other): (Vec<_>, Vec<_>) =
        finding.related.iter().partition(|related| related.source == finding.source);
    let context = |related: &'_ Related| {
        AnnotationKind::Context.span(related.span.clone()).label(related.label.clone())
    };
    let primary = iter::once(primary).chain(same.into_iter().map(context)).collect();
    let level = match finding.severity {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let title = level.primary_title(&*finding.message).id(finding.lint.name);
    let mut group = title.element(place(&finding.source, primary, folder));
    for related in other {
        group = group.element(place(&related.source, vec![context(related)], folder));
    }
    if let Some(help) = &finding.help {
        group = group.element(Title::HELP.message(&**help));
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
