//! Whether the function is there, may be called, is called, and succeeds.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::Check;
use crate::ask::{Ask, if_there, list, text};
use crate::call::{GET_CONCURRENCY, GET_FUNCTION, GET_MAPPING, GET_METRIC_DATA, GET_POLICY};
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check {
    name: "function",
    faults: &[
        &MISSING,
        &INACTIVE,
        &OLD,
        &STOPPED,
        &ERRORS,
        &THROTTLES,
        &NOT_INVOKABLE,
        &POLICY_FULL,
        &NO_RETRIES,
    ],
    run,
};

static MISSING: Fault = Fault {
    id: "function-missing",
    severity: Severity::Error,
    what: "the function does not exist",
    why: "Nothing is sent.",
};
static INACTIVE: Fault = Fault {
    id: "function-inactive",
    severity: Severity::Error,
    what: "the function cannot run, or its last update failed",
    why: "Nothing is sent, or what is sent is what an older version says.",
};
static OLD: Fault = Fault {
    id: "function-old",
    severity: Severity::Warning,
    what: "the function is older than the project",
    why: "Watchers, messages and channels are in the function's code: what has changed since then is not deployed.",
};
static STOPPED: Fault = Fault {
    id: "function-stopped",
    severity: Severity::Error,
    what: "the function has a reserved concurrency of 0",
    why: "Lambda runs it for no event. After six hours events are dead letters.",
};
static ERRORS: Fault = Fault {
    id: "function-errors",
    severity: Severity::Warning,
    what: "invocations failed in the last day",
    why: "Lambda tries an event twice more; after that it is in the dead-letter queue.",
};
static THROTTLES: Fault = Fault {
    id: "function-throttles",
    severity: Severity::Warning,
    what: "Lambda held the function back in the last day",
    why: "Alerts come late; after six hours they are dead letters.",
};
static NOT_INVOKABLE: Fault = Fault {
    id: "rule-not-allowed",
    severity: Severity::Error,
    what: "a rule may not invoke the function",
    why: "EventBridge cannot hand over its events: they become dead letters.",
};
static POLICY_FULL: Fault = Fault {
    id: "policy-nearly-full",
    severity: Severity::Warning,
    what: "the function's policy has little room left",
    why: "It holds a statement for each rule. A deployment that adds rules will fail when it is full.",
};
static NO_RETRIES: Fault = Fault {
    id: "retries-stopped",
    severity: Severity::Error,
    what: "the function does not read the retry queue",
    why: "What a channel did not take is not sent again, and summaries of groups are not sent. It expires after 14 days.",
};

/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const POLICY_LIMIT: usize = 20_480;
const POLICY_FULL_AT: usize = POLICY_LIMIT / 10 * 9;
const NOT_THERE: [&str; 1] = ["ResourceNotFoundException"];

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let name = patient.stack.output("FunctionName");
    let asked = ask.ask(&GET_FUNCTION, &["--function-name", name]);
    match findings.known(if_there(asked, &NOT_THERE)) {
        Some(None) => {
            findings.add(&MISSING, format!("the function {name} does not exist"), vec![Fix {
                note: "a deployment of the same template does not bring it back: delete the stack, then deploy it again:",
                command: patient.aws(&["cloudformation", "delete-stack", "--stack-name", &patient.stack.name]),
            }]);
            return;
        }
        Some(Some(function)) => judge(patient, &function, findings),
        None => {}
    }
    concurrency(patient, ask, findings);
    metrics(patient, ask, findings);
    permissions(patient, ask, findings);
    mapping(patient, ask, findings);
}

fn judge(patient: &Patient, function: &Value, findings: &mut Findings) {
    let name = patient.stack.output("FunctionName");
    for (key, good) in
        [("State", ["Active", "Inactive", ""]), ("LastUpdateStatus", ["Successful", "InProgress", ""])]
    {
        let state = text(function, key);
        if !good.contains(&state) {
            let why = text(function, if key == "State" { "StateReason" } else { "LastUpdateStatusReason" });
            let what = format!("{key} of the function {name} is {state}: {why}");
            findings.add(&INACTIVE, what.trim_end_matches(": ").to_owned(), Fix::run(patient.deploy()));
        }
    }
    // With +0000, which means UTC.
    let deployed = text(function, "LastModified").replace("+0000", "Z").parse::<Timestamp>().ok();
    if let (Some(deployed), Some(changed)) = (deployed, &patient.changed)
        && deployed < changed.time
    {
        let day = |time: Timestamp| time.strftime("%F").to_string();
        let what = format!(
            "the function was last deployed on {}, and the project was changed on {} by {}",
            day(deployed),
            day(changed.time),
            changed.commit
        );
        findings.add(&OLD, what, Fix::run(patient.deploy()));
    }
}

fn concurrency(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let name = patient.stack.output("FunctionName");
    let answer = if_there(ask.ask(&GET_CONCURRENCY, &["--function-name", name]), &NOT_THERE);
    if let Some(Some(answer)) = findings.known(answer)
        && answer["ReservedConcurrentExecutions"] == 0
    {
        let fix = patient.aws(&["lambda", "delete-function-concurrency", "--function-name", name]);
        findings.add(&STOPPED, format!("the function {name} has a reserved concurrency of 0"), Fix::run(fix));
    }
}

