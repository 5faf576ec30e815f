//! A path that walks the whole event, or matches by a regular expression.

use watcher::ParsedPath;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::watcher_file::WatcherFile;

use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "slow-path",
    level: Level::Warning,
    what: "a path that walks the whole event, or matches by a regular expression",
    why: "Measured: `$..x` takes 10 µs an event where a plain path takes 0.05, a regular expression 49.",
    bad: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$..bucketName"
"#,
    good: r#"message = "{{x}}: {{outcome}}"

[fields]
x = "$.detail.requestParameters.bucketName"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Pattern(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let paths = file.places.fields.iter().flat_map(|field| &field.paths);
    let slow = paths.filter_map(|path| Some((is_slow(&path.parsed)?, &path.span)));
    slow.map(|(why, span)| Finding::new(&LINT, &file.source, span.clone(), why).help("write the path out"))
        .collect()
}

/// Why it takes long.
fn is_slow(path: &ParsedPath) -> Option<&'static str> {
    if path.segments.iter().any(|segment| segment.descends) || path.filters().any(|filter| filter.descends) {
        Some("`..` searches the whole event")
    } else {
        path.filters()
            .any(|filter| filter.is_regex)
            .then_some("a regular expression is compiled for each event")
    }
}

#[cfg(test)]
mod tests_of_paths {
    use watcher::Path;

    use super::is_slow;

    #[test]
    fn dots_in_quotes_are_not_slow() {
        assert!(is_slow(&Path::parse_all("$.detail['a..b']")).is_none());
        assert!(is_slow(&Path::parse_all("$..a")).is_some());
        assert!(is_slow(&Path::parse_all("$.a[?@..b]")).is_some());
        assert!(is_slow(&Path::parse_all("$[?match(@.a, 'x')]")).is_some());
        assert!(is_slow(&Path::parse_all("$[?@.a == 'match(']")).is_none());
    }
}
