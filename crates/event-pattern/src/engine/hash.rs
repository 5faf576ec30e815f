//! A fast hash for short strings that come from patterns.
//!
//! Keys are only looked up with event text, never inserted, so nobody can fill a bucket from
//! outside.

use std::hash::{BuildHasherDefault, Hasher};

/// A map with the fast hash.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, BuildHasherDefault<Multiply>>;

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// The high half is good, the low bits know only low bits.
#[inline]
pub(super) fn hash(seed: u64, text: &[u8]) -> u64 {
    let hash = mix(seed, text.len() as u64);
    let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) else {
        return mix(hash, few_bytes(text));
    };
    let mut hash = mix(hash, u64::from_le_bytes(*first));
    // Names vary in length around 16. Three words cover up to 24 bytes without a branch that depends on
    // the length; they may overlap.
    if text.len() <= 24 {
        if let Some(middle) = text[(text.len() - 8) / 2..].first_chunk() {
            hash = mix(hash, u64::from_le_bytes(*middle));
        }
    } else {
        for word in text[8..text.len() - 1].as_chunks().0 {
            hash = mix(hash, u64::from_le_bytes(*word));
        }
    }
    mix(hash, u64::from_le_bytes(*last))
}

/// Fewer than eight, as a word.
fn few_bytes(text: &[u8]) -> u64 {
    match (text.first_chunk(), text.last_chunk()) {
        (Some(first), Some(last)) => {
            u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
        }
        _ => text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    }
}

#[inline]
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR)
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Multiply(u64);

impl Hasher for Multiply {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(self.0, bytes);
    }

    #[inline]
    fn write_u64(&mut self, word: u64) {
        self.0 = mix(self.0, word);
    }

    #[inline]
    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    #[inline]
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        // The table uses the high bits and the low bits; multiplication mixes upwards only.
        self.0 ^ self.0 >> 32
    }
}
