"""Every fault that docs/reliability.md lists, put to the built function. What needs days is simulated in Rust.

The fixture `start` looks for leaks after each of these tests.
"""

import json
import time
from dataclasses import replace

import pytest

from events import anew, event
from function import SECRETS, WEBHOOK, set_webhook
from leaks import find
from poller import drain, poll
from proxy import ANSWER_LOST, BROKEN, DENIED, HANG, RESET, THROTTLED
from slack import CLOSED, ROLLUP_ERROR, late
from slack import ANSWER_LOST as SLACK_ANSWER_LOST

DEEP = 1_000
# EventBridge delivers no larger event.
LARGEST_EVENT = 256 * 1024


def deleted(bucket="demo"):
    """A bucket's deletion, which goes to Slack and SNS, with something in it that nobody may see."""
    one = anew(event("s3-bucket-deleted"))
    one["detail"]["requestParameters"] = {"bucketName": bucket, "password": "password-in-the-event"}
    return one


def counts(function):
    """How many messages Slack and SNS took since the last time."""
    sent = function.sent()
    return len(sent["slack"]), len(sent["sns"])


def retry(function):
    """The retry queue is due, and Lambda polls it once."""
    function.retry.let_time_pass()
    return poll(function.retry, function)


@pytest.mark.parametrize("fault", [THROTTLED, BROKEN, RESET, HANG, None], ids="throttled broken reset hang refused".split())
def test_sns_fails_and_slack_is_not_repeated(start, fault):
    function = start(timeout=20)
    sns = function.network.sns
    sns.fail(fault) if fault else sns.refuse()
    assert not function.invoke(deleted()).error
    assert counts(function) == (1, 0)
    assert len(function.retry.delays) == 1

    sns.heal()
    assert retry(function) == []
    assert counts(function) == (0, 1)
    assert function.retry.delays == function.dead.delays == []


@pytest.mark.parametrize("fault", [THROTTLED, BROKEN, RESET, None], ids="throttled broken reset refused".split())
def test_ssm_is_down_at_the_first_start(function, fault):
    ssm = function.network.ssm
    ssm.fail(fault) if fault else ssm.refuse()
    assert not function.invoke(deleted()).error
    assert counts(function) == (0, 1)
    assert len(function.retry.delays) == 1

    ssm.heal()
    assert retry(function) == []
    assert counts(function) == (1, 0)
    assert function.retry.delays == function.dead.delays == []


def test_ssm_hangs_and_the_other_channel_does_not_wait_for_it(start):
    function = start(timeout=20)
    function.network.ssm.fail(HANG)
    began = time.monotonic()
    assert not function.invoke(deleted()).error
    took = time.monotonic() - began
    assert took < 15, "ended by the function itself, with time to spare"
    published = [call.time for call in function.network.sns.calls]
    assert len(published) == 1 and published[0] - began < took / 2, "SNS has its message while Slack's URL is waited for"
    assert counts(function) == (0, 1)
    assert len(function.retry.delays) == 1

    function.network.ssm.heal()
    assert retry(function) == []
    assert counts(function) == (1, 0)
    assert function.retry.delays == function.dead.delays == []


def test_a_parameter_that_may_not_be_read_waits_until_somebody_allows_it(function):
    function.network.ssm.fail(DENIED)
    function.invoke(deleted())
    assert len(retry(function)) == 1
    assert "the function's role may not read it" in function.emulator.log

    function.network.ssm.heal()
    assert retry(function) == []
    assert counts(function) == (1, 1)


@pytest.mark.parametrize("fault", [BROKEN, RESET, HANG, None], ids="broken reset hang refused".split())
def test_sqs_is_down_when_the_queue_is_needed(start, slack, fault):
    function = start(timeout=25)
    sqs = function.network.sqs
    slack.answer_always(ROLLUP_ERROR)
    sqs.fail(fault) if fault else sqs.refuse()
    event = deleted()
    error = function.invoke(event).error
    assert error["errorType"] == "Stuck"
    assert "the retry queue did not take it" in error["errorMessage"]

    # Lambda's retry.
    slack.answer_always(None)
    sqs.heal()
    assert not function.invoke(event).error
    drain(function.retry, function)
    assert counts(function) == (1, 1), "SNS took it the first time, and gets it no second time"
    assert function.dead.delays == []


