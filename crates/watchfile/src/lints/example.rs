//! The examples in the lints' documentation, made whole: a project that a test can run.

/// What a watcher needs besides what an example shows.
const HEAD: [(&str, &str); 4] = [
    ("title", "title = \"Example\""),
    ("severity", "severity = \"high\""),
    ("channels", "channels = [\"security\"]"),
    ("message", "message = \"{{actor}}: {{event_name}}, {{outcome}}\""),
];

const PATTERN: &str = "
[pattern]
source = [\"aws.s3\"]
detail-type = [\"AWS API Call via CloudTrail\"]
detail.eventSource = [\"s3.amazonaws.com\"]
detail.eventName = [\"DeleteBucket\"]
";

const CONFIG: &str = "[channels.security]
slack = { webhook = \"ssm:/account-watcher/slack/security\" }

[channels.account-email]
sns = { topic = \"env:ACCOUNT_TOPIC_ARN\" }
";

/// The files of an example, with their paths; a path that ends in `/` is a folder. A line `# watchers/NAME.toml`,
/// `# account-watcher.toml` or `# account-watcher/PATH` begins a file; without one the example is a part of `watchers/example.toml`. What a watcher lacks is added, unless the
/// example says `# the whole file`; so are the channels, unless the example has its own.
pub fn files(example: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> = Vec::new();
    for line in example.trim_start_matches('\n').split_inclusive('\n') {
        let name = line.strip_prefix("# ").map(str::trim_end);
        match name.filter(|name| {
            ["watchers/", "account-watcher/"].iter().any(|folder| name.starts_with(folder))
                || ["account-watcher.toml", "template.yaml"].contains(name)
        }) {
            Some(name) => files.push((name.to_owned(), String::new())),
            None if files.is_empty() => files.push(("watchers/example.toml".to_owned(), line.to_owned())),
            None => files.last_mut().expect("not empty").1.push_str(line),
        }
    }
    match files.iter_mut().find(|(name, _)| name == "account-watcher.toml") {
        Some((_, text)) if text.contains("[channels") => {}
        Some((_, text)) => text.insert_str(0, &format!("{CONFIG}\n")),
        None => files.push(("account-watcher.toml".to_owned(), CONFIG.to_owned())),
    }
    if !files.iter().any(|(name, _)| name.starts_with("watchers/")) {
        files.push(("watchers/example.toml".to_owned(), String::new()));
    }
    for (name, text) in &mut files {
        let is_watcher = name.contains("watchers/") && name.strip_suffix(".toml").is_some();
        if is_watcher && !text.starts_with("# the whole file\n") {
            *text = completed(text);
        }
    }
    files
}

fn completed(text: &str) -> String {
    // Below a header the keys are another table's.
    let top = || text.lines().take_while(|line| !line.starts_with('['));
    let has = |key: &str| top().any(|line| line.split(['=', '.', ' ']).next() == Some(key));
    let head = HEAD.iter().filter(|(key, _)| !has(key)).map(|(_, line)| format!("{line}\n"));
    let head: String = head.collect();
    let has_pattern = has("pattern") || text.contains("[pattern]");
    format!("{head}{text}{}", if has_pattern { "" } else { PATTERN })
}
