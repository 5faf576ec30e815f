//! A project with the fixes of its findings made, in memory: round after round, since one fix can show the next fault.
//! A file that would come out worse than it was stays as it is.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::appeared::appeared;
use crate::elsewhere::Elsewhere;
use crate::finding::Finding;
use crate::fix::{self, Edit, Together};
use crate::lint::Level;
use crate::lints::{Options, lint_with};
use crate::project::Project;
use crate::test_run;

/// More rounds than faults that hide each other; whoever needs more goes in circles.
const ROUNDS: usize = 10;

/// A project with its fixes.
#[derive(Debug)]
pub struct Fixed {
    /// The files that change, sorted by path.
    pub files: Vec<FixedFile>,
    /// Files that have fixes and stay as they are.
    pub refused: Vec<Refused>,
    /// The project as it is then.
    pub project: Project,
    /// What is found in it.
    pub findings: Vec<Finding>,
}

/// A file that changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FixedFile {
    /// From the project's folder.
    pub path: String,
    /// What is in the file now. It may hold secrets.
    pub before: String,
    /// What is to be in it.
    pub after: String,
    /// Both with their secrets masked, to show what changes.
    pub shown: (String, String),
    /// How many findings are fixed.
    pub fixes: usize,
}

/// A file that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// From the project's folder.
    pub path: String,
    /// What its fixes would do.
    pub why: String,
}

/// The project in the folder `root` with the fixes of those findings that are `wanted`, in its own files. Nothing is written.
pub fn fix(
    root: &Path,
    options: &Options,
    elsewhere: &Elsewhere,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Fixed {
    let before = lint_with(root, options, elsewhere);
    let mut refused: BTreeMap<String, String> = BTreeMap::new();
    // Every time at least one more file is refused.
    loop {
        let mut round = Attempt::new(root, options, elsewhere, &before);
        let worse = round.run(&|finding| {
            let path = &finding.source.path;
            wanted(finding) && before.0.is_own(path) && !refused.contains_key(path)
        });
        if worse.is_empty() {
            let refused = refused.into_iter().map(|(path, why)| Refused { path, why }).collect();
            return round.into_fixed(refused);
        }
        refused.extend(worse);
    }
}

/// One try, with all files that are not refused.
struct Attempt<'a> {
    root: &'a Path,
    options: &'a Options,
    elsewhere: Elsewhere,
    before: &'a (Project, Vec<Finding>),
    after: (Project, Vec<Finding>),
    files: BTreeMap<String, FixedFile>,
}

