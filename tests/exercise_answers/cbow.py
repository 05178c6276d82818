"""Answers to the exercises of cbow: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Sum, exp, log

from w2v_core import softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import C, D, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of
from w2v_core.proofs import words as words_at

w, x, a, b, c = indices("w x a b c", V)
i, k = indices("i k", d)
p, r = indices("p r", C)
u, v, weight = array("u", V, d), array("v", V, d), array("alpha", C)
o = words_at("o", C, of=V)


def n_(a):
    return Sum(delta(o[p], a), p)


y = softmax_of(lambda w: Sum(u[w, i] * Sum(v[o[p], i], p) / C, i), x)
y_mix = softmax_of(lambda w: Sum(u[w, i] * Sum(weight[p] * v[o[p], i], p), i), x)


def push(y):
    return Sum((y(w) - delta(w, c)) * u[w, k], w)


def gradients(W_in, W_out, context, center, share=None, target=1.0, turn=1.0):
    """Position by position."""
    C, in_W_in = len(context), np.zeros(W_in.shape)
    hidden = sum(W_in[word] for word in context) / C
    log_p = log_softmax(W_out @ hidden)
    e = np.exp(log_p)
    e[center] -= target
    for word in context:
        in_W_in[word] += turn * e @ W_out * (1 / C if share is None else share)
    return -log_p[center], in_W_in, turn * np.outer(e, hidden)


def once(W_in, W_out, context, center):
    """What `+=` does to a repeated word."""
    loss, in_W_in, in_W_out = gradients(W_in, W_out, context, center)
    hidden_gradient = in_W_in.sum(axis=0)
    in_W_in[context] = hidden_gradient / len(context)
    return loss, in_W_in, in_W_out


def with_sum(W_in, W_out, context, center):
    """The model that adds up; its gradients are right for itself."""
    hidden = W_in[context].sum(axis=0)
    log_p = log_softmax(W_out @ hidden)
    e = np.exp(log_p) - np.eye(len(W_out))[center]
    counts = np.bincount(context, minlength=len(W_in))
    return -log_p[center], np.outer(counts, e @ W_out), np.outer(e, hidden)


def rounded(W_in, W_out, context, center):
    """The loss of a probability that was rounded to 0."""
    guess = softmax(W_out @ W_in[context].mean(axis=0))
    return -np.log(guess[center]), *gradients(W_in, W_out, context, center)[1:]


def around(text, place, radius):
    """The context of a place."""
    return text[max(0, place - radius) : place] + text[place + 1 : place + 1 + radius]


def train(W_in, W_out, pairs, rate, epochs, make=gradients):
    """Pair by pair."""
    for context, center in epochs * pairs:
        _, in_W_in, in_W_out = make(W_in, W_out, context, center)
        W_in, W_out = W_in - rate * in_W_in, W_out - rate * in_W_out
    return W_in, W_out


def epoch(W_in, W_out, text, radius, rate, make=gradients, alone=False):
    """Window by window; `alone` does not see that a sentence of one word has no context."""
    found = [(around(text, place, radius), center) for place, center in enumerate(text)]
    return train(W_in, W_out, [pair for pair in found if pair[0] or alone], rate, 1, make)


def late(W_in, W_out, text, radius, rate):
    """W_out first."""
    for place, center in enumerate(text):
        if context := around(text, place, radius):
            hidden = W_in[context].mean(axis=0)
            e = softmax(W_out @ hidden) - np.eye(len(W_out))[center]
            W_in, W_out = W_in.copy(), W_out - rate * np.outer(e, hidden)
            np.subtract.at(W_in, context, rate * (e @ W_out) / len(context))
    return W_in, W_out


def all_at_once(W_in, W_out, text, radius, rate):
    """Every window with the first vectors."""
    new_in, new_out = W_in.copy(), W_out.copy()
    for place, center in enumerate(text):
        if context := around(text, place, radius):
            _, in_W_in, in_W_out = gradients(W_in, W_out, context, center)
            new_in, new_out = new_in - rate * in_W_in, new_out - rate * in_W_out
    return new_in, new_out


def undivided(*of):
    return gradients(*of, share=1)


RIGHT = {
    "ex:cbow-one": [[7 / 11, -35 / 22], np.array([0.636, -1.591])],
    "ex:cbow-derive": [
        D(-log(y(c)), v[a, k]),
        Sum(delta(o[r], a), r) / C * (Sum(y(x) * u[x, k], x) - u[c, k]),
        Sum(delta(a, o[r]) * push(y) / C, r),
    ],
    "ex:cbow-gradients": [gradients, lambda *of: [*gradients(*of)]],
    "ex:cbow-check": [[1, 0.333, 5, 1], np.array([1.0, 1 / 3, 5.0, 1.0])],
    "ex:cbow-epoch": [epoch, lambda *of: list(epoch(*of))],
    "ex:cbow-curve": [[19, 8], (19.0, 8.0)],
    "ex:cbow-weights": [
        D(-log(y_mix(c)), v[a, k]),
        Sum(weight[p] * delta(o[p], a), p) * (Sum(y_mix(b) * u[b, k], b) - u[c, k]),
    ],
    "ex:cbow-sum-mean": [C * C, exp(2 * log(C))],
    "ex:cbow-no-function": [C, C**2 / C],
    "ex:cbow-trainer": [train, lambda *of: list(train(*of))],
    "ex:cbow-trainer-b": ["undivided", "Undivided "],
}

WRONG = {
    "ex:cbow-one": [
        ([7 / 44, -35 / 88], "divided by 4"),
        ([1 / 4, -11 / 8], "all four"),
        ([7 / 11, -35 / 22 + 1], "target is forgotten"),
        ([-7 / 11, 35 / 22], "sign"),
    ],
    "ex:cbow-derive": [
        (n_(a) * push(y), "1/C is missing"),
        (n_(a) / C**2 * push(y), "too many"),
        (push(y) / C, "two shares"),
        (push(y), "a share of it"),
        (n_(a) / C * Sum(y(w) * u[w, k], w), "target is forgotten"),
        (n_(a) / C * Sum((y(w) - delta(w, c)) * y(w) * (1 - y(w)) * u[w, k], w), "y(1 - y)"),
        (n_(a) / C * (y(a) - delta(a, c)) * Sum(u[w, k], w), "wrong index"),
        ((y(a) - delta(a, c)) * Sum(v[o[p], k], p) / C, "output vector"),
        (-n_(a) / C * push(y), "sign"),
    ],
    "ex:cbow-gradients": [
        (undivided, "1/C is missing"),
        (lambda *of: gradients(*of, share=1 / len(of[2]) ** 2), "too many"),
        (once, "two shares"),
        (with_sum, "should be a mean"),
        (lambda *of: gradients(*of, target=0), "target is forgotten"),
        (lambda *of: gradients(*of, turn=-1), "sign"),
        (rounded, "log_softmax"),
        (lambda W_in, W_out, context, center: gradients(W_in, W_out.T, context, center), ""),
    ],
    "ex:cbow-check": [([1, 3, 1 / 5, 1], "turn them round"), ([1, 1, 5, 1], "place 1"), ([1, 0, 5, 1], "3 of 4")],
    "ex:cbow-epoch": [
        (all_at_once, "at once"),
        (lambda *of: epoch(*of, make=once), "once only"),
        (lambda *of: epoch(*of, make=undivided), "1/C is missing"),
        (late, "W_out moved first"),
        (lambda *of: epoch(*of[:4], -of[4]), "uphill"),
        (lambda *of: epoch(*of, alone=True), "stops"),
    ],
    "ex:cbow-curve": [([8, 19], "exchanged"), ([20, 8], "place 0"), ([19], "shape")],
    "ex:cbow-weights": [
        (Sum(weight[r] * delta(o[r], a), r) / C * push(y_mix), "place of 1/C"),
        (n_(a) / C * push(y_mix), "equal weights"),
        (Sum(weight[r], r) * push(y_mix), "All weights"),
        (-Sum(weight[r] * delta(o[r], a), r) * push(y_mix), "sign"),
        (Sum(weight[r] * delta(o[r], a), r) * Sum(y_mix(w) * u[w, k], w), "target"),
    ],
    "ex:cbow-sum-mean": [(C, "mean in the other"), (1 / C**2, "upside down"), (16, "")],
    "ex:cbow-no-function": [(1, "if there were"), (1 / C, "upside down"), (C**2, "")],
    "ex:cbow-trainer": [
        (lambda *of: train(*of, make=undivided), "1/C is missing"),
        (lambda *of: train(*of, make=once), ""),
        (lambda *of: train(*of[:4], 1), "one epoch"),
    ],
    "ex:cbow-trainer-b": [("divided", "largest rate"), ("neither", "Not that"), (0.2, "quotes")],
}
