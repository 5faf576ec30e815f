//! `watcher lsp`, driven over its standard input and output as an editor does.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::lsp_client::{Editor, uri};
use crate::support::{scratch, write};

const CONFIG: &str = "[channels.security]\nslack = { webhook = \"ssm:/account-watcher/slack/security\" }\n\
    [channels.email]\nsns = { topic = \"arn:aws:sns:eu-west-1:123456789012:alerts\" }\n[accounts]\n\"123456789012\" = \"production\"\n";

const WATCHER: &str = r#"title = "S3 bucket deleted"
severity = "high"
channels = ["security"]
message = 'Bucket "{{bucket}}" {{call}} by {{actor}}: {{outcome}}'

[pattern]
source = ["aws.s3"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["s3.amazonaws.com"]
detail.eventName = ["DeleteBucket"]

[fields]
bucket = "$.detail.requestParameters.bucketName"

[[test]]
name = "a user deletes a bucket"
event = "s3-bucket-deleted.json"

[[test]]
name = "another call"
event = "s3-bucket-deleted.json"
with.detail.eventName = "PutBucketAcl"
matches = false
"#;

/// A project with one watcher, without findings.
fn project(name: &str) -> PathBuf {
    let root = scratch(name);
    write(&root.join("account-watcher.toml"), CONFIG);
    write(&root.join("watchers/s3-bucket-deleted.toml"), WATCHER);
    let event = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/events/s3-bucket-deleted.json");
    write(&root.join("tests/events/s3-bucket-deleted.json"), fs::read(event).unwrap());
    root
}

/// The place of a text in another one, as lines and characters of UTF-16.
fn place(text: &str, of: &str) -> (usize, usize) {
    let at = text.find(of).unwrap();
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    (text[..at].matches('\n').count(), text[line..at].encode_utf16().count())
}

/// The change that writes `new` over `old`.
fn replaced(text: &str, old: &str, new: &str) -> Value {
    let (line, character) = place(text, old);
    assert!(!old.contains('\n'));
    let end = character + old.encode_utf16().count();
    json!([{ "range": { "start": { "line": line, "character": character }, "end": { "line": line, "character": end } }, "text": new }])
}

#[test]
fn findings_come_while_somebody_types() {
    let root = project("lsp-typing");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({}));
    editor.open(&file, WATCHER);
    assert_eq!(editor.findings(&file), Vec::<String>::new());

    editor.change(&file, &replaced(WATCHER, "DeleteBucket", "DeletBucket"));
    assert_eq!(editor.findings(&file), ["9:20-9:33 1 unknown-event-name"]);
    let misspelt = WATCHER.replacen("DeleteBucket", "DeletBucket", 1);
    // Two changes, the second in the text that the first has left.
    let back = replaced(&misspelt, "DeletBucket", "DeleteBucket")[0].clone();
    let worse = replaced(WATCHER, "[\"security\"]", "[\"security\", \"nobody\"]")[0].clone();
    editor.change(&file, &json!([back, worse]));
    assert_eq!(editor.findings(&file), ["2:24-2:32 1 unknown-channel"]);
    // No TOML: an open string.
    editor.change(&file, &json!([{ "text": WATCHER.replacen("severity = \"high\"", "severity = \"hi", 1) }]));
    assert_eq!(editor.findings(&file)[0].split(' ').nth(2), Some("invalid-toml"));
    editor.change(&file, &json!([{ "text": WATCHER }]));
    assert_eq!(editor.findings(&file), Vec::<String>::new());

    // A key for each of fifty letters: what is shown in the end is of the whole text.
    for count in 1..=50 {
        editor.change(&file, &json!([{ "text": format!("{WATCHER}# {}\nx", "x".repeat(count)) }]));
    }
    assert_eq!(editor.findings(&file)[0].split(' ').nth(2), Some("invalid-toml"));
    editor.change(&file, &json!([{ "text": "title = 1\n" }]));
    editor.close(&file);
    // What is on the disk has no findings.
    assert_eq!(editor.findings_of_closed(&file), Vec::<String>::new());
    editor.quit();
}

