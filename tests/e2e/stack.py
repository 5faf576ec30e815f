"""What happens to the template after `sam build`: package, expand the include, translate, deploy."""

import json
from dataclasses import dataclass

from boto3 import Session
from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from aws import ACCOUNT, REGION

BUCKET = "sam-packages"


def package(project, aws):
    """`sam package` into a bucket; gives the template that it wrote, as CloudFormation reads it: included."""
    s3 = aws.client("s3")
    if BUCKET not in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    written = project.root / ".aws-sam/packaged.yaml"
    project.must_run("sam", "package", "--s3-bucket", BUCKET, "--output-template-file", str(written), **aws.environment)

    def read(location):
        bucket, _, name = location.removeprefix("s3://").partition("/")
        return s3.get_object(Bucket=bucket, Key=name)["Body"].read()

    return include(yaml_parse(written.read_text()), read)


def include(node, read):
    """What the service's transform AWS::Include does: the file takes the transform's place."""
    if isinstance(node, list):
        return [include(child, read) for child in node]
    if not isinstance(node, dict):
        return node
    included = {}
    for key, value in node.items():
        if key == "Fn::Transform" and value["Name"] == "AWS::Include":
            included |= json.loads(read(value["Parameters"]["Location"]))
        else:
            included[key] = include(value, read)
    return included


def translate(template):
    """What the service's transform AWS::Serverless-2016-10-31 does. AWS's managed policies are not used here."""
    return Translator({}, Parser(), boto_session=Session(region_name=REGION)).translate(template, {})


@dataclass(frozen=True)
class Stack:
    """A stack that moto's CloudFormation has made."""

    name: str
    outputs: dict
    resources: dict

    @classmethod
    def deploy(cls, aws, name, template, account=ACCOUNT, region=REGION, **parameters):
        cloudformation = aws.client("cloudformation", account, region)
        cloudformation.create_stack(
            StackName=name,
            TemplateBody=template if isinstance(template, str) else json.dumps(template),
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
        )
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE", stack
        resources = cloudformation.describe_stack_resources(StackName=name)["StackResources"]
        return cls(
            name,
            {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])},
            # moto answers with nameless entries for what it does not make: alarms, policies of queues, …
            {one["LogicalResourceId"]: one.get("PhysicalResourceId") for one in resources if "LogicalResourceId" in one},
        )

    def delete_rules(self, aws):
        """They would bring the events of other tests to it. moto cannot delete the whole: it has not made all of it."""
        events = aws.client("events")
        pages = events.get_paginator("list_rules").paginate(NamePrefix=f"{self.name}-")
        for rule in [rule["Name"] for page in pages for rule in page["Rules"]]:
            targets = events.list_targets_by_rule(Rule=rule)["Targets"]
            events.remove_targets(Rule=rule, Ids=[target["Id"] for target in targets])
            events.delete_rule(Name=rule)
