"""Checks behind the ledger entries of `summary`, section 4.1: hierarchical softmax as a likelihood, and its code."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sympy import Product, Sum, Symbol, log

from w2v_core import HierarchicalSoftmax, HuffmanTree, log_sigmoid, sigmoid, windows
from w2v_core.proofs import C, D, V, array, check, check_chain, d, delta, indices, refute, sigma, sizes, words
from w2v_core.training import Embeddings, Examples, losses_and_gradients, sgd_step
from w2v_core.word2vec_c import Deviations, train, update

L, M, T = sizes("L M T")  # nodes on a path, the leaf included; inner nodes; pairs in the corpus
i, j = indices("i j", (2, L))  # the source counts its decisions from 2 to L(w)
n, tau = indices("n", M), indices("tau", T)
a, k = indices("a k", d)
node, bit = words("n", of=M), words("d", of=2)  # by place; d is 0 or 1
u, h = array("u", M, d), array("h", d)
t, y = Symbol("s", real=True), bit[1]  # a score; one bit
alpha = Symbol("alpha", positive=True)
lengths = array("L", T, integer=True, positive=True)
place = indices("i", (2, lengths[tau]))  # on the path that belongs to pair tau
at, bits, hidden = words("m", of=M), words("d", of=2), array("h", T, d)


def score(n, h=lambda a: h[a]):
    """V'_n h."""
    return Sum(u[n, a] * h(a), a)


def left(s, d):
    """Formula 55: d = 1 stands for sigma."""
    return sigma(s) ** d * (1 - sigma(s)) ** (1 - d)


def right(s, d):
    """Formula 61: d = 1 stands for 1 - sigma."""
    return (1 - sigma(s)) ** d * sigma(s) ** (1 - d)


def l_left(s, d):
    """Formula 59."""
    return d * log(sigma(s)) + (1 - d) * log(1 - sigma(s))


def l_right(s, d):
    """Formula 63."""
    return d * log(1 - sigma(s)) + (1 - d) * log(sigma(s))


def slope(log_probability, first, x, other):
    """Lines of 60, 64, 66 and 69: the derivative by `x`, one factor of the score; `first` is 1 where sigma stands."""
    s = sigma(score(n))
    return [
        D(log_probability(score(n), y), x),
        D(first * log(s), x) + D((1 - first) * log(1 - s), x),
        first * (1 - s) * other + (1 - first) * (-s) * other,
        (first * (1 - s) + (1 - first) * (-s)) * other,
        (first - s) * other,
    ]


SCORES = score(at[tau, place - 1], lambda a: hidden[tau, a])  # of every decision of the corpus
BITS = bits[tau, place]
s_i, d_i = score(node[i - 1]), bit[i]  # of one path
E = -Sum(l_right(s_i, d_i), i)  # the loss of one pair


def over_corpus(f):
    """Sum over all pairs and all their decisions."""
    return Sum(f, place, tau)


# A small case with numbers: a tree of nine words, its node vectors, input vectors, a context with a repeated word.
RNG = np.random.default_rng(4)
COUNTS = RNG.integers(1, 50, 9)
TREE, OBJECTIVE = HuffmanTree(COUNTS), HierarchicalSoftmax(COUNTS)
VECTORS, THETA, CONTEXT, WORD = RNG.normal(size=(9, 3)), RNG.normal(size=(8, 3)), [2, 5, 2, 7], 4


def walk(x, theta, u, eta):
    """Inner loop of all three pieces of pseudo-code."""
    e = np.zeros(len(x))
    for row, digit in zip(TREE.path(u), TREE.code(u), strict=True):
        g = eta * (1 - digit - sigmoid(x @ theta[row]))
        e = e + g * theta[row]
        theta[row] = theta[row] + g * x
    return e


def version_A(v, theta, w, context, eta):
    """Pseudo-code (A)."""
    e = np.zeros(v.shape[1])
    for u in context:
        e = e + walk(v[w], theta, u, eta)
    v[w] = v[w] + e


def version_B(v, theta, w, context, eta):
    """Pseudo-code (B)."""
    for u in context:
        v[w] = v[w] + walk(v[w], theta, u, eta)


def gradient_step(v, theta, w, context, eta):
    """One step down the gradient of the whole window."""
    batch = Examples.pack([([w], u) for u in context])
    sgd_step(Embeddings(v, theta), batch, OBJECTIVE, learning_rate=eta, rng=RNG)


