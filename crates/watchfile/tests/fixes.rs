//! 1,000 shipped watchers, each broken in a way that has one right answer, with comments wherever there can be some: the
//! fix takes the finding away, keeps the comments, and has nothing to do a second time.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::{env, process, thread};

use jiff::civil::date;
use toml_parser::lexer::TokenKind;
use watchfile::fixed::{self, Fixed};
use watchfile::{Elsewhere, Finding, Options};

const MUTANTS: usize = 1_000;

/// So many of a thousand may have no one answer: a slip of two names, or one that looks like a call of its own.
const UNDECIDED: usize = 100;

type Break = fn(&str, &mut Seed) -> Option<String>;

/// The ways to break a watcher, with the lint that finds it.
const BREAKS: [(&str, &str, Break); 19] = [
    ("a letter of an event's name", "unknown-event-name", |text, seed| {
        slip_in(text, "detail.eventName = [", "\"", seed)
    }),
    ("the version of an event's name", "unknown-event-name", |text, seed| {
        let ends = text.match_indices("20150331\"").map(|(at, _)| at).collect::<Vec<_>>();
        let at = *seed.of(&ends)?;
        Some(format!("{}{}", &text[..at], &text[at + 8..]))
    }),
    ("a letter of the source", "unknown-event-source", |text, seed| {
        slip_in(text, "source = [\"aws.", "\"", seed)
    }),
    ("another source", "source-mismatch", |text, _| {
        let at = text.find("\nsource = [\"aws.")? + 12;
        let end = at + text[at..].find('"')?;
        Some(format!("{}aws.sqs{}", &text[..at], &text[end..]))
    }),
    ("another eventSource", "source-mismatch", |text, _| {
        let at = text.find("detail.eventSource = [\"")? + 23;
        let end = at + text[at..].find('.')?;
        Some(format!("{}sqs{}", &text[..at], &text[end..]))
    }),
    ("another detail-type", "wrong-detail-type", |text, _| {
        let api = "\"AWS API Call via CloudTrail\"";
        text.contains(api).then(|| text.replacen(api, "\"AWS Console Sign In via CloudTrail\"", 1))
    }),
    ("a letter of the detail-type", "wrong-detail-type", |text, _| {
        text.contains("Call via Cloud").then(|| text.replacen("Call via Cloud", "Cal via Cloud", 1))
    }),
    ("a large letter of a parameter", "wrong-case-parameter", |text, seed| {
        let at = seed.place(text, "\"$.detail.requestParameters.")?;
        Some(format!("{}{}{}", &text[..at], text[at..=at].to_uppercase(), &text[at + 1..]))
    }),
    ("a letter of a parameter", "unknown-parameter", |text, seed| {
        slip_in(text, "\"$.detail.requestParameters.", "\"", seed)
    }),
    ("a letter of a channel", "unknown-channel", |text, seed| slip_in(text, "channels = [\"", "\"", seed)),
    ("a letter of the severity", "invalid-value", |text, seed| slip_in(text, "severity = \"", "\"", seed)),
    ("a text in the place of a list", "invalid-value", |text, _| {
        let at = text.find("channels = [\"")? + 11;
        let end = at + text[at..].find(']')?;
        let one = text[at..end].strip_prefix('[').filter(|list| !list.contains(','))?;
        Some(format!("{}{one}{}", &text[..at], &text[end + 1..]))
    }),
    ("a letter of a key", "unknown-key", |text, seed| {
        let key = seed.of(&["message", "references", "attempt", "enabled", "pattern"])?;
        let at = text.find(&format!("\n{key} ="))? + 1;
        Some(format!("{}{}{}", &text[..at], slip(key, seed), &text[at + key.len()..]))
    }),
    ("a letter of a variable", "unknown-variable", |text, seed| slip_in(text, "{{", "}}", seed)),
    ("a letter of the record's field", "unknown-event-field", |text, _| {
        text.contains("\ndetail.eventName").then(|| text.replacen("detail.eventName", "detail.eventname", 1))
    }),
    ("a path without `detail`", "unknown-event-field", |text, _| {
        let path = "\"$.detail.requestParameters.";
        text.contains(path).then(|| text.replacen(path, "\"$.requestParameters.", 1))
    }),
    ("a letter of a fixture's name", "missing-test-event", |text, seed| {
        slip_in(text, "event = \"", "\"", seed)
    }),
    ("a key below a header", "misplaced-key", |text, _| {
        let at = text.find("\nchannels = ")? + 1;
        let end = at + text[at..].find('\n')? + 1;
        let below = text.find("\n[pattern]")?;
        let below = below + 1 + text[below + 1..].find('\n')? + 1;
        (end < below)
            .then(|| format!("{}{}{}{}", &text[..at], &text[end..below], &text[at..end], &text[below..]))
    }),
    ("a field that nothing uses", "unused-field", |text, _| {
        let at = text.find("\n[fields]")?;
        let at = at + 1 + text[at + 1..].find('\n')? + 1;
        Some(format!("{}spare = \"$.detail.eventID\" # why not\n{}", &text[..at], &text[at..]))
    }),
];

