"""The Huffman tree in the hand: what stands on the page is what Python computes, whoever grows it and however."""

import re

import numpy as np
import pytest
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, from_browser, lit, live, payload

from w2v_core import HuffmanTree, sigmoid
from w2v_core.errors import SettingError
from w2v_core.widgets import TreeExplorer
from w2v_core.widgets.base import show

WORDS, COUNTS = ["the", "tea", "milk", "sugar", "spoon"], [8, 5, 4, 3, 2]
SCORES = [0.5, -0.9, -1.8, -1.9]
MANY = [f"word-{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"words": ["one"], "counts": [1]}, "from 2 to 200 words, not 1"),
        ({"counts": [1, 2, 3]}, "counts must hold 5 numbers for 5 words, not 3"),
        ({"scores": [1, 2]}, "scores must hold 4 numbers for 5 words, not 2"),
        ({"scores": [1, 2, 3, float("nan")]}, "score 3"),
        ({"scores": [1, 2, 3, 1001]}, "at most 1000"),
        ({"word": 5}, "word must be a whole number from 0 to 4, not 5"),
        ({"word": True}, "not True"),
        ({"merged": 5}, "merged must be a whole number from 0 to 4, not 5"),
        ({"merged": -1}, "not -1"),
    ],
)
def test_settings_without_a_tree_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        TreeExplorer(**settings)


def test_state_goes_both_ways(monkeypatch, caplog):
    widget, sent = TreeExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data["state"]), raising=False)
    widget.merged = 2
    assert sent == [{"merged": 2}]
    from_browser(widget, words=["a", "b"], counts=[1, 2], scores=[0.5], word=1, merged=1)
    assert payload(widget.html())["state"] == {
        "words": ["a", "b"], "counts": [1, 2], "scores": [0.5], "word": 1, "merged": 1,
    }  # fmt: skip
    from_browser(widget, counts=[1])
    assert "counts must hold 2 numbers" in caplog.text
    assert widget.counts == [1, 2]


def product_of_answers(tree, word, scores):
    """One answer for each step down, and all of them together."""
    steps = zip(tree.path(word), tree.code(word), strict=True)
    answers = sigmoid(np.array([-scores[row] if bit else scores[row] for row, bit in steps], dtype=float))
    return answers.tolist(), float(np.prod(answers))


SEEN = """root => {
    const isShown = (node) => !node.closest("[style*='none']");
    const all = (what, where = root) => [...where.querySelectorAll(what)].filter(isShown);
    const texts = (what, where) => all(what, where).map((node) => node.textContent);
    return {
        rows: all(".w2v-tree tbody tr").map((row) => [row.querySelector(".w2v-word").textContent,
            ...texts("td:not(:last-child), .w2v-measure .w2v-number", row)]),
        chosen: texts(".w2v-tree tr:has(:checked) .w2v-word"),
        terms: texts(".w2v-formulas .w2v-term"),
        product: texts(".w2v-formulas strong"),
        total: texts(".w2v-tree-note strong"),
        edges: texts(".w2v-path tspan"),
        nodes: texts(".w2v-node text[text-anchor=middle]"),
        scores: texts(".w2v-tree-questions .w2v-number"),
        merged: texts(".w2v-slider:not([data-part]) .w2v-number"),
    };
}"""


def expect_tree(root, words, counts, scores, word, merged=None):
    """What stands on the page is what Python computes."""
    tree = HuffmanTree(np.array(counts))
    merged = tree.V - 1 if merged is None else merged
    probabilities = [product_of_answers(tree, w, scores)[1] for w in range(tree.V)]
    answers, p = product_of_answers(tree, word, scores)
    weights = list(counts)
    for one, other in tree.merges:
        weights.append(weights[one] + weights[other])
    seen = root.evaluate(SEEN)
    assert sorted(seen.pop("rows")) == sorted(
        [words[w], show(counts[w], 0), "".join(map(str, tree.code(w))), show(probabilities[w])] for w in range(tree.V)
    )
    assert seen == {
        "chosen": [words[word]],
        "terms": [f"σ({'−' if bit else ''}s{j})" for j, bit in enumerate(tree.code(word), start=1)]
        + [show(answer) for answer in answers],
        "product": [show(p)],
        "total": ["1.000"],
        "edges": [show(answer) for row, answer in sorted(zip(tree.path(word), answers, strict=True)) if row < merged],
        "nodes": [show(weight, 0) for weight in weights[tree.V :][:merged]],
        "scores": [show(scores[row], 2) for row in tree.path(word)],
        "merged": [str(merged)],
    }
    expect_figures(root, tree)
    return tree


