"""The exercises of "Three functions"."""

import numpy as np
from sympy import Sum, Symbol, exp

from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, sigmoid, softmax
from w2v_core.proofs import V, array, delta, indices, sigma

t = Symbol("s", real=True)  # a score, as in the chapter; all scores together are q there
w, x, o = indices("w x o", V)
q = array("s", V)
Z = Sum(exp(q[x]), x)
KNOTS = np.linspace(-6, 6, 1001)


def scores():
    """Scores, the harmless ones first; then those that overflow, and arrays of any shape."""
    yield from ((np.array([value]),) for value in (0.0, 1.0, -1.0, 1000.0, -1000.0))
    yield (np.array([[0.5, -2.0, 3.0], [800.0, -800.0, 0.0]]),)


def score_lists():
    """Scores of two words and more; then shifted so far that the exponential overflows."""
    yield from ((np.array(row),) for row in ([0.0, 0.0], [1.0, 2.0, 3.0], [1000.0, 1001.0], [-1000.0, -1001.0, 0.0]))


def table_scores():
    """Scores that stand in the table, then some between, then a matrix of them."""
    yield (np.array([0.0, 6.0]),)
    yield (np.array([-0.006, 1.0, 2.345]),)
    yield (np.linspace(-6, 6, 770).reshape(7, 110),)


def jacobian(scores):
    """Slope of each probability by each score."""
    y_hat = softmax(scores)
    return np.diag(y_hat) - np.outer(y_hat, y_hat)


EXERCISES = {
    "ex:three-by-hand": Value(
        [1 / 2, 4 / 5, 1 / 5, 4 / 25, 1 / 8, 2 / 8, 5 / 8], "seven numbers in a list, in the order of the question"
    ),
    "ex:tanh-sigmoid": Formula(
        4 * sigma(2 * t) * (1 - sigma(2 * t)),
        "the slope of tanh as an expression in t",
        slips={
            "The inner derivative is missing: the score inside is 2t.": 2 * sigma(2 * t) * (1 - sigma(2 * t)),
            "The slope of σ is σ(1 − σ): a factor 1 − σ is missing.": 4 * sigma(2 * t),
            "That is the slope of a sigmoid, in terms of itself. For tanh it is another polynomial.": (
                2 * sigma(2 * t) - 1
            )
            * (2 - 2 * sigma(2 * t)),
        },
    ),
    "ex:log-sum-exp": Formula(
        exp(q[w]) / Z,
        "the derivative by q[w], in exp, q and Sum",
        slips={
            "That is the derivative of the sum itself; the logarithm divides by the sum.": exp(q[w]),
            "The inner derivative is missing.": 1 / Z,
        },
    ),
    "ex:log-sum-exp-b": Formula(
        delta(o, w) - exp(q[w]) / Z,
        "the derivative of the log-probability of word o by q[w], in exp, q, Sum and delta(o, w)",
        slips={
            "That is the case w = o. Write one formula for every word, with delta.": 1 - exp(q[w]) / Z,
            "That is the case of any other word. The score of o stands in the first term, too.": -exp(q[w]) / Z,
            "That is the derivative of the probability. The logarithm takes a factor away.": exp(q[o])
            / Z
            * (delta(o, w) - exp(q[w]) / Z),
            "In the second term is the word by whose score one differentiates.": delta(o, w) - exp(q[o]) / Z,
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
        softmax,
        score_lists,
        "a function of an array of scores that returns probabilities",
        slips={
            "It overflows: subtract the largest score first.": lambda s: np.exp(s) / np.exp(s).sum(),
            "The exponentials are not divided by their sum.": lambda s: np.exp(s - s.max()),
            "The scores themselves are divided by their sum; the exponential is missing.": lambda s: s / s.sum(),
        },
    ),
    "ex:write-jacobian": Program(
        jacobian,
        score_lists,
        "a function of an array of V scores that returns a V × V matrix",
        slips={
            "Only the slope of each probability by its own score is there.": lambda s: np.diag(np.diag(jacobian(s))),
            "Those are the slopes by the other scores. The numerator is missing, where w = x.": lambda s: (
                -np.outer(softmax(s), softmax(s))
            ),
            "Those are the slopes of the log-probabilities.": lambda s: np.eye(len(s)) - softmax(s),
        },
    ),
    "ex:softplus": Value(
        [3.91, -3.36],
        "two scores in a list: where the first approximation begins to be good, and where the second does",
        within=0.01,
        slips={
            "The other way round: the approximation for large scores comes first.": [-3.36, 3.91],
            "The second one is for negative scores.": [3.91, 3.36],
            "That is an error of one per cent of 1, not of the right value.": [1.91, -4.6],
        },
    ),
    "ex:sigmoid-table": Value(
        [3e-3, 1.5e-3, 1.732e-6],
        "three numbers in a list: the largest error with the left end, with the middle, with a straight line",
        within=0.01,
        slips={
            "Half an interval is h/2, not h.": [3e-3, 3e-3, 1.732e-6],
            "The largest slope is 1/4.": [1.2e-2, 6e-3, 1.732e-6],
            "The straight line is best between two entries: there the bound has h²/8.": [3e-3, 1.5e-3, 1.3856e-5],
            "The second derivative is at most 1/(6√3); 1/4 is the largest slope.": [3e-3, 1.5e-3, 4.5e-6],
        },
    ),
    "ex:sigmoid-table-b": Program(
        lambda s: np.interp(s, KNOTS, sigmoid(KNOTS)),
        table_scores,
        "a function of an array of scores from -6 to 6 that looks them up, with straight lines between the entries",
        within=1e-8,
        slips={
            "That is the sigmoid itself, not a table of it.": sigmoid,
            "That is the entry at the left end.": lambda s: sigmoid(KNOTS)[((s + 6) / 0.012 + 1e-9).astype(int)],
            "The table has 1000 intervals, so 1001 entries.": lambda s: np.interp(
                s, np.linspace(-6, 6, 1000), sigmoid(np.linspace(-6, 6, 1000))
            ),
        },
    ),
}
