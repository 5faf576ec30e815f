//! Where strings may end, found for many bytes at a time.

#![allow(clippy::inline_always, reason = "what is compiled apart knows only the oldest processor")]

use fearless_simd::{Level, dispatch, prelude::*, u8x64};

use super::fault::{Fault, FaultKind};

/// Bytes that are looked at together.
const BLOCK: usize = 64;

/// Stops of a block that are listed without counting: most blocks have fewer.
const FEW: usize = 7;

/// How often the place behind the last byte is listed, so that whoever looks at a string's both ends
/// and those of the next one finds four stops.
const ENDS: usize = 4;

/// Places are written down in four bytes.
const MAX_PLACE: usize = u32::MAX as usize;

/// A longer list leaves no memory behind.
const MAX_KEPT: usize = 1 << 18;

/// The places of all quotes, backslashes and control characters of a text, in order. The memory is
/// reused.
#[derive(Default)]
pub(crate) struct Stops {
    /// The list, and room behind it.
    places: Vec<u32>,
    count: usize,
}

impl Stops {
    /// Lists the stops of `bytes`. Returns whether all bytes are ASCII.
    pub(crate) fn find(&mut self, bytes: &[u8]) -> Result<bool, Fault> {
        let end =
            u32::try_from(bytes.len()).map_err(|_| Fault { kind: FaultKind::TooLong, at: MAX_PLACE })?;
        if self.places.len() > MAX_KEPT {
            self.places = Vec::new();
        }
        let room = bytes.len() + 2 * BLOCK;
        if self.places.len() < room {
            self.places.resize(room, 0);
        }
        let (count, is_ascii) = dispatch!(Level::new(), simd => find(simd, bytes, &mut self.places));
        self.places[count..count + ENDS].fill(end);
        self.count = count + ENDS;
        Ok(is_ascii)
    }

    pub(crate) fn places(&self) -> &[u32] {
        &self.places[..self.count]
    }
}

/// Lists the places of the set bits. Returns how many there are. There is room for a block.
#[inline(always)]
fn list(places: &mut [u32], start: u32, mut marks: u64) -> usize {
    let count = marks.count_ones() as usize;
    let Some((few, more)) = places.split_first_chunk_mut::<FEW>() else {
        return 0;
    };
    for place in few {
        *place = take_first(start, &mut marks);
    }
    if count > FEW {
        for place in more.iter_mut().take(count - FEW) {
            *place = take_first(start, &mut marks);
        }
    }
    count
}

/// The place of the lowest bit, which is removed; any place if there is none.
#[inline(always)]
fn take_first(start: u32, marks: &mut u64) -> u32 {
    let place = start.wrapping_add(marks.trailing_zeros());
    *marks &= marks.wrapping_sub(1);
    place
}

/// How many stops there are, and whether all bytes are ASCII. Compiled for each kind of processor, like
/// all that it calls.
#[inline(always)]
fn find<S: Simd>(simd: S, bytes: &[u8], places: &mut [u32]) -> (usize, bool) {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut all = u8x64::splat(simd, 0);
    let (mut start, mut count) = (0, 0);
    for block in blocks {
        count += list(&mut places[count..], start, marks(simd, block, &mut all));
        start = start.wrapping_add(64);
    }
    let mut last = [b' '; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    count += list(&mut places[count..], start, marks(simd, &last, &mut all));
    (count, all.simd_lt(u8x64::splat(simd, 0x80)).all_true())
}

/// A bit for each stop. The bytes are added to `all`.
#[inline(always)]
fn marks<S: Simd>(simd: S, block: &[u8; BLOCK], all: &mut u8x64<S>) -> u64 {
    let lanes = u8x64::simd_from(simd, *block);
    *all |= lanes;
    // With the second bit flipped, the quote is next to the control characters.
    let low = (lanes ^ u8x64::splat(simd, 2)).simd_le(u8x64::splat(simd, b' '));
    (low | lanes.simd_eq(u8x64::splat(simd, b'\\'))).to_bitmask()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte value at every place.
    fn texts(length: usize) -> impl Iterator<Item = Vec<u8>> {
        let filler = (0..=255_u8).cycle();
        (0..256).map(move |start| filler.clone().skip(start * 7).step_by(11).take(length).collect())
    }

    fn check(stops: &mut Stops, text: &[u8]) {
        let is_stop = |byte: &u8| *byte < 0x20 || matches!(byte, b'"' | b'\\');
        let end = u32::try_from(text.len()).unwrap();
        let mut expected: Vec<u32> =
            (0..).zip(text).filter(|(_, byte)| is_stop(byte)).map(|(at, _)| at).collect();
        expected.extend([end; ENDS]);
        assert_eq!(stops.find(text).unwrap(), text.is_ascii());
        assert_eq!(stops.places(), expected);
    }

    #[test]
    fn stops_are_quotes_backslashes_and_control_characters() {
        let mut stops = Stops::default();
        for text in (0..150).flat_map(texts) {
            check(&mut stops, &text);
        }
    }

    #[test]
    fn a_block_may_have_any_number_of_stops() {
        let mut stops = Stops::default();
        for count in 0..=200 {
            for (before, behind) in [(0, 0), (3, 100), (70, 1)] {
                check(&mut stops, format!("{:before$}{}{:behind$}", "", "\"".repeat(count), "").as_bytes());
            }
        }
        check(&mut stops, &vec![b'"'; MAX_KEPT + 1]);
        check(&mut stops, b"\"");
        assert!(stops.places.len() < MAX_KEPT);
    }
}
