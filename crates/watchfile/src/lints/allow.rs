//! `# allow: lint-name — reason`: a comment on or above a key that accepts a finding there.

use std::ops::Range;
use std::sync::Arc;

use crate::declared::{ALLOW_WITHOUT_REASON, UNUSED_ALLOW};
use crate::finding::Finding;
use crate::source::Source;
use crate::suggest::did_you_mean;

use super::find;

/// A comment that allows a lint.
struct Allow<'a> {
    name: &'a str,
    /// The comment.
    span: Range<usize>,
    /// The line that it stands on, or the next one with something on it.
    line: Range<usize>,
    /// The statement that it is about; a header's is its table.
    statement: Range<usize>,
    has_reason: bool,
}

/// Leaves out what is allowed; adds what is wrong with the comments themselves.
pub(super) fn apply(sources: &[Arc<Source>], mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    for source in sources {
        // Most files have none, and need no second look at every byte.
        let commented =
            ["llow", "LLOW"].iter().any(|word| source.text.contains(word)).then_some(&source.text);
        for allow in commented.into_iter().flat_map(|text| allows(text)) {
            let before = findings.len();
            let is_meant = |finding: &Finding, place: &Range<usize>| {
                finding.lint.name == allow.name
                    && finding.source.path == source.path
                    && !finding.stops_build()
                    && place.contains(&finding.span.start)
            };
            // In a long list a comment is about its own line, if that has such a finding.
            findings.retain(|finding| !is_meant(finding, &allow.line));
            if findings.len() == before {
                findings.retain(|finding| !is_meant(finding, &allow.statement));
            }
            if !allow.has_reason {
                wrong.push(without_reason(source, &allow));
            }
            if findings.len() == before {
                wrong.push(unused(source, &allow));
            }
        }
    }
    findings.extend(wrong);
    findings
}

fn without_reason(source: &Arc<Source>, allow: &Allow<'_>) -> Finding {
    let message = format!("`{}` is allowed without a reason", allow.name);
    Finding::new(&ALLOW_WITHOUT_REASON, source, allow.span.clone(), message)
        .help(format!("say why, for those who find it in a year: `# allow: {} — the reason`", allow.name))
}

fn unused(source: &Arc<Source>, allow: &Allow<'_>) -> Finding {
    let (message, help) = match find(allow.name) {
        None => {
            let near = did_you_mean(allow.name, super::all().iter().map(|lint| lint.name));
            let help = near.unwrap_or_else(|| "`watcher explain --all` lists the lints".to_owned());
            (format!("there is no lint `{}` to allow", allow.name), help)
        }
        Some(lint) if lint.is_of_reading() => {
            let message = format!("`{}` cannot be allowed", allow.name);
            (message, "a file with this fault cannot be used: fix it".to_owned())
        }
        Some(_) => (
            format!("nothing here needs `{}` to be allowed", allow.name),
            "remove the comment; it counts for the key on its line or on the next one, on a header for its table".to_owned(),
        ),
    };
    Finding::new(&UNUSED_ALLOW, source, allow.span.clone(), message).help(help)
}

/// The comments, with what they cover. A line counts to the statement that it is part of: a list over several lines
/// is one.
fn allows(text: &str) -> Vec<Allow<'_>> {
    let mut allows: Vec<Allow<'_>> = Vec::new();
    // The first allow whose line, whose statement, and whose table have not ended.
    let (mut open_line, mut open, mut open_table) = (0, 0, Vec::new());
    let (mut line_start, mut statement_start) = (0, 0);
    let (mut line_has_code, mut has_code, mut is_header, mut depth) = (false, false, false, 0_usize);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let len = match rest.as_bytes()[0] {
            b'#' => {
                let len = rest.find('\n').unwrap_or(rest.len());
                let line = if line_has_code { line_start } else { at };
                let statement = if has_code { statement_start } else { at };
                let found = parse(rest[..len].trim_end(), at).into_iter();
                let end = text.len();
                allows.extend(found.map(|allow| Allow {
                    line: line..end,
                    statement: statement..end,
                    ..allow
                }));
                len
            }
            b'"' | b'\'' => {
                (line_has_code, has_code) = (true, true);
                string(rest)
            }
            b'\n' => {
                if line_has_code {
                    allows[open_line..].iter_mut().for_each(|allow| allow.line.end = at + 1);
                    open_line = allows.len();
                }
                if has_code && depth == 0 {
                    if is_header {
                        open_table.extend(open..allows.len());
                    } else {
                        allows[open..].iter_mut().for_each(|allow| allow.statement.end = at + 1);
                    }
                    open = allows.len();
                    (has_code, is_header) = (false, false);
                }
                line_has_code = false;
                line_start = at + 1;
                if !has_code {
                    statement_start = at + 1;
                }
                1
            }
            byte => {
                if !has_code && byte == b'[' {
                    is_header = true;
                    open_table.drain(..).for_each(|index: usize| allows[index].statement.end = at);
                }
                match byte {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                let is_code = !byte.is_ascii_whitespace();
                line_has_code |= is_code;
                has_code |= is_code;
                rest.chars().next().map_or(1, char::len_utf8)
            }
        };
        at += len;
    }
    allows
}

