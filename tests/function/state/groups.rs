//! What is counted in the windows of groups.

use std::collections::BTreeSet;

use account_watcher::state::{Counted, Group, Joined, KEPT_VALUES, Key, Occurrence, Opening, Role, State};

use super::at;

fn group(name: &str, at_least: u32) -> Group {
    Group { key: Key::group(name), at_least }
}

const ALERT: Joined = Joined::Counted(Counted { role: Role::Alert, again: false });
const REPEAT: Joined = Joined::Counted(Counted { role: Role::Repeat, again: false });

fn again(role: Role) -> Joined {
    Joined::Counted(Counted { role, again: true })
}

/// Counts an event at this second; opens a window of 15 minutes if there is none.
async fn count(state: &impl State, event: &Key, group: &Group, second: i64) -> Joined {
    let occurrence = Occurrence { at: at(second), values: &[] };
    match state.join(event, group, &occurrence, at(second)).await.unwrap() {
        Joined::NoWindow { last } => {
            let (window, ends) = (Key::window(), at(second + 900));
            let opening = Opening { window: &window, ends, last: last.as_ref() };
            let counted = state.open(event, group, &opening, &occurrence, at(second)).await.unwrap();
            Joined::Counted(counted.expect("nobody else opens one"))
        }
        joined @ Joined::Counted(_) => joined,
    }
}

pub(super) async fn the_first_event_of_a_window_is_the_alert(state: &impl State) {
    for name in ["a", "b"] {
        let group = group(name, 1);
        assert_eq!(count(state, &Key::window(), &group, 0).await, ALERT);
        for second in [1, 2, 899] {
            assert_eq!(count(state, &Key::window(), &group, second).await, REPEAT);
        }
        assert_eq!(count(state, &Key::window(), &group, 900).await, ALERT, "the next window");
        assert_eq!(count(state, &Key::window(), &group, 1_000).await, REPEAT);
    }
}

pub(super) async fn an_alert_can_take_several_events(state: &impl State) {
    let group = group("a", 3);
    for (second, expected) in
        [(0, REPEAT), (1, REPEAT), (2, ALERT), (3, REPEAT), (900, REPEAT), (901, REPEAT), (902, ALERT)]
    {
        assert_eq!(count(state, &Key::window(), &group, second).await, expected, "{second}");
    }
}

pub(super) async fn an_event_is_counted_once(state: &impl State) {
    let group = group("a", 2);
    let events = [Key::window(), Key::window(), Key::window()];
    for (event, expected) in events.iter().zip([REPEAT, ALERT, REPEAT]) {
        assert_eq!(count(state, event, &group, 0).await, expected);
    }
    for second in [1, 2, 1_000] {
        for (event, role) in events.iter().zip([Role::Repeat, Role::Alert, Role::Repeat]) {
            assert_eq!(count(state, event, &group, second).await, again(role));
        }
    }
    let occurrence = Occurrence { at: at(1_000), values: &[] };
    let Joined::NoWindow { last: Some(last) } =
        state.join(&Key::window(), &group, &occurrence, at(1_000)).await.unwrap()
    else {
        panic!("the window is over");
    };
    let opening = Opening { window: &Key::window(), ends: at(2_000), last: Some(&last) };
    let opened = state.open(&events[0], &group, &opening, &occurrence, at(1_000)).await.unwrap();
    assert_eq!(opened, Some(Counted { role: Role::Repeat, again: true }), "it opens no window either");
    assert_eq!(state.close(opening.window, at(2_000)).await.unwrap(), None);
    assert_eq!(state.close(&last, at(2_000)).await.unwrap().unwrap().count, 3);
}

pub(super) async fn only_one_of_two_windows_opens(state: &impl State) {
    let group = group("a", 1);
    let occurrence = Occurrence { at: at(0), values: &[] };
    let (first, second) = (Key::window(), Key::window());
    let open = async |event: &Key, window: &Key, last: Option<&Key>| {
        let opening = Opening { window, ends: at(900), last };
        state.open(event, &group, &opening, &occurrence, at(0)).await.unwrap()
    };
    assert_eq!(open(&Key::window(), &first, None).await, Some(Counted { role: Role::Alert, again: false }));
    let late = Key::window();
    assert_eq!(open(&late, &second, None).await, None);
    assert_eq!(open(&late, &second, Some(&second)).await, None);
    assert_eq!(state.close(&second, at(900)).await.unwrap(), None);
    assert_eq!(count(state, &late, &group, 1).await, REPEAT, "it joins the other's");
    assert_eq!(state.close(&first, at(900)).await.unwrap().unwrap().count, 2);
}

