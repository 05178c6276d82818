"""The map in the hand: neighbours, analogies and places are those that Python finds for the same rounded vectors."""

import re
import time
from math import log2

import numpy as np
import pytest
from playwright.sync_api import expect
from test_style import contrast
from widget_fixtures import FOLDER, HOSTILE, assert_accessible, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import ToyCorpus, WordVectors
from w2v_core.errors import SettingError
from w2v_core.plots import pca
from w2v_core.style import PLAIN
from w2v_core.widgets import EmbeddingMap
from w2v_core.widgets.base import show

CROSS = WordVectors(["man", "king", "woman", "queen"], np.array([[1, 0], [1, 1], [-1, 0], [-1, 1.0]]))


def listed(root):
    """The list beside the map: words and their cosines."""
    lines = root.locator(".w2v-asked > div:not([hidden]) li:not([hidden])")
    pairs = lines.evaluate_all("""lines => lines.map((line) =>
        [line.querySelector("bdi").textContent, line.querySelector(".w2v-number").textContent])""")
    return [tuple(pair) for pair in pairs]


def shown(found):
    return [(word, show(cosine)) for word, cosine in found]


def expect_neighbours(root, one, word):
    expect(root.locator(".w2v-title:visible")).to_have_text(f"Nearest to {word}")
    assert listed(root) == shown(one.vectors.nearest(word, 8))


def expect_answers(root, one, a, b, c):
    expect(root.locator(".w2v-title:visible")).to_have_text(f"Nearest to {b} − {a} + {c}")
    assert listed(root) == shown(one.vectors.analogy(a, b, c, 6))


def spots(root):
    """Where each word stands on the page, in pixels of the drawing; those in the window only."""
    found = root.locator(".w2v-point").evaluate_all("""points => points
        .filter((point) => point.style.display !== "none")
        .map((point) => [point.querySelector("text").textContent, point.getAttribute("transform")])""")
    return {word: np.array(re.findall(r"[-\d.]+", text), dtype=float) for word, text in found}


def point(root, word):
    return root.locator(".w2v-point").filter(has_text=re.compile(f"^{re.escape(word)}$"))


def mark(root, word):
    return point(root, word).locator("path")


def chosen(root):
    """The words whose marks have a ring."""
    return root.locator(".w2v-point[aria-selected=true] text").all_text_contents()


def labels(root):
    """Boxes of the labels that can be read, without the half lines above and below the letters."""
    return root.locator(".w2v-scatter text").evaluate_all("""texts => texts
        .filter((text) => text.textContent && !text.closest("[style*=none]"))
        .filter((text) => getComputedStyle(text).visibility === "visible")
        .map((text) => [text.textContent, text.getBoundingClientRect()])
        .map(([word, box]) => [word, box.x + 1, box.x + box.width - 1, box.y + 3, box.y + box.height - 3])""")


def assert_labels_apart(root):
    boxes = labels(root)
    for i, (one, left, right, top, bottom) in enumerate(boxes):
        for other, left_, right_, top_, bottom_ in boxes[:i]:
            assert left >= right_ or left_ >= right or top >= bottom_ or top_ >= bottom, (one, other)
    return len(boxes)


# --- what Python holds ---


def test_vectors_are_of_length_1_rounded_and_answer_like_the_original():
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(20, 7)) * np.logspace(-150, 150, 20)[:, None]
    words = [f"w{i}" for i in range(20)]
    one, original = EmbeddingMap(WordVectors(words, matrix)), WordVectors(words, matrix)
    np.testing.assert_allclose(np.linalg.norm(one.coordinates, axis=1), 1, atol=2e-4)
    assert np.array_equal(one.coordinates, np.round(one.coordinates, 4))
    for word in words:
        near = dict(original.nearest(word, 19))
        assert dict(one.vectors.nearest(word, 19)) == pytest.approx(near, abs=5e-4)
    assert payload(one.html())["state"]["coordinates"] == one.coordinates


