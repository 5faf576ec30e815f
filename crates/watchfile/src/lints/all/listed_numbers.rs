//! Numbers in equal steps where a range is meant.

use event_pattern::{Alternative, Candidate};

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::facts::only;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "listed-numbers",
    level: Level::Warning,
    what: "numbers in equal steps where a range is meant",
    why: "What lies between and behind them does not match: a list of severities from 4 to 8.9 misses 9, which is critical.",
    bad: r#"message = "{{event_name}}"

[pattern]
source = ["aws.guardduty"]
detail-type = ["GuardDuty Finding"]
detail.severity = [5, 6, 7, 8]
"#,
    good: r#"message = "{{event_name}}"

[pattern]
source = ["aws.guardduty"]
detail-type = ["GuardDuty Finding"]
detail.severity = [{ numeric = [">=", 5] }]
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

/// Fewer may be meant one by one.
const MANY: usize = 4;

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let pattern = &file.places.pattern;
    let mut findings = Vec::new();
    for alternative in pattern.pattern.alternatives() {
        for (path, candidates) in alternative.fields() {
            let Some(numbers) = numbers(candidates).filter(|numbers| {
                is_series(numbers) || numbers.len() > 1 && is_continuous(alternative, path, numbers)
            }) else {
                continue;
            };
            let span = pattern.at(path).next().map_or(pattern.span.clone(), |leaf| leaf.span.clone());
            let message = format!(
                "`{path}` takes these {} different numbers, and none between or above them",
                numbers.len()
            );
            let help = format!(
                "write a range, for example `{path} = [{{ numeric = [\">=\", {}] }}]`; if only these are meant, allow it",
                numbers[0]
            );
            findings.push(Finding::new(&LINT, &file.source, span, message).help(help));
        }
    }
    findings.dedup();
    findings
}

/// The numbers in order, if there is nothing else.
fn numbers(candidates: &[Candidate]) -> Option<Vec<f64>> {
    let number = |candidate: &Candidate| match candidate {
        Candidate::Number(_) => candidate.to_string().parse().ok(),
        _ => None,
    };
    let mut numbers: Vec<f64> = candidates.iter().map(number).collect::<Option<_>>()?;
    numbers.sort_by(f64::total_cmp);
    // `4` and `4.0` are one.
    numbers.dedup();
    Some(numbers)
}

/// Whether the field is known to be anything between such numbers: one of them is no whole number, or it is a scale.
/// <https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html>
fn is_continuous(alternative: &Alternative, path: &str, numbers: &[f64]) -> bool {
    let is_of_guardduty = || only(alternative, "source").is_some_and(|sources| sources == ["aws.guardduty"]);
    let is_scale = || path == "detail.severity" && is_of_guardduty();
    numbers.iter().any(|number| number.fract() != 0.0) || numbers.len() > 2 && is_scale()
}

/// Whether most steps are equal, and none is larger than one.
fn is_series(numbers: &[f64]) -> bool {
    if numbers.len() < MANY {
        return false;
    }
    let steps: Vec<f64> = numbers.windows(2).map(|two| two[1] - two[0]).collect();
    let smallest = steps.iter().copied().fold(f64::INFINITY, f64::min);
    let equal = steps.iter().filter(|step| (*step - smallest).abs() < 1e-6).count();
    steps.iter().all(|step| *step <= 1.0 + 1e-6) && equal * 3 >= steps.len() * 2
}
