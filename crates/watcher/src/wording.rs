//! What an alert says, how bad it is and where it goes: by the watcher's templates, its cases, and whether the call
//! failed.

use std::fmt::Write;

use handlebars::Context;
use serde_json::{Map, Value};

use crate::channels::text::{cut, value};
use crate::delivery::Facts;
use crate::purpose::no_drill;
use crate::severity::Severity;
use crate::template::{Template, text_of};
use crate::variables::{call, is_denial};
use crate::watcher::Watcher;
use crate::words::plain;

/// An alert before it has channels.
pub(crate) struct Wording<'a> {
    pub(crate) title: String,
    pub(crate) message: String,
    pub(crate) severity: Severity,
    pub(crate) channels: &'a [String],
    /// Why something of it could not be rendered. An alert is never lost to its template.
    pub(crate) error: Option<String>,
}

/// A field of a failed call; what is longer is cut.
const FIELD_LIMIT: usize = 200;

pub(crate) fn wording<'a>(
    watcher: &'a Watcher,
    facts: &Facts,
    fields: &Map<String, Value>,
    variables: &Value,
) -> Wording<'a> {
    let context = Context::wraps(variables).map_err(|e| e.to_string());
    let render = |template: &Template| template.render(context.as_ref().map_err(String::clone)?);
    let failed = facts.outcome.as_deref().is_some_and(|outcome| outcome.starts_with("failed"));
    let (title, message) = match watcher.attempt.as_ref().filter(|_| failed).map(render) {
        Some(Ok(attempt)) => {
            let (title, message) = failure(watcher, attempt.trim(), facts, fields, variables);
            (Ok(title), Ok(message))
        }
        Some(Err(error)) => (Err(error.clone()), Err(error)),
        None => (render(&watcher.title), render(&watcher.message)),
    };
    let mut unjudged = None;
    let case = watcher.cases.iter().find(|case| {
        let holds = context.as_ref().map_err(String::clone).and_then(|context| case.when.holds(context));
        holds.unwrap_or_else(|error| {
            unjudged.get_or_insert(error);
            false
        })
    });
    let severity = case.map_or(watcher.severity, |case| case.severity);
    let error = title.as_ref().err().or(message.as_ref().err()).cloned().or(unjudged);
    Wording {
        title: no_drill(title.unwrap_or_else(|_| watcher.name.clone())),
        message: no_drill(message.unwrap_or_else(|error| known(facts, &error))),
        severity: if failed && watcher.attempt.is_some() { severity.lower() } else { severity },
        channels: case.and_then(|case| case.channels.as_ref()).unwrap_or(&watcher.channels),
        error,
    }
}

/// Title and message of a call that failed. What it named is told where CloudTrail recorded it: EC2 and KMS say what a
/// denied caller wanted, most services do not.
fn failure(
    watcher: &Watcher,
    attempt: &str,
    facts: &Facts,
    fields: &Map<String, Value>,
    variables: &Value,
) -> (String, String) {
    let text = |name: &str| variables.get(name).map(|found| value(&text_of(found)));
    let code = text("error_code");
    let how = if code.as_deref().is_some_and(is_denial) { "was denied" } else { "failed" };
    let actor = facts.actor.as_deref().unwrap_or("Somebody");
    let why = [code, text("error_message")].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let why = if why.is_empty() { facts.outcome.clone().unwrap_or_default() } else { why };
    // Many calls that were denied say what they were about only in their error, which no field reads.
    let target = facts.target.as_deref().map(|target| cut(target, FIELD_LIMIT, |_| 1));
    let on = target.filter(|target| !attempt.contains(target.as_str()));
    let on = on.map(|target| format!(" on {target}")).unwrap_or_default();
    let mut message = format!("{actor} tried to {attempt} ({}){on}: {why}", call(&facts.event_name));
    if let Some(identity) = text("identity_arn") {
        let _ = write!(message, "\nAs {identity}");
    }
    for field in &watcher.fields {
        let found = fields.get(&field.name).map(|found| value(&text_of(&plain(found)))).unwrap_or_default();
        if !found.is_empty() {
            let name = field.name.replace('_', " ");
            let _ = write!(message, "\n{name}: {}", cut(&found, FIELD_LIMIT, |_| 1));
        }
    }
    let _ = write!(
        message,
        "\nNext: nothing was changed. Unless {actor} knows why, somebody may have their credentials: see what else \
         they tried."
    );
    (format!("Attempt to {attempt} {how}"), message)
}

