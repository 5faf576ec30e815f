//! The resource that an event is about: `{{target}}`. Which parameter names it is told by the call's own name and a table of what
//! that does not tell; the catalog of all calls stays out of the function.

mod call;
mod console;
mod facts;
mod native;
mod values;
mod words;

use serde_json::Value;

use crate::event::Event;
use crate::variables::call as without_date;
use crate::words::named;

/// So many are named; of more it is said how many there are.
const NAMED: usize = 3;

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The service, as its event source or ARN begins: `s3`, `ec2`.
    pub service: String,
    /// What kind of thing, in one word of small letters: `bucket`, `dbinstance`. Empty where only the name is known.
    pub thing: String,
    /// Its name, id or ARN, as the event has it; several things have several.
    pub names: Vec<String>,
}

impl Target {
    /// By service and call, the parameters that name the resource where the call's name does not say which.
    pub const CALLS: &[(&str, &str, &[&str])] = facts::CALLS;
    /// By service, the parameters that its calls are about when nothing else says it.
    pub const SUBJECTS: &[(&str, &[&str])] = facts::SUBJECTS;

    /// The target of an event; none if the event does not tell it.
    pub fn of(event: &Event) -> Option<Target> {
        if event.text("/detail-type").is_some_and(|kind| kind.ends_with(" via CloudTrail")) {
            of_call(event)
        } else {
            native::target(event)
        }
    }

    /// Its page in the console, if it has one that stays.
    pub(crate) fn link(&self, event: &Event) -> Option<String> {
        console::link(self, event)
    }

