"""The exercises of "Three functions"."""

import numpy as np
from sympy import Sum, Symbol, exp, log

from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, log_softmax, sigmoid
from w2v_core.proofs import V, array, indices, sigma

t = Symbol("t", real=True)
w, x = indices("w x", V)
q = array("q", V)
Z = Sum(exp(q[x]), x)


def scores():
    """Scores, the harmless ones first; then those that overflow, and arrays of any shape."""
    yield from ((np.array([value]),) for value in (0.0, 1.0, -1.0, 1000.0, -1000.0))
    yield (np.array([[0.5, -2.0, 3.0], [800.0, -800.0, 0.0]]),)


def score_lists():
    """Scores of two words and more; then shifted so far that the exponential overflows."""
    yield from ((np.array(row),) for row in ([0.0, 0.0], [1.0, 2.0, 3.0], [1000.0, 1001.0], [-1000.0, -1001.0, 0.0]))


EXERCISES = {
    "ex:three-by-hand": Value(
        [1 / 2, 4 / 5, 1 / 5, 4 / 25, 1 / 8, 2 / 8, 5 / 8], "seven numbers in a list, in the order of the question"
    ),
    "ex:tanh-sigmoid": Formula(
        4 * sigma(2 * t) * (1 - sigma(2 * t)),
        "the slope of 2*sigma(2*t) - 1 as an expression in t",
        slips={
            "The inner derivative is missing: the score inside is 2t.": 2 * sigma(2 * t) * (1 - sigma(2 * t)),
            "The slope of σ is σ(1 − σ): a factor 1 − σ is missing.": 4 * sigma(2 * t),
        },
    ),
    "ex:log-sum-exp": Formula(
        exp(q[w]) / Z,
        "the derivative as an expression in q[w] and Sum(exp(q[x]), x)",
        slips={
            "That is the derivative of the sum itself; the logarithm divides by the sum.": exp(q[w]),
            "The inner derivative is missing.": 1 / Z,
            "That is the logarithm of the answer.": q[w] - log(Z),
        },
    ),
    "ex:write-sigmoid": Program(
        sigmoid,
        scores,
        "a function of an array of scores that returns an array of the same shape",
        slips={
            "It overflows: take the exponential of a negative number only.": lambda s: np.exp(s) / (1 + np.exp(s)),
            "The sign of the score is the other way round.": lambda s: sigmoid(-s),
            "That is its logarithm.": log_sigmoid,
        },
    ),
    "ex:write-softmax": Program(
        lambda s: np.exp(log_softmax(s)),
        score_lists,
        "a function of an array of scores that returns probabilities",
        slips={
            "It overflows: subtract the largest score first.": lambda s: np.exp(s) / np.exp(s).sum(),
            "The exponentials are not divided by their sum.": lambda s: np.exp(s - s.max()),
        },
    ),
}
