"""A repository that holds only its user's watchers, from `watcher init` to an upgrade: made with the built command, far from this
repository, and built by SAM."""

import json

import pytest

import tree
from function import WEBHOOK, set_webhook
from project import Folder, OwnRepository

AUDIT = WEBHOOK.replace("webhook-secret", "webhook-secret-of-audit")
# Both ship switched off.
SWITCHED_ON = ["batch-job-command-replaced", "ec2-snapshot-created"]
OVERRIDES = """
[channels.audit]
slack = { webhook = "ssm:/account-watcher/slack/audit", host = "127.0.0.1" }

[[override]]
watchers = ["batch-job-command-replaced", "ec2-snapshot-created"]
enabled = true

[[override]]
watchers = ["tag:cis-4.5"]
channels = ["audit"]
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """A repository with two versions of Account Watcher: this one, and one with a renamed watcher and another text."""
    engine = Folder(tmp_path_factory.mktemp("published") / "account-watcher")
    tree.publish(engine.root)
    tree.git(engine.root, "tag", "v0.1.0")
    tree.git(engine.root, "mv", "watchers/ec2-snapshot-created.toml", "watchers/ec2-snapshot-taken.toml")
    engine.append("renames.toml", '\nec2-snapshot-created = { to = "ec2-snapshot-taken", version = "0.2.0" }\n')
    deleted = (engine.root / "watchers/s3-bucket-deleted.toml").read_text()
    assert 'title    = "S3 bucket deleted"' in deleted or 'title = "S3 bucket deleted"' in deleted
    engine.write("watchers/s3-bucket-deleted.toml", deleted.replace('"S3 bucket deleted"', '"An S3 bucket is gone"'))
    tree.commit(engine.root, "Second")
    tree.git(engine.root, "tag", "v0.2.0")
    return engine


@pytest.fixture(scope="module")
def ours(engine, watcher, tmp_path_factory):
    """A new repository with another watcher and overrides."""
    folder = tmp_path_factory.mktemp("ours") / "alerts of ours"
    made = Folder(folder.parent).must_run(watcher, "init", folder.name, "--engine", str(engine.root))
    assert "added alerts of ours/account-watcher: v0.1.0 at " in made
    assert "1 watcher, no findings; 3 tests passed" in made
    ours = OwnRepository(folder)
    ours.must_run(watcher, "new", "kinesis:DeleteStream")
    ours.append("account-watcher.toml", OVERRIDES)
    tree.commit(ours.root, "Ours")
    return ours


def check(ours, watcher):
    assert " watchers, no findings\n" in ours.must_run(watcher, "lint", "--deny-warnings")
    assert ours.must_run(watcher, "test") == "6 tests passed\n"


def test_it_lints_and_what_it_overrides_is_listed(ours, watcher):
    check(ours, watcher)
    listed = {entry["name"]: entry for entry in json.loads(ours.must_run(watcher, "list", "--format", "json"))}
    on = {name for name, entry in listed.items() if entry["enabled"]}
    assert {"kinesis-stream-deleted", "s3-bucket-created", *SWITCHED_ON} <= on
    assert listed["cloudtrail-trail-stopped"]["overridden"][0]["key"] == "channels"


def test_sam_builds_what_is_its_own_and_what_it_overrides(ours, watcher, start, slack, aws):
    build = ours.sam_build()
    # The template is the shipped one, and finds its rules and the function.
    assert (ours.root / ".aws-sam/build/template.yaml").is_file() and not (ours.root / "generated").exists()

    set_webhook(aws, slack.url + AUDIT, "audit")
    function = start(build=build)
    shipped = "account-watcher/tests/events"
    for file, path in [
        ("tests/events/kinesis-stream-deleted.json", WEBHOOK),
        ("tests/events/s3-bucket-created.json", WEBHOOK),
        *((f"{shipped}/{name}.json", WEBHOOK) for name in SWITCHED_ON),
        (f"{shipped}/cloudtrail-trail-stopped.json", AUDIT),
    ]:
        assert "\n  arrives through rule " in ours.must_run(watcher, "try", file), file
        slack.reset()
        assert not function.invoke(json.loads((ours.root / file).read_text())).error
        assert [post.path for post in slack.posts] == [path], file


def test_an_upgrade_is_told_and_nothing_conflicts(ours, engine, watcher, tmp_path):
    tree.git(ours.engine, "fetch", "--quiet", "--tags")
    tree.git(ours.engine, "checkout", "--quiet", "v0.2.0")
    code, told = ours.run(watcher, "changes")
    assert code == 1
    assert told.startswith("From the pinned ") and " to what is checked out: 1 watcher renamed, 1 changed\n" in told
    assert "error: the watcher `ec2-snapshot-created` was renamed to `ec2-snapshot-taken` in 0.2.0" in told
    code, found = ours.run(watcher, "lint")
    assert code == 1 and "error[unused-override]" in found
    ours.must_run(watcher, "lint", "--fix")
    check(ours, watcher)
    assert "ec2-snapshot-taken" in (ours.root / "account-watcher.toml").read_text()
    code, told = ours.run(watcher, "changes")
    assert code == 0 and "error" not in told

    # And whoever clones it has the same.
    tree.commit(ours.root, "Upgrade")
    clone = Folder(tmp_path / "clone")
    tree.git(ours.root, "clone", "--quiet", "--recurse-submodules", ".", str(clone.root))
    check(clone, watcher)
