//! The address of a resource in AWS's console, where it has one that stays.

use super::Target;
use super::words::{noun, verb};
use crate::event::Event;
use crate::variables::{call, console_host, is_word};

/// By service and kind of thing, what stands behind the host. `{id}` is the name, `{arn}` the whole ARN.
#[rustfmt::skip]
const PAGES: &[(&str, &[&str], &str)] = &[
    ("acm", &["certificate"], "acm/home?region={region}#/certificates/{id}"),
    ("autoscaling", &["autoscalinggroup"], "ec2/home?region={region}#AutoScalingGroupDetails:id={id};view=details"),
    ("cloudformation", &["stack"], "cloudformation/home?region={region}#/stacks?filteringText={id}"),
    ("cloudfront", &["distribution"], "cloudfront/v4/home#/distributions/{id}"),
    ("cloudtrail", &["trail"], "cloudtrailv2/home?region={region}#/trails/{arn}"),
    ("cloudwatch", &["alarm"], "cloudwatch/home?region={region}#alarmsV2:alarm/{id}"),
    ("monitoring", &["alarm"], "cloudwatch/home?region={region}#alarmsV2:alarm/{id}"),
    ("codebuild", &["project"], "codesuite/codebuild/{account}/projects/{id}?region={region}"),
    ("codepipeline", &["pipeline"], "codesuite/codepipeline/pipelines/{id}/view?region={region}"),
    ("dynamodb", &["table"], "dynamodbv2/home?region={region}#table?name={id}"),
    ("ecr", &["repository"], "ecr/repositories/private/{account}/{id}?region={region}"),
    ("ecs", &["cluster"], "ecs/v2/clusters/{id}?region={region}"),
    ("eks", &["cluster"], "eks/clusters/{id}?region={region}"),
    ("elasticfilesystem", &["filesystem"], "efs/home?region={region}#/file-systems/{id}"),
    ("elasticloadbalancing", &["loadbalancer"], "ec2/home?region={region}#LoadBalancer:loadBalancerArn={arn}"),
    ("guardduty", &["finding"], "guardduty/home?region={region}#/findings?macros=current&fId={id}"),
    ("iam", &["group"], "iam/home#/groups/details/{id}"),
    ("iam", &["policy"], "iam/home#/policies/details/{arn}"),
    ("iam", &["role"], "iam/home#/roles/details/{id}"),
    ("iam", &["user"], "iam/home#/users/details/{id}"),
    ("kms", &["key"], "kms/home?region={region}#/kms/keys/{id}"),
    ("lambda", &["function"], "lambda/home?region={region}#/functions/{id}"),
    ("logs", &["loggroup"], "cloudwatch/home?region={region}#logsV2:log-groups/log-group/{twice}"),
    ("rds", &["db", "dbinstance"], "rds/home?region={region}#database:id={id};is-cluster=false"),
    ("rds", &["cluster", "dbcluster"], "rds/home?region={region}#database:id={id};is-cluster=true"),
    ("route53", &["hostedzone"], "route53/v2/hostedzones#ListRecordSets/{id}"),
    ("s3", &["bucket"], "s3/buckets/{id}?region={region}"),
    ("secretsmanager", &["secret"], "secretsmanager/secret?name={id}&region={region}"),
    ("sns", &["topic"], "sns/v3/home?region={region}#/topic/{arn}"),
    ("states", &["execution"], "states/home?region={region}#/v2/executions/details/{arn}"),
    ("states", &["statemachine"], "states/home?region={region}#/statemachines/view/{arn}"),
];

/// Of EC2 and VPC, by how the ids begin.
#[rustfmt::skip]
const IDS: &[(&str, &str)] = &[
    ("ami-", "ec2/home?region={region}#ImageDetails:imageId={id}"),
    ("eni-", "ec2/home?region={region}#NetworkInterface:networkInterfaceId={id}"),
    ("i-", "ec2/home?region={region}#InstanceDetails:instanceId={id}"),
    ("sg-", "ec2/home?region={region}#SecurityGroup:groupId={id}"),
    ("snap-", "ec2/home?region={region}#SnapshotDetails:snapshotId={id}"),
    ("vol-", "ec2/home?region={region}#VolumeDetails:volumeId={id}"),
    ("acl-", "vpcconsole/home?region={region}#NetworkAclDetails:networkAclId={id}"),
    ("igw-", "vpcconsole/home?region={region}#InternetGateway:internetGatewayId={id}"),
    ("nat-", "vpcconsole/home?region={region}#NatGatewayDetails:natGatewayId={id}"),
    ("pcx-", "vpcconsole/home?region={region}#PeeringConnectionDetails:VpcPeeringConnectionId={id}"),
    ("rtb-", "vpcconsole/home?region={region}#RouteTableDetails:RouteTableId={id}"),
    ("subnet-", "vpcconsole/home?region={region}#SubnetDetails:subnetId={id}"),
    ("vpc-", "vpcconsole/home?region={region}#VpcDetails:VpcId={id}"),
    ("vpce-", "vpcconsole/home?region={region}#EndpointDetails:vpcEndpointId={id}"),
];

