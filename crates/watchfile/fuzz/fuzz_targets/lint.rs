//! Any text as a watcher: it lints without a panic, and either it is a watcher or the findings say why not. Begin with
//! the shipped ones: `cargo +nightly fuzz run lint corpus/lint ../../../watchers`.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::{env, fs};

use jiff::civil::date;
use libfuzzer_sys::fuzz_target;
use watchfile::{Elsewhere, Options, lint_with};

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = env::temp_dir().join(format!("watchfile-fuzz-{}", std::process::id()));
    let config = "[channels]\nsecurity.slack.webhook = \"ssm:/account-watcher/security\"\naccount-email.sns.topic = \"env:TOPIC\"\n";
    fs::create_dir_all(root.join("watchers")).expect("the temporary folder is writable");
    fs::write(root.join("account-watcher.toml"), config).expect("the temporary folder is writable");
    root
});

fuzz_target!(|text: &str| {
    let unsaved = [("watchers/fuzzed.toml".to_owned(), text.to_owned())].into();
    let options = Options { today: date(2026, 1, 12), region: None };
    let (project, findings) = lint_with(&ROOT, &options, &Elsewhere { config: None, unsaved });
    assert!(project.files.len() == 1 || !findings.is_empty());
    for finding in &findings {
        assert!(finding.source.text.get(finding.span.clone()).is_some());
    }
});
