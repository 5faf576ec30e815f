//! `watcher site`: the watchers as a static web site.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use site::{File, GENERATOR};

use crate::exit::{Error, Status};
use crate::output;
use crate::project;
use crate::saved;
use crate::style::count;

/// Write a web site of the watchers: each one's alert as it is sent, what it is for, and what benchmarks it covers.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct SiteArgs {
    /// The folder to write; it must be new, empty, or a site that was written before.
    #[arg(value_name = "DIR")]
    pub(crate) folder: PathBuf,
}

const HELP: &str = "\
The site is a folder of files. It needs no server and loads nothing from elsewhere: open index.html, or publish the folder
on GitHub Pages (docs/site.md). Alerts are drawn from exactly what is sent for the events of the watchers' tests. The same
project makes the same files, so the folder can be committed. A file with findings is reported on standard error, and the
site is of the other watchers. A site that was there before is replaced as a whole.

Examples:
  watcher site public
  watcher --project ~/infrastructure/watchers site /tmp/site

Exit codes:
  0  the site was written
  1  the project has findings
  2  bad usage, or a folder that is not a site or cannot be written
  3  no watchers";

pub(super) fn run(args: &SiteArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = &project::open(project)?;
    opened.tell_findings();
    if opened.project.files.is_empty() {
        output::complain("there are no watchers to write a site of");
        return Ok(if opened.findings.is_empty() { Status::Nothing } else { Status::Findings });
    }
    let files = site::files(&opened.project).map_err(Error::usage)?;
    check(&args.folder)?;
    let pairs = files.iter().map(|File { path, text }| (path.as_str(), text.as_str()));
    saved::write_folder(&args.folder, pairs).map_err(|error| unusable(&args.folder, "written", &error))?;
    let watchers = count(opened.project.files.len(), "watcher");
    let index = args.folder.join("index.html");
    output::print(&format!("wrote a site of {watchers}: open {}\n", index.display()))?;
    Ok(if opened.findings.is_empty() { Status::Clean } else { Status::Findings })
}

/// That nothing is lost when the folder is replaced.
fn check(folder: &Path) -> Result<(), Error> {
    let shown = folder.display();
    let allowed = "name a new or empty folder, or one that `watcher site` wrote";
    if !folder.exists() {
        return Ok(());
    }
    if !folder.is_dir() {
        return Err(Error::usage(format!("{shown} is not a folder: {allowed}")));
    }
    let files = saved::entries(folder).map_err(|error| unusable(folder, "read", &error))?;
    if files.is_empty() {
        return Ok(());
    }
    let index = fs::read_to_string(folder.join("index.html")).unwrap_or_default();
    if !index.contains(&format!(r#"<meta name="generator" content="{GENERATOR}">"#)) {
        return Err(Error::usage(format!(
            "{shown} has files and is not a site, so it is not replaced: {allowed}"
        )));
    }
    match files.iter().find(|file| !site::is_path(file)) {
        Some(file) => Err(Error::usage(format!(
            "{shown} has `{file}`, which `watcher site` did not write and would lose: move it away, or name another folder"
        ))),
        None => Ok(()),
    }
}

fn unusable(folder: &Path, what: &str, error: &io::Error) -> Error {
    Error::usage(format!("{} cannot be {what}: {error}", folder.display()))
}
