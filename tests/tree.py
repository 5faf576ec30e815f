"""This repository as it is now, with what is not committed yet, and git without anybody's settings."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "GIT_ALLOW_PROTOCOL": "file"}
for who in ("AUTHOR", "COMMITTER"):
    SETTINGS |= {f"GIT_{who}_NAME": "test", f"GIT_{who}_EMAIL": "test@example.com"}


def git(folder, *arguments):
    """What git prints."""
    command = ["git", "-C", str(folder), *arguments]
    found = subprocess.run(command, env=os.environ | SETTINGS, capture_output=True, text=True, check=False)
    assert found.returncode == 0, f"{command}\n{found.stdout}{found.stderr}"
    return found.stdout


def names():
    """The files."""
    listed = git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]


def publish(folder):
    """Copies all files into a new repository, and commits them."""
    for name in names():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet", "--initial-branch=main")
    commit(folder, "First")


def commit(folder, message):
    """Commits all that is in the folder."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", f"--message={message}")
