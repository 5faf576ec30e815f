//! CloudTrail records and EventBridge events, in every form in which people have them: log files, answers of the CLI,
//! exports, events as lines or lists; plain, gzip or zstd. The form is recognized by content, never by a name.
//!
//! What is read stays text. Only the head of a record is looked at, so that months of logs can be searched for the few
//! records that somebody wants; [`Record::to_event`] makes of one of those the event that EventBridge makes of it.

mod decode;
mod event;
mod head;
mod input;
mod item;
mod members;
mod read;
mod scan;
mod single;
mod table;
mod unwrap;
mod utf16;
mod zstd;

pub use event::{EVENT_TYPES, detail_type, source};
pub use head::{Category, Head};
pub use item::{Fault, Item, Record};
pub use read::{EMPTY, Found, Place, Read, read};
pub use single::single;
pub use unwrap::unwrap;
