r"""The functions under every model: softmax, sigmoid and their logarithms, safe for every finite score.

The book's symbols: a score is :math:`s`, a predicted probability :math:`\hat y`.
"""

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy import ndarray as Array


def sigmoid(score: Float[Array, "..."]) -> Float[Array, "..."]:
    r"""Probability that a pair is real, :math:`\sigma(s) = 1 / (1 + e^{-s})` (eq:sigmoid).

    Never overflows: the exponential is only ever taken of a negative number.

    >>> sigmoid(np.array([-1000.0, 0.0, 1000.0]))
    array([0. , 0.5, 1. ])
    """
    decay = np.exp(-np.abs(score))
    return np.where(score < 0, decay, 1.0) / (1 + decay)


def log_sigmoid(score: Float[Array, "..."]) -> Float[Array, "..."]:
    r"""Log-probability that a pair is real, :math:`\log\sigma(s)` (eq:log-sigmoid).

    Safe for every finite score; the textbook formula overflows below about -709.

    >>> log_sigmoid(np.array([-800.0, 800.0]))
    array([-800.,   -0.])
    """
    return -np.logaddexp(0, -score)


def log_softmax(scores: Float[Array, "... R"]) -> Float[Array, "... R"]:
    r"""Log-probabilities of the candidates, :math:`\log\hat y_w = s_w - \log\sum_x e^{s_x}` (eq:log-softmax).

    The largest score is subtracted first: softmax does not change when all scores shift (eq:softmax-shift).

    >>> log_softmax(np.array([1000.0, 1000.0])).round(4)
    array([-0.6931, -0.6931])
    """
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def softmax(scores: Float[Array, "... R"]) -> Float[Array, "... R"]:
    r"""Probabilities of the candidates, :math:`\hat y_w = e^{s_w} / \sum_x e^{s_x}` (eq:softmax).

    >>> softmax(np.array([0.0, np.log(3.0)])).round(4)
    array([0.25, 0.75])
    """
    return np.exp(log_softmax(scores))


def finite_differences(f: Callable, at: Float[Array, "..."], step: float = 1e-5) -> Float[Array, "..."]:
    r"""Gradient of a function of an array, found by trying: :math:`(f(x + \epsilon) - f(x - \epsilon)) / 2\epsilon`.

    `f` takes an array like `at` and gives a number; each entry is moved by `step` (:math:`\epsilon`) to both sides.
    The error is of the order of the step squared, until rounding sets in.

    >>> finite_differences(lambda x: (x**2).sum(), np.array([1.0, 3.0])).round(6)
    array([2., 6.])
    """
    gradient = np.zeros(np.shape(at))
    for place in np.ndindex(gradient.shape):
        move = np.zeros(gradient.shape)
        move[place] = step
        gradient[place] = (f(at + move) - f(at - move)) / (2 * step)
    return gradient
