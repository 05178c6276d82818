"""Directives that write the ledger and the errata from `ledger.yml`: ``{ledger} summary``, ``{errata} sign``.

The ledger runs every check while the page is built. An entry or a check that is missing or does not match, an entry
whose link leads nowhere: no page. Each entry is a `div` whose classes say what `ledger.js` can filter by.
"""

import re
from functools import cache

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.errors import ExtensionError

from w2v_core import ledger
from w2v_core.ledger import LedgerError

NESTING = re.compile(r"\\begin\{\w+\*?\}|\\end\{\w+\*?\}|\\[{}]|\\\\|[{}]")
# What MathJax sets only if it is written in another way: Iverson brackets, and a prime with another exponent.
FOR_MATHJAX = [(r"\\llbracket", r"[\\!["), (r"\\rrbracket", r"]\\!]")]
FOR_MATHJAX += [(r"(\w)'(_(?:\w|\{(?:[^{}]|\{[^{}]*\})*\})|)\^", r"{\1'}\2^")]


def lines(tex):
    """The lines of a formula, split where it breaks itself, outside every environment and bracket."""
    depth, start, parts = 0, 0, []
    for found in NESTING.finditer(tex):
        token = found[0]
        if token == "\\\\" and depth == 0:
            parts.append(tex[start : found.start()].strip())
            start = found.end()
        depth += (token == "{" or token.startswith(r"\begin")) - (token == "}" or token.startswith(r"\end"))
    return [*parts, tex[start:].strip()]


def formula(tex):
    """A formula on lines of its own; one that breaks itself is set flush left."""
    for pattern, instead in FOR_MATHJAX:
        tex = re.sub(pattern, instead, tex)
    rows = lines(tex)
    if len(rows) > 1:
        tex = r"\begin{aligned} & " + r" \\ & ".join(rows) + r" \end{aligned}"
    return f"```{{math}}\n{tex}\n```"


def statement(entry):
    """What the source says or prints."""
    return f"“{entry['says']}”" if "says" in entry else formula(entry["printed"])


def where(entry, chapter):
    """Links to the chapter and to the passage in it."""
    role = {"eq": "eq", "thm": "prf:ref"}.get(entry["place"].partition(":")[0], "ref")
    name = "equation " if role == "eq" else ""
    place = "" if entry["place"].startswith("ch:") else f", {name}{{{role}}}`{entry['place']}`"
    return f"**Told in** {{ref}}`{chapter}`{place}."


def slip(entry, known):
    """What is wrong, and what is right."""
    line = f" (line {entry['line']})" if "line" in entry else ""
    said = known.sub(lambda m: link(m[0]), entry["slip"])
    correct = formula(entry["correct"]) if "correct" in entry else entry["instead"]
    return [f"**The slip**{line}: {said}", "**Correct:**" + ("\n" if "correct" in entry else " ") + correct]


def label(statement):
    """Label of an entry; Sphinx does not tell capital letters from small ones."""
    return "entry:" + re.sub(r"[A-Z]", lambda m: f"{m[0].lower()}^", statement)


def link(statement):
    """A link to an entry, from any page."""
    return f"{{ref}}`{statement} <{label(statement)}>`"


def verdict(entry):
    """Mark and word, never a colour alone."""
    kind = f" ({entry['kind']})" if "kind" in entry else ""
    return f"**{ledger.VERDICTS[entry['verdict']]} {entry['verdict']}**{kind}"


def shown(entry, record):
    """What the check found when it was run."""
    if not record.says:
        return [f"**Checked:** {entry['scope']}."]
    report = [f"**Checked** ({entry['scope']}): {escaped(record.says)}"]
    steps = [f"- {s.mark} {escaped(s.title)}: {escaped(s.verdict.partition(';')[0])}" for s in record.steps]
    return report + ["\n".join(steps)] * bool(steps)


def escaped(text):
    """Text that Markdown leaves alone."""
    return re.sub(r"([\\`*_\[\]<>$|{}])", r"\\\1", text)


