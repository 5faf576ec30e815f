//! A file that must hold one event: a test's fixture.

use std::io;

use crate::item::Item;
use crate::read::read;

/// The event in an input, as EventBridge delivers it.
///
/// # Errors
/// Why there is not exactly one.
pub fn single(reader: impl io::Read) -> Result<String, String> {
    let mut single: Option<Result<String, String>> = None;
    read(reader, &mut |found| {
        let is_first = single.is_none();
        single = Some(match found.item {
            Ok(_) if !is_first => Err("it holds several events, and a test needs one".to_owned()),
            Ok(Item::Record(record)) => record.to_event(),
            Ok(Item::Event(text)) => Ok(text.to_owned()),
            Ok(Item::Digest) => Err("this is a digest file of CloudTrail: it has no events".to_owned()),
            Err(why) if found.place.line > 1 => Err(format!("line {}: {why}", found.place.line)),
            Err(why) => Err(why),
        });
        // What stands behind the first event decides too; behind a fault nothing does.
        matches!(single, Some(Ok(_)))
    });
    single.unwrap_or_else(|| Err("there is no event in it".to_owned()))
}
