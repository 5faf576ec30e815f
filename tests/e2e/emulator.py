"""Runs a built `bootstrap` under AWS's Lambda Runtime Interface Emulator, which aws-sam-cli brings along."""

import json
import os
import platform
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import samcli

MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
ARCHITECTURE = MACHINES[platform.machine().lower()]
EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{ARCHITECTURE}"

# What the emulator itself says among the function's lines.
FRAME = re.compile(r"^(START|END|REPORT) RequestId:|\(rapid\)|^\s*$")


@dataclass(frozen=True)
class Answer:
    """What an invocation gave: a payload, or an error as Lambda reports it. The emulator says 200 to both."""

    payload: object

    @property
    def error(self):
        return self.payload if isinstance(self.payload, dict) and "errorMessage" in self.payload else None


class Emulator:
    """A function with its own environment. It starts with the first invocation, as in Lambda."""

    def __init__(self, bootstrap, environment, folder, timeout=60):
        self._arguments = bootstrap, environment, folder
        port, api = free_ports(2)
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self.timeout = timeout
        self.output = folder / f"function-{port}.log"
        # Only what Lambda gives a function: nothing of the developer's environment may help it.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        lambda_ = {
            "AWS_LAMBDA_FUNCTION_NAME": "account-watcher",
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(timeout),
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
        }
        with self.output.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    EMULATOR,
                    f"--runtime-interface-emulator-address=127.0.0.1:{port}",
                    f"--runtime-api-address=127.0.0.1:{api}",
                    bootstrap,
                ],
                env={**inherited, **lambda_, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        wait_for_port(port)

    def another(self):
        """One more process of the same function."""
        return Emulator(*self._arguments, self.timeout)

    def invoke(self, event):
        """Invokes the function with an object, or with bytes as they are."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout + 30) as response:
                text = response.read().decode()
        except urllib.error.HTTPError as error:  # the function did not start
            text = error.read().decode()
        try:
            return Answer(json.loads(text) if text else None)
        except ValueError:
            if text.startswith("Task timed out"):  # which Lambda says in this JSON
                return Answer({"errorType": "Sandbox.Timedout", "errorMessage": text})
            raise AssertionError(f"no JSON from the function: {text!r}\n{self.log}") from None

    @property
    def log(self):
        """Everything the function and the emulator wrote."""
        return self.output.read_text(errors="replace")

    @property
    def lines(self):
        """What the function wrote, line by line."""
        return [line for line in self.log.splitlines() if not FRAME.search(line)]

    @property
    def resident_kib(self):
        """The function's memory."""
        return self._status("VmRSS")

    @property
    def peak_kib(self):
        """The most memory that the function has had since it started."""
        return self._status("VmHWM")

    def kill(self):
        """Ends the function at once, in the middle of whatever it does; the next invocation starts it anew."""
        os.kill(self.function_pid(), signal.SIGKILL)

    def freeze(self):
        """Stops the function in the middle of whatever it does, so that its time runs out and Lambda kills it."""
        os.kill(self.function_pid(), signal.SIGSTOP)

    def close(self):
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _status(self, name):
        status = Path(f"/proc/{self.function_pid()}/status").read_text()
        return int(re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE)[1])

    def function_pid(self):
        """The emulator's only child."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                # After the name, which is in parentheses, come the state and the parent.
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self._process.pid:
                return int(stat.parent.name)
        raise AssertionError(f"the function does not run\n{self.log}")


def free_ports(count):
    """Ports that nobody listens on. Held together, so that they differ."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def wait_for_port(port, seconds=10):
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)
