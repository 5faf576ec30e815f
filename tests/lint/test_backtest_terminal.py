"""`watcher backtest` on a terminal, which is a real one, and stopped with a real Ctrl-C."""

import gzip
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "crates/cli/tests/projects/shop"
BARS = "▁▂▃▄▅▆▇█"
SECONDS = 60


@pytest.fixture(scope="module")
def watcher():
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--package", "account-watcher-cli"], cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/watcher"


def record(number, day):
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "IAMUser", "userName": "alice", "arn": "arn:aws:iam::123456789012:user/alice"},
        "eventTime": f"2026-01-{day:02}T08:30:00Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "DeleteBucket",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "203.0.113.10",
        "requestParameters": {"bucketName": "demo"},
        "eventID": f"00000000-0000-4000-8000-{number:012}",
        "readOnly": False,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
    }


@pytest.fixture
def folder(tmp_path):
    """A file of two weeks."""
    folder = tmp_path / "logs"
    folder.mkdir()
    records = [record(day * 100 + number, day) for day in range(1, 15) for number in range(day % 4)]
    (folder / "a.json.gz").write_bytes(gzip.compress(json.dumps({"Records": records}).encode()))
    return folder


class Terminal:
    """A command that has a terminal for standard output, standard error, or both."""

    def __init__(self, command, output=True, errors=True, stdin=subprocess.DEVNULL):
        self.screen, inner = pty.openpty()
        out, err = (inner if output else subprocess.PIPE), (inner if errors else subprocess.PIPE)
        environment = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "CLICOLOR")}
        self.process = subprocess.Popen(
            command, cwd=PROJECT, stdin=stdin, stdout=out, stderr=err, env=environment | {"TERM": "xterm-256color"}
        )
        os.close(inner)
        self.text = ""

    def read(self, seconds=0.1):
        """What came on the screen; whether there may be more."""
        if select.select([self.screen], [], [], seconds)[0]:
            try:
                self.text += os.read(self.screen, 65_536).decode(errors="replace")
            except OSError:
                return False
        return True

    def until(self, pattern):
        end = time.monotonic() + SECONDS
        while not re.search(pattern, self.text):
            assert time.monotonic() < end and self.read(), self.text
        return self

    def end(self):
        end = time.monotonic() + SECONDS
        while self.read():
            assert time.monotonic() < end, self.text
        return self.process.wait(SECONDS)


def test_sparklines_are_for_terminals(watcher, folder):
    terminal = Terminal([watcher, "backtest", folder], errors=False)
    assert terminal.end() == 0
    # The days of two weeks: none, one, two or three messages.
    days = "".join([" ", "▄", "▆", "█"][day % 4] for day in range(1, 15))
    lines = [line.rstrip("\r") for line in terminal.text.split("\n")]
    # The shop has four channels and one watcher that says something.
    drawn = [line.strip() for line in lines if any(bar in line for bar in BARS)]
    assert drawn == [days.strip()] * 5, terminal.text
    piped = subprocess.run([watcher, "backtest", folder], cwd=PROJECT, check=True, capture_output=True, text=True)
    assert not any(bar in piped.stdout for bar in BARS) and piped.stderr == ""
    # The rest is the same.
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text).replace("\r", "")
    shown = [line for line in plain.split("\n") if line and not any(bar in line for bar in BARS)]
    assert shown == [line for line in piped.stdout.split("\n") if line]


def write(pipe, text):
    try:
        os.write(pipe, text.encode())
        return True
    except BrokenPipeError:
        return False


