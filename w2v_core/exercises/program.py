"""The exercises of "The program: word2vec.c against the formulas"."""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import sigmoid
from w2v_core.proofs import sizes
from w2v_core.toy import ToyCorpus
from w2v_core.word2vec_c import PROGRAM, initial_vectors, probabilities, random_states, train

m = sizes("m")
FOUND = [1, 2, 2, 2, 1, 0]  # </s>, a, b, c, d, e
COUNTS = 15_000_000 // np.arange(1, 3_000_001)
SLOTS, PLAIN = (1e8 * weights[-1] / weights.sum() for weights in (COUNTS**0.75, COUNTS))


def looked_up(scores):
    """The sigmoid as the program takes it with negative sampling."""
    return probabilities(scores, False, None, PROGRAM, None)


def by_table(scores, per_unit=83, round_=np.floor, outside=None):
    """The same in plain NumPy; the options are slips."""
    inside = np.clip(scores, -5.999, 5.999)
    entry = round_(per_unit * (inside + 6)).astype(int)
    values = sigmoid((2 * entry / 1000 - 1) * 6)
    beyond = (scores > 0).astype(float) if outside is None else outside(scores)
    return np.where(np.abs(scores) > 6, beyond, values)


def scores():
    """Scores inside the table, then outside of it."""
    yield (np.array([0.25]),)
    yield (np.array([0.0, -0.001, 0.013]),)
    yield (np.random.default_rng(0).uniform(-5.9, 5.9, 50),)
    yield (np.array([-6.5, 0.5, 6.5]),)
    yield (np.array([-1000.0, 1000.0]),)


def first_vectors(words, size, *, seed=1, bits=16, scale=True):
    """The first input vectors, by the generator; the options are slips."""
    draws, state = np.empty(words * size), seed
    for n in range(words * size):
        state = (state * 25214903917 + 11) % 2**64
        draws[n] = (state & (2**bits - 1)) / 2**bits - 0.5
    return draws.reshape(words, size) / (size if scale else 1)


