//! A region in `[forward]` or in a pattern that is not known.

use aws_facts::regions::{is_region, known, partition};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::Leaf;
use crate::suggest::did_you_mean;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "unknown-region",
    level: Level::Warning,
    what: "a region in `[forward]` or in a pattern that is not known",
    why: "Nothing comes from a region that does not exist. AWS adds regions, so it may be new: then this is only a warning.",
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
    fix: Some("writes the region that is meant, if only its words are misspelt, and just one is as near"),
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Project(check);

fn check(context: &Context<'_>) -> Vec<Finding> {
    let project = context.project;
    let config = project.config_file.iter();
    let forwarded = config.flat_map(|file| {
        file.forward
            .iter()
            .flat_map(|forward| &forward.places)
            .map(|(name, span)| (&file.source, &**name, span))
    });
    let patterns = project.readable().map(|file| (&file.source, &file.places.pattern));
    let wanted = patterns.flat_map(|(source, pattern)| {
        let texts = PATHS.into_iter().flat_map(|path| pattern.at(path)).flat_map(Leaf::texts);
        texts.map(move |(name, span)| (source, name, span))
    });
    let is_unknown =
        |name: &str| is_region(name) && partition(name) == "aws" && !known().any(|region| region == name);
    forwarded
        .chain(wanted)
        .filter(|(_, name, _)| is_unknown(name))
        .map(|(source, name, span)| {
            let near = did_you_mean(name, known());
            let help = near.unwrap_or_else(|| "if AWS has added it since, all is well".to_owned());
            let message = format!("unknown region `{name}`");
            let finding = Finding::new(&LINT, source, span.clone(), message).help(help);
            finding.respelt(name, known().filter(|region| number(region) == number(name)))
        })
        .collect()
}

/// Where a pattern names regions.
const PATHS: [&str; 2] = ["region", "detail.awsRegion"];

/// AWS adds regions by counting on: a number is no slip.
fn number(region: &str) -> &str {
    region.rsplit('-').next().unwrap_or_default()
}
