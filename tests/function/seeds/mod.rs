//! The simulated world with whatever chance makes of it: mixed faults of every service, deaths, clocks that are wrong, and
//! events in any order; each seed is a run of its own, and the same each time.
//!
//! `cargo test --test function seeds` runs a thousand. `make seeds` runs 100,000: `SEEDS=100000`, or `SEEDS=5000..6000` for
//! these. What failed says its seed, and comes again with `SEED=4711`.

mod chaos;
mod promises;

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

use self::chaos::chaos;
use self::promises::check;

/// What `make test` has time for: two minutes on two cores.
const SEEDS: u64 = 1_000;

fn seeds() -> Range<u64> {
    let number =
        |text: &str| text.parse::<u64>().expect("SEEDS and SEED are numbers, SEEDS can be a range 5..6");
    if let Ok(seed) = std::env::var("SEED") {
        return number(&seed)..number(&seed) + 1;
    }
    match std::env::var("SEEDS") {
        Ok(seeds) => match seeds.split_once("..") {
            Some((from, to)) => number(from)..number(to),
            None => 0..number(&seeds),
        },
        Err(_) => 0..SEEDS,
    }
}

/// Runs a seed; what fails is made as small as it can be, and said.
fn run(seed: u64) -> Result<(), String> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { max_shrink_iters: 100, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tree = chaos().new_tree(&mut runner).map_err(|reason| format!("seed {seed}: {reason}"))?;
    let failed = runner.run_one(tree, |chaos| {
        check(&chaos);
        Ok(())
    });
    match failed {
        Ok(_) => Ok(()),
        Err(TestError::Fail(reason, chaos)) => Err(format!(
            "seed {seed}: {reason}\nafter {chaos:?}\nagain: SEED={seed} cargo test --test function seeds"
        )),
        Err(TestError::Abort(reason)) => Err(format!("seed {seed}: {reason}")),
    }
}

#[test]
fn whatever_fails_nothing_is_lost_and_each_message_ends_in_its_time() {
    let seeds = seeds();
    let next = AtomicU64::new(seeds.start);
    let failure = Mutex::new(None);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end || failure.lock().unwrap().is_some() {
                        return;
                    }
                    if let Err(error) = run(seed) {
                        failure.lock().unwrap().get_or_insert(error);
                    }
                }
            });
        }
    });
    if let Some(failure) = failure.into_inner().unwrap() {
        panic!("{failure}");
    }
}
