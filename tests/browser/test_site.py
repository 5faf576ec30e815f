"""`watcher site` in Chromium: found, filtered, linked to, by keyboard, light and dark, wide and narrow, and without scripts."""

import gzip
import json
import re

import pytest

from conftest import ROOT, watcher
from looks import COLORS, FORBIDDEN, axe, contrast, luminance, refused

LOOKS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]
PAGES = ["index.html", "watchers/guardduty-finding.html", "cis.html", "attack.html"]


@pytest.fixture(scope="session")
def entries():
    """What `watcher list` says of each watcher, by name."""
    return {entry["name"]: entry for entry in json.loads(watcher("list", "--format", "json"))}


def names(page):
    """The watchers that are seen in the list."""
    return page.locator("ul.watchers > li:visible code").all_inner_texts()


def files(site):
    return sorted(file for file in site.rglob("*") if file.is_file())


def test_it_is_small(site, entries):
    assert len(files(site)) == len(entries) + 5
    # As a web server sends it, and as git keeps it. GitHub Pages compresses.
    served = sum(len(gzip.compress(file.read_bytes(), 6)) for file in files(site))
    assert served <= 1_000_000, served
    for file in files(site):
        assert file.stat().st_size <= (250_000 if file.name == "index.html" else 100_000), file


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_looks(visit, site, name, width, scheme):
    page = visit(site / name, width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, "the page is wider than the window"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (luminance(background) > 0.5) == (scheme == "light")
    for selector in ["h1", "nav a >> nth=1", ".lead, .note >> nth=0"]:
        assert contrast(*page.locator(selector).first.evaluate(COLORS)) >= 4.5, selector
    if name == "index.html":
        # axe looks at all that is seen; a list of thirty is as the whole one.
        page.get_by_label("Search").fill("iam")
    assert axe(page) == []


def test_search_finds_each_watcher_by_its_name_and_opens_its_page(visit, site, entries):
    page = visit(site / "index.html")
    assert sorted(names(page)) == sorted(entries)
    # Typed as people do; and what is found first among names that contain it.
    found = page.evaluate(
        """names => names.map(name => {
            const field = document.getElementById('q');
            field.value = name;
            field.dispatchEvent(new Event('input', {bubbles: true}));
            const rows = [...document.querySelectorAll('ul.watchers > li:not([hidden])')];
            const row = rows.find(row => row.querySelector('code').textContent === name);
            return [name, rows.length, row && row.querySelector('a').getAttribute('href')];
        })""",
        list(entries),
    )
    for name, count, link in found:
        assert link == f"watchers/{name}.html" and (site / link).is_file(), name
        assert 1 <= count <= 12, (name, count)
    field = page.get_by_label("Search")
    field.fill("")
    field.press_sequentially("s3 bucket deleted", delay=5)
    page.get_by_role("link", name="S3 bucket deleted", exact=True).click()
    page.wait_for_url("**/watchers/s3-bucket-deleted.html")
    assert page.title() == "s3-bucket-deleted · Watchers"
    page.go_back()
    assert field.input_value() == "s3 bucket deleted"
    assert "s3-bucket-deleted" in names(page) and len(names(page)) < 10


def test_what_is_searched(visit, site):
    page = visit(site / "index.html")
    field = page.get_by_label("Search")
    # A call, a tag, words of the message.
    for words, name in [("DeleteBucket", "s3-bucket-deleted"), ("mitre-T1485.001", "s3-bucket-lifecycle-changed"), ("ALICE created operators", "iam-group-changed")]:
        field.fill(words)
        assert name in names(page), words
    field.fill("zzz qqq")
    assert names(page) == [] and page.get_by_text("No watcher matches.").is_visible()
    page.get_by_role("button", name="Show all").click()
    assert len(names(page)) > 200 and field.input_value() == ""


def test_filters_are_those_of_the_list(visit, site, entries):
    page = visit(site / "index.html")
    for label, value, is_in in [
        ("Severity", "critical", lambda entry: entry["severity"] == "critical"),
        ("Tag", "mitre-T1485", lambda entry: "mitre-T1485" in entry["tags"]),
        ("State", "off", lambda entry: not entry["enabled"]),
        ("State", "on", lambda entry: entry["enabled"]),
    ]:
        page.get_by_label(label, exact=True).select_option(value)
        expected = sorted(name for name, entry in entries.items() if is_in(entry))
        assert sorted(names(page)) == expected and expected, (label, value)
        assert page.locator("#count").inner_text() == f"{len(expected)} of {len(entries)} watchers"
        assert page.locator("#status").inner_text() == f"{len(expected)} of {len(entries)} watchers"
        page.get_by_label(label, exact=True).select_option("")
    page.get_by_label("Service", exact=True).select_option("s3")
    page.get_by_label("Channel", exact=True).select_option("security")
    page.get_by_label("Severity", exact=True).select_option("high")
    found = names(page)
    assert found and all(entries[name]["severity"] == "high" for name in found)
    for name in found:
        text = (ROOT / entries[name]["file"]).read_text()
        assert '"aws.s3"' in text and '"security"' in text, name


def test_the_address_keeps_what_is_chosen(visit, site):
    page = visit(site / "index.html", fragment="#q=bucket&severity=high")
    assert page.get_by_label("Search").input_value() == "bucket"
    assert page.get_by_label("Severity", exact=True).input_value() == "high"
    first = names(page)
    assert 0 < len(first) < 60
    page.get_by_label("State", exact=True).select_option("on")
    page.get_by_label("Search").press("End")
    page.get_by_label("Search").press_sequentially(" public", delay=5)
    second = names(page)
    assert page.url.endswith("#q=bucket+public&severity=high&state=on") and len(second) < len(first)
    # One step for what was typed, one for the choice.
    page.go_back()
    assert page.url.endswith("#q=bucket&severity=high&state=on")
    page.go_back()
    assert page.url.endswith("#q=bucket&severity=high") and names(page) == first
    page.go_forward()
    page.go_forward()
    assert names(page) == second
    page.get_by_role("button", name="Reset").click()
    assert page.url.endswith("index.html") and len(names(page)) > 200


def test_by_keyboard_alone(visit, site):
    page = visit(site / "index.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("root-api-call")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('ul.watchers') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement.closest('li')).outlineStyle")
    assert outline == "solid", "the focus is seen"
    page.keyboard.press("Enter")
    page.wait_for_url("**/watchers/root-api-call.html")


def test_the_alert_is_what_is_sent(visit, site):
    tried = json.loads(watcher("try", "--format", "json", "tests/events/s3-bucket-deleted.json"))
    [found] = [one for one in tried["watchers"] if one["name"] == "s3-bucket-deleted"]
    [slack] = [one["slack"] for one in found["deliveries"] if "slack" in one]
    [mail] = [one["sns"] for one in found["deliveries"] if "sns" in one]
    page = visit(site / "watchers/s3-bucket-deleted.html")
    shown = page.locator(".slack").inner_text()
    for block in slack["blocks"]:
        for text in [block.get("text"), *block.get("elements", [])]:
            text = text and (text["text"] if text["type"] != "button" else text["text"]["text"])
            if isinstance(text, str) and not text.startswith("<!date"):
                assert text in shown, text
    assert "Jan 12, 2026 8:31:00 AM" in shown
    assert page.locator(".mail .subject").inner_text() == mail["subject"]
    assert page.locator(".mail .text").inner_text() == mail["message"]


def test_slack_is_drawn_light_and_dark(visit, site):
    page = visit(site / "watchers/s3-bucket-deleted.html", scheme="light")
    looks = {}
    for theme in ("light", "dark"):
        page.get_by_label("Slack’s theme").select_option(theme)
        for part in (".header", ".section", ".context", ".button"):
            text, behind = page.locator(f".slack {part}").first.evaluate(COLORS)
            assert contrast(text, behind) >= 4.5, (theme, part)
        looks[theme] = luminance(behind)
    assert looks["light"] > 0.9 and looks["dark"] < 0.05


def test_the_theme_is_kept(visit, site):
    page = visit(site / "index.html", scheme="light")
    page.get_by_label("Theme", exact=True).select_option("dark")
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert luminance(dark) < 0.1
    page.get_by_role("link", name="CIS", exact=True).click()
    page.wait_for_url("**/cis.html")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
    page.get_by_label("Theme", exact=True).select_option("")
    assert luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) > 0.5


