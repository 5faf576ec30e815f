//! What stands in a tag: names, paths, literals and calls. White space may stand between all of them.

use crate::template::tree::{Call, Expression, Literal, Word};

/// Deeper calls are refused: reading goes down with each.
const DEEPEST: usize = 64;

/// A place in a template's text.
pub(super) struct Reader<'a> {
    pub(super) source: &'a str,
    pub(super) at: usize,
    /// How many calls are open.
    pub(super) depth: usize,
}

impl<'a> Reader<'a> {
    /// What `{{ … }}` prints: a path, or a helper with arguments.
    pub(super) fn value(&mut self) -> Result<Expression, usize> {
        let start = self.at;
        if let Some(call) = self.call() {
            return Ok(Expression::Call(call));
        }
        self.at = start;
        self.name()
    }

    /// A path, or a call in parentheses.
    pub(super) fn name(&mut self) -> Result<Expression, usize> {
        self.skip_space();
        self.path().map(Expression::Path).or_else(|| self.parentheses()).ok_or(self.at)
    }

    /// What stands in the tag that opens a block: a helper, arguments, `as |item index|`.
    pub(super) fn line(&mut self) -> Result<(Call, Vec<Word>), usize> {
        let name = self.identifier().ok_or(self.at)?;
        let call = self.arguments(name);
        let start = self.at;
        let names = self.block_names();
        if names.is_none() {
            self.at = start;
        }
        Ok((call, names.unwrap_or_default()))
    }

    /// A word of letters, as helpers have for a name.
    pub(super) fn identifier(&mut self) -> Option<Word> {
        self.skip_space();
        let len = self.rest().find(|c| !is_symbol(c)).unwrap_or(self.rest().len());
        (len > 0).then(|| self.word(len))
    }

