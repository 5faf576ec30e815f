"""Building: a watcher that is dropped in is deployed, a broken one stops the build and says where."""

import json
import re
import shutil
from pathlib import Path

import pytest

from stack import package

BROKEN = Path(__file__).parent / "broken"
WATCHER = """\
title = "Test"
severity = "low"
channels = ["security"]
message = "{{event_name}}"
pattern.source = ["aws.s3"]
"""


def test_a_dropped_watcher_is_deployed_after_one_build(shipped, extended, release, aws):
    assert shipped.rules != extended.rules and "GetSecretValue" in json.dumps(extended.rules)
    assert b"e2e-table-deleted" not in shipped.bootstrap.read_bytes()
    assert b"e2e-table-deleted" in extended.bootstrap.read_bytes()
    assert package(release, aws)["Resources"]["Function"]["Properties"]["Events"] == extended.rules


def test_sam_build_brings_deleted_generated_files_back(release, extended):
    folder = release.rules_file.parent
    files = {path.name: path.read_text() for path in folder.iterdir()}
    names = {"events", "rules", "forward", "forwarders", "parameters", "secrets"}
    assert files.keys() == {f"{name}.json" for name in names}
    shutil.rmtree(folder)
    assert release.sam_build().rules == extended.rules
    assert {path.name: path.read_text() for path in folder.iterdir()} == files


def test_only_a_release_build_writes_the_rules(scratch):
    # Nor does `cargo check`, which runs build.rs in the same profile.
    scratch.must_run("cargo", "build", "--locked")
    assert not scratch.rules_file.exists()


@pytest.fixture
def broken(scratch):
    """Builds a copy with a file that is broken; gives what cargo says."""

    def build(name, content):
        scratch.write(name, content)
        code, output = scratch.run("cargo", "build", "--locked")
        assert code != 0, f"cargo builds this:\n{content}"
        assert "panicked" not in output
        return [line for line in output.splitlines() if line.startswith("error: account-watcher@")]

    yield build
    scratch.restore()


def expectations(path):
    """A broken file begins with what is expected of it: `# LINE:COLUMN: WORDS`."""
    return re.findall(r"^# (\d+:\d+: .+)$", path.read_text(), re.MULTILINE)


def check(errors, name, expected):
    """Every expected fault is named, at its place, and nothing else is wrong with the file."""
    errors = [error for error in errors if f" {name}:" in error]
    assert len(errors) == len(expected), "\n".join(errors)
    for one in expected:
        place, words = re.fullmatch(r"(\d+:\d+): (.+)", one).groups()
        assert any(f" {name}:{place}: " in error and words in error for error in errors), one + "\n" + "\n".join(errors)


@pytest.mark.parametrize("path", sorted((BROKEN / "watchers").glob("*.toml")), ids=lambda path: path.stem)
def test_a_broken_watcher_stops_the_build(broken, path):
    errors = broken("watchers/broken.toml", path.read_bytes())
    check(errors, "watchers/broken.toml", expectations(path))


@pytest.mark.parametrize("path", sorted((BROKEN / "config").glob("*.toml")), ids=lambda path: path.stem)
def test_a_broken_configuration_stops_the_build(broken, path):
    errors = broken("account-watcher.toml", path.read_bytes())
    check(errors, "account-watcher.toml", expectations(path))


@pytest.mark.parametrize(
    "name, content, expected",
    [
        ("watchers/Not_Kebab.toml", WATCHER, "not kebab-case"),
        ("watchers/notes.md", "# Notes", "is not a watcher"),
        ("watchers/latin-1.toml", WATCHER.replace("Test", "Prüfung").encode("latin-1"), "not UTF-8"),
        ("watchers/empty.toml", "", "lacks `title`"),
    ],
)
def test_a_file_that_is_no_watcher_stops_the_build(broken, name, content, expected):
    errors = broken(name, content)
    assert any(f" {name}:1:1: " in error and expected in error for error in errors), errors
