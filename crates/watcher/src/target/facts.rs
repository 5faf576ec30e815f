//! What the rule of [`super::call`] does not find by itself: which parameter names the resource of a call, as data. A test of
//! `watchfile` holds them against the catalog.

/// By service and call, the parameters that name it, in the order in which they are looked for. A call may
/// begin with `*`, which also stands for all calls. A parameter may be a path, and one of the answer begins with `response.`;
/// `trail=name` says of what kind the thing is that has the name. None at all: no parameter names a resource.
#[rustfmt::skip]
pub(super) const CALLS: &[(&str, &str, &[&str])] = &[
    // The command is what somebody typed.
    ("bedrock", "CreateModelImportJob", &["importedModelName"]),
    ("bedrock", "CreateModelCustomizationJob", &["customModelName"]),
    ("cloudtrail", "StartLogging", &["trail=name"]),
    ("cloudtrail", "StopLogging", &["trail=name"]),
    ("ecs", "RegisterTaskDefinition", &["taskdefinition=family"]),
    ("ecs", "RunTask", &["taskDefinition"]),
    ("eks", "UpdateClusterConfig", &["cluster=name"]),
    ("eks", "UpdateClusterVersion", &["cluster=name"]),
    ("eks", "*AccessEntry", &["cluster=name", "clusterName"]),
    ("eks", "*AccessPolicy", &["cluster=name", "clusterName"]),
    ("elasticloadbalancing", "SetIpAddressType", &["loadBalancerArn"]),
    ("elasticloadbalancing", "SetSecurityGroups", &["loadBalancerArn"]),
    ("elasticloadbalancing", "SetSubnets", &["loadBalancerArn"]),
    ("guardduty", "*Members", &["accountIds"]),
    ("guardduty", "DeleteInvitations", &["accountIds"]),
    ("kms", "*Grant", &["keyId"]),
    ("rds", "DownloadCompleteDBLogFile", &["dBInstanceIdentifier"]),
    ("route53domains", "*", &["domain=domainName.name", "domainName"]),
    ("secretsmanager", "BatchGetSecretValue", &["secretIdList"]),
    ("securityhub", "BatchUpdateStandardsControlAssociations", &["standardsControlAssociationUpdates.SecurityControlId"]),
    ("sts", "AssumeRoot", &["account=targetPrincipal"]),
    ("ecs", "ExecuteCommand", &["task"]),
    ("ssm", "SendCommand", &["instanceIds", "documentName"]),
    ("ssm", "StartSession", &["target"]),
    ("events", "PutTargets", &["rule"]),
    ("events", "RemoveTargets", &["rule"]),
    ("events", "PutEvents", &[]),
    // Who gets into which account; the permission set is only what with.
    ("sso", "CreateAccountAssignment", &["targetId"]),
    ("sso", "DeleteAccountAssignment", &["targetId"]),
    ("organizations", "AttachPolicy", &["targetId"]),
    ("organizations", "DetachPolicy", &["targetId"]),
    ("organizations", "MoveAccount", &["accountId"]),
    ("organizations", "InviteAccountToOrganization", &["target.id"]),
    ("organizations", "EnableAWSServiceAccess", &["servicePrincipal"]),
    ("organizations", "DisableAWSServiceAccess", &["servicePrincipal"]),
    // The account's own settings.
    ("ec2", "ModifyEbsDefaultKmsKeyId", &["kmsKeyId"]),
    ("ec2", "ModifyIdentityIdFormat", &["principalArn"]),
    ("ec2", "CreateFlowLogs", &["response.CreateFlowLogsResponse.flowLogIdSet", "ResourceId", "resourceId"]),
    ("ec2", "CreateTags", &["resourcesSet"]),
    ("ec2", "DeleteTags", &["resourcesSet"]),
    ("ec2", "ModifySnapshotAttribute", &["snapshotId"]),
    ("ec2", "ModifyImageAttribute", &["imageId"]),
    ("ec2", "AllocateAddress", &["response.publicIp"]),
    ("ec2", "AssociateIamInstanceProfile", &["AssociateIamInstanceProfileRequest.InstanceId", "instanceId", "InstanceId"]),
    ("ec2", "ReplaceIamInstanceProfileAssociation", &["associationId", "AssociationId"]),
    // A user's things: the user says more than the number of a device.
    ("iam", "EnableMFADevice", &["userName"]),
    ("iam", "DeactivateMFADevice", &["userName"]),
    ("iam", "ResyncMFADevice", &["userName"]),
    ("iam", "CreateAccessKey", &["userName"]),
    ("iam", "CreateOpenIDConnectProvider", &["response.openIDConnectProviderArn", "url"]),
    ("iam", "CreateServiceLinkedRole", &["response.role.roleName", "aWSServiceName"]),
    ("iam", "CreatePolicyVersion", &["policyArn"]),
    ("iam", "*ServiceSpecificCredential", &["userName"]),
    ("sts", "GetFederationToken", &["name"]),
    ("kms", "CreateAlias", &["aliasName"]),
    ("kms", "ReEncrypt", &["destinationKeyId"]),
    ("rds", "ModifyDBSnapshotAttribute", &["dBSnapshotIdentifier"]),
    ("rds", "StartExportTask", &["sourceArn"]),
    ("config", "PutConfigRule", &["configRule.configRuleName"]),
    ("config", "PutConfigurationRecorder", &["configurationRecorder.name"]),
    ("config", "PutDeliveryChannel", &["deliveryChannel.name"]),
    ("budgets", "CreateBudget", &["budget.budgetName"]),
    ("budgets", "UpdateBudget", &["newBudget.budgetName"]),
    ("monitoring", "PutMetricData", &["namespace"]),
    ("securityhub", "BatchUpdateFindings", &["finding=findingIdentifiers.Id"]),
    ("securityhub", "BatchDisableStandards", &["StandardsSubscriptionArns", "standardsSubscriptionArns"]),
    ("securityhub", "BatchEnableStandards", &[]),
    ("s3", "PutAccountPublicAccessBlock", &["accountId"]),
    ("s3", "DeleteAccountPublicAccessBlock", &["accountId"]),
    ("account", "*", &["regionName", "accountId", "alternateContactType"]),
    ("servicequotas", "*", &["quotaCode"]),
    ("sns", "Publish", &["topicArn", "targetArn"]),
    ("sns", "SetSMSAttributes", &[]),
    ("signin", "*", &[]),
    ("cloudtrail", "StartQuery", &[]),
];

