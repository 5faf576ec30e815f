//! The account for programs: one JSON object.

use backtest::Report;

/// The object, with a line break at its end.
pub(crate) fn report(report: &Report) -> String {
    let text = serde_json::to_string_pretty(report).expect("a report is texts, numbers and lists");
    text + "\n"
}
