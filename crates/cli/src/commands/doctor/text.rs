//! The report, for people.

use std::fmt::Write;

use doctor::{Finding, Fired, Severity, Unanswered};

use super::Report;
use crate::style::{CAUTION, ERROR, FAINT, GOOD, STRONG, count, paint};

pub(super) fn report(report: &Report) -> String {
    let stack = &report.patient.stack;
    let mut text = String::new();
    for (_, one) in report.findings() {
        text += &finding(one);
    }
    for (check, one) in report.unchecked() {
        text += &unchecked(check, one);
    }
    text += &fired(report);
    let _ = writeln!(
        text,
        "{} in {} of account {}: {}",
        paint(STRONG, &stack.name),
        stack.region,
        stack.account,
        summary(report)
    );
    text
}

fn finding(finding: &Finding) -> String {
    let style = match finding.fault.severity {
        Severity::Error => ERROR,
        Severity::Warning => CAUTION,
    };
    let head = format!("{}[{}]", finding.fault.severity.as_str(), finding.fault.id);
    let mut text = format!("{}: {}\n", paint(style, &head), paint(STRONG, &finding.what));
    let _ = writeln!(text, "  why: {}", finding.fault.why);
    for fix in &finding.fixes {
        match (fix.note, fix.command.as_str()) {
            ("", command) => {
                let _ = writeln!(text, "  fix: {command}");
            }
            (note, "") => {
                let _ = writeln!(text, "  fix: {note}");
            }
            (note, command) => {
                let _ = writeln!(text, "  fix: {note}\n       {command}");
            }
        }
    }
    text + "\n"
}

fn unchecked(check: &str, unanswered: &Unanswered) -> String {
    let help = if unanswered.denied {
        format!("  fix: allow {}; `watcher doctor --policy` prints all that is needed\n", unanswered.action)
    } else {
        String::new()
    };
    let head = paint(CAUTION, &format!("unchecked[{check}]"));
    let what = paint(STRONG, &format!("{} did not answer, so nothing is known of it", unanswered.action));
    format!("{head}: {what}\n  why: {}\n{help}\n", unanswered.reason)
}

/// When the watchers fired.
fn fired(report: &Report) -> String {
    let Some(Ok(Some(fired))) = &report.fired else { return String::new() };
    let title = format!("Last fired, in the last {}", count(report.days as usize, "day"));
    let mut text = format!("{}\n", paint(STRONG, &title));
    let known: Vec<&str> = report.patient.watchers.iter().map(|watcher| watcher.name.as_str()).collect();
    let mut rows: Vec<_> = fired.iter().filter(|(name, _)| known.contains(&name.as_str())).collect();
    rows.sort_by_key(|(name, time)| (std::cmp::Reverse(**time), *name));
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, time) in rows {
        let _ =
            writeln!(text, "  {name:width$}  {}", paint(FAINT, &time.strftime("%F %H:%M UTC").to_string()));
    }
    text + &silent(report, fired) + "\n"
}

fn silent(report: &Report, fired: &Fired) -> String {
    let silent = report.patient.silent(fired);
    if silent.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = silent.into_iter().collect();
    let shown = names.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    let more = match names.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more, which --format json lists"),
    };
    format!(
        "  {}: {shown}{more}\n",
        paint(FAINT, &format!("not {} of {}", names.len(), report.patient.watchers.iter().count()))
    )
}

/// Names of a list that is not the matter.
const SHOWN: usize = 10;

fn summary(report: &Report) -> String {
    let of = |severity| report.findings().filter(|(_, one)| one.fault.severity == severity).count();
    let unchecked = match report.unchecked().len() {
        0 => String::new(),
        number => {
            format!("; {} not be answered", paint(CAUTION, &format!("{} could", count(number, "question"))))
        }
    };
    let checks = count(report.checked.len(), "check");
    match (of(Severity::Error), of(Severity::Warning)) {
        (0, 0) if unchecked.is_empty() => paint(GOOD, &format!("{checks}, nothing is wrong")),
        (0, 0) => format!("{checks}, nothing was found{unchecked}"),
        (errors, warnings) => {
            format!("{checks}, {}, {}{unchecked}", count(errors, "error"), count(warnings, "warning"))
        }
    }
}
