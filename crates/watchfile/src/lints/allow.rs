//! `# allow: lint-name — reason`: a comment on or above a key that accepts a finding there.

use std::ops::Range;
use std::sync::Arc;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use crate::declared::{ALLOW_WITHOUT_REASON, UNUSED_ALLOW};
use crate::finding::Finding;
use crate::source;
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
pub(super) fn apply(sources: &[Arc<source::Source>], mut findings: Vec<Finding>) -> Vec<Finding> {
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

fn without_reason(source: &Arc<source::Source>, allow: &Allow<'_>) -> Finding {
    let message = format!("`{}` is allowed without a reason", allow.name);
    Finding::new(&ALLOW_WITHOUT_REASON, source, allow.span.clone(), message)
        .help(format!("say why, for those who find it in a year: `# allow: {} — the reason`", allow.name))
}

fn unused(source: &Arc<source::Source>, allow: &Allow<'_>) -> Finding {
    let known = || super::all().iter().filter(|lint| !lint.is_of_reading()).map(|lint| lint.name);
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
    let finding = Finding::new(&UNUSED_ALLOW, source, allow.span.clone(), message).help(help);
    if find(allow.name).is_none() { finding.respelt(allow.name, known()) } else { finding }
}

/// The comments, with what they cover.
fn allows(text: &str) -> Vec<Allow<'_>> {
    let mut reader = Reader { end: text.len(), ..Reader::default() };
    for token in Source::new(text).lex() {
        let (at, end) = (token.span().start(), token.span().end());
        match token.kind() {
            TokenKind::Comment => reader.comment(&text[at..end], at),
            TokenKind::Newline => reader.newline(end),
            TokenKind::Whitespace | TokenKind::Eof => {}
            kind => reader.code(kind, at),
        }
    }
    reader.allows
}

/// What of the file was read. A line counts to the statement that it is part of: a list over several lines is one.
#[derive(Default)]
struct Reader<'a> {
    allows: Vec<Allow<'a>>,
    /// The first allow whose line has not ended, and the first whose statement has not.
    open_line: usize,
    open: usize,
    /// Those whose table has not ended.
    open_table: Vec<usize>,
    line_start: usize,
    statement_start: usize,
    line_has_code: bool,
    has_code: bool,
    is_header: bool,
    depth: usize,
    /// Of the file.
    end: usize,
}

impl<'a> Reader<'a> {
    fn comment(&mut self, comment: &'a str, at: usize) {
        let line = if self.line_has_code { self.line_start } else { at };
        let statement = if self.has_code { self.statement_start } else { at };
        let end = self.end;
        let found = parse(comment.trim_end(), at).into_iter();
        self.allows.extend(found.map(|allow| Allow { line: line..end, statement: statement..end, ..allow }));
    }

    fn newline(&mut self, end: usize) {
        if self.line_has_code {
            self.allows[self.open_line..].iter_mut().for_each(|allow| allow.line.end = end);
            self.open_line = self.allows.len();
        }
        if self.has_code && self.depth == 0 {
            if self.is_header {
                self.open_table.extend(self.open..self.allows.len());
            } else {
                self.allows[self.open..].iter_mut().for_each(|allow| allow.statement.end = end);
            }
            self.open = self.allows.len();
            (self.has_code, self.is_header) = (false, false);
        }
        self.line_has_code = false;
        self.line_start = end;
        if !self.has_code {
            self.statement_start = end;
        }
    }

    fn code(&mut self, kind: TokenKind, at: usize) {
        if !self.has_code && kind == TokenKind::LeftSquareBracket {
            self.is_header = true;
            for index in self.open_table.drain(..) {
                self.allows[index].statement.end = at;
            }
        }
        match kind {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => self.depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                self.depth = self.depth.saturating_sub(1);
            }
            _ => {}
        }
        (self.line_has_code, self.has_code) = (true, true);
    }
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