@cache  # the data are read once for all the pages of a build
class Entries:
    """The entries as MyST, each with the classes and the name of its box."""

    def __init__(self):
        """Read the data, and where in the chapters each label is."""
        self.all, self.places = ledger.load(), ledger.places()
        self.chapters = {stem: label for label, stem in self.places.items() if label.startswith("ch:")}
        ids = sorted((re.escape(entry["id"]) for entry in self.all), key=len, reverse=True)
        self.known = re.compile(rf"(?<![\w/])(?:{'|'.join(ids)})(?![\w-]|\.\w)")

    def chapter(self, entry):
        """Label of the chapter where the subject is told; an unknown place is left to Sphinx, which warns."""
        return self.chapters.get(self.places.get(entry["place"]), entry["place"])

    def of_document(self, name, judge=ledger.judge):
        """One box for each statement of a document."""
        entries = [entry for entry in self.all if entry["document"] == name]
        if len(entries) != ledger.STATEMENTS[name]:
            raise LedgerError(f"The ledger holds {len(entries)} of the {ledger.STATEMENTS[name]} statements of {name}.")
        for entry in entries:
            number = f", ({entry['number']})" if "number" in entry else ""
            head = f"**{entry['id']}** · *{name}*, {entry['section']}{number} · {verdict(entry)}"
            parts = [head, statement(entry), *(slip(entry, self.known) if "slip" in entry else [])]
            if "correct" in entry and "slip" not in entry:
                parts += ["**In our notation:**\n" + formula(entry["correct"])]
            parts += [*(shown(entry, judge(entry)) if judge else []), where(entry, self.chapter(entry))]
            keys = [f"document-{name}", f"verdict-{entry['verdict']}", self.chapter(entry).replace("ch:", "chapter-")]
            yield ["ledger-entry", *keys], entry["id"], "\n\n".join(parts)

    def of_kind(self, kind):
        """One box for each slip of a kind, with only the line that is wrong."""
        entries = [entry for entry in self.all if entry.get("kind") == kind]
        if not entries:
            raise LedgerError(f"No entry has a slip of the kind {kind}: it needs no lesson.")
        for entry in entries:
            head = f"{link(entry['id'])} · {verdict(entry)}"
            printed = entry.get("printed", "")
            if "line" in entry and 0 < entry["line"] <= len(rows := lines(unwrapped(printed))):
                printed = rows[entry["line"] - 1].replace("&", "")
            short = "says" in entry or len(re.sub(r"\\[a-zA-Z]+|\s", "", printed)) < 160
            known = re.compile(r"(?!)")  # links to other entries are for the ledger
            parts = [head, *([statement(entry | {"printed": printed})] if short else []), *slip(entry, known)]
            yield ["errata-entry"], "", "\n\n".join([*parts, where(entry, self.chapter(entry))])


def unwrapped(tex):
    """A formula without the one environment around it."""
    whole = re.fullmatch(r"\\begin\{(\w+)\}(.*)\\end\{\1\}", tex, re.DOTALL)
    return whole[2] if whole and rf"\end{{{whole[1]}}}" not in whole[2] else tex


def as_markdown(directive, argument):
    """What a directive writes, for notebooks: nothing is run, and boxes are paragraphs."""
    entries = Entries()
    boxes = entries.of_document(argument, judge=None) if directive == "ledger" else entries.of_kind(argument)
    return "\n\n---\n\n".join(text for _, _, text in boxes)


class FromLedger(Directive):
    """``{ledger} document`` or ``{errata} kind``."""

    required_arguments = 1

    def run(self):
        """Parse the MyST of every box into a container."""
        env = self.state.document.settings.env
        for path in (ledger.CHAPTERS / "ledger.yml", *(ledger.CHAPTERS / "ledger_checks").glob("*.py")):
            env.note_dependency(str(path))
        argument = self.arguments[0]
        try:
            entries = Entries()
            boxes = list(entries.of_document(argument) if self.name == "ledger" else entries.of_kind(argument))
        except LedgerError as error:
            raise ExtensionError(str(error)) from error
        return [self.box(*box) for box in boxes]

    def box(self, classes, name, text):
        """One entry, with a label of its own if it has a name."""
        node = nodes.container(classes=classes, is_div=True)
        if name:
            env, node["ids"] = self.state.document.settings.env, ["entry-" + re.sub(r"\W", "-", name)]
            env.domains["std"].note_hyperlink_target(label(name), env.docname, node["ids"][0])
        self.state.nested_parse(text.split("\n"), self.content_offset, node)
        return node


def load_script(app, pagename, templatename, context, doctree):
    """Only the ledger needs its filter."""
    if pagename == "chapters/ledger":
        app.add_js_file("ledger.js", loading_method="defer")


def setup(app):
    """Register both directives and the filter."""
    app.add_directive("ledger", FromLedger)
    app.add_directive("errata", FromLedger)
    app.connect("html-page-context", load_script)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
