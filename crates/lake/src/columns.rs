//! The columns of AWS's table of CloudTrail's logs, and where in them a pattern's path is.
//! <https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html>

/// What a column is made as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A text, or another scalar as text. CloudTrail writes no lists or objects there.
    Text,
    /// `true` or `false` as text.
    Flag,
    /// An object as JSON text.
    Json,
    /// Parts with names; these are texts.
    Struct(&'static str),
    /// What is not asked.
    Other,
}

/// A column: its key in a record, and its kind.
pub(crate) struct Column {
    pub(crate) key: &'static str,
    pub(crate) kind: Kind,
}

const fn column(key: &'static str, kind: Kind) -> Column {
    Column { key, kind }
}

const IDENTITY: &str = "STRUCT<
        type: STRING,
        principalid: STRING,
        arn: STRING,
        accountid: STRING,
        invokedby: STRING,
        accesskeyid: STRING,
        username: STRING,
        onbehalfof: STRUCT<
            userid: STRING,
            identitystorearn: STRING>,
        sessioncontext: STRUCT<
            attributes: STRUCT<
                mfaauthenticated: STRING,
                creationdate: STRING>,
            sessionissuer: STRUCT<
                type: STRING,
                principalid: STRING,
                arn: STRING,
                accountid: STRING,
                username: STRING>,
            ec2roledelivery: STRING,
            webidfederationdata: STRUCT<
                federatedprovider: STRING,
                attributes: MAP<STRING, STRING>>>>";
const RESOURCES: &str = "ARRAY<STRUCT<
        arn: STRING,
        accountid: STRING,
        type: STRING>>";
const ADDENDUM: &str = "STRUCT<
        reason: STRING,
        updatedfields: STRING,
        originalrequestid: STRING,
        originaleventid: STRING>";
const TLS: &str = "STRUCT<
        tlsversion: STRING,
        ciphersuite: STRING,
        clientprovidedhostheader: STRING>";

/// All of them, in the page's order.
pub(crate) const COLUMNS: [Column; 28] = [
    column("eventVersion", Kind::Text),
    column("userIdentity", Kind::Struct(IDENTITY)),
    column("eventTime", Kind::Text),
    column("eventSource", Kind::Text),
    column("eventName", Kind::Text),
    column("awsRegion", Kind::Text),
    column("sourceIPAddress", Kind::Text),
    column("userAgent", Kind::Text),
    column("errorCode", Kind::Text),
    column("errorMessage", Kind::Text),
    column("requestParameters", Kind::Json),
    column("responseElements", Kind::Json),
    column("additionalEventData", Kind::Json),
    column("requestID", Kind::Text),
    column("eventID", Kind::Text),
    column("readOnly", Kind::Flag),
    column("resources", Kind::Struct(RESOURCES)),
    column("eventType", Kind::Text),
    column("apiVersion", Kind::Text),
    column("recipientAccountId", Kind::Text),
    column("serviceEventDetails", Kind::Json),
    column("sharedEventID", Kind::Text),
    column("vpcEndpointId", Kind::Text),
    column("eventCategory", Kind::Text),
    column("addendum", Kind::Struct(ADDENDUM)),
    column("sessionCredentialFromConsole", Kind::Text),
    column("edgeDeviceDetails", Kind::Other),
    column("tlsDetails", Kind::Struct(TLS)),
];

/// The texts within columns of parts.
const PARTS: [&str; 22] = [
    "userIdentity.type",
    "userIdentity.principalId",
    "userIdentity.arn",
    "userIdentity.accountId",
    "userIdentity.invokedBy",
    "userIdentity.accessKeyId",
    "userIdentity.userName",
    "userIdentity.onBehalfOf.userId",
    "userIdentity.onBehalfOf.identityStoreArn",
    "userIdentity.sessionContext.attributes.mfaAuthenticated",
    "userIdentity.sessionContext.attributes.creationDate",
    "userIdentity.sessionContext.sessionIssuer.type",
    "userIdentity.sessionContext.sessionIssuer.principalId",
    "userIdentity.sessionContext.sessionIssuer.arn",
    "userIdentity.sessionContext.sessionIssuer.accountId",
    "userIdentity.sessionContext.sessionIssuer.userName",
    "userIdentity.sessionContext.ec2RoleDelivery",
    "userIdentity.sessionContext.webIdFederationData.federatedProvider",
    "tlsDetails.tlsVersion",
    "tlsDetails.cipherSuite",
    "tlsDetails.clientProvidedHostHeader",
    "addendum.reason",
];

/// Where in the table a path of an event is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place<'p> {
    /// The envelope's `detail-type`, which the eventType decides.
    DetailType,
    /// `source`, and `detail.eventSource`.
    Source,
    /// Same.
    EventSource,
    /// A text that every event has.
    Envelope(String),
    /// A text that a record can lack.
    Text(String),
    /// `true` or `false`.
    Flag(String),
    /// Within the JSON of this column.
    Json(String, Vec<&'p str>),
    /// A constant.
    Constant(&'static str),
    /// Not in the table, or not to be asked.
    Unknown,
}

impl<'p> Place<'p> {
    /// Where the path is.
    pub(crate) fn of(path: &'p str) -> Place<'p> {
        let always = |column: &str| Place::Envelope(format!("coalesce({column}, '')"));
        let Some(key) = path.strip_prefix("detail.") else {
            return match path {
                "source" => Place::Source,
                "detail-type" => Place::DetailType,
                "region" => always("awsregion"),
                "time" => always("eventtime"),
                "id" => always("eventid"),
                "account" => {
                    Place::Envelope("coalesce(recipientaccountid, useridentity.accountid, '')".to_owned())
                }
                "version" => Place::Constant("0"),
                _ => Place::Unknown,
            };
        };
        if PARTS.contains(&key) {
            return Place::Text(key.to_ascii_lowercase());
        }
        let (first, rest) = match key.split_once('.') {
            Some((first, rest)) => (first, Some(rest)),
            None => (key, None),
        };
        let kind = COLUMNS.iter().find(|column| column.key == first).map(|column| column.kind);
        let name = first.to_ascii_lowercase();
        match (kind, rest) {
            (Some(Kind::Text), None) if first == "eventSource" => Place::EventSource,
            (Some(Kind::Text), None) => Place::Text(name),
            (Some(Kind::Flag), None) => Place::Flag(name),
            (Some(Kind::Json), Some(rest)) => Place::Json(name, rest.split('.').collect()),
            _ => Place::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_columns() {
        let text = |text: &str| Place::Text(text.to_owned());
        assert_eq!(Place::of("detail.eventName"), text("eventname"));
        assert_eq!(Place::of("detail.userIdentity.userName"), text("useridentity.username"));
        let json = Place::Json("requestparameters".to_owned(), vec!["a", "b"]);
        assert_eq!(Place::of("detail.requestParameters.a.b"), json);
        assert_eq!(Place::of("detail.readOnly"), Place::Flag("readonly".to_owned()));
        for unknown in [
            "detail",
            "detail.eventname",
            "detail.managementEvent",
            "detail.requestParameters",
            "detail.userIdentity",
            "detail.userIdentity.sessionContext",
            "detail.userIdentity.inScopeOf.sourceArn",
            "detail.eventName.x",
            "resources",
        ] {
            assert_eq!(Place::of(unknown), Place::Unknown, "{unknown}");
        }
    }
}
