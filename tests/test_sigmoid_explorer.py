"""The sigmoid in the hand: numbers, points and tangents on the page are Python's, whoever moves the score."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from widget_fixtures import assert_no_overflow, from_browser, lit, live

from w2v_core.errors import SettingError
from w2v_core.numerics import finite_differences, log_sigmoid, sigmoid
from w2v_core.objectives import Candidates, logistic_loss
from w2v_core.widgets import SigmoidExplorer
from w2v_core.widgets.base import show


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"score": 1000.5}, "score must be a finite number at least -1000 and at most 1000, not 1000.5"),
        ({"score": float("nan")}, "not nan"),
        ({"score": "1"}, "not '1'"),
        ({"label": 2}, "label must be 1 for yes or 0 for no, not 2"),
        ({"label": True}, "not True"),
        ({"label": None}, "not None"),
    ],
)
def test_settings_without_an_answer_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        SigmoidExplorer(**settings)


def test_state_goes_both_ways_and_a_bad_message_changes_nothing(monkeypatch, caplog):
    widget, sent = SigmoidExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    widget.score = -2
    assert [message["state"] for message in sent] == [{"score": -2}]
    from_browser(widget, score=3.5, label=0)
    assert (widget.score, widget.label) == (3.5, 0)
    from_browser(widget, label="yes")
    assert "label must be 1" in caplog.text
    assert (widget.score, widget.label) == (3.5, 0)


@pytest.mark.parametrize("score", [-30.0, -2.5, 0.0, 0.3, 4.0, 30.0])
@pytest.mark.parametrize("label", [0, 1])
def test_results_are_those_of_training_and_slopes_those_of_trying(score, label):
    yes, slope, log_probability, error = SigmoidExplorer(score, label)._results()
    wanted = Candidates(np.zeros((1, 1), dtype=int), np.array([[float(label)]]), np.ones((1, 1), dtype=bool))
    losses, errors = logistic_loss(np.array([[score]]), wanted)
    np.testing.assert_allclose([-log_probability, error], [losses[0], errors[0, 0]], rtol=1e-12, atol=1e-15)
    side = 1 if label else -1
    at = np.array([score])
    np.testing.assert_allclose(finite_differences(lambda s: sigmoid(s)[0], at), slope, atol=1e-9)
    np.testing.assert_allclose(finite_differences(lambda s: log_sigmoid(side * s)[0], at), -error, atol=1e-9)
    assert yes == sigmoid(at)[0]


def places(charts):
    """Where curves, dots and ticks of charts are: pixels of the chart for each, and its values for a pixel."""
    return charts.evaluate_all("""(charts) => charts.map((chart) => {
        const [texts, zero] = [[...chart.querySelectorAll(".w2v-grid text")], chart.getBoundingClientRect()];
        const middle = (node) => { const box = node.getBoundingClientRect();
            return [box.left + box.width / 2 - zero.left, box.top + box.height / 2 - zero.top]; };
        const number = (node) => Number(node.textContent.replace("−", "-"));
        const ticks = (anchor) => texts.filter((node) => node.getAttribute("text-anchor") === anchor)
            .filter((node) => /^[−0-9.]+$/.test(node.textContent));
        const scale = (nodes, pixel) => { const [first, last] = [nodes[0], nodes.at(-1)];
            const unit = (pixel(last) - pixel(first)) / (number(last) - number(first));
            return [pixel(first) - unit * number(first), unit]; };
        const [x0, dx] = scale(ticks("middle"), (node) => Number(node.getAttribute("x")));
        const [y0, dy] = scale(ticks("end"), (node) => Number(node.getAttribute("y")) - 4);
        const value = ([x, y]) => [(x - x0) / dx, (y - y0) / dy];
        const points = (path) => path.getAttribute("d").split(/[ML]/).slice(1)
            .map((point) => value(point.split(" ").map(Number)));
        return { x0, dx, y0, dy,
            dot: value(middle(chart.querySelector(".w2v-dot circle.w2v-reach"))),
            small: [...chart.querySelectorAll("circle[cx]")]
                .map((circle) => value(["cx", "cy"].map((name) => Number(circle.getAttribute(name))))),
            lines: [...chart.querySelectorAll(".w2v-curve:not(.w2v-reach)")].map(points) };
    })""")


def expect_sigmoid(root, score, label=1):
    """The numbers are Python's, and what is drawn is where they say."""
    yes, slope, log_probability, error = SigmoidExplorer(score, label)._results()
    no = sigmoid(np.array([-float(score)]))[0]
    results = root.locator(".w2v-formula:has(strong)").evaluate_all("""lines => lines.map((line) =>
        [line.ariaLabel.replace(", term by term", ""), line.querySelector("strong").innerText.replace("= ", "")])""")
    assert results == [
        ["the probability", show(yes)],
        ["its slope", show(slope)],
        ["the mirror", show(no)],
        ["the log-probability", show(log_probability)],
        ["its slope", show(-error)],
        ["the loss", show(-log_probability)],
        ["the error", ("+" if error > 0 else "") + show(error)],
    ]
    written = root.locator(".w2v-chart text[data-part]").all_text_contents()
    assert written == [f"slope {show(slope)}", f"slope {show(-error)}"]
    assert float(root.get_by_label("score s, number").input_value()) == score
    at = min(max(score, -6), 6)
    pictures = places(root.locator(".w2v-chart"))
    cases = zip(pictures, (yes, log_probability), (slope, -error), strict=True)
    for picture, value, steepness in cases:
        near = {"rtol": 0, "atol": 0.03 if picture is pictures[1] else 0.005}  # a pixel and a bit
        np.testing.assert_allclose(picture["dot"], [at, max(value, -6)], **{**near, "atol": 0.06})
        np.testing.assert_allclose(picture["small"][0][1], steepness, **near)
        tangent = picture["lines"][2]
        if at == score:
            (x1, y1), (x2, y2) = tangent
            np.testing.assert_allclose((y2 - y1) / (x2 - x1), steepness, **near)
            np.testing.assert_allclose((y1 + y2) / 2, value, **near)
        else:
            assert tangent == []
    (*_, above, below), small = pictures[0]["lines"], pictures[0]["small"]
    np.testing.assert_allclose(small[1], [-at, no], atol=0.03)
    lengths = [abs(line[0][1] - line[1][1]) for line in (above, below)]
    np.testing.assert_allclose(lengths, [no, no], atol=0.005)  # as far from 1 at s as from 0 at -s
    depth = pictures[1]["lines"][3]
    np.testing.assert_allclose(depth[0][1] - depth[1][1], log_probability, atol=0.03)


