//! UTF-16, as Windows PowerShell writes what `>` sends to a file.

use std::io::{self, BufRead, Read};

/// Which byte of a unit comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Little,
    Big,
}

impl Order {
    /// The order, if these are the first bytes of UTF-16: its mark, or the ASCII character with which JSON begins.
    pub(crate) fn of(first: &[u8]) -> Option<Order> {
        match first {
            [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => Some(Order::Little),
            [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => Some(Order::Big),
            _ => None,
        }
    }
}

/// The text as UTF-8.
pub(crate) struct Utf16<R> {
    reader: R,
    order: Order,
    /// The first half of a character whose second half was not read yet.
    high: Option<u16>,
    /// What did not fit into the reader's buffer.
    left: Vec<u8>,
    /// Why there is no more.
    failed: Option<io::Error>,
}

impl<R: BufRead> Utf16<R> {
    pub(crate) fn new(reader: R, order: Order) -> Utf16<R> {
        Utf16 { reader, order, high: None, left: Vec::new(), failed: None }
    }

    /// The next unit; none at the end.
    fn unit(&mut self) -> io::Result<Option<u16>> {
        if self.reader.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut unit = [0; 2];
        self.reader.read_exact(&mut unit)?;
        Ok(Some(match self.order {
            Order::Little => u16::from_le_bytes(unit),
            Order::Big => u16::from_be_bytes(unit),
        }))
    }

    /// The next character; none at the end.
    fn character(&mut self) -> io::Result<Option<char>> {
        let Some(unit) = self.unit()? else {
            return if self.high.is_some() { Err(broken()) } else { Ok(None) };
        };
        let decoded = match self.high.take() {
            None if (0xd800..0xdc00).contains(&unit) => {
                self.high = Some(unit);
                return self.character();
            }
            None => char::decode_utf16([unit]).next(),
            Some(high) => char::decode_utf16([high, unit]).next(),
        };
        decoded.and_then(Result::ok).map_or_else(|| Err(broken()), |character| Ok(Some(character)))
    }
}

fn broken() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is UTF-16 with half a character")
}

impl<R: BufRead> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let mut at = self.left.len().min(buf.len());
        buf[..at].copy_from_slice(&self.left[..at]);
        self.left.drain(..at);
        while at < buf.len() {
            let character = match self.character() {
                Ok(Some(character)) => character,
                Ok(None) => break,
                // Reported when more is asked for, so that nothing before it is lost.
                Err(error) if at > 0 => {
                    self.failed = Some(error);
                    break;
                }
                Err(error) => return Err(error),
            };
            let mut text = [0; 4];
            let text = character.encode_utf8(&mut text).as_bytes();
            let count = text.len().min(buf.len() - at);
            buf[at..at + count].copy_from_slice(&text[..count]);
            self.left.extend_from_slice(&text[count..]);
            at += count;
        }
        Ok(at)
    }
}
