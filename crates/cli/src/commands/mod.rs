//! The commands, one module each.

mod explain;
mod lint;
mod list;
mod new;
mod print;
mod rules;
mod test;
mod try_events;
mod try_pattern;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{Args, Command, TryArgs};
use crate::exit::{Error, Status};
use crate::project;

pub(crate) fn run(args: &Args) -> Result<Status, Error> {
    let project = args.project.as_deref();
    let open = || project::open(project);
    match &args.command {
        Command::Try(TryArgs { pattern: Some(pattern), events, format, .. }) => {
            try_pattern::run(pattern, events, *format)
        }
        Command::Try(args) => try_events::run(&open()?, args),
        Command::Lint(args) => lint::run(project, args, day(args.today)),
        Command::Explain { name, .. } => explain::run(name.as_deref()),
        Command::Test(args) => test::run(&open()?, args, day(args.today)),
        Command::New(args) => new::run(&open()?, args, day(None)),
        Command::List { format } => list::run(&open()?, *format),
        Command::Rules { region, format } => rules::run(&open()?, region.as_deref(), *format),
        Command::Schema { kind } => print::schema(*kind),
        Command::Completions { shell } => print::completions(*shell),
        Command::Man { page } => print::man(page.as_deref()),
    }
}

/// The day for ignores that end: today in UTC, unless another one is given.
fn day(given: Option<Date>) -> Date {
    given.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
}