/// A resource as the console's addresses have it.
struct Page<'a> {
    service: &'a str,
    thing: String,
    id: &'a str,
    arn: Option<&'a str>,
    region: &'a str,
}

/// The address of the one thing that the event is about, in the event's account: nobody sees another account's things in
/// their console. None of what the call has just deleted.
pub(super) fn link(target: &Target, event: &Event) -> Option<String> {
    let account = event.text("/account").filter(|account| is_word(account))?;
    let region = event.text("/region").filter(|region| is_word(region))?;
    let [name] = target.names.as_slice() else { return None };
    if is_gone(target, event) {
        return None;
    }
    let page = match event.text("/source") {
        // The finding says what happened to the resource, and leads to it.
        Some("aws.guardduty") => {
            let id = event.text("/detail/id")?;
            Page { service: "guardduty", thing: "finding".to_owned(), id, arn: None, region }
        }
        _ if name.starts_with("arn:") => of_arn(name, account, region)?,
        _ => Page { service: &target.service, thing: target.thing.clone(), id: name, arn: None, region },
    };
    // CloudTrail writes `AWS ROOT USER` for the name of one.
    if page.service == "iam" && page.id.contains(' ') {
        return None;
    }
    let host = console_host(page.region)?;
    let path = path(&page)?;
    if path.contains("{arn}") && page.arn.is_none() {
        return None;
    }
    let (id, arn) = (encoded(page.id), page.arn.map(encoded_arn).unwrap_or_default());
    let filled = path
        .replace("{region}", page.region)
        .replace("{account}", account)
        .replace("{twice}", &id.replace('%', "$25"))
        .replace("{arn}", &arn)
        .replace("{id}", &id);
    Some(format!("https://{}.{host}/{filled}", page.region))
}

