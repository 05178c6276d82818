"""All six models, 2 architectures x 3 objectives: one gradient, one step, one loop."""

import math
from copy import deepcopy
from functools import partial

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from w2v_core import (
    Embeddings,
    Examples,
    HierarchicalSoftmax,
    NegativeSampling,
    Word2Vec,
    losses_and_gradients,
    sgd_step,
    training,
    windows,
)
from w2v_core.errors import CorpusError, DivergenceError, SettingError, TrainingInterrupted
from w2v_core.objectives import Candidates, logistic_loss
from w2v_core.training import add_at, batches

SENTENCES = [line.split() for line in ("to be or not to be", "be to be", "that is the question", "or not to the to is")]
COUNTS = np.array([9, 4, 2, 1, 1])
SMALL = {"dimension": 3, "window": 2, "min_count": 1, "subsample": 0.0}


def some_embeddings(objective, scale=1.0):
    """Vectors for five words, none of them zero."""
    rng = np.random.default_rng(1)
    return Embeddings(scale * rng.normal(size=(5, 3)), scale * rng.normal(size=(objective(COUNTS).M, 3)))


def some_examples(architecture):
    """Examples with repeated words, shared by several of them, and contexts of different lengths."""
    found = [pair for sentence in ([0, 1, 0, 2, 0, 3], [3, 3], [4, 0]) for pair in windows(sentence, 2)]
    return [example for center, context in found for example in architecture(center, context)]


def some_candidates(objective, targets):
    """Candidates of an objective; those of negative sampling have a repeat, the target itself, and one left out."""
    if objective is not NegativeSampling:
        return objective(COUNTS).candidates(targets, np.random.default_rng(1))
    rows = np.column_stack([targets, targets, 1 + 0 * targets, 1 + 0 * targets, 4 - targets])
    labels, mask = np.zeros(rows.shape), np.ones(rows.shape, dtype=bool)
    labels[:, 0], mask[::3, 4] = 1, False
    return Candidates(rows, labels, mask)


def accumulated(embeddings, examples, wanted, gradients):
    """Gradients of both matrices, from the gradients of each use."""
    found = np.zeros_like(embeddings.W_in), np.zeros_like(embeddings.W_out)
    for matrix, rows, updates in zip(found, (examples.inputs, wanted.rows), gradients, strict=True):
        np.add.at(matrix, rows, updates)
    return found


class Fixed:
    """An objective whose candidates are given."""

    def __init__(self, wanted, loss):
        self.wanted, self.loss = wanted, loss

    def candidates(self, targets, rng):
        return self.wanted


def test_one_step_by_hand():
    log3 = math.log(3)
    W_in, W_out = [[1.0, 0.0], [0.0, 2.0], [5.0, 5.0]], [[0.0, 0.0], [5.0, 5.0], [2.0, log3 - 1]]
    vectors = Embeddings(np.array(W_in), np.array(W_out))
    # hidden = (v0 + v1) / 2 = (1/2, 1); scores: u2.h = 1 + log 3 - 1 = log 3, u0.h = 0
    # errors: 3/4 - 1 = -1/4 and 1/2 - 0 = 1/2; losses: -log(3/4) - log(1/2) = log(8/3)
    wanted = Candidates(np.array([[2, 0]]), np.array([[1.0, 0.0]]), np.ones((1, 2), dtype=bool))
    losses = sgd_step(
        vectors,
        Examples.pack([([0, 1], 2)]),
        Fixed(wanted, logistic_loss),
        learning_rate=0.8,
        rng=np.random.default_rng(1),
    )
    np.testing.assert_allclose(losses, [math.log(8 / 3)])
    # u2 moves by 0.8 * 1/4 * h = (0.1, 0.2), u0 by -0.8 * 1/2 * h = (-0.2, -0.4)
    np.testing.assert_allclose(vectors.W_out, [[-0.2, -0.4], [5, 5], [2.1, log3 - 0.8]])
    # the hidden gradient is -1/4 u2 + 1/2 u0 = -u2 / 4; each input has half of it: 0.8 * 1/2 * 1/4 * u2 = u2 / 10
    np.testing.assert_allclose(vectors.W_in, [[1.2, (log3 - 1) / 10], [0.2, 2 + (log3 - 1) / 10], [5, 5]])


