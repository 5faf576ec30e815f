"""`watcher backtest --format html` in Chromium: light and dark, wide and narrow, without scripts, printed, and under attack."""

import json
import re

import pytest

from conftest import backtest
from logs import HOSTILE
from looks import COLORS, FORBIDDEN, contrast, luminance, refused

LOOKS = [(width, scheme) for width in (390, 1440) for scheme in ("light", "dark")]


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_looks(visit, page_file, width, scheme):
    page = visit(page_file, width, scheme)
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, "the page is wider than the window"
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (luminance(background) > 0.5) == (scheme == "light")
    charts = page.locator("svg.chart:visible")
    assert charts.count() == page.locator("figure").count() >= 2
    box = charts.first.bounding_box()
    assert box["width"] > 0.75 * min(width, 1180) and box["height"] > 120
    # Text is read, and shapes are seen: WCAG's 4.5 and 3.
    for selector in ["h1", ".lead", ".note >> nth=0", ".tile dt >> nth=0", "td small >> nth=0", "nav a >> nth=0", "thead th >> nth=0"]:
        assert contrast(*page.locator(selector).first.evaluate(COLORS)) >= 4.5, selector
    assert contrast(*page.locator("svg.chart:visible text").first.evaluate(COLORS)) >= 4.5
    for series in range(6):
        shape = page.locator(f"svg.chart:visible .s{series}").first
        assert contrast(*shape.evaluate(COLORS)) >= 3, series
        assert shape.bounding_box()["height"] > 0
    tops = {page.locator(f"svg.chart:visible .s{series}").first.evaluate(COLORS)[0] for series in range(6)}
    assert len(tops) == 6
    # Small charts in the table, with bars.
    assert page.locator("#watchers-table svg.spark rect:visible").count() > 50
    # Texts in a chart do not lie on one another.
    boxes = [text.bounding_box() for text in charts.first.locator("text[text-anchor=middle], text[text-anchor=start]").all()]
    assert all(box["width"] > 20 for box in boxes), "there are fonts"
    for left, right in zip(boxes, boxes[1:]):
        assert left["x"] + left["width"] < right["x"], (left, right)


def test_figures_are_those_of_the_json(visit, page_file, folder):
    report = json.loads(backtest(folder, "--format", "json"))
    page = visit(page_file)
    assert f"{report['events']:,}" in page.locator(".tiles").inner_text()
    rows = page.locator("#watchers-table tbody").evaluate_all(
        "bodies => bodies.map(body => [body.querySelector('.name').textContent, Number(body.rows[0].cells[1].dataset.value)])"
    )
    loud = {w["name"]: w["alerts"] + w["summaries"] for w in report["watchers"] if not w["silence"]}
    assert dict(rows) == loud and len(rows) == len(loud) > 50
    silent = page.locator("#silent-table tbody .name").all_inner_texts()
    assert sorted(silent) == sorted(w["name"] for w in report["watchers"] if w["silence"])
    for channel in report["channels"]:
        row = page.locator("#channels ~ .card tbody tr", has_text=channel["name"])
        assert f"{channel['messages']:,}" in row.inner_text() and str(channel["weekly"]["mean"]) in row.inner_text()
        figure = page.locator("figure", has=page.get_by_role("heading", name=channel["name"], exact=True))
        titles = figure.locator("svg.chart.wide g.column title").all_text_contents()
        counts = {title[:10]: int(re.match(r"[-0-9]+: ([\d,]+)", title)[1].replace(",", "")) for title in titles}
        # The window of a summary may end behind the last day.
        assert {day: count for day, count in channel["days"].items() if day < report["span"]["last"]} == {
            day: count for day, count in counts.items() if day < report["span"]["last"]
        }
    codes = page.locator("#advice ~ .cards code").all_text_contents()
    assert codes == [advice["toml"] for advice in report["advice"]] and codes


def names(page):
    return page.locator("#watchers-table tbody:visible .name").all_inner_texts()


def test_sorting(visit, page_file):
    page = visit(page_file)
    table = page.locator("#watchers-table")
    by_messages = names(page)
    for head, kind in [("Watcher", "text"), ("A week", "number"), ("Last", "text"), ("Messages", "number")]:
        button = table.get_by_role("button", name=head, exact=True)
        column = button.evaluate("button => button.closest('th').cellIndex")
        for _ in range(2):
            button.press("Enter")
            order = button.evaluate("button => button.closest('th').getAttribute('aria-sort')")
            values = table.locator("tbody").evaluate_all(f"all => all.map(body => body.rows[0].cells[{column}].dataset.value)")
            values = [float(value) for value in values] if kind == "number" else values
            assert values == sorted(values, reverse=order == "descending"), head
            assert page.locator("#status").inner_text() == f"sorted by {head}, {order}"
        assert table.locator("[aria-sort]").count() == 1
    assert sorted(names(page)) == sorted(by_messages)


