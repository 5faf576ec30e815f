//! The commands, one module each.

mod athena;
mod backtest;
mod changes;
mod doctor;
mod drill;
mod explain;
mod fmt;
mod init;
mod lint;
mod list;
mod lsp;
mod mute;
mod new;
mod plan;
mod print;
mod rules;
mod site;
mod test;
mod try_events;
mod try_pattern;

use std::io;
use std::path::Path;

use aws_facts::regions;
use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::exit::{Error, Status};

/// Each command's help and arguments stand in its module.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Try(try_events::TryArgs),
    Backtest(backtest::BacktestArgs),
    Athena(athena::AthenaArgs),
    Changes(changes::ChangesArgs),
    Plan(plan::PlanArgs),
    Lint(lint::LintArgs),
    Fmt(fmt::FmtArgs),
    Explain(explain::ExplainArgs),
    Test(test::TestArgs),
    Init(init::InitArgs),
    New(new::NewArgs),
    Mute(mute::MuteArgs),
    List(list::ListArgs),
    Site(site::SiteArgs),
    Lsp(lsp::LspArgs),
    Rules(rules::RulesArgs),
    Doctor(doctor::DoctorArgs),
    Drill(drill::DrillArgs),
    Schema(print::SchemaArgs),
    Completions(print::CompletionsArgs),
    Man(print::ManArgs),
}

/// Runs a command, in the project's folder if one was named. `whole`: the command line, which some commands print.
pub(crate) fn run(
    command: &Command,
    project: Option<&Path>,
    whole: impl FnOnce() -> clap::Command,
) -> Result<Status, Error> {
    match command {
        Command::Try(args) => try_events::run(args, project),
        Command::Backtest(args) => backtest::run(args, project),
        Command::Athena(args) => athena::run(args, project),
        Command::Changes(args) => changes::run(args, project),
        Command::Plan(args) => plan::run(args, project),
        Command::Lint(args) => lint::run(args, project),
        Command::Fmt(args) => fmt::run(args, project),
        Command::Explain(args) => explain::run(args),
        Command::Test(args) => test::run(args, project),
        Command::Init(args) => init::run(args, project),
        Command::New(args) => new::run(args, project),
        Command::Mute(args) => mute::run(args, project),
        Command::List(args) => list::run(args, project),
        Command::Site(args) => site::run(args, project),
        Command::Lsp(args) => lsp::run(args, project),
        Command::Rules(args) => rules::run(args, project),
        Command::Doctor(args) => doctor::run(args, project),
        Command::Drill(args) => drill::run(args, project),
        Command::Schema(args) => print::schema(args),
        Command::Completions(args) => print::completions(args, whole()),
        Command::Man(args) => print::man(args, whole()),
    }
}

/// The day for ignores that end: today in UTC, unless another one is given.
fn day(given: Option<Date>) -> Date {
    given.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
}

/// # Errors
/// One of them does not look like a region.
fn check_regions<'a>(regions: impl IntoIterator<Item = &'a String>) -> Result<(), Error> {
    match regions.into_iter().find(|region| !regions::is_region(region)) {
        Some(region) => Err(Error::usage(format!("`{region}` is not a region: write it like `eu-west-1`"))),
        None => Ok(()),
    }
}

fn stdin_text() -> Result<String, Error> {
    io::read_to_string(io::stdin().lock())
        .map_err(|e| Error::usage(format!("cannot read standard input: {e}")))
}
