//! The thread that lints, so that hover and completion never wait for it. It has one job at a time: what is typed
//! meanwhile makes one more, not one for each key.

use std::collections::BTreeMap;
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::sync::mpsc::{self, Sender};
use std::thread;

use jiff::civil::Date;
use watchfile::{Elsewhere, Finding, Options, Project};

use super::Event;

/// A project to lint, with the texts that its files have in the editor.
pub(super) struct Job {
    pub(super) root: PathBuf,
    pub(super) texts: BTreeMap<String, String>,
    pub(super) today: Date,
}

/// What was read and found.
pub(super) struct Linted {
    pub(super) root: PathBuf,
    pub(super) texts: BTreeMap<String, String>,
    pub(super) today: Date,
    pub(super) project: Project,
    pub(super) findings: Vec<Finding>,
    /// Whether the linter has a fault, which must not take the editor's other answers with it.
    pub(super) failed: bool,
}

/// Lints what is sent, and sends on what comes of it.
pub(super) fn start(events: Sender<Event>, region: Option<String>) -> Sender<Job> {
    let (jobs, received) = mpsc::channel::<Job>();
    thread::spawn(move || {
        for job in received {
            if events.send(Event::Linted(Box::new(lint(job, region.clone())))).is_err() {
                break;
            }
        }
    });
    jobs
}

fn lint(job: Job, region: Option<String>) -> Linted {
    let Job { root, texts, today } = job;
    let elsewhere = Elsewhere { config: None, unsaved: texts.clone() };
    let options = Options { today, region };
    let found = panic::catch_unwind(AssertUnwindSafe(|| watchfile::lint_with(&root, &options, &elsewhere)));
    let failed = found.is_err();
    let (project, findings) = found.unwrap_or_default();
    Linted { root, texts, today, project, findings, failed }
}
