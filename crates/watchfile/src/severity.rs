//! The words for severities.

use watcher::Severity;

use crate::suggest::{did_you_mean, list};

/// The severity of that name.
///
/// # Errors
/// That there is none, and what to do.
pub(crate) fn severity_named(name: &str) -> Result<Severity, (String, String)> {
    let found = Severity::ALL.into_iter().find(|severity| severity.as_str() == name);
    found.ok_or_else(|| {
        let names = Severity::ALL.map(Severity::as_str);
        let help = did_you_mean(name, names).unwrap_or_else(|| format!("`severity` takes {}", list(names)));
        (format!("`{name}` is not a severity"), help)
    })
}