#[test]
fn characters_count_as_the_editor_counts() {
    let root = project("lsp-encodings");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let text = WATCHER.replace('\n', "\r\n").replace("S3 bucket deleted", "😀é {{titel}}");
    for (capabilities, encoding, expected) in [
        (json!({}), "utf-16", "0:15-0:20 1 unknown-variable"),
        (json!({ "general": { "positionEncodings": ["utf-16"] } }), "utf-16", "0:15-0:20 1 unknown-variable"),
        (
            json!({ "general": { "positionEncodings": ["utf-32", "utf-8"] } }),
            "utf-8",
            "0:18-0:23 1 unknown-variable",
        ),
    ] {
        let mut editor = Editor::silent();
        let answer = editor.ask("initialize", &json!({ "capabilities": capabilities }));
        assert_eq!(answer["result"]["capabilities"]["positionEncoding"], encoding);
        editor.tell("initialized", &json!({}));
        editor.open(&file, &text);
        assert_eq!(editor.findings(&file), [expected], "{encoding}");
        // The name behind the emoji, written over where it is.
        let start = if encoding == "utf-8" { 18 } else { 15 };
        let range = json!({ "start": { "line": 0, "character": start }, "end": { "line": 0, "character": start + 5 } });
        editor.change(&file, &json!([{ "range": range, "text": "bucket" }]));
        assert_eq!(editor.findings(&file), Vec::<String>::new(), "{encoding}");
        assert!(editor.hover(&file, 0, start + 2).contains("a field of this watcher"), "{encoding}");
        editor.quit();
    }
}

#[test]
fn a_name_says_what_it_is() {
    let root = project("lsp-hover");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({}));
    editor.open(&file, WATCHER);
    let cases = [
        (
            "DeleteBucket\"",
            "**DeleteBucket** of S3 (`s3.amazonaws.com`)\n\nIt changes something: every rule gets it.\n\nArrives as `AWS API Call via CloudTrail`.\n\nParameters: `AccountId`",
        ),
        ("aws.s3", "`aws.s3`: events of S3."),
        ("s3.amazonaws.com", "`s3.amazonaws.com`: S3, "),
        (
            "AWS API Call",
            "`AWS API Call via CloudTrail`: a record of CloudTrail.\n\nOf the file's events arrive as this: `DeleteBucket`.",
        ),
        (
            "bucketName",
            "`detail.requestParameters.bucketName`\n\nA parameter of `DeleteBucket`.\n\nIn the example: `\"demo\"`",
        ),
        (
            "requestParameters.",
            "`detail.requestParameters`\n\nAn object whose keys depend on the call, or null of CloudTrail's record",
        ),
        ("actor}}", "`actor`: The human behind the call"),
        (
            "bucket}}",
            "`bucket`: a field of this watcher, `$.detail.requestParameters.bucketName`\n\nIn the example: `demo`",
        ),
        ("outcome", "`outcome`: `succeeded`, or `failed: CODE`.\n\nIn the example: `succeeded`"),
        ("severity", "`severity`: How bad it is."),
        ("security\"", "`security`: `slack`"),
        ("detail.eventName", "`detail`"),
        (
            "eventName = [",
            "`detail.eventName`\n\nA text of CloudTrail's record.\n\nIn the example: `\"DeleteBucket\"`",
        ),
        ("fields]", "`fields`: Named values of the event, for the templates."),
        ("s3-bucket-deleted.json", "The file `tests/events/s3-bucket-deleted.json`."),
        ("matches", "`matches`: Whether the watcher matches."),
    ];
    for (name, expected) in cases {
        let (line, character) = place(WATCHER, name);
        let shown = editor.hover(&file, line, character + 1);
        assert!(shown.starts_with(expected), "{name}: {shown}");
    }
    assert_eq!(editor.at("textDocument/hover", &file, 4, 0), Value::Null, "an empty line");
    assert_eq!(editor.at("textDocument/hover", &file, 999, 9), Value::Null, "behind the end");
    // A pattern that is JSON, as the console shows it.
    let start = WATCHER.find("[pattern]").unwrap();
    let json = "pattern = '''\n{\"source\": [\"aws.s3\"], \"detail-type\": [\"AWS API Call via CloudTrail\"],\n\
                \"detail\": {\"eventName\": [\"DeleteBucket\"]}}'''\n\n";
    let text = [&WATCHER[..start], json, &WATCHER[WATCHER.find("[fields]").unwrap()..]].concat();
    editor.change(&file, &json!([{ "text": text }]));
    for (name, expected) in [
        ("DeleteBucket\"", "**DeleteBucket** of S3"),
        ("aws.s3", "`aws.s3`: events of S3."),
        ("eventName", "`detail.eventName`\n\nA text of CloudTrail's record."),
        ("bucketName", "`detail.requestParameters.bucketName`\n\nA parameter of `DeleteBucket`."),
    ] {
        let (line, character) = place(&text, name);
        let shown = editor.hover(&file, line, character + 1);
        assert!(shown.starts_with(expected), "{name}: {shown}");
    }
    // The value stays known while the text is broken.
    editor.change(&file, &json!([{ "text": WATCHER.replace("severity = \"high\"", "severity = ") }]));
    let (line, character) = place(WATCHER, "actor}}");
    assert!(editor.hover(&file, line, character).ends_with("In the example: `alice`"));
    editor.quit();
}

