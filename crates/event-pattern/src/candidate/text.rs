//! Prefix and suffix tests, and JSON string printing.

use std::fmt;

/// The service tests the quoted form `"value"`, so a prefix may end in the closing quote: prefix
/// `abc"` accepts the value `abc`.
pub(crate) fn starts_with(value: &[u8], prefix: &str) -> bool {
    let prefix = prefix.as_bytes();
    match prefix.split_last() {
        Some((b'"', rest)) if rest == value => true,
        _ => value.starts_with(prefix),
    }
}

/// As [`starts_with`], from the end: suffix `"abc` accepts the value `abc`.
pub(crate) fn ends_with(value: &[u8], suffix: &str) -> bool {
    let suffix = suffix.as_bytes();
    match suffix.split_first() {
        Some((b'"', rest)) if rest == value => true,
        _ => value.ends_with(suffix),
    }
}

/// Prints `text` as a JSON string with the shortest escapes.
pub(crate) fn write_json_string(f: &mut impl fmt::Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        f.write_str(&text[plain..at])?;
        plain = at + 1;
        if short.is_empty() {
            write!(f, "\\u{byte:04x}")?;
        } else {
            f.write_str(short)?;
        }
    }
    f.write_str(&text[plain..])?;
    f.write_char('"')
}
