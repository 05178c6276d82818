"""The theatre: what it shows is what Python trains, step by step, in one run, and when it is replayed."""

import json
import re
from functools import partial
from itertools import islice, product

import numpy as np
import pytest
from node import call
from playwright.sync_api import expect
from widget_fixtures import FOLDER, HOSTILE, assert_accessible, assert_no_overflow, from_browser, lit, live, payload

from w2v_core import ARCHITECTURES, NegativeSampling, ToyCorpus, Word2Vec, sigmoid, softmax, windows
from w2v_core.errors import CorpusError, SettingError
from w2v_core.objectives import OBJECTIVES
from w2v_core.training import Examples, losses_and_gradients
from w2v_core.widgets import TrainingTheatre
from w2v_core.widgets.base import show
from w2v_core.widgets.training_theatre import TEXT, TOY, TOY_SIZE

MODELS = list(product([one.__name__ for one in ARCHITECTURES], [one.__name__ for one in OBJECTIVES]))
ROSE = "a rose is a rose is a rose\nno rose without a thorn"
ODD = "\n".join(["__proto__ constructor toString", *HOSTILE, "\\ \" ' {0} \u2028 \x07 \ufeff end"])
SMALL = {"text": ROSE, "dimension": 3, "learning_rate": 0.3, "negatives": 4}


def python_model(theatre):
    """The same settings as a `Word2Vec`, spelled out."""
    objective = {one.__name__: one for one in OBJECTIVES}[theatre.objective]
    return Word2Vec(
        [line.split() for line in theatre.text.split("\n")],
        {one.__name__: one for one in ARCHITECTURES}[theatre.architecture],
        partial(objective, negatives=theatre.negatives) if objective is NegativeSampling else objective,
        dimension=theatre.dimension,
        window=theatre.window,
        dynamic_window=theatre.dynamic_window,
        min_count=theatre.min_count,
        subsample=theatre.subsample,
        seed=theatre.seed,
    )


def python_steps(theatre, count):
    """So many steps by hand, with the rate that `Word2Vec.train` has; then the next batch and its rate."""
    model, done = python_model(theatre), 0
    total = theatre.epochs * model.vocabulary.tokens
    batches = model.batches(theatre.epochs, theatre.batch_size)
    for batch, words in islice(batches, count):
        model.step(batch, theatre.learning_rate * max(1 - done / total, 1e-4))
        done += words
    return model, next(batches)[0], theatre.learning_rate * max(1 - done / total, 1e-4)


# --- Python ---


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"text": 3}, "string of at most 60,000"),
        ({"text": "x" * 60_001}, "not one of 60,001"),
        ({"architecture": "glove"}, "skip_gram, cbow, not 'glove'"),
        ({"objective": []}, "TrainingTheatre"),
        ({"phase": "run"}, "predict, error, update"),
        ({"dimension": 0}, "dimension must be a whole number"),
        ({"dimension": 51}, "at most 50"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"dynamic_window": 1}, "True or False"),
        ({"learning_rate": 0}, "learning_rate"),
        ({"learning_rate": float("nan")}, "learning_rate"),
        ({"subsample": -1}, "subsample"),
        ({"seed": -1}, "seed must be"),
        ({"steps": 100_001}, "0 to 100000"),
        ({"steps": True}, "steps must be"),
    ],
)
def test_settings_beyond_the_stage_are_refused(settings, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        TrainingTheatre(**settings)


def test_browser_and_python_set_the_same_state(monkeypatch):
    theatre, sent = TrainingTheatre(), []
    monkeypatch.setattr(theatre.comm, "send", lambda data, buffers=None: sent.append(data), raising=False)
    theatre.steps = 50
    assert sent[-1]["state"] == {"steps": 50}
    from_browser(theatre, steps=51, phase="error")
    assert (theatre.steps, theatre.phase) == (51, "error")
    assert payload(theatre.html())["state"]["steps"] == 51
    with pytest.raises(SettingError):
        theatre.phase = "curtain"
    assert theatre.phase == "error"


@pytest.mark.parametrize(("architecture", "objective"), MODELS)
def test_model_is_the_training_stopped_after_so_many_steps(architecture, objective):
    theatre = TrainingTheatre(architecture=architecture, objective=objective, **SMALL, batch_size=3, steps=20)
    expected, _, _ = python_steps(theatre, 20)
    np.testing.assert_array_equal(theatre.model().embeddings.W_in, expected.embeddings.W_in)
    np.testing.assert_array_equal(theatre.model().embeddings.W_out, expected.embeddings.W_out)
    theatre.steps = 100_000
    expected = python_model(theatre).train(epochs=50, learning_rate=0.3, batch_size=3, progress=False)
    np.testing.assert_array_equal(theatre.model().embeddings.W_out, expected.embeddings.W_out)
    assert theatre.model().history == expected.history
    assert "Training is over." in theatre.describe()


def test_model_may_be_trained_further_without_changing_the_theatre():
    theatre = TrainingTheatre(**SMALL, steps=3)
    model = theatre.model().train(progress=False)
    assert not np.array_equal(model.embeddings.W_in, theatre.model().embeddings.W_in)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "corpus is empty"),
        ("word", "at least two"),
        ("a\nb", "No sentence has two words"),
        (" ".join(f"w{i}" for i in range(151)), "151 different words; the stage has room for 150"),
    ],
)
def test_texts_that_cannot_be_trained_on_say_why(text, message):
    theatre = TrainingTheatre(text)
    assert message in theatre.describe()
    assert message in theatre.html()
    with pytest.raises(CorpusError, match=message):
        theatre.model()


