"""Compares with a file of `expected/`. `BLESS=1` writes what came instead; then read the diff."""

import json
import os
from pathlib import Path

FOLDER = Path(__file__).parent / "expected"


def check(name, actual):
    actual = readable(actual)
    path = FOLDER / f"{name}.json"
    if os.environ.get("BLESS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(actual, indent=2, ensure_ascii=False) + "\n")
    assert actual == json.loads(path.read_text())


def readable(value):
    """A text of several lines becomes a list of them."""
    if isinstance(value, dict):
        return {key: readable(value) for key, value in value.items()}
    if isinstance(value, list):
        return [readable(value) for value in value]
    return value.split("\n") if isinstance(value, str) and "\n" in value else value
