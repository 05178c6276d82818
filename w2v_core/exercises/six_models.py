"""The exercises of "Six models, one loop"."""

import numpy as np
from sympy import Rational, Sum

from w2v_core.architectures import ARCHITECTURES, cbow, skip_gram
from w2v_core.exercises.one_word_network import OTHER_SIGN, ROUNDED, gathered
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_sigmoid, log_softmax, sigmoid, softmax
from w2v_core.objectives import OBJECTIVES, Candidates, FullSoftmax, logistic_loss, softmax_loss
from w2v_core.proofs import C, V, array, d, delta, indices, sigma, sizes
from w2v_core.proofs import words as words_at
from w2v_core.training import Examples

R, T, m = sizes("R T m")
r = indices("r", R)
p, q = indices("p m", C)
a = indices("a", V)
i, k = indices("i k", d)
u, v, y = array("u", R, d), array("v", V, d), array("y", R)
c = words_at("c", C, of=V)  # c[p]: the word at position p

OFTEN = Sum(delta(c[q], a), q)


def of_sum(r):
    """Score of candidate r if the hidden vector is the sum."""
    return Sum(u[r, i] * Sum(v[c[p], i], p), i)


WHOLE = Sum((sigma(of_sum(r)) - y[r]) * u[r, k], r)


def gradients(W_in, W_out, inputs, rows, labels, compete):
    """Loss of one example and its gradients in both matrices, whatever the model."""
    wanted = Candidates(np.array([rows]), np.array([labels], dtype=float), np.ones((1, len(rows)), dtype=bool))
    return gathered(W_in, W_out, Examples.pack([(inputs, rows[0])]), wanted, softmax_loss if compete else logistic_loss)


def predicted_minus_wanted(p, y):
    """Errors as they should be."""
    return p - y


def turned(p, y):
    """Errors with the other sign."""
    return y - p


def forgetful(p, y):
    """Errors that forget the wanted answer."""
    return p


def squared(p, y):
    """Errors of a squared error behind a sigmoid."""
    return (p - y) * p * (1 - p)


def by_hand(
    W_in,
    W_out,
    inputs,
    rows,
    labels,
    compete=False,
    *,
    errors=predicted_minus_wanted,
    power=1,
    total=False,
    add_in=np.add.at,
    add_out=np.add.at,
    back=None,
):
    """The same in plain steps; the options are slips: the mean divides `power` times, errors go `back` through it."""
    C, in_W_in, in_W_out = len(inputs), np.zeros_like(W_in), np.zeros_like(W_out)
    y, hidden = np.array(labels, dtype=float), W_in[inputs].sum(axis=0) / (1 if total else C)
    scores = W_out[rows] @ hidden
    e = errors(softmax(scores) if compete else sigmoid(scores), y)
    add_out(in_W_out, np.array(rows), np.outer(e, hidden))
    add_in(in_W_in, np.array(inputs), np.tile(e @ (W_out if back is None else back)[rows] / C**power, (C, 1)))
    losses = -y * log_softmax(scores) if compete else -log_sigmoid(np.where(y == 1, scores, -scores))
    return losses.sum(), in_W_in, in_W_out


def once(matrix, rows, updates):
    """Add as `+=` does: of two updates of one row only one counts."""
    matrix[rows] += updates


def rounded(W_in, W_out, inputs, rows, labels, compete):
    """The logarithm of a rounded probability."""
    scores, y = W_out[rows] @ W_in[inputs].mean(axis=0), np.array(labels)
    p = softmax(scores) if compete else np.where(y == 1, sigmoid(scores), 1 - sigmoid(scores))
    loss = -np.log(p[y == 1]).sum() if compete else -np.log(p).sum()
    return loss, *gradients(W_in, W_out, inputs, rows, labels, compete)[1:]


def examples():
    """One input and two rows; then examples of all six models, with repeated words; then scores of ±1000."""
    tiny = np.array([[1.0], [2.0]]), np.array([[0.5], [-0.5]])
    yield *tiny, [0], [0, 1], [1, 0], True
    yield *tiny, [0], [0, 1], [1, 0], False
    yield *tiny, [0, 1], [0, 1], [1, 0], False
    yield *tiny, [0, 0, 1], [0, 1, 1], [1, 0, 0], False
    rng = np.random.default_rng(3)
    for architecture in ARCHITECTURES:
        for objective in OBJECTIVES:
            made, (inputs, target) = objective(np.arange(6, 0, -1)), architecture(4, [1, 3, 1, 4])[0]
            wanted = made.candidates(np.array([target]), rng)
            matrices = rng.normal(size=(6, 3)), rng.normal(size=(made.M, 3))
            yield (
                *matrices,
                inputs,
                wanted.rows[0].tolist(),
                wanted.labels[0].astype(int).tolist(),
                made.loss == (FullSoftmax.loss),
            )
    for compete in (True, False):
        yield np.array([[1000.0], [0.0]]), np.array([[1.0], [-1.0]]), [0], [1, 0], [1, 0], compete


def every_word(scores, target, weight):
    """Loss and errors of one yes-or-no question for each word, the noes with a weight."""
    labels = np.arange(len(scores)) == target
    weights = np.where(labels, 1.0, weight)
    return (weights * -log_sigmoid(np.where(labels, scores, -scores))).sum(), weights * (sigmoid(scores) - labels)


def questions():
    """Scores of two words and more, with weights; the last ones overflow."""
    yield np.zeros(2), 0, 1.0
    yield np.array([0.5, -1.0, 2.0]), 1, 1.0
    yield np.array([0.5, -1.0, 2.0]), 1, 0.5
    yield np.array([1000.0, -1000.0, 0.0]), 0, 0.5
    yield np.array([1000.0, -1000.0, 0.0]), 1, 0.25


