//! Whether the last deployment is over, and went well.

use super::Check;
use crate::ask::Ask;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "stack", faults: &[&UNFINISHED], run };

static UNFINISHED: Fault = Fault {
    id: "stack-unfinished",
    severity: Severity::Warning,
    what: "the last deployment failed, or is not over",
    why: "What is deployed is not what was meant, or will be another thing in a minute.",
};

fn run(patient: &Patient, _: &dyn Ask, findings: &mut Findings) {
    let stack = &patient.stack;
    let is_fine = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"].contains(&stack.status.as_str());
    if !is_fine {
        let events = ["cloudformation", "describe-stack-events", "--stack-name", &stack.name];
        findings.add(
            &UNFINISHED,
            format!("the stack {} is in the state {}", stack.name, stack.status),
            vec![Fix { note: "to see what happened:", command: patient.aws(&events) }],
        );
    }
}