impl<'a> Attempt<'a> {
    fn new(
        root: &'a Path,
        options: &'a Options,
        elsewhere: &Elsewhere,
        before: &'a (Project, Vec<Finding>),
    ) -> Attempt<'a> {
        let (after, files) = (before.clone(), BTreeMap::new());
        Attempt { root, options, elsewhere: elsewhere.clone(), before, after, files }
    }

    /// Makes all fixes. Gives the files that would come out worse, with the reasons.
    fn run(&mut self, wanted: &dyn Fn(&Finding) -> bool) -> BTreeMap<String, String> {
        for _ in 0..ROUNDS {
            let edits = edits(&self.after.1, wanted);
            if edits.is_empty() {
                return self.worse();
            }
            let mut worse = BTreeMap::new();
            for (path, (shown, together)) in edits {
                if let Err(why) = self.edit(&path, &shown, &together) {
                    worse.insert(path, why);
                }
            }
            if !worse.is_empty() {
                return worse;
            }
            let texts = self.files.values().map(|file| (file.path.clone(), file.after.clone()));
            self.elsewhere.unsaved.extend(texts);
            self.after = lint_with(self.root, self.options, &self.elsewhere);
        }
        let endless = edits(&self.after.1, wanted).into_keys();
        let why = "its fixes make each other necessary: fix it by hand";
        let endless: BTreeMap<String, String> = endless.map(|path| (path, why.to_owned())).collect();
        if endless.is_empty() { self.worse() } else { endless }
    }

    fn edit(&mut self, path: &str, shown: &str, Together { edits, fixes }: &Together) -> Result<(), String> {
        if !self.files.contains_key(path) {
            let text = self.elsewhere.text(self.root, path, u64::MAX).map_err(|(_, why)| why)?;
            let file = FixedFile {
                path: path.to_owned(),
                before: text.clone(),
                after: text,
                shown: (shown.to_owned(), shown.to_owned()),
                fixes: 0,
            };
            self.files.insert(path.to_owned(), file);
        }
        let file = self.files.get_mut(path).expect("it was put there");
        // What is linted has its secrets masked, each byte in its place: nothing is to change that was not seen.
        let is_seen = |edit: &Edit| {
            let seen = shown.get(edit.span.clone());
            seen.is_some() && seen == file.after.get(edit.span.clone())
        };
        if file.after.len() != shown.len() || !edits.iter().all(is_seen) {
            return Err("a secret stands where the fix would be, or the file has just changed".to_owned());
        }
        let apply = |text: &str| fix::apply(text, edits).ok_or("its fixes overlap".to_owned());
        (file.after, file.shown.1) = (apply(&file.after)?, apply(shown)?);
        file.fixes += fixes;
        Ok(())
    }

    /// The files that have findings or failing tests that they did not have, or cause some elsewhere.
    fn worse(&self) -> BTreeMap<String, String> {
        let mut worse = BTreeMap::new();
        // What could not be read had not been looked at: what is found there now is not new.
        let unread: BTreeSet<&str> =
            self.before.1.iter().filter(|one| one.stops_build()).map(|one| &*one.source.path).collect();
        let is_bad = |finding: &Finding| {
            finding.severity > Level::Note
                && !finding.source.text.is_empty()
                && (finding.stops_build() || !unread.contains(&*finding.source.path))
        };
        for finding in appeared(&self.before.1, &self.after.1).into_iter().filter(|finding| is_bad(finding)) {
            if let Some(path) = self.cause(finding) {
                let why = format!("after its fixes there would be something new: {finding}");
                worse.entry(path).or_insert(why);
            }
        }
        let all = self.changed_settings().is_some();
        for file in self.after.0.files.iter().filter(|it| all || self.files.contains_key(&it.source.path)) {
            let failed = self.failed(&self.before.0, &file.source.path);
            let fails = self.failed(&self.after.0, &file.source.path);
            if let Some(name) = fails.iter().find(|name| !failed.contains(*name))
                && let Some(path) = self.changed([&*file.source.path])
            {
                let why = format!("after its fixes the test `{name}` of {} would fail", file.source.path);
                worse.entry(path).or_insert(why);
            }
        }
        worse
    }

    /// The changed file that a finding comes from.
    fn cause(&self, finding: &Finding) -> Option<String> {
        let related = finding.related.iter().map(|related| &*related.source.path);
        self.changed([&*finding.source.path].into_iter().chain(related))
    }

    /// The first of these files that changes; else one on which all depend, if one does.
    fn changed<'p>(&self, paths: impl IntoIterator<Item = &'p str>) -> Option<String> {
        let own = paths.into_iter().find(|path| self.files.contains_key(*path)).map(str::to_owned);
        own.or_else(|| self.changed_settings())
    }

    /// The first that changes of `account-watcher.toml` and `renames.toml`, which are of no watcher alone.
    fn changed_settings(&self) -> Option<String> {
        self.files.keys().find(|path| !path.starts_with("watchers/")).cloned()
    }

    /// The names of the tests of a watcher that fail.
    fn failed(&self, project: &Project, path: &str) -> BTreeSet<String> {
        let file = project.files.iter().find(|file| file.source.path == path);
        let failing = file.map(|file| test_run::failing(file, &project.config, self.options.today));
        failing.into_iter().flatten().map(str::to_owned).collect()
    }

    fn into_fixed(self, refused: Vec<Refused>) -> Fixed {
        let (project, findings) = self.after;
        let files = self.files.into_values().filter(|file| file.before != file.after).collect();
        Fixed { files, refused, project, findings }
    }
}

/// Of each file the text as it was linted, and the fixes that can be made together.
fn edits(findings: &[Finding], wanted: &dyn Fn(&Finding) -> bool) -> BTreeMap<String, (String, Together)> {
    let mut files: BTreeMap<String, (String, Together)> = BTreeMap::new();
    for finding in findings {
        let Some(fix) = finding.fix.as_ref().filter(|_| wanted(finding)) else { continue };
        let source = &finding.source;
        let file = files.entry(source.path.clone());
        file.or_insert_with(|| (source.text.clone(), Together::default())).1.add(fix);
    }
    files
}
