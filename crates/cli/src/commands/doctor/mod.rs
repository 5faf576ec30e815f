//! `watcher doctor`: what is wrong with a deployed stack.

mod asked;
mod text;

use std::path::Path;
use std::thread;

use ::doctor::{
    CHECKS, Change, Check, Findings, Fired, NoStack, Patient, Stack, Unanswered, last_fired, policy,
};
use jiff::Timestamp;
use rules::Rules;
use serde_json::{Value, json};

use crate::aws::Aws;
use crate::exit::{Error, Status};
use crate::format::Format;
use crate::project::{self, Opened};
use crate::{git, output};
use asked::Asked;

/// Look for what is wrong with a deployed stack: whether events reach it, alerts leave it, and somebody hears of its faults.
///
/// It asks AWS with the command `aws`, and changes nothing there.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct DoctorArgs {
    /// The stack's name.
    #[arg(long, value_name = "STACK", default_value = "account-watcher")]
    stack: String,

    /// Where it is [default: as `aws` is set up].
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The profile of `aws` to ask with.
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,

    /// How far to look back for when each watcher last fired; 0 does not look, which saves a query of the function's log.
    #[arg(long, value_name = "DAYS", default_value_t = 30, value_parser = clap::value_parser!(u32).range(..=3653))]
    days: u32,

    /// Print the IAM policy that allows what is asked, and nothing else.
    #[arg(long, conflicts_with_all = ["region", "profile", "days"])]
    policy: bool,

    /// How to print what was found.
    #[arg(long, value_enum, default_value_t, conflicts_with = "policy")]
    format: Format,
}

const HELP: &str = "\
Examples:
  watcher doctor --stack account-watcher --region us-east-1
  watcher doctor --profile audit --format json
  watcher doctor --policy > doctor-policy.json

Exit codes:
  0  nothing is wrong
  1  findings, in the stack or in the project
  2  bad usage, no project, or AWS cannot be asked at all
  5  nothing was found, but not everything could be looked at, for want of a permission for example";

/// What was found, and by what.
struct Report<'a> {
    patient: &'a Patient,
    checked: Vec<(&'static Check, Findings)>,
    /// When watchers fired in how many days; none if nobody asked.
    fired: Option<Result<Option<Fired>, Unanswered>>,
    days: u32,
}

pub(super) fn run(args: &DoctorArgs, project: Option<&Path>) -> Result<Status, Error> {
    super::check_regions(&args.region)?;
    let opened = project::open(project)?;
    if !opened.findings.is_empty() {
        opened.tell_findings();
        output::complain("no stack is compared with the project before the findings are fixed");
        return Ok(Status::Findings);
    }
    let watchers = opened.project.watchers();
    if args.policy {
        output::print_exactly(format!("{:#}\n", policy(&args.stack, &watchers)).as_bytes())?;
        return Ok(Status::Clean);
    }
    let asked = Asked::new(Aws::new(args.profile.as_deref(), args.region.as_deref()));
    let stack = find(args, &asked)?;
    let asked = asked.in_region(&stack.region);
    let rules = Rules::generate(&watchers).map_err(|e| Error::usage(e.to_string()))?;
    let seen = opened.project.seen_regions(Some(&stack.region)).unwrap_or_default();
    let patient = Patient {
        rules,
        watchers,
        seen: seen.into_iter().map(str::to_owned).collect(),
        stack,
        changed: changed(&opened),
        profile: args.profile.clone(),
        now: Timestamp::now(),
    };
    let report = examine(&patient, args.days, &asked)?;
    match args.format {
        Format::Text => output::print(&text::report(&report))?,
        Format::Json => output::print_exactly(format!("{}\n", json(&report)).as_bytes())?,
    }
    Ok(report.status())
}

fn find(args: &DoctorArgs, asked: &Asked) -> Result<Stack, Error> {
    let found = Stack::find(&args.stack, asked);
    asked.fatal()?;
    let name = &args.stack;
    found.map_err(|none| match none {
        NoStack::Missing => Error::usage(format!(
            "there is no stack `{name}` here: name it with --stack, and its region with --region"
        )),
        NoStack::Other => {
            Error::usage(format!("the stack `{name}` is not one of Account Watcher: it lacks its outputs"))
        }
        NoStack::Unanswered(unanswered) => {
            let Unanswered { action, reason, denied, .. } = unanswered;
            let help = if denied {
                format!("; it needs {action}: `watcher doctor --policy` prints all that is needed")
            } else {
                String::new()
            };
            Error::usage(format!("the stack cannot be asked for: {reason}{help}"))
        }
    })
}

