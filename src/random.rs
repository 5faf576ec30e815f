//! Names that nobody else gives: from the system's random source. A generator seeded by clock and thread can give two
//! instances the same, which start at one moment as copies of one image.

/// 128 random bits as hexadecimal digits.
pub(crate) fn name() -> String {
    let mut bytes = [0; 16];
    getrandom::getrandom(&mut bytes)
        .expect("Linux has a random source, and waits for nothing once it has started");
    format!("{:032x}", u128::from_ne_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::thread;

    use super::name;

    /// The same seed in two threads would give the same names.
    #[test]
    fn no_name_is_given_twice() {
        let names = || {
            fastrand::seed(7);
            (0..100).map(|_| name()).collect::<Vec<_>>()
        };
        let other = thread::spawn(names).join().unwrap();
        let all: BTreeSet<String> = names().into_iter().chain(other).collect();
        assert_eq!(all.len(), 200);
        assert!(all.iter().all(|name| name.len() == 32));
    }
}