def expect_figures(root, tree):
    shares = tree.counts / tree.counts.sum()
    entropy = -(shares * np.log2(shares)).sum()
    figures = [show(entropy), show(tree.mean_depth), show(np.log2(tree.V)), show(max(tree.depths), 0)]
    assert root.locator(".w2v-tree-depths .w2v-number").all_inner_texts() == figures
    bounds = f"{show(entropy)} ≤ {show(tree.mean_depth)} < {show(entropy + 1)}longest path ≤ V − 1 = {tree.V - 1}"
    expect(root.get_by_label("the bounds of the mean depth")).to_contain_text(bounds)


# `fill` would type 5000 lines one after the other.
PASTE = "(box, text) => { box.value = text; box.dispatchEvent(new Event('input', { bubbles: true })); }"


def type_words(root, words, counts):
    text = "\n".join(f"{word} {count}" for word, count in zip(words, counts, strict=True))
    root.get_by_label("on each line a word and its count").fill(text)


def typed(root):
    lines = root.get_by_label("on each line a word and its count").input_value().split("\n")
    return [line.rsplit(" ", 1)[0] for line in lines], [int(line.rsplit(" ", 1)[1]) for line in lines]


def test_tree_grows_merge_by_merge(open_page):
    page = open_page(TreeExplorer())
    root = live(page)
    tree = expect_tree(root, WORDS, COUNTS, SCORES, word=3)
    root.get_by_role("button", name="Start over").click()
    weights = [*COUNTS, 5, 9, 13, 22]
    names = [f"{word} ({count})" for word, count in zip(WORDS, COUNTS, strict=True)]
    names += [f"the node {weight}" for weight in weights[5:]]
    merge = root.get_by_role("button", name="Merge the two rarest")
    for merged, (one, other) in enumerate(tree.merges):
        expect_tree(root, WORDS, COUNTS, SCORES, word=3, merged=merged)
        said = f"① {names[one]} and ② {names[other]} become a node {weights[5 + merged]}."
        expect(root.get_by_text("Next, merge")).to_contain_text(said)
        marked = root.locator(".w2v-next").all_text_contents()
        assert sorted(marked, key=lambda text: text[-1:]) == [
            ("" if node < 5 else str(weights[node])) + mark for node, mark in ((one, "①"), (other, "②"))
        ]
        merge.click()
    expect_tree(root, WORDS, COUNTS, SCORES, word=3)
    expect(root.get_by_text("All 4 merges are made")).to_be_visible()
    expect(merge).to_be_disabled()
    slider = root.get_by_label("merges made")
    slider.press("ArrowLeft")
    expect_tree(root, WORDS, COUNTS, SCORES, word=3, merged=3)
    expect(root.get_by_role("status")).to_have_text("Next, merge the two rarest: ① the node 9 and ② the node 13 become "
                                                    "a node 22.")  # fmt: skip
    slider.press("Home")
    expect(root.get_by_role("button", name="Undo")).to_be_disabled()
    root.get_by_role("button", name="Reset").click()
    expect_tree(root, WORDS, COUNTS, SCORES, word=3)


def test_mouse_touch_and_keyboard_choose_words_and_scores(open_page):
    page = open_page(TreeExplorer())
    root = live(page)
    root.get_by_text("spoon", exact=True).click()
    expect_tree(root, WORDS, COUNTS, SCORES, word=4)
    page.keyboard.press("ArrowDown")  # the next row of the tree
    expect_tree(root, WORDS, COUNTS, SCORES, word=3)
    expect(root.get_by_role("status")).to_have_text("sugar: code 101, probability 0.047.")
    root.get_by_label("score s1, root").press("ArrowRight")
    scores = [*SCORES[:3], -1.8]
    expect_tree(root, WORDS, COUNTS, scores, word=3)
    slider = root.get_by_label("score s3, node 5")
    place = slider.bounding_box()
    page.mouse.move(place["x"] + place["width"] / 2, place["y"] + 5)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] + 30, place["y"], steps=4)
    page.mouse.up()
    expect_tree(root, WORDS, COUNTS, [6.0, *scores[1:]], word=3)
    root.get_by_role("button", name="All scores 0").click()
    expect_tree(root, WORDS, COUNTS, [0, 0, 0, 0], word=3)

    phone = open_page(TreeExplorer(), width=360, has_touch=True, is_mobile=True)
    live(phone).get_by_text("the", exact=True).tap()
    slider = live(phone).get_by_label("score s1, root")
    slider.tap(position={"x": slider.bounding_box()["width"] - 2, "y": 10})
    expect_tree(live(phone), WORDS, COUNTS, [*SCORES[:3], 6.0], word=0)


