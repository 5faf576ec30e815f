"""The faults that are made in that account on purpose, each with the finding that there must be."""

import contextlib
import json
from datetime import datetime, timedelta, timezone

import pytest
from moto.backends import get_backend

import tree
from aws import ACCOUNT, REGION
from doctor_account import CONFIG, FORWARD, SECRET, WATCHERS, make_trail, put_secret, select

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