# --- the run in JavaScript ---


@pytest.fixture
def rehearse(tmp_path):
    """Run theatres in JavaScript for so many steps and up to a phase; say where each is then."""
    (tmp_path / "run.mjs").write_text(
        f'import {{ rehearse }} from "{(FOLDER / "training_theatre.mjs").as_uri()}";\n'
        "export function run(settings, steps, phase) {\n"
        "  const self = rehearse(settings);\n"
        "  self.go(steps, phase);\n"
        "  const { model: { embeddings, vocabulary }, batch, failure } = self;\n"
        "  return { steps: self.steps, phase: self.phase, embeddings, words: vocabulary.words,\n"
        "    failure: failure?.message, predictions: batch.predictions };\n"
        "}\n"
    )

    def run(theatres, steps, phase):
        names = [name for name in TrainingTheatre._settings if name != "presets"]
        settings = [{name: getattr(one, name) for name in names} for one in theatres]
        return call(tmp_path / "run.mjs", [["run", one, steps, phase] for one in settings])

    return run


@pytest.mark.parametrize(
    "more",
    [
        {"text": ROSE},
        {"text": "\n".join(map(" ".join, ToyCorpus(60)))} | TOY | {"learning_rate": 0.05, "seed": 7, "negatives": 5},
    ],
    ids=["tiny", "toy"],
)
def test_two_hundred_batches_of_six_models_are_those_of_python(rehearse, more):
    theatres = [TrainingTheatre(**{"architecture": a, "objective": o, "steps": 200} | more) for a, o in MODELS]
    for theatre, answer in zip(theatres, rehearse(theatres, 200, "update"), strict=True):
        expected, batch, _ = python_steps(theatre, 200)
        assert (answer["steps"], answer["phase"]) == (200, "update")
        assert answer["words"] == expected.vocabulary.words
        for name in ("W_in", "W_out"):
            ours = np.array(answer["embeddings"][name])
            np.testing.assert_allclose(ours, getattr(expected.embeddings, name), rtol=0, atol=1e-10)
        examples = Examples.pack(batch)
        wanted = expected.objective.candidates(examples.targets, expected.noise_rng)
        losses, _ = losses_and_gradients(expected.embeddings, examples, wanted, expected.objective.loss)
        np.testing.assert_allclose([one["loss"] for one in answer["predictions"]], losses, rtol=1e-10)
        for one, (inputs, target) in zip(answer["predictions"], batch, strict=True):
            assert (one["inputs"], one["target"]) == (inputs, target)