def test_gradients_are_central_differences(architecture, objective):
    vectors, examples = some_embeddings(objective), Examples.pack(some_examples(architecture))
    wanted = some_candidates(objective, examples.targets)
    _, gradients = losses_and_gradients(vectors, examples, wanted, objective.loss)
    for name, found in zip(("W_in", "W_out"), accumulated(vectors, examples, wanted, gradients), strict=True):
        slopes, matrix = np.zeros_like(found), getattr(vectors, name)
        for place in np.ndindex(matrix.shape):
            middle, sums = matrix[place], []
            for nudged in (middle + 1e-5, middle - 1e-5):
                matrix[place] = nudged
                sums.append(losses_and_gradients(vectors, examples, wanted, objective.loss)[0].sum())
            matrix[place] = middle
            slopes[place] = (sums[0] - sums[1]) / 2e-5
        assert np.abs(slopes).min() > 0  # every vector takes part
        np.testing.assert_allclose(found, slopes, rtol=1e-7, atol=1e-8, err_msg=name)


def test_a_batch_is_the_sum_of_its_examples_at_the_same_vectors(architecture, objective):
    vectors, pairs = some_embeddings(objective), some_examples(architecture)
    examples = Examples.pack(pairs)
    wanted = some_candidates(objective, examples.targets)
    expected, losses = deepcopy(vectors), []
    for (inputs, _), *columns in zip(pairs, *wanted, strict=True):
        candidates = [(int(row), int(label)) for row, label, real in zip(*columns, strict=True) if real]
        loss, *both = reference.loss_and_gradients(
            vectors.W_in.tolist(), vectors.W_out.tolist(), inputs, candidates, objective.__name__
        )
        losses.append(loss)
        for matrix, gradient in zip((expected.W_in, expected.W_out), both, strict=True):
            for row, numbers in gradient.items():
                matrix[row] -= 0.1 * np.array(numbers)
    found = sgd_step(vectors, examples, Fixed(wanted, objective.loss), learning_rate=0.1, rng=np.random.default_rng(1))
    np.testing.assert_allclose(found, losses, rtol=1e-12)
    np.testing.assert_allclose(vectors.W_in, expected.W_in, rtol=1e-12)
    np.testing.assert_allclose(vectors.W_out, expected.W_out, rtol=1e-12)


@pytest.mark.parametrize(("dynamic_window", "subsample"), [(False, 0.0), (True, 0.1)])
def test_a_batch_of_one_is_sequential_sgd(architecture, objective, dynamic_window, subsample):
    options = {"dimension": 4, "window": 3, "dynamic_window": dynamic_window, "subsample": subsample}
    model = Word2Vec(SENTENCES, architecture, objective, min_count=1, seed=5, **options)
    model.train(epochs=3, learning_rate=0.5, batch_size=1, progress=False)
    text, noise = np.random.default_rng(5).spawn(2)
    W_in, W_out, losses = reference.train(
        SENTENCES,
        architecture.__name__,
        objective.__name__,
        epochs=3,
        learning_rate=0.5,
        text=text.random,
        noise=noise.random,
        **options,
    )
    assert losses[-1] != losses[0]
    np.testing.assert_allclose(model.embeddings.W_in, W_in, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(model.embeddings.W_out, W_out, rtol=1e-12, atol=1e-14)


def test_padding_does_not_count(objective):
    vectors = some_embeddings(objective)
    pairs = [([1, 2], 3), ([4], 0)]
    alone = Examples.pack(pairs[1:])
    both = Examples.pack(pairs)
    for filler in range(5):  # whatever word stands where the mask is False
        both.inputs[1, 1] = filler
        wanted = some_candidates(objective, both.targets)
        losses, gradients = losses_and_gradients(vectors, both, wanted, objective.loss)
        single = Candidates(*(part[1:] for part in wanted))
        np.testing.assert_allclose(losses[1], losses_and_gradients(vectors, alone, single, objective.loss)[0][0])
        assert not gradients.inputs[1, 1].any()


def test_a_row_that_occurs_twice_moves_twice():
    rows, updates = np.array([[1, 1], [0, 1]]), np.arange(8.0).reshape(2, 2, 2)
    ours, theirs = np.zeros((3, 2)), np.zeros((3, 2))
    add_at(ours, rows, updates)
    theirs[rows] += updates  # the trap: only the last one counts
    assert ours.tolist() == [[4, 5], [0 + 2 + 6, 1 + 3 + 7], [0, 0]]
    assert theirs.tolist() == [[4, 5], [6, 7], [0, 0]]


def test_packing_keeps_every_input_in_order():
    examples = Examples.pack([([3, 3, 1], 0), ([2], 4)])
    assert examples.inputs[examples.mask].tolist() == [3, 3, 1, 2]
    assert examples.mask.tolist() == [[True, True, True], [True, False, False]]
    assert examples.targets.tolist() == [0, 4]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), max_size=8), st.integers(1, 4), st.integers(1, 7))
