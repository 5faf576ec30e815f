//! `watcher plan`: what a deployment would change for people.

use std::path::Path;

use clap::ValueEnum;
use jiff::civil::Date;

use crate::aws::Aws;
use crate::exit::{Error, Status};
use crate::planned::{self, Planned};
use crate::project::{self, Opened};
use crate::{git, output, revision, stack};

/// Say what a deployment would change: watchers, alerts of the example events, rules, settings.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct PlanArgs {
    /// The state before: a git revision, a folder with a project, or `stack:NAME`, whose rules are asked for with `aws`
    /// [default: where the branch leaves origin's default branch, else HEAD].
    #[arg(long, value_name = "REVISION|FOLDER|stack:NAME")]
    from: Option<String>,

    /// The region of the stack [default: as `aws` is set up].
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The profile of `aws` to ask with.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,

    /// How to print; docs/plan.md describes the JSON.
    #[arg(long, value_enum, default_value_t)]
    format: PlanFormat,

    /// End with 4 if something changes.
    #[arg(long)]
    exit_code: bool,

    /// The day that ignores end by [default: today in UTC].
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum PlanFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// A comment for a pull request, short enough for GitHub.
    Markdown,
}

/// Where a clone keeps what the default branch of its origin is.
const DEFAULT_BRANCH: &str = "refs/remotes/origin/HEAD";

const HELP: &str = "\
The state after is the project as it is on the disk. Both states are tried with the events of all tests of both: what alerted
before and does not any more stands first. Nothing of it needs AWS, but for `--from stack:NAME`: that needs the command `aws`, and
may `cloudformation:ListStackResources` and `events:ListRules`. Of a stack only the rules can be read.

Examples:
  watcher plan
  watcher plan --from v0.1.0
  watcher plan --from ../before --format json | jq '.alerts.changes[] | select(.change == \"silent\")'
  watcher plan --from stack:account-watcher --region eu-west-1
  watcher plan --exit-code || echo \"something changes\"

Exit codes:
  0  whatever changes, or nothing
  1  one of the states has findings; what they are about is left out
  2  bad usage, or a state that cannot be read
  4  something changes, with --exit-code";

pub(super) fn run(args: &PlanArgs, project: Option<&Path>) -> Result<Status, Error> {
    super::check_regions(&args.region)?;
    let opened = &project::open(project)?;
    let stack = args.from.as_deref().and_then(|from| from.strip_prefix("stack:"));
    if let Some(stack) = stack {
        return from_stack(stack, args, opened);
    }
    if args.region.is_some() || args.profile.is_some() {
        return Err(Error::usage("--region and --profile go with --from stack:NAME"));
    }
    let root = opened.folder.root();
    let (name, from) = match &args.from {
        Some(name) => (name.clone(), named(name, root)?),
        None => branched(root)?,
    };
    let before = project::version(&format!("--from {name}"), &name, root)?.opened;
    opened.tell_findings();
    before.tell_findings();
    for side in [opened, &before] {
        refuse_unreadable(side, &from)?;
    }
    let left_out = project::left_out(opened, &before);
    let complete = opened.findings.is_empty() && before.findings.is_empty();
    let today = super::day(args.today);
    let plan = plan::plan(&before.project, &opened.project, &left_out, complete, today);
    let planned = Planned { from: &from, plan: &plan, left_out: &left_out, complete, today };
    match args.format {
        PlanFormat::Text => output::print(&planned::text::report(&planned, &opened.folder))?,
        PlanFormat::Json => output::print_exactly(planned::json(&planned).as_bytes())?,
        PlanFormat::Markdown => output::print_exactly(planned::markdown::report(&planned).as_bytes())?,
    }
    Ok(match () {
        () if !complete => Status::Findings,
        () if args.exit_code && !plan.is_empty() => Status::Changes,
        () => Status::Clean,
    })
}

fn from_stack(stack: &str, args: &PlanArgs, opened: &Opened) -> Result<Status, Error> {
    if !opened.findings.is_empty() {
        opened.tell_findings();
        output::complain("no rules are compared before the findings are fixed");
        return Ok(Status::Findings);
    }
    let aws = Aws::new(args.profile.as_deref(), args.region.as_deref());
    let deployed = stack::rules(stack, &aws)?;
    let today = super::day(args.today);
    let plan = plan::against_stack(&deployed, &opened.project, today)
        .ok_or_else(|| Error::usage("the rules do not fit their quotas"))?;
    let planned = planned::stack::Planned { stack, plan: &plan, today };
    match args.format {
        PlanFormat::Text => output::print(&planned::stack::text(&planned))?,
        PlanFormat::Json => output::print_exactly(planned::stack::json(&planned).as_bytes())?,
        PlanFormat::Markdown => output::print_exactly(planned::stack::markdown(&planned).as_bytes())?,
    }
    Ok(if args.exit_code && !plan.is_empty() { Status::Changes } else { Status::Clean })
}

/// A comparison with nothing would say that everything comes.
fn refuse_unreadable(side: &Opened, from: &str) -> Result<(), Error> {
    if side.project.files.is_empty() && !side.findings.is_empty() {
        let why = "no watcher of one of the two states can be read, its findings are above";
        return Err(Error::usage(format!("--from {from}: {why}")));
    }
    Ok(())
}

/// The state as people call it: `main at 1a2b3c4d5e6f`.
fn named(name: &str, root: &Path) -> Result<String, Error> {
    if revision::is_project(name).is_some() {
        return Ok(name.to_owned());
    }
    Ok(match git::commit(root, name)? {
        Some(commit) if commit.starts_with(name) => git::short(&commit).to_owned(),
        Some(commit) => format!("{name} at {}", git::short(&commit)),
        None => name.to_owned(),
    })
}

/// Where the branch that is checked out leaves the default branch of `origin`; without one the commit that is checked out.
fn branched(root: &Path) -> Result<(String, String), Error> {
    // By its whole name: a branch may be called `origin/HEAD`.
    let head = git::ask(root, &["rev-parse", "--abbrev-ref", DEFAULT_BRANCH])?;
    if !head.status.success() {
        return Ok(("HEAD".to_owned(), named("HEAD", root)?));
    }
    let base = git::ask(root, &["merge-base", DEFAULT_BRANCH, "HEAD"])?;
    if !base.status.success() {
        return Err(Error::usage(format!(
            "the branch and {} have no common commit here: name the state before with --from, or fetch the history, as \
             `actions/checkout` does with `fetch-depth: 0`",
            git::line(&head)
        )));
    }
    let commit = git::line(&base);
    let name = format!("{} at {}", git::line(&head), git::short(&commit));
    Ok((commit, name))
}
