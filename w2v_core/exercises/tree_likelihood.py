"""The exercises of "Hierarchical softmax II: codes and likelihood"."""

from itertools import chain

import numpy as np
from sympy import Sum

from w2v_core.corpus import windows
from w2v_core.exercises.one_word_network import UPHILL
from w2v_core.exercises.tree import LABELS, gradients
from w2v_core.huffman import HuffmanTree
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, sigmoid
from w2v_core.proofs import array, d, indices, sigma, sizes
from w2v_core.proofs import words as words_at

L, M = sizes("L M")
j, (i, k, l) = indices("j", L), indices("i k l", d)  # noqa: E741
u, h, y, x, g = array("u", M, d), array("h", d), array("y", L), array("x", d), array("g", L)
node = words_at("n", L, of=M)  # node[j]: the j-th node of the path
p = sigma(Sum(u[node[j], i] * h[i], i))  # of "first", at the node number j


def log_likelihood(code, scores):
    """Log-probability of the answers, and its slope in each score."""
    return log_sigmoid((1 - 2 * code) * scores).sum(), 1 - code - sigmoid(scores)


def rounded(code, scores):
    """The same as the logarithm of a product of probabilities."""
    first = sigmoid(scores)
    return np.log(np.prod(np.where(code == 1, 1 - first, first))), 1 - code - first


def paths():
    """Codes and scores: one question, two, one that is all but sure, many; then scores of ±1000."""
    yield np.array([1]), np.array([-np.log(3)])
    yield np.array([0, 1]), np.array([np.log(2), -np.log(2)])
    yield np.array([1, 0, 0]), np.array([0.0, 5.0, -30.0])
    numbers = np.random.default_rng(0)
    yield numbers.integers(2, size=40), numbers.normal(scale=3, size=40)
    yield np.array([0, 1, 0]), np.array([-1000.0, -1000.0, 1000.0])


def epoch(v, theta, sentences, paths, codes, radius, rate, *, swapped=False, with_center=False):
    """Version (B), pair by pair; with roles exchanged, or the center in its own window: slips."""
    for sentence in sentences:
        for center, around in windows(sentence, radius):
            for word in around + [center] * with_center:
                source, target = (word, center) if swapped else (center, word)
                _, in_v, in_theta = gradients(v, theta, [source], paths[target], codes[target])
                v, theta = v - rate * in_v, theta - rate * in_theta
    return v, theta


def version_A(v, theta, sentences, paths, codes, radius, rate):
    """The center moves at the end of its window."""
    for center, around in chain.from_iterable(windows(sentence, radius) for sentence in sentences):
        old = v
        for word in around:
            _, in_v, in_theta = gradients(old, theta, [center], paths[word], codes[word])
            v, theta = v - rate * in_v, theta - rate * in_theta
    return v, theta


def early(v, theta, sentences, paths, codes, radius, rate):
    """The error vector takes the node vectors after their move."""
    v, theta = v.copy(), theta.copy()
    for center, around in chain.from_iterable(windows(sentence, radius) for sentence in sentences):
        for word in around:
            g = rate * (1 - np.array(codes[word]) - sigmoid(theta[paths[word]] @ v[center]))
            theta[paths[word]] += np.outer(g, v[center])
            v[center] += g @ theta[paths[word]]
    return v, theta


def texts():
    """Texts: one word, a pair, a word that comes back, two sentences; then many."""
    numbers = np.random.default_rng(1)
    for V, size, radius, rate, sentences in (
        (2, 1, 1, 0.5, [[1]]),
        (2, 1, 1, 0.5, [[0, 1]]),
        (3, 2, 2, 0.5, [[0, 1, 0, 2]]),
        (5, 3, 2, 0.5, [[4, 1, 3], [0, 1, 2, 2]]),
        (9, 3, 3, 0.1, numbers.integers(9, size=(4, 8)).tolist()),
    ):
        tree = HuffmanTree(np.arange(V, 0, -1))
        paths, codes = [tree.path(word) for word in range(V)], [tree.code(word) for word in range(V)]
        yield numbers.normal(size=(V, size)), numbers.normal(size=(V - 1, size)), sentences, paths, codes, radius, rate


TEXT = [
    line.split() for line in ("the king drinks tea", "the queen drinks tea", "the dog eats bones", "the cat eats fish")
]


def least_losses(radius=2):
    """Least mean loss over the text's pairs: knowing the center, and knowing only how often each word is predicted."""
    names = sorted(set(chain.from_iterable(TEXT)))
    seen = np.zeros((len(names), len(names)))
    for center, around in chain.from_iterable(windows(sentence, radius) for sentence in TEXT):
        for word in around:
            seen[names.index(center), names.index(word)] += 1
    at, of = np.nonzero(seen)
    weights, totals = seen[at, of] / seen.sum(), seen.sum(axis=0)
    return -weights @ np.log((seen / seen.sum(axis=1, keepdims=True))[at, of]), -weights @ np.log(totals / seen.sum())[
        of
    ]


