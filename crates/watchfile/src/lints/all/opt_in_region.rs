//! A region in `[forward]` that accounts must enable first.

use aws_facts::regions::is_opt_in;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "opt-in-region",
    level: Level::Note,
    what: "a region in `[forward]` that accounts must enable first",
    why: "A forwarding stack can be deployed only in accounts that have enabled the region: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html. In the others nothing can happen there.",
    bad: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1", "me-south-1"]
"#,
    good: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

const HELP: &str = "enable it in each account before you deploy its forwarding stack";

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(file) = &context.project.config_file else { return Vec::new() };
    let regions = file.forward.iter().flat_map(|forward| &forward.places);
    let note = |(name, span): &(String, std::ops::Range<usize>)| {
        let message = format!("`{name}` is an opt-in region, which is off in a new account");
        Finding::new(&LINT, &file.source, span.clone(), message).help(HELP)
    };
    regions.filter(|(name, _)| is_opt_in(name)).map(note).collect()
}