def test_divergence_ends_the_run_at_the_same_step(rehearse):
    theatre = TrainingTheatre(ROSE, learning_rate=50, objective="HierarchicalSoftmax", architecture="cbow")
    (answer,) = rehearse([theatre], 1000, "predict")
    theatre.steps = 1000
    assert answer["steps"] == theatre.model().taken < 200
    assert answer["failure"].split(" after ")[0] in theatre.describe().replace("e+0", "e+")


# --- what stands on the page ---


def press(root, *names):
    for name in names:
        root.get_by_role("button", name=name).click()


def table(root):
    """The candidates: name, label, score, probability, error of each."""
    return root.locator(".w2v-rows tbody tr").evaluate_all("""rows => rows.map(row => {
        const bars = [...row.querySelectorAll(".w2v-measure .w2v-number")];
        return [row.querySelector("bdi"), row.cells[1], row.cells[2], ...bars].map(node => node.textContent);
    })""")


def cells(root, number):
    """Every number of W_in (0) or W_out (1), read as a listener hears it, by walking with the arrow keys."""
    walk = """canvas => {
        const go = (key) => canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
        const text = () => canvas.getAttribute("aria-valuetext").replace(/ [(]before.*/, "");
        for (let last = null; last !== text(); go("ArrowUp")) last = text();
        for (let last = null; last !== text(); go("ArrowLeft")) last = text();
        const found = [];
        for (let last = null; last !== text(); go("ArrowDown")) {
            last = text();
            const row = [];
            for (let seen = null; seen !== text(); go("ArrowRight")) { seen = text(); row.push(seen); }
            for (const _ of row) go("ArrowLeft");
            found.push(row);
        }
        return found;
    }"""
    return root.locator("canvas").nth(number).evaluate(walk)


def written(matrix, names):
    return [
        [f"{name}, coordinate {i + 1}: {show(x)}" for i, x in enumerate(row)]
        for name, row in zip(names, matrix, strict=True)
    ]


def vector(numbers):
    return f"({', '.join(map(show, numbers[:3]))}{', …' if len(numbers) > 3 else ''})"


def test_center_and_context_are_marked_where_they_stand(open_page):
    text = "a b a b\nb c a b c"
    root = live(open_page(TrainingTheatre(text, window=2)))
    step = """(root, count) => Array.from({ length: count }, () => {
        root.querySelector(".w2v-acts button:last-child").click();
        return [...root.querySelectorAll(".w2v-token")].map((one) => [...one.classList][1]?.replace("w2v-", "") ?? "");
    })"""
    wanted = []
    for sentence in text.split("\n"):
        words = sentence.split()
        for center, context in windows(range(len(words)), 2):
            for target in context:
                kinds = ["context" if place in context else "" for place in range(len(words))]
                kinds[center], kinds[target] = "input", "target"
                wanted.append(kinds)
    assert root.evaluate(step, len(wanted)) == wanted
    choose(root, "cbow", "FullSoftmax")
    assert root.evaluate(step, 2)[1] == ["input", "target", "input", "input"]


