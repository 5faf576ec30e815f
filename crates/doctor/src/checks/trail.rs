//! Whether CloudTrail gives EventBridge what the watchers want: calls arrive only while a trail logs them.
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html>

use aws_facts::catalog::Catalog;
use event_pattern::Alternative;
use serde_json::{Map, Value};

use super::Check;
use crate::ask::{Ask, list, text};
use crate::call::{DESCRIBE_TRAILS, GET_EVENT_SELECTORS, GET_TRAIL_STATUS};
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::{Patient, literals, wait};

pub(super) const CHECK: Check =
    Check { name: "trail", faults: &[&NONE, &STOPPED, &NO_WRITES, &NO_READS, &EXCLUDED, &NO_DATA], run };

static NONE: Fault = Fault {
    id: "no-trail",
    severity: Severity::Error,
    what: "no trail covers the region",
    why: "EventBridge gets API calls and sign-ins only while a trail logs them: no watcher of a call fires.",
};
static STOPPED: Fault = Fault {
    id: "trail-stopped",
    severity: Severity::Error,
    what: "the trails that cover the region do not log",
    why: "EventBridge gets API calls and sign-ins only while a trail logs them: no watcher of a call fires.",
};
static NO_WRITES: Fault = Fault {
    id: "no-management-events",
    severity: Severity::Error,
    what: "no trail logs management events that write",
    why: "Calls that change something arrive only if a trail logs management events: no watcher of such a call fires.",
};
static NO_READS: Fault = Fault {
    id: "no-read-events",
    severity: Severity::Warning,
    what: "no trail logs management events that read, which watchers want",
    why: "Read-only calls arrive only if a trail logs them too: the watchers of these calls do not fire.",
};
static EXCLUDED: Fault = Fault {
    id: "source-excluded",
    severity: Severity::Warning,
    what: "every trail leaves out the events of a service that watchers want",
    why: "What a trail excludes does not arrive: the watchers of these calls do not fire.",
};
static NO_DATA: Fault = Fault {
    id: "no-data-events",
    severity: Severity::Warning,
    what: "no trail logs data events of a service whose data events watchers want",
    why: "Data events arrive only for the resources whose data events a trail logs: these watchers do not fire.",
};

/// What trails log, all of them together.
#[derive(Default)]
struct Logged {
    writes: bool,
    reads: bool,
    /// Sources that a trail excludes, for each trail that logs management events.
    excluded: Vec<Vec<String>>,
    /// The basic selectors of the first trail; none if it has advanced ones.
    selectors: Option<Vec<Value>>,
    /// Types of resources, such as `AWS::S3::Object`; `*` where it is not said.
    data: Vec<String>,
}

fn run(patient: &Patient, ask: &dyn Ask, findings: &mut Findings) {
    let Some(answer) = findings.known(ask.ask(&DESCRIBE_TRAILS, &[])) else { return };
    let region = patient.stack.region.as_str();
    // Trails of other regions and of the organization are listed too, where they cover this one.
    let covers = |trail: &&Value| trail["IsMultiRegionTrail"] == true || text(trail, "HomeRegion") == region;
    let arns: Vec<&str> =
        list(&answer, "trailList").iter().filter(covers).map(|trail| text(trail, "TrailARN")).collect();
    if arns.is_empty() {
        findings.add(&NONE, format!("no trail covers {region}"), Fix::by_hand(MAKE_ONE));
        return;
    }
    let of = |name: &'static str| arns.iter().map(|arn| vec![name, *arn]).collect::<Vec<_>>();
    let mut logging = Vec::new();
    let mut is_known = true;
    for (arn, status) in arns.iter().zip(ask.ask_each(&GET_TRAIL_STATUS, &of("--name"))) {
        match findings.known(status) {
            Some(status) if status["IsLogging"] == true => logging.push(*arn),
            Some(_) => {}
            None => is_known = false,
        }
    }
    if logging.is_empty() {
        if is_known {
            let start = |arn: &&str| {
                let home = arn.split(':').nth(3).unwrap_or(region);
                patient.aws_in(home, &["cloudtrail", "start-logging", "--name", arn])
            };
            let fixes = arns.iter().map(|arn| Fix { note: "", command: start(arn) }).collect();
            findings.add(
                &STOPPED,
                format!("no trail that covers {region} is logging: {}", arns.join(", ")),
                fixes,
            );
        }
        return;
    }
    let mut logged = Logged::default();
    let arguments: Vec<Vec<&str>> = logging.iter().map(|arn| vec!["--trail-name", *arn]).collect();
    for answer in ask.ask_each(&GET_EVENT_SELECTORS, &arguments) {
        match findings.known(answer) {
            Some(answer) => logged.add(&answer),
            None => is_known = false,
        }
    }
    // A trail that may not be looked at can log anything.
    if is_known {
        judge(patient, &logged, logging[0], findings);
    }
}

const MAKE_ONE: &str = "make a trail for all regions, with a bucket for its files: \
    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-a-trail-using-the-console-first-time.html";

