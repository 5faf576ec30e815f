//! A project's folder: `account-watcher.toml`, `watchers/` and `tests/events/`, read and checked.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZero;
use std::panic;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use serde_json::Value;
use toml::de::DeTable;
use watcher::{Config, Watchers};

use crate::channels::Declared;
use crate::config::ConfigFile;
use crate::declared::{INVALID_TOML, NOT_A_WATCHER, RULE_BUDGET, UNREADABLE_FILE};
use crate::finding::Finding;
use crate::forward::Forwarding;
use crate::keys::{CONFIG, WATCHER};
use crate::lint::Lint;
use crate::mask::{mask, mask_config};
use crate::source::Source;
use crate::table::{Report, Table};
use crate::watcher_file::{self, State, WatcherFile};
use crate::{config, overridden, secrets, test_case, toml_errors};
use rules::Rules;

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

    /// The files of the project that were read, also those with faults, as paths from its folder; not the fixtures.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| &*source.path)
    }

    /// The watcher of that name.
    pub fn watcher(&self, name: &str) -> Option<&WatcherFile> {
        self.files.iter().find(|file| file.watcher.name == name)
    }
}

/// So few files are not worth a thread.
const FEW: usize = 50;

const CONFIG_FILE: &str = "account-watcher.toml";

/// What is read in another place than the project's folder.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The file to read in the place of `account-watcher.toml`.
    pub config: Option<PathBuf>,
    /// The name in `watchers/` and the text of a watcher that an editor has not saved yet.
    pub unsaved: Option<(String, String)>,
}

/// Reads the project in the folder `root`. What is wrong is reported, all of it, and left out.
pub fn load(root: &Path) -> (Project, Vec<Finding>) {
    load_with(root, &Elsewhere::default())
}

pub(crate) fn load_with(root: &Path, elsewhere: &Elsewhere) -> (Project, Vec<Finding>) {
    let mut findings = Vec::new();
    // A project may have another template; then nothing is known of the function's environment.
    let template = fs::read_to_string(root.join("template.yaml")).ok();
    let mut sources = Vec::new();
    let config_path =
        elsewhere.config.as_ref().map_or(CONFIG_FILE.to_owned(), |path| path.display().to_string());
    let config_text = text_of(&root.join(&config_path), LONGEST_CONFIG).map(|text| mask_config(&text));
    let check = |table: Table<'_>| Some(config::read(table, template.as_deref()));
    let (config, declared, config_file) = read(&config_path, config_text, &mut findings, &mut sources, check)
        .map(|(config, declared, file)| (config, declared, Some(file)))
        .unwrap_or_default();
    let mut names = list(root, "watchers", &mut findings);
    let unsaved = elsewhere.unsaved.as_ref();
    if let Some((name, _)) = unsaved.filter(|(name, _)| !names.contains(name)) {
        names.push(name.clone());
        names.sort();
    }
    let events = read_events(root);
    let events: test_case::Events<'_> =
        events.iter().map(|(name, event)| (name.as_str(), event.clone())).collect();
    let read_one = |name: &String| {
        let (mut findings, mut sources) = (Vec::new(), Vec::new());
        let path = format!("watchers/{name}");
        let file = if name.strip_suffix(".toml").is_some() {
            let text = match unsaved.filter(|(unsaved, _)| unsaved == name) {
                Some((_, text)) => Ok(text.clone()),
                None => text_of(&root.join(&path), LONGEST_WATCHER),
            };
            let text = text.map(|text| mask(&text, false));
            let check = |table: Table<'_>| watcher_file::read(table, &declared, &events);
            read(&path, text, &mut findings, &mut sources, check)
        } else {
            let source = Arc::new(Source { path: path.clone(), text: String::new() });
            let finding = Finding::new(&NOT_A_WATCHER, &source, 0..0, format!("`{path}` is not a watcher"));
            findings.push(
                finding.help("a watcher is a file `watchers/NAME.toml`; keep everything else elsewhere"),
            );
            None
        };
        (file, findings, sources)
    };
    let mut files = Vec::new();
    for (file, found, read) in in_parallel(&names, read_one) {
        files.extend(file);
        findings.extend(found);
        sources.extend(read);
    }
    if let Some(file) = &config_file {
        findings.extend(overridden::apply(&file.overrides, &file.source, &names, &mut files));
    }
    // What depends on a channel with a fault cannot be sent; the fault itself is reported.
    let is_sound = |file: &WatcherFile| {
        file.state == State::Sound
            && [&file.watcher, file.written()]
                .iter()
                .all(|watcher| watcher.channels.iter().all(|name| config.channels.contains_key(name)))
    };
    let (files, faulty) = files.into_iter().partition(is_sound);
    let project = Project { config, files, faulty, config_file, sources };
    if findings.is_empty()
        && let Err(error) = Rules::generate(&project.watchers())
    {
        let source = Arc::new(Source { path: "watchers".to_owned(), text: String::new() });
        let finding = Finding::new(&RULE_BUDGET, &source, 0..0, error.to_string());
        findings.push(finding.help("switch some of these watchers off with `enabled = false`"));
    }
    (project, findings)
}

/// The results in the order of the items. Parsing is most of the work, and the lints of one watcher need no other.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get).min(items.len().div_ceil(FEW));
    if threads < 2 {
        return items.iter().map(work).collect();
    }
    let chunk = |items| {
        let work = &work;
        move || Iterator::map(<[T]>::iter(items), work).collect::<Vec<R>>()
    };
    thread::scope(|scope| {
        let chunks = items.chunks(items.len().div_ceil(threads));
        let running: Vec<_> = chunks.map(|items| scope.spawn(chunk(items))).collect();
        let join = |thread: thread::ScopedJoinHandle<'_, Vec<R>>| match thread.join() {
            Ok(results) => results,
            Err(panic) => panic::resume_unwind(panic),
        };
        running.into_iter().flat_map(join).collect()
    })
}

