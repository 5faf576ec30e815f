//! Watchers whose EventBridge rules do not fit the quotas.

use crate::finding::Level;

use super::super::{Check, Lint};

pub(super) static LINT: Lint = Lint {
    name: "rule-budget",
    level: Level::Error,
    what: "watchers whose EventBridge rules do not fit the quotas",
    why: "A pattern has 2,048 characters: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html. Rules are widened as far as they can be; the names of read-only calls cannot be left out.",
    bad: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = [
    "RunInstances",
    "DescribeAccountVpcEncryptionControl",
    "DescribeApplicationStatusCheckAssociations",
    "DescribeAwsNetworkPerformanceMetricSubscriptions",
    "DescribeCapacityBlockExtensionHistory",
    "DescribeCapacityBlockExtensionOfferings",
    "DescribeCapacityManagerDataExports",
    "DescribeCapacityReservationBillingRequests",
    "DescribeCapacityReservationCancellationQuotes",
    "DescribeCapacityReservationDateChangeQuotes",
    "DescribeCapacityReservationFleets",
    "DescribeCapacityReservationTopology",
    "DescribeClientVpnAuthorizationRules",
    "DescribeDeclarativePoliciesReports",
    "DescribeEgressOnlyInternetGateways",
    "DescribeIamInstanceProfileAssociations",
    "DescribeInstanceCreditSpecifications",
    "DescribeInstanceEventNotificationAttributes",
    "DescribeInstanceSqlHaHistoryStates",
    "DescribeIpamExternalResourceVerificationTokens",
    "DescribeIpamInternetRegistryAssociations",
    "DescribeIpamPrefixListResolverTargets",
    "DescribeIpamResourceDiscoveryAssociations",
    "DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations",
    "DescribeLocalGatewayRouteTableVpcAssociations",
    "DescribeLocalGatewayVirtualInterfaceGroups",
    "DescribeLocalGatewayVirtualInterfaces",
    "DescribeNetworkInsightsAccessScopeAnalyses",
    "DescribeNetworkInsightsAccessScopes",
    "DescribeNetworkInterfaceAttribute",
    "DescribeNetworkInterfacePermissions",
    "DescribeReservedInstancesModifications",
    "DescribeReservedInstancesOfferings",
    "DescribeScheduledInstanceAvailability",
    "DescribeSecurityGroupVpcAssociations",
    "DescribeServiceLinkVirtualInterfaces",
    "DescribeTransitGatewayConnectPeers",
    "DescribeTransitGatewayMeteringPolicies",
    "DescribeTransitGatewayMulticastDomains",
    "DescribeTransitGatewayPeeringAttachments",
    "DescribeTransitGatewayPolicyTables",
    "DescribeTransitGatewayRouteTableAnnouncements",
    "DescribeTransitGatewayVpcAttachments",
    "DescribeTrunkInterfaceAssociations",
    "DescribeVerifiedAccessInstanceLoggingConfigurations",
    "DescribeVerifiedAccessTrustProviders",
    "DescribeVpcBlockPublicAccessExclusions",
    "DescribeVpcBlockPublicAccessOptions",
    "DescribeVpcEndpointConnectionNotifications",
    "DescribeVpcEndpointServiceConfigurations",
    "DescribeVpcEndpointServicePermissions",
]
"#,
    good: r#"[pattern]
source = ["aws.ec2"]
detail-type = ["AWS API Call via CloudTrail"]
detail.eventSource = ["ec2.amazonaws.com"]
detail.eventName = ["RunInstances"]
"#,
    check: Check::Reading,
};