def test_batches_lose_no_example_and_keep_their_order(sentences, epochs, size):
    numbered = [([(place, k) for k in range(n)], words) for place, (n, words) in enumerate(sentences)]
    found = list(batches(lambda: iter(numbered), epochs, size))
    assert [example for pairs, _ in found for example in pairs] == epochs * [e for pairs, _ in numbered for e in pairs]
    assert all(len(pairs) == size for pairs, _ in found[:-1])
    assert all(1 <= len(pairs) <= size for pairs, _ in found)
    assert sum(words for _, words in found) <= epochs * sum(words for _, words in sentences)


def test_first_vectors_are_small_and_scores_start_at_zero(objective):
    model = Word2Vec(SENTENCES, objective=objective, **SMALL)
    assert np.abs(model.embeddings.W_in).max() <= 0.5 / 3
    assert not model.embeddings.W_out.any()
    assert model.embeddings.W_out.shape == (model.objective.M, 3)


def test_before_anything_is_learnt_the_loss_is_that_of_chance(objective):
    balanced = [["a", "b", "c", "d", "e", "f", "g", "h"]] * 3  # eight words alike: every path has three questions
    model = Word2Vec(balanced, objective=objective, **SMALL)
    expected = {"FullSoftmax": math.log(8), "HierarchicalSoftmax": 3 * math.log(2), "NegativeSampling": 6 * math.log(2)}
    assert model.chance_loss() == pytest.approx(expected[objective.__name__])
    model.train(epochs=1, learning_rate=1e-9, progress=False)
    np.testing.assert_allclose(model.history.loss, model.chance_loss(), rtol=1e-6)


def test_the_loss_of_chance_is_that_of_the_rarest_word():
    sentence = ["a"] * 4 + ["b"] * 2 + ["c"]  # the paths have 1, 2 and 2 questions
    assert Word2Vec([sentence], objective=HierarchicalSoftmax, **SMALL).chance_loss() == pytest.approx(2 * math.log(2))


def test_losses_and_gradients_are_finite_at_extreme_scores(architecture, objective):
    vectors, examples = some_embeddings(objective, scale=100.0), Examples.pack(some_examples(architecture))
    wanted = some_candidates(objective, examples.targets)
    with np.errstate(over="raise", invalid="raise"):
        losses, gradients = losses_and_gradients(vectors, examples, wanted, objective.loss)
    assert losses.max() > 1e4
    assert all(np.all(np.isfinite(values)) for values in (losses, *gradients))