    /// For people: names without kind and account, but for what is another account's. `a, b and 3 more`
    pub(crate) fn in_words(&self, account: &str) -> String {
        let mut names: Vec<String> = Vec::new();
        for name in &self.names {
            if let Value::String(name) = named(&Value::from(name.as_str()), account)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
        match names.len() {
            count if count > NAMED => {
                format!("{} and {} more", names[..NAMED - 1].join(", "), count - (NAMED - 1))
            }
            _ => names.join(", "),
        }
    }
}

fn of_call(event: &Event) -> Option<Target> {
    let detail = event.value().get("detail")?;
    let source = event.text("/detail/eventSource")?;
    let service = source.split('.').next().unwrap_or(source);
    let name = without_date(event.text("/detail/eventName")?);
    let part = |key: &str| detail.get(key).unwrap_or(&Value::Null);
    // What a service did by itself has neither request nor answer.
    let found = call::named(service, name, part("requestParameters"), part("responseElements"))
        .or_else(|| call::named(service, name, part("serviceEventDetails"), &Value::Null));
    let target = |thing: String, names: Vec<String>| Target { service: service.to_owned(), thing, names };
    found
        .map(|found| target(found.thing, found.names))
        .or_else(|| Some(target(String::new(), vec![denied(event.text("/detail/errorMessage")?)?])))
        .or_else(|| Some(target(String::new(), recorded(part("resources"))?)))
}

/// What IAM says that the caller has no permission for: `… is not authorized to perform: s3:DeleteBucket on resource:
/// arn:aws:s3:::demo because …`. Of `iam:PassRole` it is the role, which the call only uses.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
fn denied(message: &str) -> Option<String> {
    let (action, rest) =
        message.split_once(" is not authorized to perform: ")?.1.split_once(" on resource: ")?;
    let arn = rest.split_whitespace().next()?.trim_end_matches(['.', ',']).trim_matches('"');
    // Of a log group it names all streams, which have no name.
    let arn = arn.strip_suffix(":log-stream:").unwrap_or(arn);
    (action != "iam:PassRole" && is_arn(arn) && !arn.contains('*')).then(|| arn.to_owned())
}

/// The resources that CloudTrail lists, of the kind of the first.
fn recorded(resources: &Value) -> Option<Vec<String>> {
    let all = resources.as_array()?;
    let kind = all.first()?.get("type");
    let of_kind = all.iter().filter(|resource| resource.get("type") == kind);
    let arns = of_kind.filter_map(|resource| resource.get("ARN")?.as_str().filter(|arn| is_arn(arn)));
    let arns: Vec<String> = arns.map(str::to_owned).collect();
    (!arns.is_empty()).then_some(arns)
}

fn is_arn(text: &str) -> bool {
    text.len() <= values::LONGEST
        && text.starts_with("arn:")
        && text.splitn(6, ':').nth(5).is_some_and(|name| !name.is_empty() && !name.ends_with([':', '/']))
        && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target(detail: &Value) -> Option<String> {
        let event = json!({"source": "aws.x", "detail-type": "AWS API Call via CloudTrail", "account": "123456789012", "detail": detail});
        let event = Event::parse(event.to_string().as_bytes()).unwrap();
        Some(Target::of(&event)?.in_words("123456789012"))
    }

    fn call(service: &str, name: &str, request: &Value) -> Value {
        json!({"eventSource": format!("{service}.amazonaws.com"), "eventName": name, "requestParameters": request})
    }

    #[test]
    fn the_calls_name_says_which_parameter_names_the_resource() {
        let cases = [
            ("s3", "DeleteBucket", json!({"bucketName": "demo", "Host": "x"}), Some("demo")),
            (
                "s3",
                "PutBucketPolicy",
                json!({"bucketName": "demo", "bucketPolicy": {"Id": "x"}}),
                Some("demo"),
            ),
            (
                "rds",
                "DeleteDBInstance",
                json!({"dBInstanceIdentifier": "orders", "finalDBSnapshotIdentifier": "last"}),
                Some("orders"),
            ),
            (
                "ec2",
                "TerminateInstances",
                json!({"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}}),
                Some("i-1, i-2"),
            ),
            (
                "ec2",
                "DeleteVpcEndpoints",
                json!({"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": "vpce-1"}}}),
                Some("vpce-1"),
            ),
            (
                "ec2",
                "AuthorizeSecurityGroupIngress",
                json!({"groupId": "sg-1", "ipPermissions": {}}),
                Some("sg-1"),
            ),
            ("iam", "AddUserToGroup", json!({"userName": "bob", "groupName": "admins"}), Some("admins")),
            (
                "iam",
                "AttachRolePolicy",
                json!({"policyArn": "arn:aws:iam::aws:policy/A", "roleName": "ci"}),
                Some("ci"),
            ),
            ("iam", "CreateAccessKey", json!({"userName": "bob"}), Some("bob")),
            ("ecs", "UpdateService", json!({"cluster": "shop", "service": "web"}), Some("web")),
            (
                "ecs",
                "ExecuteCommand",
                json!({"cluster": "shop", "task": "t-1", "command": "/bin/sh"}),
                Some("t-1"),
            ),
            (
                "sqs",
                "DeleteQueue",
                json!({"queueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"}),
                Some("orders"),
            ),
            (
                "cloudtrail",
                "DeleteTrail",
                json!({"name": "arn:aws:cloudtrail:eu-west-1:210987654321:trail/t"}),
                Some("arn:aws:cloudtrail:eu-west-1:210987654321:trail/t"),
            ),
            (
                "ec2",
                "DeleteSubnets",
                json!({"subnetIds": ["a", "b", "c", "d", "e"]}),
                Some("a, b and 3 more"),
            ),
            // What the call only uses, whoever calls, what is secret, and what is a text.
            ("iam", "ChangePassword", json!({"oldPassword": "x", "newPassword": "y"}), None),
            ("x", "PutEncryptionConfiguration", json!({"kmsKeyId": "k"}), None),
            ("x", "StartThing", json!({"clientRequestToken": "t", "ownerId": "o"}), None),
            ("ec2", "CreateVolume", json!({"kmsKeyId": "k", "size": "80"}), None),
            ("x", "PutResourcePolicy", json!({"resourcePolicy": "{\"Statement\": []}"}), None),
            ("x", "SendMessage", json!({"message": "hello"}), None),
            ("iam", "CreatePolicy", json!({"omitted": true, "reason": "requestParameters too large"}), None),
            ("s3", "DeleteBucket", Value::Null, None),
        ];
        for (service, name, request, expected) in cases {
            assert_eq!(
                target(&call(service, name, &request)).as_deref(),
                expected,
                "{service} {name} {request}"
            );
        }
    }

    #[test]
    fn what_was_made_is_named_by_the_answer() {
        let mut made =
            call("ec2", "CreateVpc", &json!({"cidrBlock": "10.0.0.0/16", "ipv4IpamPoolId": "ipam-1"}));
        assert_eq!(target(&made), None);
        made["responseElements"] = json!({"vpc": {"vpcId": "vpc-1", "dhcpOptionsId": "dopt-1"}});
        assert_eq!(target(&made).as_deref(), Some("vpc-1"));
        let mut run = call(
            "ec2",
            "RunInstances",
            &json!({"instancesSet": {"items": [{"imageId": "ami-1"}]}, "keyName": "k"}),
        );
        assert_eq!(target(&run), None);
        run["responseElements"] =
            json!({"instancesSet": {"items": [{"instanceId": "i-1", "imageId": "ami-1"}]}});
        assert_eq!(target(&run).as_deref(), Some("i-1"));
    }

    #[test]
    fn a_denied_call_without_parameters_says_it_in_its_message() {
        let because = "because no identity-based policy allows it";
        let says = |action: &str, resource: &str| {
            format!(
                "User: arn:aws:iam::123456789012:user/a is not authorized to perform: {action} on resource: {resource} {because}"
            )
        };
        let cases = [
            (says("s3:DeleteBucket", "\"arn:aws:s3:::demo\""), Some("demo")),
            (says("rds:DeleteDBInstance", "arn:aws:rds:eu-west-1:123456789012:db:orders"), Some("orders")),
            (
                says(
                    "logs:DeleteLogStream",
                    "arn:aws:logs:eu-west-1:123456789012:log-group:shop:log-stream:",
                ),
                Some("shop"),
            ),
            (says("ec2:RunInstances", "arn:aws:ec2:eu-west-1:123456789012:instance/*"), None),
            (says("ec2:DescribeInstances", "*"), None),
            (says("iam:PassRole", "arn:aws:iam::123456789012:role/x"), None),
            (says("x:Y", "javascript:alert(1)"), None),
            ("Access Denied".to_owned(), None),
        ];
        for (message, expected) in cases {
            let mut denied = call("x", "Y", &Value::Null);
            denied["errorMessage"] = message.clone().into();
            assert_eq!(target(&denied).as_deref(), expected, "{message}");
        }
    }

    #[test]
    fn other_events_say_it_where_their_service_does() {
        let of = |source: &str, resources: Value, detail: Value| {
            let event =
                json!({"source": source, "detail-type": "t", "resources": resources, "detail": detail});
            let event = Event::parse(event.to_string().as_bytes()).unwrap();
            Target::of(&event).map(|target| target.in_words("123456789012"))
        };
        let alarm = json!(["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:api-5xx"]);
        assert_eq!(
            of("aws.cloudwatch", alarm.clone(), json!({"alarmName": "api-5xx"})).as_deref(),
            Some("api-5xx")
        );
        assert_eq!(of("aws.cloudwatch", alarm, json!({})).as_deref(), Some("api-5xx"));
        let findings =
            json!({"findings": [{"Resources": [{"Id": "arn:aws:s3:::a"}, {"Id": "arn:aws:s3:::b"}]}]});
        assert_eq!(of("aws.securityhub", json!(["arn:x"]), findings).as_deref(), Some("a, b"));
        assert_eq!(of("shop.orders", json!([]), json!({"id": "1"})), None);
    }
}
