//! Names of accounts that `[accounts]` does not name: AWS Organizations is asked, if the stack allows it.
//!
//! A name makes an alert better and may not stand in its way. It is looked up at most once a day and account, and kept in
//! the table and in this process; the alert waits for it no longer than [`PATIENCE`], and shows the id without it. After a
//! failure nobody asks for [`PAUSE`], and a name that is known from before goes on being used.
//!
//! One account is described, and not the whole organization listed: `ListAccounts` gives 20 accounts a page, so an alert in
//! a large organization would wait for hundreds of calls, or for an item larger than the table takes.
//! <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html>

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_organizations::Client;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, timeout_at};

use crate::aws::{self, LazyClient};
use crate::guard::Guard;
use crate::settings::Env;
use crate::state::{AccountName, Key, State};

/// How long a name is believed.
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// How long an alert waits for its account's name.
pub const PATIENCE: Duration = Duration::from_secs(1);
/// How long nobody asks after a failure.
const PAUSE: SignedDuration = SignedDuration::from_mins(5);

/// Asks for the name of the account with this id; none if the organization has no such account.
pub type Ask = Box<dyn Fn(String) -> LocalBoxFuture<'static, Result<Option<String>, String>>>;

/// The names that this process knows.
#[derive(Default)]
pub struct Accounts {
    ask: Option<Ask>,
    known: RefCell<HashMap<String, AccountName>>,
    paused_until: Cell<Timestamp>,
}

impl Accounts {
    /// Asks so for names.
    pub fn new(ask: Ask) -> Accounts {
        Accounts { ask: Some(ask), ..Accounts::default() }
    }

    /// Asks Organizations.
    pub fn of_organization(config: SdkConfig, env: Env) -> Accounts {
        let client: LazyClient<Client> = LazyLock::new(Box::new(move || aws::organizations(&config, &env)));
        Accounts::new(Box::new(move |id| describe(client.clone(), id).boxed_local()))
    }

    /// The account's name, if there is one and it comes in time.
    pub(crate) async fn name<S: State>(&self, guard: &Guard<'_, S>, id: &str) -> Option<String> {
        let ask = self.ask.as_ref()?;
        let now = guard.invocation.now();
        let known = self.known.borrow().get(id).cloned();
        if known.as_ref().is_some_and(|known| is_fresh(known, now)) || now < self.paused_until.get() {
            return known?.name;
        }
        let until = (Instant::now() + PATIENCE).min(guard.invocation.until);
        let found = timeout_at(until, self.look_up(ask, guard, id, now)).await;
        let fault = match found {
            Ok(Ok(found)) => return found.name,
            Ok(Err(reason)) => reason,
            Err(_) => "no answer in time".to_owned(),
        };
        self.paused_until.set(now + PAUSE);
        let line = guard.invocation.line("an account's name is not known");
        guard.invocation.write(&line.with_warning(format!("organizations: {fault}")));
        // What look_up has read from the table, if it came so far.
        self.known.borrow().get(id).cloned()?.name
    }

    /// In the table, else at Organizations, which the table then remembers.
    async fn look_up<S: State>(
        &self,
        ask: &Ask,
        guard: &Guard<'_, S>,
        id: &str,
        now: Timestamp,
    ) -> Result<AccountName, String> {
        let key = Key::account(id);
        if let Ok(Some(kept)) = guard.ask(guard.state.account_name(&key, now)).await {
            self.known.borrow_mut().insert(id.to_owned(), kept.clone());
            if is_fresh(&kept, now) {
                return Ok(kept);
            }
        }
        let found = AccountName { name: ask(id.to_owned()).await?, asked: now };
        self.known.borrow_mut().insert(id.to_owned(), found.clone());
        let _ = guard.ask(guard.state.keep_account_name(&key, &found, now)).await;
        Ok(found)
    }
}

/// A clock that was set back makes no name last for ever.
fn is_fresh(known: &AccountName, now: Timestamp) -> bool {
    now.duration_since(known.asked).abs() < FRESH
}

async fn describe(client: Client, id: String) -> Result<Option<String>, String> {
    match client.describe_account().account_id(id).send().await {
        Ok(answer) => Ok(answer.account.and_then(|account| account.name).filter(|name| !name.is_empty())),
        Err(error) if aws::code(&error) == Some("AccountNotFoundException") => Ok(None),
        Err(error) => Err(advised(&aws::reason(&error))),
    }
}

/// With what to do, where only somebody can do something.
/// <https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeAccount.html#API_DescribeAccount_Errors>
fn advised(reason: &str) -> String {
    let advice = match reason {
        "AccessDeniedException" => {
            "only the management account and delegated administrators may ask; deploy the stack there, or with AccountNames=false"
        }
        "AWSOrganizationsNotInUseException" => {
            "this account is not in an organization; deploy the stack with AccountNames=false"
        }
        _ => return reason.to_owned(),
    };
    format!("{reason}: {advice}")
}
