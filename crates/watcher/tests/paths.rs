//! Where the parts of a path stand, compared with what jsonpath-rust reads, which keeps no places.

#![allow(clippy::unwrap_used, reason = "a surprise fails the test")]

use jsonpath_rust::parser::model::{JpQuery, Segment, Selector};
use jsonpath_rust::parser::parse_json_path;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use watcher::{ParsedPath, Path, PathSegment, PathSelector};

/// What both say of a path: its parts without their places.
fn shape(parsed: &ParsedPath) -> Vec<(bool, Vec<String>)> {
    let selector = |one: &PathSelector| match one {
        PathSelector::Name { text, .. } => format!("name {text}"),
        PathSelector::Index(index) => format!("index {index}"),
        PathSelector::Slice => "slice".to_owned(),
        PathSelector::Wildcard => "wildcard".to_owned(),
        PathSelector::Filter(_) => "filter".to_owned(),
    };
    let segment = |one: &PathSegment| (one.descends, one.selectors.iter().map(selector).collect());
    parsed.segments.iter().map(segment).collect()
}

fn shape_of_library(query: &JpQuery) -> Vec<(bool, Vec<String>)> {
    fn segment(one: &Segment) -> (bool, Vec<String>) {
        match one {
            Segment::Descendant(inner) => (true, segment(inner).1),
            Segment::Selector(one) => (false, vec![selector(one)]),
            Segment::Selectors(several) => (false, several.iter().map(selector).collect()),
        }
    }
    fn selector(one: &Selector) -> String {
        match one {
            Selector::Name(name) => format!("name {name}"),
            Selector::Index(index) => format!("index {index}"),
            Selector::Slice(..) => "slice".to_owned(),
            Selector::Wildcard => "wildcard".to_owned(),
            Selector::Filter(_) => "filter".to_owned(),
        }
    }
    query.segments.iter().map(segment).collect()
}

/// The scan and the library agree, and each place holds what stands there.
#[track_caller]
fn agrees(text: &str) {
    let parsed = Path::parse_all(text);
    assert_eq!(parsed.path.is_some(), parsed.errors.is_empty(), "{text}");
    assert!(parsed.errors.is_sorted_by_key(|error| error.offset), "{text}: {:?}", parsed.errors);
    for error in &parsed.errors {
        assert!(text.is_char_boundary(error.offset), "{text}: {error:?}");
    }
    let mut end = 1;
    for segment in &parsed.segments {
        assert_eq!(text[end..segment.range.start].trim(), "", "{text}");
        assert!(parsed.path.is_none() || !segment.selectors.is_empty(), "{text}");
        end = segment.range.end;
        for selector in &segment.selectors {
            let PathSelector::Name { text: name, range } = selector else { continue };
            assert!(segment.range.start < range.start && range.end <= segment.range.end, "{text}");
            let written = &text[range.clone()];
            assert!(written == name || written.contains('\\'), "{text}: {written} is {name}");
        }
    }
    let query = parse_json_path(text);
    assert!(query.is_ok() || parsed.path.is_none(), "{text}");
    if let (Some(_), Ok(query)) = (&parsed.path, query) {
        assert_eq!(text[end..].trim(), "", "{text}");
        assert_eq!(shape(&parsed), shape_of_library(&query), "{text}");
    } else {
        assert!(!parsed.errors.is_empty(), "{text}");
    }
}

#[test]
fn parts_are_found_where_they_stand() {
    for text in [
        "$",
        "$.a",
        "$ .a [0] ['b']",
        "$.a['b c'][\"d\"]",
        "$.a[0][-1][*].*",
        "$..a..[*]..['b']",
        "$.a[1:2][::2][:]",
        "$['a','b',0,*]",
        "$.a[?@.b == ']' && match(@.c, 'x,y')].d",
        "$.a[?(@.b[0] == \"it's\")]",
        r"$['it\'s']['\u00e9\n\\']['\ud83d\ude00']",
        "$.é.ü2",
    ] {
        agrees(text);
        assert!(Path::parse(text).is_ok(), "{text}");
    }
    let parsed = Path::parse_all("$.detail['a b'].c[0].d[?search(@.e, 'x')].f");
    let names: Vec<(&str, std::ops::Range<usize>)> = parsed.names().collect();
    assert_eq!(names, [("detail", 2..8), ("a b", 10..13), ("c", 16..17), ("d", 21..22)]);
    let filter = parsed.filters().next().unwrap();
    assert!(filter.is_regex && !filter.descends && filter.inner.is_none());
    let broken = Path::parse_all("$.a..[?match(@.b, 'c'");
    assert!(broken.segments[1].descends && broken.filters().all(|filter| filter.is_regex));
    assert_eq!(broken.names().count(), 1);
    let inner = Path::parse_all("$[?@.a[?@..b]]");
    let filter = inner.filters().next().unwrap();
    assert_eq!((filter.inner, filter.descends, &*filter.text), (Some(6), true, "@.a[?@..b]"));
}

#[test]
fn all_faults_are_found() {
    let cases: [(&str, &[usize]); 11] = [
        ("detail", &[0]),
        ("$.a b.c d", &[3, 7]),
        ("$.a-b.c", &[3]),
        ("$.a-b.c.d-e['f", &[3, 9, 14]),
        ("$.a.", &[4]),
        ("$.a b.", &[3, 6]),
        ("$.1a.b", &[2]),
        ("$.a['b'.c d", &[3]),
        ("$.a[0].b c[", &[8, 11]),
        ("$.a-b[?@.c == 'x", &[3, 16]),
        ("$a", &[1]),
    ];
    for (text, expected) in cases {
        let errors = Path::parse_all(text).errors;
        let found: Vec<usize> = errors.iter().map(|error| error.offset).collect();
        assert_eq!(found, expected, "{text}: {errors:?}");
        assert_eq!(Path::parse(text).unwrap_err(), errors[0], "{text}");
    }
}

const PIECES: [&str; 44] = [
    ".a",
    ".detail",
    ".é",
    "..b",
    "..*",
    ".*",
    "[0]",
    "[-1]",
    "[*]",
    "[1:2]",
    "[::2]",
    "['a']",
    "[\"b c\"]",
    "['it\\'s']",
    "['\\u00e9']",
    "[ 'a' , 0 ]",
    "[?@.a]",
    "[?@.a == 'x]']",
    "[?(@.a && !@.b)]",
    "[?match(@.a, 'b.*')]",
    "[?@[?@.c]]",
    "[?length(@.a) > 2]",
    "[?$.a == 1, 2]",
    " ",
    "\n",
    ".",
    "..",
    "[",
    "]",
    "'",
    "\"",
    ",",
    "?",
    "@",
    "(",
    ")",
    "-",
    "$",
    "\\",
    "0",
    "a",
    ":",
    "\u{a0}",
    "==",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn the_scan_reads_what_the_library_reads(pieces in vec(select(&PIECES[..23]), 0..7)) {
        agrees(&format!("${}", pieces.concat()));
    }

    #[test]
    fn damaged_paths_have_their_faults(pieces in vec(select(&PIECES[..]), 0..12)) {
        agrees(&format!("${}", pieces.concat()));
        agrees(&pieces.concat());
    }
}
