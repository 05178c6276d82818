"""Checks behind the ledger entries of `summary`, section 3.1: hierarchical softmax as a path in a tree."""

import numpy as np
from sympy import Product, Sum, Symbol, exp, log

from w2v_core import FullSoftmax, HierarchicalSoftmax, HuffmanTree, cbow, sigmoid, skip_gram
from w2v_core.proofs import C, D, V, array, check, check_chain, d, delta, indices, refute, sigma, sizes, softmax, words

L, M = sizes("L M")  # nodes on the path, the leaf included; inner nodes of the tree
i, j = indices("i j", (1, L - 1))  # the two letters of the source, for a place on the path
n = indices("n", M)
a, k = indices("a k", d)
node, label = words("n", of=M), words("t", of=2)  # by place on the path; t is 0 or 1
u, h = array("u", M, d), array("h", d)
t, sign = Symbol("s", real=True), Symbol("b", real=True)
alpha = Symbol("alpha", positive=True)


def score(n):
    """V'_n h."""
    return Sum(u[n, a] * h[a], a)


def bracket(i):
    """+1 for left, -1 for right."""
    return 2 * label[i] - 1


likelihood = Product(sigma(bracket(i) * score(node[i])), i)
loss = -Sum(log(sigma(bracket(i) * score(node[i]))), i)
labelled = -Sum(label[i] * log(sigma(score(node[i]))) + (1 - label[i]) * log(sigma(-score(node[i]))), i)
error = sigma(score(node[i])) - label[i]


def leaves(counts, rng):
    """Probabilities of all words of a Huffman tree with random scores."""
    tree, scores = HuffmanTree(counts), rng.normal(scale=2, size=len(counts) - 1)
    signs = [1 - 2 * np.array(tree.code(w)) for w in range(tree.V)]
    return [np.prod(sigmoid(b * scores[tree.path(w)])) for w, b in enumerate(signs)]


def sum_s3_softmax():
    """Every one of V words has a score in each probability, and an error in the gradient."""
    w, x, o = indices("w x o", V)
    q = array("q", V)
    y_hat = softmax(lambda w: q[w], x)
    check("the probabilities share one sum over all words", y_hat(o) * Sum(exp(q[w]), w), exp(q[o]))
    check("every word has an error", D(-log(y_hat(o)), q[w]), y_hat(w) - delta(w, o))
    wanted = FullSoftmax(np.ones(70, dtype=int)).candidates(np.array([3]), np.random.default_rng(0))
    assert wanted.rows.shape == (1, 70)


def sum_s3_1_r12():
    """Each merge makes one inner node and leaves one loose node less: V - 1 merges, V - 1 vectors."""
    for size in (2, 3, 5, 40, 300):
        counts = np.random.default_rng(size).integers(1, 99, size)
        tree = HuffmanTree(counts)
        assert len(tree.merges) == size - 1 == HierarchicalSoftmax(counts).M
        assert {row for w in range(size) for row in tree.path(w)} == set(range(size - 1))


def sum_s3_1_r4():
    """Left with sigma(s), right with the rest, multiplied along the path: the leaves add up to 1."""
    w, x = indices("w x", V)
    P = array("P", V)
    split = Sum((1 - delta(w, x)) * P[w], w) + P[x] * sigma(t) + P[x] * (1 - sigma(t))
    check("a leaf becomes two, the sum stays", split, Sum(P[w], w))
    rng = np.random.default_rng(0)
    for size in range(2, 30):
        assert np.isclose(sum(leaves(rng.integers(1, 99, size), rng)), 1)


def sum_s3_1_r5():
    """L(w) must count the nodes, leaf included: with L(w) decisions, a product up to L(w) - 1 loses the last one."""
    tree = HuffmanTree(np.array([15, 7, 6, 6, 5]))
    half = {w: 0.5 ** len(tree.path(w)) for w in range(5)}  # all scores 0
    assert sum(half.values()) == 1
    without_last = {w: 0.5 ** (len(tree.path(w)) - 1) for w in range(5)}
    assert sum(without_last.values()) == 2
    check("L(w) nodes are L(w) - 1 decisions", Sum(1, i), L - 1)
    refute("as many factors as the definition says", Sum(1, i), L)


def sum_s3_1_r6():
    """The mean of the context's vectors; with one input it is that input. The two w_c are different words."""
    v, c, pos = array("v", V, d), words("c", C, of=V), indices("p", C)
    check("one input", Sum(v[c[pos], a], pos) / C, v[c[0], a], C=1)
    check("the same word everywhere", Sum(v[c[0], a], pos) / C, v[c[0], a])
    assert cbow(7, [3, 4]) == [([3, 4], 7)]
    assert skip_gram(7, [3, 4]) == [([7], 3), ([7], 4)]


def sum_s3_1_left():
    """A number between 0 and 1, and with the other child's it makes 1."""
    check("left and right", sigma(score(n)) + sigma(-score(n)), 1)


def sum_s3_1_right():
    """1 - sigma(s) = sigma(-s); left and right add up to 1 only at the same node."""
    check("the identity", 1 - sigma(score(node[i])), sigma(-score(node[i])))
    check("same node", sigma(score(node[i])) + sigma(-score(node[i])), 1)
    refute("node j left, node i right", sigma(score(node[j])) + sigma(-score(node[i])), 1)


