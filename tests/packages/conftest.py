"""What the tests of the packages share: the packages, made of this tree as a release makes them, and a project to lint."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent  # of this virtual environment, which need not be on the PATH
REPOSITORY = "https://github.com/example/account-watcher"
sys.path.insert(0, str(ROOT / "packages"))

from release import version  # noqa: E402, F401 # for the tests

MEGABYTES = 8
CONFIG = """[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }
"""


def run(*command, cwd=None, code=0, **environment):
    """What a command prints on standard output; its exit code must be `code`."""
    found = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    assert found.returncode == code, f"{command} ended with {found.returncode}\n{found.stdout}{found.stderr}"
    return found.stdout


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    """As .github/workflows/release.yml builds it for Linux on x86_64."""
    out = tmp_path_factory.mktemp("wheels")
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"  # maturin looks for zig there
    options = ("--zig", "--compatibility", "manylinux2014")
    target = ("--target", "x86_64-unknown-linux-gnu")
    run(BIN / "maturin", "build", "--quiet", *target, *options, "--out", out, cwd=ROOT / "packages/pypi", PATH=path)
    (wheel,) = out.iterdir()
    return wheel


@pytest.fixture(scope="session")
def release(wheel, tmp_path_factory):
    """The folder of a release that has this one system."""
    out = tmp_path_factory.mktemp("made") / "release"
    run(sys.executable, ROOT / "packages/release.py", "--repository", REPOSITORY, "--out", out, wheel)
    return out


@pytest.fixture
def project(tmp_path):
    """A project of somebody's own, far from this repository."""
    folder = tmp_path / "my alerts"
    (folder / "watchers").mkdir(parents=True)
    (folder / "account-watcher.toml").write_text(CONFIG)
    return folder


@pytest.fixture
def watched(project, release, tmp_path):
    """The project with a watcher."""
    shutil.unpack_archive(release / f"watcher-{version()}-x86_64-unknown-linux-gnu.tar.gz", tmp_path / "archive")
    (program,) = (tmp_path / "archive").glob("*/watcher")
    run(program, "new", "kinesis:DeleteStream", cwd=project)
    return project


def use(watcher, project):
    """Does with an installed command what people do; `watcher` is what they type."""
    said = lambda *arguments, code=0: run(*watcher, *arguments, cwd=project, code=code)
    assert said("--version") == f"watcher {version()}\n"
    assert said("new", "kinesis:DeleteStream") == (
        "wrote watchers/kinesis-stream-deleted.toml\n"
        "wrote tests/events/kinesis-stream-deleted.json\n"
        "1 watcher, no findings; 3 tests passed\n"
    )
    assert said("lint") == "1 watcher, no findings\n"
    assert said("test") == "3 tests passed\n"
    file = project / "watchers/kinesis-stream-deleted.toml"
    file.write_text(file.read_text().replace('["DeleteStream"]', '["DeletStream"]'))
    assert "error[unknown-event-name]: kinesis has no event `DeletStream`\n" in said("lint", code=1)
    assert said("no-such-command", code=2) == ""


def step(job, name):
    """The script of a step of the release workflow."""
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    (found,) = (one["run"] for one in workflow["jobs"][job]["steps"] if one.get("name") == name)
    assert "${{" not in found
    return found


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()}
