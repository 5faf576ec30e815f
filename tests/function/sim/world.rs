//! All that the function touches in simulated time, and what a test looks at.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use account_watcher::state::Key;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};
use watcher::Delivery;

use super::sqs::Sqs;
use crate::support::now;

/// What a channel answers.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    Ok,
    Retry(Option<u64>),
    Never,
    Hang,
    /// It takes the message, and its answer is lost.
    Lost,
    /// The invocation dies over it.
    Kill,
}

/// What an answer depends on: the time since the beginning.
type Script = Box<dyn Fn(Duration) -> Reply>;

/// A message that a channel took.
#[derive(Clone, Debug)]
pub(crate) struct Post {
    pub(crate) at: Duration,
    pub(crate) delivery: Delivery,
    /// Nobody was told that it was taken.
    pub(crate) lost: bool,
}

impl Post {
    /// How many events it tells besides the first, if it is a summary.
    pub(crate) fn more(&self) -> u64 {
        self.delivery.title.split_once(" more: ").map_or(0, |(more, _)| more.parse().unwrap())
    }
}

/// A message that left the retry queue.
#[derive(Debug)]
pub(crate) struct Ended {
    /// How long it was there.
    pub(crate) after: Duration,
    /// When.
    pub(crate) at: Duration,
    pub(crate) received: u32,
    pub(crate) body: String,
}

/// All that the function touches, and what a test looks at.
pub(crate) struct World {
    start: Instant,
    /// When the run was over; from then on no simulated time passes.
    pub(super) end: Cell<Option<Instant>>,
    scripts: RefCell<HashMap<String, Script>>,
    /// Channels that allow a message in so many seconds, and a few more at once, and then say 429; how full each is.
    limited: RefCell<HashMap<String, (f64, f64)>>,
    pub(crate) refused: Cell<u32>,
    pub(crate) posts: RefCell<Vec<Post>>,
    /// Every try of a channel.
    pub(crate) asked: RefCell<Vec<(Duration, String)>>,
    pub(crate) queue: RefCell<Sqs>,
    pub(super) changed: Notify,
    /// What the function was done with.
    pub(crate) ended: RefCell<Vec<Ended>>,
    pub(crate) dead: RefCell<Vec<String>>,
    pub(crate) queue_down: RefCell<Box<dyn Fn(Duration) -> bool>>,
    /// The retry queue takes nothing new, and all else works.
    pub(crate) retry_full: RefCell<Box<dyn Fn(Duration) -> bool>>,
    /// The reasons with which the function buried something.
    pub(crate) reasons: RefCell<Vec<String>>,
    /// The step at which an invocation dies.
    pub(crate) crash_at: Cell<Option<u32>>,
    /// The chance that one dies at any step.
    pub(crate) crash_chance: Cell<f64>,
    pub(crate) steps: Cell<u32>,
    /// By how many hours the function's clock is wrong.
    pub(crate) wrong: RefCell<Box<dyn Fn(Duration) -> i64>>,
    pub(super) dies: Cell<bool>,
    pub(crate) crashes: Cell<u32>,
    /// Deliveries that a channel took and that are not marked yet.
    pub(super) unmarked: RefCell<BTreeSet<Key>>,
    /// Those that were not marked when an invocation died: a client cannot do better than to send them again.
    pub(super) excused: RefCell<BTreeSet<Key>>,
    /// What is sent then cannot be marked.
    pub(crate) table_was_down: Cell<bool>,
    /// What is sent ungrouped then may also be counted when its event comes again.
    pub(crate) queue_was_down: Cell<bool>,
    pub(crate) failed: Cell<u32>,
    pub(crate) invocations: Cell<u32>,
    pub(crate) receives: Cell<u32>,
    pub(super) busy: Cell<u32>,
    pub(crate) lines: RefCell<Vec<String>>,
}

