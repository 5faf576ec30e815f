"""Other regions and accounts forward to the home stack: every event takes one path to the function, and nobody else's does.

The home stack and four forwarding stacks are deployed into moto from the generated templates. moto does not carry events
from bus to bus; `eventbridge` does, from what is deployed."""

import json
import subprocess
from itertools import product

import pytest
from samcli.yamlhelper import yaml_parse

import bus_policy
from aws import ACCOUNT, REGION
from eventbridge import Arrival, Bus, EventBridge, Refused, command
from project import ROOT
from stack import Stack, package, translate

# In account-watcher.toml's [accounts], in the organization, and neither.
NAMED, MEMBER, STRANGER = "210987654321", "210987654322", "210987654323"
ORGANIZATION = "o-a1b2c3d4e5"
GLOBAL = "us-east-1"
PLACES = [(ACCOUNT, GLOBAL), (NAMED, REGION), (NAMED, GLOBAL), (MEMBER, "ap-southeast-2")]
# Their calls are recorded in us-east-1 only.
GLOBAL_SOURCES = {"aws.iam", "aws.organizations", "aws.account", "aws.route53", "aws.cloudfront"}
# What made people want this: a home in Europe that hears of identities.
SEED = [
    "s3-bucket-deleted",
    "s3-bucket-policy-changed",
    "s3-bucket-policy-deleted",
    "iam-access-key-created",
    "iam-access-key-deleted",
    "iam-role-updated",
    "iam-role-deleted",
    "signin-root-console-login",
]


@pytest.fixture(scope="module")
def template(release, extended):
    return (release.root / "generated/forward.json").read_text()


@pytest.fixture(scope="module")
def home_template(aws, release, extended):
    return translate(package(release, aws))


def deploy_home(aws, template, name, **parameters):
    stack = Stack.deploy(aws, name, template, **parameters)
    bus_policy.put(aws, template, stack, **parameters)
    return stack


@pytest.fixture(scope="module")
def home(aws, home_template):
    return deploy_home(aws, home_template, "home", ForwardingOrganization=ORGANIZATION)


@pytest.fixture(scope="module")
def bus(home):
    return Bus.of(home.outputs["ForwardBusArn"])


@pytest.fixture(scope="module")
def forwarders(aws, bus, template):
    """The forwarding stacks, by account and region; beside the home stack too, where it must do nothing."""
    deploy = lambda place: Stack.deploy(aws, "forward", template, *place, HomeBusArn=bus.arn)  # noqa: E731
    return {place: deploy(place) for place in [(ACCOUNT, REGION), *PLACES]}


@pytest.fixture(scope="module")
def eventbridge(aws, forwarders, watcher, tmp_path_factory):
    organizations = {ACCOUNT: ORGANIZATION, MEMBER: ORGANIZATION}
    return EventBridge(aws, command(watcher, tmp_path_factory.mktemp("patterns")), organizations)


def place(path, account, region, folder):
    """The event of a file as another account and region would send it."""
    event = json.loads(path.read_text()) | {"account": account, "region": region}
    copy = folder / f"{account}-{region}-{path.name}"
    copy.write_text(json.dumps(event))
    return copy


def can_arise(path, region):
    event = json.loads(path.read_text())
    is_global = event["source"] in GLOBAL_SOURCES and event["detail-type"].endswith(" via CloudTrail")
    root = event["source"] == "aws.signin" and event["detail"].get("userIdentity", {}).get("type") == "Root"
    return region == GLOBAL or not (is_global or root)


def wanted(watcher, release, paths):
    """Which of the events a watcher of the project wants, as the function would find."""
    arguments = [watcher, "try", "--format", "json", *map(str, paths)]
    done = subprocess.run(arguments, cwd=release.root, capture_output=True, text=True)
    assert done.returncode in {0, 1, 3}, done.stderr
    return [bool(json.loads(line)["watchers"]) for line in done.stdout.splitlines()]


