"""`watcher plan --from stack:NAME`: against the rules of a stack, which moto has, asked for with the command `aws`."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import boto3
import pytest
from conftest import ROOT
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def program(environment):
    """The command, as `cargo test` builds it, too."""
    command = ["cargo", "build", "--quiet", "--locked", "--package", "account-watcher-cli"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return Path(environment["CARGO_TARGET_DIR"]) / "debug/watcher"


@pytest.fixture
def aws(monkeypatch):
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}", "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    urllib.request.urlopen(urllib.request.Request(f"{settings['AWS_ENDPOINT_URL']}/moto-api/reset", method="POST")).close()
    yield boto3.client
    server.stop()


@pytest.fixture
def plan(program, project):
    def plan(*arguments):
        command = [program, "--project", project, "plan", "--from", "stack:alerts", "--region", REGION, "--today", "2026-11-28", *arguments]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.returncode, found.stdout, found.stderr

    return plan


def deploy(program, project):
    """The rules of the project, as a stack: what the build writes, with the logical ids that SAM makes."""
    fragment = json.loads(subprocess.check_output([program, "--project", project, "rules", "--format", "json"], text=True))
    resources = {"ForwardedEvents": rule({"source": ["aws.s3"]}, "ENABLED")}
    for name, event in fragment.items():
        resources[f"Function{name}"] = rule(event["Properties"]["Pattern"], event["Properties"]["State"])
    cloudformation = boto3.client("cloudformation", region_name=REGION)
    cloudformation.create_stack(StackName="alerts", TemplateBody=json.dumps({"Resources": resources}))


def rule(pattern, state):
    return {"Type": "AWS::Events::Rule", "Properties": {"EventPattern": pattern, "State": state}}


def change(project, name, old, new):
    file = project / f"watchers/{name}.toml"
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))


def test_the_rules_of_a_stack_are_compared(aws, program, project, plan):
    late = project / "watchers/kms-key-deletion-scheduled.toml"
    on, off = late.read_text(), late.read_text().replace("severity", "enabled = false\nseverity", 1)
    late.write_text(off)
    deploy(program, project)
    nothing = "From the stack alerts to the working folder: nothing changes of its rules\n"
    code, said, errors = plan("--exit-code")
    assert (code, errors) == (0, "") and said.startswith(nothing), said
    assert "what the stack's watchers say, their channels and their ignores are in its function's code" in said

    # A watcher is switched on, and somebody has disabled a rule.
    events = aws("events", region_name=REGION)
    (disabled,) = [one["Name"] for one in events.list_rules()["Rules"] if "FunctionBucket11" in one["Name"]]
    events.disable_rule(Name=disabled)
    late.write_text(on)
    code, said, errors = plan("--format", "json", "--exit-code")
    assert (code, errors) == (4, ""), errors
    found = json.loads(said)
    assert found["from"] == "stack:alerts" and found["changes"] is True
    stack = found["stack"]
    assert [(one["rule"], one["name"], one["before"], one["after"]) for one in stack["states"]] == [("Bucket11", disabled, "DISABLED", "ENABLED")]
    assert {"watcher": "kms-key-deletion-scheduled", "test": "a user has a key deleted"} in stack["arrive"]
    assert {one["watcher"] for one in stack["arrive"]} == {"kms-key-deletion-scheduled"}
    (changed,) = stack["rules"]
    assert (changed["change"], changed["events"]) == ("changed", "more") and "ScheduleKeyDeletion" in str(changed["keys"])
    for text in (plan()[1], plan("--format", "markdown")[1]):
        assert disabled in text and "Bucket11 is DISABLED in the account, and ENABLED in the project" in text
        assert "a user has a key deleted" in text

    # Off again: its events would not arrive any more.
    aws("cloudformation", region_name=REGION).delete_stack(StackName="alerts")
    deploy(program, project)
    late.write_text(off)
    stack = json.loads(plan("--format", "json")[1])["stack"]
    assert {one["watcher"] for one in stack["stay_away"]} >= {"kms-key-deletion-scheduled"} and stack["arrive"] == []
    assert stack["rules"][0]["events"] == "fewer"


def test_what_cannot_be_asked_is_said(aws, project, plan, monkeypatch):
    code, _, errors = plan()
    assert code == 2 and "alerts" in errors and "does not exist" in errors, errors
    boto3.client("cloudformation", region_name=REGION).create_stack(
        StackName="alerts", TemplateBody=json.dumps({"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}})
    )
    code, _, errors = plan()
    assert code == 2 and "the stack `alerts` has no rules of Account Watcher's function" in errors, errors
    change(project, "s3-bucket-deleted", '["DeleteBucket"]', "[")
    code, said, errors = plan()
    assert (code, said) == (1, "") and "no rules are compared before the findings are fixed" in errors
    monkeypatch.setenv("PATH", "/nowhere")
    change(project, "s3-bucket-deleted", "detail.eventName = [", 'detail.eventName = ["DeleteBucket"]')
    code, _, errors = plan()
    assert code == 2 and "this needs the command `aws`, which is not installed" in errors, errors