def test_matrices_show_gaps_as_gaps(visit, site, entries):
    page = visit(site / "attack.html")
    gap = page.locator(".matrix li", has_text="T1190")
    assert "gap" in gap.inner_text() and gap.evaluate("li => getComputedStyle(li).borderTopStyle") == "dashed"
    row = page.locator("#T1190")
    assert "gap" in row.inner_text() and "inside a workload" in row.inner_text()
    page.locator(".matrix li", has_text="T1486").first.get_by_role("link").click()
    assert page.url.endswith("#T1486")
    named = sorted(name for name, entry in entries.items() if "mitre-T1486" in entry["tags"])
    assert sorted(page.locator("#T1486 td.by a").all_inner_texts()) == named
    cis = visit(site / "cis.html", fragment="#cis-4.8")
    assert "s3-bucket-policy-changed" in cis.locator("#cis-4\\.8").inner_text()
    rows = cis.locator("tbody tr")
    states = rows.evaluate_all("rows => rows.map(row => row.querySelector('.pill').textContent)")
    tally = [int(number) for number in cis.locator(".tally dd").all_inner_texts()]
    assert tally == [states.count(word) for word in ("yes", "in part", "off", "gap")] and tally[3] > 0


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(visit, site, name):
    page = visit(site / name, java_script_enabled=False)
    links = re.findall(r' href="([^"]+)"', (site / name).read_text())
    for link in links:
        if link.startswith("https://"):
            continue
        path, _, fragment = link.partition("#")
        file = (site / name).parent / path if path else site / name
        assert file.resolve().is_file(), link
        if fragment and "=" not in fragment:
            assert f'id="{fragment}"' in file.read_text(), link
    ids = re.findall(r' id="([^"]+)"', (site / name).read_text())
    assert len(ids) == len(set(ids))
    assert page.locator("h1").count() == 1


def test_without_scripts_everything_is_there(visit, site, entries):
    page = visit(site / "index.html", 390, java_script_enabled=False)
    assert sorted(names(page)) == sorted(entries)
    assert page.locator("input:visible, select:visible, button:visible").count() == 0
    page.get_by_role("link", name="S3 bucket deleted", exact=True).click()
    page.wait_for_url("**/watchers/s3-bucket-deleted.html")
    assert page.locator(".slack .header:visible, .mail .text:visible, pre:visible").count() == 3
    assert page.locator("button:visible, select:visible").count() == 0


def test_the_policy_forbids_what_is_not_the_sites_own(browser, site):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{site}/watchers/s3-bucket-deleted.html")
    assert refused(page) >= FORBIDDEN
    assert page.title() == "s3-bucket-deleted · Watchers"
    context.close()
    for file in files(site):
        if file.suffix == ".html":
            text = file.read_text()
            assert "Content-Security-Policy" in text and not re.search(r"<[^>]+ (on\w+|style)=", text), file
