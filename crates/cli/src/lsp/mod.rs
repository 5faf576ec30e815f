//! A language server: the protocol around the crate `editor` and the linter. One thread reads, one lints, one answers.

mod answers;
mod diagnostics;
mod documents;
mod handshake;
mod linting;
mod server;
mod uri;
mod wire;

use std::sync::mpsc;

use crate::exit::{Error, Status};
use server::Server;

/// What the answering thread waits for.
enum Event {
    Message(lsp_server::Message),
    /// A message with an intact frame that is not JSON-RPC, and why.
    Malformed(String),
    /// Nothing more comes, and why if it is an error.
    Closed(Option<String>),
    Linted(Box<linting::Linted>),
}

/// Answers until the editor says that it ends, or goes away.
pub(crate) fn serve(region: Option<String>) -> Result<Status, Error> {
    let (events, received) = mpsc::channel();
    wire::read(events.clone());
    let jobs = linting::start(events, region);
    Server::new(jobs).run(&received)
}
