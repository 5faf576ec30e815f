//! The crates and modules use each other as docs/architecture.md says.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn page() -> String {
    fs::read_to_string(root().join("docs/architecture.md")).unwrap()
}

fn cargo(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The words in backticks.
fn names(text: &str) -> BTreeSet<String> {
    text.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Who uses whom, as the page says.
fn allowed() -> BTreeMap<String, BTreeSet<String>> {
    let page = page();
    let rows = page.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    rows.take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            (cells[1].replace('`', ""), names(cells[3]))
        })
        .collect()
}

#[test]
fn crates_use_each_other_as_the_page_says() {
    let metadata: Value = serde_json::from_str(&cargo(&[
        "metadata",
        "--locked",
        "--offline",
        "--no-deps",
        "--format-version",
        "1",
    ]))
    .unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let members: BTreeSet<&str> = packages.iter().map(|package| package["name"].as_str().unwrap()).collect();
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for package in packages {
        let name = package["name"].as_str().unwrap();
        used.entry(name.to_owned()).or_default();
        for dependency in package["dependencies"].as_array().unwrap() {
            let user = match dependency["kind"].as_str() {
                None => name.to_owned(),
                Some("build") => format!("{name}'s build.rs"),
                Some(_) => continue,
            };
            let dependency = dependency["name"].as_str().unwrap();
            if members.contains(dependency) {
                used.entry(user).or_default().insert(dependency.to_owned());
            }
        }
    }
    assert_eq!(used, allowed(), "docs/architecture.md says what may use what");
}

/// The names of the crates in a tree.
fn tree(package: &str, edges: &str) -> BTreeSet<String> {
    let arguments =
        ["tree", "--locked", "--offline", "--package", package, "--prefix", "none", "--edges", edges];
    cargo(&arguments).lines().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect()
}

#[test]
fn nothing_heavy_gets_where_it_does_not_belong() {
    let function = tree("account-watcher", "normal");
    let build = tree("account-watcher", "normal,build");
    for name in ["watchfile", "rules", "aws-facts", "toml", "flate2"] {
        assert!(!function.contains(name), "{name} would become part of the function");
        // build.rs needs them, so the names are right.
        assert!(build.contains(name), "{name}");
    }
    assert!(!build.contains("scaffold"), "the function is built without what only `watcher new` needs");
    let command = tree("account-watcher-cli", "normal");
    assert!(function.contains("aws-config") && function.contains("tokio"));
    for name in ["aws-config", "aws-sdk-sns", "tokio", "reqwest"] {
        assert!(!command.contains(name), "{name} would become part of the command");
    }
}

/// The folder of a crate's source.
fn source_of(package: &str) -> PathBuf {
    let folder = if package == "account-watcher-cli" { "cli" } else { package };
    root().join("crates").join(folder).join("src")
}

/// The files below a folder, each with its top module, without their tests and comments.
fn sources(folder: &Path) -> Vec<(PathBuf, String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for path in fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap();
                let code: String = code
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("//"))
                    .flat_map(|line| [line, "\n"])
                    .collect();
                let top = path.strip_prefix(folder).unwrap().iter().next().unwrap();
                let top = top.to_str().unwrap().trim_end_matches(".rs").to_owned();
                found.push((path, top, code));
            }
        }
    }
    found
}

/// The top modules that a module of this depth names: behind `crate::`, and behind as many `super::`.
fn named(code: &str, depth: usize) -> BTreeSet<String> {
    let word = |text: &str| -> String {
        text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
    };
    let up = "super::".repeat(depth);
    let starts = code.match_indices("crate::").map(|(at, found)| at + found.len());
    let supers = code.match_indices(&up).filter(|_| depth > 0).map(|(at, found)| at + found.len());
    let mut names = BTreeSet::new();
    for rest in starts.chain(supers).map(|at| &code[at..]) {
        match rest.strip_prefix('{') {
            None => names.extend([word(rest)]),
            Some(list) => {
                let mut open = 0;
                let end = list.find(|c| {
                    open += match c {
                        '{' => 1,
                        '}' => -1,
                        _ => 0,
                    };
                    open < 0
                });
                let list = &list[..end.unwrap()];
                names.extend(list.split(',').map(|part| word(part.trim_start())));
            }
        }
    }
    names
}

