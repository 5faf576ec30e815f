//! A text that does not fit into Slack or a mail's subject.

use crate::finding::Finding;
use crate::finding::Level;
use watcher::Channel;

use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::{Context, template};

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "too-long-message",
    level: Level::Warning,
    what: "a text that does not fit into Slack or a mail's subject",
    why: "A section of Slack has 3,000 characters, a header 150 (https://docs.slack.dev/reference/block-kit/blocks), the subject of SNS 99 (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html). The rest is cut off.",
    bad: r#"message = "{{event}}"
"#,
    good: r#"message = "{{event.detail.eventID}}: {{outcome}}"
"#,
    check: Check::Watcher(check),
};

const SECTION: usize = 3_000;
const HEADER: usize = 150;
const SUBJECT: usize = 99;

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let channels = file.watcher.channels.iter().filter_map(|name| context.project.config.channels.get(name));
    let (mut slack, mut sns) = (false, false);
    for channel in channels {
        match channel {
            Channel::Sns { .. } => sns = true,
            Channel::Slack { .. } | Channel::SlackWorkflow { .. } => slack = true,
        }
    }
    let (title, message) = (file.watcher.title.source(), file.watcher.message.source());
    let length = |text: &str| template::plain(text).chars().count();
    let finding = |span: &Span, what: String, help: &str| {
        Finding::new(LINT.name, &file.source, span.clone(), what).help(help)
    };
    let mut findings = Vec::new();
    let limit = if sns { SUBJECT } else { HEADER };
    if length(title) > limit {
        let what =
            format!("the title has {} characters without its variables, and {limit} fit", length(title));
        findings.push(finding(&file.places.title, what, "say the rest in the message"));
    }
    if slack && length(message) > SECTION {
        let what = format!(
            "the message has {} characters without its variables, and Slack shows {SECTION}",
            length(message)
        );
        findings.push(finding(&file.places.message, what, "say it shorter"));
    }
    let whole = ["{{event}}", "{{{event}}}", "{{event.detail}}", "{{{event.detail}}}"];
    if slack && whole.iter().any(|tag| message.contains(tag)) {
        let what = format!("a whole event is longer than the {SECTION} characters that Slack shows");
        findings.push(finding(&file.places.message, what, "read the fields that people need"));
    }
    findings
}
