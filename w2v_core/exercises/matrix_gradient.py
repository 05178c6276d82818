"""The exercises of "The same gradient as matrices"; among them questions (a) to (d) of the written solutions."""

import numpy as np
from sympy import Sum, exp, log

from w2v_core.exercises.one_word_network import EARLY, OVERFLOW, TWICE, UPHILL
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_softmax, softmax
from w2v_core.proofs import V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of

w, x, o = indices("w x o", V)
i, k = indices("i k", d)
u, v, q, t = array("u", V, d), array("v", d), array("s", V), array("y", V)
p_free = softmax_of(lambda w: q[w], x)


def s(w):
    """Score of word w."""
    return Sum(u[w, i] * v[i], i)


p = softmax_of(s, x)


def batch(H, W_out, targets, *, axis=1, target=1, mean=False, guess=softmax):
    """Loss and both gradients of a batch, in plain NumPy; the options are slips."""
    scores = H @ W_out.T
    Y = np.eye(len(W_out))[targets]
    E = (guess(scores) if axis else guess(scores.T).T) - target * Y
    parts = len(H) if mean else 1
    return -(Y * log_softmax(scores)).sum() / parts, E @ W_out / parts, E.T @ H / parts


def batches():
    """One example of two words; three, with a target twice; then scores of ±1000."""
    yield np.array([[1.0]]), np.array([[0.5], [-0.5]]), np.array([1])
    numbers = np.random.default_rng(0)
    yield numbers.normal(size=(3, 2)), numbers.normal(size=(4, 2)), np.array([2, 0, 2])
    yield numbers.normal(size=(2, 3)), numbers.normal(size=(3, 3)), np.array([1, 1])
    yield np.array([[1000.0], [-1000.0]]), np.array([[1.0], [-1.0]]), np.array([1, 1])


def columns():
    """A matrix of output vectors, one a column, an input vector and the observed word."""
    for H, W_out, targets in batches():
        yield W_out.T.copy(), H[0], int(targets[0])


def all_columns(U, v, o, target=1, guess=softmax):
    """Gradient in all output vectors, one a column."""
    return np.outer(v, guess(U.T @ v) - target * np.eye(U.shape[1])[o])


def steps():
    """Both matrices, the input word and the target of each example, and a rate; words come twice."""
    numbers = np.random.default_rng(1)
    yield np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]]), np.array([0]), np.array([1]), 0.5
    yield *numbers.normal(size=(2, 3, 2)), np.array([1, 1]), np.array([2, 0]), 0.5
    yield *numbers.normal(size=(2, 5, 3)), np.array([4, 0, 4, 1]), np.array([2, 2, 4, 3]), 0.1
    yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), np.array([0, 0]), np.array([1, 0]), 0.5


def step(W_in, W_out, centers, targets, rate, *, lost=False, early=False, mean=False):
    """Both matrices after one step on a batch; the options are slips."""
    _, in_H, in_W_out = batch(W_in[centers], W_out, targets, mean=mean)
    new_in, new_out = W_in.copy(), W_out - rate * in_W_out
    if early:
        in_H = (softmax(W_in[centers] @ W_out.T) - np.eye(len(W_out))[targets]) @ new_out
    if lost:
        new_in[centers] -= rate * in_H
    else:
        np.subtract.at(new_in, centers, rate * in_H)
    return new_in, new_out


