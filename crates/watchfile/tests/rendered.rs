//! No text of a shipped watcher says `(none)` where the event has the value. `examples/rendered.rs` shows the same of any
//! recorded events.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::fs;
use std::path::PathBuf;

use serde_json::json;
use watchfile::load;

#[path = "support/rendered.rs"]
mod rendered;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_fixtures_values_are_told() {
    let project = load(&root()).0;
    let mut texts = 0;
    for fixture in fs::read_dir(root().join("tests/events")).unwrap() {
        let path = fixture.unwrap().path();
        for told in rendered::told(&project, &fs::read_to_string(&path).unwrap()) {
            texts += 1;
            for absent in &told.absent {
                let text = format!("{}: {}: {}\n{}", path.display(), told.watcher, absent.name, told.text);
                assert!(absent.elsewhere.is_none(), "{text}");
            }
        }
    }
    assert!(texts > project.files.len() / 2, "{texts}");
}

#[test]
fn a_value_in_another_place_is_found() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("rendered");
    fs::create_dir_all(folder.join("watchers")).unwrap();
    fs::write(folder.join("account-watcher.toml"), "channels.c.slack.webhook = \"ssm:/account-watcher/c\"\n")
        .unwrap();
    fs::write(
        folder.join("watchers/x.toml"),
        "title = \"T\"\nseverity = \"low\"\nchannels = [\"c\"]\nmessage = \"{{vpc}} {{group}} {{actor}}\"\n\
         pattern = '{\"source\": [\"aws.ec2\"]}'\n[fields]\nvpc = \"$.detail.requestParameters.vpcId\"\n\
         group = \"$.detail.requestParameters.groupId\"\n",
    )
    .unwrap();
    let project = load(&folder).0;
    let detail = json!({"requestParameters": {"X": {"VpcId": "vpc-1"}}, "userIdentity": {}});
    let event = json!({"source": "aws.ec2", "detail-type": "t", "detail": detail}).to_string();
    let told = rendered::told(&project, &event);
    let found: Vec<(&str, Option<&str>)> =
        told[0].absent.iter().map(|absent| (absent.name.as_str(), absent.elsewhere.as_deref())).collect();
    let expected = [("vpc", Some("/detail/requestParameters/X/VpcId")), ("group", None), ("actor", None)];
    assert_eq!(found, expected);
}
