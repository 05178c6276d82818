"""Widgets: the browser's arithmetic, the module they travel in, and what a reader sees, hears and can do."""

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from browser_fixtures import visit
from node import call
from playwright.sync_api import expect

from w2v_core import numerics
from w2v_core.errors import BookError, SettingError
from w2v_core.widgets import Explorable, SoftmaxExplorer
from w2v_core.widgets.base import join, show

FOLDER = Path(sys.modules[Explorable.__module__].__file__).parent
HOSTILE = ["</script><img src=x onerror=alert(1)>", "--><!--<script>", "🐈‍⬛ & “ß”", '"; throw 1; //', "${alert(1)}"]


# --- the arithmetic, through Node ---


def scores_of_all_kinds():
    rng = np.random.default_rng(7)
    yield from (rng.normal(0, spread, rng.integers(2, 7)) for spread in (0.01, 1, 10, 100, 1000) for _ in range(60))
    yield from map(np.array, ([1000.0, -1000.0], [-1000.0, -1000.0, -1000.0], [709.9, 710.1], [0.0, 0.0], [-745.2, 0]))


def assert_same(answers, wanted):
    answers = [np.array(answer, dtype=float) for answer in answers]
    for answer, expected in zip(answers, wanted, strict=True):
        # The last bits of a logarithm near zero are rounding on both sides, hence the tiny absolute part.
        np.testing.assert_allclose(answer, expected, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("softmax", numerics.softmax),
        ("logSoftmax", numerics.log_softmax),
        ("softmaxErrors", lambda scores: numerics.softmax(scores) - np.eye(len(scores))[1]),
    ],
)
def test_browser_softmax_is_python_softmax(theirs, ours):
    cases = list(scores_of_all_kinds())
    answers = call(
        FOLDER / "numerics.mjs", [[theirs, list(scores), 1][: 3 if "Err" in theirs else 2] for scores in cases]
    )
    assert_same(answers, [ours(scores) for scores in cases])


@pytest.mark.parametrize(("theirs", "ours"), [("sigmoid", numerics.sigmoid), ("logSigmoid", numerics.log_sigmoid)])
def test_browser_sigmoid_is_python_sigmoid(theirs, ours):
    scores = np.concatenate(list(scores_of_all_kinds()))
    assert_same(call(FOLDER / "numerics.mjs", [[theirs, score] for score in scores]), ours(scores))


def test_naive_softmax_agrees_until_it_overflows():
    mild, large, small = [1.0, 2.0, -3.0], [710.0, 0.0], [-1000.0, -1000.0]
    answers = call(FOLDER / "numerics.mjs", [["naiveSoftmax", scores] for scores in (mild, large, small)])
    np.testing.assert_allclose(answers[0], numerics.softmax(np.array(mild)), rtol=1e-12)
    assert answers[1:] == [["NaN", 0], ["NaN", "NaN"]]


def test_numbers_read_the_same_in_browser_and_still():
    values = [0, 1, -1, 2e-261, 9.7e-100, 1e100, 0.0004, -0.0006, 12345.678, 1e5, -2.5e300, 3e-9, 0.9999, 1000.0]
    answers = call(FOLDER / "parts.mjs", [["show", value, digits] for value in values for digits in (1, 3)])
    assert answers == [show(value, digits) for value in values for digits in (1, 3)]


# --- the module they travel in ---


def test_join_takes_each_file_once_and_leaves_no_import(tmp_path):
    (tmp_path / "base.mjs").write_text("export const one = 1;\n")
    (tmp_path / "middle.mjs").write_text('import { one } from "./base.mjs";\nexport const two = one + 1;\n')
    (tmp_path / "top.mjs").write_text(
        'import {\n  two,\n} from "./middle.mjs";\nimport { one } from "./base.mjs";\n'
        "export const sum = () => one + two;\n"
    )
    module = join(tmp_path / "top.mjs")
    assert "import" not in module
    assert module.count("const one") == 1
    (tmp_path / "joined.mjs").write_text(module)
    assert call(tmp_path / "joined.mjs", [["sum"]]) == [3]


