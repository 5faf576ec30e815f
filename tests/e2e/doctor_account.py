"""An account in moto with a stack of a small project, in which the doctor finds nothing."""

import io
import json
import os
import subprocess
import zipfile
from types import SimpleNamespace

from moto.backends import get_backend
from samcli.yamlhelper import yaml_parse

import tree
from aws import ACCOUNT, REGION
from project import Folder
from stack import Stack, include, translate

CONFIG = """
[channels.security]
slack = { webhook = "ssm:/account-watcher/slack/security" }

[channels.mail]
sns = { topic = "env:ACCOUNT_TOPIC_ARN" }

[channels.pager]
webhook = { url = "secretsmanager:account-watcher/pager", body = '{"text": "{{title}}"}' }
"""
FORWARD = """
[forward]
home = "eu-west-1"
regions = ["us-east-1"]
"""
CALL = """
title = "{{event}}"
severity = "low"
channels = ["security", "mail", "pager"]
message = "{{event}} by {{actor}}"

[pattern]
source = ["aws.SERVICE"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["SERVICE.amazonaws.com"]
detail.eventName = ["NAME"]
"""
FINDING = """
title = "GuardDuty"
severity = "high"
channels = ["security"]
message = "GuardDuty found something"

[pattern]
source = ["aws.guardduty"]
detail-type = ["GuardDuty Finding"]
"""
WATCHERS = {
    "bucket-deleted": CALL.replace("SERVICE", "s3").replace("NAME", "DeleteBucket"),
    "object-deleted": CALL.replace("SERVICE", "s3").replace("NAME", "DeleteObject"),
    "console-read": CALL.replace("SERVICE", "ec2").replace("NAME", "GetConsoleOutput"),
    "user-created": CALL.replace("SERVICE", "iam").replace("NAME", "CreateUser"),
    "guardduty-found": FINDING,
}
SECRET = "https://hooks.slack.com/services/T0SECRET/B0SECRET/webhook-secret"


