r"""One gradient and one loop for all six models.

An example is a list of input words and one target. Its hidden vector is the mean of the input vectors,
:math:`\mathbf h = \frac1C\sum_c \mathbf v_c`; each candidate row has the score :math:`s = \mathbf u^\top\mathbf h`; the
objective turns scores into errors :math:`e`. From there everything is the chain rule.

Randomness enters as a generator, of which only `Generator.random` is used: uniform numbers, in this order: the first
input vectors; then, sentence by sentence, one number a word (subsampling, if any) and one a window (its radius); and
from a second generator the noise words, batch by batch. A seed fixes every bit.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray as Array
from tqdm import tqdm

from w2v_core import checkpoint as checkpoints
from w2v_core.architectures import skip_gram
from w2v_core.corpus import Vocabulary, as_sentences, keep_probability, windows
from w2v_core.errors import CorpusError, DivergenceError, TrainingInterrupted, finite_number, positive_integer
from w2v_core.objectives import Candidates, NegativeSampling
from w2v_core.vectors import WordVectors

TOO_FAR = 1e100  # no number in a step may be as large: the vectors stay finite, whatever happens


@dataclass
class Embeddings:
    r"""The two matrices that are learnt: input vectors :math:`\mathbf v_w` and output vectors :math:`\mathbf u_w`."""

    W_in: Float[Array, "V d"]
    W_out: Float[Array, "M d"]

    @classmethod
    def start(cls, V: int, M: int, d: int, rng: np.random.Generator, precision=np.float64) -> "Embeddings":
        """Small random input vectors, even on [-0.5/d, 0.5/d); output vectors zero, so that every score starts at 0."""
        W_in = np.empty((V, d), precision)
        for part in np.array_split(W_in, 1 + V // 1000):  # the draws are of double size: not all at once
            part[...] = (rng.random(part.shape) - 0.5) / d
        return cls(W_in, np.zeros((M, d), precision))


class Examples(NamedTuple):
    """A batch: the input words (padded where the mask is False) and the target of each example."""

    inputs: Int[Array, "B C"]
    mask: Bool[Array, "B C"]
    targets: Int[Array, " B"]

    @classmethod
    def pack(cls, pairs: list[tuple[list[int], int]]) -> "Examples":
        """Turn a list of (input words, target) into arrays.

        >>> Examples.pack([([3, 1], 2), ([4], 0)]).inputs
        array([[3, 1],
               [4, 0]])
        """
        lengths = np.array([len(inputs) for inputs, _ in pairs])
        mask = np.arange(lengths.max()) < lengths[:, None]
        padded = np.zeros(mask.shape, dtype=np.int64)
        padded[mask] = [word for inputs, _ in pairs for word in inputs]
        return cls(padded, mask, np.array([target for _, target in pairs], dtype=np.int64))


class Gradients(NamedTuple):
    """Gradient of the summed loss with respect to each use of an input vector and of a candidate row."""

    inputs: Float[Array, "B C d"]
    rows: Float[Array, "B R d"]


def losses_and_gradients(
    embeddings: Embeddings, examples: Examples, wanted: Candidates, loss: Callable
) -> tuple[Float[Array, " B"], Gradients]:
    r"""Loss of each example, and the gradients by the chain rule (eq:gradient-output, eq:gradient-input).

    Row r of ``W_out`` gets :math:`e_r \mathbf h`. The hidden vector gets :math:`\sum_r e_r \mathbf u_r`, and each of
    the C input words its share 1/C of that, because :math:`\mathbf h` is their mean. A word that occurs twice
    appears twice.
    """
    share = examples.mask / examples.mask.sum(axis=1, keepdims=True)  # (B, C): 1/C, and 0 at padding
    rows = embeddings.W_out[wanted.rows]  # (B, R, d)
    hidden = np.einsum("bc,bcd->bd", share, embeddings.W_in[examples.inputs])  # eq:hidden
    scores = np.einsum("brd,bd->br", rows, hidden)  # eq:score
    losses, errors = loss(scores, wanted)  # eq:error
    hidden_gradient = np.einsum("br,brd->bd", errors, rows)  # eq:gradient-input
    return losses, Gradients(
        inputs=share[:, :, None] * hidden_gradient[:, None, :],
        rows=errors[:, :, None] * hidden[:, None, :],  # eq:gradient-output
    )


def add_at(matrix: Float[Array, "N d"], rows: Int[Array, "*S"], updates: Float[Array, "*S d"]) -> None:
    """Add each update to its row of `matrix`, in place; a row that occurs twice moves twice.

    ``matrix[rows] += updates`` would keep only one of the two. Flat indices make ``np.add.at`` several times faster,
    and two numbers taken as one complex number halve the indices.
    """
    if matrix.shape[1] % 2 == 0 and matrix.dtype == updates.dtype and updates.flags.c_contiguous:
        pair = np.result_type(matrix, 1j)
        matrix, updates = matrix.view(pair), updates.view(pair)
    d = matrix.shape[1]
    flat = (rows[..., None] * d + np.arange(d)).ravel()
    np.add.at(matrix.reshape(-1), flat, updates.ravel())


def sgd_step(
    embeddings: Embeddings,
    examples: Examples,
    objective,
    *,
    learning_rate: float,
    rng: np.random.Generator,
    undivided: bool = False,
) -> Float[Array, " B"]:
    r"""Move both matrices one step downhill on one batch, in place; return the losses before the step (eq:sgd).

    The gradients of the batch are summed, not averaged, so that the learning rate :math:`\eta` keeps its meaning: with
    a batch of one this is sequential stochastic gradient descent. With `undivided`, each input word gets the whole
    gradient of the hidden vector instead of its share 1/C, as in the original program (eq:program-cbow).

    Raises `DivergenceError` if a loss is not finite; the matrices are then left as they were.
    """
    wanted = objective.candidates(examples.targets, rng)  # draw first, differentiate second
    with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
        losses, gradients = losses_and_gradients(embeddings, examples, wanted, objective.loss)
        if undivided:
            gradients.inputs[...] *= examples.mask.sum(axis=1)[:, None, None]
        moves = Gradients(*(-learning_rate * gradient for gradient in gradients))
    if not all(np.all(np.abs(numbers) < TOO_FAR) for numbers in (losses, *moves)):  # nor for NaN
        raise DivergenceError(
            f"A step at learning rate {learning_rate:g} leads out of all bounds (loss {losses.sum():g}). "
            "Use a smaller rate."
        )
    add_at(embeddings.W_in, examples.inputs, moves.inputs)
    add_at(embeddings.W_out, wanted.rows, moves.rows)
    return losses


@dataclass
class History:
    """The run so far: mean loss and learning rate, each over about one part in two hundred of the run."""

    words: list[int] = field(default_factory=list)  # running words read when the value was noted
    loss: list[float] = field(default_factory=list)  # mean loss of an example since the value before
    learning_rate: list[float] = field(default_factory=list)

    def note(self, words: int, losses: list[Array], learning_rate: float) -> None:
        """Add one line: the mean of the losses since the line before."""
        self.words.append(words)
        self.loss.append(float(np.concatenate(losses).mean()))
        self.learning_rate.append(learning_rate)


class Word2Vec:
    """A corpus, one of the six models, and what it has learnt so far.

    Each of the six is an architecture and an objective; options of an objective go in with `functools.partial`::

        model = Word2Vec("text.txt", cbow, partial(NegativeSampling, negatives=10), dimension=50)
        model.train(epochs=5)
        model.vectors.nearest("king")

    The model outlives whatever ends a training: after a `TrainingInterrupted` or `DivergenceError`, `vectors` and
    `history` hold what was learnt until then, and `train` can be called again.
    """

    precision = np.float64  # of the matrices and of all that is computed with them

    def __init__(
        self,
        corpus,
        architecture: Callable = skip_gram,
        objective: Callable = NegativeSampling,
        *,
        dimension: int = 100,
        window: int = 5,
        dynamic_window: bool = True,
        min_count: int = 5,
        subsample: float = 1e-3,
        undivided: bool = False,
        seed: int = 1,
    ):
        """Count the words and draw the first vectors.

        `corpus` is a path (UTF-8, plain or gzip), a list of sentences, or any corpus that can be read again;
        `dynamic_window` draws each window's radius from 1 to `window`; `subsample` is the threshold t of
        `keep_probability`, 0 keeps every word; `undivided` moves CBOW's inputs as the original program does, see
        `sgd_step`.
        """
        self.window, self.dynamic_window = positive_integer("window", window), dynamic_window
        self.architecture, d = architecture, positive_integer("dimension", dimension)
        self.undivided, self.seed = undivided, seed
        finite_number("subsample", subsample, low=0)
        self.sentences = as_sentences(corpus)
        self.vocabulary = Vocabulary.from_sentences(self.sentences, min_count)
        self.keep = keep_probability(self.vocabulary.counts, subsample)
        self.objective = objective(self.vocabulary.counts)
        self.text_rng, self.noise_rng = np.random.default_rng(seed).spawn(2)
        self.embeddings = Embeddings.start(len(self.vocabulary), self.objective.M, d, self.text_rng, self.precision)
        self.history = History()

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words, as they stand now."""
        return WordVectors(self.vocabulary.words, self.embeddings.W_in.copy())

    def examples(self) -> Iterator[tuple[list[tuple[list[int], int]], int]]:
        """Read the corpus once: the examples of each sentence, and how many of its words are in the vocabulary."""
        subsampling = self.keep.min() < 1
        for sentence in self.sentences:
            words = self.vocabulary.encode(sentence)
            kept = words
            if subsampling:  # unknown and discarded words vanish before the windows are laid
                draws = self.text_rng.random(len(words))
                kept = [word for word, draw in zip(words, draws, strict=True) if draw < self.keep[word]]
            found = windows(kept, self.window, self.text_rng if self.dynamic_window else None)
            yield [pair for center, context in found for pair in self.architecture(center, context)], len(words)

    def batches(self, epochs: int, batch_size: int) -> Iterator[tuple[list, int]]:
        """What `step` takes, one batch after another, each with the running words read since the last."""
        return batches(self.examples, epochs, batch_size)

    def step(self, batch: list, learning_rate: float) -> Float[Array, " B"]:
        """Learn from one batch; its losses before the step."""
        return sgd_step(
            self.embeddings,
            Examples.pack(batch),
            self.objective,
            learning_rate=learning_rate,
            rng=self.noise_rng,
            undivided=self.undivided,
        )

    def train(
        self,
        *,
        epochs: int = 5,
        learning_rate: float = 0.025,
        batch_size: int = 16,
        progress: bool = True,
        checkpoint: str | Path | None = None,
        seconds: float = 10.0,
    ) -> "Word2Vec":
        """Read the corpus `epochs` times and learn; the learning rate falls linearly to a ten-thousandth of its start.

        `batch_size` examples make a step, with their gradients summed: 1 is sequential SGD, large batches are faster
        but step with older vectors, and too large ones diverge on a small vocabulary.

        With `checkpoint`, the run is written to this file every so many `seconds` and at its end. If the file is there
        already, the run goes on from it: the same call, repeated after an interruption, ends with the same bits.

        Raises `TrainingInterrupted` on Ctrl-C, `DivergenceError` as soon as the loss is ten times that of chance or not
        finite, `CorpusError` if no window has two words, `CheckpointError` for the file of another run.
        """
        epochs, batch_size = positive_integer("epochs", epochs), positive_integer("batch_size", batch_size)
        learning_rate = finite_number("learning_rate", learning_rate, low=0, low_open=True)
        finite_number("seconds", seconds, low=0)
        total, steps, done = epochs * self.vocabulary.tokens, 0, 0
        words_before = self.history.words[-1] if self.history.words else 0
        chance = smooth = self.chance_loss()
        note_at, recent, rate = total / 200, [], learning_rate
        text_start = self.text_rng.bit_generator.state  # to read the same text again when the run goes on
        if checkpoint is not None:
            settings = checkpoints.settings(self, epochs=epochs, learning_rate=learning_rate, batch_size=batch_size)
            if Path(checkpoint).exists():
                position, losses = checkpoints.resume(checkpoint, self, settings)
                steps, done, words_before, smooth, note_at, rate, text_start = position
                recent = [losses] if len(losses) else []
                self.text_rng.bit_generator.state = text_start

        def save():
            if checkpoint is not None:
                position = [steps, done, words_before, float(smooth), note_at, rate, text_start]
                checkpoints.save(checkpoint, self, settings, position, np.concatenate([np.zeros(0), *recent]))

        saved_at = monotonic()
        with tqdm(total=total, initial=done, unit=" words", unit_scale=True, disable=not progress) as bar:
            try:
                for batch, words in islice(self.batches(epochs, batch_size), steps, None):
                    rate = learning_rate * max(1 - done / total, 1e-4)
                    losses = self.step(batch, rate)
                    recent.append(losses)
                    steps, done = steps + 1, done + words
                    bar.update(words)
                    smooth = 0.99 * smooth + 0.01 * losses.mean()
                    if not smooth <= 10 * chance:  # nor NaN
                        raise DivergenceError(
                            f"The loss has grown from {chance:.3g} to {smooth:.3g} after {done} words, at learning "
                            f"rate {rate:g} and batches of {batch_size}. Use a smaller rate or smaller batches."
                        )
                    if done >= note_at:
                        self.history.note(words_before + done, recent, rate)
                        bar.set_postfix(loss=f"{self.history.loss[-1]:.3f}", refresh=False)
                        note_at, recent = done + total / 200, []
                    if monotonic() - saved_at >= seconds:
                        save()
                        saved_at = monotonic()
                save()
            except KeyboardInterrupt:
                saved = checkpoint is not None and Path(checkpoint).exists()
                raise TrainingInterrupted(
                    f"Training was stopped after {done} of {total} words; the model keeps what it has learnt."
                    + (f" The same call on a new model goes on from {str(checkpoint)!r}." if saved else "")
                ) from None
            finally:
                if recent:
                    self.history.note(words_before + done, recent, rate)
        if not done:
            raise CorpusError("No sentence has two words left after min_count and subsampling: nothing to predict.")
        return self

    def chance_loss(self) -> float:
        """Loss of an example when all scores are zero; for the rarest word, where it is largest."""
        wanted = self.objective.candidates(np.array([len(self.vocabulary) - 1]), np.random.default_rng(0))
        losses, _ = self.objective.loss(np.zeros(wanted.rows.shape), wanted)
        return float(losses[0])


def batches(read: Callable[[], Iterable], epochs: int, batch_size: int) -> Iterator[tuple[list, int]]:
    """Cut the examples of all epochs into batches of `batch_size`, each with the running words read since the last.

    Batches go across the ends of sentences and epochs; only the very last may be shorter.
    """
    waiting, words = [], 0
    for _ in range(epochs):
        for pairs, count in read():
            waiting.extend(pairs)
            words += count
            while len(waiting) >= batch_size:
                yield waiting[:batch_size], words
                waiting, words = waiting[batch_size:], 0
    if waiting:
        yield waiting, words