def after(step, eta):
    """Both matrices after one window."""
    v, theta = VECTORS.copy(), THETA.copy()
    step(v, theta, WORD, CONTEXT, eta)
    return np.vstack([v, theta])


def gap(one, two, eta):
    """Largest difference between two steps."""
    return np.abs(after(one, eta) - after(two, eta)).max()


def sum_eq44_r():
    """With one index, and a sign of +1 or -1, it is formula 56; with the bracket of 44, or two letters, it is not."""

    def b(i):
        return 2 * bit[i] - 1

    refute("the bracket of 44, 1 or 0", sigma(0 * t), left(t, 0))
    check("sign + 1 is d = 1", sigma(+1 * t), left(t, 1))
    check("sign - 1 is d = 0", sigma(-1 * t), left(t, 0))
    signed = Product(sigma(b(i) * s_i), i)
    check("one index", log(signed), Sum(log(sigma(b(i) * s_i)), i))
    refute("j is not bound", signed, Product(sigma(b(j) * s_i), i))


def sum_s4_1_1_d():
    """d[2] ... d[L] are L - 1 bits for L - 1 decisions: d[j] belongs to decision j - 1, at node j - 1."""
    decision = indices("m", (1, L - 1))
    check("decisions counted from 2 to L", Sum(1, i), L - 1)
    printed = Sum(bit[i] * s_i, i)
    check("d[j] is decision j - 1", printed, Sum(bit[decision + 1] * score(node[decision]), decision))
    refute("d[j] is decision j", printed, Sum(bit[decision] * score(node[decision]), decision))


def sum_eq55():
    """The two values of d give the two answers, and these add up to 1."""
    check("left", left(t, 1), sigma(t))
    check("right", left(t, 0), 1 - sigma(t))
    check("nothing else", left(t, 1) + left(t, 0), 1)


def sum_eq56():
    """The product over d is the product over signs, and the leaves of a tree add up to 1."""
    check("its logarithm", log(Product(left(s_i, d_i), i)), Sum(l_left(s_i, d_i), i))
    total = 0
    for word in range(9):
        s, d = THETA[TREE.path(word)] @ VECTORS[0], 1 - np.array(TREE.code(word))
        p = np.prod(sigmoid(s) ** d * (1 - sigmoid(s)) ** (1 - d))
        assert np.isclose(np.log(p), log_sigmoid((2 * d - 1) * s).sum())
        total += p
    assert np.isclose(total, 1)


def sum_eq57():
    """Lines 1 and 2 hold; line 3 has lost a sigma."""
    second = over_corpus(log(left(SCORES, BITS)))
    check("57, line 2", Sum(log(Product(left(SCORES, BITS), place)), tau), second)
    refute("57, line 3", second, over_corpus(BITS * log(SCORES) + (1 - BITS) * log(1 - sigma(SCORES))))
    check("57, line 3 with sigma", second, over_corpus(l_left(SCORES, BITS)))


def sum_eq58():
    """Minus the logarithm of the likelihood."""
    likelihood = Sum(log(Product(left(SCORES, BITS), place)), tau)
    check("58", -likelihood, -over_corpus(BITS * log(sigma(SCORES)) + (1 - BITS) * log(1 - sigma(SCORES))))


def sum_eq59():
    """l is the logarithm of formula 55: a log-likelihood, not a loss."""
    check("59", l_left(t, y), log(left(t, y)))


def sum_eq60():
    """Each line from the line before: the gradient of the log-likelihood."""
    check_chain("60", slope(l_left, y, u[n, k], h[k]))


def sum_code10():
    """The program's `update` does these three lines, with the node vector before its move in the first sum."""
    syn0, syn1 = VECTORS.astype(np.float32), THETA.astype(np.float32)
    rows, code = np.array(TREE.path(WORD)), np.array(TREE.code(WORD), np.float32)
    exact = Deviations(sigmoid_table=False, hs_skips_large_scores=False)
    update(syn0, CONTEXT, [(syn1, rows, 1 - code, True)], np.float32(0.5), exact)
    neu1, neu1e, nodes = VECTORS[CONTEXT].mean(axis=0), np.zeros(3), THETA.copy()
    for row, digit in zip(rows, code, strict=True):
        g = (1 - digit - sigmoid(neu1 @ nodes[row])) * 0.5
        neu1e += g * nodes[row]
        nodes[row] += g * neu1
    moved = VECTORS.copy()
    np.add.at(moved, CONTEXT, neu1e)
    np.testing.assert_allclose(syn1, nodes, atol=1e-5)
    np.testing.assert_allclose(syn0, moved, atol=1e-5)


