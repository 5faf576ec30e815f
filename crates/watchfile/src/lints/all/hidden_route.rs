//! A `[[route]]` that never decides, because an earlier one does.

use watcher::Route;

use crate::cover::covers;
use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "hidden-route",
    level: Level::Warning,
    what: "a `[[route]]` that never decides, because an earlier one does",
    why: "The first route that matches the event and names the channel decides. What stands behind one that takes all of its events has no effect.",
    bad: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
[channels.staging]
slack = { webhook = "ssm:/account-watcher/slack/staging" }
[channels.staging-eu]
slack = { webhook = "ssm:/account-watcher/slack/staging-eu" }

[[route]]
when.account = ["210987654321"]
channels = { security = "staging" }

[[route]]
when = { account = ["210987654321"], region = ["eu-west-1"] }
channels = { security = "staging-eu" }
"#,
    good: r#"# account-watcher.toml
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
[channels.staging]
slack = { webhook = "ssm:/account-watcher/slack/staging" }
[channels.staging-eu]
slack = { webhook = "ssm:/account-watcher/slack/staging-eu" }

[[route]]
when = { account = ["210987654321"], region = ["eu-west-1"] }
channels = { security = "staging-eu" }

[[route]]
when.account = ["210987654321"]
channels = { security = "staging" }
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(file) = &context.project.config_file else { return Vec::new() };
    let routes = &context.project.config.routes;
    let mut findings = Vec::new();
    for (index, (route, place)) in routes.iter().zip(&file.routes).enumerate() {
        for (name, span) in &place.from {
            let hides =
                |earlier: &&Route| earlier.channels.contains_key(name) && covers(&earlier.when, &route.when);
            let Some(earlier) = routes[..index].iter().position(|earlier| hides(&earlier)) else { continue };
            let message = format!("an earlier route redirects `{name}` for all these events");
            let finding = Finding::new(&LINT, &file.source, span.clone(), message)
                .help("put the narrower route first, or delete this entry");
            findings.push(finding.related(
                &file.source,
                file.routes[earlier].span.clone(),
                "this one decides",
            ));
        }
    }
    findings
}
