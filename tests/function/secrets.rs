//! The cache of secrets.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use account_watcher::failure::Failure;
use account_watcher::secrets::{Parameters, Secret, Secrets};
use futures_util::future::join_all;
use tokio::time::{advance, sleep};
use watcher::Reference;

/// Gives these values, one per reading; the last for ever. `""` is a failure.
pub(crate) struct FakeParameters {
    values: RefCell<VecDeque<String>>,
    names: RefCell<Vec<String>>,
}

impl FakeParameters {
    pub(crate) fn new(values: impl IntoIterator<Item = String>) -> FakeParameters {
        FakeParameters { values: RefCell::new(values.into_iter().collect()), names: RefCell::default() }
    }
}

impl Parameters for &FakeParameters {
    async fn read(&self, name: &str) -> Result<Secret, Failure> {
        self.names.borrow_mut().push(name.to_owned());
        sleep(Duration::from_millis(20)).await;
        let mut values = self.values.borrow_mut();
        let value = if values.len() > 1 { values.pop_front().unwrap() } else { values[0].clone() };
        if value.is_empty() {
            Err(Failure::retry("ssm: ThrottlingException"))
        } else {
            Ok(Secret::new(&value))
        }
    }
}

impl Parameters for FakeParameters {
    async fn read(&self, name: &str) -> Result<Secret, Failure> {
        (&self).read(name).await
    }
}

fn reference() -> Reference {
    Reference::SecretsManager("account-watcher/oncall".to_owned())
}

fn values<const N: usize>(values: [&str; N]) -> FakeParameters {
    FakeParameters::new(values.map(str::to_owned))
}

#[tokio::test(start_paused = true)]
async fn a_secret_is_read_once_in_five_minutes_however_many_want_it() {
    let parameters = values([" one\n", "two"]);
    let secrets = Secrets::new(&parameters);
    let reference = reference();
    for secret in join_all([(); 10].map(|()| secrets.get(&reference))).await {
        assert_eq!(secret.unwrap().expose(), "one", "without white space");
    }
    assert_eq!(*parameters.names.borrow(), ["/aws/reference/secretsmanager/account-watcher/oncall"]);

    advance(Duration::from_secs(299)).await;
    assert_eq!(secrets.get(&reference).await.unwrap().expose(), "one");
    advance(Duration::from_secs(2)).await;
    assert_eq!(secrets.get(&reference).await.unwrap().expose(), "two");
}

#[tokio::test(start_paused = true)]
async fn an_old_secret_serves_while_ssm_does_not_answer() {
    let parameters = values(["", "one", "", "", "two"]);
    let secrets = Secrets::new(&parameters);
    let failure = secrets.get(&reference()).await.unwrap_err();
    let expected = "cannot read secretsmanager:account-watcher/oncall: ssm: ThrottlingException";
    assert_eq!(failure, Failure::retry(expected));

    assert_eq!(secrets.get(&reference()).await.unwrap().expose(), "one", "a failure is not kept");
    advance(Duration::from_mins(6)).await;
    assert_eq!(secrets.get(&reference()).await.unwrap().expose(), "one");
    let gone = Secret::new("one");
    assert!(secrets.replacement(&reference(), &gone).await.is_err(), "nobody knows whether it was replaced");
    assert_eq!(secrets.replacement(&reference(), &gone).await.unwrap().unwrap().expose(), "two");
}

#[tokio::test(start_paused = true)]
async fn a_secret_that_is_gone_is_read_again_once() {
    let parameters = values(["old", "new"]);
    let secrets = Secrets::new(&parameters);
    let old = secrets.get(&reference()).await.unwrap();
    let reference = reference();
    for new in join_all([(); 5].map(|()| secrets.replacement(&reference, &old))).await {
        assert_eq!(new.unwrap().unwrap().expose(), "new");
    }
    assert_eq!(parameters.names.borrow().len(), 2);
    assert_eq!(
        secrets.replacement(&reference, &Secret::new("new")).await.unwrap(),
        None,
        "it is still the same"
    );
}

#[test]
fn a_secret_does_not_show_itself() {
    assert_eq!(format!("{:?}", Some(Secret::new("s3cret"))), "Some(Secret)");
}
