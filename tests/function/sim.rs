//! A small world in simulated time: Lambda, which tries an event three times; SQS with delays, visibility and two
//! consumers; channels and a table that fail as a test says; and invocations that die at any step. Chance is seeded, so
//! a run is the same each time.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use account_watcher::channels::{Channels, Taken};
use account_watcher::failure::Failure;
use account_watcher::function::Function;
use account_watcher::queue::Queue;
use account_watcher::state::Key;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};
use watcher::{Channel, Delivery, Watchers};

use crate::sim_state::SimState;
use crate::support::{now, settings};

/// Lambda's limit for an invocation.
const TIME_LIMIT: Duration = Duration::from_mins(1);
const VISIBILITY: Duration = Duration::from_mins(6);

/// What a channel answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Ok,
    Retry(Option<u64>),
    Never,
    Hang,
}

/// What an answer depends on: the time since the beginning.
type Script = Box<dyn Fn(Duration) -> Reply>;

/// A message that a channel took.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) at: Duration,
    pub(crate) delivery: Delivery,
}

impl Post {
    /// How many events it tells besides the first, if it is a summary.
    pub(crate) fn more(&self) -> u64 {
        self.delivery.title.split_once(" more: ").map_or(0, |(more, _)| more.parse().unwrap())
    }
}

#[derive(Debug)]
struct Message {
    body: String,
    visible: Instant,
    received: u32,
    sent: Timestamp,
}

/// All that the function touches, and what a test looks at.
pub(crate) struct World {
    start: Instant,
    scripts: RefCell<HashMap<String, Script>>,
    /// Channels that allow one message per second, and a few more at once, and then say 429.
    limited: RefCell<HashMap<String, f64>>,
    pub(crate) refused: Cell<u32>,
    pub(crate) posts: RefCell<Vec<Post>>,
    /// Every try of a channel.
    pub(crate) asked: RefCell<Vec<(Duration, String)>>,
    queue: RefCell<BTreeMap<u64, Message>>,
    changed: Notify,
    pub(crate) dead: RefCell<Vec<String>>,
    pub(crate) queue_down: RefCell<Box<dyn Fn(Duration) -> bool>>,
    /// The step at which an invocation dies.
    pub(crate) crash_at: Cell<Option<u32>>,
    /// The chance that one dies at any step.
    pub(crate) crash_chance: Cell<f64>,
    pub(crate) steps: Cell<u32>,
    dies: Cell<bool>,
    pub(crate) crashes: Cell<u32>,
    /// Deliveries that a channel took and that are not marked yet.
    unmarked: RefCell<BTreeSet<Key>>,
    /// Those that were not marked when an invocation died: a client cannot do better than to send them again.
    excused: RefCell<BTreeSet<Key>>,
    /// What is sent then cannot be marked.
    pub(crate) table_was_down: Cell<bool>,
    /// What is sent ungrouped then may also be counted when its event comes again.
    pub(crate) queue_was_down: Cell<bool>,
    pub(crate) failed: Cell<u32>,
    pub(crate) invocations: Cell<u32>,
    pub(crate) receives: Cell<u32>,
    busy: Cell<u32>,
    pub(crate) lines: RefCell<Vec<String>>,
}

