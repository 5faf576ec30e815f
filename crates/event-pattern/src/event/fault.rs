//! What is wrong with an event's JSON, in words.

use crate::error::EventError;
use crate::json::{Fault, FaultKind, MAX_DEPTH};

/// The fault in words.
#[cold]
pub(super) fn error(fault: Fault, event: &[u8]) -> EventError {
    let what = if fault.at >= event.len() { "the event ends too early" } else { words(fault.kind) };
    EventError { what, offset: fault.at }
}

fn words(kind: FaultKind) -> &'static str {
    const { assert!(MAX_DEPTH == 1024, "the text names it") };
    match kind {
        FaultKind::TooLong => "the event is larger than 4 GiB",
        FaultKind::TooDeep => "nested more than 1024 deep",
        FaultKind::NotAnObject => "the event is not an object",
        FaultKind::TextBehind => "text after the event",
        FaultKind::Name => "name in quotes expected",
        FaultKind::Colon => "`:` expected",
        FaultKind::Value => "value expected",
        FaultKind::Separator => "`,` or a closing bracket expected",
        FaultKind::Digit(_) => "digit expected",
        FaultKind::LeadingZero => "number with a leading zero",
        FaultKind::Control => "control character in a string",
        FaultKind::Escape => "unknown escape",
        FaultKind::HexDigit => "`\\u` without four hexadecimal digits",
    }
}
