//! `account-watcher.toml`: channels, names of accounts, ignores for all watchers, and what is otherwise for some.

use std::collections::BTreeMap;
use std::sync::Arc;

use watcher::Config;

use crate::channels::{Declared, channels};
use crate::forward::{PlacedForward, forward};
use crate::ignore::ignores;
use crate::overrides::{Override, overrides};
use crate::places::PlacedIgnore;
use crate::routes::{PlacedRoute, routes};
use crate::shipped::{Shipped, shipped};
use crate::source::Source;
use crate::table::Table;

/// The file, and where its ignores stand.
#[derive(Clone, Debug)]
pub(crate) struct ConfigFile {
    pub(crate) source: Arc<Source>,
    pub(crate) ignores: Vec<PlacedIgnore>,
    pub(crate) routes: Vec<PlacedRoute>,
    pub(crate) forward: Option<PlacedForward>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) shipped: Option<Shipped>,
    /// There are shipped watchers, even if nobody knows where.
    pub(crate) names_shipped: bool,
}

/// Reads the configuration; what is wrong is reported and left out.
///
/// `template`: the text of the SAM template, which tells the variables of the function's environment, of a project with
/// these shipped watchers.
pub(crate) fn read(
    table: Table<'_>,
    template: impl FnOnce(Option<&Shipped>) -> Option<String>,
) -> (Config, Declared, ConfigFile) {
    let declared = Declared::read(table);
    let (ignores, ignore_places) = ignores(table);
    let (routes, route_places) = routes(table, &declared);
    let overrides = overrides(table, &declared);
    let shipped = shipped(table);
    let template = template(shipped.as_ref());
    let template = template.as_deref();
    let config = Config { channels: channels(table, template), accounts: accounts(table), ignores, routes };
    let source = Arc::clone(&table.report.source);
    (
        config,
        declared,
        ConfigFile {
            source,
            ignores: ignore_places,
            routes: route_places,
            forward: forward(table),
            overrides,
            shipped,
            names_shipped: table.get("shipped").is_some(),
        },
    )
}

fn accounts(table: Table<'_>) -> BTreeMap<String, String> {
    let Some(accounts) = table.names("accounts", "[accounts]") else { return BTreeMap::new() };
    let mut names = BTreeMap::new();
    for (key, value) in accounts.entries {
        let id = key.get_ref();
        if id.len() != 12 || !id.bytes().all(|b| b.is_ascii_digit()) {
            let help = "an account id has 12 digits and stands in quotes, for example `\"123456789012\" = \"production\"`";
            table.report.invalid_value(key.span(), format!("`{id}` is not an account id"), help);
        } else if let Some(name) = table.report.string(id, value) {
            names.insert(id.to_string(), name.value.to_owned());
        }
    }
    names
}