def sum_c60():
    """The other labelling is the mirror, u -> -u; and formula 60 with d = 1 - code is the program's update."""
    check("the mirror", right(score(n), y), left(score(n, lambda a: -h[a]), y))
    code = Symbol("code", real=True)
    check("60 with d = 1 - code", D(l_left(score(n), 1 - code), u[n, k]), (1 - code - sigma(score(n))) * h[k])
    refute("as a function of the vectors the cost does differ", E, -Sum(l_left(s_i, d_i), i))


def sum_eq61():
    """With its bracket closed: the two answers, the other way round."""
    check("left", right(t, 1), 1 - sigma(t))
    check("right", right(t, 0), sigma(t))
    check("nothing else", right(t, 1) + right(t, 0), 1)


def sum_eq62():
    """Each line from the line before, if the logarithm in line 2 is that of both factors."""
    first_only = log((1 - sigma(SCORES)) ** BITS) * sigma(SCORES) ** (1 - BITS)
    refute("62, line 2, the logarithm of one factor", over_corpus(log(right(SCORES, BITS))), over_corpus(first_only))
    check_chain(
        "62",
        [
            Sum(-log(Product(right(SCORES, BITS), place)), tau),
            -over_corpus(log(right(SCORES, BITS))),
            -over_corpus(BITS * log(1 - sigma(SCORES)) + (1 - BITS) * log(sigma(SCORES))),
        ],
    )


def sum_eq63():
    """l is the logarithm of formula 61."""
    check("63", l_right(t, y), log(right(t, y)))


def sum_eq64():
    """Each line from the line before: the gradient of the log-likelihood."""
    check_chain("64", slope(l_right, 1 - y, u[n, k], h[k]))


def down_not_up(name):
    """A step down the loss has a plus, not a minus."""
    move = alpha * (1 - y - sigma(score(n))) * h[k]
    down = u[n, k] - alpha * D(-l_right(score(n), y), u[n, k])
    refute(f"{name} as printed", u[n, k] - move, down)
    check(f"{name} with a plus", u[n, k] + move, down)


def sum_eq65():
    """The minus makes it a step down the log-likelihood, that is up the loss."""
    down_not_up("65")
    before = after(version_B, 0)
    pairs = Examples.pack([([WORD], c) for c in CONTEXT])
    wanted = OBJECTIVE.candidates(pairs.targets, RNG)

    def loss(m):
        return losses_and_gradients(Embeddings(m[:9], m[9:]), pairs, wanted, OBJECTIVE.loss)[0].sum()

    assert loss(after(version_B, -0.05)) > loss(before) > loss(after(version_B, 0.05))


def sum_eq66():
    """With its brackets closed, each line from the line before."""
    check_chain("66", slope(l_right, 1 - y, h[k], u[n, k]))


def sum_eq67():
    """E is the cross-entropy, so both lines need a minus; the second follows from the first."""
    slopes = Sum(D(l_right(score(n), y), h[k]).subs(n, node[i - 1]).subs(y, d_i), i)
    second = Sum((1 - d_i - sigma(s_i)) * u[node[i - 1], k], i)
    refute("67, line 1", D(E, h[k]), slopes)
    check("67, line 2 from line 1", slopes, second)
    check("67 with a minus", D(E, h[k]), -second)


def sum_eq36_r2():
    """Each position gets 1/C of the gradient in h, if h is the mean and the gradient is that of the loss."""
    v, c, p, r, w = array("v", V, d), words("c", C, of=V), *indices("p r", C), indices("w", V)
    s = score(node[i - 1], lambda a: Sum(v[c[p], a], p) / C)
    mean_loss = -Sum(l_right(s, d_i), i)
    in_h = Sum((sigma(s) - 1 + d_i) * u[node[i - 1], k], i)
    moved = v[w, k] - alpha * Sum(delta(c[r], w), r) / C * in_h
    check("36, once more", moved, v[w, k] - alpha * D(mean_loss, v[w, k]))


