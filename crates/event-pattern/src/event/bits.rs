//! Many bytes at a time, as bits: where strings may end, and what is a digit.

use wide::u8x16;

/// Bytes whose marks share a word.
const BLOCK: usize = 64;

/// Bytes that are looked at together.
const LANES: usize = 16;

/// How many bytes [`digits`] looks at: enough for nearly all numbers.
pub(super) const WINDOW: usize = 32;

/// Marks each quote, backslash and control character of `bytes`, one bit per byte, the first in the
/// lowest bit of the first word. Behind the last byte all is marked, so that a search ends. Returns
/// whether all bytes are ASCII.
pub(super) fn mark_stops(bytes: &[u8], stops: &mut Vec<u64>) -> bool {
    stops.clear();
    stops.reserve(bytes.len() / BLOCK + 2);
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut is_ascii = true;
    stops.extend(blocks.iter().map(|block| {
        let (marks, ascii) = block_stops(block);
        is_ascii &= ascii;
        marks
    }));
    let mut last = [0; BLOCK];
    last[..rest.len()].copy_from_slice(rest);
    let (marks, ascii) = block_stops(&last);
    stops.extend([marks, u64::MAX]);
    is_ascii && ascii
}

/// How many bytes come before the first marked one from `at` on, or a number not larger if there
/// are many.
#[inline]
pub(super) fn distance(stops: &[u64], at: usize) -> usize {
    let shift = at % BLOCK;
    let Some([word, next]) = stops.get(at / BLOCK..).and_then(|words| words.first_chunk()) else {
        return 0;
    };
    let marks = word >> shift | next << 1 << (BLOCK - 1 - shift);
    marks.trailing_zeros() as usize
}

/// Which bytes are decimal digits, the first in the lowest bit.
#[inline]
pub(super) fn digits(window: &[u8; WINDOW]) -> u32 {
    let (zero, nine) = (u8x16::splat(b'0'), u8x16::splat(9));
    let mut digits = 0;
    for (at, bytes) in window.as_chunks::<LANES>().0.iter().enumerate() {
        let values = u8x16::new(*bytes) - zero;
        digits |= values.min(nine).simd_eq(values).to_bitmask() << (LANES * at);
    }
    digits
}

/// The stops of a block, and whether it is ASCII.
#[inline]
fn block_stops(block: &[u8; BLOCK]) -> (u64, bool) {
    let (quote, backslash) = (u8x16::splat(b'"'), u8x16::splat(b'\\'));
    let last_control = u8x16::splat(0x1f);
    let (mut marks, mut all) = (0, u8x16::ZERO);
    for (at, bytes) in block.as_chunks::<LANES>().0.iter().enumerate() {
        let lanes = u8x16::new(*bytes);
        all |= lanes;
        let stops = lanes.simd_eq(quote) | lanes.simd_eq(backslash) | lanes.min(last_control).simd_eq(lanes);
        marks |= u64::from(stops.to_bitmask()) << (LANES * at);
    }
    (marks, all.to_bitmask() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every byte value at every place.
    fn texts(length: usize) -> impl Iterator<Item = Vec<u8>> {
        let filler = (0..=255_u8).cycle();
        (0..256).map(move |start| filler.clone().skip(start * 7).step_by(11).take(length).collect())
    }

    #[test]
    fn stops_are_quotes_backslashes_and_control_characters() {
        let mut stops = Vec::new();
        for text in (0..150).flat_map(texts) {
            assert_eq!(mark_stops(&text, &mut stops), text.is_ascii());
            for (at, byte) in text.iter().enumerate() {
                let marked = stops[at / BLOCK] >> (at % BLOCK) & 1 == 1;
                assert_eq!(marked, *byte < 0x20 || matches!(byte, b'"' | b'\\'), "{byte} at {at}");
            }
            for at in text.len()..text.len() + BLOCK {
                assert_eq!(stops[at / BLOCK] >> (at % BLOCK) & 1, 1);
            }
        }
    }

    #[test]
    fn the_distance_leads_to_the_next_stop() {
        let mut stops = Vec::new();
        for (length, from) in (0..200).flat_map(|length| (0..=length).map(move |from| (length, from))) {
            mark_stops(&[&vec![b'x'; length][..], b"\""].concat(), &mut stops);
            assert_eq!(distance(&stops, from), (length - from).min(BLOCK), "{length} {from}");
        }
        assert_eq!(distance(&stops, 10_000), 0);
    }

    #[test]
    fn digits_are_digits() {
        for text in texts(WINDOW) {
            let expected =
                text.iter().rev().fold(0, |bits, byte| bits << 1 | u32::from(byte.is_ascii_digit()));
            assert_eq!(digits(text.first_chunk().unwrap()), expected);
        }
    }
}
