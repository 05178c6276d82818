r"""The six models once more, by blocks of words: a few large matrix products instead of many small ones.

A block is T consecutive words of the text, the targets, and the words around them. All its gradients are taken at the
vectors from before the step, and summed; with one word a block, the step is that of `training.sgd_step` on the examples
with this target. What differs is the noise, which the examples of a group share, and the order of the examples: by
target instead of by center.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from math import gcd
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped
from numpy import ndarray as Array

from w2v_core.architectures import ARCHITECTURES, cbow, skip_gram
from w2v_core.errors import DivergenceError, SettingError, finite_number, positive_integer
from w2v_core.numerics import log_softmax
from w2v_core.objectives import OBJECTIVES, FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.training import Word2Vec, add_at
from w2v_core.workers import second_process

# Found by trying: targets in a piece of text; hidden vectors that share as many words of noise; inner nodes, the most
# visited, that every hidden vector is compared with; targets that go further down the tree together.
SIZES = {skip_gram: (16, 40, 64, 4), cbow: (16, 32, 16, 8)}


class Block(NamedTuple):
    """T words and m more on each side, and how far the window of each reaches."""

    words: Int[Array, " P"]
    left: Int[Array, " P"]  # context words before each word
    right: Int[Array, " P"]  # and after it


class Questions(NamedTuple):
    """What pieces of hidden vectors are asked about rows of ``W_out``: how often, and how often yes is the answer."""

    rows: Int[Array, "t r"]  # -1 where a piece has fewer
    asked: Float[Array, "t h #r"]
    wanted: Float[Array, "#t #h #r"]
    first: tuple[slice, slice]  # pieces and hidden vectors whose loss is measured, and how many examples they have
    examples: float | np.floating
    overlap: int = 0  # hidden vectors that a piece shares with each of its neighbours
    places: Int[Array, "t h"] | None = None  # of the hidden vectors of each piece, if they are not in order


def tiles(rows: Shaped[Array, "P k"], tile: int, m: int) -> Shaped[Array, "t h k"]:
    """Overlapping pieces of h = `tile` + 2m rows, a new one every `tile` rows: a view, nothing is copied.

    >>> tiles(np.arange(6)[:, None], tile=2, m=1)[..., 0]
    array([[0, 1, 2, 3],
           [2, 3, 4, 5]])
    """
    down, across = rows.strides
    shape = ((len(rows) - 2 * m) // tile, tile + 2 * m, rows.shape[1])
    return type(rows)(shape, rows.dtype, rows, 0, (tile * down, down, across))


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


def add_rows(
    matrix: Float[Array, "N d"],
    rows: Int[Array, " R"],
    moves: Float[Array, "R d"],
    last: Int[Array, " N"],
    slopes: Float[Array, " R"] | None = None,
):
    """Add each move to its row of `matrix`, in place; a row that occurs twice moves twice. Spoils `moves` and `slopes`.

    Of equal rows an assignment keeps the last, and is several times as fast as ``np.add.at``. So the moves of the
    others are first added to that of the last. `last` is memory to find it in: a whole number for each row of `matrix`.

    Where the slopes of a row add up to more than 2, its moves are made shorter (eq:block-limit). The slope of a move is
    by how much it would shrink if the row stood one unit further on; with a slope of 1 a step ends where the gradient
    is zero, with more than 2 it ends further away from there than it began.
    """
    places = np.arange(len(rows))
    last[rows] = places
    final = last[rows]
    early = np.flatnonzero(final != places)
    add_at(moves, final[early], moves[early])
    if slopes is not None:
        np.add.at(slopes, final[early], slopes[early])
        steep = np.flatnonzero(slopes > 2)
        moves[steep] *= (2 / slopes[steep])[:, None]
    moves += matrix.take(rows, axis=0)
    matrix[rows] = moves


def logistic_errors(scores: Float[Array, "t h r"], asked: Array, wanted: Array, first: tuple) -> tuple[float, Array]:
    r"""Turn scores into errors :math:`e = a\,\sigma(s) - y`, in place (eq:block-errors).

    A hidden vector that is asked about a row a times, and y times should say yes, has the sum of these a errors.
    Returns the loss of the first, and how fast errors grow with scores: by a/4 where a score is 0, elsewhere by half.
    """
    few = scores[first]
    loss = (asked[first] * np.logaddexp(0, few) - wanted[first] * few).sum()
    np.tanh(scores * 0.5, out=scores)  # sigmoid(s) = (1 + tanh(s / 2)) / 2: one pass less, and no overflow
    scores += 1
    scores *= asked * 0.5
    scores -= wanted
    return float(loss), asked / 8


def softmax_errors(scores: Float[Array, "t h r"], asked: Array, wanted: Array, first: tuple) -> tuple[float, Array]:
    r"""The same for the full softmax: :math:`e = a\,\hat y - y` (eq:softmax-gradient), which grows by less than a y."""
    logs = log_softmax(scores)
    loss = -(wanted * logs)[first].sum()
    np.exp(logs, out=scores)
    scores *= asked
    growth = scores.copy()
    scores -= wanted
    return float(loss), growth


class FastWord2Vec(Word2Vec):
    """`Word2Vec`, trained by blocks: the same options, results and errors, in single precision, many times as fast."""

    precision = np.float32
    workers, pair = 1, None  # processes of the last training; this and the second one, while they train

    def __init__(self, corpus, architecture: Callable = skip_gram, objective: Callable = NegativeSampling, **options):
        """See `Word2Vec`; only the six models of the book come in blocks."""
        super().__init__(corpus, architecture, objective, **options)
        if architecture not in ARCHITECTURES or type(self.objective) not in OBJECTIVES:
            names = ", ".join(each.__name__ for each in ARCHITECTURES + OBJECTIVES)
            raise SettingError(f"Blocks know {names}, not {architecture} with {objective}. Use Word2Vec.")
        self._last = np.empty(max(len(self.vocabulary), self.objective.M), np.int64)
        np.empty(31 << 20, np.uint8)  # freed at once; after it, glibc keeps the memory of a step for the next step
        self.tile, self.group, self.top, self.branch = SIZES[architecture]
        if isinstance(self.objective, HierarchicalSoftmax):
            self._split_tree()

    def _split_tree(self):
        """For each word: what it is asked at the top (1: yes is wanted, -1: no, 0: not asked); rows and signs below."""
        paths, codes, real = self.objective.tree.table
        high = max(0, self.objective.M - self.top)  # nodes are numbered by rising count: the most visited are the last
        signs = np.where(real, 1 - 2 * codes, 0).astype(np.int8)
        top = paths >= high
        self._top = np.zeros((len(paths), self.objective.M - high), np.int8)
        word, step = np.nonzero(real & top)
        self._top[word, paths[word, step] - high] = signs[word, step]
        below = np.argsort(~real | top, axis=1, kind="stable")  # the others first, from the root down
        below = below[:, : max(1, (real & ~top).sum(axis=1).max())]
        self._rows = np.take_along_axis(np.where(real & ~top, paths, -1), below, axis=1).astype(np.int32)
        self._signs = np.take_along_axis(np.where(top, 0, signs), below, axis=1)
        self._order = np.lexsort(codes.T[::-1]).argsort()  # place of each word, from left to right under the tree

    def train(
        self,
        *,
        epochs: int = 5,
        learning_rate: float = 0.025,
        batch_size: int | None = None,
        workers: int = 1,
        **options,
    ):
        """See `Word2Vec.train`; `batch_size` words make a block, by default as many as are safe (eq:block-limit).

        With ``workers=2`` a second process computes a part of every block. That takes a second core, and gives other
        bits than one worker: the noise is drawn by each for itself. They are still the same in every run.
        """
        if positive_integer("workers", workers) > 2:
            raise SettingError(f"workers must be 1 or 2, not {workers!r}.")
        self.workers = workers
        if batch_size is None:
            batch_size = self.safe_block(finite_number("learning_rate", learning_rate, low=0, low_open=True))
        try:
            with second_process(self) if workers == 2 else nullcontext() as self.pair:
                return super().train(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, **options)
        finally:
            self.pair = None

    def safe_block(self, learning_rate: float) -> int:
        r"""How many words may share a step: T with :math:`\eta\,T\,e\,a\,f^{3/2} \le 1`, at most 1024 a worker.

        That is eq:block-limit. f is the share of the most frequent word after subsampling, e how many examples a word
        is in, a how many rows an example is compared with: 1 + K, or about log2 V. A word that occurs often in a block
        moves as often, always from the same place; if it moves too far, the next step throws it back further.
        """
        kept = self.vocabulary.counts * self.keep
        examples = 2 if self.architecture is cbow else (self.window + 1 if self.dynamic_window else 2 * self.window)
        negative = isinstance(self.objective, NegativeSampling)
        questions = 1 + self.objective.negatives if negative else np.log2(len(self.vocabulary))
        T = min(1024 * self.workers, 1 / (learning_rate * examples * questions * (kept.max() / kept.sum()) ** 1.5))
        if isinstance(self.objective, FullSoftmax):
            T = min(T, 2**20 / len(self.vocabulary))  # all scores of a block are in memory at once
        return max(1, int(T))

    def batches(self, epochs: int, batch_size: int) -> Iterator[tuple[Block, int]]:
        """Blocks of `batch_size` words, each with the running words read since the last."""
        found = self.blocks(epochs, batch_size)
        return found if self.pair is None else self.pair.reading_on(found)

    def blocks(self, epochs: int, batch_size: int) -> Iterator[tuple[Block, int]]:
        """The same; each is read when it is asked for."""
        m, unread = self.window, 0
        tile = min(self.tile, batch_size)
        T = batch_size // tile * tile
        nothing = np.zeros(m, np.int64)
        text = Block(nothing, nothing.astype(np.int32), nothing.astype(np.int32))  # from m words before the next target
        tokens = 8 * T if self.pair is None else max(T, 512)
        for _ in range(epochs):
            for ids, ends in self.vocabulary.encoded_blocks(self.sentences, tokens=tokens):
                text = Block(*map(np.concatenate, zip(text, self.windows(ids, ends), strict=True)))
                unread += len(ids)
                while (ready := len(text.words) - 2 * m) >= T:
                    read = unread * T // (ready + m)
                    unread -= read
                    yield Block(*(each[: T + 2 * m] for each in text)), read
                    text = Block(*(each[T:] for each in text))
        targets = len(text.words) - m
        for start in range(0, targets, T):
            count = min(T, targets - start)
            size = -(-count // tile) * tile + 2 * m
            part = (each[start : start + size] for each in text)
            read = unread * count // (targets - start)
            unread -= read
            yield Block(*(np.pad(each, (0, size - len(each))) for each in part)), read

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
        if self.pair is not None and len(block.words) - 2 * self.window >= 2 * self.tile:
            return np.array([self.pair.step(block, learning_rate)])
        moves, loss = self.moves(block, learning_rate)
        self.add(moves)
        return np.array([loss])

    def add(self, moves: list[tuple[Array, Array, Array, Array]]) -> None:
        """Add the moves of a block to the matrices."""
        for matrix, rows, each, slopes in moves:
            add_rows(matrix, rows, each, self._last[: len(matrix)], slopes)

    def moves(self, block: Block, learning_rate: float) -> tuple[list[tuple[Array, Array, Array, Array]], float]:
        """For both matrices: rows, how each has to move, and slopes; and the mean loss of the first examples."""
        W_in, W_out, m, words = self.embeddings.W_in, self.embeddings.W_out, self.window, block.words
        inner = slice(m, len(words) - m)
        tile = min(self.tile, len(words[inner]))
        near = own = self.near(block, tile)  # which hidden vector has to predict which target
        hidden = vectors = W_in.take(words, axis=0)
        if self.architecture is cbow:
            C = (block.left + block.right)[inner].reshape(-1, 1, tile)  # 0 where the last block is filled up
            share = near / np.maximum(C, 1, dtype=near.dtype)
            hidden = fold(share.transpose(0, 2, 1) @ tiles(vectors, tile, m), 0)  # eq:hidden
            small = gcd(tile, 4)
            own = np.eye(small, dtype=near.dtype) * (C > 0).reshape(-1, 1, small)
        questions = list(self.questions(words[inner], own))
        rows = np.concatenate([each.rows.ravel() for each in questions])
        output = W_out.take(rows, axis=0, mode="wrap")  # -1 is any row: nothing is asked there
        output_moves, hidden_moves = np.empty_like(output), np.zeros_like(hidden)
        errors_of = softmax_errors if isinstance(self.objective, FullSoftmax) else logistic_errors
        slopes, hidden_slopes = (np.zeros(size, hidden.dtype) for size in (len(rows), (len(hidden), 1)))
        loss, end = 0.0, 0
        with np.errstate(over="ignore", invalid="ignore"):  # reported below, in words
            for some, asked, wanted, first, examples, overlap, places in questions:
                start, end = end, end + some.size
                theirs, back = (each[start:end].reshape(*some.shape, -1) for each in (output, output_moves))
                t, h = asked.shape[:2]
                step = h - 2 * overlap
                pieces = (
                    tiles(filled(hidden, t * step + 2 * overlap), step, overlap) if places is None else hidden[places]
                )
                errors = pieces @ theirs.transpose(0, 2, 1)  # these are the scores (eq:block-scores)
                total, growth = errors_of(errors, asked, wanted, first)  # and now the errors
                loss += total / float(examples)
                errors *= -learning_rate
                np.matmul(errors.transpose(0, 2, 1), pieces, out=back)  # eq:block-gradients
                into = errors @ theirs
                far, wide = (learning_rate * np.vdot(x, x) * x.shape[-1] / x.size for x in (hidden, theirs))
                slopes[start:end].reshape(some.shape)[:] = far * np.einsum("thr->tr", growth)
                slope = wide * some.shape[1] / growth.shape[2] * np.einsum("thr->th", growth)[..., None]
                if places is None:
                    hidden_moves += fold(into, overlap)[: len(hidden)]
                    hidden_slopes += fold(slope, overlap)[: len(hidden)]
                else:
                    hidden_moves[places] += into
                    hidden_slopes[places] += slope
            if self.architecture is cbow:
                given = near if self.undivided else share  # eq:program-cbow, eq:gradient-input
                hidden_moves = fold(given @ tiles(hidden_moves, tile, 0), m)
                hidden_slopes = fold(given @ tiles(hidden_slopes, tile, 0), m)
            if not all(np.isfinite(np.vdot(each, each)) for each in (hidden_moves, output_moves)):
                raise DivergenceError(
                    f"A step at learning rate {learning_rate:g} leads out of all bounds (loss {loss:g}). "
                    "Use a smaller rate."
                )
        if rows.min() < 0:
            real = np.flatnonzero(rows >= 0)
            rows, output_moves, slopes = rows.take(real), output_moves.take(real, axis=0), slopes.take(real)
        return [(W_in, words, hidden_moves, hidden_slopes[:, 0]), (W_out, rows, output_moves, slopes)], loss

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
            yield from self.further_down(targets, near)
        else:
            vector, target = self.pairs(near)
            wanted = np.zeros((1, len(examples), self.objective.M), near.dtype)
            np.add.at(wanted[0], (vector, targets[target]), 1)
            every = np.arange(self.objective.M)[None]
            yield Questions(every, examples[None], wanted, first, examples[:h].sum())

    def further_down(self, targets: Int[Array, " T"], near: Float[Array, "t h b"]) -> Iterator[Questions]:
        """What the tree asks below the top; neighbours in a piece share the nodes that both are asked about.

        For skip-gram, pieces of text: their words share hidden vectors. In CBOW a hidden vector has one target, and may
        go with any others: those beside it in the tree, for these are asked about much the same nodes.
        """
        t, h, tile = near.shape
        if self.architecture is cbow:
            real = near.any(axis=1).ravel()
            places = np.where(real, self._order[targets], len(self._order)).argsort()
            places = places.reshape(-1, gcd(len(places), self.branch))
            real = real[places]
            rows, asked, wanted = self.paths(targets[places], real)
            used = (rows >= 0).sum(axis=1)
            halves = [each for each in np.array_split(used.argsort(), 2) if len(each)]  # few rows, many rows
            examples = sum(real[half[::4], 0].sum() for half in halves)
            for half in halves:
                some = slice(max(1, used[half].max()))
                first = slice(None, None, 4), slice(1)
                part = (each[half][..., some] for each in (rows, asked, wanted))
                yield Questions(*part, first, examples, places=places[half])
        else:
            b, overlap = gcd(tile, self.branch), (h - tile) // 2
            near = np.stack([near[:, k : k + b + 2 * overlap, k : k + b] for k in range(0, tile, b)], axis=1)
            near = near.reshape(-1, b + 2 * overlap, b)
            rows, asked, wanted = self.paths(targets.reshape(-1, b), np.ones((1, 1), bool))
            first = slice(1), slice(h)
            yield Questions(rows, near @ asked, near @ wanted, first, near[0].sum(), overlap)

    def paths(
        self, words: Int[Array, "t b"], real: Bool[Array, "#t #b"]
    ) -> tuple[Int[Array, "t r"], Float[Array, "t b r"], Float[Array, "t b r"]]:
        """Rows of the nodes above the words of each piece, up to the top; which word asks which, and wants yes.

        What is not a `real` word asks nothing.
        """
        nodes, signs = self._rows[words], self._signs[words]
        t, b, depth = nodes.shape
        here = (signs != 0) & real[..., None]
        new = here.copy()
        new[:, 1:] &= nodes[:, 1:] != nodes[:, :-1]  # else it is the node that the word before has asked about
        number = new.reshape(t, -1).cumsum(axis=1, dtype=np.int32)
        column = np.maximum.accumulate(np.where(new, number.reshape(t, b, depth) - 1, 0), axis=1).ravel()
        r = max(1, number[:, -1].max())
        rows, (asked, wanted) = np.full((t, r), -1), np.zeros((2, t, b, r), self.precision)
        found = np.flatnonzero(new)
        rows.ravel()[found // (b * depth) * r + column[found]] = nodes.ravel()[found]
        found = np.flatnonzero(here)
        cells = found // depth * r + column[found]
        asked.ravel()[cells] = 1
        wanted.ravel()[cells] = signs.ravel()[found] > 0
        return rows, asked, wanted

    @staticmethod
    def pairs(near: Float[Array, "t h b"]) -> tuple[Int[Array, " N"], Int[Array, " N"]]:
        """The examples one by one: the places of hidden vector and target."""
        piece, i, j = np.nonzero(near)
        return piece * near.shape[2] + i, piece * near.shape[2] + j
