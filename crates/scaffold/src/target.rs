//! What a new watcher is for, as people name it: `s3:DeleteBucket`, or the detail-type of a native event.

use aws_facts::catalog::{Call, Catalog, Native, NativeEvent, Service};
use watchfile::{did_you_mean, list};

/// What a new watcher watches.
pub enum Target {
    /// Calls of one service.
    Calls(Calls),
    /// An event that a service sends to EventBridge itself.
    Native {
        /// `aws.ecs`
        source: &'static str,
        /// What it is called, and its fields.
        event: &'static NativeEvent,
    },
}

/// Calls of one service.
pub struct Calls {
    pub(super) service: &'static Service,
    pub(super) list: Vec<&'static Call>,
    pub(super) remarks: Vec<String>,
}

impl Target {
    /// Finds `service:Call` or `service:Call,Call` in the catalog. A name that only one service has needs no service.
    ///
    /// # Errors
    /// Why there is no such call, and what may have been meant.
    pub fn calls(text: &str) -> Result<Target, String> {
        let (service, names) = match text.split_once(':') {
            Some((service, names)) => (service, names),
            None => ("", text),
        };
        let names: Vec<&str> = names.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        let Some(first) = names.first() else {
            return Err(format!("`{text}` names no call: write it like `s3:DeleteBucket`"));
        };
        let mut remarks = Vec::new();
        let service =
            if service.is_empty() { only_service_with(first)? } else { find_service(service, &mut remarks)? };
        let service = meant(service, first, &mut remarks);
        let mut calls = Vec::new();
        for name in names {
            for call in find_calls(service, name, &mut remarks)? {
                if !calls.contains(&call) {
                    calls.push(call);
                }
            }
        }
        Ok(Target::Calls(Calls { service, list: calls, remarks }))
    }

    /// Finds a native event by its detail-type, or by `aws.ecs:ECS Task State Change`.
    ///
    /// # Errors
    /// Why there is no such event, and what may have been meant.
    pub fn native(text: &str) -> Result<Target, String> {
        let native = Native::get();
        let (source, detail_type) = match text.split_once(':') {
            Some((source, rest)) if source.starts_with("aws.") => (Some(source), rest.trim()),
            _ => (None, text),
        };
        let mut sources: Vec<&'static str> = native
            .sources_with(detail_type)
            .filter(|found| source.is_none_or(|source| source == *found))
            .collect();
        // AWS lists the events of Glue's jobs for Glue Data Quality too; only of Glue's it says what they have.
        let is_described = |source: &&str| {
            let mut events = native.of(source).unwrap_or_default().iter();
            events.any(|event| event.detail_type == detail_type && event.fields().next().is_some())
        };
        if sources.iter().filter(|source| is_described(source)).count() == 1 {
            sources.retain(is_described);
        }
        let source = match sources.as_slice() {
            [one] => *one,
            [] => return Err(unknown_native(source, detail_type)),
            several => {
                let names: Vec<String> =
                    several.iter().map(|source| format!("{source}:{detail_type}")).collect();
                let names = list(names.iter().map(String::as_str));
                return Err(format!("several services send `{detail_type}`: write {names}"));
            }
        };
        let events = native.of(source).unwrap_or_default();
        match events.iter().find(|event| event.detail_type == detail_type) {
            Some(event) => Ok(Target::Native { source, event }),
            None => Err(unknown_native(Some(source), detail_type)),
        }
    }
}

fn unknown_native(source: Option<&str>, detail_type: &str) -> String {
    let native = Native::get();
    let events = native
        .sources()
        .filter(|found| source.is_none_or(|source| source == *found))
        .flat_map(|source| native.of(source).unwrap_or_default());
    let help = did_you_mean(detail_type, events.map(|event| event.detail_type)).unwrap_or_else(|| {
        "the catalog is not complete; make the watcher from an event with `watcher new --from event.json`"
            .to_owned()
    });
    format!("the catalog has no event `{detail_type}`: {help}")
}

