"""Answers to the exercises of program: right ones in unusual forms, wrong ones with words of their verdict."""

import math
from collections import Counter

import numpy as np
from sympy import Sum, Symbol

from w2v_core.proofs import sizes

m, j = sizes("m"), Symbol("j", integer=True)


def states(seed, modulus=2**64):
    """The generator without end."""
    while True:
        seed = (seed * 25214903917 + 11) % modulus
        yield seed


def one_by_one(scores, entries=83):
    """Score by score, from a table that was made before."""
    table = [1 / (1 + math.exp(6 - 0.012 * i)) for i in range(1000)]
    return [float(s > 0) if abs(s) > 6 else table[int(entries * (s + 6))] for s in scores]


def coordinates(words, size, seed=1, width=None):
    """Number by number."""
    draw = states(seed)
    return [[(next(draw) % 65536 / 65536 - 0.5) / (width or size) for _ in range(size)] for _ in range(words)]


def walk(text, window, t, seed=0, plus=1.0, modulus=2**64):
    """Sentence by sentence."""
    count, draw = Counter(text.split()), states(seed, modulus)
    size = len(text.split()) + text.count("\n")
    for line in text.split("\n")[:-1]:
        keep = {word: np.float32(math.sqrt(t * size / n) + plus * t * size / n) for word, n in count.items()}
        rest = [word for word in line.split() if next(draw) % 65536 / 65536 <= keep[word]]
        reaches = [window - next(draw) % window for _ in rest or [line]]
        yield from zip(rest, reaches, strict=False)


RIGHT = {
    "ex:last-word": [[1, 2, 2, 2, 1, 0], np.array([1, 2, 2, 2, 1, 0])],
    "ex:last-word-b": [1, 1.0],
    "ex:shrunk-window": [
        m + 1,
        1 + Symbol("m"),
        2 * Sum((m - j + 1) / m, (j, 1, m)),
        Sum(2 * j / m, (j, 1, m)),
    ],
    "ex:table-rest": [[500 / 83 - 6, 501 / 83 - 6], (0.0241, 0.0361)],
    "ex:program-table": [one_by_one, lambda s: np.array(one_by_one(s))],
    "ex:first-vectors": [coordinates, lambda words, size: np.array(coordinates(words, size))],
    "ex:odd-window": [[0, 1, 0, 1, 0, 1], [False, True, False, True, False, True]],
    "ex:odd-window-b": [[1, 3, 5, 7], range(1, 9, 2)],
    "ex:slots": [[8.64, 0.116], (8.5, 1 / 8.5)],
    "ex:own-draws": [walk, lambda *of: [list(pair) for pair in walk(*of)]],
}

WRONG = {
    "ex:last-word": [
        ([1, 2, 2, 2, 1, 1], "touches the end of the file"),
        ([2, 2, 2, 2, 1, 0], "one line end only"),
        ([1, 1, 1, 1, 0, 0], "counted all the same"),
        ([1, 2, 2, 2, 0, 0], "5 of 6"),
        ([2, 2, 2, 1], "shape"),
    ],
    "ex:last-word-b": [(2, "is it trained"), (0, "Too small"), ("the first", "a number")],
    "ex:shrunk-window": [
        ((m + 1) / 2, "one side"),
        (2 * m, "does not shrink"),
        (m - 1, "smallest reach"),
        (m, "one side of the formula"),
        (-m - 1, "The sign"),
        (5, "Try it at m = "),
    ],
    "ex:table-rest": [
        ([501 / 83 - 6, 500 / 83 - 6], "exchanged"),
        ([0, 0.012], "83"),
        ([0, 0], "0 of 2"),
        ([-500 / 83 + 6, -501 / 83 + 6], "has to make up for it"),
    ],
    "ex:program-table": [
        (lambda s: 1 / (1 + np.exp(-s)), "exact sigmoid"),
        (lambda s: one_by_one(s, 1000 / 12), "83 entries"),
        (lambda s: 1 / (1 + np.exp(6 - 0.012 * (83 * (s + 6)).astype(int))), ""),
        (lambda s: one_by_one(s)[0], ""),
    ],
    "ex:first-vectors": [
        (lambda *of: coordinates(*of, seed=0), "starts at 1"),
        (lambda *of: coordinates(*of, width=1), "Divide"),
        (lambda *of: np.array(coordinates(*of)).T, ""),
        (lambda words, size: np.zeros((words, size)), ""),
    ],
    "ex:odd-window": [
        ([1, 0, 1, 0, 1, 0], "The other way round"),
        ([0, 1, 0, 1, 1, 1], "Any even step"),
        ([1, 1, 1, 1, 1, 1], "3 of 6"),
        ([2, 4, 6], "shape"),
    ],
    "ex:odd-window-b": [([2, 4, 6, 8], "places between"), ([1, 2, 3, 4], "1 of 4"), ([1, 3, 5], "shape")],
    "ex:slots": [
        ([2.165, 0.462], "power 3/4"),
        ([33.3, 0.03], "same share"),
        ([8.64, 11.6], "not a percentage"),
        ([8.64, 8.64], "1 of 2"),
    ],
    "ex:own-draws": [
        (lambda *of: walk(*of, plus=0), "second term"),
        (lambda *of: walk(*of, modulus=2**48), "2 to the power 64"),
        (lambda *of: [reach for _, reach in walk(*of)], ""),
        (lambda *of: walk(*of, seed=1), ""),
    ],
}
