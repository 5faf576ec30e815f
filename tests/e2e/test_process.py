"""The function as a process: what it logs, what it keeps, how it starts."""

import json

from emulator import Emulator
from events import anew, event, happening
from function import SECRETS
from poller import poll
from slack import CLOSED, NO_SERVICE, ROLLUP_ERROR

MARK = "marker-of-the-event"
# In what no message shows.
HIDDEN = f"hidden-{MARK}"


def marked():
    """A bucket's deletion with a mark in everything that a person or a program chose."""
    deleted = anew(event("s3-bucket-deleted"))
    detail = deleted["detail"]
    detail["requestParameters"] = {"bucketName": MARK, "password": HIDDEN}
    detail["userIdentity"]["userName"] = detail["userIdentity"]["arn"] = MARK
    detail["sourceIPAddress"] = deleted["account"] = MARK
    detail["userAgent"] = HIDDEN
    return deleted


def test_logs_are_json_without_the_event_and_without_a_url(function, slack):
    for answer in (None, ROLLUP_ERROR, CLOSED, NO_SERVICE):
        slack.answer_always(answer)
        function.invoke(marked())
    slack.answer_always(CLOSED)
    function.retry.let_time_pass()
    poll(function.retry, function)
    # Not even when it is not an event, or not JSON.
    function.invoke({"detail": MARK})
    function.invoke(f'{{"{MARK}'.encode())
    function.retry.send(f'{{"delivery": {{"{MARK}": "{MARK}"}}}}')
    poll(function.retry, function)

    lines = function.emulator.lines
    assert len(lines) > 8
    for line in lines:
        assert isinstance(json.loads(line), dict), line
    assert MARK not in function.emulator.log
    for secret in (*SECRETS, "http://", "AKIA"):
        assert secret not in "\n".join(lines), secret


def test_an_event_has_one_line_and_one_metrics_line(function):
    function.invoke(event("s3-bucket-deleted"))
    lines = [json.loads(line) for line in function.emulator.lines]
    (metrics,) = [line for line in lines if "_aws" in line]
    (line,) = [line for line in lines if "_aws" not in line]
    assert line["watchers"] == ["s3-bucket-deleted"]
    assert [delivery["outcome"] for delivery in line["deliveries"]] == ["sent", "sent"]
    assert (metrics["Received"], metrics["Matched"], metrics["Sent"], metrics["Dead"]) == (1, 1, 2, 0)


def test_500_invocations_leave_memory_flat(function):
    unmatched = event("s3-bucket-deleted")
    unmatched["detail"]["eventName"] = "CreateBucket"

    def invoke(count):
        for number in range(count):
            # Few to Slack, for which they would wait a second each.
            sent = event("s3-bucket-deleted") if number % 60 == 0 else happening("e2e.mail", number=number)
            payload = (anew(sent), unmatched, {"no": "event"})[number % 3]
            assert not function.emulator.invoke(payload).error or number % 3 == 2
            function.slack.posts.clear()

    invoke(60)  # connections, caches and allocator reach their size
    before = function.emulator.resident_kib
    invoke(500)
    after = function.emulator.resident_kib
    assert after - before <= 512, f"{before} KiB before, {after} KiB after"


def test_a_missing_variable_is_named(extended, aws, tmp_path):
    emulator = Emulator(extended.bootstrap, aws.environment, tmp_path)
    try:
        answer = emulator.invoke(event("s3-bucket-deleted"))
    finally:
        emulator.close()
    for name in ("RETRY_QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "FUNCTION_ROLE_ARN", "ACCOUNT_TOPIC_ARN"):
        assert name in answer.error["errorMessage"]
