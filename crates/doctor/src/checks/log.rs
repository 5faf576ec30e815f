//! Whether the function's log is there, and ends some day.

use super::Check;
use crate::ask::{Ask, list, text};
use crate::call::DESCRIBE_LOG_GROUPS;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "log", faults: &[&MISSING, &ENDLESS], run };

static MISSING: Fault = Fault {
    id: "log-missing",
    severity: Severity::Error,
    what: "the function's log group does not exist",
    why: "Nobody can see what became of an alert, and the metrics that alarms watch are made of the log.",
};
static ENDLESS: Fault = Fault {
    id: "log-endless",
    severity: Severity::Warning,
    what: "the function's log is kept for ever",
    why: "It costs more each month, and names of people and resources are kept longer than you meant.",
};

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let name = patient.stack.output("LogGroupName");
    let answer = ask.ask(&DESCRIBE_LOG_GROUPS, &["--log-group-name-prefix", name]);
    let Some(answer) = findings.known(answer) else { return };
    let group = list(&answer, "logGroups").iter().find(|group| text(group, "logGroupName") == name);
    let days =
        Some(patient.stack.parameter("LogRetentionDays")).filter(|days| !days.is_empty()).unwrap_or("90");
    let keep =
        patient.aws(&["logs", "put-retention-policy", "--log-group-name", name, "--retention-in-days", days]);
    match group {
        None => {
            let create = patient.aws(&["logs", "create-log-group", "--log-group-name", name]);
            let fixes = vec![Fix { note: "", command: create }, Fix { note: "", command: keep }];
            findings.add(&MISSING, format!("the log group {name} does not exist"), fixes);
        }
        Some(group) if group["retentionInDays"].is_null() => {
            findings.add(&ENDLESS, format!("the log group {name} keeps its lines for ever"), Fix::run(keep));
        }
        Some(_) => {}
    }
}
