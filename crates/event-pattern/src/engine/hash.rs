//! A fast hash for short strings that come from patterns.
//!
//! Keys are only looked up with event text, never inserted, so nobody can fill a bucket from outside, and a seed that all
//! know does no harm.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// A map with the fast hash.
pub(super) type Map<K, V> = std::collections::HashMap<K, V, FixedState>;

#[inline]
pub(super) fn hash(seed: u64, text: &[u8]) -> u64 {
    let mut hasher = FixedState::with_seed(seed).build_hasher();
    hasher.write(text);
    hasher.finish()
}
