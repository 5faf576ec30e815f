"""How long it takes from nothing to the first lint with the packages, and how large they are: `python benches/install.py FOLDER`,
of a release as docs/releasing.md makes one here. As root nothing is in the system's file cache, as on a new machine in CI.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
SECONDS, MEGABYTES = 5, 8
TIMES = 5


def main():
    release = Path(sys.argv[1]).resolve()
    for pattern in ("*.whl", "account-watcher-cli-*.tgz", "watcher-*.tar.gz"):
        for file in release.glob(pattern):
            said(f"{file.name}, MB", file.stat().st_size / 1e6, MEGABYTES)
    runs = [pip(release) for _ in range(TIMES)]
    for what in ("pip install", "first lint", "second lint"):
        said(f"{what}, seconds", sorted(run[what][0] for run in runs)[TIMES // 2])
        said(f"{what}, seconds of CPU", sorted(run[what][1] for run in runs)[TIMES // 2])
    said("pip install and first lint, seconds", sorted(run["pip install"][0] + run["first lint"][0] for run in runs)[TIMES // 2], SECONDS)


def pip(release):
    """In a fresh virtual environment, which a runner in CI has already."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        forget()
        bin = Path(folder) / "bin"
        install = [bin / "pip", "install", "--quiet", "--isolated", "--disable-pip-version-check", "--no-index", "--find-links"]
        lint = [bin / "watcher", "--project", ROOT, "lint"]
        return {
            "pip install": taken([*install, release, "account-watcher"]),
            "first lint": taken(lint),
            "second lint": taken(lint),
        }


def forget():
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3")
    except PermissionError:
        print("not root: what was read before is read faster", file=sys.stderr)


def taken(command):
    """Seconds on the clock and of CPU."""
    used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    start, before = time.monotonic(), used()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - start, used() - before


def said(what, value, most=None):
    limit = "" if most is None else f" (wanted: at most {most}){'' if value <= most else '  NOT REACHED'}"
    print(f"{what}: {value:.2f}{limit}", flush=True)


if __name__ == "__main__":
    main()