    /// Up to the end of the tag, without the white space around.
    pub(super) fn take_rest(&mut self) -> Result<&'a str, usize> {
        let start = self.at;
        if !self.skip_behind("}}") {
            return Err(self.source.len());
        }
        let inside = self.source[start..self.at - 2].trim();
        Ok(inside.strip_suffix('~').map_or(inside, str::trim_end))
    }

    /// A helper with at least one argument.
    fn call(&mut self) -> Option<Call> {
        let name = self.identifier()?;
        Some(self.arguments(name)).filter(|call| call.inputs().next().is_some())
    }

    fn arguments(&mut self, name: Word) -> Call {
        let mut call = Call { name, arguments: Vec::new(), named: Vec::new() };
        loop {
            let start = self.at;
            if let Some(named) = self.named() {
                call.named.push(named);
                continue;
            }
            self.at = start;
            let Some(argument) = self.argument() else {
                self.at = start;
                return call;
            };
            call.arguments.push(argument);
        }
    }

    fn named(&mut self) -> Option<(Word, Expression)> {
        let name = self.identifier()?;
        if self.take_token("=") { Some((name, self.argument()?)) } else { None }
    }

    fn argument(&mut self) -> Option<Expression> {
        self.skip_space();
        let is_keyword = |word: &str| {
            let behind = self.rest().strip_prefix(word).map(|rest| rest.trim_start_matches(is_space));
            behind.is_some_and(|rest| !rest.starts_with(is_symbol))
        };
        if is_keyword("as") || is_keyword("else") {
            return None;
        }
        let (start, depth) = (self.at, self.depth);
        if self.literal().is_some() {
            let written = &self.source[start..self.at];
            return Some(Expression::Literal(Literal { text: text_of(written), range: start..self.at }));
        }
        (self.at, self.depth) = (start, depth);
        self.path().map(Expression::Path).or_else(|| self.parentheses())
    }

    /// `(helper argument)`
    fn parentheses(&mut self) -> Option<Expression> {
        if self.depth == DEEPEST || !self.take("(") {
            return None;
        }
        self.depth += 1;
        let inside = self.at;
        let call = self.call().or_else(|| {
            self.at = inside;
            self.skip_space();
            self.path().map(|name| Call { name, arguments: Vec::new(), named: Vec::new() })
        });
        self.depth -= 1;
        call.filter(|_| self.take_token(")")).map(Expression::Call)
    }

    fn block_names(&mut self) -> Option<Vec<Word>> {
        if !self.take_token("as") || !self.take_token("|") {
            return None;
        }
        let names = [self.identifier()?].into_iter().chain(self.identifier()).collect();
        self.take_token("|").then_some(names)
    }

    /// `a.b/c`, `this.a`, `./a`, `@root.a`, `@index`, `../a`, `a.[b c]`
    fn path(&mut self) -> Option<Word> {
        let start = self.at;
        for prefix in ["this.", "this/", "./"] {
            if self.take(prefix) {
                break;
            }
        }
        if !self.take("@root.") {
            self.take("@root/");
        }
        self.take("@");
        while self.take("../") || self.take("...") {
            // `...` is `..` and the dot behind it.
        }
        let mut end = None;
        while self.step() {
            end = Some(self.at);
            if !self.take(".") && !self.take("/") {
                break;
            }
        }
        self.at = start;
        end.map(|end| self.word(end - start))
    }

    /// A name in a path.
    fn step(&mut self) -> bool {
        if self.rest().starts_with('[') {
            return self.skip_behind("]");
        }
        let len = self.rest().find(|c| !is_symbol(c)).unwrap_or(self.rest().len());
        self.at += len;
        len > 0
    }

    fn literal(&mut self) -> Option<()> {
        match self.rest().chars().next()? {
            '"' | '\'' => self.string(),
            '[' => self.list("[", "]", Self::literal),
            '{' => self.list("{", "}", |reader| {
                reader.string()?;
                reader.take_token(":").then_some(())?;
                reader.skip_space();
                reader.literal()
            }),
            '-' | '0'..='9' => self.number(),
            _ => {
                let len = self.rest().find(|c| !is_symbol(c)).unwrap_or(self.rest().len());
                let is_word = ["null", "true", "false"].contains(&&self.rest()[..len]);
                self.at += len;
                is_word.then_some(())
            }
        }
    }

    fn list(&mut self, open: &str, close: &str, entry: fn(&mut Self) -> Option<()>) -> Option<()> {
        self.take(open);
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        self.skip_space();
        let start = self.at;
        if entry(self).is_none() {
            self.at = start;
        }
        while self.take_token(",") {
            self.skip_space();
            entry(self)?;
        }
        self.depth -= 1;
        self.take_token(close).then_some(())
    }

    fn number(&mut self) -> Option<()> {
        self.take("-");
        if self.digits() == 0 {
            return None;
        }
        self.take(".");
        self.digits();
        let start = self.at;
        if self.take("E") {
            self.take("-");
            if self.digits() == 0 {
                self.at = start;
            }
        }
        (!self.rest().starts_with(is_symbol)).then_some(())
    }

    fn digits(&mut self) -> usize {
        let len = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        self.at += len;
        len
    }

    /// A string in either quotes, with the escapes of JSON.
    fn string(&mut self) -> Option<()> {
        let quote = self.rest().chars().next().filter(|c| matches!(c, '"' | '\''))?;
        self.at += 1;
        loop {
            let c = self.rest().chars().next()?;
            self.at += c.len_utf8();
            if c == quote {
                return Some(());
            }
            if c != '\\' {
                continue;
            }
            let escaped = self.rest().chars().next()?;
            self.at += escaped.len_utf8();
            match escaped {
                'u' => {
                    let hex =
                        self.rest().get(..4).filter(|hex| hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
                    self.at += hex.len();
                }
                _ if escaped == quote || "\\/bfnrt".contains(escaped) => {}
                _ => return None,
            }
        }
    }

    fn word(&mut self, len: usize) -> Word {
        let range = self.at..self.at + len;
        self.at = range.end;
        Word { text: self.source[range.clone()].to_owned(), range }
    }

    /// Behind the next such text, if there is one.
    pub(super) fn skip_behind(&mut self, text: &str) -> bool {
        let found = self.rest().find(text);
        self.at += found.map_or(0, |at| at + text.len());
        found.is_some()
    }

    pub(super) fn skip_space(&mut self) {
        self.at = self.source.len() - self.rest().trim_start_matches(is_space).len();
    }

    /// Takes a text that stands here or behind white space.
    pub(super) fn take_token(&mut self, text: &str) -> bool {
        let start = self.at;
        self.skip_space();
        let is_there = self.take(text);
        if !is_there {
            self.at = start;
        }
        is_there
    }

    pub(super) fn take(&mut self, text: &str) -> bool {
        let is_there = self.rest().starts_with(text);
        if is_there {
            self.at += text.len();
        }
        is_there
    }

    fn rest(&self) -> &'a str {
        &self.source[self.at..]
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}

fn is_symbol(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-_$:".contains(c) || c >= '\u{80}'
}

/// The text that a literal is, as handlebars reads it: one in single quotes as if it stood in double ones.
fn text_of(written: &str) -> Option<String> {
    match written.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(inner) => {
            serde_json::from_str(&format!("\"{}\"", inner.replace("\\'", "'").replace('"', "\\\""))).ok()
        }
        None if written.starts_with('"') => serde_json::from_str(written).ok(),
        None => None,
    }
}
