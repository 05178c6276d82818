"""Answers to the exercises of tree_likelihood: right ones in unusual forms, wrong ones with words of their verdict."""

import math

import numpy as np
from sympy import Sum, exp, log, tanh

from w2v_core import log_sigmoid, sigmoid
from w2v_core.proofs import D, array, d, indices, sigma, sizes
from w2v_core.proofs import words as words_at

L, M = sizes("L M")
j, place = indices("j p", L)
i, k, l = indices("i k l", d)  # noqa: E741
u, h, y, x, g = array("u", M, d), array("h", d), array("y", L), array("x", d), array("g", L)
node = words_at("n", L, of=M)
s = Sum(u[node[j], i] * h[i], i)
log_p = Sum(y[j] * log(sigma(s)) + (1 - y[j]) * log(sigma(-s)), j)
u_k, u_l = u[node[j], k], u[node[j], l]


def by_loop(code, scores, turn=1, slope_turn=1, label=lambda bit: 1 - bit):
    """Question by question, without the sigmoid of the book."""
    total, slopes = 0.0, []
    for bit, score in zip(code, scores, strict=True):
        total += label(bit) * score - np.logaddexp(0, score)
        slopes.append(slope_turn * (label(bit) - 0.5 * (1 + math.tanh(score / 2))))
    return turn * total, np.array(slopes)


def rounded(code, scores):
    """The logarithm of probabilities that may be 0."""
    p = sigmoid(scores)
    return (code * np.log(1 - p) + (1 - code) * np.log(p)).sum(), 1 - code - p


def only_value(code, scores):
    """The slopes are forgotten."""
    return by_loop(code, scores)[0]


def epoch(v, theta, sentences, paths, codes, radius, rate, late=False, bit_label=False, reach=0, swap=False):
    """Version (B) with positions instead of windows."""
    v, theta = np.array(v), np.array(theta)
    for sentence in sentences:
        for here, center in enumerate(sentence):
            for there, word in enumerate(sentence):
                if not reach < abs(here - there) <= radius and (here != there or reach == 0):
                    continue
                source, target = (word, center) if swap else (center, word)
                hidden, rows = v[source].copy(), paths[target]
                label = np.array(codes[target]) if bit_label else 1 - np.array(codes[target])
                pulls = rate * (label - sigmoid(theta[rows] @ hidden))
                old = theta[rows].copy()
                theta[rows] = old + np.outer(pulls, hidden)
                v[source] += pulls @ (theta[rows] if late else old)
    return v, theta


def changing(v, theta, *rest):
    """Writes into the matrices it was given."""
    v[:], theta[:] = epoch(v, theta, *rest)
    return v, theta


def window_by_window(v, theta, sentences, paths, codes, radius, rate):
    """Version (A)."""
    v, theta = v.copy(), theta.copy()
    for sentence in sentences:
        for here, center in enumerate(sentence):
            e = 0
            for word in sentence[max(0, here - radius) : here] + sentence[here + 1 : here + radius + 1]:
                pulls = rate * (1 - np.array(codes[word]) - sigmoid(theta[paths[word]] @ v[center]))
                e = e + pulls @ theta[paths[word]]
                theta[paths[word]] += np.outer(pulls, v[center])
            v[center] += e
    return v, theta


def least():
    """Least mean loss over all pairs, center by center."""
    seen = {}
    for line in ("the king drinks tea", "the queen drinks tea", "the dog eats bones", "the cat eats fish"):
        words = line.split()
        for here, center in enumerate(words):
            seen.setdefault(center, []).extend(words[max(0, here - 2) : here] + words[here + 1 : here + 3])
    losses = [-math.log(around.count(word) / len(around)) for around in seen.values() for word in around]
    everything = sum(seen.values(), [])
    blind = [-math.log(everything.count(word) / len(everything)) for word in everything]
    return sum(losses) / len(losses), sum(blind) / len(blind)


BEST, BLIND = least()
log3 = np.log(3)
four = [-1, 0, 1, 0.25, log3 - np.log(4), np.log(4) - log3, 0.25, -0.025]

