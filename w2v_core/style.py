"""One visual language: each quantity has one colour, one mark and one symbol, in formulas, plots, tables and widgets.

Everything is generated from `QUANTITIES`: the MathJax macros, the style sheet's variables, matplotlib's colours.
Colours are dark enough for text on white, light enough for text on the dark page (4.5 : 1 both ways, tested), and
never the only signal: every quantity also has its own mark.
"""

import html
import io
import re
from dataclasses import dataclass

from w2v_core.errors import SettingError


@dataclass(frozen=True)
class Quantity:
    """One thing the book talks about, and how it looks everywhere."""

    name: str  # CSS class and variable: w2v-<name>, --w2v-<name>
    meaning: str
    macro: str  # TeX command, taking one argument: the subscript
    symbol: str  # what the command prints; #1 is the subscript
    light: str  # colour on the light page
    dark: str  # colour on the dark page
    marker: str  # matplotlib marker
    glyph: str  # the same mark as a character


QUANTITIES = (
    Quantity("input", "input vector", "vin", r"\mathbf{v}_{#1}", "#086eb5", "#7ebfee", "o", "●"),
    Quantity("output", "output vector", "uout", r"\mathbf{u}_{#1}", "#b5510f", "#fc9a5b", "s", "■"),
    Quantity("hidden", "hidden vector", "hid", r"\mathbf{h}_{#1}", "#663386", "#ae9bff", "D", "◆"),
    Quantity("probability", "predicted probability", "prob", r"\hat{y}_{#1}", "#007263", "#55d5a3", "^", "▲"),
    Quantity("target", "target", "targ", r"y_{#1}", "#624200", "#ebca49", "*", "★"),
    Quantity("error", "error, probability minus target", "err", r"e_{#1}", "#b82259", "#f280b8", "X", "✖"),
)
# The rest of the page: text, background, and quiet lines.
PLAIN = {"ink": ("#1f2328", "#e6e6e6"), "paper": ("#ffffff", "#14181e"), "muted": ("#5c6470", "#a3abb8")}

COLOR = {q.name: q.light for q in QUANTITIES} | {name: light for name, (light, _) in PLAIN.items()}
MARKER = {q.name: q.marker for q in QUANTITIES}


def mathjax_macros():
    r"""TeX macros for MathJax: ``\vin{c}`` prints the input vector of c in the input colour.

    >>> mathjax_macros()["vin"]
    ['\\class{w2v-input}{\\mathbf{v}_{#1}}', 1]
    """
    return {q.macro: [rf"\class{{w2v-{q.name}}}{{{q.symbol}}}", 1] for q in QUANTITIES}


def css():
    """The style sheet's variables and one class for each quantity, for the light and the dark page."""
    light = [(q.name, q.light) for q in QUANTITIES] + [(name, pair[0]) for name, pair in PLAIN.items()]
    dark = [(q.name, q.dark) for q in QUANTITIES] + [(name, pair[1]) for name, pair in PLAIN.items()]
    block = lambda pairs: " ".join(f"--w2v-{name}: {color};" for name, color in pairs)  # noqa: E731
    classes = "\n".join(f".w2v-{q.name} {{ color: var(--w2v-{q.name}); }}" for q in QUANTITIES)
    return (
        f":root {{ {block(light)} }}\n"
        f'html[data-theme="dark"], body[data-jp-theme-light="false"] {{ {block(dark)} }}\n{classes}\n'
    )


def matplotlib_style():
    """Settings for `matplotlib.rc_context`: quiet axes, the book's colours, text that stays text."""
    ink, paper, muted = COLOR["ink"], COLOR["paper"], COLOR["muted"]
    return {
        "figure.facecolor": "none",
        "figure.figsize": (6.4, 3.8),
        "figure.constrained_layout.use": True,
        "axes.facecolor": "none",
        "axes.edgecolor": muted,
        "axes.labelcolor": ink,
        "axes.titlecolor": ink,
        "axes.titlesize": 11,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "text.color": ink,
        "xtick.color": muted,
        "ytick.color": muted,
        "xtick.labelcolor": ink,
        "ytick.labelcolor": ink,
        "legend.frameon": False,
        "legend.edgecolor": paper,
        "lines.linewidth": 1.8,
        "font.size": 10,
        "font.family": "sans-serif",
        "svg.fonttype": "none",
        "svg.hashsalt": "w2v",
    }


class Picture:
    """A figure as inline SVG whose colours are the page's, so that it follows light and dark; with its alt text."""

    def __init__(self, figure, alt: str):
        """Draw `figure` once; `alt` says what a reader who cannot see it should know."""
        import matplotlib.pyplot as plt

        if not alt.strip():
            raise SettingError("A picture needs an alt text that says what it shows.")
        self.alt, drawn = alt, io.StringIO()
        with plt.rc_context(matplotlib_style()):  # the settings for SVG are read when the file is written
            figure.savefig(drawn, format="svg", metadata={"Date": None})
        plt.close(figure)
        self.svg = drawn.getvalue()[drawn.getvalue().index("<svg") :]

    def _repr_html_(self):
        """Inline SVG; a colour of the style becomes the page's variable, with the colour itself to fall back on."""
        names = {color: name for name, color in COLOR.items()}
        svg = re.sub(r"<metadata>.*?</metadata>\s*|<!--.*?-->\s*", "", self.svg, flags=re.DOTALL)
        svg = re.sub(r'<g id="[^"]*"', "<g", svg)  # not referred to, and another figure of the page has the same
        svg = re.sub(r"#[0-9a-f]{6}\b", lambda m: f"var(--w2v-{names[m[0]]}, {m[0]})" if m[0] in names else m[0], svg)
        svg = svg.replace("<svg", f'<svg role="img" aria-label="{html.escape(self.alt, quote=True)}"', 1)
        return f'<figure class="w2v-figure">{svg}</figure>'


class QuantityTable:
    """The quantities of the book with symbol, mark and meaning, as a table for the page and for notebooks."""

    def _repr_markdown_(self):
        rows = ""
        for q in QUANTITIES:
            subscript = "" if q.name == "hidden" else "w"
            rows += f'| $\\{q.macro}{{{subscript}}}$ | <span class="w2v-{q.name}">{q.glyph}</span> | {q.meaning} |\n'
        return f"| symbol | mark | meaning |\n|---|---|---|\n{rows}"


def show(ax, alt: str) -> Picture:
    """The figure of an Axes, ready to be the last line of a cell, with its alt text."""
    return Picture(ax.figure, alt)
