"""A repository of a user's own, made by the installed command: what it holds for CI is right, and runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from conftest import BIN, ROOT, run
from tree import SETTINGS, commit, git, publish

@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """Account Watcher as it is here, in two versions: in the second one a watcher is gone."""
    engine = tmp_path_factory.mktemp("published") / "account-watcher"
    publish(engine)
    git(engine, "tag", "v0.1.0")
    (engine / "watchers/s3-bucket-cors-changed.toml").unlink()
    commit(engine, "Second")
    git(engine, "tag", "v0.2.0")
    return engine


@pytest.fixture
def watcher(release, tmp_path):
    """The command from the wheel."""
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", venv)
    run(venv / "bin/pip", "install", "--quiet", "--no-index", "--find-links", release, "account-watcher")
    return venv / "bin/watcher"


@pytest.fixture
def ours(watcher, engine, tmp_path):
    folder = tmp_path / "ours"
    run(watcher, "init", folder, "--engine", engine)
    commit(folder, "Ours")
    return folder


def test_workflow_and_dependabot_are_right(ours):
    found = subprocess.run([BIN / "actionlint", "-shellcheck="], cwd=ours, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")
    # Only what is written there: the submodule has its own test.
    shutil.copytree(ours / ".github", ours.parent / "copy/.github")
    options = ("--offline", "--no-config", "--persona=pedantic", "--strict-collection", "--no-progress")
    found = subprocess.run([BIN / "zizmor", *options, ours.parent / "copy"], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout
    for name in ("workflows/watchers.yml", "dependabot.yml"):
        assert f"completed {ours.parent / 'copy/.github' / name}" in found.stderr


def test_the_workflow_pins_what_this_repository_pins(ours):
    checkout = lambda file: {line.split("uses:")[1].strip() for line in file.read_text().splitlines() if "actions/checkout@" in line}
    (pinned,) = checkout(ours / ".github/workflows/watchers.yml")
    assert {pinned} == checkout(ROOT / ".github/workflows/release.yml")


def test_the_workflow_says_what_an_upgrade_changes(ours, watcher, tmp_path):
    """Its last step, at the commit that GitHub makes of a pull request."""
    temp = tmp_path / "runner"
    (temp / "watcher/bin").mkdir(parents=True)
    shutil.copy(watcher, temp / "watcher/bin/watcher")
    workflow = yaml.safe_load((ours / ".github/workflows/watchers.yml").read_text())
    steps = workflow["jobs"]["watchers"]["steps"]
    assert steps[1] == {"uses": "./account-watcher", "with": {"plan": True}}
    # Of the whole history, with the submodule: the plan needs the state before, and the version that it had pinned.
    assert steps[0]["with"] == {"submodules": True, "fetch-depth": 0, "persist-credentials": False}
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["watchers"]["permissions"] == {"contents": "read", "pull-requests": "write"}
    # Whatever lint has found: an upgrade may be why.
    assert steps[3]["name"] == "What an upgrade changes" and steps[3]["if"] == "${{ !cancelled() }}"

    def step(name):
        (script,) = (one["run"] for one in steps if one.get("name") == name)
        found = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=ours, env=os.environ | SETTINGS | {"RUNNER_TEMP": str(temp)}, capture_output=True, text=True, check=False,
        )
        return found.returncode, found.stdout

    assert step("Test") == (0, "3 tests passed\n")

    def propose(message):
        git(ours, "checkout", "--quiet", "-B", "change", "master" if "master" in git(ours, "branch") else "main")
        git(ours, "add", "--all")
        git(ours, "commit", "--quiet", "--allow-empty", f"--message={message}")

    propose("nothing of the submodule")
    assert step("What an upgrade changes") == (0, "")
    git(ours / "account-watcher", "checkout", "--quiet", "v0.2.0")
    propose("the next version")
    code, said = step("What an upgrade changes")
    assert code == 0 and said.startswith("::notice title=upgrade::") and said.endswith("1 watcher removed\n"), said
    # And the plan, what that means for people.
    planned = run(watcher, "plan", "--from", "HEAD^1", cwd=ours)
    assert "1 watcher removed" in planned.splitlines()[0] and "the watcher `s3-bucket-cors-changed` was removed" in planned, planned
    # With an override that names what is gone.
    config = ours / "account-watcher.toml"
    config.write_text(config.read_text() + '\n[[override]]\nwatchers = ["s3-bucket-cors-changed"]\nenabled = false\n')
    propose("the next version, and an override of what is gone")
    code, said = step("What an upgrade changes")
    assert code == 1 and "::error file=account-watcher.toml,line=" in said, said
    (temp / "watcher/bin/watcher").unlink()
    assert step("What an upgrade changes") == (0, ""), "what is not installed is said by the step that installs"


def test_the_hook_is_the_one_of_the_submodule(ours, tmp_path):
    # That it builds the command is tested in tests/lint; here it finds it built, as `make unit` does it,
    # which may run beside this: another build would take the program away from its tests.
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")).resolve()
    run("cargo", "test", "--quiet", "--workspace", "--locked", "--no-run", "--test", "cli", cwd=ROOT)
    (tmp_path / "bin").mkdir()
    asked = tmp_path / "asked"
    (tmp_path / "bin/cargo").write_text(f'#!/bin/sh\necho "$PWD: $*" >"{asked}"\n')
    (tmp_path / "bin/cargo").chmod(0o755)
    environment = os.environ | SETTINGS | {
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(Path.home() / ".cargo")),
        "CARGO_TARGET_DIR": str(target),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
    }

    def hook():
        command = [sys.executable, "-m", "pre_commit", "run", "--color=never"]
        found = subprocess.run(command, cwd=ours, env=environment, capture_output=True, text=True, check=False)
        return found.returncode, found.stdout + found.stderr

    watcher = ours / "watchers/s3-bucket-created.toml"
    watcher.write_text(watcher.read_text().replace("S3 bucket created", "S3 bucket was created"))
    git(ours, "add", "watchers")
    code, said = hook()
    assert code == 0 and "watcher lint" in said and "Passed" in said, said
    build = f"build --quiet --locked --package account-watcher-cli --target-dir {target}"
    assert asked.read_text() == f"{ours / 'account-watcher'}: {build}\n"
    watcher.write_text(watcher.read_text().replace('["CreateBucket"]', '["CreatBucket"]'))
    git(ours, "add", "watchers")
    code, said = hook()
    assert code == 1 and "error[unknown-event-name]: s3 has no event `CreatBucket`" in said, said