def test_join_refuses_an_import_it_would_lose(tmp_path):
    (tmp_path / "bad.mjs").write_text('import * as all from "./base.mjs";\n')
    with pytest.raises(BookError, match="cannot join"):
        join(tmp_path / "bad.mjs")


def test_joined_widget_and_page_load_in_node(tmp_path):
    code = payload(SoftmaxExplorer().html())["code"]
    assert not re.search(r"^\s*(import|//|/\*)", code, re.MULTILINE)
    (tmp_path / "page.mjs").write_text(code, "utf-8")
    (scores,) = call(tmp_path / "page.mjs", [["softmax", [0, 0]]])
    assert scores == [0.5, 0.5]


def payload(html):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', html, re.DOTALL)[1])


def test_html_is_the_same_bytes_twice_and_has_no_ids():
    assert SoftmaxExplorer().html() == SoftmaxExplorer().html()
    widget = SoftmaxExplorer()
    assert widget.html() == widget.html()
    assert widget.model_id not in widget.html()
    assert not re.search(r'\sid="', widget.html())
    assert "://" not in widget.html()


def test_html_is_small():
    assert len(SoftmaxExplorer().html().encode()) < 28_000


def test_html_holds_the_current_state():
    widget = SoftmaxExplorer(words=HOSTILE, scores=range(5), target=2, temperature=2)
    widget.scores = [5, 4, 3, 2, 1]
    state = payload(widget.html())["state"]
    assert state == {
        "words": HOSTILE,
        "scores": [5, 4, 3, 2, 1],
        "target": 2,
        "temperature": 2,
        "center": "cat",
    }


def test_hostile_words_end_no_script_and_start_no_tag():
    html = SoftmaxExplorer(words=HOSTILE, scores=range(5)).html()
    assert "<img" not in html
    assert "<!--" not in html
    assert "-->" not in html
    assert html.count("</script>") == 2


def test_every_reader_gets_a_representation():
    data, _ = SoftmaxExplorer()._repr_mimebundle_()
    assert set(data) == {"text/html", "text/plain", "application/vnd.jupyter.widget-view+json"}
    assert "0x" not in data["text/plain"]


def test_package_does_not_load_the_widgets():
    check = "import sys, w2v_core; w2v_core.softmax; sys.exit('anywidget' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True, cwd=FOLDER.parent.parent)


# --- Python's side of the live widget ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scores": [1, 2]}, "one number for each of 5 words"),
        ({"scores": [1, 2, 3, 4, float("nan")]}, "score of 'tax'"),
        ({"scores": [1, 2, 3, 4, 1001]}, "at most 1000"),
        ({"scores": [1, 2, 3, 4, "5"]}, "SoftmaxExplorer"),
        ({"words": ["one"], "scores": [1]}, "at least two"),
        ({"words": [1, 2], "scores": [1, 2]}, "strings"),
        ({"target": 5}, "0 to 4, not 5"),
        ({"target": -1}, "0 to 4, not -1"),
        ({"target": True}, "0 to 4, not True"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": -1.0}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
    ],
)
def test_settings_without_a_softmax_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        SoftmaxExplorer(**settings)


@pytest.fixture
def wired(monkeypatch):
    """A widget and the messages it sent to the browser."""
    widget, sent = SoftmaxExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    return widget, sent


def test_python_change_reaches_the_browser(wired):
    widget, sent = wired
    widget.scores = [0, 0, 0, 0, 9]
    assert [message["state"] for message in sent] == [{"scores": [0, 0, 0, 0, 9]}]


def from_browser(widget, **state):
    data = {"method": "update", "state": state, "buffer_paths": []}
    widget._handle_msg({"content": {"data": data}, "buffers": []})


def test_browser_change_reaches_python(wired):
    widget, sent = wired
    from_browser(widget, scores=[0, 1, 2, 3, 4.5], target=3)
    assert (widget.scores, widget.target) == ([0, 1, 2, 3, 4.5], 3)
    assert not [message for message in sent if message["method"] == "update"]  # no echo: a slider must not jump back


