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
real, other = sp.symbols("real other", real=True)


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
    "softmax, normalisation": (sp.Integer(1), Sum(y_hat(w), w)),
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
    assert line.endswith("; both sides agree at 30 random points\n")


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


@pytest.mark.no_cover  # counting lines would take twice as long as the proofs
@named
def test_every_fault_is_rejected_by_algebra_alone(name):
    left, right = IDENTITIES[name]
    faults = broken(right)
    assert len(faults) >= 8
    for fault in faults:
        with pytest.raises(ProofError, match="left - right leaves|can be checked"):
            prove(left, fault)


@pytest.mark.no_cover
@named
def test_every_fault_is_rejected_by_numbers_alone(name):
    left, right = IDENTITIES[name]
    for fault in broken(right)[::9]:
        try:
            tested, witness = proofs._search(left, fault)
        except ProofError:  # the fault indexes an array outside its shape
            continue
        assert witness or not tested, fault


GRADIENTS = {
    "softmax, in v_c": (loss, v[k]),
    "softmax, in every u_w": (loss, u[w, k]),
    "softmax, Jacobian": (p_q(w), q[a]),
    "dE/dh": (E_h, N.h[k]),
    "dE/dU": (E_A, u[a, k]),
    "dE/dV": (E_A, N.A[k, b]),
    "CBOW mean, repeated words": (-log(B.mean(o)), B.A[a, k]),
    "skip-gram window, in u_w": (window, u[a, k]),
    "negative sampling, in u_w": (negative, u[a, k]),
    "negative sampling, in v_c": (negative, v[k]),
    "tree, in a node vector": (-log(H.likelihood), H.theta[H.s, k]),
    "tree, a path length for each word": (R.loss, H.theta[H.s, k]),
    "by a scalar": (log(1 + real**2) * sp.tanh(real) / q[o] ** real, real),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_derivative_agrees_with_central_differences(name):
    expr, variable = GRADIENTS[name]
    compared = 0
    for seed in range(6):
        at = Point(seed, match=[True, False, None][seed % 3])
        try:
            slope, centre = evaluate(D(expr, variable), at), evaluate(expr, at)
        except (ValueError, TypeError):  # logarithm, or power, of a negative number
            continue
        entry = variable if variable.is_Symbol else (variable.base, tuple(at[m] for m in variable.indices))
        nudged = [evaluate(expr, at | {entry: at[entry] + step}) for step in (1e-5, -1e-5)]
        assert slope == pytest.approx((nudged[0] - nudged[1]) / 2e-5, abs=1e-7, rel=1e-6)
        compared += math.isfinite(centre)
    assert compared >= 2


# --- The hand-derivation, line by line ------------------------------------------------------------------------------

y_o, total = y_hat(o), Sum(exp(score(w)), w)


def test_hand_derivation_each_line(capsys):
    check("the probability, as printed", y_o, exp(score(o)) / total)
    check("brackets: both parts are differentiated", D(log(y_o), v[k]), D(log(exp(score(o))) - log(total), v[k]))
    check_chain("part 1", [D(log(exp(score(o))), v[k]), D(score(o), v[k]), u[o, k]])
    part_3 = [
        D(Sum(exp(score(x)), x), v[k]),
        Sum(exp(score(x)) * D(score(x), v[k]), x),
        Sum(exp(score(x)) * u[x, k], x),
    ]
    outer = D(log(real), real).subs(real, total)  # df/dz at z = g
    check_chain("part 2, by the chain rule", [D(log(total), v[k]), outer * D(total, v[k]), part_3[0] / total])
    check_chain("part 3", part_3)
    whole = [
        D(log(y_o), v[k]),
        u[o, k] - Sum(exp(score(x)) * u[x, k], x) / total,
        u[o, k] - Sum(exp(score(x)) / total * u[x, k], x),
        u[o, k] - Sum(y_hat(x) * u[x, k], x),
    ]
    check_chain("all parts together", whole)
    assert "✓ all parts together: each of 3 steps proved for every V and d; " in capsys.readouterr().out
    check("what the left side of the source would be", D(y_o, v[k]), y_o * whole[-1])


@pytest.mark.parametrize(
    ("fault", "left", "right"),
    [
        ("the derivative of p is not that of log p", D(y_o, v[k]), D(log(y_o), v[k])),
        ("without the bracket, log of the sum is left as it is", D(log(y_o), v[k]), D(score(o), v[k]) - log(total)),
        ("the second part alone is not minus its log", D(-log(total), v[k]), -log(total)),
        ("u with index zero is not u of the observed word", D(score(o), v[k]), u[0, k]),
        ("the whole chain, with p on the left", D(y_o, v[k]), u[o, k] - Sum(y_hat(x) * u[x, k], x)),
        ("the observed word's probability, summed", D(log(y_o), v[k]), u[o, k] - Sum(y_o * u[x, k], x)),
    ],
)
def test_hand_derivation_its_faults_are_refuted(fault, left, right, capsys):
    refute(fault, left, right)
    line = capsys.readouterr().out
    assert line.startswith(f"✗ {fault}: false at V = ")
    assert "; left - right = " in line
    with pytest.raises(ProofError, match="left - right = "):
        check(fault, left, right)


def test_chain_names_its_wrong_line_even_if_the_ends_agree():
    lines = [D(log(y_o), v[k]), u[o, k] - Sum(u[x, k], x), u[o, k] - Sum(y_hat(x) * u[x, k], x)]
    prove(lines[0], lines[-1])
    with pytest.raises(ProofError, match=r"^chain, line 2 from line 1: false at V = "):
        check_chain("chain", lines)
    with pytest.raises(ProofError, match="at least two lines"):
        check_chain("chain", lines[:1])


# --- Traps ----------------------------------------------------------------------------------------------------------


def test_index_capture_is_refused_where_sympy_is_silently_wrong():
    total = Sum(exp(q[w] * real), w)
    captured = total.diff(q[w])  # SymPy takes the free w for the summed one, and keeps the sum
    assert captured == Sum(real * exp(real * q[w]), w)
    refute("SymPy's derivative", D(total, q[a]), captured)
    check("the derivative", D(total, q[a]), real * exp(real * q[a]))
    for expr, variable in [(total, q[w]), (window, u[c[p], k]), (Product(exp(v[i]), i), v[i])]:
        with pytest.raises(IndexCaptureError, match="is summed over in"):
            D(expr, variable)


def test_only_symbols_and_entries_can_be_differentiated_by():
    with pytest.raises(TypeError, match=r"such as v\[k\]"):
        D(loss, score(o))


def test_matrix_symbols_would_be_wrong():
    S, t = sp.MatrixSymbol("U", 2, 2) * sp.MatrixSymbol("v", 2, 1), sp.MatrixSymbol("v", 2, 1)
    assert log(S[0, 0]).diff(t) == sp.ZeroMatrix(2, 1)  # false: it is a row of U over the score
    assert sp.diff(log(S.as_explicit()[0, 0]), t[0, 0]) != 0
    A = sp.MatrixSymbol("A", V, d)
    assert (A * A).shape == (V, d)  # does not conform, and no ShapeError: sizes must be numbers to show one
    with pytest.raises(sp.ShapeError):
        sp.MatrixSymbol("A", 3, 2) * sp.MatrixSymbol("A", 3, 2)


@pytest.mark.parametrize(
    ("total", "value"),
    [
        (Sum(delta(w, o) * q[w], (w, 0, V - 2)), q[o]),  # the last word is missing
        (Sum(delta(w, o) * q[w], (w, 1, V - 1)), q[o]),  # the first word is missing
        (Sum(delta(w, 1) * q[w], w), q[1]),  # there may be one word only
        (Sum(delta(j, w) * q[w], j), q[w]),  # K negatives need not number as many as the words
        (Sum(delta(w, o + 1) * q[w], w), q[o + 1]),  # the word after the last one
    ],
)
def test_delta_outside_the_declared_range_does_not_end_the_sum(total, value):
    assert residual(total, value) != 0
    with pytest.raises(ProofError):
        check("out of range", total, value)


def test_delta_inside_the_declared_range_does():
    m = sizes("m")
    offset = indices("offset", (-m, m))
    check("first word", Sum(delta(w, 0) * q[w], w), q[0])
    check("word at a position", Sum(delta(w, c[p]) * q[w], w), q[c[p]])
    check("swapped sums", Sum(delta(w, c[p]) * q[w], p, w), Sum(q[c[p]], p))
    t, f = sp.Symbol("t", integer=True), array("f")
    check("the word before", Sum(delta(t + 1, o) * f[t], (t, -1, V - 2)), f[o - 1])
    check("a window without its centre", Sum(1 - delta(offset, 0), offset), 2 * m)
    check("counting from 2 to L is counting from 1 to L - 1", Sum(q[w - 1], (w, 1, V - 1)), Sum(q[w], (w, 0, V - 2)))


def test_an_index_without_a_range_proves_nothing():
    t = sp.Symbol("t", integer=True)
    with pytest.raises(ProofError):
        check("anywhere", Sum(delta(w, t) * array("f")[w], w), array("f")[t])


def test_an_empty_sum_is_zero_not_negative():
    K3 = Sum(1, (sp.Symbol("t", integer=True), 0, K - 3))
    assert residual(K3, K - 2) != 0
    with pytest.raises(ProofError, match="at K = 1: left = 0, right = -1"):
        check("SymPy itself would say so", K3, K - 2)
    check("no term is certain here", Sum(1, (sp.Symbol("t", integer=True), 0, K - 2)), K - 1)


def test_a_statement_that_fails_only_where_two_indices_meet():
    with pytest.raises(ProofError, match=r"false at .*o = (\d), w = \1"):
        check("true for w != o only", D(loss, u[w, k]), y_hat(w) * v[k])
    with pytest.raises(ProofError, match="false at "):
        check("true for w == o only", D(loss, u[w, k]), (y_hat(w) - 1) * v[k])
    with pytest.raises(ProofError, match=r"false at C = [23].*"):
        check("true without repeated words only", Sum(delta(c[p], c[r]), p), 1)
    check("w == o", D(loss, u[w, k]).subs(w, o), (y_hat(o) - 1) * v[k])


def test_log_of_a_product_splits_only_if_its_factors_are_positive():
    prove(log(exp(q[w]) * sigma(q[o]) * V), q[w] + log(sigma(q[o])) + log(V))
    assert residual(log(q[w] * q[o]), log(q[w]) + log(q[o])) != 0
    assert residual(log(q[w] ** 2), 2 * log(q[w])) != 0
    assert residual(log(Sum(exp(q[w]), (w, 0, V - 2)) * q[o]), log(Sum(exp(q[w]), (w, 0, V - 2))) + log(q[o])) != 0
    with pytest.raises(ProofError, match="products of positive factors"):
        prove(log(Product(q[w], w)), Sum(log(q[w]), w))


def test_a_product_of_powers_is_a_power_of_the_sum():
    prove(Product(exp(q[w]), w), exp(Sum(q[w], w)))
    with pytest.raises(ProofError, match="left - right leaves .*exp"):
        prove(Product(exp(q[w]), w), exp(Sum(q[w], w) + 1))


def test_same_name_inside_and_outside_a_sum():
    check("free and summed", y_hat(x), softmax(score, w)(x))
    check("sum inside a sum of the same name", Sum(Sum(q[w], w) * q[w], w), Sum(q[w], w) ** 2)
    check("a sum is not its square", Sum(q[w], w) * Sum(q[w], w), Sum(Sum(q[w] * q[x], x), w))
    refute("diagonal only", Sum(q[w] ** 2, w), Sum(q[w], w) ** 2)


def test_sums_that_order_and_split_differently():
    f = array("f", V, V)
    check("exchange", Sum(f[w, x], w, x), Sum(f[w, x], x, w))
    check("exchange, names swapped", Sum(f[w, x] * q[x], w, x), Sum(f[x, w] * q[w], w, x))
    refute("transpose", Sum(f[w, x] * q[x], w, x), Sum(f[x, w] * q[x], w, x))
    nested = Sum(exp(Sum(f[w, x] * q[x], x)) * q[w], w)  # two indices of one range, one inside the other
    check("nested", nested, Sum(exp(Sum(f[x, w] * q[w], w)) * q[x], x))
    refute("nested, transposed", nested, Sum(exp(Sum(f[x, w] * q[x], x)) * q[w], w))
    refute("nested, diagonal", nested, Sum(exp(Sum(f[x, x] * q[x], x)) * q[w], w))
    pairs = Sum(f[w, x] * sigma(q[w] - q[x]), w, x)  # which of s and -s is kept must not depend on the names
    check("antisymmetric", pairs, Sum(f[x, w] * sigma(q[x] - q[w]), w, x))
    check("antisymmetric, inside", log(sigma(-pairs)), log(1 - sigma(Sum(f[x, w] * sigma(q[x] - q[w]), w, x))))
    check("constant after all", Sum(exp(q[w] - q[x]) * exp(q[x]), x), V * exp(q[w]))
    g = words("g", of=V)
    tied = Sum(delta(g[R.m], w) * q[w], R.m, w)  # m runs to length[w]: w cannot simply become g[m]
    check("range tied to the index", tied, Sum(delta(g[R.m], w) * q[g[R.m]], R.m, w))
    for at in map(Point, range(5)):
        assert evaluate(normal_form(tied), at) == pytest.approx(evaluate(tied, at))
    check("ragged", Sum(1, R.m, w), Sum(array("length", V, integer=True, positive=True)[w], w))


SCALAR = {
    "slope, step 1": (
        D(exp(real) / (exp(real) + 1), real),
        (exp(real) * (exp(real) + 1) - exp(2 * real)) / (exp(real) + 1) ** 2,
    ),
    "slope, step 2": (exp(real) / (exp(real) + 1) ** 2, sigma(real) * (1 - sigma(real))),
    "reflection": (sigma(-real), 1 - sigma(real)),
    "definition": (sigma(real), exp(real) / (1 + exp(real))),
    "log of the slope": (D(log(sigma(real)), real), sigma(-real)),
    "log-odds": (log(sigma(real) / sigma(-real)), real),
    "softmax of two": (exp(real) / (exp(real) + exp(other)), sigma(real - other)),
    "softmax of two words": (exp(q[o]) / (exp(q[o]) + exp(q[w])), 1 - sigma(q[w] - q[o])),
    "softmax of two, as numbers": (exp(real) / (exp(real) + exp(2)), 1 - sigma(2 - real)),
}


@pytest.mark.parametrize("name", SCALAR)
def test_identities_of_sigma(name, capsys):
    check(name, *SCALAR[name])
    assert "random points" in capsys.readouterr().out
    with pytest.raises(ProofError):
        check(name, SCALAR[name][0], SCALAR[name][1] + sp.Rational(1, 10**6))


# --- A check that cannot fail is no check ---------------------------------------------------------------------------


def test_check_needs_both_judges(monkeypatch):
    monkeypatch.setattr(proofs, "residual", lambda left, right: sp.Integer(0))
    with pytest.raises(ProofError, match="One of the two judges is wrong"):
        check("algebra that says yes to everything", Sum(q[w], w), Sum(q[w], w) + 1)


def test_check_notices_a_wrong_evaluator(monkeypatch):
    monkeypatch.setattr(proofs, "evaluate", lambda expr, at: len(str(expr)))
    with pytest.raises(ProofError, match="One of the two judges is wrong"):
        check("numbers that are off", Sum(q[w], w), Sum(q[x] / 2, x) * 2)


def test_refute_raises_on_a_true_statement_and_check_on_an_empty_one():
    with pytest.raises(ProofError, match="not refuted; both sides agree at 30 random points"):
        refute("true", Sum(y_hat(w), w), 1)
    with pytest.raises(ProofError, match="no random point gives both sides a real value"):
        check("nowhere real", log(-1 - real**2), log(-1 - real**2))
    with pytest.raises(ProofError, match="cannot be checked|can be checked"):
        check("out of reach", sp.Integral(q[o] * real, (real, 0, 1)), q[o] / 2)


def test_not_proved_is_not_called_false():
    with pytest.raises(ProofError, match="not proved, though both sides agree at"):
        check("beyond the normal form", sp.cosh(q[o]) ** 2 - sp.sinh(q[o]) ** 2, 1)


def test_an_index_that_leaves_its_array_is_named():
    with pytest.raises(ProofError, match=r"index \d is outside u, whose shape is \(V, d\)"):
        check("swapped axes", Sum(u[i, w], i), Sum(u[i, w], i))


def test_evaluator_agrees_with_numpy():
    rng = np.random.default_rng(5)
    U, h, context = rng.normal(size=(4, 3)), rng.normal(size=3), [2, 0, 2]
    at = {V: 4, d: 3, C: 3, o: 1, k: 2} | {(c, (m,)): word for m, word in enumerate(context)}
    at |= {(u, place): float(value) for place, value in np.ndenumerate(U)}
    at |= {(v, place): float(value) for place, value in np.ndenumerate(h)}
    p_hat = np.exp(U @ h) / np.exp(U @ h).sum()
    assert evaluate(y_hat(o), at) == pytest.approx(p_hat[1], rel=1e-12)
    assert evaluate(window, at) == pytest.approx(-np.log(p_hat[context]).sum(), rel=1e-12)
    assert evaluate(D(loss, v[k]), at) == pytest.approx((p_hat - np.eye(4)[1]) @ U[:, 2], rel=1e-12)
    assert evaluate(Product(sigma(score(w)), w), at) == pytest.approx((1 / (1 + np.exp(-U @ h))).prod(), rel=1e-12)


def test_points_meet_every_coincidence():
    seen = {(at[V], at[w] == at[o]) for at in (Point(seed, match=m) for seed in range(30) for m in (True, False, None))}
    assert seen == set(itertools.product([1, 2, 3], [True, False])) - {(1, False)}
    for seed, match in itertools.product(range(30), [True, False]):
        at = Point(seed, match=match)
        assert (at[w] == at[o]) == (match or at[V] == 1)
    assert {Point(seed)[c, (0,)] for seed in range(30)} == {0, 1, 2}


# --- One size only --------------------------------------------------------------------------------------------------


def test_finite_instance_says_so(capsys):
    check("softmax gradient", *IDENTITIES["softmax, in v_c"], V=3, d=2)
    assert capsys.readouterr().out.startswith("✓ softmax gradient: checked for V = 3, d = 2 only; ")
    check("two repeated words", *IDENTITIES["CBOW mean, repeated words"], V=2, d=1, C=2)
    assert str(instance(Sum(score(w), w), V=2, d=1)) == "u[0, 0]*v[0] + u[1, 0]*v[0]"
    with pytest.raises(ProofError, match="false at"):
        check("a fault", D(loss, v[k]), Sum((y_hat(w) + delta(w, o)) * u[w, k], w), V=3, d=2)


def test_explicit_matrices(capsys):
    U, h = sp.MatrixSymbol("U", 3, 2), sp.MatrixSymbol("h", 2, 1)
    scores = (U * h).as_explicit()
    e_s = scores.applyfunc(exp)
    p_hat = e_s / sum(e_s)
    gradient = sp.Matrix([sp.diff(-log(p_hat[1]), h[m, 0]) for m in range(2)])
    error = p_hat - sp.Matrix([0, 1, 0])
    check("U^T (p - y)", gradient, U.T.as_explicit() * error)
    assert capsys.readouterr().out.startswith("✓ U^T (p - y): checked for this size only; ")
    with pytest.raises(ProofError, match="false at"):
        check("sign", gradient, -U.T.as_explicit() * error)
    with pytest.raises(ProofError, match="different shapes"):
        check("transposed", gradient, gradient.T)


def test_verdict_is_markdown_in_a_notebook(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.core.interactiveshell.InteractiveShell.initialized", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    check("a < b", q[o], q[o])
    refute("sum", Sum(q[w], w), q[o])
    assert shown[0]["text/plain"].startswith("✓ a < b: proved for every V; ")
    assert shown[0]["text/markdown"].startswith(r"✓ **a \< b**: proved for every V; ")
    assert r"left − right $= - {q}_{o} + \sum_{w=0}^{V - 1} {q}_{w}$" in shown[1]["text/markdown"]


def test_derivatives_keep_the_authors_names():
    assert D(score(o), v[k]) == u[o, k]
    assert D(loss, v[k]) == Sum(exp(score(x)) * u[x, k], x) / Sum(exp(score(x)), x) - u[o, k]


# --- Property: the normal form keeps the value ----------------------------------------------------------------------

leaves = st.sampled_from(
    [q[w], q[x], q[o], v[i], u[w, i], u[c[p], i], q[c[p]], q[c[r]], q[w] - q[x], real, V, C]
    + [delta(w, o), delta(w, x), delta(c[p], o), delta(c[p], w), delta(c[p], c[r]), delta(w, 0), delta(i, 0)]
)


def grow(inner):
    one, two = inner, st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda t: t[0] + t[1]),
        two.map(lambda t: t[0] * t[1]),
        two.map(lambda t: t[0] - 2 * t[1]),
        st.tuples(one, st.sampled_from([w, x, i, p, r, (w, 1, V - 1), (p, 0, C - 2)])).map(lambda t: Sum(*t)),
        one.map(sigma),
        one.map(lambda e: exp(-(e**2))),
        one.map(lambda e: log(1 + exp(e))),
        one.map(lambda e: log(exp(e) * sigma(e))),
        one.map(lambda e: 1 / (1 + e**2)),
    )


