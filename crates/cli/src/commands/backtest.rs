//! `watcher backtest`: what would have been sent for months of events.

mod against;

use std::path::{Path, PathBuf};
use std::thread;

use backtest::{Collector, Deployment, Filter, Input};
use clap::ValueEnum;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rules::Rules;
use watcher::{Watcher, Watchers};

use crate::backtested::{self, Read};
use crate::exit::{Error, Status};
use crate::project::{self, Opened};
use crate::{interrupt, output, tree};

/// Say what would have been sent for the events in CloudTrail's log files: when, where, how often.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct BacktestArgs {
    /// Folders or files with events, in any form that `watcher try` reads; `-` is standard input.
    #[arg(required = true, value_name = "FOLDER")]
    pub(crate) inputs: Vec<PathBuf>,

    /// Only this watcher.
    #[arg(long, value_name = "NAME")]
    pub(crate) watcher: Option<String>,

    /// Only events from this day or time on, in UTC.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) since: Option<Timestamp>,

    /// Only events before this day or time, in UTC.
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub(crate) until: Option<Timestamp>,

    /// Only events of this account's id; can be given several times.
    #[arg(long, value_name = "ID")]
    pub(crate) account: Vec<String>,

    /// Only events of this region; can be given several times.
    #[arg(long, value_name = "REGION")]
    pub(crate) region: Vec<String>,

    /// Compare with the watchers of a git revision, or of another project's folder: which alerts come, go or change.
    #[arg(long, value_name = "REF")]
    pub(crate) against: Option<String>,

    /// Replace actors, IP addresses and account ids by placeholders, the same by the same, to share the report.
    #[arg(long)]
    pub(crate) redact: bool,

    /// How to print; docs/backtest.md describes the JSON.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: BacktestFormat,
}

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum BacktestFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// With --against: a comment for a pull request, short enough for GitHub.
    Markdown,
    /// With --against: workflow commands, which GitHub shows beside the changed files.
    Github,
    /// For a browser: one page with charts, which opens offline.
    Html,
}

const HELP: &str = "\
Every event is matched, ignored and grouped by the function's own code, with the event's own time in the place of the
clock. Nothing is sent, and nothing leaves the machine. Forms are recognized by content, also packed with gzip or zstd.

Examples:
  aws s3 sync s3://BUCKET/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/01 logs
  watcher backtest logs
  watcher backtest logs --watcher s3-bucket-deleted --since 2026-01-12
  watcher backtest logs --format html > backtest.html
  watcher backtest logs --format html --redact > to-share.html
  watcher backtest logs --against origin/main --format markdown > comment.md
  watcher backtest logs --format json | jq '.watchers[] | select(.alerts > 100) | .name'

Exit codes:
  0  all events were read
  1  the project has findings; the watchers without any were tried
  2  bad usage, or something could not be read, which standard error names; the rest was counted
  3  no events
  130  Ctrl-C ended it early: the account is of what was read until then, and says so";

/// A day, which begins in UTC, or a time.
pub(super) fn time(text: &str) -> Result<Timestamp, String> {
    let of_day = |day: Date| day.to_zoned(TimeZone::UTC).map(|day| day.timestamp());
    match (text.parse::<Timestamp>(), text.parse::<Date>().map(of_day)) {
        (Ok(time), _) | (_, Ok(Ok(time))) => Ok(time),
        _ => Err("write it like `2026-01-12` or `2026-01-12T08:30:00Z`".to_owned()),
    }
}

