"""Spot the slip: the puzzles are what the ledger says, the right term is the only one that counts, formulas are set."""

import re
from xml.etree import ElementTree

import pytest
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, assert_no_overflow, from_browser, live, payload

from w2v_core import ledger
from w2v_core.errors import SettingError
from w2v_core.ledger import LedgerError
from w2v_core.style import QUANTITIES
from w2v_core.widgets import SpotTheSlip
from w2v_core.widgets.mathml import formula_lines, markup, mathml

PUZZLES = ledger.puzzles()
ENTRIES = {entry["id"]: entry for entry in ledger.load()}
HALF = {
    "id": "half",
    "source": "a school book",
    "about": "The half of $x$.",
    "terms": ["y", "=", "x", r"\\", "/", "3"],
    "wrong": [5],
    "fine": {4: "A half is a quotient, with $2$."},
    "kind": "factor",
    "slip": "This is a third of $x$.",
    "correct": r"y = \frac{x}{2}",
    "link": "ledger.html#entry-half",
}


# --- the puzzles of the book ---


def test_puzzles_are_statements_with_a_slip_cut_into_terms():
    assert len(PUZZLES) == len({puzzle["id"] for puzzle in PUZZLES}) == 12
    for puzzle in PUZZLES:
        entry = ENTRIES[puzzle["id"]]
        assert entry["verdict"] in ("wrong", "notation")
        assert "".join("".join(puzzle["terms"]).split()) == "".join(entry["printed"].split())
        assert {name: puzzle[name] for name in ("kind", "slip", "correct", "verdict")} == {
            name: entry[name] for name in ("kind", "slip", "correct", "verdict")
        }
        page, _, anchor = puzzle["link"].partition(".html#")
        assert ledger.places()[entry["place"]] == page
        assert re.sub(r"\W", "-", anchor).endswith(re.sub(r"\W", "-", entry["place"]))
    assert len({puzzle["kind"] for puzzle in PUZZLES}) >= 7
    assert {ENTRIES[puzzle["id"]]["document"] for puzzle in PUZZLES} == set(ledger.STATEMENTS)


@pytest.mark.parametrize(
    ("slips", "message"),
    [
        ("- {id: sum/eq999, terms: [x], wrong: [0]}", "sum/eq999 is not in the ledger"),
        ("- {id: hd/07, terms: [x], wrong: [0]}", "or has no slip there"),
        ("- {id: sum/eq02, terms: ['H(y)'], wrong: [0]}", "sum/eq02 are not what is printed"),
    ],
)
def test_a_puzzle_that_does_not_fit_the_ledger_is_refused(monkeypatch, tmp_path, slips, message):
    entries = ledger.load()
    (tmp_path / "slips.yml").write_text(slips, encoding="utf-8")
    monkeypatch.setattr(ledger, "CHAPTERS", tmp_path)
    monkeypatch.setattr(ledger, "load", lambda: entries)
    with pytest.raises(LedgerError, match=re.escape(message)):
        ledger.puzzles.__wrapped__()


def test_every_kind_of_the_ledger_is_explained():
    source = (FOLDER / "spot_the_slip.mjs").read_text("utf-8")
    kinds = re.search(r"const KINDS = \{(.*?)\n\};", source, re.DOTALL)[1]
    assert sorted(re.findall(r"^  (\w+): ", kinds, re.MULTILINE)) == sorted(ledger.KINDS)


# --- the settings ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"puzzles": []}, "at least one puzzle"),
        ({"puzzles": [HALF | {"slip": ""}]}, "'half' lacks slip"),
        ({"puzzles": [{"id": "half"}]}, "'half' lacks source, about, terms, wrong, kind, slip, correct"),
        ({"puzzles": [HALF | {"wrong": [3]}]}, "wrong must be places of terms"),  # a break
        ({"puzzles": [HALF | {"wrong": [6]}]}, "wrong must be places of terms"),
        ({"puzzles": [HALF | {"fine": {5: "No."}}]}, "fine those of others"),
        ({"puzzles": [HALF | {"correct": r"\unknown{x}"}]}, r"holds '\\unknown'"),
        ({"at": 1}, "0 to 0, not 1"),
        ({"at": True}, "not True"),
        ({"guesses": []}, "one entry for each of 1 puzzles, not 0"),
        ({"guesses": [[3]]}, "guesses of half must be places of its terms"),
        ({"hints": [4]}, "from 0 to 3, not 4"),
        ({"hints": [0, 0]}, "not 2"),
    ],
)
def test_settings_without_a_puzzle_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        SpotTheSlip(**({"puzzles": [HALF]} | settings))