def test_examples_are_those_of_the_sentences_without_unknown_words(architecture):
    sentences = [["b", "rare", "a", "b"], ["a"], ["b", "b", "a"]]  # b 4, a 3
    model = Word2Vec(sentences, architecture, dimension=3, window=1, dynamic_window=False, min_count=2, subsample=0.0)
    expected = {
        "skip_gram": [[([0], 1), ([1], 0), ([1], 0), ([0], 1)], [], [([0], 0), ([0], 0), ([0], 1), ([1], 0)]],
        "cbow": [[([1], 0), ([0, 0], 1), ([1], 0)], [], [([0], 0), ([0, 1], 0), ([0], 1)]],
    }[architecture.__name__]
    assert list(model.examples()) == list(zip(expected, [3, 1, 3], strict=True))


def test_subsampling_keeps_each_word_as_often_as_it_should():
    counts, n = np.array([64, 16, 4, 2]), 500
    sentence = list("a" * 64 + "b" * 16 + "c" * 4 + "d" * 2)
    model = Word2Vec([sentence] * n, lambda center, context: [([], center)], **(SMALL | {"subsample": 0.05}))
    kept = np.zeros(4)
    for centers, _ in model.examples():
        np.add.at(kept, [center for _, center in centers], 1)
    p = np.minimum(1, np.sqrt(0.05 / (counts / 86)))
    assert np.all(np.abs(kept - n * counts * p) <= 5 * np.sqrt(n * counts * p * (1 - p)))
    assert kept.tolist() != (n * counts).tolist()


def learnt(architecture, objective, seed=1, runs=1, **options):
    """A model after one or more short trainings."""
    model = Word2Vec(SENTENCES, architecture, objective, seed=seed, **(SMALL | {"subsample": 0.2}))
    options = {"epochs": 10, "learning_rate": 0.2, "batch_size": 4, "progress": False} | options
    for _ in range(runs):
        assert model.train(**options) is model
    return model


def test_a_seed_fixes_every_bit(architecture, objective):
    first, second, other = (learnt(architecture, objective, seed) for seed in (1, 1, 2))
    assert first.embeddings.W_in.tobytes() == second.embeddings.W_in.tobytes()
    assert first.embeddings.W_out.tobytes() == second.embeddings.W_out.tobytes()
    assert first.history == second.history
    assert first.embeddings.W_in.tobytes() != other.embeddings.W_in.tobytes()


def test_a_file_and_its_sentences_give_the_same_bits(tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, SENTENCES)))
    models = [Word2Vec(corpus, **SMALL).train(epochs=2, progress=False) for corpus in (path, str(path), SENTENCES)]
    assert len({model.embeddings.W_in.tobytes() for model in models}) == 1


def test_the_loss_falls_and_is_written_down(architecture, objective):
    history = learnt(architecture, objective, epochs=40).history
    assert len(history.words) == len(history.loss) == len(history.learning_rate) > 10
    assert np.mean(history.loss[-5:]) < 0.95 * np.mean(history.loss[:5])
    assert np.all(np.diff(history.words) >= 0)
    assert np.all(np.diff(history.learning_rate) <= 0)
    assert history.learning_rate[0] == 0.2


def noting(monkeypatch):
    """A list that grows by the losses of each step that get into a history."""
    noted, note = [], training.History.note

    def spying(history, words, losses, learning_rate):
        noted.extend(losses)
        note(history, words, losses, learning_rate)

    monkeypatch.setattr(training.History, "note", spying)
    return noted


def test_the_mean_loss_of_every_step_is_in_the_history(monkeypatch):
    losses, step = [], sgd_step
    monkeypatch.setattr(training, "sgd_step", lambda *a, **k: losses.append(step(*a, **k)) or losses[-1])
    noted = noting(monkeypatch)
    model = learnt(training.skip_gram, NegativeSampling, batch_size=1)
    assert [float(part.sum()) for part in noted] == [float(part.sum()) for part in losses]
    assert model.history.loss[0] == losses[0].mean()


def test_the_learning_rate_falls_in_a_line_to_a_ten_thousandth(monkeypatch):
    rates, step = [], sgd_step
    monkeypatch.setattr(training, "sgd_step", lambda *a, **k: rates.append(k["learning_rate"]) or step(*a, **k))
    model = Word2Vec([["a", "b"]] * 5, dynamic_window=False, **SMALL)
    model.train(epochs=2, learning_rate=0.5, batch_size=1, progress=False)
    # 20 words; the two examples of a sentence: the first before, the second after its two words are counted as read
    read = [0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14, 16, 16, 18, 18, 20]
    np.testing.assert_allclose(rates, [0.5 * max(1 - words / 20, 1e-4) for words in read])


