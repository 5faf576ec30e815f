//! `docs/coverage.md` as text.

use std::fmt::{self, Display, Formatter};

/// Who reports an item.
pub(crate) enum Covered {
    /// Watchers, with whether they are on; and what they leave out.
    By(Vec<(bool, String)>, Option<String>),
    /// Nobody, and why.
    Not(String),
}

/// A catalogue.
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) link: String,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<(Vec<String>, Covered)>,
}

pub(crate) struct Page {
    pub(crate) sections: Vec<Section>,
}

/// How many items are told how.
#[derive(Default)]
struct Counts {
    told: usize,
    partly: usize,
    off: usize,
    not: usize,
}

impl Section {
    fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, covered) in &self.rows {
            match covered {
                Covered::Not(_) => counts.not += 1,
                Covered::By(watchers, _) if watchers.iter().all(|(on, _)| !on) => counts.off += 1,
                Covered::By(_, Some(_)) => counts.partly += 1,
                Covered::By(_, None) => counts.told += 1,
            }
        }
        counts
    }
}

const HEAD: &str = "# What the watchers cover\n\n\
    <!-- Made by `cargo test -p site --test coverage`; it fails when this is stale. -->\n\n\
    What public catalogues list, and which watcher reports it. Where none does, the reason is given. Numbers and names\n\
    are the catalogues'; the watchers were written without their texts. Two of them come with events, Panther's tests and\n\
    Stratus Red Team's recordings: against those the watchers were run, the others were compared by the calls that they\n\
    name. `cargo run -p watchfile --example match_events -- EVENTS.jsonl` says which watchers see any recorded events.\n\n";

impl Display for Page {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(HEAD)?;
        writeln!(
            f,
            "| catalogue | items | covered | in part | by a watcher that is off | not, with a reason |"
        )?;
        writeln!(f, "|---|--:|--:|--:|--:|--:|")?;
        for section in &self.sections {
            let Counts { told, partly, off, not } = section.counts();
            let items = section.rows.len();
            writeln!(f, "| {} | {items} | {told} | {partly} | {off} | {not} |", section.title)?;
        }
        writeln!(
            f,
            "\nA watcher in italics is off: delete the line `enabled = false` in its file to switch it on."
        )?;
        self.sections.iter().try_for_each(|section| write!(f, "\n{section}"))
    }
}

impl Display for Section {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "## {}\n\n<{}>\n", self.title, self.link)?;
        writeln!(f, "| {} | watchers |", self.columns.join(" | "))?;
        writeln!(f, "|{}", "---|".repeat(self.columns.len() + 1))?;
        for (cells, covered) in &self.rows {
            writeln!(f, "| {} | {covered} |", cells.join(" | "))?;
        }
        Ok(())
    }
}

impl Display for Covered {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (watchers, lacks) = match self {
            Covered::Not(reason) => return write!(f, "– {reason}"),
            Covered::By(watchers, lacks) => (watchers, lacks),
        };
        for (number, (on, name)) in watchers.iter().enumerate() {
            let mark = if *on { "" } else { "*" };
            let comma = if number == 0 { "" } else { ", " };
            write!(f, "{comma}{mark}[{name}](../watchers/{name}.toml){mark}")?;
        }
        lacks.iter().try_for_each(|lacks| write!(f, "; not all: {lacks}"))
    }
}
