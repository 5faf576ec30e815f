//! What is found, and what could not be looked at.

use crate::ask::Unanswered;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Alerts are lost, late or unheard.
    Error,
    /// Alerts can be lost, or something cannot be alerted on.
    Warning,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// A kind of finding.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its name, which never changes.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is, for the list of all.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Which kind.
    pub fault: &'static Fault,
    /// What is wrong, with names.
    pub what: String,
    /// What to do.
    pub fixes: Vec<Fix>,
}

/// What fixes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// When this is the one, or what to do besides.
    pub note: &'static str,
    /// The command, ready to be copied; empty where the note is all.
    pub command: String,
}

impl Fix {
    /// The command is all that there is to say.
    pub(crate) fn run(command: String) -> Vec<Fix> {
        vec![Fix { note: "", command }]
    }

    /// No command does it.
    pub(crate) fn by_hand(note: &'static str) -> Vec<Fix> {
        vec![Fix { note, command: String::new() }]
    }
}

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// What is wrong.
    pub found: Vec<Finding>,
    /// What could not be asked, so that nothing is known of it.
    pub unchecked: Vec<Unanswered>,
}

impl Findings {
    pub(crate) fn add(&mut self, fault: &'static Fault, what: String, fixes: Vec<Fix>) {
        self.found.push(Finding { fault, what, fixes });
    }

    /// The answer, if there is one; it is kept in mind that there is none.
    pub(crate) fn known<T>(&mut self, answer: Result<T, Unanswered>) -> Option<T> {
        match answer {
            Ok(answer) => Some(answer),
            Err(unanswered) => {
                if !self.unchecked.contains(&unanswered) {
                    self.unchecked.push(unanswered);
                }
                None
            }
        }
    }
}
