"""Workflows, the action and Dependabot's settings are right, by actionlint and zizmor; and use what is pinned, with as few
rights as they need."""

import re
import shutil
import subprocess

import pytest
import yaml

from conftest import BIN, ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
# For other repositories to copy.
EXAMPLES = sorted((ROOT / "examples").glob("*.yml"))
ALL = [*WORKFLOWS, *EXAMPLES, ROOT / "action.yml"]


def actionlint(*files):
    # shellcheck only where it is installed, so nowhere: every machine finds the same.
    return subprocess.run([BIN / "actionlint", "-shellcheck=", *files], capture_output=True, text=True, check=False)


def zizmor(folder):
    command = [BIN / "zizmor", "--offline", "--no-config", "--persona=pedantic", "--strict-collection", "--no-progress", folder]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path):
    """The files that zizmor reads, to make a fault in."""
    shutil.copytree(ROOT / ".github", tmp_path / ".github")
    for name in ("action.yml", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def test_actionlint_finds_nothing(tmp_path):
    assert len(WORKFLOWS) > 1
    assert EXAMPLES
    found = actionlint(*WORKFLOWS, *EXAMPLES)
    assert (found.returncode, found.stdout) == (0, ""), found.stdout
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(WORKFLOWS[0].read_text().replace("runs-on:", "run-on:", 1))
    assert actionlint(wrong).returncode == 1


def test_zizmor_finds_nothing(copy):
    found = zizmor(copy)
    assert found.returncode == 0, found.stdout
    for name in [*(f".github/workflows/{one.name}" for one in WORKFLOWS), "action.yml", ".github/dependabot.yml"]:
        assert f"completed {copy / name}" in found.stderr, found.stderr
    for example in EXAMPLES:
        found = zizmor(example)
        assert found.returncode == 0 and f"completed {example}" in found.stderr, found.stdout
    action = copy / "action.yml"
    action.write_text(action.read_text().replace("run: |\n", 'run: |\n        echo "${{ inputs.region }}"\n'))
    found = zizmor(copy)
    assert found.returncode != 0 and "template-injection" in found.stdout


def test_nothing_is_ignored_without_a_reason():
    for file in [*ALL, ROOT / ".github/dependabot.yml"]:
        for line in file.read_text().splitlines():
            assert not re.search(r"zizmor: *ignore\[[^]]*\]\s*$", line), f"{file.name}: {line}"
            assert not re.search(r"shellcheck disable=\S+\s*$", line), f"{file.name}: {line}"
    assert not [*ROOT.glob(".github/zizmor.y*ml"), *ROOT.glob("zizmor.y*ml"), *ROOT.glob(".github/actionlint.y*ml")]


@pytest.mark.parametrize("file", ALL, ids=lambda file: file.name)
def test_actions_are_pinned_by_commit(file):
    used = re.findall(r"uses: *(\S+)(.*)", file.read_text())
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", name) and re.fullmatch(r" # v[\d.]+", comment) for name, comment in used)


def test_one_action_is_used_in_one_version():
    used = {tuple(name.split("@")) for file in ALL for name in re.findall(r"uses: *(\S+)", file.read_text())}
    assert len(used) == len({name for name, _ in used}) > 5


def test_a_right_to_write_is_one_jobs_alone():
    workflow = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())
    assert workflow["permissions"] == {}
    rights = {name: job["permissions"] for name, job in workflow["jobs"].items()}
    read = {"contents": "read"}
    assert rights == {
        "check": read,
        "wheel": read,
        "assemble": read,
        "try": read,
        "attest": {"id-token": "write", "attestations": "write"},
        "pypi": {"id-token": "write"},
        "npm": {"id-token": "write"},
        "github": {"contents": "write"},
    }
    # And whoever may write runs nothing of this repository.
    for name, job in workflow["jobs"].items():
        runs = " ".join(step.get("uses", "") + step.get("run", "") for step in job["steps"])
        assert ("actions/checkout" in runs) == (rights[name] == read)
    assert workflow["jobs"]["pypi"]["environment"]["name"] == "pypi" and workflow["jobs"]["npm"]["environment"]["name"] == "npm"
    assert "secrets." not in (ROOT / ".github/workflows/release.yml").read_text()