def test_training_again_goes_on(architecture, objective):
    once, twice, same = (learnt(architecture, objective, runs=runs) for runs in (1, 2, 2))
    n = len(once.history.words)
    assert twice.history.words[:n] == once.history.words
    assert twice.history.words[n] > once.history.words[-1]
    assert twice.history.loss[n] < once.history.loss[0]  # it did not start anew
    assert twice.embeddings.W_in.tobytes() == same.embeddings.W_in.tobytes() != once.embeddings.W_in.tobytes()


def test_vectors_stay_as_they_were_when_training_goes_on():
    model = learnt(training.skip_gram, NegativeSampling)
    vectors = model.vectors
    before = vectors["to"].copy()
    model.train(epochs=1, progress=False)
    assert vectors["to"].tolist() == before.tolist() != model.vectors["to"].tolist()
    assert vectors.words == model.vocabulary.words


@pytest.mark.parametrize("progress", [False, True])
def test_progress_is_shown_only_on_wish_and_apart_from_the_output(progress, capsys):
    learnt(training.skip_gram, NegativeSampling, progress=progress)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert bool(shown.err) == progress
    if progress:
        assert "words" in shown.err
        assert "loss=" in shown.err


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("window", "dimension", "min_count") for value in (0, -1, 2.5, math.nan, "x")],
        *[("subsample", value) for value in (-1e-3, math.nan, math.inf, "little")],
    ],
)
def test_an_impossible_model_is_refused_with_the_value(name, value, unchecked):
    with pytest.raises(SettingError) as caught:
        Word2Vec(SENTENCES, **{name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("epochs", "batch_size") for value in (0, -1, 2.5, math.inf, "many")],
        *[("learning_rate", value) for value in (0.0, -0.1, math.nan, math.inf, "fast")],
    ],
)
def test_an_impossible_training_is_refused_with_the_value_and_without_a_trace(name, value, unchecked):
    model = Word2Vec(SENTENCES, **SMALL)
    before = model.embeddings.W_in.copy()
    with pytest.raises(SettingError) as caught:
        model.train(**{name: value})
    assert name in str(caught.value)
    assert repr(value) in str(caught.value)
    assert model.embeddings.W_in.tolist() == before.tolist()


def test_whole_numbers_may_be_written_as_floats_and_the_other_way_round(unchecked):
    options = SMALL | {"dimension": 3.0, "window": np.int64(2), "subsample": 0}
    model = Word2Vec(SENTENCES, **options).train(epochs=1.0, learning_rate=1, progress=False)
    assert model.embeddings.W_in.shape == (8, 3)


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ([], "empty"),
        ([[]], "empty"),
        ([["a", "b"]], "min_count = 5 .* occurs 1 times"),
        (["to be"], "string 'to be'"),
        ((s for s in [["a"]]), "a generator does not allow"),
        ("nowhere.txt", "'nowhere.txt'"),
        ([["a"] * 9], "1 word;"),
    ],
)
def test_a_useless_corpus_is_refused(objective, sentences, message):
    with pytest.raises(CorpusError, match=message):
        Word2Vec(sentences, objective=objective)


@pytest.mark.parametrize("sentences", [[["a"], ["b"]] * 2, [["a", "rare"], ["b", "once"], ["a"], ["b"]]])
def test_lonely_words_teach_nothing(architecture, objective, sentences):
    model = Word2Vec(sentences, architecture, objective, **(SMALL | {"min_count": 2}))
    with pytest.raises(CorpusError, match="No sentence has two words"):
        model.train(progress=False)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("learning_rate", "batch_size"), [(1e2, 4), (1e8, 1), (1e160, 4), (1e300, 4), (1.7e308, 512)])
