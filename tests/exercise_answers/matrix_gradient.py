"""Answers to the exercises of matrix_gradient: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Sum, exp, log

from w2v_core import softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import D, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of

w, x, o = indices("w x o", V)
i, k = indices("i k", d)
u, v, q, t = array("u", V, d), array("v", d), array("s", V), array("y", V)


def s(w):
    return Sum(u[w, i] * v[i], i)


p, p_q = softmax_of(s, x), softmax_of(lambda w: q[w], x)


def batch(H, W_out, targets):
    """One example after the other."""
    loss, in_H, in_W_out = 0.0, np.zeros(H.shape), np.zeros(W_out.shape)
    for row, target in enumerate(targets):
        log_p = log_softmax(W_out @ H[row])
        e = np.exp(log_p)
        e[target] -= 1
        loss, in_H[row] = loss - log_p[target], e @ W_out
        in_W_out += np.outer(e, H[row])
    return loss, in_H, in_W_out


def overflowing(U, v, o):
    """The textbook's softmax."""
    p = np.exp(U.T @ v)
    return np.outer(v, p / p.sum() - np.eye(U.shape[1])[o])


def columns(U, v, o):
    """One column after the other."""
    e = softmax(v @ U) - (np.arange(U.shape[1]) == o)
    return np.array([error * v for error in e]).T


def down_the_columns(H, W_out, targets):
    """A softmax over the examples."""
    scores = H @ W_out.T
    E = softmax(scores.T).T - np.eye(len(W_out))[targets]
    return batch(H, W_out, targets)[0], E @ W_out, E.T @ H


def step(W_in, W_out, centers, targets, rate, lost=False):
    """A step on the batch."""
    _, in_H, in_W_out = batch(W_in[centers], W_out, targets)
    W_in = W_in.copy()
    if lost:
        W_in[centers] -= rate * in_H
    else:
        for word, gradient in zip(centers, in_H, strict=True):
            W_in[word] -= rate * gradient
    return W_in, W_out - rate * in_W_out


def early(W_in, W_out, centers, targets, rate):
    """The output matrix moves first."""
    H, new_in = W_in[centers], W_in.copy()
    E = softmax(H @ W_out.T) - np.eye(len(W_out))[targets]
    new_out = W_out - rate * E.T @ H
    np.subtract.at(new_in, centers, rate * E @ new_out)
    return new_in, new_out


def one_after_the_other(W_in, W_out, centers, targets, rate):
    """Single steps."""
    for word, target in zip(centers, targets, strict=True):
        W_in, W_out = step(W_in, W_out, np.array([word]), np.array([target]), rate)
    return W_in, W_out


def in_place(W_in, W_out, centers, targets, rate):
    """The matrices of the caller move."""
    _, in_H, in_W_out = batch(W_in[centers], W_out, targets)
    np.subtract.at(W_in, centers, rate * in_H)
    W_out -= rate * in_W_out
    return W_in, W_out


def corpus(W_in, W_out, N, weighted=True):
    """Row by row."""
    loss, G = 0.0, np.zeros(N.shape)
    for c, counts in enumerate(N):
        log_p = log_softmax(W_out @ W_in[c])
        loss -= counts @ log_p
        G[c] = (counts.sum() if weighted else 1) * np.exp(log_p) - counts
    return loss, G @ W_out, (W_in.T @ G).T


RIGHT = {
    "ex:fill-shapes": [
        [(1000, 50), (32, 50), (32, 1000), (32, 1000), (1000, 50), (32, 50)],
        np.array([[1000, 50], [32, 50], [32, 1000], [32, 1000], [1000, 50], [32, 50]]),
    ],
    "ex:fill-shapes-b": [1.6e6, 32 * 50_000],
    "ex:one-hot-entropy": [-log(p_q(o)), log(Sum(exp(q[w] - q[o]), w)), -Sum(delta(w, o) * log(p_q(w)), w)],
    "ex:soft-targets": [D(-Sum(t[x] * log(p_q(x)), x), q[w]), Sum(t[x] * (p_q(w) - delta(x, w)), x)],
    "ex:gradient-center": [Sum(p(x) * u[x, k], x) - u[o, k], Sum(p(x) * (u[x, k] - u[o, k]), x)],
    "ex:gradient-outside": [p(w) * v[k] - v[k] * delta(o, w), D(-log(p(o)), u[w, k])],
    "ex:gradient-all": [columns, lambda U, v, o: v[:, None] * (softmax(U.T @ v) - np.eye(U.shape[1])[o])],
    "ex:batch-gradients": [batch, lambda *of: list(batch(*of))],
    "ex:which-gradient": [[0, 1, 0, 1, 0], (False, True, False, True, False)],
    "ex:batch-step": [step, lambda *of: [*step(*of)]],
    "ex:other-convention": [
        [(1000, 32), (1000, 32), (50, 1000), (50, 32)],
        np.array([[1000, 32]] * 2 + [[50, 1000], [50, 32]]),
    ],
    "ex:jacobian": [
        p_q(w) * delta(x, w) - p_q(w) * p_q(x),
        (1 - p_q(x)) * p_q(x) * delta(w, x) - (1 - delta(w, x)) * p_q(w) * p_q(x),
    ],
    "ex:rank": [[2, 4, 2, 3], np.array([2.0, 4.0, 2.0, 3.0])],
    "ex:whole-corpus": [corpus, lambda *of: list(corpus(*of))],
    "ex:whole-corpus-b": [1.3323, 1.33],
}

