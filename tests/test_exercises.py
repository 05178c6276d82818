"""Every exercise: right answers pass in any form, wrong ones are told why; the chapters and their judges fit together.

The answers are in `exercise_answers/`, a module for each chapter: `RIGHT` and `WRONG`, label by label.
"""

import importlib
import json
import re
import time
from collections import Counter

import pytest
import yaml
from browser_fixtures import ROOT
from sympy import Sum, Symbol

from w2v_core import exercises as book
from w2v_core import sigmoid
from w2v_core.exercises import attempt, exercises, progress
from w2v_core.judges import Formula, Program, Value

# as a reader runs them: without shape checks; and counting lines would take longer than the answers
pytestmark = [pytest.mark.usefixtures("unchecked"), pytest.mark.no_cover]
JUDGES = {label: judge for found in exercises().values() for label, judge in found.items()}
CHAPTER_OF = {label: chapter for chapter, found in exercises().items() for label in found}
CELL = re.compile(
    r"^(`{3,})\{code-cell\}.*\n((?::.*\n)*)([\s\S]*?)^\1$|^[`:]{3,}\{solution-(start|end)\}", re.MULTILINE
)
each_label = pytest.mark.parametrize("label", JUDGES)
each_chapter = pytest.mark.parametrize("chapter", exercises())


def answers_of(chapter):
    return importlib.import_module(f"exercise_answers.{chapter}")


def text_of(chapter):
    return (ROOT / "chapters" / f"{chapter}.md").read_text(encoding="utf-8")


def attempts_in(text):
    """Label and tags of each attempt, and whether it stands in a solution."""
    solved = False
    for cell in CELL.finditer(text):
        solved = {"start": True, "end": False, None: solved}[cell[4]]
        for label in re.findall(r"\battempt\(\s*\"([^\"]+)\"", cell[3] or ""):
            yield label, re.findall(r"[\w-]+", cell[2].removeprefix(":tags:")), solved


# --- Answers ---


@each_label
def test_right_answers_are_right_in_any_form(label):
    answers = answers_of(CHAPTER_OF[label]).RIGHT[label]
    assert len(answers) >= 1
    assert [str(verdict) for verdict in (attempt(label, one) for one in answers) if verdict.mark != "✓"] == []


@each_label
def test_wrong_answers_are_wrong_and_told_why_but_never_the_solution(label):
    answers = answers_of(CHAPTER_OF[label]).WRONG[label]
    assert len(answers) >= 2
    for answer, words in answers:
        verdict = attempt(label, answer)
        assert (verdict.mark, words in verdict.text) == ("✗", True), f"{verdict}\nshould say: {words}"
        assert " at 0x" not in verdict.text
        if isinstance(JUDGES[label], Formula) and JUDGES[label].right.args:
            assert str(JUDGES[label].right) not in verdict.text
        elif isinstance(JUDGES[label], Value) and not isinstance(JUDGES[label].right, str):
            assert not re.search(rf"(?<![\d.]){re.escape(str(JUDGES[label].right))}(?![\d.]*\d)", verdict.text)


@each_label
def test_every_slip_is_called_by_its_name(label):
    for name, slip in JUDGES[label].slips.items():
        verdict = JUDGES[label].judge(slip)
        assert (verdict.mark, verdict.text.split("\n")[0]) == ("✗", name)


@each_label
def test_an_empty_stub_says_what_to_do(label):
    def stub(*arguments): ...

    for answer in (..., [..., 1.0], (1.0, [...])):
        assert str(attempt(label, answer)) == f"○ Write {JUDGES[label].ask}, in place of the three dots."
    empty = attempt(label, stub)
    assert JUDGES[label].ask in empty.text
    assert empty.mark == ("○" if isinstance(JUDGES[label], Program) else "✗")


@each_label
def test_none_is_an_answer_that_is_no_value(label, capsys):
    for answer, told in ((print("x"), "The answer is None"), ([1.0, None], "The answer holds None")):
        verdict = attempt(label, answer)
        assert verdict.mark == "✗"
        assert verdict.text.startswith(f"{told}, which is no value. It comes from print(...)")
        assert verdict.text.endswith(f" Write {JUDGES[label].ask}.")


def test_no_label_is_used_twice():
    assert len(JUDGES) == sum(map(len, exercises().values()))


def test_there_are_answers_for_every_exercise_and_many():
    right, wrong = 0, 0
    for chapter, found in exercises().items():
        answers = answers_of(chapter)
        assert set(answers.RIGHT) == set(answers.WRONG) == set(found)
        right, wrong = right + sum(map(len, answers.RIGHT.values())), wrong + sum(map(len, answers.WRONG.values()))
    assert right >= 20
    assert wrong >= 60


@pytest.mark.parametrize(
    ("label", "answer", "told"),
    [
        ("ex:tanh-sigmiod", 1, 'There is no exercise with the label "ex:tanh-sigmiod". Do you mean "ex:tanh-sigmoid"?'),
        ("tanh-sigmoid", 1, 'There is no exercise with the label "tanh-sigmoid". Do you mean "ex:tanh-sigmoid"?'),
        (" EX:TANH-SIGMOID", 1, 'the label " EX:TANH-SIGMOID". Do you mean "ex:tanh-sigmoid"?'),
        ("zzzz", 1, 'There is no exercise with the label "zzzz".'),
        (1, "ex:tanh-sigmoid", 'The label comes first: attempt("ex:tanh-sigmoid", answer).'),
        (["ex:tanh-sigmoid"], 1, "The label comes first, in quotes, then the answer: attempt("),
    ],
)
def test_who_mistypes_a_label_is_told_the_nearest(label, answer, told):
    verdict = attempt(label, answer)
    assert verdict.mark == "✗"
    assert told in verdict.text


