//! Checks the watchers, embeds them into the function, and writes their EventBridge rules for SAM.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{env, fs};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::{ChannelSecrets, Rules, forwarders};
use watchfile::{Finding, Level, Options, lint};

/// What `sam build` and `sam deploy` look for: the rules of the home stack and their ARNs, the forwarding stack, who may
/// forward, and which secrets the function's role may read.
const GENERATED: [&str; 6] = [
    "generated/events.json",
    "generated/rules.json",
    "generated/forward.json",
    "generated/forwarders.json",
    "generated/parameters.json",
    "generated/secrets.json",
];

/// What is read of a project.
const FILES: [&str; 5] =
    ["watchers", "account-watcher.toml", "renames.toml", "tests/events", "template.yaml"];

fn main() {
    // A test's fixture is part of what is checked, and so are the variables that the template sets.
    for path in FILES {
        println!("cargo::rerun-if-changed={path}");
    }
    // In a repository that holds this folder and names it in `[shipped]`, its watchers are built. It is found and not set,
    // because a setting that is forgotten would build the shipped watchers alone.
    let root = match watchfile::owner(Path::new(".")) {
        Ok(Some(owner)) => {
            for path in FILES {
                // cargo runs this again and again for a path that is not there.
                let path = owner.join(path);
                if path.exists() {
                    println!("cargo::rerun-if-changed={}", path.display());
                }
            }
            owner
        }
        Ok(None) => PathBuf::from("."),
        Err(error) => {
            println!("cargo::error={error}");
            return;
        }
    };
    // What makes a file unusable stops the build. What only the catalog of AWS's calls knows does not: AWS adds calls
    // every week, and an old catalog must not stop a deployment.
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let (project, findings) = lint(&root, &Options { today, region: None });
    for finding in &findings {
        match finding.severity {
            _ if finding.stops_build() => println!("cargo::error={finding}"),
            Level::Error | Level::Warning => println!("cargo::warning={finding}"),
            Level::Note => {}
        }
    }
    let watchers = project.watchers();
    let embedded = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("watchers.json");
    fs::write(&embedded, watchers.to_embedded()).expect("OUT_DIR is writable");

    // Only where `sam build` looks for it: neither a `cargo check` nor a test may make rules and binary differ.
    if !findings.iter().any(Finding::stops_build) && env::var("PROFILE").as_deref() == Ok("release") {
        let rules = Rules::generate(&watchers).expect("load reports what does not fit");
        let forward = Rules::forward(&watchers).expect("it leaves out some of what fits");
        let accounts = project.config.accounts.keys().map(String::as_str);
        let secrets = ChannelSecrets::new(&project.config);
        if secrets.widened {
            println!(
                "cargo::warning=the channels name more secrets than fit into a role's policies: the function's role may read every parameter and secret below account-watcher/"
            );
        }
        let texts = [
            rules.fragment(),
            rules.arns(),
            forward.template(),
            forwarders(accounts),
            secrets.parameters(),
            secrets.secrets(),
        ];
        for (path, text) in GENERATED.into_iter().zip(texts) {
            println!("cargo::rerun-if-changed={path}");
            write_if_different(Path::new(path), &text);
        }
    }
}

/// A file that did not change keeps its time, so that cargo does not build again. For the same reason a new one gets a
/// time before this run: cargo takes what is newer than the run for changed, and would link the function once more.
fn write_if_different(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|current| current == text) {
        return;
    }
    let before = SystemTime::now() - Duration::from_mins(1);
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .and_then(|()| fs::File::options().write(true).open(path)?.set_modified(before));
    if let Err(error) = written {
        println!("cargo::error=cannot write {}: {error}", path.display());
    }
}
