//! The Lambda function: it gets an event, and sends what its watchers say to Slack and SNS.
//!
//! What is sent is decided in the crate `watcher`, which is pure; here is everything that touches the network,
//! the clock and the environment. Every part gets the others as arguments, so a test passes fakes.
//!
//! One invocation: [`input`] tells an event from a batch of the queue, [`function`] has its parts handle it through the
//! [`ports`]. An event (`event`) is matched, its account gets its name ([`accounts`]), and its deliveries are sent (`send`): each is claimed (`guard`), has its turn,
//! and is tried; a [`channels`] sender does one try and says whether another makes sense ([`failure`]). What is reported as one
//! is counted (`group`). What failed waits in the [`queue`], and is tried again from there (`retry`). [`state`] remembers
//! what was sent, and when a channel's next turn is.

pub mod accounts;
pub mod aws;
pub mod channels;
mod event;
pub mod failure;
pub mod function;
mod group;
mod guard;
pub mod http;
pub mod input;
mod invocation;
pub mod log;
pub mod metrics;
pub mod operator;
pub mod own;
pub mod ports;
pub mod queue;
mod random;
mod retry;
pub mod secrets;
mod send;
pub mod settings;
pub mod state;
