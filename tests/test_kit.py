"""The kit for a class: nothing of a solution in a student's notebook, the same zip twice, and a room without internet.

The tests marked `kit` install the kit in an empty environment with the network closed and run every notebook in it.
They take a minute and need a package index to fill the kit, so they have a target of their own, `make test-kit`.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest
from browser_fixtures import BUILD, ROOT, once
from bs4 import BeautifulSoup

from w2v_core import widgets
from w2v_core.exercises import exercises

CHAPTERS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "chapters").glob("*.md"))}
HANDED_OUT = sorted(set(CHAPTERS) - {"bibliography", "teaching"})
WITH_SOLUTIONS = sorted(stem for stem, text in CHAPTERS.items() if "{solution" in text)
KIT = [sys.executable, ROOT / "chapters" / "_extensions" / "kit.py"]


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """The kit, unpacked."""

    def make(shared):
        for name in ("kit", "kit-again"):
            subprocess.run([*KIT, shared / name], check=True)
        zipfile.ZipFile(shared / "kit" / "w2v-kit.zip").extractall(shared / "unpacked")
        return str(shared)

    return Path(once(tmp_path_factory, "kit", make)) / "unpacked" / "w2v-kit"


def notebooks(folder):
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}


def solutions(text):
    """What stands in the solutions of a chapter, and what stands outside; found line by line."""
    inside, outside, end = [], [], None
    for line in text.splitlines():
        start = re.match(r"([`:]{3,})\{solution(-start)?\}", line)
        if end is None and start:
            end = re.compile(r"[`:]{3,}\{solution-end\}" if start[2] else re.escape(start[1]) + "$")
            inside.append([])
        elif end is not None and end.match(line):
            end = None
        else:
            (outside if end is None else inside[-1]).append(line)
    return inside, outside


def strings(value):
    """Every string of a notebook, wherever it stands."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in strings(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in strings(part))


def attempts(book):
    return re.findall(r"attempt\(\s*\"(ex:[\w-]+)\"", "\n".join(c.source for c in book.cells if c.cell_type == "code"))


def test_kit_holds_what_its_readme_names(kit):
    zipped = kit.parents[1] / "kit" / "w2v-kit.zip"
    names = zipfile.ZipFile(zipped).namelist()
    assert names == sorted(names)
    found = {name.removeprefix("w2v-kit/") for name in names}
    assert {name for name in found if "/" not in name} == {"LICENSE", "README.md"}
    assert {name for name in found if name.startswith("teacher/")} == {
        "teacher/guide.html",
        *(f"teacher/solutions/{stem}.ipynb" for stem in WITH_SOLUTIONS),
    }
    books = {f"students/notebooks/{stem}.ipynb" for stem in [*HANDED_OUT, "progress"]}
    assert {name for name in found if name.startswith("students/notebooks/")} == books | {
        "students/notebooks/progress.json"
    }
    readme = (kit / "README.md").read_text(encoding="utf-8")
    for name in ("students", "teacher", "start.py", "wheels", "requirements.txt", "guide.html", "progress.json"):
        assert name in readme
        assert any(name in one for one in found), name
    for_students = (kit / "students" / "README.md").read_text(encoding="utf-8")
    assert "start.py" in for_students
    assert "teacher" not in for_students


def test_same_book_gives_the_same_bytes(kit):
    first, second = (kit.parents[1] / name / "w2v-kit.zip" for name in ("kit", "kit-again"))
    assert first.read_bytes() == second.read_bytes()


def test_no_solution_is_in_a_student_notebook(kit):
    books = notebooks(kit / "students" / "notebooks")
    everything = {text.strip() for book in books.values() for part in strings(book) for text in part.splitlines()}
    elsewhere = {line.strip() for text in CHAPTERS.values() for line in solutions(text)[1]}
    for stem in WITH_SOLUTIONS:
        inside = {line.strip() for solution in solutions(CHAPTERS[stem])[0] for line in solution}
        telling = {line for line in inside - elsewhere if len(line) >= 24 and "{" not in line}
        assert len(telling) > 10, stem
        assert telling & everything == set(), stem
    for stem, book in books.items():
        text = "\n".join(strings(book))
        assert "{solution" not in text, stem
        assert "Solution" not in re.sub(r"solutions?\b", "", text), stem