def test_default_is_quick_and_knows_the_toy_corpus():
    start = time.process_time()
    one = EmbeddingMap()
    assert time.process_time() - start < 2  # 0.04 s on a quiet machine
    assert len(one.html()) < 140_000
    assert one.html() == EmbeddingMap().html()
    score = ToyCorpus().score(one.vectors)
    assert (score.analogies, score.clusters) == (1.0, 1.0)


def test_places_are_those_of_the_figures():
    one = EmbeddingMap()
    places, part = one.places()
    np.testing.assert_allclose(places, pca(one.vectors.matrix), atol=2e-4)
    centered = one.vectors.matrix - one.vectors.matrix.mean(axis=0)
    np.testing.assert_allclose(part, (places**2).sum() / (centered**2).sum(), atol=1e-3)
    one.along = "person"
    places, part = one.places()
    people = [one.words.index(word) for word in ToyCorpus().clusters["person"]]
    np.testing.assert_allclose(places[people] - places[people].mean(axis=0), pca(one.vectors.matrix[people]), atol=5e-4)
    assert "62% of the spread of the cluster person" in one.describe()
    assert part == pytest.approx(0.62, abs=0.005)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vectors": [[1, 2]]}, "vectors must be a WordVectors, such as model.vectors"),
        ({"vectors": WordVectors(["a"], np.eye(1))}, "4 to 1000 words, not 1"),
        ({"vectors": WordVectors(["a", "b", "c", " "], np.eye(4))}, "not blank, not ' '"),
        ({"vectors": WordVectors(list("abcd"), np.ones((4, 101)))}, "at most 100 coordinates, not 101"),
        ({"word": "quen"}, "The word 'quen' is not in the vocabulary. Did you mean 'queen'?"),
        ({"word": 3}, "The word 3 is not in the vocabulary."),
        ({"analogy": ("man", "king", "wman")}, "Did you mean 'woman'"),
        ({"analogy": ("man", "king")}, "three words"),
        ({"analogies": [("man", "king", "woman")]}, "four words"),
        ({"analogies": [("man", "king", "woman", "quen")]}, "Did you mean 'queen'?"),
        ({"clusters": {"people": ["man", "tea"]}}, "The word 'tea' is not"),
        ({"clusters": {"men": ["man", "king"], "royal": ["king"]}}, "'king' is there twice"),
        ({"clusters": {str(i): [] for i in range(9)}}, "at most 8"),
        ({"clusters": [3]}, "at most 8 names, each with a list of words"),
        ({"clusters": {" ": []}}, "at most 8 names"),
        ({"clusters": {"two": ["man", "king"]}, "along": "two"}, "along must be None or a cluster of 3 words"),
        ({"mode": "both"}, "neighbours, analogy, not 'both'"),
        ({"view": (0, 0)}, "three numbers"),
        ({"view": (0, 0, 0.5)}, "magnification"),
        ({"view": (0, float("nan"), 1)}, "view must be a finite number"),
    ],
)
def test_settings_that_make_no_map_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        EmbeddingMap(**{"vectors": CROSS} | settings)


