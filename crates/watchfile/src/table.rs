//! Walking a TOML table: typed access to its keys, with a finding for everything that is not as it should be.
//! serde is not used for this: it stops at the first error, and loses the places inside `flatten` and `untagged`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declared::{INVALID_VALUE, MISPLACED_KEY, MISSING_KEY, UNKNOWN_KEY};
use crate::finding::Finding;
use crate::lint::Lint;
use crate::source::Source;
use crate::suggest::{did_you_mean, list};

pub(crate) type Span = Range<usize>;

/// The findings of one file, in the making.
pub(crate) struct Report {
    pub(crate) source: Arc<Source>,
    findings: RefCell<Vec<Finding>>,
    /// Keys that stand below a header where they do not belong: they are not missing as well.
    misplaced: RefCell<BTreeSet<String>>,
}

impl Report {
    pub(crate) fn new(source: Arc<Source>) -> Report {
        Report { source, findings: RefCell::default(), misplaced: RefCell::default() }
    }

    pub(crate) fn add(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    pub(crate) fn finding(&self, lint: &'static Lint, span: Span, message: impl Into<String>) -> Finding {
        Finding::new(lint, &self.source, span, message)
    }

    /// Whether the lint found something that overlaps the place.
    pub(crate) fn has(&self, lint: &Lint, span: &Span) -> bool {
        let overlaps = |other: &Span| other.start < span.end && span.start < other.end;
        self.findings.borrow().iter().any(|finding| *finding.lint == *lint && overlaps(&finding.span))
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.findings.borrow().is_empty()
    }

    /// The findings, in the order of the file.
    pub(crate) fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings.into_inner();
        findings.sort_by_key(|finding| finding.span.start);
        findings
    }
}

/// A TOML table, what it is called in messages, and where its findings go.
#[derive(Clone, Copy)]
pub(crate) struct Table<'a> {
    pub(crate) report: &'a Report,
    pub(crate) entries: &'a DeTable<'a>,
    /// What people call it: `a watcher`, `[group]`.
    what: &'a str,
    /// Where to point when a key is missing: the table's header, or the file's start.
    header: (usize, usize),
}

impl<'a> Table<'a> {
    pub(crate) fn new(
        report: &'a Report,
        entries: &'a DeTable<'a>,
        what: &'a str,
        header: Span,
    ) -> Table<'a> {
        let end = report.source.text[header.start..].find('\n').map_or(header.end, |at| header.start + at);
        Table { report, entries, what, header: (header.start, end.min(header.end).max(header.start)) }
    }

    /// Reports every key that is not among `allowed`.
    pub(crate) fn allow(&self, allowed: &[&str]) {
        for key in self.entries.keys().filter(|key| !allowed.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let near = did_you_mean(name, allowed.iter().copied());
            let help =
                near.unwrap_or_else(|| format!("{} takes {}", self.what, list(allowed.iter().copied())));
            self.report.add(
                self.report
                    .finding(&UNKNOWN_KEY, key.span(), format!("unknown key `{name}` in {}", self.what))
                    .help(help),
            );
        }
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.entries.get(key)
    }

    /// The key's value, or a finding that it is missing.
    pub(crate) fn require(&self, key: &str, example: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let found = self.get(key);
        if found.is_none() && !self.report.misplaced.borrow().contains(key) {
            let message = format!("{} lacks `{key}`", self.what);
            let finding = self.report.finding(&MISSING_KEY, self.header.0..self.header.1, message);
            self.report.add(finding.help(format!("add for example `{key} = {example}`")));
        }
        found
    }

    pub(crate) fn string(&self, key: &str) -> Option<Text<'a>> {
        self.report.string(key, self.get(key)?)
    }

    pub(crate) fn require_string(&self, key: &str, example: &str) -> Option<Text<'a>> {
        self.report.string(key, self.require(key, example)?)
    }

    pub(crate) fn bool(&self, key: &str) -> Option<bool> {
        let value = self.get(key)?;
        let found = value.get_ref().as_bool();
        if found.is_none() {
            self.report.wrong_type(key, value, "true or false");
        }
        found
    }

    pub(crate) fn integer(&self, key: &str) -> Option<Spanned<i64>> {
        let value = self.get(key)?;
        let integer =
            value.get_ref().as_integer().and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        if integer.is_none() {
            self.report.wrong_type(key, value, "a whole number");
        }
        integer.map(|integer| Spanned::new(value.span(), integer))
    }

    /// A list of strings, none empty.
    pub(crate) fn strings(&self, key: &str) -> Option<Vec<Text<'a>>> {
        self.report.strings(key, self.get(key)?)
    }

    pub(crate) fn require_strings(&self, key: &str, example: &str) -> Option<Vec<Text<'a>>> {
        self.report.strings(key, self.require(key, example)?)
    }

    /// A sub-table; `what` as in [`Table::new`].
    pub(crate) fn table(&self, key: &str, what: &'a str) -> Option<Table<'a>> {
        self.report.table(key, self.get(key)?, what)
    }

    /// The tables of `[[key]]`.
    pub(crate) fn tables(&self, key: &str, what: &'a str) -> Vec<Table<'a>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let Some(values) = value.get_ref().as_array() else {
            self.report.wrong_type(key, value, &format!("a list of tables: write `[[{key}]]`"));
            return Vec::new();
        };
        values.iter().filter_map(|value| self.report.table(key, value, what)).collect()
    }

    pub(crate) fn span(&self) -> Span {
        self.header.0..self.header.1
    }
}

