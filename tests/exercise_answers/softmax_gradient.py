"""Answers to the exercises of softmax_gradient: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Eq, Piecewise, Sum, Symbol, exp, log

from w2v_core import finite_differences, softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import D, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of

w, x, z, o = indices("w x z o", V)
i, k = indices("i k", d)
n = indices("l", d)  # the chapter calls it l
u, v = array("u", V, d), array("v", d)
tau, plain = Symbol("tau", positive=True), Symbol("tau")


def s(w):
    return Sum(u[w, i] * v[i], i)


p, hot = softmax_of(s, x), softmax_of(lambda w: s(w) / tau, x)
mean = Sum(p(x) * u[x, n], x)


def gradients(v, U, o, target=1.0, turn=1.0):
    """A plain answer; the options spoil it."""
    log_p = log_softmax(U @ v)
    e = np.exp(log_p)
    e[o] -= target
    return -log_p[o], turn * e @ U, turn * e[:, None] * v


def with_errors(v, U, o, e):
    """The right loss, and gradients from any errors."""
    return gradients(v, U, o)[0], e @ U, np.outer(e, v)


def swapped(v, U, o):
    """A product that does not fit."""
    s = v @ U
    return gradients(s, U, o)


def by_trying(v, U, o):
    """Finite differences of the loss: not exact enough."""
    loss = lambda v, U: -log_softmax(U @ v)[o]  # noqa: E731
    return (
        loss(v, U),
        finite_differences(lambda v: loss(v, U), v, 0.1),
        finite_differences(lambda U: loss(v, U), U, 0.1),
    )


def variance(v, U):
    """Mean of the outer squares of what is left without the mean."""
    y, rest = softmax(U @ v), U - softmax(U @ v) @ U
    return sum(share * np.outer(row, row) for share, row in zip(y, rest, strict=True))


def one_pass(W_in, W_out, pairs, rate, late=False):
    """Lists of rows; `late` lets the input vector meet the new output vectors."""
    rows_in, rows_out = [row.copy() for row in W_in], [row.copy() for row in W_out]
    for center, word in pairs:
        _, _, in_U = gradients(rows_in[center], np.array(rows_out), word)
        errors, old = softmax(np.array(rows_out) @ rows_in[center]) - np.eye(len(rows_out))[word], rows_out
        rows_out = [row - rate * step for row, step in zip(rows_out, in_U, strict=True)]
        rows_in[center] = rows_in[center] - rate * errors @ (rows_out if late else old)
    return [rows_in, rows_out]


def step_by_step(W_in, W_out, pairs, rate, rows=lambda center, word: (center, slice(None)), late=False):
    """Moves these rows; `late` lets the output vectors meet the new input vector."""
    W_in, W_out = W_in.copy(), W_out.copy()
    for center, word in pairs:
        _, in_v, in_U = gradients(W_in[center], W_out, word)
        errors, (some, others) = in_U @ W_in[center] / (W_in[center] @ W_in[center]), rows(center, word)
        W_in[some] -= rate * in_v
        W_out[others] -= rate * (np.outer(errors, W_in[center]) if late else in_U)[others]
    return W_in, W_out


def in_place(W_in, W_out, pairs, rate):
    """Right, but the old matrices are gone."""
    W_in[:], W_out[:] = one_pass(W_in, W_out, pairs, rate)
    return W_in, W_out


def together(W_in, W_out, pairs, rate):
    """One step for all pairs."""
    new_in, new_out = W_in.copy(), W_out.copy()
    for center, word in pairs:
        _, in_v, in_U = gradients(W_in[center], W_out, word)
        new_in[center] -= rate * in_v
        new_out -= rate * in_U
    return new_in, new_out


RIGHT = {
    "ex:even-guesses": [log(V), -log(1 / V), log(Sum(exp(0 * w), w)), -log(1) + log(Symbol("V"))],
    "ex:even-guesses-b": [
        (1 / V - delta(w, o)) * v[k],
        v[k] * (1 - V * delta(o, w)) / V,
        Piecewise((v[k] / V - v[k], Eq(w, o)), (v[k] / V, True)),
    ],
    "ex:write-gradients": [
        gradients,
        lambda *of: list(gradients(*of)),
        lambda *of: (one.tolist() for one in gradients(*of)),
    ],
    "ex:shift": [[1.3, 0.2, -0.7, 1], (1.3, 0.2, -0.7, 1.0)],
    "ex:curvature": [
        p(w) * (u[w, n] - mean),
        D(p(w), v[n]),
        Sum(p(w) * (delta(w, x) - p(x)) * u[x, n], x),
        p(w) * Sum(p(z) * (u[w, n] - u[z, n]), z),
    ],
    "ex:curvature-b": [variance, lambda v, U: np.atleast_2d(np.cov(U.T, aweights=softmax(U @ v), bias=True))],
    "ex:temperature": [
        (Sum(hot(w) * u[w, k], w) - u[o, k]) / tau,
        D(-log(hot(o)), v[k]),
        Sum((hot(w) - delta(w, o)) * u[w, k] / plain, w),
        Sum(exp(s(x) / plain) * (u[x, k] - u[o, k]), x) / Sum(exp(s(z) / plain), z) / plain,
    ],
    "ex:too-long": [0.1, "0.1", np.float32(0.1)],
    "ex:trainer": [one_pass],
    "ex:trainer-b": [1.283, 1.28, np.array(1.283)],
    "ex:trainer-c": ["queen", "Queen"],
}

WRONG = {
    "ex:even-guesses": [
        (1 / V, "the probability of one word"),
        (-log(V), "The sign is the other way round."),
        (V, "A logarithm is missing."),
        (1 / log(V), "It is upside down"),
        (log(V) / log(2), "It is 1.44269504 times the right answer."),
        (log(V) - 1, "It is off by the same number everywhere: -1."),
        (log(3), "One number cannot be right everywhere. Write the loss as an expression in V."),
    ],
    "ex:even-guesses-b": [
        (v[k] / V, "The target is forgotten"),
        ((1 / V - 1) * v[k], "That is the case of the observed word"),
        (1 / V - delta(w, o), "the other vector of the score"),
        ((1 / V - delta(w, o)) * u[w, k], "All output vectors are zero"),
        ((delta(w, o) - 1 / V) * v[k], "The sign is the other way round."),
        ((1 - V * delta(w, o)) * v[k], "A factor 1/V is missing."),
        ((1 / V - delta(w, o)) * v[k] / V, "A factor V is missing."),
        ((p(w) - delta(w, o)) * v[k], "Here they are all zero"),
        (Sum((1 / V - delta(w, o)) * v[k], w), "Each word has its own derivative"),
        ((1 / V) * (1 - 1 / V) * v[k], "y(1 - y) belongs to"),
        ((1 / V - delta(w, 1)) * v[k], "The number 1 stands as an index"),
        ((1 / V - delta(w, o)) * v, "Without an index, v is a whole array."),
    ],
    "ex:write-gradients": [
        (lambda *of: gradients(*of, target=0), "The target is forgotten"),
        (lambda *of: gradients(*of, turn=-1), "The sign of the errors"),
        (lambda v, U, o: (gradients(v, U, o)[0], gradients(v, U, o)[1], gradients(v, U, o)[2].T), "transposed"),
        (lambda v, U, o: (-np.log(softmax(U @ v)[o]), *gradients(v, U, o)[1:]), "The loss overflows"),
        (lambda *of: (gradients(*of)[0], 2 * gradients(*of)[1], gradients(*of)[2]), "[1] gives"),
        (lambda *of: gradients(*of)[1:], "gives 2 results; it should give 3."),
        (lambda *of: gradients(*of)[0], "gives 1 result; it should give 3."),
        (lambda *of: gradients(*of)[::-1], "in another order"),
        (lambda *of: (-gradients(*of)[0], *gradients(*of)[1:]), "The sign is the other way round."),
        (lambda v, U, o: (gradients(v, U, o)[0] - max(U @ v), *gradients(v, U, o)[1:]), "the largest score"),
        (lambda v, U, o: with_errors(v, U, o, softmax(U @ v) - o), "Take 1 off"),
        (lambda v, U, o: with_errors(v, U, o, softmax(U @ v) * (1 - softmax(U @ v))), "is not the error"),
        (lambda v, U, o: with_errors(v, U, o, (softmax(U @ v) - np.eye(len(U))[o]) / len(U)), "number of words"),
        (lambda v, U, o: (-np.log(np.exp(U @ v)[o] / np.exp(U @ v).sum()), *gradients(v, U, o)[1:]), "overflows"),
        (by_trying, "it should give"),
        (lambda v, U: gradients(v, U, 0), "stops: TypeError"),
        (swapped, "This happens in the line s = v @ U"),
    ],
    "ex:shift": [
        ([1.3, 0.2, -0.7, 2], "new output vector"),
        ([1.3, 5.2, -3.7, 1], "What is that sum?"),
        ([2.3, 0.2, -0.7, 1], "second term"),
        ([1.3, 0.2, -0.7, 3], "Mind the sign"),
        ([1.3, 0.2, -0.7, 13], "sum of the products"),
        ([1.3, [0.2, -0.7], 1], "At place 1 stands [0.2, -0.7]."),
        ("neither", "without quotes: "),
    ],
    "ex:curvature": [
        (u[w, n] - mean, "the derivative of its logarithm"),
        (p(w) * u[w, n], "The sum below the fraction"),
        (p(w) * (1 - p(w)) * u[w, n], "v moves all the scores"),
        (p(w) * (u[w, n] - Sum(p(x) * u[w, n], x)), "its own output vector"),
        (p(w) * (mean - u[w, n]), "The sign is the other way round."),
        (p(w) * (u[w, n] + mean), "Try it at"),
        (p(w) * (u[w, k] - mean), "The answer holds k."),
    ],
    "ex:curvature-b": [
        (lambda v, U: U.T @ (softmax(U @ v)[:, None] * U), "The product of the means is missing."),
        (lambda v, U: np.atleast_2d(np.cov(U.T, bias=True)), "not with 1/V"),
        (lambda v, U: -variance(v, U), "The sign is the other way round."),
        (lambda v, U: np.diag(np.diag(variance(v, U))), "it should give"),
        (lambda v, U: U @ U.T, "has the shape (2, 2); it should have (1, 1)."),
    ],
    "ex:temperature": [
        (Sum(hot(w) * u[w, k], w) - u[o, k], "The inner derivative is missing"),
        ((Sum(p(w) * u[w, k], w) - u[o, k]) / tau, "The probabilities depend on tau"),
        ((Sum(hot(w) * u[w, k], w) - u[o, k]) * tau, "is 1/tau, not tau"),
        (Sum(hot(w) * u[w, k], w) / tau - u[o, k], "tau divides both terms"),
        (Sum(hot(w) * u[w, k], w) / tau, "The target is forgotten."),
        ((u[o, k] - Sum(hot(w) * u[w, k], w)) / tau, "The sign is the other way round."),
        ((Sum(hot(w) * u[w, k], w) - u[o, k]) / tau**2, "Try it at"),
        (Sum(p(w) * u[w, k], w) - u[o, k], "tau is missing"),
        (D(log(Sum(exp(s(x) * tau), x)) - s(o) * tau, v[k]), "not multiplied with it"),
        ((Sum(exp(s(w) / tau) * u[w, k], w) / Sum(exp(s(x)), x) - u[o, k]) / tau, "Below the fraction"),
        ((Sum(hot(w) * u[w, k], w) - u[1, k]) / tau, "The number 1 stands as an index"),
    ],
    "ex:too-long": [
        (1, "throws the vectors off"),
        (5, "come to its end"),
        (0.5, "Too large."),
        (-0.1, "sign"),
        ((0, 1), "a point"),
    ],
    "ex:trainer": [
        (lambda *of: one_pass(*of, late=True), "W_out moved first"),
        (together, "take a step after each pair"),
        (lambda W_in, W_out, pairs, rate: one_pass(W_in, W_out, pairs, -rate), "It goes uphill"),
        (lambda W_in, W_out, pairs, rate: one_pass(W_in, W_out, pairs, 1.0), "The learning rate is missing."),
        (lambda W_in, W_out, pairs, rate: (one_pass(W_in, W_out, pairs, rate)[0], W_out), "Only W_in has moved."),
        (in_place, "changes its arguments"),
        (lambda *of: one_pass(*of)[::-1], "in another order"),
        (lambda W_in, W_out, pairs, rate: one_pass(W_in, W_out, pairs[:1], rate), "Does return stand inside the loop?"),
        (lambda W_in, W_out, pairs, rate: one_pass(W_in, W_out, [(b, a) for a, b in pairs], rate), "changed places"),
        (lambda *of: step_by_step(*of, rows=lambda center, word: (center, word)), "Every row of W_out moves"),
        (lambda *of: step_by_step(*of, rows=lambda center, word: (slice(None),) * 2), "Only the row of the center"),
        (lambda *of: step_by_step(*of, late=True), "W_in moved first"),
    ],
    "ex:trainer-b": [
        (np.log(10), "even guesses"),
        (1.283 / np.log(2), "Those are bits"),
        (1.3, "rounded too much"),
        (1.4, "Too large."),
        (float("inf"), "finite"),
    ],
    "ex:trainer-c": [("drinks", "Which other word"), ("dog", "Not that."), (3, "in quotes")],
}
