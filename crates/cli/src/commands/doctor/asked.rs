//! `aws` in place of AWS, for the checks: several at a time, and no more than that.

use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use doctor::{Ask, Call, Unanswered};
use serde_json::Value;

use crate::aws::{Aws, Failure};
use crate::exit::Error;

/// Asks with `aws`.
pub(super) struct Asked {
    aws: Aws,
    /// How many may run beside those that do.
    free: Mutex<usize>,
    freed: Condvar,
    /// Why no call at all can succeed.
    fatal: Mutex<Option<Failure>>,
}

impl Asked {
    pub(super) fn new(aws: Aws) -> Asked {
        // Each computes for half a second and waits for another.
        let free = thread::available_parallelism().map_or(2, usize::from) * 2;
        Asked { aws, free: Mutex::new(free.clamp(4, 16)), freed: Condvar::new(), fatal: Mutex::default() }
    }

    pub(super) fn in_region(&self, region: &str) -> Asked {
        Asked::new(self.aws.in_region(region))
    }

    /// That nothing can be asked any more.
    pub(super) fn fatal(&self) -> Result<(), Error> {
        match self.fatal.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(failure) => Err(failure.into()),
            None => Ok(()),
        }
    }

    fn in_turn<T>(&self, run: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        drop(free);
        let done = run();
        *self.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.freed.notify_one();
        done
    }
}

impl Ask for Asked {
    fn ask(&self, call: &Call, arguments: &[&str]) -> Result<Value, Unanswered> {
        let answer = self.in_turn(|| self.aws.ask(call.service, call.operation, arguments));
        answer.map_err(|failure| {
            let code = match &failure {
                Failure::Refused { code, .. } => Some(code.clone()),
                _ => None,
            };
            let denied = matches!(failure, Failure::Denied { .. });
            let unanswered = Unanswered { action: call.action, denied, code, reason: failure.to_string() };
            if failure.is_of_every_call() {
                self.fatal.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(failure);
            }
            unanswered
        })
    }

    fn ask_each(&self, call: &Call, arguments: &[Vec<&str>]) -> Vec<Result<Value, Unanswered>> {
        thread::scope(|scope| {
            let threads: Vec<_> =
                arguments.iter().map(|arguments| scope.spawn(|| self.ask(call, arguments))).collect();
            threads.into_iter().map(|thread| thread.join().expect("asking does not panic")).collect()
        })
    }

    fn wait(&self) {
        thread::sleep(Duration::from_secs(1));
    }
}
