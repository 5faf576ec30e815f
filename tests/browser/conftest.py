"""What the tests of pages share: logs, the pages made of them, and a browser."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

import logs

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / ".tools/browser/chromium"


def backtest(folder, *args):
    """What `watcher backtest` prints."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    command = [target / "debug/watcher", "backtest", folder, *args]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """Logs of six weeks."""
    return logs.write(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="session")
def page_file(folder, tmp_path_factory):
    """The page of these."""
    file = tmp_path_factory.mktemp("page") / "backtest.html"
    file.write_text(backtest(folder, "--format", "html"))
    return file


@pytest.fixture(scope="session")
def hostile_file(tmp_path_factory):
    """The page of logs whose callers have names that are markup."""
    file = tmp_path_factory.mktemp("hostile") / "backtest.html"
    hostile = logs.write(tmp_path_factory.mktemp("hostile-logs"), days=12, hostile=True)
    file.write_text(backtest(hostile, "--format", "html"))
    return file


@pytest.fixture(scope="session")
def browser():
    """Chromium with its own libraries and fonts, so that it looks the same everywhere."""
    environment = os.environ | {
        "LD_LIBRARY_PATH": str(BROWSER / "lib"),
        "FONTCONFIG_PATH": str(BROWSER),
        "HOME": str(BROWSER),
    }
    with sync_playwright() as playwright:
        # Root, as in containers, has no sandbox; there is no GPU.
        browser = playwright.chromium.launch(
            executable_path=BROWSER / "chromium", env=environment, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Opens a page; at the end nothing was complained of, and nothing asked for but the page."""
    contexts, complaints, requests = [], [], []

    def visit(file, width=1440, scheme="light", **settings):
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(re.sub("#.*", "", request.url)))
        page.goto(f"file://{file}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
    assert requests and all(request.startswith("file://") and request.endswith("backtest.html") for request in requests)
