"""The gradient as a force: every arrow, number and step on the page is that of w2v_core.training."""

import re
from copy import deepcopy
from types import SimpleNamespace

import numpy as np
import pytest
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.errors import DivergenceError, SettingError
from w2v_core.objectives import Candidates
from w2v_core.training import Embeddings, Examples, add_at, losses_and_gradients, sgd_step
from w2v_core.widgets import ForceExplorer
from w2v_core.widgets.base import show

MODULE = FOLDER / "force_explorer.mjs"
STONES = {  # the small example of the chapter on negative sampling
    "inputs": ["c"],
    "W_in": [(np.log(3), 0)],
    "words": ["tea", "sand", "stone"],
    "W_out": [(-1, 1), (1, 0), (0, -1)],
    "objective": "NegativeSampling",
    "target": 0,
    "noise": [1, 2],
}
CONTEXT = {
    "inputs": ["the", "cat", "drinks"],
    "W_in": [(1, 0.2), (0.3, 1), (-0.5, 0.6)],
    "words": ["milk", "tea", "sand", "moon"],
    "W_out": [(0.3, -1), (1, -1), (-1, 0.2), (-0.7, -0.8)],
    "counts": [5, 4, 3, 2],
}


class Chosen:
    """The example of a state for `sgd_step`: an objective whose noise is chosen, not drawn."""

    def __init__(self, state):
        counts = np.array(state.counts)
        self.is_tree = state.objective == "HierarchicalSoftmax"
        self.given = [state.target, *state.noise] if state.objective == "NegativeSampling" else None
        objective = {"FullSoftmax": FullSoftmax, "HierarchicalSoftmax": HierarchicalSoftmax}.get(state.objective)
        self.real = NegativeSampling(counts) if objective is None else objective(counts)
        self.loss = self.real.loss
        self.examples = Examples.pack([(list(range(len(state.W_in))), state.target)])
        self.embeddings = Embeddings(
            np.array(state.W_in, dtype=float), np.array(state.W_nodes if self.is_tree else state.W_out, dtype=float)
        )

    def candidates(self, targets, rng):
        if self.given is None:
            return self.real.candidates(targets, rng)
        rows = np.array([self.given])
        return Candidates(rows, np.eye(1, rows.size), np.ones(rows.shape, dtype=bool))

    def forces(self):
        """Loss, error of each output row, forces on the hidden vector (a row each), on the rows, on an input."""
        wanted = self.candidates(self.examples.targets, np.random.default_rng(0))
        losses, gradients = losses_and_gradients(self.embeddings, self.examples, wanted, self.loss)
        hidden = self.embeddings.W_in.mean(axis=0)
        _, per_question = self.loss(self.embeddings.W_out[wanted.rows] @ hidden, wanted)
        errors, on_rows = np.zeros(len(self.embeddings.W_out)), np.zeros(self.embeddings.W_out.shape)
        for row, error in zip(wanted.rows[0], per_question[0], strict=True):
            errors[row] += error
        add_at(on_rows, wanted.rows, -gradients.rows)
        return losses[0], errors, -errors[:, None] * self.embeddings.W_out, on_rows, -gradients.inputs[0, 0]

    def step(self, learning_rate, count=1):
        for _ in range(count):
            sgd_step(self.embeddings, self.examples, self, learning_rate=learning_rate, rng=np.random.default_rng(0))
        return self.embeddings


def states(count, seed=3):
    """Random states of all kinds: 1 to 4 inputs, 2 to 6 words, words drawn often or twice, tiny and long vectors."""
    rng = np.random.default_rng(seed)
    for number in range(count):
        V, C, scale = rng.integers(2, 7), rng.integers(1, 5), 10.0 ** rng.integers(-2, 3)
        vectors = lambda n, scale=scale: rng.normal(0, scale, (n, 2)).tolist()  # noqa: E731
        yield {
            "inputs": [f"in{c}" for c in range(C)],
            "W_in": vectors(C),
            "words": [f"w{w}" for w in range(V)],
            "W_out": vectors(V),
            "W_nodes": vectors(V - 1),
            "counts": rng.integers(1, 50, V).tolist(),
            "objective": ("FullSoftmax", "HierarchicalSoftmax", "NegativeSampling")[number % 3],
            "target": int(rng.integers(V)),
            "noise": rng.integers(0, V, rng.integers(0, 9)).tolist(),
            "seed": int(rng.integers(100)),
            "learning_rate": float(rng.uniform(0.05, 3)),
        }