impl World {
    fn new() -> World {
        World {
            start: Instant::now(),
            scripts: RefCell::default(),
            limited: RefCell::default(),
            refused: Cell::new(0),
            posts: RefCell::default(),
            asked: RefCell::default(),
            queue: RefCell::default(),
            changed: Notify::new(),
            dead: RefCell::default(),
            queue_down: RefCell::new(Box::new(|_| false)),
            crash_at: Cell::new(None),
            crash_chance: Cell::new(0.0),
            steps: Cell::new(0),
            dies: Cell::new(false),
            crashes: Cell::new(0),
            unmarked: RefCell::default(),
            excused: RefCell::default(),
            table_was_down: Cell::new(false),
            queue_was_down: Cell::new(false),
            failed: Cell::new(0),
            invocations: Cell::new(0),
            receives: Cell::new(0),
            busy: Cell::new(0),
            lines: RefCell::default(),
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    pub(crate) fn now(&self) -> Timestamp {
        now() + self.elapsed()
    }

    /// What a call over the network takes; an invocation can die before and after it.
    pub(crate) async fn step(&self) {
        let step = self.steps.get();
        self.steps.set(step + 1);
        if self.crash_at.get() == Some(step) || fastrand::f64() < self.crash_chance.get() {
            self.dies.set(true);
            std::future::pending::<()>().await;
        }
        sleep(Duration::from_millis(fastrand::u64(1..20))).await;
    }

    /// Waits until then.
    pub(crate) async fn until(&self, seconds: u64) {
        tokio::time::sleep_until(self.start + Duration::from_secs(seconds)).await;
    }

    /// The channel answers so from now on.
    pub(crate) fn script(&self, channel: &str, script: impl Fn(Duration) -> Reply + 'static) {
        self.scripts.borrow_mut().insert(channel.to_owned(), Box::new(script));
    }

    pub(crate) fn limit(&self, channel: &str) {
        self.limited.borrow_mut().insert(channel.to_owned(), 0.0);
    }

    /// A leaky bucket that holds three messages beyond the one per second.
    fn is_too_much(&self, channel: &str) -> bool {
        let mut limited = self.limited.borrow_mut();
        let Some(full) = limited.get_mut(channel) else { return false };
        let now = self.elapsed().as_secs_f64();
        *full = full.max(now);
        if *full - now > 3.0 {
            return true;
        }
        *full += 1.0;
        false
    }

    fn answer(&self, channel: &str) -> Reply {
        if self.is_too_much(channel) {
            self.refused.set(self.refused.get() + 1);
            return Reply::Retry(Some(30));
        }
        self.scripts.borrow().get(channel).map_or(Reply::Ok, |script| script(self.elapsed()))
    }

    /// How many messages of each event a channel took, besides summaries.
    pub(crate) fn taken(&self, channel: &str) -> BTreeMap<String, usize> {
        let mut taken = BTreeMap::new();
        let posts = self.posts.borrow();
        for post in posts.iter().filter(|post| post.delivery.channel == channel && post.more() == 0) {
            *taken.entry(post.delivery.facts.event_id.clone()).or_default() += 1;
        }
        taken
    }

    /// The summaries that a channel took: when, and how many more events each tells.
    pub(crate) fn summaries(&self, channel: &str) -> Vec<(Duration, u64)> {
        let posts = self.posts.borrow();
        let of_channel = posts.iter().filter(|post| post.delivery.channel == channel && post.more() > 0);
        of_channel.map(|post| (post.at, post.more())).collect()
    }

    /// The delivery could not be marked.
    pub(crate) fn excuse(&self, key: &Key) {
        self.excused.borrow_mut().insert(key.clone());
    }

    /// The delivery is marked as sent.
    pub(crate) fn marked(&self, key: &Key) {
        self.unmarked.borrow_mut().remove(key);
    }

    /// Nothing is sent twice, but for what could not be marked because its invocation died or the table was down.
    pub(crate) fn assert_once(&self) {
        let mut posts = BTreeMap::<_, u32>::new();
        for post in self.posts.borrow().iter().filter(|post| post.more() == 0) {
            *posts.entry(Key::delivery(&post.delivery).unwrap()).or_default() += 1;
        }
        for (key, times) in posts.iter().filter(|(_, times)| **times > 1) {
            let excused = self.excused.borrow().contains(key) || self.unmarked.borrow().contains(key);
            assert!(excused, "{times} times, and no invocation died over it");
        }
    }

    /// When the channel took messages.
    pub(crate) fn times(&self, channel: &str) -> Vec<Duration> {
        let posts = self.posts.borrow();
        posts.iter().filter(|post| post.delivery.channel == channel).map(|post| post.at).collect()
    }

    /// A metric of all invocations together.
    pub(crate) fn count(&self, metric: &str) -> u64 {
        let lines = self.lines.borrow();
        let values =
            lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).unwrap()[metric].as_u64());
        values.sum()
    }

    fn put(&self, body: String, delay: Duration) {
        let message = Message { body, visible: Instant::now() + delay, received: 0, sent: self.now() };
        let mut queue = self.queue.borrow_mut();
        let id = queue.last_key_value().map_or(0, |(id, _)| id + 1).max(u64::from(self.steps.get()) << 20);
        queue.insert(id, message);
        self.changed.notify_one();
    }
}

pub(crate) struct SimChannels(Rc<World>);

