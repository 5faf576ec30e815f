//! Writing to the terminal. Text is made with colours and loses them here where nobody wants them: in a pipe, with
//! `NO_COLOR`, with `CLICOLOR=0`.

use std::io::{self, Write};

use crate::exit::Error;
use crate::style::{ERROR, paint};

/// Text for people.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Text for programs: every byte as it is.
pub(crate) fn print_exactly(text: &[u8]) -> Result<(), Error> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    Ok(stdout.flush()?)
}

/// Text for people beside the output. A closed standard error is not a reason to stop.
pub(crate) fn note(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// One error.
pub(crate) fn complain(message: &str) {
    note(&format!("{}: {message}\n", paint(ERROR, "error")));
}
