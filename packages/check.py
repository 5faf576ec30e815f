"""Whether a release says one version, and one place of its source, everywhere: `python packages/check.py --tag vX.Y.Z --repository URL`."""

import argparse
import sys
import tomllib
from pathlib import Path

from release import version

ROOT = Path(__file__).parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tag", required=True)
    parser.add_argument("--repository", required=True)
    given = parser.parse_args()
    faults = list(find(given.tag, given.repository))
    for fault in faults:
        print(f"error: {fault}", file=sys.stderr)
    sys.exit(1 if faults else 0)


def find(tag, repository):
    if tag != f"v{version()}":
        yield f"the tag is {tag}, but Cargo.toml says version {version()}"
    wanted = [f"account-watcher=={version()}"]
    if (pinned := read("pyproject.toml")["project"]["dependencies"]) != wanted:
        yield f"pyproject.toml asks for {pinned}, but the hook of this version needs {wanted}"
    cli = read("crates/cli/Cargo.toml")["package"]
    if cli.get("repository") != repository:
        yield (
            f"crates/cli/Cargo.toml needs repository = \"{repository}\", where cargo-binstall looks for the program; "
            f"it has {cli.get('repository')}"
        )
    if f"\n## [{version()}]" not in (ROOT / "CHANGELOG.md").read_text():
        yield f"CHANGELOG.md has nothing about {version()}"


def read(name):
    return tomllib.loads((ROOT / name).read_text())


if __name__ == "__main__":
    main()
