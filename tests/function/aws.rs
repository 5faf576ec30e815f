//! What goes to AWS through the SDK and our connector, and what its answers are taken for.

use std::sync::Arc;
use std::time::Duration;

use account_watcher::channels::Sns;
use account_watcher::failure::Failure;
use account_watcher::queue::{Queue, Sqs};
use account_watcher::secrets::{Parameters, Ssm};
use account_watcher::settings::Env;
use account_watcher::{aws, http};
use aws_config::{Region, SdkConfig};
use aws_sdk_sns::config::{Credentials, SharedCredentialsProvider};
use serde_json::{Value, json};
use watcher::{SnsMessage, TopicRef};

use crate::stub::{Answer, Stub};
use crate::support::settings;

pub(crate) const ARN: &str = "arn:aws:sns:us-east-1:123456789012:alerts";

/// An environment whose endpoint is the stub, for one service or for all.
pub(crate) fn env(variable: &'static str, stub: &Stub) -> Env {
    let url = stub.url.clone();
    Arc::new(move |name| match name {
        "ACCOUNT_TOPIC_ARN" => Some(ARN.to_owned()),
        _ if name == variable => Some(url.clone()),
        _ => None,
    })
}

pub(crate) async fn config(env: &Env) -> SdkConfig {
    config_with(http::client_with_timeout(Duration::from_millis(300)), env).await
}

async fn config_with(client: reqwest::Client, env: &Env) -> SdkConfig {
    let config = aws::config(client, env).await.into_builder();
    let credentials = SharedCredentialsProvider::new(Credentials::for_tests());
    config.credentials_provider(credentials).region(Region::new("eu-west-1")).build()
}

fn answer(status: u16, body: &str) -> Answer {
    Answer::Http(status, "", body.to_owned())
}

fn message() -> SnsMessage {
    SnsMessage {
        subject: "S3 bucket deleted".to_owned(),
        message: "Bucket \"ä\" & more".to_owned(),
        attributes: [("severity", "high".to_owned())].into(),
    }
}

#[tokio::test]
async fn sns_gets_subject_message_and_attributes_in_the_region_of_the_topic() {
    for topic in [TopicRef::Env("ACCOUNT_TOPIC_ARN".to_owned()), TopicRef::from_arn(ARN).unwrap()] {
        let ok = "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>";
        let stub = Stub::start([answer(200, ok)]).await;
        let env = env("AWS_ENDPOINT_URL_SNS", &stub);
        Sns::new(config(&env).await, env).publish(&topic, message()).await.unwrap();
        let request = stub.requests().remove(0);
        let expected = "Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Aalerts\
            &Message=Bucket%20%22%C3%A4%22%20%26%20more&Subject=S3%20bucket%20deleted\
            &MessageAttributes.entry.1.Name=severity&MessageAttributes.entry.1.Value.DataType=String\
            &MessageAttributes.entry.1.Value.StringValue=high";
        assert_eq!(request.body, expected);
        assert!(request.head.contains("/us-east-1/sns/aws4_request"), "{}", request.head);
    }
}

#[tokio::test]
async fn an_answer_of_sns_says_whether_to_try_again() {
    let error = |status, code| {
        answer(
            status,
            &format!("<ErrorResponse><Error><Code>{code}</Code><Message>m</Message></Error></ErrorResponse>"),
        )
    };
    let cases = [
        (error(404, "NotFound"), false, "sns: NotFound: the topic does not exist"),
        (error(403, "AuthorizationError"), false, "sns: AuthorizationError: "),
        (error(400, "InvalidParameter"), false, "sns: InvalidParameter: "),
        (error(400, "Throttling"), true, "sns: Throttling"),
        (error(500, "InternalError"), true, "sns: InternalError"),
        (answer(503, ""), true, "sns: "),
        (answer(502, "<html>"), true, "sns: "),
        (answer(504, ""), true, "sns: "),
        (Answer::Hang, true, "sns: no answer in time"),
        (Answer::Close, true, "sns: the connection broke"),
        (Answer::Break, true, "sns: the connection broke"),
        (answer(200, "<html>"), true, "sns: an error without a code"),
    ];
    for (answer, again, expected) in cases {
        // SNS may have taken the message.
        let lost = matches!(
            answer,
            Answer::Hang | Answer::Close | Answer::Break | Answer::Http(200 | 502 | 504, ..)
        );
        let stub = Stub::start([answer.clone()]).await;
        let env = env("AWS_ENDPOINT_URL", &stub);
        let topic = TopicRef::from_arn(ARN).unwrap();
        let failure = Sns::new(config(&env).await, env).publish(&topic, message()).await.unwrap_err();
        assert_eq!(matches!(failure, Failure::Retry { .. }), again, "{answer:?}: {failure:?}");
        let unanswered = matches!(failure, Failure::Retry { unanswered: true, .. });
        assert_eq!(unanswered, lost, "{answer:?}: {failure:?}");
        assert!(failure.reason().starts_with(expected), "{answer:?}: {failure:?}");
        assert_eq!(stub.requests().len(), 1, "the tries are counted elsewhere");
    }
}

