"""The Huffman tree: by hand, against every possible tree, and against Shannon's bounds."""

import math
from fractions import Fraction
from functools import cache
from itertools import combinations

import numpy as np
import pytest
import reference
from hypothesis import given
from hypothesis import strategies as st

from w2v_core import HuffmanTree
from w2v_core.errors import CorpusError

some_counts = st.lists(st.integers(1, 1000), min_size=2, max_size=12)


@cache
def cheapest(weights):
    """Smallest weighted path length of any binary tree: try every merge, then every merge after it."""
    if len(weights) == 1:
        return 0
    costs = []
    for i, j in combinations(range(len(weights)), 2):
        rest = [weight for place, weight in enumerate(weights) if place not in (i, j)]
        costs.append(weights[i] + weights[j] + cheapest(tuple(sorted([*rest, weights[i] + weights[j]]))))
    return min(costs)


def test_a_tree_of_five_words_by_hand():
    # 15 7 6 6 5: 5 + 6 = 11 (node 5: words 4, 2), 6 + 7 = 13 (node 6: words 3, 1),
    # 11 + 13 = 24 (node 7), 15 + 24 = 39 (node 8, the root)
    tree = HuffmanTree(np.array([15, 7, 6, 6, 5]))
    assert tree.merges == [(4, 2), (3, 1), (5, 6), (0, 7)]
    assert [tree.code(word) for word in range(5)] == [[0], [1, 1, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0]]
    assert tree.path(0) == [3]
    assert tree.path(2) == [3, 2, 0]
    assert tree.depths.tolist() == [1, 3, 3, 3, 3]
    assert tree.mean_depth == (15 * 1 + 24 * 3) / 39


def test_ties_go_to_the_node_that_was_there_first():
    # 1 1 1 1: words 0 and 1, then 2 and 3, then the two pairs in the order of their making
    tree = HuffmanTree(np.array([1, 1, 1, 1]))
    assert tree.merges == [(0, 1), (2, 3), (4, 5)]
    # 2 1 1: the two ones make a two, which is younger than word 0
    assert HuffmanTree(np.array([2, 1, 1])).merges == [(1, 2), (0, 3)]


def test_two_words_need_one_question():
    tree = HuffmanTree(np.array([1, 9]))
    assert (tree.code(0), tree.code(1)) == ([0], [1])
    assert tree.mean_depth == 1


@pytest.mark.parametrize("counts", [[], [7]])
def test_fewer_than_two_words_leave_nothing_to_decide(counts):
    with pytest.raises(CorpusError, match=f"two words, not {len(counts)}"):
        HuffmanTree(np.array(counts, dtype=int))


@given(some_counts)
def test_no_code_is_the_beginning_of_another_and_none_is_wasted(counts):
    tree = HuffmanTree(np.array(counts))
    codes = [tuple(tree.code(word)) for word in range(len(counts))]
    for a, b in combinations(codes, 2):
        assert a != b[: len(a)]
        assert b != a[: len(b)]
    assert sum(Fraction(1, 2 ** len(code)) for code in codes) == 1  # Kraft's equality


@given(st.lists(st.integers(1, 20), min_size=2, max_size=6))
def test_no_other_tree_asks_fewer_questions(counts):
    tree = HuffmanTree(np.array(counts))
    assert int(tree.depths @ np.array(counts)) == cheapest(tuple(sorted(counts)))


@given(some_counts)
def test_mean_depth_lies_between_the_entropy_and_one_bit_more(counts):
    total = sum(counts)
    entropy = -sum(n / total * math.log2(n / total) for n in counts)
    assert entropy - 1e-12 <= HuffmanTree(np.array(counts)).mean_depth <= entropy + 1


@given(some_counts)
def test_a_more_frequent_word_never_lies_deeper(counts):
    depths = HuffmanTree(np.array(sorted(counts))).depths
    assert np.all(np.diff(depths) <= 0)


@given(some_counts)
def test_the_tree_is_that_of_the_plain_loops(counts):
    tree = HuffmanTree(np.array(counts))
    expected = reference.huffman_paths(counts)
    assert [list(zip(tree.path(w), tree.code(w), strict=True)) for w in range(len(counts))] == expected


@given(some_counts)
def test_the_table_holds_every_path_and_code(counts):
    tree = HuffmanTree(np.array(counts))
    paths, codes, mask = tree.table
    for word in range(len(counts)):
        assert paths[word][mask[word]].tolist() == tree.path(word)
        assert codes[word][mask[word]].tolist() == tree.code(word)
        assert tree.path(word)[0] == len(counts) - 2  # every path starts at the root
        assert not paths[word][~mask[word]].any()
    assert mask[:, -1].any()  # no wider than the longest path
