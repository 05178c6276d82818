"""Answers to the exercises of skip_gram: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Sum, log

from w2v_core import softmax
from w2v_core.numerics import log_softmax
from w2v_core.proofs import C, D, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of
from w2v_core.proofs import words as words_at

w, x, a, c = indices("w x a c", V)
i, k = indices("i k", d)
p, r = indices("p r", C)
u, vin, wide = array("u", V, d), array("v", V, d), array("U", C, V, d)
o = words_at("o", C, of=V)


def n_(w):
    return Sum(delta(o[r], w), r)


y = softmax_of(lambda w: Sum(u[w, i] * vin[c, i], i), x)


def y_p(p):
    return softmax_of(lambda w: Sum(wide[p, w, i] * vin[c, i], i), x)


E = -Sum(log(y(o[p])), p)
whole = Sum((C * y(w) - n_(w)) * u[w, k], w)


def gradients(W_in, W_out, center, context, target=1.0, turn=1.0):
    """Pair by pair."""
    loss, in_W_in, in_W_out = 0.0, np.zeros(W_in.shape), np.zeros(W_out.shape)
    for word in context:
        log_p = log_softmax(W_out @ W_in[center])
        e = np.exp(log_p)
        e[word] -= target
        loss -= log_p[word]
        in_W_in[center] += turn * e @ W_out
        in_W_out += turn * np.outer(e, W_in[center])
    return loss, in_W_in, in_W_out


def with_errors(make):
    """One softmax, and errors of one's own."""

    def found(W_in, W_out, center, context):
        e = make(len(context), softmax(W_out @ W_in[center]), np.bincount(context, minlength=len(W_out)))
        in_W_in = np.zeros(W_in.shape)
        in_W_in[center] = e @ W_out
        return gradients(W_in, W_out, center, context)[0], in_W_in, np.outer(e, W_in[center])

    return found


def rounded(W_in, W_out, center, context):
    """The loss of a probability that was rounded to 0."""
    guess = softmax(W_out @ W_in[center])
    return -np.log(guess[context]).sum(), *gradients(W_in, W_out, center, context)[1:]


def mean(W_in, W_out, center, context):
    """Divided by the size of the context."""
    return tuple(one / len(context) for one in gradients(W_in, W_out, center, context))


def epoch(W_in, W_out, text, radius, rate, single=False, make=gradients):
    """Window by window, or pair by pair."""
    for place, center in enumerate(text):
        context = text[max(0, place - radius) : place] + text[place + 1 : place + 1 + radius]
        for part in [[word] for word in context] if single else [context]:
            _, in_W_in, in_W_out = make(W_in, W_out, center, part)
            W_in, W_out = W_in - rate * in_W_in, W_out - rate * in_W_out
    return W_in, W_out


OVERSHOOT = [[1.43316, 1.46882], [1.47755, 1.30541], [12.5533, 1.18538]]

RIGHT = {
    "ex:window-equal": [[2, -3.5, 1, 0.5], np.array([2.0, -3.5, 1.0, 0.5])],
    "ex:window-derive": [D(E, u[w, k]), Sum((y(w) - delta(o[p], w)) * vin[c, k], p)],
    "ex:window-derive-b": [D(E, vin[c, k]), C * Sum(y(w) * u[w, k], w) - Sum(u[o[p], k], p)],
    "ex:window-derive-c": [D(E, vin[a, k]), delta(a, c) * (C * Sum(y(w) * u[w, k], w) - Sum(u[o[p], k], p))],
    "ex:window-gradients": [gradients, lambda *of: list(gradients(*of))],
    "ex:window-check": [[1, 0, 0, 0, 1], (True, False, False, False, True)],
    "ex:window-epoch": [epoch, lambda *of: epoch(*of, make=with_errors(lambda C, p, n: C * p - n))],
    "ex:window-curve": [[54, 27, 14], np.array([54.0, 27.0, 14.0])],
    "ex:window-bound": [6 * np.log(2), 4.159],
    "ex:window-positions": [
        D(-Sum(log(y_p(p)(o[p])), p), vin[c, k]),
        Sum(Sum(y_p(p)(w) * wide[p, w, k], w) - wide[p, o[p], k], p),
    ],
    "ex:window-overshoot": [OVERSHOOT, np.array(OVERSHOOT).round(3)],
    "ex:window-trainer": [[0.251, 0.25, 0.247, 0.24], np.full(4, 0.25)],
}

