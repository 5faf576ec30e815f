"""The function, fed with recorded events: exactly these messages reach Slack and SNS."""

import json
from pathlib import Path

import pytest

import expected

HERE = Path(__file__).parent
EVENTS = sorted([*(HERE.parent / "events").glob("*.json"), *(HERE / "events").glob("*.json")])


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.stem)
def test_an_event_makes_exactly_these_messages(function, path):
    answer = function.invoke(json.loads(path.read_text()))
    assert not answer.error, answer.error
    expected.check(path.stem, function.sent())
    assert function.retry.take() == []
    assert function.dead.take() == []


def test_every_expectation_has_its_event():
    assert {path.stem for path in expected.FOLDER.glob("*.json")} == {path.stem for path in EVENTS}
