//! One input from its first byte to its last: what it is, and what is in it.

use std::io;

use crate::decode::decode;
use crate::input::{Input, LONGEST};
use crate::item::{Fault, Item};
use crate::scan::Scan;
use crate::table;
use crate::unwrap::{NEITHER, broken, of_row, unwrap};

/// Where something stands in its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The line on which it begins, from 1.
    pub line: u64,
    /// The record's number, from 1; 0 for what concerns the whole input.
    pub number: u64,
}

/// One thing that was found, or why it is none.
#[derive(Debug)]
pub struct Found<'a> {
    /// Where.
    pub place: Place,
    /// What, or what is wrong with it.
    pub item: Result<Item<'a>, String>,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Bytes, unpacked.
    pub bytes: u64,
    /// Records, events and digests; also those with a fault.
    pub items: u64,
}

/// What is said of an input without a byte.
pub const EMPTY: &str = "the file is empty";

/// Lists that hold events, as the first key of an object.
const LISTS: [&[u8]; 4] = [b"\"Records\"", b"\"Events\"", b"\"events\"", b"\"logEvents\""];

/// Reads an input and gives `visit` what is in it, piece by piece; a fault is one of the pieces, and what stands behind it
/// is read as far as it can be. `visit` says whether to go on.
pub fn read(reader: impl io::Read, visit: &mut dyn FnMut(Found<'_>) -> bool) -> Read {
    let reader: Box<dyn io::Read + '_> = match decode(reader) {
        Ok(reader) => reader,
        Err(error) => {
            let place = Place { line: 1, number: 0 };
            visit(Found { place, item: Err(error) });
            return Read::default();
        }
    };
    let mut reading = Reading { input: Input::new(reader), visit, number: 0, go_on: true };
    reading.all();
    Read { bytes: reading.input.bytes, items: reading.number }
}

struct Reading<'a, 'v> {
    input: Input<'a>,
    visit: &'v mut dyn FnMut(Found<'_>) -> bool,
    number: u64,
    go_on: bool,
}

/// How the search for a value's end went.
enum End {
    At(usize),
    /// The input ends in it.
    Cut,
    /// It is longer than anything that we read.
    Long,
}

impl Reading<'_, '_> {
    fn all(&mut self) {
        self.input.at_least(3);
        if self.input.window().starts_with(b"\xef\xbb\xbf") {
            self.input.take(3);
        }
        let mut first = true;
        while self.go_on {
            match self.input.peek(b",") {
                None => break,
                Some(b'{') => self.object(),
                Some(b'[') => {
                    self.input.take(1);
                    self.list();
                }
                // The end of a list that was broken off.
                Some(b']' | b'}') => self.input.take(1),
                Some(_) if first && self.is_table() => return self.table(),
                Some(_) => self.line(),
            }
            first = false;
        }
        if !self.go_on {
            return;
        }
        if let Some(error) = self.input.failed.take() {
            let why = damage(&error);
            return self.whole(format!("{why}; what stands before that was read ({} records)", self.number));
        }
        if self.input.bytes == 0 {
            self.whole(EMPTY.to_owned());
        }
    }

    fn whole(&mut self, why: String) {
        self.go_on &=
            (self.visit)(Found { place: Place { line: self.input.line(), number: 0 }, item: Err(why) });
    }

    fn fault(&mut self, why: String) {
        self.number += 1;
        let place = Place { line: self.input.line(), number: self.number };
        self.go_on &= (self.visit)(Found { place, item: Err(why) });
    }

    /// An object that is a record or an event, or one whose first key is a list of them.
    fn object(&mut self) {
        // Enough for the first key and what its value begins with.
        self.input.at_least(256);
        let start = &self.input.window()[1..];
        let blank = |bytes: &[u8]| bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let key = &start[blank(start)..];
        let list = LISTS.iter().find_map(|name| {
            let behind = key.strip_prefix(*name)?;
            let behind = behind[blank(behind)..].strip_prefix(b":")?;
            behind[blank(behind)..].strip_prefix(b"[")
        });
        let Some(list) = list else { return self.value() };
        let taken = self.input.window().len() - list.len();
        self.input.take(taken);
        self.list();
        self.rest_of_object();
    }