@pytest.fixture
def endless(folder):
    """A second input, whose end never comes: a pipe, and a function that opens it for writing once it is read."""
    os.mkfifo(folder.parent / "b.json")

    def opened():
        end = time.monotonic() + SECONDS
        while True:
            try:
                pipe = os.open(folder.parent / "b.json", os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                assert time.monotonic() < end, "nobody reads the pipe"
                time.sleep(0.05)
        os.set_blocking(pipe, True)
        write(pipe, '{"Records":[' + json.dumps(record(1, 1)))
        return pipe

    return opened


def stopped(terminal, pipe):
    """Ctrl-C, while the reading goes on."""
    time.sleep(0.3)
    terminal.process.send_signal(signal.SIGINT)
    end, number = time.monotonic() + SECONDS, 2
    while terminal.process.poll() is None and write(pipe, "," + json.dumps(record(number, 2))):
        assert time.monotonic() < end, terminal.text
        number += 1
        terminal.read(0.02)
    os.close(pipe)


def test_a_bar_with_bytes_rate_and_time_left(watcher, folder, endless):
    size = (folder / "a.json.gz").stat().st_size
    terminal = Terminal([watcher, "backtest", folder, folder.parent / "b.json"])
    pipe = endless()
    terminal.until(r"[█░#-]+ .*B of .*B, .*B/s, .* left")
    assert f"of {size / 1024:.2f} KiB" in terminal.text or f"of {size} B" in terminal.text, terminal.text
    stopped(terminal, pipe)
    assert terminal.end() == 130


def test_of_a_pipe_the_end_is_not_known(watcher):
    terminal = Terminal([watcher, "backtest", "-"], output=False, stdin=subprocess.PIPE)
    pipe = terminal.process.stdin
    end, number = time.monotonic() + SECONDS, 0
    while not re.search(r"B read, .*B/s", terminal.text):
        assert time.monotonic() < end, terminal.text
        pipe.write(json.dumps(record(number, 1)).encode() + b"\n")
        pipe.flush()
        number += 1
        terminal.read(0.02)
    pipe.close()
    assert f"{number} events in 1 file" in terminal.process.stdout.read().decode()
    assert terminal.end() == 0 and "left" not in terminal.text


@pytest.mark.parametrize("errors", [True, False])
def test_no_bar_in_a_pipe(watcher, folder, errors):
    """Standard error is a terminal, and standard output not; and the other way round."""
    terminal = Terminal([watcher, "backtest", folder], output=not errors, errors=errors)
    out, err = terminal.process.communicate(timeout=SECONDS) if errors else (None, terminal.process.communicate()[1])
    terminal.end()
    if errors:
        assert b"B/s" not in out and not any(bar in out.decode() for bar in BARS)
    else:
        assert err == b"" and "/s," not in terminal.text


@pytest.mark.parametrize("format", ["text", "json", "html"])
def test_ctrl_c_prints_what_is_known(watcher, folder, endless, format):
    command = [watcher, "backtest", folder, folder.parent / "b.json", "--format", format]
    terminal = Terminal(command, output=False)
    pipe = endless()
    stopped(terminal, pipe)
    output = terminal.process.stdout.read().decode()
    assert terminal.end() == 130
    assert "interrupted: 1 of 2 files were read to their end; what was counted is of what was read" in terminal.text
    if format == "json":
        report = json.loads(output)
        assert (report["input"]["files"], report["input"]["files_read"]) == (2, 1)
        # All of the first file, and some of the second.
        assert report["events"] >= 21
    else:
        assert "interrupted: 1 of 2 files were read to their end" in output
        assert "s3-bucket-deleted" in output and ("</html>" in output) == (format == "html")


@pytest.mark.parametrize("format", ["text", "json", "markdown", "github"])
def test_ctrl_c_of_a_comparison(watcher, folder, endless, tmp_path, format):
    other = tmp_path / "other"
    (other / "watchers").mkdir(parents=True)
    (other / "account-watcher.toml").write_text("")
    terminal = Terminal([watcher, "backtest", folder, folder.parent / "b.json", "--against", other, "--format", format], output=False)
    stopped(terminal, endless())
    output = terminal.process.stdout.read().decode()
    assert terminal.end() == 130
    if format == "json":
        assert json.loads(output)["input"]["files_read"] == 1
    else:
        assert "interrupted: 1 of 2 files were read to their end" in output


def test_the_second_ctrl_c_ends_it(watcher, folder, endless):
    terminal = Terminal([watcher, "backtest", folder, folder.parent / "b.json"], output=False)
    pipe = endless()
    time.sleep(0.3)
    for _ in range(2):
        terminal.process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    assert terminal.process.wait(SECONDS) == 130
    assert terminal.process.stdout.read() == b""
    os.close(pipe)
