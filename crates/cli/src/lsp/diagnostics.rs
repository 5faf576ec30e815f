//! Findings as an editor shows them.

use std::collections::BTreeMap;

use editor::Lines;
use gen_lsp_types as lsp;
use watchfile::{Finding, Level, Source};

use super::documents::{Documents, range};
use super::linting::Linted;
use super::uri::{self, Home};
use crate::report::doc;

/// The diagnostics of each file that has some, and of each open one.
pub(super) fn of(linted: &Linted, documents: &Documents) -> BTreeMap<String, Vec<lsp::Diagnostic>> {
    let places = Places { linted, documents };
    let mut found: BTreeMap<String, Vec<lsp::Diagnostic>> = BTreeMap::new();
    for (uri, document) in &documents.open {
        if document.home.root == linted.root {
            found.entry(uri.clone()).or_default();
        }
    }
    for finding in linted.findings.iter().filter(|finding| !linted.project.leaves_out(finding)) {
        found.entry(places.uri(&finding.source)).or_default().push(places.diagnostic(finding));
    }
    found
}

struct Places<'a> {
    linted: &'a Linted,
    documents: &'a Documents,
}

impl Places<'_> {
    /// As the editor writes it, if it has the file open.
    fn uri(&self, source: &Source) -> String {
        let home = Home { root: self.linted.root.clone(), path: source.path.clone() };
        let open = self.documents.at(&home).map(|(uri, _)| uri.clone());
        open.unwrap_or_else(|| uri::of(&self.linted.root, &source.path))
    }

    fn range(&self, source: &Source, bytes: &std::ops::Range<usize>) -> lsp::Range {
        // A finding's text has its secrets masked, each byte in its place; characters count in the real one.
        let text = self.linted.texts.get(&source.path).unwrap_or(&source.text);
        range(&Lines::new(text, self.documents.encoding), bytes)
    }

    fn diagnostic(&self, finding: &Finding) -> lsp::Diagnostic {
        let doc = doc(finding.lint.name);
        // An editor opens it: a path in the repository would lead nowhere.
        let href = doc.starts_with("https://").then(|| lsp::CodeDescription { href: doc.into() });
        let message = match &finding.help {
            Some(help) => format!("{}\n{help}", finding.message),
            None => finding.message.clone(),
        };
        let related = finding.related.iter().map(|related| lsp::DiagnosticRelatedInformation {
            location: lsp::Location {
                uri: self.uri(&related.source).into(),
                range: self.range(&related.source, &related.span),
            },
            message: related.label.clone(),
        });
        let related: Vec<_> = related.collect();
        lsp::Diagnostic {
            range: self.range(&finding.source, &finding.span),
            severity: Some(match finding.severity {
                Level::Error => lsp::DiagnosticSeverity::Error,
                Level::Warning => lsp::DiagnosticSeverity::Warning,
                Level::Note => lsp::DiagnosticSeverity::Information,
            }),
            code: Some(finding.lint.name.to_owned().into()),
            code_description: href,
            source: Some("watcher".to_owned()),
            message: message.into(),
            tags: None,
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }
}
