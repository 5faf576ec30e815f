//! Findings as SARIF 2.1.0, which GitHub's code scanning and others read.
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>

use serde_json::{Value, json};
use watchfile::lints::{self, Lint};
use watchfile::{Edit, Finding, Fix, Level, Source};

use super::{doc, uri};
use crate::folder::Folder;

/// The log, with the documentation of all lints as the help of its rules.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    let rules: Vec<Value> = lints::all().iter().map(|lint| rule(lint)).collect();
    let results: Vec<Value> = findings.iter().map(|finding| result(finding, folder)).collect();
    let driver = json!({ "name": "watcher", "semanticVersion": env!("CARGO_PKG_VERSION"), "rules": rules });
    let run = json!({ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results });
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    format!("{log:#}\n")
}

fn rule(lint: &Lint) -> Value {
    let doc = doc(lint.name);
    let mut rule = json!({
        "id": lint.name,
        "shortDescription": { "text": lint.what },
        "fullDescription": { "text": lint.why },
        "help": { "text": format!("{}\nSee {doc}", lints::explain(lint)) },
        "defaultConfiguration": { "level": level(lint.level) },
    });
    // SARIF takes absolute URIs only.
    if doc.starts_with("https://") {
        rule["helpUri"] = json!(doc);
    }
    rule
}

fn result(finding: &Finding, folder: &Folder) -> Value {
    let text = match &finding.help {
        Some(help) => format!("{}\n{help}", finding.message),
        None => finding.message.clone(),
    };
    let related = finding.related.iter().map(|related| {
        let mut place = place(&related.source, &related.span, folder);
        place["message"] = json!({ "text": related.label });
        place
    });
    let index = lints::all().iter().position(|lint| *lint == finding.lint);
    let mut result = json!({
        "ruleId": finding.lint.name,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [place(&finding.source, &finding.span, folder)],
        "relatedLocations": related.collect::<Vec<_>>(),
    });
    if let Some(found) = &finding.fix {
        result["fixes"] = json!([fix(found, &finding.source, folder)]);
    }
    if let Some(index) = index {
        result["ruleIndex"] = json!(index);
    }
    result
}

/// <https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html#_Toc141791203>
fn fix(fix: &Fix, source: &Source, folder: &Folder) -> Value {
    let replacement = |edit: &Edit| {
        json!({
            "deletedRegion": region(source, &edit.span),
            "insertedContent": { "text": edit.text },
        })
    };
    let change = json!({
        "artifactLocation": { "uri": uri(&folder.show(&source.path)) },
        "replacements": fix.edits.iter().map(replacement).collect::<Vec<_>>(),
    });
    json!({ "description": { "text": fix.title }, "artifactChanges": [change] })
}

fn place(source: &Source, span: &std::ops::Range<usize>, folder: &Folder) -> Value {
    let artifact = json!({ "uri": uri(&folder.show(&source.path)) });
    if source.text.is_empty() {
        return json!({ "physicalLocation": { "artifactLocation": artifact } });
    }
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region(source, span) } })
}

fn region(source: &Source, span: &std::ops::Range<usize>) -> Value {
    let (line, column) = source.position(span.start);
    let (end_line, end_column) = source.position(span.end);
    json!({ "startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column })
}

/// SARIF's levels are ours.
fn level(level: Level) -> &'static str {
    level.as_str()
}
