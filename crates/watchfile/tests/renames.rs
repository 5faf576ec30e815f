//! No watcher disappears without a line in `renames.toml`: people name it in overrides, and an override of a name that is
//! gone stops their build.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use watchfile::{Project, load};

fn project() -> Project {
    load(&PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")).0
}

fn names(project: &Project) -> impl Iterator<Item = &str> {
    project.files.iter().map(|file| file.watcher.name.as_str())
}

/// All names that ever shipped. A line is added with a watcher, and never taken away.
const EVER: &str = include_str!("shipped-names.txt");

#[test]
fn every_name_that_ever_shipped_is_a_watcher_or_renamed() {
    let project = project();
    let former: BTreeSet<&str> = project.renames.names().collect();
    let ever: BTreeSet<&str> = EVER.lines().collect();
    for name in &ever {
        let is_known = project.watcher(name).is_some() || former.contains(name);
        assert!(is_known, "`{name}` is gone: say in renames.toml what became of it");
    }
    for name in names(&project).chain(former) {
        assert!(ever.contains(name), "add `{name}` to crates/watchfile/tests/shipped-names.txt");
    }
}

#[test]
fn renames_lead_to_watchers() {
    let project = project();
    let names: Vec<&str> = names(&project).collect();
    assert_eq!(project.renames.faults(&names), Vec::<String>::new());
}

const WATCHER: &str = "title = \"S3 bucket deleted\"\nseverity = \"high\"\nchannels = [\"security\"]\nmessage = \"it is gone\"\n\n\
     [pattern]\nsource = [\"aws.s3\"]\ndetail-type = [\"AWS API Call via CloudTrail\"]\ndetail.eventName = [\"DeleteBucket\"]\n";

/// A project with one watcher `new`, and this override.
fn overriding(name: &str, selector: &str) -> (PathBuf, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("renames-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(folder.join("watchers")).unwrap();
    fs::write(folder.join("watchers/new.toml"), WATCHER).unwrap();
    fs::write(
        folder.join("renames.toml"),
        "old = { to = \"older\", version = \"0.2.0\" }\nolder = { to = \"new\", version = \"0.3.0\" }\n\
         gone = { removed = \"`new` sees these calls too\", version = \"0.3.0\" }\n",
    )
    .unwrap();
    let config = format!(
        "[channels.security]\nslack = {{ webhook = \"ssm:/account-watcher/slack/security\" }}\n\n\
         # Ours.\n[[override]]\nwatchers = [ {selector} ] # here\nseverity = \"low\"\n"
    );
    fs::write(folder.join("account-watcher.toml"), &config).unwrap();
    (folder, config)
}

#[test]
fn an_override_of_a_former_name_says_what_became_of_it() {
    let cases = [
        ("\"old\"", "the watcher `old` was renamed to `new` in 0.3.0 [unused-override]; write `new`", true),
        ("'older'", "the watcher `older` was renamed to `new` in 0.3.0 [unused-override]; write `new`", true),
        (
            "\"gone\"",
            "the watcher `gone` was removed in 0.3.0 [unused-override]; `new` sees these calls too",
            false,
        ),
        (
            "\"gon*\"",
            "`gon*` selects no watcher: the watcher `gone` was removed in 0.3.0 [unused-override]; `new` sees these calls too",
            false,
        ),
        (
            "\"ol*\"",
            "`ol*` selects no watcher: the watcher `old` was renamed to `new` in 0.3.0 [unused-override]; write `new`",
            false,
        ),
    ];
    for (index, (selector, expected, is_fixed)) in cases.into_iter().enumerate() {
        let (folder, config) = overriding(&index.to_string(), selector);
        let findings = load(&folder).1;
        let [finding] = &findings[..] else { panic!("{findings:?}") };
        assert_eq!(finding.to_string(), format!("account-watcher.toml:6:14: {expected}"));
        assert!(finding.stops_build());
        assert_eq!(finding.fix.is_some(), is_fixed, "{selector}");
        if let Some(fix) = &finding.fix {
            let fixed = watchfile::fix::apply(&config, &fix.edits).unwrap();
            let old = selector.trim_matches(['"', '\'']);
            assert_eq!(fixed, config.replace(selector, &selector.replace(old, "new")));
            fs::write(folder.join("account-watcher.toml"), fixed).unwrap();
            assert_eq!(load(&folder).1, []);
        }
    }
}

#[test]
fn faults_of_the_file_stop_the_build() {
    let (folder, config) = overriding("broken", "\"new\"");
    assert_eq!(load(&folder).1, [], "{config}");
    fs::write(
        folder.join("renames.toml"),
        "a = { to = \"b\", version = \"1\" }\nb = { to = \"a\", version = \"1\" }\n",
    )
    .unwrap();
    let findings = load(&folder).1;
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings.iter().all(|finding| finding.source.path == "renames.toml" && finding.stops_build()));
}
