//! Watchers, an event, and parts of the function that do what a test tells them.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use account_watcher::accounts::Accounts;
use account_watcher::channels::{Channels, Handing, Taken};
use account_watcher::failure::Failure;
use account_watcher::function::Function;
use account_watcher::ports::Ports;
use account_watcher::queue::Queue;
use account_watcher::settings::Settings;
use account_watcher::state::Memory;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tokio::time::Instant;
use watcher::{Channel, Delivery, Watchers};

pub(crate) const NOW: &str = "2026-01-12T08:30:00Z";
pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/account-watcher";
pub(crate) const OWN_FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function:account-watcher";
/// Stands where an event can hold something confidential.
pub(crate) const CONFIDENTIAL: &str = "c0nf1dent1al";

pub(crate) fn now() -> Timestamp {
    NOW.parse().unwrap()
}

/// `bucket-deleted` goes to Slack and SNS; `quiet` ignores what it matches.
pub(crate) fn watchers() -> Watchers {
    watchers_and(Vec::new())
}

/// Some more besides.
pub(crate) fn watchers_and(more: Vec<Value>) -> Watchers {
    watchers_with_routes(more, &json!([]))
}

/// With routes to other channels.
pub(crate) fn watchers_with_routes(more: Vec<Value>, routes: &Value) -> Watchers {
    let mut quiet = watcher("quiet", "Noise", &["security"], &Value::Null);
    quiet["ignores"] = json!([{"reason": "it is noise", "until": null, "pattern": pattern("Noise")}]);
    let mut watchers = vec![
        watcher("bucket-deleted", "DeleteBucket", &["security", "email"], &Value::Null),
        quiet,
        watcher("everywhere", "Everywhere", &["security", "workflow", "email"], &Value::Null),
        watcher_of_source("aws.logs"),
    ];
    watchers.extend(more);
    let config = json!({
        "channels": {
            "security": {"slack": {"webhook": {"ssm": "/account-watcher/slack/security"}}},
            "workflow": {"slack-workflow": {"trigger": {"secretsmanager": "account-watcher/oncall"}}},
            "hook": {"webhook": {
                "url": {"ssm": "/account-watcher/hook"}, "headers": {"ssm": "/account-watcher/headers"},
                "body": "{\"text\": \"{{message}}\", \"token\": \"{{token}}\"}", "token": {"ssm": "/account-watcher/token"},
            }},
            "email": {"sns": {"topic": {"env": "ACCOUNT_TOPIC_ARN"}}},
        },
        "accounts": {}, "ignores": [], "routes": routes,
    });
    let watchers = serde_json::from_value(watchers.into()).unwrap();
    Watchers::new(serde_json::from_value(config).unwrap(), watchers)
}

/// A watcher of this call.
pub(crate) fn watcher(name: &str, call: &str, channels: &[&str], group: &Value) -> Value {
    json!({
        "name": name, "title": name, "severity": "high", "channels": channels,
        "message": "{{actor}} deleted a bucket", "pattern": pattern(call), "fields": [], "ignores": [], "group": group,
    })
}

/// A watcher of everything from this source.
pub(crate) fn watcher_of_source(source: &str) -> Value {
    let mut watcher = watcher("of-source", "", &["security", "email"], &Value::Null);
    watcher["name"] = source.replace('.', "-").into();
    watcher["pattern"] = json!({"source": [source]}).to_string().into();
    watcher
}

fn pattern(call: &str) -> String {
    json!({"source": ["aws.s3"], "detail": {"eventName": [call]}}).to_string()
}

/// A call of this name. What it says must not be found in a log.
pub(crate) fn event(call: &str) -> Value {
    json!({
        "version": "0", "id": "id-1", "source": "aws.s3", "detail-type": "AWS API Call via CloudTrail",
        "account": "123456789012", "region": "eu-west-1", "time": "2026-01-12T08:29:00Z", "resources": [],
        "detail": {
            "eventID": "event-1", "eventName": call, "eventSource": "s3.amazonaws.com",
            "userIdentity": {"type": "IAMUser", "userName": CONFIDENTIAL},
            "requestParameters": {"password": CONFIDENTIAL},
        },
    })
}

/// Another one.
pub(crate) fn event_of(call: &str, id: &str) -> Value {
    let mut event = event(call);
    event["detail"]["eventID"] = id.into();
    event
}

/// What Lambda does in the name of the function's role: it makes a stream for the log.
pub(crate) fn own_event() -> Value {
    let mut own = event("CreateLogStream");
    own["source"] = "aws.logs".into();
    own["detail"]["eventSource"] = "logs.amazonaws.com".into();
    own["detail"]["userIdentity"] = json!({
        "type": "AssumedRole",
        "arn": "arn:aws:sts::123456789012:assumed-role/account-watcher/account-watcher",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
    });
    own
}

/// Answers as a test says, channel by channel, then `Ok`; remembers what was sent.
#[derive(Default)]
pub(crate) struct FakeChannels {
    answers: RefCell<HashMap<String, VecDeque<Answer>>>,
    pub(crate) tried: RefCell<Vec<String>>,
    pub(crate) sent: RefCell<Vec<Delivery>>,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Sent,
    Strange,
    Retry(Option<u64>),
    Never,
    Hang,
    Lost,
    Panic,
}

impl FakeChannels {
    /// The channel answers this, try by try; the last answer for ever.
    pub(crate) fn answer(&self, channel: &str, answers: &[Answer]) {
        self.answers.borrow_mut().insert(channel.to_owned(), answers.iter().cloned().collect());
    }

