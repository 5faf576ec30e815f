//! `watcher explain`: the documentation of the lints.

use watchfile::lints::{self, Lint};

use crate::exit::{Error, Status};
use crate::output;

/// Say what a lint finds, why that is bad, and what to write instead.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  watcher explain unknown-event-name\n  watcher explain --all | less")]
pub(crate) struct ExplainArgs {
    /// The lint's name, as it stands in brackets behind `error`.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<String>,

    /// All lints, as docs/lints.md has them.
    #[arg(long)]
    all: bool,
}

pub(super) fn run(args: &ExplainArgs) -> Result<Status, Error> {
    let text = match &args.name {
        Some(name) => lints::explain(find(name)?),
        None => lints::markdown(),
    };
    output::print(&text)?;
    Ok(Status::Clean)
}

/// The lint of that name.
pub(super) fn find(name: &str) -> Result<&'static Lint, Error> {
    lints::find(name).ok_or_else(|| {
        let help = watchfile::did_you_mean(name, lints::all().iter().map(|lint| lint.name))
            .unwrap_or_else(|| "`watcher explain --all` lists the lints".to_owned());
        Error::usage(format!("there is no lint `{name}`: {help}"))
    })
}