def recorded(text, window, t):
    """Center and reach of each window, as the program records them."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_text(text, "utf-8")
        run = train(path, cbow=1, hs=1, negative=0, size=1, window=window, sample=t, min_count=1, iter=1, trace=10**6)
    return [(run.words[index], reach) for _, index, reach in run.events]


def events(text, window, t, *, modulus=2**64, after=True, ends=True, extra=True, wait=True, empty=True):
    """The same in plain Python; the options are slips."""
    counts = Counter(text.split())
    total, state, found = counts.total() + text.count("\n") * ends, 0, []

    def draw():
        nonlocal state
        before, state = state, (state * 25214903917 + 11) % modulus
        return state if after else before

    def around(word):
        found.append((word, window - draw() % window))

    for line in text.splitlines():
        kept = []
        for word in line.split():
            x = counts[word] / (t * total)
            if np.float32((np.sqrt(x) + extra) / x) >= (draw() & 0xFFFF) / 65536:
                kept.append(word)
                if not wait:
                    around(word)
        if empty and not kept:
            draw()
        for word in kept if wait else []:
            around(word)
    return found


def texts():
    """A text, a window and a threshold: one word, two lines, words that are dropped, lines that are lost, more."""
    yield "tea\n", 5, 1.0
    yield "tea milk\ntea milk tea\n", 5, 1.0
    yield "a a a b\nb a a a\n" * 10, 5, 0.05
    yield "a a a\n" * 20 + "b c\n", 3, 0.001
    yield "\n".join(" ".join(line) for line in ToyCorpus(30)) + "\n", 5, 0.01


EXERCISES = {
    "ex:last-word": Value(
        FOUND,
        "six counts in a list, of </s>, a, b, c, d, e; 0 for a word that is not in the vocabulary",
        slips={
            "The last word touches the end of the file.": [1, 2, 2, 2, 1, 1],
            "Nothing ends the second line: there is one line end only.": [2, 2, 2, 2, 1, 0],
            "A line that is not trained is counted all the same.": [1, 1, 1, 1, 0, 0],
        },
    ),
    "ex:last-word-b": Value(
        1,
        "how many lines are trained, a number",
        slips={"A line that ends with the file is counted, but is it trained?": 2},
    ),
    "ex:shrunk-window": Formula(
        m + 1,
        "the mean number of context words of a center, as an expression in m",
        slips={
            "That is one side of the center only.": (m + 1) / 2,
            "That is the window of the formula, which does not shrink.": 2 * m,
            "That is one side of the formula's window.": m,
            "The smallest reach is 1, not 0.": m - 1,
        },
    ),
    "ex:table-rest": Value(
        [500 / 83 - 6, 501 / 83 - 6],
        "two scores in a list: where it rests if it comes from below, where from above",
        slips={
            "They are exchanged.": [501 / 83 - 6, 500 / 83 - 6],
            "That is a table with 1000/12 entries for each unit; the program has 83.": [0, 0.012],
            "That is by how much too low the table looks; the score has to make up for it.": [-0.024, -0.036],
        },
    ),
    "ex:program-table": Program(
        looked_up,
        scores,
        "a function that returns the probability of each score, as the program takes it",
        within=1e-5,
        slips={
            "That is the exact sigmoid.": sigmoid,
            "The program has 83 entries for each unit of score, not 1000/12.": lambda s: by_table(s, 1000 / 12),
            "The entry is rounded down, not to the nearest.": lambda s: by_table(s, round_=np.rint),
            "Beyond ±6 the probability is 0 or 1.": lambda s: by_table(s, outside=sigmoid),
            "Beyond ±6 the table has no entry; it does not hold the last one.": lambda s: by_table(
                np.clip(s, -5.999, 5.999)
            ),
        },
    ),
    "ex:first-vectors": Program(
        initial_vectors,
        lambda: [(1, 1), (1, 2), (3, 2), (2, 100)],
        "a function that returns an array with a row for each word",
        slips={
            "The state starts at 1 here, not at 0.": lambda *of: first_vectors(*of, seed=0),
            "Divide by the number of coordinates.": lambda *of: first_vectors(*of, scale=False),
            "Take the last 16 bits.": lambda *of: first_vectors(*of, bits=64),
            "Row by row: all coordinates of a word come before the next word.": lambda words, size: (
                first_vectors(words, size).reshape(size, words).T
            ),
        },
    ),
    "ex:odd-window": Value(
        [1 - K % 2 for K in range(1, 7)],
        "six numbers in a list, for K = 1 to 6: 1 if all reaches are drawn, else 0",
        slips={
            "The other way round. How many draws does a center take?": [K % 2 for K in range(1, 7)],
            "Any even step, such as 6, misses half of the circle, not only a power of two.": [0, 1, 0, 1, 1, 1],
        },
    ),
    "ex:odd-window-b": Value(
        sorted({8 - state % 8 for n, state in zip(range(260), random_states(0), strict=False) if n % 26 == 0}),
        "the reaches that are drawn, in a list, from the smallest",
        slips={
            "Those are the places between. Where does the first draw stand?": [2, 4, 6, 8],
        },
    ),
    "ex:slots": Value(
        [SLOTS, 1 / SLOTS],
        "two numbers in a list: the slots of the rarest word; one slot as a part of them",
        within=0.03,
        slips={
            "The weight is the count to the power 3/4.": [PLAIN, 1 / PLAIN],
            "That is as if all words had the same share.": [100 / 3, 3 / 100],
            "The second number is a part, not a percentage.": [SLOTS, 100 / SLOTS],
        },
    ),
    "ex:own-draws": Program(
        recorded,
        texts,
        "a function that returns a list of pairs (word, reach), or yields them",
        slips={
            "All draws for subsampling in a sentence come before its first window.": lambda *of: events(
                *of, wait=False
            ),
            "The state is advanced first, then used.": lambda *of: events(*of, after=False),
            "The generator counts modulo 2 to the power 64.": lambda *of: events(*of, modulus=2**48),
            "That is the paper's formula for subsampling; the program has a second term.": lambda *of: events(
                *of, extra=False
            ),
            "The line ends are words of the text, too: they count in its length.": lambda *of: events(*of, ends=False),
            "A sentence of which nothing is kept costs a draw.": lambda *of: events(*of, empty=False),
        },
    ),
}
