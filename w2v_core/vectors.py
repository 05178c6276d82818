r"""Trained vectors: look words up, compare them, answer analogies, and keep them in word2vec's two file formats.

Word :math:`w` has vector :math:`\mathbf v_w`, a row of ``W_in``. Only directions are compared here, never lengths.
"""

import mmap
import os
import re
import secrets
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray as Array

from w2v_core.errors import SettingError, UnknownWordError, VectorFileError, positive_integer

_WORD = re.compile(rb"[^ \n]+ ")  # split at ASCII spaces only: U+00A0 and its like are parts of words
_NUMBER = re.compile(rb"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")  # stricter than float(), which takes 1_0


def unit_vectors(vectors: Float[Array, "... d"]) -> Float[Array, "... d"]:
    """Vectors scaled to length 1; a zero vector has no direction and stays zero."""
    peak = np.abs(vectors).max(axis=-1, keepdims=True)
    scaled = vectors / np.where(peak > 0, peak, 1.0)  # first make the largest entry 1: no square overflows or vanishes
    return scaled / np.maximum(np.linalg.norm(scaled, axis=-1, keepdims=True), 1)  # length is at least 1, or exactly 0


def _cosines(rows: Float[Array, "N d"], vector: Float[Array, " d"]) -> Float[Array, " N"]:
    """Cosine of each row with a vector, rounded to 12 decimals: ties are ties on every machine, and -0 is 0."""
    return np.round(unit_vectors(rows.astype(float)) @ unit_vectors(vector.astype(float)), 12) + 0.0


