//! gzip, zstd and UTF-16, recognized by their first bytes.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::utf16::{Order, Utf16};
use crate::zstd::{Frames, is_zstd};

/// What is read from the disk at once.
const CHUNK: usize = 256 * 1024;
/// How often something can be packed: a subscription packs what it takes from a log group, and Firehose packs it again.
const LAYERS: u32 = 3;

/// What people have that is none of ours, by its first bytes, and what to do with it.
const OTHERS: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "this is a zip file: unpack it first"),
    (b"BZh", "this is packed with bzip2: unpack it first"),
    (b"\xfd7zXZ\x00", "this is packed with xz: unpack it first"),
    (b"\xff\x06\x00\x00sNaPpY", "this is packed with Snappy: unpack it first"),
    (b"PAR1", "this is Parquet: have it written as JSON or CSV"),
    (b"ORC", "this is ORC: have it written as JSON or CSV"),
    (b"Obj\x01", "this is Avro: have it written as JSON or CSV"),
];

/// The text's bytes, however they are packed.
///
/// # Errors
/// What form it has, if nobody reads that.
pub(crate) fn decode<'a>(reader: impl Read + 'a) -> Result<Box<dyn Read + 'a>, String> {
    layer(Box::new(reader), LAYERS)
}

fn layer<'a>(reader: Box<dyn Read + 'a>, layers: u32) -> Result<Box<dyn Read + 'a>, String> {
    let reader = Peeked::new(reader);
    let first = reader.first();
    let is_packed = first.starts_with(&[0x1f, 0x8b]) || is_zstd(first);
    if is_packed && layers == 0 {
        return Err(format!("this is packed more than {LAYERS} times"));
    }
    if first.starts_with(&[0x1f, 0x8b]) {
        return layer(Box::new(MultiGzDecoder::new(buffered(reader))), layers - 1);
    }
    if is_zstd(first) {
        return layer(Box::new(Frames::new(buffered(reader))), layers - 1);
    }
    if let Some((_, what)) = OTHERS.into_iter().find(|(magic, _)| first.starts_with(magic)) {
        return Err(what.to_owned());
    }
    if let Some(order) = Order::of(first) {
        return Ok(Box::new(Utf16::new(buffered(reader), order)));
    }
    Ok(Box::new(reader))
}

fn buffered(reader: Peeked<'_>) -> impl BufRead {
    BufReader::with_capacity(CHUNK, reader)
}

/// A reader whose first bytes are known.
struct Peeked<'a> {
    first: [u8; 10],
    at: usize,
    len: usize,
    /// What happened behind them.
    failed: Option<io::Error>,
    reader: Box<dyn Read + 'a>,
}

impl<'a> Peeked<'a> {
    fn new(reader: Box<dyn Read + 'a>) -> Peeked<'a> {
        let mut peeked = Peeked { first: [0; 10], at: 0, len: 0, failed: None, reader };
        while peeked.len < peeked.first.len() {
            match peeked.reader.read(&mut peeked.first[peeked.len..]) {
                Ok(0) => break,
                Ok(count) => peeked.len += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    peeked.failed = Some(error);
                    break;
                }
            }
        }
        peeked
    }

    fn first(&self) -> &[u8] {
        &self.first[..self.len]
    }
}

impl Read for Peeked<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at < self.len {
            let count = buf.len().min(self.len - self.at);
            buf[..count].copy_from_slice(&self.first[self.at..self.at + count]);
            self.at += count;
            return Ok(count);
        }
        self.failed.take().map_or_else(|| self.reader.read(buf), Err)
    }
}