@pytest.fixture
def wired(monkeypatch):
    """A widget and the messages it sent to the browser."""
    one, sent = EmbeddingMap(CROSS), []
    monkeypatch.setattr(one.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    return one, sent


def test_python_and_browser_stay_in_step(wired, caplog):
    one, sent = wired
    one.word = "queen"
    one.clusters = {"royal": ["king", "queen"]}
    assert [message["state"] for message in sent] == [{"word": "queen"}, {"clusters": [["royal", ["king", "queen"]]]}]
    sent.clear()
    from_browser(one, mode="analogy", analogy=["woman", "queen", "man"], view=[0.1, 0, 2])
    assert (one.mode, one.analogy, one.view) == ("analogy", ["woman", "queen", "man"], [0.1, 0, 2])
    assert not [message for message in sent if message["method"] == "update"]
    with pytest.raises(SettingError, match="Did you mean 'queen'"):
        one.word = "quen"
    from_browser(one, word="quen")
    assert "Did you mean 'queen'" in caplog.text
    assert one.word == "queen"
    with one.hold_trait_notifications():
        one.words, one.coordinates = list("abcd"), np.eye(4).tolist()
        one.word, one.analogy, one.clusters = "a", ["a", "b", "c"], {}
    assert "Nearest to b − a + c: d 0.000" in one.describe()


# --- what the reader meets ---


def test_pointing_choosing_and_finding_show_the_nearest_words(open_page):
    one = EmbeddingMap()
    page = open_page(one)
    root = live(page)
    expect_neighbours(root, one, "king")
    assert assert_labels_apart(root) > 20
    mark(root, "by").hover()  # pointing: for as long as it lasts
    expect_neighbours(root, one, "by")
    assert lit(root) == [f"w{one.words.index('by')}"] * 2  # on the map and in the formula
    assert root.locator(".w2v-ways-there line").count() == 8
    page.mouse.move(1, 1)
    expect_neighbours(root, one, "king")
    mark(root, "by").click()
    page.mouse.move(1, 1)
    expect_neighbours(root, one, "by")
    assert_labels_apart(root)
    first = one.vectors.nearest("by")[0][0]
    root.locator(".w2v-go:visible").first.click()  # a word of the list leads on
    expect_neighbours(root, one, first)
    then = one.vectors.nearest(first)[0][0]
    assert lit(root) == [f"w{one.words.index(then)}"] * 4  # what is under the pointer now: line, mark, row and term
    assert chosen(root) == [first]

    box = root.get_by_label("find")
    box.press_sequentially("queen")
    expect_neighbours(root, one, "queen")
    expect(root.get_by_role("status")).to_have_text(
        "Nearest to queen: " + ", ".join(" ".join(pair) for pair in shown(one.vectors.nearest("queen", 3))) + "."
    )
    box.fill("ROM")
    box.press("Enter")
    expect_neighbours(root, one, "rome")
    for text, problem in [
        ("king's", "“king's” is not among the 102 words of the map."),
        ("ca", "“ca” is not among the 102 words of the map. These begin so: cairo, carp, castle, cat."),
        ("word " * 5000, "“word word word word wor…” is not among the 102 words of the map."),
        (HOSTILE[0], f"“{HOSTILE[0][:23]}…” is not among the 102 words of the map."),
    ]:
        box.fill(text)
        box.press("Enter")
        said = root.get_by_role("alert").inner_text()
        assert said.split(":")[0] == problem.split(":")[0]
        assert sorted(re.findall(r"\w+", said)) == sorted(re.findall(r"\w+", problem))
        expect_neighbours(root, one, "rome")
    box.fill("")
    expect(root.get_by_role("alert")).to_have_text("")

    point(root, "by").focus()
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp"):
        page.keyboard.press(key)
        word = page.evaluate("document.activeElement.querySelector('text').textContent")
        expect_neighbours(root, one, word)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect_neighbours(root, one, word)
    root.get_by_role("button", name="Reset").click()
    expect_neighbours(root, one, "king")


def test_sum_of_words_and_its_arrows_are_pythons(open_page):
    one = EmbeddingMap()
    page = open_page(one)
    root = live(page)
    root.get_by_label("a sum of words").check()
    expect_answers(root, one, "man", "king", "woman")
    expect(root.locator(".w2v-verdict")).to_have_text("✓ queen, the known answer ★, comes first.")
    expect(root.get_by_text("The known answer comes first in 50 of 50 known analogies.")).to_be_visible()
    expect(root.get_by_label("map along the directions of")).to_have_value("4")  # the map has turned to the people
    assert_labels_apart(root)
    assert sorted(chosen(root)) == ["king", "man", "woman"]

    def goal():
        cross = root.locator(".w2v-goal").get_attribute("d")
        left, y, right = map(float, re.match(r"M([-\d.]+) ([-\d.]+)H([-\d.]+)", cross).groups())
        return np.array([(left + right) / 2, y])

    at = spots(root)
    np.testing.assert_allclose(goal(), at["king"] - at["man"] + at["woman"], atol=0.3)
    places = dict(zip(one.words, one.places()[0], strict=True))
    root.get_by_label("map along the directions of").select_option("all words")
    number = lambda place: f"({show(place[0], 2)}, {show(place[1], 2)})"  # noqa: E731
    total = places["king"] - places["man"] + places["woman"]
    expect(root.get_by_label("the sum on the map")).to_have_text(
        f"{number(places['king'])} − {number(places['man'])} + {number(places['woman'])} = {number(total)}"
    )
    at = spots(root)
    np.testing.assert_allclose(goal(), at["king"] - at["man"] + at["woman"], atol=0.3)

    selects = root.locator(".w2v-sum select")
    selects.nth(0).select_option("paris − france + italy")
    expect_answers(root, one, "france", "paris", "italy")
    expect(root.get_by_label("map along the directions of")).to_have_value("3")
    for number_, word in ((1, "tea"), (2, "cat"), (3, "the")):
        selects.nth(number_).select_option(word)
    expect_answers(root, one, "cat", "tea", "the")
    expect(root.locator(".w2v-verdict")).to_have_text("The known analogies do not tell the answer to this one.")
    found = dict(one.vectors.analogy("cat", "tea", "the", 102))
    root.get_by_label("map along the directions of").select_option("person")
    mark(root, "crown").hover()
    expect(root.locator(".w2v-rank")).to_have_text(
        f"crown: cosine {show(found['crown'])}, number {list(found).index('crown') + 1} of 99."
    )
    root.get_by_role("button", name="Reset").click()
    expect_neighbours(root, one, "king")
    expect(root.get_by_label("map along the directions of")).to_have_value("")


def test_wrong_answers_are_called_wrong(open_page):
    vectors = WordVectors(["a", "b", "c", "d", "e"], np.array([[1, 0], [0.6, 0.8], [0, 1], [1, 0.5], [-0.4, 1.8]]))
    one = EmbeddingMap(vectors, analogies=[("a", "b", "c", "d"), ("a", "c", "b", "e")], mode="analogy")
    page = open_page(one)
    root = live(page)
    assert one.vectors.analogy("a", "b", "c")[0][0] == "e"
    expect(root.locator(".w2v-verdict")).to_have_text("✗ The known answer ★ is d: number 2 of 2.")
    expect(root.get_by_text("The known answer comes first in 1 of 2 known analogies.")).to_be_visible()
    assert "the known answer is d" in one.describe()


def test_places_on_the_page_are_pythons_and_both_axes_have_one_scale(open_page):
    one = EmbeddingMap()
    page = open_page(one, EmbeddingMap(along="place"), EmbeddingMap(CROSS))
    for copy, other in enumerate((one, EmbeddingMap(along="place"), EmbeddingMap(CROSS))):
        pixels = spots(live(page, copy))
        places = dict(zip(other.words, other.places()[0], strict=True))
        wanted = np.array([places[word] for word in pixels]) * [1, -1]
        found = np.array(list(pixels.values()))
        scale = np.ptp(found[:, 0]) / np.ptp(wanted[:, 0])
        np.testing.assert_allclose(found - found[0], scale * (wanted - wanted[0]), atol=0.2)


def test_window_zooms_and_moves_by_every_means(open_page):
    one = EmbeddingMap()
    page = open_page(one)
    root = live(page)
    plot = root.locator(".w2v-chart")
    box = plot.bounding_box()
    start = spots(root)
    count = assert_labels_apart(root)
    assert len(start) == 102

    def where(word):
        return spots(root)[word]

    middle = where("the") + [box["x"], box["y"]]
    page.mouse.move(*middle)
    page.mouse.wheel(0, 0)
    page.keyboard.down("Control")
    page.mouse.wheel(0, -400)
    page.keyboard.up("Control")
    expect(root.get_by_role("slider")).to_have_value("2")  # four times as near
    np.testing.assert_allclose(where("the"), start["the"], atol=1.5)
    near = spots(root)
    assert 2 < len(near) < 102
    for word in near:
        np.testing.assert_allclose(near[word] - near["the"], 4 * (start[word] - start["the"]), atol=6)
    assert_labels_apart(root)
    page.mouse.wheel(0, -100)
    expect(root.get_by_role("slider")).to_have_value("2")  # a plain wheel scrolls

    page.evaluate("scrollTo(0, 0)")
    before = where("the")
    at = before + [box["x"], box["y"]]  # on a word
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(*(at + [-40, 30]), steps=4)
    page.mouse.up()
    np.testing.assert_allclose(where("the"), before + [-40, 30], atol=1.5)
    page.mouse.move(1, 1)
    expect(root.locator(".w2v-title:visible")).to_have_text("Nearest to king")  # a drag chooses no word
    before = where("the")
    root.get_by_role("button", name="move right").click()
    frame = float(root.locator(".w2v-ways-there").get_attribute("width"))
    np.testing.assert_allclose(where("the"), before - [frame / 4, 0], atol=1.5)
    root.get_by_role("button", name="move left").click()
    np.testing.assert_allclose(where("the"), before, atol=1.5)
    root.get_by_role("button", name="whole map").click()
    for word, place in spots(root).items():
        np.testing.assert_allclose(place, start[word], atol=0.2)
    expect(root.get_by_role("button", name="move left")).to_be_disabled()

    point(root, "king").focus()
    page.keyboard.press("+")
    page.keyboard.press("+")
    expect(root.locator(".w2v-tools .w2v-number")).to_have_text("× 2.0")
    np.testing.assert_allclose(where("king"), start["king"], atol=1.5)  # it zooms towards the word in question
    before = where("king")
    page.keyboard.press("Shift+ArrowLeft")
    assert where("king")[0] > before[0] + 50
    page.keyboard.press("-")
    expect(root.locator(".w2v-tools .w2v-number")).to_have_text("× 1.4")
    page.keyboard.press("0")
    expect(root.locator(".w2v-tools .w2v-number")).to_have_text("× 1.0")
    slider = root.get_by_role("slider")
    slider.press("End")
    expect(root.locator(".w2v-tools .w2v-number")).to_have_text("× 32.0")
    expect(root.get_by_role("button", name="zoom in")).to_be_disabled()
    assert float(slider.input_value()) == log2(32)
    box_ = root.get_by_label("find")
    box_.fill("egypt")
    box_.press("Enter")  # the window goes where the word is
    assert "egypt" in spots(root)
    point(root, "egypt").focus()
    page.keyboard.press("ArrowRight")
    word = page.evaluate("document.activeElement.querySelector('text').textContent")
    assert word in spots(root)
    assert word != "egypt"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    root.get_by_role("button", name="Reset").click()
    assert len(spots(root)) == 102
    assert assert_labels_apart(root) == count


def test_fingers_tap_drag_and_pinch(open_page):
    one = EmbeddingMap()
    page = open_page(one, width=360, has_touch=True, is_mobile=True)
    root = live(page)
    mark(root, "by").tap()
    expect_neighbours(root, one, "by")
    box = root.locator(".w2v-chart").bounding_box()
    client = page.context.new_cdp_session(page)

    def touch(kind, *fingers):
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in fingers]})

    x, y = box["x"] + 200, box["y"] + 200
    touch("touchStart", (x - 20, y), (x + 20, y))
    for step in range(1, 6):
        touch("touchMove", (x - 20 - 6 * step, y), (x + 20 + 6 * step, y))
    touch("touchEnd")
    expect(root.locator(".w2v-tools .w2v-number")).to_have_text("× 2.5")
    start = spots(root)
    touch("touchStart", (x, y))
    for step in range(1, 6):
        touch("touchMove", (x, y - 8 * step))
    touch("touchEnd")
    moved = spots(root)
    word = next(word for word in start if word in moved)
    np.testing.assert_allclose(moved[word] - start[word], [0, -40], atol=6)
    assert page.evaluate("scrollY") == 0  # the finger moved the map, not the page


