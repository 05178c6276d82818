"""Exercises that check themselves: the chapter asks, ``attempt("ex:tanh-sigmoid", answer)`` judges.

What is right stands in one module for each chapter, in its `EXERCISES`: for each label a judge (`w2v_core.judges`).
"""

import importlib
import json
import pkgutil
from functools import cache
from pathlib import Path

from w2v_core.errors import SettingError
from w2v_core.judges import Formula, NotAnAnswer, Program, Value, Verdict

PROGRESS = Path("progress.json")  # kept where it exists: beside the notebooks that were handed out


@cache
def exercises() -> dict[str, dict[str, Formula | Value | Program]]:
    """All exercises: chapter by chapter, label by label."""
    chapters = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return {name: importlib.import_module(f"{__name__}.{name}").EXERCISES for name in chapters}


def attempt(label: str, answer) -> Verdict:
    """Judge an answer to the exercise of this label; `...` in its place says what to do.

    >>> attempt("ex:tanh-sigmoid", ...)
    ○ Write the slope of 2*sigma(2*t) - 1 as an expression in t, in place of the three dots.

    Raises `SettingError` if there is no such exercise. Nothing in an answer makes it raise.
    """
    chapter = next((name for name, found in exercises().items() if label in found), None)
    if chapter is None:
        raise SettingError(f"There is no exercise {label!r} that checks itself.")
    exercise = exercises()[chapter][label]
    if answer is ... or answer is None:
        return Verdict("○", f"Write {exercise.ask}, in place of the three dots.")
    try:
        verdict = exercise.judge(answer)
    except NotAnAnswer as error:
        verdict = Verdict("✗", str(error))
    if PROGRESS.exists():
        solved = json.loads(PROGRESS.read_text("utf-8") or "{}")
        solved.setdefault(chapter, {})[label] = verdict.solved or solved.get(chapter, {}).get(label, False)
        PROGRESS.write_text(json.dumps(solved, indent=1, sort_keys=True), "utf-8")
    return verdict