/// What the calls of a service are about when nothing in a call's name says it.
#[rustfmt::skip]
pub(super) const SUBJECTS: &[(&str, &[&str])] = &[
    ("apigateway", &["restApiId", "apiId", "domainName"]),
    ("autoscaling", &["autoScalingGroupName"]),
    ("backup", &["recoveryPointArn", "backupVaultName"]),
    ("bedrock", &["knowledgeBaseId"]),
    ("cloudformation", &["stackName", "stackSetName"]),
    ("cloudtrail", &["trailName", "eventDataStore"]),
    ("cognito-idp", &["userPoolId"]),
    ("dynamodb", &["tableName", "targetTableName"]),
    ("ec2", &[
        "instanceId", "transitGatewayRouteTableId", "routeTableId", "clientVpnEndpointId", "transitGatewayAttachmentId",
        "transitGatewayMulticastDomainId", "networkInterfaceId", "allocationId", "publicIp", "groupId", "subnetId", "vpcId",
    ]),
    ("ecr", &["repositoryName"]),
    ("ecs", &["service", "task", "tasks", "containerInstance", "containerInstances", "cluster"]),
    ("elasticache", &["replicationGroupId", "serverlessCacheName", "replicationGroupIds", "cacheClusterIds"]),
    ("elasticloadbalancing", &["loadBalancerArn", "targetGroupArn", "loadBalancerName"]),
    ("es", &["domainName"]),
    ("events", &["rule", "eventBusName"]),
    ("glue", &["tableName", "databaseName"]),
    ("guardduty", &["detectorId"]),
    ("iam", &["userName", "roleName", "groupName", "policyArn", "serialNumber"]),
    ("kms", &["keyId"]),
    ("lambda", &["functionName", "uUID"]),
    ("logs", &["logGroupName", "logGroupIdentifier", "deliverySourceName"]),
    ("organizations", &["accountId", "targetId"]),
    ("rds", &["dBInstanceIdentifier", "dBClusterIdentifier", "sourceDBInstanceArn"]),
    ("redshift", &["clusterIdentifier", "sourceSnapshotIdentifier"]),
    ("route53", &["hostedZoneId"]),
    ("s3", &["bucketName"]),
    ("secretsmanager", &["secretId"]),
    ("securityhub", &["standardsControlArn", "productSubscriptionArn"]),
    ("sns", &["topicArn"]),
    ("sqs", &["queueUrl"]),
    ("ssm", &["instanceIds", "instanceId", "documentName"]),
    ("sso", &["permissionSetArn", "applicationArn", "instanceArn"]),
];

