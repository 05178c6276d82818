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


def keeping_last(matrix, rows, updates):
    """`+=` with a list of rows."""
    matrix[rows] += updates


def without_minus(W_in, W_out, center, observed, noise):
    """The same sign for a yes and for a no."""
    scores = W_out[[observed, *noise]] @ W_in[center]
    return np.logaddexp(0, -scores).sum(), *gradients(W_in, W_out, center, observed, noise)[1:]


def of_softmax(W_in, W_out, center, observed, noise):
    """One question with V answers."""
    scores, in_W_in = W_out @ W_in[center], 0 * W_in
    errors = np.exp(scores - np.logaddexp.reduce(scores)) - np.eye(len(W_out))[observed]
    in_W_in[center] = errors @ W_out
    return np.logaddexp.reduce(scores) - scores[observed], in_W_in, np.outer(errors, W_in[center])


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


def input_first(W_in, W_out, pairs, noise, rate):
    """The output vectors meet an input vector that has moved."""
    for pair, draws in zip(pairs, noise, strict=True):
        W_in = W_in - rate * gradients(W_in, W_out, *pair, draws)[1]
        W_out = W_out - rate * gradients(W_in, W_out, *pair, draws)[2]
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
    "ex:neg-target-noise-b": ["no", "No ", "No."],
    "ex:neg-best-score": [
        log(N_wc) - log(K) - log(N_c * P_w),
        -log(K * N_c * P_w / N_wc),
        log(N_wc / (K * N_c * Symbol("P_w"))),
    ],
    "ex:neg-trainer": [0.26, np.float64(0.2), 0.32],
}