@pytest.mark.parametrize(
    ("architecture", "objective"),
    [("skip_gram", "NegativeSampling"), ("cbow", "FullSoftmax"), ("cbow", "HierarchicalSoftmax")],
)
def test_predict_error_update_show_pythons_numbers(open_page, architecture, objective):
    theatre = TrainingTheatre(architecture=architecture, objective=objective, **SMALL, steps=40)
    model, [(inputs, target)], rate = python_steps(theatre, 40)
    examples = Examples.pack([(inputs, target)])
    noise = model.noise_rng.bit_generator.state
    wanted = model.objective.candidates(examples.targets, model.noise_rng)
    model.noise_rng.bit_generator.state = noise
    losses, gradients = losses_and_gradients(model.embeddings, examples, wanted, model.objective.loss)
    rows, labels = wanted.rows[0][wanted.mask[0]], wanted.labels[0][wanted.mask[0]]
    hidden = model.embeddings.W_in[inputs].mean(axis=0)
    scores = model.embeddings.W_out[rows] @ hidden
    probabilities = (softmax if objective == "FullSoftmax" else sigmoid)(scores)
    errors = probabilities - labels
    words = model.vocabulary.words
    tree = objective == "HierarchicalSoftmax"
    names = [("root" if row == len(words) - 2 else f"node {row + 1}") if tree else words[row] for row in rows]
    first = 0 if tree else list(labels).index(1)

    page = open_page(theatre)
    root = live(page)
    press(root, "1 Predict")
    marked = [f"{names[r]}|{labels[r]:g}{' ★' * int(labels[r])}|{show(scores[r])}" for r in range(len(rows))]
    guesses = [show(p) for p in probabilities]
    assert ["|".join(row[:3]) for row in table(root)] == marked
    assert [row[3] for row in table(root)] == guesses
    assert {row[4] for row in table(root)} == {"?"}
    assert root.locator(".w2v-inputs bdi").all_inner_texts() == [words[w] for w in inputs]
    assert root.locator(".w2v-sentence .w2v-input").all_inner_texts() == [words[w] for w in inputs]
    assert root.locator(".w2v-sentence .w2v-target").all_inner_texts() == [words[target]]
    expect(root.locator(".w2v-story")).to_contain_text(f"The loss is {show(losses[0])}.")
    board = root.locator(".w2v-board")
    expect(board.get_by_label("the hidden vector")).to_contain_text(f"= {vector(hidden)}")
    expect(board.get_by_label("the score")).to_contain_text(f"= {show(scores[first])}")
    expect(board.get_by_label("the loss")).to_contain_text(f"= {show(losses[0])}")
    if objective == "FullSoftmax":
        fraction = f"{show(np.exp(scores[first]))} / {show(np.exp(scores).sum())} = {show(probabilities[first])}"
        expect(board.get_by_label("the probability")).to_contain_text(fraction)
    expect(board.get_by_label("the error")).to_contain_text("= ?")

    press(root, "2 Error")
    assert [row[4] for row in table(root)] == [("+" if e > 0 else "") + show(e) for e in errors]
    expect(board.get_by_label("the error")).to_contain_text(f"{show(probabilities[first])} − {labels[first]:g}")
    expect(board.get_by_label("the output vector, before")).to_contain_text("? → ?")

    press(root, "3 Update")
    before = model.embeddings.W_in.copy(), model.embeddings.W_out.copy()
    after_losses = model.step([(inputs, target)], rate)
    np.testing.assert_array_equal(after_losses, losses)  # the step that was meant
    assert cells(root, 0) == written(model.embeddings.W_in, words)
    nodes = [("root" if w == len(words) - 2 else f"node {w + 1}") if tree else words[w] for w in range(len(before[1]))]
    assert cells(root, 1) == written(model.embeddings.W_out, nodes)
    change = board.get_by_label("the change of the output")
    expect(change).to_contain_text(f"= {vector(-rate * gradients.rows[0][wanted.mask[0]][first])}")
    change = board.get_by_label("the change of an input")
    expect(change).to_contain_text(f"= {vector(-rate * gradients.inputs[0][0])}")
    moved = board.get_by_label("the input vector, before")
    old, new = before[0][inputs[0]], model.embeddings.W_in[inputs[0]]
    expect(moved).to_contain_text(f"{vector(old)} → {vector(new)}")
    later, _ = losses_and_gradients(model.embeddings, examples, wanted, model.objective.loss)
    expect(root.locator(".w2v-story")).to_contain_text(f"from {show(losses[0])} to {show(later[0])}")


def choose(root, architecture, objective):
    root.get_by_role("radio", name={"skip_gram": "skip-gram", "cbow": "CBOW"}[architecture]).check()
    names = {"FullSoftmax": "full", "HierarchicalSoftmax": "hierarchical", "NegativeSampling": "negative"}
    root.get_by_role("radio", name=names[objective]).check()


