//! Findings for programs: one JSON object on a line.

use serde_json::json;
use watchfile::Finding;

use crate::project::Folder;

/// A line for each finding.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    findings.iter().map(|finding| line(finding, folder) + "\n").collect()
}

fn line(finding: &Finding, folder: &Folder) -> String {
    let (line, column) = finding.position();
    let (end_line, end_column) = finding.source.position(finding.span.end);
    json!({
        "lint": finding.lint,
        "file": folder.show(&finding.source.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": finding.message,
        "help": finding.help,
    })
    .to_string()
}
