"""pre-commit installs the hook `watcher-lint-package` from a clone of this repository, with the package."""

import os
import shutil
import subprocess
import sys

import pytest
import virtualenv.seed.wheels.embed

from conftest import ROOT, run

GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | {
    f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "test"), ("EMAIL", "test@example.com"))
}


def git(folder, *arguments):
    return run("git", "-C", folder, *arguments, **GIT)


@pytest.fixture
def repository(watched, tmp_path):
    """A project's repository, whose .pre-commit-config.yaml names one that has our hooks and what the hook needs."""
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "Cargo.toml"):
        shutil.copy(ROOT / name, hooks)
    # Folders that setuptools would take for packages of Python.
    for name in ("watchers", "tests", "packages"):
        (hooks / name).mkdir()
        (hooks / name / "file").touch()
    for folder in (hooks, watched):
        git(folder, "init", "--quiet", "--initial-branch=main")
    git(hooks, "add", "--all")
    git(hooks, "commit", "--quiet", "--message=hooks")
    rev = git(hooks, "rev-parse", "HEAD").strip()
    (watched / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks.as_uri()}\n  rev: {rev}\n  hooks: [{{id: watcher-lint-package}}]\n"
    )
    return watched


def test_the_hook_lints_with_the_package(repository, release, tmp_path):
    # In place of PyPI: the package, and the setuptools that virtualenv carries.
    wheels = f"{release} {virtualenv.seed.wheels.embed.BUNDLE_FOLDER}"
    environment = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": wheels, "PRE_COMMIT_HOME": str(tmp_path / "cache")} | GIT
    # No cargo is needed.
    environment["PATH"] = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if not os.path.exists(f"{folder}/cargo")
    )

    def commit():
        git(repository, "add", "--all")
        found = subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--color=never"],
            cwd=repository, env=os.environ | environment, capture_output=True, text=True, check=False,
        )
        return found.returncode, found.stdout + found.stderr

    code, said = commit()
    assert code == 0 and "watcher lint" in said and "Passed" in said, said
    watcher = repository / "watchers/kinesis-stream-deleted.toml"
    watcher.write_text(watcher.read_text().replace('["DeleteStream"]', '["DeletStream"]'))
    code, said = commit()
    assert code == 1 and "error[unknown-event-name]: kinesis has no event `DeletStream`" in said, said
