"""The recorded events in `tests/events/`."""

import json
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "events"


def event(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def without(event, key):
    return {name: value for name, value in event.items() if name != key}