class Account:
    """A project, its stack, and the command that compares them."""

    def __init__(self, folder, aws, watcher, cli):
        self.folder = Folder(folder / "project")
        self.aws = aws
        self.cli = cli
        self.watcher = watcher
        self.folder.write("account-watcher.toml", CONFIG + FORWARD)
        for name, text in WATCHERS.items():
            self.folder.write(f"watchers/{name}.toml", text)
        tree.git(self.folder.root, "init", "--quiet")
        self.commit("2026-01-01T00:00:00Z")

    def commit(self, date):
        tree.git(self.folder.root, "add", "--all")
        environment = os.environ | tree.SETTINGS | {"GIT_COMMITTER_DATE": date}
        command = ["git", "commit", "--quiet", "--allow-empty-message", "--message="]
        subprocess.run(command, cwd=self.folder.root, env=environment, check=True)

    def deploy(self, name, **parameters):
        """The template of this repository with the rules of the project, as SAM and CloudFormation would make it. What build.rs
        writes besides the rules is about permissions, which moto does not look at."""
        included = {
            "generated/events.json": self.folder.must_run(self.watcher, "rules", "--format", "json"),
            "generated/forwarders.json": json.dumps({"AWS": [ACCOUNT]}),
            "generated/rules.json": json.dumps({"aws:SourceArn": []}),
            "generated/parameters.json": json.dumps({"Effect": "Deny", "Action": "*", "Resource": "*"}),
            "generated/secrets.json": json.dumps({"Effect": "Deny", "Action": "*", "Resource": "*"}),
        }
        template = include(yaml_parse((tree.ROOT / "template.yaml").read_text()), included.__getitem__)
        self.put_code()
        template["Resources"]["Function"]["Properties"]["CodeUri"] = f"s3://{BUCKET}/code.zip"
        template = translate(template)
        self.stack = Stack.deploy(self.aws, name, template, AlarmsHeardElsewhere="true", **parameters)
        self.add_alarms(template)

    def put_code(self):
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as file:
            file.writestr("bootstrap", "")
        s3.put_object(Bucket=BUCKET, Key="code.zip", Body=code.getvalue())

    def add_alarms(self, template):
        """moto's CloudFormation makes no alarms. The list of the stack's resources shall have them nevertheless."""
        backend = get_backend("cloudformation")[ACCOUNT][REGION]
        resources = backend.get_stack(self.stack.name).resource_map
        self.alarms = []
        for logical, resource in template["Resources"].items():
            if resource["Type"] == "AWS::CloudWatch::Alarm" and resource.get("Condition") is None:
                name = f"{self.stack.name}-{logical}-1A2B3C"
                self.alarms.append(name)
                self.put_alarm(name)
                listed = {"logical_resource_id": logical, "physical_resource_id": name, "cf_resource_type": resource["Type"]}
                resources._parsed_resources[logical] = SimpleNamespace(**listed)

    def put_alarm(self, name):
        self.client("cloudwatch").put_metric_alarm(
            AlarmName=name,
            Namespace="AccountWatcher",
            MetricName="Late",
            Statistic="Sum",
            Period=300,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            AlarmActions=[self.topic],
        )

    def client(self, service):
        return self.aws.client(service)

    @property
    def topic(self):
        return self.stack.outputs["AlertTopicArn"]

    @property
    def function(self):
        return self.stack.outputs["FunctionName"]

    @property
    def names(self):
        """What faults are about, by the words that the expected texts have for it."""
        rules = json.loads(self.folder.must_run(self.watcher, "rules", "--format", "json"))
        names = {"read": self.stack.resources["FunctionReadOnly"]}
        for id, rule in rules.items():
            for source in rule["Properties"]["Pattern"].get("source", []):
                names.setdefault(source.removeprefix("aws."), self.stack.resources[f"Function{id}"])
        queues = {name: self.stack.outputs[f"{name}QueueUrl"].rsplit("/", 1)[1] for name in ("Retry", "DeadLetter")}
        own = {"function": self.function, "topic": self.topic, "table": self.stack.resources["StateTable"]}
        own |= {"mapping": self.stack.resources["RetryMapping"], "log": self.stack.outputs["LogGroupName"]}
        return names | own | queues | {"alarm": self.alarms[0], "key": self.key, "late": self.alarms[3]}

    def must_run(self, *command):
        path = f"{self.cli.folder}{os.pathsep}{os.environ['PATH']}"
        return self.folder.must_run(*command, **self.aws.environment | {"PATH": path})

    def run(self, *arguments, command=None, **environment):
        """Exit code and everything that the doctor says."""
        named = () if "--stack" in arguments else ("--stack", self.stack.name)
        path = f"{command or self.cli.folder}{os.pathsep}{os.environ['PATH']}"
        environment = self.aws.environment | {"PATH": path} | environment
        return self.folder.run(self.watcher, "doctor", *named, *arguments, **environment)

    def examine(self, **environment):
        """Exit code, and what it says as JSON."""
        code, output = self.run("--format", "json", "--days", "0", **environment)
        assert "T0SECRET" not in output
        return code, json.loads(output)


BUCKET = "code-of-doctor"


def make_healthy(account):
    """What is not the stack's: a trail, a listener, secrets, GuardDuty."""
    account.client("s3").create_bucket(Bucket="trail", CreateBucketConfiguration={"LocationConstraint": REGION})
    make_trail(account)
    account.client("sns").subscribe(TopicArn=account.topic, Protocol="email", Endpoint="alerts@example.com")
    put_secret(account, SECRET)
    account.client("secretsmanager").create_secret(Name="account-watcher/pager", SecretString="https://pager.example.com/T0SECRET")
    account.client("guardduty").create_detector(Enable=True)


def make_trail(account):
    cloudtrail = account.client("cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName="trail", IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="all")
    select(account)


def select(account, kind="All", management=True, data=True):
    resources = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3"]}] if data else []
    selector = {"ReadWriteType": kind, "IncludeManagementEvents": management, "DataResources": resources}
    account.client("cloudtrail").put_event_selectors(TrailName="all", EventSelectors=[selector])


def put_secret(account, value, kind="SecureString"):
    ssm = account.client("ssm")
    ssm.put_parameter(Name="/account-watcher/slack/security", Value=value, Type=kind, Overwrite=True)