/// Two letters of a name changed round, or one left out.
fn slip(name: &str, seed: &mut Seed) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + seed.below(letters.len().saturating_sub(2).max(1));
    if seed.below(2) == 0 && at + 1 < letters.len() && letters[at] != letters[at + 1] {
        letters.swap(at, at + 1);
    } else if at < letters.len() {
        letters.remove(at);
    }
    letters.into_iter().collect()
}

/// A slip of one of the names behind `mark`, up to `end`.
fn slip_in(text: &str, mark: &str, end: &str, seed: &mut Seed) -> Option<String> {
    let start = seed.place(text, mark)?;
    // The first of a list stands behind a quote.
    let start = start + usize::from(end == "\"" && text[start..].starts_with('"'));
    let length = text[start..].find(end)?;
    let name = &text[start..start + length];
    let is_name = name.len() > 4 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    is_name.then(|| format!("{}{}{}", &text[..start], slip(name, seed), &text[start + length..]))
}

/// Marsaglia's xorshift: the same thousand every time.
struct Seed(u64);

impl Seed {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).unwrap()
    }

    fn of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        if list.is_empty() { None } else { list.get(self.below(list.len())) }
    }

    /// Behind one of the places where the mark stands.
    fn place(&mut self, text: &str, mark: &str) -> Option<usize> {
        let ends: Vec<usize> = text.match_indices(mark).map(|(at, _)| at + mark.len()).collect();
        self.of(&ends).copied()
    }
}

/// The comments of a file, sorted: one may get a line of its own.
fn comments(text: &str) -> Vec<&str> {
    let tokens = toml_parser::Source::new(text).lex().filter(|token| token.kind() == TokenKind::Comment);
    let mut comments: Vec<&str> =
        tokens.map(|token| text[token.span().start()..token.span().end()].trim_end()).collect();
    comments.sort_unstable();
    comments
}

