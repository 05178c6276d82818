"""Every page of the built site in a browser whose network is closed: from the disk and over http, light and dark."""

import functools
import gzip
from contextlib import nullcontext
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_fixtures import ROOT, WIDE, pages_of, served, visit

from w2v_core.style import QUANTITIES

CHAPTERS = sorted((ROOT / "chapters").glob("*.md"), key=lambda chapter: -chapter.stat().st_size)
PAGES = [f"chapters/{chapter.stem}.html" for chapter in CHAPTERS] + ["search.html"]  # the longest first
# The same files as from the disk, where a browser forbids more; so one of each kind.
SERVED = ["chapters/index.html", "chapters/softmax_gradient.html", "chapters/bibliography.html", "search.html"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
WCAG = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
WCAG |= {"rules": {rule: {"enabled": False} for rule in OF_COLOURS}}
COLOURS = {"preload": False, "runOnly": OF_COLOURS, "resultTypes": ["violations"]}
WIDTHS = (360, 768, 1440)
PAGE_WEIGHT = 1_500_000  # bytes, compressed, the first time a reader comes
TOO_WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
CUT_OFF = """boxes => boxes.filter(box => box.scrollWidth > box.clientWidth + 1
    && getComputedStyle(box).overflowX == 'hidden').map(box => box.textContent)"""
RAW = r"""main => {
    const text = main.cloneNode(true);
    text.querySelectorAll("pre, code, script, style, mjx-container").forEach(part => part.remove());
    return text.textContent.match(/\\[([].{0,40}/g) ?? [];
}"""
SEEN = "form => form.innerText + [...form.elements].map((e) => [e.value, e.checked, e.disabled])"
# What makes a scan slow and finds nothing: MathJax's own nodes, and in a program all names, signs, ... but the first.
SPARE = """() => {
    document.querySelectorAll("mjx-container").forEach(formula => formula.remove());
    for (const program of document.querySelectorAll("pre")) {
        const seen = new Set();
        for (const token of program.querySelectorAll("span[class]:not(:has(*))")) {
            if (seen.has(token.className)) token.remove();
            seen.add(token.className);
        }
    }
}"""
# Leave one text of each look: whatever decides its contrast, and that of all it lies in. What was left out comes back.
ONE_OF_EACH = """main => {
    main.querySelectorAll(".spare").forEach(node => node.classList.remove("spare"));
    const seen = new Set(), looks = new Map([[main.parentElement, ""]]);
    const parts = ["color", "fill", "background", "opacity", "filter", "fontSize", "fontWeight", "textDecoration",
        "borderBottom"];
    for (const node of [main, ...main.querySelectorAll("*")]) {
        const style = getComputedStyle(node);
        looks.set(node, [looks.get(node.parentElement), node.tagName, ...parts.map(part => style[part])].join());
    }
    const speaks = node => [...node.childNodes].some(child => child.nodeType == 3 && child.data.trim());
    const leave = node => {
        const all = [node, ...node.querySelectorAll("*")].filter(speaks).map(one => looks.get(one));
        if (all.every(look => seen.has(look))) return node.classList.add("spare");
        if (speaks(node)) seen.add(looks.get(node));
        [...node.children].forEach(leave);
    };
    leave(main);
}"""


@pytest.fixture(scope="module", params=["http", "file"])
def address(request, site):
    """Where the site lies: on a server, then on the disk."""
    with served(site) if request.param == "http" else nullcontext(site.as_uri()) as url:
        yield url


def look(page):
    """What goes wrong on a page, wherever it lies."""
    page.wait_for_load_state("networkidle")
    return {
        "trouble": page.trouble,
        "misprints": page.locator("mjx-merror").all_text_contents(),
        "not typeset": page.locator(".math:not(:has(mjx-container))").all_text_contents(),
        "left as TeX": page.locator("main").evaluate(RAW),
    }


def look_at_widgets(page):
    """Widgets that are only pictures: each must run, and answer the first things that a reader tries by keyboard."""
    dead = page.locator(".w2v-page:not(.w2v-running)").all_text_contents()
    for widget in page.locator(".w2v-live form").all():
        before = widget.evaluate(SEEN)
        controls = widget.locator("input[type=range]:enabled, button:not(.w2v-term):enabled").filter(visible=True)
        for control in controls.all()[:3]:  # the first may ask for what is already there
            control.focus()
            for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "Enter"):
                page.keyboard.press(key)
            if widget.evaluate(SEEN) != before:
                break
        else:
            dead.append(before[:200])
    return {"dead widgets": dead, "trouble with widgets": page.trouble}


