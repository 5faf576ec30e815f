//! What a misspelled name of an event may have meant, also where only its beginning or end is given. A name that is only
//! somewhat like another one is not taken for it: AWS may have added it.

use event_pattern::Candidate;

use crate::suggest::{is_slip, nearest};

/// ``did you mean `Delete`?`` for `{ prefix = "Delte" }`, from the names of the calls.
pub(super) fn did_you_mean<'a>(
    candidate: &Candidate,
    text: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    let near = |text: &str, names: &mut dyn Iterator<Item = &'a str>| {
        nearest(text, names).filter(|near| is_slip(&text.to_lowercase(), &near.to_lowercase()))
    };
    let near = match candidate {
        Candidate::Prefix(_) | Candidate::PrefixIgnoreCase(_) => {
            near(text, &mut names.flat_map(|name| cuts(name).map(|at| &name[..at])))?.to_owned()
        }
        Candidate::Suffix(_) | Candidate::SuffixIgnoreCase(_) => {
            near(text, &mut names.flat_map(|name| cuts(name).map(|at| &name[at..])))?.to_owned()
        }
        Candidate::Wildcard(_) => {
            let names: Vec<&str> = names.collect();
            let is_unknown = |part: &&str| !part.is_empty() && !names.iter().any(|name| name.contains(part));
            let wrong = text.split('*').find(is_unknown)?;
            let mut parts = names.iter().flat_map(|name| parts(name));
            text.replacen(wrong, near(wrong, &mut parts)?, 1)
        }
        _ => near(text, &mut { names })?.to_owned(),
    };
    Some(format!("did you mean `{near}`?"))
}

/// The words of a name, and the texts that they make together: `Put`, `PutBucket`, `Bucket`.
fn parts(name: &str) -> impl Iterator<Item = &str> {
    cuts(name).flat_map(move |from| cuts(name).filter(move |to| from < *to).map(move |to| &name[from..to]))
}

/// The bytes between the words of a name, and its ends: `Delete|Bucket`.
fn cuts(name: &str) -> impl Iterator<Item = usize> {
    let bytes = name.as_bytes();
    (0..=bytes.len()).filter(|&at| {
        at == 0 || at == bytes.len() || bytes[at].is_ascii_uppercase() && !bytes[at - 1].is_ascii_uppercase()
    })
}

#[cfg(test)]
mod tests {
    use event_pattern::Pattern;

    use super::did_you_mean;

    #[test]
    fn a_part_of_a_name_is_compared_with_parts() {
        let names = ["DeleteBucket", "PutBucketPolicy", "DeleteDBInstance"];
        let cases = [
            (r#"{"prefix": "Delte"}"#, "Delte", Some("did you mean `Delete`?")),
            (r#"{"prefix": "DeletDB"}"#, "DeletDB", Some("did you mean `Delete`?")),
            (r#"{"suffix": "Buckt"}"#, "Buckt", Some("did you mean `Bucket`?")),
            (r#"{"suffix": "bucketPolicy"}"#, "bucketPolicy", Some("did you mean `BucketPolicy`?")),
            (r#"{"wildcard": "Delte*"}"#, "Delte*", Some("did you mean `Delete*`?")),
            (r#"{"wildcard": "*Polcy"}"#, "*Polcy", Some("did you mean `*Policy`?")),
            (r#"{"wildcard": "Put*Bucet*"}"#, "Put*Bucet*", Some("did you mean `Put*Bucket*`?")),
            (r#"{"wildcard": "Bucket*Delete"}"#, "Bucket*Delete", None),
            (r#"{"equals-ignore-case": "deletbucket"}"#, "deletbucket", Some("did you mean `DeleteBucket`?")),
            (r#"{"prefix": "Zzzz"}"#, "Zzzz", None),
        ];
        for (json, text, expected) in cases {
            let pattern = Pattern::parse(&format!(r#"{{"a": [{json}]}}"#)).unwrap();
            let candidate = &pattern.alternatives()[0].get("a").unwrap()[0];
            let found = did_you_mean(candidate, text, names.into_iter());
            assert_eq!(found.as_deref(), expected, "{json}");
        }
    }
}