WRONG = {
    "ex:fill-shapes": [
        ([[1000, 50], [32, 50], [1000, 32], [1000, 32], [1000, 50], [32, 50]], "one row for each example"),
        ([[50, 1000], [32, 50], [32, 1000], [32, 1000], [1000, 50], [32, 50]], "place 0, 0"),
        ([1000, 50, 32, 50], "shape"),
    ],
    "ex:fill-shapes-b": [(32_000, "dot product"), (50_000, "batch has 32"), (3.2e6, "Too large")],
    "ex:one-hot-entropy": [
        (q[o] - log(Sum(exp(q[x]), x)), "sign"),
        (p_q(o), ""),
        (-q[o], "divides by a sum"),
        (-Sum(log(p_q(w)), w), "All words are counted"),
        (Sum(q[x], x) - q[o], "sum of exponentials"),
        (1 / p_q(o), "logarithm is missing"),
    ],
    "ex:soft-targets": [
        (p_q(w) - t[w], "add up to 1"),
        (t[w] - p_q(w) * Sum(t[x], x), "sign"),
        (-t[w] / p_q(w), ""),
        (t[w] * (p_q(w) - 1), "left out"),
    ],
    "ex:gradient-center": [
        (Sum(u[w, k] * p(w), w), "target is forgotten"),
        (u[o, k] - Sum(u[w, k] * p(w), w), "direction of the step"),
        (Sum(u[w, k] * (p(w) - delta(w, o)) * p(w) * (1 - p(w)), w), "y(1 - y)"),
        (Sum(u[w, k], w) - u[o, k], "weights each"),
        (Sum(u[w, k] * (p(w) - delta(w, o)), w) / 2, "0.5 times"),
        (Sum(v[k] * (p(w) - delta(w, o)), w), ""),
    ],
    "ex:gradient-outside": [
        ((p(w) - 1) * v[k], "w = o"),
        (p(w) * v[k], "other words"),
        ((1 - delta(w, o)) * v[k], "one letter"),
        ((p(w) - delta(w, o)) * u[w, k], "slope v"),
        ((p(w) - delta(w, o)) * p(w) * (1 - p(w)) * v[k], "y(1 - y)"),
        ((delta(w, o) - p(w)) * v[k], "sign"),
    ],
    "ex:gradient-all": [
        (lambda *of: columns(*of).T, ""),
        (overflowing, "overflows"),
        (lambda *of: -columns(*of), "sign"),
        (lambda U, v, o: np.outer(v, softmax(U.T @ v)), "target"),
        (lambda U, v, o: U @ (softmax(U.T @ v) - np.eye(U.shape[1])[o]), "shape"),
    ],
    "ex:batch-gradients": [
        (lambda *of: tuple(one / len(of[0]) for one in batch(*of)), "mean over the batch"),
        (down_the_columns, "over the examples"),
        (lambda *of: (batch(*of)[0], *batch(*of)[:0:-1]), "exchanged"),
        (lambda *of: batch(*of)[1:], ""),
        (lambda H, W_out, targets: batch(H.T, W_out, targets), ""),
    ],
    "ex:which-gradient": [([1, 1, 0, 1, 0], "4 of 5"), ([0, 1, 0, 0, 0], "place 3"), ("BD", "")],
    "ex:batch-step": [
        (lambda *of: step(*of, lost=True), "twice in the batch"),
        (early, "W_out moved first"),
        (lambda *of: step(*of[:4], -of[4]), "uphill"),
        (one_after_the_other, "should give"),
        (in_place, "changes its arguments"),
        (lambda *of: step(*of[:4], of[4] / len(of[2])), "mean loss"),
    ],
    "ex:other-convention": [
        ([[32, 1000], [32, 1000], [1000, 50], [32, 50]], "examples as rows"),
        ([[1000, 32], [1000, 32], [1000, 50], [50, 32]], "place 2, 0"),
        ([[1000, 32]], "shape"),
    ],
    "ex:jacobian": [
        (p_q(w) * (1 - p_q(w)), "diagonal"),
        (-p_q(w) * p_q(x), "two different words"),
        (p_q(w) * delta(w, x), "in the sum as well"),
        (delta(w, x) - p_q(x), "probability itself"),
        (p_q(w) * (p_q(x) - delta(w, x)), "sign"),
    ],
    "ex:rank": [([2, 4, 3, 4], "costs one direction"), ([2, 4, 2, 4], "place 3"), ([2, 4, 2], "shape")],
    "ex:whole-corpus": [
        (lambda *of: corpus(*of, weighted=False), "as often as its center"),
        (lambda W_in, W_out, N: corpus(W_in, W_out, N.T), ""),
        (lambda *of: (corpus(*of)[0], *corpus(*of)[:0:-1]), "exchanged"),
        (lambda *of: corpus(*of)[:2], ""),
    ],
    "ex:whole-corpus-b": [(55.958, ""), (1.9221, "bits"), (1.0, "Too small")],
}