def test_an_answer_that_never_ends_is_given_up(monkeypatch):
    def my_sigmoid(scores):
        while True:
            try:
                scores = sigmoid(scores)
            except Exception:
                pass

    monkeypatch.setattr(book, "PATIENCE", 0.2)
    start = time.perf_counter()
    j, t = Symbol("j"), Symbol("s", real=True)
    for label, answer in (("ex:write-sigmoid", my_sigmoid), ("ex:tanh-sigmoid", Sum(t, (j, 1, 10**9)))):
        assert str(attempt(label, answer)) == "✗ Not finished after 0.2 seconds. Does a loop never end, or do too much?"
    assert time.perf_counter() - start < 5
    assert attempt("ex:write-sigmoid", sigmoid).solved


# --- Chapters ---


@each_chapter
def test_a_chapter_has_at_least_four_exercises_that_check_themselves(chapter):
    asked = {re.sub(r"-[b-z]$", "", label) for label in exercises()[chapter]}
    assert len(asked) >= 4
    assert asked - set(re.findall(r"^:label: (ex:\S+)", text_of(chapter), re.MULTILINE)) == set()


@each_chapter
def test_each_exercise_has_a_stub_and_its_solution_passes_through_the_same_check(chapter):
    found = list(attempts_in(text_of(chapter)))
    assert Counter((label, solved) for label, _, solved in found) == Counter(
        (label, solved) for label in exercises()[chapter] for solved in (False, True)
    )
    assert [(label, tags) for label, tags, solved in found if ["exercise", "solution"][solved] not in tags] == []
    assert [label for label, tags, solved in found if ["solution", "exercise"][solved] in tags] == []


def test_every_attempt_in_the_book_has_a_judge():
    chapters = {path.stem: list(attempts_in(path.read_text("utf-8"))) for path in (ROOT / "chapters").glob("*.md")}
    assert {stem for stem, found in chapters.items() if found} == set(exercises())


def test_chapters_come_in_the_order_of_the_book_under_their_titles():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [chapter["file"].split("/")[1] for part in toc["parts"] for chapter in part["chapters"]]
    assert list(exercises()) == [name for name in files if name in exercises()]
    for chapter in exercises():
        title = importlib.import_module(f"w2v_core.exercises.{chapter}").__doc__.split('"')[1]
        assert f"\n# {title}\n" in text_of(chapter)


# --- Progress ---


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """The file of what is solved, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "progress.json"
    path.write_text("{}\n", "utf-8")
    return path


def test_progress_is_kept_only_where_its_file_is(kept):
    kept.unlink()
    assert str(attempt("ex:write-sigmoid", sigmoid)) == "✓ Right in all 6 cases, the extreme ones too."
    assert list(kept.parent.iterdir()) == []
    assert str(progress()).startswith("○ Nothing is kept here. Make a file progress.json with {} in it")


def test_what_is_solved_stays_solved(kept):
    attempt("ex:write-softmax", sigmoid)
    attempt("ex:write-sigmoid", ...)
    assert json.loads(kept.read_text("utf-8")) == {}
    attempt("ex:write-sigmoid", sigmoid)
    attempt("ex:write-sigmoid", 3)
    assert json.loads(kept.read_text("utf-8")) == {"three_functions": {"ex:write-sigmoid": True}}


@pytest.mark.parametrize("damage", [b"{", b"[1]", b"\xff", b'{"three_functions": 3}', b'{"three_functions": ["ex:a"]}'])
def test_a_damaged_file_of_progress_is_left_alone_and_said(kept, damage):
    kept.write_bytes(damage)
    verdict = attempt("ex:write-sigmoid", sigmoid)
    assert verdict.solved
    assert "could not be kept. progress.json is damaged. Write {} into it" in verdict.text
    assert kept.read_bytes() == damage
    assert str(progress()).startswith("✗ progress.json is damaged.")


def test_a_file_that_cannot_be_written_does_not_stop_the_lesson(kept):
    kept.unlink()
    kept.mkdir()
    assert "could not be kept" in str(attempt("ex:write-sigmoid", sigmoid))
    assert attempt("ex:write-sigmoid", sigmoid).solved


def test_progress_shows_what_is_solved_and_what_is_open(kept):
    attempt("ex:write-sigmoid", sigmoid)
    count = len(exercises()["three_functions"])
    table = progress()._repr_markdown_()
    assert table.startswith(f"**1 of {len(JUDGES)} solved**\n\n| chapter | solved | exercises |\n")
    row = next(line for line in table.splitlines() if "Three functions" in line)
    assert row.startswith(f"| [Three functions](three_functions.ipynb) | 1 of {count} | ")
    assert row.count("○") == count - 1
    assert "✓\N{NO-BREAK SPACE}write-sigmoid" in row  # no mark stands alone at the end of a line
    assert str(progress()).splitlines()[-1] == f"1 of {len(JUDGES)} solved"
    assert "✓ write-sigmoid" in str(progress())
