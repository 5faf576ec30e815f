//! The `watcher` command: try, lint and test watcher files offline, and see the rules made of them.

mod args;
mod commands;
mod events;
mod exit;
mod output;
mod project;
mod report;
mod style;
mod tried;

use std::process::ExitCode;

use clap::Parser;

use crate::exit::{Error, Status};

fn main() -> ExitCode {
    match commands::run(&args::Args::parse()) {
        Ok(status) => status.into(),
        Err(Error::Usage(message)) => {
            output::complain(&message);
            Status::Unusable.into()
        }
        // The reader of our output went away, as `head` does when it has enough.
        Err(Error::Closed) => Status::Clean.into(),
    }
}
