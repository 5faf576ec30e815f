//! The Lambda function: it gets an event, and sends what its watchers say to Slack and SNS.
//!
//! What is sent is decided in the crate `watcher`, which is pure; here is everything that touches the network,
//! the clock and the environment. Every part gets the others as arguments, so a test passes fakes.
//!
//! One invocation: [`input`] tells an event from a batch of the queue, [`function`] matches an event and sends
//! its deliveries, [`batch`] does the same for messages of the retry queue. [`deliver`] tries a delivery, a
//! [`channels`] sender does one try and says whether another makes sense ([`failure`]), and [`queue`] keeps what
//! failed. [`state`] remembers what was sent, and when a channel's next turn is.

pub mod aws;
pub mod batch;
pub mod channels;
pub mod deliver;
pub mod failure;
mod fit;
pub mod function;
mod group;
pub mod http;
pub mod input;
pub mod log;
pub mod metrics;
mod once;
mod pace;
pub mod queue;
pub mod secrets;
pub mod settings;
pub mod state;
mod test_channel;
