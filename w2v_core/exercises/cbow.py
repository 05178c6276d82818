"""The exercises of "CBOW: the mean of the context"."""

import numpy as np
from sympy import Sum

from w2v_core.architectures import cbow
from w2v_core.corpus import windows
from w2v_core.exercises.one_word_network import (
    EARLY,
    NO_TARGET,
    OTHER_SIGN,
    OVERFLOW,
    ROUNDED,
    TWICE,
    UPHILL,
    WRONG_SUM,
    moved,
    summed,
)
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_softmax, softmax
from w2v_core.proofs import C, V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of
from w2v_core.proofs import words as words_at

w, x, a, c = indices("w x a c", V)  # c is the center
i, k = indices("i k", d)
p, r = indices("p r", C)
u, v, alpha = array("u", V, d), array("v", V, d), array("alpha", C)
o = words_at("o", C, of=V)
n = Sum(delta(o[p], a), p)  # how often word a stands in the context


def guessing(weight):
    """Probability of a word, for weights of the positions."""
    return softmax_of(lambda w: Sum(u[w, i] * Sum(weight(p) * v[o[p], i], p), i), x)


def push(y):
    """What the errors send back to coordinate k."""
    return Sum((y(w) - delta(w, c)) * u[w, k], w)


y, y_mix = guessing(lambda p: 1 / C), guessing(lambda p: alpha[p])

