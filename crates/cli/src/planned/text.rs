//! What a deployment would change, for people.

use std::fmt::Write;

use plan::{Alert, AlertChange, EventChange, RulesChange, Why};
use similar::ChangeTag;
use watcher::visible;
use watchfile::changes::{Happened, WatcherChange};

use super::{Planned, budget, differing, end, rule, sign};
use crate::changed::events;
use crate::changed::text::key;
use crate::folder::Folder;
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, count, number, paint};

/// All of it.
pub(crate) fn report(planned: &Planned<'_>, folder: &Folder) -> String {
    let plan = planned.plan;
    let mut text = paint(
        STRONG,
        &format!("From {} to the working folder: {}", planned.from, planned.total().join("; ")),
    ) + "\n";
    if !planned.complete {
        let rules = "not all could be read: the rules are not compared before the findings are fixed";
        let _ = writeln!(text, "  {}", paint(CAUTION, rules));
    }
    if !planned.left_out.is_empty() {
        let names: Vec<&str> = planned.left_out.iter().map(String::as_str).collect();
        let _ =
            writeln!(text, "  {}, for their findings: {}", paint(CAUTION, "not compared"), names.join(", "));
    }
    let kinds = [
        (AlertChange::Silent, "No longer alerts", ERROR),
        (AlertChange::New, "New alerts", STRONG),
        (AlertChange::Other, "Alerts changed", STRONG),
    ];
    for (kind, title, style) in kinds {
        let found = planned.events(kind);
        if !found.is_empty() {
            let _ = write!(text, "\n{}\n", paint(style, title));
            text.extend(found.into_iter().map(event));
        }
    }
    let kinds = [
        (Happened::Added, "Watchers added"),
        (Happened::Removed, "Watchers removed"),
        (Happened::Renamed, "Renamed watchers"),
        (Happened::Changed, "Watchers changed"),
    ];
    for (kind, title) in kinds {
        let found = planned.watchers(kind);
        if !found.is_empty() {
            let _ = write!(text, "\n{}\n", paint(STRONG, title));
            text.extend(found.into_iter().map(watcher));
        }
    }
    let settings: Vec<_> = plan.settings.iter().chain(&plan.watchers.ignores).collect();
    if !settings.is_empty() {
        let _ = write!(text, "\n{}\n", paint(STRONG, "account-watcher.toml"));
        text.extend(settings.into_iter().map(key));
    }
    if let Some(rules) = plan.rules.as_ref().filter(|rules| !rules.is_empty()) {
        let _ = write!(text, "\n{}\n{}", paint(STRONG, "Rules"), self::rules(rules));
    }
    if !plan.ends.is_empty() {
        let _ = write!(text, "\n{}\n", paint(STRONG, "Ignores that end"));
        for found in &plan.ends {
            let style = if found.ended { ERROR } else { CAUTION };
            let watchers =
                if found.watchers.is_empty() { "all watchers".to_owned() } else { found.watchers.join(", ") };
            let place = format!("{}:{}", folder.show(&found.file), found.line);
            let when = paint(style, &end(found, planned.today));
            let _ = writeln!(
                text,
                "  {watchers}: {when}: {} {}",
                visible::line(&found.reason),
                paint(FAINT, &place)
            );
        }
    }
    if !plan.is_empty() {
        let same = format!(
            "{} the same; {} tried",
            count(plan.watchers.same, "watcher"),
            count(plan.alerts.events, "example event")
        );
        let _ = writeln!(text, "\n{}", paint(FAINT, &same));
    }
    text
}

fn event(event: &EventChange) -> String {
    let mut text = format!("  {}: {}\n", paint(STRONG, &event.watcher), visible::line(&event.test));
    text.extend(
        event.why.iter().map(|why| format!("    {}\n", paint(CAUTION, &visible::line(&self::why(why))))),
    );
    for (was, is) in event.pairs() {
        let name = was.or(is).map_or("", |alert| &alert.watcher);
        if name != event.watcher || event.pairs().len() > 1 {
            let _ = writeln!(text, "    by {name}");
        }
        text += &alert(was, is);
    }
    text
}

fn alert(was: Option<&Alert>, is: Option<&Alert>) -> String {
    let line = |(tag, line): (ChangeTag, String)| {
        let line = visible::line(&line);
        let style = match tag {
            ChangeTag::Delete => ERROR,
            ChangeTag::Insert => GOOD,
            ChangeTag::Equal => return format!("      {}\n", paint(FAINT, &line)),
        };
        format!("    {}\n", paint(style, &format!("{} {line}", sign(tag))))
    };
    differing(was, is).into_iter().map(line).collect()
}

fn why(why: &Why) -> String {
    match why {
        Why::Removed { watcher } => format!("the watcher `{watcher}` was removed"),
        Why::Off { watcher } => format!("the watcher `{watcher}` is off"),
        Why::Ignored { watcher, because } => format!("`{watcher}` ignores it: {because}"),
        Why::Unmatched { watcher, because } => format!("`{watcher}` does not match: {because}"),
        Why::Nowhere { watcher } => format!("`{watcher}` has no channel"),
    }
}

fn watcher(watcher: &WatcherChange) -> String {
    let mut text = format!("  {}", paint(STRONG, &watcher.name));
    let is_on = if watcher.on { "on" } else { "off" };
    match watcher.change {
        Happened::Added => {
            let channels = watcher.channels.join(", ");
            let _ = write!(
                text,
                ": {}, {is_on}, to {channels}: {}",
                watcher.severity,
                visible::line(&watcher.title)
            );
        }
        Happened::Removed => {
            let _ = write!(text, ": was {}, {is_on}: {}", watcher.severity, visible::line(&watcher.title));
        }
        Happened::Renamed => {
            let _ = write!(text, " was {}", watcher.renamed_from.as_deref().unwrap_or_default());
        }
        Happened::Changed if !watcher.on => text += ", which is off",
        Happened::Changed => {}
    }
    if let Some(found) = watcher.events {
        let _ = write!(text, ": {}", events(found));
    }
    if let Some(instead) = &watcher.instead {
        let _ = write!(text, "; {instead}");
    }
    text.push('\n');
    text.extend(watcher.keys.iter().map(key));
    text
}

fn rules(rules: &RulesChange) -> String {
    let mut text = format!("  {}\n", budget(&rules.before, &rules.after));
    for change in &rules.rules {
        let _ = writeln!(text, "  {}: {}", paint(STRONG, &change.rule), rule(change));
        text.extend(change.keys.iter().map(key));
    }
    if rules.forwarding {
        text += "  what forwards from other regions and accounts needs the new generated/forward.json\n";
    }
    let total = number((rules.after.characters) as u64);
    let _ = writeln!(
        text,
        "  {}",
        paint(
            FAINT,
            &format!("{total} characters in all patterns, {} before", number(rules.before.characters as u64))
        )
    );
    text
}
