//! What is wrong with a deployed stack, and what fixes it.
//!
//! Each check is a module, which asks through [`Ask`] and says what it found. Nothing here reaches a network, a clock or a
//! file, and nothing is asked for that is not in [`CALLS`].

#![forbid(unsafe_code)]

mod ask;
mod call;
mod checks;
mod command;
mod finding;
mod patient;
mod stack;

pub use ask::{Ask, Unanswered};
pub use call::{CALLS, Call, policy};
pub use checks::{CHECKS, Check, faults};
pub use finding::{Fault, Finding, Findings, Fix, Severity};
pub use patient::{Change, Fired, Patient, last_fired};
pub use stack::{NoStack, Stack};
