"""What the tests of the linter's ways into a CI share: this repository as it is, and projects to lint."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

sys.path.insert(0, str(Path(__file__).parents[1]))

from tree import ROOT  # noqa: E402

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())


@pytest.fixture(scope="session")
def environment():
    """What cargo needs, from here: nothing may come from the network, and what is built already is not built again."""
    home = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))
    return os.environ | {"CARGO_HOME": home, "CARGO_NET_OFFLINE": "true", "CARGO_TARGET_DIR": str(ROOT / "target")}


@pytest.fixture
def project(tmp_path):
    """A project with the watchers that this repository ships, in a folder whose name has a space."""
    folder = tmp_path / "my alerts"
    for name in ("watchers", "tests/events"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "account-watcher.toml", folder)
    return folder


@pytest.fixture
def runner(tmp_path_factory):
    """The runner's folder for temporary files: one for all tests, so that the command is installed once."""
    temp = tmp_path_factory.getbasetemp() / "runner"
    temp.mkdir(exist_ok=True)
    return temp


def steps(folder, environment, temp, context=None, /, only=None, **inputs):
    """What the steps of action.yml print, and the exit code of the first that fails: run as GitHub's runner runs them, one after
    the other, inputs put in. `only`: the names of some.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
    """
    # As for `uses: ./`, which names no version; what is different for others is in tests/packages.
    github = {"action_path": str(ROOT), "action_repository": "", "action_ref": "", "token": "secret"} | (context or {})
    values = {f"github.{name}": value for name, value in github.items()}
    for name, about in ACTION["inputs"].items():
        values[f"inputs.{name}"] = inputs.get(name.replace("-", "_"), about["default"])
    said, failed = "", 0
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an input in a script could run as code"
        if not is_run(step, values, failed) or only and step["name"] not in only:
            continue
        variables = {
            name: re.sub(r"\$\{\{ *([\w.-]+) *\}\}", lambda match: values[match[1]], text)
            for name, text in step["env"].items()
        }
        found = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=folder,
            env=environment | {"RUNNER_TEMP": str(temp)} | variables,
            capture_output=True,
            text=True,
            check=False,
        )
        said += found.stdout + found.stderr
        failed = failed or found.returncode
    return failed, said


def is_run(step, values, failed):
    """What the runner makes of `if`, as far as action.yml needs it."""
    condition = step.get("if")
    if condition is None:
        return not failed
    (name, value), = re.findall(r"^\$\{\{ !cancelled\(\) && (inputs\.[\w-]+) == '(\w+)' \}\}$", condition)
    return values[name] == value


def make_hostile(folder):
    """Puts there what makes cargo and rustup run programs of the folder's own; gives the file that tells it happened."""
    hacked = folder / "hacked"
    evil = folder / "evil" / "bin"
    evil.mkdir(parents=True)
    for name in ("cargo", "rustc", "wrapper"):
        (evil / name).write_text(f'#!/bin/sh\ntouch "{hacked}"\nexit 1\n')
        (evil / name).chmod(0o755)
    (folder / "rust-toolchain.toml").write_text(f'[toolchain]\npath = "{folder / "evil"}"\n')
    (folder / ".cargo").mkdir()
    (folder / ".cargo/config.toml").write_text(f'[build]\nrustc-wrapper = "{evil / "wrapper"}"\n')
    return hacked


def change(file, right, wrong):
    """Makes a fault."""
    text = file.read_text()
    assert right in text
    file.write_text(text.replace(right, wrong, 1))
