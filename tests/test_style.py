"""The visual language: readable, told apart without colour vision, and the same everywhere it is written."""

import re
from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from w2v_core import style
from w2v_core.errors import SettingError
from w2v_core.style import COLOR, MARKER, PLAIN, QUANTITIES, Picture, css, mathjax_macros, show

THEMES = ("light", "dark")
SIGHT = {  # Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB
    "usual": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
}
TO_XYZ = np.array([[0.41246, 0.35758, 0.18044], [0.21267, 0.71515, 0.07218], [0.01933, 0.11919, 0.95030]])  # D65


def linear(color):
    """Linear RGB of "#rrggbb" (IEC 61966-2-1)."""
    rgb = np.array([int(color[start : start + 2], 16) for start in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    """WCAG 2 contrast ratio of two colours."""
    dark, light = sorted(linear(color) @ [0.2126, 0.7152, 0.0722] for color in (a, b))
    return (light + 0.05) / (dark + 0.05)


def lab(color, sight):
    """CIE L*a*b* of a colour as somebody with that sight sees it."""
    seen = np.clip(np.array(SIGHT[sight]) @ linear(color), 0, 1)
    x, y, z = np.cbrt(TO_XYZ @ seen / TO_XYZ.sum(axis=1))  # all colours here are above the linear toe of the cube root
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def drawing():
    """A small figure with things that get identifiers in the file: a clipped line, hatches, text."""
    ax = style_axes()
    ax.plot([0, 1], [0, 1], color=COLOR["input"], label="input")
    ax.add_patch(plt.Rectangle((0, 0), 1, 1, fill=False, hatch="///", edgecolor=COLOR["output"]))
    ax.set(xlabel="words read", title="a < b & c")
    return ax


def style_axes():
    with plt.rc_context(style.matplotlib_style()):
        return plt.subplots()[1]


@pytest.mark.parametrize("theme", [0, 1], ids=THEMES)
def test_every_colour_can_be_read_as_text(theme):
    paper = PLAIN["paper"][theme]
    colors = {q.name: (q.light, q.dark)[theme] for q in QUANTITIES}
    colors |= {name: pair[theme] for name, pair in PLAIN.items() if name != "paper"}
    assert {name: color for name, color in colors.items() if contrast(color, paper) < 4.5} == {}


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_quantities_can_be_told_apart_by_colour(theme, sight):
    distances = {
        (a.name, b.name): np.linalg.norm(lab(getattr(a, theme), sight) - lab(getattr(b, theme), sight))
        for a, b in combinations(QUANTITIES, 2)
    }
    assert {pair: round(distance, 1) for pair, distance in distances.items() if distance < 15} == {}


@pytest.mark.parametrize("field", ["name", "meaning", "macro", "symbol", "light", "dark", "marker", "glyph"])
def test_no_two_quantities_share_anything(field):
    values = [getattr(q, field) for q in QUANTITIES]
    assert len(set(values)) == len(values)


def test_macros_print_each_symbol_in_its_class():
    macros = mathjax_macros()
    assert len(macros) == len(QUANTITIES)
    for q in QUANTITIES:
        body, arguments = macros[q.macro]
        assert body == rf"\class{{w2v-{q.name}}}{{{q.symbol}}}"
        assert arguments == 1
        assert "#1" in body


def test_the_style_sheet_has_each_colour_for_both_themes_and_a_class():
    light, dark, *classes = css().strip().split("\n")
    assert light.startswith(":root {")
    assert "dark" in dark
    for q in QUANTITIES:
        assert f"--w2v-{q.name}: {q.light};" in light
        assert f"--w2v-{q.name}: {q.dark};" in dark
        assert f".w2v-{q.name} {{ color: var(--w2v-{q.name}); }}" in classes
    for name, pair in PLAIN.items():
        assert f"--w2v-{name}: {pair[0]};" in light
        assert f"--w2v-{name}: {pair[1]};" in dark


def test_the_table_has_a_row_for_each_quantity():
    rows = style.QuantityTable()._repr_markdown_().strip().split("\n")[2:]
    for row, q in zip(rows, QUANTITIES, strict=True):
        assert rf"$\{q.macro}{{" in row
        assert f'<span class="w2v-{q.name}">{q.glyph}</span>' in row
        assert row.endswith(f"| {q.meaning} |")


def test_matplotlib_takes_the_light_colours_and_all_marks():
    assert {q.name: q.light for q in QUANTITIES}.items() <= COLOR.items()
    ax = style_axes()
    for q in QUANTITIES:
        ax.scatter(0, 0, marker=MARKER[q.name], color=COLOR[q.name])
    plt.close(ax.figure)


def test_the_same_figure_is_the_same_bytes():
    assert show(drawing(), alt="a line")._repr_html_() == show(drawing(), alt="a line")._repr_html_()


def test_colours_of_the_style_become_variables_of_the_page():
    html = show(drawing(), alt="a line")._repr_html_()
    for name in ("input", "output", "ink", "muted"):
        assert f"var(--w2v-{name}, {COLOR[name]})" in html
    left = re.sub(r"var\(--w2v-\w+, #[0-9a-f]{6}\)", "", html)
    assert not [color for color in COLOR.values() if color in left]


def test_a_picture_is_one_svg_whose_text_is_text():
    html = show(drawing(), alt="a line")._repr_html_()
    assert re.fullmatch(r'<figure class="w2v-figure"><svg.*</svg>\s*</figure>', html, flags=re.DOTALL)
    assert "words read" in re.sub(r"<[^>]*>", "", html)
    assert "a &lt; b &amp; c" in html
    assert "<metadata" not in html
    assert "<!--" not in html


def test_the_alt_text_is_escaped_and_read_out():
    html = show(drawing(), alt='a "line" <up> & away')._repr_html_()
    assert 'role="img" aria-label="a &quot;line&quot; &lt;up&gt; &amp; away"' in html


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_picture_needs_an_alt_text(alt):
    with pytest.raises(SettingError, match="alt text"):
        Picture(drawing().figure, alt=alt)


def test_a_shown_figure_is_closed():
    plt.close("all")
    show(drawing(), alt="a line")
    assert plt.get_fignums() == []