def test_runs_of_six_models_end_where_python_ends(open_page):
    root = live(open_page(TrainingTheatre(epochs=10)))
    root.get_by_label("speed").press("End")
    for architecture, objective in MODELS:
        choose(root, architecture, objective)
        press(root, "Run")
        batches = 560 if architecture == "skip_gram" else 200
        expect(root.locator(".w2v-story")).to_contain_text(f"The training is over, after {batches} batches.")
        expected = python_model(TrainingTheatre(architecture=architecture, objective=objective))
        expected.train(epochs=10, learning_rate=0.2, batch_size=1, progress=False)
        assert cells(root, 0) == written(expected.embeddings.W_in, expected.vocabulary.words)
        numbers = [[text.split(": ")[1] for text in row] for row in cells(root, 1)]
        assert numbers == [[show(x) for x in row] for row in expected.embeddings.W_out]


def test_steps_and_phase_are_replayed(open_page):
    theatre = TrainingTheatre(steps=333, phase="update")
    expected, [(inputs, target)], _ = python_steps(theatre, 333)
    root = live(open_page(theatre))
    expect(root.get_by_role("button", name="3 Update")).to_have_attribute("aria-current", "step")
    expect(root.locator(".w2v-where")).to_have_text(re.compile("^Batch 334, "))
    words = expected.vocabulary.words
    assert [row[0] for row in table(root)][0] == words[target]
    assert "?" not in [row[4] for row in table(root)]
    assert cells(root, 0) == written(expected.embeddings.W_in, words)
    press(root, "Start again")
    expect(root.get_by_role("button", name="1 Predict")).to_have_attribute("aria-current", "step")
    press(root, "Reset")
    expect(root.locator(".w2v-where")).to_have_text(re.compile("^Batch 334, "))


HARNESS = """async (settings) => {
    const { code, state } = JSON.parse(document.querySelector(".w2v-page script").textContent);
    const { default: widget } = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(code));
    const hearers = {};
    window.state = { ...state, ...settings };
    window.hear = (name) => hearers[`change:${name}`]();
    const model = { get: (name) => window.state[name], save_changes() {},
        set(name, value) { if (window.state[name] !== value) { window.state[name] = value; window.hear(name); } },
        on: (names, hear) => names.split(" ").forEach((name) => (hearers[name] = hear)), off() {} };
    const el = document.body.appendChild(document.createElement("div"));
    el.className = "other";
    window.frames_asked = 0;
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (hear) => { window.frames_asked++; return ask(hear); };
    window.stop_widget = widget.render({ model, el });
}"""


def test_python_moves_the_page_and_a_removed_widget_asks_for_no_frame(open_page):
    page = open_page(TrainingTheatre())
    page.evaluate(HARNESS, {"steps": 3})
    root = page.locator(".other")
    page.evaluate("state.steps = 120; hear('steps')")
    expected, _, _ = python_steps(TrainingTheatre(), 120)
    expect(root.locator(".w2v-where")).to_have_text(re.compile("^Batch 120, "))
    assert cells(root, 0) == written(expected.embeddings.W_in, expected.vocabulary.words)
    page.evaluate("state.steps = 100_000; hear('steps')")  # further than the run goes
    expect(root.locator(".w2v-story")).to_contain_text("after 2,800 batches")
    assert page.evaluate("state.steps") == 2800
    page.evaluate("state.architecture = 'cbow'; hear('architecture'); state.steps = 0; hear('steps')")
    assert page.evaluate("[state.steps, state.phase]") == [0, "predict"]
    press(root, "Run")
    page.wait_for_function("frames_asked > 5")
    press(root, "Pause")
    paused = page.evaluate("frames_asked")
    assert page.evaluate("state.steps") > 0
    page.wait_for_timeout(100)
    assert page.evaluate("frames_asked") == paused
    press(root, "Run")
    asked = page.evaluate("stop_widget(); frames_asked")
    page.wait_for_timeout(100)
    assert page.evaluate("[frames_asked, document.querySelector('.other').children.length]") == [asked, 0]


