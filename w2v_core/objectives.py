r"""Three objectives: which rows of ``W_out`` an example looks at, and how it is judged there.

An objective first *draws* its candidates (`candidates`, the only place with randomness), then a pure function of the
scores gives the loss and the errors :math:`e = \hat y - y`. All three errors have the same form; that is why one
gradient serves all six models.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray as Array

from w2v_core.errors import CorpusError, SettingError, finite_number, positive_integer
from w2v_core.huffman import HuffmanTree
from w2v_core.numerics import log_sigmoid, log_softmax, sigmoid


class Candidates(NamedTuple):
    """What an example is compared with: rows of ``W_out``, the wanted labels y, and which entries count."""

    rows: Int[Array, "B R"]
    labels: Float[Array, "B R"]
    mask: Bool[Array, "B R"]


def softmax_loss(
    scores: Float[Array, "B R"], wanted: Candidates
) -> tuple[Float[Array, " B"], Float[Array, "B R"]]:
    r"""Cross-entropy :math:`-\log\hat y_o` and errors :math:`\hat y - y` (eq:softmax-loss, eq:error)."""
    log_probabilities = log_softmax(scores)
    return -(wanted.labels * log_probabilities).sum(axis=1), np.exp(log_probabilities) - wanted.labels


def logistic_loss(
    scores: Float[Array, "B R"], wanted: Candidates
) -> tuple[Float[Array, " B"], Float[Array, "B R"]]:
    r"""Sum of yes-or-no losses :math:`-y\log\sigma(s) - (1-y)\log\sigma(-s)`, errors :math:`\sigma(s) - y`
    (eq:logistic-loss)."""
    signed = np.where(wanted.labels == 1, scores, -scores)
    losses = -(log_sigmoid(signed) * wanted.mask).sum(axis=1)
    return losses, (sigmoid(scores) - wanted.labels) * wanted.mask


class FullSoftmax:
    """Compare the target with every word of the vocabulary: exact, V scores an example (eq:softmax-loss)."""

    loss = staticmethod(softmax_loss)

    def __init__(self, counts: Int[Array, " V"]):
        """One row of ``W_out`` a word."""
        self.M = _at_least_two_words(counts)

    def candidates(self, targets: Int[Array, " B"], rng: np.random.Generator) -> Candidates:
        """All words; nothing is drawn."""
        rows = np.broadcast_to(np.arange(self.M), (len(targets), self.M))
        return Candidates(rows, (rows == targets[:, None]).astype(float), np.ones(rows.shape, dtype=bool))


class HierarchicalSoftmax:
    """Walk down a Huffman tree: one yes-or-no question an inner node, about log2 V of them (eq:tree-probability)."""

    loss = staticmethod(logistic_loss)

    def __init__(self, counts: Int[Array, " V"]):
        """One row of ``W_out`` an inner node, V - 1 in all."""
        self.M = _at_least_two_words(counts) - 1
        self.tree = HuffmanTree(counts)

    def candidates(self, targets: Int[Array, " B"], rng: np.random.Generator) -> Candidates:
        """The inner nodes above the target, labelled 1 where the path takes the first child; nothing is drawn."""
        paths, codes, mask = (table[targets] for table in self.tree.table)
        return Candidates(paths, 1.0 - codes, mask)


class NegativeSampling:
    r"""Tell the target from K words of noise drawn from :math:`P_n(w) \propto n_w^{\alpha}` (eq:negative-sampling).

    A word may be drawn twice, and counts twice. It may also be the target itself: that is what the formula says, and
    on a large vocabulary it hardly matters. `skip_target=True` leaves such draws out, as the original program does.
    """

    loss = staticmethod(logistic_loss)

    def __init__(
        self, counts: Int[Array, " V"], *, negatives: int = 5, power: float = 0.75, skip_target: bool = False
    ):
        """`negatives` is K; `power` is the exponent on the counts: 0 makes the noise even, 1 follows the corpus."""
        self.M = _at_least_two_words(counts)
        self.negatives = positive_integer("negatives", negatives)
        weights = (counts / np.max(counts)) ** finite_number("power", power, low=0)  # shares: no power overflows
        self.noise: Float[Array, " V"] = weights / weights.sum()  # eq:noise-distribution
        self._cumulative = self.noise.cumsum()
        # Where to look for a number: a power of two even steps, so that scaling a number to a step never rounds.
        steps = 1 << (4 * self.M).bit_length()
        self._guide = np.searchsorted(self._cumulative, np.arange(steps + 1) / steps, side="right")
        self.skip_target = skip_target

    def draw(self, size: tuple[int, ...], rng: np.random.Generator) -> Int[Array, "..."]:
        """Words of noise, each the first whose cumulative share is above a uniform number (eq:noise-distribution).

        A table of first guesses makes this quick, however large the vocabulary is.
        """
        shares = rng.random(size) * self._cumulative[-1]
        words = self._guide[(shares * (len(self._guide) - 1)).astype(np.int64)]
        while (low := self._cumulative[words] <= shares).any():
            words += low
        return words

    def candidates(self, targets: Int[Array, " B"], rng: np.random.Generator) -> Candidates:
        """The target, labelled 1, and K words of noise, labelled 0."""
        rows = np.column_stack([targets, self.draw((len(targets), self.negatives), rng)])
        labels = np.zeros(rows.shape)
        labels[:, 0] = 1
        skipped = (rows == targets[:, None]) & (labels == 0) & self.skip_target
        return Candidates(rows, labels, ~skipped)


OBJECTIVES = (FullSoftmax, HierarchicalSoftmax, NegativeSampling)


def _at_least_two_words(counts: Int[Array, " V"]) -> int:
    """V, if there is something to predict."""
    if len(counts) < 2:
        raise CorpusError(f"The vocabulary has {len(counts)} word; predicting needs at least two.")
    if np.any(np.asarray(counts) < 1):
        raise SettingError(f"Every word must have a count of at least 1, not {np.min(counts)}.")
    return len(counts)
