//! Random changes of valid files: no panic, no hang, and what cannot be used is said.
//!
//! 1,000 in each test run; `MUTATIONS=10000 cargo test --release -p watchfile --test mutations` makes more.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::time::{Duration, Instant};
use std::{env, fs};

use jiff::civil::date;
use watchfile::{Options, lint};

fn cases() -> u64 {
    env::var("MUTATIONS").map_or(1_000, |count| count.parse().unwrap())
}

/// What is put where it does not belong.
const PIECES: [&[u8]; 22] = [
    b"[",
    b"]",
    b"{",
    b"}",
    b"\"",
    b"'''",
    b"\n",
    b"=",
    b".",
    b"#",
    b"# allow: ",
    b"{{",
    b"}}",
    b"{{#if ",
    b"$..",
    b"[?@.a",
    b"99999999999999999999999999",
    b"1e999",
    b"\xff\xfe",
    b"\xc3",
    b"\0",
    b"\\u",
];

/// xorshift64*: the same cases each time, without a dependency.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % end.max(1)
    }

    fn range(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len);
        start..(start + self.below(12)).min(len)
    }
}

fn change(text: &mut Vec<u8>, random: &mut Random) {
    let lines: Vec<Vec<u8>> = text.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    match random.below(7) {
        0 => drop(text.drain(random.range(text.len()))),
        1 => {
            let at = random.below(text.len() + 1);
            text.splice(at..at, PIECES[random.below(PIECES.len())].iter().copied());
        }
        2 => text.truncate(random.below(text.len() + 1)),
        3 if !lines.is_empty() => {
            // Keys change their places, and their tables.
            let mut lines = lines;
            let (a, b) = (random.below(lines.len()), random.below(lines.len()));
            lines.swap(a, b);
            *text = lines.concat();
        }
        4 if !lines.is_empty() => {
            // Another type.
            let mut lines = lines;
            let line = random.below(lines.len());
            if let Some(at) = lines[line].iter().position(|b| *b == b'=') {
                let values: [&[u8]; 6] =
                    [b"= 5\n", b"= true\n", b"= []\n", b"= {}\n", b"= 2026-01-01\n", b"= \"\"\n"];
                lines[line].splice(at.., values[random.below(values.len())].iter().copied());
            }
            *text = lines.concat();
        }
        5 => {
            let depth = random.below(2_000);
            let (open, close): (&[u8], &[u8]) =
                if random.below(2) == 0 { (b"[", b"]") } else { (b"{a=", b"}") };
            let at = random.below(text.len() + 1);
            text.splice(at..at, [open.repeat(depth), close.repeat(depth)].concat());
        }
        _ => {
            let range = random.range(text.len());
            for byte in &mut text[range] {
                *byte ^= 1 << random.below(8);
            }
        }
    }
}

#[test]
fn random_changes_are_no_trouble() {
    let repository = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let mut seeds: Vec<Vec<u8>> = fs::read_dir(format!("{repository}/watchers"))
        .unwrap()
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect();
    seeds.sort();
    let root = env::temp_dir().join(format!("watchfile-mutations-{}", std::process::id()));
    fs::create_dir_all(root.join("watchers")).unwrap();
    fs::create_dir_all(root.join("tests")).unwrap();
    fs::copy(format!("{repository}/account-watcher.toml"), root.join("account-watcher.toml")).unwrap();
    let file = root.join("watchers/changed.toml");
    let options = Options { today: date(2026, 1, 12), region: None };
    for case in 1..=cases() {
        let mut random = Random(case.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let mut text = seeds[random.below(seeds.len())].clone();
        for _ in 0..=random.below(4) {
            change(&mut text, &mut random);
        }
        fs::write(&file, &text).unwrap();
        let start = Instant::now();
        let (project, findings) = lint(&root, &options);
        assert!(start.elapsed() < Duration::from_secs(5), "case {case}: {}", String::from_utf8_lossy(&text));
        let is_said = !findings.is_empty() || project.files.len() == 1;
        assert!(is_said, "case {case}: {}", String::from_utf8_lossy(&text));
        for finding in &findings {
            // A place outside the file, or within a character, would panic when it is shown.
            assert!(finding.source.text.get(finding.span.clone()).is_some(), "case {case}: {finding:?}");
        }
    }
    fs::remove_dir_all(root).unwrap();
}
