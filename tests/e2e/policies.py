"""What a policy says of a request: the part of IAM's language that our templates use. Anything else is an error, so that no
condition is passed over. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """Somebody wants to do something. The context's values are lists of texts; a missing key is one the request lacks."""

    principal: str
    action: str
    resource: str
    context: dict = field(default_factory=dict)


def allows(policy, request):
    """Whether a statement of the policy allows the request. Nothing here denies."""
    statements = policy["Statement"]
    return any(_applies(one, request) for one in (statements if isinstance(statements, list) else [statements]))


def _applies(statement, request):
    assert statement["Effect"] == "Allow", statement
    unknown = statement.keys() - {"Sid", "Effect", "Principal", "Action", "Resource", "Condition"}
    assert not unknown, unknown
    return (
        ("Principal" not in statement or _is_principal(statement["Principal"], request.principal))
        and request.action in _list(statement["Action"])
        and any(_like(pattern, request.resource) for pattern in _list(statement.get("Resource", request.resource)))
        and all(
            _holds(operator, key, _list(wanted), request.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        )
    )


def _is_principal(principal, arn):
    if principal == "*":
        return True
    assert principal.keys() <= {"AWS", "Service"}, principal
    account = arn.split(":")[4] if arn.startswith("arn:") else None
    of_account = {account, f"arn:aws:iam::{account}:root"} if account else set()
    return any(one in {arn, "*"} | of_account for one in _list(principal.get("AWS", []))) or arn in _list(
        principal.get("Service", [])
    )


def _holds(operator, key, wanted, context):
    # Keys know no case.
    values = next((values for name, values in context.items() if name.lower() == key.lower()), None)
    if operator == "Null":
        return (values is None) == (wanted == ["true"])
    every, _, operator = operator.rpartition(":")
    assert every in {"", "ForAllValues"}, every
    test = {
        "StringEquals": str.__eq__,
        "ArnEquals": _like,
        "ArnLike": _like,
        "StringLike": _like,
    }[operator]
    if values is None:
        return every == "ForAllValues"
    return all(any(test(pattern, value) for pattern in wanted) for value in values)


def _like(pattern, text):
    expression = "".join({"*": ".*", "?": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def _list(value):
    return value if isinstance(value, list) else [value]
