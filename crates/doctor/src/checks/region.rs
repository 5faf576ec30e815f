//! Which watchers wait for events that never come to this region.

use aws_facts::regions;

use super::Check;
use crate::ask::Ask;
use crate::finding::{Fault, Findings, Fix, Severity};
use crate::patient::{Patient, named};

pub(super) const CHECK: Check = Check { name: "region", faults: &[&UNSEEN], run };

static UNSEEN: Fault = Fault {
    id: "cannot-fire-here",
    severity: Severity::Warning,
    what: "watchers wait for events of another region",
    why: "Events of global services, such as IAM, are on the bus of one region only: these watchers do not fire here.",
};

fn run(patient: &Patient, _: &dyn Ask, findings: &mut Findings) {
    let seen: Vec<&str> = patient.seen.iter().map(String::as_str).collect();
    let all = patient.watchers.iter().map(|watcher| (watcher, regions::elsewhere(&watcher.pattern, &seen)));
    let (names, mut events): (Vec<&str>, Vec<&str>) = (all).filter(|(_, events)| !events.is_empty()).fold(
        (Vec::new(), Vec::new()),
        |(mut names, mut events), (watcher, of)| {
            names.push(&watcher.name);
            events.extend(of);
            (names, events)
        },
    );
    if names.is_empty() {
        return;
    }
    events.sort_unstable();
    events.dedup();
    let (home, global) = (&patient.stack.region, regions::GLOBAL);
    let what = format!(
        "{} cannot fire in {home}: {} are on the bus of {global} only",
        named(&names),
        events.join(", ")
    );
    let fix = "forward the events of us-east-1 to this stack (docs/forwarding.md), or deploy a second stack there, or switch \
               these watchers off; to see all of them:";
    let command = format!("watcher rules --region {home}");
    findings.add(&UNSEEN, what, vec![Fix { note: fix, command }]);
}
