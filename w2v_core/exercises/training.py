"""The exercises of "Training"."""

import numpy as np

from w2v_core.architectures import cbow
from w2v_core.corpus import keep_probability
from w2v_core.exercises.one_word_network import EARLY, UPHILL
from w2v_core.exercises.six_models import by_hand, gradients, once
from w2v_core.judges import Program, Value
from w2v_core.toy import ToyCorpus
from w2v_core.training import Word2Vec

RUNS = [  # the analogies of two settings, a few seeds each
    ((0.78, 0.84, 0.92), (0.88, 0.90, 0.95)),
    ((0.41, 0.46, 0.52), (0.55, 0.60, 0.63)),
    ((0.70, 0.80, 0.90), (0.75, 0.77, 0.79)),
    ((0.61, 0.64), (0.66, 0.92)),
]


def all_counts():
    """Two words, one of them rare; words of one share; a threshold that drops none, or nearly all, or is off."""
    yield np.array([1, 1]), 0.5
    yield np.array([4, 1, 95]), 0.01
    yield np.array([1, 1, 1, 1]), 0.01
    yield np.array([10_000, 625, 16, 1]), 1e-3
    yield np.array([10_000_000, 1]), 1e-5
    yield np.array([4, 1, 95]), 0.0


def sentences():
    """Sentences with the chance to stay of each word, and a random number for each place."""
    keep = np.array([0.25, 1.0, 0.0])
    yield [0], keep, np.array([0.2])
    yield [0], keep, np.array([0.3])
    yield [0, 1, 0, 1, 0], keep, np.array([0.3, 0.9, 0.1, 0.999, 0.25])
    yield [2, 1, 2], keep, np.array([0.0, 0.0, 0.0])
    yield [], keep, np.array([])
    numbers = np.random.default_rng(2)
    yield numbers.integers(3, size=40).tolist(), np.array([0.5, 0.9, 0.1]), numbers.random(40)


def subsampled(sentence, keep, draws, stays=lambda draw, chance: draw < chance):
    """The words that stay."""
    return [word for word, draw in zip(sentence, draws, strict=True) if stays(draw, keep[word])]


def rate_at(done, total, rate):
    """The learning rate after some of the words."""
    return rate * max(1 - done / total, 1e-4)


