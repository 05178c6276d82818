"""Counting: by hand, against plain loops, and properties that hold for every table of counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_core import SettingError, Word2Vec, skip_gram
from w2v_core.counts import cooccurrence, factors, pmi

TABLES = arrays(float, (4, 4), elements=st.integers(0, 9).map(float)).filter(lambda n: n.sum() > 0)


def test_counts_of_a_text_by_hand():
    text = [["a", "rose", "is", "a", "rose"]]
    model = Word2Vec(text, skip_gram, window=1, dynamic_window=False, min_count=1, subsample=0.0)
    pairs = [pair for found, _ in model.examples() for pair in found]
    counts = cooccurrence(pairs, V=3)
    assert model.vocabulary.words == ["a", "rose", "is"]
    np.testing.assert_array_equal(counts, [[0, 2, 1], [2, 0, 1], [1, 1, 0]])


def test_every_input_word_of_an_example_counts_each_time():
    np.testing.assert_array_equal(cooccurrence([([0, 0, 1], 2)], V=3), [[0, 0, 2], [0, 0, 1], [0, 0, 0]])
    assert cooccurrence([], V=2).sum() == 0


def test_pmi_against_plain_loops():
    counts = np.random.default_rng(0).integers(0, 5, size=(6, 6)).astype(float)
    counts[2] = 0
    total, ours = counts.sum(), pmi(counts)
    for c in range(6):
        for o in range(6):
            if counts[c, o] == 0:
                assert ours[c, o] == -np.inf
            else:
                p_c, p_o = sum(counts[c]) / total, sum(counts[:, o]) / total
                assert np.isclose(ours[c, o], np.log(counts[c, o] / total / (p_c * p_o)))


@given(counts=TABLES, factor=st.floats(0.01, 100))
def test_pmi_does_not_depend_on_the_size_of_the_text(counts, factor):
    np.testing.assert_allclose(pmi(counts), pmi(counts * factor), atol=1e-9)


@given(counts=TABLES)
def test_pmi_is_zero_on_average_or_more(counts):
    """The mean of PMI over the pairs is a mutual information, which is never negative."""
    with np.errstate(invalid="ignore"):
        assert np.nansum(counts * pmi(counts)) >= -1e-9


def test_pmi_of_independent_words_is_zero():
    np.testing.assert_allclose(pmi(np.outer([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])), 0, atol=1e-12)


@pytest.mark.parametrize("counts", [np.zeros((2, 2)), np.array([[1.0, -1.0], [1.0, 1.0]]), np.full((2, 2), np.nan)])
def test_tables_that_are_no_counts_are_refused(counts):
    with pytest.raises(SettingError, match="Counts must be"):
        pmi(counts)


def test_factors_lose_the_smallest_singular_values_and_no_more():
    matrix = np.random.default_rng(1).normal(size=(6, 6))
    values = np.linalg.svd(matrix, compute_uv=False)
    for d in range(1, 7):
        A, B = factors(matrix, d)
        assert A.shape == B.shape == (6, d)
        np.testing.assert_allclose(np.linalg.norm(matrix - A @ B.T), np.sqrt((values[d:] ** 2).sum()), atol=1e-12)
        np.testing.assert_allclose(np.linalg.norm(A, axis=0), np.linalg.norm(B, axis=0))
        assert (A[np.abs(A).argmax(axis=0), np.arange(d)] > 0).all()


@pytest.mark.parametrize("d", [0, 7])
def test_dimensions_that_do_not_exist_are_refused(d):
    with pytest.raises(SettingError):
        factors(np.eye(6), d)
