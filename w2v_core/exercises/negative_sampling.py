"""The exercises of "Negative sampling I: the target among noise"."""

import numpy as np
from sympy import Sum, Symbol, log, symbols

from w2v_core.exercises.one_word_network import EARLY, OTHER_SIGN, ROUNDED, SLOPE, UPHILL, descended, gathered, summed
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, sigmoid
from w2v_core.objectives import Candidates, NegativeSampling
from w2v_core.proofs import D, K, V, array, d, delta, indices, sigma, sizes
from w2v_core.proofs import words as words_at
from w2v_core.training import Examples

t = Symbol("s", real=True)
a, o = indices("a o", V)  # any word, the observed word
i, k = indices("i k", d)
j, one = indices("j l", K)
M = sizes("M")
u, v = array("u", V, d), array("v", d)
n = words_at("n", K, of=V)  # n[j]: the word of draw j
extra = Symbol("n", positive=True)
N_wc, N_c, P = symbols("N_wc N_c P", positive=True)


def s(w):
    """Score of word w."""
    return Sum(u[w, i] * v[i], i)


def in_input(yes, no):
    """The gradient in the input vector, with errors of the observed word and of a draw."""
    return yes * u[o, k] + Sum(no * u[n[j], k], j)


LOSS = -log(sigma(s(o))) - Sum(log(sigma(-s(n[j]))), j)
DRAWN = Sum(delta(n[j], a), j)
YES, NO = sigma(s(o)) - 1, sigma(s(n[j]))
TYPED = {"o": "target", "l": "one", "u": "u_", "v": "v_"}  # the names that the chapter's cells have
FORGOTTEN = "v_[k] is missing: the error is multiplied with the other vector of the score."
LOST = "A word that is drawn twice counts twice. Add with np.add.at, or count with np.bincount."


def gradients(W_in, W_out, center, observed, noise):
    """Loss of one pair with its noise, and its gradients in both matrices."""
    rows = np.array([[observed, *noise]])
    wanted = Candidates(rows, np.eye(1, rows.size), np.ones(rows.shape, dtype=bool))
    return gathered(W_in, W_out, Examples.pack([([center], observed)]), wanted, NegativeSampling.loss)


def by_hand(W_in, W_out, center, observed, noise, *, errors=lambda p, y, often: y * (p - 1) + often * p):
    """The same with errors of one's own; the slips are made of it."""
    often, y = np.bincount(np.array(noise, dtype=int), minlength=len(W_out)), np.eye(len(W_out))[observed]
    e, in_W_in = errors(sigmoid(W_out @ W_in[center]), y, often), np.zeros_like(W_in)
    in_W_in[center] = e @ W_out
    return gradients(W_in, W_out, center, observed, noise)[0], in_W_in, np.outer(e, W_in[center])


def kept_last(W_in, W_out, center, observed, noise):
    """What `W[rows] += ...` leaves of a row that comes twice."""
    loss, in_W_in, in_W_out = gradients(W_in, W_out, center, observed, noise)
    p = sigmoid(W_out @ W_in[center])
    for word, y in [(observed, 1), *((word, 0) for word in noise)]:
        in_W_out[word] = (p[word] - y) * W_in[center]
    return loss, in_W_in, in_W_out


def divided(W_in, W_out, center, observed, noise, *, loss=True, errors=True):
    """A mean over the questions in place of their sum: in the loss, in the gradients, in both."""
    found, count = gradients(W_in, W_out, center, observed, noise), 1 + len(noise)
    return found[0] / (count if loss else 1), *(one / (count if errors else 1) for one in found[1:])


def rounded(W_in, W_out, center, observed, noise):
    """The loss as the logarithm of a rounded probability."""
    p = sigmoid(W_out @ W_in[center])
    loss = -np.log(p[observed]) - np.log(1 - p[list(noise)]).sum()
    return loss, *gradients(W_in, W_out, center, observed, noise)[1:]


SMALL = (
    np.array([[np.log(3), 0.0], [0.0, 1.0], [1.0, 1.0]]),
    np.array([[-1.0, 1.0], [1.0, 0.0], [0.0, -1.0]]),
)


