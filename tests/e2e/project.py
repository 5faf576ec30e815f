"""Copies of this project, in which tests drop watchers and run cargo and sam.

They lie in cargo's target folder and keep their place between runs, so that only the first run compiles everything.
Two test runs at once would disturb each other.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from samcli.yamlhelper import yaml_parse

import tree
from emulator import ARCHITECTURE
from tree import ROOT

WORK = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve() / "e2e"
# Made in a copy, not copied into it.
KEPT = {"generated", ".aws-sam"}


class Folder:
    """A folder with a project, where commands are run as its user runs them. It shares compiled dependencies with the other
    folders, and nothing with the developer's builds."""

    def __init__(self, root):
        self.root = root
        self._environment = {
            # cargo-lambda and zig are programs of this virtual environment.
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "CARGO_TARGET_DIR": str(WORK / "target"),
            "CARGO_TERM_COLOR": "never",
            "SAM_CLI_TELEMETRY": "0",
        }

    def write(self, name, content):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())

    def append(self, name, text):
        with (self.root / name).open("a") as file:
            file.write(text)

    def run(self, *command, **environment):
        """Runs a command in the copy; gives its exit code and everything it wrote."""
        done = subprocess.run(
            command,
            cwd=self.root,
            env={**self._environment, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return done.returncode, done.stdout

    def must_run(self, *command, **environment):
        code, output = self.run(*command, **environment)
        assert code == 0, f"{' '.join(map(str, command))}: exit code {code}\n{output}"
        return output

    def sam_build(self):
        """`sam build` as a user runs it, but for this machine's processor."""
        self.must_run("sam", "build", "--parameter-overrides", f"Architecture={ARCHITECTURE}")
        return Build(
            rules=json.loads(self.rules_file.read_text()),
            template=yaml_parse((self.root / ".aws-sam/build/template.yaml").read_text()),
            bootstrap=self.root / ".aws-sam/build/Function/bootstrap",
        )

    @property
    def engine(self):
        """The folder of the function."""
        return self.root

    @property
    def rules_file(self):
        return self.engine / "generated/events.json"


class Project(Folder):
    """A copy of this project."""

    def __init__(self, name):
        super().__init__(WORK / name)
        self.restore()

    def restore(self):
        """Makes it equal to the project again. What is equal keeps its time, so that cargo finds it fresh."""
        names = set(tree.names())
        for name in names:
            content = (ROOT / name).read_bytes()
            copy = self.root / name
            if not copy.is_file() or copy.read_bytes() != content:
                self.write(name, content)
        for path in self.root.rglob("*"):
            name = path.relative_to(self.root)
            if path.is_file() and name.parts[0] not in KEPT and str(name) not in names:
                path.unlink()


class OwnRepository(Folder):
    """A repository of a user's, as `watcher init` makes it."""

    @property
    def engine(self):
        return self.root / "account-watcher"


@dataclass(frozen=True)
class Build:
    """What `sam build` left."""

    rules: dict
    template: dict
    bootstrap: Path

    def keep(self, name):
        """The same with a bootstrap that the next build does not overwrite."""
        folder = WORK / "built" / name
        folder.mkdir(parents=True, exist_ok=True)
        # A process that still runs the old file keeps it; writing into it would fail.
        copy = folder / "bootstrap"
        copy.unlink(missing_ok=True)
        shutil.copy2(self.bootstrap, copy)
        return Build(self.rules, self.template, copy)
