//! A window that moves over the input: the memory does not grow with the file.

use std::io::{self, Read};

/// The window's size, unless one value needs more.
const WINDOW: usize = 512 * 1024;
/// The longest value that is read. A record of CloudTrail has 256 KB at most.
/// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
pub(crate) const LONGEST: usize = 64 * 1024 * 1024;

/// What a line is, its beginning says.
const LONGEST_LINE: usize = 256 * 1024;

pub(crate) struct Input<'a> {
    reader: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The line of the window's first byte, from 1.
    line: u64,
    /// How many bytes of that line stand before it.
    column: usize,
    /// How many bytes came out of the reader.
    pub(crate) bytes: u64,
    /// Why there is no more: none at the end of the file.
    pub(crate) failed: Option<io::Error>,
    over: bool,
}

impl<'a> Input<'a> {
    pub(crate) fn new(reader: Box<dyn Read + 'a>) -> Input<'a> {
        Input {
            reader,
            buffer: vec![0; WINDOW],
            start: 0,
            end: 0,
            line: 1,
            column: 0,
            bytes: 0,
            failed: None,
            over: false,
        }
    }

    /// What is there and was not taken.
    pub(crate) fn window(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Goes on behind these bytes.
    pub(crate) fn take(&mut self, count: usize) {
        let taken = &self.buffer[self.start..self.start + count];
        match memchr::memrchr(b'\n', taken) {
            Some(last) => {
                self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
                self.column = count - last - 1;
            }
            None => self.column += count,
        }
        self.start += count;
    }

    /// How many bytes of its line stand before the next byte.
    pub(crate) fn column(&self) -> usize {
        self.column
    }

    /// The line of the next byte, from 1.
    pub(crate) fn line(&self) -> u64 {
        self.line
    }

    /// Makes the window longer. Whether it is: not at the end, after a fault, and when the window has its greatest length.
    pub(crate) fn fill(&mut self) -> bool {
        if self.over {
            return false;
        }
        if self.end == self.buffer.len() {
            if self.start > 0 {
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            if self.end == self.buffer.len() {
                if self.end >= LONGEST {
                    return false;
                }
                self.buffer.resize(self.end * 2, 0);
            }
        }
        loop {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => {}
                Ok(count) => {
                    self.end += count;
                    self.bytes += count as u64;
                    return true;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => self.failed = Some(error),
            }
            self.over = true;
            return false;
        }
    }

    /// Makes the window so long, if there is so much.
    pub(crate) fn at_least(&mut self, length: usize) {
        while self.window().len() < length && self.fill() {}
    }

    /// The line that begins here, or as much of it as is looked at to know what it is.
    pub(crate) fn whole_line(&mut self) -> &[u8] {
        let mut end = None;
        let mut seen = 0;
        while end.is_none() && seen < LONGEST_LINE {
            end = memchr::memchr(b'\n', &self.window()[seen..]).map(|at| seen + at);
            seen = self.window().len();
            if end.is_none() && !self.fill() {
                break;
            }
        }
        let end = end.unwrap_or(seen);
        &self.window()[..end]
    }

    /// The next byte that is not a white space and none of `skipped`, without taking it.
    pub(crate) fn peek(&mut self, skipped: &[u8]) -> Option<u8> {
        loop {
            let blank = |byte: &u8| byte.is_ascii_whitespace() || skipped.contains(byte);
            if let Some(at) = self.window().iter().position(|byte| !blank(byte)) {
                self.take(at);
                return self.window().first().copied();
            }
            self.take(self.window().len());
            if !self.fill() {
                return None;
            }
        }
    }
}
