//! Whether the table is there in which the function remembers what it sent.

use super::Check;
use crate::ask::{Ask, if_there, text};
use crate::call::DESCRIBE_TABLE;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "table", faults: &[&MISSING], run };

static MISSING: Fault = Fault {
    id: "table-missing",
    severity: Severity::Error,
    what: "the table of the function does not exist, or is not active",
    why: "Alerts are sent ungrouped and unpaced, and twice if their event comes twice.",
};

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let Some(name) = patient.stack.id("StateTable") else { return };
    let answer = if_there(ask.ask(&DESCRIBE_TABLE, &["--table-name", name]), &["ResourceNotFoundException"]);
    let Some(answer) = findings.known(answer) else { return };
    let what = match answer.as_ref().map(|answer| text(&answer["Table"], "TableStatus")) {
        None => format!("the table {name} does not exist"),
        Some("ACTIVE" | "UPDATING") => return,
        Some(status) => format!("the table {name} is in the state {status}"),
    };
    let words = [
        "dynamodb",
        "create-table",
        "--table-name",
        name,
        "--billing-mode",
        "PAY_PER_REQUEST",
        "--attribute-definitions",
        "AttributeName=pk,AttributeType=S",
        "--key-schema",
        "AttributeName=pk,KeyType=HASH",
    ];
    findings.add(&MISSING, what, Fix::run(patient.aws(&words)));
}
