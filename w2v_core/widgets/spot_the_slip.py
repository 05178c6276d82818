"""Spot the slip: printed formulas with one wrong term each; the reader points at it and learns why."""

import re
from html import escape

import traitlets

from w2v_core.errors import SettingError
from w2v_core.widgets.base import Explorable
from w2v_core.widgets.mathml import formula_lines, markup, mathml, rich

_LAYOUT = re.compile(r"(?:\\begin\{\w+\}|\\end\{\w+\}|\\\\|&|\s)+")  # a piece of a formula that is no term
SHOWN = 3  # the value of `hints` when the answer was asked for; 1 and 2 are the hints


class SpotTheSlip(Explorable):
    r"""Point at the term of a printed formula that is wrong.

    Each puzzle is a dictionary: its `id` and `source`; `about`, what the formula is to say; `terms`, the pieces of
    the formula in TeX, and `wrong`, the places of those that hold the slip; the `kind` of the slip, the `slip` in
    words, the `correct` formula. It may have `fine`, why the term at a place is no slip, and a `link`. In texts,
    formulas stand between dollar signs. Without puzzles, it takes those of the book (`w2v_core.ledger.puzzles`).
    `guesses` and `hints` remember, for each puzzle, which terms the reader pointed at and how many hints were taken.

    >>> half = {"id": "half", "source": "a school book", "about": "The half of $x$.", "terms": ["x", "/", "3"]}
    >>> half |= {"wrong": [2], "kind": "factor", "slip": "This is a third.", "correct": r"\frac{x}{2}"}
    >>> SpotTheSlip([half], guesses=[[1, 2]]).describe()
    'Spot the slip, puzzle 1 of 1, from a school book: which term is wrong? Found so far: 1 of 1.'
    """

    puzzles = traitlets.List().tag(sync=True)
    at = traitlets.Any(0).tag(sync=True)
    guesses = traitlets.List().tag(sync=True)
    hints = traitlets.List().tag(sync=True)

    def __init__(self, puzzles=None, at=0, guesses=None, hints=None):
        """Take the puzzles, set their formulas, and check what was guessed so far."""
        if puzzles is None:
            from w2v_core.ledger import puzzles as of_the_book  # the ledger needs SymPy: not for every widget

            puzzles = of_the_book()
        puzzles = list(puzzles)
        guesses = [[] for _ in puzzles] if guesses is None else list(guesses)
        hints = [0 for _ in puzzles] if hints is None else list(hints)
        super().__init__(puzzles=puzzles, at=at, guesses=guesses, hints=hints)

    @staticmethod
    def checked(puzzles, at, guesses, hints):
        """At least one puzzle, each with all it needs; one of them at hand; for each, terms guessed and hints taken."""
        if not puzzles:
            raise SettingError("puzzles must hold at least one puzzle.")
        if isinstance(at, bool) or at not in range(len(puzzles)):
            raise SettingError(f"at must be the place of a puzzle, 0 to {len(puzzles) - 1}, not {at!r}.")
        for name, values in (("guesses", guesses), ("hints", hints)):
            if len(values) != len(puzzles):
                raise SettingError(f"{name} must hold one entry for each of {len(puzzles)} puzzles, not {len(values)}.")
        puzzles = [_set(puzzle) for puzzle in puzzles]
        for puzzle, guessed, taken in zip(puzzles, guesses, hints, strict=True):
            if not set(guessed) <= _places(puzzle):
                raise SettingError(f"guesses of {puzzle['id']} must be places of its terms, not {guessed!r}.")
            if taken not in range(SHOWN + 1):
                raise SettingError(f"hints must be whole numbers from 0 to {SHOWN}, not {taken!r}.")
        return {"puzzles": puzzles, "at": int(at), "guesses": guesses, "hints": hints}

    def _found(self):
        """Which puzzles are solved."""
        pairs = zip(self.puzzles, self.guesses, strict=True)
        return [not set(puzzle["wrong"]).isdisjoint(guessed) for puzzle, guessed in pairs]

    def describe(self):
        """Say which puzzle is at hand and how many were found."""
        found = self._found()
        return (
            f"Spot the slip, puzzle {self.at + 1} of {len(found)}, from {self.puzzles[self.at]['source']}: "
            f"which term is wrong? Found so far: {sum(found)} of {len(found)}."
        )

    def picture(self):
        """Show the formula at hand; its answer unfolds."""
        puzzle = self.puzzles[self.at]
        shown = puzzle["set"]
        lines = "".join(f"<div>{markup([tree for _, tree in line])}</div>" for line in shown["lines"])
        correct = "".join(f"<div>{markup(line)}</div>" for line in shown["correct"])
        return (
            f'<p class="w2v-slip-about"><em>{escape(puzzle["source"])}.</em> {markup(shown["about"])}</p>'
            f'<div class="w2v-slip-formula">{lines}</div>'
            f"<details><summary>The answer</summary><p>{markup(shown['slip'])}</p>"
            f'<div class="w2v-slip-formula">{correct}</div></details>'
        )


def _places(puzzle):
    """Places of the pieces that are terms."""
    return {place for place, term in enumerate(puzzle["terms"]) if not _LAYOUT.fullmatch(term)}


def _set(puzzle):
    """A puzzle with its formulas as MathML, under the name `set`; else `SettingError`."""
    needed = ("id", "source", "about", "terms", "wrong", "kind", "slip", "correct")
    if missing := [name for name in needed if not puzzle.get(name)]:
        raise SettingError(f"The puzzle {puzzle.get('id')!r} lacks {', '.join(missing)}.")
    places, fine = _places(puzzle), {str(place): text for place, text in puzzle.get("fine", {}).items()}
    if not set(puzzle["wrong"]) <= places or not set(fine) <= {str(place) for place in places - set(puzzle["wrong"])}:
        raise SettingError(f"The puzzle {puzzle['id']!r}: wrong must be places of terms, and fine those of others.")
    lines = [[]]
    for place, term in enumerate(puzzle["terms"]):
        if place in places:
            lines[-1].append([place, mathml(term)])
        elif r"\\" in term:
            lines.append([])
    return puzzle | {
        "fine": fine,
        "set": {
            "lines": lines,
            "correct": formula_lines(puzzle["correct"]),
            "about": rich(puzzle["about"]),
            "slip": rich(puzzle["slip"]),
            "fine": {place: rich(text) for place, text in fine.items()},
        },
    }
