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


def watcher(*args):
    """What the command prints."""
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return subprocess.run([target / "debug/watcher", *args], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def backtest(folder, *args):
    """What `watcher backtest` prints."""
    return watcher("backtest", folder, *args)


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
def site(tmp_path_factory):
    """The site of this repository's watchers."""
    folder = tmp_path_factory.mktemp("site") / "public"
    watcher("site", folder)
    return folder


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
    """Opens a page; at the end nothing was complained of, and nothing asked for but the page and what stands beside it."""
    contexts, complaints, requests, folders = [], [], [], set()

    def visit(file, width=1440, scheme="light", fragment="", **settings):
        folders.add(f"file://{Path(file).parent}/")
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, **settings)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: requests.append(re.sub("#.*", "", request.url)))
        page.goto(f"file://{file}{fragment}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
    inside = tuple(folders | {f"{folder.rsplit('/', 2)[0]}/" for folder in folders if folder.endswith("/watchers/")})
    names = ("backtest.html", "index.html", "cis.html", "attack.html", "style.css", "script.js")
    for request in requests:
        assert request.startswith(inside) and (request.endswith(names) or "/watchers/" in request), request
    assert requests
