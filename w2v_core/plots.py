"""Figures, one function each: every one takes an Axes (or makes one) and returns it.

Colours and marks come from `style`; `show(ax, alt="...")` turns the result into a picture for the page.
"""

from functools import wraps
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from numpy import ndarray as Array

from w2v_core.huffman import HuffmanTree
from w2v_core.style import COLOR, MARKER, QUANTITIES, matplotlib_style, show  # noqa: F401  show belongs to every figure

plt.rcParams.update(matplotlib_style())  # for the session: what a cell adds to a figure has the same style

# Marks for groups of words, none of them the mark of a quantity.
GROUP_MARKERS = ("v", "P", "<", "d", ">", "p", "h", "8", "H", "1")


def figure(rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (6.4, 3.8), **options):
    """Axes of a new figure; an array of them if there are several."""
    return plt.subplots(rows, columns, figsize=size, **options)[1]


def on_axes(draw):
    """Let a drawing make its own Axes where none are given."""

    @wraps(draw)
    def drawn(*args, ax: Axes | None = None, **options) -> Axes:
        return draw(*args, ax=figure() if ax is None else ax, **options)

    return drawn


def pca(matrix: Float[Array, "N d"], components: int = 2) -> Float[Array, "N k"]:
    """Coordinates along the directions in which the rows differ most; signs fixed, so that a picture does not flip.

    >>> pca(np.array([[0.0, 0.0], [3.0, 4.0]]), components=1)
    array([[-2.5],
           [ 2.5]])
    """
    return (matrix - matrix.mean(axis=0)) @ main_directions(matrix, components).T


def main_directions(matrix: Float[Array, "N d"], components: int = 2) -> Float[Array, "k d"]:
    """Directions in which the rows differ most, each of length 1 and with its largest entry positive.

    >>> main_directions(np.array([[0.0, 0.0], [3.0, 4.0]]), components=1)
    array([[0.6, 0.8]])
    """
    directions = np.linalg.svd(matrix - matrix.mean(axis=0), full_matrices=False)[2][:components]
    largest = np.abs(directions).argmax(axis=1)
    return directions * np.sign(directions[np.arange(len(directions)), largest])[:, None]


def label_points(ax: Axes, place: dict[str, Float[Array, " 2"]], size: int = 8) -> None:
    """Write each word beside its point, on the side where it covers least of the points and words so far."""
    ax.figure.draw_without_rendering()  # settles the layout, which decides what covers what
    pixel = ax.figure.dpi / 72  # in points
    spots = {word: ax.transData.transform(point) / pixel for word, point in place.items()}
    taken = [(x, y, 3, 3) for x, y in spots.values()]  # middle, half width, half height
    for word, (x, y) in spots.items():
        width, height = 0.32 * size * len(word), 0.6 * size
        sides = [(side * (width + 5), row * height) for row in (0, 1, -1, 2.2, -2.2) for side in (1, -1)]

        def covered(shift, x=x, y=y, width=width, height=height):
            boxes = ((width + w - abs(x + shift[0] - a), height + h - abs(y + shift[1] - b)) for a, b, w, h in taken)
            return sum(max(0, over) * max(0, up) for over, up in boxes)

        shift = min(sides, key=covered)
        taken.append((x + shift[0], y + shift[1], width, height))
        ax.annotate(word, place[word], shift, textcoords="offset points", ha="center", va="center", fontsize=size)


@on_axes
def embedding_scatter(vectors, groups: dict[str, list[str]], *, ax: Axes) -> Axes:
    """Word vectors in the plane of their two main directions, each group of words with its own mark."""
    words = [word for group in groups.values() for word in group]
    place = dict(zip(words, pca(np.array([vectors[word] for word in words])), strict=True))
    for (name, group), marker in zip(groups.items(), cycle(GROUP_MARKERS), strict=False):
        ax.scatter(*np.array([place[word] for word in group]).T, marker=marker, color=COLOR["input"], label=name, s=28)
    ax.set(xlabel="first main direction", ylabel="second main direction")
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    label_points(ax, place)
    return ax


@on_axes
def loss_curve(history, *, ax: Axes, label: str | None = None, linestyle: str = "-") -> Axes:
    """Mean loss of an example against the words read; call it again on the same Axes to compare runs."""
    ax.plot(history.words, history.loss, color=COLOR["ink"], linestyle=linestyle, label=label)
    ax.set(xlabel="words read", ylabel="mean loss of an example (nats)")
    if label:
        ax.legend()
    return ax


