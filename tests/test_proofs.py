"""The proof machinery: it proves the book's identities for every size, and rejects every false version of them."""

import itertools
import math
from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sympy import Product, Sum, exp, log

from w2v_core import proofs
from w2v_core.errors import ProofError
from w2v_core.proofs import (
    C,
    D,
    IndexCaptureError,
    K,
    Point,
    V,
    array,
    check,
    check_chain,
    d,
    delta,
    evaluate,
    indices,
    instance,
    normal_form,
    prove,
    refute,
    residual,
    sigma,
    sizes,
    softmax,
    words,
)

w, x, o, a, b, z = indices("w x o a b z", V)  # words
i, k = indices("i k", d)  # coordinates
p, r = indices("p r", C)  # positions in the context
j = indices("j", K)  # negatives
u, v, q = array("u", V, d), array("v", d), array("q", V)
c, n = words("c", C, of=V), words("n", K, of=V)  # context words and negatives: both may repeat
real = sp.Symbol("real", real=True)


def score(word):
    return Sum(u[word, i] * v[i], i)


y_hat = softmax(score, x)
loss = -log(y_hat(o))


def network():
    """One input word, as one-hot x; input vectors are the columns of A."""
    A, one_hot = array("A", d, V), array("x", V)

    def hidden(i):
        return Sum(A[i, z] * one_hot[z], z)

    h = array("h", d)
    of_h = softmax(lambda word: Sum(u[word, i] * h[i], i), x)
    of_A = softmax(lambda word: Sum(u[word, i] * hidden(i), i), x)
    return SimpleNamespace(A=A, x=one_hot, h=h, hidden=hidden, of_h=of_h, of_A=of_A)


def cbow():
    A = array("A", V, d)
    mean = softmax(lambda word: Sum(u[word, i] * Sum(A[c[p], i], p) / C, i), x)
    total = softmax(lambda word: Sum(u[word, i] * Sum(A[c[p], i], p), i), x)
    return SimpleNamespace(A=A, mean=mean, total=total, count=Sum(delta(c[p], a), p))


def tree():
    """Hierarchical softmax: node[m] is the m-th inner node on the path, t[m] its target."""
    L, M = sizes("L M")
    m, s = indices("m", L), indices("s", M)
    node, t = words("node", L, of=M), array("t", L)
    theta, h = array("theta", M, d), array("h", d)

    def at(s):
        return Sum(theta[s, i] * h[i], i)

    likelihood = Product(sigma(at(node[m])) ** t[m] * (1 - sigma(at(node[m]))) ** (1 - t[m]), m)
    return SimpleNamespace(L=L, M=M, m=m, s=s, node=node, t=t, theta=theta, h=h, at=at, likelihood=likelihood)


def ragged_tree():
    """Every word has a path length of its own."""
    T = tree()
    length, node = array("length", V, integer=True, positive=True), words("node", of=T.M)
    m = indices("m", length[w])
    return SimpleNamespace(T=T, m=m, node=node, loss=-Sum(log(sigma(T.at(node[w, m]))), m, w))


N, B, H, R = network(), cbow(), tree(), ragged_tree()
negative = -log(sigma(score(o))) - Sum(log(sigma(-score(n[j]))), j)
window = -Sum(log(y_hat(c[p])), p)
p_q = softmax(lambda word: q[word], x)  # softmax of plain scores
E_h, E_A = (-Sum(delta(w, o) * log(y(w)), w) for y in (N.of_h, N.of_A))

