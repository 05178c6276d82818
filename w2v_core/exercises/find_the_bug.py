"""The exercises of "Find the bug": the mended functions, and a check that no fault survives."""

import numpy as np
from sympy import Symbol

from w2v_core.exercises.one_word_network import UPHILL, Named
from w2v_core.exercises.six_models import by_hand, forgetful, once, squared, turned
from w2v_core.judges import Formula, Program
from w2v_core.numerics import finite_differences, log_sigmoid, sigmoid, softmax
from w2v_core.proofs import C, sigma

s, y = Symbol("s", real=True), Symbol("y", real=True)

NO_TARGET = "The target is forgotten: the error is predicted minus wanted."
OVERFLOW = "It overflows: the exponential of a large score is not finite."


def by_words(errors, guess=softmax):
    """The gradients of a window, from errors made of C, the guesses and how often each word stands in the context."""

    def window_gradients(h, W_out, context):
        e = errors(len(context), guess(W_out @ h), np.bincount(context, minlength=len(W_out)))
        return e @ W_out, np.outer(e, h)

    return window_gradients


def overflowing(scores):
    """The softmax of the textbook."""
    return np.exp(scores) / np.exp(scores).sum()


def contexts():
    """A hidden vector, output vectors and a context: one word, two, one of them twice, scores of ±1000."""
    tiny = np.array([1.0]), np.array([[0.5], [-0.5]])
    yield *tiny, [0]
    yield *tiny, [0, 1]
    yield *tiny, [0, 0, 1]
    numbers = np.random.default_rng(0)
    yield numbers.normal(size=3), numbers.normal(size=(6, 3)), [1, 1, 4, 2]
    yield np.array([1000.0]), np.array([[1.0], [-1.0], [0.0]]), [1, 2]


def by_scores(error, guess=softmax):
    """A step on scores, from an error made of the guesses and the target."""
    return lambda scores, target, rate: scores - rate * error(guess(scores), np.eye(len(scores))[target])


def guesses():
    """Scores, target and rate: even guesses, a sure and wrong one, scores of ±1000."""
    yield np.zeros(2), 0, 1.0
    yield np.zeros(3), 1, 0.5
    yield np.array([9.0, 0.0, 0.0]), 1, 1.0
    yield np.array([1000.0, -1000.0, 0.0]), 1, 1.0


def of_mean(*of, **slips):
    """Both gradients of CBOW with negative sampling; each option is a fault."""
    return by_hand(*of, **slips)[1:]


def moved_inputs(W_in, W_out, context, rows, labels, rate, **slips):
    """The input vectors after one step."""
    return W_in - rate * of_mean(W_in, W_out, context, rows, labels, **slips)[0]


def examples():
    """Vectors, context, rows and labels: one word, two, one twice, repeated rows, scores of ±1000."""
    tiny = np.array([[1.0], [-1.0]]), np.array([[0.5], [0.0]])
    yield *tiny, [0], np.array([0]), np.array([1.0])
    yield *tiny, [0, 1], np.array([0, 1]), np.array([1.0, 0.0])
    matrices = np.random.default_rng(1).normal(size=(2, 6, 3))
    yield *matrices, [1, 2, 4, 4], np.array([5, 0, 3]), np.array([1.0, 0.0, 0.0])
    yield *matrices, [1, 2, 4], np.array([5, 3, 3, 5]), np.array([1.0, 0.0, 0.0, 0.0])
    yield np.full((2, 1), 1000.0), np.array([[1.0], [-1.0]]), [0, 1], np.array([1, 0]), np.array([1.0, 0.0])


def steps():
    """The examples, with a rate."""
    return ((*example, 0.5) for example in examples())


def of_rows(h, W_out, rows, labels, **slips):
    """The gradient of the noise words' loss in all output vectors."""
    return of_mean(h[None], W_out, [0], rows, labels, **slips)[1]