/// The text with comments above and behind some of its lines.
fn commented(text: &str, seed: &mut Seed) -> String {
    let mut depth = 0_usize;
    let mut inserts = Vec::new();
    for token in toml_parser::Source::new(text).lex() {
        match token.kind() {
            TokenKind::LeftSquareBracket => depth += 1,
            TokenKind::RightSquareBracket => depth -= 1,
            TokenKind::Newline => {
                let line = &text[..token.span().start()];
                let line = &line[line.rfind('\n').map_or(0, |at| at + 1)..];
                match seed.below(3) {
                    0 if !line.contains('#') => inserts.push((token.span().start(), " # behind")),
                    1 => inserts
                        .push((token.span().end(), if depth == 0 { "# above\n" } else { "  # within\n" })),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    let mut commented = text.to_owned();
    for (index, (at, comment)) in inserts.into_iter().enumerate().rev() {
        let comment = comment.replace("# ", &format!("# {index} "));
        commented.insert_str(at, &comment);
    }
    commented
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A project with the settings and the fixtures that a watcher needs.
fn project(folder: &Path, name: &str, text: &str) -> PathBuf {
    let project = folder.join(name);
    fs::create_dir_all(project.join("watchers")).unwrap();
    fs::create_dir_all(project.join("tests/events")).unwrap();
    let config = fs::read_to_string(root().join("account-watcher.toml")).unwrap();
    // The channels: the ignores that all watchers share take most of the time, and overrides are for other watchers.
    let channels = config.split("\n[[").next().unwrap();
    fs::write(project.join("account-watcher.toml"), channels).unwrap();
    for (at, mark) in text.match_indices("event = \"") {
        let event = text[at + mark.len()..].split('"').next().unwrap();
        let from = root().join("tests/events").join(event);
        if from.is_file() {
            fs::copy(from, project.join("tests/events").join(event)).unwrap();
        }
    }
    project
}

fn options() -> Options {
    Options { today: date(2026, 1, 12), region: None }
}

fn unsaved(path: &str, text: &str) -> Elsewhere {
    Elsewhere { unsaved: [(path.to_owned(), text.to_owned())].into(), ..Elsewhere::default() }
}

/// Whether the mutant was repaired; a mutant that has no one answer must stay as it is.
fn is_repaired(project: &Path, path: &str, lint: &str, sound: &str, broken: &str, what: &str) -> bool {
    let fix = |text: &str| {
        fixed::fix(project, &options(), &unsaved(path, text), &|finding| finding.lint.name == lint)
    };
    let Fixed { files, refused, findings, .. } = fix(broken);
    let left: Vec<&Finding> = findings.iter().filter(|finding| finding.lint.name == lint).collect();
    let Some(file) = files.first() else {
        // A slip can make another name that exists; then nothing is found.
        let undecided = left.iter().all(|finding| finding.fix.is_none()) || !refused.is_empty();
        assert!(undecided, "{what}: a fix is not made: {left:#?}");
        return false;
    };
    let after = &file.after;
    // So a second run has nothing to do: it begins with these findings.
    assert!(left.iter().all(|finding| finding.fix.is_none()), "{what}: {left:#?}\n{after}");
    assert_eq!(comments(broken), comments(after), "{what}");
    let moves = ["misplaced-key", "unused-field", "invalid-value"].contains(&lint);
    assert!(moves || after == sound, "{what}: not what it was:\n{after}");
    left.is_empty()
}

#[test]
fn a_thousand_mutants_are_repaired() {
    let folder = env::temp_dir().join(format!("watchfile-fixes-{}", process::id()));
    let mut names: Vec<String> = fs::read_dir(root().join("watchers"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let texts: Vec<(String, String)> = names
        .iter()
        .map(|name| (name.clone(), fs::read_to_string(root().join("watchers").join(name)).unwrap()))
        .collect();
    let mut seed = Seed(0x5eed);
    let mut mutants = Vec::new();
    while mutants.len() < MUTANTS {
        let (name, text) = seed.of(&texts).unwrap();
        // In the order of the table, so that each way has its share.
        let (way, lint, mutate) = BREAKS[mutants.len() % BREAKS.len()];
        let sound = commented(text, &mut seed);
        let broken = mutate(&sound, &mut seed).filter(|broken| *broken != sound);
        mutants.extend(broken.map(|broken| (name, text, way, lint, sound, broken)));
    }
    let repaired = |mutants: &[(&String, &String, &'static str, &'static str, String, String)]| {
        let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
        for (name, text, way, lint, sound, broken) in mutants {
            let project = project(&folder, name, text);
            let what = format!("{way} of {name}");
            let is_repaired = is_repaired(&project, &format!("watchers/{name}"), lint, sound, broken, &what);
            let (all, good) = counts.entry(way).or_default();
            *all += 1;
            *good += usize::from(is_repaired);
        }
        counts
    };
    let threads = thread::available_parallelism().unwrap().get();
    // By watcher, so that no two threads write the same folder.
    mutants.sort_by_key(|mutant| mutant.0);
    let repaired = &repaired;
    let chunks: Vec<_> = mutants.chunk_by(|one, next| one.0 == next.0).collect();
    let counts = thread::scope(|scope| {
        let running: Vec<_> = (0..threads)
            .map(|thread| {
                let own: Vec<_> = chunks.iter().skip(thread).step_by(threads).copied().collect();
                scope.spawn(move || own.into_iter().map(repaired).collect::<Vec<_>>())
            })
            .collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    let mut all: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (way, (mutants, good)) in counts.into_iter().flatten() {
        let counted = all.entry(way).or_default();
        *counted = (counted.0 + mutants, counted.1 + good);
    }
    fs::remove_dir_all(&folder).unwrap();
    let undecided: usize = all.values().map(|(mutants, good)| mutants - good).sum();
    println!("{} of {MUTANTS} are repaired: {all:?}", MUTANTS - undecided);
    assert_eq!(all.len(), BREAKS.len());
    // Of Lambda's names with a version half have a second version, so that it is for people to say which is meant.
    assert!(all.values().all(|(mutants, good)| good * 4 > *mutants), "{all:#?}");
    assert!(undecided <= UNDECIDED, "{undecided} of {MUTANTS} are not repaired: {all:#?}");
}
