"""Three judges of an answer: a formula, a value, a function. Is it right, and if not, what is wrong with it?

A judge compares values, never the form, so that every equivalent answer is right. It names the slip if it is one that
people make, shows the smallest case that fails, and never what the answer was held against.
"""

import copy
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from sympy import Derivative, Expr, Symbol, exp, log, sympify
from sympy.core.sympify import SympifyError
from sympy.matrices.matrixbase import MatrixBase
from sympy.tensor import Idx, Indexed, IndexedBase

from w2v_core.errors import BookError
from w2v_core.proofs import Point, _escaped, evaluate, sigma


class Verdict:
    """What a reader is told: ○ not tried yet, ✓ right, ✗ not right, and why."""

    def __init__(self, mark: str, text: str):
        """`mark` is one of ○ ✓ ✗."""
        self.mark, self.text = mark, text

    @property
    def solved(self) -> bool:
        """Whether the answer was right."""
        return self.mark == "✓"

    def __repr__(self):
        """Give the mark and the text."""
        return f"{self.mark} {self.text}"

    def _repr_markdown_(self):
        return f"{self.mark} {_escaped(self.text)}".replace("\n", "\\\n")


class NotAnAnswer(BookError, ValueError):
    """What was handed in cannot be judged; the message says what would do."""


@dataclass(frozen=True)
class Formula:
    """A question whose answer is an expression; any form that has the right value everywhere is right.

    `right` is the answer, `ask` says what to write, in which symbols; `slips` holds wrong answers that people give,
    each under its diagnosis. Symbols of the answer count as those of `right` that have the same name.
    """

    right: Expr | MatrixBase
    ask: str
    slips: Mapping[str, Expr] = field(default_factory=dict)

    def judge(self, answer) -> Verdict:
        """Compare the values of both at random points, small sizes first."""
        answer = self._read(answer)
        shape, wanted = _shape(answer), _shape(self.right)
        if shape != wanted:
            turned = shape == wanted[::-1] and not _differs(answer.T, self.right)
            why = "It is the transpose." if turned else f"Its shape is {shape or 'a number'}."
            return Verdict("✗", f"{why} The shape should be {wanted or 'a number'}.")
        witness = _differs(answer, self.right)
        if not witness:
            return Verdict("✓", "Right: the same value at every point that was tried.")
        return Verdict("✗", "\n".join(filter(None, [self._diagnosis(answer), witness])))

    def _read(self, answer):
        """The answer as an expression in the symbols of `right`."""
        if isinstance(answer, str):
            raise NotAnAnswer("Write the expression itself, without quotes.")
        try:
            answer = sympify(answer)
        except (SympifyError, TypeError, AttributeError):
            raise NotAnAnswer(f"Write {self.ask}; this is a {type(answer).__name__}.") from None
        if not isinstance(answer, Expr | MatrixBase):
            raise NotAnAnswer(f"Write {self.ask}; this is a {type(answer).__name__}.")
        if answer.has(Derivative):
            raise NotAnAnswer("A derivative is still waiting to be worked out. Differentiate it by hand, or with D.")
        ours = {name: one for e in (self.right, *self.slips.values()) for name, one in _letters(e).items()}
        theirs = _letters(answer)
        if strange := sorted(set(theirs) - set(ours)):
            raise NotAnAnswer(f"The answer holds {', '.join(strange)}. Write {self.ask}.")
        return answer.xreplace({one: ours[name] for name, one in theirs.items() if one != ours[name]})

    def _diagnosis(self, answer):
        """Name the slip, if it is one that people make."""
        for name, slip in self.slips.items():
            if _shape(slip) == _shape(answer) and not _differs(answer, slip):
                return name
        if isinstance(answer, MatrixBase):
            return "" if _differs(-answer, self.right) else "The sign is the other way round."
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
            if not _differs(mended, self.right):
                return name
        if ratio := _constant(answer / self.right):
            return f"It is {ratio:.4g} times the right answer."
        if rest := _constant(answer - self.right):
            return f"It is off by the same number everywhere: {rest:+.4g}."
        return ""


def _shape(e):
    return e.shape if isinstance(e, MatrixBase) else ()


