//! Whether the key of the log and the topic can be used.

use super::Check;
use crate::ask::{Ask, if_there, text};
use crate::call::DESCRIBE_KEY;
use crate::finding::Fix;
use crate::finding::{Fault, Findings, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "key", faults: &[&UNUSABLE], run };

static UNUSABLE: Fault = Fault {
    id: "key-unusable",
    severity: Severity::Error,
    what: "the key of the log and the topic is switched off, or about to be deleted",
    why: "Alarms and alerts to the topic reach nobody, and no line of the log can be written or read.",
};

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let key = patient.stack.parameter("KmsKeyArn");
    if key.is_empty() {
        return;
    }
    let answer = if_there(ask.ask(&DESCRIBE_KEY, &["--key-id", key]), &["NotFoundException"]);
    let Some(answer) = findings.known(answer) else { return };
    let state = answer.as_ref().map_or("Deleted", |answer| text(&answer["KeyMetadata"], "KeyState"));
    let operation = match state {
        "Enabled" => return,
        "PendingDeletion" => "cancel-key-deletion",
        _ => "enable-key",
    };
    let what = format!("the key {key} is in the state {state}");
    findings.add(&UNUSABLE, what, Fix::run(patient.aws(&["kms", operation, "--key-id", key])));
}
