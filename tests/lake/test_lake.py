"""`watcher athena` selects every record that a watcher wants: its SQL in DuckDB against the matcher itself."""

import gzip
import json
import os
import random
from collections import Counter

import generated
import pytest
import sqlglot
from lake import Lake, Watcher, columns, compare

CONFIG = '[channels.mail]\nsns = { topic = "env:ACCOUNT_TOPIC_ARN" }\n'


def say(what, records, answer, selected, needed):
    extra = (selected - needed) / selected if selected else 0
    print(
        f"{what}: {len(records)} records x {len(answer['watchers'])} watchers: {needed} wanted, {selected} selected, "
        f"{extra:.1%} of them extra, none lost"
    )


def test_the_sql_is_athenas(shipped, definition):
    """It parses in its dialect, and asks the columns that the definition has."""
    assert {"useridentity", "requestparameters", "account", "timestamp"} <= set(columns(definition))
    since = ["--since", "2026-01-01", "--until", "2026-02-01", "--account", "123456789012", "--region", "eu-west-1"]
    for arguments in ([], since, ["--watcher", "root-api-call"], ["--table", "logs.cloudtrail_logs"]):
        for dialect in ("trino", "athena"):
            query = sqlglot.parse_one(shipped.run("athena", *arguments), read=dialect)
            assert isinstance(query, sqlglot.exp.Select)
            names = {column.parts[0].name for column in query.find_all(sqlglot.exp.Column)}
            assert names <= set(columns(definition)), names - set(columns(definition))
    # Only Athena's dialect knows UNLOAD, and it takes it whole; what is in it was parsed above.
    unload = shipped.run("athena", "--to", "s3://demo/candidates/")
    assert "UNLOAD (\nSELECT" in unload and unload.endswith("WITH (format = 'JSON', compression = 'GZIP')\n")
    assert len(unload) < 262_144


def test_no_record_of_the_fixtures_is_lost(shipped, definition, fixtures, tmp_path):
    lake = Lake(definition, fixtures, tmp_path)
    wanted = shipped.wanted(fixtures, tmp_path)
    assert len(wanted) > 150
    answer = shipped.athena()
    selected, needed = compare(lake, answer, wanted)
    say("fixtures", fixtures, answer, selected, needed)
    # The whole query is what its watchers select, no more and no less.
    names, rows = lake.rows(answer["sql"])
    place = names.index("eventid")
    conditions = [one["condition"] for one in answer["watchers"] if one["condition"]]
    assert {row[place] for row in rows} == lake.ids(" OR ".join(conditions))
    # A watcher that is off is selected for by its name.
    every = {file.stem for file in (shipped.project / "watchers").glob("*.toml")}
    for name in sorted(every - {one["name"] for one in answer["watchers"]}):
        alone = shipped.run("athena", "--format", "json", "--watcher", name, codes=(0, 3))
        compare(lake, json.loads(alone or '{"watchers": []}'), wanted)


def project_of(patterns, folder):
    """A project with a watcher for each pattern."""
    (folder / "watchers").mkdir(parents=True)
    (folder / "account-watcher.toml").write_text(CONFIG)
    for number, text in enumerate(patterns):
        (folder / f"watchers/p-{number}.toml").write_text(generated.watcher(text), encoding="utf-8")
    return folder


def test_no_record_is_lost_in_a_corner(program, definition, tmp_path):
    records = [generated.of_corner(number, more) for number, (_, more) in enumerate(generated.CORNERS)]
    watcher = Watcher(program, project_of([pattern for pattern, _ in generated.CORNERS], tmp_path / "project"))
    wanted = watcher.wanted(records, tmp_path)
    for number, record in enumerate(records):
        assert record["eventID"] in wanted.get(f"p-{number}", ()), f"this corner is none: {generated.CORNERS[number]}"
    compare(Lake(definition, records, tmp_path), watcher.athena(), wanted)


@pytest.mark.parametrize("seed", range(int(os.environ.get("LAKE_SEEDS", "5"))))
def test_no_record_is_lost_by_any_operator(program, definition, tmp_path, seed):
    chance = random.Random(seed)
    records = [generated.record(chance, number) for number in range(200)]
    patterns = [generated.pattern(chance, records) for _ in range(110)]
    watcher = Watcher(program, project_of(patterns, tmp_path / "project"))
    wanted = watcher.wanted(records, tmp_path)
    answer = watcher.athena()
    assert len(answer["watchers"]) >= 100, "nearly all patterns are such that the service takes"
    assert len(wanted) > 35, "many patterns match something"
    lake = Lake(definition, records, tmp_path)
    selected, needed = compare(lake, answer, wanted)
    say(f"generated, seed {seed}", records, answer, selected, needed)