class WordVectors:
    """Words and their vectors: word number i has row i of the (V, d) `matrix`, which is kept, not copied.

    Raises `SettingError` for a repeated word, shapes that do not match, and an entry that is NaN or infinite.

    >>> vectors = WordVectors(["man", "king", "woman", "queen"], [[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [-1.0, 1.0]])
    >>> vectors["king"], "king" in vectors, vectors.similarity("man", "woman"), vectors.analogy("man", "king", "woman")
    (array([1., 1.]), True, -1.0, [('queen', 0.959682982261)])
    """

    def __init__(self, words, matrix):
        """Check that each word has one vector, and each vector only finite numbers."""
        self.words, self.matrix = list(words), np.asarray(matrix)
        if self.matrix.dtype.kind != "f":
            self.matrix = self.matrix.astype(float)
        V, shape = len(self.words), self.matrix.shape
        if len(shape) != 2 or shape[0] != V or 0 in shape:
            raise SettingError(f"{V} words need a matrix with {V} rows, 1 or more, and 1 or more columns, not {shape}.")
        self._row = {word: row for row, word in enumerate(self.words)}
        if odd := [word for row, word in enumerate(self.words) if not isinstance(word, str) or self._row[word] != row]:
            raise SettingError(f"Each word must be a string and in the list only once; {odd[0]!r} is not.")
        if (bad := np.flatnonzero(~np.isfinite(self.matrix).all(axis=1))).size:
            raise SettingError(f"The vector of {self.words[bad[0]]!r} must be finite in {self.matrix.dtype}.")

    def __len__(self):
        """How many words, V."""
        return len(self.words)

    def __iter__(self):
        """The words, in order of their rows."""
        return iter(self.words)

    def __contains__(self, word):
        """Whether the word has a vector."""
        return word in self._row

    def __getitem__(self, word) -> Float[Array, " d"]:
        r"""Vector :math:`\mathbf v_w` of a word (a view of its row); raises `UnknownWordError`."""
        if word not in self:
            raise UnknownWordError(word, self.words)
        return self.matrix[self._row[word]]

    def _vector(self, query) -> Float[Array, " d"]:
        """Vector of a word, or the vector itself once it is seen to fit."""
        vector = self[query] if isinstance(query, str) else np.asarray(query, dtype=float)
        if vector.shape != self.matrix.shape[1:] or not np.isfinite(vector).all():
            raise SettingError(f"Give a word or {self.matrix.shape[1]} finite numbers, not {query!r}.")
        return vector

    def similarity(self, a, b):
        r"""Cosine :math:`\cos(\mathbf v_a, \mathbf v_b)` of two words or vectors; a zero vector has cosine 0."""
        return float(_cosines(self._vector(a)[None], self._vector(b))[0])

    def nearest(self, query, count=10, exclude=()):
        """The `count` words nearest to a word or vector by cosine: a list of (word, cosine), nearest first.

        A word is not its own neighbour; `exclude` leaves out others. Of equally near words, the earlier row wins.
        Shorter than `count` when the words run out. Raises `UnknownWordError`, and `SettingError` if `count` < 1.

        >>> WordVectors(["east", "north", "up"], np.eye(3)).nearest([0.0, 4.0, 3.0], count=2)
        [('north', 0.8), ('up', 0.6)]
        """
        count, cosines = positive_integer("count", count), _cosines(self.matrix, self._vector(query))
        exclude = [exclude] if isinstance(exclude, str) else list(exclude)
        left_out = {word: self[word] for word in exclude + [query] * isinstance(query, str)}  # an unknown word raises
        order = [row for row in np.argsort(-cosines, kind="stable") if self.words[row] not in left_out]
        return [(self.words[row], float(cosines[row])) for row in order[:count]]

    def analogy(self, a, b, c, count=1):
        r"""Answers to "a is to b as c is to ?": the words nearest to :math:`\mathbf v_b - \mathbf v_a + \mathbf v_c`.

        The three vectors are first scaled to length 1. As the field does, the three words themselves are never
        answers; without that rule the nearest word is often b or c. Returns and raises as `nearest` does.
        """
        start, end, other = (unit_vectors(self[word].astype(float)) for word in (a, b, c))
        return self.nearest(end - start + other, count, exclude=(a, b, c))

    def save(self, path, binary=False):
        """Write the original word2vec text or binary format, as float32; what `load` reads back is equal, bit for bit.

        A file in the way is replaced only once the new one is complete. Raises `VectorFileError` for a word that
        the formats cannot hold, and `SettingError` for a number that is not finite in float32.
        """
        with np.errstate(over="ignore"):  # becomes infinite, and is refused by name
            matrix = WordVectors(self.words, self.matrix.astype("<f4")).matrix
        part = Path(f"{os.path.realpath(path)}.{secrets.token_hex(4)}.part")
        try:
            with part.open("xb") as file:
                file.write(b"%d %d\n" % matrix.shape)
                for word, row in zip(self.words, matrix, strict=True):
                    encoded = word.encode(errors="replace")
                    if not word or b" " in encoded or b"\n" in encoded or encoded.decode() != word:
                        raise VectorFileError(f"Rename {word!r}: it is empty, has a space or newline, or no UTF-8.")
                    # Nine digits tell any two float32 numbers apart; the original program's six decimals do not.
                    numbers = row.tobytes() if binary else " ".join(f"{x:.9g}" for x in row.tolist()).encode()
                    file.write(encoded + b" " + numbers + b"\n")
            part.replace(os.path.realpath(path))
        finally:
            part.unlink(missing_ok=True)

    @classmethod
    def load(cls, path, binary=None):
        """Read the text or binary format, as the original program, gensim and `save` write it, into float32.

        With `binary=None` a file is text if its first row reads as a word and d numbers; with d = 1 a binary file
        can, very rarely, read so too. Raises `VectorFileError` for a damaged file, and `FileNotFoundError`.
        """
        with open(path, "rb") as file:
            if not os.fstat(file.fileno()).st_size:
                raise VectorFileError(f"{path}: the file is empty; save or copy it again.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:  # read page by page, never as a whole
                try:
                    return cls(*_parse(content, binary))
                except VectorFileError as error:
                    raise VectorFileError(f"{path}: {error}") from None


def _parse(content, binary):
    """Words and float32 matrix of a whole file; the sizes it promises are checked before any memory is reserved."""
    header = re.match(rb"([1-9]\d{0,17})[ \t]+([1-9]\d{0,17})[ \t\r]*\n", content)
    if not header:
        raise VectorFileError(f"line 1 must be two whole numbers above 0, words and dimension, not {content[:40]!r}.")
    at, (V, d), hint = header.end(), map(int, header.groups()), ""
    least, left = V * (2 * d + 2), len(content) - at  # text is the smaller: a letter, d times " 0", a newline
    if least > left:
        raise VectorFileError(f"line 1 promises {V} x {d} numbers, {least} bytes or more; {left} follow. Cut short?")
    if binary is None:
        try:
            binary = not _row(content, at, d, False, "line 2")
        except VectorFileError as error:
            binary, hint = True, f" (taken as binary, for it is not text: {error})"
    matrix, rows = np.empty((V, d), np.float32), {}
    for row in range(V):
        at += binary and content[at : at + 1] == b"\n"  # the original program ends a vector so, gensim does not
        where = f"word {row + 1} of {V}, byte {at}{hint}" if binary else f"line {row + 2}"
        word, matrix[row], at = _row(content, at, d, binary, where)
        if rows.setdefault(word, row) != row:
            raise VectorFileError(f"{where}: {word[:40]!r} is also word {rows[word] + 1}; keep one of the two.")
    if content[at : at + 2] not in (b"", b"\n"):
        raise VectorFileError(f"byte {at}: more follows after {V} words; remove it, or correct line 1.")
    return list(rows), matrix


def _row(content, at, d, binary, where):
    """The word and the d finite numbers that start at byte `at`, and where they end."""
    word = _WORD.match(content, at)
    if not word:
        raise VectorFileError(f"{where}: a word and a space must be here, not {content[at : at + 40]!r}; file cut?")
    end = word.end() + 4 * d if binary else content.find(b"\n", word.end()) + 1
    if not word.end() <= end <= len(content):
        raise VectorFileError(f"{where}: the file ends inside the {d} numbers or before the newline; copy it again.")
    if binary:
        fields = numbers = np.frombuffer(content[word.end() : end], "<f4")
    else:
        line = content[word.end() : end].rstrip()
        if line.count(b" ") != d - 1:
            raise VectorFileError(f"{where}: {d} numbers must follow the word, not {line.count(b' ') + 1}.")
        fields = line.split(b" ")
        with np.errstate(over="ignore"):  # becomes infinite, and is refused below
            numbers = np.array([float(x) if _NUMBER.fullmatch(x) else np.nan for x in fields], np.float32)
    try:
        text = word[0][:-1].decode()
    except UnicodeDecodeError as error:
        raise VectorFileError(f"{where}: byte {at + error.start} ({word[0][:40]!r}) is not UTF-8; convert.") from None
    if (bad := np.flatnonzero(~np.isfinite(numbers))).size:
        raise VectorFileError(f"{where}: number {bad[0] + 1} must be a finite float32, not {str(fields[bad[0]])[:40]}.")
    return text, numbers, end
