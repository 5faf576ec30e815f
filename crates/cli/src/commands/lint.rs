//! `watcher lint`: all findings, or those about some files.

mod fix;

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use jiff::civil::Date;
use watchfile::{Elsewhere, Finding, Level, Options, Project};

use super::explain;
use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::only::Only;
use crate::style::count;
use crate::{output, report};

/// Check the watcher files and account-watcher.toml.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct LintArgs {
    /// Report only what is in these files or folders, or concerns them; `-` is a watcher on standard input. All
    /// files of the project are read in any case [default: all].
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// How to print the findings.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,

    /// Fail on warnings too.
    #[arg(long)]
    pub(crate) deny_warnings: bool,

    /// Do not report this lint; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) allow: Vec<String>,

    /// Report this lint as an error; may be given several times.
    #[arg(long, value_name = "NAME")]
    pub(crate) deny: Vec<String>,

    /// Write the fixes of those findings that have just one right answer, and report the others.
    #[arg(long, conflicts_with = "diff")]
    pub(crate) fix: bool,

    /// Show what --fix would write, as a unified diff, and report nothing.
    #[arg(long, conflicts_with = "format")]
    pub(crate) diff: bool,

    /// The region of the stack: events that do not arrive there become warnings.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Option<String>,

    /// Read this file in the place of account-watcher.toml.
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// The name of the file that standard input is about to become.
    #[arg(long, value_name = "FILE", default_value = "stdin.toml")]
    pub(crate) stdin_filename: PathBuf,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people: the line, a caret, and what to do.
    #[default]
    Text,
    /// One JSON object with all findings.
    Json,
    /// Annotations of a GitHub workflow, shown beside the changed lines.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

const HELP: &str = "\
Examples:
  watcher lint
  watcher lint --deny-warnings --region eu-west-1
  watcher lint --diff               # what would be fixed
  watcher lint --fix watchers/s3-bucket-deleted.toml
  watcher lint --format github      # in a GitHub workflow
  watcher lint --format json | jq -r .findings[].lint | sort | uniq -c
  watcher lint - --stdin-filename watchers/s3-bucket-deleted.toml < buffer

A finding that is meant is allowed by a comment on its key or above it: `# allow: NAME — reason`.

--fix changes the files asked about, or all of the project, and only findings that have one right answer; docs/lints.md
marks their lints. Comments and layout stay. A file that would have new findings then, or a test that fails and did not,
is left as it is, and it is said why. With `-` the fixed text goes to standard output, the findings to standard error.

