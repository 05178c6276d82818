"""Answers to the exercises of what_it_learns: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Sum, Symbol, exp, log

from w2v_core.proofs import K, V, array, indices, sigma

e, z, x = indices("e z x", V)
n, P = array("n", V, V, positive=True), array("P", V, positive=True)
a, b = Symbol("a"), Symbol("b")
row = Sum(n[e, x], x)


def pair_by_pair(counts, negatives, factor=1.0):
    """No array operation."""
    best = np.full(counts.shape, -np.inf)
    for (c, w), seen in np.ndenumerate(counts):
        if seen:
            best[c, w] = np.log(seen / (negatives * counts[c].sum() * counts[:, w].sum() / counts.sum()) * factor)
    return best


def entries(yes, no, F, G, turned=False):
    """Score by score."""
    in_F, in_G = np.zeros(F.shape), np.zeros(G.shape)
    for c, w in np.ndindex(yes.shape):
        s = F[c] @ G[w]
        error = no[c, w] / (1 + np.exp(-s)) - yes[c, w] / (1 + np.exp(s))
        in_F[c] += error * G[w]
        in_G[c if turned else w] += error * F[w if turned else c]
    return in_F, in_G


RIGHT = {
    "ex:three-numbers": [[3.912, 2.303, 0.909, 0.1667], (np.log(50), np.log(50) - np.log(5), 10 / 11, 1 / 6)],
    "ex:own-optimum": [pair_by_pair, lambda *of: pair_by_pair(*of).tolist()],
    "ex:skip-target": [
        log(n[e, z]) - log(K) - log(row - n[e, z]) - log(P[z]),
        -log(K * P[z] * (row / n[e, z] - 1)),
    ],
    "ex:skip-target-b": [[1.674, 0.693], np.log([16 / 3, 2])],
    "ex:bayes": [sigma(log(n[e, z] / (K * row * P[z]))), 1 / (1 + K * row * P[z] / n[e, z])],
    "ex:weights": [1 / (1 / a + 1 / b), (a + b) * sigma(log(a / b)) * sigma(log(b / a)), a * b / exp(log(a + b))],
    "ex:weights-b": [[83.3, 0.833], (500 / 6, 5 / 6)],
    "ex:low-rank": [entries, lambda *of: list(entries(*of))],
    "ex:low-rank-b": ["walk", " Walk"],
}

WRONG = {
    "ex:three-numbers": [
        (np.hstack([np.log2([50, 10]), 10 / 11, 1 / 6]), "Natural logarithms"),
        ([3.912, 5.52, 0.996, 0.8333], "log K is taken away"),
        ([3.912, 2.303, 0.909, 0.5], "still taken away"),
        ([3.912, 2.303, 0.909, 0.2], "3 of 4"),
    ],
    "ex:own-optimum": [
        (lambda counts, k: pair_by_pair(counts, 1 / k), "not added"),
        (lambda counts, k: pair_by_pair(counts, 1), "log K is missing"),
        (lambda *of: pair_by_pair(*of).T, "transpose"),
        (lambda *of: np.exp(pair_by_pair(*of)), "logarithm is missing"),
        (lambda *of: np.where(of[0] > 0, pair_by_pair(*of), 0.0), "never occurs"),
    ],
    "ex:skip-target": [
        (log(n[e, z] / (K * row * P[z])), "without skipping"),
        (n[e, z] / (K * (row - n[e, z]) * P[z]), "A logarithm is missing"),
        (-log(n[e, z] / (K * (row - n[e, z]) * P[z])), "The sign"),
        (log(n[e, z] / ((row - n[e, z]) * P[z])), ""),
        (log(n[z, e] / (K * (row - n[e, z]) * P[z])), ""),
    ],
    "ex:skip-target-b": [
        ([0.575, 0.288], "without skipping"),
        ([0.693, 1.674], "0 of 2"),
        ([-1.674, -0.693], "The sign"),
    ],
    "ex:bayes": [
        (n[e, z] / (n[e, z] + row * P[z]), "K pairs of noise"),
        (n[e, z] / (K * row * P[z]), "odds"),
        (1 / (K + 1), "before one looks"),
        (log(n[e, z] / (n[e, z] + K * row * P[z])), "too many"),
    ],
    "ex:weights": [
        (a * b / (a + b) ** 2, "divides twice"),
        (a + b, "without"),
        ((a + b) / 4, "score 0"),
        (0, "the curvature is not"),
        (a * b / (a + b) / 2, "0.5 times"),
        ((a + b) / (a * b), "upside down"),
    ],
    "ex:weights-b": [([50, 0.5], "K times as many"), ([0.8333, 83.33], "first"), ([100, 1], "0 of 2")],
    "ex:low-rank": [
        (lambda *of: tuple(-one for one in entries(*of)), "The sign"),
        (lambda yes, no, F, G: entries(no, yes, F, G), "exchanged"),
        (lambda *of: entries(*of, turned=True), "not transposed"),
        (lambda yes, no, F, G: entries(yes, 0 * no, F, G), ""),
        (lambda *of: entries(*of)[0], ""),
    ],
    "ex:low-rank-b": [("decomposition", "which is not the loss"), ("both", "Not that"), (1, "in quotes")],
}
