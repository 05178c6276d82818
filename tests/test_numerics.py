"""Sigmoid, softmax and their logarithms: by hand, against arithmetic with 400 digits, and at the edges."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_core import log_sigmoid, log_softmax, sigmoid, softmax

GRID = np.concatenate([[-700.0, -36.7, -1e-9, 0.0, 1e-9, 36.7, 700.0], np.linspace(-30, 30, 61)])
some_scores = arrays(float, st.integers(1, 6), elements=st.floats(-30, 30))
any_scores = arrays(float, st.integers(1, 6), elements=st.floats(-1e300, 1e300))


def test_odds_of_three_to_one_are_three_quarters():
    # sigma(log 3) = 1 / (1 + e^(-log 3)) = 1 / (1 + 1/3) = 3/4
    np.testing.assert_allclose(sigmoid(np.array([np.log(3), -np.log(3)])), [3 / 4, 1 / 4], rtol=1e-15)
    np.testing.assert_allclose(log_sigmoid(np.array([0.0, np.log(3)])), [-np.log(2), np.log(3 / 4)], rtol=1e-15)


def test_softmax_of_logarithms_gives_their_shares():
    # e^0 + e^(log 2) + e^(log 5) = 1 + 2 + 5 = 8
    scores = np.log([1.0, 2.0, 5.0])
    np.testing.assert_allclose(softmax(scores), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    np.testing.assert_allclose(log_softmax(scores), np.log([1 / 8, 2 / 8, 5 / 8]), rtol=1e-14)


def test_sigmoid_and_its_logarithm_agree_with_400_digits():
    with mpmath.workdps(400):
        exact = [1 / (1 + mpmath.exp(-mpmath.mpf(s))) for s in GRID]
        np.testing.assert_allclose(sigmoid(GRID), [float(p) for p in exact], rtol=1e-15)
        # log sigma(700) is -e^(-700), not the 0 of the textbook formula
        np.testing.assert_allclose(log_sigmoid(GRID), [float(mpmath.log(p)) for p in exact], rtol=2e-14)


@pytest.mark.parametrize("scores", [[-700.0, 0.0, 700.0], [700.0, 699.0, 698.5], [-1e4, 1e4], [-1e4, -1e4 + 1], [3.0]])
def test_softmax_agrees_with_400_digits(scores):
    with mpmath.workdps(400):
        powers = [mpmath.exp(mpmath.mpf(s)) for s in scores]
        exact = [p / mpmath.fsum(powers) for p in powers]
        np.testing.assert_allclose(softmax(np.array(scores)), [float(p) for p in exact], rtol=1e-13, atol=1e-320)
        logs = [float(mpmath.log(p)) for p in exact]
        np.testing.assert_allclose(log_softmax(np.array(scores)), logs, rtol=1e-14, atol=1e-15)


@given(any_scores)
def test_sigmoid_of_the_opposite_is_the_rest(scores):
    np.testing.assert_allclose(sigmoid(-scores), 1 - sigmoid(scores), atol=2e-16)
    assert np.all((sigmoid(scores) >= 0) & (sigmoid(scores) <= 1))


@given(some_scores)
def test_the_logarithms_are_logarithms(scores):
    np.testing.assert_allclose(np.exp(log_sigmoid(scores)), sigmoid(scores), rtol=1e-13)
    np.testing.assert_allclose(np.log(softmax(scores)), log_softmax(scores), rtol=1e-13, atol=1e-15)


@given(some_scores, st.floats(-1e3, 1e3))
def test_softmax_sums_to_one_and_ignores_a_shift(scores, shift):
    np.testing.assert_allclose(softmax(scores).sum(), 1, rtol=1e-14)
    np.testing.assert_allclose(softmax(scores + shift), softmax(scores), rtol=1e-11)


@given(any_scores)
def test_no_finite_score_overflows(scores):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for function in (sigmoid, log_sigmoid, softmax, log_softmax):
            assert np.all(np.isfinite(function(scores))), function.__name__


@given(arrays(float, (3, 4), elements=st.floats(-30, 30)))
def test_each_row_of_a_batch_is_treated_alone(scores):
    for function in (softmax, log_softmax):
        np.testing.assert_array_equal(function(scores), np.stack([function(row) for row in scores]))
