//! What is counted, and the line from which CloudWatch makes metrics (embedded metric format).
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>

use std::ops::AddAssign;

use jiff::Timestamp;
use serde_json::{Value, json};

/// Counts of one invocation. Every event is received and one of matched, ignored, self, unmatched and malformed.
///
/// Every delivery that an event asks for is one of sent, queued, suppressed, duplicate and dead; or it is none of them,
/// and the invocation fails, so that the event comes again. Every delivery that was queued is counted once more when it
/// leaves the queue: as sent, duplicate or dead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events.
    pub received: u32,
    /// Events that at least one watcher matched without ignoring them.
    pub matched: u32,
    /// Events that were only matched by watchers which ignore them.
    pub ignored: u32,
    /// Events that a watcher matched, but this function caused itself.
    pub own: u32,
    /// Events that no watcher wants.
    pub unmatched: u32,
    /// What was not an event.
    pub malformed: u32,
    /// Deliveries that their service took.
    pub sent: u32,
    /// Deliveries that went into the retry queue: they failed, or wait for their turn.
    pub queued: u32,
    /// Deliveries that their group's summary tells.
    pub suppressed: u32,
    /// Deliveries that were not sent because they had been sent, or suppressed, before.
    pub duplicate: u32,
    /// Deliveries that went into the dead-letter queue.
    pub dead: u32,
    /// Deliveries that were not sent an hour after they were to be, or have to wait so long; an alarm counts them.
    pub late: u32,
    /// Deliveries that were handled without the table, so ungrouped, unpaced, and twice if their event comes twice; and
    /// items of the table that were ignored.
    pub unguarded: u32,
    /// Deliveries that their service took with a strange answer, so perhaps not: a wrong host; an alarm counts them.
    pub strange: u32,
    /// Deliveries whose template could not be rendered; they say what is known without it.
    pub render_failed: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.received += other.received;
        self.matched += other.matched;
        self.ignored += other.ignored;
        self.own += other.own;
        self.unmatched += other.unmatched;
        self.malformed += other.malformed;
        self.sent += other.sent;
        self.queued += other.queued;
        self.suppressed += other.suppressed;
        self.duplicate += other.duplicate;
        self.dead += other.dead;
        self.late += other.late;
        self.unguarded += other.unguarded;
        self.strange += other.strange;
        self.render_failed += other.render_failed;
    }
}

impl Counts {
    fn named(&self) -> [(&'static str, u32); 15] {
        [
            ("Received", self.received),
            ("Matched", self.matched),
            ("Ignored", self.ignored),
            ("Self", self.own),
            ("Unmatched", self.unmatched),
            ("Malformed", self.malformed),
            ("Sent", self.sent),
            ("Queued", self.queued),
            ("Suppressed", self.suppressed),
            ("Duplicate", self.duplicate),
            ("Dead", self.dead),
            ("Late", self.late),
            ("Unguarded", self.unguarded),
            ("Strange", self.strange),
            ("RenderFailed", self.render_failed),
        ]
    }

    /// The counts by the names of their metrics.
    pub fn to_json(&self) -> Value {
        self.named().into_iter().collect()
    }

    /// The line for CloudWatch.
    pub fn to_line(&self, function_name: &str, now: Timestamp) -> Value {
        let metrics = self.named().map(|(name, _)| json!({"Name": name, "Unit": "Count"}));
        let mut line = self.to_json();
        line["FunctionName"] = function_name.into();
        line["_aws"] = json!({
            "Timestamp": now.as_millisecond(),
            "CloudWatchMetrics": [{"Namespace": "AccountWatcher", "Dimensions": [["FunctionName"]], "Metrics": metrics}],
        });
        line
    }
}