fn path(page: &Page<'_>) -> Option<&'static str> {
    let is_id = |prefix: &str| {
        let rest = page.id.strip_prefix(prefix);
        rest.is_some_and(|rest| (8..=17).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let of_id = IDS.iter().find(|(prefix, _)| is_id(prefix)).map(|(_, path)| *path);
    let of_thing = || {
        let found = PAGES
            .iter()
            .find(|(service, things, _)| *service == page.service && things.contains(&page.thing.as_str()));
        found.map(|(.., path)| *path)
    };
    of_id.or_else(of_thing)
}

/// `arn:aws:lambda:eu-west-1:123456789012:function:checkout`. Of a bucket and a topic the ARN has no kind.
fn of_arn<'a>(arn: &'a str, account: &str, region: &'a str) -> Option<Page<'a>> {
    let mut parts = arn.splitn(6, ':').skip(2);
    let (service, of_region, of_account, rest) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if !of_account.is_empty() && of_account != account {
        return None;
    }
    let region = if is_word(of_region) { of_region } else { region };
    let (thing, id) = match service {
        "s3" => ("bucket", rest.split('/').next()?),
        "sns" => ("topic", rest),
        _ => rest.split_once([':', '/'])?,
    };
    let id = match service {
        // Roles and users may have a path; of a group's ARN an id stands in front.
        "iam" | "autoscaling" => id.rsplit('/').next()?,
        // Six characters that Secrets Manager puts behind the name.
        "secretsmanager" => {
            id.rsplit_once('-').filter(|(_, end)| end.len() == 6).map_or(id, |(name, _)| name)
        }
        // What follows is a version, a stack's id or a stream.
        "cloudformation" | "dynamodb" => id.split('/').next()?,
        "lambda" | "logs" => id.split(':').next()?,
        _ => id,
    };
    let thing = thing.to_ascii_lowercase().replace('-', "");
    Some(Page { service, thing, id, arn: Some(arn), region })
}

/// Whether the call has deleted it. A bucket whose policy was deleted is still there.
fn is_gone(target: &Target, event: &Event) -> bool {
    let Some(name) = event.text("/detail/eventName").map(call) else { return false };
    event.text("/detail/errorCode").is_none() && verb(name) == "Delete" && {
        let whole = noun(name).concat();
        whole == target.thing || target.thing.is_empty() || whole.ends_with(&target.thing)
    }
}

/// Whoever makes a call writes the names: all that is not a letter, a digit or one of `-_.~` is encoded.
fn encoded(text: &str) -> String {
    percent(text, b"-_.~")
}

/// The colons and slashes of an ARN stay, which in the part behind `#` separate nothing.
fn encoded_arn(text: &str) -> String {
    percent(text, b"-_.~:/")
}

fn percent(text: &str, kept: &[u8]) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || kept.contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn linked(source: &str, detail: &Value, region: &str) -> Option<String> {
        let kind = if detail.get("eventName").is_some() { "AWS API Call via CloudTrail" } else { "t" };
        let mut detail = detail.clone();
        detail["eventSource"] = format!("{}.amazonaws.com", source.trim_start_matches("aws.")).into();
        let event = json!({"source": source, "detail-type": kind, "account": "123456789012", "region": region, "detail": detail});
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        link(&Target::of(&event)?, &event)
    }

    #[test]
    fn a_resource_has_its_page() {
        let console = "https://eu-west-1.console.aws.amazon.com/";
        let call = |name: &str, key: &str, value: &str| json!({"eventName": name, "requestParameters": {key: value}});
        let cases = [
            ("aws.s3", call("PutBucketPolicy", "bucketName", "demo"), "s3/buckets/demo?region=eu-west-1"),
            ("aws.iam", call("AttachRolePolicy", "roleName", "a+b/c"), "iam/home#/roles/details/a%2Bb%2Fc"),
            (
                "aws.iam",
                call("CreatePolicyVersion", "policyArn", "arn:aws:iam::123456789012:policy/team/buckets"),
                "iam/home#/policies/details/arn:aws:iam::123456789012:policy/team/buckets",
            ),
            (
                "aws.ec2",
                call("AuthorizeSecurityGroupIngress", "groupId", "sg-0123456789abcdef0"),
                "ec2/home?region=eu-west-1#SecurityGroup:groupId=sg-0123456789abcdef0",
            ),
            (
                "aws.lambda",
                call(
                    "UpdateFunctionCode20150331v2",
                    "functionName",
                    "arn:aws:lambda:eu-west-1:123456789012:function:shop:live",
                ),
                "lambda/home?region=eu-west-1#/functions/shop",
            ),
            (
                "aws.rds",
                call("ModifyDBInstance", "dBInstanceIdentifier", "orders"),
                "rds/home?region=eu-west-1#database:id=orders;is-cluster=false",
            ),
            (
                "aws.logs",
                call("PutRetentionPolicy", "logGroupName", "/aws/lambda/shop"),
                "cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fshop",
            ),
            (
                "aws.secretsmanager",
                call(
                    "PutSecretValue",
                    "secretId",
                    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop/db-AbCdEf",
                ),
                "secretsmanager/secret?name=shop%2Fdb&region=eu-west-1",
            ),
            (
                "aws.guardduty",
                json!({"id": "f1", "resource": {"accessKeyDetails": {"userName": "web"}}}),
                "guardduty/home?region=eu-west-1#/findings?macros=current&fId=f1",
            ),
        ];
        for (source, detail, expected) in cases {
            assert_eq!(
                linked(source, &detail, "eu-west-1"),
                Some(format!("{console}{expected}")),
                "{detail}"
            );
        }
    }

    #[test]
    fn what_has_no_page_has_no_link() {
        let bucket = |name: &str| json!({"eventName": name, "requestParameters": {"bucketName": "demo"}});
        let role = json!({"eventName": "AttachRolePolicy", "requestParameters": {"roleName": "arn:aws:iam::210987654321:role/x"}});
        let many = json!({"eventName": "StopInstances", "requestParameters": {"instancesSet": {"items": [
            {"instanceId": "i-0123456789abcdef0"}, {"instanceId": "i-0123456789abcdef1"}]}}});
        assert_eq!(linked("aws.s3", &bucket("DeleteBucket"), "eu-west-1"), None, "it is deleted");
        assert!(linked("aws.s3", &bucket("DeleteBucketPolicy"), "eu-west-1").is_some());
        let mut denied = bucket("DeleteBucket");
        denied["errorCode"] = "AccessDenied".into();
        assert!(linked("aws.s3", &denied, "eu-west-1").is_some());
        assert_eq!(linked("aws.iam", &role, "us-east-1"), None, "another account's");
        assert_eq!(linked("aws.ec2", &many, "eu-west-1"), None);
        assert_eq!(linked("aws.s3", &bucket("PutBucketPolicy"), "us-iso-east-1"), None);
        assert_eq!(linked("aws.s3", &bucket("PutBucketPolicy"), "evil.example/"), None);
        let china = linked("aws.s3", &bucket("PutBucketPolicy"), "cn-north-1").unwrap();
        assert!(china.starts_with("https://cn-north-1.console.amazonaws.cn/s3/"), "{china}");
    }

    #[test]
    fn a_name_from_the_event_can_not_leave_its_place() {
        let hostile = "x?y#z&region=a%2F\"> <@here|é";
        let call = json!({"eventName": "PutBucketPolicy", "requestParameters": {"bucketName": hostile}});
        let expected = "https://eu-west-1.console.aws.amazon.com/s3/buckets/x%3Fy%23z%26region%3Da%252F%22%3E%20%3C%40here%7C%C3%A9?region=eu-west-1";
        assert_eq!(linked("aws.s3", &call, "eu-west-1").as_deref(), Some(expected));
        let named = "x{arn}{account}{region}{twice}{id}";
        let call = json!({"eventName": "PutBucketPolicy", "requestParameters": {"bucketName": named}});
        assert!(!linked("aws.s3", &call, "eu-west-1").unwrap().contains("123456789012"));
    }
}