/// The length of the string that the text begins with.
fn string(text: &str) -> usize {
    let one = &text[..1];
    let three = one.repeat(3);
    let (quotes, inner) = if text.starts_with(&three) { (three.as_str(), 3) } else { (one, 1) };
    let mut at = inner;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with(quotes) {
            return at + quotes.len();
        }
        if quotes.len() == 1 && rest.starts_with('\n') {
            return at;
        }
        at += if one == "\"" && rest.starts_with('\\') {
            1 + rest[1..].chars().next().map_or(0, char::len_utf8)
        } else {
            rest.chars().next().map_or(1, char::len_utf8)
        };
    }
    text.len()
}

/// `# allow: a, b — reason`
fn parse(comment: &str, start: usize) -> Vec<Allow<'_>> {
    let body = comment.trim_start_matches('#').trim_start();
    let Some(list) = list_of(body) else { return Vec::new() };
    let split =
        ["—", "–", " --", " -", ": "].iter().filter_map(|dash| Some((list.find(dash)?, dash.len()))).min();
    let (names, reason) = split.map_or((list, ""), |(at, len)| (&list[..at], &list[at + len..]));
    names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| {
            // `name` is a part of `comment`.
            let at = start + name.as_ptr() as usize - comment.as_ptr() as usize;
            let has_reason = !reason.trim().is_empty();
            Allow { name, span: at..at + name.len(), line: start..start, statement: start..start, has_reason }
        })
        .collect()
}

/// What stands behind `allow:`; in any case, and without the colon too if a lint follows.
fn list_of(comment: &str) -> Option<&str> {
    let (word, rest) = comment.split_at_checked("allow".len())?;
    let list = rest.trim_start();
    let is_lint =
        || list.len() < rest.len() && find(list.split([' ', ',']).next().unwrap_or_default()).is_some();
    match list.strip_prefix(':') {
        _ if !word.eq_ignore_ascii_case("allow") => None,
        Some(list) => Some(list),
        None => is_lint().then_some(list),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_covers_its_line_and_its_statement() {
        let text = "# allow: a — b\nx = [\n  1, # allow: c\n  # allow: h — i\n  2,\n]\ny = '# allow: no'\nz = 1 # allow: d, e — \"f\"\n\n# allow: j — k\n[t] # allow: l — m\nu = 1\n[v]\n# allow: g";
        let found: Vec<(&str, &str, &str, bool)> = allows(text)
            .iter()
            .map(|allow| {
                (allow.name, &text[allow.line.clone()], &text[allow.statement.clone()], allow.has_reason)
            })
            .collect();
        let list = "x = [\n  1, # allow: c\n  # allow: h — i\n  2,\n]\n";
        let with_list = format!("# allow: a — b\n{list}");
        let trailing = "z = 1 # allow: d, e — \"f\"\n";
        let header = "[t] # allow: l — m\n";
        let above = format!("# allow: j — k\n{header}");
        let (above_table, table) = (format!("{above}u = 1\n"), format!("{header}u = 1\n"));
        let expected = [
            ("a", "# allow: a — b\nx = [\n", &*with_list, true),
            ("c", "  1, # allow: c\n", list, false),
            ("h", "# allow: h — i\n  2,\n", list, true),
            ("d", trailing, trailing, true),
            ("e", trailing, trailing, true),
            ("j", &*above, &*above_table, true),
            ("l", header, &*table, true),
            ("g", "# allow: g", "# allow: g", false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn an_allow_is_known_as_people_write_it() {
        let cases = [
            ("# allow: a", Some("a")),
            ("#Allow : a — b", Some("a")),
            ("# ALLOW: a - b", Some("a")),
            ("# allow broad-pattern — b", Some("broad-pattern")),
            ("# allow nobody in", None),
            ("# allowbroad-pattern", None),
            ("# allowed: a", None),
            ("# é", None),
        ];
        for (comment, expected) in cases {
            assert_eq!(allows(comment).first().map(|allow| allow.name), expected, "{comment}");
        }
    }

    #[test]
    fn broken_text_is_no_trouble() {
        for text in ["\"", "'''", "\"\\", "x = \"é\\é", "#", "# allow:", "]]]]\n#allow: a"] {
            allows(text);
        }
    }
}