/// A string of the file.
#[derive(Clone, Debug)]
pub(crate) struct Text<'a> {
    pub(crate) value: &'a str,
    /// As written, quotes included.
    pub(crate) span: Span,
}

impl Report {
    pub(crate) fn string<'a>(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
        let found = value.get_ref().as_str().map(|text| Text { value: text, span: value.span() });
        if found.is_none() {
            self.wrong_type(key, value, "a string");
        }
        found
    }

    pub(crate) fn strings<'a>(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Vec<Text<'a>>> {
        let Some(values) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of strings");
            return None;
        };
        let element = |value: &'a Spanned<DeValue<'a>>| {
            let text = value.get_ref().as_str();
            if text.is_none() {
                let message = format!("`{key}` holds {}", article(value.get_ref().type_str()));
                self.invalid_value(value.span(), message, format!("`{key}` takes a list of strings"));
            }
            Some(Text { value: text?, span: value.span() })
        };
        // All elements, so that all faults are reported.
        values.iter().map(element).collect::<Vec<_>>().into_iter().collect()
    }

    pub(crate) fn table<'a>(
        &'a self,
        key: &str,
        value: &'a Spanned<DeValue<'a>>,
        what: &'a str,
    ) -> Option<Table<'a>> {
        let found = value.get_ref().as_table().map(|entries| Table::new(self, entries, what, value.span()));
        if found.is_none() {
            self.wrong_type(key, value, "a table");
        }
        found
    }

    pub(crate) fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let message = format!("`{key}` is {}", article(value.get_ref().type_str()));
        self.invalid_value(value.span(), message, format!("`{key}` takes {expected}"));
    }

    /// A key of a watcher below a header: in TOML it belongs to the header's table.
    pub(crate) fn misplaced_key(&self, key: &str, span: Span, header: &str) {
        let help = format!("in TOML all keys below a header belong to it: move `{key}` above `{header}`");
        self.add(self.finding(&MISPLACED_KEY, span, format!("`{key}` stands inside `{header}`")).help(help));
        self.misplaced.borrow_mut().insert(key.to_owned());
    }

    pub(crate) fn invalid_value(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.add(self.finding(&INVALID_VALUE, span, message).help(help));
    }
}

fn article(kind: &str) -> String {
    match kind {
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        other => format!("a {other}"),
    }
}
