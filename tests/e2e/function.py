"""The function under the emulator, with the queues, the topic and the secrets that its stack would give it."""

from dataclasses import dataclass

from aws import ACCOUNT, Queue, Topic
from emulator import Emulator
from slack import Slack

ROLE = f"arn:aws:iam::{ACCOUNT}:role/account-watcher"
# What makes the URLs secret; none of it may ever be seen.
SECRETS = ("T0SECRET", "B0SECRET", "webhook-secret", "trigger-secret")


@dataclass
class Function:
    emulator: Emulator
    slack: Slack
    topic: Topic
    retry: Queue
    dead: Queue

    @classmethod
    def start(cls, aws, slack, bootstrap, folder, timeout=60):
        """A function in an account where nothing has happened yet."""
        retry = Queue.create(aws, {"VisibilityTimeout": "360"})
        dead = Queue.create(aws)
        topic = Topic(aws)
        set_webhook(aws, f"{slack.url}/services/T0SECRET/B0SECRET/webhook-secret")
        set_trigger(aws, f"{slack.url}/triggers/T0SECRET/1/trigger-secret")
        environment = {
            **aws.environment,
            "RETRY_QUEUE_URL": retry.url,
            "DEAD_LETTER_QUEUE_URL": dead.url,
            "ACCOUNT_TOPIC_ARN": topic.arn,
            "FUNCTION_ROLE_ARN": ROLE,
        }
        return cls(Emulator(bootstrap, environment, folder, timeout), slack, topic, retry, dead)

    def invoke(self, event):
        return self.emulator.invoke(event)

    def sent(self):
        """What was taken since the last time: by Slack's webhooks, by workflows, by SNS."""
        posts = [post for post in self.slack.posts if post.status == 200]
        self.slack.posts.clear()
        return {
            "slack": by_content(post.body for post in posts if post.path.startswith("/services/")),
            "slack-workflow": by_content(post.body for post in posts if post.path.startswith("/triggers/")),
            "sns": by_content(self.topic.take()),
        }


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
