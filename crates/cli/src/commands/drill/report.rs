//! What a drill says: for people as it goes, for programs at the end.

use std::fmt::Write;

use serde::Serialize;

use super::answer::{Answer, Outcome, Result, Sent};
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, count, paint};

/// What is known of one watcher's drill.
#[derive(Debug, Serialize)]
pub(super) struct Drilled {
    pub(super) watcher: String,
    /// The test whose event was sent, or the file.
    pub(super) event: String,
    /// The deployed rule that brings such an event to the function.
    pub(super) rule: Option<RuleSeen>,
    #[serde(flatten)]
    pub(super) answer: Option<Answer>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct RuleSeen {
    pub(super) name: String,
    pub(super) enabled: bool,
}

impl Drilled {
    /// Whether the alert arrived, and a real one would.
    pub(super) fn is_right(&self) -> bool {
        self.rule.as_ref().is_some_and(|rule| rule.enabled)
            && self.answer.as_ref().is_some_and(Answer::is_right)
    }

    pub(super) fn text(&self) -> String {
        let mut text =
            format!("{} {}\n", paint(STRONG, &self.watcher), paint(FAINT, &format!("({})", self.event)));
        let mut line = |line: String| {
            let _ = writeln!(text, "  {line}");
        };
        line(self.rule());
        if let Some(error) = &self.error {
            line(paint(ERROR, error));
        }
        if let Some(answer) = &self.answer {
            if let Some(why) = nothing_sent(answer) {
                line(paint(ERROR, &why));
            }
            for sent in &answer.deliveries {
                line(delivered(sent));
            }
            if !answer.others.is_empty() {
                line(paint(FAINT, &format!("also matched by {}", answer.others.join(", "))));
            }
        }
        text
    }

    fn rule(&self) -> String {
        match &self.rule {
            Some(RuleSeen { name, enabled: true }) => format!("a real event arrives through the rule {name}"),
            Some(RuleSeen { name, enabled: false }) => paint(
                ERROR,
                &format!(
                    "a real event would not arrive: its rule {name} is disabled; enable it with `aws events enable-rule --name {name}`"
                ),
            ),
            None => paint(
                ERROR,
                "a real event would not arrive: no deployed rule matches it; the stack is not this project: deploy",
            ),
        }
    }
}

/// What became of all of them.
pub(super) fn summary(drills: &[Drilled]) -> String {
    let deliveries =
        || drills.iter().filter_map(|drilled| drilled.answer.as_ref()).flat_map(|answer| &answer.deliveries);
    let sent = deliveries().filter(|sent| sent.outcome == Outcome::Sent).count();
    let wrong = drills.iter().filter(|drilled| !drilled.is_right()).count();
    let what = format!("{}, {} sent", count(drills.len(), "drill"), count(sent, "alert"));
    match wrong {
        0 => format!("{what}: {}\n", paint(GOOD, "all is well")),
        _ => format!("{what}: {}\n", paint(ERROR, &format!("{} failed", count(wrong, "drill")))),
    }
}

fn nothing_sent(answer: &Answer) -> Option<String> {
    let reason = answer.reason.as_deref().unwrap_or_default();
    match answer.result {
        Result::Matched => None,
        Result::Ignored => Some(format!("no alert: the deployed function ignores it: {reason}")),
        Result::Unmatched => Some(
            "no alert: the deployed watcher does not match this event; it is not the one of this project: deploy"
                .to_owned(),
        ),
        Result::Own => Some("no alert: it is a call of the function itself".to_owned()),
        Result::Refused => Some(format!("refused: {reason}")),
    }
}

fn delivered(Sent { channel, outcome, tries, milliseconds, reason }: &Sent) -> String {
    let reason = reason.as_deref().unwrap_or_default();
    let times = if *tries == 1 { String::new() } else { format!(" at try {tries}") };
    match outcome {
        Outcome::Sent if reason.is_empty() => {
            format!("{channel}: {} in {milliseconds} ms{times}", paint(GOOD, "sent"))
        }
        Outcome::Sent => {
            format!("{channel}: {} in {milliseconds} ms{times}, but {reason}", paint(CAUTION, "sent"))
        }
        Outcome::Failed => format!(
            "{channel}: {} after {}: {reason}",
            paint(ERROR, "failed"),
            count(*tries as usize, "try").replace("trys", "tries")
        ),
        Outcome::Busy => format!("{channel}: {}: {reason}", paint(ERROR, "not sent")),
    }
}