/// `cloudwatch`, `s3.amazonaws.com` and `aws.s3` are understood.
fn find_service(name: &str, remarks: &mut Vec<String>) -> Result<&'static Service, String> {
    let catalog = Catalog::get();
    let prefix = name.strip_prefix("aws.").unwrap_or(name);
    let prefix = prefix.strip_suffix(".amazonaws.com").unwrap_or(prefix);
    // A few services are written with capitals in events.
    if let Some(service) =
        catalog.services().iter().find(|service| service.prefix().eq_ignore_ascii_case(prefix))
    {
        return Ok(service);
    }
    let event_source = format!("{}.amazonaws.com", prefix.to_ascii_lowercase());
    if let Some(right) = catalog.often_wrong(&event_source).and_then(|right| catalog.service(right)) {
        remarks.push(format!("CloudTrail records {name} as `{}`", right.prefix()));
        return Ok(right);
    }
    let of_sdk: Vec<&Service> = of_sdk_name(prefix).collect();
    match of_sdk.as_slice() {
        [one] => {
            remarks.push(format!("CloudTrail records {name} as `{}`", one.prefix()));
            return Ok(one);
        }
        [] => {}
        several => {
            let names = list(several.iter().map(|service| service.prefix()));
            return Err(format!("CloudTrail records {name} under several names: write {names}"));
        }
    }
    let help = did_you_mean(prefix, catalog.services().iter().map(Service::prefix))
        .unwrap_or_else(|| "write the first part of its `eventSource`, as in `s3:DeleteBucket`".to_owned());
    Err(format!("the catalog has no service `{name}`: {help}"))
}

/// The services of which an SDK's client or a command of the CLI has this name.
fn of_sdk_name(name: &str) -> impl Iterator<Item = &'static Service> {
    let catalog = Catalog::get();
    catalog.of_sdk_name(&name.to_ascii_lowercase()).iter().filter_map(|source| catalog.service(source))
}

/// Some services have the name of another one's console or client: alarms are CloudWatch's, and their calls `monitoring`'s.
fn meant(service: &'static Service, call: &str, remarks: &mut Vec<String>) -> &'static Service {
    if service.call(call).is_some() {
        return service;
    }
    let right =
        Catalog::get().often_wrong(service.event_source).and_then(|right| Catalog::get().service(right));
    match right.into_iter().chain(of_sdk_name(service.prefix())).find(|right| right.call(call).is_some()) {
        Some(right) => {
            remarks.push(format!("CloudTrail records {call} as `{}`", right.prefix()));
            right
        }
        None => service,
    }
}

fn only_service_with(name: &str) -> Result<&'static Service, String> {
    let catalog = Catalog::get();
    let has = |service: &&Service| {
        service.call(name).is_some()
            || service.versions_of(name).next().is_some()
            || catalog.recorded_as(service.event_source, name).is_some()
    };
    let found: Vec<&'static Service> = catalog.services().iter().filter(has).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let names =
                catalog.services().iter().flat_map(|service| service.calls.iter().map(|call| call.name));
            let help = did_you_mean(name, names)
                .unwrap_or_else(|| "write it with its service, like `s3:DeleteBucket`".to_owned());
            Err(format!("the catalog has no call `{name}`: {help}"))
        }
        several => {
            let more = several.len().saturating_sub(5);
            let names: Vec<String> =
                several.iter().take(5).map(|service| format!("{}:{name}", service.prefix())).collect();
            let more = if more > 0 { format!(" ({more} more services have it)") } else { String::new() };
            Err(format!(
                "several services have `{name}`: write {}{more}",
                list(names.iter().map(String::as_str))
            ))
        }
    }
}

/// The calls of that name: one, or those that CloudTrail makes of it.
fn find_calls(
    service: &'static Service,
    name: &str,
    remarks: &mut Vec<String>,
) -> Result<Vec<&'static Call>, String> {
    if let Some(call) = service.call(name) {
        return Ok(vec![call]);
    }
    let mut versions: Vec<&'static Call> =
        service.calls.iter().filter(|call| service.versions_of(name).any(|found| found == *call)).collect();
    // The newest first: it is the one that most clients call.
    versions.sort_by_key(|call| std::cmp::Reverse(call.name));
    if let [newest, ..] = versions.as_slice() {
        remarks.push(format!("CloudTrail records {name} as `{}`", newest.name));
        return Ok(versions);
    }
    match Catalog::get().recorded_as(service.event_source, name) {
        Some([]) => Err(format!("`{name}` is an IAM action that no call has: there is no event of it")),
        Some(names) => {
            remarks.push(format!("CloudTrail records {name} as {}", list(names.iter().copied())));
            Ok(names.iter().filter_map(|name| service.call(name)).collect())
        }
        None => {
            let help = did_you_mean(name, service.calls.iter().map(|call| call.name)).unwrap_or_else(|| {
                "the catalog may be older than the call; make the watcher from an event with `watcher new --from event.json`"
                    .to_owned()
            });
            Err(format!("{} has no call `{name}`: {help}", service.prefix()))
        }
    }
}
