//! AWS's names as words: `DeleteDBInstance` is a verb and `DB instance`, and what it does is `deleted`.

/// Words that are written in capitals.
const ACRONYMS: [&str; 34] = [
    "ACL", "AMI", "API", "ARN", "CA", "CIDR", "DB", "DNS", "EBS", "EC2", "EIP", "FPGA", "HTTP", "IAM", "ID",
    "IP", "KMS", "MFA", "NAT", "OIDC", "RDS", "S3", "SAML", "SDK", "SMS", "SNS", "SQS", "SSH", "SSL", "TLS",
    "URL", "VPC", "VPN", "WAF",
];

/// What joins two parts of a name: `AddUserToGroup`.
const PREPOSITIONS: [&str; 11] = ["to", "from", "for", "with", "by", "in", "on", "as", "into", "of", "using"];

/// Words that stand before a name's verb.
const BEFORE_VERB: [&str; 3] = ["Admin", "Batch", "Bulk"];

/// First words of names that are not verbs, or no statement can be made with.
const NO_VERBS: [&str; 39] = [
    "Agentic",
    "Carrier",
    "Channel",
    "Chat",
    "Console",
    "Contains",
    "Converse",
    "Credential",
    "Domain",
    "Email",
    "External",
    "Forecast",
    "Forgot",
    "Global",
    "Group",
    "Head",
    "Infer",
    "Insight",
    "Is",
    "Job",
    "Label",
    "Login",
    "Logout",
    "New",
    "Opt",
    "Password",
    "Phone",
    "Post",
    "Re",
    "Rotation",
    "Sample",
    "Shared",
    "Snap",
    "Switch",
    "Test",
    "Transact",
    "User",
    "Vote",
    "Deny",
];

/// Past participles that no rule makes.
const IRREGULAR: [(&str, &str); 38] = [
    ("Begin", "begun"),
    ("Build", "built"),
    ("Cancel", "canceled"),
    ("Commit", "committed"),
    ("Drop", "dropped"),
    ("Enter", "entered"),
    ("Failover", "failed over"),
    ("Get", "read"),
    ("Index", "indexed"),
    ("Label", "labelled"),
    ("Leave", "left"),
    ("Meter", "metered"),
    ("Opt", "opted"),
    ("Override", "overridden"),
    ("Put", "set"),
    ("Rebuild", "rebuilt"),
    ("Remit", "remitted"),
    ("Rerun", "run again"),
    ("Reset", "reset"),
    ("Resubmit", "submitted again"),
    ("Rollback", "rolled back"),
    ("Run", "started"),
    ("Send", "sent"),
    ("Set", "set"),
    ("Setup", "set up"),
    ("Shutdown", "shut down"),
    ("Skip", "skipped"),
    ("Snap", "snapped"),
    ("Split", "split"),
    ("Stop", "stopped"),
    ("Submit", "submitted"),
    ("Swap", "swapped"),
    ("Switchover", "switched over"),
    ("Tag", "tagged"),
    ("Take", "taken"),
    ("Transfer", "transferred"),
    ("Untag", "untagged"),
    ("Write", "written"),
];

/// What is not set when it is put.
const WRITTEN: [&str; 8] = ["object", "item", "record", "data", "image", "file", "event", "message"];

/// A name of a call, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// `deleted`; none where the name makes no statement.
    pub(super) done: Option<String>,
    /// What it is done to: `DB`, `Instance`. All words, where there is no verb.
    pub(super) object: Vec<String>,
    /// What follows a preposition, with it: `to`, `Group`.
    pub(super) tail: Vec<String>,
}

impl Name {
    pub(super) fn of(call: &str) -> Name {
        let all = split(without_version(call));
        let skipped = usize::from(all.len() > 2 && BEFORE_VERB.contains(&all[0].as_str()));
        let words = &all[skipped..];
        let statement = words.split_first().filter(|(verb, rest)| {
            !rest.is_empty()
                && !NO_VERBS.contains(&verb.as_str())
                && !PREPOSITIONS.contains(&lower(&rest[0]).as_str())
        });
        let Some((verb, rest)) = statement else { return Name { done: None, object: all, tail: Vec::new() } };
        let at =
            rest.iter().position(|word| PREPOSITIONS.contains(&lower(word).as_str())).unwrap_or(rest.len());
        // A preposition at the end joins nothing.
        let at = if at + 1 == rest.len() { rest.len() } else { at };
        let object = rest[..at].to_vec();
        let is_written =
            verb == "Put" && object.last().is_some_and(|last| WRITTEN.contains(&stem(last).as_str()));
        let done = if is_written { "written".to_owned() } else { participle(verb) };
        Name { done: Some(done), object, tail: rest[at..].to_vec() }
    }
}

/// `DeleteBucket` → `deleted`'s verb.
fn participle(verb: &str) -> String {
    if let Some((_, done)) = IRREGULAR.iter().find(|(word, _)| *word == verb) {
        return (*done).to_owned();
    }
    let verb = lower(verb);
    match verb.as_bytes() {
        [.., b'e'] => format!("{verb}d"),
        [.., before, b'y'] if !b"aeiou".contains(before) => format!("{}ied", &verb[..verb.len() - 1]),
        _ => format!("{verb}ed"),
    }
}

