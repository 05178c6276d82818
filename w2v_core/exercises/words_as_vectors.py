"""The exercises of "Words as vectors"."""

import numpy as np
from sympy import Symbol

from w2v_core.corpus import windows
from w2v_core.judges import Formula, Program, Value

m = Symbol("m", integer=True, positive=True)
SENTENCES = [[0, 6, 2, 1, 3], [0, 7, 2, 1, 3], [0, 8, 4, 1, 5], [0, 9, 4, 1, 5]]  # the king wears a crown, ...


def pairs(sentence, radius):
    """Each center with each word of its context."""
    return [(center, word) for center, context in windows(sentence, radius) for word in context]


def sliced(sentence, radius, start=max, ahead=1, behind=0):
    """Pairs by slices, with an end to get wrong."""
    found = []
    for place, center in enumerate(sentence):
        left = sentence[start(0, place - radius) : place + behind]
        found += [(center, word) for word in left + sentence[place + ahead : place + 1 + radius]]
    return found


def sentences():
    """Sentences of two words, of five, with a word that comes back; then of one word and of none, and a wide window."""
    yield ["tea", "helps"], 1
    yield "the king wears a crown".split(), 2
    yield "the more the better".split(), 1
    yield ["tea"], 2
    yield [], 2
    yield "the king wears a crown".split(), 9


def neighbours(sentence, V, radius):
    """How often each word stands near each other word."""
    counts = np.zeros((V, V))
    for center, word in pairs(sentence, radius):
        counts[center, word] += 1
    return counts


def once(sentence, V, radius):
    """What += does with a list of words in which one is there twice."""
    counts = np.zeros((V, V))
    for center, context in windows(sentence, radius):
        counts[center, context] += 1
    return counts


def numbered():
    """Sentences of word indices: two words, a word twice in one window, a word near itself, a word alone."""
    yield [0, 1], 2, 1
    yield [0, 1, 0], 3, 1
    yield [2, 2, 0, 1, 2], 4, 2
    yield [1], 2, 3


def tables():
    """Matrices with a column for each word: first square ones, where a row is as long as a column."""
    yield np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [5.0, -1.0]]), 0
    yield np.array([[1.0, 2.0, 3.0]]), np.array([[1.0, 0.0, -1.0]]), 2
    yield *np.random.default_rng(0).normal(size=(2, 3, 7)), 4


def apart(rows):
    """Distance of each row to each row."""
    return np.linalg.norm(rows[:, None] - rows, axis=-1)


def short_rows(counts, d):
    """The rows of the count matrix in d coordinates."""
    left, size, _ = np.linalg.svd(counts)
    return (left * size)[:, :d]


def count_tables():
    """A small matrix of counts, then that of the chapter; cut where two singular values differ."""
    small = np.array([[0.0, 2.0, 1.0], [2.0, 0.0, 1.0], [1.0, 1.0, 0.0]])
    yield from ((small, d) for d in (1, 3))
    chapter = sum(neighbours(sentence, 10, 2) for sentence in SENTENCES)
    yield from ((chapter, d) for d in (2, 3))


EXERCISES = {
    "ex:count-windows": Value(
        [12, 22],
        "two numbers of pairs in a list, for radius 1 and radius 2",
        slips={
            "The words at the ends of the sentence have fewer neighbours.": [14, 28],
            "Each two neighbours make two pairs: either of them is a center.": [6, 11],
            "With radius 2 the words at distance 1 are counted, too.": [12, 10],
        },
    ),
    "ex:count-windows-b": Formula(
        14 * m - m * (m + 1),
        "the number of pairs as an expression in m",
        slips={
            "The words at the ends of the sentence have fewer neighbours.": 14 * m,
            "Each two neighbours make two pairs: either of them is a center.": 7 * m - m * (m + 1) / 2,
            "Those are the pairs at distance m only; add up over all distances.": 2 * (7 - m),
            "The sum of 1 to m is m(m + 1)/2.": 14 * m - m * (m - 1),
        },
    ),
    "ex:write-windows": Program(
        pairs,
        sentences,
        "a function of a sentence and a radius that returns a list of pairs (center, context word), in reading order",
        slips={
            "A slice that begins below 0 counts from the end of the sentence.": lambda *of: sliced(
                *of, start=lambda low, place: place
            ),
            "The center stands in its own context.": lambda *of: sliced(*of, behind=1),
            "The context goes to both sides; here is one only.": lambda sentence, radius: [
                (center, word)
                for place, center in enumerate(sentence)
                for word in sentence[place + 1 : place + 1 + radius]
            ],
            "In each pair the center comes first.": lambda *of: [pair[::-1] for pair in pairs(*of)],
        },
    ),
    "ex:one-hot-distance": Value(
        [np.sqrt(2), 0, np.sqrt(2), 4 / 5],
        "four numbers in a list: distance and cosine of two one-hot vectors, then of the two sums",
        slips={
            "The distance is the root of the sum of squares.": [2, 0, 2, 4 / 5],
            "The cosine divides the dot product by both lengths.": [np.sqrt(2), 0, np.sqrt(2), 4],
            "The two sums differ in two places, and agree in four.": [np.sqrt(2), 0, np.sqrt(2), 3 / 5],
        },
    ),
    "ex:write-counts": Program(
        neighbours,
        numbered,
        "a function of a sentence of indices, V and a radius that returns a V × V matrix of counts",
        slips={
            "A word that is in a window twice counts twice; += with a list adds to each place once.": once,
            "Only the words before the center are counted, or only those after it.": lambda *of: np.triu(
                neighbours(*of)
            ),
            "Each word stands near itself in your counts; the center is not in its own context.": (
                lambda sentence, V, radius: (
                    neighbours(sentence, V, radius) + np.diag(np.bincount(sentence, minlength=V))
                )
            ),
        },
    ),
    "ex:which-matrix": Program(
        lambda A, B, c: B.T @ A[:, c],
        tables,
        "a function of A and B (a column for each word) and the index c that returns the scores of all words",
        slips={
            "The word is a column here; you took a row.": lambda A, B, c: B.T @ A[c],
            "A has the input vectors, and c is the input; the scores come from B.": lambda A, B, c: A.T @ B[:, c],
            "That is the score of one pair. Every word has one.": lambda A, B, c: B[:, c] @ A[:, c],
        },
    ),
    "ex:svd-rows": Value(
        [8, 5, 5],
        "three whole numbers in a list: how many of the ten rows differ from each other in the count matrix, in two "
        "coordinates, and in two coordinates of the logarithms",
        slips={
            "That is how many rows have a twin. How many different ones are there?": [4, 8, 8],
            "In two coordinates more rows coincide than in all: compare up to rounding errors.": [8, 8, 8],
            "Rounding errors make equal rows look different: compare with np.isclose.": [8, 10, 10],
        },
    ),
    "ex:svd-rows-b": Program(
        lambda counts, d: apart(short_rows(counts, d)),
        count_tables,
        "a function of a V × V matrix of counts and d that returns the V × V distances between the short rows",
        slips={
            "The singular values are missing: the rows are those of U Σ.": lambda counts, d: apart(
                np.linalg.svd(counts)[0][:, :d]
            ),
            "Those are the distances between the long rows.": lambda counts, d: apart(counts),
            "That is the square of each distance.": lambda counts, d: apart(short_rows(counts, d)) ** 2,
            "The smallest singular values are kept, not the largest.": lambda counts, d: apart(
                short_rows(counts, len(counts))[:, -d:]
            ),
        },
    ),
}