#[test]
fn modules_use_only_those_on_lines_before() {
    let page = page();
    let lines: Vec<&str> = page.lines().skip_while(|line| !line.starts_with("Within a crate")).collect();
    let mut checked = 0;
    for (at, line) in lines.iter().enumerate() {
        let Some(package) = line.strip_prefix('`').and_then(|line| line.strip_suffix('`')) else { continue };
        let is_layer = |line: &&&str| line.starts_with(|c: char| c.is_ascii_digit());
        let layers = lines[at + 2..].iter().take_while(is_layer);
        let place: BTreeMap<String, usize> = layers
            .enumerate()
            .flat_map(|(layer, line)| names(line).into_iter().map(move |name| (name, layer)))
            .collect();
        let folder = source_of(package);
        let mut seen = BTreeSet::new();
        for (path, top, code) in sources(&folder).iter().filter(|(_, top, _)| top != "lib" && top != "main") {
            seen.insert(top.clone());
            let own = place.get(top).unwrap_or_else(|| panic!("{package}: `{top}` is not on the page"));
            let steps = path.strip_prefix(&folder).unwrap().iter().count();
            let depth = steps - usize::from(path.ends_with("mod.rs"));
            for name in named(code, depth).iter().filter(|name| *name != top) {
                let Some(other) = place.get(name) else { continue };
                assert!(other < own, "{}: `{name}` does not stand before `{top}`", path.display());
                checked += 1;
            }
        }
        let on_page: BTreeSet<String> = place.keys().cloned().collect();
        assert_eq!(on_page, seen, "{package}: the page names modules that are not there");
    }
    assert!(checked > 100, "{checked}");
}

/// Files, the environment, the clock and the network, as code names them.
const OUTSIDE: [&str; 8] = [
    "std::fs",
    "fs::read",
    "fs::write",
    "env::var",
    "SystemTime::now",
    "Timestamp::now",
    "TcpStream",
    "process::Command",
];

#[test]
fn only_the_shell_looks_outside() {
    let mut found = BTreeSet::new();
    for package in [
        "event-pattern",
        "watcher",
        "aws-facts",
        "rules",
        "watchfile",
        "records",
        "redact",
        "backtest",
        "page",
        "site",
        "lake",
        "editor",
        "scaffold",
    ] {
        for (path, top, code) in sources(&source_of(package)) {
            if OUTSIDE.iter().any(|name| code.contains(name)) || code.contains("use std::{env, fs}") {
                assert_eq!((package, &*top), ("watchfile", "files"), "{}", path.display());
                found.insert(top);
            }
        }
    }
    assert!(found.contains("files"), "the module that reads files is not found any more");
}

/// Who may call a parser, as code names it. Everybody else takes what was parsed, with its places.
const PARSERS: [(&str, &[&str]); 11] = [
    ("parse_json_path(", &["watcher/path/mod.rs", "watcher/path/parsed.rs"]),
    ("JsonPath::parse", &["watchfile/fields.rs"]),
    ("Path::parse", &["watcher/path/mod.rs", "watcher/template/print.rs", "watchfile/fields.rs"]),
    ("Compiled::compile", &["watcher/template/mod.rs", "watcher/template/parsed.rs"]),
    (
        "Template::parse",
        &["watcher/template/mod.rs", "watcher/condition.rs", "watchfile/channels.rs", "watchfile/texts.rs"],
    ),
    ("Condition::parse", &["watcher/condition.rs", "watchfile/cases.rs"]),
    ("Pattern::parse", &["watcher/watcher.rs", "watchfile/pattern.rs", "rules/fit.rs"]),
    ("find(\"{{", &[]),
    ("split(\"{{", &[]),
    (
        "(\"}}\")",
        &["watcher/template/read/mod.rs", "watcher/template/read/tag.rs", "watcher/template/read/words.rs"],
    ),
    // Of `watchfile` only: an event, `with` of a test, and TOML that is made into either.
    ("serde_json::from_", &["watchfile/files/mod.rs", "watchfile/test_case.rs", "watchfile/json_text.rs"]),
];

#[test]
fn what_was_parsed_is_not_parsed_again() {
    for (parser, may) in PARSERS {
        let mut found = 0;
        for package in ["watcher", "watchfile", "rules"] {
            let folder = source_of(package);
            for (path, _, code) in sources(&folder) {
                let file = format!("{package}/{}", path.strip_prefix(&folder).unwrap().display());
                let is_read = package == "watchfile" || !parser.starts_with("serde_json");
                if is_read && code.contains(parser) {
                    assert!(may.contains(&&*file), "{file} calls `{parser}`: take what was parsed already");
                    found += 1;
                }
            }
        }
        assert!(found > 0 || may.is_empty(), "nobody calls `{parser}` any more");
    }
}
