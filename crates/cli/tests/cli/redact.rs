//! `watcher backtest --redact`: nothing of who did what from where is left, in no format.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::backtest::{log, shipped, shipped_records};
use crate::support::{gzip, run, scratch, watcher, write};

/// All texts of a JSON value, with their keys.
fn texts<'a>(key: &'a str, value: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::String(text) => found.push((key, text)),
        Value::Array(values) => values.iter().for_each(|value| texts(key, value, found)),
        Value::Object(members) => members.iter().for_each(|(key, value)| texts(key, value, found)),
        _ => {}
    }
}

/// The parts of a text between characters that no id, address or name has.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|char: char| !char.is_alphanumeric() && !"@.-_+".contains(char))
}

/// Who did what from where: everything that a record's identity, its address and its texts tell of it.
fn told(record: &Value) -> BTreeSet<String> {
    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    texts("userIdentity", &record["userIdentity"], &mut found);
    for (key, text) in &found {
        match *key {
            "userName" | "accountId" | "accessKeyId" | "userId" => told.extend([(*text).to_owned()]),
            "principalId" => told.extend(text.split(':').map(str::to_owned)),
            "arn" => told.extend(text.split([':', '/']).skip(4).map(str::to_owned)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    texts("", record, &mut found);
    for (_, text) in found {
        for word in words(text) {
            let is_account = word.len() == 12 && word.bytes().all(|byte| byte.is_ascii_digit());
            let is_address = word.parse::<std::net::Ipv4Addr>().is_ok() && word != "0.0.0.0";
            if is_account || is_address || word.split_once('@').is_some_and(|(_, host)| host.contains('.')) {
                told.insert(word.to_owned());
            }
        }
    }
    // What AWS calls itself, and the words of ARNs.
    let public = [
        "",
        "root",
        "user",
        "role",
        "assumed-role",
        "service-role",
        "aws-service-role",
        "aws-reserved",
        "federated-user",
    ];
    told.retain(|text| {
        // Markup has single letters of its own.
        text.len() > 1
            && !public.contains(&text.as_str())
            && !text.ends_with(".amazonaws.com")
            && !text.starts_with("AWSServiceRoleFor")
            && !["HIDDEN_DUE_TO_SECURITY_REASONS", "ANONYMOUS_PRINCIPAL"].contains(&text.as_str())
    });
    told
}

/// Whether the text has it as a word of its own.
fn has(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + value.len()..].chars().next();
        ![before, behind].into_iter().flatten().any(char::is_alphanumeric)
    })
}

/// The values of `--format`, as its help lists them.
fn formats() -> Vec<String> {
    let help = String::from_utf8(run(watcher(&shipped(), &["backtest", "--help"]), "").stdout).unwrap();
    let (_, behind) = help.split_once("--format <FORMAT>").unwrap();
    let listed = behind.lines().skip_while(|line| !line.contains("Possible values:")).skip(1);
    let formats: Vec<String> = listed
        .take_while(|line| line.trim_start().starts_with("- "))
        .filter_map(|line| line.trim_start().strip_prefix("- ")?.split(':').next().map(str::to_owned))
        .collect();
    assert!(formats.len() >= 2, "{help}");
    formats
}

