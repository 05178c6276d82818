"""Run the notebooks of a class, no kernels: ``python kit_runner.py STUDENTS SOLUTIONS TOLD.json`` notes what they say.

A chapter's two notebooks begin with the same cells. These run once; then the process is copied (`fork`), and each copy
goes on with its own notebook, in the same state as if it had run alone.
"""

import json
import os
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from itertools import takewhile
from multiprocessing import get_context
from pathlib import Path

import matplotlib
import nbformat
import sympy  # noqa: F401  here once, not once a notebook
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

matplotlib.use("Agg")


def code(path):
    """Return the code cells of a notebook, if there is one."""
    book = nbformat.read(path, as_version=4).cells if path.exists() else []
    return [cell for cell in book if cell.cell_type == "code"]


def run(cells):
    """Run cells until one fails; return what each said."""
    told = []
    for cell in cells:
        with capture_output() as shown:
            result = InteractiveShell.instance().run_cell(cell.source)
        error = result.error_before_exec or result.error_in_exec
        outputs = [one.data.get("text/plain", "") for one in shown.outputs]
        said = "\n".join([shown.stdout, *outputs])
        told.append({"source": cell.source, "said": said, "error": error and repr(error)})
        if error:
            break
    return told


def run_from(start, cells):
    """Go on in a folder of one's own, where progress is kept."""
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        kept = Path("progress.json")
        kept.write_text("{}", encoding="utf-8")
        told = start + run(cells if not (start and start[-1]["error"]) else [])
        return {"cells": told, "progress": json.loads(kept.read_text(encoding="utf-8"))}


def run_both(paths):
    """Run the student's and the solution notebook of a chapter."""
    student, solution = map(code, paths)
    pairs = zip(student, solution, strict=False)
    shared = len(list(takewhile(lambda pair: pair[0].source == pair[1].source, pairs)))
    start = run(student[:shared])
    with tempfile.NamedTemporaryFile("r", encoding="utf-8") as answer:
        if os.fork() == 0:
            Path(answer.name).write_text(json.dumps(run_from(start, student[shared:])), encoding="utf-8")
            os._exit(0)
        os.wait()
        told = {"student": json.load(answer)}
    if solution:
        told["solution"] = run_from(start, solution[shared:])
    return paths[0].stem, told


if __name__ == "__main__":
    students, solutions, answer = (Path(path).resolve() for path in sys.argv[1:])
    pairs = [(book, solutions / book.name) for book in sorted(students.glob("*.ipynb"))]
    # Not `multiprocessing.Pool`: its processes may not have children, and a chapter measures memory in one.
    with ProcessPoolExecutor(mp_context=get_context("forkserver"), max_tasks_per_child=1) as pool:
        answer.write_text(json.dumps(dict(pool.map(run_both, pairs))), encoding="utf-8")
