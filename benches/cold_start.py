#!/usr/bin/env python3
"""Measures how fast the function starts, beside a hello-world function that is built the same way.

It plays Lambda's Runtime API, and Slack and AWS behind TLS, all on loopback, starts both binaries in turn, and prints
the medians. Nothing is installed: Python's standard library and the `openssl` command are enough.

    python3 benches/cold_start.py            # builds, 30 starts of each, fails above 1.6 x hello's init
    python3 benches/cold_start.py --no-build --runs 100

init: from spawning the process to its first poll for an invocation. first: from handing it an event to its answer, with
the webhook's URL read from SSM, a message posted to Slack and one published to SNS, each claimed in DynamoDB before and
marked after, over new TLS connections. warm: the same again. grouped: an event that is only counted in its group.
unmatched: one that no watcher wants. rss: the highest resident memory. CPU times are the process's own.

It ends with what a million events of each kind cost in AWS, see cost.py.
"""

import argparse
import json
import multiprocessing
import os
import signal
import socket
import socketserver
import ssl
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cost

ROOT = Path(__file__).resolve().parent.parent
EVENTS = ROOT / "tests" / "events"
FUNCTION, HELLO = "account-watcher", "hello"
INIT_LIMIT = 1.6


def main():
    options = parse_options()
    if not options.no_build:
        build()
    release = target() / "release"
    binaries = {HELLO: release / "examples" / HELLO, FUNCTION: release / FUNCTION}
    with tempfile.TemporaryDirectory() as folder, Services(Path(folder)) as services:
        samples = {name: [] for name in binaries}
        for _ in range(options.runs):
            for name, binary in binaries.items():
                samples[name].append(start(binary, services.environment(), options.warm))
        sent = services.sent()
    alerts, grouped = options.runs * (1 + options.warm), options.runs * options.warm
    # Two deliveries that are claimed and marked, one of them paced; a group's pointer, its window, and the count.
    expected = {"slack": alerts, "sns": alerts, "writes": 5 * alerts, "reads": 2 * grouped, "transactions": grouped}
    if sent != expected:
        sys.exit(f"the function did {sent}, not {expected}: these numbers mean nothing")
    ratio = report(samples, binaries, options)
    print()
    medians = {name: statistics.median(run[name] for run in samples[FUNCTION]) for name in samples[FUNCTION][0]}
    cost.report(alert=medians["warm CPU"], grouped=medians["grouped CPU"], unmatched=medians["unmatched CPU"])
    if ratio > options.limit:
        sys.exit(f"init takes {ratio:.2f} x hello's, more than {options.limit}")


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--runs", type=int, default=30, help="starts of each binary (30)")
    parser.add_argument("--warm", type=int, default=20, help="further invocations after the first (20)")
    parser.add_argument("--limit", type=float, default=INIT_LIMIT, help=f"the most that init may be, x hello's ({INIT_LIMIT})")
    parser.add_argument("--no-build", action="store_true", help="measure the binaries that are there")
    return parser.parse_args()


def build():
    """Both in the release profile. The feature lets the function trust the stubs' certificate; that is all it does."""
    for what in (["--bin", FUNCTION], ["--example", HELLO]):
        command = ["cargo", "build", "--release", "--package", FUNCTION, "--features", "extra-ca", *what]
        subprocess.run(command, cwd=ROOT, check=True)


def target():
    command = ["cargo", "metadata", "--no-deps", "--format-version", "1"]
    return Path(json.loads(subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE).stdout)["target_directory"])


def report(samples, binaries, options):
    """Prints medians and ratios; gives init's ratio."""
    print(f"{options.runs} starts, {options.warm} warm invocations each; median, milliseconds (CPU: of the process)")
    columns = list(samples[HELLO][0])
    medians = {name: {c: statistics.median(run[c] for run in runs) for c in columns} for name, runs in samples.items()}
    ratios = {column: medians[FUNCTION][column] / medians[HELLO][column] for column in columns}
    rows = [("", *columns, "binary MB")]
    for name, values in medians.items():
        size = binaries[name].stat().st_size / 1e6
        rows.append((name, *(f"{values[column]:.2f}" for column in columns), f"{size:.2f}"))
    rows.append(("ratio", *(f"{ratios[column]:.2f}" for column in columns), ""))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    return ratios["init"]


# --- One start of a binary, with this process as the Runtime API.
# https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html


