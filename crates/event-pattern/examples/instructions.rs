//! Matches as many events as its first argument says, for `benches/instructions.sh`, which counts what
//! that takes: against a hundred rules, or the rules of `lots` that the second argument names.

#[path = "../benches/support/mod.rs"]
mod support;

use support::engines::Engine;
use support::{cloudtrail, lots};

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of events");
    let workload = match std::env::args().nth(2) {
        Some(name) => lots::workloads().find(|workload| workload.name == name).expect("a name in `lots`"),
        None => cloudtrail::workload(100),
    };
    let engine = Engine::ours(&workload.rules);
    let events = workload.events.iter().cycle().take(count);
    println!("{} matches", events.map(|event| engine.matches(event)).sum::<usize>());
}
