//! Every form in which people have events gives the same records; what is damaged is said, and the rest is read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use records::{Item, read};
use serde_json::{Value, json};

fn record(name: &str) -> Value {
    json!({
        "eventVersion": "1.11", "userIdentity": {"type": "IAMUser", "userName": "alice", "accountId": "123456789012"},
        "eventTime": "2026-01-12T08:30:00Z", "eventSource": "s3.amazonaws.com", "eventName": name,
        "awsRegion": "eu-west-1", "requestParameters": {"bucketName": "demo"}, "responseElements": null,
        "eventID": format!("id-{name}"), "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
        "recipientAccountId": "123456789012", "eventCategory": "Management",
    })
}

fn event(name: &str) -> Value {
    json!({
        "version": "0", "id": "e", "detail-type": "AWS API Call via CloudTrail", "source": "aws.s3",
        "account": "123456789012", "time": "2026-01-12T08:30:00Z", "region": "eu-west-1", "resources": [],
        "detail": record(name),
    })
}

fn to_event(item: &Item<'_>) -> String {
    match item {
        Item::Record(record) => record.to_event().unwrap(),
        Item::Event(text) => (*text).to_owned(),
        Item::Digest => panic!("a digest has no event"),
    }
}

/// A line for each thing: the event's name, or what is wrong.
fn found(bytes: &[u8]) -> Vec<String> {
    let mut lines = Vec::new();
    read(bytes, &mut |found| {
        let what = match found.item {
            Err(why) => format!("{}:{}: {why}", found.place.line, found.place.number),
            Ok(Item::Digest) => "digest".to_owned(),
            Ok(item) => {
                let event: Value = serde_json::from_str(&to_event(&item)).unwrap();
                assert_eq!(event["source"], "aws.s3", "{event}");
                assert_eq!(event["detail-type"], "AWS API Call via CloudTrail");
                assert_eq!(event["account"], "123456789012");
                assert_eq!(event["region"], "eu-west-1");
                assert_eq!(event["time"], "2026-01-12T08:30:00Z");
                event["detail"]["eventName"].as_str().unwrap().to_owned()
            }
        };
        lines.push(what);
        true
    });
    lines
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_form_holds_the_same_records() {
    let (a, b) = (record("A"), record("B"));
    let text = |value: &Value| value.to_string();
    let lookup = |record: &Value| json!({"EventId": "x", "EventName": "n", "CloudTrailEvent": text(record)});
    let forms = [
        json!({"Records": [a, b]}).to_string(),
        serde_json::to_string_pretty(&json!({"Records": [a, b]})).unwrap(),
        format!("{{\"Records\":[{a},{b}],\"more\":{{\"x\":[\"]}}\"]}}}}\n"),
        json!([a, b]).to_string(),
        format!("{a}\n{b}\n"),
        format!("{a}{b}"),
        json!({"Events": [lookup(&a), lookup(&b)], "NextToken": "t"}).to_string(),
        json!({"Aaa": 1, "Events": [lookup(&a), lookup(&b)]}).to_string(),
        format!("{}\n{}", event("A"), event("B")),
        json!([event("A"), event("B")]).to_string(),
        json!({"events": [{"timestamp": 1, "message": text(&event("A"))}, {"message": text(&b)}]}).to_string(),
        json!({"messageType": "DATA_MESSAGE", "logEvents": [{"id": "1", "message": text(&a)}, {"message": text(&b)}]}).to_string(),
        format!("2026-01-12T08:30:00.000Z {a}\n2026-01-12T08:31:00.000Z {}\n", event("B")),
        json!({"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventJson": text(&a)}], [{"eventJson": text(&b)}]]}).to_string(),
        format!("{}\n{}", json!({"Records": [a]}), json!({"Records": [b]})),
        format!("\u{feff}{a}\r\n\r\n{b}"),
    ];
    for form in forms {
        assert_eq!(found(form.as_bytes()), ["A", "B"], "{form}");
        assert_eq!(found(&gzip(form.as_bytes())), ["A", "B"], "{form}");
    }
}

