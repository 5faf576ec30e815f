//! A project's folder: `account-watcher.toml`, `watchers/` and `tests/events/`, read and checked.

use std::iter;
use std::path::Path;
use std::sync::Arc;

use rules::Rules;
use toml::de::DeTable;
use watcher::{Config, Ignore};

use crate::channels::Declared;
use crate::declared::{RULE_BUDGET, SHIPPED_NOT_FOUND};
use crate::elsewhere::Elsewhere;
use crate::files::{LONGEST_CONFIG, read, read_document, shipped_folder_fault, text_if_there};
use crate::finding::Finding;
use crate::ignore::ignores;
use crate::keys::CONFIG;
use crate::mask::mask_config;
use crate::parallel::in_parallel;
use crate::project::Project;
use crate::renames::{self, Renames};
use crate::room::Room;
use crate::shipped::Shipped;
use crate::source::Source;
use crate::table::{Report, Table};
use crate::watcher_file::{State, WatcherFile};
use crate::{config, overridden, union};

const CONFIG_FILE: &str = "account-watcher.toml";

/// Reads the project in the folder `root`. What is wrong is reported, all of it, and left out.
pub fn load(root: &Path) -> (Project, Vec<Finding>) {
    load_with(root, &Elsewhere::default())
}

pub(crate) fn load_with(root: &Path, elsewhere: &Elsewhere) -> (Project, Vec<Finding>) {
    let mut findings = Vec::new();
    let mut sources = Vec::new();
    let config_path =
        elsewhere.config.as_ref().map_or(CONFIG_FILE.to_owned(), |path| path.display().to_string());
    let config_text = elsewhere.text(root, &config_path, LONGEST_CONFIG).map(|text| mask_config(&text));
    let check = |table: Table<'_>| Some(config::read(table, |shipped| template(root, shipped)));
    let (mut config, declared, config_file) =
        read(&config_path, config_text, &CONFIG, &mut findings, &mut sources, check)
            .map(|(config, declared, file)| (config, declared, Some(file)))
            .unwrap_or_default();
    let own = Room::read(root, "", elsewhere, &mut findings);
    let shipping = config_file.as_ref().and_then(|file| Some((file, file.shipped.as_ref()?)));
    let found = shipping.filter(|(file, shipped)| match shipped_folder_fault(root, &shipped.path) {
        None => true,
        Some((message, help)) => {
            let finding = Finding::new(&SHIPPED_NOT_FOUND, &file.source, shipped.span.clone(), message);
            findings.push(finding.help(help));
            false
        }
    });
    // What became of the shipped watchers says the file beside them.
    let prefix = found.map_or_else(String::new, |(_, shipped)| format!("{}/", shipped.path));
    let renames = read_renames(root, &prefix, elsewhere, &mut findings, &mut sources);
    let theirs = found.map(|(file, shipped)| {
        let mut room = Room::read(root, &prefix, elsewhere, &mut findings);
        findings.extend(union::take_names(shipped, &file.source, &own.names, &mut room.names, &renames));
        config.ignores.extend(shared_ignores(root, shipped, elsewhere, &mut findings, &mut sources));
        room
    });
    let all_declared = Declared::default();
    let read_one = |(room, name): &(&Room, &String)| {
        // Which channels a shipped watcher needs is known when the overrides have been applied.
        let declared = if room.is_shipped() { &all_declared } else { &declared };
        room.read_watcher(root, name, elsewhere, declared)
    };
    let rooms = || iter::once(&own).chain(&theirs);
    let mut items: Vec<_> =
        rooms().flat_map(|room| room.names.iter().map(move |name| (room, name))).collect();
    items.sort_by_key(|(_, name)| *name);
    let mut files = Vec::new();
    for (file, found, read) in in_parallel(&items, read_one) {
        files.extend(file);
        findings.extend(found);
        sources.extend(read);
    }
    if let Some(file) = &config_file {
        if let (Some(theirs), Some((_, Shipped { on: Some(on), .. }))) = (&theirs, shipping) {
            findings.extend(union::switch(on, &file.source, &theirs.names, &renames, &mut files));
        }
        let names: Vec<String> = items.iter().map(|(_, name)| (*name).clone()).collect();
        // Where the shipped watchers are missing, which is reported, nobody knows their names.
        let all_named = file.names_shipped == theirs.is_some();
        findings.extend(overridden::apply(
            &file.overrides,
            &file.source,
            all_named.then_some(&*names),
            &renames,
            &mut files,
        ));
    }
    if let Some((file, shipped)) = shipping {
        findings.extend(union::undeclared(shipped, &file.source, &declared, &files));
    }
    let (files, faulty) = files.into_iter().partition(|file| is_sound(file, &config));
    let fixtures = own.fixtures().map(str::to_owned).collect();
    let project = Project { config, files, faulty, config_file, renames, fixtures, sources };
    if findings.is_empty()
        && let Err(error) = Rules::generate(&project.watchers())
    {
        let source = Arc::new(Source { path: "watchers".to_owned(), text: String::new() });
        let finding = Finding::new(&RULE_BUDGET, &source, 0..0, error.to_string());
        findings.push(finding.help("switch some of these watchers off with `enabled = false`"));
    }
    (project, findings)
}

