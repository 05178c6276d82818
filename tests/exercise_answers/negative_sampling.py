"""Answers to the exercises of negative_sampling: right ones in unusual forms, wrong ones with their diagnosis."""

import numpy as np
from sympy import Rational, Sum, Symbol, exp, log, symbols, tanh

from w2v_core.numerics import log_sigmoid, sigmoid
from w2v_core.proofs import D, K, V, array, d, delta, indices, sigma, sizes
from w2v_core.proofs import words as words_at

t = Symbol("s", real=True)
w, a, target = indices("w a o", V)
i, k = indices("i k", d)
j, one = indices("j l", K)
M = sizes("M")
u_, v_ = array("u", V, d), array("v", d)
n = words_at("n", K, of=V)
extra = Symbol("n", positive=True)
N_wc, N_c, P_w = symbols("N_wc N_c P", positive=True)


def s(w):
    """Score of word w."""
    return Sum(u_[w, i] * v_[i], i)


E = -log(sigma(s(target))) - Sum(log(sigma(-s(n[j]))), j)
PULL = (sigma(s(target)) - 1) * u_[target, k]
PUSH = Sum(sigma(s(n[j])) * u_[n[j], k], j)
TIMES = Sum(delta(n[j], a), j)


def gradients(W_in, W_out, center, observed, noise, make=lambda scores, y: sigmoid(scores) - y, add=np.add.at):
    """Question by question."""
    rows, y = np.array([observed, *noise]), np.eye(1, len(noise) + 1)[0]
    scores = W_out[rows] @ W_in[center]
    in_W_in, in_W_out, errors = np.zeros(W_in.shape), np.zeros(W_out.shape), make(scores, y)
    in_W_in[center] = errors @ W_out[rows]
    add(in_W_out, rows, np.outer(errors, W_in[center]))
    return -log_sigmoid(np.where(y == 1, scores, -scores)).sum(), in_W_in, in_W_out


def with_errors(make):
    """Errors of one's own."""
    return lambda *of: gradients(*of, make)


def by_loop(W_in, W_out, center, observed, noise):
    """No array of rows at all."""
    loss, in_W_in, in_W_out = 0.0, 0 * W_in, 0 * W_out
    for word, y in [(observed, 1), *((word, 0) for word in noise)]:
        score = W_out[word] @ W_in[center]
        error = 0.5 * (1 + np.tanh(score / 2)) - y
        loss += np.logaddexp(0, score) - y * score
        in_W_in[center] += error * W_out[word]
        in_W_out[word] += error * W_in[center]
    return [loss, in_W_in, in_W_out]


def lost(W_in, W_out, center, observed, noise):
    """Each word once in the noise; a set."""
    return gradients(W_in, W_out, center, observed, noise)[0], *gradients(W_in, W_out, center, observed, set(noise))[1:]


def rounded(W_in, W_out, center, observed, noise):
    """The logarithm of a probability that was rounded to 0."""
    rows, y = np.array([observed, *noise]), np.eye(1, len(noise) + 1)[0]
    p = sigmoid(W_out[rows] @ W_in[center])
    return -np.log(np.where(y == 1, p, 1 - p)).sum(), *gradients(W_in, W_out, center, observed, noise)[1:]


def everybody(W_in, W_out, center, observed, noise):
    """Asks about every word of the vocabulary."""
    errors, in_W_in = sigmoid(W_out @ W_in[center]) - np.eye(len(W_out))[observed], 0 * W_in
    in_W_in[center] = errors @ W_out
    return gradients(W_in, W_out, center, observed, noise)[0], in_W_in, np.outer(errors, W_in[center])


def epoch(W_in, W_out, pairs, noise, rate, early=False, make=gradients):
    """Pair by pair."""
    for pair, draws in zip(pairs, noise, strict=True):
        _, in_W_in, in_W_out = make(W_in, W_out, *pair, draws)
        W_out = W_out - rate * in_W_out
        W_in = W_in - rate * (make(W_in, W_out, *pair, draws)[1] if early else in_W_in)
    return W_in, W_out


def together(W_in, W_out, pairs, noise, rate):
    """All pairs with the first matrices."""
    found = [gradients(W_in, W_out, *pair, draws)[1:] for pair, draws in zip(pairs, noise, strict=True)]
    return W_in - rate * sum(one[0] for one in found), W_out - rate * sum(one[1] for one in found)


def in_place(W_in, W_out, pairs, noise, rate):
    """Spoils the matrices that were handed in."""
    new = epoch(W_in, W_out, pairs, noise, rate)
    W_in[...], W_out[...] = new
    return new