def sum_eq44():
    """With a bracket of 1 or 0 the two answers do not make 1; with +1 or -1, and one index, the leaves do."""
    refute("the document's bracket, 1 or 0", sigma(1 * t) + sigma(0 * t), 1)
    refute("the index j is not bound", likelihood, Product(sigma(bracket(j) * score(node[i])), i))
    check("the bracket is +1 or -1", sigma(+1 * t) + sigma(-1 * t), 1)
    rng = np.random.default_rng(1)
    for size in range(2, 30):
        assert np.isclose(sum(leaves(rng.integers(1, 99, size), rng)), 1)


def sum_eq45():
    """The logarithm of the product is the sum, with one index."""
    check_chain("45", [-log(likelihood), -Sum(log(sigma(bracket(i) * score(node[i]))), i), loss])
    refute("45 with j free", -log(likelihood), -Sum(log(sigma(bracket(j) * score(node[i]))), i))


def sum_eq46():
    """Lines 1, 2 and 4 hold; line 3 says "bracket 0" where line 2 needs -1."""
    one = -log(sigma(sign * t))
    check_chain(
        "46, lines 1 and 2",
        [D(one, t), -(1 - sigma(sign * t)) * D(sign * t, t), (sigma(sign * t) - 1) * sign],
    )
    refute("46, line 3, bracket 0", (sigma(0 * t) - 1) * 0, sigma(t))
    check("46, line 3, bracket 1", (sigma(1 * t) - 1) * 1, sigma(t) - 1)
    check("46, line 3, bracket -1", (sigma(-1 * t) - 1) * -1, sigma(t))
    check("46, line 4", D(-label[i] * log(sigma(t)) - (1 - label[i]) * log(1 - sigma(t)), t), sigma(t) - label[i])


def sum_eq47():
    """The chain rule through the score; other nodes get nothing."""
    one = -label[i] * log(sigma(score(n))) - (1 - label[i]) * log(1 - sigma(score(n)))
    slope = sigma(score(n)) - label[i]
    check_chain("47", [D(one, u[n, k]), slope * D(score(n), u[n, k]), slope * h[k]])
    at_n = sigma(score(n)) - label[i]
    check("47, over the whole path", D(labelled, u[n, k]), Sum(delta(node[i], n) * at_n, i) * h[k])


def sum_eq48():
    """A step against the gradient of the loss."""
    one = -label[i] * log(sigma(score(n))) - (1 - label[i]) * log(1 - sigma(score(n)))
    printed = u[n, k] - alpha * (sigma(score(n)) - label[i]) * h[k]
    check("48 goes down", printed, u[n, k] - alpha * D(one, u[n, k]))


def sum_c48a():
    """The loss of a window is a sum over its context words, and so is the gradient in each node."""
    q, place = indices("q", C), indices("m", M)
    paths, labels = words("n", C, M, of=M), array("t", C, M)
    s = score(paths[q, place])
    window = -Sum(labels[q, place] * log(sigma(s)) + (1 - labels[q, place]) * log(sigma(-s)), place, q)
    repeated = Sum(delta(paths[q, place], n) * (sigma(score(n)) - labels[q, place]), place, q) * h[k]
    check("one update for each context word", D(window, u[n, k]), repeated)


def sum_c48b():
    """Doubling counts: V - 1 questions. No tree has its longest path below log2 V. The mean is at most its ceiling."""
    assert HuffmanTree(2 ** np.arange(12)).depths.max() == 11 > np.log2(12)
    zipf = np.ceil(20_000 / np.arange(1, 1025)).astype(int)
    assert HuffmanTree(zipf).depths.max() > 10 > HuffmanTree(zipf).mean_depth
    rng = np.random.default_rng(2)
    for size in rng.integers(2, 60, 60):
        tree = HuffmanTree(np.exp(rng.uniform(0, 14, size)).astype(int))
        assert np.ceil(np.log2(size)) <= tree.depths.max() <= size - 1
        assert tree.mean_depth <= np.ceil(np.log2(size))


def sum_c48c():
    """A path of L(w) nodes has L(w) - 1 inner ones, and these are the only rows with an error."""
    counts = np.array([15, 7, 6, 6, 5])
    tree, objective = HuffmanTree(counts), HierarchicalSoftmax(counts)
    for w in range(5):
        wanted = objective.candidates(np.array([w]), np.random.default_rng(0))
        nodes_with_leaf = [*tree.path(w), "leaf"]
        assert wanted.mask.sum() == len(nodes_with_leaf) - 1


def sum_eq49():
    """Every node of the path sends its error back; the index of the sum must be the index of the terms."""
    term = (sigma(score(node[i])) - label[i]) * u[node[i], k]
    check("49 with one index", D(labelled, h[k]), Sum(error * u[node[i], k], i))
    refute("49 as printed: sum over j, terms with i", D(labelled, h[k]), Sum(term, j))


def sum_eq36_r1():
    """Each position of the context gets 1/C of the gradient in h; a word at two positions gets it twice."""
    v, c, pos = array("v", V, d), words("c", C, of=V), indices("p", C)
    w, f = indices("w", V), array("f", d)  # f: the gradient of a loss that is linear in h
    mean = Sum(v[c[pos], a], pos) / C
    count = Sum(delta(c[pos], w), pos)
    check("36, again", v[w, k] - alpha * D(Sum(f[a] * mean, a), v[w, k]), v[w, k] - alpha * count / C * f[k])


def sum_eq43_r1():
    """Skip-gram: h is the input vector, so it takes the whole gradient, added up over the context words."""
    q = indices("q", C)
    v, f = array("v", d), array("f", C, d)
    total = Sum(f[q, a] * v[a], a, q)
    check("43, again", v[k] - alpha * D(total, v[k]), v[k] - alpha * Sum(f[q, k], q))
