"""What `watcher lint --format sarif` prints is SARIF 2.1.0.

The schema is OASIS's (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), as the crate serde-sarif carries it (MIT),
without white space. The log is the expected output that the command's own tests compare with.
"""

import gzip
import json
from pathlib import Path

import jsonschema
import pytest

HERE = Path(__file__).parent
OUTPUTS = HERE.parents[1] / "crates/cli/tests/out"


def log(name):
    return json.loads((OUTPUTS / name).read_text().split("--- exit code")[0])


@pytest.mark.parametrize("name", ["lint-sarif.out", "lint-sarif-clean.out"])
def test_the_log_is_sarif(name):
    schema = json.loads(gzip.decompress((HERE / "sarif-schema-2.1.0.json.gz").read_bytes()))
    jsonschema.validate(log(name), schema, format_checker=jsonschema.FormatChecker())


def test_every_result_has_the_help_of_its_rule():
    run = log("lint-sarif.out")["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        rule = rules[result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["help"]["text"]
