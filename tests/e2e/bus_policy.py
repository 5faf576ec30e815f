"""The policy of the home bus, which moto's CloudFormation passes over: made of the template's statements as CloudFormation
would, and put on the bus."""

import json

from aws import ACCOUNT, REGION


def put(aws, template, stack, **parameters):
    given = {name: one.get("Default", "") for name, one in template["Parameters"].items()} | parameters
    resources = template["Resources"].values()
    policies = [one for one in resources if one["Type"] == "AWS::Events::EventBusPolicy"]
    assert policies
    values = _Values(template, given, stack)
    statements = [
        values.of({"Sid": one["Properties"]["StatementId"], **one["Properties"]["Statement"]})
        for one in policies
        if values.holds(one.get("Condition"))
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    aws.client("events").put_permission(EventBusName=stack.name, Policy=policy)


class _Values:
    def __init__(self, template, parameters, stack):
        self._conditions = template["Conditions"]
        self._parameters = parameters
        self._references = {
            **parameters,
            "AWS::AccountId": ACCOUNT,
            "AWS::Partition": "aws",
            "AWS::Region": REGION,
            "AWS::StackName": stack.name,
        }
        self._attributes = {("ForwardBus", "Arn"): stack.outputs["ForwardBusArn"]}

    def holds(self, name):
        return name is None or self._truth(self._conditions[name])

    def of(self, node):
        if isinstance(node, list):
            return [self.of(child) for child in node]
        if not isinstance(node, dict):
            return node
        match list(node.items()):
            case [("Ref", name)]:
                return self._references[name]
            case [("Fn::GetAtt", [resource, attribute])]:
                return self._attributes[resource, attribute]
            case [("Fn::Sub", str(text))]:
                for name, value in self._references.items():
                    text = text.replace(f"${{{name}}}", value if isinstance(value, str) else "")
                assert "${" not in text, text
                return text
        assert not any(key.startswith("Fn::") for key in node), node
        return {key: self.of(value) for key, value in node.items()}

    def _truth(self, condition):
        match condition:
            case {"Fn::Not": [inner]}:
                return not self._truth(inner)
            case {"Fn::Equals": [left, right]}:
                return self.of(left) == self.of(right)
        raise AssertionError(condition)