/// Nothing was sent, so nothing can have arrived: nobody listens there, or nobody answers the telephone.
#[tokio::test]
async fn what_was_never_connected_makes_no_copy() {
    let gone = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    // Takes connections, and never says hello: the handshake of TLS times out.
    let mute = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mute = format!("https://{}", mute.local_addr().unwrap());
    for url in [format!("http://{gone}"), mute] {
        let mut stub = Stub::start([Answer::Close]).await;
        stub.url = url;
        let env = env("AWS_ENDPOINT_URL", &stub);
        let sns = Sns::new(config_with(http::client(), &env).await, env);
        let failure = sns.publish(&TopicRef::from_arn(ARN).unwrap(), message()).await.unwrap_err();
        assert!(
            matches!(&failure, Failure::Retry { unanswered: false, reason, .. } if reason.starts_with("sns: no connection")),
            "{}: {failure:?}",
            stub.url
        );
    }
}

#[tokio::test]
async fn a_topic_variable_that_is_not_set_is_a_permanent_failure() {
    let stub = Stub::start([Answer::Close]).await;
    let env = env("AWS_ENDPOINT_URL", &stub);
    let sns = Sns::new(config(&env).await, env);
    let failure = sns.publish(&TopicRef::Env("OTHER_TOPIC_ARN".to_owned()), message()).await.unwrap_err();
    assert!(
        matches!(&failure, Failure::Never { reason } if reason.contains("OTHER_TOPIC_ARN is not set")),
        "{failure:?}"
    );
}

async fn sqs(stub: &Stub) -> Sqs {
    let env = env("AWS_ENDPOINT_URL_SQS", stub);
    Sqs::new(config(&env).await, env, &settings())
}

fn sent(stub: &Stub, target: &str) -> Value {
    let request = stub.requests().pop().unwrap();
    assert!(request.head.contains(&format!("x-amz-target: amazonsqs.{target}")), "{}", request.head);
    serde_json::from_str(&request.body).unwrap()
}

#[tokio::test]
async fn sqs_gets_messages_delays_and_reasons() {
    let stub = Stub::start([answer(200, r#"{"MessageId":"1","MD5OfMessageBody":"x"}"#)]).await;
    let queue = sqs(&stub).await;
    for (delay, expected) in [(Duration::from_millis(30_001), 31), (Duration::from_hours(1), 900)] {
        queue.retry("{}".to_owned(), delay).await.unwrap();
        let url = settings().retry_queue_url;
        assert_eq!(
            sent(&stub, "sendmessage"),
            json!({"QueueUrl": url, "MessageBody": "{}", "DelaySeconds": expected})
        );
    }
    for (delay, expected) in [(Duration::from_mins(1), 60), (Duration::from_hours(24), 39_600)] {
        queue.postpone("receipt", delay).await.unwrap();
        let url = settings().retry_queue_url;
        let expected = json!({"QueueUrl": url, "ReceiptHandle": "receipt", "VisibilityTimeout": expected});
        assert_eq!(sent(&stub, "changemessagevisibility"), expected);
    }
    queue.bury("{}".to_owned(), &"x".repeat(2_000)).await.unwrap();
    let reason = json!({"DataType": "String", "StringValue": "x".repeat(1_000)});
    let url = settings().dead_letter_queue_url;
    let expected = json!({"QueueUrl": url, "MessageBody": "{}", "MessageAttributes": {"reason": reason}});
    assert_eq!(sent(&stub, "sendmessage"), expected);
}

#[tokio::test]
async fn queuing_is_tried_three_times() {
    let stub = Stub::start([Answer::Close, answer(500, "{}"), answer(200, r#"{"MessageId":"1"}"#)]).await;
    sqs(&stub).await.retry("{}".to_owned(), Duration::ZERO).await.unwrap();
    assert_eq!(stub.requests().len(), 3);

    let gone = r#"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"}"#;
    let stub = Stub::start([answer(400, gone)]).await;
    let error = sqs(&stub).await.retry("{}".to_owned(), Duration::ZERO).await.unwrap_err();
    assert!(
        error.starts_with("the retry queue did not take it: ") && error.contains("QueueDoesNotExist"),
        "{error}"
    );
}

#[tokio::test]
async fn ssm_gives_the_decrypted_parameter_or_says_what_to_do() {
    let stub = Stub::start([answer(200, r#"{"Parameter":{"Value":"https://x \n"}}"#)]).await;
    let ssm = |env: Env| async move { Ssm::new(config(&env).await, env) };
    let secret = ssm(env("AWS_ENDPOINT_URL_SSM", &stub)).await.read("/account-watcher/x").await.unwrap();
    assert_eq!(secret.expose(), "https://x");
    let request = stub.requests().remove(0);
    assert_eq!(request.body, r#"{"Name":"/account-watcher/x","WithDecryption":true}"#);

    let cases = [
        (
            r#"{"__type":"ParameterNotFound"}"#,
            "ssm: ParameterNotFound: nothing of that name exists in this region",
        ),
        (
            r#"{"__type":"AccessDeniedException"}"#,
            "ssm: AccessDeniedException: the function's role may not read it",
        ),
        (r#"{"__type":"ThrottlingException"}"#, "ssm: ThrottlingException"),
    ];
    for (body, expected) in cases {
        let stub = Stub::start([answer(400, body)]).await;
        let failure = ssm(env("AWS_ENDPOINT_URL", &stub)).await.read("/account-watcher/x").await.unwrap_err();
        let Failure::Retry { reason, .. } = failure else { panic!("somebody may still fix it: {failure:?}") };
        assert!(reason.starts_with(expected), "{reason}");
    }
}
