"""The chapters as notebooks that any notebook program shows well: plain Markdown, no outputs, the book's TeX commands.

The site offers each beside its page. There are three editions: "book" has everything, "student" has no solutions, and
"solution" has them in place of the empty stubs. ``python chapters/_extensions/notebooks.py FOLDER`` writes what one
works with: the student's notebooks and their progress into FOLDER, the solutions into FOLDER/solutions.
"""

import ast
import os
import re
import sys
from functools import cache
from pathlib import Path

import jupytext
import ledger_page
import nbformat

from w2v_core import style

# A MyST directive: fence, name, argument, options, body, and the same fence again.
DIRECTIVE = re.compile(
    r"^(?P<fence>`{3,}|:{3,})\{(?P<name>[\w:-]+)\}[ ]*(?P<argument>.*)\n"
    r"(?P<options>(?::[\w-]+:.*\n)*)(?P<body>(?:.*\n)*?)(?P=fence)[ \t]*$",
    re.MULTILINE,
)
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?:(?P<text>[^`<]+?) *<)?(?P<target>[^`<>]*)>?`")
# A solution with cells in it: from its start to its end, whatever stands between.
GATED = re.compile(r"^(?:`{3,}|:{3,})\{solution-start\}.*?^(`{3,}|:{3,})\{solution-end\}\n(?:\1\n)?", re.M | re.S)
# What a reference leads to: a heading under its label; an exercise or a theorem with its label among the options.
LABELLED = [
    re.compile(r"^\((?P<label>[\w:-]+)\)=\n+#+ (?P<title>.+)", re.MULTILINE),
    re.compile(r"^[`:]{3,}\{[\w:-]+\} (?P<title>.+)\n(?::.*\n)*?:label: (?P<label>(?:ex|thm):\S+)", re.MULTILINE),
]
CHAPTERS = Path(__file__).parents[1]
NOT_FOR_STUDENTS = ("bibliography", "teaching")  # nothing but links; the guide for the teacher
INSTALL = (
    "To run this notebook you need the book's package, `w2v_core`. With a kit for a class, `start.py` installs it; "
    "with the book's own folder, `pip install -e .` there."
)
PROGRESS = """\
# Progress

Run the cell below: it shows what you have solved, chapter by chapter. Run it again after the next exercise. It is
kept in `progress.json`, beside this notebook, and nowhere else.
"""


def plain_directive(match):
    """Say a MyST directive in the Markdown that every notebook program shows."""
    name, argument = match["name"].split(":")[-1], match["argument"].strip()
    if name in ("ledger", "errata"):
        return plain_markdown(ledger_page.as_markdown(name, argument))
    body = plain_markdown(match["body"]).strip()
    if name == "math":
        label = re.search(r":label: *(\S+)", match["options"])
        lines = rf"\begin{{split}}{body}\end{{split}}" if r"\\" in body else body
        return f"$$\n{lines}" + (rf" \tag{{{label[1]}}}" if label else "") + "\n$$"
    if name in ("solution", "dropdown"):
        return f"<details><summary>{'Solution' if name == 'solution' else argument}</summary>\n\n{body}\n\n</details>"
    if name in ("image", "figure"):
        alt = re.search(r":alt: *(.+)", match["options"])
        return f"![{alt[1] if alt else ''}]({argument})\n\n{body}"
    if name == "solution-start":  # its code cells follow as cells of their own
        return "**Solution.**"
    if name in ("bibliography", "solution-end", "tableofcontents", "toctree"):
        return ""
    if name in ("grid", "div", "glossary"):
        return body
    if name.startswith("grid-item"):
        return f"**{argument}**\n\n{body}"
    title = f"{name.capitalize()} ({argument})" if argument else name.capitalize()
    return f"**{title}.**\n\n{body}"


@cache
def labelled():
    """Title and chapter of all that has a label."""
    texts = {chapter.stem: chapter.read_text(encoding="utf-8") for chapter in CHAPTERS.glob("*.md")}
    found = ((stem, one) for stem, text in texts.items() for kind in LABELLED for one in kind.finditer(text))
    return {one["label"]: (one["title"], stem) for stem, one in found}


