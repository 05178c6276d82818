"""Windows over a text: the page, Python and training agree on every word that stays and on every window."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import FullSoftmax, Word2Vec, cbow, keep_probability, skip_gram, windows
from w2v_core.errors import SettingError
from w2v_core.widgets import WindowExplorer
from w2v_core.widgets.base import show, whole
from w2v_core.widgets.window_explorer import LONGEST_TEXT, first_shown

SENTENCE = "to be or not to be that is the question"
texts = st.lists(st.sampled_from(["a", "b", "b", "c", "d", "\n", "\u00a0", "\x1c"]), max_size=30).map(" ".join)


# --- Python: the same words and windows as in training ---


@given(
    text=texts,
    radius=st.integers(1, 4),
    dynamic=st.booleans(),
    subsample=st.sampled_from([0.0, 0.01, 0.2]),
    seed=st.integers(0, 99),
)
def test_windows_are_those_of_training(text, radius, dynamic, subsample, seed):
    explorer = WindowExplorer(f"{text}\nx y", 0, radius, dynamic, subsample, seed)
    sentences = explorer.sentences()
    words = [word for sentence in sentences for word in sentence]
    for architecture in (skip_gram, cbow):
        options = {"window": radius, "dynamic_window": dynamic, "subsample": subsample, "min_count": 1, "dimension": 1}
        model = Word2Vec([line for line in sentences if line], architecture, FullSoftmax, **options)
        model.text_rng = np.random.default_rng(seed)
        trained = [
            ([model.vocabulary.words[word] for word in inputs], model.vocabulary.words[target])
            for examples, _ in model.examples()
            for inputs, target in examples
        ]
        ours = [
            ([words[place] for place in inputs], words[target])
            for center, context in explorer.windows().items()
            for inputs, target in architecture(center, context)
        ]
        assert ours == trained


def test_same_generator_gives_the_same_radii_as_windows():
    explorer = WindowExplorer(SENTENCE, dynamic=True, radius=5, seed=3)
    assert list(explorer.windows().items()) == list(windows(range(10), 5, np.random.default_rng(3)))
    reaches = {max(abs(center - place) for place in context) for center, context in explorer.windows().items()}
    assert len(reaches) > 2  # not all of the same radius


def test_discarded_words_are_gone_before_the_windows_are_laid():
    explorer = WindowExplorer("a x a y a z", radius=1, subsample=0.05, seed=1)
    draws = np.random.default_rng(1).random(6)
    keep = keep_probability(np.array([3, 1, 1, 1]), 0.05)[[0, 1, 0, 2, 0, 3]]
    left = [place for place in range(6) if draws[place] < keep[place]]
    assert len(left) < 6
    assert explorer.windows() == dict(windows(left, 1))
    assert any(abs(center - place) > 1 for center, context in explorer.windows().items() for place in context)


def test_a_long_line_is_cut_as_a_text_file_is():
    explorer = WindowExplorer("\ufeff" + "a b " * 600 + "\n\nc")
    assert [len(sentence) for sentence in explorer.sentences()] == [1000, 200, 1]
    assert explorer.sentences()[0][0] == "a"


def test_the_browser_throws_the_same_dice(tmp_path):
    (tmp_path / "places.mjs").write_text(
        f'import {{ firstShown, readText, throwDice }} from "{(FOLDER / "window_explorer.mjs").as_uri()}";\n'
        "export const places = (text, dice) => {\n"
        "  const { left, laid } = throwDice(readText(text), dice);\n"
        "  return [[...left], [...laid.values()].map(({ center, context }) => [center, context])];\n"
        "};\n"
        "export { firstShown };\n"
    )
    rng, cases = np.random.default_rng(5), []
    for _ in range(120):
        words = rng.choice(["a", "a", "a", "b", "c", "\n", *HOSTILE], size=rng.integers(0, 60))
        dice = {"radius": int(rng.integers(1, 11)), "dynamic": bool(rng.integers(2))}
        dice |= {"subsample": float(rng.choice([0, 0.001, 0.05, 0.3, 1])), "seed": int(rng.integers(2**40))}
        cases.append((" ".join(words), dice))
    answers = call(tmp_path / "places.mjs", [["places", text, dice] for text, dice in cases])
    for (text, dice), (left, laid) in zip(cases, answers, strict=True):
        explorer = WindowExplorer(text, 0, **dice)
        assert explorer._throw() == (left, {center: context for center, context in laid})
    places = [[center, count] for count in (1, 59, 60, 61, 5000) for center in {0, 19, 40, count - 1} if center < count]
    assert call(tmp_path / "places.mjs", [["firstShown", *place] for place in places]) == [
        first_shown(*place) for place in places
    ]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"text": 5}, "text must be a string of at most 60,000 characters, not 5"),
        ({"text": "x" * (LONGEST_TEXT + 1)}, "not one of 60,001"),
        ({"center": -1}, "center must be a whole number of at least 0, not -1"),
        ({"center": True}, "center"),
        ({"radius": 0}, "radius must be a whole number of at least 1, not 0"),
        ({"radius": 11}, "radius must be at most 10, not 11"),
        ({"dynamic": 1}, "dynamic must be True or False, not 1"),
        ({"subsample": float("nan")}, "subsample must be a finite number"),
        ({"subsample": 1.5}, "at most 1"),
        ({"seed": 0.5}, "seed must be a whole number of at least 0, not 0.5"),
        ({"seed": 2**53}, "seed"),
    ],
)
def test_settings_without_windows_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        WindowExplorer(**settings)


def test_settings_go_both_ways(monkeypatch, caplog):
    widget, sent = WindowExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    widget.radius = 4
    assert [message["state"] for message in sent] == [{"radius": 4}]
    from_browser(widget, text="one two", center=1, dynamic=True, seed=7)
    assert (widget.text, widget.center, widget.dynamic, widget.seed) == ("one two", 1, True, 7)
    from_browser(widget, radius=0)
    assert "radius must be a whole number" in caplog.text
    assert widget.radius == 4
    assert payload(widget.html())["state"]["text"] == "one two"


def test_sentence_says_what_there_is_and_what_is_missing():
    assert "no word" in WindowExplorer(" \n ").describe()
    assert "only one word, “alone”" in WindowExplorer("alone").describe()
    assert "“end” has no neighbour" in WindowExplorer("to be\nend", center=99).describe()
    thrown = WindowExplorer("a a a b", center=0, subsample=0.001, seed=1)
    assert 0 not in thrown.windows()
    assert thrown.describe().startswith("“a” was thrown out")


# --- the page ---


def expect_shown(root, **settings):
    """What stands on the page is what Python computes."""
    explorer = WindowExplorer(**settings)
    words = [word for sentence in explorer.sentences() for word in sentence]
    center, laid = min(explorer.center, len(words) - 1), explorer.windows()
    left, context = explorer._throw()[0], laid.get(center, [])
    first = first_shown(center, len(words))
    tokens = root.locator(".w2v-chip")
    assert tokens.locator("bdi").all_inner_texts() == words[first : first + 60]
    kinds = tokens.evaluate_all("found => found.map(token => token.className)")
    for place, kind in enumerate(kinds, start=first):
        assert ("is-center" in kind) == (place == center)
        assert ("is-context" in kind) == (place in context)
        assert ("is-out" in kind) == (place not in left)
    lists = root.locator(".w2v-examples > div")
    for shown, architecture in zip(lists.all(), (cbow, skip_gram), strict=True):
        examples = architecture(center, context) if context else []
        terms = "terms => terms.map(term => [...term.querySelectorAll('bdi')].map(word => word.textContent))"
        found = shown.locator(".w2v-term").evaluate_all(terms)
        by_example = [[words[place] for place in (*inputs, target)] for inputs, target in examples]
        assert found == ([[word] for example in by_example for word in example] if architecture is cbow else by_example)
        expect(shown.locator(":scope > .w2v-number")).to_have_text(re.compile(f"^{len(examples)} example"))
    plain = WindowExplorer(explorer.text, radius=explorer.radius)
    counts = [
        whole(count)
        for one in (explorer, plain)
        for count in (
            len(one._throw()[0]),
            sum(len(cbow(*window)) for window in one.windows().items()),
            sum(len(skip_gram(*window)) for window in one.windows().items()),
        )
    ]
    assert root.locator(".w2v-tally td").all_inner_texts() == counts


def test_mouse_keyboard_and_sliders_move_the_window(open_page):
    page = open_page(WindowExplorer(SENTENCE))
    root = live(page)
    now = {"text": SENTENCE, "center": 2}
    expect_shown(root, **now)
    notes = root.locator(".w2v-chip small")
    assert notes.all_inner_texts() == ["−2", "−1", "center", "+1", "+2", "", "", "", "", ""]
    root.locator(".w2v-chip", has_text="that").click()
    expect_shown(root, **(now := now | {"center": 6}))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect_shown(root, **(now := now | {"center": 8}))
    for _ in range(3):  # the last word stays the last
        page.keyboard.press("ArrowRight")
    expect_shown(root, **(now := now | {"center": 9}))
    page.keyboard.press("ArrowLeft")
    expect(root.locator(".w2v-chip input").nth(8)).to_be_focused()
    root.get_by_label("center: word").press("Home")
    expect_shown(root, **(now := now | {"center": 0}))
    root.get_by_label("radius m").press("End")
    expect_shown(root, **(now := now | {"radius": 10}))
    assert notes.all_inner_texts() == ["center", *(f"+{place}" for place in range(1, 10))]
    root.get_by_label("radius m").press("Home")
    expect_shown(root, **(now := now | {"radius": 1}))
    root.get_by_role("button", name="Reset").click()
    expect_shown(root, text=SENTENCE)


def test_dice_are_those_of_python(open_page):
    page = open_page(WindowExplorer(radius=4))
    root = live(page)
    again = root.get_by_role("button", name="Throw again")
    expect(again).to_be_disabled()
    expect(root.locator(".w2v-dice .w2v-formulas")).to_be_hidden()
    root.get_by_label("dynamic window").check()
    now = {"radius": 4, "dynamic": True}
    expect_shown(root, **now)
    again.click()
    again.press("Enter")
    expect_shown(root, **(now := now | {"seed": 3}))
    rng = np.random.default_rng(3)
    turns = [rng.random() for _ in range(20)]
    reaches = [f"±{1 + int(4 * turn)}" for turn in turns]  # each word throws its own
    assert root.locator(".w2v-chip small").all_inner_texts()[5:] == reaches[5:]
    reach = root.get_by_label("the radius of the window")
    expect(reach).to_contain_text(f"1 + ⌊4 · {show(turns[2])}⌋ = {1 + int(4 * turns[2])}")
    slider = root.get_by_label("subsampling t")
    for _ in range(4):
        slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "0.05")
    expect_shown(root, **(now := now | {"subsample": 0.05}))
    draws, keep = np.random.default_rng(3).random(5), np.sqrt(0.05 / (4 / 20))
    out = [place for place in (0, 3) if draws[place] >= keep]  # the, a: four times each
    assert out, "choose another seed"
    root.locator(".w2v-chip").nth(out[0]).click()
    stays = root.get_by_label("does the center word stay?")
    expect(stays).to_contain_text(f"√(0.05 / (4/20))) = {show(keep)}. Thrown: {show(draws[out[0]])} ✗ out")
    expect(root.locator(".w2v-chip").nth(out[0]).locator("bdi")).to_have_css("text-decoration-line", "line-through")
    expect_shown(root, **(now | {"center": out[0]}))
    expect(root.locator(".w2v-examples > div").first).to_contain_text("0 examples")
    slider.press("End")  # off
    expect(stays).to_be_hidden()
    expect_shown(root, **(now | {"center": out[0], "subsample": 0}))


def test_touch_chooses_a_word_on_a_phone(open_page):
    page = open_page(WindowExplorer(), width=360, has_touch=True, is_mobile=True)
    live(page).locator(".w2v-chip", has_text="wolf").tap()
    expect_shown(live(page), center=16)
    radius = live(page).get_by_label("radius m")
    radius.tap(position={"x": radius.bounding_box()["width"] - 2, "y": 10})
    expect_shown(live(page), center=16, radius=10)
    live(page).get_by_label("dynamic window").tap()
    expect_shown(live(page), center=16, radius=10, dynamic=True)
    assert_no_overflow(page)


def test_typing_too_little_says_what_is_missing_and_hostile_words_stay_text(open_page):
    page = open_page(WindowExplorer(), width=360)
    root = live(page)
    box, lack = root.get_by_label("Text, one sentence a line"), root.locator(".w2v-lack")
    expect(lack).to_be_hidden()
    box.fill(" \n ")
    expect(lack).to_contain_text("no word yet")
    expect(root.locator(".w2v-chips")).to_be_hidden()
    box.press_sequentially("<b>")
    expect(lack).to_contain_text("The only word is “<b>”")
    box.press_sequentially(" now")
    expect(lack).to_be_hidden()
    text = "\n".join(["__proto__ constructor", *HOSTILE, "x" * 300 + " end"])
    box.fill(text)
    expect_shown(root, text=text)
    root.locator(".w2v-chip", has_text="constructor").click()
    expect_shown(root, text=text, center=1)
    assert page.locator("main :is(img, b)").count() == 0
    assert_no_overflow(page)
    assert box.input_value() == text


def test_five_thousand_words_stay_fluid(open_page):
    page = open_page(WindowExplorer(), width=360)
    root = live(page)
    rng = np.random.default_rng(0)
    text = " ".join(f"w{int(rank)}" for rank in rng.zipf(1.4, 5000) % 1000)
    root.get_by_label("Text, one sentence a line").fill(text)
    root.get_by_label("dynamic window").check()
    expect(root.locator(".w2v-chips")).to_contain_text("4,940 words after …")
    milliseconds = page.evaluate("""() => {
        const [center, radius] = document.querySelectorAll(".w2v-live input[type=range]");
        const times = Array.from({ length: 40 }, (_, step) => {
            const slider = step % 2 ? center : radius;
            slider.value = step % 2 ? 3000 + 7 * step : 1 + step % 10;
            const start = performance.now();
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            document.body.offsetWidth;
            return performance.now() - start;
        });
        return times.sort((a, b) => a - b)[10];  // other work on the machine slows some of them
    }""")
    assert milliseconds < 16
    root.get_by_label("center: word").press("End")
    expect_shown(root, text=text, center=4999, dynamic=True, radius=9)
    expect(root.locator(".w2v-chips")).to_contain_text("… 4,940 words before")
    assert_no_overflow(page)
    root.get_by_label("Text, one sentence a line").fill("x " * 40_000)  # longer than any text may be
    assert len(root.get_by_label("Text, one sentence a line").input_value()) <= LONGEST_TEXT


def test_examples_and_words_light_each_other(open_page):
    page = open_page(WindowExplorer())
    root = live(page)
    tokens = root.locator(".w2v-chip")
    tokens.nth(1).hover()
    assert lit(root) == ["c1", "s1", "w1"]
    tokens.nth(2).hover()
    assert lit(root) == sorted(["k", "w2", *(f"{kind}{place}" for kind in "cs" for place in (0, 1, 3, 4))])
    tokens.nth(9).hover()
    assert lit(root) == ["w9"]
    root.get_by_label("skip-gram examples").locator("button").nth(2).hover()
    assert lit(root) == ["s3", "w2", "w3"]
    cbow_line = root.get_by_label("the CBOW example")
    cbow_line.locator("button").first.focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["c0", "w0"]
    page.keyboard.press("ArrowLeft")
    assert lit(root) == ["k", "w2"]
    root.get_by_label("radius m").focus()
    assert set(lit(root)) == {"m"}


def test_the_share_in_the_formula_lights_every_occurrence(open_page):
    root = live(open_page(WindowExplorer(center=1, subsample=0.1, text="b a b c b d")))
    root.get_by_label("does the center word stay?").locator("[data-part=f]").hover()
    assert lit(root) == ["f", "w1"]
    root.locator(".w2v-chip").nth(2).click()
    root.get_by_label("does the center word stay?").locator("[data-part=f]").hover()
    assert lit(root) == ["f", "w0", "w2", "w4"]
    root.get_by_label("does the center word stay?").locator("[data-part=t]").hover()
    assert lit(root) == ["t", "t"]


def test_two_copies_keep_to_themselves_and_speak_once(open_page):
    page = open_page(WindowExplorer(), WindowExplorer(SENTENCE, center=5))
    live(page, 1).locator(".w2v-chip").nth(0).click()
    expect_shown(live(page, 0))
    expect_shown(live(page, 1), text=SENTENCE, center=0)
    expect(live(page, 0).get_by_role("status")).to_have_text("")
    expect(live(page, 1).get_by_role("status")).to_have_text(
        "to: 2 words in its window. The text gives 10 CBOW examples and 34 skip-gram examples."
    )


def test_still_figure_shows_pythons_windows(open_page):
    explorer = WindowExplorer(
        "\n".join([*HOSTILE, SENTENCE]), center=14, subsample=0.02, dynamic=True, radius=3, seed=4
    )
    page = open_page(explorer, java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    words = [word for sentence in explorer.sentences() for word in sentence]
    assert still.locator(".w2v-chip").all_inner_texts() == words
    out = [words[place] for place in range(len(words)) if place not in explorer._throw()[0]]
    assert out
    assert still.locator("s").all_inner_texts() == out
    context = [words[place] for place in explorer.windows()[14]]
    assert still.locator(".is-context").all_inner_texts() == context
    pairs = still.locator(".w2v-examples > div").last.locator("li").all_inner_texts()
    assert pairs == [f"{words[14]} → {word}" for word in context]
    assert page.locator("main img").count() == 0
