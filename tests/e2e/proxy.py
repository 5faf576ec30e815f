"""A proxy before each of moto's services, which passes calls on, or fails them as AWS and networks do."""

import json
import socket
import struct
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

SERVICES = ("sqs", "sns", "ssm", "dynamodb")
# moto's tables are dictionaries of Python: two calls at once see half of each other, which DynamoDB's never do.
ONE_AT_A_TIME = threading.Lock()
# Headers of one connection, not of the call.
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "host", "date", "server"}


@dataclass(frozen=True)
class Fault:
    """What becomes of a call instead of its answer. The code is the service's, by which the SDK tells what to do."""

    status: int = 0
    code: str = ""
    # Asked of moto before it fails: the answer is lost, not the call.
    taken: bool = False
    hang: bool = False


# No answer at all: the connection is reset.
RESET = Fault()
# Longer than the function waits; the proxy's end ends it.
HANG = Fault(hang=True)
BROKEN = Fault(500, "InternalFailure")
# The call is done, and its answer does not arrive.
ANSWER_LOST = Fault(taken=True)
THROTTLED = Fault(400, "ThrottlingException")
DENIED = Fault(400, "AccessDeniedException")


@dataclass(frozen=True)
class Call:
    """A call, when it came, and the HTTP status it was given; 0: none."""

    action: str
    body: str
    status: int
    time: float


class Proxy:
    """The way to one service. Listens on a port of its own, which it keeps while it refuses connections."""

    def __init__(self, service, target):
        self.calls = []
        self._service = service
        self._target = target
        self._rules = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._connections = set()
        self._server = None
        self._listen(0)
        self._port = self._server.server_port

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    def fail(self, fault, action=None, times=None):
        """Fails every call, or those of one action, or only so many; until `heal`. The latest rule comes first."""
        with self._lock:
            self._rules.insert(0, [action, fault, times, lambda: None])

    def at(self, action, do, after=False):
        """Runs `do` once, when such a call comes: before moto sees it, or after that. Then the answer is lost."""
        with self._lock:
            self._rules.insert(0, [action, Fault(taken=after), 1, do])

    def refuse(self):
        """Nobody listens any more, and the connections that there were are gone."""
        self._server.shutdown()
        self._server.server_close()
        self._server = None
        # Bound and not listening: whoever connects is refused, and nobody else gets the port.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind(("127.0.0.1", self._port))
        for connection in list(self._connections):
            hang_up(connection)

    def heal(self):
        """Passes everything on again."""
        with self._lock:
            self._rules.clear()
        self._closing.set()  # whoever hangs
        self._closing = threading.Event()
        if self._server is None:
            self._held.close()
            self._listen(self._port)

    def actions(self):
        """The names of the calls, in their order."""
        return [call.action for call in self.calls]

    def close(self):
        self.heal()
        self._server.shutdown()
        self._server.server_close()

    def _listen(self, port):
        self._server = ThreadingHTTPServer(("127.0.0.1", port), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _fault(self, action):
        """The fault of this call, and what is to be done when it comes."""
        with self._lock:
            for rule in self._rules:
                wanted, fault, times, do = rule
                if wanted in (None, action):
                    if times == 1:
                        self._rules.remove(rule)
                    elif times:
                        rule[2] -= 1
                    return fault, do
        return None, lambda: None

    def _handle(self, handler, body):
        action = action_of(handler.headers, body)
        began = time.monotonic()
        closing = self._closing
        fault, do = self._fault(action)
        if fault is None:
            status, headers, content = self._ask(handler, body)
        elif fault.status:
            status, (headers, content) = fault.status, error(self._service, fault.code)
        else:
            if fault.taken:
                self._ask(handler, body)
            do()
            if fault.hang:
                closing.wait()
            status, headers, content = 0, {}, b""
        self.calls.append(Call(action, body.decode(errors="replace"), status, began))
        return status, headers, content

    def _ask(self, handler, body):
        headers = {name: value for name, value in handler.headers.items() if name.lower() not in HOP_BY_HOP}
        request = urllib.request.Request(self._target + handler.path, body, headers)
        try:
            with ONE_AT_A_TIME, urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, dict(answer.headers), answer.read()

    def _handler(proxy):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                proxy._connections.add(self.connection)

            def finish(self):
                proxy._connections.discard(self.connection)
                try:
                    super().finish()
                except OSError:
                    pass  # the function was killed, or gave up

            def handle(self):
                try:
                    super().handle()
                except OSError:
                    pass

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                status, headers, content = proxy._handle(self, body)
                if not status:
                    self.close_connection = True
                    reset(self.connection)
                    return
                self.send_response(status)
                for name, value in headers.items():
                    if name.lower() not in HOP_BY_HOP:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                """The tests look at `calls`."""

        return Handler


class Proxies:
    """One proxy for each service, and the environment that leads the function through them."""

    def __init__(self, aws):
        for service in SERVICES:
            setattr(self, service, Proxy(service, aws.url))
        self.environment = {f"AWS_ENDPOINT_URL_{name.upper()}": getattr(self, name).url for name in SERVICES}

    def __iter__(self):
        return (getattr(self, service) for service in SERVICES)

    def reset(self):
        for proxy in self:
            proxy.heal()
            proxy.calls.clear()

    def close(self):
        for proxy in self:
            proxy.close()


def action_of(headers, body):
    """JSON protocols name it in a header, SNS's query protocol in the body."""
    target = headers.get("X-Amz-Target")
    return target.rsplit(".", 1)[1] if target else parse_qs(body.decode())["Action"][0]


def error(service, code):
    """An error as the service writes it."""
    if service == "sns":
        text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"
        return {"Content-Type": "text/xml"}, text.encode()
    return {"Content-Type": "application/x-amz-json-1.0"}, json.dumps({"__type": code, "message": "m"}).encode()


def reset(connection):
    """Closes with RST instead of FIN: not the end of an answer, but a broken connection."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def hang_up(connection):
    """Ends a connection that another thread reads from."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it has ended already
