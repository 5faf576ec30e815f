//! Routes: which channel gets the alerts of an account, a region or a source instead of the one that the watcher names.

use std::collections::{BTreeMap, BTreeSet};

use event_pattern::Pattern;
use serde::{Deserialize, Serialize};

/// A `[[route]]` of `account-watcher.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// Which events it is about; a pattern on the envelope.
    #[serde(with = "crate::watcher::pattern")]
    pub when: Pattern,
    /// Channels by the ones that watchers name: what would go to the first goes to the second.
    pub channels: BTreeMap<String, String>,
}

/// A channel that a watcher names, and the one that gets the alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routed<'a> {
    /// As the watcher says.
    pub named: &'a str,
    /// As the routes say; the same, where none redirects it.
    pub to: &'a str,
}

/// The channels of an event, in the order in which the watcher names them. The first route that matches the event and
/// names the channel decides. What was redirected once is not redirected again, and a channel that is reached in two
/// ways gets the alert once.
pub(crate) fn routed<'a>(channels: &'a [String], routes: &'a [Route], event: &[u8]) -> Vec<Routed<'a>> {
    // The event matched a pattern already, so it is JSON.
    let matching: Vec<&Route> =
        routes.iter().filter(|route| route.when.matches(event).unwrap_or(false)).collect();
    let mut seen = BTreeSet::new();
    let target = |named: &'a String| {
        let to = matching.iter().find_map(|route| route.channels.get(named)).unwrap_or(named);
        Routed { named, to }
    };
    channels.iter().map(target).filter(|routed| seen.insert(routed.to)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(channels: &[String], routes: &[Route], event: &str) -> Vec<String> {
        routed(channels, routes, event.as_bytes()).into_iter().map(|routed| routed.to.to_owned()).collect()
    }

    fn route(when: &str, channels: &[(&str, &str)]) -> Route {
        let channels = channels.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        Route { when: Pattern::parse(when).unwrap(), channels }
    }

    #[test]
    fn the_first_route_that_names_the_channel_decides() {
        let routes = [
            route(r#"{"account": ["222222222222"], "region": ["eu-west-1"]}"#, &[("security", "berlin")]),
            route(r#"{"account": ["222222222222"]}"#, &[("security", "staging"), ("email", "staging-email")]),
            route(r#"{"source": ["aws.iam"]}"#, &[("berlin", "identity"), ("security", "identity")]),
        ];
        let cases: [(&str, &str, &str, &[&str]); 6] = [
            ("111111111111", "eu-west-1", "aws.s3", &["security", "email", "audit"]),
            ("222222222222", "us-east-1", "aws.s3", &["staging", "staging-email", "audit"]),
            // The first; and its target is not redirected by the third.
            ("222222222222", "eu-west-1", "aws.iam", &["berlin", "staging-email", "audit"]),
            ("111111111111", "eu-west-1", "aws.iam", &["identity", "email", "audit"]),
            ("222222222222", "us-east-1", "aws.iam", &["staging", "staging-email", "audit"]),
            ("333333333333", "us-east-1", "aws.ec2", &["security", "email", "audit"]),
        ];
        let channels = ["security", "email", "audit"].map(str::to_owned);
        for (account, region, source, expected) in cases {
            let event = format!(r#"{{"account": "{account}", "region": "{region}", "source": "{source}"}}"#);
            assert_eq!(targets(&channels, &routes, &event), expected, "{event}");
        }
        assert_eq!(targets(&channels, &[], "{}"), ["security", "email", "audit"]);
    }

    #[test]
    fn a_channel_that_is_reached_twice_gets_the_alert_once() {
        let routes = [route(r#"{"account": ["1"]}"#, &[("security", "audit"), ("email", "audit")])];
        let channels = ["security", "audit", "email"].map(str::to_owned);
        assert_eq!(targets(&channels, &routes, r#"{"account": "1"}"#), ["audit"]);
    }
}