def sum_alg_hs_cbow():
    """An exact step up the log-likelihood when x is the sum; when h is the mean, as in 36, e needs 1/C."""
    v, c, p, r, w = array("v", V, d), words("c", C, of=V), *indices("p r", C), indices("w", V)
    in_sum = score(node[i - 1], lambda a: Sum(v[c[p], a], p))
    in_mean = score(node[i - 1], lambda a: Sum(v[c[p], a], p) / C)
    count = Sum(delta(c[r], w), r)

    def e(s):
        return Sum((1 - d_i - sigma(s)) * u[node[i - 1], k], i)

    check("x is the sum", D(Sum(l_right(in_sum, d_i), i), v[w, k]), count * e(in_sum))
    refute("the same e for the mean", D(Sum(l_right(in_mean, d_i), i), v[w, k]), count * e(in_mean))
    x, theta = VECTORS[CONTEXT].sum(axis=0), THETA.copy()
    g = 0.5 * (1 - np.array(TREE.code(WORD)) - sigmoid(THETA[TREE.path(WORD)] @ x))
    np.testing.assert_allclose(walk(x, theta, WORD, 0.5), g @ THETA[TREE.path(WORD)])
    np.testing.assert_allclose((theta - THETA)[TREE.path(WORD)], np.outer(g, x))


def sum_s4_1_2_obj():
    """The mean over the text of the pairs that exist: at its ends some context words are missing."""
    m = sizes("m")
    offset = indices("j", (-m, m))
    check("inside the text every center has 2 m context words", Sum(1 - delta(offset, 0), offset), 2 * m)
    sentence = [0, 1, 2, 3, 4]
    pairs = sum(len(context) for _, context in windows(sentence, 2))
    assert pairs == sum(0 <= t + j < 5 for t in range(5) for j in (-2, -1, 1, 2)) < 5 * 4


def sum_s4_1_2_pwu():
    """The product along the path of w, at the input vector of the other word; the leaves add up to 1."""
    check("its logarithm", log(Product(right(s_i, d_i), i)), Sum(l_right(s_i, d_i), i))
    signs = [1 - 2 * np.array(TREE.code(word)) for word in range(9)]
    p = [np.exp(log_sigmoid(b * (THETA[TREE.path(word)] @ VECTORS[1])).sum()) for word, b in enumerate(signs)]
    assert np.isclose(sum(p), 1)


def sum_s4_1_2_L():
    """The products become sums; the inner one must run over the letter that stands inside."""
    q = indices("q", C)

    def s(j):
        return score(at[q, j - 1])

    right_one = Sum(log(Product(right(s(i), bits[q, i]), i)), q)
    check("one index", log(Product(Product(right(s(i), bits[q, i]), i), q)), right_one)
    refute("j is not bound", right_one, Sum(log(Product(right(s(j), bits[q, j]), i)), q))


def sum_eq68():
    """Lines 1 and 2 hold; line 3 has lost a logarithm."""
    second = -over_corpus(log(right(SCORES, BITS)))
    check("68, line 2", Sum(-log(Product(right(SCORES, BITS), place)), tau), second)
    refute("68, line 3", second, -over_corpus(BITS * log(1 - sigma(SCORES)) + (1 - BITS) * sigma(SCORES)))
    check("68, line 3 with log", second, -over_corpus(l_right(SCORES, BITS)))


def sum_s4_1_2_l():
    """l is the logarithm of formula 61."""
    check("l(w, u, i)", l_right(t, y), log(right(t, y)))


def sum_eq69a():
    """Lines 1 and 2 have the derivative by h on the right; with the node vector every line holds."""
    s, at_n = sigma(score(n)), u[n, k]
    refute("69, line 1", D(l_right(score(n), y), at_n), D(l_right(score(n), y), h[k]))
    mixed = D(y * log(1 - s), at_n) + D((1 - y) * log(s), h[k])
    refute("69, line 2", D(l_right(score(n), y), at_n), mixed)
    check_chain("69 with the node vector", slope(l_right, 1 - y, at_n, h[k]))


def sum_s4_1_2_upd():
    """As 65: the minus goes up the loss."""
    down_not_up("the update")


def sum_eq69b():
    """Each line from the line before."""
    check_chain("the second 69", slope(l_right, 1 - y, h[k], u[n, k]))


