"""Three judges of an answer: a formula, a value, a function. Is it right, and if not, what is wrong with it?

A judge compares values, never the form, so that every equivalent answer is right. It names the slip if it is one that
people make, shows the smallest case that fails, and never what the answer was held against.
"""

import copy
import io
import linecache
import math
import re
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from itertools import islice, permutations

import numpy as np
from sympy import Basic, Derivative, Expr, ImmutableMatrix, KroneckerDelta, Sum, Symbol, exp, log, sympify
from sympy.core.sympify import SympifyError
from sympy.matrices.matrixbase import MatrixBase
from sympy.tensor import Idx, Indexed, IndexedBase

from w2v_core.errors import BookError, ProofError
from w2v_core.proofs import Point, _escaped, evaluate, sigma


class Verdict:
    """What a reader is told: ○ not tried yet, ✓ right, ✗ not right, and why."""

    def __init__(self, mark: str, text: str):
        """`mark` is one of ○ ✓ ✗; code in the text stands between backticks."""
        self.mark, self._source = mark, text

    @property
    def text(self) -> str:
        """The text as it is printed."""
        return self._source.replace("`", "")

    @property
    def solved(self) -> bool:
        """Whether the answer was right."""
        return self.mark == "✓"

    def __repr__(self):
        """Give the mark and the text."""
        return f"{self.mark} {self.text}"

    def _repr_markdown_(self):
        # Code, and words in quotes, to the letter: a page would make its quotes curly, and Python refuses those.
        parts = re.split(r"(`[^`]+`|\"[^\"\n`]+\")", self._source)
        page = "".join(f"`{code.strip('`')}`" if n % 2 else _escaped(code) for n, code in enumerate(parts))
        return f"{self.mark} {page}".replace("\n", "\\\n")


class NotAnAnswer(BookError, ValueError):
    """What was handed in cannot be judged; the message says what would do."""

    @classmethod
    def of_type(cls, answer, ask):
        """Name the type that was handed in, and what was asked for."""
        return cls(f"Write {ask}; this has the type {type(answer).__name__}.")


