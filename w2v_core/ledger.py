"""The book's ledger: every statement of the sources with its verdict, and the check that stands behind the verdict.

The data are `chapters/ledger.yml`; the check of ``sum/eq24`` is the function ``sum_eq24`` in one of the modules
`chapters/ledger_checks/*.py`. A check proves, refutes or asserts; here it is run, quietly, what it did is written down,
and a verdict that does not match it is an error::

    for entry in load():
        print(entry["id"], judge(entry).steps)
"""

import ast
import importlib.util
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from unittest.mock import patch

import yaml

from w2v_core import proofs
from w2v_core.errors import BookError

BESIDE, INSIDE = Path(__file__).parents[1] / "chapters", Path(__file__).parent / "chapters"
CHAPTERS = INSIDE if INSIDE.exists() else BESIDE  # the kit for a class puts them into the package
STATEMENTS = {"hand-derivation": 21, "assignment": 18, "summary": 140, "understanding": 12}  # how many each has
VERDICTS = {"right": "✓", "notation": "≈", "wrong": "✗", "definition": "≔", "off-topic": "–"}  # with their marks
KINDS = ("sign", "factor", "term", "index", "range", "log", "bracket", "shape", "set", "symbol", "condition", "claim")
KINDS += ("direction",)
SCOPES = ("every size", "every function", "this size: ", "counted", "measured", "by reading")
LABEL = re.compile(r"^[ \t]*(?::label:[ \t]*|\$\$[ \t]*\(|\()((?:\w|[:-])+)\)?=?[ \t]*$", re.MULTILINE)


class LedgerError(BookError):
    """The ledger contradicts itself: a field, a check or a place is missing, or a check does not match its verdict."""


@dataclass
class Step:
    """One line that a check would print: ✓ proved or ✗ refuted, with the equations it decided."""

    mark: str
    title: str
    verdict: str
    equations: list  # (left, right, sizes), one a line


@dataclass
class Record:
    """What a check did."""

    says: str  # the first line of its docstring
    asserts: int  # how many assertions it and its helpers hold
    steps: list[Step] = field(default_factory=list)

    def count(self, mark):
        """How many steps have this mark."""
        return sum(step.mark == mark for step in self.steps)


def load(path=CHAPTERS / "ledger.yml"):
    """All entries, in document order, as dicts; `LedgerError` names what is wrong with a field."""
    if not path.is_file():
        raise LedgerError(f"There is no {path.name} beside the package. In the book's folder: `pip install -e .`")
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    for entry in entries:
        faults(entry)
    names = [function_name(entry["id"]) for entry in entries]
    if twice := {name for name in names if names.count(name) > 1}:
        raise LedgerError(f"The ledger names twice: {', '.join(sorted(twice))}.")
    return entries


def faults(entry):
    """Raise `LedgerError` if a field of the entry is missing, superfluous or none of the known words."""
    slipped = entry.get("verdict") in ("notation", "wrong")
    rules = {
        "document": entry.get("document") in STATEMENTS,
        "section": bool(entry.get("section")),
        "verdict": entry.get("verdict") in VERDICTS,
        "kind": entry.get("kind") in (KINDS if slipped else (None,)),
        "slip": bool(entry.get("slip")) == slipped,
        "printed or says": bool(entry.get("printed")) != bool(entry.get("says")),
        "correct or instead": bool(entry.get("correct") or entry.get("instead")) or not slipped,
        "scope": str(entry.get("scope")).startswith(SCOPES),
        "place": bool(re.fullmatch(r"[a-z]+:[\w-]+", str(entry.get("place")))),
    }
    wrong = [name for name, holds in rules.items() if not holds]
    if wrong:
        raise LedgerError(f"Entry {entry.get('id')}: look at {', '.join(wrong)}.")


def function_name(statement):
    """Name of the check of a statement: ``sum/s1.1-sym`` has ``sum_s1_1_sym``."""
    return re.sub(r"\W", "_", statement)


@cache
def checks():
    """Every check function by its name; names with an underscore in front are helpers."""
    found = {}
    for path in sorted((CHAPTERS / "ledger_checks").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"ledger_checks.{path.stem}", path)
        spec.loader.exec_module(module := importlib.util.module_from_spec(spec))
        for name, value in vars(module).items():
            if re.match(r"(?:hd|asg|sum|und)_", name) and inspect.isfunction(value) and value.__module__ == spec.name:
                if name in found:
                    raise LedgerError(f"{name} is in {found[name].__module__} and in {spec.name}.")
                found[name] = value
    return found


