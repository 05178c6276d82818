"""Answers to the exercises of tree: right ones in unusual forms, wrong ones with words of their verdict."""

import math

import numpy as np
from sympy import Rational, Sum, Symbol, exp, log, symbols, tanh

from w2v_core import HuffmanTree, ToyCorpus, Vocabulary, sigmoid
from w2v_core.proofs import D, V, array, d, indices, sigma

i, k, other = indices("i k m", d)
root, low, h = array("root", d), array("low", d), array("h", d)
s_root, s_low = Sum(root[i] * h[i], i), Sum(h[other] * low[other], other)
E = -log(sigma(s_root)) - log(sigma(-s_low))
s1, s2 = symbols("s1 s2", real=True)
by_exp = lambda s: exp(s) / (1 + exp(s))  # noqa: E731


def codes_by_search(counts):
    """The two lightest nodes found by looking through all; a code is read upwards, then turned."""
    loose = {word: int(count) for word, count in enumerate(counts)}
    above, new = {}, len(counts)
    while len(loose) > 1:
        pair = sorted(loose, key=lambda node: (loose[node], node))[:2]
        loose[new] = sum(loose.pop(node) for node in pair)
        above |= {node: (new, bit) for bit, node in enumerate(pair)}
        new += 1
    found = []
    for node in range(len(counts)):
        code = ""
        while node in above:
            node, bit = above[node]
            code = str(bit) + code
        found.append([int(digit) for digit in code])
    return found


def arrays_of_bits(counts):
    """Codes as arrays."""
    return [np.array(code) for code in codes_by_search(counts)]


def as_text(counts):
    """Codes as words."""
    return ["".join(map(str, code)) for code in codes_by_search(counts)]


def shannon(counts):
    """Every word at the depth that its share suggests."""
    return [[0] * math.ceil(math.log2(sum(counts) / count)) for count in counts]


def path(rows, code, U, h, error=lambda p, y: p - y):
    """Node by node, in plain loops."""
    loss, in_U, in_h = 0.0, np.zeros(U.shape), np.zeros(h.shape)
    for row, bit in zip(rows, code, strict=True):
        s, y = sum(U[row] * h), 1 - bit
        p = 0.5 * (1 + math.tanh(s / 2))
        loss += np.logaddexp(0, s) - y * s
        in_h += error(p, y) * U[row]
        in_U[row] += error(p, y) * h
    return [loss, in_U, in_h]


def by_signs(rows, code, U, h):
    """With signs in place of labels."""
    b = 1 - 2 * code
    e = -b * sigmoid(-b * (U[rows] @ h))
    return np.logaddexp(0, -b * (U[rows] @ h)).sum(), np.eye(len(U))[:, rows] @ np.outer(e, h), e @ U[rows]


def only_rows(rows, code, U, h):
    """The gradient of the path's rows, not of the matrix."""
    loss, in_U, in_h = path(rows, code, U, h)
    return loss, in_U[rows], in_h


def in_place(rows, code, U, h):
    """Moves the matrix it was given."""
    found = path(rows, code, U, h)
    U -= found[1]
    return found


def step(W_in, W_out, inputs, rows, code, rate, share=None, late=False):
    """Coordinate by coordinate of the text: one use of a word after the other."""
    new_in, new_out = W_in.copy(), W_out.copy()
    hidden = sum(W_in[word] for word in inputs) / len(inputs)
    for row, bit in zip(rows, code, strict=True):
        error = 0.5 * (1 + math.tanh(W_out[row] @ hidden / 2)) - (1 - bit)
        new_out[row] = W_out[row] - rate * error * hidden
        for word in inputs:
            new_in[word] = new_in[word] - rate * (share or 1 / len(inputs)) * error * (new_out if late else W_out)[row]
    return new_in, new_out


def once(W_in, W_out, inputs, *rest):
    """A set of input words, with the mean of the list."""
    full_in, full_out = step(W_in, W_out, inputs, *rest)
    often = np.bincount(inputs, minlength=len(W_in))[:, None]
    return W_in + (full_in - W_in) / np.maximum(often, 1), full_out