def test_formula_list_and_map_light_each_other(open_page):
    one = EmbeddingMap()
    page = open_page(one)
    root = live(page)
    number = one.words.index
    root.locator("li", has_text="prince").first.hover()
    assert set(lit(root)) == {f"w{number('prince')}"}
    assert len(lit(root)) == 4  # the line on the map, the point, the line of the list, the term
    v, u = one.vectors["king"], one.vectors["prince"]
    expect(root.get_by_label("the cosine of two vectors")).to_contain_text(
        f"= {show(v[0])} · {show(u[0])} + {show(v[1])} · {show(u[1])} + "
    )
    expect(root.get_by_label("the cosine of two vectors")).to_contain_text(f"(27 more) = {show(v @ u)}")
    root.get_by_label("a sum of words").check()
    terms = root.get_by_label("the sum", exact=True).locator("button")
    terms.nth(0).hover()
    assert lit(root) == ["g"] * 4  # the place on the map, and wherever the formulas name it
    terms.nth(1).hover()
    assert lit(root).count("way") == 2  # both arrows
    assert f"w{number('king')}" in lit(root)
    terms.nth(3).focus()
    assert set(lit(root)) == {f"w{number('woman')}"}


def test_hostile_words_are_only_text_and_copies_do_not_interfere(open_page):
    words = [*HOSTILE, "long" * 100, "__proto__", "constructor"]
    rows = np.random.default_rng(0).normal(size=(8, 3))
    clusters = {HOSTILE[0]: words[:3], "__proto__": words[3:]}
    one = EmbeddingMap(WordVectors(words, rows), clusters, word=words[5])
    two = EmbeddingMap(WordVectors(words, rows), analogies=[words[:4]], mode="analogy", word="constructor")
    page = open_page(one, two, width=360)
    assert page.locator("main img").count() == 0
    assert_no_overflow(page)
    expect(live(page, 0).locator(".w2v-legend bdi").first).to_have_text(HOSTILE[0])
    assert listed(live(page, 0)) == shown(one.vectors.nearest(words[5], 7))
    assert listed(live(page, 1)) == shown(two.vectors.analogy(*words[:3], 6))
    expect(live(page, 1).locator(".w2v-legend")).to_have_count(0)
    live(page, 0).get_by_label("find").fill("__proto__")
    assert listed(live(page, 0)) == shown(one.vectors.nearest("__proto__", 7))
    assert listed(live(page, 1)) == shown(two.vectors.analogy(*words[:3], 6))
    lists = page.locator(".w2v-live datalist").evaluate_all("lists => lists.map((list) => list.id)")
    boxes = page.locator(".w2v-live [list]").evaluate_all("boxes => boxes.map((box) => box.getAttribute('list'))")
    assert lists == boxes
    assert len(set(lists)) == 2


