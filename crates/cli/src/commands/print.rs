//! `watcher completions`, `watcher man` and `watcher schema`: what the program says about itself and its files.

use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::args::{Args, SchemaKind};
use crate::exit::{Error, Status};
use crate::output;

pub(super) fn completions(shell: Shell) -> Result<Status, Error> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "watcher", &mut text);
    output::print_exactly(&text)?;
    Ok(Status::Clean)
}

pub(super) fn schema(kind: SchemaKind) -> Result<Status, Error> {
    let schema = match kind {
        SchemaKind::Watcher => watchfile::schema::watcher(),
        SchemaKind::Config => watchfile::schema::config(),
    };
    output::print_exactly(format!("{schema:#}\n").as_bytes())?;
    Ok(Status::Clean)
}

pub(super) fn man(page: Option<&str>) -> Result<Status, Error> {
    let mut command = Args::command();
    command.build();
    if let Some(name) = page {
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
