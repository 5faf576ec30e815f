//! `account-watcher.toml`: channels, names of accounts, ignores for all watchers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;
use watcher::Config;

use crate::channels::channels;
use crate::declared::UNKNOWN_CHANNEL;
use crate::ignore::ignores;
use crate::places::PlacedIgnore;
use crate::source::Source;
use crate::suggest::{did_you_mean, list};
use crate::table::{Table, Text};

/// The names of the channels that the file declares, also of those that have a fault: who names one of them makes
/// no second fault. `None`: the file does not tell.
#[derive(Default)]
pub(crate) struct Declared(Option<BTreeSet<String>>);

impl Declared {
    /// Reports a channel that is not declared.
    pub(crate) fn check(&self, table: Table<'_>, text: &Text<'_>) {
        if !self.allows(text.value) {
            let help = did_you_mean(text.value, self.names()).unwrap_or_else(|| match self.names().next() {
                Some(_) => format!("account-watcher.toml declares {}", list(self.names())),
                None => format!("declare it in account-watcher.toml, below `[channels.{}]`", text.value),
            });
            let message = format!("unknown channel `{}`", text.value);
            let finding = table.report.finding(&UNKNOWN_CHANNEL, text.span.clone(), message);
            table.report.add(finding.help(help));
        }
    }

    fn allows(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|names| names.contains(name))
    }

    fn names(&self) -> impl Iterator<Item = &str> {
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

fn accounts(table: Table<'_>) -> BTreeMap<String, String> {
    let Some(accounts) = table.names("accounts", "[accounts]") else { return BTreeMap::new() };
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
