"""Checks of the statements told in chapters/noise_likelihood.md, one function each."""

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sympy import Product, Sum, Symbol, log

from w2v_core import sigmoid, skip_gram
from w2v_core.proofs import (
    C,
    D,
    K,
    V,
    array,
    check,
    check_chain,
    d,
    delta,
    indices,
    refute,
    sigma,
    sizes,
    softmax,
    words,
)
from w2v_core.word2vec_c import train

T, R = sizes("T R")  # running words; candidates of a pair: the positive word and its noise
a, b, o, w, x = indices("a b o w x", V)  # words
i, k = indices("i k", d)  # coordinates
t, j = indices("t", T), indices("j", K)  # places in the text; draws
p, q = indices("p q", C)  # positions in the context
r, r2 = indices("r l", R)  # places in the list of candidates
u, v, h, A = array("u", V, d), array("v", V, d), array("h", d), array("A", V, d)
z, y = words("z", R, of=V), array("y", R)  # candidates of one pair, and their labels
zz, yy, f3 = words("z", of=V), array("y"), array("f")  # candidates, labels, scores of all pairs
context, n = words("o", of=V), words("n", K, of=V)
g = array("g", T, C, positive=True)  # likelihoods of the pairs
alpha = Symbol("alpha", positive=True)
score = Symbol("s", real=True)
label = Symbol("y", real=True)


def s(word):
    """Score of a word against the hidden vector."""
    return Sum(u[word, i] * h[i], i)


def power(y, score):
    """Probability of the label y, in one formula."""
    return sigma(score) ** y * (1 - sigma(score)) ** (1 - y)


def ell(y, score):
    """Its logarithm."""
    return y * log(sigma(score)) + (1 - y) * log(1 - sigma(score))


def minus_plus(y, score):
    """The same with the plus sign lost: what is printed in und/06, und/08 and und/09."""
    return y * log(sigma(score)) * (1 - y) * log(1 - sigma(score))


pair = Product(power(y[r], s(z[r])), r)  # likelihood of one pair, over its list of candidates
L = Sum(ell(y[r], s(z[r])), r)


def in_row(score, row, y=label):
    """Lines of the derivative of ell by a vector, whose score has the gradient `row`."""
    probability = sigma(score)
    return [
        y * (1 - probability) * row + (1 - y) * -probability * row,
        (y * (1 - probability) + (1 - y) * -probability) * row,
        (y - probability) * row,
    ]


def sum_eq71():
    """A probability of the two labels of one word; over the words it does not add up to 1."""
    check("of the two labels", sigma(s(x)) + (1 - sigma(s(x))), 1)
    refute("of all words", Sum(sigma(s(w)), w), 1)


def sum_eq72():
    """The power form has the two values of (71)."""
    check("label 1", power(1, s(x)), sigma(s(x)))
    check("label 0", power(0, s(x)), 1 - sigma(s(x)))


def sum_eq72_r():
    """As (72): two values in one formula."""
    check("label 1", power(1, s(x)), sigma(s(x)))
    check("label 0", power(0, s(x)), 1 - sigma(s(x)))


def sum_eq73():
    """With a bracket after the product it is the likelihood of one example; without, the 1 alone is multiplied."""
    meant = sigma(s(w)) * Product(1 - sigma(s(n[j])), j)
    check("as the power form says", log(meant), ell(1, s(w)) + Sum(ell(0, s(n[j])), j))
    refute("without the bracket", meant, sigma(s(w)) - sigma(s(x)))


def sum_eq74():
    """Over the corpus likelihoods multiply; their logarithms add up, they do not."""
    G = array("g", T, positive=True)
    check("log of the product", log(Product(G[t], t)), Sum(log(G[t]), t))
    refute("sum of the likelihoods", log(Product(G[t], t)), Sum(G[t], t))
    uneven, even = np.array([0.9, 0.1]), np.array([0.4, 0.4])  # likelihoods of two examples, for two choices of vectors
    assert uneven.sum() > even.sum()
    assert uneven.prod() < even.prod()


def sum_eq75():
    """Right over {w} and Neg(w) together; over what the two share it is the logarithm of 1."""
    printed_3 = Sum(y[r] * log(sigma(s(z[r]))) * (1 - sigma(s(z[r]))) ** (1 - y[r]), r)
    check_chain("with the union", [-log(pair), -Sum(log(power(y[r], s(z[r]))), r), -L])
    assert {5} & {2, 7} == set()  # a noise word that equals w is dropped, so nothing is shared
    assert np.prod([]) == 1
    refute("over nothing", -log(pair), 0)
    refute("line 3, the logarithm of the first factor only", -log(pair), -printed_3)