def batches():
    """One example; one that comes twice; a word in two examples; repeated rows and inputs; many; scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, [([0], [1], [1])], 0.5
    yield *tiny, [([0], [0, 1], [1, 0])], 0.5
    yield *tiny, [([0], [0, 1], [1, 0])] * 2, 0.5
    yield *tiny, [([0, 1], [0, 1, 1], [1, 0, 0]), ([0, 0], [1, 0], [1, 0])], 0.5
    numbers = np.random.default_rng(5)
    found = [(numbers.integers(5, size=3).tolist(), numbers.integers(5, size=4).tolist()) for _ in range(8)]
    yield *numbers.normal(size=(2, 5, 3)), [(inputs, rows, [1, 0, 0, 0]) for inputs, rows in found], 0.1
    yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), [([0], [1, 0], [1, 0])], 0.5


def step(W_in, W_out, batch, rate):
    """Both matrices after one step on a batch, with the sum of the gradients."""
    found = [gradients(W_in, W_out, *example, False)[1:] for example in batch]
    return W_in - rate * sum(one for one, _ in found), W_out - rate * sum(one for _, one in found)


def by_hand_step(W_in, W_out, batch, rate, *, one_by_one=False, early=False, **slips):
    """The same in plain steps; the options are slips."""
    new_in, new_out = W_in, W_out
    for example in batch:
        old = (new_in, new_out) if one_by_one else (W_in, W_out)
        new_out = new_out - rate * by_hand(*old, *example, **slips)[2]
        new_in = new_in - rate * by_hand(*old, *example, back=new_out if early else None, **slips)[1]
    return new_in, new_out


def informations():
    """One number, a few, then a matrix of PMI with pairs that were never seen."""
    yield np.array([[1.0]]), 1
    yield np.array([[3.0, -1.0], [0.5, -np.inf]]), 1
    yield np.array([[3.0, -1.0], [0.5, -np.inf]]), 5
    yield np.random.default_rng(6).normal(0, 2, size=(4, 4)), 2


def example_counts():
    """How many examples skip-gram and CBOW make of the toy corpus in one epoch, with the settings of the chapter."""
    source = Word2Vec(ToyCorpus(400, seed=1), cbow, seed=1, dimension=20, window=4, subsample=0.01, min_count=1)
    contexts = [len(context) for found, _ in source.examples() for context, _ in found]
    return sum(contexts), len(contexts)


PAIRS, WINDOWS = example_counts()
FACTOR = PAIRS / WINDOWS

EXERCISES = {
    "ex:read-table": Value(
        [float(max(one) < min(other) or max(other) < min(one)) for one, other in RUNS],
        "four numbers in a list, (a) to (d): 1 where the settings differ, else 0",
        slips={
            "All means differ, a little or much. The rule looks at the ranges.": [1, 1, 1, 1],
            "A range inside another one overlaps it, too.": [0, 1, 1, 1],
            "Two seeds are few, but the rule can be used: do the ranges overlap?": [0, 1, 0, 0],
        },
    ),
    "ex:write-keep": Program(
        keep_probability,
        all_counts,
        "a function of the counts and the threshold that returns a chance for each word",
        slips={
            "The threshold 0 keeps every word.": lambda counts, t: np.minimum(1, np.sqrt(t * counts.sum() / counts)),
            "The square root is missing.": lambda counts, t: np.minimum(1, t * counts.sum() / counts),
            "A chance is never above 1.": lambda counts, t: np.sqrt(t * counts.sum() / counts),
            "That is the chance to be dropped.": lambda counts, t: 1 - keep_probability(counts, t),
            "It is upside down: frequent words are to be dropped.": lambda counts, t: np.minimum(
                1, np.sqrt(counts / counts.sum() / t)
            ),
            "It takes the count for the share: divide by the length of the text.": lambda counts, t: np.minimum(
                1, np.sqrt(t / counts)
            ),
        },
    ),
    "ex:write-keep-b": Program(
        subsampled,
        sentences,
        "a function that returns the list of words that stay",
        slips={
            "It keeps those that should go.": lambda *of: subsampled(*of, lambda draw, chance: draw >= chance),
            "Each place of a sentence draws its own number; the chance belongs to the word.": lambda s, keep, draws: [
                word for word in s if draws[0] < keep[word]
            ],
            "The chance 0 keeps nothing: a number must be below the chance, not equal to it.": lambda *of: subsampled(
                *of, lambda draw, chance: draw <= chance
            ),
        },
    ),
    "ex:write-rate": Program(
        rate_at,
        lambda: iter(
            [(0, 100, 0.2), (50, 100, 0.2), (99, 100, 0.2), (100, 100, 0.2), (99_999, 100_000, 0.5), (3, 2, 1.0)]
        ),
        "a function that returns one number",
        slips={
            "At the end a ten-thousandth of the rate remains.": lambda done, total, rate: rate * (1 - done / total),
            "What remains at the end is a part of the rate; here it is the same for all.": (
                lambda done, total, rate: max(rate * (1 - done / total), 1e-4)
            ),
            "It rises.": lambda done, total, rate: rate * max(done / total, 1e-4),
            "The rate itself is missing.": lambda done, total, rate: max(1 - done / total, 1e-4),
        },
    ),
    "ex:train-step": Program(
        step,
        batches,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            "That is one step for each example. Here all use the old vectors.": lambda *of: by_hand_step(
                *of, one_by_one=True
            ),
            "That is the mean over the batch. Here the gradients are added.": lambda W_in, W_out, batch, rate: step(
                W_in, W_out, batch, rate / len(batch)
            ),
            "The hidden vector is the mean of the inputs: each gets 1/C of its gradient.": lambda *of: by_hand_step(
                *of, power=0
            ),
            "A word that occurs twice moves twice. Add with np.add.at.": lambda *of: by_hand_step(
                *of, add_in=once, add_out=once
            ),
            EARLY: lambda *of: by_hand_step(*of, early=True),
            UPHILL: lambda *of: step(*of[:-1], -of[-1]),
        },
    ),
    "ex:late": Value(
        [FACTOR, round(8 * FACTOR)],
        "two numbers in a list: how many times as many, and how many epochs",
        within=0.03,
        slips={
            "That is CBOW's part of skip-gram's examples.": [1 / FACTOR, round(8 * FACTOR)],
            "Those are the epochs that come on top of the eight.": [FACTOR, round(8 * FACTOR) - 8],
            "A window of radius 4 has up to 8 words; but its radius is drawn, and sentences end.": [8, 64],
        },
    ),
    "ex:another-text": Value("smaller", "larger or smaller: the spread over the texts"),
    "ex:which-vectors": Value(
        [102, 101],
        "two numbers in a list: the rows of W_out with negative sampling, and with hierarchical softmax",
        within=1e-6,
        slips={
            "With the tree the rows belong to inner nodes, and there is one less than words.": [102, 102],
            "Noise words are words of the vocabulary: each has one row, however often it is drawn.": [6, 101],
        },
    ),
    "ex:fair-race": Program(
        lambda information, K: np.maximum(information - np.log(K), 0),
        informations,
        "a function that returns a matrix of the same shape",
        slips={
            "The shift comes first; then the negative part is cut off.": lambda information, K: (
                np.maximum(information, 0) - np.log(K)
            ),
            "The negative part is still there.": lambda information, K: information - np.log(K),
            "It shifts by log K, not by K.": lambda information, K: np.maximum(information - K, 0),
            "It is shifted up; noise makes the scores lower.": lambda information, K: np.maximum(
                information + np.log(K), 0
            ),
        },
    ),
}