def test_state_goes_both_ways(monkeypatch, caplog):
    widget, sent = SpotTheSlip(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data["state"]), raising=False)
    widget.at = 3
    assert sent == [{"at": 3}]
    from_browser(widget, guesses=[[], [1], *[[]] * 10], hints=[0, 1, *[0] * 10])
    assert widget.describe() == (
        "Spot the slip, puzzle 4 of 12, from summary, (53): which term is wrong? Found so far: 1 of 12."
    )
    state = payload(widget.html())["state"]
    assert (state["at"], state["guesses"][1], state["hints"][1]) == (3, [1], 1)
    from_browser(widget, guesses=[[99], *[[]] * 11])
    assert "places of its terms" in caplog.text
    assert widget.guesses[0] == []


# --- formulas ---


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        (r"w_j^2", "<mrow><msubsup><mi>w</mi><mi>j</mi><mn>2</mn></msubsup></mrow>"),
        (r"V'_{w}", "<mrow><msubsup><mi>V</mi><mrow><mi>w</mi></mrow><mo>′</mo></msubsup></mrow>"),
        (r"V'^T", "<mrow><msup><mi>V</mi><mrow><mo>′</mo><mi>T</mi></mrow></msup></mrow>"),
        (r"\sum_w^V", "<mrow><munderover><mo>∑</mo><mi>w</mi><mi>V</mi></munderover></mrow>"),
        (r"\prod_u", "<mrow><munder><mo>∏</mo><mi>u</mi></munder></mrow>"),
        (r"\frac{1}{2}", "<mrow><mfrac><mrow><mn>1</mn></mrow><mrow><mn>2</mn></mrow></mfrac></mrow>"),
        (r"\hat y_i", '<mrow><msub><mover><mi>y</mi><mo stretchy="false">^</mo></mover><mi>i</mi></msub></mrow>'),
        (r"\left[ x \right]", "<mrow><mrow><mo>[</mo><mi>x</mi><mo>]</mo></mrow></mrow>"),
        (r"\{ \cap N", '<mrow><mo stretchy="false">{</mo><mo>∩</mo><mi>N</mi></mrow>'),
        (r"a & -b", "<mrow><mi>a</mi><mo>−</mo><mi>b</mi></mrow>"),
        (r"\text{a <b> c}", "<mrow><mtext>a &lt;b&gt; c</mtext></mrow>"),
        (r"\hid{}", '<mrow><mrow class="w2v-hidden"><mrow><mrow class="w2v-bold"><mrow><mi>h</mi></mrow></mrow></mrow>'
                    "</mrow></mrow>"),
    ],
)  # fmt: skip
def test_tex_is_read(tex, wanted):
    assert markup([mathml(tex)]) == f"<math>{wanted}</math>"


def test_formulas_can_be_read_aloud():
    said = {
        r"V'_{n(w,i-1)}": "V sub n ( w , i minus 1 ) prime",
        r"\sum_{i=1}^V y_i": "sum from i = 1 to V y sub i",
        r"\frac{\partial E}{\partial h}": "fraction ∂ E over ∂ h end",
        r"\prod_{u} \hat y^2": "product over u y hat to the 2",
    }
    answers = call(FOLDER / "spot_the_slip.mjs", [["aloud", mathml(tex)] for tex in said])
    assert answers == list(said.values())


def test_every_quantity_of_the_book_has_its_colour():
    for quantity in QUANTITIES:
        tree = mathml(rf"\{quantity.macro}{{w}}")
        assert tree[1][0] == f"mrow.w2v-{quantity.name}"
        assert "<mi>w</mi>" in markup([tree])


@pytest.mark.parametrize("tex", [r"\unknown", "{x", "x}", "x_", r"\left( x", r"\frac{1}", "_x", r"\left"])
def test_tex_that_cannot_be_read_is_refused(tex):
    with pytest.raises(SettingError, match="formula"):
        mathml(tex)


def test_long_formulas_may_break_between_their_terms_only():
    pieces = formula_lines(r"E = -(a - b) + c \\ = \sigma(x - y)")
    assert [[markup([piece]).count("<mi>") for piece in line] for line in pieces] == [[1, 2, 1], [3]]


# --- what a reader meets ---


