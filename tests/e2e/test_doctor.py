"""`watcher doctor` on stacks in moto: it finds each fault that is made on purpose and nothing else, and nothing in a stack
without faults. It asks with the real command `aws`."""

import contextlib
import json
import re
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from botocore import xform_name
from botocore.session import get_session

import tree
from aws import ACCOUNT
from aws_cli import AwsCli
from doctor_account import FINDING, WATCHERS, Account, make_healthy
from doctor_faults import (
    FAULTS,
    alarm_mute,
    log_endless,
    mapping_disabled,
    rule_disabled,
    rule_without_reads,
    target_without_dead_letters,
    trail_of_reads,
)
from proxy import DENIED
from stack import Stack

@pytest.fixture(scope="module")
def account(aws, watcher, tmp_path_factory):
    cli = AwsCli(tmp_path_factory.mktemp("aws"))
    account = Account(tmp_path_factory.mktemp("doctor"), aws, watcher, cli)
    key = account.client("kms").create_key()["KeyMetadata"]
    account.key = key["Arn"]
    account.deploy("watched", KmsKeyArn=account.key)
    make_healthy(account)
    yield account
    cli.close()
    account.stack.delete_rules(aws)


def test_a_healthy_stack_has_no_findings(account):
    code, said = account.run("--days", "0")
    assert (code, said) == (0, f"watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing is wrong\n")


@pytest.mark.parametrize(("made", "id", "what"), FAULTS)
def test_a_fault_is_found_and_nothing_else(account, made, id, what):
    names = account.names
    with made(account):
        commit = tree.git(account.folder.root, "log", "-1", "--format=%h").strip()
        policy = account.client("lambda").get_policy(FunctionName=account.function)["Policy"]
        facts = {"commit": commit, "today": f"{datetime.now(timezone.utc):%Y-%m-%d}"}
        facts["policy"] = len(policy)
        code, report = account.examine()
    found = [(finding["id"], finding["what"]) for finding in report["findings"]]
    assert found == [(id, what.format(**names, **facts))]
    assert (code, report["unchecked"]) == (1, [])
    (fixes,) = [finding["fixes"] for finding in report["findings"]]
    assert fixes and all(fix["note"] or fix["command"] for fix in fixes)


def test_a_project_without_a_watcher_that_is_deployed(account):
    # Its rule, and the one that tells the read-only calls of all services apart from others.
    names = account.names
    account.folder.write("watchers/guardduty-found.toml", "enabled = false\n" + FINDING)
    code, report = account.examine()
    account.folder.write("watchers/guardduty-found.toml", FINDING)
    assert [(finding["id"], finding["what"]) for finding in report["findings"]] == [
        ("rule-extra", f"the rule {names['guardduty']} is in the stack, and not in the project"),
        ("rule-differs", f"the rule {names['read']} has another pattern than the project's"),
    ]
    assert all(finding["fixes"][0]["command"] == DEPLOY for finding in report["findings"])
    assert code == 1


DEPLOY = "sam build && sam deploy --stack-name watched --region eu-west-1"


def test_a_fix_repairs_what_it_is_for(account):
    """The commands are copied into a shell as they are."""
    names = account.names
    with contextlib.ExitStack() as faults:
        for make in REPAIRED:
            faults.enter_context(contextlib.contextmanager(make)(account))
        code, report = account.examine()
        assert (code, len(report["findings"])) == (1, len(REPAIRED))
        for finding in report["findings"]:
            (fix,) = finding["fixes"]
            account.must_run("sh", "-c", fix["command"])
        assert account.examine() == (0, report | {"findings": []})
    assert names == account.names


REPAIRED = (trail_of_reads, rule_disabled, rule_without_reads, target_without_dead_letters, log_endless, mapping_disabled, alarm_mute)


def test_what_may_not_be_looked_at_is_said(account, network):
    # Only the value is denied: the parameter is there.
    network.ssm.fail(DENIED, "GetParameter", times=1)
    code, report = account.examine(**network.environment)
    # Which of the two secrets was asked for first is chance.
    (unchecked,) = report["unchecked"]
    assert (code, report["findings"]) == (5, [])
    assert (unchecked["check"], unchecked["action"], unchecked["denied"]) == ("secrets", "ssm:GetParameter", True)

    network.ssm.fail(DENIED)
    code, said = account.run("--days", "0", **network.environment)
    assert code == 5
    assert said == DENIED_TEXT


DENIED_TEXT = f"""\
unchecked[secrets]: ssm:GetParameter did not answer, so nothing is known of it
  why: GetParameter is denied: m
  fix: allow ssm:GetParameter; `watcher doctor --policy` prints all that is needed

watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing was found; 1 question could not be answered
"""


