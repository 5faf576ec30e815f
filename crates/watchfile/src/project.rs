//! A project that was read and checked: its configuration and its watchers.

use std::path::Path;
use std::sync::Arc;

use watcher::{Config, Ignore, Watchers};

use crate::config::ConfigFile;
use crate::finding::Finding;
use crate::forward::Forwarding;
use crate::lint::Level;
use crate::overrides::Override;
use crate::places::PlacedPattern;
use crate::renames::{Renames, Unknown};
use crate::source::Source;
use crate::watcher_file::WatcherFile;

/// A checked project. A file with a fault is not in it.
#[derive(Clone, Debug, Default)]
pub struct Project {
    /// What `account-watcher.toml` says.
    pub config: Config,
    /// The watchers, in the order of their names, also those that are switched off.
    pub files: Vec<WatcherFile>,
    /// What can be said of watchers with a fault. They are linted as far as they go, and never deployed.
    pub(crate) faulty: Vec<WatcherFile>,
    pub(crate) config_file: Option<ConfigFile>,
    /// What became of watchers that were shipped once.
    pub renames: Renames,
    /// The names of its own fixtures, sorted.
    pub fixtures: Vec<String>,
    /// The texts of all files that could be read, also of those with faults.
    pub(crate) sources: Vec<Arc<Source>>,
}

impl Project {
    /// What is deployed: the watchers that are not switched off.
    pub fn watchers(&self) -> Watchers {
        let enabled = self.files.iter().filter(|file| file.enabled).map(|file| file.watcher.clone());
        Watchers::new(self.config.clone(), enabled.collect())
    }

    /// What `[forward]` says: which regions forward to which; none without it.
    pub fn forwarding(&self) -> Option<&Forwarding> {
        self.config_file.as_ref()?.forward.as_ref().map(|placed| &placed.forwarding)
    }

    /// The regions whose events a stack in `region` gets: its own, and those that forward to it. Without a region, the home
    /// stack's; none if it is not known where that is.
    pub fn seen_regions<'a>(&'a self, region: Option<&'a str>) -> Option<Vec<&'a str>> {
        match (region, self.forwarding()) {
            (None, None) => None,
            (Some(region), Some(forwarding)) if forwarding.home == region => Some(forwarding.seen()),
            (Some(region), _) => Some(vec![region]),
            (None, Some(forwarding)) => Some(forwarding.seen()),
        }
    }

    /// All watchers that could be read so far that there is something to lint, those with a fault last.
    pub(crate) fn readable(&self) -> impl Iterator<Item = &WatcherFile> {
        self.files.iter().chain(&self.faulty)
    }

    /// What could be read of the watcher in this file, whether it has a fault or not.
    pub fn file(&self, path: &str) -> Option<&WatcherFile> {
        self.readable().find(|file| file.source.path == path)
    }

    /// Every pattern of the project, with its file.
    pub(crate) fn patterns(&self) -> impl Iterator<Item = (&Arc<Source>, &PlacedPattern)> {
        let of_watchers = self.readable().map(|file| (&file.source, &file.places.pattern));
        of_watchers.chain(self.patterns_besides())
    }

    /// The patterns that no watcher waits for: of ignores, wherever they stand, and of routes.
    pub(crate) fn patterns_besides(&self) -> impl Iterator<Item = (&Arc<Source>, &PlacedPattern)> {
        let of_watchers = self
            .readable()
            .flat_map(|file| file.places.ignores.iter().map(|ignore| (&file.source, &ignore.pattern)));
        let of_config = self.config_file.iter().flat_map(|file| {
            let overrides = file.overrides.iter().flat_map(Override::ignores).map(|(_, place)| place);
            let ignores = file.ignores.iter().chain(overrides).map(|ignore| &ignore.pattern);
            ignores.chain(file.routes.iter().map(|route| &route.when)).map(|pattern| (&file.source, pattern))
        });
        of_watchers.chain(of_config)
    }

    /// The files of the project that were read, also those with faults, as paths from its folder; not the fixtures.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| &*source.path)
    }

    /// The folder of Account Watcher, from the project's, that `[shipped]` names.
    pub fn shipped_folder(&self) -> Option<&str> {
        Some(&self.config_file.as_ref()?.shipped.as_ref()?.path)
    }

    /// Whether the file at this path, from the project's folder, is the project's own to edit, and not of the folder that
    /// `[shipped]` names.
    pub fn is_own(&self, path: &str) -> bool {
        self.shipped_folder().is_none_or(|folder| !Path::new(path).starts_with(folder))
    }

    /// Whether the finding is left out unless somebody asks for it: a note on a file of that folder, where there is nothing
    /// to do about it.
    pub fn leaves_out(&self, finding: &Finding) -> bool {
        finding.severity == Level::Note && !self.is_own(&finding.source.path)
    }

    /// The ignores of `account-watcher.toml` for all watchers, without those that the shipped watchers share.
    pub fn own_ignores(&self) -> &[Ignore] {
        let own = self.config_file.as_ref().map_or(0, |file| file.ignores.len());
        &self.config.ignores[..own.min(self.config.ignores.len())]
    }

    /// The watcher of that name.
    pub fn watcher(&self, name: &str) -> Option<&WatcherFile> {
        self.files.iter().find(|file| file.watcher.name == name)
    }

    /// What to say of a name that no watcher has.
    pub fn unknown(&self, name: &str) -> Unknown {
        self.renames.unknown(name, self.files.iter().map(|file| file.watcher.name.as_str()))
    }
}
