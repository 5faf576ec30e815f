//! A region in `[forward]` that is not known.

use aws_facts::regions::{known, partition};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::suggest::did_you_mean;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-region",
    level: Level::Warning,
    what: "a region in `[forward]` that is not known",
    why: "What is seen from a region that does not exist is nothing. AWS adds regions, so it may be new: then this is only a warning.",
    bad: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1", "eu-central-7"]
"#,
    good: r#"# account-watcher.toml
[forward]
home = "eu-west-1"
regions = ["us-east-1", "eu-central-1"]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(file) = &context.project.config_file else { return Vec::new() };
    let regions = file.forward.iter().flat_map(|forward| &forward.places);
    let unknown =
        regions.filter(|(name, _)| partition(name) == "aws" && !known().any(|region| region == name));
    unknown
        .map(|(name, span)| {
            let near = did_you_mean(name, known());
            let help = near.unwrap_or_else(|| "if AWS has added it since, all is well".to_owned());
            Finding::new(&LINT, &file.source, span.clone(), format!("unknown region `{name}`")).help(help)
        })
        .collect()
}
