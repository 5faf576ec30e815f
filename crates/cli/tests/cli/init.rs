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
    names.iter().flat_map(|name| ["wrote ", prefix, name, "\n"]).collect()
}

#[test]
fn a_new_folder_becomes_a_repository_that_lints_and_passes() {
    let (_folder, root) = made();
    let output = run(watcher(&root, &["init", "ours", "--engine", "engine"]), "");
    let commit = git(&root.join("engine"), &["rev-parse", "v0.1.0"]);
    let expected = format!(
        "{}added ours/account-watcher: v0.1.0 at {}\n1 watcher, no findings; 3 tests passed\nnext: commit it, \
         and deploy it as ours/account-watcher/README.md says\n",
        wrote("ours/", &WRITTEN),
        &commit[..12]
    );
    assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    let errors = format!(
        "cloning engine\nnote: .gitmodules has {}, a folder on this machine: set a URL for others with `git submodule set-url \
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
        assert!(
            errors.starts_with(
                "cloning ../engine\nnote: .gitignore already exists and is left unchanged; add `/.aws-sam` to it\n\
                 note: README.md already exists and is left unchanged\n"
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
        let there = "error: account-watcher.toml already exists, and init overwrites nothing: move it away or choose another \
                     folder; nothing was written\n";
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
    // A link that leads nowhere is a file of the user's, too.
    fs::create_dir(root.join("linked")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", root.join("linked/.gitmodules")).unwrap();
    #[cfg(not(unix))]
    write(&root.join("linked/.gitmodules"), "");
    let before = files(&root);
    let cases: [(&[&str], &str); 9] = [
        (
            &["ours", "--engine", "engine", "--version", "v9"],
            "engine has no version `v9`: its newest tags are v0.1.0",
        ),
        (
            &["ours", "--engine", "engine", "--version", ""],
            "engine has no version ``: its newest tags are v0.1.0",
        ),
        (
            &["ours", "--engine", "other", "--version", "v9"],
            "other has no version `v9`: it has no tags, so name a branch or a commit",
        ),
        (
            &["ours", "--engine", "nowhere"],
            "nowhere cannot be cloned: fatal: repository 'nowhere' does not exist",
        ),
        (
            &["ours", "--engine", "other", "--version", "HEAD"],
            "other at `HEAD` is not Account Watcher: it has no account-watcher.toml",
        ),
        (&["file", "--engine", "engine"], "file is not a folder"),
        (
            &["taken", "--engine", "engine"],
            "taken/watchers/s3-bucket-created.toml already exists, and init overwrites nothing: move it away or choose another \
             folder",
        ),
        (&["linked", "--engine", "engine"], "linked/.gitmodules already exists, and init overwrites nothing"),
        (&["other/ours", "--engine", "engine"], "other/ours is inside the git repository "),
    ];
    for (arguments, expected) in cases {
        let output = run(watcher(&root, &[&["init"], arguments].concat()), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        let error = errors.lines().find(|line| !line.starts_with("cloning ")).unwrap_or_default();
        assert!(error.starts_with(&format!("error: {expected}")), "{arguments:?}: {errors}");
        assert!(error.ends_with("; nothing was written"), "{arguments:?}: {errors}");
        assert_eq!((output.stdout.len(), output.status.code()), (0, Some(2)), "{arguments:?}");
        assert_eq!(files(&root), before, "{arguments:?}");
    }
    let (_, errors, code) = init(&root, &["--project", "."]);
    let expected = "error: init takes the folder itself: `watcher init FOLDER`, without --project\n";
    assert_eq!((errors.as_str(), code), (expected, Some(2)));
    if env!("CARGO_PKG_REPOSITORY").is_empty() {
        let output = run(watcher(&root, &["init", "ours"]), "");
        let expected = "error: this command was not built from a published repository: name Account Watcher's with --engine, by \
                        its URL or the path of a clone\n";
        assert_eq!(String::from_utf8(output.stderr).unwrap(), expected);
    }
}

type Spoil<'a> = &'a dyn Fn(&Path);

/// The states of a repository in which the submodule would be mixed up with something: as it was before, to the byte.
#[test]
fn a_repository_that_cannot_get_the_submodule_is_as_it_was() {
    let (_folder, root) = made();
    let stale = "[submodule \"account-watcher\"]\n\tpath = lib/x\n\turl = ../x\n";
    let cases: [(&str, Spoil<'_>, &str); 6] = [
        (
            "left",
            &|ours| fs::create_dir_all(ours.join(".git/modules/account-watcher")).unwrap(),
            ".git/modules/account-watcher is left of an earlier submodule: delete it if you do not need it",
        ),
        (
            "named",
            &|ours| write(&ours.join(".gitmodules"), stale),
            "the repository has a submodule called account-watcher already",
        ),
        (
            "configured",
            &|ours| drop(git(ours, &["config", "submodule.account-watcher.url", "../x"])),
            "the repository has a submodule called account-watcher already",
        ),
        (
            "tracked",
            &|ours| {
                write(&ours.join("account-watcher/x"), "");
                git(ours, &["add", "."]);
                fs::remove_dir_all(ours.join("account-watcher")).unwrap();
            },
            "git tracks account-watcher already, though the folder is gone: commit its removal",
        ),
        (
            "locked",
            &|ours| write(&ours.join(".git/index.lock"), ""),
            "git cannot make the repository: fatal: ",
        ),
        (
            "foreign",
            &|ours| fs::write(ours.join(".git/config"), "[broken").unwrap(),
            "git cannot say whether . is in a repository: fatal: bad config",
        ),
    ];
    for (name, spoil, expected) in cases {
        let ours = root.join(name);
        write(&ours.join("README.md"), "# Ours\n");
        git(&ours, &["init", "--quiet"]);
        git(&ours, &["add", "."]);
        git(&ours, &["commit", "--quiet", "--message", "Ours"]);
        spoil(&ours);
        let state = || {
            let of_git =
                ["index", "config", "index.lock"].map(|file| fs::read(ours.join(".git").join(file)).ok());
            (
                files(&ours),
                of_git,
                fs::read(ours.join(".gitmodules")).ok(),
                ours.join(".git/modules/account-watcher").exists(),
            )
        };
        let before = state();
        let (out, errors, code) = init(&ours, &[]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{name}: {errors}");
        let error = errors.lines().find(|line| !line.starts_with("cloning ")).unwrap_or_default();
        assert!(error.starts_with(&format!("error: {expected}")), "{name}: {errors}");
        assert!(error.ends_with("; nothing was written"), "{name}: {errors}");
        assert_eq!(state(), before, "{name}");
    }
}

/// A hook's environment names the hook's repository.
#[test]
fn another_repository_is_not_touched_whatever_the_environment_says() {
    let (_folder, root) = made();
    let other = root.join("other");
    write(&other.join("x"), "");
    git(&other, &["init", "--quiet"]);
    git(&other, &["add", "."]);
    git(&other, &["commit", "--quiet", "--message", "Other"]);
    let state =
        || (git(&other, &["status", "--porcelain"]), git(&other, &["rev-parse", "HEAD"]), files(&other));
    let before = state();
    let mut command = watcher(&root, &["init", "ours", "--engine", "engine"]);
    command.env("GIT_DIR", other.join(".git")).env("GIT_WORK_TREE", &other);
    command.env("GIT_INDEX_FILE", other.join(".git/index")).env("GIT_PREFIX", "x/");
    let output = run(command, "");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(state(), before);
    assert!(root.join("ours/.git/modules/account-watcher").is_dir());
}

/// Ctrl-C ends git and us; what was fetched until then is deleted.
#[cfg(unix)]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    let (_folder, root) = made();
    fs::create_dir(root.join("ours")).unwrap();
    // A server that never answers.
    let mut command = watcher(&root.join("ours"), &["init", "--engine", "ssh://git.example/account-watcher"]);
    let asked = root.join("asked");
    command.env("GIT_SSH_COMMAND", format!("touch '{}'; sleep 60; true", asked.display())).process_group(0);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while !asked.exists() {
        sleep(Duration::from_millis(20));
    }
    assert_eq!(fs::read_dir(root.join("ours")).unwrap().count(), 1);
    let group = format!("-{}", child.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
    let output = child.wait_with_output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.ends_with("error: interrupted; nothing was written\n"), "{errors}");
    assert_eq!(output.status.code(), Some(130));
    assert_eq!(fs::read_dir(root.join("ours")).unwrap().count(), 0);
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
        errors.starts_with("cloning ../engine\nerror: the repository cannot be made: ./.github"),
        "{errors}"
    );
    assert_eq!(files(&ours), before);
    assert!(!ours.join(".git").exists() && !ours.join("watchers").exists());
}