#[test]
fn nothing_of_who_did_what_from_where_is_left() {
    let records = shipped_records();
    let mut told: BTreeSet<String> = BTreeSet::new();
    let folder = scratch("redact");
    for (number, record) in records.iter().enumerate() {
        // Other people, addresses and accounts than in the other records.
        let record = record.to_string();
        let record = record.replace("alice", &format!("alice{}", number % 40));
        let record = record.replace("bob@", &format!("bob.{}@", number % 30));
        let record = record.replace("203.0.113.10", &format!("203.0.113.{}", number % 200));
        let record = record.replace("123456789012", &format!("12345678901{}", number % 5));
        let record: Value = serde_json::from_str(&record).unwrap();
        // Ten days in a row: loud enough for advice.
        for day in 1..=if number % 20 == 0 { 10 } else { 1 } {
            let mut record = record.clone();
            let time = record["eventTime"].as_str().unwrap()[10..].to_owned();
            record["eventTime"] = json!(format!("2026-01-{day:02}{time}"));
            record["eventID"] = json!(format!("00000000-0000-4000-8000-{:012}", number * 100 + day));
            let account = record["recipientAccountId"].as_str().unwrap().to_owned();
            let name = format!("AWSLogs/{account}/CloudTrail/{account}_{number}_{day}.json.gz");
            told.extend(self::told(&record));
            write(&folder.join(name), log(&[record]));
        }
    }
    assert!(told.len() > 200, "{told:?}");
    // One that is damaged, in a folder with an account's id and a file with a name.
    write(&folder.join("AWSLogs/123456789012/alice_123456789012.json.gz"), &gzip("{\"Records\":[{")[..18]);
    let folder = folder.to_str().unwrap();
    let plain = run(watcher(&shipped(), &["backtest", folder]), "");
    let plain = String::from_utf8([plain.stdout, plain.stderr].concat()).unwrap();
    let shown = told.iter().filter(|value| has(&plain, value)).count();
    assert!(shown > 60, "without --redact they are there: {shown}");
    // Against a project without watchers all alerts come.
    let bare = scratch("redact-bare");
    write(&bare.join("account-watcher.toml"), "");
    write(&bare.join("watchers/.keep"), "");
    let against = ["--against", bare.to_str().unwrap()];
    let comments = |format: &str| ["markdown", "github"].contains(&format);
    let alone =
        formats().into_iter().filter(|format| !comments(format)).map(|format| (format, &against[..0]));
    let compared = ["text", "json", "markdown", "github"].map(|format| (format.to_owned(), &against[..]));
    for (format, against) in alone.chain(compared) {
        let arguments = [&["backtest", "--redact", "--format", &format, folder], against].concat();
        let output = run(watcher(&shipped(), &arguments), "");
        assert_eq!(output.status.code(), Some(2), "{format}");
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.contains("AWSLogs/") && errors.contains("the file is cut off"), "{errors}");
        let text = String::from_utf8(output.stdout).unwrap() + &errors.replace(folder, "");
        // Figures alone name nobody.
        assert!(
            format == "github" || text.contains("actor-1") && text.to_lowercase().contains("redacted"),
            "{format}"
        );
        let left: Vec<&String> = told.iter().filter(|value| has(&text, value)).collect();
        assert!(left.is_empty(), "{format} has {left:?}");
    }
}

#[test]
fn the_same_value_has_the_same_placeholder_and_counts_stay() {
    let folder = scratch("redact-same");
    write(&folder.join("logs.json.gz"), log(&shipped_records()));
    let report = |args: &[&str]| -> Value {
        let args = [&["backtest", "--format", "json"], args, &[folder.to_str().unwrap()]].concat();
        serde_json::from_slice(&run(watcher(&shipped(), &args), "").stdout).unwrap()
    };
    let (plain, redacted) = (report(&[]), report(&["--redact"]));
    assert_eq!(redacted, report(&["--redact"]), "the same run gives the same report");
    assert_eq!((&plain["redacted"], &redacted["redacted"]), (&json!(false), &json!(true)));
    let mut pairs = BTreeSet::new();
    for (plain, redacted) in
        plain["watchers"].as_array().unwrap().iter().zip(redacted["watchers"].as_array().unwrap())
    {
        for key in ["name", "alerts", "grouped", "days", "weekly", "first", "busiest_hour"] {
            assert_eq!(plain[key], redacted[key]);
        }
        let tops = |report: &Value| report["top_actors"].as_array().unwrap().clone();
        for (plain, redacted) in tops(plain).iter().zip(tops(redacted)) {
            assert_eq!(plain["events"], redacted["events"]);
            pairs.insert((plain["name"].to_string(), redacted["name"].to_string()));
        }
    }
    let plain: BTreeSet<&String> = pairs.iter().map(|(plain, _)| plain).collect();
    let redacted: BTreeSet<&String> = pairs.iter().map(|(_, redacted)| redacted).collect();
    assert!(plain.len() > 5, "{pairs:?}");
    assert_eq!((plain.len(), redacted.len()), (pairs.len(), pairs.len()), "{pairs:?}");
}