def sum_eq76():
    """The logarithm of the probability of a label."""
    check("as (72)", ell(label, s(x)), log(power(label, s(x))))


def sum_eq77():
    """Each line of the derivative by the output vector."""
    check_chain("by u_x", [D(ell(label, s(x)), u[x, k]), *in_row(s(x), h[k])])


def sum_eq78():
    """The step uphill needs a plus, and sigma of the score."""
    uphill = u[x, k] + alpha * D(ell(label, s(x)), u[x, k])
    refute("as printed", uphill, u[x, k] - alpha * (label - s(x)) * h[k])
    refute("sigma put in, the sign kept", uphill, u[x, k] - alpha * (label - sigma(s(x))) * h[k])
    check("uphill", uphill, u[x, k] + alpha * (label - sigma(s(x))) * h[k])


def sum_eq79():
    """Each line of the derivative by h."""
    check_chain("by h", [D(ell(label, s(x)), h[k]), *in_row(s(x), u[x, k])])


def sum_eq80():
    """E is minus the log-likelihood; so the sum gets a minus, and it runs over the union."""
    refute("sign", D(-L, h[k]), Sum((y[r] - sigma(s(z[r]))) * u[z[r], k], r))
    refute("over nothing", D(-L, h[k]), 0)
    check("gradient of the loss", D(-L, h[k]), -Sum((y[r] - sigma(s(z[r]))) * u[z[r], k], r))


def sum_alg_neg_cbow():
    """A step uphill if the hidden vector is the sum of the context; not if it is the mean."""

    def hidden(scale):
        return lambda i: Sum(A[context[p], i], p) * scale

    def model(hidden):
        of = lambda row: Sum(u[row, i] * hidden(i), i)  # noqa: E731
        return Sum(ell(y[r], of(z[r])), r), Sum((y[r] - sigma(of(z[r]))) * u[z[r], k], r)

    count = Sum(delta(context[q], a), q)  # positions of word a in the context
    total, e = model(hidden(1))
    check("sum: e goes to each position", D(total, A[a, k]), count * e)
    mean, e = model(hidden(1 / C))
    refute("mean: e undivided", D(mean, A[a, k]), count * e)
    check("mean: e divided by C", D(mean, A[a, k]), count * e / C)
    check("output rows", D(L, u[a, k]), Sum(delta(z[r], a) * (y[r] - sigma(s(a))), r) * h[k])


def sum_s4_2_2_P():
    """A model: given the center the context words are independent, so the probabilities of all contexts add up to 1."""
    f = array("s", V)
    prob = softmax(lambda w: f[w], x)
    check("window of two context words", Sum(prob(a) * prob(b), a, b), 1)
    shares = np.array([0.5, 0.3, 0.2])
    np.testing.assert_allclose(sum(np.prod(shares[list(window)]) for window in product(range(3), repeat=4)), 1)


def sum_s4_2_2_g():
    """Over the union, for a pair: the logarithm is the sum of the label terms. Over the intersection it is 1."""
    check("over the list of candidates", log(pair), L)
    refute("over nothing", log(pair), 0)


def sum_eq81():
    """The candidates belong to the context word u, else g(u) would be the same for every u."""
    triple = Product(power(yy[t, p, r], s(zz[t, p, r])), r)  # of context word number p of center t
    check("likelihood of one pair", log(triple), Sum(ell(yy[t, p, r], s(zz[t, p, r])), r))
    refute("the same whatever u is", log(triple), log(triple.subs(p, q)))
    refute("over nothing", log(triple), 0)


def sum_eq82():
    """The corpus needs a product over its words, or the logarithm of each term."""
    refute("sum of products", log(Product(g[t, p], p, t)), Sum(Product(g[t, p], p), t))
    check("product of products", log(Product(g[t, p], p, t)), Sum(log(g[t, p]), p, t))


def sum_s4_2_2_logL():
    """With the logarithm the sum is that of the whole product."""
    check("log-likelihood", log(Product(g[t, p], p, t)), Sum(log(Product(g[t, p], p)), t))


def sum_eq83():
    """Right for every t over {u} and Neg(u) together; over what the two share it is 0."""
    f = Product(power(yy[t, p, r], f3[t, p, r]), r)
    check_chain(
        "with the union, for the center at any place t",
        [
            -log(Product(f, p)),
            -Sum(log(f), p),
            -Sum(log(power(yy[t, p, r], f3[t, p, r])), r, p),
            -Sum(ell(yy[t, p, r], f3[t, p, r]), r, p),
        ],
    )
    refute("over nothing", -Sum(log(f), p), 0)