def test_every_exercise_is_asked_once_and_answered_once(kit):
    asked, answered = notebooks(kit / "students" / "notebooks"), notebooks(kit / "teacher" / "solutions")
    labels = [label for found in exercises().values() for label in found]
    assert [label for label in set(labels) if labels.count(label) > 1] == []
    for chapter, found in exercises().items():
        assert sorted(attempts(asked[chapter])) == sorted(found), chapter
        assert sorted(set(attempts(answered[chapter]))) == sorted(found), chapter
    for stem in WITH_SOLUTIONS:
        inside, outside = solutions(CHAPTERS[stem])
        solved = sum("{code-cell}" in line for solution in inside for line in solution)
        plain = sum("{code-cell}" in line for line in outside)
        code = [[c for c in book[stem].cells if c.cell_type == "code"] for book in (asked, answered)]
        stubs = [["exercise" in c.metadata.get("tags", []) for c in cells] for cells in code]
        assert len(code[0]) == plain, stem
        assert len(code[1]) - sum(stubs[1]) == plain - sum(stubs[0]) + solved, stem
        for cell, is_stub in zip(code[1], stubs[1], strict=True):
            assert not (is_stub and re.search(r"\battempt\(|= \.\.\.|^ +\.\.\.$", cell.source, re.M)), cell.source


def test_notebooks_are_valid_and_link_to_what_is_there(kit):
    for folder in (kit / "students" / "notebooks", kit / "teacher" / "solutions"):
        for stem, book in notebooks(folder).items():
            nbformat.validate(book)
            assert (book.nbformat, book.nbformat_minor) == (4, 5)
            assert book.metadata.keys() == {"kernelspec"}
            ids = [cell.id for cell in book.cells]
            assert len(set(ids)) == len(ids)
            text = "\n".join(cell.source for cell in book.cells if cell.cell_type == "markdown")
            assert not re.search(r"^`{3,}\{|^:{3,}|\{[a-z:-]+\}`", text, re.MULTILINE), stem
            if folder.name == "notebooks":
                linked = set(re.findall(r"\]\(([^)#:]+\.ipynb)\)", text))
                assert sorted(name for name in linked if not (folder / name).is_file()) == [], stem


def test_requirements_are_pinned_and_ask_for_our_own_wheel(kit):
    students = kit / "students"
    lines = (students / "requirements.txt").read_text(encoding="utf-8").split("\n")
    assert lines[0].endswith("[lab]")
    assert (students / lines[0].removesuffix("[lab]")).is_file()
    assert lines[1:] == ["--constraint versions.txt", ""]
    assert (students / "versions.txt").read_bytes() == (ROOT / "requirements.txt").read_bytes()
    for line in (students / "versions.txt").read_text(encoding="utf-8").splitlines():
        assert re.match(r"[\w.-]+==[\w.]+( ; |$)", line), line


def test_guide_names_widgets_and_chapters_that_exist(kit):
    guide = BeautifulSoup((kit / "teacher" / "guide.html").read_text(encoding="utf-8"), "html.parser")
    links = {link["href"] for link in guide.select("a[href]")}
    assert links
    for link in links:
        assert (kit / "teacher" / link).is_file(), link
    assert not re.search(r"\{[a-z:-]+\}|\bch:|\bex:|\bsec:|\$", guide.get_text())
    named = {code.get_text() for code in guide.select("code")} & {name for name in dir(widgets) if name[:1].isupper()}
    table = guide.select("table")[-1]
    rows = {row.code.get_text(): row.a["href"] for row in table.select("tbody tr")}
    assert named == set(rows)
    for name, link in rows.items():
        assert name in widgets.__all__
        assert f"{name}(" in CHAPTERS[Path(link).stem], f"{name} is not in {link}"


def test_minutes_of_each_lesson_add_up(kit):
    guide = BeautifulSoup((kit / "teacher" / "guide.html").read_text(encoding="utf-8"), "html.parser")
    ends = []
    for table in guide.select("table"):
        rows = [row.td.get_text() for row in table.select("tbody tr")]
        if rows[0].startswith("0–"):
            times = [tuple(map(int, row.split("–"))) for row in rows]
            assert all(before[1] == after[0] for before, after in zip(times, times[1:], strict=False))
            ends.append(times[-1][1])
    assert ends == [90] + 6 * [45] + [45]