def with_the_sum(W_in, W_out, inputs, rows, code, rate):
    """The hidden vector is the sum, and every input word gets all of its gradient."""
    errors = sigmoid(W_out[rows] @ W_in[inputs].sum(axis=0)) + np.array(code) - 1
    new_in, new_out = W_in.copy(), W_out.copy()
    np.add.at(new_in, inputs, -rate * errors @ W_out[rows])
    np.add.at(new_out, rows, -rate * np.outer(errors, W_in[inputs].sum(axis=0)))
    return new_in, new_out


def only_input(*of):
    """One matrix."""
    return step(*of)[0]


COUNTS = Vocabulary.from_sentences(ToyCorpus(size=500, seed=1)).counts
q = COUNTS / COUNTS.sum()
HEAP = [len(code) for code in codes_by_search(COUNTS)]
BITS = q @ HEAP
PLAIN = sum(COUNTS * HuffmanTree(np.full(len(COUNTS), 7)).depths) / sum(COUNTS)

RIGHT = {
    "ex:tree-zero": [[0.5**4, 2.7726], (0.0625, np.log(16)), np.array([1, 64 * np.log(2)]) / 16],
    "ex:tree-zero-b": [4, 4.0],
    "ex:tree-by-hand": [
        "0 10 110 1111 11100 11101",
        "  0 10  110 1111 11100 11101 ",
        "0, 10, 110, 1111, 11100, 11101",
        ["0", "10", "110", "1111", "11100", "11101"],
    ],
    "ex:tree-by-hand-b": [62 / 28, 2.214, np.float64(31) / 14],
    "ex:tree-write-codes": [codes_by_search, arrays_of_bits],
    "ex:tree-two-words": [s1 - s2, -(s2 - s1), log(exp(s1) / exp(s2)), Symbol("s1") - Symbol("s2")],
    "ex:tree-two-words-b": [[50, 100], np.array([50.0, 100.0])],
    "ex:tree-derive": [
        D(E, h[k]),
        by_exp(s_low) * low[k] - sigma(-s_root) * root[k],
        (1 + tanh(s_low / 2)) / 2 * low[k] + (tanh(s_root / 2) - 1) / 2 * root[k],
    ],
    "ex:tree-derive-b": [D(E, root[k]), -sigma(-s_root) * h[k], -h[k] / (1 + exp(s_root))],
    "ex:tree-write-gradient": [path, by_signs],
    "ex:tree-check": ["B", " b "],
    "ex:tree-check-b": [4, 4.0],
    "ex:tree-train": [step, lambda *of: list(step(*of))],
    "ex:tree-run": [[0.625, 0.25, 0.125], [0.62, 0.25, 0.126], np.array([5, 2, 1]) / 8],
    "ex:tree-plot": [[BITS * np.log(2), np.log(len(q)), (q * np.log(1 / q)).sum()], (3.673, 4.615, 3.65)],
    "ex:tree-greedy": [[0.5, 2 / 3], (0.5, 0.6667), [Rational(1, 2), Rational(2, 3)]],
    "ex:tree-greedy-b": [999, 999.0],
    "ex:tree-deep": [267_914_296, round(((1 + 5**0.5) / 2) ** 42 / 5**0.5)],
    "ex:tree-place": [[BITS, PLAIN], (5.2995, np.float64(PLAIN))],
}

