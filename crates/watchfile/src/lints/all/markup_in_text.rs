//! Marks of other languages in a title or message: they arrive as they are typed.

use std::ops::Range;

use crate::finding::Finding;
use crate::lint::{Level, Lint, Stage};
use crate::places::PlacedText;
use crate::texts::is_known;
use crate::watcher_file::WatcherFile;

use super::super::template::blank_tags;
use super::super::{Check, Context};

pub(super) static LINT: Lint = Lint {
    name: "markup-in-text",
    level: Level::Warning,
    what: "marks of other languages in a title or message",
    why: "Only `{{…}}` is replaced, and messages are sent as plain text, so that no value of an event can change how they look: `**bold**`, `<url|text>` and `${name}` arrive as they are typed.",
    bad: r#"message = "*{{actor}}* deleted a bucket: {event_name}, {{outcome}}"
"#,
    good: r#"message = "{{actor}} deleted a bucket: {{event_name}}, {{outcome}}"
"#,
    fix: None,
    stage: Stage::Checking,
};

pub(super) const CHECK: Check = Check::Watcher(check);

fn check(file: &WatcherFile, _: &Context<'_>) -> Vec<Finding> {
    let texts = [&file.places.title, &file.places.message].into_iter().chain(&file.places.attempt);
    texts.flat_map(|text| of_text(file, text)).collect()
}

fn of_text(file: &WatcherFile, text: &PlacedText) -> Vec<Finding> {
    let span = &text.span;
    let place = |range: &Range<usize>| {
        file.source.within(span, range.start).start..file.source.within(span, range.end - 1).end
    };
    let plain = blank_tags(&text.parsed);
    let variables = look_alikes(&plain).into_iter().filter(|(_, name)| is_known(name, &file.watcher.fields));
    let variables = variables.map(|(range, name)| {
        let message = format!("`{}` is printed as it stands", &text.parsed.source[range.clone()]);
        Finding::new(&LINT, &file.source, place(&range), message).help(format!("write `{{{{{name}}}}}`"))
    });
    let markup = markup(&plain).into_iter().map(|(range, what)| {
        let message = format!("{what} is printed as it stands: messages are plain text");
        Finding::new(&LINT, &file.source, place(&range), message).help("write it without marks")
    });
    variables.chain(markup).collect()
}

/// `{name}`, `${name}` and `%name%`.
fn look_alikes(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    for (open, close) in [("{", "}"), ("%", "%")] {
        for (at, _) in text.match_indices(open) {
            let inner = &text[at + 1..];
            let len = inner.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
            if len > 0 && inner[len..].starts_with(close) {
                let start = at - usize::from(text[..at].ends_with('$'));
                found.push((start..at + len + 2, &inner[..len]));
            }
        }
    }
    found
}

/// Marks of Slack's mrkdwn and of Markdown, with what they are called.
fn markup(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let mut found = Vec::new();
    for (mark, what) in [("**", "`**bold**`"), ("*", "`*bold*`"), ("~", "`~struck~`"), ("`", "a code mark")] {
        let mut from = 0;
        while let Some(range) = pair(text, mark, from) {
            from = range.end;
            if !found
                .iter()
                .any(|(known, _): &(Range<usize>, _)| known.start < range.end && range.start < known.end)
            {
                found.push((range, what));
            }
        }
    }
    for (at, _) in text.match_indices('<') {
        let end = text[at..].find('>').map_or(at, |end| at + end + 1);
        let inner = &text[at..end];
        let begins = ["<http", "<mailto:", "<@", "<#", "<!"];
        if !inner.contains('\n') && begins.iter().any(|begin| inner.starts_with(begin)) {
            found.push((at..end, "a link of Slack's mrkdwn"));
        }
    }
    for (at, _) in text.match_indices("](http") {
        if let (Some(start), Some(end)) = (text[..at].rfind('['), text[at..].find(')')) {
            found.push((start..at + end + 1, "a link of Markdown"));
        }
    }
    for (at, _) in text.match_indices(':') {
        let name = text[at + 1..].bytes().take_while(|b| b.is_ascii_lowercase() || *b == b'_').count();
        let is_word = |c: char| c.is_alphanumeric() || c == ':' || c == '\u{1}';
        let end = at + name + 2;
        if name > 2
            && text[at + 1 + name..].starts_with(':')
            && !text[..at].ends_with(is_word)
            && !text[end..].starts_with(is_word)
        {
            found.push((at..end, "the name of an emoji"));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// The next text between two of these marks, as mrkdwn takes it: the marks stand at words, and in one line.
fn pair(text: &str, mark: &str, from: usize) -> Option<Range<usize>> {
    let is_word = |c: char| c.is_alphanumeric() || c == '\u{1}';
    for (at, _) in text[from..].match_indices(mark) {
        let (start, inner) = (from + at, from + at + mark.len());
        let opens = !text[..start].ends_with(is_word) && text[inner..].starts_with(is_word);
        let line = text[inner..].split('\n').next().unwrap_or_default();
        let close = line.match_indices(mark).find(|(close, _)| {
            let behind = &line[close + mark.len()..];
            *close > 0 && line[..*close].ends_with(is_word) && !behind.starts_with(is_word)
        });
        if let Some((close, _)) = close.filter(|_| opens) {
            return Some(start..inner + close + mark.len());
        }
    }
    None
}

#[cfg(test)]
mod tests_of_markup {
    use watcher::Template;

    use super::*;

    #[test]
    fn marks_are_found_where_they_would_work() {
        let cases: [(&str, &[&str]); 12] = [
            ("*bold* and **more**", &["*bold*", "**more**"]),
            ("2 * 3 * 4, a*b*c, *", &[]),
            ("~gone~ `code`", &["~gone~", "`code`"]),
            ("see <https://example.com|here>", &["<https://example.com|here>"]),
            ("see [here](https://example.com)", &["[here](https://example.com)"]),
            ("a < b | c > d, <placeholder>", &[]),
            (":warning: at 12:30:45 in a::bc::d", &[":warning:"]),
            ("arn:aws:iam::1:role/x", &[]),
            ("*{{actor}}* went", &["*{{actor}}*"]),
            ("{{#if x}}*{{/if}}", &[]),
            ("snake_case_name and __init__", &[]),
            ("https://example.com/a*b", &[]),
        ];
        for (text, expected) in cases {
            let found = markup(&blank_tags(&Template::parse_all(text)));
            let found: Vec<&str> = found.iter().map(|(range, _)| &text[range.clone()]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn variables_of_other_languages_are_found() {
        let text = "{actor} ${actor} %actor% {{actor}} {not one} 50% of 10%";
        let plain = blank_tags(&Template::parse_all(text));
        let found: Vec<&str> = look_alikes(&plain).into_iter().map(|(range, _)| &text[range]).collect();
        assert_eq!(found, ["{actor}", "${actor}", "%actor%"]);
    }
}
