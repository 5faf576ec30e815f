"""What fails is sent later, once, and never lost: retry queue, dead-letter queue, redrive."""

import json
from datetime import datetime, timedelta, timezone

import pytest

from events import anew, event, without
from function import ROLE, SECRETS, set_webhook
from poller import drain, poll
from slack import CLOSED, HANG, NO_SERVICE, ROLLUP_ERROR, rate_limited

BUCKET_DELETED = event("s3-bucket-deleted")  # to Slack and SNS


def test_slack_fails_and_sns_is_not_repeated(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    assert not function.invoke(BUCKET_DELETED).error
    tries = list(slack.posts)
    assert 1 < len(tries) <= 3, "tried again at once, but not for ever"
    assert len(function.sent()["sns"]) == 1
    assert len(function.retry.delays) == 1

    slack.answer_always(None)
    function.retry.let_time_pass()
    assert poll(function.retry, function) == []
    assert function.sent() == {"slack": [tries[0].body], "slack-workflow": [], "sns": []}
    assert function.retry.delays == [] and function.dead.delays == []


def test_what_still_fails_waits_longer_each_time_in_the_same_message(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    function.invoke(BUCKET_DELETED)
    waits = function.retry.delays
    assert 20 <= waits[0] <= 60
    for _ in range(3):
        function.retry.let_time_pass()
        failed = poll(function.retry, function)
        assert len(failed) == 1 and len(function.retry.delays) == 1, "reported as failed, not sent anew"
        waits += function.retry.delays
    assert waits == sorted(waits) and waits[-1] <= 900, waits
    assert function.dead.delays == []


def test_slack_says_when_to_come_back(function, slack):
    slack.answer_next(rate_limited(2))
    function.invoke(BUCKET_DELETED)
    first, second = slack.posts
    assert (first.status, second.status) == (429, 200)
    assert 2 <= second.time - first.time < 6
    assert function.retry.delays == []


@pytest.mark.parametrize("wait", [600, 3600])
def test_a_long_wait_is_left_to_the_queue(start, slack, wait):
    function = start(timeout=20)
    slack.answer_always(rate_limited(wait))
    function.invoke(BUCKET_DELETED)
    # SQS delays a new message by no more than a quarter of an hour.
    assert min(wait, 900) - 5 <= function.retry.delays[0] <= 900

    slack.answer_always(None)
    function.retry.let_time_pass()
    assert len(poll(function.retry, function)) == 1
    assert wait - 60 <= function.retry.delays[0] <= wait + 100, "it comes too early, and is hidden for the rest"

    function.invoke(anew(BUCKET_DELETED))
    assert len(slack.posts) == 1, "nobody posts while Slack asks for silence, not even other alerts"
    assert len(function.retry.delays) == 2


@pytest.mark.parametrize("trouble", [CLOSED, HANG], ids=["closed", "hang"])
def test_a_broken_connection_delays_only_slack(start, slack, trouble):
    function = start(timeout=20)
    slack.answer_always(trouble)
    assert not function.invoke(BUCKET_DELETED).error
    assert len(function.sent()["sns"]) == 1
    assert len(function.retry.delays) == 1

    slack.answer_always(None)
    function.retry.let_time_pass()
    poll(function.retry, function)
    assert len(function.sent()["slack"]) == 1


def test_a_webhook_that_is_gone_ends_in_the_dead_letter_queue_with_its_reason(function, slack):
    slack.answer_always(NO_SERVICE)
    function.invoke(BUCKET_DELETED)
    assert function.retry.delays == []
    (message,) = function.dead.receive()
    assert "no_service" in json.loads(message["Body"])["reason"]
    assert "no_service" in message["MessageAttributes"]["reason"]["StringValue"]
    assert not any(secret in message["Body"] for secret in SECRETS)


def test_a_webhook_that_was_replaced_is_read_again(function, slack, aws):
    function.invoke(BUCKET_DELETED)
    # Now the function knows the old one. On a busy machine it may do so only at its second try.
    drain(function.retry, function)
    assert len(function.sent()["slack"]) == 1
    set_webhook(aws, f"{slack.url}/services/T0SECRET/B0SECRET/new")
    slack.answer_next(NO_SERVICE)
    function.invoke(anew(BUCKET_DELETED))
    drain(function.retry, function)
    assert [post.path.rsplit("/", 1)[1] for post in slack.posts] == ["webhook-secret", "new"]
    assert function.dead.delays == []


def test_a_deleted_topic_is_a_dead_letter_and_slack_still_gets_its_message(function):
    function.topic.delete()
    assert not function.invoke(BUCKET_DELETED).error
    assert len(function.slack.accepted) == 1
    (body,) = function.dead.take()
    assert json.loads(body)["delivery"]["channel"] == "account-email"


def first_failed(function, slack, **ago):
    """A delivery that has failed for so long waits in the retry queue."""
    slack.answer_always(ROLLUP_ERROR)
    function.invoke(BUCKET_DELETED)
    function.retry.let_time_pass()
    (body,) = function.retry.take()
    then = datetime.now(timezone.utc) - timedelta(**ago)
    function.retry.send({**json.loads(body), "first_failed": then.isoformat()})


@pytest.mark.parametrize("minutes, late", [(50, 0), (61, 1)])
def test_after_an_hour_a_delivery_is_counted_as_late(function, slack, minutes, late):
    first_failed(function, slack, minutes=minutes)
    assert len(poll(function.retry, function)) == 1
    assert function.metrics()["Late"] == late


def test_after_a_day_a_delivery_is_given_up(function, slack):
    first_failed(function, slack, hours=24, minutes=1)
    assert poll(function.retry, function) == []
    (body,) = function.dead.take()
    assert "24 hours" in json.loads(body)["reason"]


def test_a_dead_delivery_can_be_redriven(function, slack):
    slack.answer_always(NO_SERVICE)
    function.invoke(BUCKET_DELETED)
    expected = slack.posts[0].body
    function.sent()
    (body,) = function.dead.take()

    slack.answer_always(None)
    function.retry.send(body)
    assert poll(function.retry, function) == []
    assert function.sent() == {"slack": [expected], "slack-workflow": [], "sns": []}


def test_events_that_never_reached_the_function_can_be_redriven(start):
    function = start()
    function.invoke(BUCKET_DELETED)
    expected = function.sent()
    for body in (BUCKET_DELETED, destination_record(BUCKET_DELETED)):
        function = start()  # one that has not seen it
        function.retry.send(body)
        assert poll(function.retry, function) == []
        assert function.sent() == expected


def test_one_bad_message_does_not_hold_up_its_batch(function, slack):
    for name in ("iam-role-deleted", "s3-bucket-deleted"):
        slack.answer_always(ROLLUP_ERROR)
        function.invoke(event(name))
    function.sent()
    function.retry.send("no JSON")
    function.retry.send({"hello": "world"})
    function.retry.let_time_pass()

    slack.answer_always(None)
    drain(function.retry, function)
    assert len(function.sent()["slack"]) == 2
    assert sorted(function.dead.take()) == ['no JSON', '{"hello": "world"}']


def test_what_could_not_even_be_queued_is_an_error_so_that_lambda_tries_again(function, slack, aws):
    aws.client("sqs").delete_queue(QueueUrl=function.retry.url)
    slack.answer_always(ROLLUP_ERROR)
    assert function.invoke(BUCKET_DELETED).error


def test_what_the_function_does_itself_makes_no_alert(function):
    own = event("e2e-secret-read")
    own["detail"]["userIdentity"] = {
        "type": "AssumedRole",
        "arn": "arn:aws:sts::123456789012:assumed-role/account-watcher/account-watcher",
        "sessionContext": {"sessionIssuer": {"type": "Role", "arn": ROLE}},
    }
    assert not function.invoke(own).error
    assert function.sent() == {"slack": [], "slack-workflow": [], "sns": []}
    assert {name: count for name, count in function.metrics().items() if count} == {"Received": 1, "Self": 1}

    # Whoever has the role can do more than the function does, and call himself what he likes.
    other = event("s3-bucket-deleted")
    other["detail"]["userIdentity"] = own["detail"]["userIdentity"]
    assert not function.invoke(other).error
    assert len(function.sent()["slack"]) == 1


@pytest.mark.parametrize(
    "payload",
    [{}, [], "text", None, 1, {"Records": [{"s3": {}}]}, *(without(BUCKET_DELETED, key) for key in ("source", "detail"))],
    ids=repr,
)
def test_what_is_no_event_is_a_clear_error(function, payload):
    answer = function.invoke(payload)
    assert answer.error, answer.payload
    assert answer.error["errorMessage"] and "panicked" not in answer.error["errorMessage"]
    assert function.invoke(anew(BUCKET_DELETED)).error is None, "the next event is handled as if nothing had been"


def destination_record(event):
    """https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"""
    return {
        "version": "1.0",
        "timestamp": "2026-01-12T08:35:00.000Z",
        "requestContext": {
            "requestId": "e4b46cbf-b738-xmpl-8880-a18cdf61200e",
            "functionArn": "arn:aws:lambda:eu-west-1:123456789012:function:account-watcher:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": event,
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "responsePayload": {"errorType": "Stuck", "errorMessage": "neither sent nor queued"},
    }


@pytest.mark.parametrize("channel", ["security", "e2e-workflow", "account-email"])
def test_a_channel_can_be_tested_without_an_event(function, channel):
    answer = function.invoke({"account-watcher": {"test-channel": channel}})
    assert answer.payload == {"channel": channel, "outcome": "sent", "tries": 1}
    kind = {"security": "slack", "e2e-workflow": "slack-workflow", "account-email": "sns"}[channel]
    assert {name: len(messages) for name, messages in function.sent().items() if messages} == {kind: 1}


def test_a_test_of_a_channel_says_what_is_wrong(function, slack):
    slack.answer_always(NO_SERVICE)
    answer = function.invoke({"account-watcher": {"test-channel": "security"}})
    assert answer.payload["outcome"] == "failed" and "no_service" in answer.payload["reason"]
    assert function.retry.delays == function.dead.delays == [], "a test is not kept"
