//! `watcher init`: a repository that holds only its user's watchers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use tempfile::TempDir;

use crate::support::{git, run, watcher, write};

/// Account Watcher as `init` fetches it: this one's configuration and settings, with one watcher.
fn engine(folder: &Path) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let engine = folder.join("engine");
    for name in [
        "account-watcher.toml",
        "renames.toml",
        "samconfig.toml",
        "template.yaml",
        "watchers/s3-bucket-deleted.toml",
        "tests/events/s3-bucket-deleted.json",
        "tests/events/s3-bucket-policy-deleted.json",
    ] {
        write(&engine.join(name), fs::read(root.join(name)).unwrap());
    }
    git(&engine, &["init", "--quiet", "--initial-branch", "main"]);
    git(&engine, &["add", "."]);
    git(&engine, &["commit", "--quiet", "--message", "First"]);
    git(&engine, &["tag", "v0.1.0"]);
    engine
}

/// Not below the target folder: that is in a git repository.
fn made() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().canonicalize().unwrap();
    engine(&root);
    (folder, root)
}

fn init(folder: &Path, arguments: &[&str]) -> (String, String, Option<i32>) {
    let output: Output = run(watcher(folder, &[&["init", "--engine", "../engine"], arguments].concat()), "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (text(output.stdout), text(output.stderr), output.status.code())
}

/// All files of the folder, but for git's own.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with(".git") {
            } else if path.is_dir() {
                folders.push(path);
            } else {
                files.insert(path.strip_prefix(folder).unwrap().display().to_string());
            }
        }
    }
    files
}

const WRITTEN: [&str; 9] = [
    "account-watcher.toml",
    "watchers/s3-bucket-created.toml",
    "tests/events/s3-bucket-created.json",
    "samconfig.toml",
    ".github/workflows/watchers.yml",
    ".github/dependabot.yml",
    ".pre-commit-config.yaml",
    ".gitignore",
    "README.md",
];

fn wrote(prefix: &str, names: &[&str]) -> String {
    names.iter().map(|name| format!("wrote {prefix}{name}\n")).collect()
}

#[test]
fn a_new_folder_becomes_a_repository_that_lints_and_passes() {
    let (_folder, root) = made();
    let output = run(watcher(&root, &["init", "ours", "--engine", "engine"]), "");
    let commit = git(&root.join("engine"), &["rev-parse", "v0.1.0"]);
    let expected = format!(
        "{}added ours/account-watcher: v0.1.0 at {}\n1 watcher, no findings; 3 tests passed\n\nnext: cd ours && git add --all && \
         git commit --message \"Watch our AWS accounts\"\n      README.md says how to deploy\n",
        wrote("ours/", &WRITTEN),
        &commit[..12]
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    let errors = format!(
        "note: .gitmodules names the folder {}, which other machines do not have: tell it a URL with `git submodule set-url \
         account-watcher URL`\n",
        root.join("engine").display()
    );
    assert_eq!((String::from_utf8(output.stderr).unwrap(), output.status.code()), (errors, Some(0)));

    let ours = root.join("ours");
    let own: BTreeSet<String> =
        files(&ours).into_iter().filter(|file| !file.starts_with("account-watcher/")).collect();
    let expected: BTreeSet<String> = WRITTEN.into_iter().chain([".gitmodules"]).map(str::to_owned).collect();
    assert_eq!(own, expected);
    assert_eq!(fs::read_dir(&root).unwrap().count(), 2, "nothing is left beside it");
    // Whoever clones it gets the same, and the pin.
    git(&ours, &["add", "--all"]);
    git(&ours, &["commit", "--quiet", "--message", "Ours"]);
    git(&root, &["clone", "--quiet", "--recurse-submodules", "ours", "clone"]);
    assert_eq!(git(&root.join("clone/account-watcher"), &["rev-parse", "HEAD"]), commit);
    assert_eq!(files(&root.join("clone")), files(&ours));
    let list = run(watcher(&root.join("clone"), &["list", "--format", "json"]), "");
    let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
    let names: Vec<_> = list.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["s3-bucket-created", "s3-bucket-deleted"]);
    for command in [&["lint", "--deny-warnings"][..], &["test"], &["fmt", "--check"]] {
        let output = run(watcher(&root.join("clone"), command), "");
        assert_eq!(output.status.code(), Some(0), "{command:?}: {}", String::from_utf8_lossy(&output.stdout));
    }
}

#[test]
fn a_folder_that_is_there_keeps_what_is_in_it() {
    let (_folder, root) = made();
    for (name, is_repository) in [("plain", false), ("repository", true)] {
        let ours = root.join(name);
        write(&ours.join("README.md"), "# Ours\n");
        write(&ours.join(".gitignore"), "account-watcher\n");
        write(&ours.join("tests/other.txt"), "ours\n");
        if is_repository {
            git(&ours, &["init", "--quiet"]);
        }
        let (out, errors, code) = init(&ours, &[]);
        let wrote = wrote("", &WRITTEN[..7]);
        assert!(out.starts_with(&format!("{wrote}added account-watcher: v0.1.0 at ")), "{name}: {out}");
        assert!(out.contains("\nnext: git add --all"), "{name}: {out}");
        assert!(
            errors.starts_with(
                "note: .gitignore was there and is as it was: `/.aws-sam` belongs into it\n\
                 note: README.md was there and is as it was\n"
            ),
            "{name}: {errors}"
        );
        assert_eq!(code, Some(0), "{name}: {errors}");
        assert_eq!(fs::read_to_string(ours.join("README.md")).unwrap(), "# Ours\n");
        assert_eq!(fs::read_to_string(ours.join("tests/other.txt")).unwrap(), "ours\n");
        assert_eq!(git(&ours, &["submodule", "status"]).split_whitespace().nth(1), Some("account-watcher"));
        assert!(
            ours.join(".git/modules/account-watcher").is_dir() && ours.join("account-watcher/.git").is_file()
        );
        let again = init(&ours, &[]);
        let there = "error: account-watcher.toml is there already, and nothing was written: init is for a repository \
                     without it\n";
        assert_eq!(again, (String::new(), there.to_owned(), Some(2)));
    }
}

