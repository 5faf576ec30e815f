"""SECURITY.md names tests that exist."""

import re

from conftest import ROOT

TESTS = ["tests/**/*.py", "tests/function/**/*.rs", "src/**/*.rs", "crates/*/src/**/*.rs", "crates/*/tests/**/*.rs"]


def test_every_defence_names_a_test_that_exists():
    rows = [row for row in (ROOT / "SECURITY.md").read_text().splitlines() if row.startswith("| ")]
    shown = [row.rsplit("|", 2)[1] for row in rows[1:]]
    named = [name for cell in shown for name in re.findall(r"`([a-z0-9_]+)`", cell)]
    assert len(shown) > 8 and all("`" in cell for cell in shown)
    sources = "\n".join(path.read_text() for glob in TESTS for path in ROOT.glob(glob))
    assert [name for name in named if not re.search(rf"\b(?:def|fn) {name}\b", sources)] == []