def test_every_event_takes_one_path_from_everywhere(eventbridge, home, watcher, release, tmp_path):
    fixtures = sorted((ROOT / "tests/events").glob("*.json"))
    copies = [
        place(path, account, region, tmp_path)
        for path, (account, region) in product(fixtures, [(ACCOUNT, REGION), *PLACES])
        if can_arise(path, region)
    ]
    assert len(copies) > 4 * len(fixtures) * 0.8
    arrivals = eventbridge.paths(copies)
    for path, want, arrived in zip(copies, wanted(watcher, release, copies), arrivals, strict=True):
        assert len(arrived) == 1 or not (want or arrived), f"{path.name}: {arrived}"


def test_what_arises_beside_the_home_stack_is_not_forwarded(eventbridge, forwarders, home, tmp_path):
    assert forwarders[ACCOUNT, REGION].outputs == {}
    ((arrival,),) = eventbridge.paths([place(ROOT / "tests/events/s3-bucket-deleted.json", ACCOUNT, REGION, tmp_path)])
    assert [region for region, _ in arrival.rules] == [REGION]


@pytest.mark.parametrize("name", SEED)
def test_a_home_in_europe_hears_of_what_is_only_in_us_east_1(name, eventbridge, home, tmp_path):
    path = ROOT / f"tests/events/{name}.json"
    region = REGION if can_arise(path, REGION) else GLOBAL
    for account in (ACCOUNT, NAMED):
        ((arrival,),) = eventbridge.paths([place(path, account, region, tmp_path)])
        assert arrival.function.endswith(home.resources["Function"])
        assert arrival.rules[0][0] == region


def test_an_alert_says_where_it_happened(function, eventbridge, home, tmp_path):
    for index, (account, region) in enumerate([(ACCOUNT, REGION), (ACCOUNT, GLOBAL), (NAMED, GLOBAL)]):
        path = place(ROOT / "tests/events/s3-bucket-deleted.json", account, region, tmp_path)
        event = json.loads(path.read_text())
        event["id"] = event["detail"]["eventID"] = f"0000000{index}-2222-4333-8444-555555555555"
        ((arrival,),) = eventbridge.paths([path])
        assert isinstance(arrival, Arrival)
        assert not function.invoke(event).error
        (mail,) = function.sent()["sns"]
        told = [mail["attributes"][name]["Value"] for name in ("account", "region")]
        assert told == [account, region]


@pytest.mark.parametrize("source", ["aws.s3", "aws.iam"])
def test_named_accounts_and_the_organization_may_forward(source, eventbridge, bus):
    for account in (ACCOUNT, NAMED, MEMBER):
        eventbridge.put(bus, source, f"arn:aws:iam::{account}:role/account-watcher/forward-Role-1")


@pytest.mark.parametrize(
    ("source", "principal"),
    {
        "a source that anybody can write": ("custom.app", f"arn:aws:iam::{NAMED}:role/account-watcher/forward-Role-1"),
        "a source that only looks like AWS's": ("awsx.s3", f"arn:aws:iam::{MEMBER}:role/account-watcher/forward-Role-1"),
        "no source": (None, f"arn:aws:iam::{NAMED}:role/account-watcher/forward-Role-1"),
        "an account from outside": ("aws.s3", f"arn:aws:iam::{STRANGER}:role/account-watcher/forward-Role-1"),
        "another role": ("aws.s3", f"arn:aws:iam::{NAMED}:role/admin"),
        "a role with a similar name": ("aws.s3", f"arn:aws:iam::{NAMED}:role/account-watcher-admin"),
        "a user": ("aws.s3", f"arn:aws:iam::{NAMED}:user/account-watcher/forward"),
        "somebody of the home account": ("aws.s3", f"arn:aws:iam::{ACCOUNT}:role/admin"),
    }.values(),
)
def test_nobody_else_may(source, principal, eventbridge, bus):
    with pytest.raises(Refused):
        eventbridge.put(bus, source, principal)


