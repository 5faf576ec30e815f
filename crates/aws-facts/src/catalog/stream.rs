//! The embedded file: a head of lines, and four zlib streams that are unpacked when they are first needed.

use std::io::Read;
use std::sync::{LazyLock, OnceLock};

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

/// The keys of the names' line with this number: request keys, a tab, response keys, those of structures with a dot.
pub(super) fn keys(line: usize) -> Option<&'static str> {
    static TEXT: LazyLock<String> = LazyLock::new(|| unpack(1));
    static STRUCTS: LazyLock<String> = LazyLock::new(|| unpack(3));
    // A project asks for few of the 20,000: the others stay as they are packed.
    static LINES: LazyLock<Vec<(&'static str, OnceLock<String>)>> =
        LazyLock::new(|| TEXT.lines().map(|text| (text, OnceLock::new())).collect());
    static BELOW: LazyLock<Vec<&'static str>> = LazyLock::new(|| STRUCTS.lines().collect());
    let (packed, whole) = LINES.get(line)?;
    Some(
        whole.get_or_init(|| {
            packed.split('\t').map(|part| expand(part, &BELOW)).collect::<Vec<_>>().join("\t")
        }),
    )
}

/// `accessKey:7` → `accessKey accessKey.accessKeyId accessKey.status …`
fn expand(keys: &str, structs: &[&str]) -> String {
    let mut whole: Vec<String> = Vec::new();
    for key in keys.split(' ') {
        let (top, number) = key.split_once(':').unwrap_or((key, ""));
        whole.push(top.to_owned());
        let below = number.parse().ok().and_then(|number: usize| structs.get(number));
        whole
            .extend(below.into_iter().flat_map(|names| names.split(' ')).map(|name| format!("{top}.{name}")));
    }
    whole.join(" ")
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