@pytest.mark.parametrize("address", ["", "https://github.com/you/your-copy"])
def test_launch_buttons_appear_with_the_address_of_the_repository(tmp_path, address):
    config = (ROOT / "_config.yml").read_text(encoding="utf-8")
    assert 'repository_url: ""' in config
    config = config.replace('repository_url: ""', f'repository_url: "{address}"')
    (tmp_path / "_config.yml").write_text(config.replace("notebooks: force", 'notebooks: "off"'), encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: chapters/page\n", encoding="utf-8")
    for name in ("_extensions", "_static"):
        shutil.copytree(ROOT / "chapters" / name, tmp_path / "chapters" / name)
    shutil.copy(ROOT / "chapters" / "references.bib", tmp_path / "chapters")
    head = CHAPTERS["index"].split("---\n")[1]
    page = f"---\n{head}---\n# Page\n\n```{{code-cell}} ipython3\n1 + 1\n```\n"
    (tmp_path / "chapters" / "page.md").write_text(page, encoding="utf-8")
    subprocess.run([sys.executable, "-c", BUILD, "build", tmp_path, "-q"], check=True)
    site = tmp_path / "_build" / "html"
    page = BeautifulSoup((site / "chapters" / "page.html").read_text(encoding="utf-8"), "html.parser")
    launch = [link["href"] for link in page.select(".dropdown-launch-buttons a")]
    binder = "https://mybinder.org/v2/gh/you/your-copy/main?urlpath=lab/tree/notebooks/page.ipynb"
    assert launch == ([binder] if address else [])
    assert bool(page.select(".dropdown-launch-buttons")) == bool(address)
    asked = [str(tag) for tag in page.select("link, script, img, iframe") if "binder.org" in str(tag)]
    assert asked == []  # only a reader who presses the button asks another host
    assert not (site / "_sources").exists()


def closed(command, folder, **options):
    """Run a command without the network and without this environment's settings."""
    alone = ["unshare", "--map-root-user", "--net"]
    works = shutil.which("unshare") and subprocess.run([*alone, "true"], capture_output=True).returncode == 0
    dead = {name: "http://127.0.0.1:9" for name in ("http_proxy", "https_proxy", "all_proxy")}
    own = {"PATH": os.environ["PATH"], "HOME": str(folder), "PIP_CONFIG_FILE": os.devnull, "OMP_NUM_THREADS": "1"}
    command = [*(alone if works else []), *command]
    run = subprocess.run(command, env=own | dead, text=True, capture_output=True, check=False, **options)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-4000:]
    return run.stdout


@pytest.fixture(scope="module")
def classroom(tmp_path_factory):
    """A computer in a room without internet: a kit from a stick, installed and every notebook run."""
    folder = tmp_path_factory.mktemp("classroom")
    subprocess.run([*KIT, folder, "--offline"], check=True, stderr=subprocess.DEVNULL)
    zipfile.ZipFile(folder / "w2v-kit.zip").extractall(folder / "room")
    students = folder / "room" / "w2v-kit" / "students"
    version = closed([sys.executable, "start.py", "--version"], folder, cwd=students)
    python = students / "venv" / "bin" / "python"
    installed = closed([python, "-m", "pip", "freeze"], folder)
    runner, solved = ROOT / "tests" / "kit_runner.py", folder / "room" / "w2v-kit" / "teacher" / "solutions"
    closed([python, runner, students / "notebooks", solved, folder / "told.json"], folder)
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return {"version": version, "installed": installed.splitlines(), "told": told}


@pytest.mark.kit
def test_kit_installs_without_network_what_is_pinned(classroom):
    own = [line for line in classroom["installed"] if line.startswith("w2v_core @")]
    assert len(own) == 1
    alike = [re.sub(r"[-_.]+", "-", line).lower() for line in classroom["installed"] if line not in own]
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = {re.sub(r"[-_.]+", "-", line.split(" ;")[0]).lower() for line in lines}
    assert len(alike) > 50
    assert set(alike) - pinned == set()
    assert f"jupyterlab-{classroom['version'].split()[-1]}".replace(".", "-") in {
        line.replace("==", "-") for line in alike
    }


@pytest.mark.kit
@pytest.mark.parametrize("stem", [*HANDED_OUT, "progress"])
def test_student_notebook_runs_with_its_stubs_empty(classroom, stem):
    told = classroom["told"][stem]["student"]
    assert [(cell["error"], cell["source"]) for cell in told["cells"] if cell["error"]] == []
    stubs = [cell for cell in told["cells"] if "attempt(" in cell["source"]]
    assert [cell["source"] for cell in stubs if "○ " not in cell["said"]] == []
    assert len(stubs) >= (stem in exercises())
    assert not any(solved for chapter in told["progress"].values() for solved in chapter.values())


@pytest.mark.kit
@pytest.mark.parametrize("stem", WITH_SOLUTIONS)
def test_solution_notebook_passes_every_check(classroom, stem):
    told = classroom["told"][stem]["solution"]
    assert [(cell["error"], cell["source"]) for cell in told["cells"] if cell["error"]] == []
    labels = exercises().get(stem, {})
    assert told["progress"] == ({stem: dict.fromkeys(labels, True)} if labels else {})
