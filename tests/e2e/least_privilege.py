"""Finds permissions on everything that nobody has argued for, and permissions that nobody uses.

A statement may allow an action on `*` only if template.yaml says why, in a comment on the line of `Resource`.
"""

import json
import re

# The account, the region and the partition say nothing about which resource it is.
ARN = re.compile(r"arn:[^:]+:[^:]*:[^:]*:[^:]*:(?P<resource>.+)")
SHORTEST_ARGUMENT = 30
# What Lambda does in the role's name: logs, traces, and reading the retry queue.
LAMBDAS_OWN = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
}
# What the function does without a call of that name: a part of a transaction, and a secret that SSM reads for it.
WITHIN_ANOTHER = {
    "dynamodb:PutItem": "Put::builder()",
    "kms:Decrypt": ".publish()",
    "kms:GenerateDataKey": ".publish()",
    "secretsmanager:GetSecretValue": ".get_parameter()",
}


def unargued(text, translated):
    """What is allowed on everything without a reason, as sentences. `text` is template.yaml, `translated` what
    CloudFormation makes of it, with the roles and policies that SAM adds."""
    found = []
    for logical, resource in translated["Resources"].items():
        properties = resource.get("Properties", {})
        for managed in as_list(properties.get("ManagedPolicyArns", [])):
            # What is in it is AWS's decision, today and tomorrow.
            found.append(f"{logical}: managed policy {readable(managed)}")
        for document in documents(properties):
            for statement in as_list(document["Statement"]):
                found += [f"{logical}: {fault}" for fault in faults(text, statement)]
    return found


def unused(source, translated):
    """The actions that the function's role allows, and that neither Lambda nor the function's source has a use for."""
    return sorted(action for action in allowed(translated) - LAMBDAS_OWN if call_of(action) not in source)


def allowed(translated):
    """The actions that the function's role allows."""
    resources = translated["Resources"]
    policies = resources["FunctionRole"]["Properties"]["Policies"]
    policies = policies + [one["Properties"] for one in resources.values() if one["Type"] == "AWS::IAM::Policy"]
    found = set()
    for statement in (one for policy in policies for one in as_list(policy["PolicyDocument"]["Statement"])):
        _, *branches = statement.get("Fn::If", [None, statement])
        for branch in branches:
            found.update(as_list(branch.get("Action", [])))
    return found


def call_of(action):
    """The call of the SDK for an action: `.send_message()` for `sqs:SendMessage`."""
    name = re.sub("(?<!^)(?=[A-Z])", "_", action.split(":")[1]).lower()
    return WITHIN_ANOTHER.get(action, f".{name}()")


def documents(properties):
    """Every policy document in a resource's properties, wherever it is."""
    for value in properties.values() if isinstance(properties, dict) else properties:
        if isinstance(value, dict) and "Statement" in value:
            yield value
        elif isinstance(value, (dict, list)):
            yield from documents(value)


def faults(text, statement):
    if "Fn::If" in statement:
        _, *branches = statement["Fn::If"]
        return [fault for one in branches if one != {"Ref": "AWS::NoValue"} for fault in faults(text, one)]
    if statement["Effect"] != "Allow":
        return []
    found = [f"{key} allows what it does not name" for key in ("NotAction", "NotResource", "NotPrincipal") if key in statement]
    actions = as_list(statement.get("Action", []))
    found += [f"action {action}" for action in actions if "*" in action]
    if any(is_everything(readable(one)) for one in as_list(statement.get("Resource", []))):
        if not argument(text, statement.get("Sid")):
            found += [f"{action} on everything" for action in actions]
    return found


def is_everything(resource):
    """Whether nothing in it says which: `*`, or an ARN whose last part begins with a wildcard, or is `kind/*`."""
    arn = ARN.fullmatch(resource)
    named = arn["resource"] if arn else resource
    return bool(re.fullmatch(r"\*.*|[\w-]+[:/]\*", named))


def argument(text, sid):
    """The comment at the `Resource` of the statement with this Sid; none is too short to be a reason."""
    statement = re.search(rf"\n( +)- Sid: {sid}\n(?:\1 .*\n|\1#.*\n)+", text) if sid else None
    comment = re.search(r"Resource: [^#\n]*#\s*(.*)", statement[0]) if statement else None
    return comment and len(comment[1]) >= SHORTEST_ARGUMENT


def readable(value):
    """A text in place of a value of CloudFormation: its `Fn::Sub`, or else a name that no wildcard is in."""
    if isinstance(value, str):
        return value
    if "Fn::Sub" in value:
        return re.sub(r"\$\{[^}]+\}", "x", str(value["Fn::Sub"]))
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return separator.join(map(readable, parts))
    return re.sub(r"\W", "", json.dumps(value))


def as_list(value):
    return value if isinstance(value, list) else [value]
