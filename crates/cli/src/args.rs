//! The command line as it is typed: what all commands share. What a command takes stands in its own module.

use std::path::PathBuf;

use clap::Parser;

use crate::commands::Command;

const EXIT_CODES: &str = "\
Exit codes:
  0  all is well
  1  findings, or failed tests
  2  bad usage, or input that cannot be read
  3  nothing to check
  4  something changes, if `plan --exit-code` asks
  5  nothing was found, but not everything could be looked at

Only `doctor`, `drill` and `plan --from stack:NAME` ask AWS, with the command `aws` and the credentials that it has. Nothing
else needs credentials, a network or environment variables. Colours appear on a terminal only; NO_COLOR=1 turns them off,
CLICOLOR_FORCE=1 on.";

/// Try, lint and test watcher files offline, before they are deployed.
#[derive(Debug, Parser)]
#[command(name = "watcher", version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// The project's folder [default: the nearest one upwards that has account-watcher.toml].
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) project: Option<PathBuf>,

    #[command(subcommand)]
    pub(crate) command: Command,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        super::Args::command().debug_assert();
    }
}
