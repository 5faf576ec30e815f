"""CloudTrail logs as an account might have them: the shipped watchers' example events, over many days, by many people."""

import gzip
import json
import random
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
ACCOUNTS = ["123456789012", "210987654321", "111122223333"]
REGIONS = ["eu-west-1", "us-east-1", "ap-southeast-2"]
PEOPLE = ["alice", "bob@example.com", "carol.danvers", "deploy", "dave", "ci-deployer"]

# Names that whoever calls AWS might choose.
HOSTILE = [
    "<script>document.title='owned'</script>",
    "</style><script>document.title='owned'</script>",
    '"><img src=x onerror="document.title=\'owned\'">',
    "' onmouseover='document.title=1",
    "evil\u202eexe.gpj\u202c",
    "{{7*7}} &amp; &lt;b&gt;",
    "</script><script>document.title='owned'</script>",
]


def records():
    """The records in the example events."""
    for file in sorted((ROOT / "tests/events").glob("*.json")):
        event = json.loads(file.read_text())
        if isinstance(event, dict) and str(event.get("detail-type", "")).endswith(" via CloudTrail") and "eventType" in event["detail"]:
            yield {**event["detail"], "recipientAccountId": event["account"]}


def by(record, name, account, region, when, number):
    identity = {"type": "IAMUser", "userName": name, "accountId": account, "principalId": "AIDAEXAMPLE000000001", "arn": f"arn:aws:iam::{account}:user/{name}"}
    return {
        **record,
        "userIdentity": identity,
        "sourceIPAddress": f"203.0.113.{number % 200 + 1}",
        "eventTime": when,
        "awsRegion": region,
        "recipientAccountId": account,
        "eventID": f"00000000-0000-4000-8000-{number:012}",
    }


def write(folder: Path, days=45, hostile=False):
    """A folder of log files, a file for each day and account, with a week that is missing."""
    chance = random.Random(7)
    kinds = list(records())
    weights = [chance.paretovariate(1.1) for _ in kinds]
    number = 0
    for day in range(days):
        if 20 <= day < 24:
            continue
        when = date(2026, 1, 5) + timedelta(days=day)
        burst = 60 if day == 31 else 0
        for account in ACCOUNTS:
            found = []
            for _ in range(chance.randint(4, 10) + (10 if when.weekday() < 5 else 0) + burst):
                [kind] = chance.choices(range(len(kinds)), weights)
                hour = chance.choice([8, 9, 9, 10, 11, 13, 14, 14, 15, 16, 22])
                time = f"{when}T{hour:02}:{chance.randint(0, 59):02}:{chance.randint(0, 59):02}Z"
                name = HOSTILE[kind % len(HOSTILE)] if hostile else chance.choice(PEOPLE)
                number += 1
                found.append(by(kinds[kind], name, account, chance.choice(REGIONS), time, number))
            path = folder / f"AWSLogs/{account}/CloudTrail/{when:%Y/%m/%d}/{account}_CloudTrail_{when:%Y%m%d}.json.gz"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(gzip.compress(json.dumps({"Records": found}).encode(), 1))
    return folder
