"""The gradient as a force: what each candidate does to the hidden vector, and what is done to it."""

from html import escape

import numpy as np
import traitlets

from w2v_core.errors import SettingError, finite_number, positive_integer
from w2v_core.huffman import HuffmanTree
from w2v_core.objectives import OBJECTIVES, Candidates, NegativeSampling
from w2v_core.training import Embeddings, Examples, add_at, losses_and_gradients
from w2v_core.widgets.base import Explorable, bar, show

NAMES = {objective.__name__: objective for objective in OBJECTIVES}
FAR = 1e150  # of a coordinate: products of two are still numbers
MOST_DRAWS = 20
TEA = (np.log(2), -np.log(2))


class ForceExplorer(Explorable):
    r"""Drag vectors in the plane and step; see :math:`-\partial E/\partial\mathbf v = -\sum e\,\mathbf u` as arrows.

    `W_in` holds a vector for each of the `inputs` (1 to 4; their mean is the hidden vector), `W_out` one for each of
    the `words` (2 to 6), `W_nodes` one for each inner node of the tree that hierarchical softmax builds from `counts`
    (by default those of all words but the first). `objective` is the name of one of the three; `target` is the place of
    the observed word, `noise` the places of the words drawn by negative sampling, which may repeat; `seed` is that of
    the next draw. To change names and vectors together, assign inside ``with explorer.hold_trait_notifications():``.

    >>> ForceExplorer().describe()
    'Full softmax, target milk: the loss is 1.946, the force on the input vector (−0.286, 1.143).'
    """

    inputs = traitlets.List().tag(sync=True)
    W_in = traitlets.List().tag(sync=True)
    words = traitlets.List().tag(sync=True)
    W_out = traitlets.List().tag(sync=True)
    W_nodes = traitlets.List().tag(sync=True)
    counts = traitlets.List().tag(sync=True)
    objective = traitlets.Any().tag(sync=True)
    target = traitlets.Any().tag(sync=True)
    noise = traitlets.List().tag(sync=True)
    seed = traitlets.Any().tag(sync=True)
    learning_rate = traitlets.Any().tag(sync=True)

    def __init__(
        self,
        inputs=("tea",),
        W_in=(TEA,),
        words=("tea", "milk", "sand"),
        W_out=((1, 0), (0, 1), (-1, -1)),
        W_nodes=None,
        counts=None,
        objective="FullSoftmax",
        target=1,
        noise=(0, 2),
        seed=0,
        learning_rate=0.5,
    ):
        """Check every setting, and that there is one vector for each name; by default all counts are 1."""
        pairs = lambda rows: [list(map(float, row)) for row in rows]  # noqa: E731
        super().__init__(
            inputs=list(inputs),
            W_in=pairs(W_in),
            words=list(words),
            W_out=pairs(W_out),
            W_nodes=pairs(list(W_out)[1:] if W_nodes is None else W_nodes),
            counts=[1] * len(words) if counts is None else list(counts),
            objective=objective,
            target=target,
            noise=list(noise),
            seed=seed,
            learning_rate=learning_rate,
        )

    @staticmethod
    def checked(inputs, W_in, words, W_out, W_nodes, counts, objective, target, noise, seed, learning_rate):
        """Names of strings, a pair of numbers for each; places of words; a step that can be taken."""
        for name, given, least, most in (("inputs", inputs, 1, 4), ("words", words, 2, 6)):
            if not least <= len(given) <= most or not all(isinstance(word, str) for word in given):
                raise SettingError(f"{name} must be {least} to {most} strings, not {given!r}.")
        V = len(words)
        if len(counts) != V:
            raise SettingError(f"counts must hold one number for each of {V} words, not {len(counts)}.")
        if objective not in NAMES:
            raise SettingError(f"objective must be one of {', '.join(NAMES)}, not {objective!r}.")
        if len(noise) > MOST_DRAWS:
            raise SettingError(f"noise must be at most {MOST_DRAWS} draws, not {len(noise)}.")
        for place in (target, *noise):
            if isinstance(place, bool) or place not in range(V):
                raise SettingError(f"target and noise must be places of words, 0 to {V - 1}, not {place!r}.")
        if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed < 2**32:
            raise SettingError(f"seed must be a whole number from 0 to {2**32 - 1}, not {seed!r}.")
        return {
            "inputs": inputs,
            "W_in": _pairs("W_in", W_in, len(inputs)),
            "words": words,
            "W_out": _pairs("W_out", W_out, V),
            "W_nodes": _pairs("W_nodes", W_nodes, V - 1),
            "counts": [positive_integer("each of counts", count) for count in counts],
            "objective": objective,
            "target": int(target),
            "noise": [int(place) for place in noise],
            "seed": seed,
            "learning_rate": finite_number("learning_rate", learning_rate, low=0, high=1000, low_open=True),
        }

    def _forces(self):
        """Names and vectors of the output rows; of each its error, guess and force; loss and force on the inputs."""
        is_tree, targets = self.objective == "HierarchicalSoftmax", np.array([self.target])
        objective = NAMES[self.objective](np.array(self.counts))
        names, W_out = self.words, self.W_out
        if is_tree:
            names, W_out = _node_names(self.words, objective.tree), self.W_nodes
        if isinstance(objective, NegativeSampling):
            rows = np.array([[self.target, *self.noise]])
            wanted = Candidates(rows, np.eye(1, rows.size), np.ones(rows.shape, dtype=bool))
        else:
            wanted = objective.candidates(targets, np.random.default_rng(0))  # draws nothing
        embeddings = Embeddings(np.array(self.W_in, dtype=float), np.array(W_out, dtype=float))
        example = Examples.pack([(list(range(len(self.W_in))), self.target)])
        losses, gradients = losses_and_gradients(embeddings, example, wanted, objective.loss)
        _, errors = objective.loss(embeddings.W_out[wanted.rows] @ embeddings.W_in.mean(axis=0), wanted)
        summed = np.zeros((len(W_out), 1))
        add_at(summed, wanted.rows, errors[:, :, None])
        on_rows = np.zeros(embeddings.W_out.shape)
        add_at(on_rows, wanted.rows, -gradients.rows)
        asked = np.isin(np.arange(len(W_out)), wanted.rows[wanted.mask])
        return names, embeddings, summed[:, 0], asked, on_rows, losses[0], -gradients.inputs[0, 0]

    def describe(self):
        """Say loss and force of the current state."""
        *_, loss, on_input = self._forces()
        title = {"FullSoftmax": "Full softmax", "HierarchicalSoftmax": "Hierarchical softmax"}
        each = "the input vector" if len(self.inputs) == 1 else "each input vector"
        return (
            f"{title.get(self.objective, 'Negative sampling')}, target {self.words[self.target]}: "
            f"the loss is {show(loss)}, the force on {each} {_pair(on_input)}."
        )

    def picture(self):
        """Draw the vectors with their arrows, and a table of errors and forces."""
        names, embeddings, errors, asked, on_rows, _, on_input = self._forces()
        widest = max(1, np.abs(errors).max())
        rows = "".join(
            f'<tr><th scope="row">{row + 1} <span class="w2v-word">{escape(name)}</span></th>'
            f"<td>{bar('error', 0.5, 0.5 + error / widest / 2, show(error) if seen else '–')}</td>"
            f'<td class="w2v-number">{_pair(-error * vector)}</td><td class="w2v-number">{_pair(force)}</td></tr>'
            for row, (name, vector, error, seen, force) in enumerate(
                zip(names, embeddings.W_out, errors, asked, on_rows, strict=True)
            )
        )
        heads = (("output", "u", "vector"), ("error", "e", "error"), ("", "−e u", "on h"), ("", "−e h", "on u"))
        head = "".join(
            f'<th scope="col" class="w2v-{quantity}"><span class="w2v-symbol" data-mark="{quantity}">{symbol}</span>'
            f" {name}</th>"
            for quantity, symbol, name in heads
        )
        return (
            _drawing(embeddings, errors, on_rows, on_input)
            + f'<table class="w2v-still-forces"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        )


def _pairs(name, rows, count):
    """The rows as pairs of finite numbers, one for each of `count` names."""
    if len(rows) != count or not all(isinstance(row, (list, tuple)) and len(row) == 2 for row in rows):
        raise SettingError(f"{name} must hold {count} pairs of numbers, not {rows!r}.")
    return [[finite_number(f"a coordinate in {name}", x, low=-FAR, high=FAR) for x in row] for row in rows]


def _pair(vector):
    return f"({', '.join(map(show, vector))})"


def _node_names(words, tree: HuffmanTree):
    """The inner nodes by the words on their two sides (`nodeNames` in the twin)."""
    names, nodes = list(words), []
    for first, second in tree.merges:
        nodes.append(f"{names[first]} | {names[second]}")
        names.append(f"{names[first]}, {names[second]}")
    return nodes


def _drawing(embeddings, errors, on_rows, on_input):
    """The plane as SVG: the rows by their numbers, each force an arrow, those on h head to tail."""
    hidden = embeddings.W_in.mean(axis=0)
    chain = hidden + np.cumsum([hidden * 0, *(-errors[:, None] * embeddings.W_out)], axis=0)
    ends = [embeddings.W_in, embeddings.W_in + on_input, embeddings.W_out, embeddings.W_out + on_rows, chain]
    scale = 170 / max(1.5, np.abs(np.concatenate(ends)).max())
    at = lambda point: "{:.1f},{:.1f}".format(*(point * scale * [1, -1]))  # noqa: E731

    def arrow(quantity, start, end, style=""):
        """A line with a small head, unless it is too short to see."""
        way = (end - start) * scale
        length = np.hypot(*way)
        if length < 1:
            return ""
        back, side = way / length * min(9, length) / scale, np.array([way[1], -way[0]]) / length * 4 / scale
        head = f"{at(end)} {at(end - back + side)} {at(end - back - side)}"
        return (
            f'<g class="w2v-{quantity}"><polyline points="{at(start)} {at(end - back)}" stroke="currentColor" {style}/>'
            f'<polygon points="{head}" fill="currentColor"/></g>'
        )

    def mark(quantity, point, shape, text=""):
        x, y = at(point).split(",")
        return f'<g class="w2v-{quantity}" transform="translate({x} {y})">{shape}<text x="10" y="4">{text}</text></g>'

    dashed, thick = 'stroke-width="2" stroke-dasharray="5 3"', 'stroke-width="4"'
    parts = ['<path d="M-180 0H180M0 -180V180" class="w2v-cross"/>']
    parts += [arrow("input", v, v + on_input, thick) for v in embeddings.W_in]
    for row, (vector, error, force) in enumerate(zip(embeddings.W_out, errors, on_rows, strict=True)):
        style = dashed if error > 0 else 'stroke-width="2"'
        parts += [arrow("output", vector, vector + force, style), arrow("error", chain[row], chain[row + 1], style)]
        parts.append(mark("output", vector, '<rect x="-6" y="-6" width="12" height="12"/>', row + 1))
    parts += [mark("input", v, '<circle r="7"/>') for v in embeddings.W_in]
    if len(embeddings.W_in) > 1:
        parts.append(mark("hidden", hidden, '<path d="M0 -8 8 0 0 8 -8 0Z"/>', "h"))
    alt = "Vectors in the plane with arrows; their numbers stand in the table below."
    return f'<svg class="w2v-plane" viewBox="-190 -190 380 380" role="img" aria-label="{alt}">{"".join(parts)}</svg>'