def run(function):
    """Run one check without its output and return what it did; what it raises goes through."""
    equations, record = [], Record((inspect.getdoc(function) or "").partition("\n")[0], _assertions(function))
    decide = proofs._decide

    def listen(title, left, right, only):
        equations.append((left, right, only))
        return decide(title, left, right, only)

    def note(mark, title, verdict, formula=None):
        record.steps.append(Step(mark, title, verdict, equations.copy()))
        equations.clear()

    with patch.object(proofs, "_decide", listen), patch.object(proofs, "_show", note):
        function()
    return record


def _assertions(function, seen=()):
    """How many assertions a function holds, with those of the functions of its module that it calls."""
    total = 0
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        called = getattr(node, "func", None)
        name = getattr(called, "attr", getattr(called, "id", ""))
        helper = function.__globals__.get(name) if isinstance(called, ast.Name) else None
        total += isinstance(node, ast.Assert) or name.startswith("assert_")
        if inspect.isfunction(helper) and helper.__module__ == function.__module__ and helper not in seen:
            total += _assertions(helper, (*seen, function, helper))
    return total


def judge(entry):
    """Run the check of an entry; `LedgerError` if there is none, it fails, or it does not match verdict and scope."""
    function, verdict, scope = checks().get(function_name(entry["id"])), entry["verdict"], entry["scope"]
    if function is None:
        if verdict == "off-topic":
            return Record("", 0)
        raise LedgerError(f"{entry['id']} has no check {function_name(entry['id'])} in chapters/ledger_checks.")
    try:
        record = run(function)
    except Exception as error:
        raise LedgerError(f"{entry['id']}: the check fails. {type(error).__name__}: {error}") from error
    proved, refuted, asserted = record.count("✓"), record.count("✗"), record.asserts
    general = any("proved for every" in step.verdict for step in record.steps if step.mark == "✓")
    matches = {
        "right": proved + asserted >= 1 and refuted == 0,
        "notation": proved + asserted >= 1,
        "wrong": proved + asserted >= 1 and refuted + asserted >= 1 and proved + refuted + asserted >= 2,
        "definition": proved + asserted >= 1,
        "off-topic": True,
    }[verdict]
    did = f"{proved} proofs, {refuted} refutations and {asserted} assertions"
    if not matches or not record.says:
        raise LedgerError(f"{entry['id']}: a docstring, {did} do not show that it is {verdict}.")
    if (scope == "every size" and not general) or (scope in ("every function", "counted", "measured") and not asserted):
        raise LedgerError(f"{entry['id']}: {did} do not hold for its scope, {scope}.")
    return record


def places():
    """Every label of the chapters, and the file that holds it."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(CHAPTERS.glob("*.md"))}
    return {label: stem for stem, text in texts.items() for label in LABEL.findall(text)}


@cache
def puzzles():
    """The slips to spot, for `SpotTheSlip`: those of `chapters/slips.yml`, with what the ledger says about each."""
    entries, stems = {entry["id"]: entry for entry in load()}, places()
    found = []
    for slip in yaml.safe_load((CHAPTERS / "slips.yml").read_text(encoding="utf-8")):
        entry = entries.get(slip["id"], {})
        if entry.get("verdict") not in ("notation", "wrong"):
            raise LedgerError(f"The puzzle {slip['id']} is not in the ledger, or has no slip there.")
        if "".join("".join(slip["terms"]).split()) != "".join(entry["printed"].split()):
            raise LedgerError(f"The terms of the puzzle {slip['id']} are not what is printed.")
        kind, _, rest = entry["place"].partition(":")
        anchor = {"eq": f"equation-eq-{rest}", "thm": entry["place"]}.get(kind, f"{kind}-{rest}")
        found.append(
            slip
            | {name: entry[name] for name in ("verdict", "kind", "slip", "correct")}
            | {"source": f"{entry['document']}, " + (f"({entry['number']})" if "number" in entry else entry["section"])}
            | {"link": f"{stems[entry['place']]}.html#{anchor}"}
        )
    return found
