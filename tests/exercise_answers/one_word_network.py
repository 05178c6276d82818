"""Answers to the exercises of one_word_network: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Rational, Sum, cosh, exp, log, tanh

from w2v_core import finite_differences, softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import D, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of

w, z, a, o, c = indices("w z a o c", V)
i, k, m, n = indices("i k m n", d)
v, u, h, bias, bent = array("v", V, d), array("u", V, d), array("h", d), array("b", V), array("a", d)
M, s = array("M", d, d), array("s", V)

p = softmax_of(lambda w: Sum(u[w, i] * v[c, i], i), z)
p_b = softmax_of(lambda w: Sum(u[w, i] * h[i], i) + bias[w], z)
p_t = softmax_of(lambda w: Sum(u[w, i] * tanh(bent[i]), i), z)
p_M = softmax_of(lambda w: Sum(u[w, i] * Sum(M[i, m] * h[m], m), i), z)
p_1 = softmax_of(lambda w: Sum(v[w, i] * v[c, i], i), z)


def errors(p, w):
    return p(w) - delta(w, o)


def back(p):
    return Sum(errors(p, w) * u[w, k], w)


def gradients(W_in, W_out, word, observed, scale=1.0, target=1.0, turn=1.0):
    """A plain answer; the options spoil it."""
    log_p = log_softmax(W_out @ W_in[word])
    e = np.exp(log_p)
    e[observed] -= target
    in_W_in = np.zeros(W_in.shape)
    in_W_in[word] = turn * scale * e @ W_out
    return -log_p[observed], in_W_in, turn * e[:, None] * W_in[word]


def gradients_with_loops(W_in, W_out, word, observed):
    """Not one matrix product."""
    scores = [sum(a * b for a, b in zip(row, W_in[word], strict=True)) for row in W_out]
    top = max(scores)
    total = sum(np.exp(score - top) for score in scores)
    in_W_in, in_W_out = [[0.0 * x for x in row] for row in W_in], []
    for word_out, score in enumerate(scores):
        error = np.exp(score - top) / total - (word_out == observed)
        in_W_out.append([error * x for x in W_in[word]])
        in_W_in[word] = [x + error * y for x, y in zip(in_W_in[word], W_out[word_out], strict=True)]
    return top + np.log(total) - scores[observed], np.array(in_W_in), np.array(in_W_out)


def spoils_its_input(W_in, W_out, word, observed):
    """Right, but W_out is no more what it was."""
    found = gradients(W_in, W_out, word, observed)
    W_out -= 0.1 * found[2]
    return found


def rounded(W_in, W_out, word, observed):
    """The loss of a probability that was rounded to 0."""
    return -np.log(softmax(W_out @ W_in[word])[observed]), *gradients(W_in, W_out, word, observed)[1:]


def step(W_in, W_out, word, observed, rate, late=False, up=1):
    """A plain step."""
    _, in_W_in, in_W_out = gradients(W_in, W_out, word, observed)
    if late:
        e = softmax(W_out @ W_in[word]) - np.eye(len(W_out))[observed]
        in_W_in[word] = e @ (W_out - rate * in_W_out)
    return W_in - up * rate * in_W_in, W_out - up * rate * in_W_out


def one_sided(f, gradient, at):
    """Differences to one side are too coarse for large numbers, unless the bound is wide."""
    found = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        move = np.zeros(at.shape)
        move[place] = 1e-3
        found[place] = (f(at + move) - f(at)) / 1e-3
    return np.allclose(found, gradient(at), rtol=1e-6, atol=1e-6)


def nudged_in_place(f, gradient, at):
    """It puts every number back, almost."""
    found = np.zeros(at.shape)
    for place in np.ndindex(at.shape):
        at[place] += 1e-4
        high = f(at)
        at[place] -= 2e-4
        found[place] = (high - f(at)) / 2e-4
        at[place] += 1e-4
    return np.allclose(found, gradient(at), rtol=1e-3)


def layers(W_in, W_out, pairs, rate, bend=False, early=False):
    """Forward and back, one pair after the other."""
    W_in, W_out, losses = W_in.copy(), W_out.copy(), []
    for word, observed in pairs:
        hidden = np.tanh(W_in[word]) if bend else +W_in[word]
        e = softmax(W_out @ hidden)
        losses.append(-np.log(e[observed]))
        e[observed] -= 1
        old = W_out.copy()
        W_out -= rate * np.outer(e, hidden)
        W_in[word] -= rate * (e @ (W_out if early else old)) * (1 - hidden**2 if bend else 1)
    return losses


RIGHT = {
    "ex:numbers-move": [[2e6, 1_000_100, 700], np.array([2 * 10**6, 10**6 + 100, 700])],
    "ex:one-word-derive": [
        delta(a, c) * (Sum(p(w) * u[w, k], w) - u[o, k]),
        D(-log(p(o)), v[a, k]),
        -delta(c, a) * Sum((delta(z, o) - p(z)) * u[z, k], z),
    ],
    "ex:one-word-gradients": [gradients, gradients_with_loops],
    "ex:gradient-check": [
        lambda f, gradient, at: np.abs(finite_differences(f, at) - gradient(at)).max() < 1e-3,
        lambda f, gradient, at: bool((np.abs(finite_differences(f, at) - gradient(at)) < 1e-3).all()),
    ],
    "ex:one-word-step": [step, lambda *of: tuple(step(*of))],
    "ex:one-word-curve": [[38, 8, 4], (38.0, 8.0, 4.0)],
    "ex:bias": [-delta(w, o) + p_b(w), D(-log(p_b(o)), bias[w])],
    "ex:hidden-tanh": [back(p_t) / cosh(bent[k]) ** 2, back(p_t) - tanh(bent[k]) ** 2 * back(p_t)],
    "ex:second-layer": [h[n] * back(p_M), Sum(h[n] * p_M(w) * u[w, k], w) - u[o, k] * h[n]],
    "ex:second-layer-b": [
        Sum(errors(p_M, w) * Sum(u[w, k] * M[k, n], k), w),
        D(-log(p_M(o)), h[n]),
    ],
    "ex:second-layer-c": ["no", " No "],
    "ex:one-table": [
        D(-log(p_1(o)), v[a, k]),
        errors(p_1, a) * v[c, k] + delta(a, c) * (Sum(p_1(z) * v[z, k], z) - v[o, k]),
    ],
    "ex:layers": [layers, lambda *of: np.array(layers(*of))],
    "ex:layers-b": [lambda *of: layers(*of, bend=True), lambda *of: tuple(layers(*of, bend=True))],
}

WRONG = {
    "ex:numbers-move": [
        ([2e6, 2e6, 1200], "only one row"),
        ([2_000_000, 1_000_000, 600], "it does move"),
        ([2_000_000, 1_000_100, 600], "compared"),
        ([1_000_000, 1_000_100, 700], "2 of 3"),
        ([2_000_000, 1_000_100], "shape"),
    ],
    "ex:one-word-derive": [
        (back(p), "other words"),
        (delta(a, c) * Sum(p(w) * u[w, k], w), "target is forgotten"),
        (delta(a, c) * errors(p, a) * Sum(u[w, k], w), "wrong index"),
        (delta(a, c) * Sum(errors(p, w) * p(w) * (1 - p(w)) * u[w, k], w), "y(1 - y)"),
        (errors(p, a) * v[c, k], "by the output vector"),
        (delta(a, c) * Sum(errors(p, w) * v[w, k], w), "input vectors stand"),
        (-delta(a, c) * back(p), "sign"),
        (delta(a, c) * Sum(errors(p, w) * u[w, i], w), "holds i"),
    ],
    "ex:one-word-gradients": [
        (rounded, "log_softmax"),
        (lambda *of: gradients(*of, target=0), "target is forgotten"),
        (lambda *of: gradients(*of, turn=-1), "sign"),
        (lambda *of: gradients(*of, scale=2), "should give"),
        (lambda *of: gradients(*of)[:2], "should give"),
        (spoils_its_input, "changes its arguments"),
        (lambda W_in, W_out, word, observed: gradients(W_in.T, W_out, word, observed), ""),
    ],
    "ex:gradient-check": [
        (lambda f, gradient, at: True, "it should give False"),
        (lambda f, gradient, at: finite_differences(f, at).shape == gradient(at).shape, "it should give False"),
        (one_sided, "it should give True"),
        (nudged_in_place, "changes its arguments"),
        (lambda f, gradient, at: np.abs(finite_differences(f, at)).max() == np.abs(gradient(at)).max(), ""),
    ],
    "ex:one-word-step": [
        (lambda *of: step(*of, late=True), "W_out moved first"),
        (lambda *of: step(*of, up=-1), "uphill"),
        (lambda *of: step(*of[:4], 1.0), "learning rate"),
        (lambda *of: step(*of)[::-1], "should give"),
    ],
    "ex:one-word-curve": [([8, 8, 8], "1 of 3"), ([38, 8], "shape"), ("38", "")],
    "ex:bias": [
        (p_b(w), "target is forgotten"),
        (p_b(w) - 1, "delta"),
        (delta(w, o) - p_b(w), "sign"),
        (errors(p_b, w) * p_b(w) * (1 - p_b(w)), "y(1 - y)"),
        (errors(p_b, w) * h[k], ""),
    ],
    "ex:hidden-tanh": [
        (back(p_t), "bend is missing"),
        (tanh(bent[k]) * back(p_t), "1 - tanh"),
        (tanh(bent[k]) * (1 - tanh(bent[k])) * back(p_t), "sigmoid"),
        (-(1 - tanh(bent[k]) ** 2) * back(p_t), "sign"),
        (2 * (1 - tanh(bent[k]) ** 2) * back(p_t), "2 times"),
    ],
    "ex:second-layer": [
        (h[k] * Sum(errors(p_M, w) * u[w, n], w), "transposed"),
        (h[n] * Sum(p_M(w) * u[w, k], w), "target"),
        (back(p_M), "What came in"),
    ],
    "ex:second-layer-b": [
        (Sum(M[n, k] * back(p_M), k), "transposed"),
        (Sum(errors(p_M, w) * u[w, n], w), "through M"),
        (-Sum(M[k, n] * back(p_M), k), "sign"),
    ],
    "ex:second-layer-c": [("yes", "make one matrix"), ("maybe", "Not that"), (0, "quotes")],
    "ex:one-table": [
        (errors(p_1, a) * v[c, k], "share as an output vector"),
        (delta(a, c) * Sum(errors(p_1, w) * v[w, k], w), "share as the input vector"),
        (errors(p_1, a) * v[c, k] + Sum(errors(p_1, w) * v[w, k], w), "first part"),
        (2 * errors(p_1, a) * v[c, k], ""),
    ],
    "ex:layers": [
        (lambda *of: layers(*of, early=True), "old weights"),
        (lambda *of: layers(*of)[-1], ""),
        (lambda W_in, W_out, pairs, rate: layers(W_in, W_out, pairs, Rational(1, 3)), ""),
        (lambda *of: np.cumsum(layers(*of)), ""),
    ],
    "ex:layers-b": [(layers, "no tanh"), (lambda *of: [exp(0)], ""), (lambda *of: layers(*of, bend=True)[1:], "")],
}
