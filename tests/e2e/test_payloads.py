"""The function, fed with recorded events: exactly these messages reach Slack and SNS."""

import json
from pathlib import Path

import pytest

import expected

HERE = Path(__file__).parent
# One of each kind, from call to mail. What the other watchers say is reported by the tests in their files.
NAMES = sorted(path.stem for path in expected.FOLDER.glob("*.json"))


def event(name):
    (path,) = [path for folder in (HERE.parent, HERE) if (path := folder / "events" / f"{name}.json").exists()]
    return json.loads(path.read_text())


@pytest.mark.parametrize("name", NAMES)
def test_an_event_makes_exactly_these_messages(function, name):
    answer = function.invoke(event(name))
    assert not answer.error, answer.error
    expected.check(name, function.sent())
    assert function.retry.take() == []
    assert function.dead.take() == []


def test_every_event_of_these_tests_is_expected():
    assert {path.stem for path in (HERE / "events").glob("*.json")} <= set(NAMES)
