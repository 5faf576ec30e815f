//! The retry queue and the dead-letter queue: what a part asks of them, and how long what waits in them.

mod fit;
mod queued;
mod sqs;

use std::future::Future;
use std::time::Duration;

use jiff::SignedDuration;

pub(crate) use fit::delivery as fitted;
pub use queued::Queued;
pub use sqs::Sqs;

/// After this time a delivery is given up: whoever can fix its channel has had a day.
pub const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// What was received so often is given up with a reason before SQS moves it without one: `maxReceiveCount` in template.yaml.
pub(crate) const MOST_RECEIVED: u32 = 900;
/// A message that waits as it should is received at most every few minutes at the end: a hundred times in a day. One over
/// which the function dies comes again every six minutes, by the queue's visibility timeout: so often in 30 hours.
pub(crate) const MOST_RECEIVED_IN_VAIN: u32 = 300;
/// Whoever gets alerts later than this should know that they come late.
pub const LATE_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// The wait before the first try from the queue; it doubles with each.
const FIRST_DELAY: Duration = Duration::from_secs(30);
/// The longest wait between two tries, unless the service asks for more.
pub(crate) const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// After so many tries without an answer a delivery is given up: people have it so often already, or the service does not
/// answer for hours.
pub const MOST_UNANSWERED: u32 = 5;
/// The waits between them: each try may be a copy, so they are few, and yet the last comes when most outages of a service
/// are over.
const UNANSWERED_DELAYS: [Duration; MOST_UNANSWERED as usize - 1] =
    [Duration::from_secs(30), Duration::from_mins(5), Duration::from_hours(1), Duration::from_hours(6)];
/// SQS delays a new message by no more.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>
pub(crate) const SEND_LIMIT: Duration = Duration::from_mins(15);
/// SQS hides a received message for at most 12 hours since it was received.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-visibility-timeout.html>
pub(crate) const HIDE_LIMIT: Duration = Duration::from_hours(11);
/// The two queues.
pub trait Queue {
    /// Puts a message into the retry queue, to be received after the delay.
    fn retry(&self, body: String, delay: Duration) -> impl Future<Output = Result<(), String>>;
    /// Puts a message into the dead-letter queue.
    fn bury(&self, body: String, reason: &str) -> impl Future<Output = Result<(), String>>;
    /// Hides a message that was received from the retry queue for another time.
    fn postpone(&self, receipt_handle: &str, delay: Duration) -> impl Future<Output = Result<(), String>>;
}

/// A text that is JSON, without the only characters that JSON can hold and SQS refuses. They stand in strings, where they
/// can be written otherwise.
pub(crate) fn sendable(json: &str) -> String {
    json.replace('\u{fffe}', "\\ufffe").replace('\u{ffff}', "\\uffff")
}

/// How long a message waits that was received so often (0: it is new). A part is chance, so
/// that what failed together does not come back together. Never shorter than the service asked for.
pub fn delay(received: u32, after: Option<Duration>) -> Duration {
    let longest = FIRST_DELAY.saturating_mul(2u32.saturating_pow(received)).min(LONGEST_DELAY);
    by_chance(longest).max(after.unwrap_or_default())
}

/// The same for one that has had so many tries without an answer.
fn unanswered_delay(tries: u32, after: Option<Duration>) -> Duration {
    let wait = usize::try_from(tries).ok().and_then(|tries| UNANSWERED_DELAYS.get(tries.checked_sub(1)?));
    by_chance(*wait.unwrap_or(&UNANSWERED_DELAYS[UNANSWERED_DELAYS.len() - 1])).max(after.unwrap_or_default())
}

fn by_chance(longest: Duration) -> Duration {
    longest.mul_f64(1.0 - fastrand::f64() / 4.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_grows_to_a_quarter_of_an_hour() {
        let cases = [(0, 30), (1, 60), (2, 120), (4, 480), (5, 900), (6, 900), (u32::MAX, 900)];
        for (received, longest) in cases {
            let delay = delay(received, None).as_secs_f64();
            let longest = f64::from(longest);
            assert!((longest * 0.75..=longest).contains(&delay), "{received}: {delay}");
        }
        assert_eq!(delay(0, Some(Duration::from_hours(1))), Duration::from_hours(1));
    }
}
