//! Whether the rules that are deployed are those of the project, and hand their events to the function.

use std::collections::BTreeMap;

use ::rules::Rule;
use serde_json::{Value, json};

use super::Check;
use crate::ask::{Ask, if_there, list, text};
use crate::call::{LIST_RULES, LIST_TARGETS};
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::{DeployedRule, Patient, named};

pub(super) const CHECK: Check = Check {
    name: "rules",
    faults: &[&MISSING, &DIFFERS, &DISABLED, &READS_DROPPED, &NO_TARGET, &OTHER_TARGET, &EXTRA],
    run,
};

static MISSING: Fault = Fault {
    id: "rule-missing",
    severity: Severity::Error,
    what: "a rule of the project is not deployed",
    why: "The events that it is for reach no watcher.",
};
static DIFFERS: Fault = Fault {
    id: "rule-differs",
    severity: Severity::Error,
    what: "a rule has another pattern than the project's",
    why: "Events that watchers of the project want may not pass it.",
};
static DISABLED: Fault = Fault {
    id: "rule-disabled",
    severity: Severity::Error,
    what: "a rule is switched off",
    why: "The events that it is for reach no watcher.",
};
static READS_DROPPED: Fault = Fault {
    id: "rule-drops-reads",
    severity: Severity::Error,
    what: "the rule of the read-only calls is not in the state for them",
    why: "EventBridge gives read-only calls only to rules in the state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS.",
};
static NO_TARGET: Fault = Fault {
    id: "rule-without-target",
    severity: Severity::Error,
    what: "a rule does not hand its events to the function",
    why: "The events that it is for reach no watcher.",
};
static OTHER_TARGET: Fault = Fault {
    id: "rule-target-differs",
    severity: Severity::Warning,
    what: "a rule's target has another dead-letter queue or retry policy than the project's, or an input of its own",
    why: "An event that cannot be handed over is lost without a dead letter, or too early, or reaches the function changed.",
};
static EXTRA: Fault = Fault {
    id: "rule-extra",
    severity: Severity::Warning,
    what: "the stack has a rule that the project has not",
    why: "The stack was deployed from another version of the project: what is deployed is not what you read here.",
};

/// The defaults of EventBridge, which the project states.
const RETRIES: [(&str, u64); 2] = [("MaximumEventAgeInSeconds", 86_400), ("MaximumRetryAttempts", 185)];
/// A rule as it should be, and what it is called.
struct Wanted<'a> {
    name: &'a str,
    bus: &'a str,
    /// None of the template's own.
    rule: Option<&'a Rule>,
    all_management_events: bool,
    /// Whose events it delivers.
    whose: String,
}

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let deployed: Vec<DeployedRule> = patient.deployed_rules().collect();
    let mut wanted = Vec::new();
    for rule in patient.rules.iter() {
        let whose = whose(&patient.behind(rule));
        if let Some(DeployedRule { name, bus, .. }) = deployed.iter().find(|one| one.id() == Some(&rule.id)) {
            let all_management_events = rule.all_management_events;
            wanted.push(Wanted { name, bus, rule: Some(rule), all_management_events, whose });
        } else {
            let what = format!("the stack has no rule {}{whose}", rule.id);
            findings.add(&MISSING, what, Fix::run(patient.deploy()));
        }
    }
    for DeployedRule { logical, name, bus } in &deployed {
        if *logical == DeployedRule::FORWARDED {
            let whose = ", for what other regions and accounts forward".to_owned();
            wanted.push(Wanted { name, bus, rule: None, all_management_events: true, whose });
        } else if !patient.rules.iter().any(|rule| logical.strip_prefix("Function") == Some(&rule.id)) {
            let what = format!("the rule {name} is in the stack, and not in the project");
            findings.add(&EXTRA, what, Fix::run(patient.deploy()));
        }
    }
    compare(patient, &wanted, ask, findings);
}

fn whose(watchers: &[&str]) -> String {
    if watchers.is_empty() { String::new() } else { format!(", for {}", named(watchers)) }
}

fn compare(patient: &Patient, wanted: &[Wanted], ask: &dyn Ask, findings: &mut Findings) {
    let mut buses: Vec<&str> = wanted.iter().map(|one| one.bus).collect();
    buses.sort_unstable();
    buses.dedup();
    let arguments: Vec<Vec<&str>> = buses.iter().map(|bus| vec!["--event-bus-name", bus]).collect();
    let mut deployed: BTreeMap<(&str, String), Value> = BTreeMap::new();
    let mut known = Vec::new();
    for (bus, answer) in buses.iter().zip(ask.ask_each(&LIST_RULES, &arguments)) {
        let answer = if_there(answer, &["ResourceNotFoundException"]);
        let Some(answer) = findings.known(answer) else { continue };
        known.push(*bus);
        for rule in answer.iter().flat_map(|answer| list(answer, "Rules")) {
            deployed.insert((bus, text(rule, "Name").to_owned()), rule.clone());
        }
    }
    let mut there = Vec::new();
    for one in wanted.iter().filter(|one| known.contains(&one.bus)) {
        match deployed.get(&(one.bus, one.name.to_owned())) {
            Some(rule) => {
                judge(patient, one, rule, findings);
                there.push(one);
            }
            None => findings.add(
                &MISSING,
                format!("the rule {} was deleted{}", one.name, one.whose),
                put(
                    patient,
                    one,
                    "ENABLED",
                    &["then put its target there as well, or delete the stack and deploy it again:"],
                ),
            ),
        }
    }
    let arguments: Vec<Vec<&str>> =
        there.iter().map(|one| vec!["--event-bus-name", one.bus, "--rule", one.name]).collect();
    for (one, answer) in there.iter().zip(ask.ask_each(&LIST_TARGETS, &arguments)) {
        if let Some(answer) = findings.known(answer) {
            judge_target(patient, one, list(&answer, "Targets"), findings);
        }
    }
}

