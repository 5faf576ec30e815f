//! Whether somebody listens to the topics that alerts and alarms go to.

use super::Check;
use crate::ask::{Ask, if_there, list, text};
use crate::call::LIST_SUBSCRIPTIONS;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check = Check { name: "topics", faults: &[&MISSING, &UNHEARD, &PENDING], run };

static MISSING: Fault = Fault {
    id: "topic-missing",
    severity: Severity::Error,
    what: "a topic of a channel does not exist",
    why: "Nothing can be sent to the channel: its alerts are tried for a day, then they are dead letters.",
};
static UNHEARD: Fault = Fault {
    id: "topic-unheard",
    severity: Severity::Error,
    what: "nobody is subscribed to a topic",
    why: "What is sent there reaches nobody, and counts as sent. The stack's own topic has the alarms about the function too.",
};
static PENDING: Fault = Fault {
    id: "subscription-pending",
    severity: Severity::Error,
    what: "a subscription is not confirmed",
    why: "SNS sends it nothing before the link in its mail was followed, and forgets it after two days.",
};

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    for (arn, channels) in patient.topics() {
        // arn:aws:sns:REGION:ACCOUNT:NAME
        let region = arn.split(':').nth(3).unwrap_or(&patient.stack.region);
        // The last one counts.
        let answer = ask.ask(&LIST_SUBSCRIPTIONS, &["--topic-arn", &arn, "--region", region]);
        let Some(answer) = findings.known(if_there(answer, &["NotFound", "NotFoundException"])) else {
            continue;
        };
        let of = if channels.is_empty() {
            String::new()
        } else {
            format!(" of the channel {}", channels.join(", "))
        };
        let Some(answer) = answer else {
            let command = patient
                .aws_in(region, &["sns", "create-topic", "--name", arn.rsplit(':').next().unwrap_or("")]);
            findings.add(&MISSING, format!("the topic {arn}{of} does not exist"), Fix::run(command));
            continue;
        };
        let subscriptions = list(&answer, "Subscriptions");
        let subscribe = |protocol: &str, endpoint: &str| {
            let words = [
                "sns",
                "subscribe",
                "--topic-arn",
                &arn,
                "--protocol",
                protocol,
                "--notification-endpoint",
                endpoint,
            ];
            patient.aws_in(region, &words)
        };
        if subscriptions.is_empty() {
            let note = "with your address, which must confirm it:";
            let fix = Fix { note, command: subscribe("email", "you@example.com") };
            findings.add(&UNHEARD, format!("nobody is subscribed to the topic {arn}{of}"), vec![fix]);
        }
        for one in subscriptions.iter().filter(|one| !text(one, "SubscriptionArn").starts_with("arn:")) {
            let (protocol, endpoint) = (text(one, "Protocol"), text(one, "Endpoint"));
            let note = "follow the link in the mail, which may be among the spam; to have it sent again:";
            let what = format!("{endpoint} has not confirmed the subscription to the topic {arn}{of}");
            findings.add(&PENDING, what, vec![Fix { note, command: subscribe(protocol, endpoint) }]);
        }
    }
}
