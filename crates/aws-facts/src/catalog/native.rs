//! Events that services send to EventBridge themselves, without CloudTrail. The list is not complete.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::stream;

/// The native events by their `source`.
pub struct Native(BTreeMap<&'static str, Vec<NativeEvent>>);

/// A kind of native event.
pub struct NativeEvent {
    /// `ECS Task State Change`
    pub detail_type: &'static str,
    fields: &'static str,
}

impl Native {
    /// The native events; they are unpacked at the first call.
    pub fn get() -> &'static Native {
        static NATIVE: LazyLock<Native> = LazyLock::new(|| read(stream::native()));
        &NATIVE
    }

    /// The events of a `source`; none if it is not known.
    pub fn of(&self, source: &str) -> Option<&[NativeEvent]> {
        self.0.get(source).map(Vec::as_slice)
    }

    /// The sources that have an event of this detail-type.
    pub fn sources_with(&self, detail_type: &str) -> impl Iterator<Item = &'static str> {
        let has =
            move |events: &Vec<NativeEvent>| events.iter().any(|event| event.detail_type == detail_type);
        self.0.iter().filter(move |(_, events)| has(events)).map(|(source, _)| *source)
    }

    /// All known sources.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }
}

impl NativeEvent {
    /// The dotted paths within `detail`, lists without their index, and the types there.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.fields.split(' ').filter_map(|field| field.rsplit_once(':'))
    }
}

fn read(text: &'static str) -> Native {
    let mut native: BTreeMap<&'static str, Vec<NativeEvent>> = BTreeMap::new();
    let mut source = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("@ ") {
            source = name;
        } else {
            let (detail_type, fields) = line.split_once('\t').unwrap_or((line, ""));
            native.entry(source).or_default().push(NativeEvent { detail_type, fields });
        }
    }
    Native(native)
}
