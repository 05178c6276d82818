"""The exercises of "Skip-gram over a window"; among them question (h) of the written solutions."""

import numpy as np
from sympy import Sum

from w2v_core.architectures import skip_gram
from w2v_core.corpus import windows
from w2v_core.exercises.one_word_network import OTHER_SIGN, ROUNDED, TWICE, UPHILL, moved, summed
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_softmax, softmax
from w2v_core.proofs import C, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of
from w2v_core.proofs import words as words_at

w, x, a, c = indices("w x a c", V)  # c is the center
i, k = indices("i k", d)
p = indices("p", C)
u, v, own = array("u", V, d), array("v", V, d), array("U", C, V, d)
o = words_at("o", C, of=V)
y = softmax_of(lambda w: Sum(u[w, i] * v[c, i], i), x)


def seen(w):
    """How often word w stands in the context."""
    return Sum(delta(o[p], w), p)


def y_at(p):
    """Guess at position p, where each position has output vectors of its own."""
    return softmax_of(lambda w: Sum(own[p, w, i] * v[c, i], i), x)


pushed = Sum((C * y(w) - seen(w)) * u[w, k], w)
one_error = Sum((y(w) - seen(w)) * u[w, k], w)

WORDS_OUT = np.array([[1.0, -1.0], [-1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
WORDS_IN = np.log(2) * np.array([[0.0, 2.0], [1.0, -1.0], [1.0, 0.0], [2.0, 0.0]])
AROUND = [0, 1, 1, 3]  # tea, or, or, milk; the center is word 2, coffee


def single():
    """Windows: one context word, the same twice, none, the small example, the center in its own context, ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, 0, [1]
    yield *tiny, 0, [1, 1]
    yield *tiny, 1, []
    yield WORDS_IN, WORDS_OUT, 2, AROUND
    yield *np.random.default_rng(0).normal(size=(2, 5, 3)), 4, [2, 0, 4, 0, 0]
    yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), 0, [1, 0]


def gradients(W_in, W_out, center, context, *, errors=lambda C, p, n: C * p - n, log_soft=log_softmax):
    """Loss and gradients with one softmax; the options are slips."""
    log_p = log_soft(W_out @ W_in[center])
    e = errors(len(context), np.exp(log_p), np.bincount(context, minlength=len(W_out)))
    in_W_in = np.zeros_like(W_in)
    in_W_in[center] = e @ W_out
    return -log_p[context].sum(), in_W_in, np.outer(e, W_in[center])


def sentences():
    """Texts: one word, two, then more with words that come back; the radius and the rate."""
    numbers = np.random.default_rng(1)
    matrices = numbers.normal(size=(2, 4, 3))
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), [1], 2, 0.5
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), [1, 0], 2, 0.5
    yield WORDS_IN, WORDS_OUT, [0, 1, 2, 1, 3], 2, 0.1
    yield *matrices, numbers.integers(4, size=30).tolist(), 3, 0.05


def epoch(W_in, W_out, text, radius, rate, single=False):
    """Both matrices after a step for each window, or for each pair."""
    found = [skip_gram(center, context) for center, context in windows(text, radius)]
    return moved(W_in, W_out, [[pair] for pairs in found for pair in pairs] if single else found, rate)


def losses(steps, rate):
    """Loss of the small window before each step and after the last."""
    W_in, W_out, found = WORDS_IN, WORDS_OUT, []
    for _ in range(steps + 1):
        found.append(gradients(W_in, W_out, 2, AROUND)[0])
        W_in, W_out = moved(W_in, W_out, [skip_gram(2, AROUND)], rate)
    return np.array(found)


def first_near(gap, rate):
    """How many steps bring the loss of the small window this near to its bound."""
    return int(np.argmax(losses(300, rate) < BOUND + gap))


def overshoot(rate, single):
    """Mean loss after the context three times over, at once or pair by pair."""
    pairs = skip_gram(2, AROUND * 3)
    W_in, W_out = moved(WORDS_IN, WORDS_OUT, [[pair] for pair in pairs] if single else [pairs], rate)
    return gradients(W_in, W_out, 2, AROUND)[0] / 4


TRAINING_TEXT = [line.split() for line in ("tea or coffee or milk", "coffee with milk", "tea with milk", "tea or milk")]


def shares(word, radius):
    """Share of each word, in alphabetical order, among the context words of one."""
    around = [
        other
        for line in TRAINING_TEXT
        for center, context in windows(line, radius)
        if center == word
        for other in context
    ]
    return np.array([around.count(name) for name in sorted(set(sum(TRAINING_TEXT, [])))]) / len(around)


BOUND = 6 * np.log(2)

EXERCISES = {
    "ex:window-equal": Value(
        [2, 1 / 2 - 4, 1, 1 / 2],
        "four numbers in a list: tea, or, coffee, milk",
        slips={
            "The probabilities count four times: there are four guesses.": [1 / 2, 1 / 8 - 4, 1 / 4, 1 / 8],
            "A word that stands four times was seen four times.": [2, 1 / 2 - 1, 1, 1 / 2],
            "That is the error of a single pair; the window has four.": [1 / 2, 1 / 8 - 1, 1 / 4, 1 / 8],
        },
    ),
    "ex:window-derive": Formula(
        (C * y(w) - seen(w)) * v[c, k],
        "the derivative by u[w, k], in C, y(w), n_(w) and vin[c, k]",
        slips={
            "The factor C is missing: every position guesses, and all errors are added.": (y(w) - seen(w)) * v[c, k],
            "The target is forgotten: what was seen is taken away.": C * y(w) * v[c, k],
            "That is the mean over the window. Here it is the sum.": (y(w) - seen(w) / C) * v[c, k],
            "By an output vector, the score has the slope of the center's input vector.": (C * y(w) - seen(w))
            * u[w, k],
            TWICE: (C * y(w) - seen(w)) * y(w) * (1 - y(w)) * v[c, k],
        },
    ),
    "ex:window-derive-b": Formula(
        pushed,
        "the derivative by vin[c, k], in C, y(w), n_(w), u[w, k] and Sum",
        slips={
            "The factor C is missing: every position guesses, and all errors are added.": one_error,
            "The target is forgotten: what was seen is taken away.": Sum(C * y(w) * u[w, k], w),
            "That is the mean over the window. Here it is the sum.": pushed / C,
            "The context words bring their output vectors, with u; the input vectors v are of the centers.": Sum(
                (C * y(w) - seen(w)) * v[w, k], w
            ),
        },
    ),
    "ex:window-derive-c": Formula(
        delta(a, c) * pushed,
        "the derivative by vin[a, k] for any word a, in C, y(w), n_(w), u[w, k], delta and Sum",
        slips={
            "That is right for all words but the center.": 0 * pushed,
            "That is right for the center only.": pushed,
            "The condition is the wrong way round: the center moves, the others stay.": (1 - delta(a, c)) * pushed,
            "The context words' input vectors do not stand in the loss.": seen(a) * pushed,
        },
    ),
    "ex:window-gradients": Program(
        lambda W_in, W_out, center, context: summed(W_in, W_out, skip_gram(center, context)),
        single,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            "The factor C is missing: every position guesses, and all errors are added.": lambda *of: gradients(
                *of, errors=lambda C, p, n: p - n
            ),
            "A word that stands twice was seen twice. Count the words with np.bincount.": lambda *of: gradients(
                *of, errors=lambda C, p, n: C * p - (n > 0)
            ),
            "That is the mean over the window. Here it is the sum.": lambda *of: (
                gradients(*of)[0] / len(of[3]),
                *gradients(*of, errors=lambda C, p, n: p - n / C)[1:],
            ),
            "The target is forgotten: what was seen is taken away.": lambda *of: gradients(
                *of, errors=lambda C, p, n: C * p
            ),
            OTHER_SIGN: lambda *of: gradients(*of, errors=lambda C, p, n: n - C * p),
            ROUNDED: (lambda *of: gradients(*of, log_soft=lambda s: np.log(softmax(s)))),
        },
    ),
    "ex:window-check": Value(
        [1, 0, 0, 0, 1],
        "five numbers in a list: 1 where it agrees, else 0",
        slips={"D is the gradient of another function, the mean over the window.": [1, 0, 0, 1, 1]},
    ),
    "ex:window-epoch": Program(
        epoch,
        sentences,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            "That is a step for each pair. Take one for each window, with the summed error.": lambda *of: epoch(
                *of, single=True
            ),
            UPHILL: lambda *of: epoch(*of[:-1], -of[-1]),
        },
    ),
    "ex:window-curve": Value(
        [first_near(0.1, rate) for rate in (0.05, 0.1, 0.2)],
        "three whole numbers in a list, for the rates 0.05, 0.1 and 0.2",
    ),
    "ex:window-bound": Value(
        BOUND,
        "one number",
        slips={
            "That is for one context word; the window has four.": BOUND / 4,
            "That is in bits: take the natural logarithm.": 6,
            "That is the loss for even guesses among the three words; the shares are not even.": 4 * np.log(3),
        },
    ),
    "ex:window-positions": Formula(
        Sum(Sum((y_at(p)(w) - delta(w, o[p])) * own[p, w, k], w), p),
        "the derivative by vin[c, k], in y_p(p)(w), wide[p, w, k], o[p], delta and Sum",
        slips={
            "The target is forgotten.": Sum(Sum(y_at(p)(w) * own[p, w, k], w), p),
            "That is the mean over the positions. Here it is the sum.": Sum(
                Sum((y_at(p)(w) - delta(w, o[p])) * own[p, w, k], w), p
            )
            / C,
            "The guesses differ from position to position: C times one guess will not do.": Sum(
                Sum((C * y_at(p)(w) - delta(w, o[p])) * own[p, w, k], w), p
            ),
        },
    ),
    "ex:window-overshoot": Value(
        [[overshoot(rate, single) for single in (False, True)] for rate in (0.05, 0.2, 0.8)],
        "three pairs of numbers in a list: for each rate, at once and one by one",
        slips={
            "In each pair, the whole comes first, then the steps one by one.": [
                [overshoot(rate, single) for single in (True, False)] for rate in (0.05, 0.2, 0.8)
            ]
        },
    ),
    "ex:window-trainer": Value(
        shares("milk", 2)[[0, 2, 3, 4]],
        "the four guesses in a list or an array: coffee, or, tea, with",
        within=0.1,
        slips={"Those are even guesses: nothing has been learnt yet.": np.full(4, 0.2)},
    ),
}
