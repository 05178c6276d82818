r"""Google's word2vec 0.1c (January 2015) in NumPy, one thread, equal to the last bit of every vector.

The mathematics of the other modules and the program that made word2vec famous are not the same thing. This module
is the program, in the program's order and with its names (``syn0`` is the book's ``W_in``, ``syn1`` and ``syn1neg``
its ``W_out``, ``neu1`` the hidden vector, ``neu1e`` the move of the input vectors, ``sample`` the threshold t):

1. Words are bytes between spaces, tabs and newlines; each newline is also the word ``</s>`` (`read_words`).
2. The vocabulary is sorted by count, except that ``</s>`` is always word 0 (`count_words`).
3. Its counts give a Huffman tree (`huffman`) and the noise words' shares of 1e8 slots (`noise_slots`).
4. Input vectors start random, output vectors zero. All chance comes from one 64-bit generator (`random_states`).
5. Frequent words are discarded while a sentence is read (`read_sentences`), so windows reach across the gaps.
6. For each centre word: draw a window, then for each example (CBOW has one, skip-gram one a context word) its noise
   words, then `update` the vectors. The learning rate falls after every 10000 words or so (`train`).

Where the program departs from the mathematics, `Deviations` has a switch: True is the program, False the formula.
Numbers are float32 as in the program, and sums run from left to right: ``np.dot`` is free to reorder them, and then
the last bits differ.
"""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from numbers import Integral
from pathlib import Path
from typing import no_type_check

import numpy as np
from jaxtyping import Float32
from numpy import float32
from numpy import ndarray as Array

from w2v_core.errors import CorpusError, DivergenceError, SettingError, finite_number, positive_integer
from w2v_core.numerics import sigmoid

END = b"</s>"  # the word that a newline stands for
LARGE = 6  # scores from -6 to 6 are in the sigmoid table
SLOTS = 10**8  # size of the program's noise table
PIECE = 1 << 20  # bytes read at a time
running_sums = np.add.accumulate  # left to right by definition, unlike sum and dot


@dataclass(frozen=True)
class Deviations:
    """Where the program departs from the mathematics: True does what the program does, False what the formula says."""

    lose_unfinished_line: bool = True
    """A word that touches the end of the file is lost, and a line without a newline is not trained."""
    sentence_end_first: bool = True
    """``</s>`` is word 0, as if the most frequent, in the Huffman tree too; else it stands where its count says."""
    added_keep_ratio: bool = True
    """Keep a word of frequency f with probability sqrt(t/f) + t/f; else with the paper's sqrt(t/f)."""
    cut_long_sentences: bool = True
    """A sentence ends after 1000 kept words."""
    random_window: bool = True
    """Each centre draws a reach from 1 to `window`, so near words count more; else the reach is always `window`."""
    context_predicts_centre: bool = True
    """Skip-gram: each context word is the input and the centre is predicted; else the other way round, as defined."""
    undivided_cbow_gradient: bool = True
    """CBOW: each context word gets all of the mean's gradient; else its share, one over their number."""
    sigmoid_table: bool = True
    """Look the sigmoid up in 1000 steps, where 83 steps a unit (not 83.33) make sigma(0) = 0.494; else compute it."""
    hs_skips_large_scores: bool = True
    """Hierarchical softmax leaves a node alone when its score is 6 or more either way; else it learns there too."""
    neg_saturates_large_scores: bool = True
    """Negative sampling takes a sigmoid beyond 6 for 1 and below -6 for 0; else for what it is."""
    noise_in_slots: bool = True
    """Noise words come from whole slots of 1e8; else from count^0.75 exactly, by all 48 bits of the draw."""
    remap_sentence_end: bool = True
    """A noise word ``</s>`` becomes any other word, all equally likely; else it stays."""
    skip_equal_negatives: bool = True
    """A noise word equal to the predicted word is dropped, leaving fewer; else it is drawn again."""
    stepwise_alpha: bool = True
    """The learning rate moves after more than 10000 words, never in a short corpus; else after every sentence."""