WRONG = {
    "ex:tree-zero": [
        ([1 / 16, 4], "natural"),
        ([1 / 2, np.log(2)], "four"),
        ([1 / 16, -4 * np.log(2)], "place 1"),
        ([1 / 16], "shape"),
        ("1/16", "probability"),
        ([1 / 32, 5 * np.log(2)], "The leaf asks"),
        ([0.06, 2.8], "rounded too much"),
        ([1 / 16, -2.77], "A sign is wrong"),
        ([4 * np.log(2), 1 / 16], "another order"),
        ([np.array([1 / 16]), 2.77], "At place 0 stands [0.0625]."),
        (1 / 16, "That is one number"),
    ],
    "ex:tree-zero-b": [(5, "one sixteenth"), (3, "Too small"), (-4, "sign"), ([4], "shape")],
    "ex:tree-by-hand": [
        ("1 01 001 0000 00011 00010", "other way round"),
        ("0 11 100 1011 10100 10101", "the word was there first"),
        ("0 01 011 1111 00111 10111", "root"),
        ("0 10 110 1110 11110 11111", "Not that: 3 of 6 are right; look again at place 3, 4, 5. Places count from 0."),
        ("11101 11100 1111 110 10 0", "turned round"),
        ("0 10 110 1111 11100", "it holds 5, and should hold 6"),
        ("01101101111111001101", "Not that. Write the six codes"),
        ([0, 10, 110, 1111, 11100, 11101], "in quotes"),
    ],
    "ex:tree-by-hand-b": [
        (20 / 6, "over the six words"),
        (62, "tokens"),
        (np.log2(6), "Too large"),
        (0, "Too small"),
        (2.2, "one digit more"),
    ],
    "ex:tree-write-codes": [
        (lambda n: [[1 - bit for bit in code] for code in codes_by_search(n)], "other way round"),
        (lambda n: [code[::-1] for code in codes_by_search(n)], "begin at the leaf"),
        (as_text, "not of words in quotes"),
        (shannon, "should give"),
        (lambda n: codes_by_search(n)[0], ""),
        (lambda n: n[len(n)], "IndexError"),
        (lambda n: (codes_by_search(n), n.sort())[0], "changes its arguments"),
    ],
    "ex:tree-two-words": [
        (s2 - s1, "sign"),
        (s1, "other word"),
        (sigma(s1 - s2), "Which score"),
        (exp(s1 - s2), "logarithm is missing"),
        (s1 + s2, "every exponential"),
        (s1 - Symbol("x"), "holds x"),
    ],
    "ex:tree-two-words-b": [
        ([100, 100], "there is one"),
        ([100, 50], "0 of 2"),
        (50, "shape"),
        ([1, 2], "each has"),
        ([Symbol("d"), 100], "At place 0 stands d."),
    ],
    "ex:tree-derive": [
        (-D(E, h[k]), "sign"),
        (sigma(s_root) * root[k] + sigma(s_low) * low[k], "label of a first child"),
        (sigma(s_root) * root[k] - sigma(-s_low) * low[k], "1 - bit"),
        (D(sigma(s_root), h[k]) * -sigma(-s_root) + D(sigma(s_low), h[k]) * sigma(s_low), "cancels"),
        (sigma(s_low) - sigma(-s_root), "goes back along"),
        ((sigma(s_low) - sigma(-s_root)) * h[k], "not h_[k].\nTry it at d = 1, k = 0, h_[0] = "),
        (-sigma(-s_root) * root[k], "second decision"),
        (D(E, h[k]) / 2, "times the right answer"),
        (exp(E), "Try it"),
        (E, "the loss itself"),
        (D(exp(-E), h[k]), "gradient of the probability"),
        (sigma(s_low) * low[k], "first decision"),
        (-sigma(-s_root) * root[k] - sigma(-s_low) * low[k], "the label is 0"),
        (-sigma(-s_root) * root[k] - sigma(s_low) * low[k], "inner derivative"),
        (-sigma(-s_root) * root[k] + sigma(-s_low) * low[k], "of the score itself"),
        (sigma(s_root) * sigma(-s_root) * root[k] + sigma(s_low) * sigma(-s_low) * low[k], "slope of the probability"),
        (-sigma(-s_root) * root + sigma(s_low) * low, "low and root are whole arrays"),
    ],
    "ex:tree-derive-b": [
        (sigma(-s_root) * h[k], "sign"),
        (sigma(s_root) * h[k], "first child"),
        (-sigma(-s_root) * root[k], "slope h_[k]"),
        (-sigma(-s_root), "h_[k] is missing"),
        (-sigma(-s_low) * h[k], "error at the low node"),
        (sigma(s_root) * sigma(-s_root) * h[k], "slope of the probability"),
        ((sigma(s_low) - sigma(-s_root)) * h[k], "not in the score"),
        (-sigma(-s_root) * sigma(s_root) * sigma(-s_root) * h[k], "σ(1 − σ)"),
    ],
    "ex:tree-write-gradient": [
        (lambda *of: path(*of, error=lambda p, y: p - 1 + y), "1 - bit"),
        (lambda *of: path(*of, error=lambda p, y: p), ""),
        (lambda *of: path(*of, error=lambda p, y: (p - y) * p * (1 - p)), "cancels"),
        (lambda *of: path(*of, error=lambda p, y: y - p), "sign of the errors"),
        (only_rows, "at the place of its node"),
        (lambda rows, *of: path(np.arange(len(rows)), *of), "is rows[j]"),
        (lambda rows, code, U, h: (path(rows, 0 * code, U, h)[0], *path(rows, code, U, h)[1:]), "sign of its answer"),
        (lambda rows, *of: (path(rows, *of)[0] / len(rows), *path(rows, *of)[1:]), "not a mean"),
        (lambda *of: (np.exp(-path(*of)[0]), *path(*of)[1:]), "That is the probability"),
        (in_place, "changes its arguments"),
        (lambda *of: path(*of)[::-1], ""),
        (lambda *of: path(*of)[0], "should give"),
    ],
    "ex:tree-check": [("A", "bits"), ("C", "cancels"), ("d", "last decision"), ("E", "Not that"), (2, "in quotes")],
    "ex:tree-check-b": [(2, "one side"), (8, "squared"), (1 / 4, "larger error"), (3, "Too small")],
    "ex:tree-train": [
        (lambda *of: step(*of, share=1), "share"),
        (once, "must move twice"),
        (lambda *of: step(*of, late=True), "old matrices"),
        (lambda *of: step(*of[:-1], -of[-1]), "uphill"),
        (only_input, "should give"),
        (lambda *of: step(*of[:-1], 1.0), "rate is missing"),
        (lambda *of: (step(*of)[0], of[1]), "Only W_in"),
        (lambda *of: (of[0], step(*of)[1]), "Only W_out"),
        (lambda A, B, inputs, rows, code, rate: step(A, B, inputs, rows, [1 - bit for bit in code], rate), "1 - bit"),
        (with_the_sum, "not their sum"),
        (lambda W_in, W_out, *rest: step(W_in, W_out, *rest)[::-1], ""),
    ],
    "ex:tree-run": [
        ([5 / 16, 2 / 16, 1 / 16], "whole text"),
        ([1 / 4, 1 / 8, 1 / 8], "before its training"),
        ([1 / 3, 1 / 3, 1 / 3], "0 of 3"),
        ([5, 2, 1], "counts"),
        ([62.5, 25, 12.5], "percent"),
        ([1 / 8, 2 / 8, 5 / 8], "another order"),
    ],
    "ex:tree-plot": [
        ([BITS, np.log2(len(q)), -(q * np.log2(q)).sum()], "bits"),
        ([np.mean(HEAP) * np.log(2), np.log(len(q)), -(q * np.log(q)).sum()], "weighed"),
        ([np.log(len(q)), BITS * np.log(2), -(q * np.log(q)).sum()], "place 0, 1"),
        ([3.67], "shape"),
    ],
    "ex:tree-greedy": [
        ([0.5, 1], "Near 1"),
        ([0, 2 / 3], "one half"),
        ([2 / 3, 0.5], "0 of 2"),
        ([0.6, 0.4], "0 of 2"),
        ([0.5, 0.7], "rounded too much"),
    ],
    "ex:tree-greedy-b": [
        (1000, "inner nodes"),
        (10, "one word"),
        (998, "Too small"),
        (V - 1, "That is a formula: it holds V."),
    ],
    "ex:tree-deep": [
        (165_580_141, "One step too few"),
        (2**40, "far shorter"),
        (433_494_436, "ties"),
        (267_914_297, "Too large"),
        (40, "Too small"),
        ((267, 914, 296), "without commas: 0.5, 50000."),
    ],
    "ex:tree-place": [
        ([np.mean(HEAP), HuffmanTree(np.ones_like(COUNTS)).depths.mean()], "frequent word"),
        ([PLAIN, BITS], "other order"),
        ([BITS, np.log2(len(q))], "place 1"),
        ([BITS, HuffmanTree(np.ones_like(COUNTS)).depths.mean()], "Weigh"),
    ],
}
