"""The exercises of "Negative sampling II: the likelihood view"."""

import numpy as np
from sympy import Symbol, log, sqrt

from w2v_core.exercises.one_word_network import gathered
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, sigmoid
from w2v_core.objectives import Candidates, NegativeSampling
from w2v_core.proofs import C, K, sigma, sizes
from w2v_core.training import Examples

s = Symbol("s", real=True)
g, scatter = sizes("g"), Symbol("X", positive=True)
LOSS = "These are the gradients of the loss: those of the log-likelihood have the other sign."


def window(W_in, W_out, center, context, noise):
    """Log-likelihood of a window that shares its noise, roles swapped, and its gradients in both matrices."""
    examples = Examples.pack([([word], center) for word in context])
    rows = np.tile([center, *noise], (len(context), 1))
    labels = np.tile(np.eye(1, 1 + len(noise)), (len(context), 1))
    wanted = Candidates(rows, labels, np.ones(rows.shape, dtype=bool))
    return tuple(-one for one in gathered(W_in, W_out, examples, wanted, NegativeSampling.loss))


def by_hand(W_in, W_out, center, context, noise, *, pull=lambda p, y: y - p, lost=False, as_set=False, total=None):
    """The same with a pull of one's own; the options are slips."""
    rows = [center, *(word for word in dict.fromkeys(noise) if word != center)] if as_set else [center, *noise]
    y = np.eye(1, len(rows))
    scores = W_in[context] @ W_out[rows].T
    pulls, in_W_in, in_W_out = pull(sigmoid(scores), y), np.zeros_like(W_in), np.zeros_like(W_out)
    if lost:
        in_W_in[context] = pulls @ W_out[rows]
        in_W_out[rows] = pulls.T @ W_in[context]
    else:
        np.add.at(in_W_in, context, pulls @ W_out[rows])
        np.add.at(in_W_out, rows, pulls.T @ W_in[context])
    log_p = log_sigmoid(np.where(y == 1, scores, -scores)) if total is None else total(np.abs(1 - y - sigmoid(scores)))
    return log_p.sum(), in_W_in, in_W_out


def exchanged(W_in, W_out, center, context, noise):
    """The center as the input: the roles of the first model, with shared noise."""
    parts = [by_hand(W_in, W_out, word, [center], noise) for word in context]
    return tuple(sum(part[n] for part in parts) for n in range(3))


def shared_windows():
    """Windows: one context word and one draw, no draw, a word twice, noise that repeats and hits; scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.3]])
    yield *tiny, 0, [1], [1]
    yield *tiny, 0, [1], []
    numbers = np.random.default_rng(0)
    yield *numbers.normal(size=(2, 6, 4)), 2, [1, 4], [5, 0]
    yield *numbers.normal(size=(2, 6, 4)), 2, [1, 4, 1], [5, 0, 3]
    yield *numbers.normal(size=(2, 6, 4)), 2, [1, 4, 3], [5, 0, 5, 2]
    yield np.array([[1000.0], [-1000.0], [0.0]]), np.array([[1.0], [1.0], [-1.0]]), 2, [0, 1], [0, 1]


def uphill(W_in, W_out, center, context, noise, rate, steps, *, make=window):
    """Log-likelihood before each of some steps uphill on one window, and after the last."""
    curve = []
    for _ in range(steps + 1):
        value, in_W_in, in_W_out = make(W_in, W_out, center, context, noise)
        curve.append(value)
        W_in, W_out = W_in + rate * in_W_in, W_out + rate * in_W_out
    return np.array(curve)


def climbs():
    """Runs: no step, one, then many, with words that repeat."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.3]])
    yield *tiny, 0, [1], [1], 0.5, 0
    yield *tiny, 0, [1], [1], 0.5, 1
    yield *np.random.default_rng(1).normal(size=(2, 6, 4)), 2, [1, 4, 1], [5, 0, 5], 0.1, 20


def half_updated(W_in, W_out, center, context, noise, rate, steps):
    """The output matrix moves first, and the input matrix meets the new one."""
    curve = []
    for _ in range(steps + 1):
        value, _, in_W_out = window(W_in, W_out, center, context, noise)
        curve.append(value)
        W_out = W_out + rate * in_W_out
        W_in = W_in + rate * window(W_in, W_out, center, context, noise)[1]
    return np.array(curve)


PRINTED = np.array([-0.1, -0.05, 0.05])

