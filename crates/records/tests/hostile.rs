//! Inputs that are broken, huge or made to break us: no crash, a bounded window, the right lines, and the rest is read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use records::{Item, read};

/// A record with that text as a parameter.
fn record(name: &str, parameter: &str) -> String {
    format!(
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"Root"}},"eventTime":"2026-01-12T08:30:00Z","eventSource":"s3.amazonaws.com","eventName":"{name}","awsRegion":"eu-west-1","requestParameters":{{"x":{parameter}}},"eventID":"{name}","eventType":"AwsApiCall","recipientAccountId":"123456789012","eventCategory":"Management"}}"#
    )
}

/// A line for each thing: the record's name, or what is wrong.
fn found(reader: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    read(reader, &mut |found| {
        lines.push(match found.item {
            Ok(Item::Record(record)) => record.head.name.into_owned(),
            Ok(other) => panic!("{other:?}"),
            Err(why) => format!("{}:{}: {why}", found.place.line, found.place.number),
        });
        true
    });
    lines
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// So many times the same.
fn repeated(text: &'static [u8], megabytes: u64) -> impl Read {
    let mut at = 0;
    let forever = move |buf: &mut [u8]| {
        for byte in buf.iter_mut() {
            *byte = text[at];
            at = (at + 1) % text.len();
        }
        Ok(buf.len())
    };
    Reader(forever).take(megabytes << 20)
}

struct Reader<F>(F);

impl<F: FnMut(&mut [u8]) -> io::Result<usize>> Read for Reader<F> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        (self.0)(buf)
    }
}

#[test]
fn long_and_deep_records_are_read() {
    let long = record("Long", &format!("\"{}\"", "x".repeat(300_000)));
    let deep = record("Deep", &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
    let objects = record("Objects", &format!("{}1{}", "{\"a\":".repeat(50_000), "}".repeat(50_000)));
    let all = [&*long, &deep, &objects, &record("Last", "1")];
    let names = ["Long", "Deep", "Objects", "Last"];
    assert_eq!(found(format!("{{\"Records\":[{}]}}", all.join(",")).as_bytes()), names);
    assert_eq!(found(all.join("\n").as_bytes()), names);
    // Not as CloudTrail writes it, so that it is parsed.
    let spaced = all.map(|text| text.replacen("{\"eventVersion\":", "{ \"eventVersion\": ", 1));
    assert_eq!(found(spaced.join("\n").as_bytes()), names);
    // And within one another.
    let within = format!("{}{}{}", "{\"Records\":[".repeat(50_000), record("A", "1"), "]}".repeat(50_000));
    assert!(found(within.as_bytes()).len() < 10);
    let lists = format!("{}{}{}", "[".repeat(50_000), record("A", "1"), "]".repeat(50_000));
    assert_eq!(found(lists.as_bytes()), ["A"]);
}

#[test]
fn what_is_not_unicode_is_one_record() {
    let mut bytes = format!("{{\"Records\":[{},", record("A", "1")).into_bytes();
    bytes.extend(record("B", "\"?\"").bytes().map(|byte| if byte == b'?' { 0xff } else { byte }));
    bytes.extend(format!(",{}]}}", record("C", "1")).bytes());
    assert_eq!(found(&*bytes), ["A", "1:2: the record is not UTF-8 text", "C"]);
    let mut table = b"eventName,eventSource\nA,s3.amazonaws.com\n\xff,x\n".to_vec();
    table.extend(b"C,s3.amazonaws.com\n");
    assert_eq!(found(&*table), ["A", "3:2: the row is not UTF-8 text", "C"]);
    // Half a character at the end.
    let utf16: Vec<u8> = record("A", "1").encode_utf16().chain([0xd800]).flat_map(u16::to_le_bytes).collect();
    let found = found(&*utf16);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0] == "A" && found[1].contains("it is UTF-16 with half a character"), "{found:?}");
}

#[test]
fn a_reader_that_fails_keeps_what_it_gave() {
    let text = format!("{{\"Records\":[{},{}", record("A", "1"), record("B", "1"));
    let mut rest = text.as_bytes();
    let failing = |buf: &mut [u8]| match rest.read(buf)? {
        0 => Err(io::Error::from_raw_os_error(5)),
        count => Ok(count),
    };
    let lines = found(Reader(failing));
    assert_eq!(&lines[..2], ["A", "B"]);
    assert!(lines[2].starts_with("1:0: the file cannot be read: ") && lines.len() == 3, "{lines:?}");
    // A folder, or nothing at all.
    let lines = found(Reader(|_: &mut [u8]| Err(io::Error::from_raw_os_error(21))));
    assert!(lines[0].starts_with("1:0: the file cannot be read: ") && lines.len() == 1, "{lines:?}");
}

/// Of what unpacks to very much, no more than 64 MB is held.
#[test]
fn what_never_ends_is_one_line() {
    let endless = "what begins here does not end within 64 MB";
    let long = || (&br#"{"a":""#[..]).chain(repeated(b"x", 70));
    assert_eq!(found(long()), [format!("1:1: {endless}")]);
    let behind = format!("\n{}", record("A", "1"));
    assert_eq!(found(long().chain(behind.as_bytes())), [format!("1:1: {endless}"), "A".to_owned()]);
    let quote = (&b"eventName,eventSource\n\""[..]).chain(repeated(b"x", 70));
    assert_eq!(found(quote), ["2:1: the file is damaged: a row does not end within 64 MB"]);
    assert_eq!(found(repeated(b" \n", 8)), Vec::<String>::new());
    assert_eq!(found(repeated(b"x", 8)).len(), 1);
    assert_eq!(found(repeated(&[0], 8)).len(), 1);
}

#[test]
fn a_bomb_is_read_through_a_window() {
    let mut bomb = Vec::new();
    let mut encoder = GzEncoder::new(&mut bomb, Compression::fast());
    io::copy(&mut repeated(b" ", 32), &mut encoder).unwrap();
    encoder.write_all(record("A", "1").as_bytes()).unwrap();
    encoder.finish().unwrap();
    assert!(bomb.len() < 500_000);
    assert_eq!(found(&*bomb), ["A"]);
}

/// Each file cut at each place, and with each byte changed: no panic, and what stands before the damage is read.
#[test]
fn damage_anywhere_makes_nothing_panic() {
    let text = format!("{{\"Records\":[{},{}]}}", record("A", "1"), record("B", "[1,{\"b\":\"\\\\\"}]"));
    let csv = "eventName,eventSource,userIdentity\nA,s3.amazonaws.com,\"{type=IAMUser, a={b=[c, d]}}\"\n";
    let zstd =
        ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for whole in [text.clone().into_bytes(), csv.into(), gzip(text.as_bytes()), zstd, utf16] {
        for end in 0..whole.len() {
            let lines = found_or_other(&whole[..end]);
            // A table's first row alone is a table without rows.
            assert!(!lines.is_empty() || whole.starts_with(csv.as_bytes()), "cut at {end}");
        }
        for at in 0..whole.len() {
            for change in [0x01, 0x20, 0x80, 0xff] {
                let mut changed = whole.clone();
                changed[at] ^= change;
                found_or_other(&changed);
            }
        }
    }
}

/// Like `found`, of what may be anything.
fn found_or_other(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    read(bytes, &mut |found| {
        lines.push(match found.item {
            Ok(Item::Record(record)) => record.to_event().unwrap_or_else(|why| why),
            other => format!("{other:?}"),
        });
        assert!(lines.len() < 10_000, "it does not end: {:?}", &lines[9_990..]);
        true
    });
    lines
}
