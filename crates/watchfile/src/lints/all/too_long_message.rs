//! A text that does not fit into Slack or a mail's subject.

use watcher::{Expression, Limit, Limits, SUMMARY_PREFIX};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedText;
use crate::table::Span;
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context, template};

pub(super) static LINT: Lint = Lint {
    name: "too-long-message",
    level: Level::Warning,
    what: "a text that does not fit into Slack or a mail's subject",
    why: "A section of Slack has 3,000 characters, a header 150, the sign of the severity included (https://docs.slack.dev/reference/block-kit/blocks), the subject of SNS 99 (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html), a notification of Amazon Q a title of 250 and 8,000 for message and facts (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). The rest is cut off. Counted is the longest text that can come: the longest branch of each `{{#if}}`, one round of each `{{#each}}`, 64 characters for `actor`, the longest name that the pattern takes for `event_name`, `99 more: ` in front of the title of a group, 30 for a value whose length is not known.",
    bad: r#"message = "{{event}}"
"#,
    good: r#"message = "{{event.detail.eventID}}: {{outcome}}"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let config = &context.project.config;
    let named = &file.watcher.channels;
    let routed =
        config.routes.iter().flat_map(|route| named.iter().filter_map(|name| route.channels.get(name)));
    let channels = named.iter().chain(routed).filter_map(|name| config.channels.get(name));
    let limits: Vec<Limits> = channels.map(|channel| channel.kind().limits(file.watcher.severity)).collect();
    // What a group's summary puts in front of the title.
    let summary = if file.watcher.group.is_some() { SUMMARY_PREFIX.len() } else { 0 };
    // Who fits into the narrowest fits into all.
    let titles = limits.iter().map(|limits| &limits.title).min_by_key(|limit| limit.most);
    let messages = limits.iter().filter_map(|limits| limits.message.as_ref()).min_by_key(|limit| limit.most);
    let (title, message) = (&file.places.title, &file.places.message);
    let account = context.project.config.accounts.values().map(|name| name.chars().count()).max();
    let length = |text: &PlacedText, limit: &Limit| {
        template::longest(&text.parsed, limit.size, &|of| value(of, file, account.unwrap_or(0)))
    };
    let finding = |span: &Span, length: usize, limit: &Limit, help: &str| {
        let message = format!("this can have {length} characters, and {}", limit.says);
        Finding::new(&LINT, &file.source, span.clone(), message)
            .help(format!("{help}; a value whose length is not known counts as {USUAL} characters"))
    };
    let mut findings = Vec::new();
    // What the title of a denied call is made of.
    let around = "Attempt to ".len() + " was denied".len();
    let heads = [(title, 0)].into_iter().chain(file.places.attempt.as_ref().map(|text| (text, around)));
    for (text, around) in heads {
        if let Some(limit) = titles {
            let length = around + length(text, limit) + summary;
            if length > limit.most {
                findings.push(finding(&text.span, length, limit, "say the rest in the message"));
            }
        }
    }
    let Some(limit) = messages else { return findings };
    let is_whole = |of| ["event", "event.detail"].contains(&path(of));
    let length = length(message, limit);
    if template::values(&message.parsed).any(is_whole) {
        let what = format!("a whole event is too long: {} characters", limit.says);
        let finding = Finding::new(&LINT, &file.source, message.span.clone(), what);
        findings.push(finding.help("read the fields that people need"));
    } else if length > limit.most {
        findings.push(finding(&message.span, length, limit, "say it shorter"));
    }
    findings
}

/// What a value of unknown length counts for.
const USUAL: usize = 30;

/// The path that is printed; nothing for a helper.
fn path(of: &Expression) -> &str {
    match of {
        Expression::Path(path) => &path.text,
        _ => "",
    }
}

/// The longest that a value can become, as far as is known. The name of an event is one of the pattern's.
fn value(of: &Expression, file: &WatcherFile, account: usize) -> usize {
    let names = |path| file.places.pattern.texts(path).map(|(text, _)| text.chars().count()).max();
    let code = || names("detail.errorCode").unwrap_or(USUAL);
    match path(of) {
        // An IAM user's and a session's name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
        "actor" => 64,
        // arn:aws:sts::123456789012:assumed-role/ with the names of a role and of a session.
        "identity_arn" => 40 + 64 + 1 + 64,
        "identity_type" => "IdentityCenterUser".len(),
        "account" => account.max(12),
        "region" => "ap-southeast-2".len(),
        "time" => "2026-01-12T10:00:00Z".len(),
        "event_name" | "call" => names("detail.eventName").or_else(|| names("detail-type")).unwrap_or(USUAL),
        // The longest address of version 6; services write their name, which is about as long.
        "source_ip" => 39,
        "error_code" => code(),
        "outcome" => "failed: ".len() + code(),
        "link" => 120,
        _ => USUAL,
    }
}
