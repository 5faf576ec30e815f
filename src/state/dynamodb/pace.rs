//! The turns of a channel in DynamoDB. One write gives a turn to whoever finds the channel free, which is the usual case.
//! Turns and places that are contended are counted up in the write, so a thousand invocations at once do not undo each
//! other's.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue};
use jiff::Timestamp;
use watcher::Severity;

use super::item::{Item, expires, millis, number, time};
use super::{DynamoDb, ROUNDS, Update, Updated};
use crate::state::lanes::{self, Lanes, Step, lane};
use crate::state::{Fault, Given, Pace, Ticket, Turn, Wish};

/// The attributes of each severity, least first.
const LINES: [&str; Severity::ALL.len()] = ["lineInfo", "lineLow", "lineMedium", "lineHigh", "lineCritical"];
const DELAYS: [&str; Severity::ALL.len()] =
    ["delayInfo", "delayLow", "delayMedium", "delayHigh", "delayCritical"];

impl DynamoDb {
    pub(super) async fn take_turn(&self, pace: &Pace, wish: &Wish, now: Timestamp) -> Result<Given, Fault> {
        let interval = AttributeValue::N(lanes::millis(pace.interval).to_string());
        let (line, delay) = (LINES[lane(wish.severity)], DELAYS[lane(wish.severity)]);
        // Whoever has no ticket does not overtake those who wait; whoever has one sees whether its line was pushed back.
        let mut values =
            vec![(":next", millis(now + pace.interval)), (":now", millis(now)), (":expires", expires(now))];
        let mine = match wish.ticket {
            None => format!("(attribute_not_exists(#{line}) OR #{line} <= :now)"),
            Some(Ticket { at, delay: known }) if at <= wish.by => match known {
                Some(0) => format!("attribute_not_exists(#{delay})"),
                Some(known) => {
                    values.push((":delay", AttributeValue::N(known.to_string())));
                    format!("#{delay} = :delay")
                }
                None => "#next <= :now".to_owned(),
            },
            Some(_) => "attribute_not_exists(#pk)".to_owned(),
        };
        let free = Update {
            key: &pace.key,
            set: "SET #next = :next, #expires = :expires",
            condition: &format!("(attribute_not_exists(#next) OR #next <= :now) AND {mine}"),
            values: &values,
            give: ReturnValue::AllOld,
        };
        let mut seen = match self.update(free).await? {
            Updated::Done(old) => {
                self.push(pace, &lanes(&old).below(lane(wish.severity), now), &interval).await?;
                return Ok(Given { turn: Turn::At(now), disbelieved: false });
            }
            Updated::Refused(item) => item,
        };
        let disbelieved = self.repair(pace, &mut seen, now).await?;
        for _ in 0..ROUNDS {
            let (lanes, _) = lanes(&seen).believed(now);
            let turn = match lanes.step(pace.interval, wish, now) {
                Step::Answer(turn) => Ok(turn),
                Step::Take { slot, push } => {
                    let given = self.gate(pace, slot, wish.by, &interval, now).await?;
                    if let Ok(slot) = given {
                        self.push(pace, &push, &interval).await?;
                        Ok(Turn::At(slot))
                    } else {
                        given.map(Turn::At)
                    }
                }
                Step::Join { .. } => self.stand_in_line(pace, &lanes, wish, now).await?.map(Turn::Line),
            };
            match turn {
                Ok(turn) => return Ok(Given { turn, disbelieved }),
                Err(item) => seen = item,
            }
        }
        Err(Fault::Busy("the channel's turns change too fast".to_owned()))
    }

    /// Removes from the item what cannot be true or read; gives whether there was any.
    async fn repair(&self, pace: &Pace, seen: &mut Item, now: Timestamp) -> Result<bool, Fault> {
        let believed = lanes(seen).believed(now).0;
        let mut wrong = vec![("next", believed.next.is_none()), ("blocked", believed.blocked.is_none())];
        for (own, (line, delay)) in LINES.into_iter().zip(DELAYS).enumerate() {
            wrong.push((line, believed.lines[own].is_none()));
            let is_believed =
                number(seen, delay).is_some_and(|delay| u64::try_from(delay) == Ok(believed.delays[own]));
            wrong.push((delay, !is_believed));
        }
        let wrong: Vec<&str> = wrong
            .into_iter()
            .filter(|(name, wrong)| *wrong && seen.contains_key(*name))
            .map(|(name, _)| name)
            .collect();
        if wrong.is_empty() {
            return Ok(false);
        }
        let names: Vec<String> = wrong.iter().map(|name| format!("#{name}")).collect();
        let (set, mut conditions, mut values) =
            (format!("REMOVE {}", names.join(", ")), Vec::new(), Vec::new());
        let labels: Vec<String> = wrong.iter().map(|name| format!(":{name}")).collect();
        for (name, label) in wrong.iter().zip(&labels) {
            conditions.push(format!("#{name} = {label}"));
            values.extend(seen.remove(*name).map(|value| (label.as_str(), value)));
        }
        let condition = conditions.join(" AND ");
        let update = Update {
            key: &pace.key,
            set: &set,
            condition: &condition,
            values: &values,
            give: ReturnValue::None,
        };
        // If somebody else was faster, the next write sees what became of it.
        self.update(update).await.map(|_| true)
    }