def close(ours, theirs):
    np.testing.assert_allclose(np.array(ours, dtype=float), theirs, rtol=1e-10, atol=1e-10)


# --- the maths, through Node ---


def test_forces_in_the_browser_are_minus_the_gradients_of_python():
    cases = list(states(120))
    for state, answer in zip(cases, call(MODULE, [["forces", state] for state in cases]), strict=True):
        loss, errors, on_hidden, on_rows, on_input = Chosen(SimpleNamespace(**state)).forces()
        close(answer["loss"], loss)
        close([row["error"] for row in answer["rows"]], errors)
        close([row["onHidden"] for row in answer["rows"]], on_hidden)
        close([row["onRow"] for row in answer["rows"]], on_rows)
        close(answer["onHidden"], on_hidden.sum(axis=0))  # the arrows head to tail
        close(answer["onInput"], on_input)
        close(np.multiply(answer["onInput"], len(state["W_in"])), answer["onHidden"])


def test_a_step_in_the_browser_is_sgd_step():
    cases = list(states(90, seed=4))
    for state, answer in zip(cases, call(MODULE, [["stepped", state] for state in cases]), strict=True):
        moved = Chosen(SimpleNamespace(**state)).step(state["learning_rate"])
        matrix, other = ("W_nodes", "W_out") if state["objective"] == "HierarchicalSoftmax" else ("W_out", "W_nodes")
        close(answer["W_in"], moved.W_in)
        close(answer[matrix], moved.W_out)
        assert answer[other] == state[other]


def test_drawn_noise_and_nodes_are_those_of_python():
    cases = list(states(20, seed=5))
    draws = call(MODULE, [["drawnNoise", state, 4, state["seed"]] for state in cases])
    names = call(MODULE, [["nodeNames", state] for state in cases])
    for state, drawn, nodes in zip(cases, draws, names, strict=True):
        objective = NegativeSampling(np.array(state["counts"]), negatives=4)
        rng = np.random.default_rng(state["seed"])
        assert drawn == objective.candidates(np.array([state["target"]]), rng).rows[0, 1:].tolist()
        html = ForceExplorer(**state | {"objective": "HierarchicalSoftmax"}).picture()
        assert re.findall(r'class="w2v-word">(.*?)<', html) == nodes


def test_axes_reach_round_numbers_beyond_every_point():
    points = [[[0.1, 0]], [[1.6, -0.2]], [[0, -2]], [[1e30, 5]], [[-7.5, 3]]]
    reaches = call(MODULE, [["reachOf", some] for some in points])
    assert reaches == pytest.approx([1.5, 2, 3, 1.5e30, 10])


# --- the class ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"inputs": []}, "inputs must be 1 to 4 strings"),
        ({"inputs": ["a"] * 5}, "inputs must be 1 to 4 strings"),
        ({"words": ["a"]}, "words must be 2 to 6 strings"),
        ({"words": [1, 2, 3]}, "words must be 2 to 6 strings"),
        ({"W_in": [(1, 2), (3, 4)]}, "W_in must hold 1 pairs"),
        ({"W_in": [(1, 2, 3)]}, "W_in must hold 1 pairs"),
        ({"W_out": [(1, 2)]}, "W_out must hold 3 pairs"),
        ({"W_nodes": [(1, 2)]}, "W_nodes must hold 2 pairs"),
        ({"W_in": [(float("nan"), 0)]}, "coordinate in W_in"),
        ({"W_in": [(1e151, 0)]}, "coordinate in W_in"),
        ({"counts": [1, 2]}, "one number for each of 3 words"),
        ({"counts": [1, 2, 0]}, "each of counts"),
        ({"objective": "softmax"}, "FullSoftmax, HierarchicalSoftmax, NegativeSampling"),
        ({"target": 3}, "0 to 2, not 3"),
        ({"target": True}, "0 to 2, not True"),
        ({"noise": [0, 3]}, "0 to 2, not 3"),
        ({"noise": [0] * 21}, "at most 20"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": float("inf")}, "learning_rate"),
    ],
)
def test_settings_without_a_step_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        ForceExplorer(**settings)


