//! From matches to messages: copies told once, groups told as the function tells them.

use std::collections::HashSet;

use jiff::Timestamp;
use watcher::Role;

use crate::alert::Alert;
use crate::windows::{Grouped, Windows};

/// What one match came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was sent.
    Alert,
    /// A summary told it, or nothing did because there were too few.
    Repeat,
    /// It is a copy of one that was counted.
    Duplicate,
}

/// A message to some channels.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) at: Timestamp,
    pub(crate) watcher: u32,
    pub(crate) channels: Box<[u32]>,
    /// It ends a group's window.
    pub(crate) summary: bool,
}

/// The messages in the order of their times, and what each match came to, in the order of the events' times.
pub(crate) fn messages(mut alerts: Vec<Alert>) -> (Vec<Message>, Vec<(Alert, Outcome)>) {
    alerts.sort_by_key(|alert| (alert.at, alert.place, alert.watcher));
    let mut told = HashSet::new();
    let mut windows: Windows<u128, (u32, Box<[u32]>)> = Windows::default();
    let mut messages = Vec::new();
    let summary = |ended: Grouped<(u32, Box<[u32]>)>| {
        let (watcher, channels) = ended.about;
        Message { at: ended.at, watcher, channels, summary: true }
    };
    let mut outcomes = Vec::with_capacity(alerts.len());
    for alert in alerts {
        let is_new = alert.event.is_none_or(|event| told.insert((event, alert.watcher)));
        let outcome = match alert.group {
            _ if !is_new => Outcome::Duplicate,
            None => Outcome::Alert,
            Some(group) => {
                let about = || (alert.watcher, alert.channels.clone());
                let (role, ended) = windows.count(group.name, group.window, group.at_least, alert.at, about);
                messages.extend(ended.map(summary));
                match role {
                    Role::Alert => Outcome::Alert,
                    Role::Repeat => Outcome::Repeat,
                }
            }
        };
        if outcome == Outcome::Alert {
            let channels = alert.channels.clone();
            messages.push(Message { at: alert.at, watcher: alert.watcher, channels, summary: false });
        }
        outcomes.push((alert, outcome));
    }
    messages.extend(windows.end().map(summary));
    messages.sort_by_key(|message| (message.at, message.watcher, message.summary));
    (messages, outcomes)
}
