"""What the tests share: AWS, Slack, the built project, the running function."""

import json
import subprocess
from pathlib import Path

import pytest

import leaks
from aws import Aws
from function import Function
from project import ROOT, Project
from proxy import Proxies
from slack import Slack

OVERLAY = Path(__file__).parent / "overlay"


@pytest.fixture(scope="session")
def aws():
    aws = Aws()
    yield aws
    aws.close()


@pytest.fixture(scope="session")
def slack_server():
    slack = Slack()
    yield slack
    slack.close()


@pytest.fixture
def slack(slack_server):
    slack_server.reset()
    return slack_server


@pytest.fixture(scope="session")
def proxies(aws):
    proxies = Proxies(aws)
    yield proxies
    proxies.close()


@pytest.fixture
def network(proxies):
    """What is between the function and AWS: `network.sns.fail(THROTTLED)`."""
    proxies.reset()
    yield proxies
    proxies.reset()


@pytest.fixture(scope="session")
def release():
    """A copy of the project for `sam build`."""
    return Project("release")


@pytest.fixture(scope="session")
def shipped(release):
    """The project as it is, built."""
    return release.sam_build().keep("shipped")


@pytest.fixture(scope="session")
def extended(release, shipped):
    """The project with more watchers, dropped in after it was built; built once more."""
    # Shipped watchers of the same calls are switched off, so that each event has the tests' own watcher only.
    for name in ("dynamodb-table-deleted", "unauthorized-api-call"):
        watcher = f"watchers/{name}.toml"
        release.write(watcher, b"enabled = false\n" + (release.root / watcher).read_bytes())
    for watcher in (OVERLAY / "watchers").glob("*.toml"):
        release.write(f"watchers/{watcher.name}", watcher.read_bytes())
    config = (release.root / "account-watcher.toml").read_text()
    config = config.replace("[accounts]\n", '[accounts]\n"210987654321" = "staging"\n')
    # The stub of Slack is on this machine, which is not Slack's host.
    webhook = '"ssm:/account-watcher/slack/security"'
    assert f"webhook = {webhook} }}" in config
    release.write("account-watcher.toml", config.replace(f"{webhook} }}", f'{webhook}, host = "127.0.0.1" }}'))
    release.append("account-watcher.toml", (OVERLAY / "account-watcher.toml").read_text())
    return release.sam_build().keep("extended")


@pytest.fixture(scope="session")
def scratch():
    """A copy of the project for `cargo build` in the dev profile."""
    return Project("scratch")


@pytest.fixture(scope="session")
def watcher():
    """The command."""
    # As `make unit` builds it, which may run beside this: another build would take the program away from its tests.
    build = ["cargo", "test", "--quiet", "--workspace", "--locked", "--no-run", "--test", "cli"]
    subprocess.run(build, cwd=ROOT, check=True)
    metadata = subprocess.check_output(["cargo", "metadata", "--format-version", "1", "--no-deps"], cwd=ROOT)
    return f"{json.loads(metadata)['target_directory']}/debug/watcher"


@pytest.fixture
def start(aws, network, slack, request, tmp_path):
    """Starts the function: `start(timeout=…, VARIABLE=…)`, or the one of another build. Whatever happens to it, it sends nothing
    that Slack would refuse, and nothing leaks."""
    started = []

    def start(timeout=60, build=None, **environment):
        build = build or request.getfixturevalue("extended")
        folder = tmp_path / f"function-{len(started)}"
        folder.mkdir()
        started.append(Function.start(aws, network, slack, build.bootstrap, folder, timeout, **environment))
        return started[-1]

    yield start
    for function in started:
        function.close()
        print(*function.lines, sep="\n")  # pytest shows it when the test failed
    assert slack.faults == []
    for function in started:
        assert leaks.find(function) == []


@pytest.fixture
def function(start):
    return start()