    /// Takes the gate; or gives the item as it has become.
    async fn gate(
        &self,
        pace: &Pace,
        slot: Timestamp,
        by: Timestamp,
        interval: &AttributeValue,
        now: Timestamp,
    ) -> Result<Result<Timestamp, Item>, Fault> {
        let (now_value, expires) = ((":now", millis(now)), (":expires", expires(now)));
        let updated = if slot > now {
            let values = [(":interval", interval.clone()), (":by", millis(by)), now_value, expires];
            let set = "SET #next = #next + :interval, #expires = :expires";
            let condition = "#next > :now AND #next <= :by";
            self.update(Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::AllOld })
                .await?
        } else {
            let values = [(":next", millis(now + pace.interval)), now_value, expires];
            let condition = "attribute_not_exists(#next) OR #next <= :now";
            let set = "SET #next = :next, #expires = :expires";
            self.update(Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::None })
                .await?
        };
        Ok(match updated {
            Updated::Done(old) => Ok(if slot > now { time(&old, "next").unwrap_or(slot) } else { now }),
            Updated::Refused(item) => Err(item),
        })
    }

    /// Stands at the end of the line; or gives the item as it has become.
    async fn stand_in_line(
        &self,
        pace: &Pace,
        lanes: &Lanes,
        wish: &Wish,
        now: Timestamp,
    ) -> Result<Result<Ticket, Item>, Fault> {
        let own = lane(wish.severity);
        let line = LINES[own];
        let spacing = lanes.spacing(own, pace.interval, now);
        let at =
            |item: &Item| Ticket { at: time(item, line).unwrap_or(now), delay: Some(lanes_delay(item, own)) };
        let (now_value, expires) = ((":now", millis(now)), (":expires", expires(now)));
        if lanes.lines[own].is_some_and(|end| end > now) {
            let limit =
                wish.line.and_then(|line| lanes.open(now).checked_add(line).ok()).unwrap_or(Timestamp::MAX);
            let values = [
                (":spacing", AttributeValue::N(lanes::millis(spacing).to_string())),
                (":line", millis(limit)),
                now_value,
                expires,
            ];
            let set = format!("SET #{line} = #{line} + :spacing, #expires = :expires");
            let condition = format!("#{line} > :now AND #{line} <= :line");
            let (set, condition) = (set.as_str(), condition.as_str());
            let update =
                Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::AllOld };
            return Ok(match self.update(update).await? {
                Updated::Done(old) => Ok(at(&old)),
                Updated::Refused(item) => Err(item),
            });
        }
        let first = lanes.next.map_or(now, |next| next.max(now));
        let values = [(":end", millis(first + spacing)), now_value, expires];
        let condition = format!("attribute_not_exists(#{line}) OR #{line} <= :now");
        let set = format!("SET #{line} = :end, #expires = :expires");
        let (set, condition) = (set.as_str(), condition.as_str());
        let update = Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::AllOld };
        Ok(match self.update(update).await? {
            Updated::Done(old) => Ok(Ticket { at: first, delay: Some(lanes_delay(&old, own)) }),
            Updated::Refused(item) => Err(item),
        })
    }

    /// Pushes lines back.
    async fn push(&self, pace: &Pace, lines: &[Severity], by: &AttributeValue) -> Result<(), Fault> {
        if lines.is_empty() {
            return Ok(());
        }
        let parts: Vec<String> = lines
            .iter()
            .map(|severity| (LINES[lane(*severity)], DELAYS[lane(*severity)]))
            .map(|(line, delay)| {
                format!("#{line} = if_not_exists(#{line}, :zero) + :by, #{delay} = if_not_exists(#{delay}, :zero) + :by")
            })
            .collect();
        let values = [(":by", by.clone()), (":zero", AttributeValue::N("0".to_owned()))];
        let set = format!("SET {}", parts.join(", "));
        let update =
            Update { key: &pace.key, set: &set, condition: "", values: &values, give: ReturnValue::None };
        self.update(update).await.map(drop)
    }

    pub(super) async fn block_turns(
        &self,
        pace: &Pace,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut seen = self.get(&pace.key).await?.unwrap_or_default();
        for _ in 0..ROUNDS {
            let (lanes, _) = lanes(&seen).believed(now);
            let Some(longer) = lanes.longer(until, now) else { return Ok(()) };
            let mut values = vec![(":until", millis(until)), (":expires", expires(until))];
            let condition = match seen.get("blocked") {
                Some(blocked) => {
                    values.push((":seen", blocked.clone()));
                    "#blocked = :seen"
                }
                None => "attribute_not_exists(#blocked)",
            };
            // A gate that is further away than the block stays there, if it can be believed.
            let set = match lanes.next.filter(|next| *next > until) {
                Some(_) => "SET #blocked = :until, #expires = :expires",
                None => "SET #blocked = :until, #next = :until, #expires = :expires",
            };
            let update = Update { key: &pace.key, set, condition, values: &values, give: ReturnValue::None };
            match self.update(update).await? {
                Updated::Done(_) => {
                    let longer = AttributeValue::N(lanes::millis(longer).to_string());
                    return self.push(pace, &lanes.waiting(now), &longer).await;
                }
                Updated::Refused(item) => seen = item,
            }
        }
        Err(Fault::Busy("the channel's turns change too fast".to_owned()))
    }
}

/// What the item says.
pub(super) fn lanes(item: &Item) -> Lanes {
    let mut lanes = Lanes { next: time(item, "next"), blocked: time(item, "blocked"), ..Lanes::default() };
    for (own, line) in LINES.iter().enumerate() {
        lanes.lines[own] = time(item, line);
        lanes.delays[own] = lanes_delay(item, own);
    }
    lanes
}

fn lanes_delay(item: &Item, own: usize) -> u64 {
    number(item, DELAYS[own]).and_then(|delay| u64::try_from(delay).ok()).unwrap_or_default()
}
