"""Answers to the exercises of three_functions: right ones in unusual forms, wrong ones with words of their verdict."""

import math
from fractions import Fraction

import numpy as np
from sympy import Eq, Piecewise, Rational, Sum, Symbol, cosh, diff, exp, log, sech, tanh

from w2v_core import sigmoid, softmax
from w2v_core.proofs import D, V, array, delta, indices, sigma

t, plain, j = Symbol("s", real=True), Symbol("s"), Symbol("j")
w, x, o = indices("w x o", V)
q = array("s", V)
Z = Sum(exp(q[x]), x)
share = exp(q[w]) / Z


def by_cases(scores):
    """One score after the other, in a list."""
    return [
        1 / (1 + math.exp(-s)) if s > 0 else math.exp(s) / (1 + math.exp(s)) for s in np.ravel(scores)
    ] if scores.ndim == 1 else np.array([by_cases(row) for row in scores])  # fmt: skip


def changing(scores):
    """Right, but its argument is no more what it was."""
    scores -= scores.max()
    return np.exp(scores) / np.exp(scores).sum()


def plain_loops(scores):
    """No array operation."""
    y = softmax(scores)
    return [[a * ((i == k) - b) for k, b in enumerate(y)] for i, a in enumerate(y)]


def by_differences(scores, step=0.01):
    """Not a derivative, and exact to few digits only."""
    moved = [softmax(scores + step * e) - softmax(scores - step * e) for e in np.eye(len(scores))]
    return np.array(moved).T / (2 * step)


def table(scores):
    """Left and right neighbour, weighted."""
    place = np.minimum((scores + 6) / 0.012, 999.9999999999).astype(int)
    left, right = sigmoid(-6 + 0.012 * place), sigmoid(-6 + 0.012 * (place + 1))
    share = (scores + 6) / 0.012 - place
    return (1 - share) * left + share * right


RIGHT = {
    "ex:three-by-hand": [
        [0.5, 0.8, 0.2, 0.16, 0.125, 0.25, 0.625],
        tuple(map(Fraction, ["1/2", "4/5", "1/5", "4/25", "1/8", "1/4", "5/8"])),
        np.hstack([sigmoid(np.log([1, 4, 1 / 4])), 0.16, softmax(np.log([1, 2, 5]))]),
    ],
    "ex:tanh-sigmoid": [
        1 - tanh(t) ** 2,
        1 - tanh(plain) ** 2,
        sech(plain) ** 2,
        1 / cosh(t) ** 2,
        4 / (exp(t) + exp(-t)) ** 2,
        diff(tanh(t), t),
        1 - (2 * sigma(2 * t) - 1) ** 2,
    ],
    "ex:log-sum-exp": [
        share,
        D(log(Z), q[w]),
        exp(q[w] - log(Z)),
        1 / Sum(exp(q[x] - q[w]), x),
        Sum(delta(w, x) * exp(q[x]), x) / Z,
    ],
    "ex:log-sum-exp-b": [
        delta(w, o) - share,
        D(q[o] - log(Z), q[w]),
        Piecewise((1 - share, Eq(w, o)), (-share, True)),
        (delta(w, o) * Z - exp(q[w])) / Z,
    ],
    "ex:write-sigmoid": [sigmoid, by_cases, lambda s: (1 + np.tanh(s / 2)) / 2, lambda s: np.exp(-np.logaddexp(0, -s))],
    "ex:write-softmax": [
        softmax,
        lambda s: [1 / np.exp(np.clip(s - one, None, 700)).sum() for one in s],
        lambda s: np.exp(s - np.logaddexp.reduce(s)),
    ],
    "ex:write-jacobian": [
        plain_loops,
        lambda s: softmax(s)[:, None] * (np.eye(len(s)) - softmax(s)),
        lambda s: np.einsum("w,wx->wx", softmax(s), np.eye(len(s)) - softmax(s)[None, :]),
    ],
    "ex:softplus": [[3.9, -3.37], (3.91, -3.36), np.array([3.909, -3.365])],
    "ex:sigmoid-table": [
        [12 / 1000 / 4, 12 / 1000 / 8, (12 / 1000) ** 2 / 8 / (6 * np.sqrt(3))],
        ["0.003", "0.0015", "1.73e-6"],
    ],
    "ex:sigmoid-table-b": [
        table,
        lambda s: np.interp(s, np.arange(-500, 501) * 0.012, sigmoid(0.012 * np.r_[-500:501])),
    ],
}

