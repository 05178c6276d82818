"""What the tests of widgets share: pages that hold only widgets, hostile words, checks of what a reader meets.

The fixture `open_page` (in conftest) opens widgets in a browser, as a file and with the network closed.
"""

import json
import re
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from browser_fixtures import visit
from playwright.sync_api import expect

from w2v_core.widgets import Explorable

FOLDER = Path(sys.modules[Explorable.__module__].__file__).parent
HOSTILE = ["</script><img src=x onerror=alert(1)>", "--><!--<script>", "🐈‍⬛ & “ß”", '"; throw 1; //', "${alert(1)}"]
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def payload(html):
    """What a page gets of a widget: its code and its state."""
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def page_of(*widgets, theme="light"):
    """A page that holds nothing but these widgets."""
    body = "\n".join(widget.html() for widget in widgets)
    return (
        f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Page</title>'
        '<meta name="viewport" content="width=device-width"></head>'
        f'<body style="background: {"white" if theme == "light" else "#14181e"}">'
        f'<main><h1 style="color: gray; font: 2rem serif">Page</h1>{body}</main></body></html>'
    )


@contextmanager
def pages(folder):
    """Give a function that opens widgets as a file; afterwards the console must be clean and nothing else loaded."""
    opened = []
    with ExitStack() as stack:

        def open_page(*widgets, theme="light", width=900, **options):
            file = folder / f"page-{len(opened)}.html"
            file.write_text(page_of(*widgets, theme=theme), "utf-8")
            page = stack.enter_context(visit(file.as_uri(), viewport={"width": width, "height": 900}, **options))
            opened.append((page, file.as_uri()))
            if options.get("java_script_enabled", True):
                expect(page.locator(".w2v-running")).to_have_count(len(widgets))
            return page

        yield open_page
        for page, url in opened:
            assert page.trouble == []
            assert all(asked == url or asked.startswith(("data:", "blob:")) for asked in page.loaded)


def live(page, copy=0):
    """The running widget, not its still figure."""
    return page.locator(".w2v-live").nth(copy)


def lit(root):
    """The parts that light up together just now."""
    return sorted(part.get_attribute("data-part") for part in root.locator(".w2v-lit").all())


def from_browser(widget, **state):
    """Give a widget in Python the message that a browser would send."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def assert_accessible(page):
    """axe-core finds nothing on the page."""
    results = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": AXE_RULES})
    assert results.violations_count == 0, results.generate_report()


def assert_no_overflow(page):
    # Charts fit a new width in the frame after it.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    width, scroll = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    assert scroll <= width
    beyond = page.evaluate("""() => [...document.querySelectorAll(".w2v-live *")]
        .filter((node) => !node.closest(".w2v-spoken, .w2v-bar"))
        .filter((node) => node.getBoundingClientRect().right
            > node.closest(".w2v-widget").getBoundingClientRect().right)
        .map((node) => node.outerHTML.slice(0, 80))""")
    assert beyond == []
    cut = "[...document.querySelectorAll('.w2v-live input')].filter((box) => box.scrollWidth > box.clientWidth).length"
    assert page.evaluate(cut) == 0
