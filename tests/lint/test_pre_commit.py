"""pre-commit clones a repository with our hook, and runs it at a commit of another one."""

import subprocess
import sys

import pytest
from conftest import change, make_hostile
from tree import git, publish

WATCHER = "watchers/s3-bucket-deleted.toml"


@pytest.fixture
def repository(tmp_path, project):
    """A repository with the project in a folder, and the hook from a clone of this one as it is now."""
    hook = tmp_path / "hook"
    publish(hook)
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    rev = git(hook, "rev-parse", "HEAD").strip()
    (tmp_path / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hook.as_uri()}\n  rev: {rev}\n  hooks: [{{id: watcher-lint}}]\n"
    )
    git(tmp_path, "add", project.name, ".pre-commit-config.yaml")
    return tmp_path


def pre_commit(repository, environment, cache=None):
    found = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--color=never"],
        cwd=repository,
        env=environment | {"PRE_COMMIT_HOME": str(cache or repository / ".cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    return found.returncode, found.stdout + found.stderr


def test_the_hook_lints_what_is_committed(repository, project, environment):
    code, said = pre_commit(repository, environment)
    assert code == 0, said
    assert "watcher lint" in said and "Passed" in said

    git(repository, "-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message=right")
    change(project / WATCHER, '["DeleteBucket"]', '["DeletBucket"]')
    git(repository, "add", project.name)
    code, said = pre_commit(repository, environment)
    assert code == 1, said
    assert f"--> my alerts/{WATCHER}:" in said
    assert "error[unknown-event-name]: s3 has no event `DeletBucket`" in said

    git(repository, "checkout", "--quiet", "HEAD", "--", project.name)
    (project / "notes.md").write_text("not our business\n")
    git(repository, "add", project.name)
    code, said = pre_commit(repository, environment)
    assert code == 0 and "(no files to check)Skipped" in said, said


def test_what_the_repository_chooses_is_not_run(repository, environment, tmp_path_factory):
    hacked = make_hostile(repository)
    code, said = pre_commit(repository, environment, cache=tmp_path_factory.mktemp("cache"))
    assert not hacked.exists(), said
    assert code == 0, said

    # pre-commit's clones in the repository itself: cargo would read the repository's configuration.
    code, said = pre_commit(repository, environment)
    assert not hacked.exists(), said
    assert code != 0 and "above this one could make cargo run other programs" in said