def test_state_goes_both_ways(monkeypatch, caplog):
    widget, sent = ForceExplorer(), []
    monkeypatch.setattr(widget.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    widget.learning_rate = 2.0
    assert [message["state"] for message in sent] == [{"learning_rate": 2.0}]
    sent.clear()
    from_browser(widget, W_in=[[1, 2]], W_out=[[1, 0], [0, 1], [2, 2]], objective="NegativeSampling", noise=[2])
    assert (widget.W_in, widget.objective, widget.noise) == ([[1, 2]], "NegativeSampling", [2])
    assert not [message for message in sent if message["method"] == "update"]  # no echo: a dot must not jump back
    from_browser(widget, W_in=[[1, 2, 3]])
    assert "W_in must hold 1 pairs" in caplog.text
    assert widget.W_in == [[1, 2]]
    with widget.hold_trait_notifications():
        widget.words, widget.W_out, widget.W_nodes = ["yes", "no"], [[0, 1], [1, 0]], [[1, 1]]
        widget.counts, widget.target, widget.noise = [1, 1], 0, [1]
    assert payload(widget.html())["state"]["words"] == ["yes", "no"]


@pytest.mark.parametrize("settings", [{}, STONES, CONTEXT, CONTEXT | {"objective": "HierarchicalSoftmax"}])
def test_still_figure_has_pythons_numbers(settings):
    widget = ForceExplorer(**settings)
    loss, errors, on_hidden, on_rows, on_input = Chosen(widget).forces()
    assert f"loss is {show(loss)}, the force on" in widget.describe()
    assert f"({show(on_input[0])}, {show(on_input[1])})" in widget.describe()
    numbers = re.findall(r'class="w2v-number">(.*?)<', widget.picture())
    for row in range(len(errors)):
        vectors = [f"({show(x)}, {show(y)})" for x, y in (on_hidden[row], on_rows[row])]
        if errors[row]:
            assert numbers[3 * row : 3 * row + 3] == [show(errors[row]), *vectors]
    assert widget.picture().count("<polygon") >= np.count_nonzero(errors) + len(widget.inputs)


# --- the page ---


def written(vector, digits=3):
    return f"({', '.join(show(x, digits) for x in vector)})"


def number(text):
    """A tick of an axis, such as −0.5, 10⁵ or 2×10⁶."""
    front, power = re.fullmatch(r"(−?[0-9.]*)(?:×?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?", text).groups()
    front = front.replace("−", "-")
    power = (power or "⁰").translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    return float(front + "1" if front in ("", "-") else front) * 10.0 ** int(power)


READ = """(root) => {
    const seen = (selector) => [...root.querySelectorAll(selector)].filter((node) => node.getClientRects().length);
    const texts = (selector) => seen(selector).map((node) => node.textContent);
    const chart = root.querySelector(".w2v-chart");
    const shown = (selector) => [...chart.querySelectorAll(selector)].filter((node) => node.style.display !== "none");
    const numbers = (text) => text.match(/-?[0-9.]+(e[-+][0-9]+)?/g).map(Number);
    const dots = (kind) => shown(`.w2v-dot.w2v-${kind}`).map((dot) => numbers(dot.getAttribute("transform")));
    const arrows = shown(".w2v-arrow").map((arrow) => {
        const path = numbers(arrow.querySelector(".w2v-near").getAttribute("d"));
        return [arrow.dataset.part, [path.slice(0, 2), path.slice(2)]];
    });
    const ticks = (anchor, axis) => [...chart.querySelectorAll(`.w2v-grid text[text-anchor=${anchor}]`)]
        .map((tick) => [tick.textContent, Number(tick.getAttribute(axis))])
        .filter(([text]) => !text.endsWith("coordinate"));
    const line = (label) => texts(`.w2v-formula[aria-label="${label}"] .w2v-number`).filter((text) => text !== "0");
    return {
        loss: [...texts(".w2v-loss strong"), ...line("the loss, term by term").slice(-1)],
        errors: texts(".w2v-rows .w2v-value[data-mark=error] .w2v-number"),
        hidden: ["h", "v"].flatMap((letter) => line(`the force on ${letter}, term by term`))
            .map((text) => text.replace(/.*·/, "")),
        rows: line("the forces on the output vectors"),
        share: line("the force on each input vector"),
        ends: { v: dots("input"), u: dots("output"), ...Object.fromEntries(arrows) },
        pushes: shown(".w2v-arrow.w2v-push[data-part^=f]").map((arrow) => arrow.dataset.part),
        across: ticks("middle", "x"), up: ticks("end", "y"),
    };
}"""


def geometry(found):
    """From values to the page's units, by the axes' own labels."""
    lines = ([(number(text), at) for text, at in found[axis]] for axis in ("across", "up"))
    (x_scale, x_zero), (y_scale, y_zero) = (np.polyfit(*np.transpose(line), 1) for line in lines)
    zero, scale = np.array([x_zero, y_zero - 4]), np.array([x_scale, y_scale])  # a label stands 4 below its line
    return lambda values: zero + np.array(values) * scale


def expect_forces(root, state):
    """Every number on the page, and every arrow in the picture, is Python's."""
    chosen, found = Chosen(state), root.evaluate(READ)
    loss, errors, on_hidden, on_rows, on_input = chosen.forces()
    hidden, outputs = chosen.embeddings.W_in.mean(axis=0), chosen.embeddings.W_out
    assert found["loss"] == [show(loss)] * 2
    asked = [text != "–" for text in found["errors"]]
    assert len(asked) == len(errors)
    assert not errors[~np.array(asked)].any()
    texts = [("+" if error > 0 else "") + show(error) for error in errors]
    assert [text for text in found["errors"] if text != "–"] == [texts[row] for row in np.flatnonzero(asked)]
    assert found["hidden"] == [written(u, 2) for u in outputs[asked]] + [written(on_hidden.sum(axis=0))]
    assert found["rows"] == [written(force) for force in on_rows[asked]]
    assert found["share"] == ([written(on_input)] if len(state.W_in) > 1 else [])

    place, ends, tip = geometry(found), found["ends"], hidden
    wanted = {"v": chosen.embeddings.W_in, "u": outputs, "t": [hidden, hidden + on_hidden.sum(axis=0)]}
    for row, (vector, pull, force) in enumerate(zip(outputs, on_hidden, on_rows, strict=True)):
        wanted |= {f"f{row}": [tip, tip + pull], f"g{row}": [vector, vector + force]}  # f: head to tail
        tip = tip + pull
    if len(state.W_in) > 1:
        wanted |= {f"i{place}": [v, v + on_input] for place, v in enumerate(chosen.embeddings.W_in)}
    for part, points in wanted.items():
        if part in ends:
            np.testing.assert_allclose(ends[part], place(points), atol=0.3, err_msg=part)
        else:
            assert np.hypot(*np.diff(place(points), axis=0)[0]) < 2, part  # too short to draw
    assert set(ends) <= set(wanted)
    assert found["pushes"] == [f"f{row}" for row, error in enumerate(errors) if error > 0 and f"f{row}" in ends]


def ones(widget):
    """The same state with every coordinate 1."""
    vectors = {name: np.ones(np.shape(getattr(widget, name))) for name in ("W_in", "W_out")}
    return SimpleNamespace(**state_of(widget) | vectors)


def button(root, name):
    return root.get_by_role("button", name=name, exact=True)


def test_steps_undo_and_reset_are_those_of_sgd(open_page):
    widget = ForceExplorer()
    page = open_page(widget)
    root = live(page)
    expect_forces(root, widget)
    expect(button(root, "Undo")).to_be_disabled()
    button(root, "Step").click()
    seen = [Chosen(widget).forces()[0]]
    for count in (1, 10):
        moved = Chosen(widget).step(0.5, count)
        after = SimpleNamespace(**state_of(widget) | {"W_in": moved.W_in, "W_out": moved.W_out})
        if count == 10:
            button(root, "Reset").click()
            button(root, "10 steps").press("Enter")
        expect_forces(root, after)
        seen.append(Chosen(after).forces()[0])
    assert seen[0] > seen[1] > seen[2]
    expect(root.locator(".w2v-loss")).to_contain_text("after 10 steps")
    assert root.locator(".w2v-losses").get_attribute("d").count("M") == 11
    assert root.locator(".w2v-trail.w2v-input .w2v-dots").get_attribute("d").count("M") == 10  # where v has been
    for _ in range(9):
        button(root, "Undo").click()
    moved = Chosen(widget).step(0.5)
    expect_forces(root, SimpleNamespace(**state_of(widget) | {"W_in": moved.W_in, "W_out": moved.W_out}))
    root.get_by_label("learning rate").fill("1.3")
    root.get_by_label("tea", exact=True).check()
    button(root, "Reset").click()
    expect_forces(root, widget)
    expect(button(root, "Undo")).to_be_disabled()
    expect(root.get_by_label("learning rate")).to_have_value("0.5")
    expect(root.get_by_role("status")).to_have_text("Loss 1.946. Force on the input vector (−0.29, 1.14). ")


def state_of(widget):
    return deepcopy({name: getattr(widget, name) for name in widget._settings})


def test_mouse_keys_and_typing_move_vectors(open_page):
    widget = ForceExplorer(**CONTEXT)
    page = open_page(widget)
    root = live(page)
    expect_forces(root, widget)
    state = SimpleNamespace(**state_of(widget))
    dot = root.get_by_role("slider", name="output vector 3, sand")
    box, place = dot.locator("rect").bounding_box(), geometry(root.evaluate(READ))
    unit = place([1, 0])[0] - place([0, 0])[0]
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 0.5 * unit, y - 0.3 * unit, steps=4)
    page.mouse.up()
    root.get_by_text("Coordinates as numbers").click()
    boxes = root.get_by_label(re.compile("coordinate of sand")).locator("visible=true")
    state.W_out[2] = [float(box.input_value()) for box in boxes.all()]
    np.testing.assert_allclose(state.W_out[2], [-0.5, 0.5], atol=0.02)
    expect_forces(root, state)
    dot.press("ArrowUp")
    dot.press("Shift+ArrowRight")
    state.W_out[2] = [round(state.W_out[2][0] + 1, 2), round(state.W_out[2][1] + 0.1, 2)]
    root.get_by_role("slider", name="input vector of cat").press("ArrowLeft")
    state.W_in[1] = [0.2, 1.0]
    expect_forces(root, state)
    first = root.get_by_label("first coordinate of the", exact=True)
    first.fill("")
    first.press_sequentially("-4.25")
    assert first.input_value() == "-4.25"
    state.W_in[0] = [-4.25, 0.2]
    expect_forces(root, state)  # the axes have grown
    first.fill("2")
    state.W_in[0] = [2.0, 0.2]
    expect_forces(root, state)
    wider = geometry(root.evaluate(READ))
    np.testing.assert_allclose(wider([1, 0])[0] - wider([0, 0])[0], unit / 2, rtol=0.05)  # to 3 now, to 1.5 before
    first.fill("99999")
    assert first.input_value() == "1000"
    state.W_in[0] = [1000.0, 0.2]
    expect_forces(root, state)
    for _ in range(3):  # the, cat, sand: all that was done to one vector in a row is one move
        button(root, "Undo").click()
    expect_forces(root, widget)
    milliseconds = dot.evaluate("""(dot) => {
        const press = (key) => dot.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        const times = Array.from({ length: 30 }, (_, i) => {
            const start = performance.now();
            press(i % 2 ? "ArrowUp" : "ArrowDown");
            document.body.offsetWidth;
            return performance.now() - start;
        });
        return times.sort((a, b) => a - b)[15];
    }""")
    assert milliseconds < 16


