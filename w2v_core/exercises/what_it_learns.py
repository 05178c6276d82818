"""The exercises of "What it learns: the optimum of negative sampling"."""

import numpy as np
from sympy import Sum, Symbol, log

from w2v_core.counts import pmi
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import sigmoid
from w2v_core.proofs import K, V, array, indices

e, z, x = indices("e z x", V)
n, P = array("n", V, V, positive=True), array("P", V, positive=True)
a, b = Symbol("a", positive=True), Symbol("b", positive=True)
row = Sum(n[e, x], x)

SMALL = np.array([[0.0, 4.0, 2.0], [4.0, 0.0, 2.0], [2.0, 2.0, 0.0]])  # tea, milk, sand


def best_scores(counts, negatives, sign=-1):
    """PMI - log K, minus infinity for pairs that never occur."""
    return pmi(counts) + sign * np.log(negatives)


def counted():
    """Counts and K: one word, words that do not care, the small example, rows and columns that differ."""
    yield np.array([[3.0]]), 2
    yield np.array([[4.0, 2.0], [2.0, 1.0]]), 1
    yield SMALL, 2
    yield np.random.default_rng(0).integers(0, 9, (4, 4)) + np.diag([1.0, 2.0, 3.0, 4.0]), 5


def with_errors(make):
    """The gradients of the expected loss in both factors, with errors of one's own."""

    def gradients(yes, no, F, G):
        errors = make(yes, no, sigmoid(F @ G.T))
        return errors @ G, errors.T @ F

    return gradients


def factored():
    """Counts of yes and no, and two factors: one word, two, more words, scores of ±1000."""
    yield np.array([[3.0]]), np.array([[1.0]]), np.array([[0.5]]), np.array([[1.0]])
    numbers = np.random.default_rng(1)
    for size, width in ((2, 1), (4, 2)):
        yield *numbers.integers(0, 9, (2, size, size)).astype(float), *numbers.normal(size=(2, size, width))
    yield np.ones((2, 2)), np.ones((2, 2)), np.array([[1000.0], [-1000.0]]), np.array([[1.0], [-1.0]])


EXERCISES = {
    "ex:three-numbers": Value(
        [np.log(50), np.log(10), 10 / 11, 1 / 6],
        "four numbers in a list: PMI, best score, its probability, the probability of a pair at chance",
        slips={
            "Natural logarithms, not those of base 2.": [np.log2(50), np.log2(10), 10 / 11, 1 / 6],
            "Five noise words make the noes five times as many: log K is taken away.": [
                np.log(50),
                np.log(250),
                250 / 251,
                5 / 6,
            ],
            "At chance PMI is 0, and log K is still taken away.": [np.log(50), np.log(10), 10 / 11, 1 / 2],
        },
    ),
    "ex:own-optimum": Program(
        best_scores,
        counted,
        "a function that returns the matrix of the best scores",
        slips={
            "log K is taken away, not added.": lambda *of: best_scores(*of, sign=1),
            "log K is missing.": lambda counts, negatives: pmi(counts),
            "K is taken away without its logarithm.": lambda counts, negatives: pmi(counts) - negatives,
            "That is with the sums of the rows only: divide by the share of the context word, too.": lambda counts, k: (
                np.log(counts / counts.sum(axis=1, keepdims=True)) - np.log(k)
            ),
            "A pair that never occurs has no best score: minus infinity.": lambda *of: np.nan_to_num(
                best_scores(*of), neginf=0.0
            ),
            "The logarithm is missing.": lambda counts, k: np.exp(best_scores(counts, k)),
        },
    ),
    "ex:skip-target": Formula(
        log(n[e, z] / (K * (row - n[e, z]) * P[z])),
        "the best score in count[e, z], row(e), K, P[z] and log",
        slips={
            "That is the optimum without skipping.": log(n[e, z] / (K * row * P[z])),
            "The noise has the same distribution; it is drawn at fewer pairs of the center.": log(
                n[e, z] / (K * row * P[z] * (1 - P[z]))
            ),
            "Skipping takes noes away; it adds none.": log(n[e, z] / (K * (row + n[e, z]) * P[z])),
        },
    ),
    "ex:skip-target-b": Value(
        [np.log(16 / 3), np.log(2)],
        "two scores in a list, of (tea, milk) and (tea, sand)",
        slips={"That is without skipping.": [np.log(16 / 9), np.log(4 / 3)]},
    ),
    "ex:bayes": Formula(
        n[e, z] / (n[e, z] + K * row * P[z]),
        "the probability in count[e, z], row(e), K and P[z]",
        slips={
            "For one pair of the text there are K pairs of noise.": n[e, z] / (n[e, z] + row * P[z]),
            "That is the chance of noise.": K * row * P[z] / (n[e, z] + K * row * P[z]),
            "That is before one looks at the word.": 1 / (K + 1),
            "Those are the odds; the probability divides by yes and no together.": n[e, z] / (K * row * P[z]),
        },
    ),
    "ex:weights": Formula(
        a * b / (a + b),
        "the second derivative at the minimum, as an expression in a and b",
        slips={
            "The curvature has the factor a + b in front; its σ(1 - σ) divides twice by it.": a * b / (a + b) ** 2,
            "That is the curvature without σ(1 - σ).": a + b,
            "That is the curvature at the score 0, not at the minimum.": (a + b) / 4,
            "The slope at the minimum is 0, the curvature is not.": a - a,
        },
    ),
    "ex:weights-b": Value(
        [500 / 6, 5 / 6],
        "two weights in a list, of the pair seen 100 times and of the one seen once",
        slips={
            "At PMI 0 there are K times as many noes as yeses.": [50, 1 / 2],
            "The first comes first.": [5 / 6, 500 / 6],
            "The weights are without the factor 1/2 of Taylor's formula.": [500 / 12, 5 / 12],
        },
    ),
    "ex:low-rank": Program(
        with_errors(lambda yes, no, p: (yes + no) * p - yes),
        factored,
        "a function that returns two things: the gradient in F, the gradient in G",
        slips={
            "The noes are forgotten in the sum.": with_errors(lambda yes, no, p: yes * p - yes),
            "The yeses are forgotten: they pull the score up.": with_errors(lambda yes, no, p: (yes + no) * p),
            "The sign is the other way round.": with_errors(lambda yes, no, p: yes - (yes + no) * p),
            "Yes and no are exchanged.": with_errors(lambda yes, no, p: (yes + no) * p - no),
            "The factor σ(1 − σ) does not belong here: the logarithm has cancelled it.": with_errors(
                lambda yes, no, p: ((yes + no) * p - yes) * p * (1 - p)
            ),
            "The error of the second factor is not transposed.": lambda yes, no, F, G: (
                ((yes + no) * sigmoid(F @ G.T) - yes) @ G,
                ((yes + no) * sigmoid(F @ G.T) - yes) @ F,
            ),
        },
    ),
    "ex:low-rank-b": Value(
        "walk",
        "walk or decomposition",
        slips={"That one is nearest to positive PMI, which is not the loss.": "decomposition"},
    ),
}