/// No file of people's is so long: ten times what the longest pattern needs, and the names of 4,000 accounts. What
/// takes a second for these would take minutes for a file that is there by mistake.
const LONGEST_WATCHER: u64 = 64 * 1024;
const LONGEST_CONFIG: u64 = 256 * 1024;

/// A file's text, or the lint and the reason why there is none.
fn text_of(path: &Path, longest: u64) -> Result<String, (&'static Lint, String)> {
    let unreadable = |why: String| (&UNREADABLE_FILE, format!("the file cannot be read: {why}"));
    let about = fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
    // Whoever opens a named pipe waits for somebody to write.
    if !about.is_file() {
        return Err(unreadable(format!(
            "it is {}",
            if about.is_dir() { "a folder" } else { "no regular file" }
        )));
    }
    if about.len() > longest {
        return Err(unreadable(format!("it has {} bytes, and {longest} are the most", about.len())));
    }
    let bytes = fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let encoding = match bytes.get(..2) {
        Some([0xff, 0xfe] | [0xfe, 0xff]) => "UTF-16",
        _ => "not UTF-8 text",
    };
    let not_text = |_| (&INVALID_TOML, format!("the file is {encoding}: save it as UTF-8"));
    String::from_utf8(bytes).map_err(not_text)
}

/// Parses one file, and checks it.
fn read<T>(
    path: &str,
    text: Result<String, (&'static Lint, String)>,
    findings: &mut Vec<Finding>,
    sources: &mut Vec<Arc<Source>>,
    check: impl FnOnce(Table<'_>) -> Option<T>,
) -> Option<T> {
    let text = match text {
        Ok(text) => text,
        Err((lint, message)) => return fail(findings, path, lint, &message),
    };
    let source = Arc::new(Source { path: path.to_owned(), text });
    sources.push(Arc::clone(&source));
    let (checked, found) = check_source(&source, check);
    findings.extend(found);
    checked
}

/// The watcher of that name with this text, if it can be used: what its faults are says the project that it is put
/// into. `events`: the names of fixtures, and the events in them.
pub fn read_watcher(name: &str, text: String, events: &test_case::Events<'_>) -> Option<WatcherFile> {
    let source = Arc::new(Source { path: format!("watchers/{name}.toml"), text });
    check_source(&source, |table| watcher_file::read(table, &Declared::default(), events)).0
}

fn check_source<T>(
    source: &Arc<Source>,
    check: impl FnOnce(Table<'_>) -> Option<T>,
) -> (Option<T>, Vec<Finding>) {
    let report = Report::new(Arc::clone(source));
    let (document, errors) = DeTable::parse_recoverable(&source.text);
    let is_toml = errors.is_empty();
    for (span, message) in toml_errors::first_causes(&source.text, errors) {
        let first = (message == toml_errors::DUPLICATE).then(|| toml_errors::first_of(&source.text, &span));
        let mut finding = report.finding(&INVALID_TOML, span, message);
        if let Some(first) = first.flatten() {
            finding = finding.related(source, first, "it stands here already").help("keep one of them");
        }
        report.add(finding);
    }
    let checked = if is_toml {
        let (what, keys) = if source.path.starts_with("watchers/") {
            (WATCHER.what, &WATCHER)
        } else {
            (&*source.path, &CONFIG)
        };
        check(Table::of_file(&report, document.get_ref(), what, keys))
    } else {
        None
    };
    secrets::report(&report);
    (checked, report.into_findings())
}

fn fail<T>(findings: &mut Vec<Finding>, path: &str, lint: &'static Lint, message: &str) -> Option<T> {
    let source = Arc::new(Source { path: path.to_owned(), text: String::new() });
    findings.push(Finding::new(lint, &source, 0..0, message));
    None
}

/// The names in a folder, sorted, without hidden files and editors' backups.
fn list(root: &Path, folder: &str, findings: &mut Vec<Finding>) -> Vec<String> {
    let entries = match fs::read_dir(root.join(folder)) {
        Ok(entries) => entries,
        Err(e) => {
            fail::<()>(findings, folder, &UNREADABLE_FILE, &format!("the folder cannot be read: {e}"));
            return Vec::new();
        }
    };
    let mut names = Vec::new();
    for name in entries.flatten().map(|entry| entry.file_name()) {
        match name.into_string() {
            Ok(name) => names.push(name),
            Err(name) => {
                let path = format!("{folder}/{}", name.to_string_lossy());
                fail::<()>(findings, &path, &UNREADABLE_FILE, "the file's name is not UTF-8 text");
            }
        }
    }
    names.retain(|name| !name.starts_with('.') && !name.ends_with('~'));
    names.sort();
    names
}

/// The fixtures; a project without tests has none. What form one has says its content, not its name.
fn read_events(root: &Path) -> BTreeMap<String, Result<Value, String>> {
    let names = list(root, "tests/events", &mut Vec::new());
    let read = |name: &str| {
        let path = root.join("tests/events").join(name);
        if !path.is_file() {
            return Err("it is not a file".to_owned());
        }
        let event = records::single(fs::File::open(path).map_err(|e| e.to_string())?)?;
        serde_json::from_str(&event).map_err(|e| e.to_string())
    };
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}