/// Parameters that name a thing without `Name` or `Id`; others of the call's noun hold what is written into it: a policy, a
/// command, a message.
#[rustfmt::skip]
pub(super) const BARE: &[&str] = &[
    "accountalia", "alia", "application", "capacityprovider", "channel", "cluster", "computeenvironment", "containerinstance", "domain",
    "emailidentity", "eventdatastore", "gateway", "identity", "instanceprofile", "jobdefinition", "jobqueue", "namespace",
    "pipeline", "queue", "repository", "resource", "resourceset", "rule", "service", "stack", "task", "taskdefinition",
    "taskset", "topic", "workgroup",
];

/// What a call only uses, or who asks: the one parameter that names something names no resource that the call is about, if
/// what it names ends so.
#[rustfmt::skip]
pub(super) const BESIDES: &[&str] = &[
    "account", "caller", "catalog", "client", "endpoint", "kmskey", "long", "operation", "owner", "principal", "region",
    "registry", "request", "revision", "role", "session", "statement", "token", "transaction", "user", "version", "zone",
];

/// Verbs of calls that make something new. Its id is in the answer; the others in the request are those of what it is made of.
#[rustfmt::skip]
pub(super) const MAKING: &[&str] = &[
    "Allocate", "Copy", "Create", "Import", "Launch", "Purchase", "Register", "Request", "Restore", "Run",
];

/// Where native events say what they are about, by source; the first that is there counts. Of all others it is the
/// envelope's `resources`, and that of these too if none is there.
#[rustfmt::skip]
pub(super) const NATIVE: &[(&str, &[&str])] = &[
    // The resources of these are the analyzer, the finding, the build, one monitor's id.
    ("aws.access-analyzer", &["resource"]),
    ("aws.ce", &["monitorName"]),
    ("aws.codebuild", &["project-name"]),
    ("aws.securityhub", &["findings.Resources.Id"]),
    // The names that people gave them.
    ("aws.acm", &["CommonName"]),
    ("aws.autoscaling", &["AutoScalingGroupName"]),
    ("aws.backup", &["resourceArn", "backupVaultName"]),
    ("aws.cloudwatch", &["alarmName"]),
    ("aws.codepipeline", &["pipeline"]),
    ("aws.config", &["resourceId"]),
    ("aws.ec2", &["instance-id"]),
    ("aws.ecr", &["repository-name"]),
    ("aws.guardduty", &[
        "resource.instanceDetails.instanceId", "resource/s3BucketDetails/name", "resource.eksClusterDetails.name",
        "resource.ecsClusterDetails.name", "resource.lambdaDetails.functionName",
        "resource.rdsDbInstanceDetails.dbInstanceIdentifier", "resource.accessKeyDetails.userName",
    ]),
    ("aws.health", &["affectedEntities.entityValue"]),
    ("aws.macie", &["resourcesAffected/s3Bucket/name"]),
    ("aws.rds", &["SourceIdentifier"]),
    ("aws.trustedadvisor", &["resource_id"]),
];
