//! Random patterns and events that often meet.

#![allow(dead_code, reason = "each test uses a part")]

use std::fmt;

use event_pattern::Pattern;
use fastrand::Rng;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

const KEYS: [&str; 10] = ["a", "b", "c", "v", "a.b", "b.c", "", "a.", "é", "prefix"];

fn key() -> impl Strategy<Value = String> {
    select(&KEYS[..]).prop_map(|key| format!("{key:?}"))
}

fn string() -> impl Strategy<Value = String> {
    let texts =
        ["", "a", "b", "ab", "AB", r"a\n", r#"\""#, r"\u00e9", "é", "ß", "😀", r"\ud83d", "10.0.0.1", "::1"];
    select(texts.to_vec()).prop_map(|text| format!("\"{text}\""))
}

fn number() -> impl Strategy<Value = String> {
    let numbers = ["0", "-0", "1", "1.0", "10e-1", "2", "-5", "0.1", "300", "10000001"];
    select(numbers.to_vec()).prop_map(str::to_owned)
}

fn scalar() -> impl Strategy<Value = String> {
    let words = select(vec!["true", "false", "null", "9007199254740993", "1e400"]).prop_map(str::to_owned);
    prop_oneof![3 => string(), 2 => number(), 1 => words]
}

fn list(item: impl Strategy<Value = String>, at_least: usize) -> impl Strategy<Value = String> {
    vec(item, at_least..4).prop_map(|items| format!("[{}]", items.join(",")))
}

fn object(
    name: impl Strategy<Value = String>,
    value: impl Strategy<Value = String>,
    at_least: usize,
) -> impl Strategy<Value = String> {
    vec((name, value).prop_map(|(name, value)| format!("{name}:{value}")), at_least..4)
        .prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn candidate() -> impl Strategy<Value = String> {
    let operand = prop_oneof![
        Just(r#"{"exists":false}"#.to_owned()),
        Just(r#"{"exists":true}"#.to_owned()),
        Just(r#"{"wildcard":"a*"}"#.to_owned()),
        Just(r#"{"wildcard":"*\\*"}"#.to_owned()),
        Just(r#"{"cidr":"10.0.0.0/8"}"#.to_owned()),
        Just(r#"{"cidr":"::/0"}"#.to_owned()),
        Just(r#"{"anything-but":{"prefix":["a","b"]}}"#.to_owned()),
        Just(r#"{"anything-but":{"suffix":"b"}}"#.to_owned()),
        Just(r#"{"anything-but":{"wildcard":["*a"]}}"#.to_owned()),
        string().prop_map(|text| format!(r#"{{"exactly":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"prefix":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"suffix":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"equals-ignore-case":{text}}}"#)),
        string().prop_map(|text| format!(r#"{{"prefix":{{"equals-ignore-case":{text}}}}}"#)),
        string().prop_map(|text| format!(r#"{{"suffix":{{"equals-ignore-case":{text}}}}}"#)),
        string().prop_map(|text| format!(r#"{{"anything-but":{text}}}"#)),
        list(string(), 1).prop_map(|list| format!(r#"{{"anything-but":{list}}}"#)),
        list(number(), 1).prop_map(|list| format!(r#"{{"anything-but":{list}}}"#)),
        list(string(), 1).prop_map(|list| format!(r#"{{"anything-but":{{"equals-ignore-case":{list}}}}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":["=",{number}]}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":["<=",{number}]}}"#)),
        number().prop_map(|number| format!(r#"{{"numeric":[">",{number},"<",1e9]}}"#)),
    ];
    prop_oneof![1 => scalar(), 1 => operand]
}

pub(crate) fn pattern_text() -> impl Strategy<Value = String> {
    let leaf = object(key(), list(candidate(), 1), 1);
    let inner = leaf.prop_recursive(3, 24, 3, |inner| {
        let or = vec(inner.clone(), 2..4)
            .prop_map(|branches| ("\"$or\"".to_owned(), format!("[{}]", branches.join(","))));
        let nested = (key(), inner);
        let leaf = (key(), list(candidate(), 1));
        let member = prop_oneof![1 => or, 2 => nested, 2 => leaf];
        vec(member.prop_map(|(name, value)| format!("{name}:{value}")), 1..4)
            .prop_map(|members| format!("{{{}}}", members.join(",")))
    });
    inner.prop_filter("the name of an operator inside $or", |text| Pattern::parse(text).is_ok())
}

pub(crate) fn pattern() -> impl Strategy<Value = Pattern> {
    pattern_text().prop_map(|text| Pattern::parse(&text).unwrap())
}

/// Fields of [`naming_pattern`] and [`naming_event`].
const NAMED: [&str; 4] = ["a", "b", "c.d", "c.e"];

/// Names few values at few paths, as rules for one service do.
pub(crate) fn naming_pattern() -> impl Strategy<Value = Pattern> {
    let name = select(vec!["x", "y", "z", "a name longer than a word", "a name longer than a cord"]);
    let names = vec(name.prop_map(|name| format!("{name:?}")), 1..4);
    let other =
        select(vec![r#"{"exists":false}"#, r#"{"prefix":"a"}"#]).prop_map(|text| vec![text.to_owned()]);
    let field = prop_oneof![2 => Just(vec![]), 4 => names, 1 => other];
    let text = vec(field, NAMED.len()).prop_map(|fields| {
        let fields = NAMED.iter().zip(fields).filter(|(_, names)| !names.is_empty());
        let fields = fields.map(|(path, names)| format!("{path:?}:[{}]", names.join(",")));
        format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
    });
    text.prop_filter_map("no field", |text| Pattern::parse(&text).ok())
}

/// Mostly one of the named values at each path, at times many, also in elements of an array.
pub(crate) fn naming_event() -> impl Strategy<Value = String> {
    let name = select(vec!["x", "y", "w", "a name longer than a word", "a name longer than a ford"]);
    let value = name.prop_map(|name| format!("{name:?}"));
    let values = prop_oneof![
        6 => value.clone(),
        1 => vec(value.clone(), 0..8).prop_map(|values| format!("[{}]", values.join(","))),
        1 => Just("null".to_owned()),
    ];
    let member = |keys: &'static [&'static str]| {
        (select(keys), values.clone()).prop_map(|(key, value)| format!("{key:?}:{value}"))
    };
    let inner = vec(member(&["d", "e"]), 0..4).prop_map(|members| format!("{{{}}}", members.join(",")));
    let inner = prop_oneof![
        4 => inner.clone(),
        1 => vec(inner, 0..4).prop_map(|elements| format!("[{}]", elements.join(","))),
    ];
    (vec(member(&["a", "b"]), 0..4), inner).prop_map(|(mut members, inner)| {
        members.push(format!(r#""c":{inner}"#));
        format!("{{{}}}", members.join(","))
    })
}

pub(crate) fn event() -> impl Strategy<Value = Json> {
    let value = scalar().prop_map(Json::Scalar).prop_recursive(4, 32, 4, |inner| {
        let members = vec((key(), inner.clone()), 0..4);
        prop_oneof![vec(inner, 0..4).prop_map(Json::Array), members.prop_map(Json::Object)]
    });
    vec((key(), value), 0..4).prop_map(Json::Object)
}

/// JSON whose objects keep their order and their duplicates. Names and scalars are JSON texts.
#[derive(Clone, Debug)]
pub(crate) enum Json {
    Scalar(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    /// The same with the members of each object in another order.
    pub(crate) fn shuffled(&self, rng: &mut Rng) -> Json {
        match self {
            Self::Scalar(text) => Self::Scalar(text.clone()),
            Self::Array(items) => Self::Array(items.iter().map(|item| item.shuffled(rng)).collect()),
            Self::Object(members) => {
                let mut members: Vec<_> =
                    members.iter().map(|(name, value)| (name.clone(), value.shuffled(rng))).collect();
                rng.shuffle(&mut members);
                Self::Object(members)
            }
        }
    }
}

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (open, items, close) = match self {
            Self::Scalar(text) => return f.write_str(text),
            Self::Array(items) => ("[", items.iter().map(ToString::to_string).collect::<Vec<_>>(), "]"),
            Self::Object(members) => {
                ("{", members.iter().map(|(name, value)| format!("{name}:{value}")).collect(), "}")
            }
        };
        write!(f, "{open}{}{close}", items.join(","))
    }
}
