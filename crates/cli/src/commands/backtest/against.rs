//! `watcher backtest --against`: both sides are tried in one reading of the events.

use std::collections::BTreeSet;
use std::thread;

use backtest::{Deployment, Side};
use rules::Rules;
use watcher::{Watcher, Watchers};
use watchfile::WatcherFile;

use super::{BacktestArgs, BacktestFormat};
use crate::backtested::{self, Read, compared};
use crate::exit::{Error, Status};
use crate::project::{self, Opened};
use crate::{interrupt, output, tree};

/// One side: what is tried, and what is off.
struct Tried<'a> {
    watchers: Watchers,
    rules: Rules,
    off: Vec<&'a str>,
}

pub(super) fn run(args: &BacktestArgs, opened: &Opened, other: &str) -> Result<Status, Error> {
    if args.format == BacktestFormat::Html {
        return Err(Error::usage(
            "there is no page of --against: --format markdown is for a pull request's comment",
        ));
    }
    let before = project::version(&format!("--against {other}"), other, opened.folder.root())?;
    opened.tell_findings();
    before.opened.tell_findings();
    let before = &before.opened;
    if before.project.files.is_empty() && !before.findings.is_empty() {
        return Err(Error::usage(format!(
            "--against {other}: no watcher of that project can be read, its findings are above"
        )));
    }
    let left_out = project::left_out(opened, before);
    let name = args.watcher.as_deref();
    if let Some(name) = name {
        if left_out.contains(name) {
            let why = format!("watcher `{name}` cannot be compared before its findings are fixed");
            return Err(Error::usage(why));
        }
        if opened.project.watcher(name).is_none() && before.project.watcher(name).is_none() {
            return Err(opened.unknown(name));
        }
    }
    let sides = [tried(before, opened, name, &left_out)?, tried(opened, before, name, &left_out)?];
    let deployments = [0, 1].map(|side: usize| {
        let Tried { watchers, rules, .. } = &sides[side];
        Deployment { watchers, rules }
    });
    let filter = args.filter();
    let (inputs, faults) = tree::inputs(&args.inputs);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let one = |side: usize| args.collector(deployments[side], &filter).keeping_texts();
    let read = backtested::read(&inputs, faults, || vec![one(0), one(1)], threads, interrupt::watch()?);
    let Read { collectors, input, faults } = read;
    let (mut old, mut new) = (Vec::new(), Vec::new());
    for mut both in collectors {
        new.extend(both.pop());
        old.extend(both.pop());
    }
    let mut redactor = args.redact.then(|| backtest::redactor(old.iter().chain(&new)));
    let side = |side: usize, collectors| Side { collectors, off: &sides[side].off };
    let mut comparison = backtest::compare(side(0, old), side(1, new));
    if let Some(redactor) = &mut redactor {
        comparison.redact(redactor);
    }
    super::complain(&faults, redactor.as_mut());
    comparison.input = input;
    comparison.left_out = left_out.into_iter().collect();
    if comparison.events == 0 {
        return Ok(super::nothing(comparison.filtered, &input, &faults));
    }
    match args.format {
        BacktestFormat::Text | BacktestFormat::Html => {
            output::print(&compared::text::report(&comparison, other))?;
        }
        BacktestFormat::Json => output::print_exactly(compared::json(&comparison).as_bytes())?,
        BacktestFormat::Markdown => {
            output::print_exactly(compared::markdown::report(&comparison, other).as_bytes())?;
        }
        BacktestFormat::Github => {
            let text =
                compared::github::report(&comparison, &opened.folder, &opened.project, &before.project);
            output::print_exactly(text.as_bytes())?;
        }
    }
    Ok(match () {
        () if super::is_interrupted(&input) => Status::Interrupted,
        () if !faults.is_empty() => Status::Unusable,
        () if !opened.findings.is_empty() || !before.findings.is_empty() => Status::Findings,
        () => Status::Clean,
    })
}

fn tried<'a>(
    side: &'a Opened,
    other: &Opened,
    name: Option<&str>,
    left_out: &BTreeSet<String>,
) -> Result<Tried<'a>, Error> {
    let is_asked = |file: &WatcherFile| match name {
        _ if left_out.contains(&file.watcher.name) => false,
        None => file.enabled,
        // One that is off is tried too when it is asked for.
        Some(name) => file.watcher.name == name || is_former(&file.watcher, side, other, name),
    };
    let files = || side.project.files.iter();
    let watchers = files().filter(|file| is_asked(file)).map(|file| file.watcher.clone()).collect();
    let watchers = Watchers::new(side.project.config.clone(), watchers);
    let off =
        files().filter(|file| name.is_none() && !file.enabled && !left_out.contains(&file.watcher.name));
    Ok(Tried {
        // Of all watchers: they may share one.
        rules: super::rules(side, &watchers)?,
        watchers,
        off: off.map(|file| file.watcher.name.as_str()).collect(),
    })
}

/// Whether the other side calls this watcher `name`.
fn is_former(watcher: &Watcher, side: &Opened, other: &Opened, name: &str) -> bool {
    let renamed = other.project.watcher(name).filter(|_| side.project.watcher(name).is_none());
    renamed.is_some_and(|file| file.watcher.pattern == watcher.pattern)
        && other.project.watcher(&watcher.name).is_none()
}
