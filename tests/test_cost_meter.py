"""The cost of one example: the formula counts what the code multiplies, and the page shows what Python counts."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, assert_accessible, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.errors import SettingError
from w2v_core.huffman import HuffmanTree
from w2v_core.objectives import Candidates
from w2v_core.training import Embeddings, Examples, losses_and_gradients
from w2v_core.widgets import CostMeter
from w2v_core.widgets.base import show, whole
from w2v_core.widgets.cost_meter import balanced_depth, multiplications

KINDS = [FullSoftmax, HierarchicalSoftmax, NegativeSampling]
TIMES = [
    ["FullSoftmax", 100, 81.5],
    ["FullSoftmax", 50_000, 31_234.5],
    ["NegativeSampling", 100, 65.0],
    ["NegativeSampling", 50_000, 82.25],
    ["HierarchicalSoftmax", 50_000, 110.0],
]


class Counted:
    """A number that counts how often any of its kind is multiplied."""

    done = 0

    def __init__(self, value=1.0):
        self.value = value

    def __mul__(self, other):
        Counted.done += 1
        return Counted(self.value * getattr(other, "value", other))

    __rmul__ = __mul__

    def __add__(self, other):
        return Counted(self.value + getattr(other, "value", other))

    __radd__ = __add__


@pytest.mark.parametrize(("R", "C", "d"), [(1, 1, 1), (6, 1, 4), (3, 5, 2), (40, 2, 3)])
def test_formula_counts_what_the_code_multiplies(unchecked, R, C, d):
    matrix = lambda rows: np.array([[Counted() for _ in range(d)] for _ in range(rows)], dtype=object)  # noqa: E731
    example = Examples.pack([(list(range(C)), 0)])
    wanted = Candidates(np.arange(R)[None], np.zeros((1, R)), np.ones((1, R), dtype=bool))
    Counted.done = 0
    # The loss is left out: it takes no product of vectors, and its few operations do not depend on d.
    losses_and_gradients(
        Embeddings(matrix(C), matrix(R)), example, wanted, lambda scores, wanted: (scores[:, 0], scores)
    )
    assert Counted.done == multiplications(R, C, d)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_are_those_of_the_objective(kind):
    V = 37
    meter = CostMeter(V=V, negatives=4)
    objective = kind(np.ones(V, dtype=int), **({"negatives": 4} if kind is NegativeSampling else {}))
    wanted = objective.candidates(np.arange(V), np.random.default_rng(0))
    assert meter.rows(kind.__name__, V) == pytest.approx(wanted.mask.sum() / V, rel=1e-14)


@given(counts=st.lists(st.integers(1, 50), min_size=2, max_size=40))
def test_no_huffman_tree_is_deeper_than_the_balanced_one(counts):
    V = len(counts)
    assert HuffmanTree(np.array(counts)).mean_depth <= balanced_depth(V) + 1e-12
    assert HuffmanTree(np.full(V, 7)).mean_depth == pytest.approx(balanced_depth(V), rel=1e-14)
    assert Fraction(balanced_depth(V)).limit_denominator(V) == sum(
        Fraction(bin(V + leaf).count("0") + bin(V + leaf).count("1") - 2, V) for leaf in range(V)
    )  # leaves V .. 2V - 1 of a heap; depth is the length of the number in bits, less one


def test_browser_counts_as_python_does():
    rng = np.random.default_rng(3)
    sizes = [*range(2, 70), *(2**k + step for k in range(7, 20) for step in (-1, 0, 1)), 1_000_000]
    assert call(FOLDER / "numerics.mjs", [["balancedDepth", V] for V in sizes]) == [balanced_depth(V) for V in sizes]
    cases = rng.integers(1, 10**6, (50, 3)).tolist() + [[13.36, 2, 100]]
    assert call(FOLDER / "numerics.mjs", [["multiplications", *case] for case in cases]) == [
        multiplications(*case) for case in cases
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"V": 9}, "V must be from 10 to 1,000,000, not 9"),
        ({"V": 1_000_001}, "not 1000001"),
        ({"V": 10.5}, "V must be a whole number"),
        ({"dimension": 0}, "dimension must be a whole number of at least 1, not 0"),
        ({"negatives": 101}, "negatives must be from 1 to 100, not 101"),
        ({"inputs": True}, "inputs must be a whole number"),
        ({"measured": [["Softmax", 100, 5]]}, "measured must hold"),
        ({"measured": [["FullSoftmax", 100]]}, "measured must hold"),
        ({"measured": [["FullSoftmax", 100, 0.0]]}, "a time in microseconds must be a finite number above 0"),
        ({"measured": [["FullSoftmax", 100, float("nan")]]}, "a time in microseconds"),
        ({"measured": [["FullSoftmax", 5, 1.0]]}, "V of a time must be from 10"),
        ({"measured": TIMES, "measured_with": [100, 5]}, "measured_with must be [dimension, negatives, inputs]"),
    ],
)
def test_settings_without_a_cost_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        CostMeter(**settings)


def test_settings_go_both_ways(monkeypatch, caplog):
    widget, sent = CostMeter(measured=TIMES), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    widget.V = 2000
    assert [message["state"] for message in sent] == [{"V": 2000}]
    from_browser(widget, V=50, negatives=20)
    assert (widget.V, widget.negatives) == (50, 20)
    from_browser(widget, V=1)
    assert "V must be from 10" in caplog.text
    assert widget.V == 50
    assert payload(widget.html())["state"]["measured"] == TIMES
    assert widget.html() == widget.html()


def test_times_are_of_the_settings_at_the_start_unless_told_otherwise():
    assert CostMeter(dimension=50, negatives=3, measured=TIMES).measured_with == [50, 3, 1]
    assert CostMeter(dimension=50, measured=TIMES, measured_with=(20, 5, 2)).measured_with == [20, 5, 2]


# --- the page ---


def expect_shown(root, **settings):
    """What stands on the page is what Python computes."""
    meter = CostMeter(**settings)
    names = [kind.__name__ for kind in KINDS]
    rows = [meter.rows(name, meter.V) for name in names]
    totals = [meter.count(name, meter.V) for name in names]
    text = lambda value: whole(value) if value < 1e7 else show(value, 0)  # noqa: E731
    d, C = meter.dimension, meter.inputs
    wanted = [
        [whole(row) if row == int(row) else show(row, 2) for row in rows],
        [text(C * d)] * 3,
        *[[text(row * d) for row in rows]] * 3,
        [text(C * d)] * 3,
        [text(total) for total in totals],
        [text(totals[0] / total) for total in totals],
    ]
    cells = "rows => rows.map(row => [...row.querySelectorAll('td')].map(cell => cell.innerText))"
    assert root.locator(".w2v-costs").last.locator("tbody tr").evaluate_all(cells) == wanted
    assert root.locator(".w2v-formula strong").all_inner_texts() == [whole(total) for total in totals]
    expect(root.get_by_label("vocabulary V")).to_have_attribute("aria-valuetext", whole(meter.V))


def test_mouse_keyboard_and_touch_change_the_counts(open_page):
    page = open_page(CostMeter())
    root = live(page)
    expect_shown(root)
    slider = root.get_by_label("vocabulary V")
    slider.press("End")
    expect_shown(root, V=1_000_000)
    slider.press("ArrowLeft")
    expect_shown(root, V=890_000)
    slider.press("Home")
    expect_shown(root, V=10)
    for label, steps, setting in (("coordinates d", 3, {"dimension": 130}), ("negatives K", 2, {"negatives": 7})):
        for _ in range(steps):
            root.get_by_label(label).press("ArrowRight")
        settings = setting if label == "coordinates d" else {"dimension": 130} | setting
        expect_shown(root, V=10, **settings)
    root.get_by_label("input words C").press("End")
    expect_shown(root, V=10, dimension=130, negatives=7, inputs=20)
    root.get_by_label("coordinates d").press("End")
    slider.press("End")
    expect_shown(root, V=1_000_000, dimension=500, negatives=7, inputs=20)
    root.get_by_role("button", name="Reset").click()
    expect_shown(root)
    frame = root.get_by_role("group", name="Multiplications").bounding_box()
    page.mouse.click(frame["x"] + frame["width"] - 11, frame["y"] + 60)  # the right end of the axis, or nearly
    assert root.get_by_label("vocabulary V").get_attribute("aria-valuetext") in {"980,000", "990,000", "1,000,000"}
    page.mouse.move(frame["x"] + 60, frame["y"] + 60)
    page.mouse.down()
    page.mouse.move(frame["x"] + 5, frame["y"] + 60, steps=4)
    page.mouse.up()
    expect_shown(root, V=10)
    phone = open_page(CostMeter(measured=TIMES), width=360, has_touch=True, is_mobile=True)
    slider = live(phone).get_by_label("vocabulary V")
    slider.tap(position={"x": slider.bounding_box()["width"] - 2, "y": 10})
    expect_shown(live(phone), V=1_000_000)
    frame = live(phone).get_by_role("group", name="Multiplications").bounding_box()
    phone.touchscreen.tap(frame["x"] + 40, frame["y"] + 60)  # left of the axis
    expect_shown(live(phone), V=10)
    assert_no_overflow(phone)


def places(root, chart):
    """The marks of a chart: where they stand, in the chart's own units."""
    moved = root.get_by_role("group", name=chart).locator(".w2v-marks path")
    texts = moved.evaluate_all("marks => marks.map(mark => mark.getAttribute('transform'))")
    return np.array([[float(number) for number in re.findall(r"[-\d.]+", text)] for text in texts])


