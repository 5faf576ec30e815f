//! What a change of the shipped watchers means for a project's own settings: overrides, `[shipped]`, watchers of its own.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Serialize;

use super::Changes;
use crate::config::ConfigFile;
use crate::overrides::Override;
use crate::project::Project;
use crate::selector::Selector;
use crate::source::Source;
use crate::suggest::and;
use crate::table::Span;
use crate::texts::is_known;
use crate::watcher_file::WatcherFile;

/// A place of a project's own that a change concerns.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Touched {
    /// The file, from the project's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// Whether nothing can be built before somebody edits it.
    pub must_edit: bool,
    /// What it is, in a sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// The two versions, what differs, and the project that uses them.
struct Upgrade<'a> {
    user: &'a Project,
    before: &'a Project,
    after: &'a Project,
    changes: &'a Changes,
}

/// What of the project's own settings the changes concern, in the order of the file.
pub fn touched(user: &Project, before: &Project, after: &Project, changes: &Changes) -> Vec<Touched> {
    let Some(config) = &user.config_file else { return Vec::new() };
    let upgrade = Upgrade { user, before, after, changes };
    let mut found = Vec::new();
    for over in &config.overrides {
        for (selector, span) in &over.selectors {
            let what = upgrade.selector(selector, "this override");
            found.extend(what.map(|what| what.at(&config.source, span)));
        }
        found.extend(upgrade.groups(over).into_iter().map(|(what, span)| what.at(&config.source, &span)));
    }
    found.extend(upgrade.shipped(config));
    found.sort();
    found.dedup();
    found
}

/// What there is to say of a place.
struct What {
    must_edit: bool,
    message: String,
    help: Option<String>,
}

impl What {
    fn at(self, source: &Arc<Source>, span: &Span) -> Touched {
        let (line, column) = source.position(span.start);
        let What { must_edit, message, help } = self;
        Touched { file: source.path.clone(), line, column, must_edit, message, help }
    }
}

impl Upgrade<'_> {
    /// `this`: what stands there, `this override`.
    fn selector(&self, selector: &Selector, this: &str) -> Option<What> {
        if selector.is_name() { self.name(&selector.text, this) } else { self.selection(selector, this) }
    }

    /// Of a name.
    fn name(&self, name: &str, this: &str) -> Option<What> {
        let is_own = || self.own_files().any(|file| file.watcher.name == name);
        self.before.watcher(name)?;
        if self.after.watcher(name).is_none() {
            let unknown = self.after.unknown(name);
            let (message, help) = if self.after.renames.fate(name).is_some() {
                (unknown.message, unknown.help)
            } else {
                (
                    format!("the watcher `{name}` is not shipped any more"),
                    format!("delete {this}'s name for it"),
                )
            };
            return (!is_own()).then_some(What { must_edit: true, message, help: Some(help) });
        }
        let change = self.changes.watchers.iter().find(|change| change.name == name)?;
        let message = format!("`{name}` changed: {}", and(change.key_names()));
        let help = format!("look whether {this} still says what you want");
        Some(What { must_edit: false, message, help: Some(help) })
    }

    /// Of what selects by a text: whether it selects other watchers.
    fn selection(&self, selector: &Selector, this: &str) -> Option<What> {
        let selected = |project: &Project| -> BTreeSet<String> {
            let is_meant = |file: &&WatcherFile| selector.selects(file.written(), &file.tags);
            project.files.iter().filter(is_meant).map(|file| file.watcher.name.clone()).collect()
        };
        let (was, is) = (selected(self.before), selected(self.after));
        let was: BTreeSet<String> = was.iter().map(|name| self.now(name).to_owned()).collect();
        let added: Vec<&str> = is.difference(&was).map(String::as_str).collect();
        let removed: Vec<&str> = was.difference(&is).map(String::as_str).collect();
        let text = &selector.text;
        if added.is_empty() && removed.is_empty() {
            return None;
        }
        let is_of_own = || self.own_files().any(|file| selector.selects(file.written(), &file.tags));
        if is.is_empty() && !is_of_own() {
            let unknown = selector
                .nothing(self.after.files.iter().map(|file| &*file.watcher.name), &self.after.renames);
            let message = format!("`{text}` selects no watcher any more: it selected {}", and(removed));
            return Some(What { must_edit: true, message, help: Some(unknown.help) });
        }
        let also = (!added.is_empty()).then(|| format!("{} now", and(added)));
        let not = (!removed.is_empty()).then(|| format!("{} no more", and(removed)));
        let parts: Vec<String> = also.into_iter().chain(not).collect();
        let message = format!("`{text}` selects {}", parts.join(", "));
        let help = format!("look whether {this} is meant for them");
        Some(What { must_edit: false, message, help: Some(help) })
    }

    /// What a watcher that had this name is called.
    fn now<'n>(&'n self, name: &'n str) -> &'n str {
        let renamed =
            self.changes.watchers.iter().find(|change| change.renamed_from.as_deref() == Some(name));
        renamed.map_or(name, |change| &change.name)
    }

    /// Groups by a field that a watcher has no more.
    fn groups(&self, over: &Override) -> Vec<(What, Span)> {
        let mut found = Vec::new();
        for placed in over.groups() {
            for (name, span) in placed.group.by.iter().zip(&placed.by) {
                for new in self.after.files.iter().filter(|file| file.is_selected(over)) {
                    let has_it = |file: &WatcherFile| is_known(name, &file.written().fields);
                    let had_it = self.before.watcher(&new.watcher.name).is_some_and(has_it);
                    if had_it && !has_it(new) {
                        let message = format!("`{}` has no field `{name}` any more", new.watcher.name);
                        let help = "group by another one".to_owned();
                        found.push((What { must_edit: true, message, help: Some(help) }, span.clone()));
                    }
                }
            }
        }
        found
    }

    /// What is named in `[shipped]`, and own watchers whose name a shipped one has now.
    fn shipped(&self, config: &ConfigFile) -> Vec<Touched> {
        let Some(shipped) = &config.shipped else { return Vec::new() };
        let on =
            shipped.on.iter().flat_map(|on| &on.selectors).filter_map(|(selector, span)| {
                Some(self.selector(selector, "`on`")?.at(&config.source, span))
            });
        let replaced = shipped.replaced.iter().filter_map(|(selector, span)| {
            let this = format!("watchers/{}.toml, which takes its place,", selector.text);
            Some(self.name(&selector.text, &this)?.at(&config.source, span))
        });
        let is_replaced = |name: &str| shipped.replaced.iter().any(|(selector, _)| selector.text == name);
        let collide = self.own_files().filter(|file| {
            let name = &file.watcher.name;
            self.before.watcher(name).is_none() && self.after.watcher(name).is_some() && !is_replaced(name)
        });
        let collide = collide.map(|file| {
            let name = &file.watcher.name;
            let message = format!("there is a shipped watcher `{name}` now");
            let help = format!("rename the file, or write `replaced = [\"{name}\"]` in `[shipped]`");
            let what = What { must_edit: true, message, help: Some(help) };
            what.at(&file.source, &(0..0))
        });
        on.chain(replaced).chain(collide).collect()
    }

    /// The project's own watchers; none where they stand among the shipped ones.
    fn own_files(&self) -> impl Iterator<Item = &WatcherFile> {
        let are_apart = self.user.config_file.as_ref().is_some_and(|config| config.shipped.is_some());
        self.user.readable().filter(move |file| are_apart && !file.is_shipped())
    }
}
