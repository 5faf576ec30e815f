"""`watcher doctor` on stacks in moto: it finds each fault that is made on purpose and nothing else, and nothing in a stack
without faults. It asks with the real command `aws`."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

import pytest
from botocore import xform_name
from botocore.session import get_session
from moto.backends import get_backend
from samcli.yamlhelper import yaml_parse

import tree
from aws import ACCOUNT, REGION
from aws_cli import AwsCli
from project import Folder
from proxy import DENIED
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


@pytest.fixture(scope="module")
def account(aws, watcher, tmp_path_factory):
    cli = AwsCli(tmp_path_factory.mktemp("aws"))
    account = Account(tmp_path_factory.mktemp("doctor"), aws, watcher, cli)
    key = account.client("kms").create_key()["KeyMetadata"]
    account.key = key["Arn"]
    account.deploy("watched", KmsKeyArn=account.key)
    make_healthy(account)
    yield account
    cli.close()


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


def test_a_healthy_stack_has_no_findings(account):
    code, said = account.run("--days", "0")
    assert (code, said) == (0, f"watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing is wrong\n")


FAULTS = []


def fault(id, what):
    """A fault that is made, and after `yield` repaired; the finding that there must be, and no other one."""

    def add(make):
        FAULTS.append(pytest.param(contextlib.contextmanager(make), id, what, id=make.__name__))
        return make

    return add


TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/all"


@fault("trail-stopped", f"no trail that covers eu-west-1 is logging: {TRAIL}")
def trail_stopped(account):
    account.client("cloudtrail").stop_logging(Name="all")
    yield
    account.client("cloudtrail").start_logging(Name="all")


@fault("no-trail", "no trail covers eu-west-1")
def trail_deleted(account):
    account.client("cloudtrail").delete_trail(Name="all")
    yield
    make_trail(account)


@fault("no-management-events", "no trail logs management events that write in eu-west-1")
def trail_of_reads(account):
    select(account, kind="ReadOnly")
    yield
    select(account)


@fault("no-read-events", "no trail logs management events that read in eu-west-1")
def trail_of_writes(account):
    select(account, kind="WriteOnly")
    yield
    select(account)


@fault("no-data-events", "no trail logs data events of s3.amazonaws.com, which object-deleted waits for")
def trail_without_data(account):
    select(account, data=False)
    yield
    select(account)


@fault("no-read-events", "no trail logs management events that read in eu-west-1")
def trail_with_advanced_selectors(account):
    fields = [["eventCategory", ["Management"]], ["readOnly", ["false"]]], [["eventCategory", ["Data"]], ["resources.type", ["AWS::S3::Object"]]]
    selectors = [{"FieldSelectors": [{"Field": name, "Equals": values} for name, values in one]} for one in fields]
    cloudtrail = account.client("cloudtrail")
    cloudtrail.put_event_selectors(TrailName="all", AdvancedEventSelectors=selectors)
    yield
    cloudtrail.delete_trail(Name="all")  # moto would keep them beside others
    make_trail(account)


@fault("cannot-fire-here", "user-created cannot fire in eu-west-1: IAM calls are on the bus of us-east-1 only")
def nothing_forwarded(account):
    account.folder.write("account-watcher.toml", CONFIG)
    yield
    account.folder.write("account-watcher.toml", CONFIG + FORWARD)


@fault("service-off", "GuardDuty is not on in eu-west-1, and guardduty-found waits for its findings")
def guardduty_off(account):
    guardduty = account.client("guardduty")
    (detector,) = guardduty.list_detectors()["DetectorIds"]
    guardduty.delete_detector(DetectorId=detector)
    yield
    guardduty.create_detector(Enable=True)


@fault("rule-disabled", "the rule {s3} is switched off, for bucket-deleted and object-deleted")
def rule_disabled(account):
    name = account.names["s3"]
    account.client("events").disable_rule(Name=name)
    yield
    account.client("events").enable_rule(Name=name)


@fault("rule-drops-reads", "the rule {read} is in the state ENABLED")
def rule_without_reads(account):
    name = account.names["read"]
    rule = account.client("events").describe_rule(Name=name)
    account.client("events").put_rule(Name=name, EventPattern=rule["EventPattern"], State="ENABLED")
    yield
    account.client("events").put_rule(Name=name, EventPattern=rule["EventPattern"], State=rule["State"])


@fault("rule-differs", "the rule {s3} has another pattern than the project's, for bucket-deleted and object-deleted")
def rule_changed(account):
    name = account.names["s3"]
    rule = account.client("events").describe_rule(Name=name)
    account.client("events").put_rule(Name=name, EventPattern='{"source": ["aws.s3"]}')
    yield
    account.client("events").put_rule(Name=name, EventPattern=rule["EventPattern"])


@fault("rule-missing", "the rule {s3} was deleted, for bucket-deleted and object-deleted")
def rule_deleted(account):
    events, name = account.client("events"), account.names["s3"]
    rule, targets = events.describe_rule(Name=name), events.list_targets_by_rule(Rule=name)["Targets"]
    events.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
    events.delete_rule(Name=name)
    yield
    events.put_rule(Name=name, EventPattern=rule["EventPattern"])
    events.put_targets(Rule=name, Targets=targets)


@fault("rule-without-target", "the rule {s3} does not have the function as its target, for bucket-deleted and object-deleted")
def target_removed(account):
    events, name = account.client("events"), account.names["s3"]
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    events.remove_targets(Rule=name, Ids=[target["Id"] for target in targets])
    yield
    events.put_targets(Rule=name, Targets=targets)


@fault(
    "rule-target-differs",
    "the target of the rule {s3} has not the stack's dead-letter queue and another retry policy, for bucket-deleted and object-deleted",
)
def target_without_dead_letters(account):
    events, name = account.client("events"), account.names["s3"]
    (target,) = events.list_targets_by_rule(Rule=name)["Targets"]
    other = {"Id": target["Id"], "Arn": target["Arn"], "RetryPolicy": {"MaximumRetryAttempts": 1}}
    events.put_targets(Rule=name, Targets=[other])
    yield
    events.put_targets(Rule=name, Targets=[target])


@fault("rule-not-allowed", "the rule {s3} may not invoke the function")
def permission_removed(account):
    function = get_backend("lambda")[ACCOUNT][REGION].get_function(account.function)
    kept = function.policy.statements
    function.policy.statements = [one for one in kept if account.names["s3"] not in json.dumps(one)]
    yield
    function.policy.statements = kept


@fault("policy-nearly-full", "the function's policy has {policy} of 20480 bytes")
def policy_full(account):
    function = get_backend("lambda")[ACCOUNT][REGION].get_function(account.function)
    kept = function.policy.statements
    function.policy.statements = [*kept, {"Sid": "x" * 19_000}]
    yield
    function.policy.statements = kept


@fault("function-stopped", "the function {function} has a reserved concurrency of 0")
def concurrency_of_0(account):
    account.client("lambda").put_function_concurrency(FunctionName=account.function, ReservedConcurrentExecutions=0)
    yield
    account.client("lambda").delete_function_concurrency(FunctionName=account.function)


@fault("function-old", "the function was last deployed on {today}, and the project was changed on 2099-01-01 by {commit}")
def project_changed(account):
    account.folder.write("watchers/user-created.toml", WATCHERS["user-created"] + "\n")
    account.commit("2099-01-01T00:00:00Z")
    yield
    tree.git(account.folder.root, "reset", "--quiet", "--hard", "HEAD^")


@fault("retries-stopped", "the event source mapping {mapping} from the retry queue to the function is switched off")
def mapping_disabled(account):
    mapping = account.names["mapping"]
    account.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=False)
    yield
    account.client("lambda").update_event_source_mapping(UUID=mapping, Enabled=True)


@fault("function-errors", "the function failed 3 times in the last day")
def function_failed(account):
    yield from with_metric(account, "AWS/Lambda", "Errors", {"FunctionName": account.function}, 3)


@fault("function-throttles", "Lambda held the function back once in the last day")
def function_throttled(account):
    yield from with_metric(account, "AWS/Lambda", "Throttles", {"FunctionName": account.function}, 1)


@fault("secret-missing", "ssm:/account-watcher/slack/security of the channel security does not exist")
def secret_deleted(account):
    account.client("ssm").delete_parameter(Name="/account-watcher/slack/security")
    yield
    put_secret(account, SECRET)


@fault("secret-missing", "secretsmanager:account-watcher/pager of the channel pager does not exist")
def secret_of_secrets_manager_deleted(account):
    secrets = account.client("secretsmanager")
    secrets.delete_secret(SecretId="account-watcher/pager", ForceDeleteWithoutRecovery=True)
    yield
    secrets.create_secret(Name="account-watcher/pager", SecretString="https://pager.example.com/T0SECRET")


@fault("secret-not-encrypted", "ssm:/account-watcher/slack/security of the channel security is of type String")
def secret_in_plain_text(account):
    yield from with_secret(account, SECRET, "String")


@fault("secret-not-url", "the value of ssm:/account-watcher/slack/security of the channel security is not a URL")
def secret_without_url(account):
    yield from with_secret(account, "T0SECRET")


@fault("secret-of-other-host", "the value of ssm:/account-watcher/slack/security of the channel security is a URL of another host")
def secret_of_another_host(account):
    yield from with_secret(account, "https://example.com/T0SECRET")


@fault("topic-unheard", "nobody is subscribed to the topic {topic} of the channel mail")
def nobody_subscribed(account):
    sns = account.client("sns")
    (subscription,) = sns.list_subscriptions_by_topic(TopicArn=account.topic)["Subscriptions"]
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    yield
    sns.subscribe(TopicArn=account.topic, Protocol="email", Endpoint="alerts@example.com")


@fault("subscription-pending", "alerts@example.com has not confirmed the subscription to the topic {topic} of the channel mail")
def not_confirmed(account):
    # moto confirms each at once.
    subscriptions = get_backend("sns")[ACCOUNT][REGION].subscriptions
    (subscription,) = [one for one in subscriptions.values() if one.topic.arn == account.topic]
    arn, subscription.arn = subscription.arn, "PendingConfirmation"
    yield
    subscription.arn = arn


@fault("dead-letters", "2 messages are in the dead-letter queue {DeadLetter}, the oldest for 3 days")
def given_up(account):
    url = account.stack.outputs["DeadLetterQueueUrl"]
    for _ in range(2):
        account.client("sqs").send_message(QueueUrl=url, MessageBody="x")
    dimension = {"QueueName": account.names["DeadLetter"]}
    yield from with_metric(account, "AWS/SQS", "ApproximateAgeOfOldestMessage", dimension, 3 * 86_400)
    account.client("sqs").purge_queue(QueueUrl=url)


@fault("retries-late", "1 message is in the retry queue {Retry}, the oldest for 5 hours")
def late(account):
    url = account.stack.outputs["RetryQueueUrl"]
    account.client("sqs").send_message(QueueUrl=url, MessageBody="x", DelaySeconds=900)
    dimension = {"QueueName": account.names["Retry"]}
    yield from with_metric(account, "AWS/SQS", "ApproximateAgeOfOldestMessage", dimension, 5 * 3_600)
    account.client("sqs").purge_queue(QueueUrl=url)


@fault("alarm-rings", "the alarm {alarm} rings")
def alarm_rings(account):
    cloudwatch = account.client("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=account.alarms[0], StateValue="ALARM", StateReason="x")
    yield
    cloudwatch.set_alarm_state(AlarmName=account.alarms[0], StateValue="OK", StateReason="x")


@fault("alarm-mute", "the actions of the alarm {alarm} are switched off")
def alarm_mute(account):
    account.client("cloudwatch").disable_alarm_actions(AlarmNames=[account.alarms[0]])
    yield
    account.client("cloudwatch").enable_alarm_actions(AlarmNames=[account.alarms[0]])


@fault("alarm-missing", "the alarm FunctionErrors was deleted: {alarm}")
def alarm_deleted(account):
    account.client("cloudwatch").delete_alarms(AlarmNames=[account.alarms[0]])
    yield
    account.put_alarm(account.alarms[0])


@fault("log-endless", "the log group {log} keeps its lines for ever")
def log_endless(account):
    account.client("logs").delete_retention_policy(logGroupName=account.names["log"])
    yield
    account.client("logs").put_retention_policy(logGroupName=account.names["log"], retentionInDays=90)


@fault("log-missing", "the log group {log} does not exist")
def log_deleted(account):
    account.client("logs").delete_log_group(logGroupName=account.names["log"])
    yield
    account.client("logs").create_log_group(logGroupName=account.names["log"])
    account.client("logs").put_retention_policy(logGroupName=account.names["log"], retentionInDays=90)


@fault("table-missing", "the table {table} does not exist")
def table_deleted(account):
    dynamodb, name = account.client("dynamodb"), account.names["table"]
    dynamodb.delete_table(TableName=name)
    yield
    dynamodb.create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )


@fault("key-unusable", "the key {key} is in the state Disabled")
def key_disabled(account):
    account.client("kms").disable_key(KeyId=account.key.rsplit("/", 1)[1])
    yield
    account.client("kms").enable_key(KeyId=account.key.rsplit("/", 1)[1])


@fault("stack-unfinished", "the stack watched is in the state UPDATE_ROLLBACK_FAILED")
def deployment_failed(account):
    stack = get_backend("cloudformation")[ACCOUNT][REGION].get_stack("watched")
    status, stack.status = stack.status, "UPDATE_ROLLBACK_FAILED"
    yield
    stack.status = status


def with_metric(account, namespace, name, dimensions, value):
    backend = get_backend("cloudwatch")[ACCOUNT][REGION]
    kept = list(backend.metric_data)
    named = [{"Name": key, "Value": text} for key, text in dimensions.items()]
    when = datetime.now(timezone.utc) - timedelta(hours=2)
    data = {"MetricName": name, "Dimensions": named, "Timestamp": when, "Value": value}
    account.client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[data])
    yield
    backend.metric_data = kept


def with_secret(account, value, kind="SecureString"):
    account.client("ssm").delete_parameter(Name="/account-watcher/slack/security")
    put_secret(account, value, kind)
    yield
    account.client("ssm").delete_parameter(Name="/account-watcher/slack/security")
    put_secret(account, SECRET)


@pytest.mark.parametrize(("made", "id", "what"), FAULTS)
def test_a_fault_is_found_and_nothing_else(account, made, id, what):
    names = account.names
    with made(account):
        commit = tree.git(account.folder.root, "log", "-1", "--format=%h").strip()
        policy = account.client("lambda").get_policy(FunctionName=account.function)["Policy"]
        facts = {"commit": commit, "today": f"{datetime.now(timezone.utc):%Y-%m-%d}"}
        facts["policy"] = len(policy)
        code, report = account.examine()
    found = [(finding["id"], finding["what"]) for finding in report["findings"]]
    assert found == [(id, what.format(**names, **facts))]
    assert (code, report["unchecked"]) == (1, [])
    (fixes,) = [finding["fixes"] for finding in report["findings"]]
    assert fixes and all(fix["note"] or fix["command"] for fix in fixes)


def test_a_project_without_a_watcher_that_is_deployed(account):
    # Its rule, and the one that tells the read-only calls of all services apart from others.
    names = account.names
    account.folder.write("watchers/guardduty-found.toml", "enabled = false\n" + FINDING)
    code, report = account.examine()
    account.folder.write("watchers/guardduty-found.toml", FINDING)
    assert [(finding["id"], finding["what"]) for finding in report["findings"]] == [
        ("rule-extra", f"the rule {names['guardduty']} is in the stack, and not in the project"),
        ("rule-differs", f"the rule {names['read']} has another pattern than the project's"),
    ]
    assert all(finding["fixes"][0]["command"] == DEPLOY for finding in report["findings"])
    assert code == 1


DEPLOY = "sam build && sam deploy --stack-name watched --region eu-west-1"


def test_a_fix_repairs_what_it_is_for(account):
    """The commands are copied into a shell as they are."""
    names = account.names
    with contextlib.ExitStack() as faults:
        for make in REPAIRED:
            faults.enter_context(contextlib.contextmanager(make)(account))
        code, report = account.examine()
        assert (code, len(report["findings"])) == (1, len(REPAIRED))
        for finding in report["findings"]:
            (fix,) = finding["fixes"]
            account.must_run("sh", "-c", fix["command"])
        assert account.examine() == (0, report | {"findings": []})
    assert names == account.names


REPAIRED = (trail_of_reads, rule_disabled, rule_without_reads, target_without_dead_letters, log_endless, mapping_disabled, alarm_mute)


def test_what_may_not_be_looked_at_is_said(account, network):
    # Only the value is denied: the parameter is there.
    network.ssm.fail(DENIED, "GetParameter", times=1)
    code, report = account.examine(**network.environment)
    # Which of the two secrets was asked for first is chance.
    (unchecked,) = report["unchecked"]
    assert (code, report["findings"]) == (5, [])
    assert (unchecked["check"], unchecked["action"], unchecked["denied"]) == ("secrets", "ssm:GetParameter", True)

    network.ssm.fail(DENIED)
    code, said = account.run("--days", "0", **network.environment)
    assert code == 5
    assert said == DENIED_TEXT


DENIED_TEXT = f"""\
unchecked[secrets]: ssm:GetParameter did not answer, so nothing is known of it
  why: GetParameter is denied: m
  fix: allow ssm:GetParameter; `watcher doctor --policy` prints all that is needed

watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing was found; 1 question could not be answered
"""


def test_what_is_not_there_is_said(account):
    for name, expected in {
        "other": "there is no stack `other` here: name it with --stack, and its region with --region",
        "plain": "the stack `plain` is not one of Account Watcher: it lacks its outputs",
    }.items():
        if name == "plain":
            template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
            Stack.deploy(account.aws, "plain", template)
        # By the command as it is installed, too, which is not loaded before.
        for command in (None, Path(sys.executable).parent):
            assert account.run("--stack", name, command=command) == (2, f"error: {expected}\n")
    code, said = account.run(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_EC2_METADATA_DISABLED="true", HOME="/nowhere")
    assert code == 2 and said.startswith("error: `aws` has no credentials: Unable to locate credentials.")
    code, said = account.run(command="/nowhere", PATH="/usr/bin:/bin")
    assert code == 2 and said.startswith("error: this needs the command `aws`, which is not installed: https://docs.aws.amazon.com/")


def test_when_each_watcher_fired(account, monkeypatch):
    # moto has only parts of the language of Logs Insights: the rows are of its form.
    rows = [
        {"watchers.0": "bucket-deleted", "watchers.1": "object-deleted", "last": "1795860000000"},
        {"watchers.0": "bucket-deleted", "last": "1795860060000"},
        {"watchers.0": "of-another-version", "last": "1795860060000"},
    ]
    monkeypatch.setattr("moto.logs.models.execute_query", lambda **_: rows)
    code, said = account.run("--days", "7")
    assert (code, said) == (0, FIRED_TEXT)
    _, said = account.run("--days", "7", "--format", "json")
    fired = {watcher["name"]: watcher["last_fired"] for watcher in json.loads(said)["watchers"]}
    assert fired == dict.fromkeys(WATCHERS) | {"bucket-deleted": "2026-11-28T10:01:00Z", "object-deleted": "2026-11-28T10:00:00Z"}


FIRED_TEXT = f"""\
Last fired, in the last 7 days
  bucket-deleted  2026-11-28 10:01 UTC
  object-deleted  2026-11-28 10:00 UTC
  not 3 of 5: console-read, guardduty-found, user-created

