"""The exercises of "From formula to matrix product"."""

from math import tanh

import numpy as np
from sympy import Sum, sqrt, symbols

from w2v_core.blocks import fold, tiles
from w2v_core.exercises.one_word_network import EARLY, OTHER_SIGN, SLOPE, UPHILL, Named, descended
from w2v_core.exercises.six_models import once
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import finite_differences, log_sigmoid, sigmoid
from w2v_core.proofs import V, array, d, indices, sizes

w = indices("w", V)
b, m, T = sizes("b m T")
p = array("p", V)
eta, n, h, c = symbols("eta n h c", positive=True)

ADDED = "That is the mean over the block. Here the gradients are added."
LOST = "A word that occurs twice moves twice. Add with np.add.at."
WEIGHT = "Each word of noise counts K/S times for an example, not once."
MANY = "A word with several examples asks about the noise as many times."
WINDOW = "The window belongs to the word that predicts: the reach of row i decides, not that of column j."


def piles():
    """Pieces and m: one piece, pieces that touch, that overlap a little, that overlap with several others."""
    yield np.ones((1, 3, 1)), 1
    yield np.ones((2, 2, 1)), 0
    yield np.arange(8.0).reshape(2, 4, 1), 1
    numbers = np.random.default_rng(0)
    yield numbers.normal(size=(5, 6, 2)), 1
    yield numbers.normal(size=(4, 8, 3)), 3


def how_often(pieces, m):
    """In how many pieces each row is."""
    return fold(np.ones(pieces.shape), m)


def overwritten(pieces, m):
    """Put back with `=`: of the rows that overlap the last stays."""
    rows = np.zeros(how_often(pieces, m).shape)
    for place, piece in zip(tiles(rows, pieces.shape[1] - 2 * m, m), pieces, strict=True):
        place[...] = piece
    return rows


def scatters():
    """A matrix, rows and moves: rows that differ, one twice, none, many."""
    yield np.zeros((3, 1)), np.array([0, 2]), np.array([[1.0], [2.0]])
    yield np.ones((3, 1)), np.array([0, 1, 0, 2]), np.array([[1.0], [10.0], [2.0], [20.0]])
    yield np.ones((2, 2)), np.array([], dtype=int), np.empty((0, 2))
    numbers = np.random.default_rng(1)
    yield numbers.normal(size=(6, 3)), numbers.integers(5, size=40), numbers.normal(size=(40, 3))


def scattered(matrix, rows, moves, add=np.add.at, start=1):
    """The matrix with each move added to its row; the options are slips."""
    new = start * matrix
    add(new, rows, moves)
    return new


def averaged(matrix, rows, moves):
    """The moves of equal rows are averaged."""
    times = np.bincount(rows, minlength=len(matrix))[:, None]
    return matrix + scattered(matrix, rows, moves, start=0) / np.maximum(times, 1)


def lost_share(p, T):
    """Share of the moves that `W[rows] += moves` loses, on average."""
    return 1 - (1 - (1 - p) ** T).sum() / T


ZIPF = 1 / np.arange(1, 1001)
ZIPF /= ZIPF.sum()


def survives(asked, rate=0.1, steps=300):
    """Whether the score of the smallest hub stays within ±100."""
    u, v = 1.5, 1.0
    for _ in range(steps):
        error = asked * tanh(u * v / 2) / 2  # σ(s) - 1/2
        u, v = u - rate * error * v, v - rate * error * u
        if abs(u * v) > 100:
            return False
    return True


SURVIVED = next(asked for asked in range(1, 100) if not survives(asked + 1))


def safe_block(kept, rate, examples, questions, *, power=1.5, part=True, most=1024, least=1):
    """The second line of the bound, solved for T; the options are slips."""
    f = kept.max() / (kept.sum() if part else 1)
    return max(least, int(min(most, 1 / (rate * examples * questions * f**power))))


def vocabularies():
    """Counts, rate, examples of a word, questions of an example: one word, uneven counts, even ones, a high rate."""
    yield np.array([1.0]), 0.05, 2, 6
    yield np.array([2.0, *[1.0] * 98]), 0.025, 6, 6
    yield np.array([100.0, 50.0, 25.0, 25.0]), 0.025, 3, 6
    yield np.array([3.5, 3.5, 3.0] * 40), 0.025, 6, 6
    yield np.ones(5000), 0.025, 6, 6
    yield np.array([1e6, 1.0]), 10.0, 10, 15