def test_too_large_a_learning_rate_is_reported_before_a_vector_breaks(
    architecture, objective, learning_rate, batch_size
):
    model = Word2Vec(SENTENCES, architecture, objective, **SMALL)
    with pytest.raises(DivergenceError, match="smaller"):
        model.train(epochs=100, learning_rate=learning_rate, batch_size=batch_size, progress=False)
    assert np.all(np.isfinite(model.embeddings.W_in))
    assert np.all(np.isfinite(model.embeddings.W_out))
    assert model.vectors.nearest("to")


def test_divergence_is_reported_at_the_step_where_it_shows(monkeypatch, architecture, objective):
    losses, step = [], sgd_step
    monkeypatch.setattr(training, "sgd_step", lambda *a, **k: losses.append(step(*a, **k)) or losses[-1])
    model = Word2Vec(SENTENCES, architecture, objective, **SMALL)
    with pytest.raises(DivergenceError, match="after .* words, at learning rate .* and batches of 4"):
        model.train(epochs=20, learning_rate=10.0, batch_size=4, progress=False)
    level, levels = model.chance_loss(), []
    for loss in losses:
        level += (loss.mean() - level) / 100
        levels.append(level / model.chance_loss())
    assert max(levels[:-1]) <= 10 < levels[-1]


@pytest.mark.filterwarnings("error")
def test_a_step_that_cannot_be_computed_changes_nothing(architecture, objective):
    vectors = some_embeddings(objective, scale=1e200)
    before = deepcopy(vectors)
    examples = Examples.pack(some_examples(architecture))
    with pytest.raises(DivergenceError, match="learning rate 0.1"):
        sgd_step(vectors, examples, objective(COUNTS), learning_rate=0.1, rng=np.random.default_rng(1))
    assert vectors.W_in.tolist() == before.W_in.tolist()
    assert vectors.W_out.tolist() == before.W_out.tolist()


class Interrupted(list):
    """A corpus that somebody stops by hand at its n-th sentence from now."""

    left = math.inf

    def __iter__(self):
        for sentence in list.__iter__(self):
            self.left -= 1
            if self.left < 0:
                self.left = math.inf
                raise KeyboardInterrupt
            yield sentence


def test_what_was_learnt_survives_an_interruption(architecture, objective):
    corpus = Interrupted(SENTENCES)
    model = Word2Vec(corpus, architecture, objective, **SMALL)
    start = model.embeddings.W_in.copy()
    corpus.left = 7
    with pytest.raises(TrainingInterrupted, match="stopped after .* of 190 words") as caught:
        model.train(epochs=10, batch_size=1, learning_rate=0.1, progress=False)
    assert isinstance(caught.value, KeyboardInterrupt)
    assert model.vectors["to"].tolist() != start[model.vocabulary["to"]].tolist()
    assert np.all(np.isfinite(model.vectors.matrix))
    n = len(model.history.loss)
    assert n > 0
    model.train(epochs=10, batch_size=1, learning_rate=0.1, progress=False)
    assert len(model.history.loss) > n


@pytest.mark.parametrize("failure", [KeyboardInterrupt, DivergenceError])
def test_the_history_reaches_to_the_last_step_before_the_end(monkeypatch, failure):
    steps, step = [], sgd_step

    def stopping(*args, **options):
        if len(steps) == 50:
            raise failure
        steps.append(step(*args, **options))
        return steps[-1]

    monkeypatch.setattr(training, "sgd_step", stopping)
    noted = noting(monkeypatch)
    with pytest.raises((TrainingInterrupted, DivergenceError)):
        Word2Vec(SENTENCES * 100, **SMALL).train(batch_size=1, progress=False)
    assert len(noted) == len(steps) == 50


def test_options_of_an_objective_go_in_with_partial():
    model = Word2Vec(SENTENCES, training.skip_gram, partial(NegativeSampling, negatives=2, power=1.0), **SMALL)
    assert model.objective.negatives == 2
    np.testing.assert_allclose(model.objective.noise, model.vocabulary.counts / model.vocabulary.tokens)
    model.train(epochs=1, progress=False)
