"""Measures `watcher lsp` as an editor feels it, on the shipped watchers: how long hover, completion, and findings after a
key take, median and worst. `python3 benches/lsp.py [ROUNDS]`. The answers are read off the server's standard output, so
the times have everything in them but the editor's own work."""

import itertools
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
WATCHER = ROOT / "target/release/watcher"
# What must be reached, in milliseconds, by the slowest answer.
LIMIT = 50
# Files with much in them: of EC2, whose calls are the most, and with long messages.
FILES = ("ec2-security-group-opened", "s3-bucket-deleted", "iam-user-created", "kms-key-policy-changed")


class Editor:
    def __init__(self):
        self.server = subprocess.Popen([WATCHER, "lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.ids, self.versions = itertools.count(1), {}
        self.ask("initialize", {"capabilities": {}})
        self.tell("initialized", {})

    def send(self, message):
        text = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(text), text))
        self.server.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def read(self):
        length = 0
        while (line := self.server.stdout.readline().strip()):
            length = int(line.removeprefix(b"Content-Length: "))
        return json.loads(self.server.stdout.read(length))

    def wait(self, is_it):
        while not is_it(message := self.read()):
            pass
        return message

    def ask(self, method, params):
        number = next(self.ids)
        self.send({"id": number, "method": method, "params": params})
        return self.wait(lambda message: message.get("id") == number and "method" not in message).get("result")

    def open(self, uri, text):
        self.versions[uri] = 1
        document = {"uri": uri, "languageId": "toml", "version": 1, "text": text}
        self.tell("textDocument/didOpen", {"textDocument": document})

    def write(self, uri, text):
        self.versions[uri] += 1
        document = {"uri": uri, "version": self.versions[uri]}
        self.tell("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def findings(self, uri):
        def is_it(message):
            params = message.get("params") or {}
            return params.get("uri") == uri and params.get("version") == self.versions[uri]

        return self.wait(is_it)["params"]["diagnostics"]

    def end(self):
        self.ask("shutdown", None)
        self.tell("exit", None)
        assert self.server.wait() == 0


def timed(work):
    begun = time.perf_counter()
    result = work()
    return (time.perf_counter() - begun) * 1000, result


def said(what, times, limit=None):
    worst = max(times)
    wanted = "" if limit is None else f" (wanted: at most {limit})" + ("" if worst <= limit else "  NOT REACHED")
    print(f"{what}, ms: median {statistics.median(times):.1f}, worst of {len(times)} {worst:.1f}{wanted}", flush=True)


def places(text):
    """A place in each word, as lines and characters."""
    for number, line in enumerate(text.splitlines()):
        for at in range(1, len(line), 5):
            if line[at].isalnum():
                yield {"line": number, "character": len(line[:at].encode("utf-16-le")) // 2}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    build = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "account-watcher-cli", "--bin", "watcher"]
    subprocess.run(build, check=True, cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "watchers", project / "watchers")
        shutil.copytree(ROOT / "tests/events", project / "tests/events")
        for name in ("account-watcher.toml", "template.yaml"):
            shutil.copy(ROOT / name, project / name)
        print(f"{len(list((project / 'watchers').glob('*.toml')))} watchers", flush=True)
        editor = Editor()
        uris = {name: (project / f"watchers/{name}.toml").as_uri() for name in FILES}
        texts = {name: (project / f"watchers/{name}.toml").read_text() for name in FILES}

        first = uris[FILES[0]]
        editor.open(first, texts[FILES[0]])
        said("findings after the first file is opened", [timed(lambda: editor.findings(first))[0]])
        for name in FILES[1:]:
            editor.open(uris[name], texts[name])
            editor.findings(uris[name])

        for method in ("hover", "completion"):
            times = []
            for name in FILES:
                for place in places(texts[name]):
                    params = {"textDocument": {"uri": uris[name]}, "position": place}
                    times.append(timed(lambda: editor.ask(f"textDocument/{method}", params))[0])
            said(f"{method} at every word of {len(FILES)} files", times, LIMIT)

        # The longest lists: every event name of EC2, and of all services.
        ec2 = texts[FILES[0]]
        nowhere = "[pattern]\ndetail.eventName = [\"\"]\n"
        for what, text, key in (
            ("event names of EC2", ec2, "detail.eventName = [\""),
            ("event names of all services", nowhere, "eventName = [\""),
            ("sources", ec2, "source = [\""),
        ):
            at = text.index(key) + len(key)
            line = text.count("\n", 0, at)
            place = {"line": line, "character": at - text.rfind("\n", 0, at) - 1}
            params = {"textDocument": {"uri": first}, "position": place}
            editor.write(first, text)
            editor.findings(first)
            runs = [timed(lambda: editor.ask("textDocument/completion", params)) for _ in range(rounds)]
            said(f"completion of {what} ({len(runs[0][1]['items'])} offered)", [run[0] for run in runs], LIMIT)

        # Each key waits for its findings; then hover and completion while somebody types without a pause.
        editor.write(first, ec2)
        editor.findings(first)
        times = []
        for number in range(rounds):
            editor.write(first, f"{ec2}# {number}\nx")
            times.append(timed(lambda: editor.findings(first))[0])
        said("findings after a key, the 30 ms of pause too", times)
        busy = {"hover": [], "completion": []}
        for number in range(rounds):
            editor.write(first, f"{ec2}# {'x' * number}\n")
            for method, times in busy.items():
                params = {"textDocument": {"uri": first}, "position": {"line": 9, "character": 24}}
                times.append(timed(lambda: editor.ask(f"textDocument/{method}", params))[0])
            time.sleep(0.04)
        for method, times in busy.items():
            said(f"{method} while somebody types and the project is linted", times, LIMIT)
        editor.end()


if __name__ == "__main__":
    main()
