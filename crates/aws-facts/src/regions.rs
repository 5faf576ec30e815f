//! Events of global services: they are on the event bus of one region only, whatever region they are about.

use std::sync::LazyLock;

use event_pattern::{Alternative, Candidate, Pattern};

use crate::data::pairs;

/// The region of the global services' events, in AWS's own partition.
pub const GLOBAL: &str = "us-east-1";

/// Where the sign-in endpoints are that have no region in their name.
pub const SIGN_IN_ENDPOINTS: [&str; 4] = [GLOBAL, "us-east-2", "eu-north-1", "ap-southeast-2"];

/// `source` and name of the services whose API calls CloudTrail records in [`GLOBAL`].
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events>
const SERVICES: [(&str, &str); 5] = [
    ("aws.iam", "IAM calls"),
    ("aws.organizations", "Organizations calls"),
    ("aws.account", "Account Management calls"),
    ("aws.route53", "Route 53 calls"),
    ("aws.cloudfront", "CloudFront calls"),
];

/// What else is in [`GLOBAL`] only, from `data/one-region.txt`: a kind, and a source with a name. CloudTrail's guide does
/// not list these, so that nothing is left out of a rule for them.
static ONE_REGION: LazyLock<Vec<(&str, (&str, &str))>> = LazyLock::new(|| {
    let lines = pairs(include_str!("../data/one-region.txt")).into_iter();
    lines.filter_map(|(kind, rest)| Some((kind, rest.split_once(' ')?))).collect()
});

/// Who has the resources of `CloudFront` in [`GLOBAL`], by the scope.
/// <https://docs.aws.amazon.com/waf/latest/developerguide/how-aws-waf-works-resources.html>
const SCOPED: (&str, &str, &str, &str) =
    ("aws.wafv2", "detail.requestParameters.scope", "CLOUDFRONT", "WAF calls of scope CLOUDFRONT");

/// Whether CloudTrail's guide says that it records the calls of the service of this `source` in [`GLOBAL`] only.
pub fn is_global(source: &str) -> bool {
    SERVICES.iter().any(|service| service.0 == source)
}

/// Regions of AWS's own partition, and whether an account has to enable them first.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const REGIONS: [(&str, bool); 34] = [
    ("af-south-1", true),
    ("ap-east-1", true),
    ("ap-east-2", true),
    ("ap-northeast-1", false),
    ("ap-northeast-2", false),
    ("ap-northeast-3", false),
    ("ap-south-1", false),
    ("ap-south-2", true),
    ("ap-southeast-1", false),
    ("ap-southeast-2", false),
    ("ap-southeast-3", true),
    ("ap-southeast-4", true),
    ("ap-southeast-5", true),
    ("ap-southeast-6", true),
    ("ap-southeast-7", true),
    ("ca-central-1", false),
    ("ca-west-1", true),
    ("eu-central-1", false),
    ("eu-central-2", true),
    ("eu-north-1", false),
    ("eu-south-1", true),
    ("eu-south-2", true),
    ("eu-west-1", false),
    ("eu-west-2", false),
    ("eu-west-3", false),
    ("il-central-1", true),
    ("me-central-1", true),
    ("me-south-1", true),
    ("mx-central-1", true),
    ("sa-east-1", false),
    ("us-east-1", false),
    ("us-east-2", false),
    ("us-west-1", false),
    ("us-west-2", false),
];

/// The known regions of AWS's own partition. AWS adds some: a name that is not here is not therefore wrong.
pub fn known() -> impl Iterator<Item = &'static str> {
    REGIONS.iter().map(|(name, _)| *name)
}

/// Whether an account has to enable the region before anything can be deployed there.
pub fn is_opt_in(region: &str) -> bool {
    REGIONS.iter().any(|(name, opt_in)| *name == region && *opt_in)
}

/// The partition of a region. Nothing is forwarded from one to another.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
pub fn partition(region: &str) -> &'static str {
    let prefixes = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-isob-", "aws-iso-b"),
        ("us-isof-", "aws-iso-f"),
        ("us-iso-", "aws-iso"),
        ("eu-isoe-", "aws-iso-e"),
        ("eusc-", "aws-eusc"),
    ];
    prefixes.iter().find(|(prefix, _)| region.starts_with(prefix)).map_or("aws", |(_, partition)| partition)
}

