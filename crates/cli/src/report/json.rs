//! Findings for programs: one JSON object, whose form has a version.

use serde_json::{Value, json};
use watchfile::{Edit, Finding};

use super::doc;
use crate::folder::Folder;

/// Raised when a key goes or changes its meaning; a new key is not a new version.
const VERSION: u32 = 1;

/// The object, with a line break at its end.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    let findings: Vec<Value> = findings.iter().map(|finding| object(finding, folder)).collect();
    format!("{}\n", json!({ "version": VERSION, "findings": findings }))
}

fn object(finding: &Finding, folder: &Folder) -> Value {
    let (line, column) = finding.position();
    let (end_line, end_column) = finding.source.position(finding.span.end);
    let related = finding.related.iter().map(|related| {
        let (line, column) = related.source.position(related.span.start);
        let file = folder.show(&related.source.path);
        json!({ "file": file, "line": line, "column": column, "message": related.label })
    });
    let edit = |edit: &Edit| {
        let (line, column) = finding.source.position(edit.span.start);
        let (end_line, end_column) = finding.source.position(edit.span.end);
        json!({
            "line": line,
            "column": column,
            "end_line": end_line,
            "end_column": end_column,
            "text": edit.text,
        })
    };
    json!({
        "lint": finding.lint.name,
        "severity": finding.severity.as_str(),
        "file": folder.show(&finding.source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": finding.message,
        "help": finding.help,
        "doc": doc(finding.lint.name),
        "related": related.collect::<Vec<_>>(),
        "fix": finding.fix.as_ref().map(|fix| {
            json!({ "title": fix.title, "edits": fix.edits.iter().map(edit).collect::<Vec<_>>() })
        }),
    })
}
