//! A small world in simulated time: Lambda, which tries an event three times; SQS with delays, visibility and two
//! consumers; channels and a table that fail as a test says; and invocations that die at any step. Chance is seeded, so
//! a run is the same each time.

mod services;
mod sqs;
mod state;
mod world;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use account_watcher::accounts::Accounts;
use account_watcher::function::Function;
use account_watcher::ports::Ports;
use serde_json::{Value, json};
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};
use watcher::Watchers;

use self::services::{SimChannels, SimQueue};
pub(crate) use self::state::Broken;
use self::state::SimState;
use self::world::Ended;
pub(crate) use self::world::{Reply, World};
use crate::support::settings;

/// Lambda's limit for an invocation.
const TIME_LIMIT: Duration = Duration::from_mins(1);
/// The function in its world.
pub(crate) struct Sim {
    pub(crate) world: Rc<World>,
    pub(crate) function: Function<SimChannels, SimQueue, SimState>,
}

impl Sim {
    pub(crate) fn new(watchers: Watchers, seed: u64) -> Rc<Sim> {
        fastrand::seed(seed);
        let world = Rc::new(World::new());
        let (clock, log) = (world.clone(), world.clone());
        let function = Function {
            watchers,
            ports: Ports {
                channels: SimChannels(world.clone()),
                queue: SimQueue(world.clone()),
                state: SimState::new(world.clone()),
                accounts: Accounts::default(),
                now: Box::new(move || clock.function_now()),
                write: Box::new(move |line| log.lines.borrow_mut().push(line.to_owned())),
            },
            settings: settings(),
        };
        Rc::new(Sim { world, function })
    }

    /// One invocation; none when it died or its time was up.
    pub(crate) async fn invoke(&self, payload: &str) -> Option<Result<Value, String>> {
        let world = &self.world;
        world.invocations.set(world.invocations.get() + 1);
        world.busy.set(world.busy.get() + 1);
        let mut handled = pin!(timeout(TIME_LIMIT, self.function.handle(payload, "request", TIME_LIMIT)));
        // Which invocation dies is known by which was asked last.
        let ended = poll_fn(|context| {
            let ended = handled.as_mut().poll(context);
            if world.dies.take() { Poll::Ready(None) } else { ended.map(Some) }
        });
        let ended = ended.await;
        world.busy.set(world.busy.get() - 1);
        if let Some(Ok(answer)) = ended {
            return Some(answer.map_err(|error| error.to_string()));
        }
        world.crashes.set(world.crashes.get() + 1);
        world.excused.borrow_mut().extend(world.unmarked.borrow().iter().cloned());
        None
    }

    /// An event as Lambda handles it: two more tries, then it is a dead letter.
    pub(crate) async fn event(&self, event: &Value) {
        self.world.busy.set(self.world.busy.get() + 1);
        let payload = event.to_string();
        let mut tried = 0;
        loop {
            if matches!(self.invoke(&payload).await, Some(Ok(_))) {
                break;
            }
            self.world.failed.set(self.world.failed.get() + 1);
            tried += 1;
            if tried == 3 {
                let record = json!({"requestContext": {}, "requestPayload": event});
                self.world.dead.borrow_mut().push(record.to_string());
                break;
            }
            sleep(Duration::from_mins(tried)).await;
        }
        self.world.busy.set(self.world.busy.get() - 1);
    }

    /// One of the two consumers of the retry queue.
    async fn consume(self: Rc<Self>) {
        let world = &self.world;
        loop {
            let batch = world.queue.borrow_mut().receive();
            if batch.is_empty() {
                let next = world.queue.borrow().next();
                let wait = next.map_or(Duration::from_hours(1), |next| next.duration_since(Instant::now()));
                let _ = timeout(wait.max(Duration::from_millis(1)), world.changed.notified()).await;
                continue;
            }
            world.receives.set(world.receives.get() + u32::try_from(batch.len()).unwrap());
            let ids: Vec<u64> =
                batch.iter().map(|record| record["messageId"].as_str().unwrap().parse().unwrap()).collect();
            let Some(Ok(answer)) = self.invoke(&json!({"Records": batch}).to_string()).await else {
                continue;
            };
            let stay = answer["batchItemFailures"].as_array().unwrap().iter();
            let stay: Vec<u64> =
                stay.map(|item| item["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect();
            for id in ids.iter().filter(|id| !stay.contains(id)) {
                if let Some(message) = world.queue.borrow_mut().remove(*id) {
                    world.ended.borrow_mut().push(Ended {
                        after: message.since.elapsed(),
                        at: world.elapsed(),
                        received: message.received,
                        body: message.body,
                    });
                }
            }
        }
    }

    /// Moves all dead letters into the retry queue.
    pub(crate) fn redrive(&self) {
        for body in self.world.dead.take() {
            self.world.put(body, Duration::ZERO);
        }
    }

    fn is_idle(&self) -> bool {
        self.world.busy.get() == 0 && self.world.queue.borrow().is_empty()
    }
}

/// Runs what a test does, then waits until nothing is left to do.
pub(crate) fn run<F: Future<Output = ()>>(
    sim: impl FnOnce() -> Rc<Sim>,
    test: impl FnOnce(Rc<Sim>) -> F,
) -> Rc<Sim> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let sim = sim();
        for _ in 0..2 {
            tokio::task::spawn_local(sim.clone().consume());
        }
        test(sim.clone()).await;
        settle(&sim).await;
        sim.world.end.set(Some(Instant::now()));
        sim
    })
}

/// Waits until nothing is left to do.
pub(crate) async fn settle(sim: &Sim) {
    let begin = Instant::now();
    while !sim.is_idle() {
        assert!(begin.elapsed() < Duration::from_hours(24 * 14), "what is in the queue is lost by now");
        sleep(Duration::from_secs(1)).await;
    }
}
