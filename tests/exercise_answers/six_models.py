"""Answers to the exercises of six_models: right ones in unusual forms, wrong ones with words of their diagnosis."""

import numpy as np
from sympy import Rational, Sum, Symbol, log

from w2v_core import cbow, log_sigmoid, sigmoid, skip_gram, softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import C, D, V, array, d, delta, indices, sigma, sizes
from w2v_core.proofs import words as words_at

R, T, m = sizes("R T m")
r = indices("r", R)
p, q = indices("p m", C)
a = indices("a", V)
i, k = indices("i k", d)
j = Symbol("j", integer=True)
u, v, y = array("u", R, d), array("v", V, d), array("y", R)
c = words_at("c", C, of=V)


def score(r):
    """Score of candidate r if the hidden vector is the sum."""
    return Sum(u[r, i] * Sum(v[c[p], i], p), i)


n_a = Sum(delta(c[q], a), q)
E = Sum(-y[r] * log(sigma(score(r))) - (1 - y[r]) * log(sigma(-score(r))), r)
BACK = Sum((sigma(score(r)) - y[r]) * u[r, k], r)


def gradients(W_in, W_out, inputs, rows, labels, compete, change=lambda e, p, y: e, back=1.0):
    """Question by question, input by input."""
    C, in_W_in, in_W_out = len(inputs), 0 * W_in, 0 * W_out
    hidden = sum(W_in[word] for word in inputs) / C
    scores = np.array([W_out[row] @ hidden for row in rows])
    y = np.array(labels, dtype=float)
    p = softmax(scores) if compete else sigmoid(scores)
    for row, error in zip(rows, change(p - y, p, y), strict=True):
        in_W_out[row] += error * hidden
        for word in inputs:
            in_W_in[word] += back * error * W_out[row] / C
    loss = -log_softmax(scores) @ y if compete else -log_sigmoid((2 * y - 1) * scores).sum()
    return loss, in_W_in, in_W_out


def undivided(*of):
    """The whole gradient for each input."""
    return gradients(*of, back=len(of[2]))


def summed(W_in, W_out, inputs, *rest):
    """The sum of the inputs forward and back."""
    loss, in_W_in, in_W_out = gradients(len(inputs) * W_in, W_out, inputs, *rest)
    return loss, len(inputs) * in_W_in, in_W_out


def averaged(W_in, W_out, inputs, *rest):
    """The sum forward, the mean back."""
    return gradients(len(inputs) * W_in, W_out, inputs, *rest)


def lost(W_in, W_out, inputs, rows, labels, compete):
    """Repeated rows lose a move."""
    C, in_W_in, in_W_out = len(inputs), 0 * W_in, 0 * W_out
    hidden = W_in[inputs].mean(axis=0)
    scores = W_out[rows] @ hidden
    errors = (softmax(scores) if compete else sigmoid(scores)) - labels
    in_W_out[rows] += np.outer(errors, hidden)
    in_W_in[inputs] += errors @ W_out[rows] / C
    return gradients(W_in, W_out, inputs, rows, labels, compete)[0], in_W_in, in_W_out


def rounded(W_in, W_out, inputs, rows, labels, compete):
    """The logarithm of a rounded probability."""
    scores, y = W_out[rows] @ W_in[inputs].mean(axis=0), np.array(labels)
    p = softmax(scores) if compete else np.where(y == 1, sigmoid(scores), 1 - sigmoid(scores))
    loss = -np.log(p[y == 1] if compete else p).sum()
    return loss, *gradients(W_in, W_out, inputs, rows, labels, compete)[1:]


def in_place(W_in, W_out, *rest):
    """Spoils a matrix that was handed in."""
    found = gradients(W_in, W_out, *rest)
    W_in += 1
    return found


def every_word(scores, target, weight, on_loss=True, on_errors=True, on_yes=False, sign=1):
    """Word by word."""
    loss, errors = 0.0, []
    for word, score in enumerate(scores):
        yes = word == target
        g = 1.0 if yes and not on_yes else weight
        loss += (g if on_loss else 1) * np.logaddexp(0, -score if yes else score)
        errors.append(sign * (g if on_errors else 1) * ((1 + np.tanh(score / 2)) / 2 - yes))
    return loss, np.array(errors)


