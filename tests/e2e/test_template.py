"""template.yaml and the generated rules: valid, packaged, translated as the service does it, deployed, twice."""

import ast
import copy
import json
import re
from graphlib import TopologicalSorter

import pytest

from aws import ACCOUNT, REGION
from least_privilege import readable
from project import ROOT
from stack import Stack, package, translate

# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
FUNCTION_POLICY_BYTES = 20_480
# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
QUEUE_POLICY_BYTES = 8_192
# Both are cut to this length by CloudFormation.
LONGEST_NAME = "x" * 64
SLACK_ALARMS = {"AlarmSlackWorkspaceId": "T0EXAMPLE", "AlarmSlackChannelId": "C0EXAMPLE"}
OTHER_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:more"


@pytest.fixture(scope="module")
def translated(release, extended, aws):
    return translate(package(release, aws))


@pytest.fixture(scope="module")
def stacks(aws, translated):
    return [
        Stack.deploy(aws, "one", translated, AlertEmail="alerts@example.com"),
        Stack.deploy(aws, "two", translated, **SLACK_ALARMS, ExtraTopicArns=OTHER_TOPIC, Architecture="x86_64"),
    ]


def test_the_template_is_valid(release, shipped):
    # samconfig.toml asks for cfn-lint.
    assert "is a valid SAM Template" in release.must_run("sam", "validate", AWS_DEFAULT_REGION=REGION)