    /// The elements of a list, whose bracket is taken; also of lists in it.
    fn list(&mut self) {
        let mut depth = 1_u64;
        while self.go_on {
            match self.input.peek(b",") {
                Some(b'{') => self.value(),
                Some(b'[') => {
                    self.input.take(1);
                    depth += 1;
                }
                Some(b']') => {
                    self.input.take(1);
                    depth -= 1;
                    if depth == 0 {
                        return;
                    }
                }
                Some(_) => {
                    self.fault("this is not JSON: an object was expected".to_owned());
                    if !self.resume() {
                        return;
                    }
                }
                None => {
                    if self.input.failed.is_none() {
                        self.whole("the file ends in the middle of a list".to_owned());
                    }
                    return;
                }
            }
        }
    }

    /// What stands behind the list in its object: a token for the next page, perhaps.
    fn rest_of_object(&mut self) {
        while self.go_on {
            let Some(byte) = self.input.peek(b",:") else { return };
            match byte {
                b'}' => return self.input.take(1),
                b'{' | b'[' => match self.end() {
                    End::At(end) => self.input.take(end),
                    End::Cut | End::Long => return self.input.take(1),
                },
                _ => {
                    let window = self.input.window();
                    let end = match byte {
                        b'"' => string_end(window),
                        _ => window.iter().position(|byte| b",}]\n".contains(byte)),
                    };
                    match end {
                        Some(end) => self.input.take(end.max(1)),
                        None if self.input.fill() => {}
                        None => return,
                    }
                }
            }
        }
    }

    fn end(&mut self) -> End {
        let mut scan = Scan::default();
        loop {
            if let Some(end) = scan.end(self.input.window()) {
                return End::At(end);
            }
            let before = self.input.window().len();
            if !self.input.fill() {
                let is_over = self.input.failed.is_some() || before < LONGEST;
                return if is_over { End::Cut } else { End::Long };
            }
        }
    }

    /// One object.
    fn value(&mut self) {
        match self.end() {
            End::At(end) => {
                let place = Place { line: self.input.line(), number: self.number + 1 };
                let column = self.input.column();
                match simdutf8::basic::from_utf8(&self.input.window()[..end]) {
                    // An object that swallowed the one behind it has a quote or a bracket too few.
                    Ok(text) => {
                        let (mut count, mut go_on) = (0, self.go_on);
                        let visit = &mut self.visit;
                        unwrap(text, &mut |item| {
                            let place = Place { number: place.number + count, ..place };
                            count += 1;
                            let (place, item) = match item {
                                Ok(item) => (place, Ok(item)),
                                Err(fault) => placed(place, column, fault),
                            };
                            go_on = go_on && visit(Found { place, item });
                        });
                        self.number += count;
                        self.go_on = go_on;
                    }
                    Err(_) => self.fault("the record is not UTF-8 text".to_owned()),
                }
                self.input.take(end);
            }
            End::Cut if self.input.failed.is_some() => self.input.take(self.input.window().len()),
            End::Cut => {
                let behind = self.next();
                self.fault(match behind {
                    Some(_) => {
                        "this is not JSON: what begins here does not end before the next `{`".to_owned()
                    }
                    None => "the file ends in the middle of it".to_owned(),
                });
                self.resume();
            }
            End::Long => {
                self.fault("what begins here does not end within 64 MB".to_owned());
                self.resume();
            }
        }
    }