#[test]
fn a_version_is_a_tag_a_branch_or_a_commit() {
    let (_folder, root) = made();
    let engine = root.join("engine");
    let first = git(&engine, &["rev-parse", "main"]);
    git(&engine, &["commit", "--quiet", "--allow-empty", "--message", "Second"]);
    let second = git(&engine, &["rev-parse", "main"]);
    for (version, expected) in [("v0.1.0", &first), ("main", &second), (&first[..9], &first)] {
        let folder = root.join(format!("at-{version}"));
        let output = run(
            watcher(&root, &["init", folder.to_str().unwrap(), "--engine", "engine", "--version", version]),
            "",
        );
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(&git(&folder.join("account-watcher"), &["rev-parse", "HEAD"]), expected, "{version}");
    }
}

#[test]
fn what_cannot_be_made_is_explained_and_nothing_is_written() {
    let (_folder, root) = made();
    write(&root.join("file"), "");
    write(&root.join("taken/watchers/s3-bucket-created.toml"), "");
    write(&root.join("other/x"), "");
    git(&root.join("other"), &["init", "--quiet"]);
    git(&root.join("other"), &["add", "."]);
    git(&root.join("other"), &["commit", "--quiet", "--message", "Other"]);
    let before = files(&root);
    let cases: [(&[&str], &str); 8] = [
        (
            &["ours", "--engine", "engine", "--version", "v9"],
            "engine has no version v9, and nothing was written: its newest tags are v0.1.0",
        ),
        (
            &["ours", "--engine", "other", "--version", "v9"],
            "other has no version v9, and nothing was written: it has no tags: name a branch or a commit",
        ),
        (&["ours", "--engine", "nowhere"], "nowhere: cannot be cloned, and nothing was written"),
        (
            &["ours", "--engine", "other", "--version", "HEAD"],
            "other at HEAD is not Account Watcher: it lacks",
        ),
        (&["file", "--engine", "engine"], "file is not a folder"),
        (
            &["taken", "--engine", "engine"],
            "taken/watchers/s3-bucket-created.toml is there already, and nothing was written",
        ),
        (&["other/ours", "--engine", "engine"], "other/ours is in the git repository "),
        (
            &["--project", ".", "--engine", "engine"],
            "init takes the folder itself: `watcher init FOLDER`, without --project",
        ),
    ];
    for (arguments, expected) in cases {
        let output = run(watcher(&root, &[&["init"], arguments].concat()), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with(&format!("error: {expected}")), "{arguments:?}: {errors}");
        assert_eq!((output.stdout.len(), output.status.code()), (0, Some(2)), "{arguments:?}");
        assert_eq!(files(&root), before, "{arguments:?}");
    }
    let output = run(watcher(&root, &["init", "ours"]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    // Where a build says its repository there is a default, and it may be out of reach.
    let expected = match env!("CARGO_PKG_REPOSITORY") {
        "" => "error: this command was not built from a published repository: say with --engine",
        _ => "",
    };
    assert!(errors.starts_with(expected), "{errors}");
    assert_eq!(files(&root), before);
}

#[test]
fn a_version_with_findings_is_told() {
    let (_folder, root) = made();
    let engine = root.join("engine");
    write(&engine.join("watchers/broken.toml"), "title = 7\n");
    git(&engine, &["add", "."]);
    git(&engine, &["commit", "--quiet", "--message", "Broken"]);
    let output = run(watcher(&root, &["init", "ours", "--engine", "engine", "--version", "main"]), "");
    assert!(String::from_utf8(output.stdout).unwrap().contains("\n1 watcher, no findings; 3 tests passed\n"));
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("--> ours/account-watcher/watchers/broken.toml:1:9"), "{errors}");
    assert_eq!(output.status.code(), Some(1));
}

/// A fault in the middle takes away what was moved before it.
#[test]
fn a_folder_that_cannot_be_finished_is_as_it_was() {
    let (_folder, root) = made();
    let ours = root.join("ours");
    write(&ours.join("README.md"), "# Ours\n");
    // A file where a folder is needed: found only when the first files are where they belong.
    write(&ours.join(".github"), "");
    let before = files(&ours);
    let (out, errors, code) = init(&ours, &[]);
    assert_eq!((out.as_str(), code), ("", Some(2)), "{errors}");
    assert!(
        errors.starts_with("error: the repository cannot be made, and nothing was written: ./.github"),
        "{errors}"
    );
    assert_eq!(files(&ours), before);
    assert!(!ours.join(".git").exists() && !ours.join("watchers").exists());
}
