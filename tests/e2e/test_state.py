"""What the function remembers in its table: nothing is lost when it is killed, nothing comes twice, nothing floods.

The fixture `start` looks for leaks after each of these tests.
"""

import os
import re
import subprocess

import pytest

from events import happening
from poller import drain
from project import ROOT
from proxy import ANSWER_LOST, BROKEN, HANG, RESET, THROTTLED
from slack import Answer
from test_faults import counts, deleted

# Twenty times, eight at a time.
COPIES, PROCESSES = 20, 8


def test_an_event_that_comes_again_is_not_sent_again(function):
    one = deleted()
    for _ in range(3):
        assert not function.invoke(one).error
    drain(function.retry, function)
    assert counts(function) == (1, 1)
    assert function.metrics()["Duplicate"] == 4


def test_the_same_event_many_times_at_once_is_sent_once(function):
    function.scale(PROCESSES)
    answers = function.invoke_all([deleted()] * COPIES)
    assert [answer.error for answer in answers] == [None] * COPIES
    drain(function.retry, function)
    assert counts(function) == (1, 1)
    assert function.dead.delays == []


def test_killed_between_claim_and_send_nothing_is_lost(start):
    function, one = start(timeout=6), happening("e2e.slack")
    function.network.dynamodb.at("UpdateItem", function.emulator.kill, after=True)
    assert function.invoke(one).error["errorType"] == "Runtime.ExitError"
    assert counts(function) == (0, 0)
    assert len(function.table.items()) == 1, "claimed"

    # Lambda's retry comes while the dead process's lease still holds: the queue waits for its end.
    assert not function.invoke(one).error
    drain(function.retry, function)
    assert counts(function) == (1, 0)


def test_killed_between_send_and_mark_it_is_repeated_once(start, slack):
    function, one = start(timeout=6), happening("e2e.slack")
    slack.answer_next(Answer(do=function.emulator.kill))
    assert function.invoke(one).error["errorType"] == "Runtime.ExitError"
    for _ in range(2):
        assert not function.invoke(one).error
    drain(function.retry, function)
    # Nothing can tell this from being killed before Slack got it. Slack knows no keys by which it could tell copies.
    assert counts(function) == (2, 0)


def test_killed_by_lambda_when_its_time_is_up_nothing_is_lost(start, slack):
    function, one, other = start(timeout=6), happening("e2e.slack"), happening("e2e.slack")
    function.network.dynamodb.at("UpdateItem", function.emulator.freeze, after=True)
    error = function.invoke(one).error
    assert error["errorType"] == "Sandbox.Timedout" and "6.00 seconds" in error["errorMessage"]
    assert counts(function) == (0, 0), "claimed, and not sent"
    assert not function.invoke(one).error
    drain(function.retry, function)
    assert counts(function) == (1, 0)

    slack.answer_next(Answer(do=function.emulator.freeze))
    assert function.invoke(other).error["errorType"] == "Sandbox.Timedout"
    assert not function.invoke(other).error
    drain(function.retry, function)
    assert counts(function) == (2, 0), "a copy: nobody can know that Slack took it"
    assert function.dead.delays == []


@pytest.mark.parametrize("fault", [BROKEN, RESET, HANG, None], ids="broken reset hang refused".split())
def test_without_its_table_it_sends_and_counts(function, fault):
    dynamodb = function.network.dynamodb
    dynamodb.fail(fault) if fault else dynamodb.refuse()
    assert not function.invoke(deleted()).error
    assert counts(function) == (1, 1)
    assert function.metrics()["Unguarded"] == 2
    assert function.retry.delays == function.dead.delays == []

    dynamodb.heal()
    assert not function.invoke(deleted()).error
    drain(function.retry, function)
    assert counts(function) == (1, 1)
    assert function.metrics()["Unguarded"] == 2


def test_a_throttled_table_delays_and_loses_nothing(function):
    function.network.dynamodb.fail(THROTTLED)
    assert not function.invoke(deleted()).error
    function.network.dynamodb.heal()
    drain(function.retry, function)
    assert counts(function) == (1, 1)


def test_a_lost_answer_of_the_table_delays_nothing(function):
    # It claimed, and does not know it: the claim that it finds when it asks again is its own.
    function.network.dynamodb.fail(ANSWER_LOST, "UpdateItem", times=1)
    assert not function.invoke(happening("e2e.slack")).error
    assert counts(function) == (1, 0)
    assert function.metrics()["Queued"] == 0


def test_the_dynamodb_state_behaves_as_the_one_in_memory(aws):
    """The conformance tests of the state, written in Rust for both."""
    # The whole workspace, as in `make unit`: with the features of one package alone, cargo would compile everything anew.
    command = ["cargo", "test", "--workspace", "--locked", "--test", "function", "--"]
    done = subprocess.run(
        [*command, "--ignored", "state_dynamodb"],
        cwd=ROOT,
        env={**os.environ, **aws.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    passed = re.search(r"test result: ok\. (\d+) passed", done.stdout)
    assert passed and int(passed[1]) > 10, done.stdout