    /// Where the next record seems to begin, in the window.
    fn next(&self) -> Option<usize> {
        let window = self.input.window().get(1..)?;
        let next = memchr::memmem::find(window, b"},{\"eventVersion\":\"").map(|at| at + 3);
        let line = memchr::memmem::find(window, b"\n{").map(|at| at + 2);
        match (next, line) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// Goes on where the next record seems to begin; whether there is one.
    fn resume(&mut self) -> bool {
        loop {
            if let Some(next) = self.next() {
                self.input.take(next);
                return true;
            }
            let keep = 32.min(self.input.window().len());
            self.input.take(self.input.window().len() - keep);
            if !self.input.fill() {
                self.input.take(keep);
                return false;
            }
        }
    }

    /// A line of a log group: `2026-01-12T08:30:00.000Z {…}` as it is exported, with the stream's name before the event as
    /// `aws logs tail` prints it; else something that is none of ours.
    fn line(&mut self) {
        let line = self.input.whole_line();
        let is_time = |word: &[u8]| {
            word.first().is_some_and(u8::is_ascii_digit) && word.contains(&b'T') && word.len() < 40
        };
        let event = memchr::memmem::find(line, b" {").filter(|at| {
            let mut words = line[..*at].split(|byte| *byte == b' ').filter(|word| !word.is_empty());
            words.next().is_some_and(is_time) && words.count() <= 1
        });
        if let Some(at) = event {
            return self.input.take(at);
        }
        let fault = match serde_json::from_slice::<serde_json::Value>(line) {
            Ok(_) => NEITHER.into(),
            Err(error) => broken(&error),
        };
        self.number += 1;
        let place = Place { line: self.input.line(), number: self.number };
        let (place, item) = placed(place, self.input.column(), fault);
        self.go_on &= (self.visit)(Found { place, item });
        self.resume();
    }

    fn is_table(&mut self) -> bool {
        let line = self.input.whole_line();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line);
        let mut columns = csv::StringRecord::new();
        reader.read_record(&mut columns).is_ok_and(|found| found && table::is_table(columns.iter()))
    }

    fn table(&mut self) {
        let first = self.input.line();
        let rows = Rows { input: &mut self.input, left: LONGEST };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(rows);
        let columns = match reader.headers() {
            Ok(columns) => columns.clone(),
            Err(error) => return self.whole(format!("the table cannot be read: {error}")),
        };
        let mut row = csv::StringRecord::new();
        loop {
            let line = first + reader.position().line() - 1;
            self.number += 1;
            let place = Place { line, number: self.number };
            reader.get_mut().left = LONGEST;
            match reader.read_record(&mut row) {
                Ok(false) => {
                    self.number -= 1;
                    return;
                }
                Ok(true) if row.len() != columns.len() => {
                    let why = format!("the row has {} columns, and the table {}", row.len(), columns.len());
                    self.go_on &= (self.visit)(Found { place, item: Err(why) });
                }
                Ok(true) => {
                    let (visit, mut go_on) = (&mut self.visit, self.go_on);
                    of_row(columns.iter().zip(row.iter()), &mut |item| {
                        go_on = go_on && visit(Found { place, item: item.map_err(|fault| fault.why) });
                    });
                    self.go_on = go_on;
                }
                Err(error) => {
                    let why = match error.kind() {
                        csv::ErrorKind::Io(error) => damage(error),
                        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8 text".to_owned(),
                        _ => format!("the row cannot be read: {error}"),
                    };
                    self.go_on &= (self.visit)(Found { place, item: Err(why) });
                    if error.is_io_error() {
                        return;
                    }
                }
            }
            if !self.go_on {
                return;
            }
        }
    }
}

/// The fault's own line, and its text with the column. The value begins behind so many bytes of its line.
fn placed<'a>(place: Place, before: usize, fault: Fault) -> (Place, Result<Item<'a>, String>) {
    let Some((line, column)) = fault.at else { return (place, Err(fault.why)) };
    let column = if line == 1 { before + column } else { column };
    let place = Place { line: place.line + line as u64 - 1, ..place };
    (place, Err(format!("{} at column {column}", fault.why)))
}

/// What an error of reading says of the file.
fn damage(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file is cut off".to_owned(),
        _ if error.raw_os_error().is_some() => format!("the file cannot be read: {error}"),
        _ => format!("the file is damaged: {error}"),
    }
}

/// The place behind the closing quote of the string that begins here.
fn string_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        if bytes[at] == b'"' {
            return Some(at + 1);
        }
        at += 2;
    }
}

/// For the table, which reads on its own. A row whose quotes are not closed ends somewhere.
struct Rows<'r, 'a> {
    input: &'r mut Input<'a>,
    /// So many bytes more at most.
    left: usize,
}

impl io::Read for Rows<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let input = &mut *self.input;
        if self.left == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a row does not end within 64 MB"));
        }
        if input.window().is_empty() && !input.fill() {
            return input.failed.take().map_or(Ok(0), Err);
        }
        let count = buf.len().min(input.window().len()).min(self.left);
        buf[..count].copy_from_slice(&input.window()[..count]);
        input.take(count);
        self.left -= count;
        Ok(count)
    }
}
