"""What is seen: colours and their contrast, what axe finds, and what a policy refuses."""

import re

from conftest import BROWSER

AXE = BROWSER.parent / "node_modules/axe-core/axe.min.js"

# The colour of an element's text or shape, and of what is behind it.
COLORS = """(element) => {
    let behind = element;
    const clear = (node) => getComputedStyle(node).backgroundColor === 'rgba(0, 0, 0, 0)';
    while (behind.parentElement && clear(behind)) behind = behind.parentElement;
    const style = getComputedStyle(element);
    return [element instanceof SVGElement ? style.fill : style.color, getComputedStyle(behind).backgroundColor];
}"""


def luminance(color):
    """WCAG's relative luminance of `rgb(1, 2, 3)`."""
    channels = [int(channel) / 255 for channel in re.findall(r"\d+", color)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def axe(page, within="document"):
    """The violations that axe finds: WCAG 2.2 A and AA, and what it calls best practices."""
    # Evaluated by the debugger, and without fetching the style again: the page's policy forbids both.
    page.evaluate(AXE.read_text())
    found = page.evaluate(f"axe.run({within}, {{resultTypes: ['violations'], preload: false}})")
    return [(one["id"], [node["html"][:150] for node in one["nodes"][:3]]) for one in found["violations"]]


# What a page's policy must refuse.
FORBIDDEN = {"script-src-elem", "img-src", "connect-src", "style-src-attr"}


def refused(page):
    """The directives of its policy that refuse what somebody puts into the page."""
    page.evaluate("""() => {
        window.refused = [];
        addEventListener('securitypolicyviolation', (event) => refused.push(event.effectiveDirective));
        const script = document.createElement('script');
        script.textContent = 'document.title = "owned"';
        document.body.append(script);
        const image = document.createElement('img');
        image.src = 'http://127.0.0.1:9/x.png';
        document.body.append(image);
        document.body.insertAdjacentHTML('beforeend', '<p onclick="document.title = `owned`" style="color: red">x</p>');
        return fetch('http://127.0.0.1:9/').catch(() => null);
    }""")
    page.wait_for_function("refused.length >= 4")
    return set(page.evaluate("refused"))
