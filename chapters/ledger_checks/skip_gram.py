"""Checks of `summary`, sections 1.2 and 2.3, and of `assignment` (h): skip-gram over a window."""

import numpy as np
from sympy import Product, Sum, Symbol, exp, log

from w2v_core import windows
from w2v_core.proofs import C, D, V, array, check, check_chain, d, delta, indices, refute, sizes, softmax, words

w, x, a, center = indices("w x a c", V)  # words
i, k, e = indices("i k e", d)  # coordinates
p, r = indices("p r", C)  # positions of the context
m, T = sizes("m T")
u, v, A = array("u", V, d), array("v", V, d), array("A", d, V)  # A: the document's matrix V, one word a column
h, y = array("h", d), array("y", V)  # hidden vector and scores, as free variables
o = words("o", C, of=V)  # o[p]: the context word at position p; words may repeat
at = words("w", of=V)  # at[t]: the word at place t of the text
j, window = indices("j", (0, 2 * m)), words("w", 2 * m + 1, of=V)  # the document's j; window[m] is the center
alpha = Symbol("alpha", real=True)


def score(w):
    """Score of a word, given the center."""
    return Sum(u[w, i] * v[center, i], i)


def score_h(w):
    """Score of a word, given the hidden vector."""
    return Sum(u[w, i] * h[i], i)


y_hat, y_h, y_y = softmax(score, x), softmax(score_h, x), softmax(lambda w: y[w], x)
E, E_h, E_y = (-Sum(log(f(o[p])), p) for f in (y_hat, y_h, y_y))


def error(f, a):
    """Summed error EI of word a."""
    return Sum(f(a) - delta(a, o[r]), r)


def others(f):
    """Sum over j from 0 to 2m, without j = m."""
    return Sum((1 - delta(j, m)) * f(window[j]), j)


def sum_s1_2_steps():
    """The 2m score vectors are one and the same: one softmax serves all positions, and its best fit is their mean."""
    v_c = lambda i: Sum(A[i, a] * delta(a, center), a)  # noqa: E731
    scores = Sum(u[w, i] * v_c(i), i)
    check("steps 2 to 4", scores, Sum(u[w, i] * A[i, center], i))
    assert not scores.has(p), "no position in it: all 2m score vectors are equal"
    check("the fit is best where C y = sum of the one-hots", D(E_y, y[a]), C * y_y(a) - Sum(delta(a, o[p]), p))


def sum_eq05():
    """The mean over places and offsets; the window's radius is m elsewhere, where c is the center."""
    t, offset = indices("t", T), indices("l", (-m, m))
    loss = array("l", V, V)  # log P, for any model
    left = Sum((1 - delta(offset, 0)) * loss[at[t], at[t + offset + m]], offset, t) / T
    split = Sum(Sum(loss[at[t], at[t + offset + m]], offset) - loss[at[t], at[t + m]], t) / T
    check("j = 0 is left out", left, split)
    counts = [len(context) for word, context in windows("tea or coffee or milk".split(), radius=2)]
    assert counts == [2, 3, 4, 3, 2]


def _chain(title):
    z = Sum(exp(score(x)), x)
    check_chain(
        title,
        [
            -log(Product(y_hat(o[p]), p)),
            -log(Product(exp(score(o[p])) / z, p)),
            -Sum(score(o[p]), p) + C * log(z),
        ],
    )
    check("j = 0..2m without m", others(lambda w: -log(y_hat(w))), -others(score) + 2 * m * log(z))
    joint = np.array([[0.5, 0.0], [0.0, 0.5]])  # two context words that are always the same
    assert not np.allclose(joint, np.outer(joint.sum(axis=1), joint.sum(axis=0))), "line 2 is an assumption"
    refute("2m where the window has C words", E, -Sum(score(o[p]), p) + 2 * m * log(z))


def sum_eq06():
    """Lines 2 to 5 hold in a complete window; line 2 is an assumption, not a law."""
    _chain("lines 3 to 5")


def sum_s2_3_vc():
    """V x with the center's one-hot x is its input vector, and with one input the mean is that vector."""
    check("V x", Sum(A[i, a] * delta(a, center), a), A[i, center])
    check("mean of one", Sum(v[o[p], i], p) / C, v[o[0], i], C=1)


def sum_eq37():
    """The same chain as (6)."""
    _chain("from line 3 to the last")