WRONG = {
    "ex:three-by-hand": [
        ([0.5, 0.8, 0.2, 0.16, 0.125, 0.25, 0.5], "6 of 7 numbers are right; look again at place 6."),
        ([0.5, 0.2, 0.8, 0.16, 0.125, 0.25, 0.625], "look again at place 1, 2."),
        ([0.5, 0.8, 0.2, 0.16], "shape (4,), not (7,)"),
        (0.5, "shape"),
        ("1/2, 4/5", "seven numbers in a list"),
    ],
    "ex:tanh-sigmoid": [
        (2 * sigma(2 * t) * sigma(-2 * t), "The inner derivative is missing"),
        (4 * sigma(2 * t), "a factor 1 − σ is missing"),
        (tanh(t) * (1 - tanh(t)), "the slope of a sigmoid"),
        (tanh(t) ** 2 - 1, "The sign is the other way round."),
        (cosh(t) ** 2, "It is upside down"),
        (8 * sigma(2 * t) * sigma(-2 * t), "It is 2 times the right answer."),
        (2 - tanh(t) ** 2, "It is off by the same number everywhere: +1."),
        (1 - tanh(t), "Try it at s = "),
        (4 * sigma(t) * sigma(-t), "Try it at s = "),
        (tanh, "an expression in t"),
        (1 - tanh(Symbol("x")) ** 2, "The answer holds x."),
    ],
    "ex:log-sum-exp": [
        (exp(q[w]), "the logarithm divides by the sum"),
        (1 / Z, "The inner derivative is missing."),
        (-share, "The sign is the other way round."),
        (Z / exp(q[w]), "It is upside down"),
        (log(share), "There is a logarithm too many."),
        (V * share, "A factor 1/V is missing."),
        (share / V, "A factor V is missing."),
        (exp(share), "A logarithm is missing."),
        (exp(q[x]) / Z, "The answer holds x."),
        (Sum(exp(q[x]), x) / Z, "Try it at V = 2, "),
        (exp(q[w]) / Sum(exp(q[j]), (j, 1, V)), "Indices count from 0."),
    ],
    "ex:log-sum-exp-b": [
        (1 - share, "That is the case w = o."),
        (-share, "That is the case of any other word."),
        (share - delta(w, o), "The sign is the other way round."),
        (exp(q[o]) / Z * (delta(o, w) - share), "The logarithm takes a factor away."),
        (delta(o, w) - exp(q[o]) / Z, "the word by whose score"),
        (delta(w, o) - exp(q[w]), "Try it at"),
        (2 * (delta(w, o) - share), "It is 2 times the right answer."),
    ],
    "ex:write-sigmoid": [
        (lambda s: 1 / (1 - np.exp(-s)), "gives [inf]; it should give [0.5]"),
        (lambda s: np.exp(s) / (1 + np.exp(s)), "It overflows"),
        (lambda s: 1 / (1 + np.exp(s)), "The sign of the score"),
        (lambda s: -np.logaddexp(0, -s), "That is its logarithm."),
        (lambda s: 1 / (1 + math.exp(-s)), "stops: "),
        (lambda s: float(sigmoid(s).flat[0]), "gives 0.5; it should give [0.5]."),
        (lambda s: sigmoid(s).ravel(), "has the shape (6,); it should have (2, 3)."),
        (lambda s: sigmoid(s) * (1 - sigmoid(s)), "gives [0.25]"),
        (sigma, "it should give [0.5]"),
        (sigmoid(np.array([0.0])), "this has the type ndarray"),
    ],
    "ex:write-softmax": [
        (lambda s: np.exp(s) / np.exp(s).sum(), "It overflows"),
        (lambda s: np.exp(s - s.max()), "not divided by their sum"),
        (lambda s: s / s.sum(), "the exponential is missing"),
        (sigmoid, "gives [0.7311, 0.8808, 0.9526]; it should give"),
        (changing, "changes its arguments"),
        (lambda s: np.exp(s - s.max()) / np.exp(s - s.max()).sum(axis=1, keepdims=True), "stops: AxisError"),
        (lambda s: softmax(s)[None], "has the shape (1, 2); it should have (2,)."),
        (lambda s: None if s.max() > 500 else softmax(s), "nothing comes back"),
    ],
    "ex:write-jacobian": [
        (lambda s: np.diag(softmax(s) * (1 - softmax(s))), "by its own score"),
        (lambda s: -np.outer(softmax(s), softmax(s)), "The numerator is missing"),
        (lambda s: np.eye(len(s)) - softmax(s), "the slopes of the log-probabilities"),
        (lambda s: np.outer(softmax(s), softmax(s)) - np.diag(softmax(s)), "The sign is the other way round."),
        (by_differences, "it should give"),
        (lambda s: softmax(s) * (1 - softmax(s)), "has the shape (2,); it should have (2, 2)."),
    ],
    "ex:softplus": [
        ([-3.36, 3.91], "The other way round"),
        ([3.91, 3.36], "negative scores"),
        ([1.91, -4.6], "not of the right value"),
        ([3.91, -3.91], "1 of 2 numbers are right"),
        ([-3.91, 3.36], "The sign is the other way round."),
    ],
    "ex:sigmoid-table": [
        ([0.012, 0.006, 1.73e-6], "The largest slope is 1/4."),
        ([0.003, 0.003, 1.73e-6], "Half an interval"),
        ([0.003, 0.0015, 1.3856e-5], "h²/8"),
        ([0.003, 0.0015, 4.5e-6], "The second derivative"),
        ([0.003, 0.0015, Rational(0)], "2 of 3 numbers are right; look again at place 2."),
    ],
    "ex:sigmoid-table-b": [
        (sigmoid, "the sigmoid itself"),
        (lambda s: sigmoid(-6 + 0.012 * np.floor((s + 6) / 0.012 + 1e-6)), "the entry at the left end"),
        (lambda s: np.interp(s, np.linspace(-6, 6, 1000), sigmoid(np.linspace(-6, 6, 1000))), "1001 entries"),
        (lambda s: sigmoid(np.linspace(-6, 6, 1001))[(s + 6) / 0.012], "stops: IndexError"),
        (lambda s: np.interp(s, np.linspace(-6, 6, 101), sigmoid(np.linspace(-6, 6, 101))), "it should give"),
    ],
}