def test_touch_drags_on_a_small_screen(open_page):
    page = open_page(ForceExplorer(), width=360, has_touch=True, is_mobile=True)
    root = live(page)
    dot = root.get_by_role("slider", name="output vector 2, milk")
    dot.evaluate("""(dot) => {
        const box = dot.querySelector("rect").getBoundingClientRect();
        const send = (type, x, y) => dot.dispatchEvent(new PointerEvent(type, { pointerId: 1, pointerType: "touch",
            isPrimary: true, bubbles: true, clientX: x, clientY: y }));
        dot.setPointerCapture = () => {};
        send("pointerdown", box.x + 7, box.y + 7);
        send("pointermove", box.x + 7 + 1000, box.y + 7 + 20);
        send("pointerup", box.x + 7 + 1000, box.y + 7 + 20);
    }""")
    assert dot.get_attribute("aria-valuetext").startswith("1.50, 0.")  # it stops at the edge of the picture
    button(root, "Step").tap()
    expect(root.locator(".w2v-loss")).to_contain_text("after 1 step")
    assert_no_overflow(page)


def test_objective_target_and_noise_are_chosen(open_page):
    widget = ForceExplorer(**STONES, counts=[4, 2, 1])
    page = open_page(widget)
    root = live(page)
    state = SimpleNamespace(**state_of(widget))
    expect_forces(root, state)
    for objective, label in (("HierarchicalSoftmax", "hierarchical softmax"), ("FullSoftmax", "full softmax")):
        root.get_by_label(label).check()
        for target, word in enumerate(widget.words):
            root.get_by_label(word, exact=True).check()
            state.objective, state.target = objective, target
            expect_forces(root, state)
        assert not root.get_by_role("button", name="Draw again").is_visible()
    assert root.locator(".w2v-rows:visible .w2v-star").all_inner_texts() == ["", "", "★"]
    root.get_by_label("negative sampling").check()
    state.objective = "NegativeSampling"
    expect_forces(root, state)  # the target, stone, is among its own noise
    assert root.locator(".w2v-rows:visible .w2v-wanted").all_inner_texts() == ["not asked", "y = 0", "y = 1, 0"]
    root.get_by_label("times that sand is drawn as noise").fill("3")  # drawn three times: pushes three times
    state.noise = [1, 1, 1, 2]
    expect_forces(root, state)
    root.get_by_label("times that sand is drawn as noise").fill("99")
    state.noise = [1] * 19 + [2]
    expect_forces(root, state)
    root.get_by_label("K", exact=True).fill("5")
    for seed in (0, 1):
        drawn = NegativeSampling(np.array([4, 2, 1]), negatives=5).candidates(
            np.array([2]), np.random.default_rng(seed)
        )
        state.noise = drawn.rows[0, 1:].tolist()
        expect_forces(root, state)
        button(root, "Draw again").click()
    expect(root.get_by_label("seed", exact=True)).to_have_value("2")
    root.get_by_label("K", exact=True).fill("0")
    state.noise = []
    expect_forces(root, state)
    button(root, "Step").click()
    moved = Chosen(state).step(0.5)
    expect_forces(root, SimpleNamespace(**vars(state) | {"W_in": moved.W_in, "W_out": moved.W_out}))