/// `UpdateFunctionCode20150331v2` → `UpdateFunctionCode`
fn without_version(call: &str) -> &str {
    let stem = call.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_');
    let stem = match stem.strip_suffix('v') {
        Some(dated) if dated.ends_with(|c: char| c.is_ascii_digit()) => {
            dated.trim_end_matches(|c: char| c.is_ascii_digit())
        }
        _ => stem,
    };
    if call.len() - stem.len() >= 8 { stem } else { call }
}

/// The words of a name in camel case; capitals stay together: `DBInstance` → `DB`, `Instance`.
pub(super) fn split(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|c: char| !c.is_ascii_alphanumeric()) {
        let chars: Vec<char> = part.chars().collect();
        let mut word = String::new();
        for (index, &c) in chars.iter().enumerate() {
            let before = index.checked_sub(1).map(|before| chars[before]);
            let after = chars.get(index + 1);
            // The last capital of several begins the next word, if more than a plural's `s` follows.
            let is_plural = after == Some(&'s') && chars.get(index + 2).is_none_or(char::is_ascii_uppercase);
            let begins = c.is_ascii_uppercase()
                && before.is_some_and(|before| {
                    !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase) && !is_plural
                });
            if begins && !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            word.push(c);
        }
        if !word.is_empty() {
            words.push(word);
        }
    }
    words
}

/// The words of a parameter's key, whose first letter is small whatever the word: `dBInstanceIdentifier`.
pub(super) fn split_key(key: &str) -> Vec<String> {
    let mut chars = key.chars();
    match chars.next() {
        Some(first) => split(&format!("{}{}", first.to_ascii_uppercase(), chars.as_str())),
        None => Vec::new(),
    }
}

/// As people write them: `DB instance`.
pub(super) fn human(words: &[String]) -> String {
    let word = |word: &String| {
        let upper = word.to_ascii_uppercase();
        match upper.strip_suffix('S').filter(|single| ACRONYMS.contains(single)) {
            Some(single) => format!("{single}s"),
            None if ACRONYMS.contains(&upper.as_str()) || is_capitals(word) => upper,
            None => lower(word),
        }
    };
    words.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// With a capital at the beginning.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}", first.to_uppercase(), chars.as_str()),
        None => String::new(),
    }
}

pub(super) fn is_plural(word: &str) -> bool {
    let word = lower(word);
    word.len() > 3 && word.ends_with('s') && !["ss", "us", "is", "ics"].iter().any(|end| word.ends_with(end))
}

/// For comparing words: small letters, singular.
pub(super) fn stem(word: &str) -> String {
    let lower = lower(word);
    if !is_plural(&lower) {
        return lower;
    }
    match lower.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => lower.trim_end_matches('s').to_owned(),
    }
}

/// A watcher's name: `-` between lower-case words.
pub(super) fn kebab(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    joined(words, "-")
}

/// A field's name.
pub(super) fn snake(words: impl IntoIterator<Item = impl AsRef<str>>) -> String {
    joined(words, "_")
}

fn joined(words: impl IntoIterator<Item = impl AsRef<str>>, with: &str) -> String {
    let clean = |word: &str| -> Vec<String> {
        word.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).map(lower).collect()
    };
    words.into_iter().flat_map(|word| clean(word.as_ref())).collect::<Vec<_>>().join(with)
}

fn is_capitals(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

fn lower(word: &str) -> String {
    word.to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_statements() {
        let cases = [
            ("DeleteBucket", "bucket|deleted|"),
            ("DeleteDBInstance", "DB instance|deleted|"),
            ("DescribeVpcs", "VPCs|described|"),
            ("AddUserToGroup", "user|added|to group"),
            ("PutBucketAcl", "bucket ACL|set|"),
            ("StopLogging", "logging|stopped|"),
            ("CopySnapshot", "snapshot|copied|"),
            ("BatchDeleteImage", "image|deleted|"),
            ("CreateSAMLProvider", "SAML provider|created|"),
            ("AssumeRoleWithSAML", "role|assumed|with SAML"),
            ("UpdateFunctionCode20150331v2", "function code|updated|"),
            ("CreateDistribution2020_05_31", "distribution|created|"),
            ("CreateFunction20150331", "function|created|"),
            ("ScheduleKeyDeletion", "key deletion|scheduled|"),
            ("ConsoleLogin", "console login||"),
            ("Decrypt", "decrypt||"),
            ("RotationStarted", "rotation started||"),
        ];
        for (call, expected) in cases {
            let name = Name::of(call);
            let found =
                format!("{}|{}|{}", human(&name.object), name.done.unwrap_or_default(), human(&name.tail));
            assert_eq!(found, expected, "{call}");
        }
    }

    #[test]
    fn keys_are_split_whatever_their_first_letter() {
        for (key, expected) in [
            ("bucketName", "bucket_name"),
            ("dBInstanceIdentifier", "db_instance_identifier"),
            ("sAMLProviderArn", "saml_provider_arn"),
            ("build-status", "build_status"),
            ("vpcIDs", "vpc_ids"),
        ] {
            assert_eq!(snake(split_key(key)), expected, "{key}");
        }
    }
}