def test_sqs_fails_once_and_is_asked_again(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    function.network.sqs.fail(BROKEN, "SendMessage", times=1)
    assert not function.invoke(deleted()).error
    assert len(function.retry.delays) == 1


def test_a_message_that_cannot_be_postponed_stays_in_the_queue(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    function.invoke(deleted())
    function.network.sqs.fail(BROKEN, "ChangeMessageVisibility")
    assert len(retry(function)) == 1, "reported as failed: the queue's own visibility timeout holds"

    function.network.sqs.heal()
    slack.answer_always(None)
    assert retry(function) == []
    assert counts(function) == (1, 1)


def test_a_dead_letter_that_cannot_be_buried_stays_in_the_retry_queue(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    function.invoke(deleted())
    slack.answer_always(None)
    slack.revoke(WEBHOOK)
    function.network.sqs.fail(BROKEN, "SendMessage")
    assert len(retry(function)) == 1
    assert function.dead.delays == []

    function.network.sqs.heal()
    assert retry(function) == []
    assert len(function.dead.delays) == 1


def test_a_revoked_webhook_is_replaced_and_dead_letters_are_redriven(function, slack, aws):
    slack.revoke(WEBHOOK)
    for bucket in ("one", "two"):
        function.invoke(deleted(bucket))
    assert counts(function) == (0, 2)
    dead = function.dead.take()
    assert ["no_service" in json.loads(body)["reason"] for body in dead] == [True, True]

    # As docs/operations.md has it: first the webhook, then what was given up. Nothing is deployed.
    set_webhook(aws, f"{slack.url}/services/T0SECRET/B0SECRET/webhook-secret-2")
    for body in dead:
        function.retry.send(body)
    drain(function.retry, function)
    assert counts(function) == (2, 0)
    assert function.dead.delays == []


def test_slack_answers_late_and_nothing_is_repeated(function, slack):
    slack.answer_next(late(4))
    assert not function.invoke(deleted()).error
    assert counts(function) == (1, 1)
    assert function.retry.delays == []


@pytest.mark.parametrize("trouble", [SLACK_ANSWER_LOST, late(3600)], ids=["lost", "too-late"])
def test_an_answer_that_does_not_arrive_is_the_one_cause_of_a_copy(start, slack, trouble):
    function = start(timeout=20)
    slack.answer_next(trouble)
    function.invoke(deleted())
    retry(function)
    # From here a message that Slack took and one that it lost look the same: no answer. Not to send it again would
    # lose the alert in the other case. Slack has no key by which it would know that it has the message already.
    assert counts(function) == (2, 1)
    assert function.retry.delays == function.dead.delays == []


def test_a_lost_answer_of_sns_is_a_copy_too(function):
    function.network.sns.fail(ANSWER_LOST, times=1)
    function.invoke(deleted())
    assert counts(function) == (1, 1), "no second try in the same invocation"
    assert retry(function) == []
    assert counts(function) == (0, 1)
    assert function.retry.delays == function.dead.delays == []


def test_answers_that_never_arrive_make_five_copies_and_a_dead_letter(function, slack):
    slack.answer_always(SLACK_ANSWER_LOST)
    function.network.sns.fail(ANSWER_LOST)
    function.invoke(deleted())
    assert counts(function) == (1, 1)
    for tries in range(2, 6):
        function.retry.let_time_pass()
        for body in function.retry.take():
            # What waits for hours says so itself.
            body = {key: value for key, value in json.loads(body).items() if key != "not_before"}
            assert body["unanswered"] == tries - 1
            function.retry.send(body)
        assert poll(function.retry, function) == []
        assert counts(function) == (1, 1), tries
    assert function.retry.delays == []
    reasons = [json.loads(body)["reason"] for body in function.dead.take()]
    assert len(reasons) == 2
    assert all("given up after 5 tries without an answer; it may have arrived" in reason for reason in reasons), reasons


def test_everything_is_down_and_comes_back(start, slack):
    function = start(timeout=20)
    network = function.network
    slack.answer_always(CLOSED)
    for proxy in (network.sns, network.ssm):
        proxy.fail(RESET)
    assert not function.invoke(deleted()).error
    assert len(function.retry.delays) == 2
    # Slack's URL cannot be read, so nothing was sent; SNS may have taken its message, which is counted in a new one.
    assert len(retry(function)) == 1
    assert len(function.retry.delays) == 2

    slack.answer_always(None)
    network.reset()
    assert retry(function) == []
    assert counts(function) == (1, 1)


def deep(depth):
    return '{"a":' * depth + "1" + "}" * depth


def changed(old, new):
    """The text of an event in which a text is replaced: no parser of the tests has seen it."""
    return json.dumps(deleted()).replace(old, new).encode()


# Lambda's own answer to what is not JSON is the first; the second is the function's.
NO_JSON, NO_EVENT = "&lambda_runtime::deserializer::DeserializeError", "Malformed"
# What is sent, and the type of the error that comes of it, or how many messages Slack and SNS get.
STRANGE = {
    "no JSON": (b'{"id":', NO_JSON),
    "no UTF-8": (changed("demo", "demo").replace(b"demo", b"\xff\xfe"), NO_JSON),
    "no end": (b'{"a":' * DEEP, NO_JSON),
    "no object": (b'"event"', NO_EVENT),
    "no event": (b'{"id": "1"}', NO_EVENT),
    "wrong shape": (json.dumps({**deleted(), "detail": "text", "account": 1}).encode(), NO_EVENT),
    "100,000 deep": (b"[" * 100_000 + b"]" * 100_000, NO_EVENT),
    "1,000 deep": (changed('"password-in-the-event"', deep(DEEP)), (1, 1)),
    "1,000 deep and shown": (changed('"demo"', deep(DEEP)), (1, 1)),
    "256 KB": (json.dumps(deleted("b" * (LARGEST_EVENT - 3_000))).encode(), (1, 1)),
    "duplicate keys": (changed('"bucketName": "demo"', '"bucketName": "a", "bucketName": "b"'), (1, 1)),
    "a number out of range": (changed('"demo"', "1e999"), (1, 1)),
    "half a character": (json.dumps(deleted("\ud800")).encode(), (1, 1)),
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_event_is_an_error_or_an_alert_and_no_crash(function, name):
    payload, expected = STRANGE[name]
    assert not function.invoke(deleted()).error
    assert counts(function) == (1, 1)
    process = function.emulator.function_pid()

    answer = function.invoke(payload)
    drain(function.retry, function)
    if isinstance(expected, str):
        assert answer.error["errorType"] == expected and answer.error["errorMessage"]
        assert counts(function) == (0, 0)
    else:
        assert not answer.error
        assert counts(function) == expected

    assert not function.invoke(deleted()).error
    drain(function.retry, function)
    assert counts(function) == (1, 1)
    assert function.emulator.function_pid() == process, "it was never started again"


def test_the_search_for_leaks_finds_leaks(function, slack):
    slack.answer_always(ROLLUP_ERROR)
    function.invoke(deleted())
    assert find(function) == []
    agent = deleted()["detail"]["userAgent"]
    for leak in (SECRETS[0], "https://", agent, "password-in-the-event"):
        function.emulator.output.write_text(leak)
        assert find(function) == [("log", leak)]
    function.emulator.output.write_text("")

    (sent,) = [call for call in function.network.sqs.calls if call.action == "SendMessage"]
    for leak in (SECRETS[0], agent, "password-in-the-event"):
        function.network.sqs.calls[:] = [replace(sent, body=sent.body.replace("demo", leak))]
        assert find(function) == [("SendMessage", leak)]
    function.network.sqs.calls.clear()
