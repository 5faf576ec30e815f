//! Prints how fast events are matched, beside the crate `quamina` and a bare scan of the JSON.
//!
//! `CARGO_PROFILE_RELEASE_OPT_LEVEL=3 cargo run --release -p event-pattern --example speed`, on a
//! machine that does nothing else. Rounds of the engines alternate, and the medians are printed.

use std::time::{Duration, Instant};

#[path = "../benches/support/mod.rs"]
mod support;

use support::engines::Engine;
use support::{Workload, cloudtrail, lots};

const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(60);

fn main() {
    println!("CloudTrail events of {} bytes, one thread", cloudtrail::workload(0).bytes_per_event());
    header();
    let mut medians = Vec::new();
    for rules in [10, 100, 1_000, 10_000] {
        medians.push(compare(&cloudtrail::workload(rules)));
    }
    println!("10,000 rules take {:.2} x the time of 10", medians[0] / medians[3]);
    for (number, workload) in lots::workloads().enumerate() {
        if number == 0 {
            println!("\nEvents of {} bytes, five rules of one kind, one thread", workload.bytes_per_event());
            header();
        }
        compare(&workload);
    }
}

fn header() {
    println!(
        "{:>20} {:>10} {:>7} {:>8} {:>9} | {:>10} {:>8} {:>9} {:>6} | {:>10}",
        "", "events/s", "MB/s", "matches", "build ms", "quamina", "matches", "build ms", "ratio", "bare scan"
    );
}

/// Prints a line, and returns our events per second.
fn compare(workload: &Workload) -> f64 {
    let (ours, build) = timed(|| Engine::ours(&workload.rules));
    let (quamina, quamina_build) = timed(|| Engine::quamina(&workload.rules));
    let matches = ours.count(&workload.events).expect("we do not panic");
    let quamina = quamina.and_then(|engine| Some((engine.count(&workload.events)?, engine)));

    let (mut fast, mut other, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        fast.push(events_per_second(&ours, &workload.events));
        if let Some((_, engine)) = &quamina {
            other.push(events_per_second(engine, &workload.events));
        }
        floor.push(events_per_second(&Engine::Floor, &workload.events));
    }
    let (fast, floor) = (median(fast), median(floor));
    let beside = match quamina {
        Some((found, _)) => {
            let other = median(other);
            let note = if found == matches { "" } else { " other matches!" };
            format!(
                "{other:>10.0} {found:>8} {:>9.1} {:>6.2} | {floor:>10.0}{note}",
                milliseconds(quamina_build),
                fast / other
            )
        }
        None => format!("{:>10} {:>8} {:>9} {:>6} | {floor:>10.0}", "panics", "-", "-", "-"),
    };
    let bytes = f64::from(u32::try_from(workload.bytes_per_event()).expect("events are small"));
    println!(
        "{:>20} {fast:>10.0} {:>7.0} {matches:>8} {:>9.1} | {beside}",
        workload.name,
        fast * bytes / 1e6,
        milliseconds(build),
    );
    fast
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let start = Instant::now();
    (work(), start.elapsed())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn events_per_second(engine: &Engine, events: &[String]) -> f64 {
    let start = Instant::now();
    let mut seen = 0_u32;
    while start.elapsed() < ROUND {
        for event in events.iter().cycle().skip(seen as usize % events.len()).take(250) {
            std::hint::black_box(engine.matches(event));
        }
        seen += 250;
    }
    f64::from(seen) / start.elapsed().as_secs_f64()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
