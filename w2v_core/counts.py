r"""What can be learnt by counting: pairs, pointwise mutual information, and vectors from its singular vectors.

No gradient and no seed. It is what negative sampling tends to (eq:neg-optimum), and a baseline that training must beat.
"""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float
from numpy import ndarray as Array

from w2v_core.errors import SettingError, positive_integer


def cooccurrence(examples: Iterable[tuple[list[int], int]], V: int) -> Float[Array, "V V"]:
    """Count pairs: entry [c, o] says how often c was an input word of an example with target o (eq:pair-counts).

    It takes what `Word2Vec.examples` makes, so that counting and training can see the same pairs.

    >>> cooccurrence([([0], 1), ([0], 1), ([1], 0)], V=2)
    array([[0., 2.],
           [1., 0.]])
    """
    pairs = [(word, target) for inputs, target in examples for word in inputs]
    counts = np.zeros((positive_integer("V", V), V))
    if pairs:
        np.add.at(counts, tuple(np.array(pairs).T), 1)  # not +=: a pair that occurs twice counts twice
    return counts


def pmi(counts: Float[Array, "V V"]) -> Float[Array, "V V"]:
    r"""Pointwise mutual information, :math:`\log\frac{p(c, o)}{p(c) p(o)}` (eq:pmi): how far from chance.

    A pair that never occurs has -inf; so has every pair of a word that never occurs.

    >>> pmi(np.array([[0.0, 4.0], [4.0, 0.0]]))
    array([[      -inf, 0.69314718],
           [0.69314718,       -inf]])
    """
    if not np.all(np.isfinite(counts) & (counts >= 0)) or counts.sum() == 0:
        raise SettingError("Counts must be finite, none below 0 and not all 0.")
    chance = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    ratio = np.divide(counts, chance, out=np.zeros_like(counts), where=chance > 0)
    return np.log(ratio, out=np.full_like(counts, -np.inf), where=ratio > 0)


def factors(matrix: Float[Array, "V V"], d: int) -> tuple[Float[Array, "V d"], Float[Array, "V d"]]:
    r"""Two matrices with d columns whose product :math:`\mathbf A \mathbf B^\top` is the nearest to `matrix` (eq:svd).

    From the d largest singular values; each matrix gets the square roots. Signs are fixed: the entry of A that is
    largest in its column is positive.

    >>> A, B = factors(np.array([[2.0, 0.0], [0.0, 1.0]]), d=1)
    >>> A @ B.T
    array([[2., 0.],
           [0., 0.]])
    """
    if positive_integer("d", d) > len(matrix):
        raise SettingError(f"A matrix of {len(matrix)} words has {len(matrix)} singular values, not {d}.")
    left, values, right = np.linalg.svd(matrix)
    A, B = left[:, :d] * np.sqrt(values[:d]), right[:d].T * np.sqrt(values[:d])
    signs = np.where(A[np.abs(A).argmax(axis=0), np.arange(d)] < 0, -1.0, 1.0)
    return A * signs, B * signs
