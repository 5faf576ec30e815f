//! Where an object or a list ends, found for 64 bytes at a time: strings are stepped over, nothing is parsed. The scanner of
//! `event-pattern` checks every byte of an event, at 2.7 GB/s where this one passes 16; and it needs the whole text, which
//! here may end anywhere.

#![allow(clippy::inline_always, reason = "what is compiled apart knows only the oldest processor")]

use fearless_simd::{Level, dispatch, prelude::*, u8x64};

const BLOCK: usize = 64;

/// How far a value was looked through. The text may grow behind it between two looks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Scan {
    /// The first byte that was not looked at; from here on whole blocks.
    at: usize,
    depth: u32,
    in_string: bool,
    /// The byte before was a backslash that counts.
    escaped: bool,
}

impl Scan {
    /// The place behind the value's last bracket; none if it does not end in `bytes`. The value begins at the first byte.
    pub(crate) fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        dispatch!(Level::new(), simd => end(simd, self, bytes))
    }
}

/// Compiled for each kind of processor, like all that it calls.
#[inline(always)]
fn end<S: Simd>(simd: S, scan: &mut Scan, bytes: &[u8]) -> Option<usize> {
    let (blocks, rest) = bytes.get(scan.at..)?.as_chunks::<BLOCK>();
    for block in blocks {
        if let Some(within) = step(simd, scan, block) {
            return Some(scan.at + within);
        }
        scan.at += BLOCK;
    }
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    // Looked at again when there is more.
    let mut copy = *scan;
    step(simd, &mut copy, &last).map(|within| scan.at + within)
}

/// Goes over one block; the place behind the value's last bracket, if it is in it.
#[inline(always)]
fn step<S: Simd>(simd: S, scan: &mut Scan, block: &[u8; BLOCK]) -> Option<usize> {
    let lanes = u8x64::simd_from(simd, *block);
    let is = |byte: u8| lanes.simd_eq(u8x64::splat(simd, byte)).to_bitmask();
    let mut quotes = is(b'"');
    let backslashes = is(b'\\');
    if backslashes != 0 || scan.escaped {
        quotes &= !escaped(backslashes, &mut scan.escaped);
    }
    // `{` and `[`, `}` and `]` differ in one bit.
    let folded = lanes | u8x64::splat(simd, 0x20);
    let is_folded = |byte: u8| folded.simd_eq(u8x64::splat(simd, byte)).to_bitmask();
    // From every opening quote to before its closing one.
    let mut inside = quotes;
    for shift in [1, 2, 4, 8, 16, 32] {
        inside ^= inside << shift;
    }
    if scan.in_string {
        inside = !inside;
    }
    scan.in_string = inside >> 63 == 1;
    let opening = is_folded(b'{') & !inside;
    let mut closing = is_folded(b'}') & !inside;
    let all = closing.count_ones();
    if scan.depth > all {
        scan.depth = scan.depth + opening.count_ones() - all;
        return None;
    }
    let before = scan.depth;
    let mut closed = 0;
    while closing != 0 {
        let at = closing.trailing_zeros();
        closed += 1;
        let opened = (opening & ((1_u64 << at) - 1)).count_ones();
        if before + opened <= closed {
            return Some(at as usize + 1);
        }
        closing &= closing - 1;
    }
    scan.depth = before + opening.count_ones() - all;
    None
}

/// The bytes behind a backslash that counts: the second of two is not an escape.
fn escaped(backslashes: u64, carried: &mut bool) -> u64 {
    let mut marks = u64::from(*carried);
    let mut left = backslashes & !marks;
    let mut carry = false;
    while left != 0 {
        let at = left.trailing_zeros();
        if at == 63 {
            carry = true;
            break;
        }
        let behind = 1_u64 << (at + 1);
        marks |= behind;
        left &= !behind & (left - 1);
    }
    *carried = carry;
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// One byte after the other.
    fn slow(bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
        for (at, byte) in bytes.iter().enumerate() {
            if in_string {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' => escaped = true,
                    b'"' => in_string = false,
                    _ => {}
                }
                continue;
            }
            match byte {
                b'"' => in_string = true,
                b'{' | b'[' => depth += 1,
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    proptest! {
        #[test]
        fn it_ends_where_it_ends(text in r#"\{([a-c"\\{}\[\]:, ]|\\"|"[a-z{]{0,40}"){0,400}"#, cuts in prop::collection::vec(0_usize..600, 0..4)) {
            // A backslash outside of a string is not JSON, and may be read as one likes.
            let mut sane = String::new();
            let mut in_string = false;
            let mut chars = text.chars();
            while let Some(c) = chars.next() {
                if c == '\\' && !in_string { continue }
                sane.push(c);
                if c == '\\' && let Some(next) = chars.next() { sane.push(next); continue }
                if c == '"' { in_string = !in_string }
            }
            let bytes = sane.as_bytes();
            let expected = slow(bytes);
            let mut scan = Scan::default();
            let mut cuts: Vec<usize> = cuts.into_iter().filter(|cut| *cut < bytes.len()).collect();
            cuts.sort_unstable();
            cuts.push(bytes.len());
            let found = cuts.iter().find_map(|cut| scan.end(&bytes[..*cut]));
            prop_assert_eq!(found, expected);
        }
    }
}
