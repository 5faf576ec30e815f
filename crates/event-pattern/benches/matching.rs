//! `cargo bench -p event-pattern`: building sets and matching events, beside the crate `quamina`.
//! `examples/speed.rs` prints the same as a table.

#[path = "support/mod.rs"]
mod support;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use support::engines::Engine;
use support::{Workload, cloudtrail, lots};

fn main() {
    divan::main();
}

/// All events of a workload, one after another.
fn events(bencher: Bencher, workload: &Workload, engine: &Engine) {
    let bytes: usize = workload.events.iter().map(String::len).sum();
    bencher
        .counter(ItemsCount::new(workload.events.len()))
        .counter(BytesCount::new(bytes))
        .bench_local(|| workload.events.iter().map(|event| engine.matches(event)).sum::<usize>());
}

#[divan::bench(args = [10, 100, 1_000, 10_000])]
fn cloudtrail_rules(bencher: Bencher, rules: usize) {
    let workload = cloudtrail::workload(rules);
    events(bencher, &workload, &Engine::ours(&workload.rules));
}

/// It panics at 10,000 rules.
#[divan::bench(args = [10, 100, 1_000])]
fn cloudtrail_rules_quamina(bencher: Bencher, rules: usize) {
    let workload = cloudtrail::workload(rules);
    let engine = Engine::quamina(&workload.rules).expect("it takes a thousand rules");
    events(bencher, &workload, &engine);
}

#[divan::bench]
fn bare_scan(bencher: Bencher) {
    events(bencher, &cloudtrail::workload(0), &Engine::Floor);
}

#[divan::bench(args = [10, 100, 1_000, 10_000])]
fn build(bencher: Bencher, rules: usize) {
    let workload = cloudtrail::workload(rules);
    bencher.bench_local(|| Engine::ours(&workload.rules));
}

const OPERATORS: [&str; 8] =
    ["exact", "prefix", "suffix", "equals-ignore-case", "wildcard", "numeric", "anything-but", "arrays"];

fn operator_workload(name: &str) -> Workload {
    lots::workloads().find(|workload| workload.name == name).expect("each operator has its rules")
}

#[divan::bench(args = OPERATORS)]
fn operators(bencher: Bencher, name: &str) {
    let workload = operator_workload(name);
    events(bencher, &workload, &Engine::ours(&workload.rules));
}

#[divan::bench(args = OPERATORS)]
fn operators_quamina(bencher: Bencher, name: &str) {
    let workload = operator_workload(name);
    let engine = Engine::quamina(&workload.rules).expect("it has these operators");
    events(bencher, &workload, &engine);
}