def test_what_is_not_there_is_said(account):
    for name, expected in {
        "other": "there is no stack `other` here: name it with --stack, and its region with --region",
        "plain": "the stack `plain` is not one of Account Watcher: it lacks its outputs",
    }.items():
        if name == "plain":
            template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
            Stack.deploy(account.aws, "plain", template)
        # By the command as it is installed, too, which is not loaded before.
        for command in (None, Path(sys.executable).parent):
            assert account.run("--stack", name, command=command) == (2, f"error: {expected}\n")
    code, said = account.run(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_EC2_METADATA_DISABLED="true", HOME="/nowhere")
    assert code == 2 and said.startswith("error: `aws` has no credentials: Unable to locate credentials.")
    code, said = account.run(command="/nowhere", PATH="/usr/bin:/bin")
    assert code == 2 and said.startswith("error: this needs the command `aws`, which is not installed: https://docs.aws.amazon.com/")


def test_when_each_watcher_fired(account, monkeypatch):
    # moto has only parts of the language of Logs Insights: the rows are of its form.
    rows = [
        {"watchers.0": "bucket-deleted", "watchers.1": "object-deleted", "last": "1795860000000"},
        {"watchers.0": "bucket-deleted", "last": "1795860060000"},
        {"watchers.0": "of-another-version", "last": "1795860060000"},
    ]
    monkeypatch.setattr("moto.logs.models.execute_query", lambda **_: rows)
    code, said = account.run("--days", "7")
    assert (code, said) == (0, FIRED_TEXT)
    _, said = account.run("--days", "7", "--format", "json")
    fired = {watcher["name"]: watcher["last_fired"] for watcher in json.loads(said)["watchers"]}
    assert fired == dict.fromkeys(WATCHERS) | {"bucket-deleted": "2026-11-28T10:01:00Z", "object-deleted": "2026-11-28T10:00:00Z"}


FIRED_TEXT = f"""\
Last fired, in the last 7 days
  bucket-deleted  2026-11-28 10:01 UTC
  object-deleted  2026-11-28 10:00 UTC
  not 3 of 5: console-read, guardduty-found, user-created

watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing is wrong
"""


def test_the_policy_allows_what_is_asked_and_nothing_else(account, monkeypatch):
    monkeypatch.setattr("moto.logs.models.execute_query", lambda **_: [])
    account.client("macie2").disable_macie()  # moto has it on
    sources = ("aws.securityhub", "aws.config", "aws.inspector2", "aws.macie")
    for source in sources:
        text = FINDING.replace("aws.guardduty", source).replace("GuardDuty Finding", "x")
        account.folder.write(f"watchers/{source}.toml".replace("aws.", ""), text)
    _, report = account.examine()
    account.run("--days", "1")
    for source in sources:
        (account.folder.root / f"watchers/{source}.toml".replace("aws.", "")).unlink()
    # All of them are switched off here.
    off = [finding["what"].split(" ")[0] for finding in report["findings"] if finding["id"] == "service-off"]
    assert (off, report["unchecked"]) == (["Security", "Config", "Inspector", "Macie"], [])
    # Of all tests before, too; the commands that repaired something have no such option.
    asked = {action(*call) for call in {tuple(call[:2]) for call in account.cli.calls() if "--output" in call}}
    policy = json.loads(account.folder.must_run(account.watcher, "doctor", "--stack", "watched", "--policy"))
    statements = {statement.pop("Sid"): statement for statement in policy["Statement"]}
    allowed = [one for statement in statements.values() for one in statement["Action"]]
    # Parameter Store reads the secret for whoever asks it.
    assert sorted(allowed) == sorted(asked | {"secretsmanager:GetSecretValue"})
    settings = statements.pop("ReadSettings")
    assert settings["Resource"] == "*" and all(READS.fullmatch(one) for one in settings["Action"])
    assert statements == {
        "ReadLog": allow(["logs:StartQuery"], ["arn:*:logs:*:*:log-group:watched-*"]),
        "JudgeParameters": allow(
            ["ssm:GetParameter"],
            [
                "arn:*:ssm:*:*:parameter/account-watcher/slack/security",
                "arn:*:ssm:*:*:parameter/aws/reference/secretsmanager/account-watcher/pager",
            ],
        ),
        "JudgeSecrets": allow(
            ["secretsmanager:GetSecretValue"], ["arn:*:secretsmanager:*:*:secret:account-watcher/pager-??????"]
        ),
    }


READS = re.compile(r"\w+:(Get|List|Describe|BatchGet)\w+")


def allow(actions, resources):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def action(service, operation):
    """What IAM calls what `aws` calls so."""
    model = get_session().get_service_model({"configservice": "config"}.get(service, service))
    (name,) = [name for name in model.operation_names if xform_name(name, "-") == operation]
    return f"{IAM_NAMES.get(service, model.signing_name)}:{name}"


# Where the name of the permissions is not that of the signature.
IAM_NAMES = {"cloudwatch": "cloudwatch"}
