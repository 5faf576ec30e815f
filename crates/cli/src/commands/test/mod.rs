//! `watcher test`: the tests that stand in the watcher files.

mod coverage;
mod junit;
mod show;
mod update;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use jiff::civil::Date;
use watchfile::{Outcome, TestCase, WatcherFile};

use crate::exit::{Error, Status};
use crate::output;
use crate::project::{self, Opened};
use crate::style::{ERROR, GOOD, count, paint};

/// Run the tests that stand in the watcher files.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct TestArgs {
    /// The watchers to test [default: all of your own, also those that are switched off].
    #[arg(value_name = "NAME")]
    pub(crate) names: Vec<String>,

    /// Accept what came: write it into the tests that failed. Whether a watcher matches is not accepted.
    #[arg(long)]
    pub(crate) update: bool,

    /// Say which watchers, fields and ignores no test exercises, and fail if there are any.
    #[arg(long)]
    pub(crate) coverage: bool,

    /// Also write the results as XML in the form of `JUnit`, which CI systems show.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// The day for ignores that end [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    pub(crate) today: Option<Date>,
}

const HELP: &str = "\
Examples:
  watcher test
  watcher test s3-bucket-deleted iam-role-deleted
  watcher test --update s3-bucket-deleted   # after the message was changed; look at the difference with git diff
  watcher test --coverage --junit target/watchers.xml

Exit codes:
  0  all tests passed; with --update also those whose new values were accepted
  1  a test failed, the project has findings, or with --coverage something is not exercised
  2  bad usage, or an unknown name
  3  no tests";

/// A bar that comes and goes at once only flickers.
const PATIENCE: Duration = Duration::from_secs(1);

/// A watcher with its tests and what came of them.
struct Tested<'a> {
    file: &'a WatcherFile,
    runs: Vec<Run<'a>>,
}

struct Run<'a> {
    test: &'a TestCase,
    outcome: Outcome,
    took: Duration,
}

impl Tested<'_> {
    fn failed(&self) -> impl Iterator<Item = (usize, &Run<'_>)> {
        self.runs.iter().enumerate().filter(|(_, run)| !run.outcome.failures.is_empty())
    }
}

pub(super) fn run(args: &TestArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = &project::open(project)?;
    let today = super::day(args.today);
    let is_unknown = |name: &&String| opened.project.watcher(name).is_none() && !opened.is_faulty(name);
    if let Some(name) = args.names.iter().find(is_unknown) {
        return Err(opened.unknown(name));
    }
    let is_named = |file: &&WatcherFile| args.names.contains(&file.watcher.name);
    if let (Some(file), Some(folder)) = (
        opened.project.files.iter().filter(is_named).find(|file| file.is_shipped()),
        opened.project.shipped_folder(),
    ) {
        return Err(Error::usage(format!(
            "`{}` is a shipped watcher, whose tests are for the channels, accounts and ignores beside it: run them with \
             `watcher test --project {} {0}`",
            file.watcher.name,
            opened.folder.show(folder)
        )));
    }
    opened.tell_findings();
    let chosen = |file: &&WatcherFile| {
        if args.names.is_empty() { !file.is_shipped() } else { is_named(file) }
    };
    let tested = run_all(opened, opened.project.files.iter().filter(chosen).collect(), today);
    if let Some(path) = &args.junit {
        junit::write(path, &tested, opened)?;
    }
    let kept = if args.update { update::accept(&tested, opened)? } else { everything_failed(&tested) };
    for (tested, index) in &kept {
        output::print(&show::failure(tested.file, &tested.runs[*index], &opened.folder))?;
    }
    let all = tested.iter().map(|tested| tested.runs.len()).sum();
    output::print(&format!("{}\n", summary(all - kept.len(), kept.len())))?;
    let gaps = if args.coverage { coverage::tell(&tested, opened, args.names.is_empty())? } else { 0 };
    Ok(match (kept.len() + gaps, all) {
        (1.., _) => Status::Findings,
        _ if !opened.findings.is_empty() => Status::Findings,
        (0, 0) => Status::Nothing,
        _ => Status::Clean,
    })
}

fn run_all<'a>(opened: &Opened, files: Vec<&'a WatcherFile>, today: Date) -> Vec<Tested<'a>> {
    let begun = Instant::now();
    let total = files.iter().map(|file| file.tests.len() as u64).sum();
    let mut bar: Option<ProgressBar> = None;
    let mut done = 0;
    let mut tested = Vec::new();
    for file in files {
        let mut runs = Vec::new();
        for test in &file.tests {
            let start = Instant::now();
            let outcome = watchfile::outcome(file, &opened.project.config, test, today);
            runs.push(Run { test, outcome, took: start.elapsed() });
            done += 1;
            if begun.elapsed() > PATIENCE {
                bar.get_or_insert_with(|| ProgressBar::new(total)).set_position(done);
            }
        }
        tested.push(Tested { file, runs });
    }
    if let Some(bar) = bar {
        bar.finish_and_clear();
    }
    tested
}

/// The failed tests by their index.
fn everything_failed<'a, 'b>(tested: &'b [Tested<'a>]) -> Vec<(&'b Tested<'a>, usize)> {
    tested.iter().flat_map(|tested| tested.failed().map(move |(index, _)| (tested, index))).collect()
}

/// The line behind the failures: `24 tests passed`, or `1 of 24 tests failed`.
fn summary(passed: usize, failed: usize) -> String {
    match (passed, failed) {
        (0, 0) => "no tests".to_owned(),
        (_, 0) => paint(GOOD, &format!("{} passed", count(passed, "test"))),
        _ => paint(ERROR, &format!("{failed} of {} failed", count(passed + failed, "test"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_counts() {
        let cases = [
            ((0, 0), "no tests"),
            ((1, 0), "1 test passed"),
            ((24, 0), "24 tests passed"),
            ((23, 1), "1 of 24 tests failed"),
            ((0, 1), "1 of 1 test failed"),
        ];
        for ((passed, failed), expected) in cases {
            let plain = anstream::adapter::strip_str(&summary(passed, failed)).to_string();
            assert_eq!(plain, expected);
        }
    }
}
