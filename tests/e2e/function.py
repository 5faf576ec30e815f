"""The function under the emulator, with the queues, the topic and the secrets that its stack would give it."""

import json
from dataclasses import dataclass, field

from aws import ACCOUNT, Aws, Queue, Topic
from emulator import Emulator
from proxy import Proxies
from slack import Slack

ROLE = f"arn:aws:iam::{ACCOUNT}:role/account-watcher"
WEBHOOK = "/services/T0SECRET/B0SECRET/webhook-secret"
# What makes the URLs secret; none of it may ever be seen.
SECRETS = ("T0SECRET", "B0SECRET", "webhook-secret", "trigger-secret")


@dataclass
class Function:
    aws: Aws
    network: Proxies
    emulator: Emulator
    slack: Slack
    topic: Topic
    retry: Queue
    dead: Queue
    # What it got and what it said, for `leaks`.
    events: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    @classmethod
    def start(cls, aws, network, slack, bootstrap, folder, timeout=60):
        """A function in an account where nothing has happened yet."""
        retry = Queue.create(aws, {"VisibilityTimeout": "360"})
        dead = Queue.create(aws)
        topic = Topic(aws)
        set_webhook(aws, slack.url + WEBHOOK)
        set_trigger(aws, f"{slack.url}/triggers/T0SECRET/1/trigger-secret")
        environment = {
            **aws.environment,
            **network.environment,
            "RETRY_QUEUE_URL": retry.url,
            "DEAD_LETTER_QUEUE_URL": dead.url,
            "ACCOUNT_TOPIC_ARN": topic.arn,
            "FUNCTION_ROLE_ARN": ROLE,
        }
        return cls(aws, network, Emulator(bootstrap, environment, folder, timeout), slack, topic, retry, dead)

    def invoke(self, event):
        answer = self.emulator.invoke(event)
        self.answers.append(answer)
        if isinstance(event, dict) and "Records" not in event:
            self.events.append(event)
        return answer

    def sent(self):
        """What was taken since the last time: by Slack's webhooks, by workflows, by SNS."""
        posts = [post for post in self.slack.posts if post.status == 200]
        self.slack.posts.clear()
        return {
            "slack": by_content(post.body for post in posts if post.path.startswith("/services/")),
            "slack-workflow": by_content(post.body for post in posts if post.path.startswith("/triggers/")),
            "sns": by_content(self.topic.take()),
        }

    def written(self):
        """Every text that it gave to SQS or to its table, whatever became of it there: the call and the text."""
        calls = [*self.network.sqs.calls, *self.network.dynamodb.calls]
        return [(call.action, call.body) for call in calls]


def by_content(messages):
    """Deliveries go out side by side; their order means nothing."""
    return sorted(messages, key=repr)


def set_webhook(aws, url):
    aws.client("ssm").put_parameter(
        Name="/account-watcher/slack/security", Value=url, Type="SecureString", Overwrite=True
    )


def set_trigger(aws, url):
    secrets = aws.client("secretsmanager")
    name = "account-watcher/e2e/workflow"
    try:
        secrets.create_secret(Name=name, SecretString=url)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=name, SecretString=url)
