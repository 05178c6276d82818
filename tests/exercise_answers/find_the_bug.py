"""Answers to the exercises of find_the_bug: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Rational, Sum, Symbol, exp

from w2v_core import finite_differences, log_softmax, sigmoid, softmax
from w2v_core.proofs import C, D, indices, sigma

s, y = Symbol("s"), Symbol("y")
t = Symbol("s", real=True)
(p,) = (indices("p", C),)


def word_by_word(h, W_out, context, target=1.0):
    """A softmax for each context word."""
    in_h, in_W_out = np.zeros(len(h)), np.zeros(W_out.shape)
    for word in context:
        e = softmax(W_out @ h)
        e[word] -= target
        in_h, in_W_out = in_h + e @ W_out, in_W_out + np.outer(e, h)
    return in_h, in_W_out


def safe_but_wrong(h, W_out, context):
    """The fault with a softmax that cannot overflow."""
    error = softmax(W_out @ h) - np.isin(np.arange(len(W_out)), context)
    return error @ W_out, np.outer(error, h)


def one_hot_step(scores, target, rate):
    """Entry by entry."""
    return [s - rate * (p - (w == target)) for w, (s, p) in enumerate(zip(scores, softmax(scores), strict=True))]


def with_slope(scores, target, rate):
    """The code of the case."""
    p = softmax(scores)
    return scores - rate * (p - np.eye(len(p))[target]) * p * (1 - p)


def gradients(W_in, W_out, context, rows, labels, divided=True, add=np.add.at):
    """In the words of the chapter."""
    h = W_in[context].mean(axis=0)
    e = sigmoid(W_out[rows] @ h) - labels
    in_W, in_U = np.zeros(W_in.shape), np.zeros(W_out.shape)
    np.add.at(in_W, context, e @ W_out[rows] / (len(context) if divided else 1))
    add(in_U, rows, np.outer(e, h))
    return in_W, in_U


def lossy(array, rows, values):
    """Of two pushes on one row the first is lost."""
    array[rows] += values


def changing(W_in, W_out, context, rows, labels, rate):
    """Right, but its argument is no more what it was."""
    W_in -= rate * gradients(W_in, W_out, context, rows, labels)[0]
    return W_in


def matrix_noise(h, W_out, rows, labels):
    """Repeated rows by a matrix of ones and zeros."""
    return np.eye(len(W_out))[rows].T @ np.outer(sigmoid(W_out[rows] @ h) - labels, h)


def tree_loss(nodes, h, code):
    """Decision by decision."""
    return sum(np.logaddexp(0, s if bit else -s) for s, bit in zip(nodes @ h, code, strict=True))


def case_6(node, h, bit, rate):
    """The update as it was printed."""
    return node - rate * (1 - bit - sigmoid(node[None] @ h)) * h


def check(gradients, context=(1, 1, 2), rows=(0, 3, 3, 2), both=True):
    """With data of its own, and another loss function."""
    W, U = np.random.default_rng(9).normal(size=(2, 4, 2))
    context, rows, labels = list(context), np.array(rows), np.eye(len(rows))[0]

    def loss(numbers):
        s = numbers[1][rows] @ numbers[0][context].mean(axis=0)
        return np.log1p(np.exp(np.where(labels == 1, -s, s))).sum()

    tried = finite_differences(loss, np.array([W, U]))
    given = gradients(W, U, context, rows, labels)
    return np.allclose(tried if both else tried[0], given if both else given[0], atol=1e-6)


RIGHT = {
    "ex:bug-explode": [1 - C, -(C - 1), Sum(1 / C - 1, (p, 0, C - 1))],
    "ex:bug-explode-b": [word_by_word, lambda *of: list(word_by_word(*of))],
    "ex:bug-slope": [one_hot_step, lambda s, target, rate: s - rate * (softmax(s) - np.eye(len(s))[target])],
    "ex:bug-slope-b": [
        D((sigma(t) - y) ** 2 / 2, t),
        (sigma(s) - y) * exp(-s) / (1 + exp(-s)) ** 2,
        sigma(s) * sigma(-s) * (sigma(s) - y),
    ],
    "ex:bug-undivided": [
        lambda *of: of[0] - of[5] * gradients(*of[:5])[0],
        lambda *of: (of[0] - of[5] * gradients(*of[:5])[0]).tolist(),
    ],
    "ex:bug-repeat": [matrix_noise, lambda *of: matrix_noise(*of).tolist()],
    "ex:bug-logged": [
        tree_loss,
        lambda nodes, h, code: -np.where(code, *(-np.logaddexp(0, q * (nodes @ h)) for q in (1, -1))).sum(),
    ],
    "ex:bug-ascent": [
        lambda node, h, bit, rate: node + rate * (sigmoid(-node[None] @ h) - bit) * h,
        lambda node, h, bit, rate: [
            u + rate * (1 - bit - sigmoid(node[None] @ h)[0]) * x for u, x in zip(node, h, strict=True)
        ],
    ],
    "ex:bug-mutate": [gradients, lambda *of: list(gradients(*of))],
    "ex:bug-mutate-b": [check, lambda g: bool(check(g, context=(0, 3, 3), rows=(1, 1, 2)))],
}

WRONG = {
    "ex:bug-explode": [
        (0, "should add up to"),
        (-C, "The guesses add up to 1"),
        (C - 1, "The sign"),
        (Rational(0), "should add up to"),
        (1 - 2 * C, "Try it at C = 1"),
        (1, "Try it at"),
    ],
    "ex:bug-explode-b": [
        (safe_but_wrong, "The fault is still there"),
        (lambda *of: word_by_word(*of, target=0), "The target is forgotten"),
        (lambda h, U, context: tuple(one / len(context) for one in word_by_word(h, U, context)), "the loss is a sum"),
        (lambda *of: word_by_word(*of)[::-1], ""),
        (lambda *of: word_by_word(*of)[0], ""),
    ],
    "ex:bug-slope": [
        (with_slope, "The slope of the softmax is still there"),
        (lambda s, target, rate: 2 * s - one_hot_step(s, target, rate), "uphill"),
        (lambda s, target, rate: s - (softmax(s) - np.eye(len(s))[target]), ""),
        (lambda s, target, rate: s - rate * (np.exp(s) / np.exp(s).sum() - np.eye(len(s))[target]), "It overflows"),
        (lambda s, target, rate: np.exp(log_softmax(s)), ""),
    ],
    "ex:bug-slope-b": [
        (sigma(s) - y, "logistic loss"),
        (2 * (sigma(s) - y) * sigma(s) * sigma(-s), "It is 2 times"),
        ((y - sigma(s)) * sigma(s) * sigma(-s), "The sign"),
        ((sigma(s) - y) * sigma(s), ""),
    ],
    "ex:bug-undivided": [
        (lambda *of: of[0] - of[5] * gradients(*of[:5], divided=False)[0], "still missing"),
        (lambda *of: of[0] + of[5] * gradients(*of[:5])[0], "uphill"),
        (changing, "changes its arguments"),
        (lambda *of: of[0] - gradients(*of[:5])[0], ""),
        (lambda *of: gradients(*of[:5])[0], ""),
    ],
    "ex:bug-repeat": [
        (lambda h, U, rows, labels: gradients(h[None], U, [0], rows, labels, add=lossy)[1], "one is lost"),
        (lambda *of: -matrix_noise(*of), "The sign"),
        (lambda h, U, rows, labels: np.outer(sigmoid(U[rows] @ h) - labels, h), ""),
        (lambda h, U, rows, labels: matrix_noise(h, U, rows, np.zeros(len(rows))), "The target is forgotten"),
    ],
    "ex:bug-logged": [
        (lambda nodes, h, code: tree_loss(nodes, h, 1 - code), "opposite answers"),
        (lambda *of: -tree_loss(*of), "has the minus"),
        (lambda *of: np.exp(-tree_loss(*of)), "the logarithm is missing"),
        (lambda nodes, h, code: -np.log(np.prod(np.where(code, sigmoid(-nodes @ h), sigmoid(nodes @ h)))), "rounded"),
        (lambda nodes, h, code: tree_loss(nodes, h, code) * 2, ""),
    ],
    "ex:bug-ascent": [
        (case_6, "still walks down"),
        (lambda node, h, bit, rate: case_6(node, h, 1 - bit, rate), ""),
        (lambda node, h, bit, rate: node + rate * (bit - sigmoid(node[None] @ h)) * h, "The bit is turned"),
        (lambda node, h, bit, rate: node + rate * (1 - bit - sigmoid(node[None] @ h)), "a product with h"),
    ],
    "ex:bug-mutate": [
        (lambda *of: gradients(*of, divided=False), "1/C is missing"),
        (lambda *of: gradients(*of, add=lossy), "pushed once only"),
        (lambda *of: tuple(-one for one in gradients(*of)), "The sign"),
        (lambda *of: gradients(*of)[::-1], ""),
    ],
    "ex:bug-mutate-b": [
        (lambda g: check(g, context=(1,)), "one context word only"),
        (lambda g: check(g, context=(1, 2, 3)), "No context word is there twice"),
        (lambda g: check(g, rows=(0, 3, 2)), "No row is there twice"),
        (lambda g: check(g, both=False), "W_out is not checked"),
        (lambda _: True, "It accepts everything"),
        (lambda _: False, "It refuses what is right"),
        (lambda g: g(np.ones((1, 1)), np.ones((1, 1)), [0], [0], [1.0]), ""),
    ],
}
