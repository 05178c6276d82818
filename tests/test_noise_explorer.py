"""The noise in the hand: shares, throws and what is kept are Python's, draw by draw; words are only text."""

import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect
from widget_fixtures import HOSTILE, assert_no_overflow, from_browser, lit, live

from w2v_core.errors import SettingError
from w2v_core.objectives import NegativeSampling
from w2v_core.widgets import NoiseExplorer
from w2v_core.widgets.base import show, whole
from w2v_core.widgets.noise_explorer import mean


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"words": ["tea"], "counts": [1]}, "words must be from 2 to 5000 words, not 1"),
        ({"counts": [1, 2]}, "counts must hold 4 numbers for 4 words, not 2"),
        ({"word": 4}, "word must be a whole number from 0 to 3, not 4"),
        ({"power": 1.01}, "power must be a finite number at least 0 and at most 1, not 1.01"),
        ({"power": float("nan")}, "not nan"),
        ({"negatives": 0}, "negatives must be a whole number of at least 1, not 0"),
        ({"negatives": 21}, "from 0 to 20, not 21"),
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295, not -1"),
        ({"throws": 1001}, "throws must be a whole number from 0 to 1000, not 1001"),
        ({"throws": True}, "not True"),
        ({"threshold": 0}, "threshold must be a finite number above 0 and at most 1, not 0"),
    ],
)
def test_settings_without_a_noise_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        NoiseExplorer(**settings)


def test_state_goes_both_ways_and_a_bad_message_changes_nothing(monkeypatch, caplog):
    widget, sent = NoiseExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    widget.throws = 3
    assert [message["state"] for message in sent] == [{"throws": 3}]
    from_browser(widget, words=["a", "b"], counts=[1, 2], word=1, power=0.2)
    assert (widget.words, widget.counts, widget.word, widget.power) == (["a", "b"], [1, 2], 1, 0.2)
    from_browser(widget, counts=[1])
    assert "counts must hold 2 numbers" in caplog.text
    assert widget.counts == [1, 2]


def test_shares_noise_and_keeping_are_the_formulas_in_plain_python():
    counts, t = [256, 81, 16, 1], 0.05
    share, noise, _, kept = NoiseExplorer(threshold=t)._results()
    np.testing.assert_allclose(share, [n / 354 for n in counts], rtol=1e-12)
    np.testing.assert_allclose(noise, [0.64, 0.27, 0.08, 0.01], rtol=1e-12)  # the fourth roots are 4, 3, 2, 1
    np.testing.assert_allclose(kept, [min(1, math.sqrt(t * 354 / n)) for n in counts], rtol=1e-12)
    np.testing.assert_allclose(NoiseExplorer(power=0)._results()[1], 1 / 4)
    np.testing.assert_allclose(NoiseExplorer(power=1)._results()[1], share)


def test_throws_are_the_draws_of_training():
    widget = NoiseExplorer(throws=40, negatives=3, seed=7, power=0.6)
    objective = NegativeSampling(np.array(widget.counts), negatives=3, power=0.6)
    rows = objective.candidates(np.zeros(40, dtype=int), np.random.default_rng(7)).rows[:, 1:]
    assert widget.thrown() == [[widget.words[place] for place in row] for row in rows]
    assert NoiseExplorer(throws=41, negatives=3, seed=7, power=0.6).thrown()[:40] == widget.thrown()
    assert NoiseExplorer().thrown() == []


def cells(root):
    """Per row of the table, its name and its four numbers."""
    return root.locator(".w2v-noise tbody tr").evaluate_all("""rows => rows.map(row =>
        [...row.querySelectorAll(".w2v-word, td .w2v-value .w2v-number")].map(node => node.innerText))""")


def expect_noise(root, **settings):
    """What stands on the page is what Python computes and throws."""
    widget = NoiseExplorer(**settings)
    share, noise, tally, kept = widget._results()
    draws = widget.throws * widget.negatives
    order = np.argsort(-np.array(widget.counts), kind="stable")
    rows = [
        [
            widget.words[w],
            show(share[w]),
            show(noise[w]),
            f"{whole(tally[w])} ({mean(draws * noise[w])})",
            show(kept[w]),
        ]
        for w in order[:12]
    ]
    assert cells(root)[:12] == rows
    word = widget.word
    formulas = {
        "the share of the noise": [show(noise[word])],
        "the share of the text": [show(share[word]), f"noise : text = {show(noise[word] / share[word], 2)}"],
        "what was thrown": [
            f"{whole(widget.throws)} throws",
            mean(draws * noise[word]),
            f"thrown: {whole(tally[word])}",
        ],
        "what is kept": [f"√({show(widget.threshold, 4)} / {show(share[word])})", show(kept[word])],
    }
    lines = root.locator(".w2v-formula").evaluate_all("lines => lines.map(line => [line.ariaLabel, line.innerText])")
    written = {label.removesuffix(", term by term"): text.replace("\n", "") for label, text in lines}
    for label, texts in formulas.items():
        assert all(text in written[label] for text in texts), (written[label], texts)
    last = f"Throw {whole(widget.throws)}: {', '.join(widget.thrown()[-1])}" if widget.throws else "Nothing thrown yet."
    expect(root.locator(".w2v-last")).to_have_text(last)
    left, tokens = whole((np.array(widget.counts) * kept).sum()), whole(sum(widget.counts))
    expect(root.locator(".w2v-kept")).to_have_text(f"Subsampling keeps about {left} of {tokens} running words.")
    return widget


