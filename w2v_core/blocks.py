r"""The six models once more, by blocks of words: a few large matrix products instead of many small ones.

A block is T consecutive words of the text, the targets, and the words around them. All its gradients are taken at the
vectors from before the step, and summed; with one word a block, the step is that of `training.sgd_step` on the examples
with this target. What differs is the noise, which the examples of a group share, and the order of the examples: by
target instead of by center.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int, Shaped
from numpy import ndarray as Array

from w2v_core.architectures import ARCHITECTURES, cbow, skip_gram
from w2v_core.errors import DivergenceError, SettingError, finite_number
from w2v_core.numerics import log_softmax
from w2v_core.objectives import OBJECTIVES, FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.training import Word2Vec, add_at

TOP = 64  # inner nodes, the most visited, that every hidden vector is compared with


class Block(NamedTuple):
    """T words and m more on each side, and how far the window of each reaches."""

    words: Int[Array, " P"]
    left: Int[Array, " P"]  # context words before each word
    right: Int[Array, " P"]  # and after it


class Questions(NamedTuple):
    """What pieces of hidden vectors are asked about rows of ``W_out``: how often, and how often yes is the answer."""

    rows: Int[Array, "t r"]
    asked: Float[Array, "t h #r"]
    wanted: Float[Array, "#t #h #r"]
    first: tuple[slice, slice]  # pieces and hidden vectors whose loss is measured, and how many examples they have
    examples: float | np.floating
    overlap: int = 0  # hidden vectors that a piece shares with each of its neighbours
    real: Int[Array, " N"] | None = None  # places of the rows, if the others only fill up


def tiles(rows: Shaped[Array, "P k"], tile: int, m: int) -> Shaped[Array, "t h k"]:
    """Overlapping pieces of h = `tile` + 2m rows, a new one every `tile` rows: a view, nothing is copied.

    >>> tiles(np.arange(6)[:, None], tile=2, m=1)[..., 0]
    array([[0, 1, 2, 3],
           [2, 3, 4, 5]])
    """
    down, across = rows.strides
    shape = ((len(rows) - 2 * m) // tile, tile + 2 * m, rows.shape[1])
    return np.lib.stride_tricks.as_strided(rows, shape, (tile * down, down, across), subok=True)


def fold(pieces: Shaped[Array, "t h k"], m: int) -> Shaped[Array, "P k"]:
    """Put the pieces of `tiles` back in their places, and add where they overlap.

    >>> fold(np.ones((2, 4, 1)), m=1)[:, 0]
    array([1., 1., 2., 2., 1., 1.])
    """
    t, h, k = pieces.shape
    if not m:
        return pieces.reshape(t * h, k)
    tile = h - 2 * m
    rows = np.zeros((t * tile + 2 * m, k), pieces.dtype)
    places, apart = tiles(rows, tile, m), -(-h // tile)
    for first in range(apart):  # each time every `apart`-th piece: these do not overlap
        places[first::apart] += pieces[first::apart]
    return rows


def filled(rows: Shaped[Array, "P k"], length: int) -> Shaped[Array, "L k"]:
    """The rows, made as many as `length` with zeros."""
    if length == len(rows):
        return rows
    return np.concatenate([rows, np.zeros((length - len(rows), rows.shape[1]), rows.dtype)])


def add_rows(matrix: Float[Array, "N d"], rows: Int[Array, " R"], moves: Float[Array, "R d"], last: Int[Array, " N"]):
    """Add each move to its row of `matrix`, in place; a row that occurs twice moves twice. Uses `moves` up.

    Of equal rows an assignment keeps the last, and is several times as fast as ``np.add.at``. So the moves of the
    others are first added to that of the last. `last` is memory to find it in: a whole number for each row of `matrix`.
    """
    places = np.arange(len(rows))
    last[rows] = places
    final = last[rows]
    early = np.flatnonzero(final != places)
    add_at(moves, final[early], moves[early])
    moves += matrix.take(rows, axis=0)
    matrix[rows] = moves


def logistic_errors(scores: Float[Array, "t h r"], asked: Array, wanted: Array, first: tuple) -> float | np.floating:
    r"""Turn scores into errors :math:`e = a\,\sigma(s) - y`, in place; the loss of the first (eq:block-errors).

    A hidden vector that is asked about a row a times, and y times should say yes, has the sum of these a errors.
    """
    few = scores[first]
    loss = (asked[first] * np.logaddexp(0, few) - wanted[first] * few).sum()
    np.tanh(scores * 0.5, out=scores)  # sigmoid(s) = (1 + tanh(s / 2)) / 2: one pass less, and no overflow
    scores += 1
    scores *= asked * 0.5
    scores -= wanted
    return loss


def softmax_errors(scores: Float[Array, "t h r"], asked: Array, wanted: Array, first: tuple) -> float | np.floating:
    r"""The same for the full softmax: :math:`e = a\,\hat y - y` (eq:softmax-gradient)."""
    logs = log_softmax(scores)
    loss = -(wanted * logs)[first].sum()
    np.exp(logs, out=scores)
    scores *= asked
    scores -= wanted
    return loss


class FastWord2Vec(Word2Vec):
    """`Word2Vec`, trained by blocks: the same options, results and errors, in single precision, many times as fast."""

    precision = np.float32

    def __init__(self, corpus, architecture: Callable = skip_gram, objective: Callable = NegativeSampling, **options):
        """See `Word2Vec`; only the six models of the book come in blocks."""
        super().__init__(corpus, architecture, objective, **options)
        if architecture not in ARCHITECTURES or type(self.objective) not in OBJECTIVES:
            names = ", ".join(each.__name__ for each in ARCHITECTURES + OBJECTIVES)
            raise SettingError(f"Blocks know {names}, not {architecture} with {objective}. Use Word2Vec.")
        self._last = np.empty(max(len(self.vocabulary), self.objective.M), np.int64)
        np.empty(31 << 20, np.uint8)  # freed at once; after it, glibc keeps the memory of a step for the next step
        self.tile, self.group = 16, 32 if architecture is cbow else 64
        if isinstance(self.objective, HierarchicalSoftmax):
            self.tile = 16 if architecture is cbow else 4
            self._split_tree()

    def _split_tree(self):
        """Signs of the top nodes for each word (1: yes, -1: no, 0: not asked), and its rows and signs further down."""
        paths, codes, real = self.objective.tree.table
        high = max(0, self.objective.M - TOP)  # nodes are numbered by rising count: the most visited are the last
        signs = np.where(real, 1 - 2 * codes, 0).astype(np.int8)
        top = paths >= high
        self._top = np.zeros((len(paths), self.objective.M - high), np.int8)
        word, step = np.nonzero(real & top)
        self._top[word, paths[word, step] - high] = signs[word, step]
        below = np.argsort(~real | top, axis=1, kind="stable")  # further down first, then what is not
        below = below[:, : (real & ~top).sum(axis=1).max()]
        self._rows = np.take_along_axis(paths, below, axis=1).astype(np.int32)
        self._signs = np.take_along_axis(np.where(top, 0, signs), below, axis=1)

    def train(self, *, epochs: int = 5, learning_rate: float = 0.025, batch_size: int | None = None, **options):
        """See `Word2Vec.train`; `batch_size` words make a block, by default as many as are safe (eq:block-limit)."""
        if batch_size is None:
            batch_size = self.safe_block(finite_number("learning_rate", learning_rate, low=0, low_open=True))
        return super().train(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, **options)

    def safe_block(self, learning_rate: float) -> int:
        r"""How many words may share a step: T with :math:`\eta\,T\,e\,a\,f^{3/2} \le 1`, at most 1024 (eq:block-limit).

        f is the share of the most frequent word after subsampling, e how many examples a word is in, a how many rows
        an example is compared with: 1 + K, or about log2 V. A word that occurs often in a block moves as often, always
        from the same place; if it moves too far, the next step throws it back further, and so on.
        """
        kept = self.vocabulary.counts * self.keep
        examples = 2 if self.architecture is cbow else (self.window + 1 if self.dynamic_window else 2 * self.window)
        negative = isinstance(self.objective, NegativeSampling)
        questions = 1 + self.objective.negatives if negative else np.log2(len(self.vocabulary))
        T = min(1024, 1 / (learning_rate * examples * questions * (kept.max() / kept.sum()) ** 1.5))
        if isinstance(self.objective, FullSoftmax):
            T = min(T, 2**20 / len(self.vocabulary))  # all scores of a block are in memory at once
        return max(1, int(T))

    def batches(self, epochs: int, batch_size: int) -> Iterator[tuple[Block, int]]:
        """Blocks of `batch_size` words, each with the running words read since the last."""
        m, waiting = self.window, 0
        tile = min(self.tile, batch_size)
        T = batch_size // tile * tile
        for _ in range(epochs):
            for ids, ends in self.vocabulary.encoded_blocks(self.sentences, tokens=8 * T):
                found = self.windows(ids, ends)
                n, waiting = len(found.words), waiting + len(ids)
                words, left, right = (np.pad(each, (m, m + tile)) for each in found)
                for start in range(0, n, T):
                    count = min(T, n - start)
                    part = slice(start, start + -(-count // tile) * tile + 2 * m)
                    read = waiting * count // (n - start)
                    waiting -= read
                    yield Block(words[part], left[part], right[part]), read

    def windows(self, ids: Int[Array, " N"], ends: Int[Array, " S"]) -> Block:
        """Subsample sentences and draw a window for each word; a word alone in its sentence teaches nothing."""
        sentence = np.repeat(np.arange(len(ends)), np.diff(ends, prepend=0))
        if self.keep.min() < 1:
            kept = self.text_rng.random(len(ids)) < self.keep[ids]
            ids, sentence = ids[kept], sentence[kept]
        reach = np.full(len(ids), self.window)
        if self.dynamic_window:
            reach = 1 + (self.window * self.text_rng.random(len(ids))).astype(int)
        length = np.bincount(sentence, minlength=len(ends))
        after = length.cumsum()[sentence] - 1 - np.arange(len(ids))
        before = length[sentence] - 1 - after
        social = before + after > 0
        left, right = np.minimum(reach, before), np.minimum(reach, after)
        return Block(ids[social].astype(np.int64), left[social].astype(np.int32), right[social].astype(np.int32))

    def step(self, block: Block, learning_rate: float) -> Float[Array, " 1"]:
        """Learn from one block, in place; the mean loss of its first examples, before the step.

        Raises `DivergenceError` if a move is not finite; the matrices are then left as they were.
        """
        W_in, W_out, m, words = self.embeddings.W_in, self.embeddings.W_out, self.window, block.words
        tile = min(self.tile, len(words) - 2 * m)
        near = self.near(block, tile)
        hidden = vectors = W_in.take(words, axis=0)
        own = near  # which hidden vector has to predict which target
        if self.architecture is cbow:
            C = near.sum(axis=1, keepdims=True)  # 0 where the last block is filled up
            share = near / np.maximum(C, 1)
            hidden = fold(share.transpose(0, 2, 1) @ tiles(vectors, tile, m), 0)  # eq:hidden
            small = 4 if tile % 4 == 0 else tile
            own = np.eye(small, dtype=near.dtype) * (C > 0).reshape(-1, 1, small)
        errors_of = softmax_errors if isinstance(self.objective, FullSoftmax) else logistic_errors
        mean_loss, hidden_moves, moves = 0.0, 0, []
        with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
            for rows, asked, wanted, first, examples, overlap, real in self.questions(words[m:-m], own):
                t, h = asked.shape[:2]
                length = t * (h - 2 * overlap) + 2 * overlap
                pieces = tiles(filled(hidden, length), h - 2 * overlap, overlap)
                output = W_out.take(rows, axis=0)
                errors = pieces @ output.transpose(0, 2, 1)  # these are the scores (eq:block-scores)
                mean_loss += float(errors_of(errors, asked, wanted, first) / examples)  # and now the errors
                errors *= -learning_rate
                hidden_moves = hidden_moves + fold(errors @ output, overlap)[: len(hidden)]  # eq:block-gradients
                output_moves = errors.transpose(0, 2, 1) @ pieces
                if len(rows) == 1 and errors_of is logistic_errors:  # all uses of these rows: no further than is safe
                    curvature = asked[0].T @ np.einsum("hd,hd->h", pieces[0], pieces[0]) / 4
                    output_moves /= np.maximum(1, learning_rate * curvature)[:, None]  # eq:block-limit
                rows, output_moves = rows.ravel(), output_moves.reshape(-1, W_out.shape[1])
                if real is not None:
                    rows, output_moves = rows.take(real), output_moves.take(real, axis=0)
                moves.append((W_out, rows, output_moves))
            if self.architecture is cbow:
                given = near if self.undivided else share  # eq:program-cbow, eq:gradient-input
                hidden_moves = fold(given @ tiles(hidden_moves, tile, 0), m)
            moves.append((W_in, words, hidden_moves))
            if not all(np.isfinite(np.vdot(each, each)) for *_, each in moves):
                raise DivergenceError(
                    f"A step at learning rate {learning_rate:g} leads out of all bounds (loss {mean_loss:g}). "
                    "Use a smaller rate."
                )
        for matrix, rows, each in moves:
            add_rows(matrix, rows, each, self._last[: len(matrix)])
        return np.array([mean_loss])

    def near(self, block: Block, tile: int) -> Float[Array, "t h b"]:
        """For each tile, which of the words around it belong together with which of its targets: 1, else 0."""
        m, places = self.window, np.arange(tile + 2 * self.window, dtype=np.int32)
        ahead = places[m : m + tile] - places[:, None]  # how far each target of a tile is from each word of it
        if self.architecture is cbow:  # the word is in the window of the target
            before, after = (side[m:-m].reshape(-1, 1, tile) for side in (block.right, block.left))
        else:  # the target is in the window of the word
            before, after = (tiles(side[:, None], tile, m) for side in (block.left, block.right))
        return ((-before <= ahead) & (ahead <= after) & (ahead != 0)).astype(self.precision)

    def questions(self, targets: Int[Array, " T"], near: Float[Array, "t h b"]) -> Iterator[Questions]:
        """What the objective asks the hidden vectors about: their own targets, and what all of them share.

        ``near[p, i, j]`` is 1 where hidden vector i of piece p has to predict target j of that piece.
        """
        t, h, tile = near.shape
        overlap = (h - tile) // 2
        examples = fold(near @ np.ones((tile, 1), near.dtype), overlap)  # of each hidden vector
        first = slice(1), slice(h)
        if isinstance(self.objective, NegativeSampling):
            yield Questions(targets.reshape(t, tile), near, near, first, near[0].sum(), overlap)
            group, K = min(self.group, len(targets)), self.objective.negatives
            groups = -(-len(examples) // group)
            grouped = filled(examples, groups * group).reshape(groups, group, 1)
            S = min(int(K * grouped.sum(axis=1).max()), max(self.group, K))
            noise = self.objective.draw((groups, S), self.noise_rng)
            asked = grouped
            if self.objective.skip_target:
                vector, target = self.pairs(near)
                asked = np.repeat(grouped, S, axis=2)
                pair, place = np.nonzero(noise[vector // group] == targets[target, None])
                np.subtract.at(asked, (vector[pair] // group, vector[pair] % group, place), 1)
            first = slice(-(-h // group)), slice(h)
            nothing = np.zeros((1, 1, 1), near.dtype)
            yield Questions(noise, asked * near.dtype.type(K / S), nothing, first, grouped[first].sum())
        elif isinstance(self.objective, HierarchicalSoftmax):
            signs = self._top[targets].reshape(t, tile, -1)
            asked, wanted = (fold(near @ each.astype(near.dtype), overlap)[None] for each in (signs != 0, signs > 0))
            high = np.arange(self.objective.M - signs.shape[2], self.objective.M)
            yield Questions(high[None], asked, wanted, first, examples[:h].sum())
            signs = self._signs[targets].reshape(t, -1)
            if longest := np.count_nonzero(signs, axis=1).max(initial=0):
                order = np.argsort(signs == 0, axis=1, kind="stable")[:, :longest]  # real nodes first: few fill up
                rows = np.take_along_axis(self._rows[targets].reshape(t, -1), order, axis=1)
                signs = np.take_along_axis(signs, order, axis=1)[:, None]
                whose = order[:, None] // self._signs.shape[1] == np.arange(tile)[:, None]
                asked, wanted = (near @ (whose & each).astype(near.dtype) for each in (signs != 0, signs > 0))
                yield Questions(rows, asked, wanted, first, near[0].sum(), overlap, np.flatnonzero(signs))
        else:
            vector, target = self.pairs(near)
            wanted = np.zeros((1, len(examples), len(self.vocabulary)), near.dtype)
            np.add.at(wanted[0], (vector, targets[target]), 1)
            every = np.arange(len(self.vocabulary))[None]
            yield Questions(every, examples[None], wanted, first, examples[:h].sum())

    @staticmethod
    def pairs(near: Float[Array, "t h b"]) -> tuple[Int[Array, " N"], Int[Array, " N"]]:
        """The examples one by one: the places of hidden vector and target."""
        piece, i, j = np.nonzero(near)
        return piece * near.shape[2] + i, piece * near.shape[2] + j
