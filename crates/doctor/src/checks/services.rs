//! Whether the services whose own events watchers wait for are switched on.

use serde_json::Value;

use super::Check;
use crate::ask::{Ask, Unanswered, if_there, list, text};
use crate::call::{
    DESCRIBE_HUB, GET_DETECTOR, INSPECTOR_STATUS, LIST_DETECTORS, MACIE_SESSION, RECORDER_STATUS,
};
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::{Patient, literals, wait};

pub(super) const CHECK: Check = Check { name: "services", faults: &[&OFF], run };

static OFF: Fault = Fault {
    id: "service-off",
    severity: Severity::Warning,
    what: "watchers wait for findings of a service that is switched off",
    why: "A service that is off in this region finds nothing: these watchers do not fire.",
};

/// A service with events of its own.
struct Service {
    source: &'static str,
    name: &'static str,
    is_on: fn(&dyn Ask) -> Result<bool, Unanswered>,
    enable: &'static [&'static str],
}

const SERVICES: [Service; 5] = [
    Service {
        source: "aws.guardduty",
        name: "GuardDuty",
        is_on: |ask| {
            let detectors = ask.ask(&LIST_DETECTORS, &[])?;
            let Some(id) = list(&detectors, "DetectorIds").first().and_then(Value::as_str) else {
                return Ok(false);
            };
            Ok(text(&ask.ask(&GET_DETECTOR, &["--detector-id", id])?, "Status") == "ENABLED")
        },
        enable: &["guardduty", "create-detector", "--enable"],
    },
    Service {
        source: "aws.securityhub",
        name: "Security Hub",
        // Both codes are how it says that the account is not subscribed.
        is_on: |ask| off_if(ask.ask(&DESCRIBE_HUB, &[]), "not subscribed").map(|hub| hub.is_some()),
        enable: &["securityhub", "enable-security-hub"],
    },
    Service {
        source: "aws.config",
        name: "Config",
        is_on: |ask| {
            let status = ask.ask(&RECORDER_STATUS, &[])?;
            Ok(list(&status, "ConfigurationRecordersStatus").iter().any(|one| one["recording"] == true))
        },
        enable: &[
            "configservice",
            "start-configuration-recorder",
            "--configuration-recorder-name",
            "default",
        ],
    },
    Service {
        source: "aws.inspector2",
        name: "Inspector",
        is_on: |ask| {
            let status = ask.ask(&INSPECTOR_STATUS, &[])?;
            Ok(list(&status, "accounts").iter().any(|one| text(&one["state"], "status") == "ENABLED"))
        },
        enable: &["inspector2", "enable", "--resource-types", "EC2", "ECR", "LAMBDA"],
    },
    Service {
        source: "aws.macie",
        name: "Macie",
        // It says AccessDeniedException where it is off.
        is_on: |ask| {
            let session = off_if(ask.ask(&MACIE_SESSION, &[]), "not enabled")?;
            Ok(session.is_some_and(|session| text(&session, "status") == "ENABLED"))
        },
        enable: &["macie2", "enable-macie"],
    },
];

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    for service in SERVICES {
        let names = watchers(patient, service.source);
        if names.is_empty() {
            continue;
        }
        if let Some(false) = findings.known((service.is_on)(ask)) {
            let what = format!(
                "{} is not on in {}, and {} for its findings",
                service.name,
                patient.stack.region,
                wait(&names)
            );
            let fix =
                Fix { note: "it costs; or switch these watchers off:", command: patient.aws(service.enable) };
            findings.add(&OFF, what, vec![fix]);
        }
    }
}

/// The watchers that wait for the service's own events alone, not for its calls.
fn watchers<'a>(patient: &'a Patient, source: &str) -> Vec<&'a str> {
    let is_own = |one: &event_pattern::Alternative| {
        let types = literals(one, "detail-type");
        literals(one, "source") == [source] && !types.iter().any(|kind| kind.ends_with(" via CloudTrail"))
    };
    let all = patient.watchers.iter().filter(|watcher| watcher.pattern.alternatives().iter().all(is_own));
    all.map(|watcher| watcher.name.as_str()).collect()
}

/// Nothing, if the service says so that it is off.
fn off_if(answer: Result<Value, Unanswered>, said: &str) -> Result<Option<Value>, Unanswered> {
    match answer {
        Err(unanswered) if unanswered.reason.to_lowercase().contains(said) => Ok(None),
        other => if_there(other, &["ResourceNotFoundException"]),
    }
}
