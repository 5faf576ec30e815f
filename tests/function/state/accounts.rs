//! Names of accounts.

use account_watcher::state::{AccountName, KEEP, Key, State};
use jiff::SignedDuration;

use super::at;

pub(super) async fn the_name_of_an_account_is_kept(state: &impl State) {
    let id = format!("{:012}", fastrand::u64(..1_000_000_000_000));
    let key = Key::account(&id);
    assert_eq!(state.account_name(&key, at(0)).await.unwrap(), None);
    for (name, seconds) in [(Some("production"), 0), (Some("\u{1f4a9} retired"), 90_000), (None, 180_000)] {
        let name = AccountName { name: name.map(str::to_owned), asked: at(seconds) };
        state.keep_account_name(&key, &name, at(seconds)).await.unwrap();
        assert_eq!(state.account_name(&key, at(seconds + 1)).await.unwrap(), Some(name));
    }
    let end = at(180_000) + KEEP;
    assert!(state.account_name(&key, end - SignedDuration::from_secs(1)).await.unwrap().is_some());
    assert_eq!(state.account_name(&key, end).await.unwrap(), None);
    assert_eq!(
        state.account_name(&Key::account("123456789013"), at(0)).await.unwrap(),
        None,
        "another account"
    );
}