impl Channels for SimChannels {
    async fn send(&self, _: &Channel, delivery: &Delivery) -> Result<Taken, Failure> {
        let world = &self.0;
        world.step().await;
        world.asked.borrow_mut().push((world.elapsed(), delivery.channel.clone()));
        match world.answer(&delivery.channel) {
            Reply::Ok => {
                world.posts.borrow_mut().push(Post { at: world.elapsed(), delivery: delivery.clone() });
                if let Some(key) = Key::delivery(delivery)
                    && !world.unmarked.borrow_mut().insert(key.clone())
                    && world.table_was_down.get()
                {
                    world.excused.borrow_mut().insert(key);
                }
                world.step().await;
                Ok(Taken::default())
            }
            Reply::Retry(after) => Err(Failure::Retry {
                after: after.map(Duration::from_secs),
                reason: "it may pass".to_owned(),
            }),
            Reply::Never => Err(Failure::never("it cannot work")),
            Reply::Hang => std::future::pending().await,
        }
    }
}

pub(crate) struct SimQueue(Rc<World>);

impl SimQueue {
    async fn call(&self) -> Result<(), String> {
        self.0.step().await;
        if !(self.0.queue_down.borrow())(self.0.elapsed()) {
            return Ok(());
        }
        self.0.queue_was_down.set(true);
        Err("the queue is down".to_owned())
    }
}

impl Queue for SimQueue {
    async fn retry(&self, body: String, delay: Duration) -> Result<(), String> {
        self.call().await?;
        assert!(body.len() <= 1024 * 1024, "SQS takes no more");
        // Whole seconds, a quarter of an hour at most.
        let seconds = delay.as_millis().div_ceil(1_000).min(900);
        self.0.put(body, Duration::from_secs(seconds.try_into().unwrap()));
        self.0.step().await;
        Ok(())
    }

    async fn bury(&self, body: String, _: &str) -> Result<(), String> {
        self.call().await?;
        self.0.dead.borrow_mut().push(body);
        self.0.step().await;
        Ok(())
    }

    async fn postpone(&self, receipt: &str, delay: Duration) -> Result<(), String> {
        self.call().await?;
        let seconds = delay.as_millis().div_ceil(1_000).min(11 * 3_600);
        if let Some(message) = self.0.queue.borrow_mut().get_mut(&receipt.parse().unwrap()) {
            message.visible = Instant::now() + Duration::from_secs(seconds.try_into().unwrap());
        }
        Ok(())
    }
}

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
            channels: SimChannels(world.clone()),
            queue: SimQueue(world.clone()),
            state: SimState::new(world.clone()),
            settings: settings(),
            now: Box::new(move || clock.now()),
            write: Box::new(move |line| log.lines.borrow_mut().push(line.to_owned())),
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
            let batch = self.receive();
            if batch.is_empty() {
                let next = world.queue.borrow().values().map(|message| message.visible).min();
                let wait = next.map_or(Duration::from_hours(1), |next| next.duration_since(Instant::now()));
                let _ = timeout(wait.max(Duration::from_millis(1)), world.changed.notified()).await;
                continue;
            }
            let ids: Vec<u64> =
                batch.iter().map(|record| record["messageId"].as_str().unwrap().parse().unwrap()).collect();
            let Some(Ok(answer)) = self.invoke(&json!({"Records": batch}).to_string()).await else {
                continue;
            };
            let stay = answer["batchItemFailures"].as_array().unwrap().iter();
            let stay: Vec<u64> =
                stay.map(|item| item["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect();
            for id in ids.iter().filter(|id| !stay.contains(id)) {
                world.queue.borrow_mut().remove(id);
            }
        }
    }

    fn receive(&self) -> Vec<Value> {
        let now = Instant::now();
        let mut queue = self.world.queue.borrow_mut();
        let visible = queue.iter_mut().filter(|(_, message)| message.visible <= now).take(10);
        let batch = visible.map(|(id, message)| {
            message.visible = now + VISIBILITY;
            message.received += 1;
            self.world.receives.set(self.world.receives.get() + 1);
            json!({
                "messageId": id.to_string(), "receiptHandle": id.to_string(), "body": message.body,
                "attributes": {
                    "ApproximateReceiveCount": message.received.to_string(),
                    "SentTimestamp": message.sent.as_millisecond().to_string(),
                },
                "eventSource": "aws:sqs",
            })
        });
        batch.collect()
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
