//! Matches as many events as its argument says against a hundred rules, for
//! `benches/instructions.sh`, which counts what that takes.

#[path = "../benches/support/mod.rs"]
mod support;

use support::cloudtrail;
use support::engines::Engine;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).expect("a number of events");
    let workload = cloudtrail::workload(100);
    let engine = Engine::ours(&workload.rules);
    let events = workload.events.iter().cycle().take(count);
    println!("{} matches", events.map(|event| engine.matches(event)).sum::<usize>());
}