/// What is known without the templates.
fn known(facts: &Facts, error: &str) -> String {
    let actor = facts.actor.as_deref().unwrap_or("(none)");
    let link = facts.link.as_deref().unwrap_or("(none)");
    format!("{} by {actor}: {link}\nThe message could not be rendered: {error}", facts.event_name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Channel, Condition, Config, Delivery, Watchers};
    use event_pattern::Pattern;
    use jiff::civil::date;
    use serde_json::json;

    fn watcher() -> Watcher {
        Watcher {
            name: "kms-key-disabled".to_owned(),
            title: Template::parse("Key disabled").unwrap(),
            severity: Severity::High,
            cases: vec![crate::Case {
                when: Condition::parse("eq identity_type \"Root\"").unwrap(),
                severity: Severity::Critical,
                channels: Some(vec!["oncall".to_owned()]),
            }],
            channels: vec!["security".to_owned()],
            message: Template::parse("Key {{key}} disabled").unwrap(),
            attempt: Some(Template::parse("disable a key").unwrap()),
            runbook: None,
            pattern: Pattern::parse(r#"{"source": ["aws.kms"]}"#).unwrap(),
            fields: serde_json::from_value(json!([{"name": "key_id", "paths": ["$.detail.key"]}])).unwrap(),
            ignores: Vec::new(),
            group: Some(crate::Group { by: vec!["actor".to_owned()], window: 900, at_least: 1 }),
        }
    }

    fn slack() -> Channel {
        serde_json::from_value(json!({"slack": {"webhook": {"ssm": "/account-watcher/x"}}})).unwrap()
    }

    fn told(identity: &str, code: Option<&str>) -> (Delivery, String) {
        let channels = ["security", "oncall"].map(|name| (name.to_owned(), slack())).into();
        let watchers = Watchers::new(Config { channels, ..Config::default() }, vec![watcher()]);
        let event = json!({
            "source": "aws.kms", "detail-type": "AWS API Call via CloudTrail", "account": "123456789012",
            "detail": {
                "eventName": "DisableKey", "errorCode": code, "errorMessage": code.map(|_| "not you"), "key": "k-1",
                "userIdentity": {"type": identity, "arn": "arn:x", "userName": "alice"},
            },
        });
        let mut found = watchers.deliveries(event.to_string().as_bytes(), date(2026, 1, 12)).unwrap();
        let mut one = found.remove(0);
        (one.deliveries.remove(0), one.grouping.unwrap().name)
    }

    #[test]
    fn a_success_is_told_by_the_templates_and_the_first_case_decides() {
        let (delivery, _) = told("IAMUser", None);
        assert_eq!((delivery.severity, delivery.channel.as_str()), (Severity::High, "security"));
        assert_eq!(delivery.title, "Key disabled");
        let (delivery, _) = told("Root", None);
        assert_eq!((delivery.severity, delivery.channel.as_str()), (Severity::Critical, "oncall"));
    }

    #[test]
    fn an_attempt_says_what_was_tried_and_is_one_step_lower() {
        let (delivery, _) = told("IAMUser", Some("AccessDenied"));
        assert_eq!(delivery.severity, Severity::Medium);
        assert_eq!(delivery.title, "Attempt to disable a key was denied");
        let message = "alice tried to disable a key (DisableKey): AccessDenied, not you\nAs arn:x\nkey id: k-1\n\
            Next: nothing was changed. Unless alice knows why, somebody may have their credentials: see what else they \
            tried.";
        assert_eq!(delivery.message, message);
        assert_eq!(told("Root", Some("AccessDenied")).0.severity, Severity::High);
        let (delivery, _) = told("IAMUser", Some("NotFoundException"));
        assert_eq!(delivery.title, "Attempt to disable a key failed");
    }

    #[test]
    fn an_attempt_names_what_it_was_on() {
        let told = |attempt: &str, request: serde_json::Value| {
            let mut watcher = watcher();
            watcher.attempt = Some(Template::parse(attempt).unwrap());
            watcher.cases.clear();
            let channels = [("security".to_owned(), slack())].into();
            let watchers = Watchers::new(Config { channels, ..Config::default() }, vec![watcher]);
            let event = json!({
                "source": "aws.kms", "detail-type": "AWS API Call via CloudTrail", "account": "123456789012",
                "detail": {
                    "eventSource": "kms.amazonaws.com", "eventName": "DisableKey", "errorCode": "AccessDenied",
                    "requestParameters": request, "userIdentity": {"type": "IAMUser", "userName": "alice"},
                },
            });
            let mut found = watchers.deliveries(event.to_string().as_bytes(), date(2026, 1, 12)).unwrap();
            found.remove(0).deliveries.remove(0).message.lines().next().unwrap().to_owned()
        };
        let key = json!({"keyId": "arn:aws:kms:eu-west-1:123456789012:key/k-1"});
        let expected = "alice tried to disable a key (DisableKey) on k-1: AccessDenied";
        assert_eq!(told("disable a key", key.clone()), expected);
        let expected = "alice tried to disable k-1 (DisableKey): AccessDenied";
        assert_eq!(told("disable k-1", key), expected, "not twice");
        let long = told("disable a key", json!({"keyId": "k".repeat(500)}));
        assert!(long.contains("kkk… [") && long.len() < 300, "{long}");
        let forged = told("disable a key", json!({"keyId": "k-1\u{202e}: succeeded"}));
        assert!(forged.contains(r"k-1\u{202e}: succeeded: AccessDenied"), "{forged}");
    }

    #[test]
    fn a_denied_attempt_does_not_hide_the_call_that_succeeds_afterwards() {
        let groups = [told("IAMUser", None).1, told("IAMUser", Some("AccessDenied")).1, told("Root", None).1];
        assert!(groups[0] != groups[1] && groups[1] != groups[2] && groups[0] != groups[2], "{groups:?}");
    }
}
