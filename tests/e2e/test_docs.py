"""What the docs say of this project exists: tests, commands, outputs of the stack."""

import re
import shlex

import boto3
import pytest
from botocore import xform_name
from samcli.yamlhelper import yaml_parse

from project import ROOT

NAMED = re.compile(r"`((?:test_)?[a-z0-9]+(?:_[a-z0-9]+){3,})`")
TESTS = ["tests/e2e/*.py", "tests/function/**/*.rs", "src/**/*.rs", "crates/*/src/**/*.rs", "crates/*/tests/**/*.rs"]
TEMPLATE = yaml_parse((ROOT / "template.yaml").read_text())
WITH_COMMANDS = ["README.md", "docs/operations.md", "docs/how-it-works.md", "docs/forwarding.md"]
# What the AWS CLI adds to the services' own operations and parameters.
EVERYWHERE = {"query", "output", "region", "cli-binary-format"}
ADDED = {("logs", "tail"): {"since", "filter-pattern", "follow"}, ("s3", "sync"): set()}


def test_every_fault_names_a_test_that_exists():
    text = (ROOT / "docs/reliability.md").read_text()
    named = set(NAMED.findall(text))
    rows = [row for row in text.splitlines() if row.startswith("| ") and not row.startswith("| fault")]
    assert len(rows) > 15 and all(NAMED.search(row.rsplit("|", 2)[1]) for row in rows)
    sources = "\n".join(path.read_text() for glob in TESTS for path in ROOT.glob(glob))
    missing = {name for name in named if not re.search(rf"\b(?:def|fn) {name}\b", sources)}
    assert not missing


def commands(text):
    """The commands of the AWS CLI in a document: lines of its code blocks, and spans in its sentences."""
    lines = re.findall(r"^ +(aws .*)|^(aws .*)", re.sub(r"\\\n\s*", "", text), re.MULTILINE)
    spans = re.findall(r"`(aws\s[^`]+)`", text)
    return [" ".join(one.split()) for one in [*map("".join, lines), *spans]]


def unknown(command):
    """What the AWS CLI would not know in a command."""
    _, service, operation, *words = shlex.split(command)
    model = boto3.client(service, region_name="eu-west-1").meta.service_model
    options = {word.removeprefix("--") for word in words if word.startswith("--")} - EVERYWHERE
    if (service, operation) in ADDED:
        return options - ADDED[service, operation]
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in names:
        return {operation}
    input_shape = model.operation_model(names[operation]).input_shape
    return options - {xform_name(member, "-") for member in input_shape.members}


REDRIVE = TEMPLATE["Outputs"]["RedriveCommand"]["Value"]["Fn::Sub"]


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_every_command_exists(name):
    found = commands((ROOT / name).read_text())
    assert found
    for command in [*found, REDRIVE]:
        assert unknown(command) == set(), command


def test_a_command_that_does_not_exist_is_found():
    assert unknown("aws sqs start-message-moving --source-arn x") == {"start-message-moving"}
    assert unknown("aws sqs purge-queue --queue-name x") == {"queue-name"}
    assert commands("1. Do\n\n   ```sh\n   aws sqs \\\n     x\n   ```\n\nor `aws sns\ny`.") == ["aws sqs x", "aws sns y"]


def words(phrase):
    """The parts of a line of the log, or of a reason, that are always the same."""
    return [part for part in re.split(r'[…\d"]|ssm:/|:(?=\w)|: (?=[A-Z])', phrase) if len(part.strip()) > 3]


def test_what_the_runbook_lets_look_for_is_what_the_function_writes():
    runbook = (ROOT / "docs/operations.md").read_text()
    source = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.rs"))
    source += source.lower()  # outcomes are written in small letters
    phrases = [phrase for row in re.findall(r"^ *\| (.*?) \|", runbook, re.MULTILINE) for phrase in re.findall("`(.+?)`", row)]
    theirs = {"ERROR_CODE", "RULE_ARN"}  # EventBridge's own
    # Slack's own words are passed on.
    missing = {word for one in phrases if one not in theirs for word in words(one.replace(" no_service", "")) if word not in source}
    assert len(phrases) > 15 and not missing


def test_every_output_that_the_runbook_asks_for_exists():
    asked = set(re.findall(r"\$\(output (\w+)\)", (ROOT / "docs/operations.md").read_text()))
    assert len(asked) > 3 and asked <= TEMPLATE["Outputs"].keys()
