//! Faults of names, of values and of structure as people make them, one of each kind, with exactly what is found; and what looks like
//! one and is none.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs, process};

use jiff::civil::date;
use watchfile::fixed;
use watchfile::{Elsewhere, Finding, Options, lint_with};

/// The cases: `# what: …` begins one, `# region: …` is the stack's, `# file: …` begins another file of it, and what is found
/// stands behind, as `#> level[lint] message; help` and `#fix> line` for each line that the fixes write.
///
/// Each with the number of its cases: a mark that is written in another way would make none of them, and all would be well.
const CASES: [(&str, &str, usize); 5] = [
    ("names", include_str!("wild/names.toml"), 21),
    ("types", include_str!("wild/types.toml"), 40),
    ("fields", include_str!("wild/fields.toml"), 25),
    ("places", include_str!("wild/places.toml"), 22),
    ("lists", include_str!("wild/lists.toml"), 17),
];

const CONFIG: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n";

/// What a watcher needs besides.
const HEAD: &str = "title = \"T\"\nseverity = \"high\"\nchannels = [\"security\"]\n";
const MESSAGE: &str = "message = '{{event_name}}: {{outcome}}'\n";

/// Of no value: none of the cases has tests, and where global services are is another matter unless a region is given.
const BESIDES: [&str; 4] = ["no-match-test", "no-negative-test", "global-event", "sign-in-region"];

struct Case<'a> {
    what: &'a str,
    region: Option<&'a str>,
    files: Vec<(String, String)>,
    expected: Vec<&'a str>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    text.split("# what: ").skip(1).map(case).collect()
}

fn case(text: &str) -> Case<'_> {
    let (what, rest) = text.split_once('\n').unwrap();
    let mut case = Case { what, region: None, files: Vec::new(), expected: Vec::new() };
    let mut name = "case".to_owned();
    let mut watcher = String::new();
    for line in rest.lines().chain(["# file: end"]) {
        if line.starts_with("#> ") || line.starts_with("#fix> ") {
            case.expected.push(line);
        } else if let Some(region) = line.strip_prefix("# region: ") {
            case.region = Some(region);
        } else if let Some(next) = line.strip_prefix("# file: ") {
            if !watcher.trim().is_empty() {
                case.files.push((format!("watchers/{name}.toml"), whole(&watcher)));
            }
            (name, watcher) = (next.to_owned(), String::new());
        } else {
            watcher.push_str(line);
            watcher.push('\n');
        }
    }
    case
}

fn whole(watcher: &str) -> String {
    let has_message = watcher.lines().any(|line| line.starts_with("message"));
    format!("{HEAD}{}{}", if has_message { "" } else { MESSAGE }, watcher.trim_start())
}

/// What is found in a case and what the fixes write, in the form in which the case says it.
fn found(case: &Case<'_>, folder: &str) -> Vec<String> {
    let root: PathBuf = env::temp_dir().join(format!("watchfile-wild-{}-{folder}", process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    let mut files = case.files.clone();
    files.push(("account-watcher.toml".to_owned(), CONFIG.to_owned()));
    let elsewhere = Elsewhere { unsaved: files.into_iter().collect(), ..Elsewhere::default() };
    let options = Options { today: date(2026, 1, 12), region: case.region.map(str::to_owned) };
    let (_, findings) = lint_with(&root, &options, &elsewhere);
    let is_told = |finding: &&Finding| {
        let name = finding.lint.name;
        !BESIDES.contains(&name) || name == "global-event" && case.region.is_some()
    };
    let mut lines: Vec<String> = findings.iter().filter(is_told).map(line).collect();
    let fixed = fixed::fix(&root, &options, &elsewhere, &|finding| is_told(&finding));
    for file in fixed.files {
        let changed = file.after.lines().filter(|line| !file.before.lines().any(|before| before == *line));
        lines.extend(changed.map(|line| format!("#fix> {line}")));
    }
    fs::remove_dir_all(root).unwrap();
    lines
}

fn line(finding: &Finding) -> String {
    let help = finding.help.as_deref().unwrap_or_default();
    format!("#> {}[{}] {}; {help}", finding.severity.as_str(), finding.lint.name, finding.message)
}

#[test]
fn each_kind_is_found_as_it_should_be() {
    let mut wrong = String::new();
    for (name, text, count) in CASES {
        let cases = cases(text);
        assert_eq!(cases.len(), count, "the cases of wild/{name}.toml");
        for case in cases {
            let found = found(&case, name);
            if found != case.expected {
                write!(wrong, "\n# what: {}\n{}\n", case.what, found.join("\n")).unwrap();
            }
        }
    }
    assert!(wrong.is_empty(), "these cases find something else:\n{wrong}");
}
