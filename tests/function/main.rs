//! The function as a whole and its parts against services that fail in every way.

#![allow(clippy::unwrap_used, reason = "also the helpers of a test may fail it")]

mod accounts;
mod aws;
mod batch;
mod drill;
mod ends;
mod event;
mod faults;
mod floods;
mod groups;
mod leaks;
mod queued;
mod secrets;
mod seeds;
mod settings;
mod sim;
mod slack;
mod state;
mod stub;
mod support;
mod unanswered;
mod upheavals;
mod webhook;