#[test]
fn what_fits_is_offered() {
    let root = project("lsp-completion");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({}));
    editor.open(&file, WATCHER);
    // A text in the place of another, with `|` as the cursor, and what is offered there: all of it, or the first of it.
    let all: [(&str, &str, &[&str]); 9] = [
        ("\"security\"", "\"|\"", &["email", "security"]),
        ("\"security\"", "|", &["\"email\"", "\"security\""]),
        ("\"high\"", "\"|\"", &["info", "low", "medium", "high", "critical"]),
        ("\"high\"", "|", &["\"info\"", "\"low\"", "\"medium\"", "\"high\"", "\"critical\""]),
        ("\"s3-bucket-deleted.json\"", "\"|\"", &["s3-bucket-deleted.json"]),
        ("matches = false", "matches = |", &["true", "false"]),
        ("$.detail.requestParameters.bucketName", "|", &["$.detail.", "$."]),
        (
            "\"DeleteBucket\"]",
            "{ | }]",
            &[
                "anything-but",
                "cidr",
                "equals-ignore-case",
                "exists",
                "numeric",
                "prefix",
                "suffix",
                "wildcard",
            ],
        ),
        ("{{call}}", "{{#|}}", &["if", "unless", "each", "with", "raw"]),
    ];
    let some: [(&str, &str, &[&str]); 13] = [
        ("aws.s3", "aws.|", &["aws.s3", "aws.ecs", "aws.iam", "aws.guardduty"]),
        ("DeleteBucket\"", "Del|\"", &["DeleteBucket", "PutBucketAcl", "GetObject"]),
        ("s3.amazonaws.com", "|", &["s3.amazonaws.com", "iam.amazonaws.com"]),
        ("AWS API Call via CloudTrail", "|", &["AWS API Call via CloudTrail", "Object Created"]),
        ("bucketName\"", "|\"", &["bucketName"]),
        (
            "$.detail.requestParameters.bucketName",
            "$.detail.|",
            &["eventName", "userIdentity", "requestParameters"],
        ),
        ("$.detail.requestParameters.bucketName", "$.|", &["source", "detail", "account"]),
        ("{{actor}}", "{{|}}", &["bucket", "actor", "outcome", "len", "named"]),
        ("{{actor}}", "{{event.detail.|}}", &["eventName", "sourceIPAddress"]),
        ("{{actor}}", "{{#if (|", &["bucket", "eq"]),
        ("detail.eventName =", "detail.| =", &["eventName", "errorCode", "userIdentity"]),
        ("severity = \"high\"", "|", &["severity", "enabled", "tags", "group"]),
        ("[fields]", "[|]", &["group", "case", "ignore", "test"]),
    ];
    let mut offered = |old: &str, new: &str| {
        let text = WATCHER.replacen(old, new, 1);
        let (line, character) = place(&text, "|");
        editor.change(&file, &json!([{ "text": text.replacen('|', "", 1) }]));
        editor.offers(&file, line, character)
    };
    for (old, new, expected) in all {
        assert_eq!(offered(old, new), expected, "{old} → {new}");
    }
    for (old, new, expected) in some {
        let found = offered(old, new);
        for name in expected {
            assert!(found.iter().any(|it| it == name), "{old} → {new}: no {name} in {found:?}");
        }
    }
    assert!(!offered("severity = \"high\"", "|").contains(&"title".to_owned()), "it is there already");
    let below = offered("$.detail.requestParameters.bucketName", "$.|");
    assert!(!below.contains(&"detail-type".to_owned()), "a path has it in quotes: {below:?}");
    assert_eq!(offered("S3 bucket deleted", "S3 |"), Vec::<String>::new(), "plain text");
    let lints = offered("[pattern]", "# allow: |\n[pattern]");
    assert!(lints.contains(&"broad-pattern".to_owned()) && !lints.contains(&"invalid-toml".to_owned()));
    // 20,000 event names without a source: more when more is typed.
    let text = WATCHER
        .replace("source = [\"aws.s3\"]\n", "")
        .replace("detail.eventSource = [\"s3.amazonaws.com\"]\n", "");
    let text = text.replacen("DeleteBucket\"", "DeleteBuck\"", 1);
    let (line, character) = place(&text, "DeleteBuck\"");
    editor.change(&file, &json!([{ "text": text }]));
    let list = editor.at("textDocument/completion", &file, line, character + "DeleteBuck".len());
    assert_eq!(list["isIncomplete"], true);
    let items = list["items"].as_array().unwrap();
    assert!(items.len() < 50 && items.iter().any(|item| item["label"] == "DeleteBucket"), "{}", items.len());
    editor.quit();
}

