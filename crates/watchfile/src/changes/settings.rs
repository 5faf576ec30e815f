//! What differs in `account-watcher.toml` besides the ignores of all watchers.

use super::words::{channel, over, route};
use super::{KeyChange, list, ordered};
use crate::config::ConfigFile;
use crate::project::Project;
use crate::shipped::Shipped;

/// The settings that differ, in the order in which the documents have them.
pub fn settings(before: &Project, after: &Project) -> Vec<KeyChange> {
    let channels = |project: &Project| -> Vec<String> {
        project.config.channels.iter().map(|(name, found)| channel(name, found)).collect()
    };
    let accounts = |project: &Project| -> Vec<String> {
        project.config.accounts.iter().map(|(id, name)| format!("{id} is {name}")).collect()
    };
    let routes = |project: &Project| project.config.routes.iter().map(route).collect();
    let of_file = |project: &Project, texts: fn(&ConfigFile) -> Vec<String>| {
        project.config_file.as_ref().map_or_else(Vec::new, texts)
    };
    let file = |key: &str, texts: fn(&ConfigFile) -> Vec<String>| {
        ordered(key, of_file(before, texts), of_file(after, texts))
    };
    let rows = [
        list("channels", &channels(before), &channels(after)),
        list("accounts", &accounts(before), &accounts(after)),
        ordered("route", routes(before), routes(after)),
        file("override", |file| file.overrides.iter().map(over).collect()),
        file("shipped", |file| file.shipped.iter().flat_map(shipped).collect()),
        file("forward", |file| {
            file.forward
                .iter()
                .map(|placed| {
                    let forwarding = &placed.forwarding;
                    format!("{} to {}", forwarding.regions.join(", "), forwarding.home)
                })
                .collect()
        }),
    ];
    rows.into_iter().flatten().collect()
}

/// Each key of the table.
fn shipped(shipped: &Shipped) -> Vec<String> {
    let texts = |selectors: &[(crate::selector::Selector, _)]| -> Vec<String> {
        selectors.iter().map(|(selector, _)| selector.text.clone()).collect()
    };
    let mut rows = vec![format!("path = {}", shipped.path)];
    rows.extend(shipped.on.iter().map(|on| format!("on = {}", texts(&on.selectors).join(", "))));
    if !shipped.replaced.is_empty() {
        rows.push(format!("replaced = {}", texts(&shipped.replaced).join(", ")));
    }
    if !shipped.ignores {
        rows.push("ignores = false".to_owned());
    }
    rows
}
