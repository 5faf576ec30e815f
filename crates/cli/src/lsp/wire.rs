//! Messages from standard input and to standard output.
//!
//! Frames are read here and not by lsp-server, which ends at the first message that is not JSON-RPC: its frame is whole,
//! so what follows can still be read.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::Sender;
use std::thread;

use gen_lsp_types::MessageType;
use lsp_server::{Message, Notification};
use serde_json::json;

use super::Event;
use crate::exit::Error;

/// Ten times the longest file that is read. Whoever announces more than that is not an editor.
const LONGEST: usize = 4 * 1024 * 1024;

/// Sends every message on. Somebody has to take them from the pipe while another answers, or both sides wait for ever.
pub(super) fn read(events: Sender<Event>) {
    thread::spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            let event = match frame(&mut input) {
                Ok(Some(text)) => match serde_json::from_slice(&text) {
                    Ok(message) => Event::Message(message),
                    Err(error) => Event::Malformed(error.to_string()),
                },
                Ok(None) => Event::Closed(None),
                Err(why) => Event::Closed(Some(why)),
            };
            let is_end = matches!(event, Event::Closed(_));
            if events.send(event).is_err() || is_end {
                break;
            }
        }
    });
}

/// What stands behind the next header; nothing at the end.
fn frame(input: &mut impl BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut length = None;
    loop {
        let mut line = String::new();
        let read = input.by_ref().take(1024).read_line(&mut line).map_err(|e| e.to_string())?;
        match line.trim_end() {
            _ if read == 0 => return Ok(None),
            "" => break,
            header => {
                let (name, value) =
                    header.split_once(':').ok_or_else(|| format!("`{header}` is not a header"))?;
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse::<usize>().ok();
                }
            }
        }
    }
    let length =
        length.filter(|length| *length <= LONGEST).ok_or("there is no Content-Length, or it is too great")?;
    let mut text = vec![0; length];
    input.read_exact(&mut text).map_err(|e| e.to_string())?;
    Ok(Some(text))
}

/// Writes a message.
pub(super) fn write(message: impl Into<Message>) -> Result<(), Error> {
    Ok(message.into().write(&mut io::stdout().lock())?)
}

/// Says something in front of the user, or in the editor's log.
pub(super) fn tell(method: &str, message: &str) -> Result<(), Error> {
    let params = json!({ "type": MessageType::Info, "message": message });
    write(Notification::new(method.to_owned(), params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_one_by_one() {
        let mut input = &b"Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x\r\n\r\nabc"[..];
        assert_eq!(frame(&mut input), Ok(Some(b"{}".to_vec())));
        assert_eq!(frame(&mut input), Ok(Some(b"abc".to_vec())));
        assert_eq!(frame(&mut input), Ok(None));
        for text in [
            "GET / HTTP/1.1\r\n\r\n",
            "\r\n",
            "Content-Length: x\r\n\r\n",
            "Content-Length: 99999999999\r\n\r\n",
            "Content-Length: 9\r\n\r\n{}",
        ] {
            assert!(frame(&mut text.as_bytes()).is_err(), "{text}");
        }
    }
}
