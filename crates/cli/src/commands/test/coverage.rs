//! `--coverage`: what no test exercises.

use std::fmt::Write;

use watchfile::Outcome;
use watchfile::coverage::{Gap, gaps, unused_shared_ignores};

use super::Tested;
use crate::exit::Error;
use crate::output;
use crate::project::Opened;
use crate::style::{CAUTION, STRONG, count, paint};

/// Prints the gaps, and how many watchers, fields and ignores are exercised. The number of gaps comes back. `all`:
/// all watchers were tested, so that something is known of the ignores that they share.
pub(super) fn tell(tested: &[Tested<'_>], opened: &Opened, all: bool) -> Result<usize, Error> {
    let mut text = String::new();
    let mut number = 0;
    let mut say = |place: &str, what: &str| {
        number += 1;
        let _ = writeln!(text, "{}: {}: {what}", paint(CAUTION, "not tested"), paint(STRONG, place));
    };
    let (mut whole, mut fields, mut ignores) = (0, (0, 0), (0, 0));
    for Tested { file, runs } in tested {
        let outcomes: Vec<Outcome> = runs.iter().map(|run| run.outcome.clone()).collect();
        let gaps = gaps(file, &outcomes);
        let place = opened.folder.show(&file.source.path);
        for gap in &gaps {
            match gap {
                Gap::NoMatch => say(&place, "no test shows that it matches"),
                Gap::NoMismatch => say(&place, "no test shows what it does not match"),
                Gap::Field(name) => say(&place, &format!("field `{name}` has a value in no test")),
                Gap::Ignore(reason) => {
                    say(&place, &format!("no test's event is ignored because \"{reason}\""));
                }
            }
        }
        let is_field = |gap: &&Gap| matches!(gap, Gap::Field(_));
        let is_ignore = |gap: &&Gap| matches!(gap, Gap::Ignore(_));
        let without = |all: usize, gaps: usize| (all - gaps, all);
        let add = |sum: &mut (usize, usize), (part, all): (usize, usize)| *sum = (sum.0 + part, sum.1 + all);
        whole += usize::from(!gaps.iter().any(|gap| matches!(gap, Gap::NoMatch | Gap::NoMismatch)));
        add(&mut fields, without(file.watcher.fields.len(), gaps.iter().filter(is_field).count()));
        add(&mut ignores, without(file.written().ignores.len(), gaps.iter().filter(is_ignore).count()));
    }
    if all {
        let outcomes: Vec<Outcome> =
            tested.iter().flat_map(|tested| tested.runs.iter().map(|run| run.outcome.clone())).collect();
        // The shipped ones have their tests where they are made.
        let shared = opened.project.own_ignores();
        let unused = unused_shared_ignores(shared, &outcomes);
        for reason in &unused {
            let what = format!("no test's event is ignored because \"{reason}\"");
            say(&opened.folder.show("account-watcher.toml"), &what);
        }
        ignores = (ignores.0 + shared.len() - unused.len(), ignores.1 + shared.len());
    }
    let of = |(part, all): (usize, usize), noun: &str| format!("{part} of {}", count(all, noun));
    let _ = writeln!(
        text,
        "tests exercise {}, {}, {}",
        of((whole, tested.len()), "watcher"),
        of(fields, "field"),
        of(ignores, "ignore")
    );
    output::print(&text)?;
    Ok(number)
}
