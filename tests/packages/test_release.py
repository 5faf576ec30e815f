"""What a release says of itself is one thing everywhere: versions, names of files, systems, checksums."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

from conftest import REPOSITORY, ROOT, run, step, use, version
from release import archive
from targets import TARGETS

WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())


def read(name):
    return tomllib.loads((ROOT / name).read_text())


def test_every_place_says_the_version_of_the_workspace():
    assert read("pyproject.toml")["project"]["dependencies"] == [f"account-watcher=={version()}"]
    assert read("crates/cli/Cargo.toml")["package"]["version"] == {"workspace": True}
    pypi = read("packages/pypi/pyproject.toml")["project"]
    assert "version" not in pypi and pypi["dynamic"] == ["version"]
    assert '"version"' not in (ROOT / "packages/npm/package.json").read_text()
    for name in ("package.json", "package-lock.json"):
        assert json.loads((ROOT / "editors/vscode" / name).read_text())["version"] == version()
    for name in ("docs/editor.md", "docs/releasing.md", "README.md"):
        shown = re.findall(r"account-watcher(?:==|-)(\d+\.\d+\.\d+)|tags/v(\d+\.\d+\.\d+)", (ROOT / name).read_text())
        assert shown and {one or other for one, other in shown} == {version()}, name


@pytest.fixture
def tree(tmp_path):
    """What packages/check.py reads, ready to be released."""
    for name in ("packages/check.py", "packages/release.py", "packages/targets.py", "pyproject.toml", "Cargo.toml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "crates/cli").mkdir(parents=True)
    cli = (ROOT / "crates/cli/Cargo.toml").read_text()
    cli = re.sub(r"^repository = .*\n", "", cli, flags=re.MULTILINE)
    (tmp_path / "crates/cli/Cargo.toml").write_text(cli.replace("[package]\n", f'[package]\nrepository = "{REPOSITORY}"\n'))
    (tmp_path / "CHANGELOG.md").write_text(f"# Changelog\n\n## [Unreleased]\n\n## [{version()}] - 2026-01-12\n")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "right", "wrong", "said"),
    [
        (None, "", "", ""),
        ("Cargo.toml", f'version = "{version()}"', 'version = "9.9.9"', "the tag is v"),
        ("pyproject.toml", f"=={version()}", "==0.0.1", "but the hook of this version needs"),
        ("crates/cli/Cargo.toml", REPOSITORY, "https://github.com/example/other", "where cargo-binstall looks"),
        ("CHANGELOG.md", f"[{version()}]", "[0.0.1]", f"CHANGELOG.md has nothing about {version()}"),
    ],
)
def test_a_tag_is_released_only_if_all_agree(tree, file, right, wrong, said):
    if file:
        text = (tree / file).read_text()
        assert right in text
        (tree / file).write_text(text.replace(right, wrong, 1))
    command = [sys.executable, tree / "packages/check.py", "--tag", f"v{version()}", "--repository", REPOSITORY]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == (1 if file else 0), found.stderr
    assert said in found.stderr and (found.stderr == "") == (file is None)


def test_the_checksums_are_of_all_files(release):
    sums = dict(line.split("  ")[::-1] for line in (release / "SHA256SUMS").read_text().splitlines())
    assert sums == {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in release.iterdir() if file.name != "SHA256SUMS"
    }
    assert len(sums) == 5  # wheel, two of npm, archive, SBOM
    run("sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS", cwd=release)


def test_the_same_wheel_makes_the_same_release(wheel, release, tmp_path):
    run(sys.executable, ROOT / "packages/release.py", "--repository", REPOSITORY, "--out", tmp_path / "again", wheel)
    assert (tmp_path / "again/SHA256SUMS").read_text() == (release / "SHA256SUMS").read_text()


def test_a_release_without_a_system_is_none(wheel, tmp_path):
    command = [sys.executable, ROOT / "packages/release.py", "--all", "--repository", REPOSITORY, "--out", tmp_path / "out", wheel]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert found.stderr == f"error: no wheel for {', '.join(target.rust for target in TARGETS[1:])}\n"


def test_a_wheel_of_another_version_is_refused(wheel, tmp_path):
    other = shutil.copy(wheel, tmp_path / wheel.name.replace(version(), "0.0.1"))
    command = [sys.executable, ROOT / "packages/release.py", "--repository", REPOSITORY, "--out", tmp_path / "out", other]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 1 and f"or not version {version()}" in found.stderr


def test_the_sbom_lists_what_cargo_lock_has(release):
    sbom = json.loads((release / f"watcher-{version()}-x86_64-unknown-linux-gnu.cyclonedx.json").read_text())
    assert sbom["bomFormat"] == "CycloneDX"
    listed = {(part["name"], part["version"]) for part in sbom["components"]}
    locked = {(part["name"], part["version"]) for part in read("Cargo.lock")["package"]}
    assert listed <= locked and len(listed) > 50
    # Of the command, and not of the function, which it does not carry.
    names = {name for name, _ in listed}
    assert {"clap", "watchfile", "toml_edit"} <= names and not any(name.startswith("aws-sdk") for name in names)


def test_cargo_binstall_finds_the_archive(release, project, tmp_path):
    """Its templates, filled in as https://github.com/cargo-bins/cargo-binstall/blob/main/SUPPORT.md says."""
    metadata = read("crates/cli/Cargo.toml")["package"]["metadata"]["binstall"]
    for target in TARGETS:
        mine = metadata | metadata["overrides"].get(target.rust, {})
        values = {"repo": REPOSITORY, "version": version(), "target": target.rust, "bin": "watcher"}
        values["archive-suffix"] = {"tgz": ".tar.gz", "zip": ".zip"}[mine["pkg-fmt"]]
        values["binary-ext"] = ".exe" if target.os == "win32" else ""
        fill = lambda template: re.sub(r"\{ ([\w-]+) \}", lambda name: values[name[1]], template)
        url, program = fill(mine["pkg-url"]), fill(mine["bin-dir"])
        before, name = url.rsplit("/", 1)
        assert before == f"{REPOSITORY}/releases/download/v{version()}"
        assert name == f"watcher-{version()}-{target.rust}{'.zip' if target.os == 'win32' else '.tar.gz'}"
        assert program == f"watcher-{version()}-{target.rust}/{target.program}"
        if target is TARGETS[0]:
            shutil.unpack_archive(release / name, tmp_path / "unpacked")
            use([tmp_path / "unpacked" / program], project)


