//! Says everything that is wrong with a pattern, each with its line:
//!
//! ```console
//! $ cat pattern.json
//! {
//!   "source": "aws.s3",
//!   "detail": { "size": [{ "numeric": [">"] }] }
//! }
//! $ cargo run --example check <pattern.json
//! line 2: `source` has a bare value at /source; put values in a list, even a single one
//! line 3: no number behind `>` at /detail/size/0/numeric; a number is written without quotes
//! ```

use std::error::Error;
use std::io;
use std::process::ExitCode;

use event_pattern::Pattern;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let text = io::read_to_string(io::stdin())?;
    let faults = Pattern::parse_all(&text).faults;
    for fault in &faults {
        let offset = fault.place.as_ref().map_or(fault.error.offset(), |place| place.key.start);
        println!("line {}: {}", text[..offset].lines().count().max(1), fault.error);
    }
    Ok(if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