The JSON is {\"version\": 1, \"findings\": […]}. A finding has the keys lint, severity (error, warning or note), file,
line, column, end_line, end_column, message, help, doc, related and fix; lines and columns count from 1, columns in
characters, and the end is the place after the last character. A fix is null, or has a title and edits: each replaces
a place of the file with a text.

Exit codes:
  0  no errors, and with --deny-warnings no warnings; with --fix none is left; with --diff nothing would change
  1  errors, or warnings with --deny-warnings; with --diff something would change
  2  bad usage, or no project
  3  no watchers";

pub(super) fn run(args: &LintArgs, project: Option<&Path>) -> Result<Status, Error> {
    for name in args.allow.iter().chain(&args.deny) {
        explain::find(name)?;
    }
    super::check_regions(&args.region)?;
    let is_stdin = |path: &&PathBuf| **path == Path::new("-");
    let first = args.paths.iter().find(|path| !is_stdin(path));
    let folder = Folder::find(project, first.map(PathBuf::as_path), args.config.is_some())?;
    let unsaved = args.paths.iter().find(is_stdin).map(|_| stdin(&args.stdin_filename)).transpose()?;
    let only = Only::new(&args.paths, &folder, unsaved.as_ref().map(|(name, _)| name.as_str()))?;
    let elsewhere = Elsewhere {
        config: args.config.as_deref().map(absolute).transpose()?,
        unsaved: unsaved.into_iter().map(|(name, text)| (format!("watchers/{name}"), text)).collect(),
    };
    let options = Options { today: super::day(args.today), region: args.region.clone() };
    let is_allowed =
        |finding: &Finding| !finding.stops_build() && args.allow.iter().any(|name| name == finding.lint.name);
    let mut note = String::new();
    let (project, findings) = if args.fix || args.diff {
        let wanted = |finding: &Finding| only.has(&finding.source.path, &folder) && !is_allowed(finding);
        let fixed = watchfile::fixed::fix(folder.root(), &options, &elsewhere, &wanted);
        only.check(&folder, &fixed.project, &fixed.findings)?;
        if args.diff {
            return fix::show(&fixed, &folder);
        }
        let stdin = elsewhere.unsaved.iter().next().map(|(path, text)| (path.as_str(), text.as_str()));
        note = fix::write(&fixed, &folder, stdin)?;
        (fixed.project, fixed.findings)
    } else {
        watchfile::lint_with(folder.root(), &options, &elsewhere)
    };
    only.check(&folder, &project, &findings)?;
    let mut findings: Vec<Finding> = findings
        .into_iter()
        .filter(|finding| only.concerns(finding, &folder))
        .filter(|finding| !is_allowed(finding))
        .collect();
    for finding in &mut findings {
        if args.deny.iter().any(|name| name == finding.lint.name) {
            finding.severity = Level::Error;
        }
    }
    if args.paths.is_empty() {
        note += &leave_out_notes(&mut findings, &project, &folder);
    }
    let watchers = project.files.iter().filter(|file| only.has(&file.source.path, &folder)).count();
    let text = text(args, &findings, &project, &folder, watchers);
    if args.fix && !elsewhere.unsaved.is_empty() {
        output::note(&format!("{text}{note}"));
    } else {
        output::note(&note);
        if args.format == ReportFormat::Text {
            output::print(&text)?;
        } else {
            output::print_exactly(text.as_bytes())?;
        }
    }
    let worst = findings.iter().map(|finding| finding.severity).max();
    Ok(match worst {
        Some(Level::Error) => Status::Findings,
        Some(Level::Warning) if args.deny_warnings => Status::Findings,
        None if project.files.is_empty() => Status::Nothing,
        _ => Status::Clean,
    })
}

/// Leaves out what there is to know of shipped watchers and nothing to do about. Gives what to say of it.
fn leave_out_notes(findings: &mut Vec<Finding>, project: &Project, folder: &Folder) -> String {
    let before = findings.len();
    findings.retain(|finding| !project.leaves_out(finding));
    match (before - findings.len(), project.shipped_folder()) {
        (1.., Some(shipped)) => format!(
            "{} of shipped watchers left out: `watcher lint {}` shows them\n",
            count(before - findings.len(), "note"),
            folder.show(shipped)
        ),
        _ => String::new(),
    }
}

fn text(
    args: &LintArgs,
    findings: &[Finding],
    project: &Project,
    folder: &Folder,
    watchers: usize,
) -> String {
    match args.format {
        ReportFormat::Json => report::json::findings(findings, folder),
        ReportFormat::Github => report::github::findings(findings, folder),
        ReportFormat::Sarif => report::sarif::findings(findings, folder),
        ReportFormat::Text => {
            let text = report::text::findings(findings, folder);
            let (summary, more) = (report::text::summary(findings, watchers), report::text::more(findings));
            // What `--fix` has left it has told about.
            let fixable = if args.fix { String::new() } else { report::text::fixable(findings, project) };
            format!("{text}{summary}\n{fixable}{more}")
        }
    }
}

fn absolute(path: &Path) -> Result<PathBuf, Error> {
    if !path.is_file() {
        return Err(Error::usage(format!("there is no file {}", path.display())));
    }
    std::path::absolute(path).map_err(|e| Error::usage(format!("{}: {e}", path.display())))
}

/// The name and the text of the watcher on standard input.
fn stdin(name: &Path) -> Result<(String, String), Error> {
    let text = super::stdin_text()?;
    let name = name.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((name.unwrap_or_else(|| "stdin.toml".to_owned()), text))
}
