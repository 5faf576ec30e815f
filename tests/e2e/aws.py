"""AWS: moto's server on a free loopback port, and what the function finds in an account."""

import json
import logging
import secrets
import time
from dataclasses import dataclass

import boto3
from moto.server import ThreadedMotoServer
from moto.sqs.models import sqs_backends

ACCOUNT = "123456789012"
REGION = "eu-west-1"


class Aws:
    """The server, the environment that leads to it, and clients. moto's state is this process's."""

    def __init__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not a line per request
        self._server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.url = f"http://{host}:{port}"
        self.environment = {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_SESSION_TOKEN": "test",
        }

    def client(self, service, account=ACCOUNT, region=REGION):
        client = boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

        def name_the_account(request, **_):
            request.headers["x-moto-account-id"] = account  # how moto's server learns whose request it is

        client.meta.events.register("before-send", name_the_account)
        return client

    def close(self):
        self._server.stop()


@dataclass
class Queue:
    """An SQS queue, with the clock that SQS does not give to a test."""

    aws: Aws
    url: str
    arn: str

    @classmethod
    def create(cls, aws, attributes=None):
        sqs = aws.client("sqs")
        url = sqs.create_queue(QueueName=f"queue-{secrets.token_hex(6)}", Attributes=attributes or {})["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        return cls(aws, url, arn)

    def send(self, body):
        text = body if isinstance(body, str) else json.dumps(body)
        self.aws.client("sqs").send_message(QueueUrl=self.url, MessageBody=text)

    def receive(self):
        """Up to ten messages that are visible now, as SQS gives them; they stay in the queue, invisible."""
        answer = self.aws.client("sqs").receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            MessageSystemAttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return answer.get("Messages", [])

    def delete(self, message):
        self.aws.client("sqs").delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def take(self):
        """Receives and deletes everything that is visible now; gives the bodies."""
        bodies = []
        while messages := self.receive():
            for message in messages:
                bodies.append(message["Body"])
                self.delete(message)
        return bodies

    @property
    def delays(self):
        """Of every message in the queue: how many seconds it will still be invisible."""
        return [max(0.0, (until - time.time() * 1000) / 1000) for until in map(visible_at, self._messages)]

    def let_time_pass(self):
        """All that is delayed or invisible can be received."""
        for message in self._messages:
            message.delayed_until = 0
            message.visible_at = 0

    @property
    def _messages(self):
        backend = sqs_backends[ACCOUNT][REGION]
        return list(backend.get_queue(self.url.rsplit("/", 1)[1])._messages)


def visible_at(message):
    """Milliseconds since 1970."""
    return max(message.delayed_until, message.visible_at)


class Table:
    """The table of what the function remembers, as template.yaml has it."""

    def __init__(self, aws):
        self.name = f"table-{secrets.token_hex(6)}"
        self._dynamodb = aws.client("dynamodb")
        self._dynamodb.create_table(
            TableName=self.name,
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )

    def items(self):
        return self._dynamodb.scan(TableName=self.name)["Items"]


class Topic:
    """An SNS topic with an SQS queue as its reader. Without raw delivery, so that the subject is seen."""

    def __init__(self, aws):
        self._sns = aws.client("sns")
        self.arn = self._sns.create_topic(Name=f"topic-{secrets.token_hex(6)}")["TopicArn"]
        self._inbox = Queue.create(aws)
        self._sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=self._inbox.arn)

    def take(self):
        """What was published since the last time: subject, message and attributes."""
        notifications = [json.loads(body) for body in self._inbox.take()]
        return [
            {
                "subject": notification.get("Subject"),
                "message": notification["Message"],
                "attributes": notification.get("MessageAttributes", {}),
            }
            for notification in notifications
        ]

    def delete(self):
        self._sns.delete_topic(TopicArn=self.arn)
