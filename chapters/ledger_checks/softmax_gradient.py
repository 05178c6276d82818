"""Checks of the statements of `hand-derivation`; the chapter is The softmax gradient."""

from inspect import signature

import numpy as np
from sympy import Product, Sum, Symbol, exp, log

from w2v_core import (
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    cbow,
    keep_probability,
    proofs,
    skip_gram,
    word2vec_c,
)
from w2v_core.corpus import windows
from w2v_core.proofs import D, V, array, check, check_chain, d, delta, indices, refute, sizes, words

w, x, c, o = indices("w x c o", V)
i, k = indices("i k", d)
u, v = array("u", V, d), array("v", d)


def s(w):
    """Score of word w."""
    return Sum(u[w, i] * v[i], i)


Z, p = Sum(exp(s(w)), w), proofs.softmax(s, x)
observed_minus_expected = u[o, k] - Sum(p(x) * u[x, k], x)
count = np.array([40, 30, 20, 6, 3, 1])  # occurrences of six words


def a_window_has_2m_words_except_at_the_ends():
    """The objective sums over 2m places; the text has fewer at its ends."""
    T, m = sizes("T m")
    t, j = indices("t", T), indices("j", (-m, m))
    text, chance = words("w", T, of=V), array("q", V, positive=True)  # any model that gives w_t a chance
    check(
        "the mean of the logarithms is the logarithm of the product, over T",
        Sum(log(chance[text[t]]), t) / T,
        log(Product(chance[text[t]], t)) / T,
    )
    check("places in the sum, without j = 0", Sum(Sum(1 - delta(j, 0), j), t), 2 * m * T)
    there_are = sum(len(context) for _, context in windows(range(9), radius=2))
    assert there_are == 2 * 2 * 9 - 2 * 3 < 2 * 2 * 9


def hd_02():
    """Logarithms of a product add up; but with T = 9 words and radius 2 only 30 of the 36 terms exist."""
    a_window_has_2m_words_except_at_the_ends()


def hd_06():
    """The same formula as hd/02: with T = 9 words and radius 2 only 30 of the 36 terms exist."""
    a_window_has_2m_words_except_at_the_ends()


def one_vector_is_another_model():
    """With one vector for each word, two more terms appear in the gradient."""
    one = array("v", V, d)
    p_one = proofs.softmax(lambda w: Sum(one[w, i] * one[c, i], i), x)
    claimed = one[o, k] - Sum(p_one(w) * one[w, k], w)
    check("the probabilities add up to 1 all the same", Sum(p_one(w), w), 1)
    refute("gradient with one vector for each word", D(log(p_one(o)), one[c, k]), claimed)
    check(
        "with one vector for each word, two more terms",
        D(log(p_one(o)), one[c, k]),
        claimed + (delta(c, o) - p_one(c)) * one[c, k],
    )


def hd_03():
    """A single vector for both roles does not give the post's gradient; two vectors (hd/07) do."""
    one_vector_is_another_model()
    check("with two vectors for each word", D(log(p(o)), v[k]), observed_minus_expected)


def hd_04():
    """The derivative of p is not that of its logarithm, and v stands for both vectors."""
    refute("the derivative of p rewritten as that of its logarithm", D(p(o), v[k]), D(log(p(o)), v[k]))
    check("the factor between them is p", D(p(o), v[k]), p(o) * D(log(p(o)), v[k]))
    one_vector_is_another_model()


def hd_05():
    """Skip-gram predicts the words around from the center; CBOW predicts the center from the words around."""
    assert skip_gram(7, [1, 2]) == [([7], 1), ([7], 2)]
    assert cbow(7, [1, 2]) == [([1, 2], 7)]


def hd_07():
    """The probabilities add up to 1, and two of them compare as the exponentials of their scores."""
    check("the probabilities add up to 1", Sum(p(x), x), 1)
    check("odds", p(w) / p(o), exp(s(w) - s(o)))


def hd_08():
    """A word is one of V; the elements of a vector are its d coordinates; the derivative can be taken one by one."""
    vectors = np.zeros((6, 2))  # six words, two coordinates
    assert len(vectors) != len(vectors[0])  # so the elements of a vector cannot be the words
    check("one coordinate of the derivative of a score", D(s(o), v[k]), u[o, k])


def the_logarithm_is_missing():
    """On the left stands the derivative of p, on the right that of its logarithm."""
    refute("the derivative of p itself", D(p(o), v[k]), D(log(exp(s(o)) / Z), v[k]))
    check("with the logarithm on the left", D(log(p(o)), v[k]), D(log(exp(s(o)) / Z), v[k]))