/// Which events the watcher of this pattern waits for in vain, in a stack that gets the events of these regions. Empty
/// if it can fire there: as soon as one of its alternatives can. Partitions other than AWS's own have other regions for their
/// global services, which are not known here: nothing is said about them.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html>
pub fn elsewhere(pattern: &Pattern, regions: &[&str]) -> Vec<&'static str> {
    if sees_global_services(regions) {
        return Vec::new();
    }
    let mut names = Vec::new();
    for alternative in pattern.alternatives() {
        let global = global(alternative);
        if global.is_empty() {
            return Vec::new();
        }
        names.extend(global);
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The global events that an alternative waits for in vain, since it wants them from these regions.
pub fn wanted_from(alternative: &Alternative, regions: &[&str]) -> Vec<&'static str> {
    if sees_global_services(regions) {
        return Vec::new();
    }
    global(alternative)
}

fn sees_global_services(regions: &[&str]) -> bool {
    regions.iter().any(|region| *region == GLOBAL || partition(region) != "aws")
}

/// The last words of regions' names.
const DIRECTIONS: [&str; 9] =
    ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];

/// Whether the text has a region's form, for example `eu-west-1`.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    match parts.as_slice() {
        [words @ .., direction, number] => {
            !words.is_empty()
                && words.iter().all(is_word)
                && DIRECTIONS.contains(direction)
                && !number.is_empty()
                && number.bytes().all(|b| b.is_ascii_digit())
        }
        _ => false,
    }
}

/// The global events that the alternative is about; empty if it is about others too.
fn global(alternative: &Alternative) -> Vec<&'static str> {
    let is = |path: &str, text: &str| only(alternative, path).is_some_and(|texts| texts == [text]);
    let sign_in = is("source", "aws.signin") || is("detail.eventSource", "signin.amazonaws.com");
    if sign_in && is("detail.userIdentity.type", "Root") {
        return vec!["root sign-ins"];
    }
    if is("source", SCOPED.0) && is(SCOPED.1, SCOPED.2) {
        return vec![SCOPED.3];
    }
    let is_call = |kind: &&str| kind.ends_with(" via CloudTrail");
    let types = only(alternative, "detail-type");
    if types.as_ref().is_some_and(|types| !types.iter().any(is_call)) {
        // A service's own events, without CloudTrail, are another matter.
        return sources(alternative, &|source| one_region("native", source)).unwrap_or_default();
    }
    let of_calls = |source: &str| {
        let listed = SERVICES.iter().find(|service| service.0 == source).map(|service| service.1);
        let is_native_too = types.is_none() || types.iter().flatten().any(|kind| !is_call(kind));
        let other = || {
            one_region("calls", source).filter(|_| !is_native_too || one_region("native", source).is_some())
        };
        listed.or_else(other)
    };
    sources(alternative, &of_calls).unwrap_or_default()
}

/// What the events of a source are called, if those of this kind are in one region.
fn one_region(kind: &str, source: &str) -> Option<&'static str> {
    let mut known = ONE_REGION.iter().filter(|(of, (named, _))| *of == kind && *named == source);
    known.next().map(|(_, (_, what))| *what)
}

/// What is said of each service that an alternative names; none if nothing is said of one.
fn sources(
    alternative: &Alternative,
    said: &dyn Fn(&str) -> Option<&'static str>,
) -> Option<Vec<&'static str>> {
    let by_source = || only(alternative, "source")?.into_iter().map(said).collect::<Option<Vec<_>>>();
    let by_event_source = || {
        let named = only(alternative, "detail.eventSource")?.into_iter();
        named.map(|name| said(&format!("aws.{}", name.strip_suffix(".amazonaws.com")?))).collect()
    };
    by_source().or_else(by_event_source)
}