watched in eu-west-1 of account {ACCOUNT}: 13 checks, nothing is wrong
"""


def test_the_policy_allows_what_is_asked_and_nothing_else(account, monkeypatch):
    monkeypatch.setattr("moto.logs.models.execute_query", lambda **_: [])
    account.client("macie2").disable_macie()  # moto has it on
    sources = ("aws.securityhub", "aws.config", "aws.inspector2", "aws.macie")
    for source in sources:
        text = FINDING.replace("aws.guardduty", source).replace("GuardDuty Finding", "x")
        account.folder.write(f"watchers/{source}.toml".replace("aws.", ""), text)
    _, report = account.examine()
    account.run("--days", "1")
    for source in sources:
        (account.folder.root / f"watchers/{source}.toml".replace("aws.", "")).unlink()
    # All of them are switched off here.
    off = [finding["what"].split(" ")[0] for finding in report["findings"] if finding["id"] == "service-off"]
    assert (off, report["unchecked"]) == (["Security", "Config", "Inspector", "Macie"], [])
    # Of all tests before, too; the commands that repaired something have no such option.
    asked = {action(*call) for call in {tuple(call[:2]) for call in account.cli.calls() if "--output" in call}}
    policy = json.loads(account.folder.must_run(account.watcher, "doctor", "--stack", "watched", "--policy"))
    statements = {statement.pop("Sid"): statement for statement in policy["Statement"]}
    allowed = [one for statement in statements.values() for one in statement["Action"]]
    # Parameter Store reads the secret for whoever asks it.
    assert sorted(allowed) == sorted(asked | {"secretsmanager:GetSecretValue"})
    settings = statements.pop("ReadSettings")
    assert settings["Resource"] == "*" and all(READS.fullmatch(one) for one in settings["Action"])
    assert statements == {
        "ReadLog": allow(["logs:StartQuery"], ["arn:*:logs:*:*:log-group:watched-*"]),
        "JudgeParameters": allow(
            ["ssm:GetParameter"],
            [
                "arn:*:ssm:*:*:parameter/account-watcher/slack/security",
                "arn:*:ssm:*:*:parameter/aws/reference/secretsmanager/account-watcher/pager",
            ],
        ),
        "JudgeSecrets": allow(
            ["secretsmanager:GetSecretValue"], ["arn:*:secretsmanager:*:*:secret:account-watcher/pager-??????"]
        ),
    }


READS = re.compile(r"\w+:(Get|List|Describe|BatchGet)\w+")


def allow(actions, resources):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def action(service, operation):
    """What IAM calls what `aws` calls so."""
    model = get_session().get_service_model({"configservice": "config"}.get(service, service))
    (name,) = [name for name in model.operation_names if xform_name(name, "-") == operation]
    return f"{IAM_NAMES.get(service, model.signing_name)}:{name}"


# Where the name of the permissions is not that of the signature.
IAM_NAMES = {"cloudwatch": "cloudwatch"}
