"""Checks behind the ledger's verdicts on section 2.1 of `summary`, the network with one word of context."""

import numpy as np
from sympy import Rational, Sum, Symbol, exp, log

from w2v_core.proofs import D, V, array, check, check_chain, d, delta, indices, refute, softmax

i, j, x, a, o, c = indices("i j x a o c", V)  # words; o is the document's j*, c its w_I
k, m = indices("k m", d)  # coordinates
A, U = array("V", d, V), array("U", V, d)  # as printed: a word is a column of V, and a row of U
h, s, q = array("h", d), array("s", V), array("q", V)
one_hot = array("x", V)
eta = Symbol("eta", positive=True)

net = lambda j: Sum(U[j, m] * h[m], m)  # noqa: E731  score of word j
hidden = lambda k: Sum(A[k, x] * delta(x, c), x)  # noqa: E731  V x, with x one-hot at c
deep = lambda j: Sum(U[j, m] * hidden(m), m)  # noqa: E731  score, from the input on
t = lambda j: delta(j, o)  # noqa: E731  target

p = softmax(lambda j: s[j], x)  # of free scores
E = -s[o] + log(Sum(exp(s[x]), x))
p_h, p_A = softmax(net, x), softmax(deep, x)
E_h, E_A = -log(p_h(o)), -log(p_A(o))
EH = lambda k: Sum((p_h(j) - t(j)) * U[j, k], j)  # noqa: E731  dE/dh
EH_A = lambda k: Sum((p_A(j) - t(j)) * U[j, k], j)  # noqa: E731  the same, from the input on
# The square network, as many coordinates as words: there an index of the wrong kind still has a meaning.
S, g = array("S", V, V), array("g", V)
p_S = softmax(lambda j: Sum(S[j, x] * g[x], x), a)
E_S = -log(p_S(o))


def sum_eq12():
    """V times a one-hot vector is the column of the word."""
    check("a column is picked", Sum(A[k, x] * delta(x, c), x), A[k, c])


def sum_eq13():
    """The score is row j of U times h; with U_j the row itself, the transpose in the formula does not conform."""
    check("score, as used in (14)", log(p_h(j) / p_h(o)), Sum(U[j, m] * h[m], m) - Sum(U[o, m] * h[m], m))
    row, column = np.ones((1, 2)), np.ones((2, 1))
    assert (row @ column).shape == (1, 1)
    assert row.T.shape[1] != column.shape[0]


def sum_eq14():
    """With u_j for the scores of (13), the y_j are positive and add up to 1."""
    check("adds up to 1", Sum(p_h(j), j), 1)
    check("odds", log(p(i) / p(j)), s[i] - s[j])


def sum_eq15():
    """A probability is not its logarithm, nor is its maximum; the other lines follow."""
    refute("line 2: max y = max log y", p_h(o), log(p_h(o)))
    check_chain(
        "from log y on", [log(p_h(o)), log(exp(net(o)) / Sum(exp(net(j)), j)), net(o) - log(Sum(exp(net(j)), j))]
    )
    check("same place of the maximum: the slopes vanish together", D(p_h(o), h[k]), p_h(o) * D(log(p_h(o)), h[k]))
    y = np.array([0.2, 0.7, 0.4])
    assert y.max() != np.log(y).max()
    assert y.argmax() == np.log(y).argmax()


def sum_eq16():
    """Right with scores and the observed word; false with y as defined in (14), and for any other word j."""
    check("in scores", -log(p_h(o)), -net(o) + log(Sum(exp(net(j)), j)))
    check("line 2 as meant", -log(p(o)), -s[o] + log(Sum(exp(s[x]), x)))
    refute("y_j as in (14)", -log(p(o)), -p(o) + log(Sum(exp(p(x)), x)))
    refute("j for j*", E, -s[j] + log(Sum(exp(s[x]), x)))


def sum_eq17():
    """True for the observed word only; the other words have no -1."""
    logsum = log(Sum(exp(s[x]), x))
    refute("line 1, for every j", D(E, s[j]), D(-s[j] + logsum, s[j]))
    check_chain("from line 1 to line 3", [D(-s[j] + logsum, s[j]), -1 + D(logsum, s[j]), -1 + p(j)])
    check("for j = j*", D(E, s[j]).subs(j, o), -1 + p(o))
    check("for every j", D(E, s[j]), p(j) - t(j))


def sum_c17():
    """It is the softmax y_j of (14); but y_j in (17) is a score, and its softmax is another number."""
    check("the y_j of (14)", exp(s[j]) / Sum(exp(s[x]), x), p(j))
    refute("the y_j of (17)", p(j), s[j])


def sum_eq18():
    """The end is right with a score on the left; the first line is right for j = j* only."""
    refute("line 1 for every j", D(E, s[j]), -1 + p(j))
    refute("line 2 from line 1", -1 + p(j), p(j) - t(j))
    check("the end", D(E, s[j]), p(j) - t(j))


def sum_c18():
    """By the scores, the squared error of the probabilities has another derivative."""
    squared = Rational(1, 2) * Sum((p(j) - t(j)) ** 2, j)
    refute("squared error of the probabilities, by a score", D(squared, s[a]), p(a) - t(a))
    check("its derivative", D(squared, s[a]), p(a) * (p(a) - t(a) - Sum(p(j) * (p(j) - t(j)), j)))
    check("the form is that of a linear output", D(Rational(1, 2) * Sum((q[j] - t(j)) ** 2, j), q[a]), q[a] - t(a))


