//! What a misspelled name of an event may have meant, also where only its beginning or end is given. A name that is only
//! somewhat like another one is not taken for it: AWS may have added it.

use std::collections::HashSet;
use std::sync::LazyLock;

use aws_facts::catalog::Catalog;
use event_pattern::Candidate;

use crate::suggest::{is_slip, nearest, the_slip_of};

/// `Delete` for `{ prefix = "Delte" }`, from the names of the calls.
pub(super) fn meant<'a>(
    candidate: &Candidate,
    text: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    meant_by(candidate, text, names, |text, names| {
        nearest(text, names).filter(|near| is_slip(&text.to_lowercase(), &near.to_lowercase()))
    })
}

/// [`meant`], if it is nearer to just one name, or part of a name, than to all others.
pub(super) fn surely_meant<'a>(
    candidate: &Candidate,
    text: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<String> {
    meant_by(candidate, text, names, |text, names| the_slip_of(text, names))
}

fn meant_by<'a>(
    candidate: &Candidate,
    text: &str,
    names: impl Iterator<Item = &'a str>,
    near: impl Fn(&str, &mut dyn Iterator<Item = &'a str>) -> Option<&'a str>,
) -> Option<String> {
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
    Some(near)
}

/// Whether a name may be a call of its own although it is near a known one: it differs by words that names of calls have,
/// as `PutBucketAcl` does from `GetBucketAcl`. Of the catalog's 19,558 names 1,997 are so near another one of their service
/// that they would look like a slip if the catalog lacked them; by their words 29 do.
pub(super) fn may_be_another(name: &str, near: &str) -> bool {
    static WORDS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
        Catalog::get()
            .services()
            .iter()
            .flat_map(|service| &service.calls)
            .flat_map(|call| words(call.name))
            .collect()
    });
    let known: Vec<&str> = words(near).collect();
    !name.eq_ignore_ascii_case(near)
        && words(name).filter(|word| !known.contains(word)).all(|word| WORDS.contains(word))
}

fn words(name: &str) -> impl Iterator<Item = &str> {
    let ends = cuts(name).skip(1);
    cuts(name).zip(ends).map(|(from, to)| &name[from..to])
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

    use super::{may_be_another, meant};

    #[test]
    fn a_part_of_a_name_is_compared_with_parts() {
        let names = ["DeleteBucket", "PutBucketPolicy", "DeleteDBInstance"];
        let cases = [
            (r#"{"prefix": "Delte"}"#, "Delte", Some("Delete")),
            (r#"{"prefix": "DeletDB"}"#, "DeletDB", Some("Delete")),
            (r#"{"suffix": "Buckt"}"#, "Buckt", Some("Bucket")),
            (r#"{"suffix": "bucketPolicy"}"#, "bucketPolicy", Some("BucketPolicy")),
            (r#"{"wildcard": "Delte*"}"#, "Delte*", Some("Delete*")),
            (r#"{"wildcard": "*Polcy"}"#, "*Polcy", Some("*Policy")),
            (r#"{"wildcard": "Put*Bucet*"}"#, "Put*Bucet*", Some("Put*Bucket*")),
            (r#"{"wildcard": "Bucket*Delete"}"#, "Bucket*Delete", None),
            (r#"{"equals-ignore-case": "deletbucket"}"#, "deletbucket", Some("DeleteBucket")),
            (r#"{"prefix": "Zzzz"}"#, "Zzzz", None),
        ];
        for (json, text, expected) in cases {
            let pattern = Pattern::parse(&format!(r#"{{"a": [{json}]}}"#)).unwrap();
            let candidate = &pattern.alternatives()[0].get("a").unwrap()[0];
            let found = meant(candidate, text, names.into_iter());
            assert_eq!(found.as_deref(), expected, "{json}");
        }
    }

    #[test]
    fn a_name_of_other_words_may_be_another_call() {
        let cases = [
            ("PutBucketAcl", "GetBucketAcl", true),
            ("DetachRolePolicy", "AttachRolePolicy", true),
            ("ListObjectsV2", "ListObjects", true),
            ("DescribeInstance", "DescribeInstances", true),
            ("DeletBucket", "DeleteBucket", false),
            ("DeleteBuckte", "DeleteBucket", false),
            ("deleteBucket", "DeleteBucket", false),
        ];
        for (name, near, expected) in cases {
            assert_eq!(may_be_another(name, near), expected, "{name} {near}");
        }
    }
}