def noises():
    """Hidden vector, output vectors, rows, labels: a target alone, noise, noise drawn twice, the target among it."""
    tiny = np.array([1.0]), np.array([[0.5], [0.0]])
    yield *tiny, np.array([0]), np.array([1.0])
    yield *tiny, np.array([0, 1]), np.array([1.0, 0.0])
    yield *tiny, np.array([0, 1, 1]), np.array([1.0, 0.0, 0.0])
    numbers = np.random.default_rng(2)
    h, W_out = numbers.normal(size=3), numbers.normal(size=(6, 3))
    yield h, W_out, np.array([5, 0, 5, 3, 3]), np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    yield np.array([1000.0]), np.array([[1.0], [-1.0]]), np.array([1, 0, 0]), np.array([1.0, 0.0, 0.0])


def path_loss(nodes, h, code):
    """Minus the log-probability of a word."""
    return -log_sigmoid((-1.0) ** np.asarray(code) * (nodes @ h)).sum()


def path_product(nodes, h, code):
    """The probability of a word."""
    yes = sigmoid(nodes @ h)
    return np.prod(np.where(np.asarray(code) == 0, yes, 1 - yes))


def paths():
    """Vectors of the nodes, hidden vector, code: one decision, three, none, then scores of ±1000."""
    h = np.array([1.0, 0.5])
    yield np.array([[0.4, 0.2]]), h, np.array([0])
    yield np.array([[0.4, 0.2]]), h, np.array([1])
    yield np.random.default_rng(3).normal(size=(3, 2)), h, np.array([1, 0, 0])
    yield np.empty((0, 2)), h, np.array([], dtype=int)
    yield np.array([[1000.0, 0.0], [-1000.0, 0.0]]), h, np.array([1, 1])


def nodes():
    """A node's vector, the hidden vector, the bit and the rate."""
    for bit in (0, 1):
        yield np.array([2.0]), np.array([0.5]), bit, 1.0
        yield np.array([0.1, -0.2, 0.3]), np.array([0.5, 0.4, -1.0]), bit, 0.1
        yield np.array([1000.0]), np.array([-1.0]), bit, 1.0


def node_step(node, h, bit, rate):
    """The node's vector after one step up the log-probability."""
    return node + rate * (1 - bit - sigmoid(node[None] @ h)) * h


def row_by_row(W_in, W_out, context, rows, labels):
    """Both gradients with nothing but loops."""
    h = sum(W_in[word] for word in context) / len(context)
    in_W_in, in_W_out = np.zeros(W_in.shape), np.zeros(W_out.shape)
    for row, label in zip(rows, labels, strict=True):
        [error] = sigmoid(W_out[[row]] @ h) - label
        in_W_out[row] += error * h
        for word in context:
            in_W_in[word] += error * W_out[row] / len(context)
    return in_W_in, in_W_out


def times(first, second):
    """Gradients that are too long or too short."""
    return lambda *of: tuple(factor * one for factor, one in zip((first, second), of_mean(*of), strict=True))


def faults():
    """Functions for the gradients, right and wrong; last the faults that some data cannot show."""
    yield (Named("all as it should be", of_mean),)
    yield (Named("all as it should be, in loops", row_by_row),)
    yield (Named("wanted minus predicted", lambda *of: of_mean(*of, errors=turned)),)
    yield (Named("1.1 times the gradient in W_in", times(1.1, 1)),)
    yield (Named("1.1 times the gradient in W_out", times(1, 1.1)),)
    yield (Named("labels times 0.9", lambda *of: of_mean(*of, errors=lambda p, y: p - 0.9 * y)),)
    yield (Named("errors times σ(1 − σ)", lambda *of: of_mean(*of, errors=squared)),)
    yield (Named("without 1/C", lambda *of: of_mean(*of, power=0)),)
    yield (Named("1/C twice", lambda *of: of_mean(*of, power=2)),)
    yield (Named("hidden is a sum", lambda *of: of_mean(*of, total=True)),)
    yield (Named("+= for the inputs", lambda *of: of_mean(*of, add_in=once)),)
    yield (Named("+= for the rows", lambda *of: of_mean(*of, add_out=once)),)