def test_keyboard_alone_goes_through_the_play(open_page):
    page = open_page(TrainingTheatre(**SMALL))
    root = live(page)
    root.get_by_role("radio", name="negative sampling").focus()
    page.keyboard.press("ArrowLeft")
    expect(root.get_by_role("radio", name="hierarchical softmax")).to_be_checked()
    page.keyboard.press("Tab")  # settings
    stories = "Given “a”", "At the root", "0 rows of W_in and 2 rows of W_out moved"  # the output vectors were 0
    for name, story in zip(("1 Predict", "2 Error", "3 Update"), stories, strict=True):
        page.keyboard.press("Tab")
        expect(root.get_by_role("button", name=name)).to_be_focused()
        page.keyboard.press("Enter")
        expect(root.locator(".w2v-story")).to_contain_text(story)
    expect(root.get_by_role("status")).to_contain_text("moved")  # and it is heard
    page.keyboard.press("Enter")  # a whole step at once
    expect(root.locator(".w2v-where")).to_contain_text("Batch 2")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(root.get_by_role("button", name="Pause")).to_be_focused()
    page.wait_for_function("() => /^Running: [3-9]/.test(document.querySelector('.w2v-live .w2v-story').textContent)")
    page.keyboard.press("Space")
    expect(root.get_by_role("button", name="Run")).to_be_focused()
    expect(root.locator(".w2v-where")).to_contain_text(re.compile("Batch [3-9]|Batch .."))
    canvas = root.locator("canvas").first
    canvas.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(canvas).to_have_attribute("aria-valuetext", re.compile(r"^rose, coordinate 2: "))


def test_touch_on_a_phone_steps_and_reads_a_cell(open_page):
    page = open_page(TrainingTheatre(), width=360, has_touch=True, is_mobile=True)
    root = live(page)
    root.get_by_role("button", name="3 Update").tap()
    expect(root.locator(".w2v-where")).to_contain_text("Batch 1,")
    root.get_by_role("radio", name="matrices").tap()
    canvas = root.locator("canvas").first
    canvas.scroll_into_view_if_needed()
    settled = (
        "c => { const old = c.seen, r = c.getBoundingClientRect(); c.seen = r.top + r.height; return c.seen === old; }"
    )
    page.wait_for_function(settled, arg=canvas.element_handle(), polling=100)  # it has only just been shown
    box = canvas.bounding_box()
    canvas.tap(position={"x": box["width"] - 2, "y": box["height"] - 2})
    expect(canvas).to_have_attribute("aria-valuetext", re.compile("^wolf, coordinate 5: "))
    assert_no_overflow(page)


def test_a_phone_shows_one_view_together_with_what_is_pressed(open_page):
    page = open_page(TrainingTheatre(architecture="cbow", steps=5), width=360)
    root = live(page)
    views = {"network": ".w2v-network", "formulas": ".w2v-board", "vectors": "figure:has(.w2v-scatter)"}
    views |= {"loss": "figure:has([data-part=loss])", "matrices": ".w2v-matrix"}
    root.get_by_role("radio", name="network").focus()
    for name in views:
        expect(root.get_by_role("radio", name=name)).to_be_checked()
        assert [other for other, part in views.items() if root.locator(part).first.is_visible()] == [name]
        assert_no_overflow(page)
        top, bottom, whole = root.evaluate("""root => [".w2v-acts", ".w2v-stage", "form"].flatMap((part, i) => {
            const box = root.querySelector(part).getBoundingClientRect();
            return [box.top, box.bottom, box.height][i];
        })""")
        if name in ("network", "vectors", "loss"):
            assert bottom - top < 740  # one screen of a phone
        assert whole < 1400
        page.keyboard.press("ArrowRight")
    page.set_viewport_size({"width": 900, "height": 900})
    expect(root.get_by_role("radio", name="network")).to_be_hidden()
    assert all(root.locator(part).first.is_visible() for part in views.values())
    assert_accessible(page)


