//! Prints how fast events are matched, beside the crate `quamina` and a bare scan of the JSON.
//!
//! `CARGO_PROFILE_RELEASE_OPT_LEVEL=3 cargo run --release -p event-pattern --example speed`. Rounds of
//! the engines alternate, and the medians are printed. Time is the thread's own, so other programs
//! disturb it only through the caches; compare columns, not rows.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

#[path = "../benches/support/mod.rs"]
mod support;

use support::engines::Engine;
use support::{Workload, cloudtrail, lots};

const ROUNDS: usize = 15;
/// Long beside the scheduler's ticks, at which a thread's time is written down.
const ROUND: Duration = Duration::from_millis(60);

fn main() {
    header(&format!("CloudTrail events of {} bytes", cloudtrail::workload(0).bytes_per_event()));
    let mut medians = Vec::new();
    for rules in [10, 100, 1_000, 10_000] {
        medians.push(compare(&cloudtrail::workload(rules)));
    }
    println!("10,000 rules take {:.2} x the time of 10", medians[0] / medians[3]);
    header(&format!("Events of {} bytes, five rules of one kind", lots::BYTES));
    for workload in lots::workloads() {
        compare(&workload);
    }
    header("The same, and a rule for the event's last field: both engines read all of it");
    for workload in lots::workloads() {
        compare(&lots::with_last_field(workload));
    }
}

fn header(title: &str) {
    println!(
        "\n{title}\n{:>20} {:>10} {:>7} {:>8} {:>9} {:>8} | {:>10} {:>8} {:>9} {:>6} | {:>10} {:>6}",
        "",
        "events/s",
        "MB/s",
        "matches",
        "build ms",
        "reading",
        "quamina",
        "matches",
        "build ms",
        "ratio",
        "bare scan",
        "ratio"
    );
}

/// Prints a line, and returns our events per second.
fn compare(workload: &Workload) -> f64 {
    let (ours, build) = timed(|| Engine::ours(&workload.rules));
    let (quamina, quamina_build) = timed(|| Engine::quamina(&workload.rules));
    let matches = ours.count(&workload.events).expect("we do not panic");
    let quamina = quamina.and_then(|engine| Some((engine.count(&workload.events)?, engine)));
    let reader = Engine::ours(&[]);

    let (mut fast, mut reading, mut other, mut floor) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        fast.push(events_per_second(&ours, &workload.events));
        reading.push(events_per_second(&reader, &workload.events));
        if let Some((_, engine)) = &quamina {
            other.push(events_per_second(engine, &workload.events));
        }
        floor.push(events_per_second(&Engine::Floor, &workload.events));
    }
    let (fast, reading, floor) = (median(fast), median(reading), median(floor));
    let beside = match quamina {
        Some((found, _)) => {
            let other = median(other);
            let note = if found == matches { "" } else { " other matches!" };
            format!(
                "{other:>10.0} {found:>8} {:>9.1} {:>6.2} | {floor:>10.0} {:>6.2}{note}",
                milliseconds(quamina_build),
                fast / other,
                fast / floor
            )
        }
        None => {
            format!("{:>10} {:>8} {:>9} {:>6} | {floor:>10.0} {:>6.2}", "panics", "-", "-", "-", fast / floor)
        }
    };
    let bytes = f64::from(u32::try_from(workload.bytes_per_event()).expect("events are small"));
    println!(
        "{:>20} {fast:>10.0} {:>7.0} {matches:>8} {:>9.1} {:>7.0}% | {beside}",
        workload.name,
        fast * bytes / 1e6,
        milliseconds(build),
        100.0 * fast / reading,
    );
    fast
}

fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    let start = now();
    (work(), now().saturating_sub(start))
}

/// The time that this thread has run, where Linux tells it, else the time since the first call.
fn now() -> Duration {
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => START.elapsed(),
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn events_per_second(engine: &Engine, events: &[String]) -> f64 {
    let start = now();
    let mut seen = 0_u32;
    loop {
        for event in events.iter().cycle().skip(seen as usize % events.len()).take(250) {
            std::hint::black_box(engine.matches(event));
        }
        seen += 250;
        let time = now().saturating_sub(start);
        if time >= ROUND {
            return f64::from(seen) / time.as_secs_f64();
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values[values.len() / 2]
}
