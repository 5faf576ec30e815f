//! The one layout of a file. Whole statements are moved, with the comments above and behind them; what a value looks like
//! stays as it was written. `toml_edit` would write it anew where it moves it, and knows no statements.

use std::ops::Range;

use toml_parser::Source;
use toml_parser::lexer::TokenKind;

/// The keys of a watcher in their order, those of tables too.
const ORDER: [&str; 15] = [
    "title",
    "attempt",
    "severity",
    "channels",
    "enabled",
    "message",
    "tags",
    "references",
    "runbook",
    "pattern",
    "fields",
    "group",
    "ignore",
    "case",
    "test",
];

/// The keys above the first header are as wide as `severity`, so that their values stand below each other.
const WIDTH: usize = 8;

/// What is written in a file: its order is that of a watcher, or for people to choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Watcher,
    /// `account-watcher.toml` or `renames.toml`.
    Config,
}

/// A key with its value, or a header, with the comments that belong to it.
struct Statement<'a> {
    /// Whether an empty line stands above.
    apart: bool,
    /// The comments right above.
    above: Vec<&'a str>,
    /// Its first key: `pattern` of `[[pattern.'$or']]`.
    root: &'a str,
    is_header: bool,
    /// Without what stands around it.
    text: String,
    /// Comments below that have an empty line, or nothing, behind them; each with whether an empty line stands above.
    below: Vec<(bool, &'a str)>,
}

/// What ends the lines of the text.
pub(crate) fn line_break(text: &str) -> &'static str {
    if text.split('\n').next().is_some_and(|first| first.ends_with('\r')) { "\r\n" } else { "\n" }
}

/// The text in the one layout.
///
/// # Errors
/// It is not TOML.
pub(crate) fn formatted(text: &str, kind: Kind) -> Result<String, String> {
    text.parse::<toml_edit::DocumentMut>().map_err(|e| e.message().to_owned())?;
    let line = line_break(text);
    let (preamble, statements) = read(text, kind);
    let mut sections: Vec<Vec<Statement<'_>>> = vec![Vec::new()];
    for statement in statements {
        if statement.is_header {
            sections.push(Vec::new());
        }
        sections.last_mut().expect("there is one").push(statement);
    }
    if kind == Kind::Watcher {
        sections[0].sort_by_key(|statement| rank(statement.root));
        sections[1..].sort_by_key(|section| rank(section[0].root));
    }
    let mut lines: Vec<&str> = Vec::new();
    let set_apart = |lines: &mut Vec<&str>, apart: bool| {
        if apart && lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push("");
        }
    };
    for (apart, comment) in &preamble {
        set_apart(&mut lines, *apart);
        lines.push(comment);
    }
    let mut is_first = true;
    for statement in sections.iter().flatten() {
        let apart = statement.apart || is_first && !preamble.is_empty() || statement.is_header;
        set_apart(&mut lines, apart && !(is_first && preamble.is_empty()));
        is_first = false;
        lines.extend(&statement.above);
        lines.push(&statement.text);
        for (apart, comment) in &statement.below {
            set_apart(&mut lines, *apart);
            lines.push(comment);
        }
    }
    Ok(lines.iter().flat_map(|text| [*text, line]).collect())
}

fn rank(root: &str) -> usize {
    ORDER.iter().position(|key| *key == root).unwrap_or(ORDER.len())
}

