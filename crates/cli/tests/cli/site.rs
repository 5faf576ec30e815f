//! `watcher site`: what it writes, and what it never overwrites.

use std::fs;
use std::path::Path;

use crate::support::{path, run, scratch, watcher, write};

fn site(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let output = run(watcher(folder, args), "");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

/// All files below a folder with their texts.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            found.extend(
                files(&entry.path()).into_iter().map(|(file, text)| (format!("{name}/{file}"), text)),
            );
        } else {
            found.push((name, fs::read_to_string(entry.path()).unwrap()));
        }
    }
    found.sort_unstable();
    found
}

#[test]
fn a_site_is_written_and_replaced_as_a_whole() {
    let scratch = scratch("site");
    let shop = path("projects/shop");
    let project = shop.to_str().unwrap();
    let written = site(&scratch, &["--project", project, "site", "deep/public"]);
    assert_eq!(written.0, 0, "{}", written.2);
    assert!(
        written.1.starts_with("wrote a site of ") && written.1.ends_with("open deep/public/index.html\n"),
        "{}",
        written.1
    );
    let public = scratch.join("deep/public");
    let before = files(&public);
    let names: Vec<&str> = before.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.iter().filter(|name| !name.starts_with("watchers/")).count(), 5, "{names:?}");
    let watchers = fs::read_dir(shop.join("watchers")).unwrap().count();
    assert_eq!(names.len(), watchers + 5);
    // A page of a watcher that is gone goes too.
    fs::write(public.join("watchers/gone.html"), "").unwrap();
    assert_eq!(site(&scratch, &["--project", project, "site", "deep/public"]).0, 0);
    assert_eq!(files(&public), before, "the same project makes the same site");
    let left: Vec<_> =
        fs::read_dir(scratch.join("deep")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["public"], "nothing is left beside it");
    // An empty folder, and the current one.
    fs::create_dir(scratch.join("empty")).unwrap();
    assert_eq!(site(&scratch.join("empty"), &["--project", project, "site", "."]).0, 0);
    assert_eq!(files(&scratch.join("empty")), before);
}

#[test]
fn nothing_else_is_overwritten() {
    let scratch = scratch("site-refused");
    let shop = path("projects/shop");
    let project = shop.to_str().unwrap();
    write(&scratch.join("mine/index.html"), "<p>mine</p>");
    write(&scratch.join("hidden/.git/HEAD"), "ref");
    fs::create_dir_all(scratch.join("folders/empty")).unwrap();
    write(&scratch.join("file"), "text");
    assert_eq!(site(&scratch, &["--project", project, "site", "added"]).0, 0);
    write(&scratch.join("added/CNAME"), "example.com");
    let allowed = "name a new or empty folder, or one that `watcher site` wrote";
    for (folder, expected) in [
        ("mine", format!("mine has files and is not a site, so it is not replaced: {allowed}")),
        ("hidden", format!("hidden has files and is not a site, so it is not replaced: {allowed}")),
        ("folders", format!("folders has files and is not a site, so it is not replaced: {allowed}")),
        ("file", format!("file is not a folder: {allowed}")),
        (
            "added",
            "added has `CNAME`, which `watcher site` did not write and would lose: move it away, or name another folder"
                .to_owned(),
        ),
    ] {
        let before = scratch.join(folder).is_dir().then(|| files(&scratch.join(folder)));
        let refused = site(&scratch, &["--project", project, "site", folder]);
        assert_eq!(refused, (2, String::new(), format!("error: {expected}\n")), "{folder}");
        assert_eq!(scratch.join(folder).is_dir().then(|| files(&scratch.join(folder))), before, "{folder}");
    }
}

#[test]
fn faulty_files_are_told_and_left_out() {
    let scratch = scratch("site-broken");
    let broken = path("projects/broken");
    let (code, told, findings) = site(&scratch, &["--project", broken.to_str().unwrap(), "site", "public"]);
    assert_eq!((code, told.as_str()), (1, "wrote a site of 1 watcher: open public/index.html\n"));
    assert!(findings.contains("`hihg` is not a severity"), "{findings}");
    let names: Vec<String> =
        files(&scratch.join("public/watchers")).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["iam-role-deleted.html"]);
}