def band(reach, *, column=False, own=False):
    """1 where word i predicts word j; the options are slips."""
    apart = np.abs(np.arange(len(reach))[:, None] - np.arange(len(reach)))
    return ((apart <= (reach if column else reach[:, None])) & (own | (apart > 0))).astype(float)


def predicted_minus_wanted(asked, wanted, guess):
    """Errors of a block (eq:block-errors)."""
    return asked * guess - wanted


def block(
    W_in, W_out, words, reach, noise, K, *, errors=predicted_minus_wanted, each=True, share=True, add=np.add.at, **of
):
    """Loss of a block of skip-gram with shared noise, and its gradients in both matrices; the options are slips."""
    near = band(reach, **of)
    weight = (near.sum(axis=1) if each else np.ones(len(near))) * (K / len(noise) if share else 1)
    asked = np.hstack([near, np.tile(weight[:, None], len(noise))])
    wanted = np.hstack([near, np.zeros((len(words), len(noise)))])
    rows = np.concatenate([words, noise])
    H, U = W_in[words], W_out[rows]
    scores, in_W_in, in_W_out = H @ U.T, np.zeros_like(W_in), np.zeros_like(W_out)
    E = errors(asked, wanted, sigmoid(scores))
    add(in_W_in, words, E @ U)
    add(in_W_out, rows, E.T @ H)
    return (asked * np.logaddexp(0, scores) - wanted * scores).sum(), in_W_in, in_W_out


def blocks():
    """Vectors, words, reaches, noise and K: two words, one of them twice, noise twice, more; then scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, np.array([0, 1]), np.array([1, 1]), np.array([1]), 1
    yield *tiny, np.array([0, 1]), np.array([1, 1]), np.array([1]), 3
    yield *tiny, np.array([0, 1, 0]), np.array([1, 1, 1]), np.array([1]), 1
    yield *tiny, np.array([0, 1, 0]), np.array([2, 1, 1]), np.array([0, 0]), 2
    yield *tiny, np.array([0]), np.array([2]), np.array([1]), 1
    numbers = np.random.default_rng(2)
    matrices = numbers.normal(size=(2, 6, 3))
    yield *matrices, numbers.integers(5, size=9), numbers.integers(1, 4, size=9), numbers.integers(6, size=4), 5
    yield (
        np.array([[1000.0], [-1000.0]]),
        np.array([[1.0], [-1.0]]),
        np.array([0, 1, 1]),
        np.ones(3, int),
        np.ones(2, int),
        5,
    )


def example_by_example(W_in, W_out, words, reach, noise, K):
    """The same in loops."""
    loss, in_W_in, in_W_out = 0.0, np.zeros_like(W_in), np.zeros_like(W_out)
    for i, j in np.argwhere(band(reach)):
        for row, label, weight in [(words[j], 1, 1.0), *((row, 0, K / len(noise)) for row in noise)]:
            [score] = W_out[[row]] @ W_in[words[i]]
            error = weight * (sigmoid(score) - label)
            loss -= weight * log_sigmoid(score if label else -score)
            in_W_in[words[i]] += error * W_out[row]
            in_W_out[row] += error * W_in[words[i]]
    return loss, in_W_in, in_W_out


def everywhere(asked, wanted, guess):
    """Errors as if each word were asked about all the others of its block."""
    return np.where(np.arange(asked.shape[1]) < len(asked), 1, asked) * guess - wanted


SLIPS = {
    WEIGHT: lambda *of: block(*of, share=False),
    MANY: lambda *of: block(*of, each=False),
    WINDOW: lambda *of: block(*of, column=True),
    "A word is not in its own window.": lambda *of: block(*of, own=True),
    LOST: lambda *of: block(*of, add=once),
    "Outside of the band nothing is asked: multiply σ by how often it is asked.": lambda *of: block(
        *of, errors=everywhere
    ),
    "The wanted yes is forgotten: the error is predicted minus wanted.": lambda *of: block(
        *of, errors=lambda asked, wanted, guess: asked * guess
    ),
    SLOPE: lambda *of: block(*of, errors=lambda asked, wanted, guess: (asked * guess - wanted) * guess * (1 - guess)),
    OTHER_SIGN: lambda *of: block(*of, errors=lambda asked, wanted, guess: wanted - asked * guess),
    ADDED: lambda *of: tuple(one / len(of[2]) for one in block(*of)),
}


def faults():
    """Functions for the gradients of a block, right and wrong; last the faults that some data cannot show."""
    yield (Named("all as it should be", block),)
    yield (Named("all as it should be, in loops", example_by_example),)
    names = ["wanted minus predicted", "σ outside of the band", "its own window", "the mean over the block"]
    for name, slip in zip(names, (OTHER_SIGN, [*SLIPS][5], [*SLIPS][3], ADDED), strict=True):
        yield (Named(name, SLIPS[slip]),)
    yield (Named("1.1 times the loss", lambda *of: rescaled(of, 1.1, 1, 1)),)
    yield (Named("1.1 times the gradient in W_in", lambda *of: rescaled(of, 1, 1.1, 1)),)
    yield (Named("1.1 times the gradient in W_out", lambda *of: rescaled(of, 1, 1, 1.1)),)
    yield (Named("+= for the rows", SLIPS[LOST]),)
    yield (Named("noise counted K times for a row", SLIPS[MANY]),)
    yield (Named("the reach of the column", SLIPS[WINDOW]),)
    yield (Named("noise without K/S", SLIPS[WEIGHT]),)


def rescaled(of, *factors):
    """Loss and gradients, each times a factor."""
    return tuple(factor * one for factor, one in zip(factors, block(*of), strict=True))


def check_on(words, reach, noise, K, parts=slice(None), alone=False):
    """A check on data of one's own, of all results or some; `alone` trusts the loss that is to be checked."""
    W_in, W_out = np.random.default_rng(3).normal(size=(2, 4, 2))
    data = np.array(words), np.array(reach), np.array(noise), K

    def check(gradients):
        given = gradients(W_in.copy(), W_out.copy(), *data)
        wanted = example_by_example(W_in, W_out, *data)
        if alone:
            in_W_in = finite_differences(lambda W: gradients(W, W_out, *data)[0], W_in)
            wanted = given[0], in_W_in, finite_differences(lambda W: gradients(W_in, W, *data)[0], W_out)
        return all(np.allclose(a, b, atol=1e-6) for a, b in zip(given[parts], wanted[parts], strict=True))

    return check


