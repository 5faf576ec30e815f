//! Candidates asked of a column that holds one text.

use event_pattern::{AnythingBut, Bound, Candidate, Number, Numeric};

use crate::condition::Condition;
use crate::sql::{Part, among, any_case, can_hold, like};

/// What has the form of an address or a number: an address has many spellings, and a range of one family takes addresses
/// of the other and even numbers, so no more is asked.
const ADDRESS: &str = "'^[0-9A-Fa-f:.+-]+$'";

/// A text that a record has, or can lack.
pub(crate) struct Text<'a> {
    /// Its SQL.
    pub(crate) sql: &'a str,
    /// Whether a record can lack it; then it is NULL.
    pub(crate) can_lack: bool,
    /// Whether it is certain that a value is a text, and no number or flag that is written as one.
    pub(crate) certain: bool,
}

impl Text<'_> {
    /// Whether at least one candidate can take the value.
    pub(crate) fn any_of(&self, candidates: &[Candidate]) -> Condition {
        let literals: Vec<&str> = candidates.iter().filter_map(literal).collect();
        let equal = (!literals.is_empty()).then(|| asked(among(self.sql, literals)));
        let others = candidates.iter().filter(|candidate| literal(candidate).is_none());
        Condition::either(equal.into_iter().chain(others.map(|candidate| self.takes(candidate))))
    }

    fn lacks(&self) -> Condition {
        if self.can_lack { Condition::Sql(format!("{} IS NULL", self.sql)) } else { Condition::Never }
    }

    fn takes(&self, candidate: &Candidate) -> Condition {
        use Part::{Gap, Text};
        let sql = self.sql;
        match candidate {
            Candidate::String(text) | Candidate::Exactly(text) => asked(among(sql, [&**text])),
            Candidate::Address(_) | Candidate::Cidr(_) => {
                Condition::Sql(format!("regexp_like({sql}, {ADDRESS})"))
            }
            Candidate::Number(number) => self.number("=", number),
            Candidate::True => asked(among(sql, ["true"])),
            Candidate::False => asked(among(sql, ["false"])),
            // Null is written as NULL, as what is missing.
            Candidate::Null | Candidate::Exists(false) => self.lacks(),
            Candidate::Prefix(prefix) => {
                // The value's closing quote can be the prefix's last letter.
                let whole = prefix.strip_suffix('"').map(|whole| asked(among(sql, [whole])));
                let begins = asked(like(sql, [Text(prefix), Gap]));
                Condition::either(whole.into_iter().chain([begins]))
            }
            Candidate::Suffix(suffix) => {
                let whole = suffix.strip_prefix('"').map(|whole| asked(among(sql, [whole])));
                let ends = asked(like(sql, [Gap, Text(suffix)]));
                Condition::either(whole.into_iter().chain([ends]))
            }
            Candidate::PrefixIgnoreCase(folded) => {
                self.regex(&format!("(?s)^{}", any_case(folded.text().trim_end_matches('"'))))
            }
            Candidate::SuffixIgnoreCase(folded) => {
                self.regex(&format!("(?s){}\\z", any_case(folded.text().trim_start_matches('"'))))
            }
            Candidate::EqualsIgnoreCase(folded) => {
                self.regex(&format!("(?s)^{}\\z", any_case(folded.text())))
            }
            Candidate::Wildcard(wildcard) => asked(self.wildcard(wildcard.text())),
            Candidate::Numeric(numeric) => self.numeric(numeric),
            Candidate::AnythingBut(excluded) => self.anything_but(excluded),
            // A field that is there can be null; and no more is known of an operator that there will be.
            _ => Condition::Any,
        }
    }

    fn regex(&self, regex: &str) -> Condition {
        asked(format!("regexp_like({}, {})", self.sql, crate::sql::string(regex)))
    }

    /// What stands between stars, unescaped.
    fn wildcard(&self, wildcard: &str) -> String {
        let mut texts = vec![String::new()];
        let mut letters = wildcard.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '*' => texts.push(String::new()),
                '\\' => texts.last_mut().expect("there is a first").extend(letters.next()),
                letter => texts.last_mut().expect("there is a first").push(letter),
            }
        }
        let mut parts = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            if at > 0 {
                parts.push(Part::Gap);
            }
            parts.push(Part::Text(text));
        }
        like(self.sql, parts)
    }

    fn number(&self, sign: &str, number: &Number) -> Condition {
        match double(number) {
            Some(double) => Condition::Sql(format!("TRY_CAST({} AS DOUBLE) {sign} {double}", self.sql)),
            None => Condition::Any,
        }
    }

    fn numeric(&self, numeric: &Numeric) -> Condition {
        let below = |bound: &Bound| self.number(if bound.inclusive { "<=" } else { "<" }, &bound.number);
        let above = |bound: &Bound| self.number(if bound.inclusive { ">=" } else { ">" }, &bound.number);
        match numeric {
            Numeric::Equals(number) => self.number("=", number),
            Numeric::Below(high) => below(high),
            Numeric::Above(low) => above(low),
            Numeric::Between(low, high) => Condition::all([above(low), below(high)]),
            _ => Condition::Any,
        }
    }

    /// What is left when what is certainly excluded is; a value that is there and null is taken too, and is NULL.
    fn anything_but(&self, excluded: &AnythingBut) -> Condition {
        use Part::{Gap, Text};
        let sql = self.sql;
        let each = |list: &[Box<str>], parts: &dyn Fn(&str) -> String| -> Vec<String> {
            list.iter().map(|text| parts(text)).collect()
        };
        let gone = match excluded {
            _ if !self.certain => return Condition::Any,
            AnythingBut::Strings(list) => vec![among(sql, list.iter().map(|text| &**text))],
            AnythingBut::Prefixes(list) => each(list, &|text| like(sql, [Text(text), Gap])),
            AnythingBut::Suffixes(list) => each(list, &|text| like(sql, [Gap, Text(text)])),
            AnythingBut::Wildcards(list) => list.iter().map(|one| self.wildcard(one.text())).collect(),
            // Only letters of ASCII are folded as the matcher does it.
            AnythingBut::IgnoreCase(list) if list.iter().all(|one| one.text().is_ascii()) => list
                .iter()
                .map(|one| {
                    let regex = crate::sql::string(&format!("^{}\\z", any_case(one.text())));
                    format!("regexp_like({sql}, {regex})")
                })
                .collect(),
            _ => return Condition::Any,
        };
        let left = asked(format!("NOT ({})", gone.join(" OR ")));
        Condition::either([self.lacks(), left])
    }
}

/// What a query cannot hold is not asked.
fn asked(sql: String) -> Condition {
    if can_hold(&sql) { Condition::Sql(sql) } else { Condition::Any }
}

/// A literal that is compared as it stands.
fn literal(candidate: &Candidate) -> Option<&str> {
    match candidate {
        Candidate::String(text) | Candidate::Exactly(text) => Some(text),
        _ => None,
    }
}

/// A literal of type DOUBLE; none for what it cannot hold.
fn double(number: &Number) -> Option<String> {
    let text = number.text();
    let value: f64 = text.parse().ok()?;
    // What is not comparable matches only the same text, whose value is the same.
    let literal = if text.contains(['e', 'E']) { text.to_owned() } else { format!("{text}E0") };
    value.is_finite().then_some(literal)
}
