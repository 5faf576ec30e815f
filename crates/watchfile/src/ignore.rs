//! `[[ignore]]`: events that match but are not sent.

use jiff::civil::Date;
use toml::Spanned;
use watcher::Ignore;

use crate::declared::IGNORE_WITHOUT_REASON;
use crate::pattern;
use crate::places::PlacedIgnore;
use crate::table::Table;

/// The ignores of a watcher or of the configuration; what is wrong is reported and left out.
pub(crate) fn ignores(table: Table<'_>) -> (Vec<Ignore>, Vec<PlacedIgnore>) {
    table.tables("ignore").into_iter().filter_map(ignore).unzip()
}

fn ignore(table: Table<'_>) -> Option<(Ignore, PlacedIgnore)> {
    let reason = table.string("reason").map(|reason| reason.value.trim());
    if reason.map_or(table.get("reason").is_none(), str::is_empty) {
        let finding = table.report.finding(&IGNORE_WITHOUT_REASON, table.span(), "an ignore needs a reason");
        table.report.add(finding.help("say why, for those who find it in a year: `reason = \"…\"`"));
    }
    let until = until(table);
    let pattern = table.value("pattern")?;
    let pattern = pattern::read(table.report, pattern)?;
    let ignore = Ignore { reason: reason?.to_owned(), until: until.ok()?, pattern: pattern.pattern.clone() };
    let until = table.get("until").map(Spanned::span);
    Some((ignore, PlacedIgnore { span: table.span(), until, pattern }))
}

fn until(table: Table<'_>) -> Result<Option<Date>, ()> {
    let Some(value) = table.get("until") else { return Ok(None) };
    let date = value.get_ref().as_datetime().filter(|d| d.time.is_none() && d.offset.is_none());
    let date = date.and_then(|d| d.date?.to_string().parse().ok());
    if date.is_none() {
        table.report.wrong_type("until", value, "a date without quotes, for example `2027-01-31`");
    }
    date.map(Some).ok_or(())
}
