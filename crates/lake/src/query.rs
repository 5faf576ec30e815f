//! The query: the conditions of all watchers, merged where they are the same but for names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use event_pattern::Pattern;

use crate::columns::{COLUMNS, Kind};
use crate::condition::Condition;
use crate::pattern::{Wanted, wanted};
use crate::sql::{among, string};

/// Athena takes no longer query, in bytes.
/// <https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html>
pub const LONGEST_QUERY: usize = 262_144;

/// So many bytes are left for what is put around the query.
const SPARE: usize = 4_096;

/// Which records count.
#[derive(Clone, Debug, Default)]
pub struct Filter<'a> {
    /// From this time on, as CloudTrail writes it; and the first day of its files, if the table has them by day.
    pub since: Option<(String, Option<String>)>,
    /// Before this time; and the last day whose files can have such records.
    pub until: Option<(String, Option<String>)>,
    /// Of these accounts; of all if there is none.
    pub accounts: &'a [String],
    /// Of these regions; of all if there is none.
    pub regions: &'a [String],
}

/// A query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// The SQL, without a semicolon.
    pub sql: String,
    /// What each watcher wants of it.
    pub watchers: Vec<Selected>,
}

/// What is selected for one watcher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// Its name.
    pub name: String,
    /// The condition on a record; none if no record of CloudTrail's can be wanted.
    pub condition: Option<String>,
    /// Paths that its pattern asks and that the condition does not.
    pub widened: Vec<String>,
}

/// The query for these watchers, by name; the names of the partitions are those that the table has.
pub fn query<'p>(
    watchers: impl Iterator<Item = (&'p str, &'p Pattern)>,
    table: &str,
    partitions: &[&str],
    filter: &Filter<'_>,
) -> Query {
    let (mut all, mut selected) = (Vec::new(), Vec::new());
    for (name, pattern) in watchers {
        let (wanted, widened) = wanted(pattern);
        let condition = Condition::either(wanted.iter().map(Wanted::condition));
        selected.push(Selected {
            name: name.to_owned(),
            condition: (condition != Condition::Never).then(|| condition.to_string()),
            widened: widened.into_iter().collect(),
        });
        all.extend(wanted);
    }
    let sql = |wanted| select(table, &filter.conditions(partitions), wanted);
    let mut text = sql(all.clone());
    if text.len() + SPARE > LONGEST_QUERY {
        // Then by names alone, as the rules of EventBridge do.
        for wanted in &mut all {
            wanted.rest = Condition::Any;
        }
        text = sql(all);
    }
    Query { sql: text, watchers: selected }
}

fn select(table: &str, filters: &[String], wanted: Vec<Wanted>) -> String {
    let mut text = "SELECT".to_owned();
    for (at, column) in COLUMNS.iter().enumerate() {
        let name = column.key.to_ascii_lowercase();
        let comma = if at > 0 { "," } else { "" };
        // As JSON their names come with the values, in every form of result.
        let _ = match column.kind {
            Kind::Struct(_) => write!(text, "{comma}\n  json_format(CAST({name} AS JSON)) AS {name}"),
            _ => write!(text, "{comma}\n  {name}"),
        };
    }
    let _ = write!(text, "\nFROM {table}\nWHERE ");
    for filter in filters {
        let _ = write!(text, "{filter}\n  AND ");
    }
    let conditions = merged(wanted);
    match conditions.as_slice() {
        [] => text.push_str("false"),
        [one] => text.push_str(one),
        many => {
            let _ = write!(text, "(\n    {}\n  )", many.join("\n    OR "));
        }
    }
    text + "\n"
}

/// A line for each source; within it what is wanted of it, and the names for which it is.
fn merged(wanted: Vec<Wanted>) -> Vec<String> {
    type Rests = BTreeMap<Condition, Option<BTreeSet<String>>>;
    let mut by_source: BTreeMap<Option<BTreeSet<String>>, Rests> = BTreeMap::new();
    for Wanted { sources, rest, names } in wanted {
        let rests = by_source.entry(sources).or_default();
        match (rests.get_mut(&rest), names) {
            (Some(Some(all)), Some(names)) => all.extend(names),
            (Some(all), None) => *all = None,
            (Some(None), _) => {}
            (None, names) => {
                rests.insert(rest, names);
            }
        }
    }
    let line = |(sources, rests): (Option<BTreeSet<String>>, Rests)| {
        let of_rest = |(rest, names)| Wanted { sources: None, rest, names }.condition();
        let rests = Condition::either(rests.into_iter().map(of_rest));
        let source = sources.map_or(Condition::Any, |sources| {
            Condition::Sql(among("eventsource", sources.iter().map(String::as_str)))
        });
        Condition::all([source, rests]).to_string()
    };
    by_source.into_iter().map(line).collect()
}

impl Filter<'_> {
    /// The conditions, those on partitions first: they alone make the scan smaller.
    fn conditions(&self, partitions: &[&str]) -> Vec<String> {
        let has = |name: &str| partitions.contains(&name);
        let these = |column: &str, names: &[String]| among(column, names.iter().map(String::as_str));
        let mut conditions = Vec::new();
        if has("account") && !self.accounts.is_empty() {
            conditions.push(these("account", self.accounts));
        }
        if has("region") && !self.regions.is_empty() {
            conditions.push(these("region", self.regions));
        }
        if let Some((_, Some(day))) = &self.since {
            conditions.push(format!("\"timestamp\" >= {}", string(day)));
        }
        if let Some((_, Some(day))) = &self.until {
            conditions.push(format!("\"timestamp\" <= {}", string(day)));
        }
        if let Some((time, _)) = &self.since {
            conditions.push(format!("eventtime >= {}", string(time)));
        }
        if let Some((time, _)) = &self.until {
            conditions.push(format!("eventtime < {}", string(time)));
        }
        if !self.accounts.is_empty() {
            conditions.push(these("coalesce(recipientaccountid, useridentity.accountid)", self.accounts));
        }
        if !self.regions.is_empty() {
            conditions.push(these("awsregion", self.regions));
        }
        conditions
    }
}
