//! Prints the events that a pattern matches, and why it does not match the others:
//!
//! ```console
//! $ cat events.jsonl
//! {"source":"aws.s3","detail":{"eventName":"DeleteBucket"}}
//! {"source":"aws.s3","detail":{"eventName":"PutObject"}}
//! $ cargo run --example filter -- '{"detail":{"eventName":[{"prefix":"Delete"}]}}' <events.jsonl
//! {"source":"aws.s3","detail":{"eventName":"DeleteBucket"}}
//! line 2: detail.eventName: expected {"prefix":"Delete"}, found "PutObject"
//! ```
#![allow(clippy::print_stderr, reason = "a program says there what it passed over")]

use std::error::Error;
use std::io;

use event_pattern::Pattern;

fn main() -> Result<(), Box<dyn Error>> {
    let pattern: Pattern = std::env::args().nth(1).ok_or("give a pattern as the first argument")?.parse()?;
    for (number, line) in (1..).zip(io::stdin().lines()) {
        let event = line?;
        let explanation =
            pattern.explain(event.as_bytes()).map_err(|error| format!("line {number}: {error}"))?;
        if explanation.matched {
            println!("{event}");
        } else {
            eprintln!("line {number}: {explanation}");
        }
    }
    Ok(())
}
