//! The embedded file: a head of lines, and three zlib streams that are unpacked when they are first needed.

use std::io::Read;
use std::sync::LazyLock;

use flate2::bufread::ZlibDecoder;

static FILE: &[u8] = include_bytes!("../../catalog/catalog.bin");

/// Which line of the head says the version of botocore.
pub const VERSION_LINE: usize = 1;

/// A line of the head.
pub(crate) fn head(line: usize) -> &'static str {
    let head = &FILE[..body().start];
    std::str::from_utf8(head).ok().and_then(|head| head.lines().nth(line)).unwrap_or_default()
}

/// Services and their calls.
pub(super) fn names() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| unpack(0));
    &TEXT
}

/// A line of keys for each line of the names.
pub(super) fn keys() -> &'static [&'static str] {
    static TEXT: LazyLock<String> = LazyLock::new(|| unpack(1));
    static LINES: LazyLock<Vec<&'static str>> = LazyLock::new(|| TEXT.split('\n').collect());
    &LINES
}

/// Native events.
pub(super) fn native() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| unpack(2));
    &TEXT
}

/// Where the streams stand.
fn body() -> std::ops::Range<usize> {
    let head = FILE.windows(2).position(|two| two == b"\n\n").map_or(FILE.len(), |at| at + 2);
    head..FILE.len()
}

/// The stream with this index. The head's last line says each one's size, unpacked and packed:
/// `names=426291/90850 keys=…`.
fn unpack(index: usize) -> String {
    let sizes: Vec<(usize, usize)> = head(2)
        .split(' ')
        .filter_map(|part| part.split_once('=')?.1.split_once('/'))
        .filter_map(|(text, packed)| Some((text.parse().ok()?, packed.parse().ok()?)))
        .collect();
    let from = body().start + sizes.iter().take(index).map(|(_, packed)| packed).sum::<usize>();
    let (text_size, packed) = sizes[index];
    let mut text = String::with_capacity(text_size);
    ZlibDecoder::new(&FILE[from..from + packed])
        .read_to_string(&mut text)
        .expect("catalog.bin is written by generate.py, and a test reads all of it");
    text
}
