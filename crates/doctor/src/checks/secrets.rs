//! Whether the secrets of the channels are there, encrypted, and of the form that their channels need. A value is looked at
//! and forgotten: no text that leaves this module has any of it.

use serde_json::Value;
use watcher::{Channel, Reference, Slack};

use super::Check;
use crate::ask::{Ask, Unanswered, if_there, text};
use crate::call::{GET_PARAMETER, references};
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::Patient;

pub(super) const CHECK: Check =
    Check { name: "secrets", faults: &[&MISSING, &NOT_ENCRYPTED, &NOT_URL, &OTHER_HOST], run };

static MISSING: Fault = Fault {
    id: "secret-missing",
    severity: Severity::Error,
    what: "a secret of a channel does not exist",
    why: "Nothing can be sent to the channel: its alerts are tried for a day, then they are dead letters.",
};
static NOT_ENCRYPTED: Fault = Fault {
    id: "secret-not-encrypted",
    severity: Severity::Warning,
    what: "a secret of a channel is not encrypted",
    why: "Whoever may list parameters' values reads it, and can post in the channel.",
};
static NOT_URL: Fault = Fault {
    id: "secret-not-url",
    severity: Severity::Error,
    what: "the value of a channel's secret is not a URL",
    why: "Nothing can be sent to the channel: its alerts are dead letters.",
};
static OTHER_HOST: Fault = Fault {
    id: "secret-of-other-host",
    severity: Severity::Error,
    what: "the URL of a Slack channel is not of Slack's host, nor of the one that the channel allows",
    why: "Alerts go to somebody else, or to nobody.",
};

const NOT_THERE: [&str; 3] = ["ParameterNotFound", "ParameterVersionNotFound", "ResourceNotFoundException"];

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let references = references(&patient.watchers);
    let names: Vec<String> = references.iter().map(|one| one.parameter_name()).collect();
    let open = |name| vec!["--name", name, "--with-decryption"];
    let answers = ask.ask_each(&GET_PARAMETER, &names.iter().map(|name| open(name)).collect::<Vec<_>>());
    for ((reference, name), answer) in references.into_iter().zip(&names).zip(answers) {
        let channels: Vec<&str> = patient
            .watchers
            .channels()
            .filter(|name| {
                patient.watchers.channel(name).is_some_and(|one| one.kind().secrets().contains(&reference))
            })
            .collect();
        let (answer, is_open) = match answer {
            Err(unanswered) if unanswered.denied && matches!(reference, Reference::Ssm(_)) => {
                // Perhaps only its key is denied: then it can be said at least that it is there.
                let closed = ask.ask(&GET_PARAMETER, &["--name", name]);
                if closed.is_ok() {
                    findings.unchecked.push(Unanswered {
                        reason: format!(
                            "the value of {reference} cannot be decrypted: {}",
                            unanswered.reason
                        ),
                        ..unanswered
                    });
                }
                (closed, false)
            }
            answer => (answer, true),
        };
        match findings.known(if_there(answer, &NOT_THERE)) {
            None => {}
            Some(None) => {
                let what = format!("{reference} of the channel {} does not exist", channels.join(", "));
                findings.add(&MISSING, what, vec![put(patient, reference)]);
            }
            Some(Some(answer)) => {
                judge(patient, reference, &channels, &answer["Parameter"], is_open, findings);
            }
        }
    }
}

fn judge(
    patient: &Patient,
    reference: &Reference,
    channels: &[&str],
    parameter: &Value,
    is_open: bool,
    findings: &mut Findings,
) {
    if let Reference::Ssm(name) = reference
        && text(parameter, "Type") != "SecureString"
    {
        let delete = Fix {
            note: "whoever has read it can post: make a new URL in the service; the type of a parameter cannot be changed:",
            command: patient.aws(&["ssm", "delete-parameter", "--name", name]),
        };
        let what = format!(
            "{reference} of the channel {} is of type {}",
            channels.join(", "),
            text(parameter, "Type")
        );
        findings.add(&NOT_ENCRYPTED, what, vec![delete, put(patient, reference)]);
    }
    if !is_open {
        return;
    }
    for name in channels {
        let Some(channel) = patient.watchers.channel(name) else { continue };
        let fault = match host(channel, reference) {
            Host::NotUrl => continue,
            allowed => url(text(parameter, "Value"), &allowed),
        };
        match fault {
            None => {}
            Some(fault) => {
                let what = match fault.id {
                    "secret-not-url" => {
                        format!("the value of {reference} of the channel {name} is not a URL")
                    }
                    _ => format!("the value of {reference} of the channel {name} is a URL of another host"),
                };
                findings.add(fault, what, vec![put(patient, reference)]);
            }
        }
    }
}

/// Which host the URL may be of.
enum Host<'a> {
    /// It is no URL that is kept there.
    NotUrl,
    Any,
    OneOf(Vec<&'a str>),
}

fn host<'a>(channel: &'a Channel, reference: &Reference) -> Host<'a> {
    let slacks = |host: &'a Option<String>| match host {
        Some(host) => Host::OneOf(vec![host]),
        None => Host::OneOf(Slack::HOSTS.to_vec()),
    };
    match channel {
        Channel::Slack(slack) => slacks(&slack.host),
        Channel::SlackWorkflow(workflow) => slacks(&workflow.host),
        Channel::Webhook(webhook) if webhook.url == *reference => Host::Any,
        Channel::Webhook(_) | Channel::Sns(_) => Host::NotUrl,
    }
}

/// What is wrong with a URL.
fn url(value: &str, allowed: &Host) -> Option<&'static Fault> {
    let rest = value.trim().strip_prefix("https://");
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let host = host.map(|host| host.split(':').next().unwrap_or_default());
    let Some(host) = host.filter(|host| is_host(host)) else { return Some(&NOT_URL) };
    let is = |name: &&str| host.strip_suffix('.').unwrap_or(host).eq_ignore_ascii_case(name);
    match allowed {
        Host::OneOf(names) if !names.iter().any(is) => Some(&OTHER_HOST),
        _ => None,
    }
}

fn is_host(host: &str) -> bool {
    host.contains('.') && host.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.')
}

/// The value is the shell's, so that it stands in no history.
fn put(patient: &Patient, reference: &Reference) -> Fix {
    let command = match reference {
        Reference::Ssm(name) => {
            patient.aws(&["ssm", "put-parameter", "--type", "SecureString", "--overwrite", "--name", name])
                + r#" --value "$URL""#
        }
        Reference::SecretsManager(name) => {
            patient.aws(&["secretsmanager", "create-secret", "--name", name]) + r#" --secret-string "$URL""#
        }
    };
    Fix { note: "with the right value in $URL, which `read -rs URL` takes from the clipboard:", command }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(value: &str) -> Option<&'static str> {
        url(value, &Host::OneOf(vec!["hooks.slack.com"])).map(|fault| fault.id)
    }

    #[test]
    fn the_host_is_judged_and_nothing_else() {
        assert_eq!(fault("https://hooks.slack.com/services/T0/B0/x"), None);
        assert_eq!(fault("https://HOOKS.slack.com.:443/services/T0/B0/x\n"), None);
        assert_eq!(fault("https://hooks.slack.com.example.net/services"), Some("secret-of-other-host"));
        assert_eq!(fault("https://example.net/hooks.slack.com"), Some("secret-of-other-host"));
        for value in
            ["", "TODO", "http://hooks.slack.com/services", "https://", "https://user@hooks.slack.com/"]
        {
            assert_eq!(fault(value), Some("secret-not-url"), "{value}");
        }
        assert_eq!(url("https://events.example.com/v2", &Host::Any), None);
    }
}
