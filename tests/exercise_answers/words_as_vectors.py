"""Answers to the exercises of words_as_vectors: right ones in unusual forms, wrong ones with words of their verdict."""

import itertools

import numpy as np
from sympy import Rational, Sum, Symbol, sqrt

m, j = Symbol("m"), Symbol("j")


def by_distance(sentence, radius):
    """Every pair of places, with a test."""
    places = range(len(sentence))
    for here, there in itertools.product(places, places):
        if 0 < abs(here - there) <= radius:
            yield sentence[here], sentence[there]


def by_distance_unsorted(sentence, radius):
    """All right neighbours first."""
    found = [(a, b) for n in range(1, radius + 1) for a, b in zip(sentence, sentence[n:], strict=False)]
    return found + [(b, a) for a, b in found]


def from_the_end(sentence, radius):
    """The slice begins below 0."""
    return [
        (center, word)
        for t, center in enumerate(sentence)
        for word in sentence[t - radius : t] + sentence[t + 1 : t + radius + 1]
    ]


def popping(sentence, radius):
    """Empties the list that it was given."""
    found = list(by_distance(sentence, radius))
    sentence.clear()
    return found


def table(sentence, V, radius, times=1.0):
    """A one-hot matrix, shifted against itself."""
    one_hot = np.eye(V)[np.array(sentence, dtype=int)]
    counts = sum((one_hot[:-n].T @ one_hot[n:] for n in range(1, min(radius, len(sentence) - 1) + 1)), np.zeros((V, V)))
    return times * (counts + counts.T)


def plain_plus(sentence, V, radius):
    """+= with a list of places."""
    counts = np.zeros((V, V))
    for t, center in enumerate(sentence):
        counts[center, sentence[max(0, t - radius) : t] + sentence[t + 1 : t + 1 + radius]] += 1
    return counts


def short(counts, d):
    """From the eigenvalues: a matrix of counts is symmetric."""
    left, size, _ = np.linalg.svd(counts, hermitian=True)
    return left[:, :d] * size[:d]


def all_distances(rows):
    return [[np.sqrt(sum((a - b) ** 2 for a, b in zip(x, y, strict=True))) for y in rows] for x in rows]


RIGHT = {
    "ex:count-windows": [[12, 22], (12.0, 22.0), np.array([12, 22])],
    "ex:count-windows-b": [m * (13 - m), 2 * Sum(7 - j, (j, 1, m)), Rational(169, 4) - (m - Rational(13, 2)) ** 2],
    "ex:write-windows": [by_distance, lambda *of: [list(pair) for pair in by_distance(*of)]],
    "ex:one-hot-distance": [[2**0.5, 0, 2**0.5, 0.8], [sqrt(2), 0, sqrt(2), Rational(4, 5)], [1.414, 0.0, 1.414, 0.8]],
    "ex:write-counts": [table, lambda *of: table(*of).astype(int).tolist()],
    "ex:which-matrix": [
        lambda A, B, c: (A.T[c] @ B).tolist(),
        lambda A, B, c: np.einsum("iw,i->w", B, A @ np.eye(A.shape[1])[c]),
    ],
    "ex:svd-rows": [[8, 5, 5], np.array([8.0, 5.0, 5.0])],
    "ex:svd-rows-b": [
        lambda *of: all_distances(short(*of)),
        lambda N, d: all_distances(N @ np.linalg.svd(N)[2].T[:, :d]),
    ],
}

WRONG = {
    "ex:count-windows": [
        ([14, 28], "fewer neighbours"),
        ([6, 11], "Each two neighbours make two pairs"),
        ([12, 10], "the words at distance 1 are counted, too"),
        ([12, 24], "1 of 2 numbers are right; look again at place 1."),
        (12, "shape"),
        ([12, 22, 30], "shape (3,), not (2,)"),
    ],
    "ex:count-windows-b": [
        (14 * m, "fewer neighbours"),
        (m * (13 - m) / 2, "make two pairs"),
        (14 - 2 * m, "at distance m only"),
        (15 * m - m**2, "The sum of 1 to m"),
        (-m * (13 - m), "The sign is the other way round."),
        (m * (13 - m) + 2, "It is off by the same number everywhere: +2."),
        (2 * m * (13 - m), "It is 2 times the right answer."),
        (12, "Try it at m = 2: yours gives 12, it should be 22."),
        (Symbol("n") * 13, "The answer holds n."),
    ],
    "ex:write-windows": [
        (from_the_end, "counts from the end"),
        (lambda s, r: [(a, b) for t, a in enumerate(s) for b in s[max(0, t - r) : t + r + 1]], "its own context"),
        (lambda s, r: [(a, b) for t, a in enumerate(s) for b in s[t + 1 : t + r + 1]], "here is one only"),
        (lambda s, r: [(b, a) for a, b in by_distance(s, r)], "the center comes first"),
        (lambda s, r: set(by_distance(s, r)), "it should give"),
        (by_distance_unsorted, "it should give"),
        (popping, "changes its arguments"),
        (lambda s, r: [(s[0], s[1])], "it should give [('tea', 'helps'), ('helps', 'tea')]"),
        (lambda s: s, "stops: TypeError"),
    ],
    "ex:one-hot-distance": [
        ([2, 0, 2, 0.8], "the root of the sum"),
        ([2**0.5, 0, 2**0.5, 4], "both lengths"),
        ([2**0.5, 0, 2**0.5, 0.6], "agree in four"),
        ([2**0.5, 1, 2**0.5, 0.8], "look again at place 1."),
    ],
    "ex:write-counts": [
        (plain_plus, "a window twice counts twice"),
        (lambda *of: np.triu(table(*of)), "Only the words before the center"),
        (lambda s, V, r: table(s, V, r) + np.diag(np.bincount(s, minlength=V)), "not in its own context"),
        (lambda *of: table(*of, times=2), "it should give"),
        (lambda s, V, r: table(s, V + 1, r), "has the shape (3, 3); it should have (2, 2)."),
        (lambda s, V, r: table(s, V, 1), "it should give"),
    ],
    "ex:which-matrix": [
        (lambda A, B, c: B.T @ A[c], "you took a row"),
        (lambda A, B, c: A.T @ B[:, c], "the scores come from B"),
        (lambda A, B, c: B[:, c] @ A[:, c], "the score of one pair"),
        (lambda A, B, c: B @ A[:, c], "it should give"),
        (lambda A, B, c: -B.T @ A[:, c], "The sign is the other way round."),
    ],
    "ex:svd-rows": [
        ([4, 8, 8], "have a twin"),
        ([8, 8, 8], "more rows coincide"),
        ([8, 10, 10], "Rounding errors"),
        ([8, 5, 8], "2 of 3 numbers are right; look again at place 2."),
    ],
    "ex:svd-rows-b": [
        (lambda N, d: all_distances(np.linalg.svd(N)[0][:, :d]), "The singular values are missing"),
        (lambda N, d: all_distances(N), "between the long rows"),
        (lambda N, d: np.square(all_distances(short(N, d))), "the square of each distance"),
        (lambda N, d: all_distances(short(N, len(N))[:, -d:]), "The smallest singular values"),
        (short, "has the shape (3, 1); it should have (3, 3)."),
    ],
}