LOG2 = np.log(2)
SMALL = (
    LOG2 * np.array([[0.0, 2.0], [1.0, -1.0], [-1.0, -1.0], [2.0, 0.0]]),
    np.array([[1.0, -1.0], [-1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]),
)
AROUND = [0, 1, 1, 3]  # tea, or, or, milk; the center is word 2, coffee


def single():
    """Windows: one context word, one twice, the small example, one with its own center, scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, [0], 1
    yield *tiny, [0, 0, 1], 1
    yield *SMALL, AROUND, 2
    yield *np.random.default_rng(0).normal(size=(2, 5, 3)), [4, 1, 4, 0, 4, 2], 4
    yield np.array([[1500.0], [500.0]]), np.array([[1.0], [-1.0]]), [0, 1], 1


def by_hand(W_in, W_out, context, center, *, errors=lambda p, y: p - y, divided=1, once=False, total=False, guess=None):
    """Loss and gradients in plain NumPy; the options are slips."""
    share = np.bincount(context, minlength=len(W_in)) / (1 if total else len(context))
    hidden = share @ W_in
    log_p = np.log(guess(W_out @ hidden)) if guess else log_softmax(W_out @ hidden)
    e = errors(np.exp(log_p), np.eye(len(W_out))[center])
    if once:
        share = np.minimum(share, 1 / len(context))
    return -log_p[center], np.outer(share, e @ W_out) * len(context) ** (1 - divided), np.outer(e, hidden)


def sentences():
    """Texts: one word, two, then more with words that come back; the radius and the rate."""
    numbers = np.random.default_rng(1)
    matrices = numbers.normal(size=(2, 4, 3))
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), [1], 2, 0.5
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), [1, 0], 2, 0.5
    yield *SMALL, [0, 1, 2, 1, 3], 2, 0.5
    yield *matrices, numbers.integers(4, size=30).tolist(), 3, 0.1


def epoch(W_in, W_out, text, radius, rate):
    """Both matrices after a step for each window."""
    return moved(W_in, W_out, [cbow(center, context) for center, context in windows(text, radius)], rate)


def at_once(W_in, W_out, text, radius, rate):
    """All windows as one batch: not one after the other."""
    pairs = [pair for center, context in windows(text, radius) for pair in cbow(center, context)]
    return moved(W_in, W_out, [pairs], rate)


def by_hand_epoch(W_in, W_out, text, radius, rate, *, lost=False, early=False, **slips):
    """A step for each window in plain NumPy; the options are slips."""
    W_in, W_out = W_in.copy(), W_out.copy()
    for center, context in windows(text, radius):
        _, in_W_in, in_W_out = by_hand(W_in, W_out, context, center, once=lost, **slips)
        if early:
            h = W_in[context].mean(axis=0)
            e = softmax(W_out @ h) - np.eye(len(W_out))[center]
            in_W_in = np.outer(np.bincount(context, minlength=len(W_in)) / len(context), e @ (W_out - rate * in_W_out))
        W_in, W_out = W_in - rate * in_W_in, W_out - rate * in_W_out
    return W_in, W_out


def first_below(limit, rate, divided):
    """How many steps on the small example bring the loss below a limit."""
    W_in, W_out, steps = *SMALL, 0
    while by_hand(W_in, W_out, AROUND, 2)[0] >= limit:
        _, in_W_in, in_W_out = by_hand(W_in, W_out, AROUND, 2, divided=divided)
        W_in, W_out, steps = W_in - rate * in_W_in, W_out - rate * in_W_out, steps + 1
    return steps


def trained(W_in, W_out, pairs, rate, epochs):
    """Both matrices after some epochs of single steps."""
    return moved(W_in, W_out, [[pair] for pair in pairs] * epochs, rate)


def runs():
    """Pairs of (context, center): one, one with a word twice, then many; rate and epochs."""
    numbers = np.random.default_rng(2)
    matrices = numbers.normal(0, 0.3, (2, 4, 3))
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), [([1], 0)], 0.5, 1
    yield *matrices, [([1, 1, 2], 0)], 0.5, 1
    text = numbers.integers(4, size=12).tolist()
    yield *matrices, [pair for center, context in windows(text, 2) for pair in cbow(center, context)], 0.1, 5


def undivided(W_in, W_out, pairs, rate, epochs):
    """The run without 1/C."""
    W_in, W_out = W_in.copy(), W_out.copy()
    for context, center in pairs * epochs:
        _, in_W_in, in_W_out = by_hand(W_in, W_out, context, center, divided=0)
        W_in, W_out = W_in - rate * in_W_in, W_out - rate * in_W_out
    return W_in, W_out


ONE = summed(*SMALL, [([3], 2)])[1][3]  # milk alone

EXERCISES = {
    "ex:cbow-one": Value(
        ONE,
        "the two numbers of the gradient in a list",
        slips={
            "That is divided by 4. Now the context has one word.": ONE / 4,
            "That is with all four context words: now the hidden vector is that of milk.": [1 / 4, -11 / 8],
            "The target is forgotten: coffee's error is its probability minus 1.": ONE + SMALL[1][2],
        },
    ),
    "ex:cbow-derive": Formula(
        n / C * push(y),
        "the derivative by v[a, k], in n_(a), C, y_hat_(w), u[w, k], delta and Sum",
        slips={
            "The factor 1/C is missing: the hidden vector is a mean.": n * push(y),
            "One 1/C too many: it stands once, from the mean.": n / C**2 * push(y),
            "A word that stands twice gets two shares.": push(y) / C,
            "That is what arrives at the hidden vector; the word gets a share of it.": push(y),
            NO_TARGET: n / C * Sum(y(w) * u[w, k], w),
            TWICE: n / C * Sum((y(w) - delta(w, c)) * y(w) * (1 - y(w)) * u[w, k], w),
            WRONG_SUM: n / C * (y(a) - delta(a, c)) * Sum(u[w, k], w),
            "That is the gradient in the output vector.": (y(a) - delta(a, c)) * Sum(v[o[p], k], p) / C,
        },
    ),
    "ex:cbow-gradients": Program(
        lambda W_in, W_out, context, center: summed(W_in, W_out, cbow(center, context)),
        single,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            "The factor 1/C is missing in the gradient of the input vectors.": lambda *of: by_hand(*of, divided=0),
            "There is a factor 1/C too many in the gradient of the input vectors.": lambda *of: by_hand(*of, divided=2),
            "A word that stands twice in the context gets two shares. Use np.add.at, or count the words.": lambda *of: (
                by_hand(*of, once=True)
            ),
            "The hidden vector is a sum; it should be a mean.": lambda *of: by_hand(*of, total=True),
            NO_TARGET: lambda *of: by_hand(*of, errors=lambda p, y: p),
            OTHER_SIGN: lambda *of: by_hand(*of, errors=lambda p, y: y - p),
            TWICE: lambda *of: by_hand(*of, errors=lambda p, y: (p - y) * p * (1 - p)),
            ROUNDED: lambda *of: by_hand(*of, guess=softmax),
            OVERFLOW: lambda *of: by_hand(*of, guess=lambda s: np.exp(s) / np.exp(s).sum()),
        },
    ),
    "ex:cbow-check": Value(
        [1, 1 / 3, 5, 1],
        "four numbers in a list, for the programs a, b, c and d",
        slips={"Those are the lengths of the true step in each program's; turn them round.": [1, 3, 1 / 5, 1]},
    ),
    "ex:cbow-epoch": Program(
        epoch,
        sentences,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            "All windows were taken at once. Step after each window, with the vectors as they then are.": at_once,
            "A word that stands twice in a context moves once only. Use np.subtract.at.": lambda *of: by_hand_epoch(
                *of, lost=True
            ),
            "The factor 1/C is missing in the step of the input vectors.": lambda *of: by_hand_epoch(*of, divided=0),
            EARLY: lambda *of: by_hand_epoch(*of, early=True),
            UPHILL: lambda *of: epoch(*of[:-1], -of[-1]),
        },
    ),
    "ex:cbow-curve": Value(
        [first_below(0.1, 0.2, 1), first_below(0.1, 0.2, 0)],
        "two whole numbers in a list: steps with 1/C, steps without",
        slips={"They are exchanged.": [first_below(0.1, 0.2, 0), first_below(0.1, 0.2, 1)]},
    ),
    "ex:cbow-weights": Formula(
        Sum(alpha[r] * delta(o[r], a), r) * push(y_mix),
        "the derivative by v[a, k], in weight[r], o[r], y_mix(w), u[w, k], delta and Sum",
        slips={
            "The weights take the place of 1/C; now it stands there as well.": Sum(alpha[r] * delta(o[r], a), r)
            / C
            * push(y_mix),
            "That is with equal weights.": n / C * push(y_mix),
            "All weights are added up; only those of the positions where a stands belong to it.": Sum(alpha[r], r)
            * push(y_mix),
            "The target is forgotten.": Sum(alpha[r] * delta(o[r], a), r) * Sum(y_mix(w) * u[w, k], w),
        },
    ),
    "ex:cbow-sum-mean": Formula(
        C**2,
        "the step of the sum model's hidden vector, divided by the other one's, as an expression in C",
        slips={"That compares the vectors of the words. What is their sum in one model is their mean in the other.": C},
    ),
    "ex:cbow-no-function": Formula(
        C,
        "the second mixed derivative divided by the first, as an expression in C",
        slips={"They would be equal if there were such a function.": C / C},
    ),
    "ex:cbow-trainer": Program(
        trained,
        runs,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            "The factor 1/C is missing in the step of the input vectors.": undivided,
            "That is one epoch only.": lambda *of: trained(*of[:-1], 1),
        },
    ),
    "ex:cbow-trainer-b": Value(
        "undivided", "divided or undivided", slips={"Look at the largest rate: whose loss is higher?": "divided"}
    ),
}
