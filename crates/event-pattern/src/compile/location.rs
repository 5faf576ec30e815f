//! The location that the service appends to its texts.

use std::fmt::Write as _;

/// The service quotes at most this much of a pattern (Jackson's `ErrorReportConfiguration`).
const MAX_QUOTED: usize = 500;

/// Line, column and source of a byte offset, worded as the service does.
pub(crate) fn location(text: &str, offset: usize) -> String {
    let (line, column) = line_and_column(text, offset);
    format!("[Source: (String){}; line: {line}, column: {column}]", quoted(text))
}

/// Both from 1; columns count UTF-16 units.
fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let mut line = 1;
    let mut start = 0;
    let bytes = before.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let ends_line = match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        if ends_line {
            line += 1;
            start = at + 1;
        }
    }
    (line, before[start..].encode_utf16().count() + 1)
}

fn quoted(text: &str) -> String {
    let units: Vec<u16> = text.encode_utf16().collect();
    let shown = String::from_utf16_lossy(&units[..units.len().min(MAX_QUOTED)]);
    let mut quoted = String::from("\"");
    for letter in shown.chars() {
        if letter.is_control() && !matches!(letter, '\n' | '\r') {
            write!(quoted, "\\u{:04X}", u32::from(letter)).expect("a String takes any text");
        } else {
            quoted.push(letter);
        }
    }
    quoted.push('"');
    if units.len() > MAX_QUOTED {
        write!(quoted, "[truncated {} chars]", units.len() - MAX_QUOTED).expect("a String takes any text");
    }
    quoted
}
