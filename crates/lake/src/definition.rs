//! The definition of the table, with partitions that Athena computes from the query instead of looking them up.
//! <https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html>

use std::fmt::Write;

use crate::columns::{COLUMNS, Kind};
use crate::sql::string;

/// Where the logs are, and of what.
#[derive(Clone, Debug)]
pub struct Definition<'a> {
    /// The table's name.
    pub table: &'a str,
    /// The folder with the accounts' folders: `s3://BUCKET/AWSLogs`, for an organization's trail
    /// `s3://BUCKET/AWSLogs/o-example`.
    pub location: &'a str,
    /// The first day of the logs: `2026/01/01`.
    pub first_day: &'a str,
    /// The accounts' ids.
    pub accounts: &'a [String],
    /// The regions.
    pub regions: &'a [String],
}

/// The statement, without a semicolon.
pub fn definition(of: &Definition<'_>) -> String {
    let mut text = format!("CREATE EXTERNAL TABLE {} (", of.table);
    for (at, column) in COLUMNS.iter().enumerate() {
        let comma = if at > 0 { "," } else { "" };
        let kind = match column.kind {
            Kind::Struct(parts) => parts,
            _ => "STRING",
        };
        let _ = write!(text, "{comma}\n    {} {kind}", column.key.to_ascii_lowercase());
    }
    let location = of.location.trim_end_matches('/');
    let properties = [
        ("projection.enabled", "true".to_owned()),
        ("projection.account.type", "enum".to_owned()),
        ("projection.account.values", of.accounts.join(",")),
        ("projection.region.type", "enum".to_owned()),
        ("projection.region.values", of.regions.join(",")),
        ("projection.timestamp.type", "date".to_owned()),
        ("projection.timestamp.format", "yyyy/MM/dd".to_owned()),
        ("projection.timestamp.range", format!("{},NOW", of.first_day)),
        ("projection.timestamp.interval", "1".to_owned()),
        ("projection.timestamp.interval.unit", "DAYS".to_owned()),
        (
            "storage.location.template",
            format!("{location}/${{account}}/CloudTrail/${{region}}/${{timestamp}}"),
        ),
    ];
    let _ = write!(
        text,
        "
)
PARTITIONED BY (
    account STRING,
    region STRING,
    `timestamp` STRING
)
ROW FORMAT SERDE 'org.apache.hive.hcatalog.data.JsonSerDe'
STORED AS INPUTFORMAT 'com.amazon.emr.cloudtrail.CloudTrailInputFormat'
OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION {}
TBLPROPERTIES (
",
        string(location)
    );
    let lines = properties.map(|(key, value)| format!("    {} = {}", string(key), string(&value)));
    text + &lines.join(",\n") + "\n)\n"
}
