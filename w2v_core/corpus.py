r"""From text to training windows: reading, vocabulary, subsampling, windows.

A corpus is anything that yields sentences, lists of words, each time it is read: a list, a `TextFile`, a `ToyCorpus`.
"""

import gzip
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain, repeat
from pathlib import Path

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray as Array

from w2v_core.errors import CorpusError, UnknownWordError, finite_number, positive_integer

BLOCK = 1 << 16  # bytes read at a time; also the longest word we believe in


class TextFile:
    """A UTF-8 text file as sentences: one a line, words split at white space; plain or gzip, streamed.

    Memory stays constant however long the file or a line is: a sentence is cut after `longest` words.
    Text without spaces between words (Chinese, say) must be segmented first.

    Raises `CorpusError` where the bytes are not UTF-8 (with the offset) or the gzip stream is cut short.
    """

    def __init__(self, path: str | Path, *, longest: int = 1000):
        """Name the file; it is opened each time the sentences are read."""
        self.path, self.longest = Path(path), positive_integer("longest", longest)
        if not self.path.is_file():
            raise CorpusError(f"There is no text file at {str(path)!r}.")

    def __repr__(self):
        """Say which file this is."""
        return f"TextFile({str(self.path)!r})"

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences, from the start of the file."""
        sentence = []
        for text in self._pieces():
            for number, line in enumerate(text.split("\n")):
                if number and sentence:
                    yield sentence
                    sentence = []
                sentence += line.split()
                if len(sentence) >= self.longest:
                    full = len(sentence) - len(sentence) % self.longest
                    for start in range(0, full, self.longest):
                        yield sentence[start : start + self.longest]
                    sentence = sentence[full:]
        if sentence:
            yield sentence

    def _pieces(self) -> Iterator[str]:
        """Decoded pieces of the file that end at white space, so that no word and no character is torn apart."""
        with open(self.path, "rb") as file:
            zipped = file.read(2) == b"\x1f\x8b"
        offset, rest = 0, b""
        with gzip.open(self.path) if zipped else open(self.path, "rb") as file:
            while True:
                try:
                    block = file.read(BLOCK)
                except (EOFError, OSError, gzip.zlib.error) as error:
                    raise CorpusError(f"{self.path}: unpacking fails beyond byte {offset} of text: {error}.") from error
                rest += block
                cut = 1 + max(rest.rfind(space) for space in (b" ", b"\n", b"\t", b"\r")) if block else len(rest)
                if len(rest) - cut > BLOCK:
                    raise CorpusError(f"{self.path}: a word of over {BLOCK} bytes at byte {offset + cut}: is it text?")
                piece, rest = rest[:cut], rest[cut:]
                try:
                    yield piece.decode("utf-8-sig" if offset == 0 else "utf-8")
                except UnicodeDecodeError as error:
                    place = offset + len(piece) - len(error.object) + error.start  # the object lacks a byte order mark
                    raise CorpusError(
                        f"{self.path} is not UTF-8: byte 0x{error.object[error.start]:02x} at offset {place}. "
                        "Save the text as UTF-8 and try again."
                    ) from error
                offset += cut
                if not block:
                    return


def sentences_of(text: str, *, longest: int = 1000) -> list[list[str]]:
    """Sentences of a text in memory: those that a `TextFile` with this text would give.

    >>> sentences_of("to be or\\nnot to be")
    [['to', 'be', 'or'], ['not', 'to', 'be']]
    """
    lines = (line.split() for line in text.removeprefix("\ufeff").split("\n"))
    return [words[start : start + longest] for words in lines for start in range(0, len(words), longest)]


def as_sentences(corpus) -> Iterable[Sequence[str]]:
    """Turn a path, a list of sentences or any re-readable corpus into an iterable of sentences.

    Raises `CorpusError` for what can be read only once.
    """
    if isinstance(corpus, str | Path):
        return TextFile(corpus)
    if isinstance(corpus, Iterator) or not isinstance(corpus, Iterable):
        raise CorpusError(
            f"A corpus is read several times (vocabulary, epochs), which a {type(corpus).__name__} does not allow. "
            "Pass a path, a list of sentences, or an object whose __iter__ starts again."
        )
    return corpus


def _split(sentence: Sequence[str]) -> Sequence[str]:
    """The sentence, if it is split into words."""
    if isinstance(sentence, str):
        raise CorpusError(f"A sentence is a list of words, not the string {sentence[:40]!r}. Split it.")
    return sentence


class Vocabulary:
    r"""The words that are trained, most frequent first, with their counts :math:`n_w`.

    >>> vocabulary = Vocabulary.from_sentences([["a", "rose", "is", "a", "rose"]], min_count=2)
    >>> vocabulary.words, vocabulary.counts.tolist()
    (['a', 'rose'], [2, 2])
    """

    def __init__(self, words: Sequence[str], counts: Sequence[int] | Int[Array, " V"]):
        """Keep the words in the given order; `counts[w]` is how often word w occurs."""
        self.words, self.counts = list(words), np.asarray(counts, dtype=np.int64)
        self.index = {word: w for w, word in enumerate(self.words)}
        if len(self.counts) != len(self.words) or len(self.index) != len(self.words):
            raise CorpusError(f"{len(self.words)} words ({len(self.index)} different) but {len(self.counts)} counts.")

    @classmethod
    def from_sentences(cls, sentences: Iterable[Sequence[str]], min_count: int = 5) -> "Vocabulary":
        """Count the words; keep those seen `min_count` times, by falling count, ties in order of first sight.

        Raises `CorpusError` if the corpus is empty, a sentence not split into words, or no word frequent enough.
        """
        positive_integer("min_count", min_count)
        counted = Counter(chain.from_iterable(map(_split, sentences)))  # counted in C, not in a Python loop
        if not counted:
            raise CorpusError("The corpus is empty: it has no words.")
        kept = [(word, count) for word, count in counted.most_common() if count >= min_count]
        if not kept:
            word, count = counted.most_common(1)[0]
            raise CorpusError(
                f"No word occurs min_count = {min_count} times; the most frequent, {word!r}, occurs {count} times. "
                f"Use min_count={count} or less, or a longer text."
            )
        return cls(*zip(*kept, strict=True))

    def __len__(self):
        """V, the number of words."""
        return len(self.words)

    @cached_property
    def tokens(self) -> int:
        """Number of running words in the corpus that are in the vocabulary."""
        return int(self.counts.sum())

    def encode(self, sentence: Iterable[str]) -> list[int]:
        """Word indices of a sentence; unknown words vanish, as in the original program."""
        return [w for w in map(self.index.get, sentence) if w is not None]

    def encoded_blocks(
        self, sentences: Iterable[Sequence[str]], tokens: int = 1 << 14
    ) -> Iterator[tuple[Int[Array, " N"], Int[Array, " S"]]]:
        """Many sentences at once, as arrays: the indices of all their words, and where each sentence ends among them.

        A block has whole sentences, and ends with the first that brings it to `tokens` words, known or not. What
        `encode` gives for sentence s is ``ids[ends[s - 1] : ends[s]]``, at a fraction of the time.

        >>> vocabulary = Vocabulary(["a", "rose"], [2, 2])
        >>> list(vocabulary.encoded_blocks([["a", "red", "rose"], ["red"], ["rose"]]))
        [(array([0, 1, 1], dtype=int32), array([2, 2, 3]))]
        """
        waiting, words = [], 0
        for sentence in sentences:
            waiting.append(sentence)
            words += len(sentence)
            if words >= tokens:
                yield self._encoded(waiting, words)
                waiting, words = [], 0
        if waiting:
            yield self._encoded(waiting, words)

    def _encoded(self, sentences: list[Sequence[str]], words: int) -> tuple[Int[Array, " N"], Int[Array, " S"]]:
        """Sentences with so many words together as one block."""
        found = map(self.index.get, chain.from_iterable(sentences), repeat(-1))
        ids = np.fromiter(found, dtype=np.int32, count=words)
        known = ids >= 0
        known_before = np.concatenate([[0], known.cumsum()])
        return ids[known], known_before[np.cumsum([len(sentence) for sentence in sentences])]

    def __getitem__(self, word: str) -> int:
        """Index of one word; `UnknownWordError` with similar words if it is not there."""
        if word not in self.index:
            raise UnknownWordError(word, self.index)
        return self.index[word]


def keep_probability(counts: Int[Array, " V"], threshold: float) -> Float[Array, " V"]:
    r"""Chance that an occurrence of each word survives subsampling, :math:`\min(1, \sqrt{t / f_w})` (eq:subsampling).

    :math:`f_w` is the word's share of the corpus and t the threshold (about 1e-3; 0 keeps all). This is the paper's
    formula; the original program uses a slightly larger one, see `word2vec_c`.

    >>> keep_probability(np.array([96, 4]), threshold=0.04).round(3)
    array([0.204, 1.   ])
    """
    finite_number("threshold", threshold, low=0)
    share = counts / counts.sum()
    return np.minimum(1, np.sqrt(threshold / share)) if threshold else np.ones(len(counts))


def windows(sentence: Sequence, radius: int, rng: np.random.Generator | None = None) -> Iterator[tuple]:
    """Yield each word of a sentence as a center, with the list of words at most `radius` away from it.

    With `rng`, each window draws its own radius evenly from 1 to `radius`: near words count more. A center without
    context is passed over.

    >>> list(windows(["to", "be", "or"], radius=1))
    [('to', ['be']), ('be', ['to', 'or']), ('or', ['be'])]
    """
    for position, center in enumerate(sentence):
        reach = radius if rng is None else 1 + int(radius * rng.random())
        context = [*sentence[max(0, position - reach) : position], *sentence[position + 1 : position + 1 + reach]]
        if context:
            yield center, context