/// The comments at the beginning that belong to no statement, and the statements.
fn read(text: &str, kind: Kind) -> (Vec<(bool, &str)>, Vec<Statement<'_>>) {
    let (mut preamble, mut statements): (Vec<(bool, &str)>, Vec<Statement<'_>>) = Default::default();
    let (mut held, mut depth, mut blank, mut has_header) =
        (Vec::<(bool, &str)>::new(), 0_usize, false, false);
    let mut parts: Vec<(TokenKind, Range<usize>)> = Vec::new();
    for token in Source::new(text).lex() {
        let span = token.span().start()..token.span().end();
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => depth += 1,
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > 0 || !matches!(token.kind(), TokenKind::Newline | TokenKind::Eof) {
            parts.push((token.kind(), span));
            continue;
        }
        let content = std::mem::take(&mut parts);
        let first = content.iter().find(|(kind, _)| *kind != TokenKind::Whitespace);
        match first.cloned() {
            None => {
                // An empty line, or the end: what was held belongs to what is above.
                let keep = match statements.last_mut() {
                    Some(statement) => &mut statement.below,
                    None => &mut preamble,
                };
                keep.append(&mut held);
                blank = true;
            }
            Some((TokenKind::Comment, comment)) => {
                held.push((blank, text[comment].trim_end()));
                blank = false;
            }
            Some((first, _)) => {
                // What stands above the first one is the file's.
                let apart = !statements.is_empty() && held.first().map_or(blank, |(apart, _)| *apart);
                let above = held.drain(..).map(|(_, comment)| comment).collect();
                let is_header = first == TokenKind::LeftSquareBracket;
                has_header |= is_header;
                let aligned = kind == Kind::Watcher && !has_header;
                let root = content.iter().find(|(kind, _)| is_key(*kind));
                let root = root.map_or("", |(_, span)| text[span.clone()].trim_matches(['"', '\'']));
                let text = if is_header { trimmed(text, &content) } else { spaced(text, &content, aligned) };
                statements.push(Statement { apart, above, root, is_header, text, below: Vec::new() });
                blank = false;
            }
        }
    }
    // A last line without a line break is read as one before the end; what is held then is the end's.
    match statements.last_mut() {
        Some(statement) => statement.below.append(&mut held),
        None => preamble.append(&mut held),
    }
    (preamble, statements)
}

fn is_key(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::Atom | TokenKind::BasicString | TokenKind::LiteralString)
}

/// The parts, without white space at the ends of lines.
fn trimmed(text: &str, parts: &[(TokenKind, Range<usize>)]) -> String {
    let mut trimmed = String::new();
    for (index, (kind, span)) in parts.iter().enumerate() {
        let next = parts.get(index + 1).map(|(kind, _)| *kind);
        let is_end = matches!(next, None | Some(TokenKind::Newline));
        match kind {
            TokenKind::Whitespace if is_end => {}
            TokenKind::Whitespace if trimmed.is_empty() => {}
            TokenKind::Comment => trimmed.push_str(text[span.clone()].trim_end()),
            _ => trimmed.push_str(&text[span.clone()]),
        }
    }
    trimmed
}