    fn next(&self, channel: &str) -> Answer {
        let mut answers = self.answers.borrow_mut();
        let Some(answers) = answers.get_mut(channel) else { return Answer::Sent };
        if answers.len() > 1 { answers.pop_front().unwrap() } else { answers[0].clone() }
    }
}

impl Channels for FakeChannels {
    async fn send(&self, _: &Channel, delivery: &Delivery, handing: &Handing) -> Result<Taken, Failure> {
        self.tried.borrow_mut().push(delivery.channel.clone());
        match self.next(&delivery.channel) {
            Answer::Sent => {
                self.sent.borrow_mut().push(delivery.clone());
                Ok(Taken::default())
            }
            Answer::Strange => Ok(Taken { strange: Some("it answered strangely".to_owned()) }),
            Answer::Retry(after) => Err(Failure::Retry {
                after: after.map(Duration::from_secs),
                unanswered: false,
                reason: "it may pass".to_owned(),
            }),
            Answer::Never => Err(Failure::never("it cannot work")),
            // As a secret that does not come.
            Answer::Hang => std::future::pending().await,
            Answer::Lost => {
                handing.begin();
                std::future::pending().await
            }
            Answer::Panic => panic!("{}", delivery.message),
        }
    }
}

/// Remembers what it was asked to do; refuses everything when told so.
#[derive(Default)]
pub(crate) struct FakeQueue {
    pub(crate) down: Cell<bool>,
    /// How long a message takes to be buried.
    pub(crate) slow: Cell<Duration>,
    pub(crate) calls: RefCell<Vec<Call>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Call {
    Retry { body: Value, seconds: u64 },
    Bury { body: String, reason: String },
    Postpone { receipt: String, seconds: u64 },
}

impl FakeQueue {
    fn note(&self, call: Call) -> Result<(), String> {
        if self.down.get() {
            return Err("the queue is down".to_owned());
        }
        self.calls.borrow_mut().push(call);
        Ok(())
    }
}

impl Queue for FakeQueue {
    async fn retry(&self, body: String, delay: Duration) -> Result<(), String> {
        self.note(Call::Retry { body: serde_json::from_str(&body).unwrap(), seconds: delay.as_secs() })
    }

    async fn bury(&self, body: String, reason: &str) -> Result<(), String> {
        tokio::time::sleep(self.slow.get()).await;
        self.note(Call::Bury { body, reason: reason.to_owned() })
    }

    async fn postpone(&self, receipt: &str, delay: Duration) -> Result<(), String> {
        self.note(Call::Postpone { receipt: receipt.to_owned(), seconds: delay.as_secs() })
    }
}

/// A function made of fakes.
pub(crate) struct Rig {
    pub(crate) function: Function<FakeChannels, FakeQueue, Memory>,
    lines: Lines,
}

impl Rig {
    pub(crate) fn new() -> Rig {
        let (function, lines) = function(FakeChannels::default(), FakeQueue::default());
        Rig { function, lines }
    }

    /// Handles the payload with a minute left.
    pub(crate) async fn handle(&self, payload: &Value) -> Result<Value, account_watcher::function::Error> {
        self.function.handle(&payload.to_string(), "request-1", Duration::from_mins(1)).await
    }

    /// The lines that were written.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }

    /// The lines that were written, parsed: those about events, and the last, of metrics.
    pub(crate) fn written(&self) -> (Vec<Value>, Value) {
        let mut lines: Vec<Value> =
            self.lines.borrow().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
        let metrics = lines.pop().unwrap();
        assert!(metrics["_aws"].is_object(), "{metrics}");
        (lines, metrics)
    }
}

/// What was written.
pub(crate) type Lines = Rc<RefCell<Vec<String>>>;

pub(crate) fn function<C, Q>(channels: C, queue: Q) -> (Function<C, Q, Memory>, Lines) {
    let start = Instant::now();
    let lines = Lines::default();
    let into = lines.clone();
    let function = Function {
        watchers: watchers(),
        ports: Ports {
            channels,
            queue,
            state: Memory::default(),
            // In whole seconds, so that what a test does without waiting happens at one time.
            accounts: Accounts::default(),
            now: Box::new(move || {
                now() + SignedDuration::from_secs(start.elapsed().as_secs().try_into().unwrap())
            }),
            write: Box::new(move |line| into.borrow_mut().push(line.to_owned())),
        },
        settings: settings(),
    };
    (function, lines)
}

pub(crate) fn settings() -> Settings {
    Settings {
        retry_queue_url: "https://sqs.example/s3cret/retry".to_owned(),
        dead_letter_queue_url: "https://sqs.example/s3cret/dead".to_owned(),
        state_table: None,
        account_names: false,
        role_arn: ROLE.to_owned(),
        function_name: "account-watcher".to_owned(),
    }
}

/// The numbers that are not zero, by name.
pub(crate) fn counted(metrics: &Value) -> Value {
    let counts = metrics.as_object().unwrap().iter();
    counts
        .filter(|(_, value)| value.as_u64().is_some_and(|n| n > 0))
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// Received = matched + ignored + self + unmatched + malformed.
pub(crate) fn assert_counts_add_up(metrics: &Value) {
    let count = |name: &str| metrics[name].as_u64().unwrap();
    let sum = ["Matched", "Ignored", "Self", "Unmatched", "Malformed"].into_iter().map(count).sum::<u64>();
    assert_eq!(count("Received"), sum, "{metrics}");
}
