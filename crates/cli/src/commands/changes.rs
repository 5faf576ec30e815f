//! `watcher changes`: what an upgrade of the shipped watchers changes, and what of a project's own it concerns.

use std::collections::BTreeSet;
use std::path::Path;

use clap::ValueEnum;
use watchfile::changes;

use crate::changed::{self, Change};
use crate::exit::{Error, Status};
use crate::folder::Folder;
use crate::project::{self, Version};
use crate::{git, output, revision};

/// Say what differs between two versions of the shipped watchers, and what of your own that concerns.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct ChangesArgs {
    /// The older version: a git revision of Account Watcher, or a folder with it [default: the commit
    /// that your repository has pinned; without [shipped] HEAD].
    #[arg(value_name = "FROM")]
    from: Option<String>,

    /// The newer version [default: what is checked out].
    #[arg(value_name = "TO")]
    to: Option<String>,

    /// How to print; docs/upgrading.md describes the JSON.
    #[arg(long, value_enum, default_value_t)]
    format: ChangesFormat,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ChangesFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// A comment for a pull request, short enough for GitHub.
    Markdown,
    /// Workflow commands, which GitHub shows beside your account-watcher.toml.
    Github,
}

const HELP: &str = "\
It compares what the watchers' files say, not how: comments, layout and tests are no difference. Your own are the overrides,
`[shipped]` and the names of your watchers; an `error` there has to be edited before anything can be built.

Examples:
  git -C account-watcher fetch --tags && git -C account-watcher checkout v0.2.0
  watcher changes
  watcher changes v0.1.0 v0.2.0
  watcher changes \"$(git rev-parse origin/main:account-watcher)\" --format markdown > comment.md
  watcher changes --format json | jq '.watchers[] | select(.change == \"added\") | .name'

Exit codes:
  0  something differs, and nothing of your own has to be edited
  1  something of your own has to be edited, or one of the versions has findings
  2  bad usage, or a version that cannot be read
  3  nothing differs";

pub(super) fn run(args: &ChangesArgs, project: Option<&Path>) -> Result<Status, Error> {
    let user = project::open(project)?;
    let shipped = user.project.shipped_folder();
    let folder = shipped.map_or_else(|| user.folder.root().to_owned(), |path| user.folder.root().join(path));
    if !revision::has_project(&folder) {
        user.tell_findings();
        return Err(Error::usage(format!("there is no Account Watcher in {}", folder.display())));
    }
    let version = |name: &str| project::version(name, name, &folder);
    let (from, before) = match (&args.from, shipped) {
        (Some(from), _) => (from.clone(), version(from)?),
        (None, Some(path)) => {
            let commit = revision::pinned(user.folder.root(), path)?;
            (format!("the pinned {}", git::short(&commit)), version(&commit)?)
        }
        (None, None) => ("HEAD".to_owned(), version("HEAD")?),
    };
    let (to, after) = match &args.to {
        Some(to) => (to.clone(), version(to)?),
        None => ("what is checked out".to_owned(), Version::of(project::open_at(Folder::at(&folder)))),
    };
    for (name, Version { opened, .. }) in [(&from, &before), (&to, &after)] {
        opened.tell_findings();
        if opened.project.files.is_empty() && !opened.findings.is_empty() {
            return Err(Error::usage(format!("no watcher of {name} can be read, its findings are above")));
        }
    }
    let left_out = project::left_out(&before.opened, &after.opened);
    let (old, new) = (&before.opened.project, &after.opened.project);
    let mut changes = changes::compare(old, new);
    leave_out(&mut changes, &left_out);
    let touched = changes::touched(&user.project, old, new, &changes);
    let change = Change { from: &from, to: &to, changes: &changes, touched: &touched, left_out: &left_out };
    match args.format {
        ChangesFormat::Text => output::print(&changed::text::report(&change, &user.folder))?,
        ChangesFormat::Json => output::print_exactly(changed::json(&change).as_bytes())?,
        ChangesFormat::Markdown => output::print_exactly(changed::markdown::report(&change).as_bytes())?,
        ChangesFormat::Github => {
            output::print_exactly(changed::github::report(&change, &user.folder).as_bytes())?;
        }
    }
    let has_findings = [&before, &after].iter().any(|version| !version.opened.findings.is_empty());
    Ok(match () {
        () if has_findings || touched.iter().any(|touched| touched.must_edit) => Status::Findings,
        () if changes.is_empty() => Status::Nothing,
        () => Status::Clean,
    })
}

/// What one side cannot read did neither come nor go.
fn leave_out(changes: &mut changes::Changes, names: &BTreeSet<String>) {
    changes.watchers.retain(|watcher| {
        let old = watcher.renamed_from.as_ref();
        !names.contains(&watcher.name) && old.is_none_or(|old| !names.contains(old))
    });
}
