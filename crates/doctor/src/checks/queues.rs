//! What waits to be sent again, and what was given up.

use serde_json::{Value, json};

use super::Check;
use super::function::{metric, query};
use crate::ask::{Ask, if_there, text};
use crate::call::GET_QUEUE;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "queues", faults: &[&MISSING, &DEAD, &LATE], run };

static MISSING: Fault = Fault {
    id: "queue-missing",
    severity: Severity::Error,
    what: "a queue of the stack does not exist",
    why: "An alert that a channel does not take at once is lost.",
};
static DEAD: Fault = Fault {
    id: "dead-letters",
    severity: Severity::Error,
    what: "alerts were given up",
    why: "Nothing sends them until you say so, and after 14 days they are gone.",
};
static LATE: Fault = Fault {
    id: "retries-late",
    severity: Severity::Warning,
    what: "alerts have waited for more than an hour",
    why: "A channel does not take them. After a day they are dead letters.",
};

/// As the alarm `DeliveriesLate`.
const LATE_SECONDS: f64 = 3_600.0;
const NOT_THERE: [&str; 2] = ["AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"];

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let stack = &patient.stack;
    let urls = [stack.output("DeadLetterQueueUrl"), stack.output("RetryQueueUrl")];
    let names = urls.map(|url| url.rsplit('/').next().unwrap_or_default());
    let mut waiting = [0, 0];
    for (index, url) in urls.into_iter().enumerate() {
        let answer = ask.ask(&GET_QUEUE, &["--queue-url", url, "--attribute-names", "All"]);
        match findings.known(if_there(answer, &NOT_THERE)) {
            Some(Some(answer)) => waiting[index] = messages(&answer["Attributes"]),
            Some(None) => {
                let what = format!("the queue {} does not exist", names[index]);
                findings.add(&MISSING, what, vec![Fix {
                    note: "a deployment of the same template does not bring it back: delete the stack, then deploy it again:",
                    command: patient.aws(&["cloudformation", "delete-stack", "--stack-name", &stack.name]),
                }]);
            }
            None => {}
        }
    }
    if waiting == [0, 0] {
        return;
    }
    let age = |id: &str, name: &str| {
        query(id, "AWS/SQS", "ApproximateAgeOfOldestMessage", &[("QueueName", name)], "Maximum")
    };
    let queries = json!([age("dead", names[0]), age("retry", names[1])]);
    let [dead, retry] = metric(patient, ask, findings, &queries, ["dead", "retry"]).unwrap_or_default();
    if waiting[0] > 0 {
        let what = format!("{} in the dead-letter queue {}{}", count(waiting[0]), names[0], oldest(dead));
        let look = [
            "sqs",
            "receive-message",
            "--queue-url",
            urls[0],
            "--visibility-timeout",
            "0",
            "--message-attribute-names",
            "All",
        ];
        let fixes = vec![
            Fix { note: "to see why:", command: patient.aws(&look) },
            Fix { note: "when that is fixed:", command: redrive(patient) },
        ];
        findings.add(&DEAD, what, fixes);
    }
    if waiting[1] > 0 && retry > LATE_SECONDS {
        let what = format!("{} in the retry queue {}{}", count(waiting[1]), names[1], oldest(retry));
        let words = [
            "logs",
            "filter-log-events",
            "--log-group-name",
            stack.output("LogGroupName"),
            "--filter-pattern",
            r#"{ $.message = "retried" }"#,
        ];
        findings.add(
            &LATE,
            what,
            vec![Fix { note: "to see which channel, and why:", command: patient.aws(&words) }],
        );
    }
}

fn redrive(patient: &Patient) -> String {
    let stack = &patient.stack;
    let (from, to) =
        (stack.queue_arn(stack.output("DeadLetterQueueUrl")), stack.queue_arn(stack.output("RetryQueueUrl")));
    patient.aws(&["sqs", "start-message-move-task", "--source-arn", &from, "--destination-arn", &to])
}

/// All that is in it, whether somebody is reading it or it waits.
fn messages(attributes: &Value) -> u64 {
    ["", "NotVisible", "Delayed"]
        .iter()
        .filter_map(|kind| {
            text(attributes, &format!("ApproximateNumberOfMessages{kind}")).parse::<u64>().ok()
        })
        .sum()
}

fn count(number: u64) -> String {
    if number == 1 { "1 message is".to_owned() } else { format!("{number} messages are") }
}

/// How old the oldest one was at most in the last day.
fn oldest(seconds: f64) -> String {
    match seconds {
        _ if seconds < 60.0 => String::new(),
        _ if seconds < 7_200.0 => format!(", the oldest for {:.0} minutes", seconds / 60.0),
        _ if seconds < 172_800.0 => format!(", the oldest for {:.0} hours", seconds / 3_600.0),
        _ => format!(", the oldest for {:.0} days", seconds / 86_400.0),
    }
}
