"""CloudTrail's logs in DuckDB, as Athena has them: the table is made of the definition that `watcher athena` prints,
and the SQL runs as it stands.

What Trino has and DuckDB has not are functions; each is a macro below, and nothing of the SQL is rewritten.
"""

import json
import subprocess

import duckdb
import sqlglot

# Trino's: the scalar at a path as text; NULL for an object, a list, null and what is missing. DuckDB writes a key in
# quotes as `."key"`, Trino as `["key"]`.
MACROS = """
CREATE MACRO json_extract_scalar(text, path) AS
    CASE WHEN json_type(text, replace(replace(path, '["', '."'), '"]', '"')) IN ('OBJECT', 'ARRAY', 'NULL') THEN NULL
    ELSE json_extract_string(text, replace(replace(path, '["', '."'), '"]', '"')) END;
CREATE MACRO json_format(value) AS CAST(value AS VARCHAR);
CREATE MACRO regexp_like(text, regex) AS regexp_matches(text, regex);
"""


def columns(definition):
    """The table's columns with DuckDB's types, by the definition."""
    statement = sqlglot.parse_one(definition, read="athena")
    partitions = statement.find(sqlglot.exp.PartitionedByProperty).this
    every = [*statement.this.expressions, *partitions.expressions]
    return {one.name: one.kind.sql("duckdb") for one in every}


def cell(value, kind):
    """What the table's reader makes of a value: another type than a text in a column of texts is its JSON."""
    if value is None:
        return None
    if kind == "TEXT":
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return lower(value)


def lower(value):
    """Keys of structures in lower case, as Athena has them."""
    if isinstance(value, dict):
        return {key.lower(): lower(inner) for key, inner in value.items()}
    return [lower(inner) for inner in value] if isinstance(value, list) else value


class Lake:
    """A table with these records."""

    def __init__(self, definition, records, folder):
        self.connection = duckdb.connect()
        self.connection.execute(MACROS)
        kinds = columns(definition)
        rows = folder / "rows.jsonl"
        partitions = {"account", "region", "timestamp"}
        with rows.open("w", encoding="utf-8") as file:
            for record in records:
                keyed = {key.lower(): value for key, value in record.items()}
                row = {name: cell(keyed.get(name), kind) for name, kind in kinds.items() if name not in partitions}
                row["account"], row["region"] = keyed.get("recipientaccountid"), keyed.get("awsregion")
                row["timestamp"] = (keyed.get("eventtime") or "")[:10].replace("-", "/")
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        types = ", ".join(f"'{name}': '{kind}'" for name, kind in kinds.items())
        self.connection.execute(
            f"CREATE TABLE cloudtrail_logs AS SELECT * FROM read_json('{rows}', format = 'newline_delimited', "
            f"maximum_object_size = 100000000, columns = {{{types}}})"
        )

    def ids(self, condition):
        """The ids of the records that the condition takes."""
        rows = self.connection.execute(f"SELECT eventid FROM cloudtrail_logs WHERE {condition}").fetchall()
        return {row[0] for row in rows}

    def rows(self, sql):
        """The result of a query: its columns, and its rows."""
        result = self.connection.execute(sql)
        return [column[0] for column in result.description], result.fetchall()


class Watcher:
    """The command, in a project."""

    def __init__(self, program, project):
        self.program, self.project = program, project

    def run(self, *arguments, codes=(0, 1)):
        """What it prints."""
        command = [self.program, "--project", str(self.project), *map(str, arguments)]
        found = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
        assert found.returncode in codes, f"{command}\n{found.stdout[-2000:]}\n{found.stderr[-2000:]}"
        return found.stdout

    def athena(self, *arguments):
        """The query and what each watcher wants of it."""
        return json.loads(self.run("athena", "--format", "json", *arguments))

    def wanted(self, records, folder):
        """By watcher, the ids of the records that it matches: by the matcher itself."""
        file = folder / "records.jsonl"
        file.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
        wanted = {}
        for line in self.run("try", "--format", "json", file).splitlines():
            event = json.loads(line)
            for found in event["watchers"]:
                wanted.setdefault(found["name"], set()).add(event["event_id"])
        return wanted


def compare(lake, answer, wanted):
    """Asserts that no record is lost that a watcher wants; how many are selected by watcher, and how many wanted."""
    lost, selected, needed = [], 0, 0
    for one in answer["watchers"]:
        taken = lake.ids(one["condition"]) if one["condition"] else set()
        mine = wanted.get(one["name"], set())
        if mine - taken:
            lost.append((one["name"], sorted(mine - taken)[:3], one["condition"]))
        selected, needed = selected + len(taken), needed + len(mine)
    assert not lost, f"lost for {len(lost)} watchers, for example {lost[:2]}"
    return selected, needed
