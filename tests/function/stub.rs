//! An HTTP server on loopback that answers, hangs or hangs up as a test says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A running stub. It ends with its test's runtime.
#[derive(Clone)]
pub(crate) struct Stub {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    answers: VecDeque<Answer>,
    requests: Vec<Request>,
}

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) path: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Answer {
    /// Status, a header line or none, body.
    Http(u16, &'static str, String),
    /// The connection stays open and silent.
    Hang,
    /// The connection is closed instead of an answer.
    Close,
    /// The connection is closed in the middle of the answer.
    Break,
}

impl Stub {
    /// Gives these answers, one per request; the last for ever.
    pub(crate) async fn start(answers: impl IntoIterator<Item = Answer>) -> Stub {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State { answers: answers.into_iter().collect(), requests: Vec::new() };
        let stub = Stub { url, state: Arc::new(Mutex::new(state)) };
        let serving = stub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serving.clone().serve(stream));
            }
        });
        stub
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.lock().unwrap().requests.clone()
    }

    async fn serve(self, mut stream: TcpStream) {
        while let Some(request) = read(&mut stream).await {
            let answer = {
                let mut state = self.state.lock().unwrap();
                state.requests.push(request);
                if state.answers.len() > 1 {
                    state.answers.pop_front().unwrap()
                } else {
                    state.answers[0].clone()
                }
            };
            match answer {
                Answer::Http(status, header, body) => {
                    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
                    let text = format!(
                        "HTTP/1.1 {status} X\r\n{header}Content-Length: {}\r\n\r\n{body}",
                        body.len()
                    );
                    if stream.write_all(text.as_bytes()).await.is_err() {
                        return;
                    }
                }
                Answer::Hang => std::future::pending().await,
                Answer::Close => return,
                Answer::Break => {
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nok").await;
                    return;
                }
            }
        }
    }
}

/// Reads one request; none when the client has closed the connection.
async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: ")?.parse().ok())
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                let line = String::from_utf8_lossy(&bytes[..end]).lines().next().unwrap().to_owned();
                let path = line.split(' ').nth(1).unwrap().to_owned();
                let body = String::from_utf8(bytes[end + 4..].to_vec()).unwrap();
                return Some(Request { path, head, body });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}