def test_bad_message_or_assignment_keeps_the_last_good_state(wired, caplog):
    widget, _ = wired
    good = list(widget.scores)
    with pytest.raises(SettingError):
        widget.scores = [1]
    from_browser(widget, scores=[1])
    assert "one number for each of 5 words" in caplog.text
    assert widget.scores == good


def test_words_and_scores_change_together_or_not_at_all(wired):
    widget, _ = wired
    with pytest.raises(SettingError, match="one number for each of 2 words, not 5"):
        widget.words = ["yes", "no"]
    widget.target = 4
    with pytest.raises(SettingError, match="target"), widget.hold_trait_notifications():
        widget.words, widget.scores = ["yes", "no"], [1, 2]
    assert (len(widget.words), len(widget.scores), widget.target) == (5, 5, 4)
    with widget.hold_trait_notifications():
        widget.words, widget.scores, widget.target = ["yes", "no"], [1, 2], 1
    assert widget.describe().endswith("word no has probability 0.731 and loss 0.313 (temperature 1).")


# --- a page without kernel, server or network ---


@pytest.fixture
def open_page(tmp_path):
    """Open widgets as a file; afterwards the console must be clean, and nothing but the file asked for."""
    file = tmp_path / "page.html"
    pages = []
    with ExitStack() as stack:

        def open_page(*widgets, theme="light", width=900, **options):
            body = "\n".join(widget.html() for widget in widgets)
            file.write_text(
                f'<!doctype html><html lang="en" data-theme="{theme}"><head><meta charset="utf-8"><title>Page</title>'
                '<meta name="viewport" content="width=device-width"></head>'
                f'<body style="background: {"white" if theme == "light" else "#14181e"}">'
                f'<main><h1 style="color: gray; font: 2rem serif">Page</h1>{body}</main></body></html>',
                "utf-8",
            )
            viewport = {"width": width, "height": 900}
            pages.append(stack.enter_context(visit(file.as_uri(), viewport=viewport, **options)))
            if options.get("java_script_enabled", True):
                expect(pages[-1].locator(".w2v-running")).to_have_count(len(widgets))
            return pages[-1]

        yield open_page
        for page in pages:
            assert page.trouble == []
            assert all(asked == file.as_uri() or asked.startswith("data:") for asked in page.loaded)


def live(page, copy=0):
    return page.locator(".w2v-live").nth(copy)


def numbers(root, quantity):
    return root.locator(f".w2v-candidates .w2v-value[data-mark={quantity}] .w2v-number").all_inner_texts()


def expect_softmax(root, scores, target=0, temperature=1.0):
    """What stands on the page is what Python computes."""
    log_probabilities = numerics.log_softmax(np.array(scores) / temperature)
    probabilities = np.exp(log_probabilities)
    errors = probabilities - np.eye(len(scores))[target]
    assert numbers(root, "probability") == [show(p) for p in probabilities]
    assert numbers(root, "error") == [("+" if e > 0 else "") + show(e) for e in errors]
    loss = show(-log_probabilities[target])
    expect(root.get_by_label("the loss, term by term").locator("strong")).to_have_text(loss)
    expect(root.locator(".w2v-ways li").last).to_contain_text(f"✓ loss {loss}")
    boxes = [float(box.input_value()) for box in root.locator("input[type=number]").all()]
    assert boxes == list(scores)


DEFAULT = [2.0, 1.2, 0.5, -0.5, -2.0]


def test_page_starts_with_pythons_numbers(open_page):
    page = open_page(SoftmaxExplorer())
    expect_softmax(live(page), DEFAULT)
    expect(page.locator(".w2v-still")).to_be_hidden()


def test_keyboard_moves_scores_temperature_and_target(open_page):
    page = open_page(SoftmaxExplorer())
    root = live(page)
    page.keyboard.press("Tab")  # the target buttons: one stop
    page.keyboard.press("ArrowDown")
    expect_softmax(root, DEFAULT, target=1)
    root.get_by_label("score of sofa, slider").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    scores = [2.0, 1.4, *DEFAULT[2:]]
    expect_softmax(root, scores, target=1)
    root.get_by_label("temperature").focus()
    page.keyboard.press("ArrowLeft")
    expect_softmax(root, scores, target=1, temperature=0.9)
    page.keyboard.press("End")
    expect_softmax(root, scores, target=1, temperature=5)