RIGHT = {
    "ex:tree-four-signs": [four, np.array(four), (-1, 0, 1, 1 / 4, -0.28768, 0.28768, 1 / 4, -1 / 40)],
    "ex:tree-four-signs-b": ["down", " Down "],
    "ex:tree-write-likelihood": [by_loop, lambda code, t: list(by_loop(code.tolist(), t.tolist()))],
    "ex:tree-order": [
        Sum(g[j] ** 2, j) * x[k],
        Sum(g[place] * x[k] * g[place], place),
        Sum(g[j] * (u_k + g[j] * x[k]), j) - Sum(g[place] * u[node[place], k], place),
    ],
    "ex:tree-one-division": [[2, 4], (2.0, 4.001)],
    "ex:tree-curvature": [
        D(D(-log_p, h[k]), h[l]),
        Sum(sigma(s) * sigma(-s) * u_l * u_k, j),
        Sum(u_k * u_l * (1 - tanh(s / 2) ** 2), j) / 4,
        Sum(u_k * u_l * exp(s) / (1 + exp(s)) ** 2, j),
    ],
    "ex:tree-curvature-b": ["no", "No"],
    "ex:tree-trainer": [epoch, lambda *of: list(epoch(*of))],
    "ex:tree-trainer-b": [BEST, np.float64(BEST), round(BEST, 3)],
}

WRONG = {
    "ex:tree-four-signs": [
        ([-1, 1, 0, *four[3:]], "exchanged"),
        ([*four[:4], np.log(1 / 4), np.log(4), *four[6:]], "second, not first"),
        ([*four[:7], 0.025], "wanted minus predicted"),
        ([*four[:7], -0.25], "rate"),
        ([*four[:3], 0.75, *four[4:]], "place 3"),
        (four[:7], "shape"),
    ],
    "ex:tree-four-signs-b": [("up", "second"), ("left", "Not that"), (-1, "in quotes")],
    "ex:tree-write-likelihood": [
        (lambda code, t: by_loop(code, t, label=lambda bit: bit), "1 - bit"),
        (lambda code, t: by_loop(code, t, turn=-1, slope_turn=-1), "the other sign"),
        (lambda code, t: by_loop(code, t, slope_turn=-1), "wanted minus predicted"),
        (lambda code, t: (math.exp(by_loop(code, t)[0]), by_loop(code, t)[1]), "logarithm is missing"),
        (rounded, ""),
        (only_value, "should give"),
        (lambda code, t: log_sigmoid(t), ""),
    ],
    "ex:tree-order": [
        (-Sum(g[j] ** 2, j) * x[k], "sign"),
        (Sum(g[j], j) * x[k], "comes in twice"),
        (Sum(g[j], j) ** 2 * x[k], "inside the sum"),
        (Sum(g[j] * u_k, j), "right order"),
        (Sum(g[j] * u_k + g[j] ** 2 * x[k], j), "whole of e"),
        (Sum(g[j] ** 2, j), "Try it"),
        (Sum(g[j] ** 2, j) * x[k] / 2, "times the right answer"),
    ],
    "ex:tree-one-division": [([0.5, 0.25], "other way round"), ([4, 2], "0 of 2"), ([2, 2], "place 1"), (2, "shape")],
    "ex:tree-curvature": [
        (-D(D(-log_p, h[k]), h[l]), "sign"),
        (Sum(sigma(s) * u_k * u_l, j), "1 - σ is missing"),
        (Sum(sigma(s) * sigma(-s) * u_k, j), "inner derivative"),
        (Sum((sigma(s) - y[j]) * u_k * u_l, j), "label is a constant"),
        (Sum(sigma(s) * sigma(-s), j) * h[k] * h[l], "not h[k]"),
        (Sum(sigma(s) * sigma(-s) * u_k**2, j), "same coordinate"),
        (D(-log_p, h[k]), "Try it"),
    ],
    "ex:tree-curvature-b": [("yes", "label"), ("maybe", "Not that"), (0, "in quotes")],
    "ex:tree-trainer": [
        (window_by_window, "That is (A)"),
        (lambda *of: epoch(*of, swap=True), "exchanged"),
        (lambda *of: epoch(*of, late=True), "before it moves"),
        (lambda *of: epoch(*of, bit_label=True), "1 - bit"),
        (lambda *of: epoch(*of[:-1], -of[-1]), "uphill"),
        (changing, "changes its arguments"),
        (lambda *of: epoch(*of)[0], ""),
    ],
    "ex:tree-trainer-b": [
        (BEST / np.log(2), "bits"),
        (BLIND, "does not see the center"),
        (0, "Too small"),
        (-BEST, "sign"),
    ],
}