def overflowing(scores, target, weight):
    """The logarithm of the rounded sigmoid."""
    noes = np.log(1 - sigmoid(np.delete(scores, target))).sum()
    return -np.log(sigmoid(scores)[target]) - weight * noes, every_word(scores, target, weight)[1]


RIGHT = {
    "ex:chance": [[np.log(1000), 7 * np.log(2), 6 * np.log(2)], (6.908, 4.852, 4.159)],
    "ex:how-many": [2 * m * T - m * (m + 1), m * (2 * T - m - 1), 2 * Sum(T - j, (j, 1, m))],
    "ex:how-many-b": [T, Sum(1, (j, 1, T))],
    "ex:six-gradients": [gradients, lambda *of: list(gradients(*of))],
    "ex:sum-not-mean": [D(E, v[a, k]), Sum(n_a * (1 - y[r] - sigma(-score(r))) * u[r, k], r)],
    "ex:sum-not-mean-b": ["no", "NO"],
    "ex:seventh": [
        lambda center, context: [([word], center) for word in context],
        lambda center, context: (([word], center) for word in context),
    ],
    "ex:fourth-objective": [every_word, lambda *of: list(every_word(*of))],
    "ex:fourth-objective-b": [[9 * np.log(2), 2 * np.log(2)], np.log([512, 4])],
}

WRONG = {
    "ex:chance": [
        ([np.log2(1000), 7, 6], "bits"),
        ([np.log(1000), 7 * np.log(2), 5 * np.log(2)], "K + 1"),
        ([1 / 1000, 1 / 128, 1 / 64], "minus the logarithm"),
        ([-np.log(1000), -7 * np.log(2), -6 * np.log(2)], "sign"),
        ([np.log(1000), 6 * np.log(2), 6 * np.log(2)], "place 1"),
    ],
    "ex:how-many": [
        (2 * m * T, "cut off"),
        (m * T - m * (m + 1) / 2, "each order"),
        (2 * m * T - m * (m + 1) * Rational(1, 2), "taken away once for each"),
        ((2 * m + 1) * T - m * (m + 1), "own window"),
        (m * (m + 1) - 2 * m * T, "sign"),
    ],
    "ex:how-many-b": [(T - 2 * m, "a shorter one"), (2 * m * T - m * (m + 1), "skip-gram"), (2 * T, "2 times")],
    "ex:six-gradients": [
        (undivided, "1/C of its gradient"),
        (summed, ""),
        (averaged, "not the sum"),
        (lost, "both its shares"),
        (lambda *of: gradients(*of, lambda e, p, y: p), "predicted minus wanted"),
        (lambda *of: gradients(*of, lambda e, p, y: -e), "other way round"),
        (lambda *of: gradients(*of, lambda e, p, y: e * p * (1 - p)), ""),
        (lambda *of: gradients(*of[:-1], True), "do not compete"),
        (lambda *of: gradients(*of[:-1], False), "Here the rows compete"),
        (rounded, "rounded to 0"),
        (in_place, "changes its arguments"),
    ],
    "ex:sum-not-mean": [
        (n_a / C * BACK, "for the mean"),
        (BACK, "several positions"),
        (n_a * Sum(sigma(score(r)) * u[r, k], r), "forgotten"),
        (C * BACK, "All C positions"),
        (-n_a * BACK, "sign"),
    ],
    "ex:sum-not-mean-b": [("yes", ""), (1, "quotes")],
    "ex:seventh": [
        (skip_gram, "That is skip-gram"),
        (cbow, "That is CBOW"),
        (lambda center, context: [(word, center) for word in context], "list of words"),
        (lambda center, context: [([word], center) for word in dict.fromkeys(context)], "two examples"),
        (lambda center, context: ([context.pop()], center), ""),
    ],
    "ex:fourth-objective": [
        (lambda *of: every_word(*of, on_loss=False, on_errors=False), "weight is missing."),
        (lambda *of: every_word(*of, on_errors=False), "missing in the errors"),
        (lambda *of: every_word(*of, on_yes=True), "not the yes"),
        (lambda *of: every_word(*of, sign=-1), "other way round"),
        (overflowing, "overflows"),
        (lambda scores, target, weight: every_word(scores, target, 1)[0], ""),
    ],
    "ex:fourth-objective-b": [([9, 2], "bits"), ([np.log(9), np.log(9)], "softmax"), ([6.238, 6.238], "1 of 2")],
}
