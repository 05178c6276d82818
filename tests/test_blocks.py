"""Training by blocks: the same examples, the same gradients, the same errors; faster."""

from contextlib import nullcontext, suppress
from copy import deepcopy
from functools import partial

import numpy as np
import pytest
import reference
from hypothesis import given, settings
from hypothesis import strategies as st

from w2v_core import (
    CorpusError,
    DivergenceError,
    Examples,
    FastWord2Vec,
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    SettingError,
    ToyCorpus,
    TrainingInterrupted,
    Word2Vec,
    blocks,
    cbow,
    sgd_step,
    skip_gram,
)
from w2v_core.blocks import add_rows, fold, tiles
from w2v_core.objectives import Candidates

SENTENCES = [line.split() for line in ("to be or not to be", "be to be", "that is the question", "or not to the to is")]
SMALL = {"dimension": 3, "window": 2, "min_count": 1, "subsample": 0.0}
MODELS = [(a, o) for a in (skip_gram, cbow) for o in (NegativeSampling, HierarchicalSoftmax, FullSoftmax)]


class Exact(FastWord2Vec):
    """In double precision, so that equal means equal."""

    precision = np.float64


class Fixed:
    """An objective whose candidates are given."""

    def __init__(self, wanted, loss):
        self.wanted, self.loss = wanted, loss

    def candidates(self, targets, rng):
        return self.wanted


def started(architecture, objective, sentences=SENTENCES, kind=Exact, seed=1, **options):
    """A model whose vectors are as large as after a training."""
    model = kind(sentences, architecture, objective, **(SMALL | {"seed": seed} | options))
    rng = np.random.default_rng(seed)
    for matrix in (model.embeddings.W_in, model.embeddings.W_out):
        matrix[...] = rng.normal(size=matrix.shape) / 2
    return model


def spied(model):
    """A list that grows by every array of noise words that the model draws."""
    drawn, draw = [], model.objective.draw
    model.objective.draw = lambda size, rng: drawn.append(draw(size, rng)) or drawn[-1]
    return drawn


def examples_of(block, architecture, m):
    """The examples of a block, one by one, by target; and for each the place of its hidden vector in the block."""
    words, found, places = block.words.tolist(), [], []
    for target in range(m, len(words) - m):
        if architecture is cbow:
            around = range(target - block.left[target], target + block.right[target] + 1)
            if context := [words[place] for place in around if place != target]:
                found.append((context, words[target]))
                places.append(target - m)
        else:
            for place in range(target - m, target + m + 1):
                if place != target and -block.left[place] <= target - place <= block.right[place]:
                    found.append(([words[place]], words[target]))
                    places.append(place)
    return found, places


texts = st.lists(st.lists(st.sampled_from("abcdefgh"), min_size=2, max_size=9), min_size=3, max_size=8)