@settings(max_examples=150, deadline=None)
@given(
    expr=st.recursive(leaves, grow, max_leaves=6), seed=st.integers(0, 999), match=st.sampled_from([True, False, None])
)
def test_normal_form_keeps_the_value_and_is_stable(expr, seed, match):
    at = Point(seed, match=match)
    try:
        value = evaluate(expr, at)
    except (ArithmeticError, ProofError):  # overflow; or an index that two sizes happen to push outside
        assume(False)
    assume(abs(value) < 1e6)
    normal = normal_form(expr)
    assert evaluate(normal, at) == pytest.approx(value, rel=1e-7, abs=1e-7)
    assert normal_form(normal) == normal


@settings(max_examples=60, deadline=None)
@given(expr=st.recursive(leaves, grow, max_leaves=6), data=st.data())
def test_no_fault_is_ever_proved_against_the_numbers(expr, data):
    fault = data.draw(st.sampled_from(broken(expr) or [expr + 1]))
    try:
        equal = residual(expr, fault) == 0
        agree = not proofs._search(expr, fault)[1]
    except ProofError:
        assume(False)
    assert agree or not equal


@settings(max_examples=60, deadline=None)
@given(
    expr=st.recursive(leaves, grow, max_leaves=5),
    variable=st.sampled_from([q[a], v[k], u[a, k], real]),
    seed=st.integers(0, 999),
)
def test_derivative_of_anything_is_its_slope(expr, variable, seed):
    at = Point(seed)
    entry = variable if variable.is_Symbol else (variable.base, tuple(at[m] for m in variable.indices))
    try:
        values = [evaluate(expr, at), at[entry]]
        ahead, behind = (evaluate(expr, Nudged(at, entry, step)) for step in (1e-4, -1e-4))
    except (ArithmeticError, ProofError):
        assume(False)
    assume(abs(values[0]) < 1e3)
    assert evaluate(D(expr, variable), at) == pytest.approx((ahead - behind) / 2e-4, rel=1e-4, abs=1e-4)


class Nudged(dict):
    """A point with one entry moved."""

    def __init__(self, at, entry, step):
        super().__init__(at)
        self[entry] += step
        self.at = at

    def __missing__(self, key):
        return self.at[key]
