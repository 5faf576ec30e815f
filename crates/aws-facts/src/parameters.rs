//! What kind of value stands in the parameters of calls; from `catalog/parameters.bin`, which `catalog/parameters.py` writes.

use std::collections::HashMap;
use std::io::Read;
use std::sync::LazyLock;

use flate2::bufread::ZlibDecoder;

use crate::catalog::Part;

static FILE: &[u8] = include_bytes!("../catalog/parameters.bin");

/// What a parameter holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text of which the models say no more.
    Text,
    /// A text in which no ARN can stand.
    Name,
    /// A text that is JSON: a policy.
    Json,
    /// A number.
    Number,
    /// `true` or `false`
    Boolean,
    /// An object.
    Object,
    /// A list of texts or numbers.
    List,
    /// A list of objects.
    Objects,
    /// An object that S3 records as the XML that was sent: all names in it begin with capitals.
    Body,
}

/// What stands at a key of a part of a service's calls, if that is known and the same in all of them. Of structures
/// only the lists of objects in them are known, by a path of two names.
pub fn of(service: &str, part: Part, path: &str) -> Option<Kind> {
    let (request, response) = services().get(service)?;
    let groups = match part {
        Part::Request => request,
        Part::Response => response,
    };
    let group = groups.split(' ').filter_map(|group| group.split_once('='));
    let mut holding = group.filter(|(_, keys)| keys.split(',').any(|key| key == path));
    Some(match holding.next()?.0 {
        "t" => Kind::Text,
        "a" => Kind::Name,
        "j" => Kind::Json,
        "n" => Kind::Number,
        "b" => Kind::Boolean,
        "o" => Kind::Object,
        "l" => Kind::List,
        "L" => Kind::Objects,
        "B" => Kind::Body,
        _ => return None,
    })
}

/// The keys of a service's requests that S3 records as the XML that was sent.
pub fn bodies(service: &str) -> impl Iterator<Item = &'static str> {
    let groups = services().get(service).map(|(request, _)| *request).into_iter();
    groups
        .flat_map(|groups| groups.split(' ').filter_map(|group| group.strip_prefix("B=")))
        .flat_map(|keys| keys.split(','))
}

type Parts = (&'static str, &'static str);

fn services() -> &'static HashMap<&'static str, Parts> {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut text = String::new();
        ZlibDecoder::new(FILE)
            .read_to_string(&mut text)
            .expect("parameters.bin is written by parameters.py, and a test reads all of it");
        text
    });
    static SERVICES: LazyLock<HashMap<&str, Parts>> = LazyLock::new(|| {
        let line = |line: &'static str| {
            let (service, parts) = line.split_once('\t')?;
            Some((service, parts.split_once('\t')?))
        };
        TEXT.lines().filter_map(line).collect()
    });
    &SERVICES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn parameters_are_what_is_recorded() {
        let cases = [
            ("iam", Part::Request, "assumeRolePolicyDocument", Some(Kind::Json)),
            ("kms", Part::Request, "policy", Some(Kind::Json)),
            ("kms", Part::Request, "pendingWindowInDays", Some(Kind::Number)),
            ("iam", Part::Request, "userName", Some(Kind::Name)),
            // A function is named by its ARN too.
            ("lambda", Part::Request, "functionName", Some(Kind::Text)),
            ("rds", Part::Request, "publiclyAccessible", Some(Kind::Boolean)),
            ("rds", Part::Request, "vpcSecurityGroupIds", Some(Kind::List)),
            ("ec2", Part::Request, "ipPermissions", Some(Kind::Object)),
            ("guardduty", Part::Request, "accountDetails", Some(Kind::Objects)),
            ("s3", Part::Request, "VersioningConfiguration", Some(Kind::Body)),
            // A name in one answer, an object in another.
            ("rds", Part::Response, "dBSubnetGroup", None),
            ("ec2", Part::Request, "CreateFlowLogsRequest", None),
            ("nothing", Part::Request, "policy", None),
        ];
        for (service, part, path, expected) in cases {
            assert_eq!(of(service, part, path), expected, "{service} {path}");
        }
        assert!(bodies("s3").any(|key| key == "PublicAccessBlockConfiguration"));
        assert_eq!(bodies("iam").count(), 0);
    }

    #[test]
    fn every_line_is_a_service_of_the_catalog() {
        let known = |service: &str| Catalog::get().service(&format!("{service}.amazonaws.com")).is_some();
        assert!(services().len() > 300);
        for (service, (request, response)) in services() {
            // Some have no calls at all.
            assert!(known(service) || request.is_empty() && response.is_empty(), "{service}");
            for group in request.split(' ').chain(response.split(' ')).filter(|group| !group.is_empty()) {
                assert!(group.len() > 2 && "ajnbolLBt?".contains(&group[..1]), "{group}");
            }
        }
    }
}
