//! What a deployment would change of a stack's rules, in each format.

use std::fmt::Write;

use jiff::civil::Date;
use plan::{Arriving, StackPlan, StateChange};
use serde_json::json;

use super::rule;
use crate::changed;
use crate::markdown::{add, code};
use crate::style::{CAUTION, STRONG, count, number, paint};

/// What cannot be compared.
const HONEST: &str = "only rules are compared: what the stack's watchers say, their channels and their ignores are in its function's code, which \
                      cannot be read; --from REVISION compares them";
const RULES: usize = 26;
const EVENTS: usize = 20;
const KEYS: usize = 12;

/// What there is to print.
pub(crate) struct Planned<'a> {
    /// The stack's name.
    pub(crate) stack: &'a str,
    pub(crate) plan: &'a StackPlan,
    pub(crate) today: Date,
}

impl Planned<'_> {
    fn total(&self) -> String {
        let StackPlan { rules, states, arrive, stay_away, .. } = self.plan;
        let parts = [
            (arrive.len(), "example event arrives that did not", "example events arrive that did not"),
            (stay_away.len(), "example event no longer arrives", "example events no longer arrive"),
            (rules.len(), "rule changes", "rules change"),
            (states.len(), "rule is in another state", "rules are in another state"),
        ];
        let words = parts.iter().filter(|(found, ..)| *found > 0).map(|(found, one, many)| {
            format!("{} {}", number(*found as u64), if *found == 1 { one } else { many })
        });
        let words: Vec<String> = words.collect();
        if words.is_empty() { "nothing changes of its rules".to_owned() } else { words.join("; ") }
    }

    /// `24 rules in the stack, 26 of 40 in the project; the longest pattern …`
    fn budget(&self) -> String {
        let StackPlan { deployed, after, .. } = self.plan;
        format!(
            "{} in the stack, {} of {} in the project",
            count(*deployed, "rule"),
            after.rules,
            after.allowed
        )
    }
}

/// For people.
pub(crate) fn text(planned: &Planned<'_>) -> String {
    let plan = planned.plan;
    let title = format!("From the stack {} to the working folder: {}", planned.stack, planned.total());
    let mut text = format!("{}\n  {HONEST}\n", paint(STRONG, &title));
    for (title, events) in lists(plan) {
        if !events.is_empty() {
            let _ = write!(text, "\n{}\n", paint(CAUTION, title));
            text.extend(events.iter().map(|event| format!("  {}: {}\n", event.watcher, event.test)));
        }
    }
    if !plan.states.is_empty() {
        let _ = write!(text, "\n{}\n", paint(CAUTION, "Rules in another state"));
        text.extend(plan.states.iter().map(|found| format!("  {}\n", state(found, &found.name))));
    }
    if !plan.rules.is_empty() {
        let _ = write!(text, "\n{}\n  {}\n", paint(STRONG, "Rules"), planned.budget());
        for change in &plan.rules {
            let _ = writeln!(text, "  {}: {}", paint(STRONG, &change.rule), rule(change));
            text.extend(change.keys.iter().map(changed::text::key));
        }
    }
    text
}

/// As a comment for a pull request.
pub(crate) fn markdown(planned: &Planned<'_>) -> String {
    let plan = planned.plan;
    let mut text = format!(
        "{}### {}\n\n`watcher plan` from the stack {}; {HONEST}.\n",
        super::markdown::MARKER,
        planned.total(),
        code(planned.stack)
    );
    for (title, events) in lists(plan) {
        if !events.is_empty() {
            let _ = write!(text, "\n**{title}**\n\n");
            add(
                &mut text,
                events.iter().map(|event| format!("- {}: {}\n", code(&event.watcher), code(&event.test))),
                EVENTS,
            );
        }
    }
    if !plan.states.is_empty() {
        text += "\n**Rules in another state**\n\n";
        add(
            &mut text,
            plan.states.iter().map(|found| format!("- {}\n", state(found, &code(&found.name)))),
            RULES,
        );
    }
    if !plan.rules.is_empty() {
        let _ = write!(text, "\n<details><summary>Rules: {}</summary>\n\n", planned.budget());
        let item = |change: &plan::RuleChange| {
            let keys = change.keys.iter().take(KEYS).map(|change| changed::markdown::key(change, "  "));
            format!("- {}: {}\n{}", code(&change.rule), rule(change), keys.collect::<String>())
        };
        add(&mut text, plan.rules.iter().map(item), RULES);
        text += "\n</details>\n";
    }
    text
}

/// For programs.
pub(crate) fn json(planned: &Planned<'_>) -> String {
    let Planned { stack, plan, today } = planned;
    let json = json!({
        "version": 1, "from": format!("stack:{stack}"), "today": today, "changes": !plan.is_empty(), "stack": plan,
    });
    format!("{json:#}\n")
}

fn lists(plan: &StackPlan) -> [(&'static str, &[Arriving]); 2] {
    [
        ("Example events that the stack's rules take, and the project's do not", &plan.stay_away),
        ("Example events that alert in the project, and that the stack's rules do not take", &plan.arrive),
    ]
}

/// `Bucket03 is DISABLED in the account, and ENABLED in the project; see …`
fn state(found: &StateChange, name: &str) -> String {
    let StateChange { rule, before, after, .. } = found;
    format!(
        "{rule} is {before} in the account, and {after} in the project; CloudFormation leaves that as it is unless the rule changes: {name}"
    )
}
