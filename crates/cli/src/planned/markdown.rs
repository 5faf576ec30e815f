//! What a deployment would change, as a comment for a pull request: short, the most important first, the rest folded.
//!
//! Every text of a file is the pull request's, whoever wrote it, so it stands in code only, in which nothing is markup, a link
//! or a mention.

use std::fmt::Write;

use plan::{Alert, AlertChange, EventChange, RuleChange, RulesChange, Why};
use watchfile::End;
use watchfile::changes::{Happened, KeyChange, WatcherChange};

use super::{Planned, budget, differing, end, rule, sign};
use crate::changed::markdown::key;
use crate::changed::{events, values};
use crate::markdown::{add, cell, code, diff};
use crate::style::{count, number};

/// So many parts of the summary are the heading.
const HEADING: usize = 2;
/// So many of each are shown.
const EVENTS: usize = 20;
const WATCHERS: usize = 30;
const KEYS: usize = 12;
const ENDS: usize = 10;
const RULES: usize = 26;
/// So many example events of one watcher, and lines of an alert.
const ALIKE: usize = 2;
const LINES: usize = 24;
const VALUES: usize = 3;

/// By it a workflow finds the comment that it wrote before.
pub(crate) const MARKER: &str = "<!-- watcher plan -->\n";

/// The comment.
pub(crate) fn report(planned: &Planned<'_>) -> String {
    let plan = planned.plan;
    let total = planned.total();
    let (heading, rest) = total.split_at(HEADING.min(total.len()));
    let mut text = format!("{MARKER}### {}\n\n", heading.join("; "));
    if !rest.is_empty() {
        let _ = writeln!(text, "Also: {}.\n", rest.join("; "));
    }
    let _ = writeln!(
        text,
        "`watcher plan` from {}, with {}; {} the same.",
        code(planned.from),
        count(plan.alerts.events, "example event"),
        count(plan.watchers.same, "watcher")
    );
    if !planned.complete {
        text += "\n**Not all could be read**: a state has findings, and the rules are not compared before they are fixed.\n";
    }
    if !planned.left_out.is_empty() {
        let names: Vec<String> = planned.left_out.iter().take(WATCHERS).map(|name| code(name)).collect();
        let _ = writeln!(text, "\n**Not compared**, for their findings: {}.", names.join(", "));
    }
    silent(&mut text, &planned.events(AlertChange::Silent));
    watchers(&mut text, planned);
    if !plan.ends.is_empty() {
        text += "\n**Ignores that end**\n\n";
        add(&mut text, plan.ends.iter().map(|found| ending(found, planned)), ENDS);
    }
    for (kind, title) in [(AlertChange::New, "New alerts"), (AlertChange::Other, "Alerts changed")] {
        let found = planned.events(kind);
        if !found.is_empty() {
            let _ = write!(
                text,
                "\n<details><summary>{title}: {}</summary>\n",
                count(found.len(), "example event")
            );
            let (shown, left) = few_of_each(&found);
            add(&mut text, shown.into_iter().map(event), EVENTS);
            if left > 0 {
                let _ = writeln!(text, "\n{} more of these watchers", number(left as u64));
            }
            text += "\n</details>\n";
        }
    }
    let settings: Vec<&KeyChange> = plan.settings.iter().chain(&plan.watchers.ignores).collect();
    if !settings.is_empty() {
        text += "\n<details><summary>account-watcher.toml</summary>\n\n";
        add(&mut text, settings.into_iter().map(|change| key(change, "")), KEYS);
        text += "\n</details>\n";
    }
    if let Some(rules) = plan.rules.as_ref().filter(|rules| !rules.is_empty()) {
        self::rules(&mut text, rules);
    }
    text
}

/// What alerted, and does not any more.
fn silent(text: &mut String, found: &[&EventChange]) {
    if found.is_empty() {
        return;
    }
    *text += "\n> [!CAUTION]\n> These example events alerted before, and would no longer:\n>\n";
    let line = |event: &&EventChange| {
        let was: Vec<String> = event.before.iter().map(before).collect();
        let why: Vec<String> = event.why.iter().map(why).collect();
        format!("> - {}: {}\n", was.join("; "), why.join("; "))
    };
    let mut list = String::new();
    add(&mut list, found.iter().map(line), EVENTS);
    // The line that says how many are left out is of the quotation, too.
    let quoted =
        list.lines().map(|line| if line.starts_with('>') { line.to_owned() } else { format!("> {line}") });
    text.extend(quoted.map(|line| line + "\n"));
}

/// **high** to `security`: `S3 bucket deleted` by `s3-bucket-deleted`
fn before(alert: &Alert) -> String {
    let channels: Vec<String> = alert.channels.iter().map(|name| code(name)).collect();
    format!("**{}** to {}: {}", alert.severity.as_str(), channels.join(", "), code(&alert.title))
}

fn why(why: &Why) -> String {
    match why {
        Why::Removed { watcher } => format!("{} was removed", code(watcher)),
        Why::Off { watcher } => format!("{} is off", code(watcher)),
        Why::Ignored { watcher, because } => format!("{} ignores it, {}", code(watcher), code(because)),
        Why::Unmatched { watcher, because } => format!("{} does not match, {}", code(watcher), code(because)),
        Why::Nowhere { watcher } => format!("{} has no channel", code(watcher)),
    }
}

