//! What the events are about that services send themselves.

use super::facts::NATIVE;
use super::{Target, values, words};
use crate::event::Event;

pub(super) fn target(event: &Event) -> Option<Target> {
    let source = event.text("/source")?;
    let detail = event.value().get("detail")?;
    let known = NATIVE.iter().find(|(of, _)| *of == source).map_or(&[][..], |(_, paths)| *paths);
    let named = known.iter().find_map(|path| {
        let names = values::inside(detail, path, "");
        let last = path.rsplit('.').next().unwrap_or(path);
        (!names.is_empty()).then(|| (words::key(last).0, names))
    });
    let (thing, names) = named.or_else(|| {
        let names = values::names(event.value().get("resources")?, "");
        (!names.is_empty()).then(|| (String::new(), names))
    })?;
    let service = source.strip_prefix("aws.").unwrap_or(source).to_owned();
    Some(Target { service, thing, names })
}