@pytest.mark.parametrize(
    "rows", [np.zeros((5, 3)), np.ones((5, 1)), np.eye(5), np.array([[1.0, 0]] * 4 + [[-1, 0]])], ids=str
)
def test_degenerate_vectors_are_drawn(open_page, rows):
    one = EmbeddingMap(WordVectors(list("abcde"), rows))
    page = open_page(one, EmbeddingMap(WordVectors(list("abcde"), rows), mode="analogy"), width=360)
    assert listed(live(page, 0)) == shown(one.vectors.nearest("a", 4))
    assert listed(live(page, 1)) == shown(one.vectors.analogy("a", "b", "c", 2))
    assert len(spots(live(page))) == 5
    assert "NaN" not in live(page, 0).inner_text() + live(page, 1).inner_text()


def test_thousand_words_stay_fluid(open_page):
    rng = np.random.default_rng(1)
    words = [f"word{i}" for i in range(1000)]
    centers = rng.normal(size=(8, 50))
    groups = {f"group {k}": words[k::8] for k in range(8)}
    vectors = WordVectors(words, centers[np.arange(1000) % 8] + 0.6 * rng.normal(size=(1000, 50)))
    page = open_page(EmbeddingMap(vectors, clusters=groups))
    times = page.evaluate("""() => {
        const spend = (act) => {
            const start = performance.now();
            act();
            document.body.offsetWidth;
            return performance.now() - start;
        };
        const usual = (times) => times.sort((a, b) => a - b)[times.length >> 2]; // where nothing else took the time
        const click = (point) => point.dispatchEvent(new MouseEvent("click", { bubbles: true }));
        const points = [...document.querySelectorAll(".w2v-point")];
        const hover = points.slice(0, 25).map((point) => spend(() => {
            for (const kind of ["pointerenter", "pointerover"]) {
                point.dispatchEvent(new PointerEvent(kind, { bubbles: kind === "pointerover" }));
            }
        }));
        const slider = document.querySelector(".w2v-live input[type=range]");
        const zoom = Array.from({ length: 15 }, (_, i) => spend(() => {
            slider.value = i / 4;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
        }));
        return [hover, zoom, points.slice(0, 15).map((point) => spend(() => click(point)))].map(usual);
    }""")
    hover, zoom, choose = times
    assert hover < 16
    assert max(zoom, choose) < 60, times
    expect(live(page).locator(".w2v-point")).to_have_count(1000)


