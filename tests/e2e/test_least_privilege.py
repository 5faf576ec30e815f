"""No permission of the stack is wider than its reason, and none is without use."""

import re

import pytest
from samcli.yamlhelper import yaml_parse

from least_privilege import allowed, unargued, unused
from project import ROOT
from stack import translate

TEMPLATE = (ROOT / "template.yaml").read_text()
SOURCE = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.rs"))
PUBLISH = "          - Sid: Publish\n            Effect: Allow\n            Action: sns:Publish\n            Resource: !Ref AlertTopic\n"


def expand(text):
    template = yaml_parse(text)
    # The include is expanded by the service. What it adds are permissions of the rules to invoke the function.
    del template["Resources"]["Function"]["Properties"]["Events"]
    template["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://bucket/key"
    return translate(template)


def check(text):
    return unargued(text, expand(text))


def test_every_permission_on_everything_is_argued_for():
    assert check(TEMPLATE) == []


def test_every_permission_is_used():
    assert unused(SOURCE, expand(TEMPLATE)) == []
    for other in ("dynamodb:DeleteItem", "ssm:GetParameters"):
        assert unused(SOURCE, expand(TEMPLATE.replace("Action: sns:Publish", f"Action: {other}", 1))) == [other]


def test_the_functions_own_calls_are_those_that_its_role_allows():
    # A call that is missing from the list would alert about itself; one too many could be made unseen.
    listed = re.findall(r'"(\w+)\.amazonaws\.com",\s*&\[([^]]+)\]', (ROOT / "src/own.rs").read_text())
    calls = {f"{service}:{call}" for service, calls in listed for call in re.findall(r"\w+", calls)}
    # The transaction's permissions are those of its parts.
    assert calls - {"dynamodb:TransactWriteItems"} == allowed(expand(TEMPLATE))


@pytest.mark.parametrize(
    "old, new, found",
    [
        ("!Ref AlertTopic", '"*"', "sns:Publish on everything"),
        ("!Ref AlertTopic", '"*" # needed', "sns:Publish on everything"),
        ("!Ref AlertTopic", "!Sub arn:${AWS::Partition}:sns:*:*:*", "sns:Publish on everything"),
        ("Action: sns:Publish", "Action: sns:*", "action sns:*"),
        ("Action: sns:Publish", "NotAction: sns:DeleteTopic", "NotAction allows"),
    ],
)
def test_a_permission_that_is_too_wide_is_found(old, new, found):
    assert old in PUBLISH
    check_finds(found, (PUBLISH, PUBLISH.replace(old, new)))


@pytest.mark.parametrize(
    "old, new, found",
    [
        ("parameter/account-watcher/*", "parameter/*", "ssm:GetParameter on everything"),
        ("Resource: !Ref ExtraTopicArns", 'Resource: "*"', "sns:Publish on everything"),
        ('Resource: "*" # X-Ray has', 'Resource: "*"\n# X-Ray has', "xray:PutTraceSegments on everything"),
    ],
)
def test_a_resource_that_is_too_wide_is_found(old, new, found):
    check_finds(found, (old, new))


@pytest.mark.parametrize(
    "policies, found",
    [
        ("", "managed policy"),
        ("      Policies: [AmazonSQSFullAccess]\n", "managed policy"),
        (
            "      Policies: [{ Statement: [{ Effect: Allow, Action: sqs:SendMessage, Resource: '*' }] }]\n",
            "sqs:SendMessage on everything",
        ),
    ],
)
def test_what_sam_adds_is_found(policies, found):
    role = "      Role: !GetAtt FunctionRole.Arn\n"
    # SAM makes a role of this name for a function that has none.
    check_finds(found, (role, policies), ("  FunctionRole:\n    Type", "  OtherRole:\n    Type"))


def check_finds(found, *replacements):
    text = TEMPLATE
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    faults = check(text)
    assert any(found in fault for fault in faults), faults
