"""The Huffman tree: frequent words get short paths, so that hierarchical softmax asks few questions."""

from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray as Array

from w2v_core.errors import CorpusError


class HuffmanTree:
    r"""Binary tree over the vocabulary with the smallest mean depth for the given counts.

    Nodes 0 .. V-1 are the leaves (the words); nodes V .. 2V-2 are the inner nodes in the order of their making, so the
    root is the last. `merges[n]` are the two children of inner node V + n: the rarer first. Going to the first child
    is bit 0, to the second bit 1. Ties go to the node that was there first, so a tree is the same everywhere.

    >>> tree = HuffmanTree(np.array([4, 2, 1]))
    >>> [tree.code(word) for word in range(3)]
    [[1], [0, 1], [0, 0]]
    """

    def __init__(self, counts: Int[Array, " V"]):
        """Merge the two rarest nodes until one is left. Needs at least two words."""
        self.V = len(counts)
        if self.V < 2:
            raise CorpusError(f"A tree needs at least two words, not {self.V}: one word leaves nothing to decide.")
        self.counts = np.asarray(counts)
        # Two queues, each by rising count: the words, sorted once, and the inner nodes, which are born in that order.
        words = np.argsort(self.counts, kind="stable").tolist()
        weights = self.counts.tolist() + [0] * (self.V - 1)
        self.merges, inner, next_word = [], self.V, 0
        for node in range(self.V, 2 * self.V - 1):
            children = []
            for _ in range(2):
                no_inner = inner == node
                if next_word < self.V and (no_inner or weights[words[next_word]] <= weights[inner]):
                    children.append(words[next_word])
                    next_word += 1
                else:
                    children.append(inner)
                    inner += 1
            self.merges.append(tuple(children))
            weights[node] = weights[children[0]] + weights[children[1]]

    @cached_property
    def _parents(self) -> tuple[Int[Array, " N"], Int[Array, " N"]]:
        """The inner node above each node, and the bit that leads from there to it; the root has -1."""
        parents, bits = np.full((2, 2 * self.V - 1), -1)
        for bit, children in enumerate(np.array(self.merges).T):
            parents[children], bits[children] = np.arange(self.V - 1), bit
        return parents, bits

    def _climb(self, word: int) -> list[tuple[int, int]]:
        """(inner node, bit taken there) from the root down to the word."""
        parents, bits = self._parents
        steps, node = [], word
        while parents[node] >= 0:
            steps.append((int(parents[node]), int(bits[node])))
            node = parents[node] + self.V
        return steps[::-1]

    def path(self, word: int) -> list[int]:
        """Rows of ``W_out`` from the root down to the word, :math:`n(w, 1), n(w, 2), ...` (eq:tree-path)."""
        return [node for node, _ in self._climb(word)]

    def code(self, word: int) -> list[int]:
        """Bits of the word's code, root first."""
        return [bit for _, bit in self._climb(word)]

    @cached_property
    def table(self) -> tuple[Int[Array, "V L"], Int[Array, "V L"], Bool[Array, "V L"]]:
        """Paths, codes and which entries are real, for all words at once, padded to the longest path."""
        parents, bits = self._parents
        climbs, nodes = [], np.arange(self.V)  # all words climb together, a step at a time
        while len(words := np.flatnonzero(parents[nodes] >= 0)):
            climbs.append((words, parents[nodes[words]], bits[nodes[words]]))
            nodes[words] = parents[nodes[words]] + self.V
        depths = np.bincount(np.concatenate([words for words, _, _ in climbs]))
        paths, codes = np.zeros((2, self.V, len(climbs)), dtype=np.int64)
        for step, (words, above, bit) in enumerate(climbs, start=1):
            paths[words, depths[words] - step], codes[words, depths[words] - step] = above, bit
        return paths, codes, np.arange(len(climbs)) < depths[:, None]

    @property
    def depths(self) -> Int[Array, " V"]:
        """Number of decisions on the way to each word."""
        return self.table[2].sum(axis=1)

    @property
    def mean_depth(self) -> Float[Array, ""] | float:
        """Decisions per running word; between the entropy of the counts in bits and one more (eq:huffman-bounds)."""
        return float(self.depths @ self.counts / self.counts.sum())
