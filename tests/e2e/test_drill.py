"""`watcher drill`: from the command, by the real `aws`, through the built function, to what Slack and SNS take."""

import json
import os
import re
import subprocess

import pytest

from aws import ACCOUNT
from events import anew
from lambda_api import LambdaApi
from project import ROOT
from slack import NO_SERVICE
from stack import Stack, package, translate

DELETED = json.loads((ROOT / "tests/events/s3-bucket-deleted.json").read_text())
NOTICE = "This is a drill: nothing has happened. What follows is made from an example.\n"


@pytest.fixture(scope="module")
def stack(aws, release, extended):
    stack = Stack.deploy(aws, "drilled", translate(package(release, aws)), AlertEmail="alerts@example.com")
    yield stack
    stack.delete_rules(aws)


@pytest.fixture
def api(function, stack):
    api = LambdaApi(stack.outputs["FunctionName"], function)
    yield api
    api.close()


@pytest.fixture
def drill(aws, api, release, watcher):
    """`drill("s3-bucket-deleted", …)`: the exit code and what is printed, or the error; milliseconds and names that moto makes
    aside."""

    def drill(*arguments, stack="drilled"):
        path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
        environment = {**aws.environment, "AWS_ENDPOINT_URL_LAMBDA": api.url, "PATH": path, "HOME": "/nonexistent"}
        command = [watcher, "--project", str(release.root), "drill", "--stack", stack, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        text = re.sub(r"\d+ ms", "5 ms", done.stdout or done.stderr)
        return done.returncode, re.sub(r"the rule \S+", "the rule R", text)

    return drill


def test_a_drill_arrives_and_the_event_itself_is_news(drill, function):
    code, text = drill("s3-bucket-deleted")
    assert (code, text) == (
        0,
        's3-bucket-deleted (a user deletes a bucket)\n'
        "  a real event arrives through the rule R\n"
        "  security: sent in 5 ms\n"
        "  account-email: sent in 5 ms\n"
        "1 drill, 2 alerts sent: all is well\n",
    )
    sent = function.sent()
    (post,), (mail,) = sent["slack"], sent["sns"]
    assert post["blocks"][0]["text"]["text"].startswith("🟠 DRILL: ")
    assert post["blocks"][1]["text"]["text"].startswith(NOTICE)
    assert mail["subject"] == "DRILL: S3 bucket deleted" and mail["message"].startswith(NOTICE)
    assert function.metrics() == {}, "nothing is counted"

    assert function.invoke(DELETED).payload["Sent"] == 2, "the event with the drill's id is no duplicate"
    sent = function.sent()
    assert (len(sent["slack"]), len(sent["sns"])) == (1, 1)
    assert "DRILL" not in json.dumps([sent["slack"], sent["sns"]])


def test_one_channel_gets_all(drill, function):
    code, text = drill("s3-bucket-deleted", "iam-user-created", "--channel", "e2e-workflow", "--format", "json")
    printed = json.loads(text)
    assert (code, printed["account"]) == (0, ACCOUNT)
    assert [one["deliveries"][0]["channel"] for one in printed["drills"]] == ["e2e-workflow"] * 2
    sent = function.sent()
    assert (len(sent["slack-workflow"]), sent["slack"], sent["sns"]) == (2, [], [])


def test_what_would_keep_a_real_alert_away_is_found(aws, drill, function, stack, slack):
    events = aws.client("events")
    _, text = drill("s3-bucket-deleted", "--format", "json")
    (rule,) = {one["rule"]["name"] for one in json.loads(text)["drills"]}
    events.disable_rule(Name=rule)
    try:
        code, text = drill("s3-bucket-deleted", "--channel", "security")
    finally:
        events.enable_rule(Name=rule)
    assert code == 1 and f"`aws events enable-rule --name {rule}`" in text

    slack.answer_always(NO_SERVICE)
    code, text = drill("s3-bucket-deleted", "--channel", "security")
    assert code == 1 and "security: failed after 1 try: slack answered 404 no_service" in text
    assert function.retry.delays == function.dead.delays == [], "a drill is not kept"


def test_an_event_cannot_pass_as_a_drill(function, api, drill):
    drill("s3-bucket-deleted", "--channel", "security")
    function.sent()
    payload = json.loads(api.invoked[0])
    payload["account-watcher"]["drill"] |= {"watcher": "any", "channel": "any"}  # the log names the real ones
    forged = anew(DELETED) | payload
    forged["detail"] |= payload
    forged["detail"]["requestParameters"] = {"bucketName": "DRILL: nothing has happened"}
    assert function.invoke(forged).payload["Sent"] == 2
    (post,) = function.sent()["slack"]
    assert not post["blocks"][0]["text"]["text"].startswith("🟠 DRILL"), post
    assert not post["blocks"][1]["text"]["text"].startswith(NOTICE)
    assert function.metrics()["Matched"] == 1


def test_what_is_not_there_is_said(drill, function):
    code, text = drill("s3-bucket-deleted", stack="no-such-stack")
    assert code == 2 and text.startswith("error: DescribeStacks failed with ValidationError: "), text
    assert "no-such-stack does not exist" in text
    assert function.sent()["slack"] == []