DATA = [0, 1, 0, 2], [1, 2, 1, 3], [3, 1], 5


def train(W_in, W_out, text, reach, noise, T, K, rate, *, make=block, whole=False, still=False, early=False):
    """Both matrices after a step for each block, and the sum of the losses; the options are slips."""
    starts = range(0, len(text) - (T - 1 if whole else 0), T)
    cut = [(text[at : at + T], reach[at : at + T], draws, K) for at, draws in zip(starts, noise, strict=False)]
    gradients = (lambda _, __, *of: make(W_in, W_out, *of)) if still else make
    *vectors, losses = descended(W_in, W_out, cut, rate, gradients, early)
    return *vectors, sum(losses)


def long_texts():
    """Vectors, a text, reaches, noise for each block, T, K, rate: one block, two, a shorter one at the end, many."""
    numbers = np.random.default_rng(4)
    for length, T, S in ((2, 2, 1), (4, 2, 2), (7, 4, 3), (43, 8, 4)):
        text, reach = numbers.integers(4, size=length), numbers.integers(1, 4, size=length)
        yield *numbers.normal(size=(2, 4, 2)), text, reach, numbers.integers(4, size=(-(-length // T), S)), T, 3, 0.1


def ring(T):
    """Loss of a word, in one block of 400, after four passes over a walk on a ring in blocks of T words."""
    numbers = np.random.default_rng(1)
    text = numbers.integers(-2, 3, size=800).cumsum() % 20
    reach, noise = numbers.integers(1, 4, size=800), numbers.integers(20, size=(100, 16))
    W_in, W_out = numbers.normal(0, 0.1, size=(20, 10)), np.zeros((20, 10))
    for _ in range(4):
        W_in, W_out, _ = train(W_in, W_out, text, reach, noise, T, 5, 0.03)
    return block(W_in, W_out, text[:400], reach[:400], noise[0], 5)[0] / 400


RING = [ring(8), ring(64)]

EXERCISES = {
    "ex:count-rows": Value(
        [1034, 1024 + 26 * 40],
        "two numbers in a list: the rows of W_in, the rows of W_out",
        within=1e-6,
        slips={
            "The words beside the block predict its first and last targets: m more on each side.": [1024, 2064],
            "The 1034 words that predict make 26 groups; the last one is not full.": [1034, 2024],
            "The targets are rows of W_out, too.": [1034, 1040],
        },
    ),
    "ex:count-rows-b": Value(
        [6 * 1024, 36 * 1024],
        "two numbers in a list: the rows of W_in, the rows of W_out",
        within=1e-6,
        slips={
            "The target of an example is a row of W_out as well.": [6 * 1024, 30 * 1024],
            "Each example fetches its input vector again.": [1024, 36 * 1024],
            "That is for one target; there are 1024.": [6, 36],
        },
    ),
    "ex:tile-use": Formula(
        (m + 1) / (b + 2 * m),
        "the share of the scores that belong to an example, in b and m",
        slips={
            "That is for windows that are always m wide. Their mean reach is (m + 1)/2.": 2 * m / (b + 2 * m),
            "That is one side of the target only.": (m + 1) / (2 * (b + 2 * m)),
            "A tile has m more words on each side.": (m + 1) / b,
            "That is the share that is thrown away.": 1 - (m + 1) / (b + 2 * m),
        },
    ),
    "ex:tile-use-b": Formula(
        sqrt(c / (6 * d)),
        "the best b, in c and d",
        slips={
            "The slope of c/b is -c/b**2: b is a square root.": c / (6 * d),
            "Each of the three products has a multiplication and an addition: 6, not 3.": sqrt(c / (3 * d)),
            "The 6 operations for each score and coordinate are forgotten.": sqrt(c / d),
            "At that b both costs would be the same if there were no m and S; at the best b the slopes are.": c
            / (6 * d * b),
        },
    ),
    "ex:write-fold": Program(
        fold,
        piles,
        "a function that returns an array with a row for each place",
        slips={
            "Where pieces overlap, the last one has overwritten the others. They have to be added.": overwritten,
            "Where pieces overlap, they are averaged. They have to be added.": lambda *of: fold(*of) / how_often(*of),
            "The pieces are put side by side; each has 2m rows in common with the next.": lambda pieces, m: (
                np.concatenate(pieces)
            ),
            "The rows at the edges of the pieces are cut off.": lambda pieces, m: np.concatenate(
                pieces[:, m : pieces.shape[1] - m]
            ),
        },
    ),
    "ex:scatter-add": Program(
        scattered,
        scatters,
        "a function that returns a new matrix",
        slips={
            "A row that occurs twice moves once only: the last of its moves.": lambda *of: scattered(*of, add=once),
            "The rows are overwritten by the moves. They have to be added.": lambda *of: scattered(
                *of, add=lambda new, rows, moves: new.__setitem__(rows, moves)
            ),
            "The moves of equal rows are averaged. They have to be added.": averaged,
            "Those are the moves alone, without the matrix.": lambda *of: scattered(*of, start=0),
        },
    ),
    "ex:lost-moves": Formula(
        1 - Sum(1 - (1 - p[w]) ** T, w) / T,
        "the share of the moves that is lost, in p_[w], T and Sum",
        slips={
            "That is the share that survives.": Sum(1 - (1 - p[w]) ** T, w) / T,
            "That is how many different words a block has.": Sum(1 - (1 - p[w]) ** T, w),
            "That is how many moves are lost; divide by T.": T - Sum(1 - (1 - p[w]) ** T, w),
            "That is the chance not to occur: one move survives for each word that does occur.": 1
            - Sum((1 - p[w]) ** T, w) / T,
            "Of a word that occurs, one move survives, not all of them.": 1 - Sum(p[w] * (1 - (1 - p[w]) ** T), w),
        },
    ),
    "ex:lost-moves-b": Value(
        lost_share(ZIPF, 256),
        "one number, the share",
        within=0.02,
        slips={
            "That is the share that survives.": 1 - lost_share(ZIPF, 256),
            "That is for words of equal probability.": lost_share(np.full(1000, 1 / 1000), 256),
        },
    ),
    "ex:hub-bound": Formula(
        1 - eta * n * h**2 / 4,
        "the factor, in eta, n and h",
        slips={
            "The slope of the sigmoid at 0 is a quarter.": 1 - eta * n * h**2,
            "The row moves along h, and the score is its product with h: the length counts twice.": 1 - eta * n * h / 4,
            "The score is multiplied by one minus that.": eta * n * h**2 / 4,
            "All n questions move the row.": 1 - eta * h**2 / 4,
            "It goes uphill: a step is against the gradient.": 1 + eta * n * h**2 / 4,
        },
    ),
    "ex:hub-bound-b": Value(
        [10, 0, -1, -2],
        "four numbers in a list: the largest n, then the factors for n = 10, 20 and 30",
        slips={
            "That n is where the step throws the score back as far as it was; the bound asks for half of it.": [
                20,
                0,
                -1,
                -2,
            ],
            "The square of the length of h is 4.": [20, 0.5, 0, -0.5],
        },
    ),
    "ex:hub-bound-c": Value("no", "yes or no: does the score grow without bound for n = 30"),
    "ex:hub-trial": Value(
        [17, SURVIVED],
        "two whole numbers in a list: the largest n by the rule, and by trying",
        within=1e-6,
        slips={
            "The rule has to hold for both vectors: the longer one is u, not v.": [40, SURVIVED],
            "The square of the length of u is 2.25.": [26, SURVIVED],
            "The second number is the first n that diverges; asked is the last that does not.": [17, SURVIVED + 1],
        },
    ),
    "ex:safe-block": Program(
        safe_block,
        vocabularies,
        "a function that returns a whole number, at least 1 and at most 1024",
        slips={
            "f is a share: divide by the sum of the counts.": lambda *of: safe_block(*of, part=False),
            "The exponent of f is 3/2.": lambda *of: safe_block(*of, power=1),
            "The exponent is 3/2: multiply by the root, do not take the root.": lambda *of: safe_block(*of, power=0.5),
            "A block has at most 1024 words.": lambda *of: safe_block(*of, most=np.inf),
            "A block has at least one word.": lambda *of: safe_block(*of, least=0),
            "The questions of an example are forgotten.": lambda *of: safe_block(*of[:3], 1),
            "The examples of a word are forgotten.": lambda *of: safe_block(*of[:2], 1, of[3]),
            "The rate is forgotten.": lambda *of: safe_block(of[0], 1, *of[2:]),
        },
    ),
    "ex:block-gradients": Program(
        block,
        blocks,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips=SLIPS,
    ),
    "ex:block-check": Program(
        check_on(*DATA),
        faults,
        "a function that returns True for a right function and False for a wrong one",
        slips={
            "It refuses what is right. Is the loss the one of the block? Is it too strict?": lambda _: False,
            "In your data S = K: then the weight K/S cannot be seen.": check_on(*DATA[:3], 2),
            "All windows reach equally far in your data.": check_on(DATA[0], [1, 1, 1, 1], *DATA[2:]),
            "In your data each word has one example only.": check_on([0, 0], [1, 2], [0], 5),
            "No word is there twice in your data.": check_on([0, 1, 2], [2, 1, 1], [3], 5),
            "A wrong loss with its right slopes passes. Compare it with a loss of your own.": check_on(
                *DATA, alone=True
            ),
            "The loss is not checked.": check_on(*DATA, parts=slice(1, None)),
            "The gradient in W_in is not checked.": check_on(*DATA, parts=slice(0, None, 2)),
            "The gradient in W_out is not checked.": check_on(*DATA, parts=slice(2)),
            "It accepts everything.": lambda _: True,
        },
    ),
    "ex:block-trainer": Program(
        train,
        long_texts,
        "a function that returns three things: both new matrices, and the sum of the losses",
        slips={
            "The last block is shorter than the others, and it counts, too.": lambda *of: train(*of, whole=True),
            "All blocks have met the first vectors. A block meets those that the last one has left.": lambda *of: train(
                *of, still=True
            ),
            EARLY: lambda *of: train(*of, early=True),
            UPHILL: lambda *of: train(*of[:-1], -of[-1]),
            LOST: lambda *of: train(*of, make=SLIPS[LOST]),
            WEIGHT: lambda *of: train(*of, make=SLIPS[WEIGHT]),
            ADDED: lambda *of: train(*of, make=SLIPS[ADDED]),
        },
    ),
    "ex:block-trainer-b": Formula(
        (m + 1) / (2 * T),
        "the share of the examples that is lost, in m and T",
        slips={
            "That is the share that is left.": 1 - (m + 1) / (2 * T),
            "A word has 2m examples: divide by those of the whole block.": m * (m + 1) / T,
            "Each block has two ends.": (m + 1) / (4 * T),
            "Only the words at the very end lose m; the next one loses m - 1.": m / T,
        },
    ),
    "ex:block-trainer-c": Value(
        RING,
        "two numbers in a list: the loss of a word after four passes, with blocks of 8 and of 64",
        within=0.02,
        slips={
            "They are exchanged.": RING[::-1],
            "That is the sum over the 400 words; divide by their number.": [400 * one for one in RING],
        },
    ),
}