def test_marks_stand_at_the_counts_and_at_the_measured_times(open_page):
    page = open_page(CostMeter(V=1000, measured=TIMES))
    root = live(page)
    counted = places(root, "Multiplications")
    meter = CostMeter(V=1000)
    logs = np.log10([meter.count(kind.__name__, 1000) for kind in KINDS])
    assert np.ptp(counted[:, 0]) < 0.1
    slope = (counted[0, 1] - counted[2, 1]) / (logs[0] - logs[2])  # pixels for a power of ten
    assert slope < -20
    assert counted[1, 1] == pytest.approx(counted[0, 1] + slope * (logs[1] - logs[0]), abs=0.1)
    measured = places(root, "Measured")
    order = sorted(TIMES, key=lambda time: ([kind.__name__ for kind in KINDS].index(time[0]), time[1]))
    assert len(measured) == len(TIMES)
    for axis, values in ((0, [time[1] for time in order]), (1, [time[2] for time in order])):
        logs = np.log10(values)
        fitted = np.polyfit(logs, measured[:, axis], 1)
        np.testing.assert_allclose(measured[:, axis], np.polyval(fitted, logs), atol=0.1)
        assert (fitted[0] > 20) if axis == 0 else (fitted[0] < -20)
    expect(root.locator(".w2v-conditions")).to_contain_text("d = 100, K = 5, C = 1")
    root.locator("summary").press("Enter")
    cells = root.locator("details tbody tr").last.locator("td").all_inner_texts()
    assert cells == [show(31_234.5, 0), "110", "82"]
    assert root.locator("details tbody tr").first.locator("td").nth(1).inner_text() == "–"
    root.get_by_label("negatives K").press("End")
    expect(root.locator(".w2v-conditions")).to_contain_text("d = 100, K = 5, C = 1")  # what was measured stays
    assert (places(root, "Measured") == measured).all()
    assert (places(root, "Multiplications")[2] != counted[2]).any()
    assert_accessible(page)