@pytest.mark.parametrize("model", MODELS)
@given(texts, st.integers(1, 4), st.integers(1, 6), st.integers(1, 9), st.booleans(), st.integers(0, 99))
@settings(max_examples=15)
def test_with_one_word_a_block_the_step_is_that_of_the_clean_trainer(model, text, m, d, K, flag, seed):
    architecture, objective = model
    if objective is NegativeSampling:
        objective = partial(NegativeSampling, negatives=K, skip_target=flag)
    text = [*text, ["a", "b"]]
    ours = started(architecture, objective, text, seed=seed, window=m, dimension=d, undivided=flag, subsample=0.3)
    theirs = deepcopy(ours.embeddings)
    drawn = spied(ours) if model[1] is NegativeSampling else []
    for block, _ in ours.batches(1, 1):
        loss = ours.step(block, 0.1)
        found, places = examples_of(block, architecture, m)
        examples, judge = Examples.pack(found), ours.objective
        if drawn:
            rows = np.column_stack([examples.targets, drawn[-1][places]])
            labels = np.zeros(rows.shape)
            labels[:, 0] = 1
            mask = (labels == 1) | (rows != rows[:, :1]) | (not flag)
            judge = Fixed(Candidates(rows, labels, mask), judge.loss)
        losses = sgd_step(theirs, examples, judge, learning_rate=0.1, rng=np.random.default_rng(1), undivided=flag)
        np.testing.assert_allclose(loss.mean(), losses.mean(), rtol=1e-9)
    np.testing.assert_allclose(ours.embeddings.W_in, theirs.W_in, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(ours.embeddings.W_out, theirs.W_out, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("T", [3, 16, 40])
@pytest.mark.parametrize("model", MODELS)
def test_a_block_is_the_sum_of_its_examples_at_the_same_vectors(model, T, monkeypatch):
    architecture, objective = model
    few_at_the_top = {each: (*sizes[:2], 3, sizes[3]) for each, sizes in blocks.SIZES.items()}
    monkeypatch.setattr(blocks, "SIZES", few_at_the_top)  # most nodes are further down
    ours = started(architecture, objective, SENTENCES * 3)
    drawn = spied(ours) if objective is NegativeSampling else []
    for block, _ in ours.batches(1, T):
        before = deepcopy(ours.embeddings)
        ours.step(block, 1e-3)
        noise = drawn[-1] if drawn else None
        W_in, W_out = before.W_in.tolist(), before.W_out.tolist()
        expected = deepcopy(before)
        found, places = examples_of(block, architecture, ours.window)
        group = min(ours.group, len(block.words) - 2 * ours.window)
        for (inputs, target), place in zip(found, places, strict=True):
            own = ours.objective.candidates(np.array([target]), np.random.default_rng(1))
            asked = [(int(r), int(y), 1) for r, y, real in zip(*(each[0] for each in own), strict=True) if real]
            if noise is not None:  # the word itself, and each word of the group's noise as K / S words
                weight = ours.objective.negatives / noise.shape[1]
                asked = asked[:1] + [(int(word), 0, weight) for word in noise[place // group]]
            for row, label, weight in asked if objective is not FullSoftmax else [(None, None, 1)]:
                rows = [(row, label)] if row is not None else [(r, y) for r, y, _ in asked]
                _, into, out = reference.loss_and_gradients(W_in, W_out, inputs, rows, objective.__name__)
                for matrix, gradient in ((expected.W_in, into), (expected.W_out, out)):
                    for r, numbers in gradient.items():
                        matrix[r] -= 1e-3 * weight * np.array(numbers)
        np.testing.assert_allclose(ours.embeddings.W_in, expected.W_in, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(ours.embeddings.W_out, expected.W_out, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("top", [1, 3, 7])
@pytest.mark.parametrize("architecture", [skip_gram, cbow])
def test_the_loss_of_a_block_counts_real_words_only(architecture, top, monkeypatch):
    monkeypatch.setattr(blocks, "SIZES", {each: (*sizes[:2], top, sizes[3]) for each, sizes in blocks.SIZES.items()})
    text = [list("abcdefgh")] * 5  # a tree of three even levels: before training, each target costs 3 log 2
    model = Exact(text, architecture, HierarchicalSoftmax, **SMALL)
    for block, _ in model.batches(1, 16):  # the last block is half filled up
        np.testing.assert_allclose(model.moves(block, 0.1)[1], 3 * np.log(2))


def test_shared_noise_moves_as_much_as_separate_noise_would():
    text = [["a", "b", "c", "a", "d"]] * 40
    fast, clean = (started(skip_gram, NegativeSampling, text, kind=kind) for kind in (Exact, Word2Vec))
    (block, _), *_ = fast.batches(1, 64)
    found, _ = examples_of(block, skip_gram, 2)
    for part in (fast, clean):
        part.start = deepcopy(part.embeddings)
    moves = {fast: [], clean: []}
    for _ in range(300):
        for part, step in (
            (fast, lambda: fast.step(block, 1e-6)),
            (
                clean,
                lambda: sgd_step(
                    clean.embeddings, Examples.pack(found), clean.objective, learning_rate=1e-6, rng=clean.noise_rng
                ),
            ),
        ):
            part.embeddings = deepcopy(part.start)
            step()
            both = zip(vars(part.embeddings).values(), vars(part.start).values(), strict=True)
            moves[part].append(np.concatenate([(new - old).ravel() for new, old in both]) * 1e6)
    (fast_mean, fast_spread), (clean_mean, clean_spread) = (
        (np.mean(each, axis=0), np.std(each, axis=0) / np.sqrt(300)) for each in moves.values()
    )
    assert np.abs(fast_mean).max() > 1
    assert np.all(np.abs(fast_mean - clean_mean) < 5 * np.hypot(fast_spread, clean_spread) + 1e-9)


@pytest.mark.parametrize("architecture", [skip_gram, cbow])
@pytest.mark.parametrize("T", [1, 5, 16, 50])
def test_blocks_hold_the_examples_of_the_clean_trainer(architecture, T):
    text = [list(np.random.default_rng(n).choice(list("abcdefghij"), 9)) for n in range(12)] + [["a", "z"], ["z"]]
    options = SMALL | {"min_count": 2, "subsample": 0.3, "window": 3}
    one = [text[n : n + 1] for n in range(len(text))]  # a sentence at a time: then the draws are the same
    fast, clean = (kind(text, architecture, **options) for kind in (FastWord2Vec, Word2Vec))
    for sentence in one:
        fast.sentences = clean.sentences = sentence
        found = [example for block, _ in fast.batches(1, T) for example in examples_of(block, architecture, 3)[0]]
        assert sorted(found) == sorted(pair for pairs, _ in clean.examples() for pair in pairs)


@given(st.integers(1, 60), st.lists(st.integers(1, 30), min_size=1, max_size=9), st.integers(1, 3))
def test_every_running_word_is_counted_once(T, lengths, epochs):
    text = [["a", "b"] * length for length in lengths] + [["b"]]
    model = FastWord2Vec(text, **SMALL)
    found = list(model.batches(epochs, T))
    total = epochs * model.vocabulary.tokens  # a lonely word at the very end goes with no block
    assert total - 1 <= sum(read for _, read in found) <= total
    targets = sum(int((block.left + block.right > 0)[2:-2].sum()) for block, _ in found)
    assert targets == 2 * epochs * sum(lengths)


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 4), st.sampled_from([np.float32, np.float64]))
def test_rows_that_occur_twice_move_twice(rows, d, precision):
    rng = np.random.default_rng(1)
    rows, moves = np.array(rows, dtype=np.int64), rng.integers(-9, 9, (len(rows), d)).astype(precision)
    ours, theirs = np.ones((6, d), precision), np.ones((6, d), precision)
    np.add.at(theirs, rows, moves)
    add_rows(ours, rows, moves, np.empty(6, np.int64))
    assert ours.tolist() == theirs.tolist()


def test_moves_that_are_too_steep_together_are_made_shorter():
    matrix, moves = np.zeros((3, 2)), np.ones((4, 2))
    add_rows(matrix, np.array([0, 1, 1, 2]), moves, np.empty(3, np.int64), np.array([2.0, 1.5, 2.5, 8.0]))
    np.testing.assert_allclose(matrix, [[1, 1], [1, 1], [0.25, 0.25]])  # 1, 2 moves * 2 / 4, 1 move * 2 / 8


@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 7))
def test_fold_adds_every_piece_in_its_place(t, tile, m):
    pieces = np.random.default_rng(1).integers(0, 99, (t, tile + 2 * m, 2))
    expected = np.zeros((t * tile + 2 * m, 2), int)
    for p in range(t):
        expected[p * tile : p * tile + tile + 2 * m] += pieces[p]
    assert fold(pieces, m).tolist() == expected.tolist()
    assert tiles(expected, tile, m).tolist() == [
        expected[p * tile : p * tile + tile + 2 * m].tolist() for p in range(t)
    ]


def learnt(architecture, objective, seed=1, corpus=SENTENCES, **options):
    model = FastWord2Vec(corpus, architecture, objective, seed=seed, **(SMALL | {"subsample": 0.2} | options))
    return model.train(epochs=3, learning_rate=0.05, batch_size=48, progress=False)


def test_a_seed_fixes_every_bit(architecture, objective, unchecked):
    first, second, other = (learnt(architecture, objective, seed, corpus=SENTENCES * 20) for seed in (1, 1, 2))
    assert first.embeddings.W_in.tobytes() == second.embeddings.W_in.tobytes()
    assert first.embeddings.W_out.tobytes() == second.embeddings.W_out.tobytes()
    assert first.history == second.history
    assert first.embeddings.W_in.tobytes() != other.embeddings.W_in.tobytes()


def test_results_look_like_those_of_the_clean_trainer(architecture, objective, unchecked):
    fast, clean = (
        kind(SENTENCES * 40, architecture, objective, **SMALL).train(epochs=10, learning_rate=0.2, progress=False)
        for kind in (FastWord2Vec, Word2Vec)
    )
    assert fast.vectors.words == clean.vectors.words
    assert fast.vectors.matrix.dtype == np.float32
    assert fast.embeddings.W_out.shape == clean.embeddings.W_out.shape
    assert vars(fast.history).keys() == vars(clean.history).keys()
    assert len(fast.history.loss) == len(fast.history.words) == len(fast.history.learning_rate) > 10
    assert fast.history.words[-1] == clean.history.words[-1]
    np.testing.assert_allclose(fast.history.loss[0], clean.history.loss[0], rtol=0.2)
    np.testing.assert_allclose(np.mean(fast.history.loss[-9:]), np.mean(clean.history.loss[-9:]), rtol=0.1)
    assert fast.history.loss[0] > fast.history.loss[-1]


WORDS = "a b c".split()
RNG = np.random.default_rng(1)
STRANGE = {
    "three words": [WORDS * 333] * 100,
    "three words at random": [list(RNG.choice(WORDS, 1000)) for _ in range(100)],
    "one sentence": ["the quick brown fox jumps over the lazy dog".split()] * 3000,
    "two words": [["x", "y"]] * 10000,
    "nearly one word": [["a"] * 99 + ["b"]] * 200,
    "a walk around 50 words": [[f"w{place}" for place in RNG.integers(-2, 3, 10000).cumsum() % 50]],
    "a walk around 300 words": [[f"w{place}" for place in RNG.integers(-2, 3, 10000).cumsum() % 300]],
    "Zipf": [[f"w{rank}" for rank in RNG.zipf(1.5, 20)] for _ in range(2000)],
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("text", STRANGE)
def test_default_settings_diverge_on_no_corpus(text, unchecked):
    for architecture, objective in MODELS:
        model = FastWord2Vec(STRANGE[text], architecture, objective, undivided=architecture is cbow)
        loss = model.train(epochs=1, progress=False).history.loss
        first = np.mean(loss[:20])
        assert np.mean(loss[-20:]) < first + 0.05 * model.chance_loss(), (architecture, objective)


def test_the_block_shrinks_with_the_most_frequent_word_the_rate_and_the_questions():
    def size(f, rate=0.025, **options):
        text = [["a"] * f + [f"w{n}" for n in range(1000 - f)]]
        return FastWord2Vec(text, skip_gram, **(SMALL | {"window": 5} | options)).safe_block(rate)

    assert size(1) == 1024
    assert size(100) == int(1 / (0.025 * 6 * 6 * 0.1**1.5))
    assert size(100, rate=0.05) == size(100) // 2
    assert size(100, objective=partial(NegativeSampling, negatives=11)) == size(100) // 2
    assert size(990) == 1


def test_the_toy_corpus_is_learnt_as_well_as_by_the_clean_trainer(unchecked):
    corpus = ToyCorpus(size=400, seed=1)
    options = {"dimension": 20, "window": 4, "subsample": 0.01, "min_count": 1}
    for architecture, objective in MODELS[:5]:
        fast, clean = (
            corpus.score(
                kind(corpus, architecture, objective, **options)
                .train(epochs=8, learning_rate=0.2, progress=False, batch_size=batch)
                .vectors
            )
            for kind, batch in ((FastWord2Vec, None), (Word2Vec, 32))
        )
        assert fast.clusters > 0.85, (architecture, objective)
        assert fast.analogies > clean.analogies - 0.15, (architecture, objective)


def test_what_is_not_one_of_the_six_models_is_refused():
    class Other(FullSoftmax):
        pass

    for architecture, objective in ((lambda center, context: [], NegativeSampling), (cbow, Other)):
        with pytest.raises(SettingError, match="Use Word2Vec"):
            FastWord2Vec(SENTENCES, architecture, objective, **SMALL)


@pytest.mark.parametrize(
    ("name", "value"), [("batch_size", 0), ("batch_size", 2.5), ("epochs", -1), ("learning_rate", 0.0)]
)
def test_an_impossible_training_is_refused(name, value, unchecked):
    with pytest.raises(SettingError, match=name):
        FastWord2Vec(SENTENCES, **SMALL).train(**{name: value})


def test_lonely_words_teach_nothing(architecture, objective):
    model = FastWord2Vec([["a"], ["b"]] * 2, architecture, objective, **SMALL)
    with pytest.raises(CorpusError, match="No sentence has two words"):
        model.train(progress=False)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("learning_rate", [10.0, 1e2, 1e8, 1e300])
def test_no_learning_rate_breaks_a_vector(architecture, objective, learning_rate):
    model = FastWord2Vec(SENTENCES, architecture, objective, **SMALL)
    allowed = nullcontext() if learning_rate <= 100 else pytest.raises(DivergenceError, match="smaller")
    if learning_rate == 1e8:  # some models even survive that
        allowed = suppress(DivergenceError)
    with allowed:
        model.train(epochs=300, learning_rate=learning_rate, batch_size=8, progress=False)
        assert model.history.loss[-1] < 2 * model.chance_loss()
    assert np.all(np.isfinite(model.embeddings.W_in))
    assert np.all(np.isfinite(model.embeddings.W_out))
    assert model.vectors.nearest("to")


def test_what_was_learnt_survives_an_interruption(monkeypatch):
    model, steps, step = FastWord2Vec(SENTENCES, **SMALL), [], FastWord2Vec.step

    def stopping(self, *args):
        if len(steps) == 3:
            raise KeyboardInterrupt
        steps.append(step(self, *args))
        return steps[-1]

    monkeypatch.setattr(FastWord2Vec, "step", stopping)
    start = model.embeddings.W_in.copy()
    with pytest.raises(TrainingInterrupted, match="stopped after"):
        model.train(progress=False)
    assert model.history.loss
    assert model.embeddings.W_in.tobytes() != start.tobytes()
