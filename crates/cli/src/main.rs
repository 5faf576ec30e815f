//! The `watcher` command: try, lint and test watcher files offline, and see the rules made of them.

mod args;
mod aws;
mod backtested;
mod changed;
mod commands;
mod diff;
mod events;
mod exit;
mod folder;
mod format;
mod formatted;
mod git;
mod interrupt;
mod lsp;
mod markdown;
mod only;
mod output;
mod planned;
mod project;
mod report;
mod revision;
mod saved;
mod stack;
mod style;
mod tree;
mod tried;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::exit::{Error, Status};

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(&args.command, args.project.as_deref(), args::Args::command) {
        Ok(status) => status.into(),
        Err(Error::Usage(message)) => {
            output::complain(&message);
            Status::Unusable.into()
        }
        Err(Error::Interrupted(message)) => {
            output::complain(message);
            Status::Interrupted.into()
        }
        // The reader of our output went away, as `head` does when it has enough.
        Err(Error::Closed) => Status::Clean.into(),
    }
}