pub(super) async fn a_window_ends_by_its_time_or_when_it_is_closed(state: &impl State) {
    let group = group("a", 1);
    let occurrence = Occurrence { at: at(0), values: &[] };
    let join = async |second| state.join(&Key::window(), &group, &occurrence, at(second)).await.unwrap();
    assert_eq!(join(0).await, Joined::NoWindow { last: None });
    count(state, &Key::window(), &group, 0).await;
    let Joined::NoWindow { last: Some(window) } = join(900).await else { panic!("its time is over") };
    assert_eq!(join(899).await, REPEAT);
    let closed = state.close(&window, at(899)).await.unwrap().unwrap();
    assert_eq!(closed.count, 2);
    assert_eq!(join(899).await, Joined::NoWindow { last: Some(window.clone()) }, "it is closed");
    assert_eq!(state.close(&window, at(5_000)).await.unwrap(), Some(closed), "and says so again");
    assert_eq!(count(state, &Key::window(), &group, 899).await, ALERT);
    assert_eq!(state.close(&Key::window(), at(900)).await.unwrap(), None, "there is no such window");
}

pub(super) async fn a_window_keeps_some_values_of_each_field(state: &impl State) {
    let group = group("a", 1);
    let value = |name: &str, text: String| (name.to_owned(), text);
    let mut window = Key::window();
    for number in 0..40_i64 {
        let odd = ["\u{1f4a9}", "\"", "\u{0}", "x"][usize::try_from(number).unwrap() % 4];
        let values = [
            value("bucket", format!("bucket-{number}")),
            value("odd one: é", odd.to_owned()),
            value("same", "x".repeat(400)),
        ];
        // Not in the order in which they happened.
        let occurrence = Occurrence { at: at((number * 7) % 40), values: &values };
        let event = Key::window();
        if let Joined::NoWindow { last } = state.join(&event, &group, &occurrence, at(0)).await.unwrap() {
            assert_eq!(number, 0);
            window = Key::window();
            let opening = Opening { window: &window, ends: at(900), last: last.as_ref() };
            state.open(&event, &group, &opening, &occurrence, at(0)).await.unwrap().unwrap();
        }
    }
    let tally = state.close(&window, at(900)).await.unwrap().unwrap();
    assert_eq!((tally.count, tally.first, tally.last), (40, at(0), at(39)));
    let texts = |name: &str| tally.values[name].clone();
    assert_eq!(texts("bucket"), (0..KEPT_VALUES).map(|n| format!("bucket-{n}")).collect::<BTreeSet<_>>());
    assert_eq!(texts("odd one: é"), ["\u{1f4a9}", "\"", "\u{0}", "x"].map(str::to_owned).into());
    assert_eq!(texts("same"), ["x".repeat(400)].into());
}

/// Keys of windows are random. If two were ever the same, the second would forget what the first has counted.
pub(super) async fn no_window_takes_the_place_of_another(state: &impl State) {
    let (window, occurrence) = (Key::window(), Occurrence { at: at(0), values: &[] });
    let opening = Opening { window: &window, ends: at(900), last: None };
    let opened = state.open(&Key::window(), &group("a", 1), &opening, &occurrence, at(0)).await.unwrap();
    assert_eq!(opened, Some(Counted { role: Role::Alert, again: false }));
    assert_eq!(count(state, &Key::window(), &group("a", 1), 1).await, REPEAT);
    let event = Key::window();
    let opened = state.open(&event, &group("b", 1), &opening, &occurrence, at(1)).await.unwrap();
    assert_eq!(opened, None, "as if another invocation had been faster");
    assert_eq!(state.close(&window, at(900)).await.unwrap().unwrap().count, 2);
    assert_eq!(count(state, &event, &group("b", 1), 900).await, ALERT, "the event was not counted");
}
