"""The examples of docs/channels.md: each lints clean, and what it sends fits the published schema or rules of its service,
which channels/NAME.json holds with its source."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "tests/e2e"))
import slack_rules  # noqa: E402

SCHEMAS = {path.stem: json.loads(path.read_text()) for path in (Path(__file__).parent / "channels").glob("*.json")}
EXAMPLES = {
    name: block
    for block in re.findall(r"```toml\n(.*?)```", (ROOT / "docs/channels.md").read_text(), re.DOTALL)
    for name in re.findall(r"^\[channels\.([a-z-]+)", block, re.MULTILINE)
}

WATCHER = """
title = "{{event_name}} {{x}}"
severity = "SEVERITY"
channels = ["CHANNEL"]
RUNBOOK
message = '''
{{x}}
by {{actor}}'''

[pattern]
detail-type = [{ exists = true }]

[fields]
x = "$.detail.x"
"""

# None, and the longest of both kinds.
RUNBOOKS = {
    "none": "",
    "link": f'runbook = "https://example.com/{"x" * 480}"',
    "text": f'runbook = "{"ü" * 1000}"',
}

HOSTILE = 'a "quoted" \\ {{title}} <!everyone> @everyone [x](https://example.com)\n\u202e\u0000 ' + "ü𝕏" * 20_000


def event(x, *, bare):
    """An event of CloudTrail with everything that an alert can say, or one with nothing but what it must have."""
    detail = {"x": x}
    if not bare:
        identity = {"type": "IAMUser", "userName": "alice"}
        detail |= {"eventName": "DeleteBucket", "eventID": "event-1", "userIdentity": identity}
    envelope = {"id": "1", "account": "123456789012", "region": "eu-west-1", "time": "2026-01-12T08:30:00Z"}
    kind = "Something Else" if bare else "AWS API Call via CloudTrail"
    return ({} if bare else envelope) | {"source": "aws.s3", "detail-type": kind, "detail": detail}


@pytest.fixture(scope="session")
def watcher(environment):
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "-p", "account-watcher-cli"], cwd=ROOT, env=environment, check=True
    )
    return Path(environment["CARGO_TARGET_DIR"]) / "debug/watcher"


def test_every_service_has_an_example_and_its_rules():
    # The page's examples besides are of a header's secret, and of Slack, whose rules the end-to-end tests hold.
    assert set(EXAMPLES) - {"oncall", "security"} == set(SCHEMAS)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
@pytest.mark.parametrize("severity", ["info", "low", "medium", "high", "critical"])
def test_what_the_example_sends_is_what_the_service_takes(watcher, tmp_path, name, severity):
    (tmp_path / "account-watcher.toml").write_text(EXAMPLES[name])
    (tmp_path / "watchers").mkdir()
    for kind, runbook in RUNBOOKS.items():
        text = WATCHER.replace("SEVERITY", severity).replace("CHANNEL", name).replace("RUNBOOK", runbook)
        (tmp_path / f"watchers/{kind}.toml").write_text(text)
    findings = subprocess.run(
        [watcher, "lint", "--format", "json", "account-watcher.toml"], cwd=tmp_path, capture_output=True, text=True
    )
    assert json.loads(findings.stdout)["findings"] == [], findings.stdout
    events = [event(x, bare=bare) for x in ("demo", HOSTILE, None, "") for bare in (False, True)]
    tried = subprocess.run(
        [watcher, "try", "--format", "json", "-"],
        cwd=tmp_path, input="\n".join(map(json.dumps, events)), capture_output=True, text=True, check=True,
    )
    validator = jsonschema.Draft7Validator(SCHEMAS[name], format_checker=jsonschema.FormatChecker())
    jsonschema.Draft7Validator.check_schema(SCHEMAS[name])
    lines = tried.stdout.splitlines()
    assert len(lines) == len(events)
    for line in lines:
        for tried in json.loads(line)["watchers"]:
            (sent,) = tried["deliveries"]
            (payload,) = (value for kind, value in sent.items() if kind != "channel")
            validator.validate(payload)
            shown = json.dumps(payload, ensure_ascii=False)
            assert "\x00" not in shown
            assert ("https://example.com/xxx" in shown) == (tried["name"] == "link")
            # A message of ntfy has no room for it.
            assert ("üüü" * 333 in shown) == (tried["name"] == "text" and name != "ntfy")


# The examples of `mention`: of each severity whom the page says that it mentions.
CALLED = {"info": [], "low": [], "medium": [], "high": ["!subteam^S0123ABCD"], "critical": ["!here"]}


@pytest.mark.parametrize("severity", CALLED)
def test_slack_takes_the_message_and_mentions_whom_the_channel_says(watcher, tmp_path, severity):
    assert "mention" in EXAMPLES["security"]
    (tmp_path / "account-watcher.toml").write_text(EXAMPLES["security"])
    (tmp_path / "watchers").mkdir()
    for kind, runbook in RUNBOOKS.items():
        text = WATCHER.replace("SEVERITY", severity).replace("CHANNEL", "security").replace("RUNBOOK", runbook)
        (tmp_path / f"watchers/{kind}.toml").write_text(text)
    hostile = HOSTILE[:90] + " <!here> <@U0123ABCD> <!subteam^S0000EVIL>"
    events = [event(x, bare=bare) for x in ("demo", HOSTILE, hostile, None) for bare in (False, True)]
    tried = subprocess.run(
        [watcher, "try", "--format", "json", "-"],
        cwd=tmp_path, input="\n".join(map(json.dumps, events)), capture_output=True, text=True, check=True,
    )
    lines = tried.stdout.splitlines()
    assert len(lines) == len(events)
    for line in lines:
        for tried in json.loads(line)["watchers"]:
            (sent,) = tried["deliveries"]
            message = slack_rules.check("/services/T/B/X", "application/json", json.dumps(sent["slack"]))
            assert slack_rules.mentions(message) == (CALLED[severity], CALLED[severity])
