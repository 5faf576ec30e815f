//! Why a try failed, and whether another one may succeed.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;

/// The answer to "try again?". The reason is for people: it stands in the log and in the dead letter, so it never
/// holds a URL, a secret or the event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another try may succeed.
    Retry {
        /// How long the service asked to wait.
        after: Option<Duration>,
        /// The service may have taken the message all the same: there was no answer, or a gateway had none.
        unanswered: bool,
        /// What went wrong.
        reason: String,
    },
    /// No other try can succeed until somebody fixes something.
    Never {
        /// What went wrong, and what to do.
        reason: String,
    },
}

impl Failure {
    /// May succeed later; the service did not say when.
    pub fn retry(reason: impl Into<String>) -> Failure {
        Failure::Retry { after: None, unanswered: false, reason: reason.into() }
    }

    /// Perhaps it has succeeded: nobody said.
    pub fn unanswered(reason: impl Into<String>) -> Failure {
        Failure::Retry { after: None, unanswered: true, reason: reason.into() }
    }

    /// Cannot succeed.
    pub fn never(reason: impl Into<String>) -> Failure {
        Failure::Never { reason: reason.into() }
    }

    /// What went wrong.
    pub fn reason(&self) -> &str {
        match self {
            Failure::Retry { reason, .. } | Failure::Never { reason } => reason,
        }
    }
}

/// A service that asks for more is tried after this time: whoever waits longer gives up before.
const LONGEST_WAIT: Duration = Duration::from_hours(24);

/// Reads a `Retry-After` header: seconds, or an HTTP date, which counts from `now`. At most 24 hours: the header
/// can hold any number, and nobody may add it to a time without a thought.
/// <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>
pub fn retry_after(header: &str, now: Timestamp) -> Option<Duration> {
    const HTTP_DATE: DateTimeParser = DateTimeParser::new();

    let header = header.trim();
    if !header.is_empty() && header.bytes().all(|b| b.is_ascii_digit()) {
        // More digits than a number can hold are a long time too.
        return Some(header.parse().map_or(LONGEST_WAIT, Duration::from_secs).min(LONGEST_WAIT));
    }
    let at = HTTP_DATE.parse_timestamp(header).ok()?;
    // A date that has passed means: at once.
    Some(Duration::try_from(at.duration_since(now)).unwrap_or_default().min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-01-12T08:30:00Z".parse().unwrap();
        let cases = [
            ("30", Some(30)),
            (" 0 ", Some(0)),
            ("Mon, 12 Jan 2026 08:31:00 GMT", Some(60)),
            ("Mon, 12 Jan 2026 08:00:00 GMT", Some(0)),
            ("86401", Some(86_400)),
            ("18446744073709551615", Some(86_400)),
            ("99999999999999999999999999", Some(86_400)),
            ("Wed, 31 Dec 2098 23:59:59 GMT", Some(86_400)),
            ("-1", None),
            ("+1", None),
            ("soon", None),
            ("", None),
        ];
        for (header, expected) in cases {
            assert_eq!(retry_after(header, now), expected.map(Duration::from_secs), "{header}");
        }
    }
}
