"""What can go wrong, by name. Each message says what was wrong, with which value, and what would do."""

import difflib
import math
from numbers import Real


class BookError(Exception):
    """Any error that this package raises on purpose."""


class SettingError(BookError, ValueError):
    """An option has a value that no run could use (window 0, a learning rate of NaN, ...)."""


class CorpusError(BookError, ValueError):
    """The text cannot be trained on: empty, not UTF-8, truncated, or without a word that is frequent enough."""


class VectorFileError(BookError, ValueError):
    """A file of word vectors is truncated, malformed, or promises more than it holds."""


class CheckpointError(BookError, ValueError):
    """A file to go on from is damaged, or belongs to another run."""


class WorkerError(BookError, ChildProcessError):
    """The second process has ended in the middle of a training; the model keeps what it had learnt by then."""


class UnknownWordError(BookError, KeyError):
    """A word is not in the vocabulary; the message suggests words that look like it."""

    def __init__(self, word, known=()):
        """Remember the word and find its nearest spellings among the `known` ones."""
        self.word, self.near = word, difflib.get_close_matches(str(word), list(known), n=3, cutoff=0.6)
        super().__init__(word)

    def __str__(self):
        """Message in plain text (KeyError would print its repr)."""
        hint = f" Did you mean {', '.join(map(repr, self.near))}?" if self.near else ""
        return f"The word {self.word!r} is not in the vocabulary.{hint}"


class DivergenceError(BookError, ArithmeticError):
    """The loss left the region where training makes sense; raised at the step where it happened."""


class TrainingInterrupted(BookError, KeyboardInterrupt):
    """Training was stopped by hand; the model keeps what it had learnt by then."""


class ProofError(BookError, AssertionError):
    """An identity that should hold does not; the message shows what is left over."""


def positive_integer(name, value):
    """Return `value` if it is a whole number of at least 1, else raise `SettingError` naming the option."""
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):  # None, "many" and NaN, infinity
        whole = 0
    if isinstance(value, bool) or whole != value or whole < 1:
        raise SettingError(f"{name} must be a whole number of at least 1, not {value!r}.")
    return whole


def finite_number(name, value, *, low, high=float("inf"), low_open=False):
    """Return `value` if it is a finite number from `low` to `high`, else raise `SettingError`."""
    number = float(value) if isinstance(value, Real) else math.nan
    inside = low < number <= high if low_open else low <= number <= high
    if not inside or math.isinf(number):  # NaN is never inside
        bounds = f"{'above' if low_open else 'at least'} {low:g}" + (f" and at most {high:g}" if high < 1e300 else "")
        raise SettingError(f"{name} must be a finite number {bounds}, not {value!r}.")
    return number
