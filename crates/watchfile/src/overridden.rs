//! The watchers as they are deployed: their files, with what `[[override]]` wants otherwise.

use std::sync::Arc;

use crate::declared::UNUSED_OVERRIDE;
use crate::finding::Finding;
use crate::fix::Fix;
use crate::group::{self, PlacedGroup};
use crate::overrides::{Override, Setting};
use crate::renames::{Renames, Unknown};
use crate::selector::Selector;
use crate::source::Source;
use crate::table::{Report, Span};
use crate::watcher_file::{Overridden, WatcherFile, stems};

/// Makes of the watchers what is deployed. Gives what is wrong with the overrides that can only be seen now.
///
/// `names`: of all files with watchers, also of those that could not be read; none if that is not known.
pub(crate) fn apply(
    overrides: &[Override],
    source: &Arc<Source>,
    names: Option<&[String]>,
    renames: &Renames,
    files: &mut [WatcherFile],
) -> Vec<Finding> {
    let report = Report::new(Arc::clone(source));
    if let Some(names) = names {
        let files: Vec<&WatcherFile> = files.iter().collect();
        for (selector, span) in overrides.iter().flat_map(|over| &over.selectors) {
            check_used(selector, span, &files, names, renames, &report);
        }
    }
    for file in files {
        let selecting: Vec<&Override> = overrides.iter().filter(|over| file.is_selected(over)).collect();
        for (setting, span) in selecting.iter().flat_map(|over| &over.settings) {
            if let Setting::Group(placed) = setting {
                check_group(placed, file, &report);
            }
            apply_one(setting, span, file);
        }
    }
    let mut findings = report.into_findings();
    findings.dedup();
    findings
}

/// That a selector selects one of the files, or names one that could not be read.
pub(crate) fn check_used(
    selector: &Selector,
    span: &Span,
    files: &[&WatcherFile],
    names: &[String],
    renames: &Renames,
    report: &Report,
) {
    let names = stems(names);
    let all_read = files.len() == names.clone().count();
    let is_used = files.iter().any(|file| selector.selects(file.written(), &file.tags))
        || names.clone().any(|name| selector.names(name));
    if !is_used && (all_read || !selector.text.contains(':')) {
        report_unused(selector, span, names, renames, report);
    }
}

/// Reports that a selector selects none of the watchers with these names.
pub(crate) fn report_unused<'a>(
    selector: &Selector,
    span: &Span,
    names: impl Iterator<Item = &'a str> + Clone,
    renames: &Renames,
    report: &Report,
) {
    let Unknown { message, help, now } = selector.nothing(names.clone(), renames);
    let finding = report.finding(&UNUSED_OVERRIDE, span.clone(), message).help(help);
    report.add(match now {
        Some(now) => finding.fix(Fix::rename(&report.source.text, span, &selector.text, &now)),
        None => finding.respelt(&selector.text, names),
    });
}

/// Makes one setting hold for a watcher.
pub(crate) fn apply_one(setting: &Setting, span: &Span, file: &mut WatcherFile) {
    let WatcherFile { watcher, enabled, overridden, .. } = file;
    let as_written =
        || Box::new(Overridden { written: watcher.clone(), enabled: *enabled, origins: Vec::new() });
    let overridden = overridden.get_or_insert_with(as_written);
    setting.apply(watcher, enabled);
    let key = setting.key();
    overridden.origins.retain(|(earlier, _)| *earlier != key || key == "ignore");
    overridden.origins.push((key, span.clone()));
}

/// That the watcher has the variables that the group is by.
fn check_group(placed: &PlacedGroup, file: &WatcherFile, report: &Report) {
    for (name, span) in placed.group.by.iter().zip(&placed.by) {
        if let Some(mut finding) = group::unknown(report, name, span.clone(), &file.watcher.fields) {
            finding.message =
                format!("{}: the watcher `{}` does not have it", finding.message, file.watcher.name);
            report.add(finding.related(&file.source, file.places.start.clone(), "the watcher"));
        }
    }
}