RIGHT = {
    "ex:neg-first-step": [(K + 1) * log(2), -K * log(Rational(1, 2)) + log(2)],
    "ex:neg-first-step-b": [[-1 / 2, 1 / 2, 0, 6], np.array([-0.5, 0.5, 0, 6])],
    "ex:neg-sigmoid": [exp(t) / (exp(t) + 1) ** 2, (1 - tanh(t / 2) ** 2) / 4, D(sigma(t), t)],
    "ex:neg-sigmoid-b": [1 / (1 + exp(-t)), 1 - sigma(-t)],
    "ex:neg-derive": [D(E, v_[k]), Sum((1 - sigma(-s(n[j]))) * u_[n[j], k], j) - sigma(-s(target)) * u_[target, k]],
    "ex:neg-derive-b": [-sigma(-s(target)) * v_[k], -v_[k] / (1 + exp(s(target)))],
    "ex:neg-derive-c": [(1 - sigma(-s(n[one]))) * v_[k], v_[k] / (1 + exp(-s(n[one])))],
    "ex:neg-derive-d": [[50_000, 6], (5e4, 6.0)],
    "ex:neg-repeats": [M * (1 - sigma(-s(a))) * v_[k], M * v_[k] / (1 + exp(-s(a)))],
    "ex:neg-repeats-b": [
        D(E, u_[a, k]),
        ((delta(a, target) + TIMES) * sigma(s(a)) - delta(target, a)) * v_[k],
        (Sum(delta(n[j], a) * sigma(s(n[j])), j) - delta(a, target) * sigma(-s(target))) * v_[k],
    ],
    "ex:neg-gradients": [gradients, by_loop],
    "ex:neg-check": [[1, 0, 1, 0, 0], (True, False, True, False, False)],
    "ex:neg-epoch": [epoch, lambda *of: list(epoch(*of, make=by_loop))],
    "ex:neg-curve": [[21, 5, 2], np.array([21.0, 5.0, 2.0])],
    "ex:neg-no-noise": [
        sigma(-s(target)) * (Sum(u_[target, i] ** 2, i) + Sum(v_[i] ** 2, i)),
        Sum((v_[i] ** 2 + u_[target, i] ** 2) / (1 + exp(s(target))), i),
    ],
    "ex:neg-target-noise": [1 / (extra + 1), 1 - extra / (1 + extra)],
    "ex:neg-target-noise-b": ["no", "No "],
    "ex:neg-best-score": [log(N_wc) - log(K) - log(N_c * P_w), -log(K * N_c * P_w / N_wc)],
    "ex:neg-trainer": [1.04, np.float64(0.77)],
}