def test_divergence_is_shown_explained_and_left(open_page):
    page = open_page(TrainingTheatre(objective="FullSoftmax"), width=360)
    root = live(page)
    warning = root.locator(".w2v-trouble")
    expect(warning).to_be_hidden()
    root.get_by_text("Text and settings").click()
    root.get_by_label("learning rate").press("End")
    expect(root.get_by_label("learning rate")).to_have_attribute("aria-valuetext", "50")
    press(root, "Run")
    expect(warning).to_contain_text("Training has diverged. The loss has grown from 2.30 to 1.64e+7 after 5 words")
    expect(warning).to_contain_text("Each step overshot")
    expect(root.get_by_role("button", name="Run")).to_have_attribute("aria-disabled", "true")
    assert "diverged: The loss has grown from 2.3 to 1.64e+07 after 5 words" in (
        TrainingTheatre(objective="FullSoftmax", learning_rate=50, steps=50).describe()
    )
    assert_no_overflow(page)
    assert_accessible(page)
    root.get_by_role("button", name="1 Predict").dispatch_event("click")  # must do nothing
    expect(warning).to_be_visible()
    press(root, "Reset")
    expect(warning).to_be_hidden()
    expect(root.get_by_label("learning rate")).to_have_attribute("aria-valuetext", "0.2")
    press(root, "1 Predict")
    expect(root.locator(".w2v-story")).to_contain_text("The loss is 2.303.")


def test_any_text_is_text_and_too_little_or_too_much_says_so(open_page):
    page = open_page(TrainingTheatre(), width=360)
    root = live(page)
    root.get_by_text("Text and settings").click()
    box, warning = root.get_by_label("Text, one sentence"), root.locator(".w2v-trouble")
    stage = root.locator(".w2v-stage")
    stage.evaluate("stage => stage.querySelectorAll('.is-unseen').forEach(one => one.classList.remove('is-unseen'))")
    for text, message in ((" \n ", "corpus is empty"), ("one", "at least two"), ("a\nb", "No sentence has two words")):
        box.fill(text)
        expect(warning).to_contain_text(message)
        expect(stage).to_be_hidden()
        for name in ("3 Update", "Run"):
            root.get_by_role("button", name=name).dispatch_event("click")  # must do nothing
    box.fill(f"{ODD}\n{'x' * 300} end")
    expect(warning).to_be_hidden()
    for architecture, objective in MODELS:
        choose(root, architecture, objective)
        press(root, "3 Update", "1 Predict", "2 Error")
        assert_no_overflow(page)
    assert page.locator("main :is(img, script:not([type]))").count() == 1  # the one that starts the widget
    assert root.locator(".w2v-token").all_inner_texts() == ["__proto__", "constructor", "toString"]
    expect(root.locator("select")).to_have_value("your own")

    rng = np.random.default_rng(0)
    words = " ".join(f"w{int(rank)}" for rank in rng.zipf(1.3, 5000) % 2000)
    milliseconds = box.evaluate(
        """(box, text) => { box.value = text; const start = performance.now();
            box.dispatchEvent(new Event("input", { bubbles: true })); document.body.offsetWidth;
            return performance.now() - start; }""",
        words,
    )
    assert milliseconds < 200
    expect(warning).to_contain_text("the stage has room for 150")
    press(root, "Use min_count")
    expect(warning).to_be_hidden()
    press(root, "3 Update")
    expect(root.locator(".w2v-where")).to_contain_text("Batch 1, sentence 1 of 5")
    milliseconds = box.evaluate(
        """box => { const start = performance.now(); box.value += " x";
            box.dispatchEvent(new Event("input", { bubbles: true })); document.body.offsetWidth;
            return performance.now() - start; }"""
    )
    assert milliseconds < 200
    assert_no_overflow(page)
    press(root, "Reset")
    assert box.input_value() == TEXT


@pytest.mark.parametrize("text", [TEXT, ODD, None], ids=["tiny", "hostile", "toy"])
def test_the_python_call_on_the_page_repeats_the_run(open_page, text):
    toy = text is None
    root = live(open_page(TrainingTheatre(*([] if toy else [text]), epochs=3, steps=100_000)))
    if toy:
        root.locator("select").select_option(label=f"toy corpus: {TOY_SIZE} sentences")
    root.get_by_text("The same run in Python").click()
    press(root, "Select the code")
    call_in_python = root.locator("pre").inner_text()
    assert root.page.evaluate("document.getSelection().toString()").strip() == call_in_python.strip()
    if toy:
        assert "    ToyCorpus(300),\n" in call_in_python
        root.get_by_text("Text and settings").click()
        root.get_by_label("epochs").fill("1")
        call_in_python = root.locator("pre").inner_text()
        root.get_by_label("speed").press("End")
        press(root, "Run")
        expect(root.locator(".w2v-story")).to_contain_text("training is over", timeout=20_000)
    names = {}
    exec(call_in_python.replace("batch_size", "progress=False, batch_size"), names)
    model = names["model"]
    assert cells(root, 0)[:12] == written(model.embeddings.W_in, model.vocabulary.words)[:12]