def look_at_layout(page):
    """What does not fit on a screen."""
    faults = {}
    for width in WIDTHS:
        page.set_viewport_size(WIDE | {"width": width})
        faults[f"too wide at {width}"] = page.evaluate(TOO_WIDE)
        boxes = page.locator(".math, .math mjx-container, .w2v-figure")
        faults[f"cut off at {width}"] = boxes.evaluate_all(CUT_OFF)
    return faults


def look_at_access(page):
    """What shuts readers out: rules that ask for no colour; then, light and dark, those that do. Spoils the page."""
    page.evaluate(SPARE)
    page.add_style_tag(content="*, ::before, ::after { transition: none !important }")  # themes would fade
    page.add_style_tag(content=".spare { display: none !important }")

    def scan(rules):
        found = Axe().run(page, context="main", options=rules).response["violations"]
        return [(v["id"], n["html"][:200]) for v in found for n in v["nodes"]]

    faults = {"inaccessible": scan(WCAG)}
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
        page.locator("main").evaluate(ONE_OF_EACH)
        faults[f"hard to see, {scheme}"] = scan(COLOURS)
    return faults


@functools.cache
def packed(file):
    """How many bytes of a file travel."""
    return len(gzip.compress(file.read_bytes()))


def test_no_page_is_forgotten(site):
    assert [page.relative_to(site).as_posix() for page in pages_of(site)] == sorted(PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_fault(site, name):
    with visit(f"{site.as_uri()}/{name}", viewport=WIDE | {"width": WIDTHS[0]}) as page:
        faults = look_at_layout(page) | look(page) | look_at_widgets(page) | look_at_access(page)
    assert {fault: found for fault, found in faults.items() if found} == {}
    files = {Path(unquote(urlsplit(asked).path)) for asked in page.loaded if asked.startswith("file:")}
    assert site / name in files
    assert sum(map(packed, files)) < PAGE_WEIGHT


@pytest.mark.parametrize("name", SERVED)
def test_page_opens_from_a_server(site, name):
    with served(site) as url, visit(f"{url}/{name}") as page:
        faults = look(page) | look_at_widgets(page)
    assert {fault: found for fault, found in faults.items() if found} == {}


@pytest.mark.parametrize("name", PAGES)
def test_page_reads_without_javascript(site, name):
    with visit(f"{site.as_uri()}/{name}", java_script_enabled=False) as page:
        assert page.locator("main h1:visible").count() > 0
        assert page.locator("html[data-theme=auto]").count() == 0
        assert [said for said in page.trouble if "another host" in said] == []


def test_quantities_keep_their_colours_in_formulas(site):
    colours = "nodes => nodes.map(node => getComputedStyle(node).color)"
    with visit(f"{site.as_uri()}/chapters/notation.html") as page:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
            for quantity in QUANTITIES:
                red, green, blue = bytes.fromhex(getattr(quantity, scheme).removeprefix("#"))
                seen = page.locator(f".math mjx-container .w2v-{quantity.name}").evaluate_all(colours)
                assert set(seen) == {f"rgb({red}, {green}, {blue})"}, f"{quantity.name}, {scheme}"
        themes = [
            page.evaluate(f"(dispatchEvent(new Event('{event}')), document.documentElement.dataset.theme)")
            for event in ("none", "beforeprint", "afterprint")
        ]
    assert themes == ["dark", "light", "dark"]  # a dark page prints on white paper


def test_search_finds_a_term(address):
    with visit(f"{address}/chapters/index.html") as page:
        page.locator(".search-button__button:visible").first.click()
        page.locator("dialog[open] input[type=search]").fill("softmax")
        page.keyboard.press("Enter")
        page.wait_for_selector("#search-results li a")
        assert page.trouble == []


def test_front_door_leads_to_the_first_chapter(address):
    with visit(f"{address}/index.html") as page:
        page.wait_for_url("**/chapters/index.html")
