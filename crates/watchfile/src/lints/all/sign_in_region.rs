//! A sign-in, which lands in the region of its endpoint.

use aws_facts::detail_types::SIGN_IN;
use aws_facts::regions::{GLOBAL, SIGN_IN_ENDPOINTS, elsewhere};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::literals;
use super::super::{Check, Context};
use super::global_event::stack;

pub(super) static LINT: Lint = Lint {
    name: "sign-in-region",
    level: Level::Note,
    what: "a sign-in, which lands in the region of its endpoint",
    why: "The root user's are in us-east-1; others in us-east-1, us-east-2, eu-north-1, ap-southeast-2 or where a regional endpoint was used: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html. With `--region` of another region this is a warning.",
    bad: r#"[pattern]
source = ["aws.signin"]
detail-type = ["AWS Console Sign In via CloudTrail"]
detail.eventName = ["ConsoleLogin"]
"#,
    good: r#"title = "S3 bucket deleted"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, context: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let is_sign_in = |alternative: &event_pattern::Alternative| {
        literals(alternative, "source").contains(&"aws.signin")
            || literals(alternative, "detail-type").contains(&SIGN_IN)
    };
    let seen = context.project.seen_regions(context.options.region.as_deref());
    let sees = |region: &str| seen.iter().flatten().any(|seen| *seen == region);
    if !pattern.pattern.alternatives().iter().any(is_sign_in) || sees(GLOBAL) {
        return Vec::new();
    }
    let leaf = pattern.at("source").chain(pattern.at("detail-type")).next();
    let span = leaf.map_or(pattern.span.clone(), |leaf| leaf.span.clone());
    let tell = |message: String| Finding::new(&LINT, &file.source, span.clone(), message);
    let root_only = !elsewhere(&pattern.pattern, &["eu-west-1"]).is_empty();
    let finding = match seen.as_deref() {
        Some(seen) if root_only || !SIGN_IN_ENDPOINTS.into_iter().any(sees) => Finding {
            severity: Level::Warning,
            ..tell(format!("{} sees few sign-ins, and none of the root user", stack(seen)))
        },
        _ if root_only => tell(format!("the root user's sign-ins are on the bus of {GLOBAL} only")),
        _ => tell("sign-ins are on the bus of the region of their endpoint".to_owned()),
    };
    vec![
        finding.help(format!(
            "deploy the watcher in {GLOBAL}, where most sign-ins and all of the root user are"
        )),
    ]
}