/// A table of what happens to watchers, and what differs of each.
fn watchers(text: &mut String, planned: &Planned<'_>) {
    let kinds = [Happened::Removed, Happened::Added, Happened::Renamed, Happened::Changed];
    let found: Vec<&WatcherChange> = kinds.into_iter().flat_map(|kind| planned.watchers(kind)).collect();
    if found.is_empty() {
        return;
    }
    *text += "\n| watcher | | severity | channels |\n|---|---|---|---|\n";
    add(text, found.iter().map(|watcher| row(watcher)), WATCHERS);
    let with_keys: Vec<&&WatcherChange> = found.iter().filter(|watcher| !watcher.keys.is_empty()).collect();
    if !with_keys.is_empty() {
        let _ = write!(
            text,
            "\n<details><summary>What changes in {}</summary>\n\n",
            count(with_keys.len(), "watcher")
        );
        let item = |watcher: &&WatcherChange| {
            let mut text = format!("- {}\n", code(&watcher.name));
            text.extend(watcher.keys.iter().take(KEYS).map(|change| key(change, "  ")));
            text
        };
        add(text, with_keys.into_iter().map(item), WATCHERS);
        *text += "\n</details>\n";
    }
}

fn row(watcher: &WatcherChange) -> String {
    let list =
        |names: &[String]| names.iter().take(VALUES).map(|name| cell(name)).collect::<Vec<_>>().join(", ");
    let of = |key: &str| watcher.keys.iter().find(|change| change.key == key);
    let severity = of("severity").and_then(values);
    let severity =
        severity.map_or_else(|| watcher.severity.to_owned(), |(was, is)| format!("{was} → **{is}**"));
    let channels = of("channels").map_or_else(
        || list(&watcher.channels),
        |change| {
            let signed = [("−", &change.removed), ("+", &change.added)];
            let all = signed.into_iter().filter(|(_, names)| !names.is_empty());
            all.map(|(sign, names)| format!("{sign} {}", list(names))).collect::<Vec<_>>().join(" ")
        },
    );
    format!("| {} | {} | {severity} | {channels} |\n", cell(&watcher.name), happens(watcher))
}

/// **goes**, is switched off, takes fewer events, changes `message`
fn happens(watcher: &WatcherChange) -> String {
    let off = if watcher.on { "" } else { ", off" };
    let instead = watcher.instead.as_ref().map_or_else(String::new, |instead| format!(": {}", cell(instead)));
    let mut words = match watcher.change {
        Happened::Added => return format!("added{off}: {}", cell(&watcher.title)),
        Happened::Removed if watcher.on => return format!("**removed**{instead}"),
        Happened::Removed => return format!("removed, was off{instead}"),
        Happened::Renamed => {
            vec![format!("was {}", cell(watcher.renamed_from.as_deref().unwrap_or_default()))]
        }
        Happened::Changed => Vec::new(),
    };
    let names = watcher.key_names();
    let switched = names.contains(&"enabled");
    match (switched, watcher.on) {
        (true, true) => words.push("is switched **on**".to_owned()),
        (true, false) => words.push("is switched **off**".to_owned()),
        (false, true) => {}
        (false, false) => words.push("is off".to_owned()),
    }
    words.extend(watcher.events.map(|found| events(found).to_owned()));
    let shown = ["enabled", "severity", "channels", "pattern"];
    let others: Vec<String> = names.into_iter().filter(|name| !shown.contains(name)).map(cell).collect();
    if !others.is_empty() {
        words.push(format!("changes {}", others.join(", ")));
    }
    if words.is_empty() { "changes".to_owned() } else { words.join(", ") }
}

fn ending(found: &End, planned: &Planned<'_>) -> String {
    let watchers: Vec<String> = found.watchers.iter().take(VALUES).map(|name| code(name)).collect();
    let more = found.watchers.len().saturating_sub(VALUES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let watchers = if watchers.is_empty() { "all watchers".to_owned() } else { watchers.join(", ") };
    let style = if found.ended { "**" } else { "" };
    let place = code(&format!("{}:{}", found.file, found.line));
    let when = end(found, planned.today);
    format!("- {watchers}{more}: {style}{when}{style}: {}, {place}\n", code(&found.reason))
}

/// The first events of each watcher, and how many are left.
fn few_of_each<'a>(found: &[&'a EventChange]) -> (Vec<&'a EventChange>, usize) {
    let mut shown: Vec<&EventChange> = Vec::new();
    for event in found {
        if shown.iter().filter(|earlier| earlier.watcher == event.watcher).count() < ALIKE {
            shown.push(event);
        }
    }
    let left = found.len() - shown.len();
    (shown, left)
}

fn event(event: &EventChange) -> String {
    let mut text = format!("\n{}: {}\n", code(&event.watcher), code(&event.test));
    for (was, is) in event.pairs() {
        let name = was.or(is).map_or("", |alert| &alert.watcher);
        if name != event.watcher {
            let _ = write!(text, "\nby {}\n", code(name));
        }
        let all = differing(was, is);
        let mut lines: Vec<String> =
            all.iter().take(LINES).map(|(tag, line)| format!("{} {line}", sign(*tag))).collect();
        if all.len() > LINES {
            lines.push(format!("  and {} more lines", all.len() - LINES));
        }
        let _ = write!(text, "\n{}", diff(&lines));
    }
    text
}

fn rules(text: &mut String, rules: &RulesChange) {
    let _ = write!(text, "\n<details><summary>Rules: {}</summary>\n\n", budget(&rules.before, &rules.after));
    let item = |change: &RuleChange| {
        let mut text = format!("- {}: {}\n", code(&change.rule), rule(change));
        text.extend(change.keys.iter().take(KEYS).map(|change| key(change, "  ")));
        text
    };
    add(text, rules.rules.iter().map(item), RULES);
    if rules.forwarding {
        *text += "\nWhat forwards from other regions and accounts needs the new `generated/forward.json`.\n";
    }
    *text += "\n</details>\n";
}
