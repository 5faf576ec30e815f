//! `[channels]`: where alerts go. What keys a kind of channel has is said in its own module; here they are read.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};
use toml::Spanned;
use toml::de::DeValue;
use watcher::{Channel, Key, ParsedTemplate, Reference, Spec, Takes, Template, TopicRef};

use crate::declared::{
    INVALID_VALUE, MISSING_KEY, SECRET_IN_FILE, SECRET_OUT_OF_REACH, UNKNOWN_CHANNEL, UNKNOWN_TOPIC_VARIABLE,
    UNKNOWN_VARIABLE,
};
use crate::duration;
use crate::host::is_host;
use crate::mask::{is_url, secret_urls};
use crate::mentions::mentions;
use crate::suggest::{did_you_mean, list};
use crate::table::{Report, Span, Table, Text};

/// The names of the channels that the file declares, also of those that have a fault: who names one of them makes
/// no second fault. `None`: the file does not tell.
#[derive(Default)]
pub(crate) struct Declared(Option<BTreeSet<String>>);

impl Declared {
    pub(crate) fn read(table: Table<'_>) -> Declared {
        match table.get("channels").map(Spanned::get_ref) {
            None => Declared(Some(BTreeSet::new())),
            Some(DeValue::Table(names)) => {
                Declared(Some(names.keys().map(|name| name.get_ref().to_string()).collect()))
            }
            Some(_) => Declared(None),
        }
    }

    /// The list `channels` of a watcher; what is wrong is reported.
    pub(crate) fn named(&self, table: Table<'_>) -> Option<Vec<String>> {
        let texts = table.strings("channels")?;
        for (index, text) in texts.iter().enumerate() {
            if let Some(earlier) = texts[..index].iter().find(|earlier| earlier.value == text.value) {
                let message = format!("channel `{}` is named twice", text.value);
                let finding = table.report.finding(&INVALID_VALUE, text.span.clone(), message);
                let finding = finding.related(&table.report.source, earlier.span.clone(), "first here");
                table.report.add(finding.help("a channel gets every message once: name it once"));
            }
            self.check(table, text);
        }
        Some(texts.into_iter().map(|text| text.value.to_owned()).collect())
    }

    /// Reports a channel that is not declared.
    pub(crate) fn check(&self, table: Table<'_>, text: &Text<'_>) {
        if !self.allows(text.value) {
            let help = did_you_mean(text.value, self.names()).unwrap_or_else(|| match self.names().next() {
                Some(_) => format!("account-watcher.toml declares {}", list(self.names())),
                None => format!("declare it in account-watcher.toml, below `[channels.{}]`", text.value),
            });
            let message = format!("unknown channel `{}`", text.value);
            let finding = table.report.finding(&UNKNOWN_CHANNEL, text.span.clone(), message);
            table.report.add(finding.help(help).respelt(text.value, self.names()));
        }
    }

    pub(crate) fn allows(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(name))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }
}

/// What the function's role may read: secrets below this name only.
pub(crate) const SECRET_PREFIX: &str = "account-watcher/";

const PLACES: &str = "write `ssm:/account-watcher/NAME` for an SSM parameter or `secretsmanager:account-watcher/NAME` for a secret";

/// Reads the channels; what is wrong is reported and left out.
///
/// `template`: as for [`crate::config::read`].
pub(crate) fn channels(table: Table<'_>, template: Option<&str>) -> BTreeMap<String, Channel> {
    let Some(channels) = table.names("channels", "[channels]") else { return BTreeMap::new() };
    let read = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let name: &str = std::convert::AsRef::<str>::as_ref(key.get_ref() as &std::borrow::Cow<'_, str>);
        Some((name.to_owned(), channel(table.report, name, value, template)?))
    };
    channels.entries.iter().filter_map(read).collect()
}

fn channel(
    report: &Report,
    name: &str,
    value: &Spanned<DeValue<'_>>,
    template: Option<&str>,
) -> Option<Channel> {
    if let Some(span) = url(value) {
        let message = "a webhook's URL is a secret: whoever has it can post";
        let help = format!(
            "store the URL in AWS and name its place; {PLACES}. Then replace the webhook: this URL is in the file's history"
        );
        report.add(report.finding(&SECRET_IN_FILE, span, message).help(help));
        return None;
    }
    let what = format!("channel `{name}`");
    let table = report.table(name, value, &what, None)?;
    let names = || Channel::KINDS.iter().map(|kind| kind.name);
    table.allow_or(&names().collect::<Vec<_>>(), |key| Some(format!("write it inside: {}", of_kinds(key)?)));
    let mut kinds = Channel::KINDS.iter().filter(|kind| table.get(kind.name).is_some());
    let Some(kind) = kinds.next() else {
        if !table.entries.is_empty() {
            return None; // A misspelt kind is reported already.
        }
        let example = "slack = { webhook = \"ssm:/account-watcher/slack/security\" }";
        let finding = report.finding(&MISSING_KEY, table.span(), format!("{what} has no destination"));
        report.add(finding.help(format!("add one of {}, for example `{example}`", list(names()))));
        return None;
    };
    if let Some(other) = kinds.next() {
        let message = format!("{what} is both `{}` and `{}`", kind.name, other.name);
        report.invalid_value(table.span(), message, "make two channels, and name both in the watcher");
    }
    let quoted = format!("`{}`", kind.name);
    let values = values(table.names(kind.name, &quoted)?, kind, template)?;
    Some(Channel::new(kind, values))
}

