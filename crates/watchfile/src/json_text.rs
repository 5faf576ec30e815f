//! TOML values as JSON text, for patterns and for events, with the place of every part.

use serde_json::{Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::declared::{INVALID_PATTERN, INVALID_VALUE};
use crate::places::one_line;
use crate::table::{Report, Span};

/// A TOML value as JSON text, with the place of every part.
pub(crate) struct JsonText<'a> {
    report: &'a Report,
    holder: Holder,
    pub(crate) text: String,
    /// For the byte of the text where each name and each value starts, its place in the file, in order.
    places: Vec<(usize, Span)>,
    sound: bool,
}

/// What the JSON is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Holder {
    Pattern,
    Event,
}

impl<'a> JsonText<'a> {
    /// The JSON of a table's keys that are to be kept; a finding for everything that JSON has no form for, and then none.
    pub(crate) fn of(
        report: &'a Report,
        table: &DeTable<'_>,
        span: Span,
        holder: Holder,
        keep: &dyn Fn(&str) -> bool,
    ) -> Option<JsonText<'a>> {
        let mut json = JsonText::new(report, span, holder);
        json.table(table, keep);
        json.sound.then_some(json)
    }

    /// The same for any value, parsed.
    pub(crate) fn value_of(
        report: &'a Report,
        value: &Spanned<DeValue<'_>>,
        holder: Holder,
    ) -> Option<Value> {
        let mut json = JsonText::new(report, value.span(), holder);
        json.value(value);
        if json.sound { serde_json::from_str(&json.text).ok() } else { None }
    }

    /// The place in the file of the part that starts at this byte of the text.
    pub(crate) fn place(&self, start: usize) -> Span {
        let at = self.places.partition_point(|(from, _)| *from <= start);
        self.places[at.saturating_sub(1)].1.clone()
    }

    fn new(report: &'a Report, span: Span, holder: Holder) -> JsonText<'a> {
        JsonText { report, holder, text: String::new(), places: vec![(0, span)], sound: true }
    }

    fn table(&mut self, table: &DeTable<'_>, keep: &dyn Fn(&str) -> bool) {
        self.text.push('{');
        // In the order of the file: where a path stands twice, the last one counts.
        let mut entries: Vec<_> = table.iter().filter(|(key, _)| keep(key.get_ref())).collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            let name = key.get_ref();
            let start = self.text.len();
            self.text.push_str(&Value::String(name.to_string()).to_string());
            self.text.push(':');
            // A table under a header has no place of its own, so its key stands for it.
            let (from, to) = (key.span(), value.span());
            let place = if from.end <= to.start {
                one_line(&self.report.source.text, &from, &(from.start..to.end))
            } else {
                from
            };
            self.places.push((start, place));
            self.value(value);
        }
        self.text.push('}');
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            DeValue::Table(table) => self.table(table, &|_| true),
            DeValue::Array(values) => {
                self.text.push('[');
                for (index, value) in values.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.places.push((self.text.len(), value.span()));
                    self.value(value);
                }
                self.text.push(']');
            }
            DeValue::String(text) => self.text.push_str(&Value::String(text.to_string()).to_string()),
            DeValue::Boolean(b) => self.text.push_str(if *b { "true" } else { "false" }),
            DeValue::Integer(integer) => match i128::from_str_radix(integer.as_str(), integer.radix()) {
                Ok(integer) => self.text.push_str(&integer.to_string()),
                Err(_) => self.unfit(value, "a number of that size"),
            },
            DeValue::Float(float) => match float.as_str().parse().ok().and_then(Number::from_f64) {
                Some(number) => self.text.push_str(&number.to_string()),
                None => self.unfit(value, "`inf` or `nan`"),
            },
            DeValue::Datetime(_) => self.unfit(value, "a date"),
        }
    }

    fn unfit(&mut self, value: &Spanned<DeValue<'_>>, what: &str) {
        self.sound = false;
        let (lint, holder) = match self.holder {
            Holder::Pattern => (&INVALID_PATTERN, "a pattern"),
            Holder::Event => (&INVALID_VALUE, "an event"),
        };
        let message = format!("{holder} cannot hold {what}");
        self.report
            .add(self.report.finding(lint, value.span(), message).help("put it in quotes, or leave it out"));
    }
}
