"""The exercises of "The softmax gradient"."""

from collections import Counter

import numpy as np
from sympy import Sum, Symbol, exp, log

from w2v_core.corpus import windows
from w2v_core.exercises.one_word_network import moved, summed
from w2v_core.judges import Formula, Program, Value
from w2v_core.numerics import log_softmax, softmax
from w2v_core.proofs import V, array, d, delta, indices
from w2v_core.proofs import softmax as softmax_of

w, x, o = indices("w x o", V)  # o is the observed word
i, k, n = indices("i k l", d)  # n is the second coordinate, which the chapter calls l
u, v, tau = array("u", V, d), array("v", d), Symbol("tau", positive=True)


def s(w):
    """Score of word w."""
    return Sum(u[w, i] * v[i], i)


p = softmax_of(s, x)
hot = softmax_of(lambda w: s(w) / tau, x)
cold = softmax_of(lambda w: s(w) * tau, x)
EXPECTED = Sum(p(x) * u[x, n], x)
TEXT = "the king drinks tea", "the queen drinks tea", "the dog eats bones", "the cat eats fish"


def gradients(v, U, o):
    """Loss of one pair, and its gradients in v and in U."""
    loss, in_v, in_U = summed(v[None], U, [([0], o)])
    return loss, in_v[0], in_U


def with_errors(v, U, o, errors):
    """The same with errors of one's own; the slips are made of it."""
    log_p = log_softmax(U @ v)
    e = errors(np.exp(log_p), np.eye(len(U))[o])
    return -log_p[o], e @ U, np.outer(e, v)


def cases():
    """One coordinate and two words, the small example, more words; then scores of ±1000."""
    yield np.array([1.0]), np.array([[0.5], [-0.5]]), 1
    yield np.array([np.log(2), 0.0]), np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]]), 1
    first, *others = np.random.default_rng(0).normal(size=(6, 4))
    yield first, np.array(others), 3
    yield np.array([1000.0]), np.array([[1.0], [-1.0]]), 1


def plain_covariance(v, U):
    """Every word counts the same."""
    return (U - U.mean(axis=0)).T @ (U - U.mean(axis=0)) / len(U)


def covariance(v, U):
    """Covariance of the output vectors under the guessed probabilities."""
    y_hat = softmax(U @ v)
    return U.T * y_hat @ U - np.outer(y_hat @ U, y_hat @ U)


