"""The Huffman tree, in the hand: words and counts in, a tree, paths and their probabilities out."""

from html import escape

import numpy as np
import traitlets

from w2v_core.errors import SettingError, finite_number
from w2v_core.huffman import HuffmanTree
from w2v_core.numerics import log_sigmoid
from w2v_core.widgets.base import Explorable, bar, show
from w2v_core.widgets.words import checked_words

WORDS, COUNTS = ("the", "tea", "milk", "sugar", "spoon"), (8, 5, 4, 3, 2)
MOST_WORDS, MOST_DRAWN = 200, 20
ROW = 36  # height of a leaf's row, in pixels


class TreeExplorer(Explorable):
    r"""Grow a Huffman tree merge by merge; walk to a word and multiply the answers on the way, :math:`p(w)`.

    `scores` holds one score :math:`s` for each inner node, in the order of their making; without it, they are drawn
    from a fixed seed. `word` is the place of the word whose path is shown (or None: the deepest), `merged` how many
    merges the picture shows (without it, all). Up to 20 words are drawn; of more, up to 200, there are only figures. To
    change the number of words, assign `words`, `counts` and `scores` inside
    ``with explorer.hold_trait_notifications():``.

    >>> TreeExplorer(words=["tea", "milk", "sand"], counts=[4, 2, 1], word=1, scores=[0, 0]).describe()
    'Huffman tree of 3 words. The code of milk is 01, and its probability 0.250. A running word asks 1.429 questions.'
    """

    words = traitlets.List().tag(sync=True)
    counts = traitlets.List().tag(sync=True)
    scores = traitlets.List().tag(sync=True)
    word = traitlets.Any(0).tag(sync=True)
    merged = traitlets.Any(0).tag(sync=True)

    def __init__(self, words=WORDS, counts=COUNTS, word=None, scores=None, merged=None):
        """Check every setting, and that there are a count for each word and a score for each merge."""
        inner = max(len(words) - 1, 0)
        if scores is None:
            scores = (4 * np.random.default_rng(0).random(inner) - 2).round(1).tolist()
        if merged is None:
            merged = inner
        super().__init__(words=list(words), counts=list(counts), word=word, scores=list(scores), merged=merged)

    @staticmethod
    def checked(words, counts, scores, word, merged):
        """From 2 to 200 different words, a count of each, a score at each inner node, a word and a merge among them."""
        found, V = checked_words(words, counts, MOST_WORDS), len(words)
        if len(scores) != V - 1:
            raise SettingError(f"scores must hold {V - 1} numbers for {V} words, not {len(scores)}.")
        if word is None:
            word = np.argmax(HuffmanTree(np.array(found["counts"])).depths)
        for name, value, size in [("word", word, V), ("merged", merged, V)]:
            if isinstance(value, bool) or value not in range(size):
                raise SettingError(f"{name} must be a whole number from 0 to {size - 1}, not {value!r}.")
        scores = [finite_number(f"score {n}", score, low=-1000, high=1000) for n, score in enumerate(scores)]
        return found | {"scores": scores, "word": int(word), "merged": int(merged)}

    def _results(self):
        """The tree, and the probability of each word: the product of the answers on its path."""
        tree = HuffmanTree(np.array(self.counts))
        paths, codes, real = tree.table
        signed = np.where(codes == 0, 1, -1) * np.array(self.scores)[paths]
        return tree, np.exp((log_sigmoid(signed) * real).sum(axis=1))  # eq:tree-probability

    def describe(self):
        """Say the code and the probability of the chosen word, and how many questions a running word asks."""
        tree, probabilities = self._results()
        left = tree.V - 1 - self.merged
        return (
            f"Huffman tree of {tree.V} words"
            + (f", {left} of its {tree.V - 1} merges still to make. " if left else ". ")
            + f"The code of {self.words[self.word]} is {''.join(map(str, tree.code(self.word)))}, and its probability "
            f"{show(probabilities[self.word])}. A running word asks {show(tree.mean_depth)} questions."
        )

    def picture(self):
        """Draw the tree with the chosen path, a row for each word, and the figures."""
        tree, probabilities = self._results()
        return (self._drawing(tree, probabilities) if tree.V <= MOST_DRAWN else "") + self._figures(tree)

    def _figures(self, tree):
        """Entropy, mean and largest depth, and the depth of a balanced tree, on one scale."""
        shares = np.array(self.counts) / sum(self.counts)
        figures = [  # eq:huffman-bounds, eq:tree-longest
            ("entropy H of the counts", -(shares * np.log2(shares)).sum(), 3),
            ("mean depth, questions a running word", tree.mean_depth, 3),
            ("log₂ V, a balanced tree", np.log2(tree.V), 3),
            ("longest path", tree.depths.max(), 0),
        ]
        longest = max(value for _, value, _ in figures)
        rows = "".join(
            f'<li><span class="w2v-name">{name}</span>{bar("plain", 0, value / longest, show(value, digits))}</li>'
            for name, value, digits in figures
        )
        return f'<ul class="w2v-ways w2v-tree-depths">{rows}</ul>'

    def _drawing(self, tree, probabilities):
        """The tree from left to right, each leaf in the row of its word."""
        weights = self.counts + [0] * (tree.V - 1)
        for node, (first, second) in enumerate(tree.merges, start=tree.V):
            weights[node] = weights[first] + weights[second]
        across, down, order = {}, {}, []

        def lay(node, depth):
            """Leaves one below the other at the right, each inner node beside the middle of its children."""
            across[node] = 100 * depth / tree.depths.max()
            if node < tree.V:
                across[node], down[node] = 100, ROW * (len(order) + 0.5)
                order.append(node)
                return
            for child in tree.merges[node - tree.V]:
                lay(child, depth + 1)
            down[node] = sum(down[child] for child in tree.merges[node - tree.V]) / 2

        lay(2 * tree.V - 2, 0)
        path = {self.word, *(tree.V + node for node in tree.path(self.word))}
        edges, boxes = "", ""
        for node, children in list(enumerate(tree.merges, start=tree.V))[: self.merged]:
            for bit, child in enumerate(children):
                x, y = f"{across[node]:.2f}%", f"{down[child]:g}"
                edges += (
                    f'<g class="w2v-edge{" w2v-path" * (child in path)}"><line x1="{x}" y1="{down[node]:g}" x2="{x}" '
                    f'y2="{y}"/><line x1="{x}" y1="{y}" x2="{across[child]:.2f}%" y2="{y}"/>'
                    f'<text x="{x}" y="{y}" dx="5" dy="{13 if bit else -4}">{bit}</text></g>'
                )
            text = show(weights[node], 0)
            width = 10 + 8 * len(text)
            x, y = f"{across[node]:.2f}%", down[node]
            boxes += (
                f'<g class="w2v-node"><rect x="{x}" y="{y - 10:g}" width="{width}" height="20" '
                f'transform="translate(-{width / 2:g} 0)"/>'
                f'<text x="{x}" y="{y + 4:g}" text-anchor="middle">{text}</text></g>'
            )
        rows = "".join(
            f'<tr class="{"w2v-chosen" if word == self.word else ""}"><th scope="row">'
            f'<span class="w2v-word">{escape(self.words[word])}</span></th>'
            f'<td class="w2v-number">{show(self.counts[word], 0)}</td>'
            f'<td class="w2v-code w2v-number">{"".join(map(str, tree.code(word)))}</td>'
            f"<td>{bar('probability', 0, probabilities[word], show(probabilities[word]))}</td></tr>"
            for word in order
        )
        room = 9 + 4 * len(show(weights[-1], 0))  # for the left half of the root's box
        return (
            f'<div class="w2v-tree" tabindex="0" role="group" aria-label="the tree" '
            f'style="--w2v-depth: {tree.depths.max()}; --w2v-root: {room}px">'
            f'<svg height="{ROW * tree.V}" aria-hidden="true">{edges}{boxes}</svg>'
            '<table><thead><tr><th scope="col">word</th><th scope="col">count</th>'
            '<th scope="col" class="w2v-code">code</th><th scope="col" class="w2v-probability">p(word)</th>'
            f"</tr></thead><tbody>{rows}</tbody></table></div>"
        )
