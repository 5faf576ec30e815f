//! Names of calls and of parameters, taken apart: `DeleteDBInstances` is about a `dbinstance`, and so is what stands at
//! `dBInstanceIdentifier`.

/// What a parameter names, in lower case and in the singular, and by what: `dBInstanceIdentifier` is `("dbinstance", true)`,
/// `cluster` is `("cluster", false)`.
pub(super) fn key(key: &str) -> (String, bool) {
    const BY: [&str; 8] = ["identifiers", "identifier", "names", "name", "arns", "arn", "ids", "id"];
    let lower = key.to_ascii_lowercase();
    let by = BY.iter().find(|by| {
        // `paid` has no id, `roleARN` and `id` have one.
        lower.strip_suffix(**by).is_some_and(|thing| {
            thing.is_empty()
                || thing.ends_with(['-', '_'])
                || key.as_bytes().get(thing.len()).is_some_and(u8::is_ascii_uppercase)
        })
    });
    match by {
        // Native events write `instance-id`.
        Some(by) => (singular(&lower[..lower.len() - by.len()].replace(['-', '_'], "")), true),
        None => (singular(&lower), false),
    }
}

/// The words of a call's name behind its verb, in lower case and in the singular.
pub(super) fn noun(call: &str) -> Vec<String> {
    split(call).into_iter().skip(1).map(|word| singular(&word.to_ascii_lowercase())).collect()
}

/// The first word of a call's name.
pub(super) fn verb(call: &str) -> &str {
    split(call).first().copied().unwrap_or_default()
}

/// Where a name's words begin: at each capital behind a small letter, and at the last of several capitals.
fn split(name: &str) -> Vec<&str> {
    let bytes = name.as_bytes();
    let begins = |at: usize| {
        let is = |at: usize, test: fn(&u8) -> bool| bytes.get(at).is_some_and(test);
        at > 0
            && is(at, u8::is_ascii_uppercase)
            && (!is(at - 1, u8::is_ascii_uppercase) || is(at + 1, u8::is_ascii_lowercase))
    };
    let ends = (1..bytes.len()).filter(|at| begins(*at)).chain([bytes.len()]);
    let mut from = 0;
    // A capital is one byte, so no character is cut.
    let word = |end: usize| {
        let word = &name[from..end];
        from = end;
        word
    };
    ends.map(word).filter(|word| !word.is_empty()).collect()
}

/// `policies` is `policy`, `addresses` stays what it is in both names.
pub(super) fn singular(word: &str) -> String {
    match word.strip_suffix("ies") {
        Some(stem) if stem.len() > 1 => format!("{stem}y"),
        _ if word.ends_with("ss") || word.len() < 4 => word.to_owned(),
        _ => word.strip_suffix('s').unwrap_or(word).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_called_after_what_it_names() {
        let cases = [
            ("dBInstanceIdentifier", "dbinstance", true),
            ("instanceIds", "instance", true),
            ("roleARN", "role", true),
            ("ResourceArn", "resource", true),
            ("policies", "policy", false),
            ("cluster", "cluster", false),
            ("name", "", true),
            ("paid", "paid", false),
            ("instance-id", "instance", true),
            ("resource_id", "resource", true),
        ];
        for (name, thing, names) in cases {
            assert_eq!(key(name), (thing.to_owned(), names), "{name}");
        }
    }

    #[test]
    fn a_call_is_its_verb_and_what_it_is_about() {
        let cases = [
            ("DeleteDBInstance", "Delete", "db instance"),
            ("TerminateInstances", "Terminate", "instance"),
            ("PutBucketPolicy", "Put", "bucket policy"),
            ("CreateSAMLProvider", "Create", "saml provider"),
            ("AssociateVPCWithHostedZone", "Associate", "vpc with hosted zone"),
            ("Publish", "Publish", ""),
            ("Größe", "Größe", ""),
            ("", "", ""),
        ];
        for (call, first, rest) in cases {
            assert_eq!((verb(call), noun(call).join(" ")), (first, rest.to_owned()), "{call}");
        }
    }
}
