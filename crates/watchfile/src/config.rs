//! `account-watcher.toml`: channels, names of accounts, ignores for all watchers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;
use watcher::{Channel, Config, Reference, TopicRef};

use crate::ignore::ignores;
use crate::mask::is_url;
use crate::places::PlacedIgnore;
use crate::source::Source;
use crate::suggest::list;
use crate::table::{Report, Span, Table, Text};

/// What the function's role may read: secrets below this name only.
pub(crate) const SECRET_PREFIX: &str = "account-watcher/";

const PLACES: &str = "write `ssm:/account-watcher/NAME` for an SSM parameter or `secretsmanager:account-watcher/NAME` for a secret";

const KINDS: [(&str, &str); 3] = [("slack", "webhook"), ("slack-workflow", "trigger"), ("sns", "topic")];

/// The names of the channels that the file declares, also of those that have a fault: who names one of them makes
/// no second fault. `None`: the file does not tell.
#[derive(Default)]
pub(crate) struct Declared(Option<BTreeSet<String>>);

impl Declared {
    pub(crate) fn allows(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(name))
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().flatten().map(String::as_str)
    }
}

/// The file, and where its ignores stand.
#[derive(Clone, Debug)]
pub(crate) struct ConfigFile {
    pub(crate) source: Arc<Source>,
    pub(crate) ignores: Vec<PlacedIgnore>,
}

/// Reads the configuration; what is wrong is reported and left out.
///
/// `template`: the SAM template's text, which tells the variables of the function's environment.
pub(crate) fn read(table: Table<'_>, template: Option<&str>) -> (Config, Declared, ConfigFile) {
    table.allow(&["channels", "accounts", "ignore"]);
    let declared = match table.get("channels").map(Spanned::get_ref) {
        None => Declared(Some(BTreeSet::new())),
        Some(DeValue::Table(names)) => {
            Declared(Some(names.keys().map(|name| name.get_ref().to_string()).collect()))
        }
        Some(_) => Declared(None),
    };
    let (ignores, places) = ignores(table);
    let config = Config { channels: channels(table, template), accounts: accounts(table), ignores };
    (config, declared, ConfigFile { source: Arc::clone(&table.report.source), ignores: places })
}

fn channels(table: Table<'_>, template: Option<&str>) -> BTreeMap<String, Channel> {
    let Some(channels) = table.table("channels", "[channels]") else { return BTreeMap::new() };
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
        report.add(report.finding("secret-in-file", span, message).help(help));
        return None;
    }
    let what = format!("channel `{name}`");
    let table = report.table(name, value, &what)?;
    table.allow(&KINDS.map(|(kind, _)| kind));
    let mut kinds = KINDS.into_iter().filter(|(kind, _)| table.get(kind).is_some());
    let Some((kind, key)) = kinds.next() else {
        if !table.entries.is_empty() {
            return None; // A misspelt kind is reported already.
        }
        let example = "slack = { webhook = \"ssm:/account-watcher/slack/security\" }";
        let finding = report.finding("missing-key", table.span(), format!("{what} has no destination"));
        report.add(
            finding
                .help(format!("add one of {}, for example `{example}`", list(KINDS.map(|(kind, _)| kind)))),
        );
        return None;
    };
    if let Some((other, _)) = kinds.next() {
        let message = format!("{what} is both `{kind}` and `{other}`");
        report.invalid_value(table.span(), message, "make two channels, and name both in the watcher");
    }
    let quoted = format!("`{kind}`");
    let inner = table.table(kind, &quoted)?;
    inner.allow(&[key]);
    let example =
        if kind == "sns" { "\"env:ACCOUNT_TOPIC_ARN\"" } else { "\"ssm:/account-watcher/slack/security\"" };
    let text = inner.require_string(key, example)?;
    Some(match kind {
        "slack" => Channel::Slack { webhook: reference(report, &text)? },
        "slack-workflow" => Channel::SlackWorkflow { trigger: reference(report, &text)? },
        _ => Channel::Sns { topic: topic(report, &text, template)? },
    })
}

/// Where the first URL stands, anywhere in the channel.
fn url(value: &Spanned<DeValue<'_>>) -> Option<Span> {
    match value.get_ref() {
        DeValue::String(text) => is_url(text).then(|| value.span()),
        DeValue::Array(values) => values.iter().find_map(url),
        DeValue::Table(entries) => entries.values().find_map(url),
        _ => None,
    }
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
            let message = format!("`{}` is no name that AWS accepts here", text.value);
            report.invalid_value(text.span.clone(), message, "use letters, digits, `_`, `.`, `-` and `/`");
            None
        }
        None => {
            let message = format!("the function may not read `{}`", text.value);
            let help = format!("its role allows names below `{SECRET_PREFIX}` only; {PLACES}");
            report.add(report.finding("secret-out-of-reach", text.span.clone(), message).help(help));
            None
        }
    }
}

fn topic(report: &Report, text: &Text<'_>, template: Option<&str>) -> Option<TopicRef> {
    if let Some(name) = text.value.strip_prefix("env:") {
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !is_name {
            let message = format!("`{name}` is no name of an environment variable");
            report.invalid_value(
                text.span.clone(),
                message,
                "use letters, digits and `_`, for example `env:ACCOUNT_TOPIC_ARN`",
            );
            return None;
        }
        if template.is_some_and(|template| !sets(template, name)) {
            let message = format!("the function has no variable `{name}`");
            let finding = report.finding("unknown-topic-variable", text.span.clone(), message);
            report.add(finding.help("set it in template.yaml, in the function's `Environment`; `ACCOUNT_TOPIC_ARN` is the stack's own topic"));
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

fn accounts(table: Table<'_>) -> BTreeMap<String, String> {
    let Some(accounts) = table.table("accounts", "[accounts]") else { return BTreeMap::new() };
    let mut names = BTreeMap::new();
    for (key, value) in accounts.entries {
        let id = key.get_ref();
        if id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit()) {
            let help = "an account id has 12 digits and stands in quotes, for example `\"123456789012\" = \"production\"`";
            table.report.invalid_value(key.span(), format!("`{id}` is no account id"), help);
        } else if let Some(name) = table.report.string(id, value) {
            names.insert(id.to_string(), name.value.to_owned());
        }
    }
    names
}