def test_typing_is_not_disturbed(open_page):
    page = open_page(SoftmaxExplorer())
    box = live(page).get_by_label("score of purrs, number")
    box.fill("")
    box.press_sequentially("-12.05")
    assert box.input_value() == "-12.05"
    expect_softmax(live(page), [2.0, 1.2, -12.05, -0.5, -2.0])
    box.fill("77777")
    assert box.input_value() == "1000.0"


def test_mouse_moves_a_slider(open_page):
    page = open_page(SoftmaxExplorer())
    slider = live(page).get_by_label("score of moon, slider")
    place = slider.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] + 50, place["y"], steps=5)
    page.mouse.up()
    expect_softmax(live(page), [2.0, 1.2, 0.5, 5.0, -2.0])


def test_touch_chooses_the_target_and_sets_a_score(open_page):
    page = open_page(SoftmaxExplorer(), width=360, has_touch=True, is_mobile=True)
    live(page).get_by_text("tax", exact=True).tap()
    expect_softmax(live(page), DEFAULT, target=4)
    slider = live(page).get_by_label("score of tax, slider")
    slider.tap(position={"x": slider.bounding_box()["width"] - 2, "y": 10})
    expect_softmax(live(page), [2.0, 1.2, 0.5, -0.5, 5.0], target=4)


def test_large_scores_break_only_the_naive_formula(open_page):
    page = open_page(SoftmaxExplorer())
    root = live(page)
    naive = root.locator(".w2v-ways li").first
    expect(naive).to_contain_text("✓ loss 0.573")
    root.get_by_role("button", name="Add 900").click()
    expect(naive).to_contain_text("∞ / ∞ = NaN")
    expect(naive).to_contain_text("✗ fails, loss NaN")
    expect_softmax(root, [902, 901.2, 900.5, 899.5, 898])
    expect(root.get_by_role("button", name="Add 900")).to_be_disabled()
    root.get_by_role("button", name="Reset").click()
    expect_softmax(root, DEFAULT)
    expect(naive).to_contain_text("✓")


@pytest.mark.parametrize("scores", [[-1000, 1000], [-1000, -1000], [1000, -1000], [300, -300]])
@pytest.mark.parametrize("temperature", [0.01, 1.0, 100.0])
def test_extreme_scores_stay_numbers(open_page, scores, temperature):
    page = open_page(SoftmaxExplorer(["yes", "no"], scores, temperature=temperature), width=360)
    expect_softmax(live(page), scores, temperature=temperature)
    assert_no_overflow(page)


def test_two_copies_do_not_interfere(open_page):
    page = open_page(SoftmaxExplorer(), SoftmaxExplorer(), SoftmaxExplorer(["a", "b"], [0, 1], target=1, center=""))
    live(page, 0).get_by_label("sofa", exact=True).check()
    live(page, 1).get_by_label("purrs", exact=True).check()
    live(page, 1).get_by_label("score of mouse, number").fill("3")
    expect_softmax(live(page, 0), DEFAULT, target=1)
    expect_softmax(live(page, 1), [3.0, *DEFAULT[1:]], target=2)
    expect_softmax(live(page, 2), [0, 1], target=1)


def test_hostile_words_are_only_text(open_page):
    page = open_page(SoftmaxExplorer(HOSTILE, DEFAULT, center=HOSTILE[0]), width=360)
    assert live(page).locator(".w2v-word").all_inner_texts() == HOSTILE
    assert page.locator("main img").count() == 0
    expect(live(page).locator("legend")).to_contain_text(HOSTILE[0])
    assert_no_overflow(page)


def lit(root):
    return sorted(part.get_attribute("data-part") for part in root.locator(".w2v-lit").all())


