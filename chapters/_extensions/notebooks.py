"""The chapters as notebooks that any notebook program shows well: plain Markdown, no outputs, the book's TeX commands.

``python chapters/_extensions/notebooks.py FOLDER`` writes them all; the site offers each beside its page.
"""

import os
import re
import sys
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
INSTALL = "To run this notebook, install the book's package: `pip install -e .` in the book's folder."


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


def plain_role(match):
    """Say a MyST role in plain Markdown: an equation by the label that the code also cites."""
    name, text, target = match["name"], match["text"], match["target"]
    if name == "math":
        return f"${target}$"
    shape = {"eq": "({})", "cite": "[{}]", "doc": "[{0}]({0}.ipynb)"}.get(name.split(":")[0], "{}")
    return text or shape.format(target)


def plain_markdown(text):
    """Rewrite MyST as plain Markdown, outermost directives first."""
    text = DIRECTIVE.sub(plain_directive, text)
    text = re.sub(r"^\([\w:-]+\)=\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"\$\$([^$]+)\$\$ \(([\w:-]+)\)", r"$$\1\\tag{\2}$$", text)
    text = re.sub(r"\]\(([\w-]+)\.md(#[\w:-]+)?\)", r"](\1.ipynb)", text)
    return ROLE.sub(plain_role, text)


def notebook(source):
    """Return one chapter as a notebook without outputs, its first cell defining the book's TeX commands."""
    book = jupytext.read(source, fmt="md:myst")
    for cell in book.cells:
        if cell.cell_type == "markdown":
            cell.source = plain_markdown(cell.source)
    commands = [rf"\newcommand{{\{name}}}[{count}]{{{body}}}" for name, (body, count) in style.mathjax_macros().items()]
    book.cells.insert(0, nbformat.v4.new_markdown_cell("\n".join([INSTALL, "", "$$", *commands, "$$"])))
    for number, cell in enumerate(book.cells):
        cell.id = f"cell-{number}"  # not random: the same chapter gives the same file
    book.metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return nbformat.from_dict(book)


def write_all(folder, untouched=946684800):
    """Write every chapter into `folder`; a copy that somebody edited (its date says so) is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted(Path(__file__).parents[1].glob("*.md")):
        copy = folder / f"{source.stem}.ipynb"
        if copy.exists() and copy.stat().st_mtime != untouched:
            print(f"{copy} was edited and is kept; delete it to start afresh.")
            continue
        nbformat.write(notebook(source), copy)
        os.utime(copy, (untouched, untouched))


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
