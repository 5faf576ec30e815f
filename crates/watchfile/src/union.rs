//! The watchers of both folders: which file counts where both have one of a name, which of the shipped ones are on, and that
//! their channels are declared.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::channels::Declared;
use crate::declared::{NAME_TAKEN, UNKNOWN_CHANNEL, UNUSED_OVERRIDE};
use crate::finding::Finding;
use crate::overridden::{apply_one, check_used, report_unused};
use crate::overrides::Setting;
use crate::renames::Renames;
use crate::selector::Selector;
use crate::shipped::{On, Shipped};
use crate::source::Source;
use crate::table::Report;
use crate::watcher_file::{WatcherFile, stems};

/// So many watchers are named in a message.
const NAMED: usize = 3;

/// Leaves out of the names of shipped files those that own files take, and gives what is wrong with that.
pub(crate) fn take_names(
    shipped: &Shipped,
    config: &Arc<Source>,
    own: &[String],
    theirs: &mut Vec<String>,
    renames: &Renames,
) -> Vec<Finding> {
    let report = Report::new(Arc::clone(config));
    for (selector, span) in &shipped.replaced {
        let Selector { text: name, .. } = selector;
        let file = format!("{name}.toml");
        if !theirs.contains(&file) {
            report_unused(selector, span, stems(theirs), renames, &report);
        } else if !own.contains(&file) {
            let message = format!("there is no watchers/{file} that takes the place of the shipped one");
            let help = format!(
                "add the file, or switch `{name}` off by an `[[override]]` with `enabled = false`; until then remove the name here"
            );
            report.add(report.finding(&UNUSED_OVERRIDE, span.clone(), message).help(help));
        }
    }
    let mut findings = report.into_findings();
    let is_replaced = |name: &str| {
        shipped.replaced.iter().any(|(selector, _)| name.strip_suffix(".toml") == Some(&selector.text))
    };
    theirs.retain(|name| {
        let is_taken = own.contains(name);
        if is_taken && !is_replaced(name) {
            let source = Arc::new(Source { path: format!("watchers/{name}"), text: String::new() });
            let stem = name.strip_suffix(".toml").unwrap_or(name);
            let message = format!("Account Watcher ships a watcher `{stem}` too, in {}/watchers", shipped.path);
            let help = format!(
                "rename the file, or let it take the place of the shipped one: `replaced = [\"{stem}\"]` in `[shipped]`"
            );
            let finding = Finding::new(&NAME_TAKEN, &source, 0..0, message).help(help);
            findings.push(finding.related(config, shipped.span.clone(), "the shipped watchers"));
        }
        !is_taken
    });
    findings
}

/// Switches the shipped watchers that are selected on, and all others of them off.
///
/// `names`: of all shipped files that count, also of those that could not be read.
pub(crate) fn switch(
    on: &On,
    config: &Arc<Source>,
    names: &[String],
    renames: &Renames,
    files: &mut [WatcherFile],
) -> Vec<Finding> {
    let report = Report::new(Arc::clone(config));
    let mut files: Vec<&mut WatcherFile> = files.iter_mut().filter(|file| file.is_shipped()).collect();
    for (selector, span) in &on.selectors {
        let read: Vec<&WatcherFile> = files.iter().map(|file| &**file).collect();
        check_used(selector, span, &read, names, renames, &report);
    }
    for file in &mut files {
        let by = on.selectors.iter().find(|(selector, _)| selector.selects(file.written(), &file.tags));
        let span = by.map_or(&on.span, |(_, span)| span);
        apply_one(&Setting::Enabled(by.is_some()), span, file);
    }
    report.into_findings()
}

/// That the channels of the shipped watchers that are on are declared: a finding for each channel that is not.
pub(crate) fn undeclared(
    shipped: &Shipped,
    config: &Arc<Source>,
    declared: &Declared,
    files: &[WatcherFile],
) -> Vec<Finding> {
    let mut naming: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.is_shipped() && file.enabled) {
        for channel in channels(file).filter(|channel| !declared.allows(channel)) {
            let watchers = naming.entry(channel).or_default();
            if watchers.last() != Some(&&*file.watcher.name) {
                watchers.push(&file.watcher.name);
            }
        }
    }
    let finding = |(channel, watchers): (&str, Vec<&str>)| {
        let mut named: Vec<String> = watchers.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
        if let more @ 1.. = watchers.len().saturating_sub(NAMED) {
            named.push(format!("{more} more"));
        }
        let message = format!("the channel `{channel}` of the shipped {} is not declared", named.join(", "));
        let help = format!(
            "declare it below `[channels.{channel}]`, or send these watchers elsewhere: `channels` of an `[[override]]`"
        );
        Finding::new(&UNKNOWN_CHANNEL, config, shipped.span.clone(), message).help(help)
    };
    naming.into_iter().map(finding).collect()
}

/// All channels that alerts of the watcher may go to.
pub(crate) fn channels(file: &WatcherFile) -> impl Iterator<Item = &str> {
    let cases = file.watcher.cases.iter().flat_map(|case| case.channels.iter().flatten());
    file.watcher.channels.iter().chain(cases).map(String::as_str)
}
