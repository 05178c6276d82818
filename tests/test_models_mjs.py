"""The browser's models are Python's: random.mjs and models.mjs through Node, draw by draw and step by step."""

import re
from functools import partial
from itertools import product

import numpy as np
import pytest
from node import call
from widget_fixtures import FOLDER

import w2v_core
from w2v_core import HuffmanTree, NegativeSampling, TextFile, ToyCorpus, Vocabulary, Word2Vec, WordVectors
from w2v_core.errors import DivergenceError
from w2v_core.plots import pca
from w2v_core.training import Embeddings, Examples, History, losses_and_gradients, sgd_step
from w2v_core.widgets.base import join

MODELS = list(product(["skip_gram", "cbow"], ["FullSoftmax", "HierarchicalSoftmax", "NegativeSampling"]))
WORDS = ["a", "rose", "é", "e\u0301", "中文", "😀", "__proto__", "constructor", "toString", "length", "0", "A"]

# What is asked of the module that the page loads: functions from JSON to JSON.
DRIVER = """
export function draws(seed, path, count) {
  let rng = generator(seed);
  for (const [children, child] of path) rng = rng.spawn(children)[child];
  return Array.from({ length: count }, () => rng.random());
}
export function twoSpawns(seed) {
  const rng = generator(seed);
  return [...rng.spawn(2), ...rng.spawn(1)].map((one) => one.random());
}
export function words(sentences, minCount) {
  const { index, ...rest } = vocabulary(sentences, minCount);
  return { ...rest, index: [...index], encoded: sentences.map((sentence) => encode({ index }, sentence)) };
}
export function windowsOf(sentence, radius, seed) {
  const found = windows(sentence, radius, seed === null ? null : generator(seed));
  return Object.fromEntries(Object.entries(ARCHITECTURES).map(([name, architecture]) =>
    [name, found.flatMap(({ center, context }) => architecture(center, context))]));
}
export function tree(counts, words) {
  const { V, merges, parent, depths, meanDepth, path, code } = huffmanTree(counts);
  return { V, merges, parent, depths, meanDepth, paths: words.map(path), codes: words.map(code) };
}
export function objective(name, counts, options, targets, seed) {
  const { M, noise = [], candidates } = OBJECTIVES[name](counts, options);
  const rng = generator(seed);
  return { M, noise, wanted: targets.map((target) => candidates(target, rng)) };
}
export function losses(name, counts, scores, wanted) {
  return scores.map((s, b) => OBJECTIVES[name](counts).loss(s, wanted[b]));
}
export function start(V, M, d, seed) {
  return startEmbeddings(V, M, d, generator(seed));
}
export function step(embeddings, examples, name, counts, options, rate, seed) {
  const judge = OBJECTIVES[name](counts, options);
  const rng = generator(seed);
  const predictions = examples.map((one) => predict(embeddings, one, judge.candidates(one.target, rng), judge));
  const before = JSON.stringify(embeddings);
  const slopes = JSON.parse(before); // central differences of the summed loss
  const total = () => predictions.reduce((sum, one) => sum + predict(embeddings, one, one, judge).loss, 0);
  for (const name of ["W_in", "W_out"]) {
    embeddings[name].forEach((row, w) => row.forEach((x, i) => {
      const [up, down] = [1e-5, -1e-5].map((nudge) => ((row[i] = x + nudge), total()));
      row[i] = x;
      slopes[name][w][i] = (up - down) / 2e-5;
    }));
  }
  const unmoved = before === JSON.stringify(embeddings);
  const losses = sgdStep(embeddings, examples, judge, rate, generator(seed));
  return { predictions, slopes, losses, unmoved, embeddings };
}
/** Train `rounds` times; all that can be seen. Every `every`-th batch the vectors are looked at. */
export function train({ every, ...settings }, training, rounds) {
  const model = word2vec(settings);
  const seen = { losses: [], rates: [], words: [], vectors: [], chance: model.chanceLoss() };
  for (let round = 0; round < rounds; round++) {
    const run = model.trainer(training);
    try {
      for (let batch = run.next(); !batch.done; batch = run.next()) {
        seen.losses.push(batch.losses);
        seen.rates.push(batch.learningRate);
        seen.words.push(batch.words);
        if (seen.losses.length % every === 0) seen.vectors.push(structuredClone(model.embeddings));
      }
    } catch (error) {
      seen.error = [error.name, error.message];
      seen.next = run.next(); // over, not an error
    }
    seen.done = run.done;
  }
  return { ...seen, history: model.history, embeddings: model.embeddings };
}
/** Stop one training in the middle of its third batch. */
export function pieces(settings, training) {
  const model = word2vec(settings);
  const run = model.trainer(training);
  const now = () => JSON.stringify(model.embeddings);
  const [first, second] = [run.next(), run.next()];
  const steps = [now()];
  const batch = run.draw();
  steps.push(now());
  run.forward(batch);
  steps.push(now());
  run.update(batch);
  steps.push(now());
  run.stop();
  return { steps: steps.map((step) => step === steps[0]), batches: [first, second, batch], next: run.next(),
    history: model.history };
}
export function refusals(calls) {
  const asked = {
    fullSoftmax, generator, huffmanTree, keepProbability, negativeSampling, step, train, vocabulary, word2vec,
  };
  return calls.map(([name, ...inputs]) => {
    try {
      return { answer: asked[name](...inputs) };
    } catch (error) {
      return { name: error.name, message: error.message };
    }
  });
}
export const cosines = (rows) => rows.map((a) => rows.map((b) => cosine(a, b)));
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    """Call functions of the joined module, and of the driver: many ``[name, *arguments]``, one answer each."""
    path = tmp_path_factory.mktemp("models") / "models.mjs"
    path.write_text(join(FOLDER / "models.mjs") + DRIVER, "utf-8")
    return partial(call, path)


def assert_close(answer, wanted, **tolerance):
    np.testing.assert_allclose(
        np.array(answer, float), np.asarray(wanted, float), **{"rtol": 1e-10, "atol": 1e-10} | tolerance
    )


# --- numbers from a seed ---


def test_a_seed_gives_numpys_numbers_to_the_bit(ask):
    seeds = [*range(20), 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**53 - 1, 2**53, 3 * 2**62, 2**96, 2**127, 2**200]
    seeds += np.random.default_rng(1).integers(0, 2**53, 50).tolist()
    answers = ask([["draws", seed, [], 50] for seed in seeds])
    assert answers == [np.random.default_rng(seed).random(50).tolist() for seed in seeds]
    assert ask([["draws", 5, [], 20_000]]) == [np.random.default_rng(5).random(20_000).tolist()]


def test_spawned_generators_are_numpys_and_so_are_their_children(ask):
    rng = np.random.default_rng(2)
    cases = [
        (int(rng.integers(2**53)) >> int(rng.integers(53)), [(n, int(rng.integers(n))) for n in rng.integers(1, 9, k)])
        for k in (1, 2, 3, 5)
        for _ in range(20)
    ]
    answers = ask([["draws", seed, [(int(n), child) for n, child in path], 5] for seed, path in cases])
    for (seed, path), answer in zip(cases, answers, strict=True):
        generator = np.random.default_rng(seed)
        for n, child in path:
            generator = generator.spawn(n)[child]
        assert answer == generator.random(5).tolist()


def test_a_later_spawn_continues_the_numbering(ask):
    rng = np.random.default_rng(7)
    assert ask([["twoSpawns", 7]])[0] == [one.random() for one in rng.spawn(2) + rng.spawn(1)]


# --- from text to examples ---


def test_every_character_separates_words_as_in_python(ask):
    letters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000] + ["😀", "\U000e0020"]
    texts = [f"a{letter}b" for letter in letters]
    (answers,) = ask([["sentencesOf", "\n".join(texts)]])
    assert answers == [words for line in "\n".join(texts).split("\n") if (words := line.split())]


def test_sentences_of_a_text_are_those_of_its_file(ask, tmp_path):
    texts = ["", " \n\n", "\ufeffto be\r\nor\t not \n", "one\ufeff two", "a\x0bb\x85c\u3000d\x1fe", "x " * 2500 + "\ny"]
    answers = ask([["sentencesOf", text] for text in texts])
    for text, answer in zip(texts, answers, strict=True):
        (tmp_path / "text").write_bytes(text.encode())
        assert answer == list(TextFile(tmp_path / "text"))


def random_sentences(rng, count=8):
    return [[WORDS[int(len(WORDS) * x**2)] for x in rng.random(rng.integers(0, 9))] for _ in range(count)]


def test_vocabularies_agree_with_ties_and_words_that_javascript_knows(ask):
    rng = np.random.default_rng(3)
    cases = [(random_sentences(rng), 1 + k % 2) for k in range(40)]
    for (sentences, min_count), answer in zip(cases, ask([["words", *case] for case in cases]), strict=True):
        vocabulary = Vocabulary.from_sentences(sentences, min_count)
        assert answer == {
            "words": vocabulary.words,
            "counts": vocabulary.counts.tolist(),
            "tokens": vocabulary.tokens,
            "index": [[word, w] for w, word in enumerate(vocabulary.words)],
            "encoded": [vocabulary.encode(sentence) for sentence in sentences],
        }


def test_subsampling_keeps_what_python_keeps(ask):
    rng = np.random.default_rng(4)
    cases = [(rng.integers(1, 1000, 6).tolist(), float(t)) for t in [0, 1, *rng.random(20) ** 3]]
    for (counts, threshold), answer in zip(cases, ask([["keepProbability", *case] for case in cases]), strict=True):
        assert_close(answer, w2v_core.keep_probability(np.array(counts), threshold))


def test_windows_and_their_examples_agree_fixed_and_thrown(ask):
    rng = np.random.default_rng(5)
    cases = [
        (rng.integers(0, 5, n).tolist(), radius, seed)
        for n in (0, 1, 2, 3, 9)
        for radius in (1, 2, 4, 12)
        for seed in (None, 1, 8)
    ]
    for (sentence, radius, seed), answer in zip(cases, ask([["windowsOf", *case] for case in cases]), strict=True):
        draws = None if seed is None else np.random.default_rng(seed)
        found = list(w2v_core.windows(sentence, radius, draws))
        for architecture in w2v_core.ARCHITECTURES:
            pairs = [pair for window in found for pair in architecture(*window)]
            assert answer[architecture.__name__] == [{"inputs": inputs, "target": target} for inputs, target in pairs]


# --- what an example is compared with ---


def random_counts(rng, V):
    return np.sort(rng.integers(1, rng.choice([3, 20, 1000]), V))[::-1].tolist()


def test_trees_agree_node_by_node_with_many_ties(ask):
    rng = np.random.default_rng(6)
    cases = [random_counts(rng, V) for V in [2, 3, 4, 5, 8, 13, 40] for _ in range(8)]
    cases += [rng.permutation(counts).tolist() for counts in cases] + [[2**k for k in range(45)]]  # and the deepest
    cases += [[60_000 // rank for rank in range(1, 5001)]]
    asked = [rng.permutation(len(counts))[:50].tolist() for counts in cases]
    for counts, words, answer in zip(
        cases, asked, ask([["tree", *case] for case in zip(cases, asked, strict=True)]), strict=True
    ):
        tree = HuffmanTree(np.array(counts))
        assert answer["merges"] == [list(pair) for pair in tree.merges]
        assert answer["depths"] == tree.depths.tolist()
        assert answer["paths"] == [tree.path(word) for word in words]
        assert answer["codes"] == [tree.code(word) for word in words]
        assert_close(answer["meanDepth"], tree.mean_depth)
        assert answer["parent"].pop() is None  # the root
        assert all(answer["merges"][node - tree.V][bit] == child for child, (node, bit) in enumerate(answer["parent"]))


def objectives(rng):
    """Random objectives: the name, the arguments for JavaScript, the one of Python."""
    for V in (2, 3, 7, 30):
        counts = random_counts(rng, V)
        for name in ("FullSoftmax", "HierarchicalSoftmax"):
            yield name, counts, {}, getattr(w2v_core, name)(np.array(counts))
        for power, skip in product([0.0, 0.75, 1.0, float(2 * rng.random())], [False, True]):
            K = int(rng.integers(1, 9))
            theirs = {"negatives": K, "power": power, "skipTarget": skip}
            ours = NegativeSampling(np.array(counts), negatives=K, power=power, skip_target=skip)
            yield "NegativeSampling", counts, theirs, ours


def unpadded(array, real):
    """Rows of a padded array as lists of their real entries."""
    return [row[here].tolist() for row, here in zip(array, real, strict=True)]


def real_entries(name, wanted):
    """Entries that are no padding: those of the mask, but for negative sampling, which has draws left out instead."""
    return np.ones(wanted.mask.shape, bool) if name == "NegativeSampling" else wanted.mask


def test_candidates_are_the_same_draws_for_all_objectives(ask):
    rng = np.random.default_rng(8)
    cases = [(*case, rng.integers(0, len(case[1]), 12).tolist(), seed) for seed, case in enumerate(objectives(rng))]
    answers = ask([["objective", name, counts, options, *rest] for name, counts, options, _, *rest in cases])
    for (name, _, _, ours, targets, seed), answer in zip(cases, answers, strict=True):
        wanted = ours.candidates(np.array(targets), np.random.default_rng(seed))
        real = real_entries(name, wanted)
        assert answer["M"] == ours.M
        assert [one["rows"] for one in answer["wanted"]] == unpadded(wanted.rows, real)
        assert [one["labels"] for one in answer["wanted"]] == unpadded(wanted.labels, real)
        assert [one["mask"] for one in answer["wanted"]] == unpadded(wanted.mask, real)
        assert_close(answer["noise"], getattr(ours, "noise", []))


def test_losses_and_errors_agree_for_scores_of_all_sizes(ask):
    rng = np.random.default_rng(9)
    for name, counts, _, ours in list(objectives(rng))[::3]:
        targets = rng.integers(0, len(counts), 25)
        wanted = ours.candidates(targets, np.random.default_rng(1))
        scores = rng.normal(size=wanted.rows.shape) * rng.choice([0.1, 1, 10, 1000], (25, 1))
        losses, errors = ours.loss(scores, wanted)
        real = real_entries(name, wanted)
        lists = [unpadded(array, real) for array in wanted]
        theirs = [dict(zip(("rows", "labels", "mask"), one, strict=True)) for one in zip(*lists, strict=True)]
        (answers,) = ask([["losses", name, counts, unpadded(scores, real), theirs]])
        assert_close([one["loss"] for one in answers], losses)
        for one, error, target, kept in zip(
            answers, unpadded(errors, real), theirs, unpadded(wanted.mask, real), strict=True
        ):
            assert_close(one["errors"], error, atol=1e-15)
            assert_close((np.array(one["probabilities"]) - target["labels"]) * kept, error, atol=1e-15)


# --- one step ---


def test_first_vectors_are_the_same_draws(ask):
    (answer,) = ask([["start", 7, 6, 5, 12]])
    ours = Embeddings.start(7, 6, 5, np.random.default_rng(12))
    assert answer == {"W_in": ours.W_in.tolist(), "W_out": ours.W_out.tolist()}


def test_one_step_of_every_model_is_pythons_and_its_gradient_is_the_slope(ask):
    rng = np.random.default_rng(10)
    cases = []
    for name, counts, options, ours in objectives(rng):
        V, d = len(counts), int(rng.integers(1, 5))
        embeddings = Embeddings(rng.normal(size=(V, d)), rng.normal(size=(ours.M, d)))
        pairs = [(rng.integers(0, V, C).tolist(), int(rng.integers(V))) for C in (1, 1, 2, 5)]  # words come twice
        cases.append((name, counts, options, ours, embeddings, pairs, 0.1, int(rng.integers(99))))
    answers = ask(
        [
            ["step", {"W_in": e.W_in.tolist(), "W_out": e.W_out.tolist()},
             [{"inputs": inputs, "target": target} for inputs, target in pairs], name, counts, options, rate, seed]
            for name, counts, options, _, e, pairs, rate, seed in cases
        ]
    )  # fmt: skip
    for (name, _, _, ours, embeddings, pairs, rate, seed), answer in zip(cases, answers, strict=True):
        examples = Examples.pack(pairs)
        wanted = ours.candidates(examples.targets, np.random.default_rng(seed))
        losses, gradients = losses_and_gradients(embeddings, examples, wanted, ours.loss)
        real = real_entries(name, wanted)
        for b, one in enumerate(answer["predictions"]):
            assert one["rows"] == wanted.rows[b][real[b]].tolist()
            hidden = embeddings.W_in[pairs[b][0]].mean(axis=0)
            assert_close(one["hidden"], hidden)
            assert_close(one["scores"], embeddings.W_out[one["rows"]] @ hidden)
            assert_close(one["rowGradients"], gradients.rows[b][real[b]])
            for c in range(len(pairs[b][0])):
                assert_close(one["inputGradient"], gradients.inputs[b, c])
            assert_close(one["hiddenGradient"], gradients.inputs[b, 0] * len(pairs[b][0]))
            assert_close(one["loss"], losses[b])
        assert answer["unmoved"]  # by nothing but the step
        before = [embeddings.W_in.copy(), embeddings.W_out.copy()]
        assert_close(answer["losses"], sgd_step(
            embeddings, examples, ours, learning_rate=rate, rng=np.random.default_rng(seed)
        ))  # fmt: skip
        for matrix, start, theirs in zip(("W_in", "W_out"), before, (embeddings.W_in, embeddings.W_out), strict=True):
            assert_close(answer["embeddings"][matrix], theirs)
            assert_close(answer["slopes"][matrix], (start - answer["embeddings"][matrix]) / rate, atol=1e-7, rtol=1e-6)


# --- whole trainings ---

TOY = [*ToyCorpus(size=30, seed=2), ["once"], [], ["the", "the", "twice", "the", "twice"]]


class Watched(History):
    """A history that also keeps every step."""

    def __init__(self, model, every):
        super().__init__()
        self.every, self.losses, self.rates, self.vectors = every, [], [], []
        step = model.step

        def watched(batch, learning_rate):
            losses = step(batch, learning_rate)
            self.losses.append(losses)
            self.rates.append(learning_rate)
            if len(self.losses) % every == 0:
                self.vectors.append([model.embeddings.W_in.copy(), model.embeddings.W_out.copy()])
            return losses

        model.step = watched


def both(ask, runs):
    """Train each run in Python and in Node: (the model, its watched history, the error if any, Node's answer)."""
    calls = []
    for settings, training, rounds in runs:
        names = {"batch_size": "batchSize", "learning_rate": "learningRate", "dynamic_window": "dynamicWindow",
                 "min_count": "minCount", "skip_target": "skipTarget"}  # fmt: skip
        theirs = {names.get(key, key): value for key, value in settings.items()}
        theirs["options"] = {names.get(key, key): value for key, value in settings["options"].items()}
        calls.append(["train", theirs, {names.get(key, key): value for key, value in training.items()}, rounds])
    for (settings, training, rounds), answer in zip(runs, ask(calls), strict=True):
        settings = dict(settings)
        architecture, objective, options, sentences, every = map(
            settings.pop, ("architecture", "objective", "options", "sentences", "every")
        )
        objective = partial(getattr(w2v_core, objective), **options)
        model = Word2Vec(sentences, getattr(w2v_core, architecture), objective, **settings)
        model.history, error = Watched(model, every), None
        for _ in range(rounds):
            try:
                model.train(**training, progress=False)
            except DivergenceError as raised:
                error = raised
        yield model, model.history, error, answer


def settings_of(architecture, objective, **changes):
    options = {"negatives": 3, "skip_target": True} if objective == "NegativeSampling" else {}
    return {
        "sentences": TOY, "architecture": architecture, "objective": objective, "options": options, "dimension": 5,
        "window": 3, "dynamic_window": True, "min_count": 2, "subsample": 0.02, "seed": 11, "every": 40,
    } | changes  # fmt: skip


def assert_same_run(model, history, answer):
    assert answer["rates"] == history.rates
    assert [len(losses) for losses in answer["losses"]] == [len(losses) for losses in history.losses]
    assert_close(sum(answer["losses"], []), np.concatenate(history.losses))
    assert answer["history"]["words"] == history.words
    assert_close(answer["history"]["loss"], history.loss)
    assert answer["history"]["learningRate"] == history.learning_rate
    for seen, kept in zip(answer["vectors"], history.vectors, strict=True):
        assert_close(seen["W_in"], kept[0])
        assert_close(seen["W_out"], kept[1])
    assert_close(answer["embeddings"]["W_in"], model.embeddings.W_in)
    assert_close(answer["embeddings"]["W_out"], model.embeddings.W_out)
    assert_close(answer["chance"], model.chance_loss())


@pytest.mark.parametrize("batch_size", [1, 16])
def test_a_whole_training_of_each_model_is_pythons_step_by_step(ask, unchecked, batch_size):
    training = {"epochs": 40 if batch_size > 1 else 6, "learning_rate": 0.05, "batch_size": batch_size}
    runs = [(settings_of(*model), training, 1) for model in MODELS]
    for model, history, error, answer in both(ask, runs):
        assert len(history.losses) > 200
        assert len(history.vectors) > 5
        assert min(model.keep) < 1
        assert error is None
        assert_same_run(model, history, answer)
        assert history.loss[-1] < model.chance_loss()


def test_training_again_and_every_word_and_fixed_windows_agree(ask, unchecked):
    changes = [
        {"subsample": 0},
        {"dynamic_window": False},
        {"min_count": 1, "window": 1},
        {"seed": 2**40, "window": 20},
    ]
    training = {"epochs": 3, "learning_rate": 0.1, "batch_size": 7}
    runs = [
        (settings_of(*model, **change), training, 2) for model, change in zip(MODELS[1:], changes * 2, strict=False)
    ]
    for model, history, error, answer in both(ask, runs):
        assert error is None
        assert_same_run(model, history, answer)


def test_divergence_is_raised_at_the_same_step(ask, unchecked):
    rates = {"too large": 1.0, "out of bounds": 1e60, "out of bounds at once": 1e200}
    training = [{"epochs": 20, "learning_rate": rate, "batch_size": 16} for rate in rates.values()]
    runs = [(settings_of(*model, every=1), one, 1) for model, one in product(MODELS, training)]
    for (_, one, _), (_, history, error, answer) in zip(runs, both(ask, runs), strict=True):
        name, message = answer["error"]
        grown = one["learning_rate"] == 1  # raised after the step that was too much; the others before theirs
        assert name == "DivergenceError"
        assert message.startswith("The loss has grown from" if grown else "A step at learning rate")
        numbers = [
            [float(number) for number in re.findall(r"\d[\d.]*(?:e[+-]\d+)?(?=[ ,)])", str(text))]
            for text in (error, message)
        ]
        assert_close(numbers[1], numbers[0], rtol=0.01)  # chance, smoothed loss, words, rate; printed with few digits
        assert len(answer["vectors"]) == len(history.vectors) - grown
        assert answer["history"]["words"] == history.words
        assert answer["next"] == {"done": True, "losses": []}
        assert np.isfinite(answer["embeddings"]["W_in"]).all()
        assert np.isfinite(answer["embeddings"]["W_out"]).all()


def test_loss_by_chance_agrees_where_it_is_drawn(ask):
    settings = [
        {"sentences": [["a", "b", "a", "c"]], "options": {"negatives": K, "skipTarget": True}, "minCount": 1}
        for K in range(1, 12)
    ]
    answers = ask([["train", one | {"every": 1}, {}, 0] for one in settings])
    for one, answer in zip(settings, answers, strict=True):
        objective = partial(NegativeSampling, negatives=one["options"]["negatives"], skip_target=True)
        assert_close(answer["chance"], Word2Vec(one["sentences"], objective=objective, min_count=1).chance_loss())


def plain(settings):
    """Settings of a small run, under JavaScript's names."""
    return {"sentences": TOY, "objective": "NegativeSampling", "dimension": 4, "minCount": 1, "seed": 3} | settings


def test_a_training_can_be_watched_between_predict_and_update(ask):
    (answer,) = ask([["pieces", plain({}), {"epochs": 1, "batchSize": 5, "learningRate": 0.3}]])
    assert answer["steps"] == [True, True, True, False]  # only the update moves
    for batch in answer["batches"]:
        assert len(batch["examples"]) == len(batch["wanted"]) == len(batch["predictions"]) == len(batch["losses"]) == 5
        for example, wanted, seen in zip(batch["examples"], batch["wanted"], batch["predictions"], strict=True):
            assert seen["target"] == example["target"] == wanted["rows"][0]
            assert len(seen["rows"]) == 6  # and the five negatives
    assert answer["next"] == {"done": True, "losses": []}  # stopped
    assert answer["history"]["words"][-1] == sum(batch["words"] for batch in answer["batches"])


def test_what_cannot_be_trained_is_refused_by_name(ask):
    one, settings = [["alone"], ["alone"]], {"every": 1, "minCount": 1}
    huge = {"W_in": [[1e55], [0]], "W_out": [[-1e55], [1e55]]}  # no move is too large, but the loss is
    refused = {
        "CorpusError": [
            ["vocabulary", [], 1], ["vocabulary", [[]], 1], ["vocabulary", [["a"]], 2], ["huffmanTree", [3]],
            ["fullSoftmax", [1]], ["word2vec", {"sentences": one, "minCount": 1}],
            ["train", settings | {"sentences": [["a"], ["b"]]}, {}, 1],
        ],
        "SettingError": [
            ["vocabulary", [["a"]], 0], ["vocabulary", [["a"]], 1.5], ["keepProbability", [1], -1],
            ["keepProbability", [1], None],
            ["negativeSampling", [1, 1], {"negatives": 0}], ["negativeSampling", [1, 1], {"power": -1}],
            ["fullSoftmax", [1, 0]],
            ["word2vec", plain({"window": 0})], ["word2vec", plain({"dimension": 0.5})],
            ["word2vec", plain({"subsample": "1"})],
            ["train", settings | plain({}), {"epochs": 0}, 1], ["train", settings | plain({}), {"batchSize": 0}, 1],
            ["train", settings | plain({}), {"learningRate": 0}, 1],
        ],
        "DivergenceError": [["step", huge, [{"inputs": [0], "target": 0}], "FullSoftmax", [1, 1], {}, 1e-9, 0]],
        "RangeError": [["generator", -1], ["generator", 0.5], ["generator", None]],
    }  # fmt: skip
    for name, calls in refused.items():
        for asked, answer in zip(calls, ask([["refusals", calls]])[0], strict=True):
            assert (answer.get("name") or answer["answer"]["error"][0]) == name, asked
    assert "“a”, occurs 1 times" in ask([["refusals", [["vocabulary", [["a"]], 2]]]])[0][0]["message"]


def test_longest_window_of_the_longest_sentence_overflows_no_stack(ask):
    sentence = [f"w{k % 3}" for k in range(1000)]
    settings = plain({"sentences": [sentence], "window": 1000, "dynamicWindow": False, "subsample": 0})
    (answer,) = ask([["pieces", settings, {"epochs": 1, "batchSize": 100}]])
    assert answer["batches"][0]["words"] == 1000


# --- trained vectors ---


def test_cosines_neighbours_and_analogies_agree(ask):
    rng = np.random.default_rng(12)
    for matrix in (
        rng.normal(size=(30, 6)), rng.normal(size=(20, 3)) * 1e200, rng.normal(size=(20, 3)) * 1e-200,
        rng.integers(-1, 2, (40, 2)).astype(float),  # many ties, zero vectors
    ):  # fmt: skip
        rows, V = matrix.tolist(), len(matrix)
        vectors = WordVectors([str(row) for row in range(V)], matrix)
        triples = rng.integers(0, V, (15, 3)).tolist()
        cosines, *answers = ask(
            [["cosines", rows]]
            + [["nearest", rows, row, 7] for row in range(V)]
            + [["nearest", rows, rows[0], 5, [1, 2]]]
            + [["analogy", rows, *triple, 4] for triple in triples]
        )
        assert_close(cosines, [[vectors.similarity(a, b) for a in vectors] for b in vectors], atol=1.1e-12, rtol=0)
        wanted = [vectors.nearest(str(row), 7) for row in range(V)]
        wanted += [vectors.nearest(matrix[0], 5, exclude=["1", "2"])]
        wanted += [vectors.analogy(*map(str, triple), 4) for triple in triples]
        for answer, ours in zip(answers, wanted, strict=True):
            assert [str(row) for row, _ in answer] == [word for word, _ in ours]
            assert_close([cosine for _, cosine in answer], [cosine for _, cosine in ours], atol=1.1e-12, rtol=0)


def test_map_of_the_vectors_is_that_of_the_figures(ask):
    rng = np.random.default_rng(13)
    clouds = [
        rng.normal(size=(N, d)) @ rng.normal(size=(d, d)) for N, d in [(3, 2), (2, 5), (9, 4), (40, 16), (60, 50)]
    ]
    clouds += [scale * clouds[2] + 5 for scale in (1e-8, 1e8)]
    for cloud, answer in zip(clouds, ask([["pca", cloud.tolist()] for cloud in clouds]), strict=True):
        assert_close(answer, pca(cloud), rtol=1e-9, atol=1e-10 * np.abs(cloud).max())
        (share,) = ask([["shareOfSpread", cloud.tolist(), answer]])
        assert_close(share, np.var(pca(cloud), axis=0).sum() / np.var(cloud, axis=0).sum(), rtol=1e-9)
    flat = [[[1.0], [4.0]], [[1.0, 2.0]], [[2.0, 2.0, 2.0]] * 3]  # one coordinate, one word, all words in one place
    assert ask([["pca", cloud] for cloud in flat]) == [[[-1.5, 0], [1.5, 0]], [[0, 0]], [[0, 0]] * 3]
    assert ask([["shareOfSpread", flat[2], [[0, 0]] * 3]]) == [0]


def test_map_keeps_its_sides_from_one_picture_to_the_next(ask):
    cloud = np.random.default_rng(14).normal(size=(12, 4))
    (directions,) = ask([["mainDirections", cloud.tolist()]])
    np.testing.assert_allclose(np.array(directions) @ np.transpose(directions), np.eye(2), atol=1e-12)
    last = [(-np.array(directions[0])).tolist(), directions[1]]
    assert ask([["mainDirections", cloud.tolist(), last], ["pca", cloud.tolist(), last]]) == [
        last,
        [[-x if x else 0, y] for x, y in ask([["pca", cloud.tolist()]])[0]],
    ]