def noise_draws(negative=3):
    """Noise words that the program draws for each center of a short text, with the number of context words."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "text"
        path.write_text("the king drinks tea and the queen drinks milk\n" * 2, encoding="utf-8")
        events = train(path, cbow=0, negative=negative, window=2, sample=0, iter=1, min_count=1, trace=10**6).events
    draws = []
    for event in events:
        if event[0] == "centre":
            draws.append([event[1], event[2], []])
        else:
            draws[-1][2].append(event[1])
    return draws


def sum_c83():
    """The program draws K noise words for every pair: as often as the window has context words, not once."""
    draws = noise_draws(negative=3)
    sizes_of_windows = [len(noise) / 3 for _, _, noise in draws]
    assert all(size.is_integer() for size in sizes_of_windows)
    assert max(sizes_of_windows) == 4  # two words to each side, three draws each
    assert any(noise[:3] != noise[3:6] for _, _, noise in draws if len(noise) > 3)
    check("draws for C pairs", Sum(K, p), C * K)


def sum_eq84():
    """One list for the window: right if each context word has scores of its own, and over the union."""
    own = f3[t, p, r]  # score of candidate r against the input vector of context word number p
    f = Product(power(y[r], own), r)
    lines = [-log(Product(f, p)), -Sum(log(f), p), -Sum(log(power(y[r], own)), r, p), -Sum(ell(y[r], own), r, p)]
    check_chain("one list of candidates for the window", lines)
    refute("over nothing", -Sum(log(f), p), 0)
    refute("the same hidden vector for every context word", lines[-1], -C * Sum(ell(y[r], f3[t, q, r]), r))


def sum_s4_2_2_l():
    """The logarithm of the probability of a label, as (76)."""
    check("as (72)", ell(label, s(x)), log(power(label, s(x))))


def sum_eq85():
    """Each line of the derivative by the output vector, as (77)."""
    check_chain("by u_x", [D(ell(label, s(x)), u[x, k]), *in_row(s(x), h[k])])


def sum_eq86():
    """The step uphill needs a plus, and sigma of the score, as (78)."""
    uphill = u[x, k] + alpha * D(ell(label, s(x)), u[x, k])
    refute("as printed", uphill, u[x, k] - alpha * (label - s(x)) * h[k])
    check("uphill", uphill, u[x, k] + alpha * (label - sigma(s(x))) * h[k])


def sum_eq87():
    """With an input vector in the sigmoid and an output vector behind it, it is not a derivative by h."""
    printed = ell(label, Sum(v[x, i] * h[i], i))
    wrong = (label - sigma(Sum(v[x, i] * h[i], i))) * u[x, k]
    refute("both kinds of vector", D(printed, h[k]), wrong)
    check_chain("output vectors throughout", [D(ell(label, s(x)), h[k]), *in_row(s(x), u[x, k])])


def sum_s4_2_2_dEdh():
    """The sum gets a minus, and runs over the union, as (80)."""
    refute("sign", D(-L, h[k]), Sum((y[r] - sigma(s(z[r]))) * u[z[r], k], r))
    check("gradient of the loss", D(-L, h[k]), -Sum((y[r] - sigma(s(z[r]))) * u[z[r], k], r))


def sum_eq43_r3():
    """With one input word the hidden vector is its input vector, and a step down the loss is a step up L."""
    of = lambda row: Sum(u[row, i] * v[x, i], i)  # noqa: E731
    loss = -Sum(ell(y[r], of(z[r])), r)
    down = Sum((sigma(of(z[r])) - y[r]) * u[z[r], k], r)
    check("dE/dh is the gradient of the input vector", v[x, k] - alpha * D(loss, v[x, k]), v[x, k] - alpha * down)


def sum_alg_neg_sg():
    """Uphill, with each context word as an input; over a corpus, the pairs are those of skip-gram."""
    at = Sum(u[zz[p, r], i] * v[context[p], i], i)
    pull = yy[p, r] - sigma(at)
    window = Sum(ell(yy[p, r], at), r, p)
    check("input vectors", D(window, v[a, k]), Sum(delta(context[p], a) * pull * u[zz[p, r], k], r, p))
    check("output vectors", D(window, u[a, k]), Sum(delta(zz[p, r], a) * pull * v[context[p], k], r, p))
    text, radius = list(range(7)), 2
    spans = [(c, [o for o in text if 0 < abs(o - c) <= radius]) for c in text]
    forward = {(inputs[0], target) for c, near in spans for inputs, target in skip_gram(c, near)}
    backward = {(o, c) for c, near in spans for o in near}
    assert forward == backward
    assert {(c, o) for c, near in spans[2:3] for o in near} != {(o, c) for c, near in spans[2:3] for o in near}


def und_01():
    """The logarithm of the double product is the double sum."""
    check("log G", log(Product(g[t, p], p, t)), Sum(log(g[t, p]), p, t))


def und_02():
    """The product over the list {u}, NEG(u) of one pair; a set would count a repeated noise word once."""
    check("likelihood of a pair", log(pair), L)
    scores, draws = np.array([0.5, -1.0]), [1, 1]
    as_list, as_set = (np.prod([1 - sigmoid(scores[w]) for w in some]) for some in (draws, set(draws)))
    np.testing.assert_allclose(as_list, as_set**2)
    assert as_list != as_set


def und_03():
    """Two probabilities that add up to 1, for one word; not for all words."""
    check("label 1 or label 0", sigma(s(x)) + (1 - sigma(s(x))), 1)
    refute("a distribution over words", Sum(sigma(s(w)), w), 1)


def und_04():
    """Sigma is the probability of "yes". For noise the right answer is "no": at sigma = 0.1 it has 0.9."""
    right_answer = {1: sigmoid(np.log(1 / 9)), 0: 1 - sigmoid(np.log(1 / 9))}
    np.testing.assert_allclose(right_answer[1], 0.1)
    np.testing.assert_allclose(right_answer[0], 0.9)
    refute("right answer about noise", power(0, score), sigma(score))
    check("right answer about noise, as it is", power(0, score), sigma(-score))


def und_05():
    """The power form has the two values of und/03."""
    check("label 1", power(1, s(x)), sigma(s(x)))
    check("label 0", power(0, s(x)), 1 - sigma(s(x)))


def und_06():
    """The first three lines, and the last with its plus; without it, every term is zero."""
    y3, at = yy[t, p, r], f3[t, p, r]
    G = Product(power(y3, at), r, p, t)
    check_chain("log G", [log(G), Sum(log(power(y3, at)), r, p, t), Sum(ell(y3, at), r, p, t)])
    refute("line 4 as printed", ell(label, score), minus_plus(label, score))
    check("without the plus, label 1", minus_plus(1, score), 0)
    check("without the plus, label 0", minus_plus(0, score), 0)


def und_07():
    """Shared noise needs fewer draws, K for CK, but as many scores: C (K + 1) either way."""
    rng, C_, K_ = np.random.default_rng(0), 4, 5
    fresh, shared = rng.integers(9, size=(C_, K_)), rng.integers(9, size=K_)
    assert (fresh.size, shared.size) == (20, 5)
    vectors, rows = rng.normal(size=(C_, 3)), rng.normal(size=(9, 3))
    scores = [np.einsum("pd,prd->pr", vectors, rows[fresh]), vectors @ rows[shared].T]
    assert scores[0].size == scores[1].size == C_ * K_
    check("scores of a window", Sum(1 + Sum(1, j), p), C * (K + 1))


def und_08():
    """theta and the label need the summed u; with z left over from before the terms do not depend on u."""
    at = lambda row: Sum(u[row, i] * h[i], i)  # noqa: E731
    G = Product(power(y[r], at(z[r])), r)
    check_chain("with u", [log(G), Sum(log(power(y[r], at(z[r]))), r), Sum(ell(y[r], at(z[r])), r)])
    refute("line 3, with z from outside", log(G), Sum(log(power(y[r2], at(z[r2]))), r))
    refute("line 4, without the plus", ell(label, score), minus_plus(label, score))


def und_09():
    """The abbreviation needs its plus; as printed it is zero for both labels."""
    refute("as printed", log(power(label, score)), minus_plus(label, score))
    check("with the plus", log(power(label, score)), ell(label, score))
    check("as printed, label 1", minus_plus(1, score), 0)


def und_10():
    """The log-likelihood is the sum of the terms."""
    y3, at = yy[t, p, r], f3[t, p, r]
    check("sum of the terms", log(Product(power(y3, at), r, p, t)), Sum(ell(y3, at), r, p, t))


def und_11():
    """Chain rule, for any inner function; here the score as a function of a coordinate."""
    check("scalar", D(log(sigma(score)), score), 1 - sigma(score))
    check("score", D(log(sigma(s(x))), h[k]), (1 - sigma(s(x))) * D(s(x), h[k]))