/// A key and a value with one space on both sides of `=`.
fn spaced(text: &str, parts: &[(TokenKind, Range<usize>)], aligned: bool) -> String {
    let Some(at) = parts.iter().position(|(kind, _)| *kind == TokenKind::Equals) else {
        return trimmed(text, parts);
    };
    let (key, value) = (trimmed(text, &parts[..at]), trimmed(text, &parts[at + 1..]));
    let width = if aligned { WIDTH } else { 0 };
    format!("{key:width$} = {value}")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    fn texts(folder: &Path) -> Vec<(String, String)> {
        let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut texts: Vec<(String, String)> = paths
            .filter(|path| path.extension().is_some_and(|end| end == "toml"))
            .filter_map(|path| Some((path.display().to_string(), fs::read_to_string(&path).ok()?)))
            .collect();
        texts.sort();
        assert!(!texts.is_empty(), "{}", folder.display());
        texts
    }

    fn comments(text: &str) -> Vec<&str> {
        let tokens = Source::new(text).lex().filter(|token| token.kind() == TokenKind::Comment);
        let mut comments: Vec<&str> =
            tokens.map(|token| text[token.span().start()..token.span().end()].trim_end()).collect();
        comments.sort_unstable();
        comments
    }

    /// The same meaning, every comment, and nothing to do a second time.
    fn check(name: &str, text: &str, kind: Kind) -> String {
        let new = formatted(text, kind).unwrap();
        // As text: `nan` is not equal to itself.
        let meaning = |text: &str| format!("{:?}", text.parse::<toml::Table>().unwrap());
        assert_eq!(meaning(text), meaning(&new), "{name}");
        assert_eq!(comments(text), comments(&new), "{name}");
        assert_eq!(formatted(&new, kind).unwrap(), new, "{name} changes again");
        new
    }

    #[test]
    fn the_shipped_files_are_laid_out_so() {
        for (name, text) in texts(&root().join("watchers")) {
            assert_eq!(check(&name, &text, Kind::Watcher), text, "{name}: run `cargo watcher fmt`");
        }
        let config = fs::read_to_string(root().join("account-watcher.toml")).unwrap();
        assert_eq!(check("account-watcher.toml", &config, Kind::Config), config);
    }

    #[test]
    fn files_with_faults_mean_what_they_meant() {
        let mut count = 0;
        for (folder, kind) in
            [("lint/err", Kind::Watcher), ("lint/ok", Kind::Watcher), ("lint/config", Kind::Config)]
        {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
            for (name, text) in texts(&folder) {
                if text.parse::<toml::Table>().is_ok() {
                    check(&name, &text, kind);
                    count += 1;
                } else {
                    assert!(formatted(&text, kind).is_err(), "{name} is not TOML");
                }
            }
        }
        assert!(count > 100, "{count}");
    }

    /// Marsaglia's xorshift: the same layouts every time.
    struct Seed(u64);

    impl Seed {
        fn below(&mut self, end: usize) -> usize {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            usize::try_from(self.0 % end as u64).unwrap()
        }

        fn shuffle<T>(&mut self, list: &mut [T]) {
            for at in (1..list.len()).rev() {
                list.swap(at, self.below(at + 1));
            }
        }
    }

    /// The text with its keys and tables in another order, empty lines more or less, and other spaces.
    fn laid_out_otherwise(text: &str, seed: &mut Seed) -> String {
        let (preamble, statements) = read(text, Kind::Watcher);
        assert!(preamble.is_empty(), "a watcher begins with a key");
        let at = statements.iter().position(|statement| statement.is_header).unwrap();
        let mut statements = statements;
        let mut tables: Vec<Vec<Statement<'_>>> = Vec::new();
        for statement in statements.split_off(at) {
            // What belongs to one table stays in its order.
            if statement.is_header && tables.last().is_none_or(|table| table[0].root != statement.root) {
                tables.push(Vec::new());
            }
            tables.last_mut().unwrap().push(statement);
        }
        seed.shuffle(&mut statements);
        seed.shuffle(&mut tables);
        let mut mutant = String::new();
        for statement in statements.iter().chain(tables.iter().flatten()) {
            let is_apart = statement.is_header || statement.apart;
            mutant += &"\n".repeat(if is_apart { seed.below(2) + usize::from(statement.apart) } else { 0 });
            for comment in &statement.above {
                mutant += &[*comment, &" ".repeat(seed.below(2)), "\n"].concat();
            }
            let spaces = " ".repeat(seed.below(3));
            let text = match statement.text.split_once('=') {
                Some((key, value)) if !statement.is_header => {
                    format!("{}{spaces}={}", key.trim_end(), value.trim_start_matches(' '))
                }
                _ => statement.text.clone(),
            };
            mutant.push_str(&text);
            mutant += &[&*spaces, "\n"].concat();
            for (apart, comment) in &statement.below {
                mutant += &[if *apart { "\n" } else { "" }, *comment, "\n"].concat();
            }
            if !statement.below.is_empty() {
                mutant.push('\n');
            }
        }
        mutant
    }

    #[test]
    fn any_layout_becomes_the_one() {
        let mut seed = Seed(0x1a07);
        for (name, text) in texts(&root().join("watchers")) {
            for _ in 0..3 {
                let mutant = laid_out_otherwise(&text, &mut seed);
                assert_eq!(check(&name, &mutant, Kind::Watcher), text, "{name}:\n{mutant}");
            }
        }
    }

    #[test]
    fn comments_go_with_what_they_are_about() {
        let cases = [
            (
                "# about the file\n\n# m\nmessage='x'# behind\n# t\ntitle = 'y'  \n\n\n[fields] # f\na=[ # in\n  1,  \n]\n# b = 2\n\n[pattern]\n\n# end\n",
                "# about the file\n\n# t\ntitle    = 'y'\n# m\nmessage  = 'x'# behind\n\n[pattern]\n\n# end\n\n[fields] # f\na = [ # in\n  1,\n]\n# b = 2\n",
            ),
            ("\n\ntitle='x'", "title    = 'x'\n"),
            ("", ""),
            ("# only\n", "# only\n"),
            ("title='x'\r\n[a]\r\n", "title    = 'x'\r\n\r\n[a]\r\n"),
            ("message='''\n a \n'''\n", "message  = '''\n a \n'''\n"),
            // An unknown key stays where the known ones end, and parts of one table in their order.
            (
                "zeta=1\n[[test]]\nx=1\n[test.with]\n[pattern]\n[[test]]\n",
                "zeta     = 1\n\n[pattern]\n\n[[test]]\nx = 1\n\n[test.with]\n\n[[test]]\n",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(check(text, text, Kind::Watcher), expected);
        }
        assert!(formatted("title = ", Kind::Watcher).is_err());
    }
}