def test_filtering(visit, page_file):
    page = visit(page_file)
    everything = names(page)
    field = page.get_by_label("Filter watchers, actors, messages")
    field.fill("IAM created")
    found = names(page)
    assert "iam-user-created" in found and len(found) < len(everything)
    assert all("iam" in page.locator(f"#watcher-{name}").text_content().lower() for name in found)
    assert page.locator('[data-count="watchers-table"]').inner_text() == f"{len(found)} of {len(everything)}"
    field.fill("zzz qqq")
    assert names(page) == []
    field.fill("")
    assert names(page) == everything


def test_details_and_links(visit, page_file):
    page = visit(page_file)
    row = page.locator("#watchers-table tbody").nth(1)
    button = row.get_by_role("button", name="More of")
    assert button.get_attribute("aria-expanded") == "false" and not row.locator(".message").is_visible()
    button.press("Enter")
    assert button.get_attribute("aria-expanded") == "true" and row.locator(".message").is_visible()
    row.locator("td").first.click()
    assert not row.locator(".message").is_visible()
    # A link to a watcher opens its row, also one that the filter hides.
    page.get_by_label("Filter watchers, actors, messages").fill("zzz qqq")
    link = page.locator("#advice ~ .cards h3 a").first
    name = link.inner_text()
    link.click()
    page.locator(f"#watcher-{name} .facts").wait_for(state="visible")


def test_copying(visit, page_file):
    page = visit(page_file, permissions=["clipboard-read", "clipboard-write"])
    button = page.get_by_role("button", name="Copy the TOML").first
    toml = page.locator("#advice ~ .cards code").first.text_content()
    button.click()
    page.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == toml


@pytest.mark.parametrize("width", [390, 1440])
def test_without_scripts_everything_is_there(visit, page_file, width):
    page = visit(page_file, width, java_script_enabled=False)
    assert page.locator("svg.chart:visible").count() >= 2
    assert page.locator(".message:visible").count() == page.locator("#watchers-table tbody").count()
    assert page.get_by_role("button").count() == 0 and page.locator("input:visible").count() == 0


def test_printed(visit, page_file):
    page = visit(page_file, 720, "dark")
    page.emulate_media(media="print")
    assert luminance(page.evaluate("getComputedStyle(document.body).backgroundColor")) == 1
    assert page.locator("svg.chart:visible").count() >= 2
    assert page.locator("nav:visible, input:visible, button:not(.sort):visible").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_for_screen_readers(visit, page_file):
    page = visit(page_file)
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1 and page.locator("main").count() == 1
    assert page.locator("table:not(:has(caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    assert page.locator("svg:not([aria-hidden]):not([aria-label])").count() == 0
    unnamed = page.locator("button, input").evaluate_all(
        "all => all.filter(it => !(it.textContent.trim() || it.getAttribute('aria-label') || (it.labels && it.labels.length))).length"
    )
    assert unnamed == 0
    ids = page.locator("[id]").evaluate_all("all => all.map(it => it.id)")
    assert len(ids) == len(set(ids))
    missing = page.locator("a[href^='#']").evaluate_all(
        "all => all.filter(a => !document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1)))).map(a => a.href)"
    )
    assert missing == []


def test_what_attackers_write_is_text(visit, hostile_file):
    source = hostile_file.read_text()
    assert source.count("<script>") == source.count("</script>") == 1
    assert source.count("<style>") == source.count("</style>") == 1
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", source), "what turns the direction of a line is named"
    page = visit(hostile_file)
    assert page.title().startswith("Backtest ")
    assert page.locator("img").count() == 0
    assert page.evaluate("[...document.querySelectorAll('*')].filter(it => [...it.attributes].some(a => a.name.startsWith('on'))).length") == 0
    text = page.locator("body").text_content()
    for name in HOSTILE:
        assert name.replace("\u202e", r"\u{202e}").replace("\u202c", r"\u{202c}") in text, name
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_policy_forbids_what_is_not_the_pages_own(visit, page_file, browser):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"file://{page_file}")
    assert refused(page) >= FORBIDDEN
    assert page.title().startswith("Backtest ")
    context.close()
    visit(page_file)
