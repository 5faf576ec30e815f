"""No permission of the stack is wider than its reason, and none is without use."""

import re

import pytest
from samcli.yamlhelper import yaml_parse

from least_privilege import allowed, unargued, unused
from project import ROOT
from stack import include, translate

TEMPLATE = (ROOT / "template.yaml").read_text()
SOURCE = "\n".join(path.read_text() for path in (ROOT / "src").rglob("*.rs"))
PUBLISH = "          - Sid: Publish\n            Effect: Allow\n            Action: sns:Publish\n            Resource: !Ref AlertTopic\n"


@pytest.fixture(scope="module")
def expand(release, extended):
    """What CloudFormation makes of a template's text and of the generated files, which `change` can alter."""

    def expand(text, change=lambda name, fragment: fragment):
        read = lambda name: change(name, (release.root / name).read_text())
        template = include(yaml_parse(text), read)
        # What they add are permissions of the rules to invoke the function.
        del template["Resources"]["Function"]["Properties"]["Events"]
        template["Resources"]["Function"]["Properties"]["CodeUri"] = "s3://bucket/key"
        return translate(template)

    return expand


@pytest.fixture(scope="module")
def check_finds(expand):
    """Finds a fault in the template after these replacements of a text by another."""

    def check(found, *replacements):
        text = TEMPLATE
        for old, new in replacements:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        faults = unargued(text, expand(text))
        assert any(found in fault for fault in faults), faults

    return check


def test_every_permission_on_everything_is_argued_for(expand):
    assert unargued(TEMPLATE, expand(TEMPLATE)) == []


def test_every_permission_is_used(expand):
    assert unused(SOURCE, expand(TEMPLATE)) == []
    for other in ("dynamodb:DeleteItem", "ssm:GetParameters"):
        assert unused(SOURCE, expand(TEMPLATE.replace("Action: sns:Publish", f"Action: {other}", 1))) == [other]


def test_the_functions_own_calls_are_those_that_its_role_allows(expand):
    # A call that is missing from the list would alert about itself; one too many could be made unseen.
    listed = re.findall(r'"(\w+)\.amazonaws\.com",\s*&\[([^]]+)\]', (ROOT / "src/own.rs").read_text())
    calls = {f"{service}:{call}" for service, calls in listed for call in re.findall(r"\w+", calls)}
    # The transaction's permissions are those of its parts.
    assert calls - {"dynamodb:TransactWriteItems"} == allowed(expand(TEMPLATE))


@pytest.mark.parametrize(
    "name, named, found",
    [
        ("parameters", "parameter/account-watcher/slack/security", "ssm:GetParameter on everything"),
        ("secrets", "secret:account-watcher/e2e/workflow-??????", "secretsmanager:GetSecretValue on everything"),
    ],
)
def test_a_generated_permission_that_is_too_wide_is_found(expand, name, named, found):
    kind = re.match(r"\w+.", named)[0]

    def change(file, fragment):
        if file != f"generated/{name}.json":
            return fragment
        assert fragment.count(named) == 1
        return fragment.replace(named, f"{kind}*")

    faults = unargued(TEMPLATE, expand(TEMPLATE, change))
    assert any(found in fault for fault in faults), faults


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
def test_a_permission_that_is_too_wide_is_found(check_finds, old, new, found):
    assert old in PUBLISH
    check_finds(found, (PUBLISH, PUBLISH.replace(old, new)))


@pytest.mark.parametrize(
    "old, new, found",
    [
        ("Resource: !Ref ExtraTopicArns", 'Resource: "*"', "sns:Publish on everything"),
        ('Resource: "*" # X-Ray has', 'Resource: "*"\n# X-Ray has', "xray:PutTraceSegments on everything"),
    ],
)
def test_a_resource_that_is_too_wide_is_found(check_finds, old, new, found):
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
def test_what_sam_adds_is_found(check_finds, policies, found):
    role = "      Role: !GetAtt FunctionRole.Arn\n"
    # SAM makes a role of this name for a function that has none.
    check_finds(found, (role, policies), ("  FunctionRole:\n    Type", "  OtherRole:\n    Type"))
