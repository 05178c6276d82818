"""Checks of the statements told in chapters/negative_sampling.md, one function each."""

import numpy as np
from sympy import Product, Sum, Symbol, exp, log

from w2v_core import FullSoftmax, NegativeSampling, sigmoid, skip_gram, windows
from w2v_core.proofs import D, K, V, array, check, check_chain, d, delta, indices, refute, sigma, sizes, words

a, b, o, w, x = indices("a b o w x", V)  # words
i, k = indices("i k", d)  # coordinates
j, j2 = indices("j l", K)  # draws of noise
u, v, h = array("u", V, d), array("v", V, d), array("h", d)
n = words("n", K, of=V)  # the noise: words may repeat, and may be the target
N, M, m = sizes("N M m")
center = indices("c", V)
t = Symbol("t", real=True)
q = array("q")  # free scores


def s(word):
    """Score of a word against the hidden vector."""
    return Sum(u[word, i] * h[i], i)


noise = -Sum(log(sigma(-s(n[j]))), j)
J = log(sigma(s(o))) - noise
E = -J
counted = delta(a, o) * (sigma(s(a)) - 1) + Sum(delta(a, n[j]), j) * sigma(s(a))  # each draw counts


def sum_s1_3_2m():
    """A window of 2m pairs has 2mK noise words, not 2m: 20 for m = 2 and K = 5."""
    examples = skip_gram(2, [0, 1, 3, 4])  # m = 2
    objective = NegativeSampling(np.ones(9, dtype=int), negatives=5)
    drawn = objective.candidates(np.array([target for _, target in examples]), np.random.default_rng(0))
    assert (drawn.labels == 1).sum() == 4
    assert (drawn.labels == 0).sum() == 20 != 4
    offset = indices("offset", (-m, m))
    check("K for each of 2m pairs", Sum((1 - delta(offset, 0)) * Sum(1, j), offset), 2 * m * K)


def sum_eq07():
    """With two input vectors it is another model than (9); with an output and an input vector it is sigma(score)."""
    pair = Sum(u[w, i] * v[center, i], i)
    one_kind = Sum(v[center, i] * v[w, i], i)
    refute("two input vectors", 1 / (1 + exp(-one_kind)), 1 / (1 + exp(-pair)))
    check("output and input vector", 1 / (1 + exp(-pair)), sigma(pair))


def sum_eq08():
    """No is one minus yes, whatever the score."""
    pair = Sum(u[w, i] * v[center, i], i)
    check_chain("no", [1 - sigma(pair), 1 - 1 / (1 + exp(-pair)), sigma(-pair)])
    one_kind = Sum(v[center, i] * v[w, i], i)
    refute("the same with two input vectors", 1 - 1 / (1 + exp(-one_kind)), sigma(-pair))


def corpus_lines(score):
    """Logarithms of the five lines of (9), for N pairs read and M pairs of noise; pairs may repeat."""
    r, f = indices("r", N), indices("f", M)
    wr, cr, wf, cf = words("wr", N, of=V), words("cr", N, of=V), words("wf", M, of=V), words("cf", M, of=V)
    read, noise = score(wr[r], cr[r]), score(wf[f], cf[f])
    yes = sigma  # P(D = 1) at a score
    return [
        log(Product(yes(read), r) * Product(sigma(-noise), f)),
        log(Product(yes(read), r) * Product(1 - yes(noise), f)),
        Sum(log(yes(read)), r) + Sum(log(1 - yes(noise)), f),
        Sum(log(1 / (1 + exp(-read))), r) + Sum(log(1 - 1 / (1 + exp(-noise))), f),
        Sum(log(1 / (1 + exp(-read))), r) + Sum(log(sigma(-noise)), f),  # 1 / (1 + e^s) = sigma(-s), see sum_eq09
    ]


def sum_eq09():
    """The lines follow with output times input vector; not with (7) as printed; and lists, not sets, are meant."""
    lines = corpus_lines(lambda w, c: Sum(u[w, i] * v[c, i], i))
    check("the last fraction", 1 / (1 + exp(t)), sigma(-t))
    check_chain("(9) with output times input vector", lines)
    printed = corpus_lines(lambda w, c: Sum(v[w, i] * v[c, i], i))
    refute("line 4 from line 3, with (7) as printed", printed[2], lines[3])
    slope = D(N * log(sigma(t)) + log(sigma(-t)), t)  # a pair read N times and once in the noise
    check("read N times", slope, N * sigma(-t) - sigma(t))  # zero at s = log N
    np.testing.assert_allclose(3 * sigmoid(-np.log(3)), sigmoid(np.log(3)))
    assert sigmoid(-np.log(3)) != sigmoid(np.log(3))  # as sets it would count once, and the best score would be 0


def sum_eq09_r():
    """As (9): the repeated chain holds for lists of pairs; one of u and v takes both places in (7)."""
    lines = corpus_lines(lambda w, c: Sum(u[w, i] * v[c, i], i))
    check_chain("(9) again", lines)
    refute("line 4 from line 3, with (7) as printed", corpus_lines(lambda w, c: Sum(v[w, i] * v[c, i], i))[2], lines[3])


def sum_eq10():
    """J is the log-probability of K + 1 right answers; u_k is the vector of the k-th draw, not of word k."""
    check("K + 1 right answers", log(sigma(s(o)) * Product(1 - sigma(s(n[j])), j)), J)
    refute("the first K words as noise", Sum(log(sigma(-q[n[j]])), j), Sum(log(sigma(-q[j])), j))