def paste(text, box):
    """As a reader does; typing so many lines would take the browser half a minute."""
    box.page.evaluate("text => navigator.clipboard.writeText(text)", text)
    box.press("Control+A")
    box.press("Control+V" if text else "Delete")


def test_keyboard_and_mouse_change_the_noise_and_throw_as_python_does(open_page):
    page = open_page(NoiseExplorer())
    root = live(page)
    expect_noise(root)
    throw = root.get_by_role("button", name="Throw 5 negatives")
    throw.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    expect_noise(root, throws=2)
    power = root.get_by_label("exponent α")
    power.press("ArrowLeft")
    expect_noise(root, throws=2, power=0.74)
    power.press("Home")
    expect_noise(root, throws=2, power=0)
    root.get_by_role("button", name="100 throws").click()
    expect_noise(root, throws=102, power=0)  # the same dice, another noise
    box = power.bounding_box()
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] + 9, box["y"], steps=3)
    page.mouse.up()
    expect_noise(root, throws=102, power=1)
    root.get_by_label("negatives K").fill("2")
    root.get_by_label("seed").fill("4294967295")
    expect_noise(root, throws=102, power=1, negatives=2, seed=2**32 - 1)
    root.get_by_label("seed").fill("99999999999")
    root.get_by_label("negatives K").fill("0")
    expect_noise(root, throws=102, power=1, negatives=1, seed=2**32 - 1)
    expect(root.get_by_role("button", name="Throw 1 negative", exact=True)).to_be_enabled()
    threshold = root.get_by_label("subsampling t")
    threshold.press("ArrowLeft")
    expect_noise(root, throws=102, power=1, negatives=1, seed=2**32 - 1, threshold=0.045)
    threshold.press("Home")
    expect_noise(root, throws=102, power=1, negatives=1, seed=2**32 - 1, threshold=1e-5)
    root.get_by_label("tea 16").focus()
    page.keyboard.press("ArrowDown")
    expect_noise(root, throws=102, power=1, negatives=1, seed=2**32 - 1, threshold=1e-5, word=3)
    root.get_by_role("button", name="Forget the throws").click()
    expect_noise(root, power=1, negatives=1, seed=2**32 - 1, threshold=1e-5, word=3)
    root.get_by_role("button", name="Reset").click()
    expect_noise(root)
    expect(root.get_by_role("status")).to_have_text(
        "tea: 0.045 of the text, 0.080 of the noise, thrown 0 of 0, kept 1.000."
    )


def test_touch_throws_up_to_the_most_and_the_ticks_stand_where_expected(open_page):
    page = open_page(NoiseExplorer(throws=905, negatives=20), width=360, has_touch=True, is_mobile=True)
    root = live(page)
    often = root.get_by_role("button", name="100 throws")
    often.tap()
    expect_noise(root, throws=1000, negatives=20)
    assert often.is_disabled()
    expect(root.get_by_role("button", name="Throw 20 negatives")).to_be_disabled()
    root.get_by_text("saucer", exact=True).tap()
    widget = expect_noise(root, throws=1000, negatives=20, word=3)
    share, noise, tally, _ = widget._results()
    percent = "all => all.map((one) => [one.style.left, one.style.width].map((text) => parseFloat(text)))"
    ticks = [left for left, _ in root.locator(".w2v-expected").evaluate_all(percent)]
    np.testing.assert_allclose(ticks, 100 * noise / share[0], atol=1e-3)
    bars = [width for _, width in root.locator("td:nth-child(4) .w2v-bar i").evaluate_all(percent)]
    np.testing.assert_allclose(bars, 100 * tally / tally.sum() / share[0], atol=1e-3)
    np.testing.assert_allclose(ticks, bars, atol=2)  # 20,000 draws
    assert_no_overflow(page)