def corpora():
    """Both matrices and a table of counts: two words, then five, one of them never seen."""
    numbers = np.random.default_rng(2)
    yield *numbers.normal(size=(2, 2, 1)), np.array([[0.0, 1.0], [1.0, 0.0]])
    yield *numbers.normal(size=(2, 3, 2)), np.array([[0.0, 3.0, 1.0], [2.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    yield *numbers.normal(size=(2, 5, 2)), numbers.integers(5, size=(5, 5)).astype(float)
    yield np.array([[1000.0], [1.0]]), np.array([[1.0], [-1.0]]), np.array([[0.0, 2.0], [1.0, 1.0]])


def corpus(W_in, W_out, N, *, weighted=True, turned=False):
    """Loss of all counts, and both gradients; the options are slips."""
    log_P = log_softmax(W_in @ W_out.T)
    G = (N.sum(axis=1, keepdims=True) if weighted else 1) * np.exp(log_P) - (N.T if turned else N)
    return -(N * log_P).sum(), G @ W_out, G.T @ W_in


def best_mean_loss(text, radius):
    """Entropy of the shares of each word's neighbours: summed over all pairs, the number of pairs, the plain mean."""
    words = sorted(set(text))
    N = np.zeros((len(words), len(words)))
    for place, center in enumerate(text):
        for other in range(max(0, place - radius), min(len(text), place + radius + 1)):
            N[words.index(center), words.index(text[other])] += other != place
    share = N / N.sum(axis=1, keepdims=True)
    bits = np.where(N > 0, -np.log(np.where(N > 0, share, 1)), 0)
    return (N * bits).sum(), N.sum(), (share * bits).sum(axis=1).mean()


TEXT = "the king drinks tea the queen drinks tea the dog eats bones".split()
LEAST, PAIRS, EVEN = best_mean_loss(TEXT, 2)

EXERCISES = {
    "ex:fill-shapes": Value(
        [[1000, 50], [32, 50], [32, 1000], [32, 1000], [1000, 50], [32, 50]],
        "six pairs of numbers in a list, such as [[1000, 50], ...], in the order of the question",
        slips={
            "The scores have one row for each example: H times the transpose of W_out.": [
                [1000, 50],
                [32, 50],
                [1000, 32],
                [1000, 32],
                [1000, 50],
                [32, 50],
            ]
        },
    ),
    "ex:fill-shapes-b": Value(
        32 * 1000 * 50,
        "one number",
        within=1e-6,
        slips={
            "That is the number of entries. Each is a dot product.": 32_000,
            "That is for one example; the batch has 32.": 50_000,
        },
    ),
    "ex:one-hot-entropy": Formula(
        log(Sum(exp(q[x]), x)) - q[o],
        "the cross-entropy in q[target] and Sum(exp(q[x]), x)",
        slips={
            "All words are counted. The target is 0 for all but one of them.": -Sum(log(p_free(w)), w),
            "That is the score alone; the probability divides by a sum, too.": -q[o],
            "Inside the logarithm is the sum of exponentials.": Sum(q[x], x) - q[o],
        },
    ),
    "ex:soft-targets": Formula(
        p_free(w) * Sum(t[x], x) - t[w],
        "the derivative by q[w], in p_q(w), y_any and Sum",
        slips={
            "That is right if the targets add up to 1. Here they are any numbers.": p_free(w) - t[w],
            "The sum over the targets is left out: word w stands in every probability.": t[w] * p_free(w) - t[w],
        },
    ),
    "ex:gradient-center": Formula(
        Sum(u[w, k] * (p(w) - delta(w, o)), w),
        "coordinate k of the gradient, in u_[w, k], p(w), delta and Sum",
        slips={
            "The target is forgotten: that is the expected vector alone.": Sum(u[w, k] * p(w), w),
            "That is observed minus expected: the direction of the step.": u[o, k] - Sum(u[w, k] * p(w), w),
            TWICE: Sum(u[w, k] * (p(w) - delta(w, o)) * p(w) * (1 - p(w)), w),
            "The expected vector weights each output vector with its probability.": Sum(u[w, k], w) - u[o, k],
        },
    ),
    "ex:gradient-outside": Formula(
        (p(w) - delta(w, o)) * v[k],
        "one formula for every w, in p(w), delta(w, target) and v_[k]",
        slips={
            "That is the case of the observed word, w = o.": (p(w) - 1) * v[k],
            "That is the case of the other words, w different from o.": p(w) * v[k],
            "Every term of the sum was differentiated: fixed and running word have got one letter.": (1 - delta(w, o))
            * v[k],
            "By an output vector, the score has the slope v.": (p(w) - delta(w, o)) * u[w, k],
            TWICE: (p(w) - delta(w, o)) * p(w) * (1 - p(w)) * v[k],
        },
    ),
    "ex:gradient-all": Program(
        all_columns,
        columns,
        "a function that returns the gradient, of the shape of U",
        slips={
            "The target is forgotten.": lambda *of: all_columns(*of, target=0),
            "The sign is the other way round.": lambda *of: -all_columns(*of),
            OVERFLOW: lambda *of: all_columns(*of, guess=lambda s: np.exp(s) / np.exp(s).sum()),
            "It is transposed: the words stand in columns here.": lambda *of: all_columns(*of).T,
        },
    ),
    "ex:batch-gradients": Program(
        batch,
        batches,
        "a function that returns three things: the loss, the gradient in H, the gradient in W_out",
        slips={
            "That is the mean over the batch. Here the losses are summed.": lambda *of: batch(*of, mean=True),
            "The target is forgotten.": lambda *of: batch(*of, target=0),
            "The softmax runs over the examples. It should run over the words of each example.": lambda *of: batch(
                *of, axis=0
            ),
            "The two gradients are exchanged: H comes first.": lambda *of: (batch(*of)[0], *batch(*of)[:0:-1]),
            "The signs of the gradients are the other way round.": lambda *of: (
                batch(*of)[:1] + tuple(-one for one in batch(*of)[1:])
            ),
        },
    ),
    "ex:which-gradient": Value([0, 1, 0, 1, 0], "five numbers in a list: 1 where it agrees, else 0"),
    "ex:batch-step": Program(
        step,
        steps,
        "a function that returns two new matrices, W_in and W_out",
        slips={
            "A word that stands twice in the batch moves once only. Use np.subtract.at.": lambda *of: step(
                *of, lost=True
            ),
            "That is a step on the mean loss. Here the losses are summed.": lambda *of: step(*of, mean=True),
            UPHILL: lambda *of: step(*of[:-1], -of[-1]),
            EARLY: lambda *of: step(*of, early=True),
        },
    ),
    "ex:other-convention": Value(
        [[1000, 32], [1000, 32], [50, 1000], [50, 32]],
        "four pairs of numbers in a list",
        slips={"Those are the shapes with words and examples as rows.": [[32, 1000], [32, 1000], [1000, 50], [32, 50]]},
    ),
    "ex:jacobian": Formula(
        p_free(w) * (delta(w, x) - p_free(x)),
        "the derivative of p_q(w) by q[x], in p_q and delta",
        slips={
            "That is the diagonal, x = w. Write one formula for both cases.": p_free(w) * (1 - p_free(w)),
            "That is the case of two different words. Write one formula for both cases.": -p_free(w) * p_free(x),
            "The slope has another factor: e to the score stands in the sum as well.": p_free(w) * delta(w, x),
            "A factor is missing: the probability itself.": delta(w, x) - p_free(x),
        },
    ),
    "ex:rank": Value(
        [2, 4, 2, 3],
        "four numbers in a list",
        slips={"The errors of an example add up to 0: that costs one direction.": [2, 4, 3, 4]},
    ),
    "ex:whole-corpus": Program(
        corpus,
        corpora,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            "Each row of guesses counts as often as its center was seen.": lambda *of: corpus(*of, weighted=False),
            "The table of counts is transposed: a row is a center.": lambda *of: corpus(*of, turned=True),
            "The two gradients are exchanged: W_in comes first.": lambda *of: (corpus(*of)[0], *corpus(*of)[:0:-1]),
        },
    ),
    "ex:whole-corpus-b": Value(
        LEAST / PAIRS,
        "one number, the height of the line",
        slips={
            "That is the sum over all pairs; divide by their number.": LEAST,
            "That counts every center once. A center counts as often as it has pairs.": EVEN,
            "That is in bits: take the natural logarithm.": LEAST / PAIRS / np.log(2),
        },
    ),
}
