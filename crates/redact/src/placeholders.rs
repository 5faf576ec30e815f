//! What stands in the place of a value: recognized by everybody as a placeholder, and never a value that exists.

use std::net::Ipv6Addr;

use crate::kind::Kind;

/// The networks that documents use: RFC 5737.
const NETWORKS: [&str; 3] = ["192.0.2", "198.51.100", "203.0.113"];

/// The placeholder of that number, from 1, in the place of the value.
pub(crate) fn placeholder(kind: Kind, number: u32, value: &str) -> String {
    match kind {
        Kind::Actor => format!("actor-{number}"),
        Kind::Email => format!("actor-{number}@example.com"),
        Kind::AccountName => format!("account-{number}"),
        // 111111111111 and so on, as AWS's pages write them.
        Kind::Account if number < 10 => number.to_string().repeat(12),
        Kind::Account => format!("{number:012}"),
        Kind::V4 => match NETWORKS.get((number as usize - 1) / 254) {
            Some(network) => format!("{network}.{}", (number - 1) % 254 + 1),
            // All 762 are used.
            None => v6(number),
        },
        Kind::V6 => v6(number),
        Kind::Key => format!("{}EXAMPLE{number:09}", value.get(..4).unwrap_or("AIDA")),
        Kind::Instance => format!("i-{number:017}"),
    }
}

/// The network that documents use: RFC 3849.
fn v6(number: u32) -> String {
    let [high, low] = [(number >> 16) as u16, (number & 0xffff) as u16];
    Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, high, low).to_string()
}