def start(binary, environment, warm):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)
        host, port = server.getsockname()
        environment = environment | {"AWS_LAMBDA_RUNTIME_API": f"{host}:{port}"}
        output = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_WRONLY, 0) for fd in (1, 2)]
        begin = time.perf_counter()
        pid = os.posix_spawn(binary, [str(binary)], environment, file_actions=output)
        try:
            return measure(pid, server, begin, warm)
        finally:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def measure(pid, server, begin, warm):
    connection, _ = server.accept()
    with connection:
        connection.settimeout(20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll(connection)
        measured = {"init": 1e3 * (time.perf_counter() - begin), "init CPU": 1e3 * cpu(pid)}
        alert = (EVENTS / "s3-bucket-deleted.json").read_bytes()
        grouped = (EVENTS / "account-watcher-function-stopped.json").read_bytes()
        unmatched = alert.replace(b'"DeleteBucket"', b'"CreateBucket"')
        phases = [("first", alert, 1), ("warm", alert, warm), ("grouped", grouped, warm), ("unmatched", unmatched, warm)]
        for name, event, count in phases:
            times, cpus = [], []
            for _ in range(count):
                cpu_before, before = cpu(pid), time.perf_counter()
                hand_over(connection, event)
                answer(connection)
                times.append(time.perf_counter() - before)
                poll(connection)
                cpus.append(cpu(pid) - cpu_before)
            measured[name] = 1e3 * statistics.median(times)
            measured[f"{name} CPU"] = 1e3 * statistics.median(cpus)
        return {**measured, "rss MB": peak_rss(pid)}


def poll(connection):
    head, _ = read(connection)
    assert head.startswith(b"GET /2018-06-01/runtime/invocation/next "), head


def hand_over(connection, event):
    deadline = int(1000 * (time.time() + 60))
    head = (
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nLambda-Runtime-Aws-Request-Id: 1\r\n"
        f"Lambda-Runtime-Deadline-Ms: {deadline}\r\nContent-Length: {len(event)}\r\n"
        "Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:eu-west-1:123456789012:function:f\r\n\r\n"
    )
    connection.sendall(head.encode() + event)


def answer(connection):
    head, body = read(connection)
    assert head.startswith(b"POST /2018-06-01/runtime/invocation/1/response "), (head, body)
    connection.sendall(b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n")


def read(connection):
    """One HTTP request: its head and its body, of known length or chunked."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += receive(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    headers = head.lower().split(b"\r\n")
    length = next((int(line[15:]) for line in headers if line.startswith(b"content-length:")), 0)
    if b"transfer-encoding: chunked" in headers:
        while not body.endswith(b"0\r\n\r\n"):
            body += receive(connection)
    while len(body) < length:
        body += receive(connection)
    return head, body


def receive(connection):
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the other side has gone")
    return data


def cpu(pid):
    """Seconds of CPU that a process has used: its clock is numbered so in Linux's posix-timers.h."""
    return time.clock_gettime(~pid << 3 | 2)


def peak_rss(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")) / 1024


# --- Slack and AWS, in a process of their own.


COUNTED = ("slack", "sns", "writes", "reads", "transactions")
# What the table answers. It remembers nothing: every delivery is new, and every group has an open window.
GROUP = {"Item": {"window": {"S": "window#1"}, "ends": {"N": "99999999999999"}}}
WINDOW = {"Item": {"count": {"N": "3"}, "first": {"N": "1768207860000"}, "last": {"N": "1768207860000"}}}


class Services:
    """Stubs that answer as Slack, SSM, SNS and DynamoDB do when all is well, behind TLS with an authority of their own."""

    def __init__(self, folder):
        self._folder = folder
        make_certificates(folder)

    def __enter__(self):
        ports, theirs = multiprocessing.Pipe(duplex=False)
        self._counts = {name: multiprocessing.Value("i") for name in COUNTED}
        self._process = multiprocessing.Process(target=serve, args=(self._folder, theirs, self._counts), daemon=True)
        self._process.start()
        self._slack, self._aws = ports.recv()
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.join()

    def sent(self):
        return {name: count.value for name, count in self._counts.items()}

    def environment(self):
        return {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "example",
            "AWS_SESSION_TOKEN": "example",
            "AWS_REGION": "eu-west-1",
            "AWS_ENDPOINT_URL": f"https://localhost:{self._aws}",
            "AWS_LAMBDA_FUNCTION_NAME": "f",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "RETRY_QUEUE_URL": f"https://localhost:{self._aws}/123456789012/retry",
            "DEAD_LETTER_QUEUE_URL": f"https://localhost:{self._aws}/123456789012/dead",
            "FUNCTION_ROLE_ARN": "arn:aws:iam::123456789012:role/f",
            "STATE_TABLE": "state",
            "ACCOUNT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:alerts",
            "EXTRA_CA_FILE": str(self._folder / "ca.pem"),
        }


def serve(folder, ports, counts):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    slack = listener(context, lambda head, body: (count(counts["slack"]), "ok")[1])
    webhook = f"https://localhost:{slack.server_address[1]}/services/T0/B0/example"

    def aws(head, body):
        if b"x-amz-target: amazonssm.getparameter" in head.lower():
            return json.dumps({"Parameter": {"Name": "x", "Type": "SecureString", "Value": webhook}})
        if b"x-amz-target: dynamodb_20120810." in head.lower():
            return table(head.lower(), body, counts)
        assert body.startswith(b"Action=Publish"), body
        count(counts["sns"])
        return "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"

    other = listener(context, aws)
    ports.send((slack.server_address[1], other.server_address[1]))
    threading.Thread(target=slack.serve_forever, daemon=True).start()
    other.serve_forever()


def table(head, body, counts):
    if b".getitem" in head:
        count(counts["reads"])
        return json.dumps(GROUP if b'"group#' in body else WINDOW)
    count(counts["transactions" if b".transactwriteitems" in head else "writes"])
    return "{}"


def listener(context, respond):
    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            try:
                self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with context.wrap_socket(self.request, server_side=True) as connection:
                    while True:
                        text = respond(*read(connection)).encode()
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(text), text))
            except OSError:
                pass  # the function is killed after its last invocation

    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    return server


def count(counter):
    with counter.get_lock():
        counter.value += 1


def make_certificates(folder):
    """An authority, and a certificate for localhost that it signed."""
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    openssl(folder, "req", "-x509", *key, "-subj", "/CN=benchmark", "-keyout", "ca.key", "-out", "ca.pem")
    (folder / "names").write_text("subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")
    openssl(folder, "req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    signing = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names"]
    openssl(folder, "x509", "-req", "-in", "server.csr", *signing, "-out", "server.pem")


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