EXERCISES = {
    "ex:half-label": Formula(
        sqrt(sigma(s) * (1 - sigma(s))),
        "the power form for y = 1/2 as an expression in t, with sigma(t)",
        slips={
            "An exponent is not a factor: a power of one half is a root.": sigma(s) * (1 - sigma(s)) / 4,
            "The exponent one half belongs to each factor.": sigma(s) * (1 - sigma(s)),
            "The powers are multiplied, not added.": sqrt(sigma(s)) + sqrt(1 - sigma(s)),
            "That is its logarithm.": (log(sigma(s)) + log(1 - sigma(s))) / 2,
        },
    ),
    "ex:half-label-b": Value(
        0,
        "the score at which its logarithm is largest",
        slips={"That is the probability. Which score has it?": 1 / 2},
    ),
    "ex:union": Value(
        [np.log(1 / 2), np.log(1 / 4)],
        "a list of two numbers: what is lost in the first case, and in the second",
        slips={
            "A noise word has the label 0: its term is log(1 - σ).": [np.log(1 / 2), np.log(3 / 4)],
            "These are probabilities: the log-likelihood loses their logarithms.": [1 / 2, 1 / 4],
            "In the second case one of the two terms is kept.": [np.log(1 / 2), 2 * np.log(1 / 4)],
            "In the first case u is asked about once as the target and once as noise; the second is lost.": (
                [2 * np.log(1 / 2), np.log(1 / 4)]
            ),
        },
    ),
    "ex:noise-window": Program(
        window,
        shared_windows,
        "a function of W_in, W_out, center, context and noise that returns L and its gradients in W_in and W_out",
        slips={
            "That is the loss with its gradients: the log-likelihood has the other sign.": (
                lambda *of: tuple(-part for part in window(*of))
            ),
            LOSS: lambda *of: by_hand(*of, pull=lambda p, y: p - y),
            "The label is forgotten: the pull is label minus probability.": (
                lambda *of: by_hand(*of, pull=lambda p, y: -p)
            ),
            "It multiplies by σ(1 - σ): that cancels, because L is a logarithm.": (
                lambda *of: by_hand(*of, pull=lambda p, y: (y - p) * p * (1 - p))
            ),
            "The roles are exchanged: each context word is an input, and the center is predicted.": exchanged,
            "A word that stands twice gets two terms: assigning to its row keeps one.": lambda *of: by_hand(
                *of, lost=True
            ),
            "The candidates are a list: repeated noise, and noise that hits the center, count each time.": (
                lambda *of: by_hand(*of, as_set=True)
            ),
            "The probability is rounded to 0: add up log_sigmoid.": lambda *of: by_hand(*of, total=np.log),
        },
    ),
    "ex:window-climb": Program(
        uphill,
        climbs,
        "a function of W_in, W_out, center, context, noise, rate and steps that returns the steps + 1 values of L",
        slips={
            "It goes downhill: L is to grow, so the gradient is added.": (
                lambda *of: uphill(*of[:-2], -of[-2], of[-1])
            ),
            "W_out moved first, and W_in met the new one.": half_updated,
            "A word that stands twice must move twice.": (
                lambda *of: uphill(*of, make=lambda *these: by_hand(*these, lost=True))
            ),
        },
    ),
    "ex:window-climb-b": Value(
        -6 * np.log(2),
        "the log-likelihood that the curve does not exceed",
        slips={
            "The center is a candidate twice, with label 1 and with label 0: no score suits both.": 0,
            "That is one context word: add up over the window.": -2 * np.log(2),
            "The window has three places: word 1 stands at two of them.": -4 * np.log(2),
        },
    ),
    "ex:shared-variance": Formula(
        C**2 * K * scatter / g,
        "the variance as an expression in C, K, g and X",
        slips={
            "That is fresh noise: here each draw is used by several context words.": C * K * scatter,
            "That is one draw for the window: what does it give for g = C?": C**2 * K * scatter,
            "A factor before X is squared in the variance.": C * K * scatter / g,
            "The factor C/g is squared once for each draw; there are g·K draws, not K.": C**2 * K * scatter / g**2,
            "The other way round: more groups scatter less.": C * K * g * scatter,
        },
    ),
    "ex:shared-variance-b": Formula(
        g * K,
        "the number of draws as an expression in K and g",
        slips={
            "That is fresh noise for each context word.": C * K,
            "That is the number of context words for a draw, times K.": C * K / g,
        },
    ),
    "ex:printed-signs": Value(
        PRINTED,
        "three scores in a list: as printed, with σ and a minus, with σ and a plus",
        slips={
            "The last two have σ in the bracket, and σ(0) is not 0.": [-0.1, -0.1, 0.1],
            "All three signs are the other way round: (78) and the second have a minus before the rate.": -PRINTED,
            "That is the change without the rate.": 10 * PRINTED,
        },
    ),
    "ex:printed-signs-b": Value(
        1,
        "the score that stays",
        slips={"At 0 the bracket is not 0, and the score moves.": 0},
    ),
    "ex:shared-noise": Value(
        [40, 5, 48, 48],
        "four whole numbers in a list: draws fresh, draws shared, scores fresh, scores shared",
        within=0,
        slips={
            "One draw saves draws, not scores: each context word has a score with each candidate.": [40, 5, 48, 6],
            "Each list has the center, too: K + 1 scores for each context word.": [40, 5, 40, 40],
            "The center is not drawn: K draws for a list.": [48, 6, 48, 48],
        },
    ),
    "ex:shared-noise-b": Value(
        "no",
        "yes or no: does one of the two find less than 80 per cent of the clusters",
        slips={
            "Train for five epochs at a rate that falls from 0.2, with vectors of 20 numbers, and look again.": "yes"
        },
    ),
}
