r"""Formulas for widgets: the TeX that the book's formulas need, as MathML, which every browser sets by itself.

A formula is a tree that travels as JSON: ``[name, child, ...]``, as in ``["msub", ["mi", "h"], ["mi", "i"]]``. A child
is a tree or a text; a name is that of a MathML element, if need be with a class (or one of `ATTRIBUTES`) behind a dot.
`mathNode` in spot_the_slip.mjs makes it an element of the page, `markup` writes it for the still figure; in both, text
stays text.
"""

import re
from html import escape

from w2v_core.errors import SettingError
from w2v_core.style import QUANTITIES

_TOKEN = re.compile(r"\\text\{[^{}]*\}|\\[a-zA-Z]+|\\.|\d+|\S", re.DOTALL)
_MACROS = {f"\\{q.macro}": q for q in QUANTITIES}
_LETTERS = {"alpha": "α", "delta": "δ", "eta": "η", "theta": "θ", "sigma": "σ", "omega": "ω", "partial": "∂"}
_SIGNS = {
    "times": "×",
    "in": "∈",
    "cap": "∩",
    "dots": "…",
    "mid": "|",
    "top": "⊤",
    "leftarrow": "←",
    "{": "{",
    "}": "}",
}
_BIG = {"sum": "∑", "prod": "∏"}
_ACCENTS = {"hat": "^", "check": "ˇ", "tilde": "~"}
_FUNCTIONS = ("log", "exp")
ATTRIBUTES = {"fixed": ("stretchy", "false"), "infix": ("form", "infix")}  # what is behind a dot and is no class
_BREAKS = [["mo", sign] for sign in "=←+−"]
_SPACES = {"\\,": "mspace.w2v-thin", "\\ ": "mspace.w2v-wide", "\\quad": "mspace.w2v-wide"}
_PASSED_OVER = ("\\bigl", "\\bigr", "\\Bigl", "\\Bigr", "\\mathcal")  # what follows is set as if they were not there


def mathml(tex):
    r"""Read a piece of TeX; a command that is not known is a `SettingError`. Signs of alignment are left out.

    >>> mathml(r"\sigma(s_i)")
    ['mrow', ['mi', 'σ'], ['mo.fixed', '('], ['msub', ['mi', 's'], ['mi', 'i']], ['mo.fixed', ')']]
    """
    tokens = _TOKEN.findall(tex)[::-1]
    tree = _row(tokens)
    if tokens:
        raise SettingError(f"The formula {tex!r} closes more than it opens.")
    return tree


def rich(text):
    r"""Split a sentence with formulas between dollar signs: texts and trees in turn.

    >>> rich("the row $j$")
    ['the row ', ['mrow', ['mi', 'j']], '']
    """
    return [mathml(piece) if n % 2 else piece for n, piece in enumerate(text.split("$"))]


def formula_lines(tex):
    r"""Read a formula that may break itself. Each line is a list of trees, between which a narrow screen may break it.

    >>> len(formula_lines(r"E = -a + b \\ = c")), len(formula_lines("E = -a + b")[0])
    (2, 3)
    """
    lines = []
    for line in tex.split(r"\\"):
        lines.append([["mrow"]])
        open_brackets = 0
        for part in mathml(line)[1:]:
            open_brackets += (part[1:] in (["("], ["["])) - (part[1:] in ([")"], ["]"]))
            before = lines[-1][-1][-1]
            if part in _BREAKS and not open_brackets and before != "mrow" and before[0] not in ("mo", "mo.infix"):
                lines[-1].append(["mrow"])
                part = ["mo.infix", part[1]]  # it stands first and is no sign of a number
            lines[-1][-1].append(part)
    return lines


def markup(pieces):
    """Write texts and trees, one after the other, as HTML."""
    return "".join(escape(piece) if isinstance(piece, str) else _element(["math", piece]) for piece in pieces)


def _element(tree):
    """Write one tree."""
    if isinstance(tree, str):
        return escape(tree)
    tag, _, look = tree[0].partition(".")
    name, value = ATTRIBUTES.get(look, ("class", look))
    how = f' {name}="{value}"' if look else ""
    return f"<{tag}{how}>{''.join(_element(child) for child in tree[1:])}</{tag}>"


def _row(tokens, end=None):
    """Everything up to `end`, which is taken away."""
    row = ["mrow"]
    while tokens and tokens[-1] != end:
        if tokens[-1] in ("}", "\\right"):
            break
        if tokens[-1] == "&":
            tokens.pop()
        else:
            row.append(_with_scripts(tokens))
    if end and _next(tokens) != end:
        raise SettingError(f"A formula lacks its {end}.")
    return row


def _with_scripts(tokens):
    """One atom with what is below and above it."""
    base, below, above = _atom(tokens), None, []
    while tokens and tokens[-1] in ("_", "^", "'"):
        token = tokens.pop()
        if token == "_":
            below = _atom(tokens)
        else:
            above.append(["mo", "′"] if token == "'" else _atom(tokens))
    above = above[0] if len(above) == 1 else ["mrow", *above] if above else None
    under, over = ("munder", "mover") if base[1:] and base[1] in _BIG.values() else ("msub", "msup")
    if below and above:
        return ["munderover" if under == "munder" else "msubsup", base, below, above]
    return [under, base, below] if below else [over, base, above] if above else base


def _atom(tokens):
    """A letter, a number, a sign, a command with its arguments, or a group."""
    token = _next(tokens)
    name = token.removeprefix("\\")
    if token == "{":
        return _row(tokens, "}")
    if token in _MACROS:
        return _quantity(_MACROS[token], tokens)
    if token == "\\frac":
        return ["mfrac", _atom(tokens), _atom(tokens)]
    if token == "\\left":
        start, inner = _next(tokens), _row(tokens, "\\right")
        return ["mrow", ["mo", start], *inner[1:], ["mo", _next(tokens)]]
    if token in _PASSED_OVER:
        return _atom(tokens)
    if token in _SPACES:
        return [_SPACES[token]]
    if token.startswith("\\text{"):
        return ["mtext", token[6:-1]]
    if token in ("\\mathbf", "\\mathbb"):
        return ["mrow.w2v-bold", _atom(tokens)]
    if token.startswith("\\"):
        for table, kind in ((_LETTERS, "mi"), (_SIGNS, "mo"), (_BIG, "mo")):
            if name in table:
                return ["mo.fixed" if name in "{}" else kind, table[name]]
        if name in _FUNCTIONS:
            return ["mi.w2v-function", name]
        if name in _ACCENTS:
            return ["mover", _atom(tokens), ["mo.fixed", _ACCENTS[name]]]
    elif token.isdigit():
        return ["mn", token]
    elif token.isalpha():
        return ["mi", token]
    elif token in "()[]|":
        return ["mo.fixed", token]
    elif token not in "}_^'":
        return ["mo", {"-": "−", "*": "∗"}.get(token, token)]
    raise SettingError(f"A formula holds {token!r} where it cannot be read.")


def _next(tokens):
    """Take the next token."""
    if not tokens:
        raise SettingError("A formula ends too early.")
    return tokens.pop()


def _quantity(quantity, tokens):
    """One of the book's quantities, in its colour; the argument is its subscript."""
    subscript = _atom(tokens)
    symbol = mathml(quantity.symbol.replace("_{#1}", ""))
    whole = ["msub", symbol, subscript] if subscript[1:] else symbol
    return [f"mrow.w2v-{quantity.name}", whole]
