"""The command, built, and the shipped project."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from lake import Watcher

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def program():
    """The command `watcher`."""
    subprocess.run(["cargo", "build", "--quiet", "--locked", "-p", "account-watcher-cli"], cwd=ROOT, check=True)
    return str(Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug/watcher")


@pytest.fixture(scope="session")
def shipped(program):
    """The shipped watchers."""
    return Watcher(program, ROOT)


@pytest.fixture(scope="session")
def definition(shipped):
    """The definition of the table."""
    return shipped.run(
        "athena", "--table-definition", "--location", "s3://demo/AWSLogs", "--account", "123456789012"
    )


@pytest.fixture(scope="session")
def fixtures():
    """The records in the shipped watchers' events, each with an id of its own."""
    records = []
    for file in sorted((ROOT / "tests/events").glob("*.json")):
        event = json.loads(file.read_text())
        record = event.get("detail", {})
        if event.get("detail-type", "").endswith(" via CloudTrail") and "eventType" in record:
            record = {"eventVersion": "1.11", "recipientAccountId": event["account"], **record}
            records.append(record | {"eventID": f"00000000-0000-4000-8000-{len(records):012}"})
    assert len(records) > 200
    return records
