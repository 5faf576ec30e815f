"""hooks/install, which action.yml runs: the package if it is attested, or else built from source.

pip is real, with a folder instead of PyPI. GitHub is not: `gh` is a script that writes down what it is asked, and answers as
the test wants.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT, version
from tree import git

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "example/account-watcher"


@pytest.fixture
def install(wheel, tmp_path, project):
    """Installs for an action of REPOSITORY at `ref`; gives exit code, output, the program, and what `gh` was asked."""
    fake = tmp_path / "bin"
    fake.mkdir()
    asked = tmp_path / "asked"
    # Not the real cargo: that it builds the command is tested with action.yml, in tests/lint.
    (fake / "cargo").write_text(f'#!/bin/sh\necho "cargo $* GH_TOKEN=$GH_TOKEN"\n')
    (fake / "cargo").chmod(0o755)
    home = os.environ.get("CARGO_HOME", str(Path.home() / ".cargo"))

    def install(ref="v" + version(), how="auto", repository=REPOSITORY, attested=True, has_gh=True, wheels=wheel.parent, here=ROOT, **more):
        gh = fake / "gh"
        if has_gh:
            gh.write_text(f'#!/bin/sh\necho "$GH_TOKEN: $*" >>"{asked}"\nexit {0 if attested else 1}\n')
            gh.chmod(0o755)
        environment = os.environ | {
            "PATH": f"{fake}{os.pathsep}{os.environ['PATH']}",
            "CARGO_HOME": home,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "INSTALL": how,
            "REPOSITORY": repository,
            "REF": ref,
            "GH_TOKEN": "secret",
        }
        found = subprocess.run(
            [here / "hooks/install", tmp_path / "watcher"],
            cwd=project, env=environment | more, capture_output=True, text=True, check=False,
        )
        program = tmp_path / "watcher/bin/watcher"
        return found.returncode, found.stdout, program, asked.read_text() if asked.exists() else ""

    return install


def built(said, why):
    """Whether cargo was called, without the token, and why."""
    folder_of = said.partition(" --root ")[2]
    return said == (
        f"::notice title=watcher is built from source::{why}\n"
        f"cargo install --quiet --locked --debug --force --path crates/cli --root {folder_of}"
    ) and folder_of.endswith("/watcher GH_TOKEN=\n")


@pytest.mark.parametrize(("ref", "source"), [("v" + version(), f"--source-ref refs/tags/v{version()}"), (COMMIT, f"--source-digest {COMMIT}")])
def test_an_attested_package_is_used(install, wheel, ref, source):
    code, said, program, asked = install(ref)
    assert (code, said) == (0, f"watcher {version()} is from PyPI, built by {REPOSITORY} from {ref}\n")
    assert asked == (
        f"secret: attestation verify {wheel.name} {source} --repo {REPOSITORY} "
        f"--signer-workflow {REPOSITORY}/.github/workflows/release.yml --deny-self-hosted-runners\n"
    )
    assert subprocess.check_output([program, "--version"], text=True) == f"watcher {version()}\n"


@pytest.mark.parametrize(
    ("origin", "is_known"),
    [
        (f"https://github.com/{REPOSITORY}.git", True),
        (f"https://github.com/{REPOSITORY}", True),
        (f"git@github.com:{REPOSITORY}.git", True),
        ("https://git.example/alerts/account-watcher.git", False),
        (f"https://github.com.example/{REPOSITORY}", False),
    ],
)
def test_a_submodule_is_the_version_that_is_checked_out(install, tmp_path, origin, is_known):
    here = tmp_path / "account-watcher"
    for name in ("hooks/install", "hooks/cargo", "Cargo.toml", "rust-toolchain.toml"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, here / name)

    git(here, "init", "--quiet", f"--separate-git-dir={tmp_path / 'modules'}")  # as git keeps submodules
    git(here, "remote", "add", "origin", origin)
    git(here, "commit", "--quiet", "--allow-empty", "--message=x")
    code, said, _, asked = install(ref="", repository="", here=here)
    commit = git(here, "rev-parse", "HEAD").strip()
    if is_known:
        assert (code, said) == (0, f"watcher {version()} is from PyPI, built by {REPOSITORY} from {commit}\n")
        assert f" --source-digest {commit} --repo {REPOSITORY} " in asked
    else:
        why = f"the submodule is from {origin}, and not from GitHub, which attests where a package comes from"
        assert code == 0 and built(said, why), said
        assert asked == ""


NOT_ATTESTED = f"nothing attests that {REPOSITORY} built account-watcher {version()} from v{version()}, so it was not run"


def test_a_package_of_somebody_else_is_not_run(install):
    code, said, program, _ = install(attested=False)
    assert code == 0 and built(said, NOT_ATTESTED), said
    assert not program.exists()


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"repository": "", "ref": ""}, "the workflow names no version of the action"),
        ({"ref": "main"}, f"main is not the release v{version()}, which the package is of"),
        ({"ref": "v0.0.1"}, f"v0.0.1 is not the release v{version()}, which the package is of"),
        ({"wheels": "/nonexistent"}, f"pip cannot get account-watcher {version()}"),
    ],
)
def test_without_a_package_it_is_built(install, given, why):
    code, said, program, asked = install(**given)
    assert code == 0 and built(said, why), said
    assert asked == "" and not program.exists()


def test_without_gh_nothing_is_taken_on_trust(install, tmp_path):
    # A PATH with all that is needed otherwise: this machine may have gh.
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "python3").symlink_to(sys.executable)
    for name in ("bash", "env", "dirname", "mkdir", "sed"):
        (tools / name).symlink_to(shutil.which(name))
    code, said, program, asked = install(has_gh=False, PATH=f"{tmp_path / 'bin'}{os.pathsep}{tools}")
    assert code == 0 and built(said, "gh is not installed, which verifies where a package comes from"), said
    assert asked == "" and not program.exists()


def test_who_wants_the_package_gets_it_or_an_error(install):
    code, said, program, _ = install(how="package", attested=False)
    assert (code, said) == (1, f"::error title=watcher is not installed::{NOT_ATTESTED}\n")
    assert not program.exists()


def test_who_wants_to_build_builds(install):
    code, said, _, asked = install(how="cargo")
    assert code == 0 and said.startswith("cargo install "), said
    assert asked == ""


def test_another_word_is_an_error(install):
    code, said, _, _ = install(how="wheel")
    assert (code, said) == (2, "::error title=watcher is not installed::install must be auto, package or cargo, and is wheel\n")


def test_what_the_project_has_is_not_imported(install, project, tmp_path):
    hacked = tmp_path / "hacked"
    evil = f'open({str(hacked)!r}, "w")\n'
    for name in ("pip", "zipfile", "encodings", "sitecustomize", "usercustomize"):
        (project / f"{name}.py").write_text(evil)
    code, said, program, _ = install(PYTHONPATH=str(project), PYTHONSTARTUP=str(project / "pip.py"))
    assert code == 0 and "from PyPI" in said and program.exists(), said
    assert not hacked.exists()
