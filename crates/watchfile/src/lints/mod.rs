//! The lints that look at a project that was read: a module for each, and their table.
//!
//! Lints of reading are found by [`load`](crate::load) and stop a build: the file cannot be used. The others know AWS through the
//! catalog; AWS adds calls every week, so they fail `watcher lint` but no build.

mod all;
mod allow;
mod docs;
mod example;
mod facts;
mod names;
mod repair;
mod template;
mod types;

use std::cmp::Reverse;
use std::path::Path;
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::declared;
use crate::elsewhere::Elsewhere;
use crate::finding::Finding;
use crate::load::load_with;
use crate::parallel::in_parallel;
use crate::project::Project;
use crate::watcher_file::{State, WatcherFile};

pub use crate::lint::Lint;
pub use docs::{explain, markdown};
pub use example::files;

/// How a lint looks.
pub(crate) enum Check {
    /// At the pattern, the ignores and the paths of one watcher, whether the rest of it could be read or not.
    Pattern(fn(&WatcherFile, &Context<'_>) -> Vec<Finding>),
    /// At one whole watcher.
    Watcher(fn(&WatcherFile, &Context<'_>) -> Vec<Finding>),
    /// At all watchers together.
    Project(fn(&Context<'_>) -> Vec<Finding>),
}

/// A lint with code of its own.
pub(crate) struct Row {
    pub(crate) lint: &'static Lint,
    pub(crate) check: Check,
}

/// What the lints need to know besides the files.
#[derive(Clone, Debug)]
pub struct Options {
    /// The day in UTC, for ignores that end.
    pub today: Date,
    /// The region of the stack, if it is known: events that cannot reach it become warnings.
    pub region: Option<String>,
}

pub(crate) struct Context<'a> {
    pub(crate) project: &'a Project,
    pub(crate) options: &'a Options,
}

/// All lints: errors, then warnings, then notes, each sorted by name.
pub fn all() -> &'static [&'static Lint] {
    static ALL: LazyLock<Vec<&Lint>> = LazyLock::new(|| {
        let mut lints: Vec<&Lint> =
            declared::TABLE.iter().copied().chain(all::TABLE.iter().map(|row| row.lint)).collect();
        lints.sort_by_key(|lint| (Reverse(lint.level), lint.name));
        lints
    });
    &ALL
}

/// The lint of that name.
pub fn find(name: &str) -> Option<&'static Lint> {
    all().iter().copied().find(|lint| lint.name == name)
}

/// Reads the project in the folder `root`, and lints it. The findings are sorted by file and place; those that a
/// comment allows are left out.
pub fn lint(root: &Path, options: &Options) -> (Project, Vec<Finding>) {
    lint_with(root, options, &Elsewhere::default())
}

/// [`lint`], with some of the files read elsewhere.
pub fn lint_with(root: &Path, options: &Options, elsewhere: &Elsewhere) -> (Project, Vec<Finding>) {
    let (project, mut findings) = load_with(root, elsewhere);
    let context = Context { project: &project, options };
    let files: Vec<&WatcherFile> = project.readable().collect();
    findings.extend(in_parallel(&files, |file| of_one(file, &context)).into_iter().flatten());
    for row in all::TABLE {
        if let Check::Project(check) = row.check {
            findings.extend(check(&context));
        }
    }
    let mut findings = allow::apply(&project.sources, findings);
    findings.sort_by(|a, b| key(a).cmp(&key(b)));
    findings.dedup();
    (project, findings)
}

/// What the lints find in the pattern, the ignores and the paths of one watcher that is in no project.
pub fn of_pattern(file: &WatcherFile, options: &Options) -> Vec<Finding> {
    of_watcher(file, &Context { project: &Project::default(), options }, false)
}

/// What the lints of one watcher find.
fn of_one(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    of_watcher(file, context, file.state != State::Part)
}

/// `is_whole`: whether there is more of it than its pattern.
fn of_watcher(file: &WatcherFile, context: &Context<'_>, is_whole: bool) -> Vec<Finding> {
    let found = |row: &Row| match row.check {
        Check::Pattern(check) => check(file, context),
        Check::Watcher(check) if is_whole => check(file, context),
        _ => Vec::new(),
    };
    all::TABLE.iter().flat_map(found).collect()
}

fn key(finding: &Finding) -> (bool, &str, usize, usize, &str) {
    let source = &*finding.source;
    // The configuration first, as it is read: what stands there explains what follows.
    (source.path.contains('/'), &source.path, finding.span.start, finding.span.end, finding.lint.name)
}

#[cfg(test)]
mod tests;
