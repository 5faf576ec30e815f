//! Every form in which people have events gives the same records; what is damaged is said, and the rest is read.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::io::{self, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use records::{Item, read, single};
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

/// A pipe that gives a byte at a time.
struct Trickle<'a>(&'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let count = buf.len().min(1);
        self.0.read(&mut buf[..count])
    }
}

/// A line for each thing: the event's name, or what is wrong.
fn found(reader: impl Read) -> Vec<String> {
    let mut lines = Vec::new();
    read(reader, &mut |found| {
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

/// A text as a cell of a CSV file.
fn cell(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// Every form, by its name on the page; each holds `A` and `B`.
fn forms() -> Vec<(&'static str, String)> {
    let (a, b) = (record("A"), record("B"));
    let text = |value: &Value| value.to_string();
    let lookup = |record: &Value| json!({"EventId": "x", "EventName": "n", "Username": "alice", "CloudTrailEvent": text(record)});
    let csv = |columns: &str, rows: [String; 2]| format!("{columns}\n{}\n{}\n", rows[0], rows[1]);
    let both = |row: &dyn Fn(&str) -> String| [row("A"), row("B")];
    let athena = |name: &str| {
        format!(
            "\"1.11\",\"{{type=AssumedRole, principalid=AROA:bob, username=null, sessioncontext={{attributes=null, sessionissuer={{username=Admin}}}}, onbehalfof=null}}\",\"2026-01-12T08:30:00Z\",\"s3.amazonaws.com\",\"{name}\",\"eu-west-1\",\"{{\"\"bucketName\"\":\"\"demo\"\"}}\",\"AwsApiCall\",\"123456789012\""
        )
    };
    let athena_columns = "\"eventversion\",\"useridentity\",\"eventtime\",\"eventsource\",\"eventname\",\"awsregion\",\"requestparameters\",\"eventtype\",\"recipientaccountid\"";
    let unloaded = |name: &str| {
        json!({"eventversion": "1.11", "useridentity": {"type": "IAMUser", "username": "alice"}, "eventtime": "2026-01-12T08:30:00Z",
            "eventsource": "s3.amazonaws.com", "eventname": name, "awsregion": "eu-west-1",
            "requestparameters": "{\"bucketName\":\"demo\"}", "eventtype": "AwsApiCall", "recipientaccountid": "123456789012"})
    };
    let cells = |texts: &[&str]| json!({"Data": texts.iter().map(|text| json!({"VarCharValue": text})).collect::<Vec<_>>()});
    let columns = ["eventtime", "eventsource", "eventname", "awsregion", "recipientaccountid"];
    let selected =
        |name| cells(&["2026-01-12 08:30:00.000", "s3.amazonaws.com", name, "eu-west-1", "123456789012"]);
    let history = "User name,AWS access key,Event time,Event source,Event name,AWS region,Source IP address,User agent,Error code,Resources,Request ID,Event ID,Read-only,Event type,Recipient Account Id,Event category";
    let told = |name: &str| {
        format!(
            "alice,AKIAIOSFODNN7EXAMPLE,2026-01-12T08:30:00Z,s3.amazonaws.com,{name},eu-west-1,203.0.113.10,aws-cli/2.31.0,,[],r,e,false,AwsApiCall,123456789012,Management"
        )
    };
    let lake_row = |name: &str| {
        json!([{"eventName": name}, {"eventSource": "s3.amazonaws.com"}, {"eventTime": "2026-01-12 08:30:00.000"},
            {"awsRegion": "eu-west-1"}, {"recipientAccountId": "123456789012"}])
    };
    let field = |record: &Value| json!([{"field": "@timestamp", "value": "2026-01-12"}, {"field": "@message", "value": text(record)}, {"field": "@ptr", "value": "p"}]);
    let subscribed = |message: String| json!({"messageType": "DATA_MESSAGE", "owner": "123456789012", "logEvents": [{"id": "1", "message": message}]});
    let queue = |event: Value| json!({"MessageId": "m", "ReceiptHandle": "r", "Body": text(&event)});
    let failed = |event: Value| json!({"version": "1.0", "requestContext": {"condition": "RetriesExhausted"}, "requestPayload": event, "responsePayload": null});
    vec![
        ("Log file", json!({"Records": [a, b]}).to_string()),
        ("Log file", serde_json::to_string_pretty(&json!({"Records": [a, b]})).unwrap()),
        ("Log file", format!("{{\"Records\":[{a},{b}],\"more\":{{\"x\":[\"]}}\"]}}}}\n")),
        ("Log file", format!("{}\n{}", json!({"Records": [a]}), json!({"Records": [b]}))),
        ("`lookup-events`", json!({"Events": [lookup(&a), lookup(&b)], "NextToken": "t"}).to_string()),
        ("`lookup-events`", json!({"Aaa": 1, "Events": [lookup(&a), lookup(&b)]}).to_string()),
        ("Event history, JSON", serde_json::to_string_pretty(&json!({"Records": [a, b]})).unwrap()),
        ("Event history, CSV", csv(history, both(&told))),
        ("CloudTrail Lake, CSV", csv("eventTime,eventJson", [&a, &b].map(|record| format!("2026,{}", cell(&text(record)))))),
        ("CloudTrail Lake, JSON", json!({"QueryStatus": "FINISHED", "QueryResultRows": [[{"eventJson": text(&a)}], [{"eventJson": text(&b)}]]}).to_string()),
        ("CloudTrail Lake, JSON", json!({"QueryResultRows": [lake_row("A"), lake_row("B")]}).to_string()),
        ("Athena, CSV", csv(athena_columns, both(&athena))),
        ("Athena, JSON", format!("{}\n{}\n", unloaded("A"), unloaded("B"))),
        ("Athena, JSON", json!({"UpdateCount": 0, "ResultSet": {"Rows": [cells(&columns), selected("A"), selected("B")], "ResultSetMetadata": {"ColumnInfo": []}}}).to_string()),
        ("Records", a.to_string() + &b.to_string()),
        ("Records", format!("{a}\n{b}\n")),
        ("Records", format!("{a}\r\n\r\n{b}\r\n")),
        ("Records", json!([a, b]).to_string()),
        ("Events", format!("{}\n{}", event("A"), event("B"))),
        ("Events", format!("{}{}", event("A"), event("B"))),
        ("Events", json!([event("A"), event("B")]).to_string()),
        ("Events", serde_json::to_string_pretty(&json!([event("A"), event("B")])).unwrap()),
        ("Log group, exported", format!("2026-01-12T08:30:00.000Z {a}\n2026-01-12T08:31:00.000Z {}\n", event("B"))),
        ("Log group, `aws logs`", json!({"events": [{"logStreamName": "s", "timestamp": 1, "message": text(&event("A"))}, {"message": text(&b)}], "searchedLogStreams": []}).to_string()),
        ("Log group, `aws logs`", format!("2026-01-12T08:30:00.123000+00:00 123456789012_CloudTrail_eu-west-1 {a}\n2026-01-12T08:30:00 {}\n", event("B"))),
        ("Log group, query", json!({"queryLanguage": "CWLI", "results": [field(&a), field(&event("B"))], "status": "Complete"}).to_string()),
        ("Log group, query", csv("@timestamp,@message", [&a, &event("B")].map(|record| format!("2026,{}", cell(&text(record)))))),
        ("Log group, query", json!([{"@timestamp": "2026", "@message": text(&a)}, {"@timestamp": "2026", "@message": event("B")}]).to_string()),
        ("Log group, subscription", format!("{}{}", subscribed(text(&a)), subscribed(text(&event("B"))))),
        ("Queue", json!({"Messages": [queue(event("A")), queue(event("B"))]}).to_string()),
        ("Failed call", format!("{}\n{}", failed(event("A")), failed(event("B")))),
    ]
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn utf16(text: &str, mark: bool, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = if mark { "\u{feff}" } else { "" };
    mark.encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect()
}

/// The bytes in two parts, each packed.
fn parts(bytes: &[u8], pack: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let (first, second) = bytes.split_at(bytes.len() / 2);
    [pack(first), pack(second)].concat()
}

#[test]
fn every_form_holds_the_same_records_however_it_is_packed() {
    for (name, form) in forms() {
        let bytes = form.as_bytes();
        // Behind a frame that others keep their own data in, as parallel zstd writes it.
        let skipped = [&[0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3], &*zstd(bytes)].concat();
        let packed = [
            ("plain", bytes.to_vec()),
            ("a mark at the beginning", format!("\u{feff}{form}").into_bytes()),
            ("gzip", gzip(bytes)),
            ("gzip in several members", parts(bytes, gzip)),
            ("gzip in gzip", gzip(&parts(bytes, gzip))),
            ("zstd", zstd(bytes)),
            ("zstd in several frames", parts(bytes, zstd)),
            ("zstd behind other data", skipped),
            ("gzip in zstd", zstd(&gzip(bytes))),
            ("UTF-16", utf16(&form, true, u16::to_le_bytes)),
            ("UTF-16, big end first", utf16(&form, true, u16::to_be_bytes)),
            ("UTF-16 in gzip", gzip(&utf16(&form, true, u16::to_le_bytes))),
            ("other line ends", form.replace("\r\n", "\n").replace('\n', "\r\n").into_bytes()),
        ];
        for (how, packed) in packed {
            assert_eq!(found(&*packed), ["A", "B"], "{name}, {how}: {form}");
            assert_eq!(found(Trickle(&packed)), ["A", "B"], "{name}, {how}, byte by byte: {form}");
        }
        if form.starts_with(['{', '[']) {
            for unit in [u16::to_le_bytes, u16::to_be_bytes] {
                assert_eq!(found(&*utf16(&form, false, unit)), ["A", "B"], "{name}, UTF-16 without a mark");
            }
        }
    }
}

#[test]
fn the_page_lists_every_form() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/backtest.md")).unwrap();
    let rows = page.lines().skip_while(|line| !line.starts_with("| form |")).skip(2);
    let listed: BTreeSet<&str> = rows
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('|').nth(1).unwrap().trim())
        .collect();
    let tested: BTreeSet<&str> = forms().into_iter().map(|(name, _)| name).collect();
    assert_eq!(listed, tested);
}

/// The events of an input.
fn events(bytes: &[u8]) -> Vec<Value> {
    let mut events = Vec::new();
    read(bytes, &mut |found| {
        events.push(serde_json::from_str(&to_event(&found.item.unwrap())).unwrap());
        true
    });
    events
}

#[test]
fn tables_become_records() {
    let form = |name: &str| forms().into_iter().find(|(form, _)| *form == name).unwrap().1;
    let athena = &events(form("Athena, CSV").as_bytes())[0]["detail"];
    assert_eq!(athena["userIdentity"]["principalId"], "AROA:bob");
    assert_eq!(athena["userIdentity"]["sessionContext"]["sessionIssuer"]["userName"], "Admin");
    assert_eq!(athena["userIdentity"].get("userName"), None);
    assert_eq!(athena["requestParameters"]["bucketName"], "demo");
    let lake = "eventName,eventSource,eventTime,requestParameters\nA,s3.amazonaws.com,2026-01-12 08:30:00.000,\"{bucketName=demo, Host=s3.amazonaws.com}\"\n";
    let lake = &events(lake.as_bytes())[0]["detail"];
    assert_eq!(lake["requestParameters"], json!({"bucketName": "demo", "Host": "s3.amazonaws.com"}));
    let history = form("Event history, CSV");
    let told = &events(history.as_bytes())[0]["detail"];
    let alice =
        json!({"userName": "alice", "accessKeyId": "AKIAIOSFODNN7EXAMPLE", "accountId": "123456789012"});
    assert_eq!(told["userIdentity"], alice);
    assert_eq!((&told["readOnly"], &told["sourceIPAddress"]), (&json!(false), &json!("203.0.113.10")));
    assert_eq!((&told["userAgent"], &told["eventID"]), (&json!("aws-cli/2.31.0"), &json!("e")));
    let root = &events(history.replace("alice", "root").as_bytes())[0]["detail"];
    assert_eq!((&root["userIdentity"]["type"], root["userIdentity"].get("userName")), (&json!("Root"), None));
    let short = format!("{history}2,3\n");
    assert_eq!(found(short.as_bytes()), ["A", "B", "4:3: the row has 2 columns, and the table 16"]);
}

#[test]
fn a_file_of_another_kind_is_one_line() {
    for (bytes, expected) in [
        (&b"PK\x03\x04\x14\x00"[..], "1:0: this is a zip file: unpack it first"),
        (b"BZh91AY", "1:0: this is packed with bzip2: unpack it first"),
        (b"\xfd7zXZ\x00\x00", "1:0: this is packed with xz: unpack it first"),
        (b"PAR1\x15\x04", "1:0: this is Parquet: have it written as JSON or CSV"),
        (b"ORC\x0a", "1:0: this is ORC: have it written as JSON or CSV"),
        (
            b"2 123456789012 eni-1 203.0.113.10 198.51.100.1 443 ACCEPT OK\n2 1 2\n",
            "1:1: this is not JSON: trailing characters at column 3",
        ),
    ] {
        assert_eq!(found(bytes), [expected]);
        assert_eq!(found(&*gzip(bytes)), [expected]);
    }
    let four = gzip(&gzip(&gzip(&gzip(record("A").to_string().as_bytes()))));
    assert_eq!(found(&*four), ["1:0: this is packed more than 3 times"]);
}

/// What S3 and SQS send to a function has a record's keys.
#[test]
fn notifications_are_not_records() {
    let s3 = json!({"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-west-1",
        "eventTime": "2026-01-12T08:30:00.000Z", "eventName": "ObjectCreated:Put", "s3": {}}]});
    let sqs = |body: &Value| json!({"Records": [{"messageId": "m", "body": body.to_string(), "eventSource": "aws:sqs"}]});
    let why = "this is a notification of S3 or of another service, not a record of CloudTrail";
    assert_eq!(found(s3.to_string().as_bytes()), [format!("1:1: {why}")]);
    assert_eq!(found(sqs(&event("A")).to_string().as_bytes()), ["A"]);
}

#[test]
fn a_fixture_holds_one_event() {
    let (a, b) = (record("A"), record("B"));
    let name = |text: String| serde_json::from_str::<Value>(&text).unwrap()["detail"]["eventName"].clone();
    for text in [a.to_string(), event("A").to_string(), json!({"Records": [a]}).to_string()] {
        assert_eq!(single(text.as_bytes()).map(name), Ok(json!("A")));
        assert_eq!(single(&*gzip(text.as_bytes())).map(name), Ok(json!("A")));
    }
    let fault = |text: &str| single(text.as_bytes()).unwrap_err();
    assert_eq!(fault(&json!([a, b]).to_string()), "it holds several events, and a test needs one");
    assert_eq!(fault(&format!("{a}\nnonsense")), "line 2: this is not JSON: expected ident at column 2");
    assert_eq!(fault(""), "the file is empty");
    assert_eq!(fault("[]"), "there is no event in it");
    assert_eq!(fault("{\"digestStartTime\":\"\"}"), "this is a digest file of CloudTrail: it has no events");
}

#[test]
fn what_is_damaged_is_said_and_the_rest_is_read() {
    let (a, b) = (record("A").to_string(), record("B").to_string());
    assert_eq!(found(&b""[..]), ["1:0: the file is empty"]);
    assert_eq!(found(&*gzip(b"")), ["1:0: the file is empty"]);
    assert_eq!(found(&br#"{"Records":[]}"#[..]), Vec::<String>::new());
    let digest = r#"{"awsAccountId":"123456789012","digestStartTime":"2026-01-12T08:00:00Z","logFiles":[]}"#;
    assert_eq!(found(digest.as_bytes()), ["digest"]);
    let neither = "this is neither an EventBridge event (with `source`, `detail-type` and `detail`) nor a CloudTrail record (with `eventSource` and `eventName`)";
    assert_eq!(found(&br#"{"a":1}"#[..]), [format!("1:1: {neither}")]);
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
    assert_eq!(found(&b"nonsense"[..]), ["1:1: this is not JSON: expected ident at column 2"]);
    let zipped = gzip(format!("{{\"Records\":[{a},{b}]}}").as_bytes());
    let cut = found(&zipped[..zipped.len() - 12]);
    assert!(
        cut.last().unwrap().starts_with("1:0: the file is cut off; what stands before that was read"),
        "{cut:?}"
    );
    let mut broken = zipped.clone();
    let at = broken.len() - 6;
    broken[at] ^= 0xff;
    let found = found(&*broken);
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
