"""The stub itself: a stub that takes everything would prove nothing."""

import json
import urllib.error
import urllib.request

import pytest

WEBHOOK, TRIGGER = "/services/T/B/x", "/triggers/T/1/x"


def header(text, kind="plain_text"):
    return {"type": "header", "text": {"type": kind, "text": text}}


def section(text, kind="plain_text", **more):
    return {"type": "section", "text": {"type": kind, "text": text, **more}}


def button(url):
    return {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Open"}, "url": url}]}


def post(slack, path, body, content_type="application/json"):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = urllib.request.Request(slack.url + path, data, {"Content-Type": content_type})
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@pytest.mark.parametrize(
    "path, body, answer",
    [
        (WEBHOOK, {"text": "T"}, (200, "ok")),
        (WEBHOOK, {"text": "T", "blocks": [header("T"), section("x" * 3_000), button("https://example.com")]}, (200, "ok")),
        (TRIGGER, {"text": "T"}, (200, '{"ok":true}')),
        (WEBHOOK, b"{", (400, "invalid_payload")),
        (WEBHOOK, [], (400, "invalid_payload")),
        (WEBHOOK, {}, (400, "no_text")),
        (WEBHOOK, {"text": "T", "attachments": []}, (400, "invalid_payload")),
        (WEBHOOK, {"blocks": [section("")]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [section("x" * 3_001)]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [section("x", "plain_text", verbatim=True)]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [header("x" * 151)]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [header("x", "mrkdwn")]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [{"type": "unknown"}]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [header("T")] * 51}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [button("javascript:alert()")]}, (400, "invalid_blocks")),
        (WEBHOOK, {"blocks": [{"type": "context", "elements": []}]}, (400, "invalid_blocks")),
        (TRIGGER, {"text": {"type": "plain_text"}}, (400, "invalid_workflow_input")),
        ("/elsewhere", {"text": "T"}, (404, "no_service")),
    ],
)
def test_slack_refuses_what_slack_refuses(slack, path, body, answer):
    assert post(slack, path, body) == answer
    assert bool(slack.faults) == (answer[0] != 200)


def test_slack_wants_json(slack):
    assert post(slack, WEBHOOK, {"text": "T"}, "text/plain") == (400, "invalid_payload")
