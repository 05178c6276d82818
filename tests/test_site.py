"""Every page of the built site in a browser whose network is closed: over http and from a file, light and dark."""

import gzip
from contextlib import nullcontext
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_fixtures import built_book, once, pages_of, served, visit

from w2v_core.style import QUANTITIES

WCAG = {"preload": False, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return built_book(tmp_path_factory)[0]


@pytest.fixture(scope="module", params=["http", "file"])
def address(request, site):
    """Where the site lies: on a server, then on the disk."""
    with served(site) if request.param == "http" else nullcontext(site.as_uri()) as url:
        yield url


def look(page):
    """Note what the tests below ask about one page."""
    page.wait_for_load_state("networkidle")
    note = {
        "formulas": page.locator(".math").count(),
        "typeset": page.locator(".math mjx-container").count(),
        "misprints": page.locator("mjx-merror").all_text_contents(),
        "left as TeX": page.locator("main").evaluate(RAW),
        "loaded": [urlsplit(asked).path for asked in page.loaded],
        "too wide": [],
        "cut off": [],
        "inaccessible": [],
    }
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        note["too wide"] += [width] * page.evaluate(TOO_WIDE)
        note["cut off"] += page.locator(".math, .math mjx-container, .w2v-figure").evaluate_all(CUT_OFF)
    # Nine nodes in ten are MathJax's own, and would make the scan slow.
    page.locator("mjx-container").evaluate_all("found => found.forEach(formula => formula.remove())")
    for scheme in ("light", "dark") if page.url.startswith("http") else ():
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(f"document.documentElement.dataset.theme == '{scheme}'")
        page.wait_for_timeout(300)  # colours fade from one theme into the other
        found = Axe().run(page, context="main", options=WCAG).response["violations"]
        note["inaccessible"] += [(scheme, v["id"], n["html"][:200]) for v in found for n in v["nodes"]]
    return note | {"trouble": list(page.trouble)}


@pytest.fixture(scope="module")
def tour(site, address, tmp_path_factory):
    """Look at every page, once for a run."""

    def make(_folder):
        notes = {}
        for path in pages_of(site):
            name = path.relative_to(site).as_posix()
            with visit(f"{address}/{name}") as page:
                notes[name] = look(page)
        return notes

    return once(tmp_path_factory, f"tour-{urlsplit(address).scheme}", make)


@pytest.mark.parametrize("fault", ["trouble", "misprints", "left as TeX", "too wide", "cut off", "inaccessible"])
def test_no_page_has_a_fault(tour, fault):
    assert {name: note[fault] for name, note in tour.items() if note[fault]} == {}


def test_every_formula_is_typeset(tour):
    assert sum(note["typeset"] for note in tour.values()) > 0
    assert {name for name, note in tour.items() if note["typeset"] < note["formulas"]} == set()


def test_pages_are_light(tour, site):
    for name, note in tour.items():
        files = {site / path.removeprefix(str(site)).lstrip("/") for path in note["loaded"]}
        weight = sum(len(gzip.compress(file.read_bytes())) for file in files if file.is_file())
        assert 0 < weight < PAGE_WEIGHT, f"{name}: {weight} bytes"


def test_quantities_keep_their_colours_in_formulas(address):
    colours = "nodes => nodes.map(node => getComputedStyle(node).color)"
    for scheme in ("light", "dark"):
        with visit(f"{address}/chapters/notation.html", color_scheme=scheme) as page:
            for quantity in QUANTITIES:
                red, green, blue = bytes.fromhex(getattr(quantity, scheme).removeprefix("#"))
                seen = page.locator(f"mjx-container .w2v-{quantity.name}").evaluate_all(colours)
                assert set(seen) == {f"rgb({red}, {green}, {blue})"}, f"{quantity.name}, {scheme}"


def test_a_dark_page_prints_on_white_paper(address):
    with visit(f"{address}/chapters/notation.html", color_scheme="dark") as page:
        themes = [
            page.evaluate(f"(dispatchEvent(new Event('{event}')), document.documentElement.dataset.theme)")
            for event in ("none", "beforeprint", "afterprint")
        ]
    assert themes == ["dark", "light", "dark"]


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


def test_pages_read_without_javascript(site, address):
    for path in pages_of(site):
        with visit(f"{address}/{path.relative_to(site).as_posix()}", java_script_enabled=False) as page:
            assert page.locator("main h1:visible").count() > 0, path.name
            assert page.locator("html[data-theme=auto]").count() == 0, path.name
            assert [said for said in page.trouble if "another host" in said] == [], path.name