WRONG = {
    "ex:window-equal": [
        ([1 / 2, 1 / 8 - 4, 1 / 4, 1 / 8], "count four times"),
        ([2, -1 / 2, 1, 1 / 2], "seen four times"),
        ([1 / 2, -7 / 8, 1 / 4, 1 / 8], "single pair"),
        ([-2, 3.5, -1, -0.5], "sign"),
    ],
    "ex:window-derive": [
        ((y(w) - n_(w)) * vin[c, k], "factor C is missing"),
        (C * y(w) * vin[c, k], "target is forgotten"),
        ((y(w) - n_(w) / C) * vin[c, k], "mean over the window"),
        ((C * y(w) - n_(w)) * u[w, k], "slope of the center"),
        ((C * y(w) - n_(w)) * y(w) * (1 - y(w)) * vin[c, k], "y(1 - y)"),
        ((n_(w) - C * y(w)) * vin[c, k], "sign"),
        ((C * y(w) - n_(w)) * vin[w, k], ""),
    ],
    "ex:window-derive-b": [
        (Sum((y(w) - n_(w)) * u[w, k], w), "factor C is missing"),
        (C * Sum(y(w) * u[w, k], w), "target is forgotten"),
        (whole / C, "mean over the window"),
        (Sum((C * y(w) - n_(w)) * vin[w, k], w), "output vectors"),
        (-whole, "sign"),
    ],
    "ex:window-derive-c": [
        (0, "all words but the center"),
        (whole, "center only"),
        ((1 - delta(a, c)) * whole, "wrong way round"),
        (n_(a) * whole, "do not stand"),
    ],
    "ex:window-gradients": [
        (with_errors(lambda C, p, n: p - n), "factor C is missing"),
        (with_errors(lambda C, p, n: C * p - (n > 0)), "np.bincount"),
        (mean, "mean over the window"),
        (lambda *of: gradients(*of, target=0), "target is forgotten"),
        (lambda *of: gradients(*of, turn=-1), "sign"),
        (rounded, "log_softmax"),
        (lambda W_in, W_out, center, context: gradients(W_in, W_out, context[0], [center]), ""),
    ],
    "ex:window-check": [([1, 0, 0, 1, 1], "mean over the window"), ([1, 0, 0, 0, 0], "place 4"), ([1], "shape")],
    "ex:window-epoch": [
        (lambda *of: epoch(*of, single=True), "for each pair"),
        (lambda *of: epoch(*of[:4], -of[4]), "uphill"),
        (lambda *of: epoch(*of, make=with_errors(lambda C, p, n: p - n)), ""),
    ],
    "ex:window-curve": [([27, 14, 7], "0 of 3"), ([54, 27], "shape"), ([54, 27, 13], "place 2")],
    "ex:window-bound": [
        (1.5 * np.log(2), "four"),
        (6, "bits"),
        (4 * np.log(3), "not even"),
        (10 * np.log(2), "Too large"),
    ],
    "ex:window-positions": [
        (Sum(Sum(y_p(p)(w) * wide[p, w, k], w), p), "target"),
        (Sum(Sum((y_p(p)(w) - delta(w, o[p])) * wide[p, w, k], w), p) / C, "mean over the positions"),
        (Sum(Sum((C * y_p(p)(w) - delta(w, o[p])) * wide[p, w, k], w), p), "position to position"),
        (-Sum(Sum((y_p(p)(w) - delta(w, o[p])) * wide[p, w, k], w), p), "sign"),
    ],
    "ex:window-overshoot": [
        ([pair[::-1] for pair in OVERSHOOT], "the whole comes first"),
        (OVERSHOOT[::-1], "of 6"),
        (OVERSHOOT[:2], "shape"),
    ],
    "ex:window-trainer": [
        ([0.2, 0.2, 0.2, 0.2], "even guesses"),
        ([0.4, 0.1, 0.25, 0.25], "2 of 4"),
        ([0.25], "shape"),
    ],
}
