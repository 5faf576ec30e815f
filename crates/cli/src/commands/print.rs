//! `watcher completions`, `watcher man` and `watcher schema`: what the program says about itself and its files.

use clap::{Command, ValueEnum};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::exit::{Error, Status};
use crate::output;

/// Print the JSON Schema of a kind of file, for editors.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example: watcher schema watcher > schema/watcher.json")]
pub(crate) struct SchemaArgs {
    /// Which kind.
    #[arg(value_enum)]
    kind: SchemaKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum SchemaKind {
    /// A file in watchers/.
    Watcher,
    /// account-watcher.toml.
    Config,
}

/// Print the completions for a shell.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example: watcher completions bash > ~/.local/share/bash-completion/completions/watcher"
)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    shell: Shell,
}

/// Print the manual page.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  watcher man | man -l -\n  watcher man try > watcher-try.1")]
pub(crate) struct ManArgs {
    /// The page of this command [default: the page of `watcher` itself].
    #[arg(value_name = "COMMAND")]
    page: Option<String>,
}

pub(super) fn completions(args: &CompletionsArgs, mut whole: Command) -> Result<Status, Error> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut whole, "watcher", &mut text);
    output::print_exactly(&text)?;
    Ok(Status::Clean)
}

pub(super) fn schema(args: &SchemaArgs) -> Result<Status, Error> {
    let schema = match args.kind {
        SchemaKind::Watcher => watchfile::schema::watcher(),
        SchemaKind::Config => watchfile::schema::config(),
    };
    output::print_exactly(format!("{schema:#}\n").as_bytes())?;
    Ok(Status::Clean)
}

pub(super) fn man(args: &ManArgs, mut command: Command) -> Result<Status, Error> {
    command.build();
    if let Some(name) = &args.page {
        let names = command.get_subcommands().map(|command| command.get_name().to_owned());
        let names = names.collect::<Vec<_>>().join(", ");
        command = command
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Error::usage(format!("there is no command `{name}`: the commands are {names}")))?;
    }
    let mut text = Vec::new();
    Man::new(command).render(&mut text)?;
    output::print_exactly(&text)?;
    Ok(Status::Clean)
}
