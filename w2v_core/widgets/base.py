"""Widgets that run in Jupyter, synced with Python, and on a published page, where there is no Python."""

import decimal
import html
import json
import math
import re
import sys
from pathlib import Path

import anywidget
import traitlets

from w2v_core import style
from w2v_core.errors import BookError, SettingError

_HERE = Path(__file__).parent
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./(\w+\.mjs)";\n+', re.MULTILINE)
# Comments and indentation stay at home (so a string must not run over several lines).
_SPACE = re.compile(r"^\s*(//.*\n|/\*\*(?s:.*?)\*/\n|\s+)?", re.MULTILINE)
_PAGE = (_HERE / "page.mjs").read_text("utf-8")
# A classic script, because only those know where on the page they stand; so no copy needs an id.
_START = """<script>(async (page) => {
  const { code, state } = JSON.parse(page.querySelector("script").textContent);
  const module = await import("data:text/javascript;charset=utf-8," + encodeURIComponent(code));
  module.runOnPage(module.default, state, page);
})(document.currentScript.parentElement);</script>"""


class WidgetSettingError(SettingError, traitlets.TraitError):
    """A `SettingError` that traitlets understands: after it, the widget keeps its last good state."""


def join(path):
    """One JavaScript module from a widget's file and the files beside it that it imports, each once.

    Jupyter loads a widget from a blob and the book from a data URL; neither can follow a relative import.
    Only ``import { a, b } from "./file.mjs";`` lines are understood.
    """
    parts = {}

    def add(path):
        source = path.read_text("utf-8")
        for name in _IMPORT.findall(source):
            add(path.with_name(name))
        parts[path.name] = _IMPORT.sub("", source)

    add(Path(path))
    module = "\n".join(parts.values())
    if left := re.search(r"^\s*import\b.*", module, re.MULTILINE):
        raise BookError(f'{path}: cannot join {left[0].strip()!r}; write import {{ name }} from "./file.mjs";')
    return module


def marks():
    """The mark of each quantity, before every element with its name in `data-mark`; not read aloud."""
    return "".join(
        f'.w2v-widget [data-mark="{q.name}"]::before {{ content: "{q.glyph}"; content: "{q.glyph}" / ""; }}\n'
        for q in style.QUANTITIES
    )


def show(value, digits=3):
    """Write a number as the widgets do (`show` in parts.mjs).

    >>> show(-0.5), show(0.00002), show(float("inf"))
    ('−0.500', '2.0×10⁻⁵', '∞')
    """
    size = abs(value)
    with decimal.localcontext(rounding=decimal.ROUND_HALF_UP):  # 0.0625 becomes 0.063, as in JavaScript
        exact = decimal.Decimal(float(size))
        text = "NaN" if value != value else "∞" if size == float("inf") else f"{exact:.{digits}f}"
        if is_far := 1e5 <= size < float("inf") or 0 < size < 0.5 * 10**-digits:
            front, power = f"{exact:.{0 if size < 1e-99 or size >= 1e99 else 1}e}".split("e")
    if is_far:
        text = f"{front}×10{str(int(power)).translate(str.maketrans('-0123456789', '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    return ("−" if value < 0 else "") + text


def whole(count):
    """Write a count, rounded and in groups of three digits (`whole` in parts.mjs).

    >>> whole(20_000), whole(2.5)
    ('20,000', '3')
    """
    return f"{math.floor(count + 0.5):,}"


def bar(quantity, start, end, text):
    """Draw one bar and its number as HTML (`bar` in parts.mjs); its ends are parts of the width, 0 to 1."""
    left, width = min(start, end), abs(end - start)
    return (
        f'<div class="w2v-measure w2v-{quantity}">'
        f'<span class="w2v-bar"><i style="left:{left:.2%};width:{width:.2%}"></i></span>'
        f'<span class="w2v-value" data-mark="{quantity}"><span class="w2v-number">{text}</span></span></div>'
    )


_STYLE = style.css() + marks() + (_HERE / "widgets.css").read_text("utf-8")


def _own_style(path, look):
    """A widget's own style sheet, which holds only in it and wins over the common one, whichever comes later."""
    own = path.read_text("utf-8") if path.exists() else ""
    return f".{look} .w2v-widget {{\n{own.replace('.w2v-widget', '&')}}}\n"


def _accept(self, proposal):
    """Refuse a value that does not fit the other settings; the widget then keeps its last good state."""
    name = proposal.trait.name
    settings = {one: getattr(self, one) for one in self._settings}
    try:
        return self.checked(**settings | {name: proposal.value})[name]
    except (SettingError, TypeError) as error:
        raise WidgetSettingError(f"{type(self).__name__}: {error}") from None


class Explorable(anywidget.AnyWidget):
    """A widget for Jupyter that takes itself along, as HTML, to a page without a kernel.

    A subclass tags its traits ``sync=True``, says in `checked` which settings it accepts, and draws itself once in
    `picture`. Its JavaScript is the file of the same name beside its module, and so is its own style sheet, if any.
    """

    def __init_subclass__(cls, **options):
        """Take the twin files; have every synced trait checked, whether Python or the browser sets it."""
        if "checked" in vars(cls):  # not the nameless class that traitlets makes of each instance
            twin = Path(sys.modules[cls.__module__].__file__).with_suffix(".mjs")
            cls._esm = join(twin)
            cls._look = f"w2v-{twin.stem.replace('_', '-')}"  # class of the element around it, here and in Jupyter
            cls._css = _STYLE + _own_style(twin.with_suffix(".css"), cls._look)
            cls._settings = [name for name, trait in vars(cls).items() if getattr(trait, "metadata", {}).get("sync")]
            cls._check = traitlets.validate(*cls._settings)(_accept)
        super().__init_subclass__(**options)

    @traitlets.default("_dom_classes")
    def _dom_classes_default(self):
        return (self._look,)

    @staticmethod
    def checked(**settings):
        """Return the settings, which must fit each other, as a dictionary; else raise `SettingError`."""
        raise NotImplementedError

    def picture(self):
        """Draw the current state as HTML, for pages without scripts and for print. Escape every word."""
        raise NotImplementedError

    def describe(self):
        """Say the current state in one plain sentence: caption, alternative text and text output."""
        raise NotImplementedError

    def html(self):
        """Write the widget as HTML that needs nothing else: the same bytes for the same state."""
        code = _SPACE.sub("", self._esm + _PAGE)
        data = {"code": code, "state": self.get_state(self._settings)}
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, sort_keys=True)
        text = text.replace("<", r"\u003c").replace("-->", r"--\u003e")  # nothing in it may end the script
        return (
            f'<div class="w2v-page {self._look}"><style>{self._css}</style>\n'
            f'<figure class="w2v-widget w2v-still">{self.picture()}'
            f"<figcaption>{html.escape(self.describe())}</figcaption></figure>\n"
            f'<div class="w2v-live"></div><script type="application/json">{text}</script>\n{_START}</div>'
        )

    def _repr_mimebundle_(self, **kwargs):
        """Offer Jupyter the live view, and every other reader the page."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/html": self.html(), "text/plain": self.describe()}, metadata