def test_every_rule_is_deployed_in_both_stacks(aws, extended, stacks):
    events = aws.client("events")
    functions = aws.client("lambda")
    for stack in stacks:
        listed = events.get_paginator("list_rules").paginate(NamePrefix=f"{stack.name}-").build_full_result()
        deployed = {rule["Name"]: rule for rule in listed["Rules"]}
        assert len(deployed) == len(extended.rules) > 2
        function = functions.get_function(FunctionName=stack.resources["Function"])["Configuration"]
        queue = aws.client("sqs").get_queue_attributes(
            QueueUrl=stack.outputs["DeadLetterQueueUrl"], AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        policy = json.loads(functions.get_policy(FunctionName=stack.resources["Function"])["Policy"])
        for name, generated in extended.rules.items():
            rule = deployed[stack.resources[f"Function{name}"]]
            assert json.loads(rule["EventPattern"]) == generated["Properties"]["Pattern"]
            assert rule["State"] == generated["Properties"]["State"]
            assert rule["EventBusName"] == "default"
            (target,) = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
            assert target["Arn"] == function["FunctionArn"]
            assert target["DeadLetterConfig"] == {"Arn": queue}
            assert target["RetryPolicy"] == generated["Properties"]["RetryPolicy"]
            allowed = [one["Condition"]["ArnLike"]["AWS:SourceArn"] for one in policy["Statement"]]
            assert allowed.count(rule["Arn"]) == 1


def test_only_the_rule_for_read_only_calls_receives_all_management_events(extended):
    states = {name: rule["Properties"]["State"] for name, rule in extended.rules.items()}
    special = [name for name, state in states.items() if state == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"]
    assert len(special) == 1
    assert "GetSecretValue" in json.dumps(extended.rules[special[0]])
    assert set(states.values()) == {"ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}


def test_the_function_has_its_environment(aws, stacks):
    for stack in stacks:
        function = aws.client("lambda").get_function(FunctionName=stack.resources["Function"])["Configuration"]
        assert function["Environment"]["Variables"] == {
            "RETRY_QUEUE_URL": stack.resources["RetryQueue"],
            "DEAD_LETTER_QUEUE_URL": stack.resources["DeadLetterQueue"],
            "ACCOUNT_TOPIC_ARN": stack.resources["AlertTopic"],
            "STATE_TABLE": stack.resources["StateTable"],
            "ACCOUNT_NAMES": "false",
            "FUNCTION_ROLE_ARN": f"arn:aws:iam::{ACCOUNT}:role/{stack.resources['FunctionRole']}",
        }
        assert (function["Runtime"], function["MemorySize"], function["Timeout"]) == ("provided.al2023", 128, 60)


def test_the_processor_is_a_parameter(translated):
    (function,) = of_type(translated, "AWS::Lambda::Function")
    assert function["Architectures"] == [{"Ref": "Architecture"}]
    assert translated["Parameters"]["Architecture"]["Default"] == "arm64"
    assert function["TracingConfig"] == {"Mode": "Active"}


def test_the_retry_queue_feeds_the_function_and_ends_in_the_dead_letter_queue(aws, stacks, translated):
    sqs = aws.client("sqs")
    for stack in stacks:
        attributes = sqs.get_queue_attributes(QueueUrl=stack.resources["RetryQueue"], AttributeNames=["All"])["Attributes"]
        dead = sqs.get_queue_attributes(QueueUrl=stack.resources["DeadLetterQueue"], AttributeNames=["All"])["Attributes"]
        assert json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"] == dead["QueueArn"]
        assert int(attributes["VisibilityTimeout"]) == 6 * 60
        (mapping,) = aws.client("lambda").list_event_source_mappings(FunctionName=stack.resources["Function"])[
            "EventSourceMappings"
        ]
        assert mapping["EventSourceArn"] == attributes["QueueArn"]
    properties = translated["Resources"]["RetryMapping"]["Properties"]
    assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert properties["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_failed_invocations_go_to_the_dead_letter_queue(translated):
    (config,) = of_type(translated, "AWS::Lambda::EventInvokeConfig")
    assert config["MaximumRetryAttempts"] == 2
    assert config["DestinationConfig"]["OnFailure"] == {"Destination": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}}


def test_only_rules_of_this_stack_write_to_the_dead_letter_queue(translated):
    resources = translated["Resources"]
    properties = resources["DeadLetterQueuePolicy"]["Properties"]
    assert properties["Queues"] == [{"Ref": "DeadLetterQueue"}]
    (statement,) = [one for one in properties["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    # By references to each: CloudFormation makes the names, and cuts long ones.
    rules = [logical for logical, one in resources.items() if one["Type"] == "AWS::Events::Rule"]
    assert len(rules) > 3 and "ForwardedEvents" in rules
    arns = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert sorted(one["Fn::GetAtt"][0] for one in arns) == sorted(rules)
    assert all(one == {"Fn::GetAtt": [one["Fn::GetAtt"][0], "Arn"]} for one in arns)
    assert statement["Condition"].keys() == {"ArnEquals", "StringEquals"}
    assert statement["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}


def test_the_policy_of_the_dead_letter_queue_fits(translated):
    policy = json.loads(json.dumps(translated["Resources"]["DeadLetterQueuePolicy"]["Properties"]["PolicyDocument"]))
    (allow,) = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    bus = "x" * 100
    # The 24 buckets, `ReadOnly`, `Rest` and `ForwardedEvents`, whose bus has the stack's name.
    rule = f"arn:aws:events:ap-southeast-2:{ACCOUNT}:rule/{bus}/{LONGEST_NAME}"
    allow["Condition"]["ArnEquals"]["aws:SourceArn"] = [rule] * 27
    queue = f"arn:aws:sqs:ap-southeast-2:{ACCOUNT}:{'x' * 80}"
    for statement in policy["Statement"]:
        statement["Resource"] = queue
    assert len(json.dumps(policy, separators=(",", ":"))) <= QUEUE_POLICY_BYTES


def test_nothing_waits_for_itself(translated):
    """The references between the resources make no circle; moto would not notice."""
    resources = translated["Resources"]
    order = TopologicalSorter({logical: references(one) & resources.keys() for logical, one in resources.items()})
    assert set(order.static_order()) == set(resources)


def references(node):
    """The logical ids that a part of a template refers to."""
    if isinstance(node, list):
        return set().union(*map(references, node))
    if not isinstance(node, dict):
        return set()
    found = set().union(*(references(child) for child in node.values()))
    found |= {node["Ref"]} if "Ref" in node else set()
    if "Fn::GetAtt" in node:
        attribute = node["Fn::GetAtt"]
        found.add(attribute.partition(".")[0] if isinstance(attribute, str) else attribute[0])
    if "Fn::Sub" in node:
        text = node["Fn::Sub"] if isinstance(node["Fn::Sub"], str) else node["Fn::Sub"][0]
        found |= {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", text)}
    depends = node.get("DependsOn", [])
    return found | ({depends} if isinstance(depends, str) else set(depends))


def test_the_role_reads_the_secrets_that_channels_name_only(aws, stacks):
    documents = [policy for stack in stacks for policy in policies_of(aws, stack.resources["FunctionRole"])]
    read = {}
    for statement in (one for document in documents for one in document["Statement"] if one):
        if statement["Sid"].startswith("Read"):
            read.setdefault(statement["Sid"], set()).update(as_list(statement["Resource"]))
    parameter = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"
    assert read == {
        "ReadParameters": {
            f"{parameter}/account-watcher/slack/security",
            f"{parameter}/aws/reference/secretsmanager/account-watcher/e2e/workflow",
        },
        "ReadSecrets": {f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:account-watcher/e2e/workflow-??????"},
    }


def test_a_project_without_secrets_is_deployed(aws, translated):
    bare = copy.deepcopy(translated)
    for policies in (bare["Resources"]["FunctionRole"]["Properties"]["Policies"], of_type(bare, "AWS::IAM::Policy")):
        for document in (one["PolicyDocument"] for one in policies):
            document["Statement"] = [
                # What build.rs writes for it.
                {"Sid": one["Sid"], "Effect": "Deny", "Action": one["Action"], "Resource": "*"}
                if one.get("Sid") in ("ReadParameters", "ReadSecrets")
                else one
                for one in document["Statement"]
            ]
    stack = Stack.deploy(aws, "bare", bare, AlertEmail="alerts@example.com")
    given = [one for document in policies_of(aws, stack.resources["FunctionRole"]) for one in document["Statement"] if one]
    assert {one["Sid"]: one["Effect"] for one in given if one["Sid"].startswith("Read")} == {
        "ReadParameters": "Deny",
        "ReadSecrets": "Deny",
    }


def test_the_state_is_a_table_that_cleans_itself_and_goes_with_its_stack(aws, stacks, translated):
    dynamodb = aws.client("dynamodb")
    for stack in stacks:
        name = stack.resources["StateTable"]
        table = dynamodb.describe_table(TableName=name)["Table"]
        assert table["KeySchema"] == [{"AttributeName": "pk", "KeyType": "HASH"}]
        assert table["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]
        assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    table = translated["Resources"]["StateTable"]
    # moto's CloudFormation passes this one over.
    assert table["Properties"]["TimeToLiveSpecification"] == {"AttributeName": "expires", "Enabled": True}
    assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Delete", "Delete")


def test_queues_and_topic_take_nothing_without_tls(translated):
    policies = [
        (resource, one["Properties"])
        for one in translated["Resources"].values()
        for resource in as_list(one["Properties"].get("Queues", []) or one["Properties"].get("Topics", []))
    ]
    assert {resource["Ref"] for resource, _ in policies} == {"RetryQueue", "DeadLetterQueue", "AlertTopic"}
    for resource, policy in policies:
        (denied,) = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Deny"]
        assert denied["Principal"] == "*" and denied["Action"] in ("sqs:*", "sns:Publish"), resource
        # A service that says nothing of its connection is not denied: CloudWatch's alarms must come through.
        assert denied["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}, resource


def test_only_alarms_of_this_account_publish_besides_the_function(translated):
    (policy,) = of_type(translated, "AWS::SNS::TopicPolicy")
    (allowed,) = [one for one in policy["PolicyDocument"]["Statement"] if one["Effect"] == "Allow"]
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "cloudwatch.amazonaws.com"}, "sns:Publish")
    assert allowed["Condition"]["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert readable(allowed["Condition"]["ArnLike"]["aws:SourceArn"]) == "arn:x:cloudwatch:x:x:alarm:*"


def test_a_key_of_ones_own_is_for_the_log_and_the_topic(translated):
    key = {"Fn::If": ["HasKey", {"Ref": "KmsKeyArn"}, {"Ref": "AWS::NoValue"}]}
    assert translated["Resources"]["LogGroup"]["Properties"]["KmsKeyId"] == key
    assert translated["Resources"]["AlertTopic"]["Properties"]["KmsMasterKeyId"] == key
    assert translated["Parameters"]["KmsKeyArn"]["Default"] == ""
    condition, use, _ = next(
        one["Fn::If"] for one in statements(translated) if "Fn::If" in one and one["Fn::If"][0] == "HasKey"
    )
    assert (use["Action"], use["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], {"Ref": "KmsKeyArn"})


def test_whoever_takes_the_role_elsewhere_can_do_nothing_with_it(translated):
    """https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html"""
    # Done by Lambda itself with the role, which does not name the function; or by SSM, for the function.
    elsewhere = {"Log", "Trace", "Poll", "GiveUp", "ReadSecrets", "UseKey"}
    bound = {"ArnEquals": {"lambda:SourceFunctionArn": {"Fn::GetAtt": ["Function", "Arn"]}}}
    found = set()
    for statement in statements(translated):
        for branch in statement.get("Fn::If", [None, statement])[1:]:
            if branch == {"Ref": "AWS::NoValue"}:
                continue
            found.add(branch["Sid"])
            assert branch.get("Condition") == (None if branch["Sid"] in elsewhere else bound), branch["Sid"]
    assert found - elsewhere == {"Retry", "Remember", "Publish", "PublishElsewhere", "ReadParameters", "NameAccounts"}


@pytest.mark.parametrize(
    "heard, parameters",
    [
        (False, {}),
        (True, {"AlertEmail": "alerts@example.com"}),
        (True, SLACK_ALARMS),
        (False, {"AlarmSlackWorkspaceId": "T0EXAMPLE"}),
        (False, {"AlarmSlackChannelId": "C0EXAMPLE"}),
        (True, {"AlarmsHeardElsewhere": "true"}),
        (False, {"AlarmsHeardElsewhere": "true", "AlarmSlackChannelId": "C0EXAMPLE"}),
    ],
)
def test_a_stack_whose_alarms_nobody_hears_is_refused(translated, heard, parameters):
    values = {name: str(one.get("Default")) for name, one in translated["Parameters"].items()} | parameters
    # CloudFormation checks the rules before it makes anything; moto does not know them.
    asserted = [one for rule in translated["Rules"].values() for one in rule["Assertions"]]
    assert all(one["AssertDescription"] for one in asserted)
    assert all(holds(one["Assert"], values) for one in asserted) == heard


def holds(condition, values):
    """https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-rules.html"""
    if "Ref" in condition:
        return values[condition["Ref"]]
    ((function, arguments),) = condition.items()
    values_of = [holds(one, values) if isinstance(one, dict) else one for one in arguments]
    return {
        "Fn::Equals": lambda: values_of[0] == values_of[1],
        "Fn::Not": lambda: not values_of[0],
        "Fn::And": lambda: all(values_of),
        "Fn::Or": lambda: any(values_of),
    }[function]()


def test_alarms_come_to_slack_without_the_function(translated):
    slack = translated["Resources"]["AlarmSlack"]
    assert (slack["Type"], slack["Condition"]) == ("AWS::Chatbot::SlackChannelConfiguration", "HasAlarmSlack")
    assert slack["Properties"]["SnsTopicArns"] == [{"Ref": "AlertTopic"}], "where all alarms go"
    # Who is in the channel could run commands with the role: it may do nothing, and nothing may be added to it.
    assert readable(slack["Properties"]["GuardrailPolicies"][0]).endswith(":iam::aws:policy/AWSDenyAll")
    role = translated["Resources"]["AlarmSlackRole"]["Properties"]
    assert role.keys() - {"Tags"} == {"AssumeRolePolicyDocument"}


def test_without_an_address_nobody_is_subscribed(translated):
    assert translated["Resources"]["AlertEmailSubscription"]["Condition"] == "HasAlertEmail"
    assert translated["Parameters"]["AlertEmail"]["Default"] == ""


def test_the_role_allows_nothing_on_everything_but_traces(aws, stacks):
    iam = aws.client("iam")
    for stack in stacks:
        role = stack.resources["FunctionRole"]
        assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        assert sorted(names) == (["function", "lambda"] if stack.name == "one" else ["extra-topics", "function", "lambda"])
        given = [statement for document in policies_of(aws, role) for statement in document["Statement"] if statement]
        for statement in given:
            actions, resources = as_list(statement["Action"]), as_list(statement["Resource"])
            assert statement["Effect"] == "Allow" and not any("*" in action for action in actions)
            if "*" in resources:
                # https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
                assert set(actions) == {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
            else:
                assert all(re.fullmatch(r"arn:aws:\w+:eu-west-1:123456789012:[^*]+(/\*|:\*)?", arn) for arn in resources)
        topics = [arn for one in given if one["Action"] == "sns:Publish" for arn in as_list(one["Resource"])]
        extra = [] if stack.name == "one" else [OTHER_TOPIC]
        assert topics == [stack.resources["AlertTopic"], *extra]


def test_the_function_policy_fits_with_as_many_rules_as_are_allowed():
    # `watcher rules` and build.rs allow 40. The form of a statement that AddPermission makes, with the longest names.
    statement = {
        "Sid": f"{LONGEST_NAME}-FunctionBucket00Permission-ABCDEFGHIJKL"[-100:],
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "lambda:InvokeFunction",
        "Resource": f"arn:aws:lambda:ap-southeast-2:{ACCOUNT}:function:{LONGEST_NAME}",
        "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:events:ap-southeast-2:{ACCOUNT}:rule/{LONGEST_NAME}"}},
    }
    policy = {"Version": "2012-10-17", "Id": "default", "Statement": [statement] * 40}
    assert len(json.dumps(policy, separators=(",", ":"))) <= FUNCTION_POLICY_BYTES


def test_nothing_has_a_physical_name(translated):
    # Names inside the stack's own things are not names of resources.
    # Amazon Q wants a name for its channel; the stack's is in it.
    names = {"ConfigurationName", "PolicyName", "FunctionName", "EventBusName", "QueueName", "MetricName", "DisplayName"}
    for logical, resource in translated["Resources"].items():
        given = {key for key in resource["Properties"] if key.endswith("Name")} - names
        if logical == "ForwardBus":  # a bus must have a name: the stack's own
            assert resource["Properties"]["Name"] == {"Ref": "AWS::StackName"}
            given.remove("Name")
        assert not given, f"{logical}: {given}"
        assert not isinstance(resource["Properties"].get("FunctionName"), str), logical


# What each alarm's description must tell: where to look, or what to do.
ALARMS = {
    "FunctionErrors": "log group",
    "FunctionThrottles": "Concurrent executions",
    "DeadLetters": "RedriveCommand",
    "DeliveriesLate": "which channel",
    "StrangeAnswers": "right URL",
    "RetriesStuck": "event source mapping",
    "NoEvents": "CloudTrail trail",
}


def test_every_alarm_tells_the_topic_and_says_what_to_do(translated):
    alarms = {name: one["Properties"] for name, one in translated["Resources"].items() if one["Type"].endswith("::Alarm")}
    assert alarms.keys() == ALARMS.keys()
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertTopic"}]
        # Only the one for silence takes silence for a fault.
        assert alarm["TreatMissingData"] == ("breaching" if name == "NoEvents" else "notBreaching")
        assert ALARMS[name] in readable(alarm["AlarmDescription"]), name


def test_every_alarm_is_in_the_runbook():
    runbook = (ROOT / "docs/operations.md").read_text()
    for name in ALARMS:
        assert f"### {name}\n" in runbook, name


def test_a_quiet_account_has_no_alarm_for_silence_unless_it_wants_one(translated):
    assert translated["Resources"]["NoEvents"]["Condition"] == "HasAlarmWithoutEvents"
    assert translated["Parameters"]["AlarmWithoutEvents"]["Default"] == "false"


def test_nothing_secret_is_a_parameter_or_in_the_environment(translated):
    text = json.dumps(translated)
    assert "hooks.slack.com" not in text and "resolve:" not in text
    assert not any("ecret" in name or "ebhook" in name for name in translated["Parameters"])


def policies_of(aws, role):
    """The role's inline policies."""
    iam = aws.client("iam")
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    # moto gives the document as Python writes it, with a None where AWS::NoValue took a statement away.
    return [ast.literal_eval(str(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])) for name in names]


def of_type(template, kind):
    return [resource["Properties"] for resource in template["Resources"].values() if resource["Type"] == kind]


def statements(template):
    """What the function's role allows."""
    resources = template["Resources"]
    documents = [one["PolicyDocument"] for one in resources["FunctionRole"]["Properties"]["Policies"]]
    documents += [one["Properties"]["PolicyDocument"] for one in resources.values() if one["Type"] == "AWS::IAM::Policy"]
    return [statement for document in documents for statement in document["Statement"]]


def as_list(value):
    return value if isinstance(value, list) else [value]
