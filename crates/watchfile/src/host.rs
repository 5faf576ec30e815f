//! Names of hosts, as configurations and links have them.

/// The longest label and the longest name. <https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4>
const LABEL_LENGTH: usize = 63;
const HOST_LENGTH: usize = 253;

/// Whether it is the name of a host.
pub(crate) fn is_host(name: &str) -> bool {
    let is_label = |label: &str| {
        (1..=LABEL_LENGTH).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    name.len() <= HOST_LENGTH && name.split('.').all(is_label)
}