def plain_role(match):
    """Say a MyST role in plain Markdown: an equation by the label that the code also cites."""
    name, text, target = match["name"], match["text"], match["target"]
    if name == "math":
        return f"${target}$"
    if name in ("ref", "prf:ref") and target in labelled():
        title, stem = labelled()[target]
        return f"[{text or title}]({stem}.ipynb)"
    shape = {"eq": "({})", "cite": "[{}]", "doc": "[{0}]({0}.ipynb)"}.get(name.split(":")[0], "{}")
    return text or shape.format(target)


def plain_markdown(text):
    """Rewrite MyST as plain Markdown, outermost directives first."""
    text = DIRECTIVE.sub(plain_directive, text)
    text = re.sub(r"^\([\w:-]+\)=\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\$\$([^$]+)\$\$ \(([\w:-]+)\)", r"$$\1\\tag{\2}$$", text)
    text = re.sub(r"\]\(([\w-]+)\.md(#[\w:-]+)?\)", r"](\1.ipynb)", text)
    return ROLE.sub(plain_role, text)


def without_solutions(text):
    """Take every solution out of a chapter, with its cells."""
    return DIRECTIVE.sub(lambda found: "" if found["name"] == "solution" else found[0], GATED.sub("", text))


def prepared(source):
    """What a stub sets up for the answer: its statements without the dots and without the check."""

    def is_blank(statement):
        parts = list(ast.walk(statement))
        dots = any(isinstance(part, ast.Constant) and part.value is ... for part in parts)
        return dots or any(isinstance(part, ast.Name) and part.id == "attempt" for part in parts)

    kept = [one for one in ast.parse(source).body if not is_blank(one)]
    return "\n".join(ast.get_source_segment(source, one) for one in kept)


def finished(cells):
    """A notebook of these cells."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"  # not random: the same chapter gives the same file
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def notebook(source, edition="book"):
    """Return one chapter as a notebook without outputs, its first cell defining the book's TeX commands."""
    text = Path(source).read_text(encoding="utf-8")
    cells = jupytext.reads(without_solutions(text) if edition == "student" else text, fmt="md:myst").cells
    if edition == "solution":
        for cell in cells:
            if "exercise" in cell.metadata.get("tags", []):
                cell.source = prepared(cell.source)
        cells = [cell for cell in cells if cell.source]
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source)
    commands = [rf"\newcommand{{\{name}}}[{count}]{{{body}}}" for name, (body, count) in style.mathjax_macros().items()]
    first = nbformat.v4.new_markdown_cell("\n".join([INSTALL, "", "$$", *commands, "$$"]))
    return finished([first, *cells])


def write_class(folder, untouched=946684800):
    """Write the student's notebooks; a copy that somebody edited (its date says so) is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    chapters = [chapter for chapter in sorted(CHAPTERS.glob("*.md")) if chapter.stem not in NOT_FOR_STUDENTS]
    books = {chapter.stem: notebook(chapter, "student") for chapter in chapters}
    show = "from w2v_core.exercises import progress\n\nprogress()"
    books["progress"] = finished([nbformat.v4.new_markdown_cell(PROGRESS), nbformat.v4.new_code_cell(show)])
    for name, book in books.items():
        copy = folder / f"{name}.ipynb"
        if copy.exists() and copy.stat().st_mtime != untouched:
            print(f"{copy} was edited and is kept; delete it to start afresh.")
            continue
        nbformat.write(book, copy)
        os.utime(copy, (untouched, untouched))
    kept = folder / "progress.json"
    if not kept.exists():
        kept.write_text("{}\n", encoding="utf-8")


def write_solutions(folder):
    """Write the chapters that have exercises, with the solutions in the stubs' places."""
    folder.mkdir(parents=True, exist_ok=True)
    for chapter in sorted(CHAPTERS.glob("*.md")):
        if "{solution" in chapter.read_text(encoding="utf-8"):
            nbformat.write(notebook(chapter, "solution"), folder / f"{chapter.stem}.ipynb")


if __name__ == "__main__":
    write_class(Path(sys.argv[1]))
    write_solutions(Path(sys.argv[1]) / "solutions")
