//! One tag, from its braces to its braces.

use std::ops::Range;

use super::words::Reader;
use crate::template::tree::{Call, Expression, Word};

/// A tag.
pub(super) enum Tag {
    Comment,
    Value(Expression),
    Open(Call, Vec<Word>),
    /// With the helper of an `{{else if …}}`.
    Else(Option<(Call, Vec<Word>)>),
    Close(String),
    /// `{{{{helper}}}} … {{{{/helper}}}}`, where nothing is a tag: all of it.
    Raw {
        call: Call,
        names: Vec<Word>,
        open: Range<usize>,
        text: Range<usize>,
    },
    /// A partial or a decorator.
    Unsupported,
    /// A block of one of them.
    OpenUnsupported,
}

/// Reads the tag that begins here; else the byte at which that breaks.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<Tag, usize> {
    if reader.take("{{{{") {
        return raw(reader);
    }
    reader.take("{{");
    if reader.take("!") {
        return comment(reader);
    }
    reader.take_token("~");
    if reader.take_token("#") {
        if reader.take_token(">") || reader.take_token("*") {
            return reader.take_rest().map(|_| Tag::OpenUnsupported);
        }
        let (call, names) = reader.line()?;
        return end(reader).map(|()| Tag::Open(call, names));
    }
    if reader.take_token("/") {
        return reader.take_rest().map(|name| Tag::Close(name.to_owned()));
    }
    if reader.take_token(">") || reader.take_token("*") {
        return reader.take_rest().map(|_| Tag::Unsupported);
    }
    if reader.take_token("&") {
        let value = reader.name()?;
        return end(reader).map(|()| Tag::Value(value));
    }
    if reader.take_token("{") {
        reader.take_token("~");
        let value = reader.value()?;
        reader.take_token("~");
        return if reader.take_token("}") { end(reader).map(|()| Tag::Value(value)) } else { Err(reader.at) };
    }
    let start = reader.at;
    // What does not read as an `else` is a path that begins so, such as `else.name`.
    if reader.take_token("else") || reader.take_token("^") {
        if end(reader).is_ok() {
            return Ok(Tag::Else(None));
        }
        if let Ok(line) = reader.line()
            && end(reader).is_ok()
        {
            return Ok(Tag::Else(Some(line)));
        }
        reader.at = start;
    }
    let value = reader.value()?;
    end(reader).map(|()| Tag::Value(value))
}

/// The braces that end a tag.
fn end(reader: &mut Reader<'_>) -> Result<(), usize> {
    let start = reader.at;
    reader.take_token("~");
    if reader.take_token("}}") {
        return Ok(());
    }
    let at = reader.at;
    reader.at = start;
    Err(at)
}

/// `{{!-- … --}}` may hold braces, `{{! … }}` ends with the first two.
fn comment(reader: &mut Reader<'_>) -> Result<Tag, usize> {
    let start = reader.at;
    reader.skip_space();
    let is_long = reader.take("--") && reader.skip_behind("--}}");
    reader.at = if is_long { reader.at } else { start };
    if is_long || reader.skip_behind("}}") { Ok(Tag::Comment) } else { Err(reader.source.len()) }
}

fn raw(reader: &mut Reader<'_>) -> Result<Tag, usize> {
    let start = reader.at - "{{{{".len();
    let tail = |reader: &mut Reader<'_>| {
        reader.take_token("~");
        if reader.take_token("}}}}") { Ok(()) } else { Err(reader.at) }
    };
    reader.take_token("~");
    let (call, names) = reader.line()?;
    tail(reader)?;
    let open = start..reader.at;
    let text_start = reader.at;
    let text = text_start..reader.at + raw_text(&reader.source[text_start..]);
    reader.at = text.end;
    if !reader.take("{{{{") {
        return Err(reader.at);
    }
    reader.take_token("~");
    if !reader.take_token("/") {
        return Err(reader.at);
    }
    let at = reader.at;
    let closed = reader.identifier().map(|name| name.text).unwrap_or_default();
    tail(reader)?;
    if closed == call.name.text { Ok(Tag::Raw { call, names, open, text }) } else { Err(at) }
}

/// The length of the text up to the next four braces that are not escaped.
fn raw_text(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && !bytes[at..].starts_with(b"{{{{") {
        let slashes = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
        let is_escape = slashes == 1 && bytes[at + 1..].starts_with(b"{{");
        at += match is_escape {
            true if bytes[at + 1..].starts_with(b"{{{{") => 5,
            true => 3,
            false => slashes.max(1),
        };
    }
    at
}
