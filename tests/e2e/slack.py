"""A stub of Slack: checks what Slack checks, answers as Slack answers, remembers, and fails when told to."""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from slack_rules import Refused, check


@dataclass(frozen=True)
class Answer:
    """How the stub answers one request."""

    status: int = 200
    body: str = "ok"
    headers: dict = field(default_factory=dict)
    # Before the answer; whether Slack shows the message does not depend on it.
    delay: float = 0.0
    # The connection instead of an answer.
    close: bool = False
    # Whether a status of 200 is true: whether people see the message, with or without an answer.
    taken: bool = True
    # What happens while the request is there and the answer is not.
    do: Callable = lambda: None


ROLLUP_ERROR = Answer(500, "rollup_error")
NO_SERVICE = Answer(404, "no_service")
CLOSED = Answer(close=True, taken=False)
# Longer than the function waits; the stub's shutdown ends it.
HANG = Answer(delay=3600, taken=False)
# People see the message, and the function learns nothing of it.
ANSWER_LOST = Answer(close=True)


def late(seconds):
    """Slack took the message and says so after a time."""
    return Answer(delay=seconds)


def rate_limited(seconds):
    """Slack's answer to too many messages."""
    return Answer(429, "rate_limited", {"Retry-After": str(seconds)})


@dataclass(frozen=True)
class Post:
    """A request, when it came, and what it was answered."""

    path: str
    body: object
    status: int
    time: float


class Slack:
    """Listens on a free port of the loopback interface until `close`."""

    def __init__(self):
        self.posts = []
        self.faults = []
        self._next = deque()
        self._always = None
        self._gone = set()
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def accepted(self):
        """The bodies that Slack took."""
        return [post.body for post in self.posts if post.status == 200]

    def answer_next(self, *answers):
        """Answers the next requests so, then normally."""
        self._next.extend(answers)

    def answer_always(self, answer):
        """Answers every request so; `None`: normally."""
        self._always = answer

    def revoke(self, path):
        """This webhook is gone; the others work."""
        self._gone.add(path)

    def reset(self):
        with self._lock:
            self.posts.clear()
            self.faults.clear()
            self._next.clear()
            self._gone.clear()
            self._always = None

    def close(self):
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    def _receive(self, path, content_type, body):
        """The answer to a request. A scripted failure comes first: a service in trouble checks nothing."""
        with self._lock:
            answer = self._next.popleft() if self._next else NO_SERVICE if path in self._gone else self._always
            message = None
            try:
                message = check(path, content_type, body)
                if answer is None:
                    answer = Answer(body='{"ok":true}') if path.startswith("/triggers/") else Answer()
            except Refused as refused:
                self.faults.append(str(refused))
                answer = answer or Answer(404 if refused.word == "no_service" else 400, refused.word)
            status = answer.status if answer.taken else 0
            self.posts.append(Post(path, message, status, time.monotonic()))
            return answer

    def _handler(slack):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                answer = slack._receive(self.path, self.headers.get("Content-Type", ""), body)
                answer.do()
                if (answer.delay and slack._closing.wait(answer.delay)) or answer.close:
                    self.close_connection = True
                    return
                content = answer.body.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass  # the function was killed, or gave up

            def log_message(self, *_):
                """The tests look at `posts`."""

        return Handler