def test_both_modes_are_accessible_and_the_marks_can_be_seen(open_page):
    page = open_page(EmbeddingMap(mode="analogy", along="person"), EmbeddingMap(word="paris", view=[0, 0, 6]))
    for theme, paper in (("light", "white"), ("dark", "#14181e")):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'; document.body.style.background = '{paper}'")
        assert_accessible(page)
    for width in (768, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert_no_overflow(page)
    style = (FOLDER / "embedding_map.css").read_text()
    colors = re.findall(r"light-dark\((#\w+), (#\w+)\)", style)
    assert len(colors) == 8
    for pair in colors:
        assert all(contrast(color, paper) > 4.5 for color, paper in zip(pair, PLAIN["paper"], strict=True))
    marks = live(page).locator(".w2v-legend path")
    outlines = marks.evaluate_all("paths => paths.map((path) => path.getAttribute('d'))")
    assert len(outlines) == len(set(outlines)) == 6


def test_still_figure_shows_pythons_numbers(open_page):
    words = [*HOSTILE, "tea"]
    hostile = EmbeddingMap(WordVectors(words, np.random.default_rng(5).normal(size=(6, 4))))
    one, two = EmbeddingMap(), EmbeddingMap(mode="analogy", along="person")
    page = open_page(one, two, hostile, java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    answers = two.vectors.analogy("man", "king", "woman", 6)
    wanted = [one.vectors.nearest("king", 8), answers, hostile.vectors.nearest(words[0], 5)]
    for copy, found in enumerate(wanted):
        rows = [tuple(text.split("\n")) for text in still.nth(copy).locator("li").all_inner_texts()]
        assert [(row[0], row[-1]) for row in rows] == shown(found)
    expect(still.nth(1)).to_contain_text("Nearest to king − man + woman: queen 0.936, the known answer.")
    assert still.nth(0).locator("svg text", has_text=re.compile("^king$")).count() == 1
    assert page.locator("main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