def contexts():
    """Contexts of one word, of none, with a word that comes twice, with the center itself."""
    yield 4, [1]
    yield 0, []
    yield 4, [1, 7, 1]
    yield 2, [2, 0, 2]


EXERCISES = {
    "ex:chance": Value(
        [np.log(1000), 7 * np.log(2), 6 * np.log(2)],
        "three numbers in a list: full softmax, hierarchical softmax, negative sampling",
        slips={
            "Those are bits: take natural logarithms.": [np.log2(1000), 7, 6],
            "The target is a question, too: K noise words make K + 1.": [np.log(1000), 7 * np.log(2), 5 * np.log(2)],
            "Those are the probabilities of the wanted answers; the loss is minus the logarithm.": [
                1 / 1000,
                1 / 2**7,
                1 / 2**6,
            ],
        },
    ),
    "ex:how-many": Formula(
        2 * m * T - m * (m + 1),
        "the number of skip-gram's examples, in T and m",
        slips={
            "At both ends of the sentence the windows are cut off.": 2 * m * T,
            "Each pair of places makes two examples, one for each order.": m * T - m * (m + 1) / 2,
            "Distance 1 to m: the sum 1 + 2 + ... + m is taken away once for each order.": 2 * m * T
            - m * (m + 1) * Rational(1, 2),
            "A word is not in its own window.": (2 * m + 1) * T - m * (m + 1),
        },
    ),
    "ex:how-many-b": Formula(
        T,
        "the number of CBOW's examples, in T and m",
        slips={
            "The centers at the ends have a context as well, a shorter one.": T - 2 * m,
            "That is skip-gram.": 2 * m * T - m * (m + 1),
        },
    ),
    "ex:six-gradients": Program(
        gradients,
        examples,
        "a function that returns three things: the loss, the gradient in W_in, the gradient in W_out",
        slips={
            "The hidden vector is the mean of the inputs: each gets 1/C of its gradient.": lambda *of: by_hand(
                *of, power=0
            ),
            "The hidden vector is the mean of the inputs, not the sum.": lambda *of: by_hand(*of, total=True),
            "A word that occurs twice gets both its shares. Add with np.add.at.": lambda *of: by_hand(
                *of, add_in=once, add_out=once
            ),
            "The wanted answer is forgotten: the error is predicted minus wanted.": lambda *of: by_hand(
                *of, errors=forgetful
            ),
            "Here the rows do not compete: each is a yes-or-no question.": lambda *of: by_hand(*of[:-1], True),
            "Here the rows compete: their probabilities must add up to 1.": lambda *of: by_hand(*of[:-1], False),
            OTHER_SIGN: lambda *of: by_hand(*of, errors=turned),
            ROUNDED.replace("Use log_softmax", "Use log_softmax and log_sigmoid"): rounded,
        },
    ),
    "ex:sum-not-mean": Formula(
        OFTEN * WHOLE,
        "the derivative by v[a, k], in n_a, score_of_sum(r), y[r], u[r, k] and Sum",
        slips={
            "That is for the mean; in the sum each vector counts in full.": OFTEN / C * WHOLE,
            "The word may stand at several positions, or at none.": WHOLE,
            "The wanted answers are forgotten.": OFTEN * Sum(sigma(of_sum(r)) * u[r, k], r),
            "All C positions get it only if they all hold this word.": C * WHOLE,
        },
    ),
    "ex:sum-not-mean-b": Value("no", "yes or no: can it predict what the mean cannot, with contexts of one length"),
    "ex:seventh": Program(
        lambda center, context: [([word], center) for word in context],
        contexts,
        "a function that returns a list of examples, each a list of input words and a target",
        slips={
            "That is skip-gram: there the center is given.": skip_gram,
            "That is CBOW: here each context word predicts alone.": cbow,
            "The input is a list of words, here of one word.": lambda center, context: [(w, center) for w in context],
            "A word that stands twice in the context makes two examples.": lambda center, context: [
                ([word], center) for word in dict.fromkeys(context)
            ],
        },
    ),
    "ex:fourth-objective": Program(
        every_word,
        questions,
        "a function that returns two things: the loss, and an array of errors",
        slips={
            "The weight is missing.": lambda scores, target, weight: every_word(scores, target, 1.0),
            "The weight is missing in the errors: it stays a factor when the loss is differentiated.": (
                lambda *of: (every_word(*of)[0], every_word(*of[:2], 1.0)[1])
            ),
            "Only the noes are weighted, not the yes.": lambda scores, target, weight: tuple(
                weight * one for one in every_word(scores, target, 1.0)
            ),
            "The loss overflows: compute the logarithm of the sigmoid in one piece.": lambda scores, target, weight: (
                -np.log(sigmoid(scores)[target]) - weight * np.log(1 - sigmoid(np.delete(scores, target))).sum(),
                every_word(scores, target, weight)[1],
            ),
            OTHER_SIGN: lambda *of: (every_word(*of)[0], -every_word(*of)[1]),
        },
    ),
    "ex:fourth-objective-b": Value(
        [9 * np.log(2), 2 * np.log(2)],
        "two numbers in a list: without weights, and with weights of 1/(V - 1)",
        slips={
            "Those are bits: take natural logarithms.": [9, 2],
            "That is the softmax; here each word is a question of its own.": [np.log(9), np.log(9)],
        },
    ),
}
