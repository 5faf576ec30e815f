"""docs/reliability.md names tests; each of them exists."""

import re

from project import ROOT

NAMED = re.compile(r"`((?:test_)?[a-z0-9]+(?:_[a-z0-9]+){3,})`")
TESTS = ["tests/e2e/*.py", "tests/function/*.rs", "src/**/*.rs", "crates/*/src/**/*.rs", "crates/*/tests/**/*.rs"]


def test_every_fault_names_a_test_that_exists():
    text = (ROOT / "docs/reliability.md").read_text()
    named = set(NAMED.findall(text))
    rows = [row for row in text.splitlines() if row.startswith("| ") and not row.startswith("| fault")]
    assert len(rows) > 15 and all(NAMED.search(row.rsplit("|", 2)[1]) for row in rows)
    sources = "\n".join(path.read_text() for glob in TESTS for path in ROOT.glob(glob))
    missing = {name for name in named if not re.search(rf"\b(?:def|fn) {name}\b", sources)}
    assert not missing
