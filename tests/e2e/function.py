"""The function under the emulator, with the queues, the topic and the secrets that its stack would give it."""

import json
from collections import Counter, deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from aws import ACCOUNT, Aws, Queue, Table, Topic
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
    table: Table
    # More processes of the same function, as Lambda starts them for invocations at once.
    others: list = field(default_factory=list)
    # What it got and what it said, for `leaks`.
    events: list = field(default_factory=list)
    answers: list = field(default_factory=list)

    @classmethod
    def start(cls, aws, network, slack, bootstrap, folder, timeout=60, **more):
        """A function in an account where nothing has happened yet."""
        retry = Queue.create(aws, {"VisibilityTimeout": "360"})
        dead = Queue.create(aws)
        topic = Topic(aws)
        table = Table(aws)
        set_webhook(aws, slack.url + WEBHOOK)
        set_trigger(aws, f"{slack.url}/triggers/T0SECRET/1/trigger-secret")
        environment = {
            **aws.environment,
            **network.environment,
            "RETRY_QUEUE_URL": retry.url,
            "DEAD_LETTER_QUEUE_URL": dead.url,
            "ACCOUNT_TOPIC_ARN": topic.arn,
            "STATE_TABLE": table.name,
            "FUNCTION_ROLE_ARN": ROLE,
            **more,
        }
        emulator = Emulator(bootstrap, environment, folder, timeout)
        return cls(aws, network, emulator, slack, topic, retry, dead, table)

    def scale(self, count):
        """Starts processes until there are so many."""
        while 1 + len(self.others) < count:
            self.others.append(self.emulator.another())

    def invoke_all(self, events):
        """Hands the events to all processes, each of which takes the next as soon as it has done one."""
        queue = deque(events)

        def work(emulator):
            answers = []
            while queue:
                try:
                    event = queue.popleft()
                except IndexError:  # another one was faster
                    break
                answers.append(emulator.invoke(event))
            return answers

        emulators = [self.emulator, *self.others]
        with ThreadPoolExecutor(len(emulators)) as pool:
            answers = [answer for some in pool.map(work, emulators) for answer in some]
        self.events += events
        self.answers += answers
        return answers

    @property
    def lines(self):
        """What all its processes wrote."""
        return [line for one in (self.emulator, *self.others) for line in one.lines]

    def metrics(self):
        """The counts in all its lines, added up."""
        total = Counter()
        for line in map(json.loads, self.lines):
            if "_aws" in line:
                total.update({name: count for name, count in line.items() if isinstance(count, int)})
        return total

    def close(self):
        for emulator in (self.emulator, *self.others):
            emulator.close()

    def invoke(self, event):
        answer = self.emulator.invoke(event)
        self.answers.append(answer)
        if isinstance(event, dict) and "detail" in event:
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


def set_webhook(aws, url, channel="security"):
    name = f"/account-watcher/slack/{channel}"
    aws.client("ssm").put_parameter(Name=name, Value=url, Type="SecureString", Overwrite=True)


def set_trigger(aws, url):
    secrets = aws.client("secretsmanager")
    name = "account-watcher/e2e/workflow"
    try:
        secrets.create_secret(Name=name, SecretString=url)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=name, SecretString=url)