#[test]
fn a_chosen_completion_takes_the_place_of_what_is_written() {
    let root = project("lsp-edit");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({}));
    let text = WATCHER.replace("bucketName", "buck");
    editor.open(&file, &text);
    let (line, character) = place(&text, "buck\"");
    let list = editor.at("textDocument/completion", &file, line, character + 4);
    let item =
        list["items"].as_array().unwrap().iter().find(|item| item["label"] == "bucketName").unwrap().clone();
    let expected = json!({
        "range": { "start": { "line": line, "character": character }, "end": { "line": line, "character": character + 4 } },
        "newText": "bucketName",
    });
    assert_eq!(item["textEdit"], expected);
    assert_eq!(item["detail"], "of DeleteBucket");
    editor.quit();
}

#[test]
fn a_fix_can_be_applied() {
    let root = project("lsp-fix");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({}));
    let text = WATCHER.replace("[\"DeleteBucket\"]", "[\"DeletBucket\"]").replacen("severity", "severty", 1);
    editor.open(&file, &text);
    editor.findings(&file);
    let (line, character) = place(&text, "DeletBucket");
    let at = json!({ "line": line, "character": character });
    let mut asked = json!({ "textDocument": { "uri": file }, "range": { "start": at, "end": at }, "context": { "diagnostics": [] } });
    let actions = editor.ask("textDocument/codeAction", &asked)["result"].clone();
    let titles: Vec<&str> =
        actions.as_array().unwrap().iter().map(|it| it["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["write `DeleteBucket`", "fix all that has one right answer"]);
    editor.change(
        &file,
        &actions[0]["edit"]["changes"][&file].clone().as_array().map(|edits| changes(edits)).unwrap(),
    );
    assert_eq!(editor.findings(&file).len(), 2, "what is misspelt and what is missing");

    asked["context"]["only"] = json!(["source.fixAll"]);
    let actions = editor.ask("textDocument/codeAction", &asked)["result"].clone();
    assert_eq!(actions.as_array().unwrap().len(), 1);
    editor.change(&file, &changes(actions[0]["edit"]["changes"][&file].as_array().unwrap()));
    assert_eq!(editor.findings(&file), Vec::<String>::new());
    asked["context"]["only"] = json!(["refactor"]);
    assert_eq!(editor.ask("textDocument/codeAction", &asked)["result"], json!([]));
    editor.quit();
}

/// Edits that do not overlap, from the last to the first, as an editor makes them.
fn changes(edits: &[Value]) -> Value {
    let mut edits: Vec<Value> =
        edits.iter().map(|edit| json!({ "range": edit["range"], "text": edit["newText"] })).collect();
    edits.sort_by_key(|it| {
        (it["range"]["start"]["line"].as_u64(), it["range"]["start"]["character"].as_u64())
    });
    edits.reverse();
    json!(edits)
}

#[test]
fn tests_show_what_came_of_them() {
    let root = project("lsp-tests");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor = Editor::start(&json!({ "workspace": { "codeLens": { "refreshSupport": true } } }));
    let text = WATCHER.replacen("event = \"s3", "message = \"no\"\nevent = \"s3", 1);
    editor.open(&file, &text);
    let lenses =
        editor.ask("textDocument/codeLens", &json!({ "textDocument": { "uri": file } }))["result"].clone();
    let titles: Vec<&str> =
        lenses.as_array().unwrap().iter().map(|it| it["command"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["✗ fails: message", "✓ passes"]);
    assert_eq!(lenses[0]["range"]["start"]["line"], place(&text, "[[test]]").0);
    editor.wait(|message| message["method"] == "workspace/codeLens/refresh");
    let answer = editor.ask("workspace/executeCommand", &lenses[0]["command"]);
    assert_eq!(answer["result"], Value::Null);
    let said = editor.wait(|message| message["method"] == "window/showMessage");
    let expected = "“a user deletes a bucket” fails\nmessage: expected \"no\", got \"Bucket \\\"demo\\\" DeleteBucket by alice: succeeded\"";
    assert_eq!(said["params"]["message"], expected);
    let answer = editor.ask("workspace/executeCommand", &json!({ "command": "rm", "arguments": [] }));
    assert_eq!(answer["error"]["code"], -32602);
    editor.quit();
}

#[test]
fn the_configuration_is_a_file_of_the_project() {
    let root = project("lsp-config");
    let config = uri(&root, "account-watcher.toml");
    let file = uri(&root, "watchers/s3-bucket-deleted.toml");
    let mut editor =
        Editor::start(&json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } }));
    let registered = editor.wait(|message| message["method"] == "client/registerCapability");
    assert_eq!(registered["params"]["registrations"][0]["method"], "workspace/didChangeWatchedFiles");
    editor.open(&config, CONFIG);
    assert_eq!(editor.findings(&config), Vec::<String>::new());
    // A channel that goes, in a text that was not saved, is missed by a watcher that is not open.
    let text = CONFIG.replace("[channels.security]", "[channels.secrity]");
    editor.change(&config, &json!([{ "text": text }]));
    assert_eq!(editor.findings_of_closed(&file), ["2:12-2:22 1 unknown-channel"]);
    // Opened, it has them for the text that is open.
    editor.open(&file, WATCHER);
    assert_eq!(editor.findings(&file), ["2:12-2:22 1 unknown-channel"]);
    editor.close(&file);
    assert_eq!(editor.findings_of_closed(&file), ["2:12-2:22 1 unknown-channel"]);
    editor.change(&config, &json!([{ "text": format!("{CONFIG}[[override]]\nwatchers = [\"s3-bucket-deleted\"]\nchannels = [\"\"]\nseverity = \"\"\n") }]));
    assert_eq!(editor.offers(&config, 8, 13), ["email", "security"]);
    assert_eq!(editor.offers(&config, 9, 12), ["info", "low", "medium", "high", "critical"]);
    assert!(editor.hover(&config, 7, 15).starts_with("`s3-bucket-deleted`: S3 bucket deleted"));
    assert!(editor.hover(&config, 1, 1).contains("Slack"));
    // Something else writes a file.
    editor.change(&config, &json!([{ "text": CONFIG }]));
    assert_eq!(editor.findings_of_closed(&file), Vec::<String>::new());
    write(&root.join("watchers/s3-bucket-deleted.toml"), "title = ");
    editor.tell("workspace/didChangeWatchedFiles", &json!({ "changes": [{ "uri": file, "type": 2 }] }));
    assert_eq!(editor.findings_of_closed(&file)[0].split(' ').nth(2), Some("invalid-toml"));
    // The last open file goes, and with it what was said of the project.
    editor.close(&config);
    assert_eq!(editor.findings_of_closed(&file), Vec::<String>::new());
    editor.quit();
}

