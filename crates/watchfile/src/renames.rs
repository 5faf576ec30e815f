//! `renames.toml`: what became of the watchers that were renamed or removed, so that whoever still names one of them
//! learns what to write.

use std::collections::BTreeMap;

use toml::de::DeTable;

use crate::keys::RENAME;
use crate::suggest::did_you_mean;
use crate::table::{Report, Table};

/// The file's name.
pub(crate) const FILE: &str = "renames.toml";

/// What became of watchers, by the names that they had.
#[derive(Clone, Debug, Default)]
pub struct Renames(BTreeMap<String, Change>);

/// What became of one in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    what: What,
    version: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    /// It has this name.
    Renamed(String),
    /// It is gone: why, and what there is instead.
    Removed(String),
}

/// What became of a watcher in the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fate<'a> {
    /// Its last name, and the version in which it got that; none if it was never renamed.
    pub(crate) renamed: Option<(&'a str, &'a str)>,
    /// Why it is gone or what there is instead, and the version in which it went.
    pub(crate) removed: Option<(&'a str, &'a str)>,
}

/// That there is no watcher of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What became of it.
    pub message: String,
    /// What to do.
    pub help: String,
    /// The name to write, if that is known for certain.
    pub now: Option<String>,
}

impl Renames {
    /// Reads the file; what is wrong is reported and left out.
    pub(crate) fn read(report: &Report, entries: &DeTable<'_>) -> Renames {
        let mut renames = Renames::default();
        for (name, value) in entries {
            let table = report.table(name.get_ref(), value, RENAME.what, Some(&RENAME));
            if let Some(change) = table.and_then(change) {
                renames.0.insert(name.get_ref().to_string(), change);
            }
        }
        for name in entries.keys().filter(|name| renames.is_in_circle(name.get_ref())) {
            let message = format!("`{}` is renamed in a circle", name.get_ref());
            let help = "the last of these names is that of a watcher: delete its line";
            report.invalid_value(name.span(), message, help);
        }
        renames
    }

    fn is_in_circle(&self, name: &str) -> bool {
        self.0.contains_key(name) && self.steps(name).count() > self.0.len()
    }

    /// What happened to the name, step after step. No more steps than there are lines, and one, in a circle.
    fn steps<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Change> {
        let next = |change: &&'a Change| match &change.what {
            What::Renamed(to) => self.0.get(to),
            What::Removed(_) => None,
        };
        std::iter::successors(self.0.get(name), next).take(self.0.len() + 1)
    }

    /// The names that watchers do not have any more.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What became of the watcher of that name; none if nothing did.
    pub(crate) fn fate(&self, name: &str) -> Option<Fate<'_>> {
        self.0.get(name)?;
        let mut fate = Fate { renamed: None, removed: None };
        for Change { what, version } in self.steps(name) {
            match what {
                What::Renamed(to) => fate.renamed = Some((to, version)),
                What::Removed(instead) => fate.removed = Some((instead, version)),
            }
        }
        Some(fate)
    }

    /// What to say of a name that none of the watchers has.
    pub(crate) fn unknown<'a>(&self, name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Unknown {
        let Some(fate) = self.fate(name) else {
            let help = did_you_mean(name, names).unwrap_or_else(|| {
                "a watcher's name is its file's, without `.toml`; `watcher list` names them all".to_owned()
            });
            return Unknown { message: format!("there is no watcher `{name}`"), help, now: None };
        };
        let message = format!("the watcher `{name}` {}", fate.sentence());
        match fate {
            Fate { removed: Some((instead, _)), .. } => {
                Unknown { message, help: instead.to_owned(), now: None }
            }
            Fate { renamed: Some((to, _)), .. } if names.clone().any(|known| known == to) => {
                Unknown { message, help: format!("write `{to}`"), now: Some(to.to_owned()) }
            }
            _ => Unknown {
                message: format!("{message}, which is not here"),
                help: "`watcher list` names all that are".to_owned(),
                now: None,
            },
        }
    }

    /// What is wrong between the file and the names of the watchers that it belongs to, a line for each fault.
    pub fn faults(&self, names: &[&str]) -> Vec<String> {
        let is_there = |name: &str| names.contains(&name);
        let mut faults = Vec::new();
        for old in self.names() {
            if is_there(old) {
                faults.push(format!("`{old}` has a line in {FILE}, and is the name of a watcher"));
            }
            match self.fate(old) {
                Some(Fate { removed: None, renamed: Some((to, _)) }) if !is_there(to) => {
                    faults.push(format!("{FILE} renames `{old}` to `{to}`, and there is no such watcher"));
                }
                _ => {}
            }
        }
        faults
    }
}

