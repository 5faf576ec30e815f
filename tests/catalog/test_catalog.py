"""The committed catalog is what generate.py writes from the pinned botocore."""

import subprocess
import sys
from pathlib import Path

CATALOG = Path(__file__).parents[2] / "crates/aws-facts/catalog"


def test_the_catalog_is_not_stale():
    found = subprocess.run(
        [sys.executable, CATALOG / "generate.py", "--check"], capture_output=True, text=True, check=False
    )
    assert found.returncode == 0, found.stderr


def test_the_pinned_botocore_is_installed():
    import botocore

    assert f"botocore=={botocore.__version__}" in (CATALOG / "requirements.txt").read_text().splitlines()
