"""Exercises that check themselves: the chapter asks, ``attempt("ex:tanh-sigmoid", answer)`` judges.

What is right stands in one module for each chapter, in its `EXERCISES`: for each label a judge (`w2v_core.judges`).
The first line of such a module gives the chapter's title in quotes.
"""

import ctypes
import difflib
import importlib
import json
import pkgutil
import threading
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from w2v_core.errors import BookError
from w2v_core.judges import Formula, NotAnAnswer, Program, Value, Verdict

PROGRESS = Path("progress.json")  # kept where it exists: beside the notebooks that were handed out
PATIENCE = 30  # seconds for one answer
WHY_NONE = "It comes from print(...) and from functions without return: they give nothing back."
NONE = f"The answer is None, which is no value. {WHY_NONE}"
ORDER = "words_as_vectors three_functions softmax_gradient matrix_gradient one_word_network cbow skip_gram tree".split()
ORDER += "tree_likelihood negative_sampling noise_likelihood six_models program training blocks".split()
ORDER += "what_it_learns find_the_bug".split()


@cache
def exercises() -> dict[str, dict[str, Formula | Value | Program]]:
    """All exercises: chapter by chapter, in the order of the book, label by label."""
    chapters = sorted((found.name for found in pkgutil.iter_modules(__path__)), key=ORDER.index)
    return {name: importlib.import_module(f"{__name__}.{name}").EXERCISES for name in chapters}


def attempt(label: str, answer) -> Verdict:
    """Judge an answer to the exercise of this label; `...` in its place says what to do.

    >>> attempt("ex:tanh-sigmoid", ...)
    ○ Write the slope of tanh as an expression in t, in place of the three dots.

    Nothing makes it raise, neither an answer nor a label that is not there.
    """
    chapter_of = {one: name for name, found in exercises().items() for one in found}
    if not isinstance(label, str) or label not in chapter_of:
        return _no_such_exercise(label, answer, list(chapter_of))
    chapter = chapter_of[label]
    exercise = exercises()[chapter][label]
    if _holds(answer, ...):
        return Verdict("○", f"Write {exercise.ask}, in place of the three dots.")
    if answer is None:
        return Verdict("✗", f"{NONE} Write {exercise.ask}.")
    if isinstance(answer, list | tuple) and _holds(answer, None):
        return Verdict("✗", f"The answer holds None, which is no value. {WHY_NONE} Write {exercise.ask}.")
    try:
        with _patience():
            verdict = exercise.judge(answer)
    except NotAnAnswer as error:
        verdict = Verdict("✗", str(error))
    except OutOfPatience:
        verdict = Verdict("✗", f"Not finished after {PATIENCE} seconds. Does a loop never end, or do too much?")
    if verdict.solved and PROGRESS.exists():
        try:
            solved = _kept()
            solved.setdefault(chapter, {})[label] = True
            PROGRESS.write_text(json.dumps(solved, indent=1, sort_keys=True), "utf-8")
        except (ProgressError, OSError) as error:
            return Verdict("✓", f"{verdict.text}\nBut your progress could not be kept. {error}")
    return verdict


def _no_such_exercise(label, answer, labels):
    """What a reader is told who changed a label, or left it out."""
    if isinstance(answer, str) and answer in labels:
        return Verdict("✗", f'The label comes first: `attempt("{answer}", answer)`.')
    if not isinstance(label, str):
        return Verdict("✗", 'The label comes first, in quotes, then the answer: `attempt("ex:...", answer)`.')
    near = difflib.get_close_matches(label.strip().lower(), [*labels, *(one[3:] for one in labels)], 1)
    hint = f' Do you mean "ex:{near[0].removeprefix("ex:")}"?' if near else ""
    return Verdict("✗", f'There is no exercise with the label "{label}".{hint}')


def _holds(answer, what):
    """Whether an answer is `...` or None, or holds one."""
    return answer is what or isinstance(answer, list | tuple) and any(_holds(one, what) for one in answer)


class OutOfPatience(BaseException):
    """The answer takes too long; not an `Exception`, so that no answer catches it."""


@contextmanager
def _patience():
    """Raise `OutOfPatience` in this thread when the time is over, as soon as Python code runs in it."""
    here = ctypes.c_ulong(threading.get_ident())
    stop = ctypes.py_object(OutOfPatience)
    alarm = threading.Timer(PATIENCE, ctypes.pythonapi.PyThreadState_SetAsyncExc, (here, stop))
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()
        alarm.join()  # if it has just gone off, it shall do so in here


class ProgressError(BookError, ValueError):
    """The file of what is solved cannot be read."""


def _kept():
    """What `progress.json` holds: chapter by chapter, the labels of what is solved."""
    try:
        kept = json.loads(PROGRESS.read_text("utf-8") or "{}")
        return {
            chapter: {label: True for label, solved in labels.items() if solved} for chapter, labels in kept.items()
        }
    except (ValueError, TypeError, AttributeError):  # not JSON, not UTF-8; not a dictionary of dictionaries
        raise ProgressError(f"{PROGRESS} is damaged. Write {{}} into it, and run your notebooks again.") from None


class Progress:
    """What is solved and what is open, chapter by chapter; a table in a notebook."""

    def __init__(self, solved):
        """`solved` holds, under the name of each chapter, the labels of what is solved."""
        self.rows = []
        for chapter, labels in exercises().items():
            title = importlib.import_module(f"{__name__}.{chapter}").__doc__.split('"')[1]
            marks = {label: "✓" if label in solved.get(chapter, {}) else "○" for label in labels}
            self.rows.append((chapter, title, marks))

    def _counts(self):
        marks = [mark for _, _, found in self.rows for mark in found.values()]
        return f"{marks.count('✓')} of {len(marks)} solved"

    def __repr__(self):
        """Give a line for each chapter, and the sum."""
        lines = [f"{title}: " + ", ".join(f"{marks[x]} {x[3:]}" for x in marks) for _, title, marks in self.rows]
        return "\n".join([*lines, self._counts()])

    def _repr_markdown_(self):
        lines = [f"**{self._counts()}**", "", "| chapter | solved | exercises |", "|:---|---:|:---|"]
        for chapter, title, marks in self.rows:
            found = ", ".join(f"{mark}\N{NO-BREAK SPACE}{label[3:]}" for label, mark in marks.items())
            solved = list(marks.values()).count("✓")
            lines.append(f"| [{title}]({chapter}.ipynb) | {solved} of {len(marks)} | {found} |")
        return "\n".join(lines)


def progress() -> Progress | Verdict:
    """Show what is solved; where nothing is kept, say how to keep it."""
    if not PROGRESS.exists():
        return Verdict("○", f"Nothing is kept here. Make a file {PROGRESS} with {{}} in it, beside your notebooks.")
    try:
        return Progress(_kept())
    except (ProgressError, OSError) as error:
        return Verdict("✗", str(error))