WRONG = {
    "ex:neg-first-step": [
        (K * log(2), "observed word"),
        (K + 1, "bits"),
        (log(K + 1), "softmax"),
        (-(K + 1) * log(2), "sign"),
        (Rational(1, 2) ** (K + 1), "minus its logarithm"),
        ((K + 1) / 2, "not the probabilities"),
        ((K + 1) * 0.693, "log(2); not 0.333, 0.693.\nTry it at K = 1: yours gives 1.386, it should be 1.3863."),
    ],
    "ex:neg-first-step-b": [
        ([-0.5, 0.5, 1, 6], "sum of output vectors"),
        ([-0.5, 0.5, 0, 5], "own output vector"),
        ([0.5, -0.5, 0, 6], "minus wanted"),
        ([0.5, 0.5, 0, 6], "should have 1"),
        ([-1, 0, 0, 6], "place 0, 1. Places count from 0."),
        ([-0.5, 0.5, 0, 2], "noise words"),
        ((-0, 5, 0, 5, 0, 6), "without commas: 0.5"),
        ([-0.5, 0.5, 0, K + 1], "At place 3 stands K + 1."),
        ([-0.5, [0.5] * 5, 0, 6], "At place 1 stands [0.5, 0.5, 0.5, 0.5, 0.5]."),
        ("-0.5, 0.5, 0, 6", "without quotes: "),
    ],
    "ex:neg-sigmoid": [
        (sigma(t), "1 - σ is missing"),
        (1 - sigma(t), "σ is missing"),
        (1 - sigma(t) ** 2, "tanh"),
        (-sigma(t) * (1 - sigma(t)), "sign"),
        (t * (1 - t), "Try it at t = "),
        ((exp(t) + 1) ** 2 / exp(t), "upside down"),
    ],
    "ex:neg-sigmoid-b": [
        (sigma(t) - 1, "wanted yes"),
        (sigma(-t), "log(sigma(t))"),
        (sigma(t) * sigma(-t), "logarithm"),
        (-sigma(t), "sign"),
        (-log(sigma(-t)), "the loss itself"),
        (1 / sigma(-t), "slope 1/σ"),
    ],
    "ex:neg-derive": [
        (sigma(s(target)) * u_[target, k] + PUSH, "σ - 1"),
        (PULL, "noise is forgotten"),
        (PUSH, "observed word is forgotten"),
        (PULL + PUSH / K, "not their mean"),
        (PULL + Sum((sigma(s(n[j])) - 1) * u_[n[j], k], j), "answered with no"),
        (PULL + Sum(sigma(s(w)) * u_[w, k], w), "not all words"),
        ((sigma(s(target)) - 1 + Sum(sigma(s(n[j])), j)) * v_[k], "is the output vector"),
        (sigma(s(target)) - 1 + Sum(sigma(s(n[j])), j), "the errors"),
        (PULL + sigma(s(n[j])) * u_[n[j], k], "The answer holds j. The index of a sum has no value"),
        (PULL + Sum(sigma(s(n)) * u_[n[j], k], j), "n is a whole array"),
        (E, "the loss itself"),
        (
            sigma(s(target)) * sigma(-s(target)) * u_[target, k]
            + Sum(sigma(s(n[j])) * sigma(-s(n[j])) * u_[n[j], k], j),
            "slope of the probability",
        ),
        (PULL + Sum(sigma(s(n[j])) * u_[n[j], i], j), "The answer holds i."),
        (PULL - Sum(s(n[j]), j), "target = 0, n[0] = 0, u_[0, 0] = "),
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
        (sigma(s(target)) * sigma(-s(target)) * v_[k], "slope of the probability"),
        (sigma(s(target)) - 1, "v_[k] is missing"),
        ((sigma(s(target)) - 1 + Sum(sigma(s(n[j])), j)) * v_[k], "other words"),
        ((sigma(s(target)) - 1) * v_, "v_ is a whole array"),
    ],
    "ex:neg-derive-c": [
        (D(E, u_[n[one], k]), "all words differ"),
        (Sum(sigma(s(n[j])), j) * v_[k], "no sum"),
        ((sigma(s(n[one])) - 1) * v_[k], "answered with no"),
        (sigma(s(n[one])) * u_[n[one], k], "input vector"),
        (-sigma(s(n[one])) * v_[k], "sign"),
        (sigma(-s(n[one])) * v_[k], "score itself"),
        (sigma(s(n[one])) * sigma(-s(n[one])) * v_[k], "slope of the probability"),
        (sigma(s(one)) * v_[k], "its word is n[one]"),
        (sigma(s(n[one])), "v_[k] is missing"),
        (sigma(s(n)) * v_[k], "n is a whole array"),
    ],
    "ex:neg-derive-d": [
        ([1_000_000, 6], "running words"),
        ([50_000, 5], "observed word"),
        ([6, 50_000], "another order"),
        ([50_001, 6], "its score there"),
        ([50, 0, 6], "without commas"),
        (8333, "That is one number"),
    ],
    "ex:neg-repeats": [
        (sigma(s(a)) * v_[k], "factor M is missing"),
        (K * sigma(s(a)) * v_[k], "of the K draws"),
        (M * sigma(s(a)) * u_[a, k], "input vector"),
        (M * (sigma(s(a)) - 1) * v_[k], "σ - 0"),
        (sigma(M * s(a)) * v_[k], "occurs M times"),
        (M / K * sigma(s(a)) * v_[k], "not a share"),
        (M * sigma(s(a)) * sigma(-s(a)) * v_[k], "slope of the probability"),
        (M * sigma(s(a)), "v_[k] is missing"),
    ],
    "ex:neg-repeats-b": [
        (TIMES * sigma(s(a)) * v_[k], "observed word is forgotten"),
        (delta(a, target) * (sigma(s(a)) - 1) * v_[k], "noise is forgotten"),
        ((sigma(s(a)) - delta(a, target)) * v_[k], "only the draws"),
        ((delta(a, target) + TIMES) * sigma(s(a)) * v_[k], "wanted yes"),
        ((sigma(s(a)) - 1 + TIMES * sigma(s(a))) * v_[k], "belongs to the target only"),
        ((delta(a, target) * (sigma(s(a)) - 1) + Sum(sigma(s(n[j])), j)) * v_[k], "delta is missing"),
        ((delta(a, target) * (sigma(s(a)) - 1) + K * sigma(s(a))) * v_[k], "Not every draw"),
        ((delta(a, target) * (sigma(s(a)) - 1) + Sum(delta(j, a), j) * sigma(s(a))) * v_[k], "its word is n[j]"),
        ((delta(a, target) * (sigma(s(a)) - 1) + TIMES * sigma(s(a))) * u_[a, k], "is the input vector"),
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
        (lambda *of: gradients(*of, add=keeping_last), "keeps the last"),
        (lambda *of: gradients(*of[:-1], list(set(of[-1]))), "a set forgets"),
        (lambda *of: (gradients(*of)[0] / (1 + len(of[-1])), *gradients(*of)[1:]), "The loss is a sum"),
        (
            lambda *of: (gradients(*of)[0], *(one / (1 + len(of[-1])) for one in gradients(*of)[1:])),
            "The gradients are",
        ),
        (lambda *of: tuple(one / (1 + len(of[-1])) for one in gradients(*of)), "The loss and the gradients are"),
        (without_minus, "the score has a minus"),
        (lambda *of: gradients(*of[:-1], [word for word in of[-1] if word != of[3]]), "left out"),
        (lambda W_in, W_out, c, o, noise: gradients(W_in, W_out, o, c, noise), "changed places"),
        (of_softmax, "full softmax"),
        (lambda W_in, *of: (-log(sigma(W_in[0, 0])), W_in, of[0]), "write np.log and sigmoid"),
        (lambda *of: gradients(*of)[1:], ""),
        (lambda *of: (gradients(*of)[0], *gradients(*of)[:0:-1]), ""),
        (lambda *of: of[0][99], "IndexError"),
    ],
    "ex:neg-check": [([1, 1, 1, 0, 0], "Word 5"), ([1, 0, 0, 0, 0], "C looks"), ([1, 1, 1, 1, 1], "2 of 5")],
    "ex:neg-epoch": [
        (lambda *of: epoch(*of, early=True), "old matrices"),
        (lambda *of: epoch(*of[:-1], -of[-1]), "uphill"),
        (lambda *of: epoch(*of, make=lost), "counts twice"),
        (together, "step for all pairs"),
        (lambda W_in, W_out, pairs, noise, rate: epoch(W_in, W_out, pairs[:1], noise[:1], rate), "return"),
        (lambda W_in, W_out, pairs, noise, rate: epoch(W_in, W_out, pairs, noise[:1] * len(pairs), rate), "noise[t]"),
        (lambda W_in, W_out, pairs, *more: epoch(W_in, W_out, [pair[::-1] for pair in pairs], *more), "this order"),
        (lambda *of: epoch(*of[:-1], 1.0), "rate is missing"),
        (lambda *of: (epoch(*of)[0], of[1]), "Only W_in"),
        (lambda *of: (of[0], epoch(*of)[1]), "Only W_out"),
        (lambda *of: epoch(*of, make=lambda *of: gradients(*of, add=keeping_last)), "keeps the last"),
        (input_first, "W_in moved first"),
        (in_place, "changes its arguments"),
    ],
    "ex:neg-curve": [
        ([20, 4, 1], "too few"),
        ([22, 6, 3], "too many"),
        ([22, 4, 3], "0 of 3"),
        ([21, 5, 3], "2 of 3"),
        ([2, 5, 21], "another order"),
    ],
    "ex:neg-no-noise": [
        ((1 - sigma(s(target))) * Sum(u_[target, i] ** 2, i), "Both vectors move"),
        ((1 - sigma(s(target))) * Sum(v_[i] ** 2, i), "Both vectors move"),
        ((sigma(s(target)) - 1) * Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "uphill"),
        (Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "pull is missing"),
        (2 * sigma(-s(target)) * s(target), "is a square"),
        (sigma(s(target)) * Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "not the probability"),
        (sigma(-s(target)) ** 2 * Sum(u_[target, i] ** 2 + v_[i] ** 2, i), "pulled once"),
        (sigma(-s(target)) * (u_[target, i] ** 2 + v_[i] ** 2), "outside of its Sum"),
    ],
    "ex:neg-target-noise": [
        (extra / (1 + extra), "probability of no"),
        (1 / extra, "once as the observed"),
        (-log(extra), "score"),
        (1 + extra, "upside down"),
        (1 / (1 - extra), "Try it at extra = "),
    ],
    "ex:neg-target-noise-b": [("yes", "What pushes?"), (0, "quotes"), ("1/2", "Not that")],
    "ex:neg-best-score": [
        (log(N_wc / (N_c * P_w)), "draws for each pair"),
        (log(N_wc / (K * P_w)), "N_c pairs"),
        (N_wc / (N_wc + K * N_c * P_w), "probability of yes"),
        (log(N_wc / (N_wc + K * N_c * P_w)), "logarithm of the odds"),
        (log(K * N_wc / (N_c * P_w)), "K divides"),
        (N_wc / (K * N_c * P_w), "logarithm is missing"),
        (log(N_wc / (K * N_c)), "P_w is missing"),
        (log(N_wc / (K * N_c * P_w), 2), "bits"),
        (log(N_wc / (M * N_c * P_w)), "The answer holds M. Write the best score, in N_wc, N_c, P_w and K."),
        (log(N_wc + K * N_c * P_w), "P_w = "),
        (-log(N_wc / (K * N_c * P_w)), "sign"),
    ],
    "ex:neg-trainer": [
        (0, "Not trained"),
        (0.1, "Too small"),
        (2.0, "Too large"),
        (0.56, "probabilities"),
        (0.95, "log K"),
        ([0.8, 1.2, 0.8, 1.2], "shape"),
    ],
}
