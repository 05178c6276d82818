"""Checks behind the ledger's verdicts on questions (a) to (d) of `assignment`: one function a statement."""

import numpy as np
from sympy import MatrixSymbol, ShapeError, Sum, exp, log

from w2v_core.proofs import D, IndexCaptureError, V, array, check, check_chain, d, delta, indices, refute, softmax

w, x, o = indices("w x o", V)  # words; V is the document's n
i, k = indices("i k", d)  # coordinates
U, v = array("U", d, V), array("v", d)  # as printed: a word is a column of U
e = array("e", V)


def s(w):
    """Score of word w."""
    return Sum(U[i, w] * v[i], i)


Z = Sum(exp(s(x)), x)
p = softmax(s, x)
J = -s(o) + log(Z)


def asg_sym():
    """With words as columns the scores are the rows of U^T v, one a word, and U(y_hat - y) has d entries."""
    columns, y = np.arange(8.0).reshape(2, 4), np.eye(4)[:, [1]]
    assert (columns.T @ np.ones((2, 1))).shape == y.shape == (4, 1)
    assert (columns @ y).shape == (2, 1)
    assert (columns @ y == columns[:, [1]]).all()


def asg_a1():
    """The definition is a one-hot vector: its entries add up to 1, and it is the Kronecker delta."""
    check("adds up to 1", Sum(delta(w, o), w), 1)
    check("picks one entry", Sum(delta(w, o) * e[w], w), e[o])


def asg_a2():
    """The chain holds with the number of words as the upper end of the sum."""
    check_chain("cross-entropy", [-Sum(delta(w, o) * log(p(w)), w), -delta(o, o) * log(p(o)), -log(p(o))])


def asg_b1():
    """Every line of the chain, in coordinate k of v_c."""
    check_chain(
        "U(y_hat - y)",
        [
            D(-log(p(o)), v[k]),
            D(J, v[k]),
            D(log(Z), v[k]) - U[k, o],
            Sum(exp(s(x)) * U[k, x], x) / Z - U[k, o],
            Sum(p(x) * U[k, x], x) - U[k, o],
            Sum(p(x) * U[k, x] - delta(x, o) * U[k, x], x),
            Sum(U[k, x] * (p(x) - delta(x, o)), x),
            Sum(U[k, w] * (p(w) - delta(w, o)), w),
        ],
    )


def asg_b2():
    """Expected minus observed output vector is the product of U and the errors."""
    check("claim", Sum(p(w) * U[k, w], w) - U[k, o], Sum(U[k, w] * (p(w) - delta(w, o)), w))


def asg_c1():
    """Right if the sum has an index of its own; with one letter for both, every term would be differentiated."""
    check("x in the sum", D(-log(p(o)), U[k, w]), D(J, U[k, w]))
    refute("w for both", D(J, U[k, w]), -delta(w, o) * v[k] + Sum(exp(s(w)) * v[k], w) / Z)
    try:
        D(Sum(exp(s(w)), w), U[k, w])
    except IndexCaptureError:
        return
    raise AssertionError("the captured index went unnoticed")


def asg_c2():
    """Case w = o, line by line, with x as the index of the sums."""
    check_chain(
        "w = o",
        [
            D(J, U[k, w]).subs(w, o),
            -v[k] + D(Z, U[k, o]) / Z,
            -v[k] + D(exp(s(o)), U[k, o]) / Z,
            -v[k] + exp(s(o)) / Z * v[k],
            (p(o) - 1) * v[k],
            (p(w) - delta(w, o)).subs(w, o) * v[k],
        ],
    )


def asg_c3():
    """Case w != o (the factor 1 - delta), line by line, with x as the index of the sum; false without the condition."""
    other = 1 - delta(w, o)
    check_chain(
        "w != o",
        [
            other * D(J, U[k, w]),
            other * exp(s(w)) / Z * v[k],
            other * p(w) * v[k],
            other * (p(w) - delta(w, o)) * v[k],
        ],
    )
    refute("without the condition", D(J, U[k, w]), p(w) * v[k])


def asg_c4():
    """Both cases at once, for every word and coordinate."""
    check("error times v_c", D(-log(p(o)), U[k, w]), (p(w) - delta(w, o)) * v[k])


def asg_d1():
    """The outer product is right; line 2 has shapes (1, n) and (d, 1), and gives a single number where n = d."""
    check("entry (k, w) of v_c (y_hat - y)^T", D(-log(p(o)), U[k, w]), v[k] * (p(w) - delta(w, o)))
    f = array("f", d)  # the errors, when there are as many words as coordinates
    refute("row times column, n = d", v[k] * f[i], Sum(f[i] * v[i], i))
    try:
        MatrixSymbol("e", 1, 3) * MatrixSymbol("v", 2, 1)
    except ShapeError:
        return
    raise AssertionError("a row of 3 times a column of 2 went unnoticed")
