"""The example events: those of the shipped watchers in `tests/events/`, those of the tests' own in `events/` here."""

import copy
import json
import uuid
from pathlib import Path

FOLDERS = [Path(__file__).parents[1] / "events", Path(__file__).parent / "events"]


def event(name):
    (path,) = [path for folder in FOLDERS if (path := folder / f"{name}.json").exists()]
    return json.loads(path.read_text())


def anew(event):
    """The same happening once more: what tells two events apart is their ids."""
    event = copy.deepcopy(event)
    event["id"] = event["detail"]["eventID"] = str(uuid.uuid4())
    return event


def happening(source, **detail):
    """An event of the tests' own kinds, which only the overlay's watchers know."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "end-to-end test",
        "source": source,
        "account": "123456789012",
        "time": "2026-01-12T09:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
    }


def without(event, key):
    return {name: value for name, value in event.items() if name != key}
