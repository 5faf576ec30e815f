//! `watcher explain`: the documentation of the lints.

use watchfile::lints::{self, Lint};

use crate::exit::{Error, Status};
use crate::output;

pub(super) fn run(name: Option<&str>) -> Result<Status, Error> {
    let text = match name {
        Some(name) => lints::explain(find(name)?),
        None => lints::markdown(),
    };
    output::print(&text)?;
    Ok(Status::Clean)
}

/// The lint of that name.
pub(super) fn find(name: &str) -> Result<&'static Lint, Error> {
    lints::find(name).ok_or_else(|| {
        let help = watchfile::did_you_mean(name, lints::all().iter().map(|lint| lint.name))
            .unwrap_or_else(|| "`watcher explain --all` lists the lints".to_owned());
        Error::usage(format!("there is no lint `{name}`: {help}"))
    })
}
