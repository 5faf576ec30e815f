//! `watcher lsp`: what an editor shows while somebody writes watcher files.

use std::path::Path;

use crate::exit::{Error, Status};
use crate::lsp;

/// Answer an editor: findings while typing, hover, completion, fixes and test results (Language Server Protocol on
/// standard input and output).
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct LspArgs {
    /// The region of the stack: events that do not arrive there become warnings.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// Ignored: standard input and output are always used. Some editors give it.
    #[arg(long, hide = true)]
    stdio: bool,
}

const HELP: &str = "\
An editor starts it; docs/editor.md says how to set up VS Code, Neovim and Helix. Files belong to the nearest folder
upwards that has account-watcher.toml; nothing is said of any other file.

Exit codes:
  0  the editor ended it
  1  the editor went away without a word
  2  bad usage, or input that is not the protocol";

pub(super) fn run(args: &LspArgs, project: Option<&Path>) -> Result<Status, Error> {
    super::check_regions(&args.region)?;
    if project.is_some() {
        return Err(Error::usage("`watcher lsp` finds the project of each file: leave --project out"));
    }
    lsp::serve(args.region.clone())
}