def hd_09():
    """The two sides differ; with a logarithm on the left they are equal."""
    the_logarithm_is_missing()


def hd_10():
    """Softmax needs V scores for one word, the other two objectives a few; it is indeed not the only way."""
    rng, wide = np.random.default_rng(0), np.arange(20_000, 0, -1)
    scores = {m: int(m(wide).candidates(np.array([7]), rng).mask.sum()) for m in (FullSoftmax, NegativeSampling)}
    assert scores == {FullSoftmax: 20_000, NegativeSampling: 6}
    q = array("q", V)
    total = Sum(1 + q[w] ** 2, w)
    check("other positive functions give probabilities, too", Sum((1 + q[x] ** 2) / total, x), 1)


def hd_11():
    """Line 1 lacks a logarithm on the left, line 2 a bracket around both terms."""
    the_logarithm_is_missing()
    both = log(exp(s(o))) - log(Z)
    refute("line 2 as printed", D(log(p(o)), v[k]), D(log(exp(s(o))), v[k]) - log(Z))
    check("line 2 with its bracket", D(log(p(o)), v[k]), D(both, v[k]))


def hd_12():
    """As hd/11: the boxes do not stand for the bracket, since the operator is inside the first one."""
    hd_11()


def hd_13():
    """Both steps hold for the observed word."""
    check_chain("the first term", [D(log(exp(s(o))), v[k]), D(s(o), v[k]), u[o, k]])
    refute("for word number 0 instead of the observed word", D(s(o), v[k]), u[0, k])


def hd_14():
    """With z = g(v): outer derivative, at the inner value, times inner derivative, here for log and for a square."""
    z = Symbol("z", positive=True)
    for f in (log, lambda a: a**2):
        check("the chain rule", D(f(Z), v[k]), D(f(z), z).subs(z, Z) * D(Z, v[k]))
        refute("the outer derivative at another value", D(f(Z), v[k]), D(f(z), z) * D(Z, v[k]))


def hd_15():
    """f of z and g of v, put together, are the second term of line 1."""
    check("f(g(v)) is the second term", s(o) - log(p(o)), log(Z))


def chain_rule_outside():
    """The outer derivative; the second sum has an index of its own."""
    check_chain("chain rule", [D(log(Z), v[k]), D(Z, v[k]) / Z, D(Sum(exp(s(x)), x), v[k]) / Sum(exp(s(w)), w)])


def hd_16():
    """Both steps hold; the second sum has an index of its own."""
    chain_rule_outside()


def hd_17():
    """The derivative holds; f and g are printed without their arguments."""
    hd_15()
    chain_rule_outside()


def hd_18():
    """Both steps hold: the derivative goes into the sum, then the chain rule again."""
    check_chain("inside", [D(Z, v[k]), Sum(exp(s(x)) * D(s(x), v[k]), x), Sum(exp(s(x)) * u[x, k], x)])


def hd_19():
    """The lines on the right agree with each other; they are the derivative of the logarithm, not of p."""
    refute("from line 1 to line 2, as printed", D(p(o), v[k]), u[o, k] - Sum(exp(s(x)) * u[x, k], x) / Z)
    check_chain(
        "with the logarithm in line 1",
        [
            D(log(p(o)), v[k]),
            u[o, k] - Sum(exp(s(x)) * u[x, k], x) / Z,
            u[o, k] - Sum(exp(s(x)) / Z * u[x, k], x),
            observed_minus_expected,
        ],
    )


def hd_20():
    """The same as hd/19."""
    hd_19()


def hd_21():
    """Dropping frequent words changes how many examples there are, not what one costs: still V scores."""
    rng = np.random.default_rng(0)
    kept = np.maximum(1, (count * keep_probability(count, 1e-2)).astype(int))
    assert kept.sum() < count.sum()  # subsampling makes the text shorter,
    for counts in (count, kept):  # and the softmax needs all six scores before and after;
        assert FullSoftmax(counts).candidates(np.array([0]), rng).mask.sum() == 6
    # what helps are two other objectives, and the program has both
    assert HierarchicalSoftmax(count).candidates(np.array([0]), rng).mask.sum() < 6
    assert NegativeSampling(count, negatives=2).candidates(np.array([0]), rng).mask.sum() == 3
    assert {"hs", "negative"} <= set(signature(word2vec_c.train).parameters)