def pairs():
    """Pairs: one noise word, none, one drawn twice, the target as noise, the small example, more; scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, 0, 0, [1]
    yield *tiny, 0, 0, []
    yield *tiny, 0, 0, [1, 1]
    yield *tiny, 1, 0, [0, 1]
    yield *SMALL, 0, 0, [1, 2]
    yield *np.random.default_rng(0).normal(size=(2, 6, 4)), 2, 3, [5, 1, 5, 3, 0]
    yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), 0, 1, [0, 0]


def epoch(W_in, W_out, pairs, noise, rate, *, early=False, make=gradients):
    """Both matrices after one step for each pair, each with its own noise; with W_out moved too early."""
    found = [(*pair, draws) for pair, draws in zip(pairs, noise, strict=True)]
    return descended(W_in, W_out, found, rate, make, early)[:2]


def texts():
    """Pairs and their noise: one pair, one that comes twice, then many."""
    yield *SMALL, [(0, 0)], [[1, 2]], 0.5
    yield *SMALL, [(0, 0), (0, 0), (1, 2)], [[1, 1], [0, 2], [2, 0]], 0.5
    numbers = np.random.default_rng(1)
    matrices, found = numbers.normal(size=(2, 5, 3)), numbers.integers(5, size=(30, 6)).tolist()
    yield *matrices, [tuple(row[:2]) for row in found], [row[2:] for row in found], 0.1


def in_W_in_first(W_in, W_out, pairs, noise, rate):
    """W_out meets an input vector that has moved already."""
    for pair, draws in zip(pairs, noise, strict=True):
        W_in = W_in - rate * gradients(W_in, W_out, *pair, draws)[1]
        W_out = W_out - rate * gradients(W_in, W_out, *pair, draws)[2]
    return W_in, W_out


def together(W_in, W_out, pairs, noise, rate):
    """One step for all pairs."""
    found = [gradients(W_in, W_out, *pair, draws) for pair, draws in zip(pairs, noise, strict=True)]
    return W_in - rate * sum(one[1] for one in found), W_out - rate * sum(one[2] for one in found)


def once(*of):
    """Draws of the same word counted once."""
    return by_hand(*of, errors=lambda p, y, often: y * (p - 1) + (often > 0) * p)


def first_below(limit, rate):
    """How many steps on the small example bring its loss below a limit."""
    W_in, W_out, steps = *SMALL, 0
    while gradients(W_in, W_out, 0, 0, [1, 2])[0] >= limit:
        (W_in, W_out), steps = epoch(W_in, W_out, [(0, 0)], [[1, 2]], rate), steps + 1
    return steps


def agreeing():
    """Which of the five claims about the errors of the words are right, on the numbers of the chapter."""
    numbers = np.random.default_rng(0)
    W_out, input_vector, drawn = numbers.normal(size=(6, 4)), numbers.normal(size=4), [5, 1, 5, 3, 0]
    often, y, p = np.bincount(drawn, minlength=6), np.eye(6)[3], sigmoid(W_out @ input_vector)
    claims = [
        often * p + y * (p - 1),
        (often > 0) * p + y * (p - 1),
        (often + y) * p - y,
        p - y,
        often * p - y * (1 - p) * p,
    ]
    right = gradients(input_vector[None], W_out, 0, 3, drawn)[2]
    return [float(np.allclose(np.outer(g, input_vector), right)) for g in claims]


TEXT = [
    line.split() for line in ("the king drinks tea", "the queen drinks tea", "the dog eats bones", "the cat eats fish")
]


def best_scores(negatives=2, radius=2):
    """Best score of each pair of words that was read, after the counts of the small text."""
    names = sorted(set(sum(TEXT, [])))
    read = np.zeros((len(names), len(names)))
    for line in TEXT:
        for p, center in enumerate(line):
            for word in line[max(0, p - radius) : p] + line[p + 1 : p + 1 + radius]:
                read[names.index(center), names.index(word)] += 1
    noise = NegativeSampling(np.array([sum(TEXT, []).count(name) for name in names])).noise
    return np.array([np.log(read[c, w] / (negatives * read[c].sum() * noise[w])) for c, w in np.argwhere(read)])


EXERCISES = {
    "ex:neg-first-step": Formula(
        (K + 1) * log(2),
        "the loss of a pair before the first step, in K",
        slips={
            "The observed word is a question, too.": K * log(2),
            "That is in bits: take the natural logarithm.": K + 1,
            "That is the softmax of K + 1 scores; here each question stands alone.": log(K + 1),
            "That is the probability that all answers are right. The loss is minus its logarithm.": 2 ** -(K + 1),
            "Add up minus the logarithms of the probabilities, not the probabilities.": (K + 1) / 2,
        },
    ),
    "ex:neg-first-step-b": Value(
        [-0.5, 0.5, 0, 6],
        "four numbers in a list: both errors, then how many input and how many output vectors move",
        slips={
            "The gradient in the input vector is a sum of output vectors, and they are zero.": [-0.5, 0.5, 1, 6],
            "The observed word's own output vector moves as well.": [-0.5, 0.5, 0, 5],
            "Each of the K = 5 noise words moves its own output vector.": [-0.5, 0.5, 0, 2],
            "Errors are predicted minus wanted.": [0.5, -0.5, 0, 6],
            "The probability of yes is 1/2 for all; the observed word should have 1.": [0.5, 0.5, 0, 6],
        },
    ),
    "ex:neg-sigmoid": Formula(
        sigma(t) * (1 - sigma(t)),
        "the slope of sigma(t), in t",
        slips={
            "A factor 1 - σ is missing: the quotient rule has a square below.": sigma(t),
            "A factor σ is missing: the quotient rule has a square below.": 1 - sigma(t),
            "That is the slope of tanh; here one factor is σ.": 1 - sigma(t) ** 2,
        },
        names={"s": "t"},
    ),
    "ex:neg-sigmoid-b": Formula(
        sigma(t),
        "the slope of -log(sigma(-t)), in t",
        slips={
            "That is the slope for a wanted yes. Here the wanted answer is no.": sigma(t) - 1,
            "That is the slope of log(sigma(t)). Here sigma has the argument -t.": sigma(-t),
            "The logarithm is missing.": sigma(t) * sigma(-t),
            "That is the loss itself. What is its slope?": -log(sigma(-t)),
            "The logarithm has the slope 1/σ; multiply it with the slope of what stands in it.": 1 / sigma(-t),
        },
        names={"s": "t"},
    ),
    "ex:neg-derive": Formula(
        in_input(YES, NO),
        "the derivative by v_[k], in s(target), s(n[j]), u_ and Sum",
        slips={
            "The wanted yes is forgotten: the observed word's error is σ - 1.": in_input(sigma(s(o)), NO),
            "The noise is forgotten.": YES * u[o, k],
            "The observed word pulls and noise pushes: the two have different signs.": in_input(YES, -NO),
            SLOPE: in_input(-sigma(s(o)) * sigma(-s(o)), NO * sigma(-s(n[j]))),
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": in_input(
                sigma(s(o)) * sigma(-s(o)), NO * sigma(-s(n[j]))
            ),
            "A draw should be answered with no: its error is σ - 0.": in_input(YES, NO - 1),
            "Each draw counts fully: the loss is a sum over the draws, not their mean.": YES * u[o, k]
            + Sum(NO * u[n[j], k], j) / K,
            "Only the words that were drawn are noise, not all words.": YES * u[o, k] + Sum(sigma(s(a)) * u[a, k], a),
            "The slope of the score by the input vector is the output vector.": (YES + Sum(NO, j)) * v[k],
            "These are the errors: each is multiplied with the output vector of its word.": YES + Sum(NO, j),
            "The observed word is forgotten.": in_input(0, NO),
            "That is the loss itself. What is its derivative?": LOSS,
            "For a no, the error is σ of the score itself, not of minus the score.": in_input(YES, 1 - NO),
            "The noise is the words of the draws, n[j], not the first K of the vocabulary.": YES * u[o, k]
            + Sum(sigma(s(j)) * u[j, k], j),
            "The observed word's vector stands in all terms; each draw brings its own.": in_input(YES, 0)
            + Sum(NO * u[o, k], j),
        },
        names=TYPED,
    ),
    "ex:neg-derive-b": Formula(
        YES * v[k],
        "the derivative by u_[target, k], in s(target) and v_",
        slips={
            "That also counts draws that hit the target. Here no draw does.": D(LOSS, u[o, k]),
            "The wanted yes is forgotten: the observed word's error is σ - 1.": sigma(s(o)) * v[k],
            "The slope of the score by the output vector is the input vector.": YES * u[o, k],
            SLOPE: -sigma(s(o)) * sigma(-s(o)) * v[k],
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": sigma(s(o))
            * sigma(-s(o))
            * v[k],
            FORGOTTEN: YES,
            "The draws are other words: their scores do not hold this vector.": (YES + Sum(NO, j)) * v[k],
        },
        names=TYPED,
    ),
    "ex:neg-derive-c": Formula(
        sigma(s(n[one])) * v[k],
        "the derivative by u_[n[one], k], in s(n[one]) and v_",
        slips={
            "That also counts other draws of the same word. Here all words differ.": D(LOSS, u[n[one], k]),
            "Only the terms of this draw hold its vector: there is no sum.": Sum(NO, j) * v[k],
            "A draw should be answered with no: its error is σ - 0.": (sigma(s(n[one])) - 1) * v[k],
            "The slope of the score by the output vector is the input vector.": sigma(s(n[one])) * u[n[one], k],
            "For a no, the error is σ of the score itself, not of minus the score.": sigma(-s(n[one])) * v[k],
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": sigma(s(n[one]))
            * sigma(-s(n[one]))
            * v[k],
            "one is the number of the draw; its word is n[one].": sigma(s(one)) * v[k],
            FORGOTTEN: sigma(s(n[one])),
        },
        names=TYPED,
    ),
    "ex:neg-derive-d": Value(
        [50_000, 6],
        "two numbers in a list: the scores with the full softmax, and with negative sampling",
        within=1e-6,
        slips={
            "It is the vocabulary, the different words, not the running words.": [1_000_000, 6],
            "The observed word needs a score, too.": [50_000, 5],
            "The observed word is one of the vocabulary, and has its score there.": [50_001, 6],
        },
    ),
    "ex:neg-repeats": Formula(
        M * sigma(s(a)) * v[k],
        "the derivative by u_[a, k], in M, s(a) and v_",
        slips={
            "Only M of the K draws gave this word.": K * sigma(s(a)) * v[k],
            "The slope of the score by the output vector is the input vector.": M * sigma(s(a)) * u[a, k],
            "Noise should be answered with no: its error is σ - 0.": M * (sigma(s(a)) - 1) * v[k],
            "The score is not M times as large; the term occurs M times.": sigma(M * s(a)) * v[k],
            "σ(1 - σ) is the slope of the probability. The loss is minus its logarithm.": M
            * sigma(s(a))
            * sigma(-s(a))
            * v[k],
            "M is a number of draws, not a share of them.": M / K * sigma(s(a)) * v[k],
            FORGOTTEN: M * sigma(s(a)),
        },
        names=TYPED,
    ),
    "ex:neg-repeats-b": Formula(
        (delta(a, o) * (sigma(s(a)) - 1) + DRAWN * sigma(s(a))) * v[k],
        "the derivative by u_[a, k] for every word a, in s(a), delta(a, target), delta(n[j], a), v_ and Sum",
        slips={
            "The observed word is forgotten.": DRAWN * sigma(s(a)) * v[k],
            "The noise is forgotten.": delta(a, o) * (sigma(s(a)) - 1) * v[k],
            "Every word gets noise here; only the draws do.": (sigma(s(a)) - delta(a, o)) * v[k],
            "The wanted yes is forgotten: the observed word's error is σ - 1.": (delta(a, o) + DRAWN)
            * sigma(s(a))
            * v[k],
            "The error σ - 1 belongs to the target only: multiply it with delta(a, target).": (
                sigma(s(a)) - 1 + DRAWN * sigma(s(a))
            )
            * v[k],
            "Only draws that gave the word a count for it: in the sum, delta is missing.": (
                delta(a, o) * (sigma(s(a)) - 1) + Sum(NO, j)
            )
            * v[k],
            "Not every draw gives the word a: count those that do, with delta(n[j], a).": (
                delta(a, o) * (sigma(s(a)) - 1) + K * sigma(s(a))
            )
            * v[k],
            "j is the number of the draw; its word is n[j].": (
                delta(a, o) * (sigma(s(a)) - 1) + Sum(delta(j, a), j) * sigma(s(a))
            )
            * v[k],
            "The slope of the score by the output vector is the input vector.": (
                delta(a, o) * (sigma(s(a)) - 1) + DRAWN * sigma(s(a))
            )
            * u[a, k],
            "If the target is drawn as noise, both of its terms count.": (
                delta(a, o) * (sigma(s(a)) - 1) + (1 - delta(a, o)) * DRAWN * sigma(s(a))
            )
            * v[k],
        },
        names=TYPED,
    ),
    "ex:neg-gradients": Program(
        gradients,
        pairs,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            LOST: once,
            "A row that comes twice needs both its parts: W[rows] += ... keeps the last. Use np.add.at.": kept_last,
            "Each draw is a question of its own, in the loss, too: a set forgets the second.": lambda *of: gradients(
                *of[:-1], sorted(set(of[-1]))
            ),
            "The loss is a sum over the questions, not their mean.": lambda *of: divided(*of, errors=False),
            "The gradients are sums over the questions, not means.": lambda *of: divided(*of, loss=False),
            "The loss and the gradients are sums over the questions, not means.": divided,
            "In the loss of a no, the score has a minus.": lambda W_in, W_out, center, observed, noise: (
                -log_sigmoid(W_out[[observed, *noise]] @ W_in[center]).sum(),
                *gradients(W_in, W_out, center, observed, noise)[1:],
            ),
            "Noise that hits the target is left out here; it should count.": lambda *of: gradients(
                *of[:-1], [word for word in of[-1] if word != of[3]]
            ),
            "Center and observed word have changed places.": lambda W_in, W_out, center, observed, noise: gradients(
                W_in, W_out, observed, center, noise
            ),
            "That is the full softmax.": lambda W_in, W_out, center, observed, noise: summed(
                W_in, W_out, [([center], observed)]
            ),
            "A target that is drawn as noise gets both its errors.": lambda *of: by_hand(
                *of, errors=lambda p, y, often: y * (p - 1) + (1 - y) * often * p
            ),
            "The wanted yes is forgotten: the observed word's error is σ - 1.": lambda *of: by_hand(
                *of, errors=lambda p, y, often: (y + often) * p
            ),
            "The noise is forgotten.": lambda *of: by_hand(*of, errors=lambda p, y, often: y * (p - 1)),
            "Every word is asked here; only the target and the draws should be.": lambda *of: by_hand(
                *of, errors=lambda p, y, often: p - y
            ),
            OTHER_SIGN: lambda *of: by_hand(*of, errors=lambda p, y, often: y * (1 - p) - often * p),
            SLOPE: lambda *of: by_hand(*of, errors=lambda p, y, often: (often * p - y * (1 - p)) * p * (1 - p)),
            ROUNDED.replace("log_softmax", "log_sigmoid"): rounded,
        },
    ),
    "ex:neg-check": Value(
        agreeing(),
        "five numbers in a list: 1 where it agrees with the finite differences, else 0",
        slips={
            "Word 5 was drawn twice: does B know that?": [1, 1, 1, 0, 0],
            "C looks different from A; is it?": [1, 0, 0, 0, 0],
        },
    ),
    "ex:neg-epoch": Program(
        epoch,
        texts,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            EARLY: lambda *of: epoch(*of, early=True),
            UPHILL: lambda *of: epoch(*of[:-1], -of[-1]),
            LOST: lambda *of: epoch(*of, make=once),
            "A row that comes twice needs both its moves: W[rows] -= ... keeps the last. Use np.subtract.at.": (
                lambda *of: epoch(*of, make=kept_last)
            ),
            "W_in moved first, and W_out met the new one. Compute both gradients with the old matrices.": in_W_in_first,
            "It stops after the first pair. Does return stand inside the loop?": lambda W_in, W_out, pairs, *more: (
                epoch(W_in, W_out, pairs[:1], more[0][:1], more[1])
            ),
            "That is one step for all pairs together; take a step after each pair.": together,
            "The learning rate is missing.": lambda *of: epoch(*of[:-1], 1.0),
            "Only W_in has moved.": lambda *of: (epoch(*of)[0], of[1]),
            "Only W_out has moved.": lambda *of: (of[0], epoch(*of)[1]),
            "Each pair has noise of its own: noise[t] belongs to pair t.": lambda W_in, W_out, pairs, noise, rate: (
                epoch(W_in, W_out, pairs, noise[:1] * len(pairs), rate)
            ),
            "A pair is (center, observed), in this order.": lambda W_in, W_out, pairs, noise, rate: epoch(
                W_in, W_out, [pair[::-1] for pair in pairs], noise, rate
            ),
        },
    ),
    "ex:neg-curve": Value(
        [first_below(0.5, rate) for rate in (0.1, 0.5, 1.0)],
        "three whole numbers in a list, for the rates 0.1, 0.5 and 1",
        slips={
            "One too few each time: look at the loss after the step, not before it.": [
                first_below(0.5, rate) - 1 for rate in (0.1, 0.5, 1.0)
            ],
            "One too many each time: the first loss belongs to 0 steps.": [
                first_below(0.5, rate) + 1 for rate in (0.1, 0.5, 1.0)
            ],
        },
    ),
    "ex:neg-no-noise": Formula(
        (1 - sigma(s(o))) * Sum(u[o, i] ** 2 + v[i] ** 2, i),
        "the slope of the score in the rate, at rate 0, in s(target), u_[target, i], v_[i] and Sum",
        slips={
            "Both vectors move; that is the part of the input vector's move.": (1 - sigma(s(o))) * Sum(u[o, i] ** 2, i),
            "Both vectors move; that is the part of the output vector's move.": (1 - sigma(s(o))) * Sum(v[i] ** 2, i),
            "That is the step uphill.": (sigma(s(o)) - 1) * Sum(u[o, i] ** 2 + v[i] ** 2, i),
            "The pull is missing: 1 minus the probability of yes.": Sum(u[o, i] ** 2 + v[i] ** 2, i),
            "Each vector moves along the other, so its product with the other is a square.": (
                2 * (1 - sigma(s(o))) * s(o)
            ),
            "The pull is 1 minus the probability of yes, not the probability.": sigma(s(o))
            * Sum(u[o, i] ** 2 + v[i] ** 2, i),
            "Each vector is pulled once: one factor 1 - σ, not two.": (1 - sigma(s(o))) ** 2
            * Sum(u[o, i] ** 2 + v[i] ** 2, i),
        },
        names=TYPED,
    ),
    "ex:neg-target-noise": Formula(
        1 / (1 + extra),
        "the probability at which it stops, in extra",
        slips={
            "That is the probability of no.": extra / (1 + extra),
            "It is also asked about once as the observed word.": 1 / extra,
            "That is the score, not the probability.": -log(extra),
        },
        names={"n": "extra"},
    ),
    "ex:neg-target-noise-b": Value(
        "no",
        '"yes" or "no", with the quotes: whether it stops at some probability, with skip_target',
        slips={"With skip_target no question about this word has the wanted answer no. What pushes?": "yes"},
    ),
    "ex:neg-best-score": Formula(
        log(N_wc / (K * N_c * P)),
        "the best score, in N_wc, N_c, P_w and K",
        slips={
            "The K draws for each pair are forgotten.": log(N_wc / (N_c * P)),
            "Each of the center's N_c pairs draws noise, not this pair alone.": log(N_wc / (K * P)),
            "That is the best probability of yes; its score is the logarithm of the odds.": N_wc / (N_wc + K * N_c * P),
            "That is the logarithm of the probability; the score is the logarithm of the odds.": log(
                N_wc / (N_wc + K * N_c * P)
            ),
            "More noise means a lower score: K divides.": log(K * N_wc / (N_c * P)),
            "A word that is drawn often is made up often: P_w is missing.": log(N_wc / (K * N_c)),
            "That is in bits: take the natural logarithm.": log(N_wc / (K * N_c * P), 2),
        },
        names={"P": "P_w"},
    ),
    "ex:neg-trainer": Value(
        best_scores().mean(),
        "one number: the mean of the trained scores of all pairs that were read",
        within=0.35,
        slips={
            "Not trained yet: the scores are still near zero.": 0,
            "That is the mean of the probabilities of yes; the score is what σ is taken of.": sigmoid(
                best_scores()
            ).mean(),
            "That is about log K higher: with how many noise words is it trained?": best_scores(negatives=1).mean(),
        },
    ),
}