#[test]
fn projects_are_apart_and_other_files_are_left_alone() {
    let (one, two) = (project("lsp-one"), project("lsp-two"));
    let other = scratch("lsp-other");
    let mut editor = Editor::start(&json!({}));
    let outside = uri(&other, "Cargo.toml");
    for _ in 0..2 {
        editor.open(&outside, "title = ");
        editor.close(&outside);
    }
    let said = editor.wait(|message| message["method"] == "window/logMessage");
    assert_eq!(
        said["params"]["message"],
        format!("{outside} is not a file of a project: nothing is checked")
    );
    assert_eq!(editor.at("textDocument/hover", &outside, 0, 0), Value::Null);
    assert_eq!(editor.at("textDocument/completion", "untitled:Untitled-1", 0, 0), Value::Null);
    let (first, second) =
        (uri(&one, "watchers/s3-bucket-deleted.toml"), uri(&two, "watchers/s3-bucket-deleted.toml"));
    editor.open(&first, &WATCHER.replace("\"high\"", "\"hihg\""));
    editor.open(&second, WATCHER);
    assert_eq!(editor.findings(&first), ["1:11-1:17 1 invalid-value"]);
    assert_eq!(editor.findings(&second), Vec::<String>::new());
    assert!(!editor.notes.iter().any(|message| message["method"] == "window/logMessage"), "it was said once");
    editor.quit();
}