IDENTITIES = {
    "softmax, in v_c": (D(loss, v[k]), Sum((y_hat(w) - delta(w, o)) * u[w, k], w)),
    "softmax, in every u_w": (D(loss, u[w, k]), (y_hat(w) - delta(w, o)) * v[k]),
    "softmax, Jacobian": (D(p_q(w), q[a]), p_q(w) * (delta(w, a) - p_q(a))),
    "softmax, normalisation": (Sum(y_hat(w), w), sp.Integer(1)),
    "log-softmax": (log(p_q(w)), q[w] - log(Sum(exp(q[x]), x))),
    "softmax, in the scores": (D(-log(p_q(o)), q[w]), p_q(w) - delta(w, o)),
    "shift invariance": (softmax(lambda word: q[word] + real, x)(w), p_q(w)),
    "cross-entropy of a one-hot": (-Sum(delta(w, o) * log(p_q(w)), w), -log(p_q(o))),
    "dE/dU": (D(E_A, u[a, k]), (N.of_A(a) - delta(a, o)) * N.hidden(k)),
    "dE/dh": (D(E_h, N.h[k]), Sum((N.of_h(w) - delta(w, o)) * u[w, k], w)),
    "dE/dV": (D(E_A, N.A[k, b]), Sum((N.of_A(w) - delta(w, o)) * u[w, k], w) * N.x[b]),
    "CBOW mean, repeated words": (
        D(-log(B.mean(o)), B.A[a, k]),
        B.count / C * Sum((B.mean(w) - delta(w, o)) * u[w, k], w),
    ),
    "CBOW sum, repeated words": (
        D(-log(B.total(o)), B.A[a, k]),
        B.count * Sum((B.total(w) - delta(w, o)) * u[w, k], w),
    ),
    "skip-gram window, in v_c": (D(window, v[k]), Sum(Sum((y_hat(w) - delta(w, c[p])) * u[w, k], w), p)),
    "skip-gram window, in u_w": (D(window, u[a, k]), (C * y_hat(a) - Sum(delta(a, c[p]), p)) * v[k]),
    "negative sampling, in u_w": (
        D(negative, u[a, k]),
        (delta(a, o) * (sigma(score(o)) - 1) + Sum(delta(a, n[j]) * sigma(score(n[j])), j)) * v[k],
    ),
    "negative sampling, in v_c": (
        D(negative, v[k]),
        (sigma(score(o)) - 1) * u[o, k] + Sum(sigma(score(n[j])) * u[n[j], k], j),
    ),
    "tree, log-likelihood": (
        -log(H.likelihood),
        -Sum(H.t[H.m] * log(sigma(H.at(H.node[H.m]))) + (1 - H.t[H.m]) * log(sigma(-H.at(H.node[H.m]))), H.m),
    ),
    "tree, in a node vector": (
        D(-log(H.likelihood), H.theta[H.s, k]),
        Sum(delta(H.node[H.m], H.s) * (sigma(H.at(H.s)) - H.t[H.m]), H.m) * H.h[k],
    ),
    "tree, in h": (
        D(-log(H.likelihood), H.h[k]),
        Sum((sigma(H.at(H.node[H.m])) - H.t[H.m]) * H.theta[H.node[H.m], k], H.m),
    ),
    "tree, a path length for each word": (
        D(R.loss, H.theta[H.s, k]),
        Sum(delta(R.node[w, R.m], H.s) * (sigma(H.at(H.s)) - 1) * H.h[k], R.m, w),
    ),
    "log of a product": (-log(Product(y_hat(c[p]), p)), C * log(Sum(exp(score(w)), w)) - Sum(score(c[p]), p)),
}
named = pytest.mark.parametrize("name", IDENTITIES)


@named
def test_identity_holds_for_every_size(name, capsys):
    check(name, *IDENTITIES[name])
    line = capsys.readouterr().out
    assert line.startswith(f"✓ {name}: proved for every ")
    assert line.endswith("V; both sides agree at 30 random points\n") or "random points" in line


def broken(e):
    """Every version of `e` with one fault: a sign, a term, a factor, a function, a range, an index."""
    faults = []
    if isinstance(e, sp.Add | sp.Mul):
        faults += [e.func(*e.args[:m], *e.args[m + 1 :]) for m in range(len(e.args)) if e.args[m] != 1]
    if isinstance(e, sp.Add):
        faults += [e - 2 * term for term in e.args]
    if isinstance(e, exp | log | sigma):
        faults += [e.args[0], -e]
    if isinstance(e, sigma):
        faults += [sigma(-e.args[0])]
    if isinstance(e, Sum):
        *inner, (y, low, high) = e.limits
        faults += [Sum(e.function, *inner, (y, low + 1, high)), Sum(e.function, *inner, (y, low, high - 1))]
        faults += [e.function.subs(y, 0)] if len(e.limits) == 1 else []
    if isinstance(e, sp.Indexed) and len(e.indices) == 2:
        faults += [e.base[e.indices[1], e.indices[0]]]
    if isinstance(e, delta):
        faults += [1 - e]
    for m, part in enumerate(e.args):
        if not isinstance(part, sp.Idx | sp.IndexedBase | sp.Tuple):
            faults += [e.func(*e.args[:m], fault, *e.args[m + 1 :]) for fault in broken(part)]
    return faults