LAYOUT = re.compile(r"[\s&]*(\\\\|\\\w+\{aligned\}|&)[\s&]*")
# Press terms (by their number) and buttons (by their name), and say what is seen after each.
PRESS = """(root, presses) => presses.map((press) => {
    const buttons = [...root.querySelectorAll(".w2v-formula button, .w2v-button")];
    (buttons[press] ?? buttons.find((one) => one.textContent === press)).click();
    const text = (what) => root.querySelector(what).textContent;
    const answer = root.querySelector(".w2v-slip-answer");
    return {
        legend: text("legend"), about: text(".w2v-slip-about"), score: text(".w2v-slip-score"),
        status: text("[role=status]"),
        answer: answer.hidden ? "" : answer.textContent, link: answer.querySelector("a").getAttribute("href"),
        marks: [...root.querySelectorAll(".w2v-formula .w2v-slip-mark")].map((mark) => mark.textContent),
        wide: [...root.querySelectorAll("math")].filter((math) => math.getBoundingClientRect().right
            > root.getBoundingClientRect().right).map((math) => math.textContent),
    };
})"""


def clickable(puzzle):
    return [place for place, term in enumerate(puzzle["terms"]) if not LAYOUT.fullmatch(term)]


def words_of(text):
    """The words of a text, without its formulas."""
    return [piece.strip() for piece in text.split("$")[::2] if piece.strip()]


def test_every_puzzle_is_solved_by_its_wrong_terms_only(open_page):
    root = live(open_page(SpotTheSlip(), width=360))
    for number, puzzle in enumerate(PUZZLES, start=1):
        places = clickable(puzzle)
        fine = [place for place in places if place not in puzzle["wrong"]]
        *before, seen = root.evaluate(PRESS, [places.index(place) for place in (*fine, puzzle["wrong"][-1])])
        for tried, (place, then) in enumerate(zip(fine, before, strict=True), start=1):
            assert then["answer"] == ""
            assert all(words in then["status"] for words in words_of(puzzle["fine"].get(place, "not there")))
            assert then["marks"] == ["ok" if place in fine[:tried] else "" for place in places]
        assert seen["status"] == "Found: ✗ marks the slip."
        assert seen["marks"] == ["✗" if place in puzzle["wrong"] else "ok" for place in places]
        for words in [f"The slip ({puzzle['kind']}).", f"{puzzle['id']} in the ledger.", *words_of(puzzle["slip"])]:
            assert words in seen["answer"]
        assert seen["link"] == puzzle["link"]
        assert seen["legend"] == f"Spot the slip: {number} of 12"
        assert seen["about"].startswith(f"{puzzle['source']}. {words_of(puzzle['about'])[0]}")
        assert seen["score"] == f"Found: {number} of 12; at the first try and without a hint: 0."
        assert seen["wide"] == []
        [seen] = root.evaluate(PRESS, ["Next"])
    assert seen["legend"] == "Spot the slip: 1 of 12"  # round and round
    [seen] = root.evaluate(PRESS, ["Start again"])
    assert (seen["answer"], seen["score"][:14]) == ("", "Found: 0 of 12")


def test_keyboard_walks_through_the_terms_and_hints_help(open_page):
    page = open_page(SpotTheSlip())
    root = live(page)
    page.keyboard.press("Tab")  # the formula is one stop
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(root.get_by_role("status")).to_have_text("Found at once: ✗ marks the slip.")
    expect(root.get_by_text("Found: 1 of 12; at the first try and without a hint: 1.")).to_be_visible()
    hint = root.get_by_role("button", name="Hint")
    expect(hint).to_be_disabled()
    root.get_by_role("button", name="Next").press("Enter")
    hint.press("Enter")
    expect(root.get_by_text("Hint 1, the kind is log: a logarithm is missing")).to_be_visible()
    assert root.locator(".w2v-slip-out").count() == 0
    hint.press("Enter")
    expect(root.get_by_text("Hint 2: it is in the first half, the rest is grey.")).to_be_visible()
    out = root.locator(".w2v-formula button").evaluate_all("all => all.map(one => one.matches('.w2v-slip-out'))")
    assert out == [False] * 3 + [True] * 3
    root.get_by_role("button", name="Previous").press("Enter")
    expect(root.locator(".w2v-slip-answer")).to_be_visible()  # what was found stays found
    root.get_by_role("button", name="Next").press("Enter")
    expect(root.get_by_text("Hint 2")).to_be_visible()
    root.get_by_role("button", name="Show me").press("Enter")
    expect(root.get_by_role("status")).to_have_text("Here it is: ✗ marks the slip.")
    expect(root.get_by_text("Found: 1 of 12; at the first try and without a hint: 1.")).to_be_visible()
    terms = root.locator(".w2v-formula button")
    terms.nth(1).click()  # too late: it is open
    expect(root.get_by_text("Found: 1 of 12")).to_be_visible()
    assert terms.nth(1).get_attribute("aria-label") == "p ( o | c ) (the slip)"


