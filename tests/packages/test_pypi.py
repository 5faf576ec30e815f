"""The wheel, installed from its file into a fresh virtual environment."""

import re
import subprocess
import sys
import zipfile
from email import message_from_string

import pytest

from conftest import MEGABYTES, ROOT, files, run, use, version

PYTHON = ("-m", "pip", "--disable-pip-version-check", "--isolated")


@pytest.fixture
def venv(tmp_path):
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    return tmp_path / "venv"


@pytest.fixture
def pip(venv):
    return lambda *arguments: run(venv / "bin/python", *PYTHON, *arguments)


def test_it_is_small_and_runs_where_glibc_is_of_2014(wheel):
    assert wheel.name == f"account_watcher-{version()}-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"
    assert wheel.stat().st_size < MEGABYTES * 1_000_000
    with zipfile.ZipFile(wheel) as file:
        program = file.read(f"account_watcher-{version()}.data/scripts/watcher")
    asked = {tuple(map(int, found.split(b"."))) for found in re.findall(rb"GLIBC_(\d+\.\d+(?:\.\d+)?)\0", program)}
    assert asked and max(asked) <= (2, 17)


def test_it_is_installed_used_and_gone_again(wheel, release, venv, pip, project):
    before = files(venv)
    # No network and no other packages: it depends on nothing.
    pip("install", "--no-index", "--find-links", release, "account-watcher")
    added = files(venv) - before
    assert "bin/watcher" in added
    assert all(name == "bin/watcher" or ".dist-info/" in name for name in added), added
    use([venv / "bin/watcher"], project)
    pip("uninstall", "--yes", "account-watcher")
    assert files(venv) == before


def test_its_page_is_true(wheel):
    with zipfile.ZipFile(wheel) as file:
        info = f"account_watcher-{version()}.dist-info"
        about = message_from_string(file.read(f"{info}/METADATA").decode())
        for name in ("LICENSE-APACHE", "LICENSE-MIT"):
            assert file.read(f"{info}/licenses/{name}") == (ROOT / name).read_bytes()
    assert (about["Name"], about["Version"]) == ("account-watcher", version())
    assert about["License-Expression"] == "MIT OR Apache-2.0"
    assert about.get_all("Requires-Dist") is None
    assert about["Description-Content-Type"].startswith("text/markdown")
    assert about.get_payload().strip() == (ROOT / "packages/pypi/README.md").read_text().strip()


def test_the_commands_of_the_pages_exist(wheel, release, venv, pip):
    pip("install", "--no-index", "--find-links", release, "account-watcher")
    for name in ("pypi", "npm"):
        text = (ROOT / f"packages/{name}/README.md").read_text()
        commands = re.findall(r"^(?:npx )?watcher ([a-z]+)", text, re.MULTILINE)
        assert len(commands) > 2
        for command in commands:
            assert subprocess.run([venv / "bin/watcher", command, "--help"], capture_output=True, check=False).returncode == 0
