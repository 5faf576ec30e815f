//! `watcher athena`: the SQL that selects from a lake of CloudTrail's logs what is worth a backtest.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use aws_facts::regions;
use clap::ValueEnum;
use event_pattern::Pattern;
use jiff::Timestamp;
use jiff::tz::Offset;
use jiff::{ToSpan, Unit};
use lake::{Definition, Filter, LONGEST_QUERY, Query};
use serde_json::json;

use super::backtest::time;
use crate::exit::{Error, Status};
use crate::output;
use crate::project::{self, Opened};
use crate::style::count;

/// Print the SQL for Amazon Athena that selects what the watchers can want from CloudTrail's logs of any size.
#[derive(Debug, clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct AthenaArgs {
    /// Only what this watcher can want.
    #[arg(long, value_name = "NAME")]
    watcher: Option<String>,

    /// Only records from this day or time on, in UTC; and only the files of these days are read.
    #[arg(long, value_name = "TIME", value_parser = time)]
    since: Option<Timestamp>,

    /// Only records before this day or time, in UTC.
    #[arg(long, value_name = "TIME", value_parser = time)]
    until: Option<Timestamp>,

    /// Only records of this account's id; can be given several times.
    #[arg(long, value_name = "ID", value_parser = account)]
    account: Vec<String>,

    /// Only records of this region; can be given several times.
    #[arg(long, value_name = "REGION")]
    region: Vec<String>,

    /// The table, with its database if that is not the default one.
    #[arg(long, value_name = "TABLE", default_value = "cloudtrail_logs", value_parser = table)]
    table: String,

    /// What the table is partitioned by; AWS's own definition has `timestamp` only.
    #[arg(
        long,
        value_name = "COLUMN",
        value_enum,
        value_delimiter = ',',
        default_value = "account,region,timestamp"
    )]
    partitions: Vec<Partition>,

    /// Write the result to this folder, as packed JSON lines that `watcher backtest` reads.
    #[arg(long, value_name = "S3_URI", value_parser = s3)]
    to: Option<String>,

    /// Print the definition of the table instead; needs --location.
    #[arg(long, requires = "location", conflicts_with_all = ["watcher", "to", "until", "partitions"])]
    table_definition: bool,

    /// The folder of the accounts' folders: `s3://BUCKET/AWSLogs`, with the organization's id behind it for its trail.
    #[arg(long, value_name = "S3_URI", value_parser = s3, requires = "table_definition")]
    location: Option<String>,

    /// How to print; json also has each watcher's condition, docs/backtest.md describes it.
    #[arg(long, value_enum, default_value_t, conflicts_with = "table_definition")]
    format: crate::format::Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Partition {
    Account,
    Region,
    Timestamp,
}

const HELP: &str = "\
The result has every record that a watcher can want, and some more, which `watcher backtest` tells apart. Nothing is sent:
the SQL is for Athena's console or `aws athena start-query-execution`.

Athena reads all bytes of the days, accounts and regions that are asked, whatever else the SQL asks: $5 per TB of packed
logs in most regions. `aws s3 ls --summarize --recursive s3://BUCKET/AWSLogs/ACCOUNT/CloudTrail/REGION/2026/01/ | tail -1`
says how much that is for a month.

Examples:
  watcher athena --table-definition --location s3://BUCKET/AWSLogs --account 123456789012 --region eu-west-1
  watcher athena --since 2026-01-01 --until 2026-02-01 --to s3://BUCKET/candidates/ > candidates.sql
  aws s3 sync s3://BUCKET/candidates/ candidates && watcher backtest candidates
  watcher athena --watcher s3-bucket-deleted --since 2026-01-12

Exit codes:
  0  the SQL is printed
  1  the project has findings; the watchers without any are in it
  2  bad usage
  3  no record of CloudTrail's can be wanted";

/// It becomes part of the SQL.
fn table(text: &str) -> Result<String, String> {
    let is_name = |name: &str| {
        name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
    };
    if text.split('.').count() <= 3 && text.split('.').all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("write it like `cloudtrail_logs` or `database.cloudtrail_logs`".to_owned())
    }
}

fn account(text: &str) -> Result<String, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("an account's id has 12 digits".to_owned())
    }
}

fn s3(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("s3://").unwrap_or_default();
    if !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic() && !b"'\"\\$".contains(&b)) {
        Ok(text.to_owned())
    } else {
        Err("write it like `s3://BUCKET/FOLDER`".to_owned())
    }
}

