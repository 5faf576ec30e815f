"""taplo, which editors use, takes the shipped files by .taplo.toml's schemas, and refuses what they refuse."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TAPLO = Path(sys.executable).parent / "taplo"  # of this virtual environment, which need not be on the PATH


@pytest.fixture
def project(tmp_path):
    for name in (".taplo.toml", "account-watcher.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    for name in ("schema", "watchers"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def taplo(project):
    found = subprocess.run([TAPLO, "lint"], cwd=project, capture_output=True, text=True, check=False)
    return found.returncode, found.stdout + found.stderr


def test_the_shipped_files_are_valid(project):
    code, said = taplo(project)
    assert code == 0, said


@pytest.mark.parametrize(
    ("file", "right", "wrong"),
    [
        ("watchers/s3-bucket-deleted.toml", 'severity = "high"', 'severity = "urgent"'),
        ("watchers/s3-bucket-deleted.toml", "title    =", "titel    ="),
        ("watchers/s3-bucket-deleted.toml", "source = [", "sauce = ["),
        ("account-watcher.toml", "ssm:/account-watcher/", "https://example.com/"),
    ],
)
def test_a_fault_is_found(project, file, right, wrong):
    text = (project / file).read_text()
    assert right in text
    (project / file).write_text(text.replace(right, wrong, 1))
    code, said = taplo(project)
    assert code != 0, said
