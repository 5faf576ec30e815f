//! The command as people run it: arguments and files in, the exact output out.
//!
//! `SNAPSHOTS=overwrite cargo test` writes the expected outputs anew.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod against;
mod against_revision;
mod athena;
mod backtest;
mod changes;
mod completions;
mod doctor;
mod drill;
mod exit_codes;
mod fix;
mod fmt;
mod foretold;
mod hostile;
mod init;
mod lint;
mod list;
mod lsp;
mod lsp_client;
mod lsp_projects;
mod mute;
mod new;
mod overrides;
mod plan;
mod readme;
mod redact;
mod renames;
mod rules;
mod shipped;
mod site;
mod support;
mod terminal;
mod test;
mod try_events;
mod try_pattern;