WRONG = {
    "ex:neg-first-step": [
        (K * log(2), "observed word"),
        (K + 1, "bits"),
        (log(K + 1), "softmax"),
        (-(K + 1) * log(2), "sign"),
    ],
    "ex:neg-first-step-b": [
        ([-0.5, 0.5, 1, 6], "sum of output vectors"),
        ([-0.5, 0.5, 0, 5], "own output vector"),
        ([0.5, -0.5, 0, 6], "minus wanted"),
        ([0.5, 0.5, 0, 6], "should have 1"),
        ([-1, 0, 0, 6], "place 0, 1"),
    ],
    "ex:neg-sigmoid": [
        (sigma(t), "1 - σ is missing"),
        (1 - sigma(t), "σ is missing"),
        (1 - sigma(t) ** 2, "tanh"),
        (-sigma(t) * (1 - sigma(t)), "sign"),
        ((exp(t) + 1) ** 2 / exp(t), "upside down"),
    ],
    "ex:neg-sigmoid-b": [
        (sigma(t) - 1, "wanted yes"),
        (sigma(-t), "the other side"),
        (sigma(t) * sigma(-t), "logarithm"),
        (-sigma(t), "sign"),
    ],
    "ex:neg-derive": [
        (sigma(s(target)) * u_[target, k] + PUSH, "σ - 1"),
        (PULL, "noise is forgotten"),
        (PULL - PUSH, "different signs"),
        (-PULL - PUSH, "sign"),
        (PULL + Sum(sigma(-s(n[j])) * u_[n[j], k], j), "score itself"),
        (PULL + Sum(sigma(s(j)) * u_[j, k], j), "first K"),
        (PULL + Sum(sigma(s(n[j])) * u_[target, k], j), "brings its own"),
        (
            -sigma(s(target)) * sigma(-s(target)) * u_[target, k]
            + Sum(sigma(s(n[j])) * sigma(-s(n[j])) * u_[n[j], k], j),
            "cancels",
        ),
    ],
    "ex:neg-derive-b": [
        (D(E, u_[target, k]), "no draw does"),
        (sigma(s(target)) * v_[k], "σ - 1"),
        ((sigma(s(target)) - 1) * u_[target, k], "input vector"),
        (sigma(-s(target)) * v_[k], "sign"),
    ],
    "ex:neg-derive-c": [
        (D(E, u_[n[one], k]), "all words differ"),
        (Sum(sigma(s(n[j])), j) * v_[k], "no sum"),
        ((sigma(s(n[one])) - 1) * v_[k], "answered with no"),
        (sigma(s(n[one])) * u_[n[one], k], "input vector"),
        (-sigma(s(n[one])) * v_[k], "sign"),
    ],
    "ex:neg-derive-d": [([1_000_000, 6], "running words"), ([50_000, 5], "observed word"), ([6, 50_000], "")],
    "ex:neg-repeats": [
        (sigma(s(a)) * v_[k], "factor M is missing"),
        (K * sigma(s(a)) * v_[k], "of the K draws"),
        (M * sigma(s(a)) * u_[a, k], "input vector"),
        (M * (sigma(s(a)) - 1) * v_[k], "σ - 0"),
        (sigma(M * s(a)) * v_[k], "occurs M times"),
    ],
    "ex:neg-repeats-b": [
        (TIMES * sigma(s(a)) * v_[k], "observed word is forgotten"),
        (delta(a, target) * (sigma(s(a)) - 1) * v_[k], "noise is forgotten"),
        ((sigma(s(a)) - delta(a, target)) * v_[k], "only the draws"),
        (
            (delta(a, target) * (sigma(s(a)) - 1) + (1 - delta(a, target)) * TIMES * sigma(s(a))) * v_[k],
            "both of its terms",
        ),
        (-(delta(a, target) * (sigma(s(a)) - 1) + TIMES * sigma(s(a))) * v_[k], "sign"),
    ],
    "ex:neg-gradients": [
        (lost, "counts twice"),
        (with_errors(lambda scores, y: sigmoid(scores)), "σ - 1"),
        (with_errors(lambda scores, y: y * (sigmoid(scores) - 1)), "noise is forgotten"),
        (with_errors(lambda scores, y: y - sigmoid(scores)), "other way round"),
        (with_errors(lambda scores, y: (sigmoid(scores) - y) * sigmoid(scores) * sigmoid(-scores)), "cancels"),
        (everybody, "Every word"),
        (rounded, "rounded to 0"),
        (lambda *of: gradients(*of)[1:], ""),
        (lambda *of: (gradients(*of)[0], *gradients(*of)[:0:-1]), ""),
        (lambda *of: of[0][99], "IndexError"),
    ],
    "ex:neg-check": [([1, 1, 1, 0, 0], "Word 5"), ([1, 0, 0, 0, 0], "C looks"), ([1, 1, 1, 1, 1], "2 of 5")],
    "ex:neg-epoch": [
        (lambda *of: epoch(*of, early=True), "old matrices"),
        (lambda *of: epoch(*of[:-1], -of[-1]), "uphill"),
        (lambda *of: epoch(*of, make=lost), "counts twice"),
        (together, ""),
        (in_place, "changes its arguments"),
    ],
    "ex:neg-curve": [([20, 4, 1], "0 of 3"), ([21, 5, 3], "2 of 3"), ([2, 5, 21], "")],
    "ex:neg-no-noise": [
        ((1 - sigma(s(target))) * Sum(u_[target, i] ** 2, i), "Both vectors move"),
        ((1 - sigma(s(target))) * Sum(v_[i] ** 2, i), "Both vectors move"),
        ((sigma(s(target)) - 1) * Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "uphill"),
        (Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "pull is missing"),
        (2 * sigma(-s(target)) * s(target), "is a square"),
    ],
    "ex:neg-target-noise": [
        (extra / (1 + extra), "probability of no"),
        (1 / extra, "once as the observed"),
        (-log(extra), "score"),
        (1 + extra, "upside down"),
    ],
    "ex:neg-target-noise-b": [("yes", ""), (0, "quotes"), ("1/2", "")],
    "ex:neg-best-score": [
        (log(N_wc / (N_c * P_w)), "draws for each pair"),
        (log(N_wc / (K * P_w)), "N_c pairs"),
        (N_wc / (N_wc + K * N_c * P_w), "probability of yes"),
        (log(N_wc / (N_wc + K * N_c * P_w)), "logarithm of the odds"),
        (log(K * N_wc / (N_c * P_w)), "K divides"),
        (N_wc / (K * N_c * P_w), "logarithm is missing"),
        (-log(N_wc / (K * N_c * P_w)), "sign"),
    ],
    "ex:neg-trainer": [(0, "Not trained"), (0.3, "Too small"), (2.0, "Too large"), ([0.8, 1.2, 0.8, 1.2], "shape")],
}