def test_touch_finds_a_slip_and_two_copies_do_not_interfere(open_page):
    page = open_page(SpotTheSlip([HALF]), SpotTheSlip([HALF]), width=360, has_touch=True, is_mobile=True)
    first, second = live(page, 0), live(page, 1)
    first.locator(".w2v-formula button").nth(1).tap()
    expect(first.get_by_role("status")).to_have_text("The slip is not there. Look again.")
    first.locator(".w2v-formula button").nth(0).tap()
    expect(first.get_by_role("status")).to_have_text("It is not there either. There are hints.")
    first.locator(".w2v-formula button").nth(3).tap()
    expect(first.get_by_role("status")).to_contain_text("A half is a quotient, with")
    first.locator(".w2v-formula button").last.tap()
    expect(first.locator(".w2v-slip-answer")).to_be_visible()
    expect(second.locator(".w2v-slip-answer")).to_be_hidden()
    assert first.locator(".w2v-formula > div").count() == 2  # it breaks where it is printed so


IN_A_NOTEBOOK = """async (link) => {
    const { code, state } = JSON.parse(document.querySelector(".w2v-page script").textContent);
    const { default: widget } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(code));
    const settings = { ...state, puzzles: [{ ...state.puzzles[0], link }] };
    const model = { get: (name) => settings[name], on() {} };
    const show = (el) => {
        widget.render({ model, el });
        const answer = el.lastElementChild.querySelector(".w2v-slip-answer > :last-child");
        return [answer.textContent, answer.querySelector("a")?.getAttribute("href")];
    };
    const output = document.body.appendChild(document.createElement("div"));
    const live = show(output);
    document.body.dataset.jpThemeLight = "true";
    return [live, show(document.querySelector(".w2v-live"))];
}"""


def test_in_a_notebook_no_link_leads_nowhere(open_page):
    """Notebooks lie side by side, the site's pages are elsewhere: live, and as the HTML of an output in JupyterLab."""
    page = open_page(SpotTheSlip([HALF], hints=[3]))
    assert live(page).locator("a").get_attribute("href") == HALF["link"]
    named = ["The notebook ledger.ipynb tells it; half in the ledger.", None]
    assert page.evaluate(IN_A_NOTEBOOK, HALF["link"]) == [named, named]
    far = "https://example.org/half.html"
    linked = ["Where the book tells it; half in the ledger.", far]
    assert page.evaluate(IN_A_NOTEBOOK, far) == [linked, linked]


def test_hostile_puzzles_are_only_text(open_page):
    hostile = HALF | {"id": HOSTILE[0], "source": HOSTILE[0], "about": HOSTILE[1], "slip": HOSTILE[0], "link": ""}
    hostile |= {"correct": rf"\text{{{HOSTILE[0]}}}", "kind": HOSTILE[3], "fine": {"0": HOSTILE[0]}}
    widget = SpotTheSlip([hostile | {"terms": ["<", "img", "x", r"\\", r"\text{<b>}", "3"]}], guesses=[[0]], hints=[3])
    assert widget.html().count("</script>") == 2
    page = open_page(widget, width=360)
    expect(live(page).locator(".w2v-slip-answer")).to_contain_text(HOSTILE[0])
    assert page.locator("main img, main b").count() == 0
    assert_no_overflow(page)


def test_still_figure_shows_the_formula_and_unfolds_its_answer(open_page):
    puzzle = PUZZLES[2]
    still = open_page(SpotTheSlip(at=2), java_script_enabled=False, width=360).locator(".w2v-still")
    expect(still).to_contain_text("puzzle 3 of 12, from summary, (65)")
    assert still.locator(".w2v-slip-formula").first.locator("math").count() == len(clickable(puzzle))
    expect(still.get_by_text(puzzle["slip"])).to_be_hidden()
    still.get_by_text("The answer").click()
    expect(still.get_by_text(puzzle["slip"])).to_be_visible()
    ElementTree.fromstring(f"<div>{''.join(markup(line) for line in formula_lines(puzzle['correct']))}</div>")


def test_page_and_still_figure_set_the_same_formulas(open_page):
    page = open_page(SpotTheSlip(hints=[3] * 12))
    seen = page.evaluate("""() => [".w2v-live", ".w2v-still"].map((where) => {
        const all = document.querySelectorAll(where + " .w2v-slip-formula math, " + where + " .w2v-slip-about math");
        return [...all].map((math) => math.outerHTML.replace(/ xmlns="[^"]*"/, ""));
    })""")
    assert seen[0] == seen[1] != []