pub(super) fn run(args: &AthenaArgs, project: Option<&Path>) -> Result<Status, Error> {
    let opened = project::open(project)?;
    super::check_regions(&args.region)?;
    if let Some(location) = &args.location {
        return define(args, &opened, location);
    }
    opened.tell_findings();
    let watchers = asked(&opened, args.watcher.as_deref())?;
    let filter = filter(args)?;
    let partitions: Vec<&str> = args.partitions.iter().map(|partition| partition.name()).collect();
    let query = lake::query(watchers.into_iter(), &args.table, &partitions, &filter);
    if query.watchers.iter().all(|watcher| watcher.condition.is_none()) {
        output::complain(
            "no record of CloudTrail's can be wanted: services send these events to EventBridge themselves",
        );
        return Ok(Status::Nothing);
    }
    let sql = match &args.to {
        None => query.sql.clone(),
        Some(to) => {
            format!("UNLOAD (\n{}) TO '{to}'\nWITH (format = 'JSON', compression = 'GZIP')\n", query.sql)
        }
    };
    match args.format {
        crate::format::Format::Text => {
            let text = head(&query, args) + &sql;
            debug_assert!(text.len() <= LONGEST_QUERY, "the query leaves room for what is put around it");
            output::print_exactly(text.as_bytes())?;
        }
        crate::format::Format::Json => output::print_exactly(as_json(&query, &sql).as_bytes())?,
    }
    Ok(if opened.findings.is_empty() { Status::Clean } else { Status::Findings })
}

impl Partition {
    fn name(self) -> &'static str {
        match self {
            Partition::Account => "account",
            Partition::Region => "region",
            Partition::Timestamp => "timestamp",
        }
    }
}

/// The watchers that are on; one that is named also if it is off.
fn asked<'a>(opened: &'a Opened, name: Option<&str>) -> Result<Vec<(&'a str, &'a Pattern)>, Error> {
    let files = opened.project.files.iter();
    let asked: Vec<_> = files
        .filter(|file| name.map_or(file.enabled, |name| file.watcher.name == name))
        .map(|file| (file.watcher.name.as_str(), &file.watcher.pattern))
        .collect();
    match name {
        Some(name) if asked.is_empty() => Err(opened.unknown(name)),
        _ => Ok(asked),
    }
}

fn filter(args: &AthenaArgs) -> Result<Filter<'_>, Error> {
    let has_days = args.partitions.contains(&Partition::Timestamp);
    let day = |at: Timestamp| Offset::UTC.to_datetime(at).date().strftime("%Y/%m/%d").to_string();
    let wrong = |_| Error::usage("--since and --until must lie within the calendar");
    let since = args.since.map(|since| -> Result<_, Error> {
        // CloudTrail writes whole seconds.
        let second =
            since.round(jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Floor));
        Ok((second.map_err(wrong)?.to_string(), has_days.then(|| day(since))))
    });
    let until = args.until.map(|until| -> Result<_, Error> {
        let second =
            until.round(jiff::TimestampRound::new().smallest(Unit::Second).mode(jiff::RoundMode::Ceil));
        // A file stands under the day of its delivery, which is minutes after the event.
        let last = until.checked_add(24.hours()).map_err(wrong)?;
        Ok((second.map_err(wrong)?.to_string(), has_days.then(|| day(last))))
    });
    Ok(Filter {
        since: since.transpose()?,
        until: until.transpose()?,
        accounts: &args.account,
        regions: &args.region,
    })
}

/// What stands before the query.
fn head(query: &Query, args: &AthenaArgs) -> String {
    let (asked, never): (Vec<_>, Vec<_>) =
        query.watchers.iter().partition(|watcher| watcher.condition.is_some());
    let mut text = format!(
        "-- What {} can want of CloudTrail's records: all of it and some more, for `watcher backtest`.\n",
        match &args.watcher {
            Some(name) => format!("watcher {name}"),
            None => count(asked.len(), "watcher"),
        }
    );
    if !never.is_empty() {
        let _ = writeln!(
            text,
            "-- {} wait for events that CloudTrail does not log.",
            count(never.len(), "more watcher")
        );
    }
    text += "-- Athena reads all bytes of the days, accounts and regions asked: $5 per TB in most regions.\n";
    if args.since.is_none() {
        text += "-- Without --since these are all days that the table has.\n";
    }
    text
}

fn as_json(query: &Query, sql: &str) -> String {
    let watchers: Vec<_> = query
        .watchers
        .iter()
        .map(|watcher| {
            json!({"name": watcher.name, "condition": watcher.condition, "widened": watcher.widened})
        })
        .collect();
    format!("{:#}\n", json!({"version": 1, "sql": sql, "watchers": watchers}))
}

/// The definition of the table.
fn define(args: &AthenaArgs, opened: &Opened, location: &str) -> Result<Status, Error> {
    let accounts = match args.account.as_slice() {
        [] => opened.project.config.accounts.keys().cloned().collect(),
        accounts => accounts.to_vec(),
    };
    if accounts.is_empty() {
        return Err(Error::usage(
            "name the accounts of the logs with --account, or in `[accounts]` of account-watcher.toml",
        ));
    }
    let regions: BTreeSet<String> = match args.region.as_slice() {
        [] => regions::known().map(str::to_owned).collect(),
        regions => regions.iter().cloned().collect(),
    };
    let regions: Vec<String> = regions.into_iter().collect();
    let first = args.since.map_or_else(
        || "2020/01/01".to_owned(),
        |since| Offset::UTC.to_datetime(since).date().strftime("%Y/%m/%d").to_string(),
    );
    let definition = lake::definition(&Definition {
        table: &args.table,
        location,
        first_day: &first,
        accounts: &accounts,
        regions: &regions,
    });
    output::print_exactly(definition.as_bytes())?;
    Ok(Status::Clean)
}