/// Which kinds of channel have a key, if one has.
fn of_kinds(key: &str) -> Option<String> {
    let has = |kind: &&&Spec| kind.keys.iter().any(|of_kind| of_kind.name == key);
    let kinds: Vec<&str> = Channel::KINDS.iter().filter(has).map(|kind| kind.name).collect();
    (!kinds.is_empty()).then(|| format!("`{key}` is a key of {}", list(kinds)))
}

/// The values of the channel's keys, as [`Channel::new`] takes them; none if one is wrong.
fn values(table: Table<'_>, kind: &Spec, template: Option<&str>) -> Option<Map<String, Value>> {
    table.allow_or(&kind.keys.iter().map(|key| key.name).collect::<Vec<_>>(), of_kinds);
    let read = |key: &Key| {
        if table.get(key.name).is_none() && !key.required {
            return Some(None);
        }
        let text = || table.require_string(key.name, key.example);
        let value = match key.takes {
            Takes::Secret => json!(reference(table.report, &text()?)?),
            Takes::Topic => json!(topic(table.report, &text()?, template)?),
            Takes::Body { variables, check } => json!(body(table.report, key, &text()?, variables, check)?),
            Takes::Seconds { least, most } => {
                let text = text()?;
                let seconds =
                    duration::seconds(text.value).filter(|seconds| (least..=most).contains(seconds));
                let help = format!(
                    "write a number and `s`, `m` or `h`, from {least}s to {most}s, for example {}",
                    key.example
                );
                json!(valid(table.report, key, text.value, &text.span, seconds, help)?)
            }
            Takes::Number { least, most } => {
                table.require(key.name, key.example)?;
                let number = table.integer(key.name)?;
                let valid_number =
                    u64::try_from(*number.get_ref()).ok().filter(|n| (least..=most).contains(n));
                let help = format!("write a number from {least} to {most}");
                json!(valid(
                    table.report,
                    key,
                    &number.get_ref().to_string(),
                    &number.span(),
                    valid_number,
                    help
                )?)
            }
            Takes::OneOf(words) => {
                let text = text()?;
                let word = words.iter().find(|word| **word == text.value);
                let help = did_you_mean(text.value, words.iter().copied())
                    .unwrap_or_else(|| format!("write {}", list(words.iter().copied())));
                if word.is_none() {
                    let message = not_a_value(text.value, key);
                    let known = words.iter().copied();
                    table.report.unknown_value(text.span.clone(), text.value, known, message, help);
                }
                json!(word?)
            }
            Takes::Mentions => json!(mentions(table, key.name)?),
            Takes::Header => {
                let text = text()?;
                let is_token = !text.value.is_empty()
                    && text
                        .value
                        .bytes()
                        .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
                let help = format!("write the name of an HTTP header, for example {}", key.example);
                json!(valid(table.report, key, text.value, &text.span, is_token.then_some(text.value), help)?)
            }
            Takes::Host { own } => json!(host(table.report, key, &text()?, own)?),
        };
        Some(Some((key.name.to_owned(), value)))
    };
    // All keys, so that all faults are reported.
    let values: Vec<_> = kind.keys.iter().map(read).collect();
    values.into_iter().collect::<Option<Vec<_>>>().map(|values| values.into_iter().flatten().collect())
}

/// The value, or a finding that it is not one of the key's.
fn valid<T>(
    report: &Report,
    key: &Key,
    written: &str,
    span: &Span,
    value: Option<T>,
    help: String,
) -> Option<T> {
    if value.is_none() {
        report.invalid_value(span.clone(), not_a_value(written, key), help);
    }
    value
}

fn not_a_value(written: &str, key: &Key) -> String {
    format!("`{written}` is not a value of `{}`", key.name)
}

/// The text of a template of JSON.
fn body<'a>(
    report: &Report,
    key: &Key,
    text: &Text<'a>,
    variables: &[&str],
    check: fn(&ParsedTemplate) -> Result<(), String>,
) -> Option<&'a str> {
    let place = |offset| report.source.within(&text.span, offset);
    let parsed = Template::parse_all(text.value);
    for error in &parsed.errors {
        report.invalid_template(text.value, error, place(error.offset));
    }
    parsed.template.as_ref()?;
    let unknown = parsed
        .paths
        .iter()
        .filter_map(|path| path.steps.first())
        .filter(|step| !variables.contains(&step.name.as_str()));
    let mut is_known = true;
    for step in unknown {
        is_known = false;
        let span =
            place(step.range.start).start..place(step.range.end).start.max(place(step.range.start).end);
        let finding = report.finding(
            &UNKNOWN_VARIABLE,
            span,
            format!("unknown variable `{}` in `{}`", step.name, key.name),
        );
        let near = did_you_mean(&step.name, variables.iter().copied());
        let help = near.unwrap_or_else(|| format!("use {}", list(variables.iter().copied())));
        report.add(finding.help(help).respelt(&step.name, variables.iter().copied()));
    }
    if !is_known {
        return None;
    }
    if let Err(why) = check(&parsed) {
        let message = format!("`{}` is not JSON {why}", key.name);
        let help = "write each value inside quotes, as in `\"text\": \"{{message}}\"`, and a comma inside the `{{#if}}` of what it belongs to";
        report.invalid_value(text.span.clone(), message, help);
        return None;
    }
    Some(text.value)
}

