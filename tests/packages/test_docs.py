"""What the README says about installing works with the packages."""

import re

import yaml

from conftest import ROOT, run, version

README = (ROOT / "README.md").read_text()


def as_a_step(script, release, tmp_path):
    """How GitHub runs the script, with what it finds there."""
    assert script.startswith(f"pip install account-watcher=={version()}\n")
    run("python3", "-m", "venv", tmp_path / "venv")
    environment = {"PATH": f"{tmp_path / 'venv/bin'}:/usr/bin:/bin", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(release)}
    return ("bash", "-eo", "pipefail", "-c", script), environment


def test_the_ci_example_works(release, watched, tmp_path):
    (block,) = re.findall(r"```yaml\n(# \.github/workflows/watchers\.yml\n.*?)```", README, re.DOTALL)
    (script,) = (step["run"] for step in yaml.safe_load(block)["jobs"]["lint"]["steps"] if "run" in step)
    shell, environment = as_a_step(script, release, tmp_path)
    said = run(*shell, cwd=watched, **environment)
    assert said.endswith(f"Successfully installed account-watcher-{version()}\n3 tests passed\n"), said
    watcher = watched / "watchers/kinesis-stream-deleted.toml"
    watcher.write_text(watcher.read_text().replace('["DeleteStream"]', '["DeletStream"]'))
    said = run(*shell, cwd=watched, code=1, **environment)
    assert "::error file=watchers/kinesis-stream-deleted.toml,line=" in said and "tests passed" not in said


def test_the_example_of_a_site_works(release, watched, tmp_path):
    workflow = yaml.safe_load((ROOT / "examples/site.yml").read_text())
    (script,) = (step["run"] for step in workflow["jobs"]["build"]["steps"] if "run" in step)
    shell, environment = as_a_step(script, release, tmp_path)
    run(*shell, cwd=watched, RUNNER_TEMP=str(tmp_path), **environment)
    assert (tmp_path / "site/watchers/kinesis-stream-deleted.html").is_file()


def test_the_names_are_the_packages(release):
    (block,) = re.findall(r"## Install the command\n\n```sh\n(.*?)```", README, re.DOTALL)
    names = re.findall(r"(?:pip install|uv tool install|npx|--git URL) ([\w-]+)", block)
    assert names == ["account-watcher"] * 3 + ["account-watcher-cli"]
    assert (release / f"account-watcher-{version()}.tgz").exists()
    assert 'name = "account-watcher-cli"' in (ROOT / "crates/cli/Cargo.toml").read_text()
