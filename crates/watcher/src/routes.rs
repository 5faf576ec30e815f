//! Which watchers an event can concern, by its `source`: nearly every pattern names some, and only the patterns of
//! the source that comes are compiled.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use event_pattern::{Candidate, Pattern, PatternSet};
use serde::{Deserialize, Serialize};

/// The watchers' numbers by source.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Routes {
    by_source: BTreeMap<String, Route>,
    /// For a source that no pattern names.
    elsewhere: Route,
    /// For a source that is no Unicode.
    all: Route,
}

/// Some watchers, and the index over their patterns.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Route {
    watchers: BTreeSet<usize>,
    #[serde(skip)]
    patterns: OnceLock<PatternSet<usize>>,
}

impl Routes {
    pub(crate) fn new<'a>(patterns: impl Iterator<Item = &'a Pattern>) -> Routes {
        let (mut named, mut anywhere, mut all) =
            (BTreeMap::<_, BTreeSet<_>>::new(), BTreeSet::new(), BTreeSet::new());
        for (index, pattern) in patterns.enumerate() {
            all.insert(index);
            let Some(sources) = sources(pattern) else {
                anywhere.insert(index);
                continue;
            };
            for source in sources {
                named.entry(source).or_default().insert(index);
            }
        }
        let by_source = named.into_iter().map(|(source, own)| (source, Route::new(&own | &anywhere)));
        Routes {
            by_source: by_source.collect(),
            elsewhere: Route::new(anywhere.clone()),
            all: Route::new(all),
        }
    }

    /// The watchers that an event of this source can concern; all where there is none.
    pub(crate) fn of(&self, source: Option<&str>) -> &Route {
        match source {
            Some(source) => self.by_source.get(source).unwrap_or(&self.elsewhere),
            None => &self.all,
        }
    }
}

impl Route {
    fn new(watchers: BTreeSet<usize>) -> Route {
        Route { watchers, patterns: OnceLock::new() }
    }

    /// The index over the patterns, made of each watcher's at the first event.
    pub(crate) fn patterns(&self, pattern: impl Fn(usize) -> Pattern) -> &PatternSet<usize> {
        self.patterns
            .get_or_init(|| PatternSet::new(self.watchers.iter().map(|&index| (index, pattern(index)))))
    }
}

/// The only sources whose events the pattern can match; none where it names no sources, or not only by their text.
fn sources(pattern: &Pattern) -> Option<Vec<String>> {
    let literals = pattern.alternatives().iter().map(|alternative| {
        let literal = |candidate: &Candidate| match candidate {
            Candidate::String(text) | Candidate::Exactly(text) => Some(text.to_string()),
            _ => None,
        };
        alternative.get("source")?.iter().map(literal).collect::<Option<Vec<String>>>()
    });
    Some(literals.collect::<Option<Vec<_>>>()?.concat())
}