def test_divergence_is_shown_and_explained_and_never_drawn_as_nan(open_page):
    widget = ForceExplorer(**STONES, learning_rate=1000)
    page = open_page(widget, width=360)
    root = live(page)
    note = root.locator(".w2v-note")
    expect(note).to_have_text("The next step leads out of the picture.")
    state = SimpleNamespace(**state_of(widget))
    for _ in range(2):
        before = Chosen(state).forces()[0]
        button(root, "Step").click()
        moved = Chosen(state).step(1000.0)
        state.W_in, state.W_out = moved.W_in, moved.W_out
        after = Chosen(state).forces()[0]
        assert after > before
        expect(note).to_contain_text(f"It diverges: the last step raised the loss from {show(before)} to {show(after)}")
        expect(note).to_contain_text(f"when all scores are 0 it is {show(3 * np.log(2))}")
        expect_forces(root, state)
    with pytest.raises(DivergenceError):
        Chosen(widget).step(1000.0, 60)
    for _ in range(6):
        button(root, "10 steps").click()
        assert "NaN" not in root.inner_html()
        assert "Infinity" not in root.inner_html()
        assert_no_overflow(page)
    expect(note).to_contain_text("A step at learning rate 1000 leads out of all bounds")
    root.get_by_text("Coordinates as numbers").click()
    for box in root.locator(".w2v-coordinates input:visible").all():
        box.fill("1")  # back by hand: the far places of the trail are not drawn
    expect(root.locator(".w2v-loss strong")).to_have_text(show(Chosen(ones(widget)).forces()[0]))
    assert root.locator(".w2v-trail.w2v-input .w2v-line").get_attribute("d") == ""
    button(root, "Reset").click()
    expect_forces(root, widget)

    lucky = ForceExplorer(learning_rate=5)  # thrown so far that every answer is sure, and right
    root = live(open_page(lucky))
    button(root, "10 steps").click()
    expect(root.locator(".w2v-note")).to_contain_text("no force is left")
    for _ in range(11):
        button(root, "10 steps").click()
    expect(root.locator(".w2v-loss")).to_contain_text("after 120 steps")  # though only the last hundred can be undone
    assert root.locator(".w2v-losses").get_attribute("d").count("M") == 101
    moved = Chosen(lucky).step(5.0, 10)
    assert np.abs(moved.W_in).max() > 100
    assert not Chosen(SimpleNamespace(**state_of(lucky) | {"W_in": moved.W_in, "W_out": moved.W_out})).forces()[1].any()