fn metrics(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let name = patient.stack.output("FunctionName");
    let dimension = [("FunctionName", name)];
    let queries = json!([
        query("errors", "AWS/Lambda", "Errors", &dimension, "Sum"),
        query("throttles", "AWS/Lambda", "Throttles", &dimension, "Sum"),
    ]);
    let Some([errors, throttles]) = metric(patient, ask, findings, &queries, ["errors", "throttles"]) else {
        return;
    };
    let times = |number: f64| if number > 1.5 { format!("{number:.0} times") } else { "once".to_owned() };
    if errors >= 1.0 {
        let group = patient.stack.output("LogGroupName");
        let words = [
            "logs",
            "filter-log-events",
            "--log-group-name",
            group,
            "--filter-pattern",
            r#"{ $.level = "ERROR" }"#,
        ];
        let what = format!("the function failed {} in the last day", times(errors));
        findings.add(&ERRORS, what, vec![Fix { note: "to see why:", command: patient.aws(&words) }]);
    }
    if throttles >= 1.0 {
        let words = ["lambda", "get-account-settings"];
        let what = format!("Lambda held the function back {} in the last day", times(throttles));
        let note = "another function takes the region's concurrent executions, or there are few: ask Service Quotas for more; \
                    to see how many there are:";
        findings.add(&THROTTLES, what, vec![Fix { note, command: patient.aws(&words) }]);
    }
}

/// A query of `get-metric-data`.
pub(super) fn query(
    id: &str,
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &str)],
    statistic: &str,
) -> Value {
    let dimensions: Vec<Value> =
        dimensions.iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    let metric = json!({"Namespace": namespace, "MetricName": name, "Dimensions": dimensions});
    json!({"Id": id, "MetricStat": {"Metric": metric, "Period": 86_400, "Stat": statistic}})
}

/// The values of the last day, 0 of what has none: sums added, of a maximum the greatest.
pub(super) fn metric<const N: usize>(
    patient: &Patient,
    ask: &dyn Ask,
    findings: &mut Findings,
    queries: &Value,
    ids: [&str; N],
) -> Option<[f64; N]> {
    let (from, until, text_of) = (patient.ago(24), patient.now.to_string(), queries.to_string());
    let arguments = ["--metric-data-queries", &text_of, "--start-time", &from, "--end-time", &until];
    let answer = findings.known(ask.ask(&GET_METRIC_DATA, &arguments))?;
    let is_sum = |id: &str| {
        queries
            .as_array()
            .into_iter()
            .flatten()
            .any(|query| query["Id"] == id && query["MetricStat"]["Stat"] == "Sum")
    };
    Some(ids.map(|id| {
        let results = list(&answer, "MetricDataResults").iter().filter(|result| result["Id"] == id);
        let values = results.flat_map(|result| list(result, "Values")).filter_map(Value::as_f64);
        if is_sum(id) { values.sum() } else { values.fold(0.0, f64::max) }
    }))
}

fn permissions(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let stack = &patient.stack;
    let name = stack.output("FunctionName");
    let answer = if_there(ask.ask(&GET_POLICY, &["--function-name", name]), &NOT_THERE);
    let Some(answer) = findings.known(answer) else { return };
    let policy = answer.as_ref().map_or("{}", |answer| text(answer, "Policy"));
    if policy.len() >= POLICY_FULL_AT {
        let what = format!("the function's policy has {} of {POLICY_LIMIT} bytes", policy.len());
        let note = "fewer services need fewer rules, and statements that others added can go; to see it:";
        let command = patient.aws(&["lambda", "get-policy", "--function-name", name]);
        findings.add(&POLICY_FULL, what, vec![Fix { note, command }]);
    }
    let policy: Value = serde_json::from_str(policy).unwrap_or_default();
    let allowed: Vec<&str> = list(&policy, "Statement").iter().filter_map(source_arn).collect();
    for rule in patient.deployed_rules() {
        let arn = rule.arn(stack);
        if allowed.contains(&arn.as_str()) {
            continue;
        }
        let statement = format!("{}Permission", rule.logical);
        let words = [
            "lambda",
            "add-permission",
            "--function-name",
            name,
            "--statement-id",
            &statement,
            "--action",
            "lambda:InvokeFunction",
            "--principal",
            "events.amazonaws.com",
            "--source-arn",
            &arn,
        ];
        let what = format!("the rule {} may not invoke the function", rule.name);
        findings.add(&NOT_INVOKABLE, what, Fix::run(patient.aws(&words)));
    }
}

/// The rule that the statement lets in.
fn source_arn(statement: &Value) -> Option<&str> {
    let condition = statement["Condition"].as_object()?;
    let mut arns = condition.values().filter_map(|keys| {
        keys.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case("aws:SourceArn"))?.1.as_str()
    });
    arns.next().filter(|_| statement["Effect"] == "Allow")
}

fn mapping(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let Some(uuid) = patient.stack.id("RetryMapping") else { return };
    let answer = if_there(ask.ask(&GET_MAPPING, &["--uuid", uuid]), &NOT_THERE);
    let Some(answer) = findings.known(answer) else { return };
    let (state, fix) = match &answer {
        None => {
            let queue = patient.stack.queue_arn(patient.stack.output("RetryQueueUrl"));
            let name = patient.stack.output("FunctionName");
            let words = [
                "lambda",
                "create-event-source-mapping",
                "--function-name",
                name,
                "--event-source-arn",
                &queue,
                "--batch-size",
                "10",
                "--function-response-types",
                "ReportBatchItemFailures",
                "--scaling-config",
                "MaximumConcurrency=2",
            ];
            ("does not exist any more", patient.aws(&words))
        }
        Some(answer) if ["Disabled", "Disabling"].contains(&text(answer, "State")) => (
            "is switched off",
            patient.aws(&["lambda", "update-event-source-mapping", "--uuid", uuid, "--enabled"]),
        ),
        Some(_) => return,
    };
    let what = format!("the event source mapping {uuid} from the retry queue to the function {state}");
    findings.add(&NO_RETRIES, what, Fix::run(fix));
}