fn judge(patient: &Patient, wanted: &Wanted, deployed: &Value, findings: &mut Findings) {
    let Wanted { name, whose, .. } = wanted;
    let state = text(deployed, "State");
    if state == "DISABLED" {
        let words = ["events", "enable-rule", "--name", name, "--event-bus-name", wanted.bus];
        // Enabling a rule forgets the other state.
        let fixes = if wanted.all_management_events {
            put(patient, wanted, text(deployed, "EventPattern"), &[])
        } else {
            Fix::run(patient.aws(&words))
        };
        findings.add(&DISABLED, format!("the rule {name} is switched off{whose}"), fixes);
    } else if wanted.all_management_events && state != ALL {
        let fixes = put(patient, wanted, text(deployed, "EventPattern"), &[]);
        findings.add(&READS_DROPPED, format!("the rule {name} is in the state {state}{whose}"), fixes);
    }
    let Some(rule) = wanted.rule else { return };
    let pattern = rule.pattern.to_string();
    let parsed = |text: &str| serde_json::from_str(text).map(sorted).ok();
    if parsed(text(deployed, "EventPattern")) != parsed(&pattern) {
        let mut fixes = vec![Fix {
            note: "if the project has changed since it was deployed:",
            command: patient.deploy(),
        }];
        fixes.extend(put(patient, wanted, &pattern, &["if somebody has changed the rule:"]));
        findings.add(
            &DIFFERS,
            format!("the rule {name} has another pattern than the project's{whose}"),
            fixes,
        );
    }
}

const ALL: &str = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/// Writes the rule; a deployment of the same template would not, since CloudFormation compares templates only.
fn put(patient: &Patient, wanted: &Wanted, pattern: &str, notes: &[&'static str]) -> Vec<Fix> {
    let own = wanted.rule.map(|rule| rule.pattern.to_string());
    let pattern =
        own.as_deref().unwrap_or(if pattern.starts_with('{') { pattern } else { FORWARDED_PATTERN });
    let state = if wanted.all_management_events { ALL } else { "ENABLED" };
    let words = [
        "events",
        "put-rule",
        "--name",
        wanted.name,
        "--event-bus-name",
        wanted.bus,
        "--state",
        state,
        "--event-pattern",
        pattern,
    ];
    vec![Fix { note: notes.first().copied().unwrap_or_default(), command: patient.aws(&words) }]
}

const FORWARDED_PATTERN: &str = r#"{"source":[{"prefix":"aws."}]}"#;

fn judge_target(patient: &Patient, wanted: &Wanted, targets: &[Value], findings: &mut Findings) {
    let function = patient.stack.function_arn();
    let queue = patient.stack.queue_arn(patient.stack.output("DeadLetterQueueUrl"));
    let target = targets.iter().find(|target| text(target, "Arn") == function);
    let id = target.map_or("function", |target| text(target, "Id"));
    let retries: Value = RETRIES.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect();
    let right = json!([{
        "Id": id, "Arn": function, "DeadLetterConfig": {"Arn": queue}, "RetryPolicy": retries,
    }]);
    let right = right.to_string();
    let words =
        ["events", "put-targets", "--event-bus-name", wanted.bus, "--rule", wanted.name, "--targets", &right];
    let (name, whose) = (wanted.name, &wanted.whose);
    let Some(target) = target else {
        let what = format!("the rule {name} does not have the function as its target{whose}");
        findings.add(&NO_TARGET, what, Fix::run(patient.aws(&words)));
        return;
    };
    let mut differs = Vec::new();
    if text(&target["DeadLetterConfig"], "Arn") != queue {
        differs.push("not the stack's dead-letter queue");
    }
    if RETRIES
        .iter()
        .any(|(key, value)| !target["RetryPolicy"][key].is_null() && target["RetryPolicy"][key] != *value)
    {
        differs.push("another retry policy");
    }
    if ["Input", "InputPath", "InputTransformer"].iter().any(|key| !target[key].is_null()) {
        differs.push("an input of its own");
    }
    if !differs.is_empty() {
        let what = format!("the target of the rule {name} has {}{whose}", differs.join(" and "));
        findings.add(&OTHER_TARGET, what, Fix::run(patient.aws(&words)));
    }
}

/// The pattern with each list in an order that does not depend on who wrote it: a list is a set.
fn sorted(value: Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut values: Vec<Value> = values.into_iter().map(sorted).collect();
            values.sort_by_key(Value::to_string);
            Value::Array(values)
        }
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, sorted(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_a_list_means_nothing() {
        let one = json!({"source": ["a", {"prefix": "b"}], "$or": [{"x": [1, 2]}, {"y": [3]}]});
        let other = json!({"$or": [{"y": [3]}, {"x": [2, 1]}], "source": [{"prefix": "b"}, "a"]});
        assert_eq!(sorted(one.clone()), sorted(other));
        assert_ne!(sorted(one), sorted(json!({"source": ["a"]})));
    }
}
