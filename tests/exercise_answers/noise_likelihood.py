"""Answers to the exercises of noise_likelihood: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Rational, Symbol, cosh, exp, log, sqrt

from w2v_core import sigmoid
from w2v_core.proofs import C, K, sigma, sizes

t, X, g = Symbol("s", real=True), Symbol("X", positive=True), sizes("g")
LOG2 = np.log(2)


def window(W_in, W_out, center, context, noise, pull=lambda p, y: y - p, turn=1, once=False):
    """Place by place, candidate by candidate."""
    total, in_W_in, in_W_out = 0.0, np.zeros(W_in.shape), np.zeros(W_out.shape)
    for word in context:
        for row, y in [(center, 1), *((drawn, 0) for drawn in (dict.fromkeys(noise) if once else noise))]:
            s = W_out[row] @ W_in[word]
            total += y * s - np.logaddexp(0, s)
            step = pull(0.5 * (1 + np.tanh(s / 2)), y)
            in_W_in[word] += step * W_out[row]
            in_W_out[row] += step * W_in[word]
    return turn * total, in_W_in, in_W_out


def by_counting(W_in, W_out, center, context, noise):
    """Counts of words in place of lists."""
    often = np.bincount(context, minlength=len(W_in))
    drawn = np.bincount(np.array(noise, dtype=int), minlength=len(W_out))
    target = np.eye(len(W_out))[center]
    p = sigmoid(W_in @ W_out.T)
    pulls = often[:, None] * (target * (1 - p) - drawn * p)
    logs = -np.logaddexp(0, np.multiply.outer([-1, 1], W_in @ W_out.T))  # of yes, of no
    return (often[:, None] * (target * logs[0] + drawn * logs[1])).sum(), pulls @ W_out, pulls.T @ W_in


def assigned(W_in, W_out, center, context, noise):
    """Repeated rows lose all terms but the last."""
    rows = [center, *noise]
    pulls = np.eye(1, len(rows)) - sigmoid(W_in[context] @ W_out[rows].T)
    in_W_in, in_W_out = np.zeros(W_in.shape), np.zeros(W_out.shape)
    in_W_in[context] += pulls @ W_out[rows]
    in_W_out[rows] += pulls.T @ W_in[context]
    return window(W_in, W_out, center, context, noise)[0], in_W_in, in_W_out


def center_as_input(W_in, W_out, center, context, noise):
    """The first model's roles."""
    parts = [window(W_in, W_out, word, [center], noise) for word in context]
    return [sum(part[n] for part in parts) for n in range(3)]


def rounded(W_in, W_out, center, context, noise):
    """The logarithm of a probability that may be 0."""
    p = sigmoid(W_in[context] @ W_out[[center, *noise]].T)
    return np.log(p[:, 0]).sum() + np.log(1 - p[:, 1:]).sum(), *window(W_in, W_out, center, context, noise)[1:]


def climb(W_in, W_out, center, context, noise, rate, steps, make=window, first_only=False):
    """Log-likelihoods on the way up."""
    values = [make(W_in, W_out, center, context, noise)[0]]
    while len(values) <= steps:
        _, in_W_in, in_W_out = make(W_in, W_out, center, context, noise)
        W_in, W_out = W_in + rate * in_W_in, W_out + (0 if first_only else rate) * in_W_out
        values.append(make(W_in, W_out, center, context, noise)[0])
    return np.array(values)


def into_the_arguments(W_in, W_out, center, context, noise, rate, steps):
    """Moves the matrices it was given."""
    values = climb(W_in, W_out, center, context, noise, rate, steps)
    W_in += rate * window(W_in, W_out, center, context, noise)[1]
    return values


RIGHT = {
    "ex:half-label": [
        sqrt(sigma(t) * sigma(-t)),
        sigma(t) ** Rational(1, 2) * (1 - sigma(t)) ** Rational(1, 2),
        1 / (2 * cosh(t / 2)),
        exp(t / 2) / (1 + exp(t)),
    ],
    "ex:half-label-b": [0, 0.0, Rational(0)],
    "ex:union": [[-LOG2, -2 * LOG2], np.log([0.5, 0.25]), (-0.6931, -1.3863)],
    "ex:noise-window": [window, by_counting],
    "ex:window-climb": [climb, lambda *of: climb(*of, make=by_counting)],
    "ex:window-climb-b": [-6 * LOG2, -4.159, 3 * np.log(1 / 4)],
    "ex:shared-variance": [C / g * C * K * X, g * K * (C / g) ** 2 * X, X * K / (g / C**2)],
    "ex:shared-variance-b": [K * g, C * K / (C / g)],
    "ex:printed-signs": [[-0.1, -0.05, 0.05], np.array([-2, -1, 1]) / 20],
    "ex:printed-signs-b": [1, 1.0],
    "ex:shared-noise": [[40, 5, 48, 48], (40.0, 5.0, 48.0, 48.0)],
    "ex:shared-noise-b": ["no", "NO"],
}

