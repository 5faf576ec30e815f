//! What is on the pages, before it is drawn.

use std::collections::BTreeSet;

use event_pattern::Candidate;
use rules::Rules;
use toml_edit::DocumentMut;
use watcher::{Group, Ignore};
use watchfile::listing::{self, Entry};
use watchfile::{Project, WatcherFile};

use crate::benchmarks::Benchmarks;
use crate::matrix::Named;
use crate::seen::{Alert, Tested, seen};

/// A project's site.
#[derive(Debug)]
pub struct Site {
    /// By topic and name.
    pub watchers: Vec<Watched>,
    pub(crate) benchmarks: Benchmarks,
    /// The channels, and what people call the kind of each.
    pub(crate) channels: Vec<(String, &'static str)>,
    /// Other channels for some events: which, and from where to where.
    pub(crate) routes: Vec<(String, Vec<(String, String)>)>,
    /// What no watcher reports.
    pub(crate) ignores: Vec<Ignored>,
    /// Whether some watchers are of the folder that `[shipped]` names, and the others the project's own.
    pub(crate) has_shipped: bool,
}

/// A watcher's page.
#[derive(Debug)]
pub struct Watched {
    /// What a list says of it.
    pub entry: Entry,
    /// Its alert, as it is sent for the first test that is reported.
    pub alert: Option<Alert>,
    /// `s3`; none: a watcher of whatever service.
    pub(crate) services: BTreeSet<String>,
    /// The channels that its alerts may go to.
    pub(crate) channels: Vec<String>,
    pub(crate) tests: Vec<Tested>,
    pub(crate) rules: BTreeSet<String>,
    pub(crate) group: Option<String>,
    pub(crate) ignores: Vec<Ignored>,
    pub(crate) references: Vec<String>,
    /// Its file without the tests.
    pub(crate) toml: String,
}

/// What is matched and not reported.
#[derive(Debug)]
pub(crate) struct Ignored {
    pub(crate) reason: String,
    /// The last day.
    pub(crate) until: Option<String>,
}

impl Site {
    /// What the project's pages say.
    pub fn of(project: &Project) -> Site {
        let rules = Rules::generate(&project.watchers()).ok();
        let watched = |entry: Entry| {
            let file = project.watcher(&entry.name)?;
            Some(watched(entry, file, project, rules.as_ref()))
        };
        let watchers: Vec<Watched> = listing::entries(project).into_iter().filter_map(watched).collect();
        let config = &project.config;
        let pairs = |route: &watcher::Route| {
            route.channels.iter().map(|(from, to)| (from.clone(), to.clone())).collect::<Vec<_>>()
        };
        Site {
            has_shipped: watchers.iter().any(|watched| watched.entry.shipped),
            watchers,
            benchmarks: Benchmarks::read(),
            channels: config
                .channels
                .iter()
                .map(|(name, channel)| (name.clone(), channel.kind().spec().called))
                .collect(),
            routes: config.routes.iter().map(|route| (route.when.to_string(), pairs(route))).collect(),
            ignores: ignored(&config.ignores),
        }
    }

    /// What the matrices need to know of the watchers.
    pub(crate) fn named(&self) -> Vec<Named> {
        let named = |watched: &Watched| Named {
            name: watched.entry.name.clone(),
            on: watched.entry.enabled,
            tags: watched.entry.tags.clone(),
        };
        self.watchers.iter().map(named).collect()
    }
}

fn watched(entry: Entry, file: &WatcherFile, project: &Project, rules: Option<&Rules>) -> Watched {
    let seen = seen(file, &project.config, rules.filter(|_| file.enabled));
    let cases = file.watcher.cases.iter().filter_map(|case| case.channels.as_ref()).flatten();
    let mut channels: Vec<String> = Vec::new();
    for channel in file.watcher.channels.iter().chain(cases) {
        if !channels.contains(channel) {
            channels.push(channel.clone());
        }
    }
    Watched {
        services: services(file),
        channels,
        tests: seen.tests,
        alert: seen.alert,
        rules: seen.rules,
        group: file.watcher.group.as_ref().map(grouped),
        ignores: ignored(&file.watcher.ignores),
        references: file.references.clone(),
        toml: without_tests(&file.source.text),
        entry,
    }
}

/// The sources that its pattern names, without `aws.`.
fn services(file: &WatcherFile) -> BTreeSet<String> {
    let alternatives = file.watcher.pattern.alternatives().iter();
    let sources = alternatives.flat_map(|alternative| alternative.get("source").into_iter().flatten());
    let names = sources.filter_map(Candidate::as_str);
    names.map(|source| source.strip_prefix("aws.").unwrap_or(source).to_owned()).collect()
}

fn grouped(group: &Group) -> String {
    let window = group.window_in_units();
    let first = match group.at_least {
        0 | 1 => "the first is sent at once".to_owned(),
        n => format!("number {n} within {window} is sent"),
    };
    format!("by {}: {first}, further ones within {window} in one summary", group.by.join(", "))
}

fn ignored(ignores: &[Ignore]) -> Vec<Ignored> {
    let ignored = |ignore: &Ignore| Ignored {
        reason: ignore.reason.clone(),
        until: ignore.until.map(|until| until.to_string()),
    };
    ignores.iter().map(ignored).collect()
}

/// The file as it is written, comments kept: what the tests show stands elsewhere on the page.
fn without_tests(text: &str) -> String {
    match text.parse::<DocumentMut>() {
        Ok(mut document) => {
            document.remove("test");
            document.to_string().trim_end().to_owned()
        }
        // Only who reads TOML in another way than toml_edit could have read it.
        Err(_) => text.trim_end().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_left_out_of_a_file_and_comments_kept() {
        let text = "# why\ntitle = 'x' # so\n\n[[test]]\n# of it\nname = 'a'\n\n[group]\nby = []\n\n[[test]]\nname = 'b'\n";
        assert_eq!(without_tests(text), "# why\ntitle = 'x' # so\n\n[group]\nby = []");
    }
}