/// The name of a host that is none of these.
fn host<'a>(report: &Report, key: &Key, text: &Text<'a>, own: &[&str]) -> Option<&'a str> {
    let is_own = own.iter().any(|own| own.eq_ignore_ascii_case(text.value));
    if is_own {
        let message = format!("`{}` is allowed without `{}`", text.value, key.name);
        let help = format!(
            "leave `{}` out: it is for a proxy, or a service that speaks the same protocol",
            key.name
        );
        report.invalid_value(text.span.clone(), message, help);
        return None;
    }
    let help = format!("write the name of a host without scheme, port and path, for example {}", key.example);
    valid(report, key, text.value, &text.span, is_host(text.value).then_some(text.value), help)
}

/// Where the first URL stands, anywhere in the channel but in a body, where only some are secrets: those are found in
/// the whole file.
fn url(value: &Spanned<DeValue<'_>>) -> Option<Span> {
    match value.get_ref() {
        DeValue::String(text) => (is_url(text) && !is_secret_host(text)).then(|| value.span()),
        DeValue::Array(values) => values.iter().find_map(url),
        DeValue::Table(entries) => {
            entries.iter().filter(|(key, _)| !is_body(key.get_ref())).find_map(|(_, value)| url(value))
        }
        _ => None,
    }
}

/// Whether it is the host of secret URLs alone, which is not a secret.
fn is_secret_host(text: &str) -> bool {
    secret_urls().iter().any(|host| host.eq_ignore_ascii_case(text))
}

fn is_body(name: &str) -> bool {
    let mut keys = Channel::KINDS.iter().flat_map(|kind| kind.keys);
    keys.any(|key| key.name == name && matches!(key.takes, Takes::Body { .. }))
}

fn reference(report: &Report, text: &Text<'_>) -> Option<Reference> {
    let (reference, name) = match text.value.split_once(':') {
        Some(("ssm", name)) => (Reference::Ssm(name.to_owned()), name.strip_prefix('/').unwrap_or("")),
        Some(("secretsmanager", name)) => (Reference::SecretsManager(name.to_owned()), name),
        _ => {
            report.invalid_value(
                text.span.clone(),
                format!("`{}` names no place of a secret", text.value),
                PLACES,
            );
            return None;
        }
    };
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"/_.-".contains(&b))
    };
    match name.strip_prefix(SECRET_PREFIX) {
        Some(rest) if is_name(rest) => Some(reference),
        Some(_) => {
            let message = format!("`{}` is not a name that AWS accepts here", text.value);
            report.invalid_value(text.span.clone(), message, "use letters, digits, `_`, `.`, `-` and `/`");
            None
        }
        None => {
            let message = format!("the function may not read `{}`", text.value);
            let help = format!("its role allows names below `{SECRET_PREFIX}` only; {PLACES}");
            report.add(report.finding(&SECRET_OUT_OF_REACH, text.span.clone(), message).help(help));
            None
        }
    }
}

/// The variable with the stack's own topic.
const OWN_TOPIC: &str = "ACCOUNT_TOPIC_ARN";

fn topic(report: &Report, text: &Text<'_>, template: Option<&str>) -> Option<TopicRef> {
    if let Some(name) = text.value.strip_prefix("env:") {
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            let message = format!("`{name}` is not the name of an environment variable");
            report.invalid_value(
                text.span.clone(),
                message,
                "use letters, digits and `_`, for example `env:ACCOUNT_TOPIC_ARN`",
            );
            return None;
        }
        if template.is_some_and(|template| !sets(template, name)) {
            let message = format!("the function has no variable `{name}`");
            let finding = report.finding(&UNKNOWN_TOPIC_VARIABLE, text.span.clone(), message);
            let help = "set it in template.yaml, in the function's `Environment`; `ACCOUNT_TOPIC_ARN` is the stack's own topic";
            let own = template.is_some_and(|template| sets(template, OWN_TOPIC)).then_some(OWN_TOPIC);
            report.add(finding.help(help).respelt(name, own));
            return None;
        }
        return Some(TopicRef::Env(name.to_owned()));
    }
    match TopicRef::from_arn(text.value) {
        Ok(topic) => Some(topic),
        Err(message) => {
            let help = "write `env:NAME` for a variable of the function, or the ARN of a standard topic";
            report.invalid_value(text.span.clone(), message, help);
            None
        }
    }
}

/// Whether a line of the template sets the variable.
fn sets(template: &str, name: &str) -> bool {
    template.lines().any(|line| {
        line.trim_start().strip_prefix(name).is_some_and(|rest| rest.trim_start().starts_with(':'))
    })
}