/// The text of the SAM template: the project's own, or else that of Account Watcher. A project may have another template;
/// then nothing is known of the function's environment.
fn template(root: &Path, shipped: Option<&Shipped>) -> Option<String> {
    let of_shipped = || text_if_there(&root.join(&shipped?.path).join("template.yaml"));
    text_if_there(&root.join("template.yaml")).or_else(of_shipped)
}

/// What depends on a channel with a fault cannot be sent; the fault itself is reported.
fn is_sound(file: &WatcherFile, config: &Config) -> bool {
    let is_there = |name: &str| config.channels.contains_key(name);
    let has_channels = if file.is_shipped() {
        // What its file names may not be there: overrides have replaced it, or it is off.
        !file.enabled || union::channels(file).all(is_there)
    } else {
        [&file.watcher, file.written()]
            .iter()
            .all(|watcher| watcher.channels.iter().all(|name| is_there(name)))
    };
    file.state == State::Sound && has_channels
}

/// The ignores of the `account-watcher.toml` beside the shipped watchers. Nothing else of it holds.
fn shared_ignores(
    root: &Path,
    shipped: &Shipped,
    elsewhere: &Elsewhere,
    findings: &mut Vec<Finding>,
    sources: &mut Vec<Arc<Source>>,
) -> Vec<Ignore> {
    let path = format!("{}/{CONFIG_FILE}", shipped.path);
    let text = elsewhere.text(root, &path, LONGEST_CONFIG).map(|text| mask_config(&text));
    let check = |table: Table<'_>| {
        if let Some(value) = table.get("shipped") {
            let help = "name in the project's `[shipped]` the folder of Account Watcher itself";
            let message = "the folder has shipped watchers of its own, which would be missing";
            table.report.invalid_value(value.span(), message, help);
        }
        Some(ignores(table).0)
    };
    let ignores = read(&path, text, &CONFIG, findings, sources, check);
    ignores.filter(|_| shipped.ignores).unwrap_or_default()
}

/// What `renames.toml` says in a folder of the project; without the file nothing was renamed. `below`: that folder, with a
/// `/` at its end, or nothing.
fn read_renames(
    root: &Path,
    below: &str,
    elsewhere: &Elsewhere,
    findings: &mut Vec<Finding>,
    sources: &mut Vec<Arc<Source>>,
) -> Renames {
    let path = format!("{below}{}", renames::FILE);
    if !elsewhere.unsaved.contains_key(&path) && !root.join(&path).exists() {
        return Renames::default();
    }
    let text = elsewhere.text(root, &path, LONGEST_CONFIG);
    let read = |report: &Report, entries: &DeTable<'_>| Some(Renames::read(report, entries));
    read_document(&path, text, findings, sources, read).unwrap_or_default()
}
