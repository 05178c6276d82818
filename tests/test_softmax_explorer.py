"""The softmax in the hand: what stands on the page is what Python computes, whoever moves it and however."""

import re
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import expect
from widget_fixtures import HOSTILE, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import numerics
from w2v_core.errors import SettingError
from w2v_core.widgets import SoftmaxExplorer
from w2v_core.widgets.base import show

DEFAULT = [2.0, 1.2, 0.5, -0.5, -2.0]


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


def test_extreme_scores_stay_numbers(open_page):
    cases = list(product([[-1000, 1000], [-1000, -1000], [1000, -1000], [300, -300]], [0.01, 1.0, 100.0]))
    page = open_page(*[SoftmaxExplorer(["yes", "no"], scores, temperature=T) for scores, T in cases], width=360)
    for copy, (scores, temperature) in enumerate(cases):
        expect_softmax(live(page, copy), scores, temperature=temperature)
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


def test_still_figure_shows_pythons_numbers(open_page):
    page = open_page(SoftmaxExplorer(HOSTILE, DEFAULT), java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    expect(still).to_be_visible()
    expect(page.get_by_role("figure")).to_contain_text("has probability 0.564 and loss 0.573")
    assert still.locator(".w2v-word").all_inner_texts() == HOSTILE
    assert numbers(still, "probability") == [show(p) for p in numerics.softmax(np.array(DEFAULT))]


def test_bars_stand_still_for_readers_who_ask(open_page):
    seconds = "getComputedStyle(document.querySelector('.w2v-live .w2v-bar i')).transitionDuration.split(', ')[0]"
    assert open_page(SoftmaxExplorer()).evaluate(seconds) == "0.12s"
    assert open_page(SoftmaxExplorer(), reduced_motion="reduce").evaluate(seconds) == "0s"
