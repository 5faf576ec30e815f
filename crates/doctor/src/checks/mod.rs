//! The checks, a module each.

mod alarms;
mod function;
mod key;
mod log;
mod queues;
mod region;
mod rules;
mod secrets;
mod services;
mod stack;
mod table;
mod topics;
mod trail;

use crate::ask::Ask;
use crate::finding::{Fault, Findings};
use crate::patient::Patient;

/// A check.
#[derive(Debug)]
pub struct Check {
    /// What is looked at.
    pub name: &'static str,
    faults: &'static [&'static Fault],
    run: fn(&Patient, &dyn Ask, &mut Findings),
}

impl Check {
    /// Looks.
    pub fn run(&self, patient: &Patient, ask: &dyn Ask) -> Findings {
        let mut findings = Findings::default();
        (self.run)(patient, ask, &mut findings);
        findings
    }
}

/// All of them, in the order in which they are reported: as an event passes them.
pub const CHECKS: &[Check] = &[
    stack::CHECK,
    trail::CHECK,
    region::CHECK,
    services::CHECK,
    rules::CHECK,
    function::CHECK,
    secrets::CHECK,
    topics::CHECK,
    queues::CHECK,
    alarms::CHECK,
    log::CHECK,
    table::CHECK,
    key::CHECK,
];

/// Every kind of finding, with its check.
pub fn faults() -> impl Iterator<Item = (&'static str, &'static Fault)> {
    CHECKS.iter().flat_map(|check| check.faults.iter().map(|fault| (check.name, *fault)))
}