def drag(page, chart, score, value):
    """Take the point of a chart with the mouse and pull it to the place of these values."""
    [at], box = places(chart), chart.bounding_box()
    dot = chart.locator(".w2v-dot .w2v-reach").bounding_box()
    page.mouse.move(dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + at["x0"] + score * at["dx"], box["y"] + at["y0"] + value * at["dy"], steps=4)
    page.mouse.up()


def test_mouse_and_keyboard_move_the_point_and_python_agrees(open_page):
    page = open_page(SigmoidExplorer())
    root = live(page)
    left, right = root.locator(".w2v-chart").all()
    expect_sigmoid(root, 1.0)
    drag(page, left, -2.0, 0.9)  # far from the curve: only the score counts
    expect_sigmoid(root, -2.0)
    dot = left.locator(".w2v-dot .w2v-reach").bounding_box()
    for far in (0.2, 0.9):  # let go: the point stays, even under a mouse that passes
        page.mouse.move(dot["x"] + far * dot["width"], dot["y"] + dot["height"] / 2)
    expect_sigmoid(root, -2.0)
    drag(page, right, 3.0, -3)
    expect_sigmoid(root, 3.0)
    drag(page, left, 40, 0.5)  # beyond the chart: its edge
    expect_sigmoid(root, 6.0)
    left.click(position={"x": places(left)[0]["x0"], "y": 30})  # anywhere on the chart
    expect_sigmoid(root, 0.0)
    root.get_by_label("0, no").check()
    expect_sigmoid(root, 0.0, label=0)
    for point in root.get_by_role("slider").filter(has=page.locator(".w2v-reach")).all():
        point.focus()
        for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft", "Shift+ArrowRight", "ArrowDown"):
            page.keyboard.press(key)
    expect_sigmoid(root, 2.2, label=0)
    assert point.get_attribute("aria-valuenow") == "2.2"
    assert point.get_attribute("aria-valuetext") == "score 2.2, log-probability −2.305, slope −0.900"
    slider = root.get_by_label("score s", exact=True)
    slider.press("Home")
    expect_sigmoid(root, -6.0, label=0)
    slider.press("ArrowRight")
    expect_sigmoid(root, -5.9, label=0)
    root.get_by_role("button", name="Reset").click()
    expect_sigmoid(root, 1.0)
    expect(root.get_by_role("status")).to_have_text("Score 1.0: probability 0.731, loss 0.313, error −0.269.")