def test_the_workflow_tries_the_shipped_watchers(release, tmp_path):
    """The steps of the job `try`, for the one system that is here."""
    for name in ("watchers", "tests/events"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copy(ROOT / "account-watcher.toml", tmp_path)
    (tmp_path / "release").symlink_to(release)
    environment = {"GITHUB_REF_NAME": f"v{version()}", "TARGET": TARGETS[0].rust, "PIP_NO_INDEX": "1"}
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    environment["PATH"] = f"{tmp_path / 'venv/bin'}:{os.environ['PATH']}"
    for name in ("Lint and test the shipped watchers", "Install the wheel"):
        run("bash", "-eo", "pipefail", "-c", step("try", name), cwd=tmp_path, **environment)


def test_windows_gets_a_zip(tmp_path):
    (target,) = (target for target in TARGETS if target.rust == "x86_64-pc-windows-msvc")
    archive(tmp_path, target, b"program")
    shutil.unpack_archive(tmp_path / f"watcher-{version()}-{target.rust}.zip", tmp_path / "unpacked")
    folder = tmp_path / f"unpacked/watcher-{version()}-{target.rust}"
    assert (folder / "watcher.exe").read_bytes() == b"program"
    assert {one.name for one in folder.iterdir()} == {"watcher.exe", "LICENSE-APACHE", "LICENSE-MIT"}


def test_the_workflow_builds_and_tries_every_system():
    for job in ("wheel", "try"):
        built = [row["target"] for row in WORKFLOW["jobs"][job]["strategy"]["matrix"]["include"]]
        assert built == [target.rust for target in TARGETS]


def test_what_the_tests_build_is_what_the_workflow_builds():
    row = WORKFLOW["jobs"]["wheel"]["strategy"]["matrix"]["include"][0]
    assert row["options"] == "--zig --compatibility manylinux2014"
    steps = [step.get("run", "") for step in WORKFLOW["jobs"]["wheel"]["steps"]]
    assert any('maturin build --target "$TARGET" $OPTIONS' in step for step in steps)


def test_the_tools_have_one_version():
    maturin = re.search(r"^maturin==\S+", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)[0]
    ziglang = re.search(r"^ziglang==\S+", (ROOT / "requirements-dev.txt").read_text(), re.MULTILINE)[0]
    assert read("packages/pypi/pyproject.toml")["build-system"]["requires"] == [maturin]
    pinned = re.findall(r"^(\S+==\S+) \\$", (ROOT / "packages/requirements.txt").read_text(), re.MULTILINE)
    assert pinned == [maturin, ziglang]


@pytest.mark.parametrize("name", ["LICENSE-APACHE", "LICENSE-MIT"])
def test_the_licences_are_the_repositorys(name):
    assert (ROOT / "packages/pypi" / name).read_bytes() == (ROOT / name).read_bytes()
