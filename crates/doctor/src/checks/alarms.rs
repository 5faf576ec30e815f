//! Whether the stack's alarms are there, heard, and quiet.

use serde_json::Value;

use super::Check;
use crate::ask::{Ask, list, text};
use crate::call::DESCRIBE_ALARMS;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "alarms", faults: &[&MISSING, &RINGS, &MUTE], run };

static MISSING: Fault = Fault {
    id: "alarm-missing",
    severity: Severity::Error,
    what: "an alarm of the stack does not exist",
    why: "Nobody hears of the fault that it is for.",
};
static RINGS: Fault = Fault {
    id: "alarm-rings",
    severity: Severity::Error,
    what: "an alarm rings",
    why: "Its description says what is wrong, and docs/operations.md what to do.",
};
static MUTE: Fault = Fault {
    id: "alarm-mute",
    severity: Severity::Error,
    what: "an alarm has no actions, or they are switched off",
    why: "It rings, and nobody hears it.",
};

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let wanted: Vec<(&str, &str)> = patient.stack.of_type("AWS::CloudWatch::Alarm").collect();
    if wanted.is_empty() {
        return;
    }
    let mut arguments = vec!["--alarm-names"];
    arguments.extend(wanted.iter().map(|(_, name)| *name));
    let Some(answer) = findings.known(ask.ask(&DESCRIBE_ALARMS, &arguments)) else { return };
    let alarms = list(&answer, "MetricAlarms");
    for (logical, name) in wanted {
        let Some(alarm) = alarms.iter().find(|alarm| text(alarm, "AlarmName") == name) else {
            findings.add(&MISSING, format!("the alarm {logical} was deleted: {name}"), vec![Fix {
                note: "a deployment of the same template does not bring it back; detect the drift, then deploy with a change of \
                       the alarm, or delete the stack and deploy it again:",
                command: patient.aws(&["cloudformation", "detect-stack-drift", "--stack-name", &patient.stack.name]),
            }]);
            continue;
        };
        judge(patient, name, alarm, findings);
    }
}

fn judge(patient: &Patient, name: &str, alarm: &Value, findings: &mut Findings) {
    if text(alarm, "StateValue") == "ALARM" {
        let words = ["cloudwatch", "describe-alarms", "--alarm-names", name];
        let fix = Fix { note: "to see what it is about:", command: patient.aws(&words) };
        findings.add(&RINGS, format!("the alarm {name} rings"), vec![fix]);
    }
    if alarm["ActionsEnabled"] == false {
        let words = ["cloudwatch", "enable-alarm-actions", "--alarm-names", name];
        findings.add(
            &MUTE,
            format!("the actions of the alarm {name} are switched off"),
            Fix::run(patient.aws(&words)),
        );
    } else if list(alarm, "AlarmActions").is_empty() {
        let words = ["cloudformation", "detect-stack-drift", "--stack-name", &patient.stack.name];
        let note = "give it the stack's topic as its action in CloudWatch; what else was changed by hand:";
        let fix = Fix { note, command: patient.aws(&words) };
        findings.add(&MUTE, format!("the alarm {name} has no actions"), vec![fix]);
    }
}