def test_typed_scores_far_beyond_the_chart_stay_right(open_page):
    page = open_page(SigmoidExplorer(), width=360)
    root = live(page)
    box = root.get_by_label("score s, number")
    for score in (-1000, 1000, 36.75, -745.2, 710, -6.05):
        for label in (0, 1):
            root.get_by_label(("0, no", "1, yes")[label]).check()
            box.fill(str(score))
            expect_sigmoid(root, score, label)
            assert_no_overflow(page)
        number = show(score, len(str(float(score)).split(".")[1]))
        away = f"← {number}" if score < 0 else f"{number} →"
        assert root.locator(".w2v-off").all_text_contents() == [away, away]
    box.fill("12345")
    expect_sigmoid(root, 1000)
    box.fill("0.5")
    for half in ("", "-"):
        box.fill("")
        box.press_sequentially(half)
        expect(root.get_by_label("the probability, term by term")).to_contain_text("= 0.622")  # nothing yet
    box.blur()
    assert box.input_value() == "0.5"


def test_touch_drags_the_point(open_page):
    page = open_page(SigmoidExplorer(), width=360, has_touch=True, is_mobile=True)
    root = live(page)
    chart = root.locator(".w2v-chart").first
    chart.scroll_into_view_if_needed()
    [at], box = places(chart), chart.bounding_box()
    finger = page.context.new_cdp_session(page)

    def touch(kind, *places_):
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in places_]})

    def place(score, value):
        return box["x"] + at["x0"] + score * at["dx"], box["y"] + at["y0"] + value * at["dy"]

    before = page.evaluate("scrollY")
    touch("touchStart", place(1.1, 0.73))
    for score in (0.5, -1.0, -3.0):
        touch("touchMove", place(score, 0.4))
    touch("touchEnd")
    expect_sigmoid(root, -3.0)
    assert page.evaluate("scrollY") == before
    root.get_by_text("0, no").tap()
    expect_sigmoid(root, -3.0, label=0)


def test_formulas_and_charts_light_each_other(open_page):
    page = open_page(SigmoidExplorer(), SigmoidExplorer(score=-1))
    root = live(page)
    root.get_by_label("the mirror, term by term").locator("button").first.hover()
    assert lit(root) == ["q"] * 5  # two terms, two dotted lines, the mirror point
    assert lit(live(page, 1)) == []
    root.locator(".w2v-dot").nth(1).focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["l"] * 5  # three terms, the curve, its point
    curve = root.locator(".w2v-chart").first.locator("g[data-part=d]").first
    box = curve.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 6)  # near the top of the bump
    assert lit(root) == ["d"] * 5  # term, slope and tangent, the point on it, its number
    root.get_by_label("the error, term by term").locator("button").last.hover()
    assert lit(root) == ["y", "y"]
    root.get_by_label("score s", exact=True).focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["s", "s"]


def test_point_stays_on_its_curve_when_the_page_changes_its_width(open_page):
    page = open_page(SigmoidExplorer(2.0), SigmoidExplorer(-1.0, 0))
    live(page, 1).get_by_label("score s, number").fill("-1.5")
    for width in (1440, 360, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_overflow(page)  # which waits for the charts
        for chart in page.locator(".w2v-live .w2v-chart").all():
            box = chart.bounding_box()
            frame = chart.locator(".w2v-grid line").last.bounding_box()
            assert box["x"] + box["width"] - frame["x"] - frame["width"] == pytest.approx(10, abs=1)
        expect_sigmoid(live(page, 0), 2.0)
        expect_sigmoid(live(page, 1), -1.5, label=0)


def test_still_figure_has_pythons_numbers_and_two_charts(open_page):
    page = open_page(SigmoidExplorer(-0.7, 0), java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    expect(still).to_contain_text(
        "At score −0.7 the probability of yes is 0.332, with slope 0.222. "
        "The right answer is no: loss 0.403, error +0.332."
    )
    dots = still.locator("circle").evaluate_all("all => all.map((dot) => Number(dot.getAttribute('cy')))")
    frame = 200 - 8
    np.testing.assert_allclose(dots, [200 - 0.332 * frame, 8 + frame * (2 + 0.403) / 8], atol=0.1)
    assert still.locator("svg[role=img]").count() == 2