/// The texts at the path, if it takes literal texts only.
fn only<'a>(alternative: &'a Alternative, path: &str) -> Option<Vec<&'a str>> {
    alternative.get(path)?.iter().map(Candidate::as_str).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watcher_of_global_events_cannot_fire_elsewhere() {
        let call = r#""detail-type":["AWS API Call via CloudTrail"]"#;
        let cases: [(String, &[&str]); 20] = [
            (format!(r#"{{"source":["aws.iam"],{call}}}"#), &["IAM calls"]),
            (r#"{"source":["aws.iam"]}"#.to_owned(), &["IAM calls"]),
            (r#"{"source":["aws.route53","aws.iam"]}"#.to_owned(), &["IAM calls", "Route 53 calls"]),
            (
                r#"{"detail":{"eventSource":["organizations.amazonaws.com"]}}"#.to_owned(),
                &["Organizations calls"],
            ),
            (
                r#"{"source":["aws.signin"],"detail":{"userIdentity":{"type":["Root"]}}}"#.to_owned(),
                &["root sign-ins"],
            ),
            (
                r#"{"$or":[{"source":["aws.iam"]},{"source":["aws.account"]}]}"#.to_owned(),
                &["Account Management calls", "IAM calls"],
            ),
            (r#"{"source":["aws.signin"]}"#.to_owned(), &[]),
            (r#"{"source":["aws.s3","aws.iam"]}"#.to_owned(), &[]),
            (r#"{"source":[{"prefix":"aws.iam"}]}"#.to_owned(), &[]),
            (r#"{"$or":[{"source":["aws.iam"]},{"source":["aws.s3"]}]}"#.to_owned(), &[]),
            (r#"{"source":["aws.account"],"detail-type":["Region Opt-In Status Change"]}"#.to_owned(), &[]),
            (format!(r#"{{"source":["aws.support"],{call}}}"#), &["Support calls"]),
            (r#"{"source":["aws.support"],"detail-type":["Support Case Update"]}"#.to_owned(), &["Support events"]),
            (r#"{"source":["aws.support"]}"#.to_owned(), &["Support calls"]),
            (r#"{"source":["aws.trustedadvisor"],"detail-type":["X"]}"#.to_owned(), &["Trusted Advisor events"]),
            // Its own events are regional.
            (r#"{"source":["aws.health"]}"#.to_owned(), &[]),
            (format!(r#"{{"source":["aws.health"],{call}}}"#), &["AWS Health calls"]),
            (format!(r#"{{"source":["aws.waf"],{call}}}"#), &["WAF Classic calls"]),
            (
                r#"{"source":["aws.wafv2"],"detail":{"requestParameters":{"scope":["CLOUDFRONT"]}}}"#.to_owned(),
                &["WAF calls of scope CLOUDFRONT"],
            ),
            (
                r#"{"source":["aws.wafv2"],"detail":{"requestParameters":{"scope":["CLOUDFRONT","REGIONAL"]}}}"#
                    .to_owned(),
                &[],
            ),
        ];
        for (pattern, expected) in cases {
            let parsed = Pattern::parse(&pattern).unwrap();
            assert_eq!(elsewhere(&parsed, &["eu-west-1"]), expected, "{pattern}");
            assert!(elsewhere(&parsed, &["eu-west-1", GLOBAL]).is_empty(), "{pattern}");
            assert!(elsewhere(&parsed, &["cn-north-1"]).is_empty(), "{pattern}");
        }
    }

    #[test]
    fn regions_have_a_partition_and_may_have_to_be_enabled() {
        assert!(known().all(|region| is_region(region) && partition(region) == "aws"));
        assert!(is_opt_in("me-south-1") && !is_opt_in("us-east-1") && !is_opt_in("xx-new-1"));
        let others = [
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("us-isob-east-1", "aws-iso-b"),
            ("us-iso-east-1", "aws-iso"),
            ("eusc-de-east-1", "aws-eusc"),
        ];
        for (region, expected) in others {
            assert_eq!(partition(region), expected);
        }
    }

    #[test]
    fn regions_are_known_by_their_form() {
        for region in ["eu-west-1", "us-gov-east-1", "ap-southeast-10", "eusc-de-east-1"] {
            assert!(is_region(region), "{region}");
        }
        for text in ["", "eu", "eu-west", "eu--1", "EU-WEST-1", "eu-west-1a", "-1", "eu-wst-1", "west-1"] {
            assert!(!is_region(text), "{text}");
        }
    }
}
