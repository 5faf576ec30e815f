"""`watcher backtest` on recorded CloudTrail records gives the same alerts as `watcher try` on each of them alone.

    python3 tests/recorded.py RECORDS.jsonl.gz [WATCHER]

Each line is a record, or an object with a `record`. They are written as CloudTrail leaves them, packed, in the tree of an
account's trail and in that of an organization's."""

import gzip
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[1]


def records(path):
    with gzip.open(path, "rt") as lines:
        for line in lines:
            line = json.loads(line)
            yield line.get("record", line)


def place(record, number, trail):
    account = record.get("recipientAccountId") or record.get("userIdentity", {}).get("accountId") or "123456789012"
    # One that is blotted out would be a hidden folder.
    region = record["awsRegion"] if record.get("awsRegion", "").strip(".") else "us-east-1"
    day = record["eventTime"][:10].replace("-", "/")
    return f"{trail}/{account}/CloudTrail/{region}/{day}/{account}_CloudTrail_{region}_{number}.json.gz"


def write(records, folder, trail, size):
    """The files of a trail, with so many records in each."""
    groups = {}
    for number, record in enumerate(records):
        groups.setdefault((str(Path(place(record, 0, trail)).parent), number // size), []).append(record)
    for number, group in enumerate(groups.values()):
        path = folder / place(group[0], number, trail)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(json.dumps({"Records": group}, separators=(",", ":")).encode()))


def run(watcher, *arguments):
    output = subprocess.run([watcher, *arguments], cwd=ROOT, capture_output=True, text=True)
    return output.stdout, output.stderr.splitlines(), output.returncode


def is_whole(record):
    """Some that people publish have their time or their type blotted out."""
    return re.match(r"\d{4}-\d\d-\d\d[T ]", record.get("eventTime", "")) and record.get("eventType") != "..."


def tried(watcher, lines, all_records):
    """By watcher, how many records it says something of; copies count once, as they do in the function."""
    output, errors, _ = run(watcher, "try", "--format", "json", lines)
    answers = list(map(json.loads, output.splitlines()))
    assert len(answers) == len(all_records), errors
    seen, alerts = set(), Counter()
    for record, line in zip(all_records, answers):
        if not line["arrival"]["delivered"]:
            continue
        account = record.get("recipientAccountId") or record.get("userIdentity", {}).get("accountId")
        for found in line["watchers"]:
            key = (line["event_id"], account, record.get("awsRegion"), found["name"])
            if found["ignored"] is None and (not line["event_id"] or key not in seen):
                seen.add(key)
                alerts[found["name"]] += 1
    return alerts


def backtested(watcher, folder):
    output, errors, status = run(watcher, "backtest", "--format", "json", folder)
    report = json.loads(output)
    alerts = {one["name"]: one["alerts"] + one["grouped"] for one in report["watchers"]}
    return {name: count for name, count in alerts.items() if count}, report, errors, status


def main():
    path, watcher = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ROOT / "target/release/watcher"
    given = list(records(path))
    all_records = [record for record in given if is_whole(record)]
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        lines = folder / "records.jsonl"
        lines.write_text("".join(json.dumps(record) + "\n" for record in all_records))
        expected = tried(watcher, lines, all_records)
        assert expected, "no record makes an alert"
        for trail, size in (("AWSLogs", 1), ("AWSLogs", 50), ("AWSLogs/o-example", 7)):
            tree = folder / f"{trail.replace('/', '-')}-{size}"
            write(all_records, tree, trail, size)
            found, report, errors, status = backtested(watcher, tree)
            differ = {name: (expected[name], found.get(name, 0)) for name in {*expected, *found} if expected[name] != found.get(name, 0)}
            print(
                f"{trail}, {size} a file: {report['events']} events, {sum(found.values())} alerts of {len(found)} watchers,"
                f" {report['faults']} faults, exit code {status}"
            )
            for error in errors:
                print(f"  {error.replace(str(tree), '')}")
            assert not differ, f"`try` and `backtest` differ: {differ}"
    print(f"the same as `try` says of each of {len(all_records)} records alone; {len(given) - len(all_records)} more have no time or no type")


main()
