"""What the tests of the linter's ways into a CI share: this repository as it is, and projects to lint."""

import os
import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from tree import ROOT  # noqa: E402


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