@on_axes
def heat_map(matrix: Float[Array, "N K"], rows: list[str], columns: list[str], *, ax: Axes) -> Axes:
    """A matrix as cells with their numbers, darker if larger; below zero in another colour, striped."""
    scale, digits = np.abs(matrix).max() or 1.0, 0 if np.all(matrix == np.round(matrix)) else 2
    for (row, column), value in np.ndenumerate(matrix):
        corner, color = (column - 0.5, row - 0.5), COLOR["input" if value >= 0 else "output"]
        ax.add_patch(plt.Rectangle(corner, 1, 1, facecolor=color, alpha=0.5 * abs(value) / scale, linewidth=0))
        if value < 0:
            ax.add_patch(plt.Rectangle(corner, 1, 1, fill=False, hatch="///", edgecolor=color, alpha=0.25, linewidth=0))
        ax.text(column, row, f"{value:.{digits}f}", ha="center", va="center", fontsize=8)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(len(rows) - 0.5, -0.5))
    ax.set_xticks(range(len(columns)), columns, rotation=45, ha="right")
    ax.set_yticks(range(len(rows)), rows)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


@on_axes
def similarity_matrix(vectors, words: list[str], *, ax: Axes) -> Axes:
    """Cosine similarity of every pair of the words."""
    heat_map(np.array([[vectors.similarity(a, b) for b in words] for a in words]), words, words, ax=ax)
    ax.set(xlabel="word", ylabel="word", title="cosine similarity")
    return ax


@on_axes
def huffman_tree(tree: HuffmanTree, words: list[str], *, ax: Axes, highlight: int | None = None) -> Axes:
    """The tree with the root on top, the bit on each branch, and the path to one word drawn thick."""
    across, down = {}, {}
    chosen = set() if highlight is None else {highlight, *(tree.V + node for node in tree.path(highlight))}

    def lay(node: int, depth: int) -> None:
        """Leaves side by side, each inner node above the middle of its children."""
        down[node] = -depth
        if node < tree.V:
            across[node] = sum(other < tree.V for other in across)
            return
        for child in tree.merges[node - tree.V]:
            lay(child, depth + 1)
        across[node] = np.mean([across[child] for child in tree.merges[node - tree.V]])

    lay(2 * tree.V - 2, 0)
    for node, children in enumerate(tree.merges, start=tree.V):
        for bit, child in enumerate(children):
            ends = [across[node], across[child]], [down[node], down[child]]
            color, width = (COLOR["ink"], 3) if child in chosen else (COLOR["muted"], 1)
            ax.plot(*ends, color=color, linewidth=width, zorder=1)
            box = {"facecolor": COLOR["paper"], "linewidth": 0, "pad": 1}
            ax.text(np.mean(ends[0]), np.mean(ends[1]), str(bit), fontsize=8, ha="center", va="center", bbox=box)
        ax.scatter(across[node], down[node], marker=MARKER["output"], color=COLOR["output"], zorder=2)
    for word in range(tree.V):
        label = f"{words[word]}\n{tree.counts[word]}"
        ax.text(across[word], down[word] - 0.15, label, ha="center", va="top", fontsize=8)
    ax.set(ylim=(min(down.values()) - 1, 0.3), ylabel="decisions taken", xticks=[])
    ax.set_yticks(range(min(down.values()), 1), range(-min(down.values()), -1, -1))
    ax.spines["bottom"].set_visible(False)
    return ax


@on_axes
def vectors_in_plane(
    points: Float[Array, "N 2"], names: list[str], quantity: str, *, ax: Axes, moves=None, label: str | None = None
) -> Axes:
    """Two-dimensional vectors of one quantity ("input", "output", ...), with an arrow for each move if given."""
    label = label or next(q.meaning for q in QUANTITIES if q.name == quantity)
    ax.scatter(*points.T, marker=MARKER[quantity], color=COLOR[quantity], s=45, zorder=3, label=label)
    for point, name in zip(points, names, strict=True):
        ax.annotate(name, point, xytext=(6, 5), textcoords="offset points", fontsize=9)
    arrow = {"arrowstyle": "->", "color": COLOR["error"], "linewidth": 1.6}
    for point, move in zip(points, np.zeros_like(points) if moves is None else moves, strict=True):
        if np.linalg.norm(move) > 0:
            ax.annotate("", point + move, point, arrowprops=arrow)
    ax.axhline(0, color=COLOR["muted"], linewidth=0.5, zorder=0)
    ax.axvline(0, color=COLOR["muted"], linewidth=0.5, zorder=0)
    ax.set(xlabel="first coordinate", ylabel="second coordinate", aspect="equal")
    ax.legend(loc="lower right", fontsize=9)
    return ax