#[test]
fn tables_become_records() {
    let whole = format!("eventTime,eventJson\n2026,\"{}\"\n", record("A").to_string().replace('"', "\"\""));
    assert_eq!(found(whole.as_bytes()), ["A"]);
    let athena = "\"eventversion\",\"useridentity\",\"eventtime\",\"eventsource\",\"eventname\",\"awsregion\",\"requestparameters\",\"eventtype\",\"recipientaccountid\"\n\
        \"1.11\",\"{type=AssumedRole, principalid=AROA:bob, username=null, sessioncontext={attributes=null, sessionissuer={username=Admin}}, onbehalfof=null}\",\"2026-01-12T08:30:00Z\",\"s3.amazonaws.com\",\"A\",\"eu-west-1\",\"{\"\"bucketName\"\":\"\"demo\"\"}\",\"AwsApiCall\",\"123456789012\"\n";
    assert_eq!(found(athena.as_bytes()), ["A"]);
    let mut event = Value::Null;
    read(athena.as_bytes(), &mut |found| {
        event = serde_json::from_str(&to_event(&found.item.unwrap())).unwrap();
        true
    });
    assert_eq!(event["detail"]["userIdentity"]["principalId"], "AROA:bob");
    assert_eq!(event["detail"]["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"], "Admin");
    assert_eq!(event["detail"]["userIdentity"].get("userName"), None);
    assert_eq!(event["detail"]["requestParameters"]["bucketName"], "demo");
    let history = "Event ID,Event time,User name,Event name,Event source,AWS region,Read-only,Account ID\n\
        1,2026-01-12T08:30:00Z,alice,A,s3.amazonaws.com,eu-west-1,false,123456789012\n";
    assert_eq!(found(history.as_bytes()), ["A"]);
    let rows = json!({"QueryResultRows": [[
        {"eventName": "A"}, {"eventSource": "s3.amazonaws.com"}, {"eventTime": "2026-01-12T08:30:00Z"},
        {"awsRegion": "eu-west-1"}, {"recipientAccountId": "123456789012"},
    ]]});
    assert_eq!(found(rows.to_string().as_bytes()), ["A"]);
    let short = format!("{history}2,3\n");
    assert_eq!(found(short.as_bytes()), ["A", "3:2: the row has 2 columns, and the table 8"]);
}

#[test]
fn what_is_damaged_is_said_and_the_rest_is_read() {
    let (a, b) = (record("A").to_string(), record("B").to_string());
    assert_eq!(found(b""), ["1:0: the file is empty"]);
    assert_eq!(found(&gzip(b"")), ["1:0: the file is empty"]);
    assert_eq!(found(br#"{"Records":[]}"#), Vec::<String>::new());
    let digest = r#"{"awsAccountId":"123456789012","digestStartTime":"2026-01-12T08:00:00Z","logFiles":[]}"#;
    assert_eq!(found(digest.as_bytes()), ["digest"]);
    let neither = "this is neither an EventBridge event (with `source`, `detail-type` and `detail`) nor a CloudTrail record (with `eventSource` and `eventName`)";
    assert_eq!(found(br#"{"a":1}"#), [format!("1:1: {neither}")]);
    assert_eq!(
        found(format!("{a}\n{{\"x\":\n{b}\n").as_bytes()),
        ["A", "2:2: this is not JSON: what begins here does not end before the next `{`", "B"]
    );
    assert_eq!(
        found(format!("{{\"Records\":[{a},{b}").as_bytes()),
        ["A", "B", "1:0: the file ends in the middle of a list"]
    );
    assert_eq!(
        found(format!("{{\"Records\":[{a},{}", &b[..90]).as_bytes()),
        ["A", "1:2: the file ends in the middle of it", "1:0: the file ends in the middle of a list"]
    );
    let inner = r#"{"eventVersion":"1.11","eventSource":"s3.amazonaws.com","eventName":}"#;
    assert_eq!(
        found(format!("{{\"Records\":[{a},{inner},{b}]}}").as_bytes()),
        [
            "A",
            &*format!("1:2: this is not JSON: expected value at column {}", 12 + a.len() + 1 + inner.len()),
            "B"
        ]
    );
    assert_eq!(found(b"nonsense"), ["1:1: this is not JSON: expected ident at column 2"]);
    let zipped = gzip(format!("{{\"Records\":[{a},{b}]}}").as_bytes());
    let cut = found(&zipped[..zipped.len() - 12]);
    assert!(
        cut.last().unwrap().starts_with("1:0: the file is cut off; what stands before that was read"),
        "{cut:?}"
    );
    let mut broken = zipped.clone();
    let at = broken.len() - 6;
    broken[at] ^= 0xff;
    let found = found(&broken);
    assert!(found.last().unwrap().contains("the file is damaged"), "{found:?}");
}

#[test]
fn a_long_list_moves_through_the_window() {
    let records: Vec<Value> = (0..5_000).map(|n| record(&format!("N{n}"))).collect();
    for text in [json!({"Records": records}).to_string(), serde_json::to_string_pretty(&records).unwrap()] {
        let names = found(text.as_bytes());
        assert_eq!(names.len(), 5_000);
        assert_eq!(names[4_999], "N4999");
    }
}

#[test]
fn reading_stops_when_it_is_told_to() {
    let text = json!([record("A"), record("B"), record("C")]).to_string();
    let mut count = 0;
    read(text.as_bytes(), &mut |_| {
        count += 1;
        count < 2
    });
    assert_eq!(count, 2);
}
