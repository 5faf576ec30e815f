"""action.yml: what its steps install, find and say."""

import shutil

import pytest
from conftest import ROOT, change, make_hostile, steps

WATCHER = "watchers/s3-bucket-deleted.toml"


@pytest.fixture
def run(project, environment, runner):
    return lambda context=None, /, **inputs: steps(project.parent, environment, runner, context, **inputs)


def test_the_shipped_watchers_pass(run, project):
    code, said = run(project=project.name, region="us-east-1")
    assert code == 0, said
    assert "::error" not in said and "::warning" not in said
    assert "::notice title=watcher is built from source::the workflow names no version of the action\n" in said


def test_an_error_fails_and_is_shown_in_its_line(run, project):
    change(project / WATCHER, '["DeleteBucket"]', '["DeletBucket"]')
    code, said = run(project=project.name)
    assert code == 1, said
    line = (project / WATCHER).read_text().splitlines().index('detail.eventName = ["DeletBucket"]') + 1
    assert (
        f"::error file=my alerts/{WATCHER},line={line},col=21,endColumn=34,title=unknown-event-name::"
        "s3 has no event `DeletBucket`%0Ahelp: did you mean `DeleteBucket`?%0Amore: docs/lints.md#unknown-event-name\n"
    ) in said


def test_a_warning_fails_unless_it_may_stand(run, project):
    change(project / WATCHER, "[fields]", '[fields]\nunused = "$.detail.eventID"')
    for deny, expected in (("true", 1), ("false", 0)):
        code, said = run(project=project.name, deny_warnings=deny)
        assert code == expected, said
        assert "title=unused-field::" in said


def test_a_region_tells_what_a_stack_there_does_not_see(run, project):
    code, said = run(project=project.name, region="eu-west-1")
    assert code == 1, said
    assert "::warning" in said and "a stack in eu-west-1 does not see IAM calls" in said


def test_an_input_is_no_code(run, project, tmp_path):
    code, said = run(project=project.name, region="$(touch hacked)")
    assert code == 2, said
    assert not list(tmp_path.rglob("hacked"))


def test_what_the_project_chooses_is_not_run(run, project):
    # The steps run in the folder that was checked out: a pull request decides what is in it.
    hacked = make_hostile(project.parent)
    code, said = run(project=project.name)
    assert not hacked.exists(), said
    assert code == 0, said


def test_an_action_inside_the_project_is_refused_if_the_project_configures_cargo(run, project):
    hacked = make_hostile(project.parent)
    inside = project.parent / "action"
    (inside / "hooks").mkdir(parents=True)
    for name in ("hooks/cargo", "hooks/install", "rust-toolchain.toml", "Cargo.toml"):
        shutil.copy(ROOT / name, inside / name)
    code, said = run({"action_path": str(inside)}, project=project.name)
    assert code == 2, said
    assert "above this one could make cargo run other programs" in said
    assert not hacked.exists()
