"""Checks of the statements of `summary`, sections 1.1 and 2.2: CBOW."""

import numpy as np
from sympy import Sum, Symbol, exp, log

from w2v_core import windows
from w2v_core.proofs import C, D, V, array, check, check_chain, d, delta, indices, refute, sizes, softmax, words

w, x, a, b, center, j = indices("w x a b c j", V)  # words
i, k = indices("i k", d)  # coordinates
p, r = indices("p r", C)  # positions of the context
m, T = sizes("m T")
u, v, A = array("u", V, d), array("v", V, d), array("A", d, V)  # A: the document's matrix V, one word a column
h, q = array("h", d), array("q", V)  # hidden vector and scores, as free variables
o = words("o", C, of=V)  # o[p]: the context word at position p; words may repeat
alpha = Symbol("alpha", real=True)


def hidden(i):
    """Mean of the context's input vectors."""
    return Sum(v[o[p], i], p) / C


def score(w):
    """Score of a word, given the context."""
    return Sum(u[w, i] * hidden(i), i)


def score_h(w):
    """Score of a word, given the hidden vector."""
    return Sum(u[w, i] * h[i], i)


y_hat, y_h, y_q = softmax(score, x), softmax(score_h, x), softmax(lambda w: q[w], x)


def sum_s1_1_sym():
    """The shapes fit: a one-hot vector picks a column of V (H x V), and a row of U (V x H) times it is a number."""
    one_hot = lambda a: delta(a, center)  # noqa: E731
    check("V x is column c of V", Sum(A[i, a] * one_hot(a), a), A[i, center])
    check("U V x is u_w . v_c", Sum(u[w, i] * Sum(A[i, a] * one_hot(a), a), i), Sum(u[w, i] * A[i, center], i))


def sum_s1_1_steps():
    """2m terms without the center make the mean of a complete window; with the dots read on through c, they do not."""
    at, place = array("v", 2 * m + 1, d), indices("q", (0, 2 * m))  # the window's vectors; the center's is at[m]
    every = Sum(at[place, i], place)
    check("the terms without the center", Sum((1 - delta(place, m)) * at[place, i], place), every - at[m, i])
    check("are 2m in number", Sum(1 - delta(place, m), place), 2 * m)
    refute("literally, with the center's vector", every / (2 * m), (every - at[m, i]) / (2 * m))


def sum_eq01():
    """Both lines are equal if Context and v have the index t: the softmax sees the context only through its mean."""
    t = indices("t", T)
    target, n, at = words("w", T, of=V), array("C", T, integer=True, positive=True), words("o", of=V)
    place = indices("p", n[t])
    mean = lambda i: Sum(v[at[t, place], i], place) / n[t]  # noqa: E731
    of_context = softmax(lambda w: Sum(u[w, i] * mean(i), i), x)
    folded = softmax(lambda w: Sum(Sum(u[w, i] * v[at[t, place], i], i), place) / n[t], x)
    check("line 2", Sum(log(of_context(target[t])), t) / T, Sum(log(folded(target[t])), t) / T)
    s = indices("s", T)
    refute("the context of one place for all", log(of_context(w)), log(of_context(w)).xreplace({t: s}))


def sum_eq02():
    """The target stands before the logarithm; inside it, a one-hot target makes the sum infinite."""
    y = array("y", V, positive=True)
    refute("log of y times y hat", -Sum(log(y[w] * y_q(w)), w), -Sum(y[w] * log(y_q(w)), w))
    refute("log of y, times y hat", -Sum(log(y[w]) * y_q(w), w), -Sum(y[w] * log(y_q(w)), w))
    check("the correct one, one-hot", -Sum(delta(w, a) * log(y_q(w)), w), -log(y_q(a)))
    with np.errstate(divide="ignore"):
        assert -np.log(np.array([0.0, 1.0]) * np.array([0.25, 0.75])).sum() == np.inf


def sum_eq03():
    """Right where i is the observed word, for y_i = 1 there; for a free i it is not."""
    check("i observed, y_i inside", -Sum(delta(w, a) * log(y_q(w)), w), -log(delta(a, a) * y_q(a)))
    refute("any other i", -Sum(delta(w, a) * log(y_q(w)), w), -log(y_q(b)))


def sum_eq04():
    """Lines 2 to 4 hold; a center word among its own givens would be certain; and this J is minus the J of (1)."""
    E = -log(y_hat(center))
    check_chain(
        "lines 2 to 4",
        [E, -log(exp(score(center)) / Sum(exp(score(x)), x)), -score(center) + log(Sum(exp(score(x)), x))],
    )
    refute("line 1 literally: w_c given w_c is certain", -log(Sum(delta(w, center), w)), E)
    refute("the same J as in (1), with T = 1", log(y_hat(center)), E)


def sum_s2_2_mean():
    """With the dots read on, it has the center's vector in it; without that, 2m is right in complete windows only."""
    at, place = array("v", 2 * m + 1, d), indices("q", (0, 2 * m))  # the window's vectors; the center's is at[m]
    others = Sum((1 - delta(place, m)) * at[place, i], place)
    refute("literally, with the center's vector", Sum(at[place, i], place) / (2 * m), others / (2 * m))
    counts = [len(context) for word, context in windows("tea or coffee or milk".split(), radius=2)]
    assert counts == [2, 3, 4, 3, 2]
    refute("2m for C", Sum(v[o[p], i], p) / (2 * m), hidden(i))
    check("divided by C it is a mean: equal vectors have themselves as mean", Sum(h[i], p) / C, h[i])


def sum_eq33():
    """A probability is not its logarithm (line 2); log P is -E (lines 3 to 5)."""
    refute("line 2", y_h(center), log(y_h(center)))
    check("lines 3 to 5", log(y_h(center)), score_h(center) - log(Sum(exp(score_h(x)), x)))
    s = np.array([0.3, -1.0, 2.0])
    assert np.argmax(np.exp(s) / np.exp(s).sum()) == np.argmax(s - np.log(np.exp(s).sum()))


def sum_eq34():
    """Line 2 needs the score, of the word j*; by (14) y is the probability, and a free j is another word's loss."""
    free = log(Sum(exp(score_h(x)), x))
    check("line 2 with j*", -log(y_h(center)), -score_h(center) + free)
    refute("line 2 with any j", -log(y_h(center)), -score_h(j) + free)
    refute("line 2 with y by (14)", -log(y_h(center)), -y_h(center) + log(Sum(exp(y_h(x)), x)))


def sum_eq35():
    """The step against the gradient, with y_j the probability; with the y_j of (34), the score, it is not."""
    E = -log(y_hat(center))
    step = u[j, k] - alpha * D(E, u[j, k])
    check("y_j the probability, H the hidden vector", step, u[j, k] - alpha * (y_hat(j) - delta(j, center)) * hidden(k))
    refute("y_j the score, as in (34)", step, u[j, k] - alpha * (score(j) - delta(j, center)) * hidden(k))


def sum_eq36():
    """Each position c gets dE/dh divided by C; a word at n_a positions gets n_a such shares, which is the gradient."""
    E, E_h = -log(y_hat(center)), -log(y_h(center))
    dE_dh = Sum((y_hat(w) - delta(w, center)) * u[w, k], w)
    check("dE/dh", D(E_h, h[k]), Sum((y_h(w) - delta(w, center)) * u[w, k], w))
    check("one share for each position", D(E, v[a, k]), Sum(delta(o[r], a) * dE_dh / C, r))