@dataclass(frozen=True)
class Formula:
    """A question whose answer is an expression; any form that has the right value everywhere is right.

    `right` is the answer, `ask` says what to write, in which symbols; `slips` holds wrong answers that people give,
    each under its diagnosis. Symbols of the answer count as those of `right` that have the same name. Where readers
    type another name than is printed, `names` has it: {"o": "target"}.
    """

    right: Expr | MatrixBase
    ask: str
    slips: Mapping[str, Expr] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    def judge(self, answer) -> Verdict:
        """Compare the values of both at random points, small sizes first."""
        answer = self._read(answer)
        shape, wanted = _shape(answer), _shape(self.right)
        if shape != wanted:
            turned = shape == wanted[::-1] and _agree(answer.T, self.right)
            why = "It is the transpose." if turned else f"Its shape is {shape or 'a number'}."
            return Verdict("✗", f"{why} The shape should be {wanted or 'a number'}.")
        witness = _differs(answer, self.right, self.names)
        if not witness:
            return Verdict("✓", "Right: the same value at every point that was tried.")
        return Verdict("✗", "\n".join(filter(None, [self._diagnosis(answer), witness])))

    def _read(self, answer):
        """The answer as an expression in the symbols of `right`."""
        if isinstance(answer, str):
            raise NotAnAnswer("Write the expression itself, without quotes.")
        if callable(answer) and not isinstance(answer, Expr | IndexedBase):
            raise NotAnAnswer(f"That is a function. Write its value: {self.ask}.")
        if isinstance(answer, np.ndarray) and not isinstance(self.right, MatrixBase):
            raise NotAnAnswer(f"That is a NumPy array, not an expression in symbols. Write {self.ask}.")
        written = answer
        try:
            if isinstance(self.right, MatrixBase) and isinstance(answer, list | tuple | np.ndarray):
                answer = ImmutableMatrix(answer)
            answer = sympify(answer)
        except (SympifyError, TypeError, AttributeError, ValueError):
            raise NotAnAnswer.of_type(written, self.ask) from None
        if not isinstance(answer, Expr | MatrixBase):
            raise NotAnAnswer.of_type(written, self.ask)
        if answer.has(Derivative):
            raise NotAnAnswer("A derivative is still waiting to be worked out. Differentiate it by hand, or with D.")
        if bare := _without_entries(answer):
            *most, last = sorted(self.names.get(one, one) for one in bare)
            arrays = f"{', '.join(most)} and {last} are whole arrays" if most else f"{last} is a whole array"
            raise NotAnAnswer(f"Without an index, {arrays}. Write {self.ask}.")
        known = {one for e in (self.right, *self.slips.values()) for one in _letters(e)}
        ours = {self.names.get(str(one), str(one)): one for one in known} | {str(one): one for one in known}
        theirs = _letters(answer)
        if strange := sorted(set(map(str, theirs)) - set(ours)):
            inside = {str(one.label) for total in self.right.atoms(Sum) for one in total.variables}
            lost = " The index of a sum has no value outside of its Sum." if inside & set(strange) else ""
            strange = ", ".join(self.names.get(one, one) for one in strange)
            raise NotAnAnswer(f"The answer holds {strange}.{lost} Write {self.ask}.")
        return answer.xreplace({one: ours[str(one)] for one in theirs})

    def _diagnosis(self, answer):
        """Name the slip, if it is one that people make."""
        for name, slip in self.slips.items():
            if _shape(slip) == _shape(answer) and _agree(answer, slip):
                return name
        if isinstance(answer, MatrixBase):
            return "The sign is the other way round." if _agree(-answer, self.right) else ""
        sizes = [s for s in self.right.atoms(Symbol) if s.is_integer and s.is_positive]
        scores = sorted((s.args[0] for s in self.right.atoms(sigma)), key=str)
        tries = {
            "The sign is the other way round.": -answer,
            "It is upside down: one divided by the right answer.": 1 / answer,
            "A logarithm is missing.": log(answer),
            "There is a logarithm too many.": exp(answer),
            **{f"A factor 1/{n} is missing.": answer / n for n in sizes},
            **{f"A factor {n} is missing.": answer * n for n in sizes},
            **{f"A factor σ(1 − σ) of {s} is missing.": answer * sigma(s) * sigma(-s) for s in scores},
            **{f"There is a factor σ(1 − σ) of {s} too many.": answer / (sigma(s) * sigma(-s)) for s in scores},
        }
        for name, mended in tries.items():
            if _agree(mended, self.right):
                return name
        if ratio := _constant(answer / self.right):
            advice = (
                " Write numbers exactly: Rational(1, 3), log(2); not 0.333, 0.693." if abs(ratio - 1) < 0.01 else ""
            )
            return f"It is {ratio:.9g} times the right answer.{advice}"
        if rest := _constant(answer - self.right):
            return f"It is off by the same number everywhere: {rest:+.4g}."
        if not _letters(answer) and _letters(self.right):
            return f"One number cannot be right everywhere. Write {self.ask}."
        if fixed := _fixed_indices(answer) - _fixed_indices(self.right):
            return f"The number {min(fixed)} stands as an index in it; the answer is for every index."
        return ""


def _without_entries(e):
    """The names of arrays that stand in an expression as a whole."""
    if isinstance(e, IndexedBase):
        return {str(e)}
    parts = e.indices if isinstance(e, Indexed) else e.args
    return set().union(*(_without_entries(one) for one in parts if isinstance(one, Basic)))


def _fixed_indices(e):
    """Numbers in the place of an index."""
    return {int(one) for found in e.atoms(Indexed, KroneckerDelta) for one in found.indices if one.is_Integer}


def _shape(e):
    return e.shape if isinstance(e, MatrixBase) else ()


def _letters(e):
    """What an expression is written in: its free symbols, indices and arrays."""
    arrays, places = e.atoms(IndexedBase), e.atoms(Idx)
    labels = {one.label for one in arrays | places}
    return {one for one in e.free_symbols | arrays if not isinstance(one, Indexed) and one not in labels}


