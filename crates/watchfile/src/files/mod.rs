//! Reading files and folders: their texts, what is in them as TOML, and what is wrong with either.

mod shipped;

use std::fs;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use toml::de::DeTable;

use crate::channels::Declared;
use crate::declared::{INVALID_TOML, UNREADABLE_FILE};
use crate::finding::Finding;
use crate::keys::{Keys, WATCHER};
use crate::lint::Lint;
use crate::source::Source;
use crate::table::{Report, Table};
use crate::watcher_file::{self, WatcherFile};
use crate::{secrets, test_case, toml_errors};

/// No file of people's is so long: ten times what the longest pattern needs, and the names of 4,000 accounts. What
/// takes a second for these would take minutes for a file that is there by mistake.
pub(crate) const LONGEST_WATCHER: u64 = 64 * 1024;
pub(crate) const LONGEST_CONFIG: u64 = 256 * 1024;

/// A file's text, or the lint and the reason why there is none.
pub(crate) fn text_of(path: &Path, longest: u64) -> Result<String, (&'static Lint, String)> {
    let unreadable = |why: String| (&UNREADABLE_FILE, format!("the file cannot be read: {why}"));
    let about = fs::metadata(path).map_err(|e| unreadable(e.to_string()))?;
    // Whoever opens a named pipe waits for somebody to write.
    if !about.is_file() {
        return Err(unreadable(format!(
            "it is {}",
            if about.is_dir() { "a folder" } else { "no regular file" }
        )));
    }
    check_length(about.len(), longest)?;
    let bytes = fs::read(path).map_err(|e| unreadable(e.to_string()))?;
    let encoding = match bytes.get(..2) {
        Some([0xff, 0xfe] | [0xfe, 0xff]) => "UTF-16",
        _ => "not UTF-8 text",
    };
    let not_text = |_| (&INVALID_TOML, format!("the file is {encoding}: save it as UTF-8"));
    String::from_utf8(bytes).map_err(not_text)
}

/// # Errors
/// It has more bytes than any file of people's, on the disk or in an editor.
pub(crate) fn check_length(bytes: u64, longest: u64) -> Result<(), (&'static Lint, String)> {
    if bytes <= longest {
        return Ok(());
    }
    Err((
        &UNREADABLE_FILE,
        format!("the file cannot be read: it has {bytes} bytes, and {longest} are the most"),
    ))
}

/// A file's text, where nothing is said if there is none.
pub(crate) fn text_if_there(path: &Path) -> Option<String> {
    fs::read_to_string(path).ok()
}

/// Parses one file, and checks it.
pub(crate) fn read<T>(
    path: &str,
    text: Result<String, (&'static Lint, String)>,
    keys: &'static Keys,
    findings: &mut Vec<Finding>,
    sources: &mut Vec<Arc<Source>>,
    check: impl FnOnce(Table<'_>) -> Option<T>,
) -> Option<T> {
    let what = if ptr::eq(keys, &raw const WATCHER) { keys.what } else { path };
    let check = |report: &Report, entries: &DeTable<'_>| check(Table::of_file(report, entries, what, keys));
    read_document(path, text, findings, sources, check)
}

/// As [`read`], of a file whose keys are names.
pub(crate) fn read_document<T>(
    path: &str,
    text: Result<String, (&'static Lint, String)>,
    findings: &mut Vec<Finding>,
    sources: &mut Vec<Arc<Source>>,
    check: impl FnOnce(&Report, &DeTable<'_>) -> Option<T>,
) -> Option<T> {
    let text = match text {
        Ok(text) => text,
        Err((lint, message)) => return fail(findings, path, lint, &message),
    };
    let source = Arc::new(Source { path: path.to_owned(), text });
    sources.push(Arc::clone(&source));
    let (checked, found) = check_document(&source, check);
    findings.extend(found);
    checked
}

pub(crate) use shipped::fault as shipped_folder_fault;
pub use shipped::owner;

/// The watcher of that name with this text, if it can be used: what its faults are says the project that it is put
/// into. `events`: the names of fixtures, and the events in them.
pub fn read_watcher(name: &str, text: String, events: &test_case::Events) -> Option<WatcherFile> {
    let source = Arc::new(Source { path: format!("watchers/{name}.toml"), text });
    let check = |report: &Report, entries: &DeTable<'_>| {
        let table = Table::of_file(report, entries, WATCHER.what, &WATCHER);
        watcher_file::read(table, &Declared::default(), events)
    };
    check_document(&source, check).0
}

fn check_document<T>(
    source: &Arc<Source>,
    check: impl FnOnce(&Report, &DeTable<'_>) -> Option<T>,
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
    let checked = if is_toml { check(&report, document.get_ref()) } else { None };
    secrets::report(&report);
    (checked, report.into_findings())
}

pub(crate) fn fail<T>(
    findings: &mut Vec<Finding>,
    path: &str,
    lint: &'static Lint,
    message: &str,
) -> Option<T> {
    let source = Arc::new(Source { path: path.to_owned(), text: String::new() });
    findings.push(Finding::new(lint, &source, 0..0, message));
    None
}

/// The names in a folder, sorted, without hidden files and editors' backups.
pub(crate) fn list(root: &Path, folder: &str, findings: &mut Vec<Finding>) -> Vec<String> {
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
pub(crate) fn read_events(root: &Path, folder: &str) -> test_case::Events {
    let names = list(root, folder, &mut Vec::new());
    let read = |name: &str| {
        let path = root.join(folder).join(name);
        if !path.is_file() {
            return Err("it is not a file".to_owned());
        }
        let event = records::single(fs::File::open(path).map_err(|e| e.to_string())?)?;
        serde_json::from_str(&event).map_err(|e| e.to_string())
    };
    names.into_iter().map(|name| (name.clone(), read(&name))).collect()
}
