//! Each operator as SQL: what is asked, and what is widened.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use event_pattern::Pattern;
use lake::{Filter, LONGEST_QUERY, Query, query};

fn asked(patterns: &[Pattern]) -> Query {
    let names: Vec<String> = (0..patterns.len()).map(|number| format!("w-{number}")).collect();
    let watchers = names.iter().map(String::as_str).zip(patterns);
    query(watchers, "logs", &["timestamp"], &Filter::default())
}

fn condition(pattern: &str) -> String {
    let query = asked(&[Pattern::parse(pattern).unwrap()]);
    query.watchers[0].condition.clone().unwrap_or_else(|| "-".to_owned())
}

#[test]
fn each_operator_of_a_text() {
    for (candidate, expected) in [
        (r#""it's""#, "errorcode = 'it''s'"),
        (r#""a","b""#, "errorcode IN ('a', 'b')"),
        (r#""10.0.0.1""#, "regexp_like(errorcode, '^[0-9A-Fa-f:.+-]+$')"),
        (r#"{"exactly":"10.0.0.1"}"#, "errorcode = '10.0.0.1'"),
        ("5", "TRY_CAST(errorcode AS DOUBLE) = 5E0"),
        ("true", "errorcode = 'true'"),
        ("null", "errorcode IS NULL"),
        (r#"{"prefix":"a_"}"#, r"errorcode LIKE 'a\_%' ESCAPE '\'"),
        (r#"{"prefix":"a\""}"#, r#"(errorcode = 'a' OR errorcode LIKE 'a"%')"#),
        (r#"{"suffix":"\"a"}"#, r#"(errorcode = 'a' OR errorcode LIKE '%"a')"#),
        (r#"{"prefix":{"equals-ignore-case":"aé"}}"#, "regexp_like(errorcode, '(?s)^[aA].*')"),
        (r#"{"suffix":{"equals-ignore-case":"a."}}"#, r"regexp_like(errorcode, '(?s)[aA]\.\z')"),
        (r#"{"equals-ignore-case":"a1"}"#, r"regexp_like(errorcode, '(?s)^[aA]1\z')"),
        (r#"{"wildcard":"a*\\*b"}"#, "errorcode LIKE 'a%*b'"),
        (r#"{"exists":false}"#, "errorcode IS NULL"),
        (r#"{"exists":true}"#, "true"),
        (r#"{"numeric":["=",1e2]}"#, "TRY_CAST(errorcode AS DOUBLE) = 1e2"),
        (
            r#"{"numeric":[">",1,"<=",5]}"#,
            "(TRY_CAST(errorcode AS DOUBLE) <= 5E0 AND TRY_CAST(errorcode AS DOUBLE) > 1E0)",
        ),
        (r#"{"cidr":"10.0.0.0/8"}"#, "regexp_like(errorcode, '^[0-9A-Fa-f:.+-]+$')"),
        (r#"{"anything-but":["a","b"]}"#, "(NOT (errorcode IN ('a', 'b')) OR errorcode IS NULL)"),
        (r#"{"anything-but":5}"#, "true"),
        (
            r#"{"anything-but":{"prefix":["a","b"]}}"#,
            "(NOT (errorcode LIKE 'a%' OR errorcode LIKE 'b%') OR errorcode IS NULL)",
        ),
        (r#"{"anything-but":{"suffix":"a"}}"#, "(NOT (errorcode LIKE '%a') OR errorcode IS NULL)"),
        (r#"{"anything-but":{"wildcard":"*a*"}}"#, "(NOT (errorcode LIKE '%a%') OR errorcode IS NULL)"),
        (
            r#"{"anything-but":{"equals-ignore-case":"a"}}"#,
            r"(NOT (regexp_like(errorcode, '^[aA]\z')) OR errorcode IS NULL)",
        ),
        (r#"{"anything-but":{"equals-ignore-case":"é"}}"#, "true"),
        (r#""a\u0000""#, "true"),
    ] {
        let pattern = format!(r#"{{"detail":{{"errorCode":[{candidate}]}}}}"#);
        assert_eq!(condition(&pattern), expected, "{candidate}");
    }
}

#[test]
fn each_kind_of_place() {
    let value = "json_extract_scalar(requestparameters, '$.a')";
    let json = |text: &str| text.replace("%V", value).replace("%R", "requestparameters");
    for (pattern, expected) in [
        (r#"{"source":["aws.s3"]}"#, "eventsource IN ('s3', 's3.amazonaws.com')".to_owned()),
        (
            r#"{"source":["aws.s3"],"detail":{"eventSource":["s3.amazonaws.com"]}}"#,
            "eventsource = 's3.amazonaws.com'".to_owned(),
        ),
        (r#"{"source":["aws.s3"],"detail":{"eventSource":["ec2.amazonaws.com"]}}"#, "-".to_owned()),
        (r#"{"source":["my.app"]}"#, "-".to_owned()),
        (r#"{"detail-type":["EC2 Spot Instance Interruption Warning"]}"#, "-".to_owned()),
        (
            r#"{"detail-type":["AWS Service Event via CloudTrail"]}"#,
            "eventtype = 'AwsServiceEvent'".to_owned(),
        ),
        (
            r#"{"account":["123456789012"]}"#,
            "coalesce(recipientaccountid, useridentity.accountid, '') = '123456789012'".to_owned(),
        ),
        (r#"{"region":[{"exists":false}]}"#, "-".to_owned()),
        (r#"{"version":["0"]}"#, "true".to_owned()),
        (r#"{"resources":["x"]}"#, "true".to_owned()),
        (r#"{"detail":{"managementEvent":[true]}}"#, "true".to_owned()),
        (r#"{"detail":{"readOnly":[true]}}"#, "readonly = 'true'".to_owned()),
        (r#"{"detail":{"readOnly":[{"anything-but":"true"}]}}"#, "true".to_owned()),
        (
            r#"{"detail":{"userIdentity":{"sessionContext":{"attributes":{"mfaAuthenticated":["true"]}}}}}"#,
            "useridentity.sessioncontext.attributes.mfaauthenticated = 'true'".to_owned(),
        ),
        (
            r#"{"detail":{"requestParameters":{"a":["x"]}}}"#,
            json("(%V = 'x' OR (%R LIKE '%[%' AND %R LIKE '%x%'))"),
        ),
        (
            r#"{"detail":{"requestParameters":{"a":[{"prefix":"x"}]}}}"#,
            json("(%V LIKE 'x%' OR %R LIKE '%[%')"),
        ),
        (r#"{"detail":{"requestParameters":{"a":[{"exists":true}]}}}"#, json(r#"%R LIKE '%a"%'"#)),
        (r#"{"detail":{"requestParameters":{"a":[{"exists":false}]}}}"#, json("%V IS NULL")),
        (
            r#"{"detail":{"requestParameters":{"a":[{"anything-but":["x","5"]}]}}}"#,
            json(r#"(%R LIKE '%a"%' AND (NOT (%V = 'x') OR %V IS NULL OR %R LIKE '%[%'))"#),
        ),
        (
            r#"{"detail":{"requestParameters":{"a":[{"anything-but":{"prefix":"x"}}]}}}"#,
            json(r#"%R LIKE '%a"%'"#),
        ),
        (r#"{"detail":{"requestParameters":["x"]}}"#, "true".to_owned()),
        (r#"{"detail":{"requestParameters":{"ß":["x"]}}}"#, "true".to_owned()),
    ] {
        assert_eq!(condition(pattern), expected, "{pattern}");
    }
    let dotted = condition(r#"{"detail":{"requestParameters":{"a":{"b-c":["x"]}}}}"#);
    assert!(dotted.contains(r#"json_extract_scalar(requestparameters, '$.a["b-c"]') = 'x'"#), "{dotted}");
    assert!(dotted.contains("requestparameters LIKE '%a.b-c%'"), "{dotted}");
}

#[test]
fn alternatives_are_joined_and_names_merged() {
    let patterns = [
        r#"{"source":["aws.s3"],"detail":{"eventName":["A"],"errorCode":[{"exists":false}]}}"#,
        r#"{"source":["aws.s3"],"detail":{"eventName":["B"],"errorCode":[{"exists":false}]}}"#,
        r#"{"source":["aws.s3"],"detail":{"eventName":["C"],"$or":[{"errorCode":["x"]},{"errorCode":["y"]}]}}"#,
    ];
    let patterns = patterns.map(|pattern| Pattern::parse(pattern).unwrap());
    let sql = asked(&patterns).sql;
    let (_, filter) = sql.split_once("WHERE ").unwrap();
    assert_eq!(
        filter.trim(),
        "(eventsource IN ('s3', 's3.amazonaws.com') AND ((errorcode = 'x' AND eventname = 'C') OR \
         (errorcode = 'y' AND eventname = 'C') OR (errorcode IS NULL AND eventname IN ('A', 'B'))))"
    );
}

#[test]
fn what_is_too_long_asks_for_names_only() {
    let pattern = |number: usize| {
        let texts: Vec<String> =
            (0..20).map(|text| format!("\"{number}-{text}-{}\"", "x".repeat(40))).collect();
        let texts = texts.join(",");
        let text = format!(
            r#"{{"source":["aws.s3"],"detail":{{"eventName":["Name{number}"],"requestParameters":{{"a":[{texts}]}}}}}}"#
        );
        Pattern::parse(&text).unwrap()
    };
    let patterns: Vec<Pattern> = (0..600).map(pattern).collect();
    let query = asked(&patterns);
    assert!(query.sql.len() < LONGEST_QUERY, "{}", query.sql.len());
    assert!(query.sql.contains("'Name599'") && !query.sql.contains("json_extract"));
    assert!(query.watchers[0].condition.as_ref().unwrap().contains("json_extract"));
}