impl World {
    pub(super) fn new() -> World {
        World {
            start: Instant::now(),
            end: Cell::new(None),
            scripts: RefCell::default(),
            limited: RefCell::default(),
            refused: Cell::new(0),
            posts: RefCell::default(),
            asked: RefCell::default(),
            queue: RefCell::default(),
            changed: Notify::new(),
            ended: RefCell::default(),
            dead: RefCell::default(),
            queue_down: RefCell::new(Box::new(|_| false)),
            retry_full: RefCell::new(Box::new(|_| false)),
            reasons: RefCell::default(),
            crash_at: Cell::new(None),
            crash_chance: Cell::new(0.0),
            steps: Cell::new(0),
            wrong: RefCell::new(Box::new(|_| 0)),
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
        self.end.get().unwrap_or_else(Instant::now).duration_since(self.start)
    }

    pub(crate) fn now(&self) -> Timestamp {
        now() + self.elapsed()
    }

    /// What the function takes for it.
    pub(crate) fn function_now(&self) -> Timestamp {
        self.now() + SignedDuration::from_hours((self.wrong.borrow())(self.elapsed()))
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

    pub(crate) fn limit(&self, channel: &str, interval: f64) {
        self.limited.borrow_mut().insert(channel.to_owned(), (interval, 0.0));
    }

    /// A leaky bucket that holds three messages beyond the one in its time.
    fn is_too_much(&self, channel: &str) -> bool {
        let mut limited = self.limited.borrow_mut();
        let Some((interval, full)) = limited.get_mut(channel) else { return false };
        let now = self.elapsed().as_secs_f64();
        *full = full.max(now);
        if *full - now > 3.0 * *interval {
            return true;
        }
        *full += *interval;
        false
    }

    pub(super) fn answer(&self, channel: &str) -> Reply {
        if self.is_too_much(channel) {
            self.refused.set(self.refused.get() + 1);
            return Reply::Retry(Some(30));
        }
        self.scripts.borrow().get(channel).map_or(Reply::Ok, |script| script(self.elapsed()))
    }

    pub(super) fn post(&self, delivery: &Delivery, lost: bool) {
        self.posts.borrow_mut().push(Post { at: self.elapsed(), delivery: delivery.clone(), lost });
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

    /// What the summaries of a flood say to a channel, each once, and how many more events of the call it tells.
    pub(crate) fn flood_summaries(&self, channel: &str, call: usize) -> BTreeMap<String, u64> {
        let posts = self.posts.borrow();
        let of_call = posts.iter().filter(|post| {
            let id = &post.delivery.facts.event_id;
            post.delivery.channel == channel && post.more() > 0 && id.starts_with(&format!("{call}-"))
        });
        of_call.map(|post| (post.delivery.message.clone(), post.more())).collect()
    }

    /// The summaries that a channel took: when, and how many more events each tells.
    pub(crate) fn summaries(&self, channel: &str) -> Vec<(Duration, u64)> {
        let posts = self.posts.borrow();
        let of_channel = posts.iter().filter(|post| post.delivery.channel == channel && post.more() > 0);
        of_channel.map(|post| (post.at, post.more())).collect()
    }

    /// Channels, events, and how many messages of each were taken without an answer.
    pub(crate) fn copies(&self) -> Vec<(String, String, usize)> {
        let mut copies = BTreeMap::new();
        for post in self.posts.borrow().iter().filter(|post| post.lost && post.more() == 0) {
            let key = (post.delivery.channel.clone(), post.delivery.facts.event_id.clone());
            *copies.entry(key).or_default() += 1;
        }
        copies.into_iter().map(|((channel, event), copies)| (channel, event, copies)).collect()
    }

    /// The delivery could not be marked.
    pub(crate) fn excuse(&self, key: &Key) {
        self.excused.borrow_mut().insert(key.clone());
    }

    /// The delivery is marked as sent.
    pub(crate) fn marked(&self, key: &Key) {
        self.unmarked.borrow_mut().remove(key);
    }

    /// Nothing is sent twice, but for what could not be marked because its invocation died or the table was down, and what was
    /// not answered.
    pub(crate) fn assert_once(&self) {
        let mut posts = BTreeMap::<_, u32>::new();
        for post in self.posts.borrow().iter().filter(|post| post.more() == 0 && !post.lost) {
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

    pub(crate) fn put(&self, body: String, delay: Duration) {
        self.queue.borrow_mut().put(body, delay, self.now());
        self.changed.notify_one();
    }
}
