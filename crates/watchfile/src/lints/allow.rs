//! `# allow: lint-name — reason`: a comment on or above a key that accepts a finding there.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::Finding;
use crate::source::Source;
use crate::suggest::did_you_mean;

use super::find;

/// A comment that allows a lint.
struct Allow<'a> {
    name: &'a str,
    /// The comment.
    span: Range<usize>,
    /// From the comment to the end of the statement that it is about.
    covers: Range<usize>,
    has_reason: bool,
}

/// Leaves out what is allowed; adds what is wrong with the comments themselves.
pub(super) fn apply(sources: &[Arc<Source>], mut findings: Vec<Finding>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    for source in sources {
        // Most files have none, and need no second look at every byte.
        let commented = source.text.contains("allow:").then_some(&source.text);
        for allow in commented.into_iter().flat_map(|text| allows(text)) {
            let before = findings.len();
            let is_meant = |finding: &Finding| {
                finding.lint == allow.name
                    && finding.source.path == source.path
                    && !finding.stops_build()
                    && allow.covers.contains(&finding.span.start)
            };
            findings.retain(|finding| !is_meant(finding));
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
    Finding::new("allow-without-reason", source, allow.span.clone(), message)
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
            (message, "a file with this fault cannot be used: mend it".to_owned())
        }
        Some(_) => (
            format!("nothing here needs `{}` to be allowed", allow.name),
            "remove the comment; it counts for the key on its line or on the next one".to_owned(),
        ),
    };
    Finding::new("unused-allow", source, allow.span.clone(), message).help(help)
}

/// The comments, with what they cover. A line counts to the statement that it is part of: a list over several lines
/// is one.
fn allows(text: &str) -> Vec<Allow<'_>> {
    let mut allows: Vec<Allow<'_>> = Vec::new();
    let mut open = 0; // The first allow whose statement has not begun.
    let mut line_start = 0;
    let (mut has_code, mut depth) = (false, 0_usize);
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let len = match rest.as_bytes()[0] {
            b'#' => {
                let len = rest.find('\n').unwrap_or(rest.len());
                let from = if has_code { line_start } else { at };
                allows.extend(
                    parse(rest[..len].trim_end(), at)
                        .into_iter()
                        .map(|allow| Allow { covers: from..text.len(), ..allow }),
                );
                len
            }
            b'"' | b'\'' => {
                has_code = true;
                string(rest)
            }
            b'\n' => {
                if has_code && depth == 0 {
                    allows[open..].iter_mut().for_each(|allow| allow.covers.end = at + 1);
                    open = allows.len();
                    has_code = false;
                }
                if !has_code {
                    line_start = at + 1;
                }
                1
            }
            byte => {
                match byte {
                    b'[' | b'{' => depth += 1,
                    b']' | b'}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                has_code |= !byte.is_ascii_whitespace();
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
    let Some(list) = body.strip_prefix("allow:") else { return Vec::new() };
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
            Allow { name, span: at..at + name.len(), covers: start..start, has_reason }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_covers_its_statement() {
        let text = "# allow: a — b\nx = [\n  1, # allow: c\n  2,\n]\ny = '# allow: no'\nz = 1 # allow: d, e — \"f\"\n\n# allow: g";
        let found: Vec<(&str, &str, bool)> = allows(text)
            .iter()
            .map(|allow| (allow.name, &text[allow.covers.clone()], allow.has_reason))
            .collect();
        let expected = [
            ("a", "# allow: a — b\nx = [\n  1, # allow: c\n  2,\n]\n", true),
            ("c", "x = [\n  1, # allow: c\n  2,\n]\n", false),
            ("d", "z = 1 # allow: d, e — \"f\"\n", true),
            ("e", "z = 1 # allow: d, e — \"f\"\n", true),
            ("g", "# allow: g", false),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn broken_text_is_no_trouble() {
        for text in ["\"", "'''", "\"\\", "x = \"é\\é", "#", "# allow:", "]]]]\n#allow: a"] {
            allows(text);
        }
    }
}