def sum_eq38():
    """Right with the scores of the words at the window's places; y_0 to y_2m are words of the vocabulary."""
    log_sum = log(Sum(exp(y[x]), x))
    check("scores of the window's words", others(lambda w: -log(y_y(w))), -others(lambda w: y[w]) + 2 * m * log_sum)
    free = array("y")  # as long as it has to be
    first = Sum((1 - delta(j, m)) * free[j], j)
    refute("words number 0 to 2m of the vocabulary", others(lambda w: free[w]), first)
    in_words = others(lambda w: -y_y(w)) + 2 * m * log(Sum(exp(y_y(x)), x))
    refute("with y by (14), the probability", others(lambda w: -log(y_y(w))), in_words)


def sum_eq39():
    """The error at one position is y - t for every word; -1 + y only for the word observed there."""
    copies = array("s", C, V)
    soft = lambda p: softmax(lambda w: copies[p, w], x)  # noqa: E731
    loss = -Sum(log(soft(p)(o[p])), p)
    check("lines 2 and 3", D(loss, copies[r, w]), soft(r)(w) - delta(w, o[r]))
    check("line 1 at the observed word", D(loss, copies[r, o[r]]), -1 + soft(r)(o[r]))
    refute("line 1 for every word", D(loss, copies[r, w]), -1 + soft(r)(w))


def sum_eq40():
    """The derivative by a score, which all positions share, is the sum of the errors."""
    check("the sum of the errors", D(E_y, y[a]), error(y_y, a))
    check("the same, counted", error(y_y, a), C * y_y(a) - Sum(delta(a, o[r]), r))


def sum_eq41():
    """All three lines, for every entry of U."""
    dE_dy = D(E_y, y[a]).replace(lambda f: getattr(f, "base", None) == y, lambda f: score(f.indices[0]))
    dy_dU = D(score(a), u[a, k])
    check_chain("lines 1 to 3", [D(E, u[a, k]), dE_dy * dy_dU, error(y_hat, a) * dy_dU, error(y_hat, a) * v[center, k]])


def sum_eq42():
    """The step against (41), if EI_i is one number and H the hidden vector."""
    step = u[a, k] - alpha * D(E, u[a, k])
    check("the step", step, u[a, k] - alpha * error(y_hat, a) * v[center, k])
    refute("with E times I_i, the loss in it", step, u[a, k] - alpha * E * error(y_hat, a) * v[center, k])


def sum_s2_3_dEdh():
    """U^T times the summed errors."""
    check("row k of U^T EI", D(E_h, h[k]), Sum(u[w, k] * error(y_h, w), w))


def sum_s2_3_dEdhi():
    """Line 2 needs the running word's error, summed over the window; as printed it has one error, of word i."""
    correct = Sum(error(y_h, w) * u[w, k], w)
    check("line 1 and the correct line 2", D(E_h, h[k]), correct)
    refute("line 2 as printed", correct, Sum((y_h(a) - delta(a, o[0])) * u[w, k], w))
    refute("with y_j - t_j, one error for the window", correct, Sum((y_h(w) - delta(w, o[0])) * u[w, k], w))


def sum_c43():
    """(36) gives (43) with one input word, C = 1; with this section's C, the number of outputs, it does not."""
    dE_dh = Sum(error(y_hat, w) * u[w, k], w)
    step = v[center, k] - alpha * D(E, v[center, k])
    check("one input: (43)", step, v[center, k] - alpha / 1 * dE_dh)
    refute("C as the number of outputs", step, v[center, k] - alpha / C * dE_dh)


def sum_eq43():
    """The center's input vector takes the whole of dE/dh; no other input vector moves."""
    dE_dh = Sum(error(y_hat, w) * u[w, k], w)
    check("the step", v[a, k] - alpha * D(E, v[a, k]), v[a, k] - alpha * delta(a, center) * dE_dh)


def _sum_of_pairs(by):
    offset, t = indices("l", (-m, m)), indices("t", T)
    pair = lambda target: -log(y_hat(target))  # noqa: E731
    total = Sum((1 - delta(offset, 0)) * pair(at[t + offset + m]), offset)
    check("sum of the derivatives", D(total, by), Sum((1 - delta(offset, 0)) * D(pair(at[t + offset + m]), by), offset))


def asg_h1():
    """The derivative of the window's sum by every entry of U is the sum of the derivatives."""
    _sum_of_pairs(u[a, k])


def asg_h2():
    """The same for the center's input vector."""
    _sum_of_pairs(v[center, k])


def asg_h3():
    """Zero for every other word, but not for the center."""
    refute("for every w, the center too", D(E, v[w, k]), 0)
    check("for w other than c", (1 - delta(w, center)) * D(E, v[w, k]), 0)
    check("for w = c", D(E, v[center, k]), Sum(error(y_hat, w) * u[w, k], w))