pub(super) fn run(args: &BacktestArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = project::open(project)?;
    if let Some(other) = &args.against {
        return against::run(args, &opened, other);
    }
    if let BacktestFormat::Markdown | BacktestFormat::Github = args.format {
        return Err(Error::usage(
            "--format markdown and github go with --against REF: they report what a change of watchers changes",
        ));
    }
    let (watchers, off) = asked(&opened, args.watcher.as_deref())?;
    opened.tell_findings();
    // A single watcher too is asked of the rules of all: they may share one.
    let rules = rules(&opened, &watchers)?;
    let filter = args.filter();
    let (inputs, faults) = tree::inputs(&args.inputs);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let deployment = Deployment { watchers: &watchers, rules: &rules };
    let collectors = || vec![args.collector(deployment, &filter)];
    let Read { collectors, input, faults } =
        backtested::read(&inputs, faults, collectors, threads, interrupt::watch()?);
    let collectors: Vec<_> = collectors.into_iter().flatten().collect();
    let mut redactor = args.redact.then(|| backtest::redactor(&collectors));
    let mut report = backtest::report(collectors, &off, input);
    if let Some(redactor) = &mut redactor {
        report.redact(redactor);
    }
    complain(&faults, redactor.as_mut());
    if report.events == 0 {
        return Ok(nothing(report.fate.filtered, &input, &faults));
    }
    match args.format {
        BacktestFormat::Json => output::print_exactly(backtested::json::report(&report).as_bytes())?,
        BacktestFormat::Html => output::print_exactly(backtested::html::report(&report).as_bytes())?,
        _ => output::print(&backtested::text::report(&report))?,
    }
    Ok(match () {
        () if is_interrupted(&input) => Status::Interrupted,
        () if !faults.is_empty() => Status::Unusable,
        () if !opened.findings.is_empty() => Status::Findings,
        () => Status::Clean,
    })
}

impl BacktestArgs {
    fn filter(&self) -> Filter {
        Filter {
            since: self.since,
            until: self.until,
            accounts: self.account.clone(),
            regions: self.region.clone(),
        }
    }

    fn collector<'a>(&self, deployment: Deployment<'a>, filter: &'a Filter) -> Collector<'a> {
        let collector = Collector::new(deployment, filter);
        if self.redact { collector.learning() } else { collector }
    }
}

/// What could not be read.
fn complain(faults: &[String], mut redactor: Option<&mut backtest::Redactor>) {
    for fault in faults {
        output::complain(&redactor.as_mut().map_or_else(|| fault.clone(), |redactor| redactor.text(fault)));
    }
}

/// Whether Ctrl-C has ended the reading early, which is said then.
fn is_interrupted(input: &Input) -> bool {
    if let Some(interrupted) = backtested::interrupted(input) {
        output::note(&format!("{interrupted}; what was counted is of what was read\n"));
    }
    !input.is_whole()
}

/// The rules of all watchers, and of those that are tried although they are off.
fn rules(opened: &Opened, tried: &Watchers) -> Result<Rules, Error> {
    let deployed = opened.project.watchers();
    let is_off = |watcher: &&Watcher| !deployed.iter().any(|other| other.name == watcher.name);
    let all = deployed.iter().chain(tried.iter().filter(is_off)).cloned().collect();
    Rules::generate(&Watchers::new(opened.project.config.clone(), all))
        .map_err(|_| Error::usage("the rules do not fit EventBridge's quotas: `watcher lint` says why"))
}

/// That there are no events.
fn nothing(filtered: u64, input: &Input, faults: &[String]) -> Status {
    if is_interrupted(input) {
        return Status::Interrupted;
    }
    let why = if filtered > 0 {
        format!(": {filtered} were left out by --since, --until, --account or --region")
    } else {
        String::new()
    };
    output::complain(&format!("there are no events in the input{why}"));
    if faults.is_empty() { Status::Nothing } else { Status::Unusable }
}

/// The watchers to try, and the names of those that are off.
fn asked<'a>(opened: &'a Opened, name: Option<&str>) -> Result<(Watchers, Vec<&'a str>), Error> {
    let files = &opened.project.files;
    let off = |name: Option<&str>| {
        let names = files.iter().filter(|file| !file.enabled).map(|file| file.watcher.name.as_str());
        names.filter(|file| name.is_none_or(|name| name == *file)).collect()
    };
    let Some(name) = name else { return Ok((opened.project.watchers(), off(None))) };
    if opened.is_faulty(name) {
        opened.tell_findings();
        return Err(Error::usage(format!("watcher `{name}` cannot be tried before its findings are fixed")));
    }
    let file = opened.project.watcher(name).ok_or_else(|| opened.unknown(name))?;
    // One that is off is tried too when it is asked for: whoever asks wants to know before switching it on.
    Ok((Watchers::new(opened.project.config.clone(), vec![file.watcher.clone()]), Vec::new()))
}
