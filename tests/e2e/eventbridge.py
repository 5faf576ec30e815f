"""EventBridge between accounts and regions, as far as moto does not play it: what is deployed is read from moto (rules,
targets, roles, the bus's policy), and an event takes the paths that these allow. Patterns are matched by our own command,
which agrees with the service in every judged case."""

import ast
import json
import subprocess
from dataclasses import dataclass

from policies import Request, allows

FORWARD = "events:PutEvents"


@dataclass(frozen=True)
class Bus:
    account: str
    region: str
    name: str

    @classmethod
    def of(cls, arn):
        _, _, service, region, account, resource = arn.split(":", 5)
        assert service == "events" and resource.startswith("event-bus/"), arn
        return cls(account, region, resource.removeprefix("event-bus/"))

    @property
    def arn(self):
        return f"arn:aws:events:{self.region}:{self.account}:event-bus/{self.name}"


@dataclass(frozen=True)
class Arrival:
    """An event at a function: the rules on its way, each with its region."""

    function: str
    rules: tuple


class Refused(Exception):
    """A bus or a role that does not let an event through."""


class EventBridge:
    """All accounts and regions of an `Aws`. `organizations`: the organization of each account that is in one."""

    def __init__(self, aws, command, organizations=None):
        self._aws = aws
        self._command = command
        self._organizations = organizations or {}
        self._rules = {}
        self._matched = {}

    def paths(self, paths):
        """Of each file with an event, in order: its arrivals, from the default bus of its account and region on."""
        events = [json.loads(path.read_text()) for path in paths]
        buses = {Bus(event["account"], event["region"], "default") for event in events}
        for bus in buses:
            self._prepare(bus, [path for path, event in zip(paths, events) if (event["account"], event["region"]) == (bus.account, bus.region)])
        return [
            list(self._follow(path, event, Bus(event["account"], event["region"], "default"), ()))
            for path, event in zip(paths, events)
        ]

    def put(self, bus, source, principal):
        """Whether a bus takes an event from somebody of another account or region. Raises if not."""
        policy = self._policy(bus)
        account = principal.split(":")[4]
        context = {"aws:PrincipalArn": [principal], "aws:PrincipalAccount": [account]}
        if source is not None:
            context["events:source"] = [source]
        if organization := self._organizations.get(account):
            context["aws:PrincipalOrgID"] = [organization]
        if policy is None or not allows(policy, Request(principal, FORWARD, bus.arn, context)):
            raise Refused(f"{bus.arn} takes no {source} from {principal}")

    def _follow(self, path, event, bus, before):
        for rule in self._rules_of(bus):
            if not self._matches(rule, path) or not _is_delivered(rule, event):
                continue
            way = (*before, (bus.region, rule["Name"]))
            for target in rule["Targets"]:
                if target["Arn"].split(":")[2] == "lambda":
                    yield Arrival(target["Arn"], way)
                    continue
                # EventBridge drops what comes to a bus from a bus and would go to a third one. Ours never try.
                assert not before, f"a circle: {way} to {target['Arn']}"
                next_bus = Bus.of(target["Arn"])
                self._send(rule, target, event, next_bus)
                self._prepare(next_bus, [path])
                yield from self._follow(path, event, next_bus, way)

    def _send(self, rule, target, event, bus):
        role = target["RoleArn"]
        account, name = role.split(":")[4], role.rsplit("/", 1)[1]
        iam = self._aws.client("iam", account)
        described = iam.get_role(RoleName=name)["Role"]
        context = {"aws:SourceAccount": [account], "aws:SourceArn": [rule["Arn"]]}
        trust = Request("events.amazonaws.com", "sts:AssumeRole", role, context)
        assert allows(_document(described["AssumeRolePolicyDocument"]), trust)
        (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
        document = _document(iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"])
        if not allows(document, Request(role, FORWARD, bus.arn)):
            raise Refused(f"{role} may not send to {bus.arn}")
        self.put(bus, event["source"], role)

    def _rules_of(self, bus):
        if bus not in self._rules:
            events = self._aws.client("events", bus.account, bus.region)
            rules = events.get_paginator("list_rules").paginate(EventBusName=bus.name).build_full_result()["Rules"]
            for rule in rules:
                listed = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=bus.name)
                rule["Targets"] = listed["Targets"]
            self._rules[bus] = rules
        return self._rules[bus]

    def _policy(self, bus):
        described = self._aws.client("events", bus.account, bus.region).describe_event_bus(Name=bus.name)
        return _document(described["Policy"]) if described.get("Policy") else None

    def _prepare(self, bus, paths):
        """Matches the events against the rules of a bus at once: a process for each event would take minutes."""
        for rule in self._rules_of(bus):
            missing = [path for path in paths if (rule["EventPattern"], path) not in self._matched]
            if missing:
                results = self._command(rule["EventPattern"], missing)
                self._matched.update({(rule["EventPattern"], path): found for path, found in zip(missing, results, strict=True)})

    def _matches(self, rule, path):
        return self._matched[rule["EventPattern"], path]


def command(watcher, folder):
    """Matches events against a pattern with the command `watcher`."""

    def match(pattern, paths):
        file = folder / "pattern.json"
        file.write_text(pattern)
        arguments = [watcher, "try", "--pattern", file, "--format", "json", *paths]
        done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True)
        assert done.returncode in {0, 1}, done.stderr
        return [json.loads(line)["result"] for line in done.stdout.splitlines()]

    return match


def _is_delivered(rule, event):
    """https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html"""
    detail = event["detail"]
    read_only = event["detail-type"] == "AWS API Call via CloudTrail" and detail.get("readOnly") is True
    management = detail.get("managementEvent", True)
    # Some calls that CloudTrail calls read-only arrive all the same.
    arrives_anyway = detail.get("eventName") in {"GetFederationToken", "GetSessionToken"}
    everything = rule["State"] == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
    assert everything or rule["State"] == "ENABLED", rule
    return everything or not (read_only and management) or arrives_anyway


def _document(document):
    """moto gives some documents as Python writes them."""
    if isinstance(document, dict):
        return document
    try:
        return json.loads(document)
    except json.JSONDecodeError:
        return ast.literal_eval(document)
