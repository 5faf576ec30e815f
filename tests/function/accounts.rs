//! The name of an account that the settings do not name: it comes from Organizations, and no alert waits for it long.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use account_watcher::accounts::{Accounts, PATIENCE};
use futures_util::FutureExt;
use tokio::time::{Instant, advance, sleep};

use crate::support::{Rig, event_of};

const DAY: Duration = Duration::from_hours(24);

/// How Organizations answers, and what it was asked.
#[derive(Clone)]
struct Organization {
    answer: Rc<RefCell<Result<Option<&'static str>, &'static str>>>,
    /// How long it takes.
    delay: Rc<Cell<Duration>>,
    asked: Rc<RefCell<Vec<String>>>,
}

impl Organization {
    fn answering(answer: Result<Option<&'static str>, &'static str>) -> Organization {
        Organization { answer: Rc::new(RefCell::new(answer)), delay: Rc::default(), asked: Rc::default() }
    }

    fn asker(&self) -> Accounts {
        let this = self.clone();
        Accounts::new(Box::new(move |id| {
            let this = this.clone();
            async move {
                this.asked.borrow_mut().push(id);
                sleep(this.delay.get()).await;
                let answer = *this.answer.borrow();
                answer.map(|name| name.map(str::to_owned)).map_err(str::to_owned)
            }
            .boxed_local()
        }))
    }

    fn times(&self) -> usize {
        self.asked.borrow().len()
    }
}

fn rig(organization: &Organization) -> Rig {
    let mut rig = Rig::new();
    rig.function.ports.accounts = organization.asker();
    rig
}

/// What account a new alert shows.
async fn shown(rig: &Rig) -> String {
    let id = format!("event-{}", rig.function.ports.channels.sent.borrow().len());
    // So that no channel has to wait for its turn.
    advance(Duration::from_secs(10)).await;
    rig.handle(&event_of("DeleteBucket", &id)).await.unwrap();
    rig.function.ports.channels.sent.borrow().last().unwrap().facts.account.clone()
}

fn warnings(rig: &Rig) -> Vec<String> {
    let (lines, _) = rig.written();
    let found = lines.iter().filter(|line| line["message"] == "an account's name is not known");
    found
        .map(|line| format!("{} {}", line["level"].as_str().unwrap(), line["error"].as_str().unwrap()))
        .collect()
}

#[tokio::test(start_paused = true)]
async fn a_name_is_asked_for_once_a_day() {
    let organization = Organization::answering(Ok(Some("production")));
    let rig = rig(&organization);
    for _ in 0..3 {
        assert_eq!(shown(&rig).await, "production");
    }
    assert_eq!(*organization.asked.borrow(), ["123456789012"]);

    let mut rig = rig;
    rig.function.ports.accounts = organization.asker();
    assert_eq!(shown(&rig).await, "production");
    assert_eq!(organization.times(), 1, "another process takes it from the table");

    *organization.answer.borrow_mut() = Ok(Some("retired"));
    advance(Duration::from_mins(24 * 60 - 1)).await;
    assert_eq!(shown(&rig).await, "production");
    advance(Duration::from_mins(2)).await;
    assert_eq!(shown(&rig).await, "retired");
    assert_eq!(organization.times(), 2);
    assert_eq!(warnings(&rig), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn an_account_outside_the_organization_shows_its_id_and_is_not_asked_for_again() {
    let organization = Organization::answering(Ok(None));
    let rig = rig(&organization);
    for _ in 0..3 {
        assert_eq!(shown(&rig).await, "123456789012");
    }
    assert_eq!(organization.times(), 1);
    assert_eq!(warnings(&rig), [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_costs_the_name_and_nothing_else() {
    let organization = Organization::answering(Err("TooManyRequestsException"));
    let rig = rig(&organization);
    for _ in 0..3 {
        assert_eq!(shown(&rig).await, "123456789012");
    }
    assert_eq!(organization.times(), 1, "it is left alone for a while");
    assert_eq!(warnings(&rig), ["WARN organizations: TooManyRequestsException"]);

    *organization.answer.borrow_mut() = Ok(Some("production"));
    advance(Duration::from_mins(5)).await;
    assert_eq!(shown(&rig).await, "production");

    *organization.answer.borrow_mut() = Err("ServiceException");
    advance(DAY).await;
    assert_eq!(shown(&rig).await, "production", "yesterday's name is better than none");
    assert_eq!(organization.times(), 3);
}

#[tokio::test(start_paused = true)]
async fn no_alert_waits_long_for_a_name() {
    let organization = Organization::answering(Ok(Some("production")));
    organization.delay.set(Duration::from_mins(10));
    let rig = rig(&organization);
    for (number, waited) in [PATIENCE, Duration::ZERO, Duration::ZERO, Duration::ZERO].into_iter().enumerate()
    {
        let start = Instant::now();
        rig.handle(&event_of("DeleteBucket", &format!("event-{number}"))).await.unwrap();
        assert_eq!(start.elapsed(), waited, "of alert {number}");
        advance(Duration::from_secs(10)).await;
    }
    assert_eq!(rig.function.ports.channels.sent.borrow().last().unwrap().facts.account, "123456789012");
    assert_eq!(warnings(&rig), ["WARN organizations: no answer in time"]);
}

#[tokio::test(start_paused = true)]
async fn nobody_asks_for_an_event_that_no_watcher_wants() {
    let organization = Organization::answering(Ok(Some("production")));
    let rig = rig(&organization);
    rig.handle(&event_of("CreateBucket", "event-1")).await.unwrap();
    assert_eq!(organization.times(), 0);
}
