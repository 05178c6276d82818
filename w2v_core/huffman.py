"""The Huffman tree: frequent words get short paths, so that hierarchical softmax asks few questions."""

import heapq
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
        heap = [(int(count), word) for word, count in enumerate(counts)]
        heapq.heapify(heap)
        self.merges, self.parent = [], {}
        for node in range(self.V, 2 * self.V - 1):
            (rare, first), (common, second) = heapq.heappop(heap), heapq.heappop(heap)
            self.merges.append((first, second))
            self.parent[first], self.parent[second] = (node, 0), (node, 1)
            heapq.heappush(heap, (rare + common, node))

    def _climb(self, word: int) -> list[tuple[int, int]]:
        """(inner node, bit taken there) from the root down to the word."""
        steps = []
        node = word
        while node in self.parent:
            node, bit = self.parent[node]
            steps.append((node - self.V, bit))
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
        climbs = [self._climb(word) for word in range(self.V)]
        steps = np.zeros((self.V, max(map(len, climbs)), 2), dtype=np.int64)
        mask = np.arange(steps.shape[1]) < np.array([len(climb) for climb in climbs])[:, None]
        steps[mask] = [step for climb in climbs for step in climb]
        return steps[..., 0], steps[..., 1], mask

    @property
    def depths(self) -> Int[Array, " V"]:
        """Number of decisions on the way to each word."""
        return self.table[2].sum(axis=1)

    @property
    def mean_depth(self) -> Float[Array, ""] | float:
        """Decisions per running word; between the entropy of the counts in bits and one more (eq:huffman-bounds)."""
        return float(self.depths @ self.counts / self.counts.sum())
