//! `watcher rules`: the EventBridge rules made of the watchers, and what is left of their quotas.

use std::fmt::Write;
use std::path::Path;

use aws_facts::regions;
use rules::{Forward, Rule, Rules, limits};
use watchfile::Project;

use crate::exit::{Error, Status};
use crate::format::Format;
use crate::output;
use crate::project;
use crate::style::{CAUTION, FAINT, GOOD, STRONG, count, number, paint};

/// Show the EventBridge rules made of the watchers, and what is left of their quotas.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct RulesArgs {
    /// Also list the watchers whose events never reach a stack in this region, by default the home of `[forward]`.
    #[arg(long, value_name = "REGION")]
    region: Option<String>,

    /// The rules with which other regions and accounts forward to the home stack; json is their whole template.
    #[arg(long, conflicts_with = "region")]
    forward: bool,

    /// How to print the rules; json is the fragment that the SAM template includes.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

const HELP: &str = "\
Examples:
  watcher rules
  watcher rules --region eu-west-1
  watcher rules --format json             # as the build writes it to generated/events.json
  watcher rules --forward --format json   # as the build writes it to generated/forward.json

Exit codes:
  0  the rules fit the quotas
  1  the project has findings, or the rules do not fit; no rules are printed then
  2  bad usage, or no project
  3  no watcher is switched on";

pub(super) fn run(args: &RulesArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = &project::open(project)?;
    let (region, format) = (args.region.as_deref(), args.format);
    super::check_regions(&args.region)?;
    if region.is_some() && format == Format::Json {
        return Err(Error::usage("--region goes with --format text: the JSON is the same in every region"));
    }
    if !opened.findings.is_empty() {
        opened.tell_findings();
        output::complain("no rules are made before the findings are fixed");
        return Ok(Status::Findings);
    }
    if args.forward {
        return forwarding(&opened.project, format);
    }
    let rules = Rules::generate(&opened.project.watchers()).map_err(|e| Error::usage(e.to_string()))?;
    match format {
        Format::Json => output::print_exactly(rules.fragment().as_bytes())?,
        Format::Text => {
            let mut text = rules.iter().map(rule).collect::<String>() + &budget(&rules);
            if let Some(seen) = opened.project.seen_regions(region) {
                text += &silent(&opened.project, &seen);
            }
            output::print(&text)?;
        }
    }
    Ok(if rules.iter().len() == 0 { Status::Nothing } else { Status::Clean })
}

fn rule(rule: &Rule) -> String {
    let state = rule.state();
    format!(
        "{}  {state}\n  {} of {} characters, {} of {} combinations{}\n  {}\n\n",
        paint(STRONG, &rule.id),
        number(rule.characters() as u64),
        number(limits::PATTERN as u64),
        number(rule.combinations() as u64),
        number(limits::COMBINATIONS as u64),
        if rule.widened { ", widened to fit: the function drops what no watcher wants" } else { "" },
        paint(FAINT, &rule.pattern.to_string())
    )
}

fn budget(rules: &Rules) -> String {
    let mut text = format!("{} of {}\n", count(rules.iter().len(), "rule"), limits::RULES);
    if let Some(longest) = rules.iter().max_by_key(|rule| rule.characters()) {
        let left = limits::PATTERN.saturating_sub(longest.characters());
        let _ = writeln!(
            text,
            "longest pattern: {}, {} of {} characters, {} left",
            longest.id,
            number(longest.characters() as u64),
            number(limits::PATTERN as u64),
            number(left as u64)
        );
    }
    text
}

/// The rules of the forwarding stacks.
fn forwarding(project: &Project, format: Format) -> Result<Status, Error> {
    let forward = Rules::forward(&project.watchers()).map_err(|e| Error::usage(e.to_string()))?;
    match format {
        Format::Json => output::print_exactly(forward.template().as_bytes())?,
        Format::Text => output::print(&forwarded(&forward))?,
    }
    Ok(if forward.iter().len() == 0 { Status::Nothing } else { Status::Clean })
}

fn forwarded(forward: &Forward) -> String {
    let mut text = String::new();
    let mut longest = 0;
    for forward in forward.iter() {
        text += &rule(&forward.rule);
        longest = longest.max(forward.rule.characters());
        let elsewhere = match &forward.elsewhere {
            Some(pattern) if *pattern == forward.rule.pattern => continue,
            Some(pattern) => {
                longest = longest.max(rules::characters(pattern));
                format!(
                    "  in regions other than {}:\n  {}\n\n",
                    regions::GLOBAL,
                    paint(FAINT, &pattern.to_string())
                )
            }
            None => format!("  in {} only\n\n", regions::GLOBAL),
        };
        text.truncate(text.trim_end().len());
        let _ = write!(text, "\n{elsewhere}");
    }
    let left = limits::PATTERN.saturating_sub(longest);
    let _ = writeln!(
        text,
        "{} in each region that forwards, of 300 on its bus\nlongest pattern: {} of {} characters, {} left",
        count(forward.iter().len(), "rule"),
        number(longest as u64),
        number(limits::PATTERN as u64),
        number(left as u64)
    );
    text
}

/// The watchers that cannot fire in a stack that gets the events of these regions, its own first.
fn silent(project: &Project, seen: &[&str]) -> String {
    let region = match seen {
        [home, others @ ..] if !others.is_empty() => {
            let forward = if others.len() == 1 { "forwards" } else { "forward" };
            format!("{home}, to which {} {forward}", others.join(", "))
        }
        _ => seen.concat(),
    };
    let enabled = project.files.iter().filter(|file| file.enabled);
    let silent: Vec<(&str, String)> = enabled
        .map(|file| (file.watcher.name.as_str(), regions::elsewhere(&file.watcher.pattern, seen)))
        .filter(|(_, events)| !events.is_empty())
        .map(|(name, events)| (name, events.join(", ")))
        .collect();
    if silent.is_empty() {
        return paint(GOOD, &format!("all watchers can fire in {region}")) + "\n";
    }
    let title = format!("{} cannot fire in {region}", count(silent.len(), "watcher"));
    let mut text = format!(
        "{}, because these events are on the bus of {} only:\n",
        paint(CAUTION, &title),
        regions::GLOBAL
    );
    let width = silent.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, events) in silent {
        let _ = writeln!(text, "  {name:width$}  {events}");
    }
    text
}