impl Fate<'_> {
    /// ``was renamed to `x` in 0.2.0, and removed in 0.3.0``
    fn sentence(&self) -> String {
        let renamed = self.renamed.map(|(to, version)| format!("renamed to `{to}` in {version}"));
        let removed = self.removed.map(|(_, version)| format!("removed in {version}"));
        let parts: Vec<String> = renamed.into_iter().chain(removed).collect();
        format!("was {}", parts.join(", and "))
    }
}

/// A line of the file; what is wrong is reported.
fn change(table: Table<'_>) -> Option<Change> {
    let version = table.string("version");
    let (to, removed) = (table.string("to"), table.string("removed"));
    let what = match (to, removed) {
        (Some(to), None) => What::Renamed(to.value.to_owned()),
        (None, Some(removed)) => What::Removed(removed.value.to_owned()),
        _ => {
            let help = "write `to = \"NEW-NAME\"`, or `removed = \"what there is instead\"`";
            table.report.invalid_value(table.span(), "it is either renamed or removed", help);
            return None;
        }
    };
    Some(Change { what, version: version?.value.to_owned() })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::source::Source;

    fn read(text: &str) -> (Renames, Vec<String>) {
        let source = Arc::new(Source { path: FILE.to_owned(), text: text.to_owned() });
        let report = Report::new(Arc::clone(&source));
        let renames = Renames::read(&report, DeTable::parse(&source.text).unwrap().get_ref());
        let findings = report.into_findings();
        (renames, findings.iter().map(ToString::to_string).collect())
    }

    const NAMES: [&str; 2] = ["c", "kept"];

    #[test]
    fn a_name_leads_to_what_became_of_the_watcher() {
        let (renames, findings) = read(
            "a = { to = \"b\", version = \"0.2.0\" }\nb = { to = \"c\", version = \"0.3.0\" }\n\
             gone = { removed = \"`c` sees these too\", version = \"0.4.0\" }\n\
             twice = { to = \"gone\", version = \"0.2.0\" }\nlost = { to = \"nowhere\", version = \"0.5.0\" }\n",
        );
        assert_eq!(findings, Vec::<String>::new());
        let cases = [
            ("a", "the watcher `a` was renamed to `c` in 0.3.0", "write `c`", Some("c")),
            ("b", "the watcher `b` was renamed to `c` in 0.3.0", "write `c`", Some("c")),
            ("gone", "the watcher `gone` was removed in 0.4.0", "`c` sees these too", None),
            (
                "twice",
                "the watcher `twice` was renamed to `gone` in 0.2.0, and removed in 0.4.0",
                "`c` sees these too",
                None,
            ),
            (
                "lost",
                "the watcher `lost` was renamed to `nowhere` in 0.5.0, which is not here",
                "`watcher list` names all that are",
                None,
            ),
            ("kep", "there is no watcher `kep`", "did you mean `kept`?", None),
        ];
        for (name, message, help, now) in cases {
            let unknown = renames.unknown(name, NAMES.into_iter());
            assert_eq!((&*unknown.message, &*unknown.help, unknown.now.as_deref()), (message, help, now));
        }
        assert_eq!(
            renames.faults(&NAMES),
            ["renames.toml renames `lost` to `nowhere`, and there is no such watcher"]
        );
        assert_eq!(
            renames.faults(&["a", "c", "nowhere"]),
            ["`a` has a line in renames.toml, and is the name of a watcher"]
        );
    }

    #[test]
    fn what_is_wrong_in_the_file_is_reported_and_left_out() {
        let cases = [
            ("a = { to = \"b\" }\n", "lacks `version`"),
            ("a = { version = \"1\" }\n", "it is either renamed or removed"),
            ("a = { to = \"b\", removed = \"x\", version = \"1\" }\n", "it is either renamed or removed"),
            ("a = \"b\"\n", "`a` is a string"),
            ("a = { too = \"b\", version = \"1\" }\n", "unknown key `too`"),
        ];
        for (text, expected) in cases {
            let findings = read(text).1;
            assert!(findings.iter().any(|finding| finding.contains(expected)), "{text}: {findings:?}");
        }
    }

    #[test]
    fn a_circle_is_reported_and_has_an_end() {
        let (renames, findings) = read(
            "a = { to = \"b\", version = \"1\" }\nb = { to = \"a\", version = \"2\" }\nc = { to = \"c\", version = \"1\" }\n\
             d = { to = \"e\", version = \"1\" }\n",
        );
        let of = |name: &str| {
            findings.iter().any(|finding| finding.contains(&format!("`{name}` is renamed in a circle")))
        };
        assert_eq!(["a", "b", "c", "d"].map(of), [true, true, true, false], "{findings:?}");
        assert!(renames.fate("a").is_some() && renames.fate("c").is_some());
    }
}
