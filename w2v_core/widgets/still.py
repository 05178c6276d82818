"""A chart for readers without scripts and for print: what chart.mjs draws, as a small piece of SVG."""

from html import escape
from math import ceil, log10

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 340, 240, 46, 330, 8, 200  # of the picture, and of the frame in it


def chart(alt, x, y, lines, dots=(), words=()):
    """Draw lines ``(quantity, dashes, points)`` and dots ``(quantity, point)``; `alt` says what they show.

    `words` are ``(word, point)``: input vectors, each with its word where that covers no other.

    `x` and `y` are axes ``(label, ticks)``, which reach from their first tick to their last. Lines end at the frame.

    >>> chart("a point", ("x", [0, 1]), ("y", [0, 2]), [], [("ink", (0.5, 1))]).count("<circle")
    1
    """
    (x_label, x_ticks), (y_label, y_ticks) = x, y

    def place(a, b):
        across = LEFT + (a - x_ticks[0]) / (x_ticks[-1] - x_ticks[0]) * (RIGHT - LEFT)
        down = BOTTOM - (b - y_ticks[0]) / (y_ticks[-1] - y_ticks[0]) * (BOTTOM - TOP)
        return round(across, 1), round(down, 1)

    def line(at, start, end):
        (x1, y1), (x2, y2) = place(*start), place(*end)
        zero = "" if at else ' class="w2v-zero"'
        return f'<line{zero} x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'

    def text(left, top, content, anchor="middle", turn=""):
        return f'<text x="{left}" y="{top}" text-anchor="{anchor}"{turn}>{escape(content)}</text>'

    def written(tick):
        return str(tick).replace("-", "−")

    middle = (TOP + BOTTOM) / 2
    grid = text((LEFT + RIGHT) / 2, HEIGHT - 6, x_label)
    grid += text(12, middle, y_label, turn=f' transform="rotate(-90 12 {middle:g})"')
    for at in x_ticks:
        grid += line(at, (at, y_ticks[0]), (at, y_ticks[-1])) + text(place(at, 0)[0], BOTTOM + 16, written(at))
    for at in y_ticks:
        grid += line(at, (x_ticks[0], at), (x_ticks[-1], at)) + text(40, place(0, at)[1] + 4, written(at), "end")
    curves = "".join(
        f'<path class="w2v-curve w2v-{quantity}" stroke-width="2" stroke-dasharray="{dashes}" '
        f'd="M{" ".join("{} {}".format(*place(*point)) for point in points)}"/>'
        for quantity, dashes, points in lines
    )
    marks = "".join(
        '<circle class="w2v-{}" r="6" fill="currentColor" cx="{}" cy="{}"/>'.format(quantity, *place(*point))
        for quantity, point in dots
    )
    taken = []
    for word, point in words:
        (left, middle), width = place(*point), 6.5 * len(word)
        marks += f'<circle class="w2v-input" r="3.5" fill="currentColor" cx="{left}" cy="{middle}"/>'
        is_free = all(abs(middle - y) > 13 or left + width + 6 < a or b < left - 4 for y, a, b in taken)
        if is_free and left + width + 6 < WIDTH:
            taken.append((middle, left - 4, left + width + 6))
            marks += text(left + 6, middle + 4, word, "start")
    frame = f"{LEFT - 3} {TOP - 3} {RIGHT - LEFT + 6} {BOTTOM - TOP + 6}"  # an inner svg cuts off what is outside
    left, top, width, height = frame.split()
    return (
        f'<svg class="w2v-chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
        f'<g class="w2v-grid">{grid}</g>'
        f'<svg aria-hidden="true" x="{left}" y="{top}" width="{width}" height="{height}" viewBox="{frame}">'
        f"{curves}</svg>{marks}</svg>"
    )


def plane(alt, words, lines=()):
    """Draw ``(word, point)`` in the plane of two main directions, with the origin in the middle, and lines in ink.

    >>> plane("two words", [("tea", (0.5, 0)), ("sand", (-2, 1))]).count("<circle")
    2
    """
    points = [point for _, point in words] + [point for line in lines for point in line]
    size = max((abs(value) for point in points for value in point), default=0) or 1
    step = 10.0 ** (ceil(log10(size)) - 1)
    reach = ceil(round(1.05 * size / step, 6)) * step
    ticks = [float(f"{tick:.3g}") for tick in (-reach, 0, reach)]
    axes = ("first main direction", ticks), ("second", ticks)
    return chart(alt, *axes, [("ink", "", line) for line in lines], words=words)