def _letters(e):
    """What an expression is written in: its free symbols, indices and arrays, by name."""
    arrays, places = e.atoms(IndexedBase), e.atoms(Idx)
    labels = {one.label for one in arrays | places}
    return {str(one): one for one in e.free_symbols | arrays if not isinstance(one, Indexed) and one not in labels}


def _points(*expressions) -> Iterable[tuple[Point, list[float]]]:
    """Random points, small sizes first, where all the expressions have a value; with these values."""
    for seed in range(24):
        at = Point(seed, largest=1 + min(seed // 3, 2), match=[True, False, None][seed % 3])
        try:
            values = [evaluate(e, at) for e in expressions]
        except (ValueError, ArithmeticError, LookupError, TypeError):  # no real value here: try elsewhere
            continue
        if all(math.isfinite(value) for value in values):
            yield at, values


def _differs(answer, right) -> str:
    """A point where the two differ, in words: the one with the fewest numbers; empty if there is none."""
    pairs = zip(answer, right, strict=True) if isinstance(right, MatrixBase) else [(answer, right)]
    found = []
    for pair in pairs:
        tried = 0
        for at, (a, b) in _points(*pair):
            tried += 1
            if not math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9):
                found.append((abs(a - b) < 0.01 * abs(b), len(at), tried, at, a, b))
        if not tried:
            return "At no point that was tried does it have a real value."
    if not found:
        return ""
    *_, at, a, b = min(found, key=lambda one: one[:3])
    named = {key[0][key[1]] if isinstance(key, tuple) else key: value for key, value in at.items()}
    order = sorted(named, key=lambda key: (isinstance(key, Indexed), isinstance(key, Idx), str(key)))
    where = ", ".join(f"{key} = {named[key]:g}" for key in order)
    return f"Try it {f'at {where}' if where else 'as it stands'}: yours gives {a:.4g}, it should be {b:.4g}."


def _constant(e):
    """The value of an expression that has the same one everywhere; else None."""
    values = [values[0] for _, values in _points(e)]
    same = len(values) > 3 and all(math.isclose(value, values[0], rel_tol=1e-9) for value in values)
    return values[0] if same else None


@dataclass(frozen=True)
class Value:
    """A question whose answer is a number or a list of numbers, to be worked out by hand or by program.

    `right` may also be a word. `within` is the largest error that counts as right, as a part of the answer; `slips`
    holds wrong answers under their diagnoses.
    """

    right: float | str | Iterable
    ask: str
    within: float = 0.005
    slips: Mapping[str, object] = field(default_factory=dict)

    def judge(self, answer) -> Verdict:
        """Compare, entry by entry."""
        if isinstance(self.right, str):
            if not isinstance(answer, str):
                raise NotAnAnswer(f"Write {self.ask}, in quotes; this is a {type(answer).__name__}.")
            same = lambda wanted: answer.strip().lower() == wanted.lower()  # noqa: E731
        else:
            try:
                given = np.array(answer, dtype=float)
            except (TypeError, ValueError):
                raise NotAnAnswer(f"Write {self.ask}; this is a {type(answer).__name__}.") from None
            wanted = np.array(self.right, dtype=float)
            if given.shape != wanted.shape:
                return Verdict("✗", f"That has the shape {given.shape}, not {wanted.shape}. Write {self.ask}.")
            same = lambda wanted: np.allclose(given, wanted, rtol=self.within, atol=1e-12)  # noqa: E731
        if same(self.right):
            return Verdict("✓", "Right.")
        for name, slip in self.slips.items():
            if same(slip):
                return Verdict("✗", name)
        if isinstance(self.right, str):
            return Verdict("✗", "Not that.")
        if np.allclose(given, -wanted, rtol=self.within):
            return Verdict("✗", "The sign is the other way round.")
        good = np.isclose(given, wanted, rtol=self.within, atol=1e-12)
        if good.size > 1:
            bad = ", ".join(str(list(map(int, place))).strip("[]") for place in np.argwhere(~good)[:5])
            return Verdict("✗", f"{good.sum()} of {good.size} numbers are right; look again at place {bad}.")
        return Verdict("✗", "Too large." if given > wanted else "Too small.")


@dataclass(frozen=True)
class Program:
    """A question whose answer is a function.

    `right` gives the wanted result, `cases` yields argument tuples, the smallest first; `within` is the largest
    relative error. `slips` holds functions that go wrong the way people do, under their diagnoses. Arguments
    are copied for each call, and must come back unchanged unless `in_place` says that changing them is the task.
    """

    right: Callable
    cases: Callable[[], Iterable[tuple]]
    ask: str
    within: float = 1e-6
    slips: Mapping[str, Callable] = field(default_factory=dict)
    in_place: bool = False

    def judge(self, answer) -> Verdict:
        """Run both on every case; the first that fails is shown."""
        if not callable(answer):
            raise NotAnAnswer(f"Write {self.ask}; this is a {type(answer).__name__}.")
        count = 0
        for count, case in enumerate(self.cases(), 1):
            ours, theirs = copy.deepcopy(case), copy.deepcopy(case)
            wanted = self.right(*ours)
            call = f"{getattr(answer, '__name__', 'your function')}({', '.join(map(_brief, case))})"
            try:
                with np.errstate(all="ignore"):
                    given = answer(*theirs)
            except Exception as error:  # whatever the reader's code does is an answer to be judged
                return Verdict("✗", f"{call} stops: {type(error).__name__}: {error}")
            if given is ... or given is None and wanted is not None:
                what = "nothing is written yet" if count == 1 else "nothing comes back"
                return Verdict("○" if count == 1 else "✗", f"{call}: {what}. Write {self.ask}.")
            if not self.in_place and not _alike(theirs, case, 0):
                return Verdict("✗", f"{call} changes its arguments. Work on a copy, or write x = x - y, not x -= y.")
            if self.in_place:
                given, wanted = (given, theirs), (wanted, ours)
            if not _alike(given, wanted, self.within):
                return Verdict(
                    "✗", "\n".join(filter(None, [self._diagnosis(case, given), _contrast(call, given, wanted)]))
                )
        return Verdict("✓", f"Right in all {count} cases, the extreme ones too.")

    def _diagnosis(self, case, given):
        """Name the slip that gives the same wrong result."""
        for name, slip in self.slips.items():
            arguments = copy.deepcopy(case)
            with np.errstate(all="ignore"):
                result = slip(*arguments)
            if _alike(given, (result, arguments) if self.in_place else result, self.within):
                return name
        return ""


def _alike(given, wanted, within):
    """Whether two results are the same: numbers, arrays, and lists, tuples and dictionaries of them."""
    if isinstance(wanted, Mapping):
        return isinstance(given, Mapping) and set(given) == set(wanted) and all(
            _alike(given[key], wanted[key], within) for key in wanted
        )  # fmt: skip
    if isinstance(wanted, list | tuple):
        try:
            return len(given) == len(wanted) and all(map(lambda a, b: _alike(a, b, within), given, wanted))
        except TypeError:
            return False
    if (
        isinstance(wanted, str | bool | None.__class__)
        or not hasattr(wanted, "__float__")
        and not hasattr(wanted, "shape")
    ):
        return bool(given is wanted or given == wanted)
    try:
        a, b = np.asarray(given, dtype=float), np.asarray(wanted, dtype=float)
    except (TypeError, ValueError):
        return False
    return a.shape == b.shape and np.allclose(a, b, rtol=within, atol=within * 1e-3, equal_nan=True)


def _brief(value):
    """An argument or a result in a few characters."""
    text = np.array2string(value, precision=4, separator=", ", threshold=12) if isinstance(value, np.ndarray) else (
        f"{value:.6g}" if isinstance(value, float | np.floating) else repr(value)
    )  # fmt: skip
    text = " ".join(text.split())
    return text if len(text) < 160 else f"{text[:150]} …"


def _contrast(call, given, wanted):
    """What came out and what should have."""
    shapes = [getattr(one, "shape", None) for one in (given, wanted)]
    if shapes[1] is not None and shapes[0] != shapes[1]:
        return f"{call} has the shape {shapes[0]}; it should have {shapes[1]}."
    return f"{call} gives {_brief(given)}; it should give {_brief(wanted)}."
