//! The event of what was recorded, as the command makes it.

use records::Item;

/// The one event that is in the text, or why there is none.
pub(crate) fn event_of(text: &str) -> Result<String, String> {
    let mut found = Err("there is nothing in it".to_owned());
    records::unwrap(text, &mut |item| {
        found = match item {
            Ok(Item::Event(text)) => Ok(text.to_owned()),
            Ok(Item::Record(record)) => record.to_event(),
            Ok(Item::Digest) => Err("it is a digest".to_owned()),
            Err(fault) => Err(fault.why),
        };
    });
    found
}