def test_without_times_there_are_counts_only(open_page):
    page = open_page(CostMeter(), CostMeter(measured=TIMES))
    expect(live(page, 0).get_by_role("group", name="Multiplications")).to_be_visible()
    expect(live(page, 0).get_by_role("group", name="Measured")).to_be_hidden()
    expect(live(page, 1).get_by_role("group", name="Measured")).to_be_visible()
    live(page, 1).get_by_label("vocabulary V").press("End")
    expect_shown(live(page, 0))
    expect_shown(live(page, 1), V=1_000_000)
    expect(live(page, 0).get_by_role("status")).to_have_text("")
    expect(live(page, 1).get_by_role("status")).to_have_text(
        "V 1,000,000: full softmax 300,000,200, hierarchical softmax "
        f"{whole(multiplications(balanced_depth(10**6), 1, 100))}, negative sampling 2,000 multiplications."
    )


def test_formula_sheet_and_lines_light_each_other(open_page):
    page = open_page(CostMeter(measured=TIMES))
    root = live(page)
    line = root.get_by_label("the sum for negative sampling")
    line.locator("button").nth(0).hover()
    assert lit(root) == sorted(["R2", "rows2", "scores2", "back2", "out2", "K"])
    line.locator("button").nth(1).hover()
    assert lit(root) == ["C", "C2", "hidden2", "in2"]
    line.locator("button").nth(2).hover()
    assert lit(root) == ["d", "d2"]
    root.locator("td[data-part=scores1]").hover()
    assert lit(root) == ["R1", "scores1"]
    root.locator("td[data-part=in0]").hover()
    assert lit(root) == ["C0", "in0"]
    root.locator("td[data-part=T0]").hover()
    assert lit(root) == ["L0", "L0", "M0", "T0"]  # the sum in the formula, both lines, the cell
    root.locator(".w2v-legend li").first.hover()
    assert lit(root) == ["L0", "L0", "M0", "N0", "T0"]
    root.get_by_label("the sum for full softmax").locator("button").first.focus()
    page.mouse.move(1, 1)
    assert lit(root) == sorted(["R0", "rows0", "scores0", "back0", "out0", "V"])


def test_still_figure_shows_pythons_counts(open_page):
    meter = CostMeter(measured=TIMES)
    page = open_page(meter, java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    rows = still.locator("tbody tr").all()
    for row, V in zip(rows, (100, 10_000, 1_000_000), strict=True):
        assert row.locator("td").all_inner_texts() == [whole(meter.count(kind.__name__, V)) for kind in KINDS]
    assert still.locator("svg[role=img]").count() == 2
    assert still.locator("circle").count() == len(TIMES)
    expect(page.get_by_role("figure")).to_contain_text("Microseconds measured at V = 50,000: 31,235 with full softmax")