WRONG = {
    "ex:half-label": [
        (sigma(t) * sigma(-t) / 4, "root"),
        (sigma(t) * (1 - sigma(t)), "each factor"),
        (sqrt(sigma(t)) + sqrt(sigma(-t)), "multiplied"),
        (log(sqrt(sigma(t) * sigma(-t))), "its logarithm"),
        (-sqrt(sigma(t) * sigma(-t)), "sign"),
        (sqrt(sigma(t) * sigma(-t)) / 2, "0.5 times"),
        (sqrt(sigma(t)), "Try it"),
    ],
    "ex:half-label-b": [(1 / 2, "probability"), (1, "Too large"), ("zero", "score")],
    "ex:union": [
        (np.log([1 / 2, 3 / 4]), "label 0"),
        ([1 / 2, 1 / 4], "probabilities"),
        ([-LOG2, -4 * LOG2], "one of the two"),
        ([-2 * LOG2, -2 * LOG2], "the second is lost"),
        ([LOG2, 2 * LOG2], "sign"),
        (-LOG2, "shape"),
    ],
    "ex:noise-window": [
        (lambda *of: window(*of, pull=lambda p, y: p - y), "gradients of the loss"),
        (lambda *of: window(*of, pull=lambda p, y: p - y, turn=-1), "the loss with its gradients"),
        (lambda *of: window(*of, pull=lambda p, y: -p), "label is forgotten"),
        (lambda *of: window(*of, pull=lambda p, y: (y - p) * p * (1 - p)), "cancels"),
        (assigned, "keeps one"),
        (center_as_input, "exchanged"),
        (lambda *of: window(*of, once=True), ""),
        (rounded, "rounded"),
        (lambda *of: window(*of)[1:], "should give"),
        (lambda *of: (window(*of)[0], window(*of)[2], window(*of)[1]), ""),
    ],
    "ex:window-climb": [
        (lambda *of: climb(*of[:-2], -of[-2], of[-1]), "downhill"),
        (lambda *of: climb(*of, make=assigned), "twice"),
        (lambda *of: climb(*of, first_only=True), ""),
        (lambda *of: climb(*of)[1:], "shape"),
        (into_the_arguments, "changes its arguments"),
    ],
    "ex:window-climb-b": [
        (0, "no score suits both"),
        (-2 * LOG2, "one context word"),
        (-4 * LOG2, "three places"),
        (6 * LOG2, "sign"),
        (-6, "Too small"),
    ],
    "ex:shared-variance": [
        (C * K * X, "fresh"),
        (C**2 * K * X, "one draw"),
        (C * K * X / g, "squared"),
        (C**2 * K * X / g**2, "draws, not K"),
        (C * K * g * X, "other way round"),
        (C**2 * K / g, "Try it"),
    ],
    "ex:shared-variance-b": [(C * K, "fresh"), (C * K / g, "times K"), (K, "factor"), (g, "factor")],
    "ex:printed-signs": [
        ([-0.1, -0.1, 0.1], "is not 0"),
        ([0.1, 0.05, -0.05], "other way round"),
        ([-1, -0.5, 0.5], "without the rate"),
        ([-0.1, 0.05, 0.05], "place 1"),
    ],
    "ex:printed-signs-b": [(0, "bracket"), (-1, "sign"), (2, "Too large")],
    "ex:shared-noise": [
        ([40, 5, 48, 6], "not scores"),
        ([40, 5, 40, 40], "K + 1"),
        ([48, 6, 48, 48], "not drawn"),
        ([5, 40, 48, 48], "place 0, 1"),
    ],
    "ex:shared-noise-b": [("yes", "look again"), ("both", "Not that"), (False, "in quotes")],
}