def corpora():
    """Pairs of center and context word: one, one that comes twice, then many with words that come back."""
    small = np.array([[np.log(2), 0.0], [0.5, 0.5], [-1.0, 0.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    yield *small, [(0, 1)], 0.5
    yield *small, [(0, 1), (0, 1), (2, 2)], 0.5
    numbers = np.random.default_rng(1)
    yield *numbers.normal(size=(2, 4, 3)), list(map(tuple, numbers.integers(4, size=(30, 2)).tolist())), 0.1


def epoch(W_in, W_out, pairs, rate):
    """Both matrices after a step for each pair."""
    return moved(W_in, W_out, [[([center], word)] for center, word in pairs], rate)


def passing(step):
    """One pass with a step of one's own, which changes both matrices; the slips are made of it."""

    def one_pass(W_in, W_out, pairs, rate):
        W_in, W_out = W_in.copy(), W_out.copy()
        for center, word in pairs:
            step(W_in, W_out, center, word, rate * (softmax(W_out @ W_in[center]) - np.eye(len(W_out))[word]))
        return W_in, W_out

    return one_pass


def late(W_in, W_out, center, word, e):
    """W_out meets an input vector that has moved already."""
    W_in[center] -= e @ W_out
    W_out -= np.outer(e, W_in[center])


def early(W_in, W_out, center, word, e):
    """The input vector meets a W_out that has moved already."""
    W_out -= np.outer(e, W_in[center])
    W_in[center] -= e @ W_out


def one_row(W_in, W_out, center, word, e):
    """No word is pushed away."""
    W_in[center], W_out[word] = W_in[center] - e @ W_out, W_out[word] - e[word] * W_in[center]


def all_rows(W_in, W_out, center, word, e):
    """Every input vector takes the step of one."""
    W_in[:], W_out[:] = W_in - e @ W_out, W_out - np.outer(e, W_in[center])


def best_mean_loss():
    """Entropy of the context words, given the center, in the four sentences."""
    pairs = [(a, b) for line in TEXT for a, context in windows(line.split(), 2) for b in context]
    centers, seen = Counter(center for center, _ in pairs), Counter(pairs)
    return float(np.mean([np.log(centers[a] / seen[a, b]) for a, b in pairs]))


EXERCISES = {
    "ex:even-guesses": Formula(
        log(V),
        "the loss as an expression in V",
        slips={"That is the probability of one word. The loss is minus its logarithm.": 1 / V},
    ),
    "ex:even-guesses-b": Formula(
        (1 / V - delta(w, o)) * v[k],
        "the derivative by u_[w, k], in V, v_[k] and delta(w, target)",
        slips={
            "The target is forgotten: the error is predicted minus wanted.": v[k] / V,
            "That is the case of the observed word. Write one formula for every word, with delta.": (1 / V - 1) * v[k],
            "That is the error; it has still to be multiplied with the other vector of the score.": 1 / V - delta(w, o),
            "y(1 - y) belongs to the derivative of a probability; the loss is minus its logarithm.": v[k]
            / V
            * (1 - 1 / V),
            "Each word has its own derivative: no sum is left.": Sum((1 / V - delta(x, o)) * v[k], x),
            "That holds for any output vectors. Here they are all zero: put in what p(w) is then.": (p(w) - delta(w, o))
            * v[k],
            "All output vectors are zero; the other vector of the score is that of the center.": (1 / V - delta(w, o))
            * u[w, k],
        },
    ),
    "ex:write-gradients": Program(
        gradients,
        cases,
        "a function of v, U and the observed word that returns the loss and its gradients in v and in U",
        slips={
            "The target is forgotten: the error is predicted minus wanted.": lambda *of: with_errors(
                *of, lambda p, y: p
            ),
            "The sign of the errors is the other way round.": lambda *of: with_errors(*of, lambda p, y: y - p),
            "Take 1 off the probability of the observed word only.": lambda *of: with_errors(*of, lambda p, y: p - 1),
            "y(1 - y) is not the error: that is predicted minus wanted.": lambda *of: with_errors(
                *of, lambda p, y: p * (1 - p)
            ),
            "The errors are divided by the number of words. The loss is that of one pair, not a mean.": lambda *of: (
                with_errors(*of, lambda p, y: (p - y) / len(p))
            ),
            "The errors are multiplied by y(1 - y): that belongs to a sigmoid with a squared error.": (
                lambda *of: with_errors(*of, lambda p, y: (p - y) * p * (1 - p))
            ),
            "That is the gradient of the probability, without its logarithm and its sign.": lambda v, U, o: (
                gradients(v, U, o)[0],
                *(-softmax(U @ v)[o] * one for one in gradients(v, U, o)[1:]),
            ),
            "The gradient in U is transposed: it has a row for each word.": lambda *of: (
                *gradients(*of)[:2],
                gradients(*of)[2].T,
            ),
            "In the loss, the largest score is taken off only one of the two terms.": lambda v, U, o: (
                gradients(v, U, o)[0] - max(U @ v),
                *gradients(v, U, o)[1:],
            ),
            "The loss overflows: take the logarithm before the probability is rounded to 0.": lambda v, U, o: (
                -np.log(softmax(U @ v)[o]),
                *gradients(v, U, o)[1:],
            ),
        },
    ),
    "ex:shift": Value(
        [1.3, 0.2, -0.7, 1.0],
        "four numbers in a list, after the shift: the loss, the two numbers of the gradient in v, the observed score",
        slips={
            "The new term is a times the sum of all errors. What is that sum?": [1.3, 5.2, -3.7, 1.0],
            "The score does change: the observed word has a new output vector.": [1.3, 0.2, -0.7, 2.0],
            "The loss has a second term, with the scores of all words; what becomes of that one?": [
                2.3,
                0.2,
                -0.7,
                1.0,
            ],
            "The score changes by the dot product of a and v. Mind the sign.": [1.3, 0.2, -0.7, 3.0],
            "The score is a dot product: the sum of the products of the coordinates.": [1.3, 0.2, -0.7, 13.0],
        },
    ),
    "ex:curvature": Formula(
        p(w) * (u[w, n] - EXPECTED),
        "the derivative of p(w) by v_[l], in p, u_ and Sum",
        slips={
            "That is the derivative of its logarithm.": u[w, n] - EXPECTED,
            "The sum below the fraction depends on v, too.": p(w) * u[w, n],
            "In the sum, each word brings its own output vector.": p(w) * (u[w, n] - Sum(p(x) * u[w, n], x)),
            "It is multiplied by y(1 - y): that is right for the scores one by one, but v moves all the scores.": p(w)
            * (1 - p(w))
            * u[w, n],
        },
    ),
    "ex:curvature-b": Program(
        covariance,
        lambda: [(np.array([1.0]), np.array([[1.0], [0.0]])), *(case[:2] for case in cases())],
        "a function of v and U that returns the d × d matrix of second derivatives",
        slips={
            "The product of the means is missing.": lambda v, U: U.T * softmax(U @ v) @ U,
            "Each word counts with its probability, not with 1/V.": plain_covariance,
        },
    ),
    "ex:temperature": Formula(
        (Sum(hot(w) * u[w, k], w) - u[o, k]) / tau,
        "the derivative by v_[k], in tau, v_, u_, exp and Sum",
        slips={
            "The inner derivative is missing: each score is divided by tau.": Sum(hot(w) * u[w, k], w) - u[o, k],
            "tau is missing: it divides each score in the exponent.": Sum(p(w) * u[w, k], w) - u[o, k],
            "Below the fraction, the scores are divided by tau, too.": (
                Sum(exp(s(w) / tau) * u[w, k], w) / Sum(exp(s(w)), w) - u[o, k]
            )
            / tau,
            "The scores are divided by tau, not multiplied with it.": (Sum(cold(w) * u[w, k], w) - u[o, k]) * tau,
            "The probabilities depend on tau, too.": (Sum(p(w) * u[w, k], w) - u[o, k]) / tau,
            "The inner derivative is 1/tau, not tau.": (Sum(hot(w) * u[w, k], w) - u[o, k]) * tau,
            "The target is forgotten.": Sum(hot(w) * u[w, k], w) / tau,
            "tau divides both terms.": Sum(hot(w) * u[w, k], w) / tau - u[o, k],
        },
    ),
    "ex:too-long": Value(
        0.1,
        "one of the three learning rates",
        slips={
            "Every tea throws the vectors off. Look at the mean loss over the second half.": 1,
            "Does this run come to its end?": 5,
        },
    ),
    "ex:trainer": Program(
        epoch,
        corpora,
        "a function of W_in, W_out, the pairs and the learning rate that returns two new matrices",
        slips={
            "W_out moved first, and W_in met the new one. Compute both gradients with the old vectors.": passing(early),
            "W_in moved first, and W_out met the new one. Compute both gradients with the old vectors.": passing(late),
            "Every row of W_out moves, not only that of the observed word.": passing(one_row),
            "Only the row of the center moves in W_in.": passing(all_rows),
            "Center and context word have changed places.": lambda W_in, W_out, pairs, rate: epoch(
                W_in, W_out, [pair[::-1] for pair in pairs], rate
            ),
            "It stops after the first pair. Does return stand inside the loop?": lambda W_in, W_out, pairs, rate: epoch(
                W_in, W_out, pairs[:1], rate
            ),
            "It goes uphill: a step is against the gradient.": lambda W_in, W_out, pairs, rate: epoch(
                W_in, W_out, pairs, -rate
            ),
            "The learning rate is missing.": lambda W_in, W_out, pairs, rate: epoch(W_in, W_out, pairs, 1.0),
            "That is one step for all pairs together; take a step after each pair.": (
                lambda W_in, W_out, pairs, rate: moved(W_in, W_out, [[([a], b) for a, b in pairs]], rate)
            ),
            "Only W_in has moved.": lambda W_in, W_out, pairs, rate: (epoch(W_in, W_out, pairs, rate)[0], W_out),
        },
    ),
    "ex:trainer-b": Value(
        best_mean_loss(),
        "the best possible mean loss of a pair: a number with three digits",
        slips={
            "That is the mean loss of even guesses.": np.log(10),
            "Those are bits; use the natural logarithm.": best_mean_loss() / np.log(2),
        },
    ),
    "ex:trainer-c": Value(
        "queen",
        "the word, in quotes, whose input vector is closest to that of king",
        slips={"Which other word stands between the same words as king does?": "drinks"},
    ),
}