fn judge(patient: &Patient, logged: &Logged, trail: &str, findings: &mut Findings) {
    let region = patient.stack.region.as_str();
    let home = trail.split(':').nth(3).unwrap_or(region);
    let select = |kind: &str| match &logged.selectors {
        Some(selectors) => {
            let text = selectors_for(selectors, kind).to_string();
            let words =
                ["cloudtrail", "put-event-selectors", "--trail-name", trail, "--event-selectors", &text];
            Fix::run(patient.aws_in(home, &words))
        }
        None => vec![Fix {
            note: "add a selector of eventCategory Management to those that the trail has, which are:",
            command: patient.aws_in(home, &["cloudtrail", "get-event-selectors", "--trail-name", trail]),
        }],
    };
    let wants_reads = patient.rules.iter().any(|rule| rule.all_management_events);
    let kind = if wants_reads { "All" } else { "WriteOnly" };
    if !logged.writes {
        findings.add(
            &NO_WRITES,
            format!("no trail logs management events that write in {region}"),
            select(kind),
        );
    } else if wants_reads && !logged.reads {
        findings.add(
            &NO_READS,
            format!("no trail logs management events that read in {region}"),
            select("All"),
        );
    }
    excluded(patient, logged, findings, &select(kind));
    data(patient, logged, trail, findings);
}

/// The trail's selectors, which are replaced together, so that they log these management events too.
fn selectors_for(selectors: &[Value], kind: &str) -> Value {
    let mut selectors = selectors.to_vec();
    let logs = |selector: &Value| selector["IncludeManagementEvents"] != false;
    let index = selectors.iter().position(logs).unwrap_or_default();
    if selectors.is_empty() {
        selectors.push(Value::Object(Map::new()));
    }
    let selector = &mut selectors[index];
    selector["ReadWriteType"] = kind.into();
    selector["IncludeManagementEvents"] = true.into();
    selector["ExcludeManagementEventSources"] = Value::Array(Vec::new());
    selectors.into()
}

fn excluded(patient: &Patient, logged: &Logged, findings: &mut Findings, fixes: &[Fix]) {
    let [first, others @ ..] = logged.excluded.as_slice() else { return };
    for source in first.iter().filter(|source| others.iter().all(|other| other.contains(source))) {
        let wants = |one: &Alternative| literals(one, "detail.eventSource").contains(&source.as_str());
        let names = watchers(patient, &wants);
        if !names.is_empty() {
            let what = format!("no trail logs the events of {source}, which {} for", wait(&names));
            findings.add(&EXCLUDED, what, fixes.to_vec());
        }
    }
}

/// The watchers that wait for data events alone, service by service: whether the right resources are logged is not looked at.
fn data(patient: &Patient, logged: &Logged, trail: &str, findings: &mut Findings) {
    let mut services: Vec<&str> = Vec::new();
    for watcher in patient.watchers.iter() {
        services.extend(watcher.pattern.alternatives().iter().filter_map(data_service));
    }
    services.sort_unstable();
    services.dedup();
    for service in services {
        let name = service.trim_end_matches(".amazonaws.com");
        let is_logged = |kind: &String| {
            let of: String = kind.split("::").nth(1).unwrap_or(kind).to_lowercase();
            kind == "*" || of == name
        };
        if logged.data.iter().any(is_logged) {
            continue;
        }
        let names = watchers(patient, &|one| data_service(one) == Some(service));
        findings.add(
            &NO_DATA,
            format!("no trail logs data events of {service}, which {} for", wait(&names)),
            vec![Fix {
                note: "add data events to the trail's selectors (they cost), or switch the watchers off: \
                       https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html \
                       to see what it has:",
                command: patient.aws(&["cloudtrail", "get-event-selectors", "--trail-name", trail]),
            }],
        );
    }
}

/// The service whose data events the alternative waits for, if it waits for nothing else.
fn data_service(alternative: &Alternative) -> Option<&str> {
    let [source] = literals(alternative, "detail.eventSource")[..] else { return None };
    let names = literals(alternative, "detail.eventName");
    let service = Catalog::get().service(source)?;
    let is_data = |name: &&str| service.call(name).is_some_and(aws_facts::catalog::Call::is_data_event);
    (!names.is_empty() && names.iter().all(is_data)).then_some(source)
}

/// The watchers all of whose alternatives are so.
fn watchers<'a>(patient: &'a Patient, is: &dyn Fn(&Alternative) -> bool) -> Vec<&'a str> {
    let all = patient.watchers.iter().filter(|watcher| watcher.pattern.alternatives().iter().all(is));
    all.map(|watcher| watcher.name.as_str()).collect()
}

impl Logged {
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html>
    fn add(&mut self, answer: &Value) {
        if self.selectors.is_none() && list(answer, "AdvancedEventSelectors").is_empty() {
            self.selectors = Some(list(answer, "EventSelectors").to_vec());
        }
        for selector in list(answer, "EventSelectors") {
            let kind = selector["ReadWriteType"].as_str().unwrap_or("All");
            if selector["IncludeManagementEvents"] != false {
                self.writes |= kind != "ReadOnly";
                self.reads |= kind != "WriteOnly";
                self.excluded.push(texts(&selector["ExcludeManagementEventSources"]));
            }
            self.data.extend(list(selector, "DataResources").iter().map(|one| text(one, "Type").to_owned()));
        }
        for selector in list(answer, "AdvancedEventSelectors") {
            let fields = list(selector, "FieldSelectors");
            let field = |name: &str| fields.iter().find(|field| text(field, "Field") == name);
            let equals = |name: &str| field(name).map(|field| texts(&field["Equals"])).unwrap_or_default();
            match equals("eventCategory").first().map(String::as_str) {
                Some("Management") => {
                    // Selectors of single calls can take anything; they are taken for all.
                    let read_only = equals("readOnly");
                    self.writes |= read_only.first().is_none_or(|value| value == "false");
                    self.reads |= read_only.first().is_none_or(|value| value == "true");
                    let source = field("eventSource").map(|field| texts(&field["NotEquals"]));
                    self.excluded.push(source.unwrap_or_default());
                }
                Some("Data") => self.data.extend(equals("resources.type")),
                _ => {}
            }
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}