def _points(*expressions) -> Iterable[tuple[Point, list[float]]]:
    """Random points, small sizes first, where all the expressions have a value; with these values."""
    outside, count = None, 0
    for seed in range(24):
        at = Point(seed, largest=1 + min(seed // 3, 2), match=[True, False, None][seed % 3])
        try:
            values = [evaluate(e, at) for e in expressions]
        except ProofError as error:  # an index outside its array; in a very small one that may be nobody's fault
            outside = outside or error
            continue
        except (ValueError, ArithmeticError, LookupError, TypeError):  # no real value here: try elsewhere
            continue
        if all(math.isfinite(value) for value in values):
            count += 1
            yield at, values
    if outside and not count:
        raise NotAnAnswer(f"{outside} Indices count from 0.")


def _entries(answer, right):
    """Pairs of what is to be compared."""
    return list(zip(answer, right, strict=True) if isinstance(right, MatrixBase) else [(answer, right)])


def _close(a, b):
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)


def _agree(answer, right) -> bool:
    """Whether two have the same value wherever both have one; stops at the first point where they do not."""
    for pair in _entries(answer, right):
        tried = False
        for _, values in _points(*pair):
            tried = True
            if not _close(*values):
                return False
        if not tried:
            return False
    return True


def _differs(answer, right, names) -> str:
    """A point where the two differ, in words: the one with the fewest numbers; empty if there is none."""
    found = []
    for pair in _entries(answer, right):
        tried = 0
        for at, (a, b) in _points(*pair):
            tried += 1
            if not _close(a, b):
                found.append((abs(a - b) < 0.01 * abs(b), len(at), tried, at, a, b))
        if not tried:
            return "At no point that was tried does it have a real value."
    if not found:
        return ""
    *_, at, a, b = min(found, key=lambda one: one[:3])
    named = {key[0][key[1]] if isinstance(key, tuple) else key: value for key, value in at.items()}
    order = sorted(named, key=lambda key: (isinstance(key, Indexed), isinstance(key, Idx), str(key)))
    written = lambda key: re.sub(r"\w+", lambda word: names.get(word[0], word[0]), str(key))  # noqa: E731
    where = ", ".join(f"{written(key)} = {named[key]:g}" for key in order)
    a, b = (0.0 if _close(value, 0) else value for value in (a, b))  # what rounding leaves of 0
    digits = next((n for n in range(4, 17) if f"{a:.{n}g}" != f"{b:.{n}g}"), 17)
    at = f"at {where}" if where else "as it stands"
    return f"Try it {at}: yours gives {a:.{digits}g}, it should be {b:.{digits}g}."


def _constant(e):
    """The value of an expression that has the same one everywhere; else None."""
    seen = []
    for _, (value,) in _points(e):
        seen.append(value)
        if not math.isclose(value, seen[0], rel_tol=1e-9):
            return None
    return seen[0] if len(seen) > 3 else None


PLACES = "Places count from 0."
COMMA = "A number is written with a point, and without commas: 0.5, 50000."


def _words(text):
    """The words of an answer; capitals, commas, quotes and dots do not matter."""
    return re.sub(r"[\s,;.'\"‘’“”]+", " ", text).lower().split()


def _not_numbers(answer, ask):
    """Say what keeps an answer from being numbers."""
    if isinstance(answer, Expr):
        return NotAnAnswer(f"Write {ask}. That is a formula: it holds {', '.join(sorted(map(str, _letters(answer))))}.")
    if isinstance(answer, list | tuple) and not all(isinstance(one, list | tuple) for one in answer):
        odd = lambda one: isinstance(one, str) or np.ndim(one) or not np.isreal(one) or isinstance(one, Expr)  # noqa: E731
        place = next((place for place, one in enumerate(answer) if odd(one)), None)
        if place is not None:
            return NotAnAnswer(f"Write {ask}. At place {place} stands {_brief(answer[place])}. {PLACES}")
    return NotAnAnswer.of_type(answer, ask)


def _rounded(given, wanted):
    """Whether a number is another one with too few digits, as far as can be seen from it."""
    decimals = len(f"{given:.15g}".partition(".")[2])
    by_hand = 0 < decimals < 5 and given != 0 and abs(given - wanted) <= 0.5001 * 10.0**-decimals
    return by_hand or float(given) == float(f"{float(wanted):.2g}")


@dataclass(frozen=True)
class Value:
    """A question whose answer is a number or a list of numbers, to be worked out by hand or by program.

    `right` may also be a word. `within` is the largest error that counts as right, as a part of the answer; `slips`
    holds wrong answers under their diagnoses.
    """

    right: float | int | str | Iterable
    ask: str
    within: float | int = 0.005
    slips: Mapping[str, object] = field(default_factory=dict)

    def judge(self, answer) -> Verdict:
        """Compare, entry by entry."""
        if isinstance(self.right, str):
            if isinstance(answer, list | tuple) and all(isinstance(one, str) for one in answer):
                answer = " ".join(answer)
            if not isinstance(answer, str):
                told = self.ask if "quotes" in self.ask else f"{self.ask}, in quotes"
                raise NotAnAnswer(f"Write {told}; this has the type {type(answer).__name__}.")
            same = lambda wanted: _words(answer) == _words(wanted)  # noqa: E731
        else:
            if isinstance(answer, str) and np.ndim(self.right):
                raise NotAnAnswer(f"Write without quotes: {self.ask}.")
            try:
                given = np.array(answer, dtype=float)
            except (TypeError, ValueError):
                raise _not_numbers(answer, self.ask) from None
            wanted = np.array(self.right, dtype=float)
            if given.shape and not wanted.shape:
                comma = f" {COMMA}" if isinstance(answer, tuple) else ""
                return Verdict(
                    "✗", f"One number is asked for; that has the shape {given.shape}.{comma} Write {self.ask}."
                )
            if wanted.shape and not given.shape:
                return Verdict("✗", f"That is one number, and the shape should be {wanted.shape}. Write {self.ask}.")
            if given.shape != wanted.shape:
                whole = given.ndim == wanted.ndim == 1 and all(isinstance(one, int) for one in answer)
                comma = f" {COMMA}" if whole and given.size > wanted.size else ""
                return Verdict("✗", f"That has the shape {given.shape}, not {wanted.shape}.{comma} Write {self.ask}.")
            if not np.isfinite(given).all():
                what = "Not every number in it is finite" if given.shape else "That is not a finite number"
                return Verdict("✗", f"{what}: inf and nan mostly come from log(0), or from 0/0.")
            same = lambda wanted: np.allclose(given, wanted, rtol=self.within, atol=1e-12)  # noqa: E731
        if same(self.right):
            return Verdict("✓", "Right.")
        for name, slip in self.slips.items():
            if same(slip):
                return Verdict("✗", name)
        if isinstance(self.right, str):
            given, wanted = _words(answer), _words(self.right)
            if len(wanted) == 1 or len(given) < 2:
                return Verdict("✗", f"Not that. Write {self.ask}.")
            if len(given) != len(wanted):
                return Verdict(
                    "✗", f"Not that: it holds {len(given)}, and should hold {len(wanted)}. Write {self.ask}."
                )
            bad = [place for place, pair in enumerate(zip(given, wanted, strict=True)) if pair[0] != pair[1]]
            places = ", ".join(map(str, bad[:5]))
            right = len(wanted) - len(bad)
            return Verdict("✗", f"Not that: {right} of {len(wanted)} are right; look again at place {places}. {PLACES}")
        if same(-wanted):
            return Verdict("✗", "The sign is the other way round.")
        if given.shape == given.T.shape and same(wanted.T):
            return Verdict("✗", "It is the transpose.")
        good = np.isclose(given, wanted, rtol=self.within, atol=1e-12)
        if good.size > 1:
            bad = ", ".join(str(list(map(int, place))).strip("[]") for place in np.argwhere(~good)[:5])
            hint = next(
                (
                    f" {name}"
                    for name, found in {
                        "A sign is wrong there.": same(np.copysign(wanted, given)) and np.all(given != 0),
                        "They are the right numbers, in another order.": given.ndim == 1
                        and len(set(wanted)) == wanted.size
                        and np.allclose(np.sort(given), np.sort(wanted), rtol=self.within, atol=1e-12),
                        "There it is rounded too much: write one digit more.": all(
                            map(_rounded, given[~good], wanted[~good])
                        ),
                    }.items()
                    if found
                ),
                "",
            )
            told = f"{good.sum()} of {good.size} numbers are right; look again at place {bad}. {PLACES}{hint}"
            return Verdict("✗", told)
        if _rounded(given, wanted):
            return Verdict("✗", "That is rounded too much. Write one digit more.")
        return Verdict("✗", "Too large." if given > wanted else "Too small.")


@dataclass(frozen=True)
class Program:
    """A question whose answer is a function.

    `right` gives the wanted result, `cases` yields argument tuples, the smallest first; `within` is the largest
    relative error. `slips` holds functions that go wrong the way people do, under their diagnoses. Each call gets
    arguments of its own, and must leave arrays, lists and dictionaries as they were.
    """

    right: Callable
    cases: Callable[[], Iterable[tuple]]
    ask: str
    within: float | int = 1e-6
    slips: Mapping[str, Callable] = field(default_factory=dict)

    def judge(self, answer) -> Verdict:
        """Run both on every case; the first that fails is shown."""
        if not callable(answer):
            told = NotAnAnswer.of_type(answer, self.ask)
            raise NotAnAnswer(f"{told} Hand in the function itself, without brackets behind its name.")
        count, extreme = 0, False
        cases = list(self.cases())
        for count, case in enumerate(cases, 1):
            ours, theirs = copy.deepcopy(case), copy.deepcopy(case)
            wanted = self.right(*ours)
            extreme = extreme or any(map(_is_extreme, case))
            call = f"{getattr(answer, '__name__', 'your function')}({', '.join(map(_brief, case))})"
            try:
                with np.errstate(all="ignore"):
                    given = answer(*theirs)
                    given = list(islice(given, 100_000)) if isinstance(given, Iterator) else given
            except Exception as error:  # whatever the reader's code does is an answer to be judged
                why = f"`{call}` stops: `{type(error).__name__}: {_brief(error)}`"
                return Verdict("✗", "\n".join(filter(None, [why, _line_of(answer, error)])))
            if given is ... or given is None and wanted is not None:
                if count == 1:
                    return Verdict("○", f"`{call}`: nothing is written yet, or a return is missing. Write {self.ask}.")
                return Verdict("✗", f"`{call}`: nothing comes back. Is a return missing there?")
            kept = [pair for pair in zip(theirs, case, strict=True) if isinstance(pair[1], np.ndarray | list | dict)]
            if not all(_alike(*pair, 0) for pair in kept):
                return Verdict(
                    "✗", f"`{call}` changes its arguments. Work on a copy, or write `x = x - y`, not `x -= y`."
                )
            if not _alike(given, wanted, self.within):
                why = self._diagnosis(case, given)
                why = why or self._general_diagnosis(answer, cases[count - 1 : count + 2])
                return Verdict("✗", "\n".join(filter(None, [why, _contrast(call, given, wanted, self.within)])))
        many = f" in all {count} cases" if count > 1 else ""
        return Verdict("✓", f"Right{many}{', the extreme ones too' if extreme else ''}.")

    def _diagnosis(self, case, given):
        """Name the slip that gives the same wrong result."""
        for name, slip in self.slips.items():
            try:
                with np.errstate(all="ignore"):
                    result = slip(*copy.deepcopy(case))
            except (ArithmeticError, LookupError, ValueError):  # this slip cannot go this far
                continue
            if _alike(given, result, self.within):
                return name
        return ""

    def _general_diagnosis(self, answer, cases):
        """Name a slip that can happen in any answer, if it explains the next cases, too: in one, it may be chance."""
        names = set()
        for case in cases:
            wanted = self.right(*copy.deepcopy(case))
            try:  # once more, so in silence
                with (
                    np.errstate(all="ignore"),
                    warnings.catch_warnings(action="ignore"),
                    redirect_stdout(io.StringIO()),
                ):
                    given = answer(*copy.deepcopy(case))
            except Exception:  # of what the reader's code does in this case, nothing can be said
                continue
            if not _alike(given, wanted, self.within):
                names.add(_general_slip(given, wanted, self.within))
        return names.pop() if len(names) == 1 else ""


def _alike(given, wanted, within):
    """Whether two results are the same: numbers, arrays, and lists, tuples and dictionaries of them."""
    if isinstance(wanted, Mapping):
        same_keys = isinstance(given, Mapping) and set(given) == set(wanted)
        return same_keys and all(_alike(given[key], wanted[key], within) for key in wanted)
    if isinstance(wanted, list | tuple):
        given = list(given) if isinstance(given, np.ndarray) and given.ndim else given
        same_size = isinstance(given, list | tuple) and len(given) == len(wanted)
        return same_size and all(_alike(a, b, within) for a, b in zip(given, wanted, strict=True))
    if isinstance(wanted, str | bool) or not hasattr(wanted, "__float__"):  # words, True and False, None, sets
        return type(given == wanted) in (bool, np.bool) and bool(given == wanted)
    try:
        a, b = np.asarray(given), np.asarray(wanted, dtype=float)
        if a.shape != b.shape or np.iscomplexobj(a):
            return False
        return np.allclose(a.astype(float), b, rtol=within, atol=within * 1e-3, equal_nan=True)
    except (TypeError, ValueError):  # not numbers, or not a rectangle of them
        return False


def _is_extreme(value):
    """Whether an argument holds scores, or other decimal numbers, that overflow in an exponential."""
    if isinstance(value, list | tuple):
        return any(map(_is_extreme, value))
    decimals = isinstance(value, float) or isinstance(value, np.ndarray) and value.dtype.kind == "f"
    return decimals and bool((np.abs(value) > 700).any())


def _line_of(answer, error):
    """The line of the reader's code at which it stops."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    lines = [one.lineno for one in traceback.extract_tb(error.__traceback__) if one.filename == file]
    text = linecache.getline(file, lines[-1]).strip().replace("`", "'") if lines else ""
    return f"This happens in the line `{text}`" if text else ""


def _general_slip(given, wanted, within):
    """Name a slip that can happen in any answer that is numbers, or several results."""
    if _are_several(given, wanted):
        if len(wanted) < 5 and any(_alike(other, wanted, within) for other in permutations(given)):
            return "These are the right results, in another order."
        _, *pair = _first_that_differs(given, wanted, within)
        return _general_slip(*pair, within)
    if not isinstance(wanted, np.ndarray | float) or np.asarray(wanted).dtype.kind not in "fi":
        return ""
    if (
        isinstance(given, Expr)
        and not given.evalf().is_Number
        or isinstance(given, np.ndarray)
        and given.dtype == object
    ):
        return "That holds a formula, not numbers. With numbers, write np.log and sigmoid, not log and sigma."
    tries = {"The sign is the other way round.": -wanted, "It is the transpose.": np.transpose(wanted)}
    if named := next((name for name, slip in tries.items() if _alike(given, slip, within)), ""):
        return named
    decimals = isinstance(given, np.ndarray | float) and np.asarray(given).dtype.kind == "f"
    lost = decimals and not np.isfinite(given).all() and np.isfinite(wanted).all()
    return "inf and nan mostly come from an exponential that overflows, or from log(0) or 0/0." if lost else ""


def _are_several(given, wanted):
    """Whether both are as many results."""
    return isinstance(wanted, tuple) and isinstance(given, tuple | list) and len(given) == len(wanted)


def _first_that_differs(given, wanted, within):
    """Of several results the first that differs: its place, what came out, what should have."""
    pairs = enumerate(zip(given, wanted, strict=True))
    return next((place, *pair) for place, pair in pairs if not _alike(*pair, within))


def _brief(value, depth=3):
    """An argument, a result or an error in a few characters."""
    if isinstance(value, np.ndarray):
        text = np.array2string(value, precision=4, separator=", ", threshold=12)
        text = re.sub(r"(?<=\[)\s+|\s+(?=[],])", "", text)  # columns are lost when it is put on one line
    elif isinstance(value, float | np.floating):
        text = f"{value:.6g}"
    elif type(value) in (list, tuple) and depth:  # entry by entry: no np.float64(1.3132616875182228)
        text = ", ".join(_brief(one, depth - 1) for one in value[:40]) + (
            "," if isinstance(value, tuple) and len(value) == 1 else ""
        )
        text = f"[{text}]" if isinstance(value, list) else f"({text})"
    elif isinstance(value, Exception):  # NumPy's own words for two sizes that differ are too hard
        text = re.sub(r"Input operand .*\((size .*)\)$", r"\1", str(value))
    else:
        text = repr(value.item() if isinstance(value, np.generic) else value)
    text = re.sub(r" at 0x\w+", "", " ".join(text.split())).replace("`", "'")  # an address tells nobody anything
    return text if len(text) < 160 else f"{text[:150]} …"


def _contrast(call, given, wanted, within):
    """What came out and what should have; of several results, the first that differs."""
    if _are_several(given, wanted):
        place, *pair = _first_that_differs(given, wanted, within)
        return _contrast(f"{call}[{place}]", *pair, within)
    if isinstance(wanted, tuple):
        count = len(given) if isinstance(given, tuple | list) else 1
        return f"`{call}` gives {count} result{'s' * (count != 1)}; it should give {len(wanted)}."
    shapes = [one.shape for one in (given, wanted) if isinstance(one, np.ndarray)]
    if len(shapes) == 2 and shapes[0] != shapes[1]:
        return f"`{call}` has the shape {shapes[0]}; it should have {shapes[1]}."
    if isinstance(given, np.ndarray) and given.ndim and isinstance(wanted, int | float):
        return f"`{call}` gives an array of the shape {shapes[0]}; it should give a number."
    return f"`{call}` gives `{_brief(given)}`; it should give `{_brief(wanted)}`."
