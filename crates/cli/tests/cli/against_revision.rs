//! `watcher backtest --against REVISION`: a project as git has it.

use std::fs;

use serde_json::{Value, json};

use crate::against::{CONFIG, against, made, project, report, sides, toml};
use crate::support::{git, run, watcher, write};

#[test]
fn a_revision_is_as_its_folder() {
    let folder = made("against-revision");
    let [before, after] = sides();
    // The project stands below the repository's root.
    let repository = folder.join("repository");
    let here = repository.join("alerts");
    project(&here, &before);
    git(&repository, &["init", "--quiet", "--initial-branch", "main"]);
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "Before"]);
    project(&here, &after);
    let logs = folder.join("logs");
    let logs = logs.to_str().unwrap();
    let expected = report(&folder.join("after"), &["../before", logs]);
    assert_eq!(report(&here, &["main", logs]), expected);
    assert_eq!(report(&here, &["HEAD", logs]), expected);
    // From elsewhere, by --project.
    let output = run(
        watcher(
            &folder,
            &["--project", "repository/alerts", "backtest", "--against", "main", "--format", "json", logs],
        ),
        "",
    );
    assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap(), expected);
    // What is not committed counts, and nothing is left of it when it is.
    git(&repository, &["add", "."]);
    git(&repository, &["commit", "--quiet", "--message", "After"]);
    assert_eq!(report(&here, &["HEAD", logs])["alerts"], json!([]));
    assert_eq!(report(&here, &["HEAD~1", logs]), expected);

    let wrong = |reference: &str| {
        let (out, errors, code) = against(&here, &[reference, logs]);
        assert_eq!((out.as_str(), code), ("", Some(2)), "{reference}");
        errors
    };
    let neither = "neither a folder with account-watcher.toml nor a revision of the git repository";
    for reference in ["no-such-branch", "../..", "--upload-pack=x", "main:alerts"] {
        let reference = format!("--against={reference}");
        let output = run(watcher(&here, &["backtest", &reference, logs]), "");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains(neither), "{reference}: {errors}");
        assert_eq!(output.status.code(), Some(2));
    }
    git(&repository, &["checkout", "--quiet", "--orphan", "empty"]);
    git(&repository, &["rm", "--quiet", "-r", "--cached", "."]);
    git(&repository, &["commit", "--quiet", "--allow-empty", "--message", "Nothing"]);
    assert!(wrong("empty").contains("that revision has no account-watcher.toml in alerts/"));
}

/// Of a repository that holds only its user's watchers each revision has the shipped ones that it pinned, whatever is checked
/// out.
#[test]
fn a_revision_has_the_shipped_watchers_of_its_time() {
    let folder = made("against-shipped");
    let engine = folder.join("engine");
    let [before, after] = sides();
    write(&engine.join("template.yaml"), "ACCOUNT_TOPIC_ARN: !Ref AccountTopic\n");
    project(&engine, &before);
    git(&engine, &["init", "--quiet", "--initial-branch", "main"]);
    git(&engine, &["add", "."]);
    git(&engine, &["commit", "--quiet", "--message", "First"]);
    project(&engine, &after);
    git(&engine, &["add", "--all", "."]);
    git(&engine, &["commit", "--quiet", "--message", "Second"]);
    // But for the own watcher, which has nothing to send.
    let shipped = |report: &Value| -> Vec<Value> {
        let watchers = report["watchers"].as_array().unwrap().iter();
        watchers.filter(|watcher| watcher["name"] != "own").cloned().collect()
    };
    let expected = shipped(&report(&folder.join("after"), &["../before", "../logs"]));
    assert!(expected.len() > 5);

    for (name, is_submodule) in [("submodule", true), ("copy", false)] {
        let ours = folder.join(name);
        write(&ours.join("account-watcher.toml"), format!("{CONFIG}\n[shipped]\npath = \"lib/engine\"\n"));
        write(&ours.join("watchers/own.toml"), toml("PutBucketWebsite", "low", "\"mail\"", ""));
        git(&ours, &["init", "--quiet", "--initial-branch", "main"]);
        let inside = ours.join("lib/engine");
        if is_submodule {
            git(&ours, &["submodule", "--quiet", "add", "../engine", "lib/engine"]);
            git(&inside, &["checkout", "--quiet", "HEAD^"]);
        } else {
            project(&inside, &before);
            write(&inside.join("template.yaml"), "ACCOUNT_TOPIC_ARN: !Ref AccountTopic\n");
        }
        git(&ours, &["add", "--all", "."]);
        git(&ours, &["commit", "--quiet", "--message", "Ours"]);
        if is_submodule {
            git(&inside, &["checkout", "--quiet", "main"]);
        } else {
            project(&inside, &after);
        }
        assert_eq!(shipped(&report(&ours, &["HEAD", "../logs"])), expected, "{name}");
    }

    let ours = folder.join("submodule");
    let pin = git(&ours, &["rev-parse", "HEAD:lib/engine"]);
    // It may have moved since.
    git(&ours, &["mv", "lib/engine", "lib/moved"]);
    let config = fs::read_to_string(ours.join("account-watcher.toml")).unwrap();
    write(&ours.join("account-watcher.toml"), config.replace("lib/engine", "lib/moved"));
    assert_eq!(shipped(&report(&ours, &["HEAD", "../logs"])), expected);
    git(&ours, &["mv", "lib/moved", "lib/engine"]);
    write(&ours.join("account-watcher.toml"), config);
    fs::remove_dir_all(ours.join("lib/engine")).unwrap();
    let error = || against(&ours, &["HEAD", "../logs"]).1;
    let not_fetched = format!(
        "error: --against HEAD: that revision has lib/engine at {}, which is not fetched: get it with `git submodule update --init \
         lib/engine && git -C lib/engine fetch origin {}`",
        &pin[..12],
        pin.trim()
    );
    assert!(error().contains(&not_fetched), "{}", error());
    fs::create_dir_all(ours.join("lib/engine")).unwrap();
    assert!(error().contains(&not_fetched), "{}", error());
    git(&ours, &["rm", "--quiet", "--cached", "lib/engine"]);
    git(&ours, &["commit", "--quiet", "--message", "Without"]);
    let gone = "error: --against HEAD: that revision has no lib/engine, which its `[shipped]` names";
    assert!(error().contains(gone), "{}", error());
}

#[test]
fn outside_of_a_repository_only_folders_can_be_named() {
    // Not below the target folder, which stands in this repository.
    let folder = tempfile::tempdir().unwrap();
    project(folder.path(), &sides()[0]);
    let output = run(watcher(folder.path(), &["backtest", "--against", "main", "."]), "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("--against main: . is not in a git repository"), "{errors}");
    assert_eq!(output.status.code(), Some(2));
}
