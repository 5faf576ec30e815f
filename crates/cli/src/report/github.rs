//! Findings as workflow commands, which GitHub shows beside the changed lines.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions#setting-an-error-message>

use watchfile::{Finding, Level};

use super::doc;
use crate::folder::Folder;

/// A workflow command for each finding.
pub(crate) fn findings(findings: &[Finding], folder: &Folder) -> String {
    findings.iter().map(|finding| command(finding, folder) + "\n").collect()
}

fn command(finding: &Finding, folder: &Folder) -> String {
    let (line, column) = finding.position();
    let (end_line, end_column) = finding.source.position(finding.span.end);
    // GitHub takes columns only for a place within one line.
    let end = if line == end_line {
        format!("col={column},endColumn={end_column}")
    } else {
        format!("endLine={end_line}")
    };
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str("\nhelp: ");
        text.push_str(help);
    }
    text.push_str("\nmore: ");
    text.push_str(&doc(finding.lint.name));
    let file = property(&folder.show(&finding.source.path));
    let command = match finding.severity {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    format!(
        "::{command} file={file},line={line},{end},title={}::{}",
        property(finding.lint.name),
        data(&text)
    )
}

/// Escaped as the runner's own toolkit does it.
/// <https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts>
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As [`data`], of what stands before the message.
pub(crate) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_a_command_or_a_property_is_escaped() {
        assert_eq!(data("100 %\r\na: b, c"), "100 %25%0D%0Aa: b, c");
        assert_eq!(property("a:b,c%\n"), "a%3Ab%2Cc%25%0A");
    }
}
