//! A condition on a record, that knows when it says nothing.

use std::fmt;

/// A condition. Where SQL would answer that it does not know, it must have asked in another way: such a record is lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Condition {
    /// Every record.
    Any,
    /// No record.
    Never,
    /// What the SQL says.
    Sql(String),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Either(Vec<Condition>),
}

impl Condition {
    /// All of them.
    pub(crate) fn all(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut kept: Vec<Condition> = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Any => {}
                Condition::Never => return Condition::Never,
                Condition::All(more) => kept.extend(more),
                one => kept.push(one),
            }
        }
        kept.sort();
        kept.dedup();
        match kept.len() {
            0 => Condition::Any,
            1 => kept.remove(0),
            _ => Condition::All(kept),
        }
    }

    /// At least one of them.
    pub(crate) fn either(conditions: impl IntoIterator<Item = Condition>) -> Condition {
        let mut kept: Vec<Condition> = Vec::new();
        for condition in conditions {
            match condition {
                Condition::Any => return Condition::Any,
                Condition::Never => {}
                Condition::Either(more) => kept.extend(more),
                one => kept.push(one),
            }
        }
        kept.sort();
        kept.dedup();
        match kept.len() {
            0 => Condition::Never,
            1 => kept.remove(0),
            _ => Condition::Either(kept),
        }
    }
}

/// In parentheses, where it has parts.
impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |f: &mut fmt::Formatter<'_>, conditions: &[Condition], word: &str| {
            f.write_str("(")?;
            for (at, condition) in conditions.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                write!(f, "{condition}")?;
            }
            f.write_str(")")
        };
        match self {
            Condition::Any => f.write_str("true"),
            Condition::Never => f.write_str("false"),
            Condition::Sql(sql) => f.write_str(sql),
            Condition::All(conditions) => joined(f, conditions, "AND"),
            Condition::Either(conditions) => joined(f, conditions, "OR"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Condition::{Any, Either, Never, Sql};
    use super::*;

    #[test]
    fn what_says_nothing_is_left_out() {
        let sql = |text: &str| Sql(text.to_owned());
        assert_eq!(Condition::all([Any, sql("a"), Any]), sql("a"));
        assert_eq!(Condition::all([sql("a"), Never]), Never);
        assert_eq!(Condition::all([]), Any);
        assert_eq!(Condition::either([Never, sql("a")]), sql("a"));
        assert_eq!(Condition::either([sql("a"), Any]), Any);
        assert_eq!(Condition::either([]), Never);
        let nested = Condition::all([sql("c"), Condition::either([sql("b"), sql("a"), sql("b")])]);
        assert_eq!(nested.to_string(), "(c AND (a OR b))");
        assert_eq!(Condition::either([nested.clone(), nested.clone()]), nested);
        assert!(
            matches!(Condition::either([sql("a"), Either(vec![sql("b")])]), Either(both) if both.len() == 2)
        );
    }
}