def sum_eq70():
    """The sum over all paths of the window is minus the gradient; and the letters i and j are mixed."""
    q = indices("q", C)

    def s(j):
        return score(at[q, j - 1])

    window = -Sum(l_right(s(j), bits[q, j]), j, q)

    def term(j):
        return (1 - bits[q, j] - sigma(s(j))) * u[at[q, j - 1], k]

    refute("70 as printed, even with one letter", D(window, h[k]), Sum(term(j), j, q))
    refute("70: sum over j, terms with i", D(window, h[k]), -Sum(term(i), j, q))
    check("70 with a minus and one letter", D(window, h[k]), -Sum(term(j), j, q))


def sum_eq43_r2():
    """h is the input vector itself, so it takes the whole gradient."""
    v = array("v", d)
    s = score(node[i - 1], lambda a: v[a])
    in_h = Sum((sigma(s) - 1 + d_i) * u[node[i - 1], k], i)
    check("43, once more", v[k] - alpha * in_h, v[k] - alpha * D(-Sum(l_right(s, d_i), i), v[k]))


def sum_alg_hs_sg_A():
    """The gradient step of the window up to terms in eta squared; exactly, if each path starts at the old nodes."""

    def from_old_nodes(v, theta, w, context, eta):
        old, e = theta.copy(), np.zeros(v.shape[1])
        for c in context:
            nodes = old.copy()
            e += walk(v[w], nodes, c, eta)
            theta += nodes - old
        v[w] = v[w] + e

    def one_word(version):
        return lambda v, theta, w, context, eta: version(v, theta, w, context[:1], eta)

    q = indices("q", C)
    s, d = score(at[q, i - 1]), bits[q, i]
    e = Sum((1 - d - sigma(s)) * u[at[q, i - 1], k], i, q)
    check("e, with all nodes as they were", D(Sum(l_right(s, d), i, q), h[k]), e)
    assert gap(from_old_nodes, gradient_step, 0.5) < 1e-12
    assert gap(one_word(version_A), one_word(gradient_step), 0.5) < 1e-12
    assert gap(version_A, gradient_step, 0.5) > 0.1, "as printed, the nodes have moved"
    gaps = [gap(version_A, gradient_step, eta) for eta in (0.02, 0.01, 0.005)]
    assert all(3.5 < one / two < 4.5 for one, two in zip(gaps, gaps[1:], strict=False))
    assert gaps[-1] < 0.01 * np.abs(after(gradient_step, 0.005) - after(version_A, 0)).max()


def sum_alg_hs_sg_B():
    """Stochastic gradient descent, exactly: one step of `sgd_step` for each context word."""

    def one_by_one(v, theta, w, context, eta):
        for c in context:
            gradient_step(v, theta, w, [c], eta)

    assert gap(version_B, one_by_one, 0.5) < 1e-12
    assert gap(version_A, version_B, 0.5) > 0.1


def sum_c_hs_sg_w2v():
    """Refreshed after each pair, but with the roles swapped: the context word is the input."""
    text = ["a rose is a rose is a rose", "the rose is red"]
    plain = {"random_window": False, "sigmoid_table": False, "hs_skips_large_scores": False}
    with TemporaryDirectory() as folder:
        file = Path(folder) / "text.txt"
        file.write_text("\n".join(text) + "\n", encoding="utf-8")
        options = {"cbow": 0, "hs": 1, "negative": 0, "size": 4, "window": 2, "sample": 0, "alpha": 0.5}
        program = train(file, **options, iter=2, min_count=1, deviations=Deviations(**plain))
    index = {word: number for number, word in enumerate(program.words)}

    def by_hand(swapped):
        v, nodes = program.init.astype(float), np.zeros((len(program.words), 4))
        for sentence in text * 2:
            for w, around in windows([index[word] for word in sentence.split()], 2):
                for c in around:
                    source, target = (c, w) if swapped else (w, c)
                    e = np.zeros(4)
                    for row, digit in zip(program.points[target], program.codes[target], strict=True):
                        g = 0.5 * (1 - digit - sigmoid(v[source] @ nodes[row]))
                        e += g * nodes[row]
                        nodes[row] += g * v[source]
                    v[source] += e
        return np.abs(v - program.syn0).max()

    refuted, right = by_hand(swapped=False), by_hand(swapped=True)
    assert refuted > 0.01, "(B) as printed is not the program"
    assert right < 1e-5, "(B) with the roles swapped is"
