"""Many events at once, at one webhook, handled by several processes. 5,000 of them, and hours, are simulated in Rust."""

import json
import time

from events import happening
from poller import drain

PROCESSES = 8
GROUPED, KINDS = 60, 4
UNGROUPED = 20
# 10,000 at once, of which so many are alerts: what the simulated world does with 10,000 alerts, moto's table does too slowly.
EVENTS, FLOOD = 10_000, 300
# Half of what the template gives the function.
MEMORY_KIB = 64 * 1024


def title(post):
    return post.body["blocks"][0]["text"]["text"]


def test_ten_thousand_events_at_once_are_all_told(function, slack):
    function.scale(PROCESSES)
    flood = {EVENTS // FLOOD * number: happening("e2e.mail", number=number) for number in range(FLOOD)}
    events = [flood.get(number) or happening("e2e.nobody", number=number) for number in range(EVENTS)]
    began = time.monotonic()
    answers = function.invoke_all(events)
    minutes = (time.monotonic() - began) / 60
    assert [answer.error for answer in answers if answer.error] == []
    metrics = function.metrics()
    assert (metrics["Received"], metrics["Unmatched"], metrics["Matched"]) == (EVENTS, EVENTS - FLOOD, FLOOD)
    assert metrics["Sent"] + metrics["Suppressed"] + metrics["Queued"] == FLOOD, "each is reported, or waits"
    mails = function.sent()["sns"]
    # How many minutes it takes depends on the machine.
    assert 20 <= len(mails) <= 20 + 6 * (minutes + 1), "20 at once and six a minute, and nobody gets hundreds of mails"
    assert function.dead.delays == []
    for emulator in (function.emulator, *function.others):
        assert emulator.peak_kib < MEMORY_KIB


def test_a_burst_makes_few_messages_if_grouped_and_a_queue_if_not(function, slack):
    function.scale(PROCESSES)
    began = time.monotonic()
    grouped = [happening("e2e.burst", kind=f"kind-{number % KINDS}", number=number) for number in range(GROUPED)]
    ungrouped = [happening("e2e.slack", number=f"ungrouped {number}") for number in range(UNGROUPED)]
    answers = function.invoke_all([*grouped, *ungrouped])
    assert [answer.error for answer in answers if answer.error] == []
    drain(function.retry, function, seconds=180)

    posts = list(slack.posts)
    assert {post.status for post in posts} == {200}, "nothing was refused, and nothing sent in vain"
    # One after the other, a second apart; how exactly, depends on how busy this machine is.
    assert posts[-1].time - posts[0].time > len(posts) / 2

    texts = [json.dumps(post.body) for post in posts]
    for number in range(UNGROUPED):
        assert len([text for text in texts if f'"ungrouped {number}"' in text]) == 1, number
    for kind in range(KINDS):
        alert, summary = [post for post, text in zip(posts, texts) if f"kind-{kind}" in text]
        assert title(alert) == f"🔵 Burst of kind-{kind}"
        assert title(summary) == f"🔵 {GROUPED // KINDS - 1} more: Burst of kind-{kind}"
        assert summary.time - began > 55, "when the window of a minute has closed"
    assert len(posts) == UNGROUPED + 2 * KINDS
    assert function.dead.delays == []

    metrics = function.metrics()
    assert metrics["Suppressed"] == GROUPED - KINDS
    for emulator in (function.emulator, *function.others):
        assert emulator.peak_kib < MEMORY_KIB