def test_picture_and_formulas_light_each_other(open_page):
    page = open_page(ForceExplorer(**CONTEXT))
    root = live(page)
    line = root.get_by_label("the force on h, term by term").locator("visible=true")
    line.locator("[data-part=f1]").hover()
    assert lit(root) == ["f1", "f1", "f1"]  # words and nodes have a term each; the arrow
    root.locator(".w2v-arrow[data-part=f1] .w2v-badge").hover()
    assert lit(root) == ["f1", "f1", "f1"]
    line.locator("[data-part=t]").hover()
    assert set(lit(root)) == {"t"}
    root.locator(".w2v-rows:visible td[data-part=e1]").hover()
    assert set(lit(root)) == {"e1", "f1", "g1"}
    root.get_by_role("slider", name="output vector 2, tea").focus()
    page.mouse.move(1, 1)
    assert set(lit(root)) == {"u1"}
    line.locator("[data-part=f0]").focus()
    page.keyboard.press("ArrowRight")
    assert set(lit(root)) == {"f1"}


@pytest.mark.parametrize("width", [360, 900])
def test_names_and_numbers_in_the_picture_do_not_cover_each_other(open_page, width):
    widgets = [ForceExplorer(), ForceExplorer(**STONES), ForceExplorer(**CONTEXT)]
    widgets.append(ForceExplorer(objective="HierarchicalSoftmax"))
    page = open_page(*widgets, width=width)
    for copy in range(len(widgets)):
        covered = live(page, copy).evaluate("""(root) => {
            const shown = [...root.querySelectorAll(".w2v-label, .w2v-badge")]
                .map((node) => [node.textContent, node.getBoundingClientRect()]).filter(([, box]) => box.width);
            return shown.flatMap(([a, p], i) => shown.slice(0, i)
                .filter(([, q]) => p.left < q.right - 2 && q.left < p.right - 2)
                .filter(([, q]) => p.top < q.bottom - 2 && q.top < p.bottom - 2)
                .map(([b]) => [a, b]));
        }""")
        assert covered == [], copy


def test_hostile_and_long_words_are_only_text_and_copies_do_not_interfere(open_page):
    names = [*HOSTILE, "x" * 5000]
    hostile = ForceExplorer(["${alert(1)}" * 50], words=names, W_out=[(w / 6, 1) for w in range(6)])
    page = open_page(hostile, ForceExplorer(), ForceExplorer(), width=360)
    root = live(page)
    assert root.locator(".w2v-rows:visible .w2v-word").all_inner_texts() == names
    assert page.locator("main img").count() == 0
    assert_no_overflow(page)
    expect_forces(root, hostile)
    root.get_by_label("hierarchical softmax").check()
    assert_no_overflow(page)
    button(live(page, 1), "Step").click()
    live(page, 1).get_by_label("sand", exact=True).check()
    expect_forces(live(page, 2), ForceExplorer())