/// Everything at once, since each question takes most of a second.
fn examine<'a>(patient: &'a Patient, days: u32, asked: &Asked) -> Result<Report<'a>, Error> {
    let report = thread::scope(|scope| {
        let fired = (days > 0).then(|| scope.spawn(|| last_fired(patient, days, asked)));
        let checks: Vec<_> =
            CHECKS.iter().map(|check| (check, scope.spawn(|| check.run(patient, asked)))).collect();
        let joined = "a check does not panic";
        let checked =
            checks.into_iter().map(|(check, thread)| (check, thread.join().expect(joined))).collect();
        Report { patient, checked, fired: fired.map(|thread| thread.join().expect(joined)), days }
    });
    asked.fatal()?;
    Ok(report)
}

/// The newest commit that changes what is in the function's code, if git knows it.
fn changed(opened: &Opened) -> Option<Change> {
    let mut arguments = vec!["log", "-1", "--format=%h %cI", "--", "account-watcher.toml", "watchers"];
    arguments.extend(opened.project.shipped_folder());
    let output = git::ask(opened.folder.root(), &arguments).ok().filter(|output| output.status.success())?;
    let line = git::line(&output);
    let (commit, time) = line.split_once(' ')?;
    Some(Change { commit: commit.to_owned(), time: time.parse().ok()? })
}

impl Report<'_> {
    fn findings(&self) -> impl Iterator<Item = (&'static Check, &::doctor::Finding)> {
        self.checked.iter().flat_map(|(check, findings)| findings.found.iter().map(|one| (*check, one)))
    }

    /// What could not be looked at, and what it is for.
    fn unchecked(&self) -> Vec<(&'static str, &Unanswered)> {
        let of_checks = self
            .checked
            .iter()
            .flat_map(|(check, findings)| findings.unchecked.iter().map(|one| (check.name, one)));
        let of_fired = self.fired.iter().filter_map(|fired| Some(("fired", fired.as_ref().err()?)));
        of_checks.chain(of_fired).collect()
    }

    fn status(&self) -> Status {
        match () {
            () if self.findings().next().is_some() => Status::Findings,
            () if !self.unchecked().is_empty() => Status::Unchecked,
            () => Status::Clean,
        }
    }
}

/// The form that docs/doctor.md documents.
fn json(report: &Report) -> Value {
    let finding = |(check, finding): (&Check, &::doctor::Finding)| {
        let fixes: Vec<Value> = finding
            .fixes
            .iter()
            .map(
                |fix| json!({"note": fix.note, "command": (!fix.command.is_empty()).then_some(&fix.command)}),
            )
            .collect();
        json!({
            "check": check.name,
            "id": finding.fault.id,
            "severity": finding.fault.severity.as_str(),
            "what": finding.what,
            "why": finding.fault.why,
            "fixes": fixes,
        })
    };
    let unchecked = |(check, one): (&str, &Unanswered)| json!({"check": check, "action": one.action, "denied": one.denied, "reason": one.reason});
    let stack = &report.patient.stack;
    let watchers = report.fired.as_ref().and_then(|fired| fired.as_ref().ok()?.as_ref()).map(|fired| {
        let names = report.patient.watchers.iter().map(|watcher| &watcher.name);
        names.map(|name| json!({"name": name, "last_fired": fired.get(name)})).collect::<Vec<_>>()
    });
    json!({
        "stack": {"name": stack.name, "region": stack.region, "account": stack.account},
        "checks": report.checked.iter().map(|(check, _)| check.name).collect::<Vec<_>>(),
        "findings": report.findings().map(finding).collect::<Vec<_>>(),
        "unchecked": report.unchecked().into_iter().map(unchecked).collect::<Vec<_>>(),
        "days": report.days,
        "watchers": watchers,
    })
}