#[test]
fn a_file_that_is_no_text_is_a_finding() {
    let root = project("lsp-binary");
    write(&root.join("watchers/binary.toml"), [0xff, 0xfe, 0x00]);
    let (config, binary) = (uri(&root, "account-watcher.toml"), uri(&root, "watchers/binary.toml"));
    let mut editor = Editor::start(&json!({}));
    editor.open(&config, CONFIG);
    assert_eq!(editor.findings_of_closed(&binary), ["0:0-0:0 1 invalid-toml"]);
    editor.quit();
}

#[test]
fn what_is_no_request_is_refused_and_the_server_goes_on() {
    let mut editor = Editor::silent();
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["error"]["code"], -32002, "not greeted yet");
    editor.ask("initialize", &json!({ "capabilities": {} }));
    assert_eq!(editor.ask("initialize", &json!({}))["error"]["code"], -32600);
    assert_eq!(editor.ask("textDocument/rename", &json!({}))["error"]["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", &json!({ "position": 1 }))["error"]["code"], -32602);
    for bad in ["{", "[]", "{\"jsonrpc\": \"2.0\"}", "\u{1F600}"] {
        editor.raw(format!("Content-Length: {}\r\n\r\n{bad}", bad.len()).as_bytes());
        let said = editor.wait(|message| message["method"] == "window/logMessage");
        assert!(
            said["params"]["message"].as_str().unwrap().starts_with("a message is not JSON-RPC"),
            "{said}"
        );
    }
    editor.tell("textDocument/didOpen", &json!({ "textDocument": 1 }));
    let said = editor.wait(|message| message["method"] == "window/logMessage");
    assert!(said["params"]["message"].as_str().unwrap().starts_with("textDocument/didOpen: "), "{said}");
    editor.tell(
        "textDocument/didChange",
        &json!({ "textDocument": { "uri": "file:///x", "version": 1 }, "contentChanges": [{ "text": "" }] }),
    );
    editor.tell("$/cancelRequest", &json!({ "id": 1 }));
    editor.tell("textDocument/didClose", &json!({ "textDocument": { "uri": "file:///x" } }));
    editor.quit();
}

#[test]
fn it_ends_as_the_editor_says() {
    let mut editor = Editor::start(&json!({}));
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.end(), (Some(1), String::new()), "`exit` without `shutdown`");
    assert_eq!(Editor::start(&json!({})).end(), (Some(1), String::new()), "the editor is gone");
    let mut editor = Editor::silent();
    editor.raw(b"GET / HTTP/1.1\r\n\r\n");
    let (code, errors) = editor.end();
    assert_eq!(code, Some(2));
    assert_eq!(
        errors,
        "error: standard input is not the Language Server Protocol: `GET / HTTP/1.1` is not a header\n"
    );
    let mut editor = Editor::start(&json!({}));
    editor.ask("shutdown", &Value::Null);
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["error"]["code"], -32600);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.end().0, Some(0));
}