def sum_eq19():
    """Scores on the left, probabilities on the right; with one meaning on both sides it is false."""
    check("as meant", D(E, s[j]), p(j) - t(j))
    refute("scores on both sides", D(E, s[j]), s[j] - t(j))
    refute("probabilities on both sides", D(-Sum(t(x) * log(q[x]), x), q[j]), q[j] - t(j))


def sum_c19():
    """The derivatives by the output y of (14) and by the scores, its input, are different."""
    by_y = D(-Sum(t(x) * log(q[x]), x), q[j])
    check("by the probabilities", by_y, -t(j) / q[j])
    refute("no difference", D(E, s[j]), -t(j) / p(j))
    check("the softmax lies between", D(E, s[j]), Sum(-t(i) / p(i) * D(p(i), s[j]), i))
    check("the derivative by the scores", D(E, s[j]), p(j) - t(j))


def sum_eq20():
    """Right with the score in both derivatives and the probability in the bracket."""
    check("as meant", D(E_h, U[j, k]), (p_h(j) - t(j)) * D(net(i), U[j, k]).subs(i, j))
    refute("y the probability throughout", D(E_h, U[j, k]), -t(j) / p_h(j) * D(p_h(i), U[j, k]).subs(i, j))


def sum_eq21():
    """Each line, with the score in the derivatives and the probability in the bracket."""
    slope = D(net(i), U[j, k]).subs(i, j)
    check_chain("e_i h_j", [D(E_h, U[j, k]), (p_h(j) - t(j)) * slope, (p_h(j) - t(j)) * h[k]])


def sum_eq22():
    """Entry (j, k) of the product of the errors and the hidden vector, h for the document's H."""
    check("outer product", D(E_h, U[j, k]), (p_h(j) - t(j)) * h[k])
    assert (np.ones((3, 1)) @ np.ones((2, 1)).T).shape == (3, 2)


def sum_c22():
    """A matrix with V rows and H columns has one row a word; a column has V entries, one coordinate of every word."""
    words, width = 3, 2
    matrix, vector = np.arange(6.0).reshape(words, width), np.ones(width)
    assert matrix[:, 0].shape == (words,) != vector.shape
    assert matrix[0].shape == vector.shape
    check("the score of word j needs its row", D(net(j), h[k]), U[j, k])


def sum_eq23():
    """The step is against the gradient if y is the probability of (14), not the score as the text has just said."""
    check("as meant", U[j, k] - eta * D(E_h, U[j, k]), U[j, k] - eta * (p_h(j) - t(j)) * h[k])
    refute("with y the score", U[j, k] - eta * D(E_h, U[j, k]), U[j, k] - eta * (net(j) - t(j)) * h[k])


def sum_eq24():
    """The row of word i moves along h; H is the number of its coordinates."""
    check("as meant", U[i, k] - eta * D(E_h, U[i, k]), U[i, k] - eta * (p_h(i) - t(i)) * h[k])
    refute("H the size", D(E_h, U[i, k]), (p_h(i) - t(i)) * d)


def sum_eq25():
    """True whether y is the score or the probability: the chain rule sums over all words."""
    check("y the score", D(E_h, h[k]), Sum((p_h(j) - t(j)) * D(net(j), h[k]), j))
    check("y the probability", D(E_h, h[k]), Sum(-t(j) / p_h(j) * D(p_h(j), h[k]), j))


def sum_eq26():
    """The error inside the sum must carry the index of the sum."""
    refute("y_i - t_i, as many coordinates as words", D(E_S, g[i]), Sum((p_S(i) - t(i)) * S[j, i], j))
    check("y_j - t_j", D(E_h, h[k]), Sum((p_h(j) - t(j)) * U[j, k], j))


def sum_eq27():
    """With y the score, as the text has just said, it is the chain rule as a matrix product."""
    check("coordinate k", D(E_h, h[k]), Sum(U[j, k] * (p_h(j) - t(j)), j))


def sum_eq28():
    """The sum over the words, with any x; a one-hot x leaves one term."""
    check("product", Sum(A[k, j] * one_hot[j], j), Sum(one_hot[x] * A[k, x], x))
    check("one-hot", hidden(k), A[k, c])


def sum_eq29():
    """The end of the chain sums over j, which is the column that is asked for; with an index of its own it is right."""
    check("chain rule", D(E_A, A[k, a]), EH_A(k) * D(hidden(k), A[k, a]))
    check("EH_i x_j", D(E_A, A[k, a]), EH_A(k) * delta(a, c))
    refute("line 4, with y_j for y_i", EH_A(k) * delta(a, c), Sum((p_A(j) - t(j)) * U[j, k] * delta(j, c), j))
    refute("line 2, y_i for y_j", D(E_S, g[i]), Sum((p_S(i) - t(i)) * S[j, i], j))


def sum_eq30():
    """The first form has the slips of (29), the second is right."""
    step = A[k, a] - eta * D(E_A, A[k, a])
    refute("first form, with y_j for y_i", step, A[k, a] - eta * Sum((p_A(j) - t(j)) * U[j, k] * delta(j, c), j))
    check("second form", step, A[k, a] - eta * EH_A(k) * delta(a, c))


def sum_eq31():
    """Entry (k, a) of the product of dE/dh and the one-hot input."""
    check("outer product", D(E_A, A[k, a]), EH_A(k) * delta(a, c))
    assert (np.ones((2, 1)) @ np.ones((3, 1)).T).shape == (2, 3)


def sum_eq32():
    """The column of the input word moves by dE/dh, all others stay."""
    check("input word", D(E_A, A[k, a]).subs(a, c), EH_A(k))
    check("other words", (1 - delta(a, c)) * D(E_A, A[k, a]), 0)