def test_words_are_edited_as_text_and_stay_text(open_page):
    page = open_page(NoiseExplorer(throws=3), width=360, permissions=["clipboard-read", "clipboard-write"])
    root = live(page)
    text = root.get_by_label("on each line a word and its count")
    assert text.input_value() == "the 256\nof 81\ntea 16\nsaucer 1"
    text.press("Control+End")
    text.press_sequentially("2\nsugar  9")
    counts = [256, 81, 16, 12, 9]
    words = ["the", "of", "tea", "saucer", "sugar"]
    expect_noise(root, words=words, counts=counts, throws=3)
    assert text.input_value().endswith("\nsugar  9")  # as it was typed
    paste("tea 3\nthe 1", text)  # another order: the chosen word stays chosen
    expect_noise(root, words=["tea", "the"], counts=[3, 1], word=0, throws=3)
    good = cells(root)
    for wrong, message in [
        ("", "Write two words at least"),
        ("tea 0\nthe 1", "Line 1: after “tea” write a whole number from 1 to 1,000,000,000."),
        ("\n".join(f"w{n} {n + 1}" for n in range(5001)), "These are 5,001 words; 5,000 are the most."),
    ]:
        paste(wrong, text)
        expect(root.get_by_role("alert")).to_contain_text(message)
        assert text.get_attribute("aria-invalid") == "true"
        assert cells(root) == good  # the last good words stay
    hostile = [*HOSTILE, "__proto__", "constructor"]
    paste("\n".join(f"{word} {n + 1}" for n, word in enumerate(hostile)), text)
    expect(root.get_by_role("alert")).to_have_text("")
    expect_noise(root, words=hostile, counts=range(1, len(hostile) + 1), word=0, throws=3)
    assert page.locator("main img").count() == 0
    assert_no_overflow(page)
    reset = root.get_by_role("button", name="Reset")
    reset.click()
    expect_noise(root, throws=3)
    assert text.input_value().startswith("the 256\n")
    paste("a  1\nb  2\nc  3\nd  4", text)  # as many words as before, all others
    expect_noise(root, words=list("abcd"), counts=[1, 2, 3, 4], word=0, throws=3)
    assert text.input_value() == "a  1\nb  2\nc  3\nd  4"
    reset.click()
    paste("tea", text)
    reset.click()
    expect(root.get_by_role("alert")).to_have_text("")
    assert text.input_value().startswith("the 256\n")


def test_five_thousand_words_are_quick_and_the_rare_ones_share_a_row(open_page):
    page = open_page(NoiseExplorer(throws=100))
    root = live(page)
    words, counts = [f"w{n}" for n in range(5000)], [1_000_000 // (n + 1) for n in range(5000)]
    milliseconds = page.evaluate(
        """(text) => { const [box, start] = [document.querySelector("textarea"), performance.now()];
            box.value = text; box.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetWidth; return performance.now() - start; }""",
        "\n".join(f"{word} {count}" for word, count in zip(words, counts, strict=True)),
    )
    assert milliseconds < 500
    widget = expect_noise(root, words=words, counts=counts, word=0, throws=100)
    share, noise, tally, kept = (values[12:] for values in widget._results())
    others = [show(share.sum()), show(noise.sum()), f"{tally.sum()} ({mean(500 * noise.sum())})"]
    assert cells(root)[12] == ["4,988 others", *others, show((share * kept).sum() / share.sum())]
    expect(root.get_by_label("the share of the noise, term by term")).to_contain_text("⋯ (4,995 more)")
    slider = root.get_by_label("exponent α")
    slider.press("ArrowRight")
    expect_noise(root, words=words, counts=counts, word=0, throws=100, power=0.76)


def test_formulas_and_table_light_each_other(open_page):
    page = open_page(NoiseExplorer(), NoiseExplorer(["a", "b", "c", "d", "e", "f", "g"], range(7, 0, -1), word=0))
    root, other = live(page, 0), live(page, 1)
    heights = "words => words.map(word => word.getBoundingClientRect().height)"
    assert min(root.locator(".w2v-formula .w2v-word").evaluate_all(heights)) > 10  # a subscript is a word to read, too
    root.locator("td[data-part=p2]").hover()
    assert lit(root) == ["p2"] * 3  # the bar, and the word's share in two formulas
    root.locator("th[data-part=n0]").hover()
    assert lit(root) == ["n0", "n0"]
    root.get_by_label("what is kept, term by term").locator("button").first.hover()
    assert lit(root) == ["threshold", "threshold"]
    root.get_by_label("what was thrown, term by term").locator("button").nth(1).focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["K", "K"]
    root.get_by_label("exponent α").focus()
    assert lit(root) == ["power"] * 6  # the slider and every exponent
    other.get_by_text("⋯ (2 more)").hover()
    assert lit(other) == ["n5", "n6", "rest"]
    assert lit(root) == ["power"] * 6


def test_still_figure_has_pythons_numbers(open_page):
    page = open_page(NoiseExplorer(throws=30), java_script_enabled=False, width=360)
    widget, still = NoiseExplorer(throws=30), page.locator(".w2v-still")
    share, noise, tally, kept = widget._results()
    assert cells(still) == [
        [word, show(share[w]), show(noise[w]), f"{tally[w]} ({mean(150 * noise[w])})", show(kept[w])]
        for w, word in enumerate(widget.words)
    ]
    html = NoiseExplorer(HOSTILE, range(1, 6)).picture()
    assert "<img" not in html
    assert "<script" not in html
