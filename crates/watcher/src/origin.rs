//! Where a call came from: the address or the service it came through, the client, and whether MFA was used, for the
//! line below every alert.

use crate::event::Event;

/// `203.0.113.10, Terraform, with MFA` or `through CloudFormation`; none for a native event. Of the client's own text only
/// what we know is said, in our words: whoever calls writes it.
pub(crate) fn origin(event: &Event) -> Option<String> {
    let identity =
        |key: &str| event.text(&format!("/detail/userIdentity/{key}")).filter(|text| !text.is_empty());
    let kind = identity("type")?;
    let address = event.text("/detail/sourceIPAddress").filter(|text| !text.is_empty());
    let through = match identity("invokedBy") {
        // The service itself is the actor.
        Some(_) if kind == "AWSService" => None,
        Some(service) => Some(service),
        None => address.filter(|address| kind != "AWSService" && address.ends_with(".amazonaws.com")),
    };
    let place = match (through, address) {
        (Some(service), _) => Some(format!("through {}", service_name(service))),
        (None, Some("AWS Internal")) => Some("AWS internal".to_owned()),
        (None, Some(address)) if address.ends_with(".amazonaws.com") => Some("AWS internal".to_owned()),
        (None, address) => address.map(str::to_owned),
    };
    let client = client(event).filter(|_| through.is_none());
    let parts: Vec<String> = place
        .into_iter()
        .chain(client.map(str::to_owned))
        .chain(mfa(event, kind).map(str::to_owned))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// What people call a service that acts for them.
fn service_name(host: &str) -> &str {
    let names = [
        ("autoscaling", "Auto Scaling"),
        ("backup", "AWS Backup"),
        ("cloudformation", "CloudFormation"),
        ("config", "AWS Config"),
        ("ec2", "EC2"),
        ("ecs", "ECS"),
        ("eks", "EKS"),
        ("elasticbeanstalk", "Elastic Beanstalk"),
        ("lambda", "Lambda"),
        ("rds", "RDS"),
        ("servicecatalog", "Service Catalog"),
        ("ssm", "Systems Manager"),
    ];
    let prefix = host.split('.').next().unwrap_or(host);
    names.iter().find(|(name, _)| *name == prefix).map_or(host, |(_, name)| name)
}

/// The parts of a user agent that name a client, the most telling first: Terraform and its like say which SDK they use, a
/// penetration tester's Linux stands behind the name of the CLI.
const CLIENTS: [(&str, &str); 24] = [
    ("kali", "from Kali Linux"),
    ("parrot", "from Parrot Linux"),
    ("pentoo", "from Pentoo Linux"),
    ("hashicorp", "Terraform"),
    ("terraform", "Terraform"),
    ("opentofu", "OpenTofu"),
    ("pulumi", "Pulumi"),
    ("cdk", "AWS CDK"),
    ("cloudshell", "CloudShell"),
    ("aws-cli/", "AWS CLI"),
    ("powershell", "PowerShell"),
    ("console.amazonaws.com", "console"),
    ("console.aws.amazon.com", "console"),
    ("s3console", "console"),
    ("mozilla/", "browser"),
    ("boto", "SDK for Python"),
    ("aws-sdk-go", "SDK for Go"),
    ("aws-sdk-java", "SDK for Java"),
    ("aws-sdk-js", "SDK for JavaScript"),
    ("aws-sdk-nodejs", "SDK for JavaScript"),
    ("aws-sdk-rust", "SDK for Rust"),
    ("aws-sdk-dotnet", "SDK for .NET"),
    ("aws-sdk-php", "SDK for PHP"),
    ("aws-sdk-ruby", "SDK for Ruby"),
];

fn client(event: &Event) -> Option<&'static str> {
    let agent = event.text("/detail/userAgent").unwrap_or_default().to_ascii_lowercase();
    let known = CLIENTS.iter().find(|(part, _)| agent.contains(part)).map(|(_, name)| *name);
    // CloudTrail says itself that the credentials are a console session's.
    // <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
    let is_console = event.text("/detail/sessionCredentialFromConsole") == Some("true");
    if is_console && known.is_none_or(|name| name == "browser") { Some("console") } else { known }
}

/// Whether MFA was used, where the record can know: of a role it says so only when it was, since the identity provider in
/// front of it may have asked for a second factor too.
fn mfa(event: &Event, kind: &str) -> Option<&'static str> {
    let session = event.text("/detail/userIdentity/sessionContext/attributes/mfaAuthenticated");
    let sign_in = event.text("/detail/additionalEventData/MFAUsed");
    match session.or(sign_in)? {
        "true" | "Yes" => Some("with MFA"),
        "false" | "No" if ["IAMUser", "Root"].contains(&kind) => Some("without MFA"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_line_says_from_where_with_what_and_whether_with_mfa() {
        let user = json!({"type": "IAMUser"});
        let role = |mfa: &str| json!({"type": "AssumedRole", "sessionContext": {"attributes": {"mfaAuthenticated": mfa}}});
        let cases = [
            (json!({"userIdentity": user, "sourceIPAddress": "203.0.113.10"}), Some("203.0.113.10")),
            (
                json!({"userIdentity": user, "sourceIPAddress": "203.0.113.10",
                       "userAgent": "aws-cli/2.17.32 md/installer#exe prompt#off"}),
                Some("203.0.113.10, AWS CLI"),
            ),
            (
                json!({"userIdentity": user, "sourceIPAddress": "203.0.113.10",
                       "userAgent": "aws-cli/2.17.32 ua/2.0 os/linux#6.8.11-kali-amd64"}),
                Some("203.0.113.10, from Kali Linux"),
            ),
            (
                json!({"userIdentity": role("true"), "sourceIPAddress": "203.0.113.10",
                       "userAgent": "APN/1.0 HashiCorp/1.0 Terraform/1.9.0 aws-sdk-go-v2/1.30"}),
                Some("203.0.113.10, Terraform, with MFA"),
            ),
            (
                json!({"userIdentity": role("false"), "sourceIPAddress": "203.0.113.10", "userAgent": "Mozilla/5.0",
                       "sessionCredentialFromConsole": "true"}),
                Some("203.0.113.10, console"),
            ),
            (
                json!({"userIdentity": user, "sourceIPAddress": "203.0.113.10",
                       "additionalEventData": {"MFAUsed": "No"}}),
                Some("203.0.113.10, without MFA"),
            ),
            (
                json!({"userIdentity": {"type": "AssumedRole", "invokedBy": "cloudformation.amazonaws.com"},
                       "sourceIPAddress": "cloudformation.amazonaws.com", "userAgent": "cloudformation.amazonaws.com"}),
                Some("through CloudFormation"),
            ),
            (
                json!({"userIdentity": {"type": "AWSService", "invokedBy": "backup.amazonaws.com"},
                       "sourceIPAddress": "backup.amazonaws.com"}),
                Some("AWS internal"),
            ),
            (
                json!({"userIdentity": {"type": "AWSService"}, "sourceIPAddress": "AWS Internal"}),
                Some("AWS internal"),
            ),
            (json!({"userIdentity": user, "userAgent": "<!channel> whatever"}), None),
            (json!({"lastStatus": "STOPPED"}), None),
        ];
        for (detail, expected) in cases {
            let event = json!({"source": "s", "detail-type": "t", "detail": detail});
            let event = Event::parse(event.to_string().as_bytes()).unwrap();
            assert_eq!(origin(&event).as_deref(), expected, "{detail}");
        }
    }
}
