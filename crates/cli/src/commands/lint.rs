//! `watcher lint`: all findings.

use crate::args::ReportFormat;
use crate::exit::{Error, Status};
use crate::project::Opened;
use crate::{output, report};

pub(super) fn run(opened: &Opened, format: ReportFormat) -> Result<Status, Error> {
    let Opened { project, findings, folder } = opened;
    match format {
        ReportFormat::Json => output::print_exactly(report::json::findings(findings, folder).as_bytes())?,
        ReportFormat::Github => {
            output::print_exactly(report::github::findings(findings, folder).as_bytes())?;
        }
        ReportFormat::Text => {
            let text = report::text::findings(findings, folder);
            output::print(&format!("{text}{}\n", report::text::summary(findings, project.files.len())))?;
        }
    }
    Ok(match (findings.is_empty(), project.files.is_empty()) {
        (false, _) => Status::Findings,
        (true, true) => Status::Nothing,
        (true, false) => Status::Clean,
    })
}
