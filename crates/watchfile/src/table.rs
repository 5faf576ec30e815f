//! Walking a TOML table: typed access to its keys, with a finding for everything that is not as it should be.
//! serde is not used for this: it stops at the first error, and loses the places inside `flatten` and `untagged`.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use watcher::{HELPERS, TemplateError};

use crate::declared::{INVALID_TEMPLATE, INVALID_VALUE, MISPLACED_KEY, MISSING_KEY, UNKNOWN_KEY};
use crate::finding::Finding;
use crate::fix::{Edit, Fix};
use crate::keys::{Holds, Key, Keys, Need};
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
    /// The keys that it may have; none if they are names that people choose.
    keys: Option<&'static Keys>,
    /// Where to point when a key is missing: the table's header, or the file's start.
    header: (usize, usize),
}

impl<'a> Table<'a> {
    /// The table of a whole file. Keys that it must not have are reported.
    pub(crate) fn of_file(
        report: &'a Report,
        entries: &'a DeTable<'a>,
        what: &'a str,
        keys: &'static Keys,
    ) -> Table<'a> {
        Table::new(report, entries, what, Some(keys), 0..report.source.text.len())
    }

    fn new(
        report: &'a Report,
        entries: &'a DeTable<'a>,
        what: &'a str,
        keys: Option<&'static Keys>,
        header: Span,
    ) -> Table<'a> {
        let end = report.source.text[header.start..].find('\n').map_or(header.end, |at| header.start + at);
        let header = (header.start, end.min(header.end).max(header.start));
        let table = Table { report, entries, what, keys, header };
        if let Some(keys) = keys {
            table.allow(&keys.rows.iter().map(|key| key.name).collect::<Vec<_>>());
        }
        table
    }

    /// Reports every key that is not among `allowed`.
    pub(crate) fn allow(&self, allowed: &[&str]) {
        self.allow_or(allowed, |_| None);
    }

    /// As [`Table::allow`]; `elsewhere` says of a key where it belongs.
    pub(crate) fn allow_or(&self, allowed: &[&str], elsewhere: impl Fn(&str) -> Option<String>) {
        for key in self.entries.keys().filter(|key| !allowed.contains(&key.get_ref().as_ref())) {
            let name = key.get_ref();
            let near = elsewhere(name).or_else(|| did_you_mean(name, allowed.iter().copied()));
            let help =
                near.unwrap_or_else(|| format!("{} takes {}", self.what, list(allowed.iter().copied())));
            let missing = allowed.iter().copied().filter(|allowed| !self.entries.contains_key(*allowed));
            self.report.add(
                self.report
                    .finding(&UNKNOWN_KEY, key.span(), format!("unknown key `{name}` in {}", self.what))
                    .help(help)
                    .respelt(name, missing),
            );
        }
    }

    /// How the key is declared.
    fn declared(&self, key: &str) -> Option<&'static Key> {
        let found = self.keys.and_then(|keys| keys.get(key));
        debug_assert!(self.keys.is_none() || found.is_some(), "`{key}` is not in keys.rs");
        found
    }

    /// The key's value, whether it is needed or not.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.declared(key);
        self.entries.get(key)
    }

    /// The key's value, or a finding that it is missing, if it is needed.
    pub(crate) fn value(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        match self.declared(key) {
            Some(Key { need: Need::Required(example), .. }) => self.require(key, example),
            _ => self.entries.get(key),
        }
    }

    pub(crate) fn require(&self, key: &str, example: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let found = self.entries.get(key);
        if found.is_none() && !self.report.misplaced.borrow().contains(key) {
            let message = format!("{} lacks `{key}`", self.what);
            let finding = self.report.finding(&MISSING_KEY, self.header.0..self.header.1, message);
            self.report.add(finding.help(format!("add for example `{key} = {example}`")));
        }
        found
    }

    pub(crate) fn string(&self, key: &str) -> Option<Text<'a>> {
        self.report.string(key, self.value(key)?)
    }

    /// As [`Table::string`], of a table whose keys are declared elsewhere.
    pub(crate) fn require_string(&self, key: &str, example: &str) -> Option<Text<'a>> {
        self.report.string(key, self.require(key, example)?)
    }

    /// The flag, or what it is when left out.
    pub(crate) fn flag(&self, key: &str) -> Option<bool> {
        let found = self.value(key).and_then(|value| {
            let found = value.get_ref().as_bool();
            if found.is_none() {
                let fix = self.report.in_quotes(value, |text| ["true", "false"].contains(&text));
                self.report.add(self.report.of_wrong_type(key, value, "true or false").fix(fix));
            }
            found
        });
        found.or_else(|| match self.declared(key)?.holds {
            Holds::Flag(default) => default,
            _ => None,
        })
    }

    pub(crate) fn integer(&self, key: &str) -> Option<Spanned<i64>> {
        let value = self.value(key)?;
        let integer =
            value.get_ref().as_integer().and_then(|i| i64::from_str_radix(i.as_str(), i.radix()).ok());
        if integer.is_none() {
            let fix = self.report.in_quotes(value, |text| text.bytes().all(|b| b.is_ascii_digit()));
            self.report.add(self.report.of_wrong_type(key, value, "a whole number").fix(fix));
        }
        integer.map(|integer| Spanned::new(value.span(), integer))
    }

    /// A list of strings. An empty one is reported where it cannot be meant.
    pub(crate) fn strings(&self, key: &str) -> Option<Vec<Text<'a>>> {
        let value = self.value(key)?;
        let texts = self.report.strings(key, value)?;
        if let (Some(Key { holds: Holds::Several(empty), .. }), true) = (self.declared(key), texts.is_empty())
        {
            self.report.invalid_value(value.span(), empty.message, empty.help);
        }
        Some(texts)
    }

    /// A sub-table.
    pub(crate) fn table(&self, key: &str) -> Option<Table<'a>> {
        let keys = match self.declared(key)?.holds {
            Holds::Table(keys) => keys(),
            _ => return None,
        };
        self.report.table(key, self.value(key)?, keys.what, Some(keys))
    }

    /// A sub-table whose keys are names that people choose.
    pub(crate) fn names(&self, key: &str, what: &'a str) -> Option<Table<'a>> {
        self.report.table(key, self.value(key)?, what, None)
    }

    /// The tables of `[[key]]`.
    pub(crate) fn tables(&self, key: &str) -> Vec<Table<'a>> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(Key { holds: Holds::Tables(keys), .. }) = self.declared(key) else { return Vec::new() };
        let Some(values) = value.get_ref().as_array() else {
            self.report.wrong_type(key, value, &format!("a list of tables: write `{}`", keys().what));
            return Vec::new();
        };
        let table = |value| self.report.table(key, value, keys().what, Some(keys()));
        values.iter().filter_map(table).collect()
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
            let text = self.source.text.get(value.span()).unwrap_or_default();
            let one =
                value.get_ref().as_str().map(|_| Edit { span: value.span(), text: format!("[{text}]") });
            let fix = one.map(|edit| Fix { title: "write a list".to_owned(), edits: vec![edit] });
            self.add(self.of_wrong_type(key, value, "a list of strings").fix(fix));
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
        keys: Option<&'static Keys>,
    ) -> Option<Table<'a>> {
        let found =
            value.get_ref().as_table().map(|entries| Table::new(self, entries, what, keys, value.span()));
        if found.is_none() {
            self.wrong_type(key, value, "a table");
        }
        found
    }

    pub(crate) fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        self.add(self.of_wrong_type(key, value, expected));
    }

    fn of_wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) -> Finding {
        let message = format!("`{key}` is {}", article(value.get_ref().type_str()));
        let help = format!("`{key}` takes {expected}");
        self.finding(&INVALID_VALUE, value.span(), message).help(help)
    }

    /// Takes the quotes from a text that is meant as something else.
    fn in_quotes(&self, value: &Spanned<DeValue<'_>>, is_meant: fn(&str) -> bool) -> Option<Fix> {
        let text = value.get_ref().as_str().filter(|text| !text.is_empty() && is_meant(text))?;
        Fix::unquote(&self.source.text, &value.span(), text)
    }

    /// A key of a watcher below a header: in TOML it belongs to the header's table.
    pub(crate) fn misplaced_key(&self, key: &str, span: Span, header: &str) {
        let help = format!("in TOML all keys below a header belong to it: move `{key}` above `{header}`");
        let fix = Fix::move_above_headers(&self.source.text, &span, key);
        let message = format!("`{key}` stands inside `{header}`");
        self.add(self.finding(&MISPLACED_KEY, span, message).help(help).fix(fix));
        self.misplaced.borrow_mut().insert(key.to_owned());
    }

    pub(crate) fn invalid_value(&self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.add(self.finding(&INVALID_VALUE, span, message).help(help));
    }
}

impl Report {
    /// What is wrong with a template. Of a helper that does not exist it is known which one was meant, if it is a slip.
    pub(crate) fn invalid_template(&self, template: &str, error: &TemplateError, place: Span) {
        let is_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let rest = template.get(error.offset..).unwrap_or_default();
        let name = &rest[..rest.find(|c| !is_of_name(c)).unwrap_or(rest.len())];
        let is_helper = error.message.starts_with(&format!("there is no helper `{name}`"));
        let finding = self.finding(&INVALID_TEMPLATE, place, &error.message);
        let helpers = HELPERS.iter().copied().filter(|_| is_helper);
        self.add(finding.respelt(name, helpers));
    }

    /// As [`Report::invalid_value`], of a word that is none of the known ones.
    pub(crate) fn unknown_value<'a>(
        &self,
        span: Span,
        wrong: &str,
        known: impl IntoIterator<Item = &'a str>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add(self.finding(&INVALID_VALUE, span, message).help(help).respelt(wrong, known));
    }
}

fn article(kind: &str) -> String {
    match kind {
        "array" => "a list".to_owned(),
        "integer" => "an integer".to_owned(),
        other => format!("a {other}"),
    }
}
