//! A project with overrides is the project whose watcher files were edited by hand, and one with the shipped watchers in
//! a folder of their own is the one into which they were copied.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use rules::Rules;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, value};
use watchfile::listing::{Entry, entries};
use watchfile::{Finding, Project, load};

/// Few enough for many runs: of two services, with and without groups and ignores, on and off.
const WATCHERS: [&str; 8] = [
    "batch-job-command-replaced",
    "iam-access-key-created",
    "iam-user-created",
    "kms-key-policy-changed",
    "root-api-call",
    "s3-bucket-deleted",
    "s3-bucket-policy-changed",
    "unauthorized-api-call",
];

const CHANNELS: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n\
    [channels.account-email]\nsns = { topic = \"env:ACCOUNT_TOPIC_ARN\" }\n\
    [channels.audit]\nslack = { webhook = \"ssm:/account-watcher/slack/audit\" }\n";

/// What one override says.
#[derive(Clone, Debug)]
struct Wish {
    selectors: Vec<&'static str>,
    enabled: Option<bool>,
    severity: Option<&'static str>,
    channels: Option<Vec<&'static str>>,
    group: Option<&'static str>,
    ignored: Option<&'static str>,
}

fn wish() -> impl Strategy<Value = Wish> {
    let selectors = prop::sample::subsequence(
        vec![
            "iam-*",
            "s3-bucket-deleted",
            "root-api-call",
            "tag:cis-*",
            "tag:mitre-T1098.001",
            "severity:high",
            "source:aws.s3",
            "source:aws.*",
            "*-changed",
            "*",
        ],
        1..4,
    );
    let severity = prop::sample::select(vec!["info", "low", "medium", "high", "critical"]);
    let channels = prop::sample::subsequence(vec!["security", "account-email", "audit"], 1..3);
    let group = prop::sample::select(vec!["actor", "account", "event_name"]);
    let ignored = prop::sample::select(vec!["111122223333", "444455556666"]);
    (
        selectors,
        prop::option::of(any::<bool>()),
        prop::option::of(severity),
        prop::option::of(channels),
        prop::option::of(group),
        prop::option::of(ignored),
    )
        .prop_map(|(selectors, enabled, severity, channels, group, ignored)| Wish {
            selectors,
            // An override that changes nothing is a fault.
            enabled: enabled.or(Some(true)),
            severity,
            channels,
            group,
            ignored,
        })
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A project with some of the shipped watchers.
fn project(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("overrides-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("watchers")).unwrap();
    for name in WATCHERS {
        let file = format!("watchers/{name}.toml");
        let text = fs::read_to_string(root().join(&file)).unwrap();
        // Their fixtures are not copied, so neither are the tests.
        let mut document: DocumentMut = text.parse().unwrap();
        document.remove("test");
        fs::write(folder.join(file), document.to_string()).unwrap();
    }
    fs::write(folder.join("account-watcher.toml"), CHANNELS).unwrap();
    folder
}

fn strings(texts: &[&str]) -> Item {
    value(texts.iter().copied().collect::<Array>())
}

fn ignore(account: &str) -> Table {
    let mut ignore = Table::new();
    ignore["reason"] = value(format!("account {account} is a sandbox"));
    let mut pattern = InlineTable::new();
    pattern.insert("account", [account].into_iter().collect::<Array>().into());
    ignore["pattern"] = value(pattern);
    ignore
}

/// What a wish says, as the keys of a watcher or of an override.
fn put(wish: &Wish, table: &mut Table) {
    if let Some(enabled) = wish.enabled {
        table["enabled"] = value(enabled);
    }
    if let Some(severity) = wish.severity {
        table["severity"] = value(severity);
    }
    if let Some(channels) = &wish.channels {
        table["channels"] = strings(channels);
    }
    if let Some(by) = wish.group {
        let mut group = Table::new();
        group["by"] = strings(&[by]);
        group["window"] = value("30m");
        table["group"] = Item::Table(group);
    }
    if let Some(account) = wish.ignored {
        let ignores = table.entry("ignore").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
        ignores.as_array_of_tables_mut().unwrap().push(ignore(account));
    }
}

/// The wishes as overrides.
fn overridden(folder: &Path, wishes: &[Wish]) -> (Project, Vec<Finding>) {
    overridden_in(folder, CHANNELS, wishes)
}

fn overridden_in(folder: &Path, config: &str, wishes: &[Wish]) -> (Project, Vec<Finding>) {
    let mut document: DocumentMut = config.parse().unwrap();
    let mut overrides = ArrayOfTables::new();
    for wish in wishes {
        let mut table = Table::new();
        table["watchers"] = strings(&wish.selectors);
        put(wish, &mut table);
        overrides.push(table);
    }
    document["override"] = Item::ArrayOfTables(overrides);
    fs::write(folder.join("account-watcher.toml"), document.to_string()).unwrap();
    load(folder)
}

/// The wishes as edits of the files, by what somebody who reads the selectors would edit.
fn edited(folder: &Path, wishes: &[Wish]) -> (Project, Vec<Finding>) {
    for name in WATCHERS {
        let file = folder.join(format!("watchers/{name}.toml"));
        let text = fs::read_to_string(&file).unwrap();
        let written: DocumentMut = text.parse().unwrap();
        let mut document = written.clone();
        for wish in
            wishes.iter().filter(|wish| wish.selectors.iter().any(|one| is_meant(one, name, &written)))
        {
            put(wish, document.as_table_mut());
        }
        fs::write(file, document.to_string()).unwrap();
    }
    load(folder)
}

fn is_meant(selector: &str, name: &str, written: &DocumentMut) -> bool {
    let texts = |item: &Item| -> Vec<String> {
        item.as_array().unwrap().iter().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
    };
    let tags = || written.get("tags").map(texts).unwrap_or_default();
    let source = || match written["pattern"].get("source").and_then(Item::as_array) {
        Some(_) => texts(&written["pattern"]["source"]),
        None => Vec::new(),
    };
    match selector {
        "*" => true,
        "iam-*" => name.starts_with("iam-"),
        "s3-*" => name.starts_with("s3-"),
        "*-changed" => name.ends_with("-changed"),
        "tag:cis-*" => tags().iter().any(|tag| tag.starts_with("cis-")),
        "tag:mitre-T1098.001" => tags().iter().any(|tag| tag == "mitre-T1098.001"),
        "severity:high" => written["severity"].as_str() == Some("high"),
        "source:aws.s3" => source().iter().any(|source| source == "aws.s3"),
        "source:aws.*" => source().iter().any(|source| source.starts_with("aws.")),
        _ => selector == name,
    }
}

fn without_origins(project: &Project) -> Vec<Entry> {
    let entries = entries(project).into_iter();
    entries
        .map(|entry| Entry { overridden: Vec::new(), file: String::new(), shipped: false, ..entry })
        .collect()
}

/// How many of the watchers are the project's own.
const OWN: usize = 3;

/// An ignore of the project's own, before the shared ones of the shipped watchers.
const OWN_IGNORE: &str = "[[ignore]]\nreason = \"a sandbox\"\npattern.account = [\"777788889999\"]\n";

/// The `[[ignore]]`s that the shipped watchers share.
fn shared_ignores() -> String {
    let text = fs::read_to_string(root().join("account-watcher.toml")).unwrap();
    let at = text.find("[[ignore]]").unwrap();
    text[at..].to_owned()
}

/// The project with most of its watchers in a folder of Account Watcher below it, one of them in the place of a shipped one.
fn in_two_folders(
    name: &str,
    on: Option<&[&'static str]>,
    ignores: bool,
    wishes: &[Wish],
) -> (Project, Vec<Finding>) {
    let folder = project(name);
    let shipped = folder.join("account-watcher");
    fs::create_dir_all(shipped.join("watchers")).unwrap();
    for name in &WATCHERS[OWN..] {
        let file = format!("watchers/{name}.toml");
        fs::rename(folder.join(&file), shipped.join(&file)).unwrap();
    }
    let replaced = format!("watchers/{}.toml", WATCHERS[0]);
    fs::write(shipped.join(replaced), "title = \"another one\"\n").unwrap();
    fs::copy(root().join("account-watcher.toml"), shipped.join("account-watcher.toml")).unwrap();
    fs::copy(root().join("template.yaml"), shipped.join("template.yaml")).unwrap();
    let mut config: DocumentMut = format!("{CHANNELS}{OWN_IGNORE}").parse().unwrap();
    let mut table = Table::new();
    table["path"] = value("./account-watcher/");
    table["replaced"] = strings(&WATCHERS[..1]);
    if let Some(on) = on {
        table["on"] = strings(on);
    }
    if !ignores {
        table["ignores"] = value(false);
    }
    config["shipped"] = Item::Table(table);
    overridden_in(&folder, &config.to_string(), wishes)
}

/// The same with all files copied into one folder and edited.
fn in_one_folder(
    name: &str,
    on: Option<&[&'static str]>,
    ignores: bool,
    wishes: &[Wish],
) -> (Project, Vec<Finding>) {
    let folder = project(name);
    let shared = if ignores { shared_ignores() } else { String::new() };
    fs::write(folder.join("account-watcher.toml"), format!("{CHANNELS}{OWN_IGNORE}{shared}")).unwrap();
    let written: Vec<String> = WATCHERS
        .iter()
        .map(|name| fs::read_to_string(folder.join(format!("watchers/{name}.toml"))).unwrap())
        .collect();
    let edited = edited(&folder, wishes);
    let Some(on) = on else { return edited };
    for (at, name) in WATCHERS.iter().enumerate().skip(OWN) {
        let document: DocumentMut = written[at].parse().unwrap();
        let meant = |selectors: &[&'static str]| selectors.iter().any(|one| is_meant(one, name, &document));
        // What an override says counts more.
        if wishes.iter().any(|wish| wish.enabled.is_some() && meant(&wish.selectors)) {
            continue;
        }
        let file = folder.join(format!("watchers/{name}.toml"));
        let mut now: DocumentMut = fs::read_to_string(&file).unwrap().parse().unwrap();
        now["enabled"] = value(meant(on));
        fs::write(file, now.to_string()).unwrap();
    }
    load(&folder)
}

/// That both are deployed as the same rules and the same function, and are listed alike.
fn same(one: &Project, other: &Project) -> Result<(), TestCaseError> {
    let embedded = |project: &Project| String::from_utf8(project.watchers().to_embedded()).unwrap();
    prop_assert_eq!(embedded(one), embedded(other));
    let rules = |project: &Project| Rules::generate(&project.watchers()).map(|rules| rules.fragment());
    prop_assert_eq!(rules(one).unwrap(), rules(other).unwrap());
    prop_assert_eq!(without_origins(one), without_origins(other));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shipped_watchers_in_a_folder_of_their_own_are_copied_files(
        on in prop::option::of(prop::sample::subsequence(
            vec!["s3-*", "root-api-call", "tag:cis-*", "severity:high", "*"], 0..4)),
        ignores in any::<bool>(),
        wishes in prop::collection::vec(wish(), 0..4),
    ) {
        let (apart, findings) = in_two_folders("apart", on.as_deref(), ignores, &wishes);
        prop_assert!(findings.is_empty(), "{findings:#?}");
        let (together, findings) = in_one_folder("together", on.as_deref(), ignores, &wishes);
        prop_assert!(findings.is_empty(), "{findings:#?}");
        same(&apart, &together)?;
    }

    #[test]
    fn overrides_are_edits(wishes in prop::collection::vec(wish(), 1..5)) {
        let (by_override, findings) = overridden(&project("config"), &wishes);
        prop_assert!(findings.is_empty(), "{findings:#?}");
        let (by_hand, findings) = edited(&project("hand"), &wishes);
        prop_assert!(findings.is_empty(), "{findings:#?}");

        same(&by_override, &by_hand)?;
    }
}
