//! Replaces who did what from where in texts about AWS events: actors, addresses, account ids. The same value is always
//! replaced by the same placeholder, so that what is shared can still be read.
//!
//! [`Known`] learns the names from the events themselves, since a name has no form of its own. [`Redactor`] replaces them,
//! and everything that has the form of an id or an address.

mod kind;
mod known;
mod placeholders;
mod redactor;

pub use kind::Kind;
pub use known::Known;
pub use redactor::Redactor;