PROGRAM = Deviations()


@dataclass
class Trained:
    """What a run of `train` leaves: the program's arrays (row = place in `words`) and what happened on the way."""

    words: list[str]  # bytes that are not UTF-8 appear as \xff
    counts: list[int]
    codes: list[list[int]]  # Huffman bits, from the root
    points: list[list[int]]  # rows of syn1 on the same way
    table_end: list[int]  # one past a word's last slot in the noise table
    train_words: int  # sum of the counts
    init: Float32[Array, "V d"]  # syn0 before training
    syn0: Float32[Array, "V d"]
    syn1: Float32[Array, "V d"] | None  # hierarchical softmax; the last row is never used
    syn1neg: Float32[Array, "V d"] | None  # negative sampling
    final_alpha: float
    words_counted: int  # words read in all epochs, discarded ones and </s> included
    counters: Counter  # empty_sentences, outputs_skipped_hs, outputs_clipped_neg
    events: list[tuple]  # the first ("centre", index, reach) and ("negative", index, generator state)


def random_states(seed):
    """Yield the program's random states without end: r <- 25214903917 r + 11 mod 2^64, advanced before use.

    >>> list(islice(random_states(0), 3))
    [11, 277363943098, 2389171320405252413]
    """
    while True:
        seed = (seed * 25214903917 + 11) & 0xFFFFFFFFFFFFFFFF
        yield seed