def test_without_an_organization_only_named_accounts_may(aws, home_template, watcher, tmp_path):
    alone = deploy_home(aws, home_template, "alone")
    eventbridge = EventBridge(aws, command(watcher, tmp_path), {MEMBER: ORGANIZATION})
    bus = Bus.of(alone.outputs["ForwardBusArn"])
    eventbridge.put(bus, "aws.s3", f"arn:aws:iam::{NAMED}:role/account-watcher/forward-Role-1")
    with pytest.raises(Refused):
        eventbridge.put(bus, "aws.s3", f"arn:aws:iam::{MEMBER}:role/account-watcher/forward-Role-1")


def test_nothing_goes_in_a_circle(home_template, template):
    """Forwarding rules are on default buses and send to the home bus; no rule of the home stack sends to a bus."""
    home = [one["Properties"] for one in home_template["Resources"].values() if one["Type"] == "AWS::Events::Rule"]
    targets = [target["Arn"] for rule in home for target in rule["Targets"]]
    assert targets and all(target == {"Fn::GetAtt": ["Function", "Arn"]} for target in targets)
    (on_forward_bus,) = [rule for rule in home if rule["EventBusName"] == {"Fn::GetAtt": ["ForwardBus", "Name"]}]
    assert on_forward_bus["EventPattern"] == {"source": [{"prefix": "aws."}]}
    for resource in json.loads(template)["Resources"].values():
        if resource["Type"] == "AWS::Events::Rule":
            assert "EventBusName" not in resource["Properties"]
            assert [target["Arn"] for target in resource["Properties"]["Targets"]] == [{"Ref": "HomeBusArn"}]


def test_what_cannot_be_forwarded_is_kept_and_rings(template):
    resources = json.loads(template)["Resources"]
    rules = {name: one["Properties"] for name, one in resources.items() if one["Type"] == "AWS::Events::Rule"}
    assert len(rules) > 2
    for rule in rules.values():
        (target,) = rule["Targets"]
        assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}
    (statement,) = resources["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]["Statement"]
    allowed = json.dumps(statement["Condition"]["ArnEquals"]["aws:SourceArn"])
    # This stack's rules and no others.
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert all(f'["{name}", "Arn"]' in allowed for name in rules) and allowed.count("Fn::GetAtt") == len(rules)
    alarm = resources["NotForwarded"]["Properties"]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}
    assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}]


def test_a_forwarder_may_send_to_the_home_bus_and_do_nothing_else(template):
    (policy,) = json.loads(template)["Resources"]["Role"]["Properties"]["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert statement == {"Effect": "Allow", "Action": "events:PutEvents", "Resource": {"Ref": "HomeBusArn"}}


def test_the_templates_are_valid(release, extended):
    for name in ("generated/forward.json", "organization.yaml"):
        found = release.must_run("sam", "validate", "--template", name, AWS_DEFAULT_REGION=REGION)
        assert "is a valid SAM Template" in found


def test_the_organization_gets_a_template_that_stack_sets_take(release, aws, extended):
    """No transform, which service-managed StackSets refuse; and `sam package` uploads it."""
    template = json.loads((release.root / "generated/forward.json").read_text())
    assert "Transform" not in template and "Fn::Transform" not in json.dumps(template)
    written = release.root / ".aws-sam/organization.yaml"
    arguments = ["--template-file", "organization.yaml", "--output-template-file", str(written)]
    release.must_run("sam", "package", "--s3-bucket", "sam-packages", *arguments, **aws.environment)
    url = yaml_parse(written.read_text())["Resources"]["Forwarders"]["Properties"]["TemplateURL"]
    bucket, _, key = url.partition("/sam-packages/")
    assert bucket.startswith("http")
    assert json.loads(aws.client("s3").get_object(Bucket="sam-packages", Key=key)["Body"].read()) == template