def test_scores_from_the_counts_give_the_shares(open_page):
    root = live(open_page(TreeExplorer(word=0)))
    root.get_by_role("button", name="Scores from the counts").click()
    weights = [(2, 3), (4, 5), (5, 8), (9, 13)]  # tokens below the first and below the second child
    best = [np.log(below[0] / below[1]) for below in weights]
    expect_tree(root, WORDS, COUNTS, best, word=0)
    shown = {word: p for word, _, _, p in root.evaluate(SEEN)["rows"]}
    assert shown == {word: show(count / 22) for word, count in zip(WORDS, COUNTS, strict=True)}


def test_other_words_are_typed_or_taken_from_an_example(open_page):
    root = live(open_page(TreeExplorer()))
    deepest = {}
    for name in ("Even counts", "Zipf", "Worst case", "The chapter’s"):
        root.get_by_role("button", name=name).click()
        words, counts = typed(root)
        word = words.index(root.locator(".w2v-tree :checked + .w2v-word").inner_text())
        tree = expect_tree(root, words, counts, TreeExplorer(words, counts).scores, word)
        deepest[name] = int(max(tree.depths)) - (len(words) - 1)
    assert (words, counts) == (WORDS, COUNTS)
    assert deepest["Worst case"] == 0 > max(deepest["Even counts"], deepest["Zipf"])
    rng = np.random.default_rng(5)
    for counts in ([1, 1], [1, 1, 1, 1], [2, 1, 1], [3, 3, 2, 1], [1, 10**9, 1], rng.integers(1, 4, 12).tolist()):
        type_words(root, MANY[: len(counts)], counts)
        words = MANY[: len(counts)]
        expect_tree(root, words, counts, TreeExplorer(words, counts).scores, word=0)


def test_browser_trees_are_pythons_whatever_the_ties():
    rng = np.random.default_rng(8)
    cases = [rng.integers(1, top, size).tolist() for top in (2, 3, 9, 1000) for size in rng.integers(2, 30, 20)]
    answers = call(FOLDER / "models.mjs", [["huffmanTree", counts] for counts in cases])
    scores = call(FOLDER / "models.mjs", [["sharesAsScores", answer] for answer in answers])
    for counts, answer, best in zip(cases, answers, scores, strict=True):
        tree = HuffmanTree(np.array(counts))
        assert answer["merges"] == [list(children) for children in tree.merges]
        assert answer["weights"][-1] == sum(counts)
        shares = [product_of_answers(tree, word, best)[1] for word in range(tree.V)]
        np.testing.assert_allclose(shares, np.array(counts) / sum(counts), rtol=1e-10)


def test_bad_text_is_explained_and_changes_nothing(open_page):
    root = live(open_page(TreeExplorer()))
    box = root.get_by_label("on each line a word and its count")
    for text, message in (
        ("tea 5", "two words at least"),
        ("tea 5\nmilk many", "Line 2: after “milk” write a whole number from 1 to 1,000,000,000"),
        ("\n".join(f"w{n} {n + 1}" for n in range(5000)), "These are 5,000 words; 200 are the most."),
    ):
        box.evaluate(PASTE, text)
        expect(root.get_by_role("alert")).to_contain_text(message)
        assert box.get_attribute("aria-invalid") == "true"
        assert box.input_value() == text
        expect_tree(root, WORDS, COUNTS, SCORES, word=3)
    root.get_by_role("button", name="Reset").click()
    expect(root.get_by_role("alert")).to_have_text("")
    assert typed(root) == (WORDS, COUNTS)


def test_typing_is_not_disturbed(open_page):
    root = live(open_page(TreeExplorer()))
    box = root.get_by_label("on each line a word and its count")
    box.fill("")
    box.press_sequentially("  New   York 12 \n\nthe\t30\n")
    assert box.input_value() == "  New   York 12 \n\nthe\t30\n"
    expect_tree(root, ["New York", "the"], [12, 30], TreeExplorer(["a", "b"], [1, 2]).scores, word=0)


