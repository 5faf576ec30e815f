//! The template of a forwarding stack: rules, the role with which they send, and what becomes of an event that EventBridge
//! could not hand over. No function, no code.

use serde_json::{Map, Value, json};

use super::{Forward, ForwardRule};
use crate::fragment::{pattern, retry_policy};
use aws_facts::regions::GLOBAL;

pub(super) fn template(forward: &Forward) -> String {
    let mut resources = around(forward);
    resources.extend(forward.iter().map(|rule| (rule.rule.id.clone(), resource(rule))));
    let template = json!({
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Account Watcher: forwards what its watchers want from this region to the home stack",
        "Parameters": parameters(),
        "Conditions": conditions(forward),
        "Resources": resources,
        "Outputs": {
            "DeadLetterQueueUrl": {
                "Condition": "IsNotHome",
                "Description": "Events that could not be forwarded",
                "Value": {"Ref": "DeadLetterQueue"},
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&template).expect("maps with string keys only");
    text.push('\n');
    text
}

fn parameters() -> Value {
    json!({
        "HomeBusArn": {
            "Type": "String",
            "Description": "The home stack's output ForwardBusArn",
            "AllowedPattern": "^arn:aws[a-z-]*:events:[a-z0-9-]+:[0-9]{12}:event-bus/.+$",
            "ConstraintDescription": "must be the ARN of an event bus, as the home stack's output ForwardBusArn has it",
        },
        "AlertEmail": {
            "Type": "String",
            "Description": "Address that hears when an event could not be forwarded; empty for none. AWS asks it to confirm.",
            "Default": "",
            "AllowedPattern": "^$|^[^@\\s]+@[^@\\s]+$",
            "ConstraintDescription": "must be an e-mail address, or empty",
        },
    })
}

/// A stack beside its home forwards nothing: the home stack's own rules see that region. So whoever deploys to all regions
/// in a loop doubles no alert.
fn conditions(forward: &Forward) -> Value {
    let of_bus = |part: u8| json!({"Fn::Select": [part, {"Fn::Split": [":", {"Ref": "HomeBusArn"}]}]});
    let same = |part: u8, pseudo: &str| json!({"Fn::Equals": [of_bus(part), {"Ref": pseudo}]});
    let home = json!({"Fn::And": [same(3, "AWS::Region"), same(4, "AWS::AccountId")]});
    let here = |name: &str| json!({"Condition": name});
    let mut conditions = json!({
        "IsNotHome": {"Fn::Not": [home]},
        "HasAlertEmail": {"Fn::And": [here("IsNotHome"), {"Fn::Not": [{"Fn::Equals": [{"Ref": "AlertEmail"}, ""]}]}]},
    });
    // cfn-lint takes a condition that nothing uses for a mistake.
    if forward.iter().any(|forward| forward.elsewhere.as_ref() != Some(&forward.rule.pattern)) {
        conditions["HasGlobalServices"] = json!({"Fn::Equals": [{"Ref": "AWS::Region"}, GLOBAL]});
    }
    if forward.iter().any(|forward| forward.elsewhere.is_none()) {
        conditions["ForwardsGlobalServices"] =
            json!({"Fn::And": [here("IsNotHome"), here("HasGlobalServices")]});
    }
    conditions
}

fn resource(forward: &ForwardRule) -> Value {
    let ForwardRule { rule, elsewhere } = forward;
    let everything = pattern(&rule.pattern);
    let (condition, pattern) = match elsewhere {
        None => ("ForwardsGlobalServices", everything),
        Some(elsewhere) if *elsewhere == rule.pattern => ("IsNotHome", everything),
        Some(elsewhere) => {
            ("IsNotHome", json!({"Fn::If": ["HasGlobalServices", everything, pattern(elsewhere)]}))
        }
    };
    json!({
        "Type": "AWS::Events::Rule",
        "Condition": condition,
        "Properties": {
            "Description": "Forwards what Account Watcher's watchers want to its home stack",
            "EventPattern": pattern,
            "State": rule.state(),
            "Targets": [{
                "Id": "home",
                "Arn": {"Ref": "HomeBusArn"},
                "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
                "DeadLetterConfig": {"Arn": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]}},
                "RetryPolicy": retry_policy(),
            }],
        },
    })
}

/// Everything but the rules.
fn around(forward: &Forward) -> Map<String, Value> {
    let this_account = json!({"aws:SourceAccount": {"Ref": "AWS::AccountId"}});
    let rules: Vec<Value> = forward
        .iter()
        .map(|forward| {
            let arn = json!({"Fn::GetAtt": [forward.rule.id, "Arn"]});
            match forward.elsewhere {
                Some(_) => arn,
                None => json!({"Fn::If": ["ForwardsGlobalServices", arn, {"Ref": "AWS::NoValue"}]}),
            }
        })
        .collect();
    let resource = |kind: &str, condition: &str, properties: Value| json!({"Type": kind, "Condition": condition, "Properties": properties});
    let resources = [
        // A stack needs a resource, also beside its home, where it has no other.
        ("Placeholder", json!({"Type": "AWS::CloudFormation::WaitConditionHandle"})),
        // The path is what the home bus's policy knows a forwarder by. A role for each region's stack: one for all of
        // them would need a fixed name, and an order in which the stacks come and go.
        (
            "Role",
            resource(
                "AWS::IAM::Role",
                "IsNotHome",
                json!({
                    "Path": "/account-watcher/",
                    "Description": "Lets rules send events to Account Watcher's home stack",
                    "AssumeRolePolicyDocument": statement(json!({
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sts:AssumeRole",
                        "Condition": {"StringEquals": this_account},
                    })),
                    "Policies": [{
                        "PolicyName": "forward",
                        "PolicyDocument": statement(json!({"Action": "events:PutEvents", "Resource": {"Ref": "HomeBusArn"}})),
                    }],
                }),
            ),
        ),
        (
            "DeadLetterQueue",
            resource(
                "AWS::SQS::Queue",
                "IsNotHome",
                json!({
                    "MessageRetentionPeriod": 1_209_600, // 14 days, the most there is
                    "SqsManagedSseEnabled": true,
                }),
            ),
        ),
        (
            "DeadLetterQueuePolicy",
            resource(
                "AWS::SQS::QueuePolicy",
                "IsNotHome",
                json!({
                    "Queues": [{"Ref": "DeadLetterQueue"}],
                    "PolicyDocument": statement(json!({
                        "Principal": {"Service": "events.amazonaws.com"},
                        "Action": "sqs:SendMessage",
                        "Resource": {"Fn::GetAtt": ["DeadLetterQueue", "Arn"]},
                        "Condition": {"ArnEquals": {"aws:SourceArn": rules}},
                    })),
                }),
            ),
        ),
        ("AlarmTopic", resource("AWS::SNS::Topic", "IsNotHome", json!({"DisplayName": "Account Watcher"}))),
        (
            "AlarmEmail",
            resource(
                "AWS::SNS::Subscription",
                "HasAlertEmail",
                json!({
                    "TopicArn": {"Ref": "AlarmTopic"},
                    "Protocol": "email",
                    "Endpoint": {"Ref": "AlertEmail"},
                }),
            ),
        ),
        (
            "NotForwarded",
            resource(
                "AWS::CloudWatch::Alarm",
                "IsNotHome",
                json!({
                    "AlarmDescription": {"Fn::Sub": "Account Watcher could not forward events from ${AWS::Region} of ${AWS::AccountId} to ${HomeBusArn}. They are in ${DeadLetterQueue.QueueName} for 14 days, each with the reason in its attribute ERROR_MESSAGE. Look whether the home stack still has its bus, and whether its policy lets this account in."},
                    "Namespace": "AWS/SQS",
                    "MetricName": "ApproximateNumberOfMessagesVisible",
                    "Dimensions": [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["DeadLetterQueue", "QueueName"]}}],
                    "Statistic": "Maximum",
                    "Period": 300,
                    "EvaluationPeriods": 1,
                    "Threshold": 1,
                    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                    "TreatMissingData": "notBreaching", // SQS stops reporting on a queue that nobody used for six hours
                    "AlarmActions": [{"Ref": "AlarmTopic"}],
                    "OKActions": [{"Ref": "AlarmTopic"}],
                }),
            ),
        ),
    ];
    resources.into_iter().map(|(id, resource)| (id.to_owned(), resource)).collect()
}

/// A policy of one statement that allows.
fn statement(statement: Value) -> Value {
    let mut statement = statement;
    statement["Effect"] = json!("Allow");
    json!({"Version": "2012-10-17", "Statement": [statement]})
}