def test_formula_and_picture_light_each_other(open_page):
    page = open_page(SoftmaxExplorer())
    root = live(page)
    root.locator(".w2v-fraction button[data-part=s1]").hover()
    assert lit(root) == ["s1", "s1"]
    root.locator("td[data-part=s0]").hover(position={"x": 3, "y": 3})
    assert lit(root) == ["s0", "s0", "s0"]  # the score, the numerator, one term of the sum
    root.locator("td[data-part=p0]").hover()
    assert lit(root) == ["c0", "p0", "p0", "p0"]
    root.locator("td[data-part=e2]").hover()
    assert lit(root) == ["c2", "e2"]
    page.mouse.move(1, 1)
    assert lit(root) == []
    root.get_by_label("score of purrs, slider").focus()
    assert lit(root) == ["s2", "s2"]
    root.get_by_label("temperature").focus()
    assert lit(root) == ["T", "T"]
    root.get_by_label("purrs", exact=True).check()
    root.locator(".w2v-fraction button").first.focus()
    assert lit(root) == ["s2", "s2", "s2"]


def test_arrows_walk_through_a_formula_that_is_one_tab_stop(open_page):
    page = open_page(SoftmaxExplorer())
    root = live(page)
    line = root.get_by_label("the probability, term by term")
    line.locator("button").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert lit(root) == ["s0", "s0", "s0"]
    page.keyboard.press("Tab")
    expect(root.get_by_label("the loss, term by term").locator("button")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(line.locator("button").nth(2)).to_be_focused()
    assert line.locator("[tabindex='0']").count() == 1


def test_summary_speaks_once_after_the_last_change(open_page):
    page = open_page(SoftmaxExplorer())
    status = live(page).get_by_role("status")
    page.evaluate("""() => { window.said = []; new MutationObserver(() => window.said.push(1))
        .observe(document.querySelector("[role=status]"), { childList: true }); }""")
    page.wait_for_timeout(900)
    expect(status).to_have_text("")
    slider = live(page).get_by_label("score of mouse, slider")
    for _ in range(8):
        slider.press("ArrowRight")
    expect(status).to_have_text("mouse: probability 0.742, loss 0.298.")
    assert page.evaluate("window.said.length") == 1


def assert_no_overflow(page):
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


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_nothing_overflows(open_page, width):
    page = open_page(SoftmaxExplorer(), width=width)
    assert_no_overflow(page)
    live(page).get_by_role("button", name="Add 900").click()
    assert_no_overflow(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("script", [True, False], ids=["live", "still"])
def test_axe_finds_nothing(open_page, theme, script):
    page = open_page(SoftmaxExplorer(), SoftmaxExplorer(), theme=theme, width=360)
    if script:
        live(page).get_by_role("button", name="Add 900").click()
    else:
        page.evaluate("document.querySelectorAll('.w2v-page').forEach((p) => p.classList.remove('w2v-running'))")
        page.evaluate("document.querySelectorAll('.w2v-live').forEach((p) => p.remove())")
    results = Axe().run(page, options={"resultTypes": ["violations"], "runOnly": AXE_RULES})
    assert results.violations_count == 0, results.generate_report()


AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def test_still_figure_without_script(open_page):
    page = open_page(SoftmaxExplorer(HOSTILE, DEFAULT), java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    expect(still).to_be_visible()
    expect(page.get_by_role("figure")).to_contain_text("has probability 0.564 and loss 0.573")
    assert still.locator(".w2v-word").all_inner_texts() == HOSTILE
    assert numbers(still, "probability") == [show(p) for p in numerics.softmax(np.array(DEFAULT))]


def test_still_figure_in_print(open_page):
    page = open_page(SoftmaxExplorer())
    page.emulate_media(media="print")
    expect(page.locator(".w2v-still")).to_be_visible()
    expect(page.locator(".w2v-live")).to_be_hidden()


def test_bars_stand_still_for_readers_who_ask(open_page):
    seconds = "getComputedStyle(document.querySelector('.w2v-live .w2v-bar i')).transitionDuration.split(', ')[0]"
    assert open_page(SoftmaxExplorer()).evaluate(seconds) == "0.12s"
    assert open_page(SoftmaxExplorer(), reduced_motion="reduce").evaluate(seconds) == "0s"


def test_change_is_drawn_within_a_frame(open_page):
    page = open_page(SoftmaxExplorer())
    milliseconds = page.evaluate("""() => {
        const slider = document.querySelector(".w2v-live input[type=range]");
        return Array.from({ length: 50 }, (_, step) => {
            slider.value = step / 10;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            return performance.now() - start;
        });
    }""")
    assert np.median(milliseconds) < 16


def test_removed_widget_stops_listening(open_page):
    page = open_page(SoftmaxExplorer())
    left = page.evaluate("""async () => {
        const { code, state } = JSON.parse(document.querySelector(".w2v-page script").textContent);
        const { default: widget } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(code));
        const hearers = new Map();
        const model = { get: (name) => state[name], set() {}, save_changes() {},
            on: (names, hear) => hearers.set(names, hear),
            off: (names, hear) => hearers.get(names) === hear && hearers.delete(names) };
        const el = document.createElement("div");
        const stop = widget.render({ model, el });
        const before = [hearers.size, el.children.length];
        stop();
        return [before, [hearers.size, el.children.length]];
    }""")
    assert left == [[2, 1], [0, 0]]


# --- JupyterLab ---


def notebook(*sources):
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{n}",
            "source": source,
            "metadata": {},
            "outputs": [],
            "execution_count": None,
        }
        for n, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def lab(tmp_path):
    """Serve a folder with JupyterLab to this machine only, with settings of its own."""
    (tmp_path / "files").mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    places = "HOME JUPYTER_CONFIG_DIR JUPYTER_DATA_DIR JUPYTER_RUNTIME_DIR JUPYTERLAB_WORKSPACES_DIR IPYTHONDIR".split()
    flags = {"ip": "127.0.0.1", "port": port, "IdentityProvider.token": "", "ServerApp.root_dir": tmp_path / "files"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--LabApp.news_url=None"]
    environment = (
        os.environ | {place: str(tmp_path / place) for place in places} | {"PYTHONPATH": str(FOLDER.parents[1])}
    )
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command + [f"--{name}={value}" for name, value in flags.items()], env=environment, stdout=log, stderr=log
        )
        try:
            yield f"http://127.0.0.1:{port}", tmp_path / "files"
        finally:
            server.terminate()  # and its kernels with it
            server.wait(20)


def answers(url):
    try:
        return urllib.request.urlopen(f"{url}/api", timeout=2).status == 200
    except OSError:
        return False


def test_jupyterlab_keeps_browser_and_python_in_step(lab):
    url, folder = lab
    (folder / "try.ipynb").write_text(
        notebook(
            "from w2v_core.widgets import SoftmaxExplorer\nwidget = SoftmaxExplorer()\nwidget",
            "widget.scores = [0, 0, 0, 0, 3]",
            "print(widget.scores, widget.target)",
            "with widget.hold_trait_notifications():\n"
            "    widget.words, widget.scores, widget.target = ['yes', 'no'], [1, 2], 1",
        )
    )
    for _ in range(200):
        if answers(url):
            break
        time.sleep(0.1)
    with visit(f"{url}/lab/tree/try.ipynb") as page:
        page.get_by_text("(ipykernel) | Idle").wait_for()

        def run(number):
            page.locator(".jp-CodeCell").nth(number).locator(".cm-content").click()
            page.keyboard.press("Shift+Enter")

        run(0)
        root = page.locator("form.w2v-widget")
        expect(root).to_have_count(1, timeout=20_000)  # the live view, not the page's copy
        expect_softmax(root, DEFAULT)
        run(1)
        expect(root.get_by_label("score of tax, number")).to_have_value("3.0")
        expect_softmax(root, [0, 0, 0, 0, 3])
        root.get_by_label("score of mouse, slider").focus()
        for _ in range(3):
            page.keyboard.press("ArrowRight")  # JupyterLab must leave the key to the slider
        root.get_by_label("purrs", exact=True).check()
        run(2)
        output = page.locator(".jp-CodeCell").nth(2).locator(".jp-OutputArea-output")
        expect(output).to_have_text("[0.3, 0.0, 0.0, 0.0, 3.0] 2\n")
        run(3)
        expect(root.locator(".w2v-word")).to_have_text(["yes", "no"])
        expect(root.get_by_label("score of no, number")).to_have_value("2.0")
        expect_softmax(root, [1, 2], target=1)