BEST, COUNTS_ONLY = least_losses()
FOUR = np.array([-1, 0, 1, 1 / 4, np.log(3 / 4), -np.log(3 / 4), 1 / 4, -0.1 / 4])

EXERCISES = {
    "ex:tree-four-signs": Value(
        FOUR,
        "eight numbers in a list: sign, label, bit, probability of first, log-likelihood, loss, error, g",
        slips={
            "The second child has the bit 1 and the label 0: these two are exchanged.": FOUR[[0, 2, 1, 3, 4, 5, 6, 7]],
            "The log-likelihood is that of the answer that was given: second, not first.": [
                *FOUR[:4],
                np.log(1 / 4),
                -np.log(1 / 4),
                *FOUR[6:],
            ],
            "g is added: it has the sign of wanted minus predicted.": [*FOUR[:7], -FOUR[7]],
            "g has the learning rate in it.": [*FOUR[:7], -1 / 4],
        },
    ),
    "ex:tree-four-signs-b": Value(
        "down",
        "up or down: the direction in which the score moves",
        slips={"A larger score makes the first child more likely, and the path takes the second.": "up"},
    ),
    "ex:tree-write-likelihood": Program(
        log_likelihood,
        paths,
        "a function of code and scores that returns the log-likelihood and the array of its slopes",
        slips={
            LABELS: lambda code, s: log_likelihood(1 - code, s),
            "That is the loss and its slopes: the log-likelihood has the other sign.": (
                lambda code, s: tuple(-part for part in log_likelihood(code, s))
            ),
            "The slopes are those of the loss: wanted minus predicted, for the log-likelihood.": (
                lambda code, s: (log_likelihood(code, s)[0], -log_likelihood(code, s)[1])
            ),
            "The logarithm is missing: that is the likelihood.": (
                lambda code, s: (np.exp(log_likelihood(code, s)[0]), log_likelihood(code, s)[1])
            ),
            "The probability is rounded to 0: add up logarithms, with log_sigmoid.": rounded,
        },
    ),
    "ex:tree-order": Formula(
        Sum(g[j] ** 2, j) * x[k],
        "the change of e[k] as an expression in g and x",
        slips={
            "g comes in twice: once when θ moves, once when it is added to e.": Sum(g[j], j) * x[k],
            "The square belongs to each g, inside the sum.": Sum(g[j], j) ** 2 * x[k],
            "That is the whole of e. Asked is the change.": Sum(g[j] * (u[node[j], k] + g[j] * x[k]), j),
            "That is e in the right order.": Sum(g[j] * u[node[j], k], j),
        },
    ),
    "ex:tree-one-division": Value(
        [2, 4],
        "a list of two factors: for two context words, for four",
        slips={"The other way round: how many times the right step is the wrong one?": [1 / 2, 1 / 4]},
    ),
    "ex:tree-curvature": Formula(
        Sum(p * (1 - p) * u[node[j], k] * u[node[j], l], j),
        "the second derivative by h[k] and h[l] as an expression in u_, node and h_",
        slips={
            "The slope of σ is σ(1 - σ): a factor 1 - σ is missing.": Sum(p * u[node[j], k] * u[node[j], l], j),
            "The inner derivative is missing once more: each score has the slope u_[node[j], l] in h[l].": (
                Sum(p * (1 - p) * u[node[j], k], j)
            ),
            "The error does not stay: the label is a constant, and its derivative is 0.": (
                Sum((p - y[j]) * u[node[j], k] * u[node[j], l], j)
            ),
            "In h[k] the score has the slope u_[node[j], k], not h[k].": Sum(p * (1 - p), j) * h[k] * h[l],
            "k and l need not be the same coordinate.": Sum(p * (1 - p) * u[node[j], k] ** 2, j),
        },
    ),
    "ex:tree-curvature-b": Value(
        "no",
        "yes or no: does the matrix change with the answers",
        slips={"Look for the label in the second derivative: is it still there?": "yes"},
    ),
    "ex:tree-trainer": Program(
        epoch,
        texts,
        "a function of v, theta, sentences, paths, codes, radius and rate that returns v and theta after an epoch",
        slips={
            "The roles are exchanged: the center is the input, the path is that of the context word.": (
                lambda *of: epoch(*of, swapped=True)
            ),
            "The center stands in its own window: leave it out.": lambda *of: epoch(*of, with_center=True),
            "That is (A): (B) moves v[w] after each context word.": version_A,
            "The error vector must take the node vector before it moves.": early,
            UPHILL: lambda *of: epoch(*of[:-1], -of[-1]),
            LABELS: (
                lambda v, theta, sentences, paths, codes, *rest: epoch(
                    v, theta, sentences, paths, [[1 - bit for bit in code] for code in codes], *rest
                )
            ),
        },
    ),
    "ex:tree-trainer-b": Value(
        BEST,
        "the least mean loss, in nats",
        slips={
            "That is in bits. One bit is log 2 nats.": BEST / np.log(2),
            "That is the least for a model that does not see the center.": COUNTS_ONLY,
        },
    ),
}