def check_on(context, rows, parts=slice(None)):
    """A gradient check with data of one's own, of both gradients or of one."""
    W_in, W_out = np.random.default_rng(4).normal(0, 0.5, (2, 6, 3))
    rows, labels = np.array(rows), np.eye(len(rows))[0]

    def loss(W_in, W_out):
        scores = W_out[rows] @ W_in[context].mean(axis=0)
        return -log_sigmoid(np.where(labels == 1, scores, -scores)).sum()

    def check(gradients):
        tried = [finite_differences(lambda W: loss(W, W_out), W_in), finite_differences(lambda W: loss(W_in, W), W_out)]
        given = gradients(W_in.copy(), W_out.copy(), context, rows, labels)
        return all(np.allclose(a, b, atol=1e-7) for a, b in zip(tried[parts], given[parts], strict=True))

    return check


EXERCISES = {
    "ex:bug-explode": Formula(
        1 - C,
        "the sum of the errors of C different context words, as an expression in C",
        slips={
            "That is what the errors should add up to. Here the wanted vector holds C ones.": C - C,
            "The guesses add up to 1, too.": -C,
        },
    ),
    "ex:bug-explode-b": Program(
        by_words(lambda C, p, n: C * p - n),
        contexts,
        "a function that returns two things: the gradient in h, the gradient in W_out",
        slips={
            "The fault is still there: the guesses are there once, the context words C times.": by_words(
                lambda C, p, n: p - (n > 0)
            ),
            "A word that stands twice in the context is a guess twice; count with np.bincount or np.add.at.": by_words(
                lambda C, p, n: C * p - (n > 0)
            ),
            "That is the mean over the context; the loss is a sum.": by_words(lambda C, p, n: p - n / C),
            NO_TARGET: by_words(lambda C, p, n: C * p),
            "The sign is the other way round.": by_words(lambda C, p, n: n - C * p),
            OVERFLOW: by_words(lambda C, p, n: C * p - n, guess=overflowing),
        },
    ),
    "ex:bug-slope": Program(
        by_scores(lambda p, y: p - y),
        guesses,
        "a function that returns the scores after one step",
        slips={
            "The slope of the softmax is still there; it is in the error already.": by_scores(
                lambda p, y: (p - y) * p * (1 - p)
            ),
            "It is divided by y(1 - y). The error alone is the gradient.": by_scores(
                lambda p, y: (p - y) / (p * (1 - p))
            ),
            NO_TARGET: by_scores(lambda p, y: p),
            UPHILL: by_scores(lambda p, y: y - p),
            OVERFLOW: by_scores(lambda p, y: p - y, guess=overflowing),
        },
    ),
    "ex:bug-slope-b": Formula(
        (sigma(s) - y) * sigma(s) * (1 - sigma(s)),
        "the slope of (σ(s) − y)²/2 as an expression in s, y and sigma",
        slips={
            "That is the slope of the logistic loss, where the logarithm cancels a factor.": sigma(s) - y,
            "The target is forgotten.": sigma(s) ** 2 * (1 - sigma(s)),
        },
    ),
    "ex:bug-undivided": Program(
        moved_inputs,
        steps,
        "a function that returns the new W_in",
        slips={
            "The factor 1/C is still missing.": lambda *of: moved_inputs(*of, power=0),
            "There is a factor 1/C too many.": lambda *of: moved_inputs(*of, power=2),
            "The hidden vector is the mean, not the sum.": lambda *of: moved_inputs(*of, total=True),
            "A word that stands twice has to move twice.": lambda *of: moved_inputs(*of, add_in=once),
            NO_TARGET: lambda *of: moved_inputs(*of, errors=forgetful),
            UPHILL: lambda *of: moved_inputs(*of, errors=turned),
        },
    ),
    "ex:bug-repeat": Program(
        of_rows,
        noises,
        "a function that returns the gradient in W_out",
        slips={
            "The fault is still there: of two pushes on the same row one is lost.": lambda *of: of_rows(
                *of, add_out=once
            ),
            NO_TARGET: lambda *of: of_rows(*of, errors=forgetful),
            "The factor σ(1 − σ) does not belong here.": lambda *of: of_rows(*of, errors=squared),
        },
    ),
    "ex:bug-logged": Program(
        path_loss,
        paths,
        "a function that returns the loss of one word, a number",
        slips={
            "The bits are left out: that is the path of a word with nothing but 0.": lambda nodes, h, code: path_loss(
                nodes, h, 0 * code
            ),
            "That is the loss of the opposite answers: the sign of the score is turned.": lambda nodes, h, code: (
                path_loss(nodes, -h, code)
            ),
            "That is the log-probability; a loss has the minus.": lambda *of: -path_loss(*of),
            "That is the probability; the logarithm is missing.": path_product,
            "That is the mean over the path; the loss is the sum.": lambda *of: path_loss(*of) / len(of[2]),
            "The product was rounded to 0. Take the logarithm of each decision, with log_sigmoid.": lambda *of: (
                -np.log(path_product(*of))
            ),
        },
    ),
    "ex:bug-ascent": Program(
        node_step,
        nodes,
        "a function that returns the new vector of the node",
        slips={
            "It still walks down the log-probability.": lambda *of: node_step(*of[:3], -of[3]),
            "The bit is turned: bit 0 wants the probability 1.": lambda node, h, bit, rate: node_step(
                node, h, 1 - bit, rate
            ),
            "The vector moves along h, not along itself.": lambda node, h, bit, rate: (
                node + rate * (1 - bit - sigmoid(node[None] @ h)) * node
            ),
            "The gradient is a product with h, by the chain rule.": lambda node, h, bit, rate: (
                node + rate * (1 - bit - sigmoid(node[None] @ h))
            ),
        },
    ),
    "ex:bug-mutate": Program(
        of_mean,
        examples,
        "a function that returns two things: the gradient in W_in, the gradient in W_out",
        slips={
            "The factor 1/C is missing in the gradient of the inputs.": lambda *of: of_mean(*of, power=0),
            "There is a factor 1/C too many in the gradient of the inputs.": lambda *of: of_mean(*of, power=2),
            "The hidden vector is the mean, not the sum.": lambda *of: of_mean(*of, total=True),
            "A word that stands twice in the context gets one share only.": lambda *of: of_mean(*of, add_in=once),
            "A row that is drawn twice is pushed once only.": lambda *of: of_mean(*of, add_out=once),
            NO_TARGET: lambda *of: of_mean(*of, errors=forgetful),
            "The sign is the other way round.": lambda *of: of_mean(*of, errors=turned),
            "The factor σ(1 − σ) does not belong here.": lambda *of: of_mean(*of, errors=squared),
        },
    ),
    "ex:bug-mutate-b": Program(
        check_on([1, 2, 4, 4], [5, 0, 3, 3]),
        faults,
        "a function that returns True for a right function and False for a wrong one",
        slips={
            "It refuses what is right. Does its loss belong to these gradients? Is it too strict?": lambda _: False,
            "No row is there twice in your data.": check_on([1, 2, 4, 4], [5, 0, 3]),
            "No context word is there twice in your data.": check_on([1, 2, 4], [5, 0, 3]),
            "Your data have one context word only.": check_on([1], [5, 0, 3]),
            "The gradient in W_in is not checked.": check_on([1, 2, 4, 4], [5, 0, 3, 3], parts=slice(1, 2)),
            "The gradient in W_out is not checked.": check_on([1, 2, 4, 4], [5, 0, 3, 3], parts=slice(1)),
            "It accepts everything.": lambda _: True,
        },
    ),
}