def alerts(watcher, logs):
    report = json.loads(watcher.run("backtest", "--format", "json", logs))
    assert report["faults"] == 0
    return {one["name"]: (one["alerts"], one["grouped"]) for one in report["watchers"] if one["matched"]}


def as_athena(value):
    """A structure as Athena prints it in a CSV."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={as_athena(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(as_athena, value)) + "]"
    return "null" if value is None else str(value)


def quoted(cell):
    """A cell of Athena's CSV: every value in quotes, nothing for NULL."""
    if cell is None:
        return ""
    text = cell if isinstance(cell, str) else as_athena(cell)
    return '"' + text.replace('"', '""') + '"'


def test_what_is_exported_is_backtested(shipped, definition, fixtures, tmp_path):
    """The result of the query, in each form in which Athena gives it, sends what the logs themselves send."""
    logs = tmp_path / "logs.json.gz"
    logs.write_bytes(gzip.compress(json.dumps({"Records": fixtures}).encode()))
    expected = alerts(shipped, logs)
    assert len(expected) > 150
    lake = Lake(definition, fixtures, tmp_path)
    names, rows = lake.rows(shipped.athena()["sql"])
    unloaded = tmp_path / "unloaded.gz"
    objects = [dict(zip(names, row, strict=True)) for row in rows]
    lines = [json.dumps({name: cell for name, cell in one.items() if cell is not None}) for one in objects]
    unloaded.write_bytes(gzip.compress("\n".join(lines).encode()))
    assert alerts(shipped, unloaded) == expected
    # Also a query of all columns, whose structures are no JSON.
    for name, sql in (("result.csv", shipped.athena()["sql"]), ("all.csv", "SELECT * FROM cloudtrail_logs")):
        names, rows = lake.rows(sql)
        lines = [",".join(map(quoted, line)) for line in [names, *rows]]
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
        assert alerts(shipped, tmp_path / name) == expected, name


def test_the_filters_are_those_of_backtest(shipped, definition, fixtures, tmp_path):
    """--since, --until, --account and --region leave the same records as they do in `backtest`."""
    chance = random.Random(7)
    records = []
    for number, record in enumerate(fixtures):
        day = f"2026-01-{1 + number % 28:02}T{number % 24:02}:00:{number % 2}0Z"
        region, account = chance.choice(["eu-west-1", "us-east-1"]), chance.choice(["123456789012", "210987654321"])
        records.append(record | {"eventTime": day, "awsRegion": region, "recipientAccountId": account})
    logs = tmp_path / "logs.json"
    logs.write_text(json.dumps({"Records": records}))
    lake = Lake(definition, records, tmp_path)
    for arguments in (
        ["--since", "2026-01-12"],
        ["--until", "2026-01-12"],
        ["--since", "2026-01-05T05:00:00.5Z", "--until", "2026-01-20T20:00:00.5Z"],
        ["--region", "us-east-1", "--account", "210987654321"],
        ["--account", "210987654321", "--account", "123456789012"],
    ):
        names, rows = lake.rows(shipped.athena(*arguments)["sql"])
        result = tmp_path / "result.jsonl"
        result.write_text("\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows) + "\n")
        report = [
            json.loads(shipped.run("backtest", "--format", "json", *arguments, file)) for file in (logs, result)
        ]
        counted = [Counter({one["name"]: one["matched"] for one in each["watchers"]}) for each in report]
        assert counted[0] == counted[1], arguments
        assert counted[0].total() > 0
        # What is left out is left out by the query, but for half a second.
        assert report[1]["fate"]["filtered"] <= 2, arguments


# LAKE_EVENTS names a file with records, one a line.
if "LAKE_EVENTS" in os.environ:

    def test_no_recorded_record_is_lost(shipped, definition, tmp_path):
        """By hand, over recorded events: LAKE_EVENTS=file.jsonl.gz; each line is a record, or has it as `record`."""
        records = []
        with gzip.open(os.environ["LAKE_EVENTS"], "rt", encoding="utf-8") as file:
            for line in file:
                found = json.loads(line)
                found = found.get("record", found)
                types = (*generated.TYPES, "AwsCloudTrailInsight", "AwsVpceEvent")
                # Of what CloudTrail does not write Athena makes no row either.
                parts = [found.get("userIdentity", {}), *(found.get("resources") or [])]
                is_record = all(isinstance(part, dict) for part in parts) and "eventSource" in found
                if is_record and found.get("eventType", "AwsApiCall") in types:
                    records.append(found | {"eventID": f"00000000-0000-4000-8000-{len(records):012}"})
        lake = Lake(definition, records, tmp_path)
        answer = shipped.athena()
        selected, needed = compare(lake, answer, shipped.wanted(records, tmp_path))
        say("recorded", records, answer, selected, needed)