def test_terms_and_picture_light_each_other(open_page):
    page = open_page(TrainingTheatre(steps=5))
    root = live(page)
    root.get_by_label("the score").locator("[data-part=u]").hover()
    assert set(lit(root)) == {"u", "Wout"}
    root.locator(".w2v-rows [data-part=p]").hover()
    assert lit(root) == ["p"] * 3  # the table, the probability's line, the error's line
    root.locator(".w2v-h").hover()
    assert lit(root) == ["h"] * 5
    root.locator(".w2v-matrix").first.hover()
    assert lit(root) == ["Win"]
    root.get_by_label("the change of an input").locator("[data-part=all-e]").hover()
    assert set(lit(root)) == {"e", "all-e"}
    root.locator(".w2v-rows [data-part=e1]").hover()
    assert lit(root) == ["all-e", "e1"]
    page.mouse.move(1, 1)
    assert lit(root) == []
    root.get_by_label("the error", exact=True).locator("button").first.focus()
    assert set(lit(root)) == {"e"}


def test_reduced_motion_jumps_and_draws_no_arrows_while_it_runs(open_page):
    changes = """async () => { let drawn = 0;
        const story = document.querySelector(".w2v-live .w2v-story");
        new MutationObserver(() => drawn++).observe(story, { childList: true });
        await new Promise(done => setTimeout(done, 700)); return drawn; }"""
    counts = {}
    for motion in ("reduce", "no-preference"):
        root = live(open_page(TrainingTheatre(), reduced_motion=motion))
        press(root, "3 Update", "3 Update")
        press(root, "Run")
        counts[motion] = root.page.evaluate(changes)
        assert root.locator(".w2v-moves line").count() == 0
        press(root, "Pause")
        expect(root.locator(".w2v-moves line")).to_have_count(1)  # the last step, standing still
    assert counts["reduce"] <= 2 < 8 < counts["no-preference"]


def test_a_theme_change_repaints_the_matrices(open_page):
    page = open_page(TrainingTheatre(steps=30))
    painted = {"light": set(), "dark": set()}
    for theme in ("light", "dark", "light", "dark"):
        page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
        painted[theme].add(page.evaluate("document.querySelector('.w2v-live canvas').toDataURL()"))
    assert len(painted["light"]) == len(painted["dark"]) == len(painted["light"] | painted["dark"]) - 1 == 1


def test_still_figure_shows_pythons_numbers(open_page):
    hostile = "\n".join([*HOSTILE, ROSE])
    theatre = TrainingTheatre(hostile, architecture="cbow", objective="FullSoftmax", learning_rate=0.3, steps=77)
    expected, [(inputs, target)], _ = python_steps(theatre, 77)
    words = expected.vocabulary.words
    scores = expected.embeddings.W_out @ expected.embeddings.W_in[inputs].mean(axis=0)
    page = open_page(theatre, java_script_enabled=False, width=360)
    still = page.locator(".w2v-still")
    shown = [[row[0], row[2], row[3]] for row in table(still)]
    assert shown == [[words[w], show(scores[w]), show(softmax(scores)[w])] for w in range(10)]
    expect(still).to_contain_text(f"and {len(words) - 10} more")
    loss = show(-np.log(softmax(scores)[target]))
    expect(page.get_by_role("figure")).to_contain_text(f"→ {words[target]}, loss {loss}.")
    assert still.locator("circle").count() == len(words)
    assert page.locator("main img").count() == 0


def test_presets_are_made_by_python(open_page):
    state = payload(TrainingTheatre().html())["state"]
    toy = state["presets"][1]["settings"]["text"]
    assert [line.split() for line in toy.split("\n")] == list(ToyCorpus(TOY_SIZE))
    assert len(json.dumps(state)) < 25_000