def test_hostile_words_are_only_text(open_page):
    words = [*HOSTILE, "__proto__"]
    page = open_page(TreeExplorer(words, range(1, 7)), width=360)
    expect(live(page).locator(".w2v-tree .w2v-word")).to_have_count(6)
    type_words(live(page), words[::-1], range(1, 7))
    expect(live(page).get_by_role("alert")).to_have_text("")
    shown = live(page).locator(".w2v-tree .w2v-word").all_text_contents()
    assert sorted(shown) == sorted(" ".join(word.split()) for word in words)
    assert page.locator("main img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_extreme_scores_stay_numbers_and_add_up(open_page):
    scores = [1000.0, -1000.0, 1000.0, -1000.0]
    page = open_page(TreeExplorer(scores=scores), TreeExplorer(scores=scores, word=2), width=360)
    for copy, word in ((0, 3), (1, 2)):
        tree = HuffmanTree(np.array(COUNTS))
        answers, p = product_of_answers(tree, word, scores)
        line = live(page, copy).get_by_label("the probability, question by question")
        assert line.locator("button").all_inner_texts()[len(answers) :] == [show(answer) for answer in answers]
        expect(line.locator("strong")).to_have_text(show(p))
        expect(live(page, copy).locator(".w2v-tree-note strong")).to_have_text("1.000")


@pytest.mark.parametrize("counts", [[2**n for n in range(20)], [1000 // (n + 1) for n in range(20)]])
def test_twenty_words_fit_a_phone_and_each_leaf_is_in_its_row(open_page, counts):
    page = open_page(TreeExplorer(MANY, counts), width=360)
    for width in (360, 1000):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        middle = "nodes => nodes.map(node => (box => box.top + box.height / 2)(node.getBoundingClientRect()))"
        rows = live(page).locator(".w2v-tree tbody tr").evaluate_all(middle)
        leaves = live(page).locator(".w2v-leaf").evaluate_all(middle)
        np.testing.assert_allclose(sorted(leaves), rows, atol=2)
    assert live(page).locator(".w2v-tree tbody tr").last.bounding_box()["height"] == 36


def test_many_words_show_only_the_figures(open_page):
    words, counts = [f"w{n}" for n in range(200)], [1 + 1000 // (n + 1) for n in range(200)]
    root = live(open_page(TreeExplorer()))
    text = "\n".join(f"{word} {count}" for word, count in zip(words, counts, strict=True))
    timed = (
        f"(box, text) => {{ const start = performance.now(); ({PASTE})(box, text); return performance.now() - start }}"
    )
    assert root.locator("textarea").evaluate(timed, text) < 100
    expect(root.get_by_text("200 words are too many to draw, 20 are the most")).to_be_visible()
    expect(root.locator(".w2v-tree")).to_have_count(0)
    expect(root.locator(".w2v-tree-note strong")).to_have_text("1.000")
    expect_figures(root, HuffmanTree(np.array(counts)))
    root.get_by_role("button", name="Reset").click()
    expect_tree(root, WORDS, COUNTS, SCORES, word=3)
    still = TreeExplorer(words, counts).picture()
    assert 'class="w2v-tree"' not in still
    assert show(HuffmanTree(np.array(counts)).mean_depth) in still


def test_formula_and_tree_light_each_other(open_page):
    page = open_page(TreeExplorer())
    root = live(page)
    line = root.get_by_label("the probability, question by question")
    line.locator("button").nth(1).hover()  # σ(s2): its edge, its node, the number and the slider
    assert lit(root) == ["q1"] * 5
    page.mouse.move(1, 1)
    assert lit(root) == []
    root.locator(".w2v-edge[data-part=q2] tspan").hover()
    assert lit(root) == ["q2"] * 5
    root.get_by_label("score s1, root").focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["q0"] * 5
    root.locator(".w2v-tree-sum [data-part=w0]").hover()
    assert lit(root) == ["w0", "w0"]
    root.get_by_label("the bounds of the mean depth").locator("button").nth(1).focus()
    page.mouse.move(1, 1)
    assert lit(root) == ["mean", "mean"]


def test_still_figure_shows_pythons_numbers(open_page):
    words = [*HOSTILE[:4], "sugar"]
    still = open_page(TreeExplorer(words, COUNTS, word=4, merged=3), java_script_enabled=False).locator(".w2v-still")
    tree = HuffmanTree(np.array(COUNTS))
    for row in still.locator("tbody tr").all():
        word = words.index(row.locator(".w2v-word").inner_text())
        p = product_of_answers(tree, word, SCORES)[1]
        code = "".join(map(str, tree.code(word)))
        assert row.inner_text().split("\t")[1:3] == [str(COUNTS[word]), code]
        assert row.locator(".w2v-value").inner_text() == show(p)
    assert still.locator(".w2v-node").all_text_contents() == ["5", "9", "13"]
    assert still.locator(".w2v-path").count() == 2  # the third merge, which would be the first question, is missing
    expect_figure = "1 of its 4 merges still to make. The code of sugar is 100, and its probability"
    expect(still).to_contain_text(expect_figure)
    assert still.locator("img").count() == 0