def sum_eq10_r():
    """As (10): draws, not the first K words."""
    check("K + 1 right answers", log(sigma(s(o)) * Product(1 - sigma(s(n[j])), j)), J)
    refute("the first K words as noise", Sum(log(sigma(-q[n[j]])), j), Sum(log(sigma(-q[j])), j))


def sum_eq11():
    """E = -J is the sum of K + 1 cross-entropies with labels 1 and 0."""

    def entropy(y, score):
        return -y * log(sigma(score)) - (1 - y) * log(1 - sigma(score))

    check("K + 1 cross-entropies", -J, entropy(1, s(o)) + Sum(entropy(0, s(n[j])), j))


def sum_eq50():
    """E with output vectors and h; over the set of noise words it would be another number when a word repeats."""
    u_c, noise = Sum(u[o, i] * h[i], i), Sum(u[n[j], i] * h[i], i)
    printed = -(log(sigma(u_c)) + Sum(log(sigma(-noise)), j))
    check("both forms", printed, -log(sigma(s(o))) - Sum(log(sigma(-s(n[j]))), j))
    scores, draws = np.array([0.5, -1.0]), [1, 1]
    as_list, as_set = (-sum(np.log(sigmoid(-scores[w])) for w in some) for some in (draws, set(draws)))
    np.testing.assert_allclose(as_list, 2 * as_set)
    assert as_list != as_set


def sum_eq51():
    """Right for each question on its own; for a word that repeats, or noise equal to the target, its uses add up."""
    own, yes = array("r", K), Symbol("y", real=True)
    each = -log(sigma(yes)) - Sum(log(sigma(-own[j])), j)
    check("score of the target", D(each, yes), sigma(yes) - 1)
    check("score of one draw", D(each, own[j2]), sigma(own[j2]))
    by_word = -log(sigma(q[o])) - Sum(log(sigma(-q[n[j]])), j)
    refute("one score for each word", D(by_word, q[n[j2]]), sigma(q[n[j2]]) - delta(n[j2], o))


def sum_eq52():
    """Every draw of a word counts in the gradient of its vector."""
    check("every word", D(E, u[a, k]), counted * h[k])
    refute("a word drawn twice", D(noise, u[n[j2], k]), sigma(s(n[j2])) * h[k])
    refute("the target drawn", D(E, u[o, k]), (sigma(s(o)) - 1) * h[k])


def sum_eq53():
    """Row j moves by its own error, not by that of row i."""
    one = -log(sigma(s(o))) - log(sigma(-s(x)))  # one noise word
    check("own error", D(one, u[x, k]), (sigma(s(x)) - delta(x, o) + delta(x, o) * sigma(s(x))) * h[k])
    refute("the error of another row", D(-log(sigma(-s(a))), u[a, k]), sigma(s(b)) * h[k])
    check("every draw, every row", D(E, u[a, k]), counted * h[k])


def sum_eq54():
    """The terms must carry the index of the sum; and the sum runs over draws."""
    check("in h", D(E, h[k]), (sigma(s(o)) - 1) * u[o, k] + Sum(sigma(s(n[j])) * u[n[j], k], j))
    refute("the same term for every draw", D(noise, h[k]), Sum(sigma(s(b)) * u[b, k], j))


def asg_f1():
    """First line: always. The other two: if target and noise are K + 1 different words."""
    check(
        "in the input vector",
        D(E, h[k]),
        -(1 - sigma(s(o))) * u[o, k] + Sum((1 - sigma(-s(n[j]))) * u[n[j], k], j),
    )
    check("in every output vector", D(E, u[a, k]), counted * h[k])
    refute("target among the noise", D(E, u[o, k]), -(1 - sigma(s(o))) * h[k])
    refute("noise that repeats", D(noise, u[n[j2], k]), (1 - sigma(-s(n[j2]))) * h[k])


def asg_f2():
    """V scores, one a word of the vocabulary, however long the corpus is; negative sampling needs K + 1."""
    text = "a rose is a rose is a rose".split()
    counts = np.array([text.count(word) for word in ("a", "rose", "is")])
    rng, target = np.random.default_rng(0), np.array([1])
    assert FullSoftmax(counts).candidates(target, rng).rows.size == 3 != len(text)
    assert NegativeSampling(counts, negatives=1).candidates(target, rng).rows.size == 2
    check("a score for each word", Sum(1, w), V)
    check("a score for the target and each draw", 1 + Sum(1, j), K + 1)
    assert len(list(windows(text, radius=1))) == len(text)


def asg_g1():
    """Drawn M times, a word has M times the term; equal vectors of different words do not count."""
    f, r = indices("f", M), indices("r", N)
    other = array("z", N)  # scores of the words that are not word a
    repeated = -Sum(log(sigma(-s(a))), f) - Sum(log(sigma(-other[r])), r)
    no = sigma(-s(a))
    check_chain(
        "a word that is drawn M times",
        [D(repeated, u[a, k]), -Sum(no * (1 - no) / no * -h[k], f), Sum((1 - no) * h[k], f), M * (1 - no) * h[k]],
    )
    check("any draws", D(-Sum(log(sigma(-s(n[j]))), j), u[a, k]), Sum(delta(a, n[j]), j) * (1 - no) * h[k])
    refute("vectors are equal, words are not", D(-log(sigma(-s(a))) - log(sigma(-s(b))), u[a, k]), 2 * (1 - no) * h[k])