def read_words(path, deviations=PROGRAM):
    r"""Yield the words of a file as bytes, at most 98 each, with ``</s>`` for every newline; ``\r`` is ignored.

    The file is read in pieces, so it may be larger than memory. Raises `CorpusError` if it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            rest = b""
            while piece := file.read(PIECE):
                piece = piece.replace(b"\r", b"").replace(b"\t", b" ").replace(b"\n", b" " + END + b" ")
                *words, rest = (rest + piece).split(b" ")
                rest = rest[:98]
                yield from (word[:98] for word in words if word)
    except OSError as error:
        raise CorpusError(f"The text {str(path)!r} cannot be read: {error.strerror}; give a text file.") from error
    if rest and not deviations.lose_unfinished_line:
        yield rest


def count_words(path, min_count, deviations=PROGRAM):
    """Return the words (bytes) that occur at least `min_count` times, and their counts, most frequent first.

    Ties keep the order of first sight. ``</s>`` is always kept, even with count 0.
    Raises `CorpusError` if no other word is left.
    """
    tally = Counter({END: 0})
    tally.update(read_words(path, deviations))
    others = [word for word in tally if word != END]
    if not others:
        raise CorpusError(f"The text {str(path)!r} has no word with a space or newline after it; give a longer text.")
    kept = [word for word in tally if tally[word] >= min_count or word == END]
    if kept == [END]:
        most = max(tally[word] for word in others)
        raise CorpusError(f"No word occurs min_count = {min_count} times; a min_count of {most} or less would do.")
    kept.sort(key=lambda word: (deviations.sentence_end_first and word != END, -tally[word]))
    return kept, [tally[word] for word in kept]


def huffman(counts):
    """Return each word's code and points: bits, and rows of ``syn1``, from the root to the word.

    Expects counts in falling order, and believes it: a first word (``</s>``) with a small count is still picked
    last of the leaves, and the codes are then longer than they need be.

    >>> huffman([4, 2, 1])
    ([[1], [0, 1], [0, 0]], [[1], [1, 0], [1, 0]])
    """
    size = len(counts)
    weight, parent, bit = list(counts), {}, {}
    leaf, inner = size - 1, size  # the lightest leaf left, the oldest inner node left
    for node in range(size, 2 * size - 1):
        weight.append(0)
        for digit in (0, 1):
            # Only a strictly lighter leaf goes first, and an inner node must exist before it can be picked.
            if leaf >= 0 and (inner == node or weight[leaf] < weight[inner]):
                pick, leaf = leaf, leaf - 1
            else:
                pick, inner = inner, inner + 1
            parent[pick], bit[pick] = node, digit
            weight[node] += weight[pick]
    codes, points = [], []
    for word in range(size):
        way = [word]
        while way[-1] in parent:
            way.append(parent[way[-1]])
        codes.append([bit[node] for node in way[-2::-1]])
        points.append([node - size for node in way[:0:-1]])
    return codes, points


def noise_slots(counts):
    """Return, for each word, one past its last slot in the noise table: shares of 1e8 slots as count^0.75.

    Rounding favours the early words by a slot, and even a count of 0 gets its slots.

    >>> noise_slots([0, 16, 1])
    [2, 88888890, 100000000]
    """
    weights = [count**0.75 for count in counts]
    total, share, ends = float(running_sums(weights)[-1]), 0.0, []
    for weight in weights[:-1]:
        share += weight / total
        last = max(int(share * SLOTS) - 1, ends[-1] if ends else 0)
        while last / SLOTS <= share:  # the program's own test, tried only near its answer
            last += 1
        ends.append(min(last + 1, SLOTS))
    return [*ends, SLOTS]


def keep_probabilities(counts, sample, deviations=PROGRAM) -> Float32[Array, " V"]:
    """Return the probability that an occurrence of each word is kept; may exceed 1. `sample` is the threshold t."""
    threshold = np.float64(float32(sample) * float32(sum(counts)))
    counts = np.maximum(counts, 1)  # </s> may have count 0, but is never discarded
    root = np.sqrt((counts.astype(float32) / float32(threshold)).astype(np.float64))
    return ((root + deviations.added_keep_ratio) * threshold / counts).astype(float32)


def initial_vectors(words, size) -> Float32[Array, "V d"]:
    """Return ``syn0`` before training: `words` rows of `size` numbers from -0.5/size to 0.5/size, from seed 1."""
    bits = np.fromiter((r & 0xFFFF for r in islice(random_states(1), words * size)), float)
    return ((bits / 65536 - 0.5) / size).astype(float32).reshape(words, size)


def sigmoid_table() -> Float32[Array, "1000"]:
    """Return the sigmoid at (2 i / 1000 - 1) 6 for i = 0 ... 999, rounded as the program rounds it."""
    score = (np.arange(1000, dtype=float32) / float32(1000) * 2 - 1) * LARGE
    power = np.exp(score.astype(np.float64)).astype(float32)
    return power / (power + 1)


TABLE = sigmoid_table()


def read_sentences(path, index, keep, draw, deviations=PROGRAM):
    """Yield each sentence as word indices after subsampling, with the number of vocabulary words read for it.

    `index` maps words to indices, `keep` holds their keep probabilities (or None), `draw` returns a random state.
    The end of the file comes last: a line it leaves unfinished has been read, with its draws, but is yielded as None.
    """
    limit = 1000 if deviations.cut_long_sentences else float("inf")
    sentence, words_read = [], 0
    for word in read_words(path, deviations):
        place = index.get(word)
        if place is None:
            continue
        words_read += 1
        if word != END:
            if keep is None or keep[place] >= (draw() & 0xFFFF) / 65536:
                sentence.append(place)
            if len(sentence) < limit:
                continue
        yield sentence, words_read
        sentence, words_read = [], 0
    yield (None if deviations.lose_unfinished_line or not sentence else sentence), words_read


@no_type_check  # called for every example, too often to check its types
def probabilities(scores, hs, labels, deviations, counters):
    """Return the sigmoid of the scores as the program takes it; a skipped node gets its own label, so its error is 0.

    `hs` tells hierarchical softmax from negative sampling. Raises `DivergenceError` for a score that is not finite.
    """
    largest = np.abs(scores).max()
    if largest < LARGE:
        if not deviations.sigmoid_table:
            return sigmoid(scores)
        return TABLE.take(((scores + LARGE) * 83).astype(np.intp))
    if not np.isfinite(largest):
        raise DivergenceError(f"A score is {largest}, the vectors have overflowed; a smaller alpha would prevent it.")
    inside = scores.clip(-LARGE, LARGE)
    answer = TABLE.take(((inside + LARGE) * 83).astype(np.intp)) if deviations.sigmoid_table else sigmoid(scores)
    if hs:
        outside, beyond, name = abs(scores) >= LARGE, labels, "outputs_skipped_hs"
    else:
        outside, beyond, name = abs(scores) > LARGE, scores > 0, "outputs_clipped_neg"
    if counters is not None:
        counters[name] += int(outside.sum())
    as_program = deviations.hs_skips_large_scores if hs else deviations.neg_saturates_large_scores
    return np.where(outside, beyond if as_program else sigmoid(scores), answer).astype(scores.dtype)


@no_type_check
def update(syn0, inputs, outputs, alpha, deviations=PROGRAM, counters=None):
    """Learn one example in place: the mean of rows `inputs` of ``syn0`` predicts the labels of some output rows.

    `outputs` lists (matrix, rows, labels, is it hierarchical softmax?); no row may occur twice in one of them, but
    may come again in the next. With every switch off, the inputs move by minus `alpha` times the loss's gradient.
    """
    neu1 = running_sums(syn0.take(inputs, axis=0))[-1] / len(inputs)
    moves = []
    for matrix, rows, labels, hs in outputs:
        old = matrix.take(rows, axis=0)
        scores = running_sums(old * neu1, axis=1)[:, -1]
        steps = ((labels - probabilities(scores, hs, labels, deviations, counters)) * alpha)[:, None]
        moves.append(steps * old)
        matrix[rows] = old + steps * neu1
    neu1e = running_sums(np.concatenate(moves))[-1]
    if not deviations.undivided_cbow_gradient:
        neu1e = neu1e / len(inputs)
    for word in inputs:  # a word that occurs twice moves twice
        syn0[word] += neu1e


@no_type_check
def runs_without_repeat(rows):
    """Cut a list before each row that has occurred since the last cut: such a row must see its own first change.

    >>> list(runs_without_repeat([7, 3, 7, 7, 5]))
    [(0, 2), (2, 3), (3, 5)]
    """
    start, seen = 0, set()
    for position, row in enumerate(rows):
        if row in seen:
            yield start, position
            start, seen = position, set()
        seen.add(row)
    yield start, len(rows)


def checked(cbow, hs, negative, size, window, sample, iter, min_count, alpha):
    """Return size, window, iter and min_count as integers, or raise `SettingError` if the program could not run."""
    for name, value in {"cbow": cbow, "hs": hs}.items():
        if value not in (0, 1):
            raise SettingError(f"{name} must be 0 or 1, not {value!r}.")
    if not isinstance(negative, Integral) or negative < 0:
        raise SettingError(f"negative must be a whole number of noise words, 0 or more, not {negative!r}.")
    if not hs and not negative:
        raise SettingError("With hs = 0 and negative = 0 nothing is learnt; set hs to 1 or negative to 5, say.")
    finite_number("sample", sample, low=0)
    if alpha is not None:
        finite_number("alpha", alpha, low=0, low_open=True)
    integers = {"size": size, "window": window, "iter": iter, "min_count": min_count}
    return [positive_integer(name, value) for name, value in integers.items()]


@no_type_check  # covers the inner functions too, which run for every example
@np.errstate(over="ignore", invalid="ignore")  # a run that diverges says so itself
def train(
    path: str | Path,
    cbow=1,
    hs=0,
    negative=5,
    size=100,
    window=5,
    sample=1e-3,
    iter=5,
    min_count=5,
    alpha=None,
    *,
    deviations=PROGRAM,
    trace=0,
) -> Trained:
    """Train as ``word2vec -train path -threads 1`` with the same options and defaults, and return all it computed.

    `hs` and `negative` may be used together. `alpha` is 0.05 for CBOW and 0.025 for skip-gram unless given; `sample`
    0 keeps every word. `deviations` turns single habits of the program off; `trace` asks for so many events.

    Raises `SettingError` for an option no run could use, `CorpusError` for a text that cannot be trained on and
    `DivergenceError` when the vectors overflow. Source: word2vec 0.1c; Mikolov et al. 2013.
    """
    size, window, iter, min_count = checked(cbow, hs, negative, size, window, sample, iter, min_count, alpha)
    words, counts = count_words(path, min_count, deviations)
    vocabulary, end, train_words = len(words), words.index(END), sum(counts)
    if vocabulary < 3 and not deviations.skip_equal_negatives:
        raise CorpusError(f"With one word, {words[1 - end]!r}, no noise word differs from it; lower min_count.")
    codes, points = huffman(counts)
    table_end = noise_slots(counts)
    keep = keep_probabilities(counts, sample, deviations).tolist() if sample > 0 else None
    noise_ends, slots = table_end, SLOTS
    if not deviations.noise_in_slots:
        weight, slots = np.cumsum(np.power(counts, 0.75)), 2**48
        noise_ends = (weight / weight[-1] * slots).tolist()

    init = initial_vectors(vocabulary, size)
    syn0 = init.copy()
    syn1, syn1neg = (np.zeros_like(init) if used else None for used in (hs, negative))
    nodes = [(np.array(rows), 1 - np.array(code, float32)) for rows, code in zip(points, codes, strict=True)]
    neg_labels = np.eye(1, negative + 1, dtype=float32)[0]  # the predicted word comes first
    counters, events = Counter(empty_sentences=0, outputs_skipped_hs=0, outputs_clipped_neg=0), []
    draw = random_states(0).__next__

    def record(*event):
        if len(events) < trace:
            events.append(event)

    def noise_word():
        state = draw()
        word = bisect_right(noise_ends, (state >> 16) % slots)
        if word == end and deviations.remap_sentence_end:
            word = state % (vocabulary - 1)
            word += word >= end  # pass over </s>
        record("negative", word, state)
        return word

    def learn(inputs, predicted):
        outputs = [(syn1, *nodes[predicted], True)] if hs else []
        if negative:
            rows = [predicted]
            for _ in range(negative):
                word = noise_word()
                while word == predicted and not deviations.skip_equal_negatives:
                    word = noise_word()
                if word != predicted:
                    rows.append(word)
            for start, stop in runs_without_repeat(rows):
                outputs.append((syn1neg, np.array(rows[start:stop]), neg_labels[start:stop], False))
        update(syn0, inputs, outputs, rate, deviations, counters)

    def learn_around(sentence, position):
        reach = window - draw() % window
        if not deviations.random_window:
            reach = window  # the draw is made all the same, so that the later ones agree
        centre = sentence[position]
        record("centre", centre, reach)
        context = sentence[max(position - reach, 0) : position] + sentence[position + 1 : position + 1 + reach]
        if cbow and context:
            learn(context, centre)
        elif not cbow:
            for word in context:
                learn(*(([word], centre) if deviations.context_predicts_centre else ([centre], word)))

    start = rate = float32(alpha or (0.05 if cbow else 0.025))
    patience = 10000 if deviations.stepwise_alpha else 0
    index = {word: place for place, word in enumerate(words)}
    done = 0  # words counted into the learning rate
    for _ in range(iter):
        read = last = 0  # words of this epoch, and how many of them `done` holds
        for sentence, words_read in read_sentences(path, index, keep, draw, deviations):
            read += words_read
            if sentence is None:
                break
            if not sentence:
                counters["empty_sentences"] += 1
                draw()  # the program draws a window for the word that is not there
            for position in range(max(len(sentence), 1)):
                if sentence:
                    learn_around(sentence, position)
                if read - last > patience:  # only now: the first centre word of a sentence keeps the old rate
                    done, last = done + read - last, read
                    rate = start * (float32(1) - float32(done) / float32(iter * train_words + 1))
                    rate = max(rate, float32(float(start) * 0.0001))
        done += read - last
    names = [word.decode(errors="backslashreplace") for word in words]
    return Trained(
        names, counts, codes, points, table_end, train_words, init, syn0, syn1, syn1neg,
        float(rate), done, counters, events,
    )  # fmt: skip
