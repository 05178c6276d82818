"""Three objectives: which rows they look at, what they cost there, and that their error is the slope of their loss."""

import math
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_core import OBJECTIVES, FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.errors import CorpusError, SettingError
from w2v_core.objectives import Candidates, logistic_loss, softmax_loss

COUNTS = np.array([8, 4, 2, 1, 1])
ALL = np.arange(5)


def judged(loss, scores, labels, mask=True):
    """Losses and errors of scores and labels, given as lists."""
    scores, labels = np.array(scores, dtype=float), np.array(labels, dtype=float)
    rows, mask = np.zeros(scores.shape, dtype=int), np.broadcast_to(mask, scores.shape)  # the loss needs no rows
    return loss(scores, Candidates(rows, labels, mask))


softmax, logistic = partial(judged, softmax_loss), partial(judged, logistic_loss)


def test_softmax_loss_by_hand():
    # probabilities 1/8, 2/8, 5/8; the target is the second
    losses, errors = softmax([np.log([1.0, 2.0, 5.0])], [[0, 1, 0]])
    np.testing.assert_allclose(losses, [math.log(4)])
    np.testing.assert_allclose(errors, [[1 / 8, 2 / 8 - 1, 5 / 8]])


def test_logistic_loss_by_hand():
    # sigma(log 3) = 3/4 wanted, cost -log(3/4); sigma(-log 3) = 1/4 unwanted, cost -log(1 - 1/4); the last is padding
    losses, errors = logistic([[math.log(3), -math.log(3), 9]], [[1, 0, 0]], [[True, True, False]])
    np.testing.assert_allclose(losses, [2 * math.log(4 / 3)])
    np.testing.assert_allclose(errors, [[3 / 4 - 1, 1 / 4, 0]])


@given(arrays(float, (3, 4), elements=st.floats(-20, 20)), arrays(int, 3, elements=st.integers(0, 3)))
def test_the_error_is_the_slope_of_the_loss(scores, targets):
    labels = np.eye(4)[targets]
    for judge in (softmax, logistic):
        errors = judge(scores, labels)[1]
        for r in range(4):
            nudge = 1e-5 * np.eye(4)[r]
            slope = (judge(scores + nudge, labels)[0] - judge(scores - nudge, labels)[0]) / 2e-5
            np.testing.assert_allclose(errors[:, r], slope, atol=1e-8)


@pytest.mark.parametrize("size", [30.0, 700.0, 1e4])
def test_extreme_scores_cost_what_they_should(size):
    losses, errors = logistic([[size], [-size], [size], [-size]], [[1], [1], [0], [0]])
    small = math.exp(-size)  # log(1 + e^-s) is e^-s when that is tiny
    np.testing.assert_allclose(losses, [small, size, size, small], rtol=1e-12)
    np.testing.assert_allclose(errors, [[-small], [-1], [1], [small]], rtol=1e-12, atol=2e-16)
    losses, errors = softmax([[size, -size], [-size, size]], [[1, 0], [1, 0]])
    np.testing.assert_allclose(losses, [math.exp(-2 * size), 2 * size], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(errors, [[0, 0], [-1, 1]], atol=1e-12)


@given(arrays(float, (2, 4), elements=st.floats(-1e4, 1e4)))
def test_losses_and_errors_are_finite_at_every_score_in_reach(scores):
    for judge in (softmax, logistic):
        losses, errors = judge(scores, np.eye(4)[:2])
        assert np.all(np.isfinite(losses))
        assert np.all(losses >= 0)
        assert np.all(np.abs(errors) <= 1)


def test_softmax_errors_of_an_example_cancel():
    errors = softmax([[0.3, -1.0, 2.0], [5.0, 5.0, -5.0]], [[1, 0, 0], [0, 0, 1]])[1]
    np.testing.assert_allclose(errors.sum(axis=1), 0, atol=1e-15)


def test_full_softmax_looks_at_every_word():
    wanted = FullSoftmax(COUNTS).candidates(np.array([3, 0]), np.random.default_rng(1))
    assert wanted.rows.tolist() == [[0, 1, 2, 3, 4]] * 2
    assert wanted.labels.tolist() == [[0, 0, 0, 1, 0], [1, 0, 0, 0, 0]]
    assert wanted.mask.all()


def test_hierarchical_softmax_walks_from_the_root():
    # 8 4 2 1 1: words 3, 4 make node 0; 2 and node 0 make 1 (2 = 2: the older first); 4 = 4 alike; the root is 3
    wanted = HierarchicalSoftmax(COUNTS).candidates(np.array([0, 3]), np.random.default_rng(1))
    assert wanted.rows.tolist() == [[3, 0, 0, 0], [3, 2, 1, 0]]
    assert wanted.labels[0, 0] == 1
    assert wanted.labels[1].tolist() == [0, 0, 0, 1]
    assert wanted.mask.tolist() == [[True, False, False, False], [True, True, True, True]]


def test_rows_of_the_output_matrix_are_words_or_inner_nodes():
    assert [objective(COUNTS).M for objective in OBJECTIVES] == [5, 4, 5]


@given(st.lists(st.integers(1, 100), min_size=2, max_size=9), st.data())
def test_probabilities_of_all_words_in_the_tree_sum_to_one(counts, data):
    tree = HierarchicalSoftmax(np.array(counts))
    node_scores = data.draw(arrays(float, tree.M, elements=st.floats(-30, 30)))
    wanted = tree.candidates(np.arange(len(counts)), np.random.default_rng(1))
    losses, _ = tree.loss(node_scores[wanted.rows], wanted)
    np.testing.assert_allclose(np.exp(-losses).sum(), 1, rtol=1e-12)


def test_probability_of_a_word_in_the_tree_by_hand():
    # the root is node 3, then 2, then 1, then 0; only the last step towards word 3 takes the first child
    tree, sigma = HierarchicalSoftmax(COUNTS), lambda s: 1 / (1 + math.exp(-s))
    wanted = tree.candidates(np.array([3]), np.random.default_rng(1))
    node_scores = np.array([0.1, 0.2, 0.3, 0.4])
    losses, _ = tree.loss(node_scores[wanted.rows], wanted)
    np.testing.assert_allclose(np.exp(-losses), sigma(-0.4) * sigma(-0.3) * sigma(-0.2) * sigma(0.1))


def test_negative_sampling_has_the_target_and_k_words_of_noise():
    wanted = NegativeSampling(COUNTS, negatives=3).candidates(np.array([4, 0]), np.random.default_rng(1))
    assert wanted.rows.shape == (2, 4)
    assert wanted.rows[:, 0].tolist() == [4, 0]
    assert wanted.labels.tolist() == [[1, 0, 0, 0]] * 2
    assert wanted.mask.all()


def test_noise_distribution_by_hand():
    # 16 and 1 to the power of 3/4 are 8 and 1
    np.testing.assert_allclose(NegativeSampling(np.array([16, 1])).noise, [8 / 9, 1 / 9])
    np.testing.assert_allclose(NegativeSampling(np.array([16, 1]), power=0.0).noise, [1 / 2, 1 / 2])
    np.testing.assert_allclose(NegativeSampling(np.array([16, 1]), power=1.0).noise, [16 / 17, 1 / 17])


@pytest.mark.parametrize("power", [50.0, 1e4])
def test_a_large_power_leaves_only_the_most_frequent_words(power):
    objective = NegativeSampling(np.array([10**9, 10**9, 1]), power=power)
    np.testing.assert_allclose(objective.noise, [0.5, 0.5, 0], atol=1e-300)
    assert objective.candidates(np.zeros(99, dtype=int), np.random.default_rng(1)).rows.max() == 1


@pytest.mark.parametrize("power", [0.0, 0.75, 1.0])
def test_noise_is_drawn_as_often_as_it_should_be(power):
    objective, n = NegativeSampling(COUNTS, negatives=5, power=power), 50_000
    drawn = objective.candidates(np.zeros(n // 5, dtype=int), np.random.default_rng(1)).rows[:, 1:]
    expected = n * COUNTS**power / (COUNTS**power).sum()
    assert np.all(np.abs(np.bincount(drawn.ravel(), minlength=5) - expected) < 5 * np.sqrt(expected))


def test_the_same_generator_draws_the_same_noise():
    draws = [NegativeSampling(COUNTS).candidates(ALL, np.random.default_rng(seed)).rows.tolist() for seed in (1, 1, 2)]
    assert draws[0] == draws[1] != draws[2]


def test_only_on_wish_is_the_target_left_out_of_the_noise():
    targets = np.zeros(100, dtype=int)
    for skip in (False, True):
        wanted = NegativeSampling(COUNTS, skip_target=skip).candidates(targets, np.random.default_rng(1))
        hits = wanted.rows[:, 1:] == 0
        assert hits.any()
        assert wanted.mask[:, 0].all()
        np.testing.assert_array_equal(wanted.mask[:, 1:], ~hits if skip else np.ones_like(hits))


@pytest.mark.parametrize("counts", [[], [7]])
def test_there_must_be_two_words_to_choose_from(objective, counts):
    with pytest.raises(CorpusError, match=f"{len(counts)} word"):
        objective(np.array(counts, dtype=int))


def test_every_word_must_have_been_seen(objective):
    with pytest.raises(SettingError, match="at least 1, not -2"):
        objective(np.array([3, -2]))


@pytest.mark.parametrize(
    ("name", "value"), [("negatives", 0), ("negatives", -1), ("power", -0.5), ("power", math.nan), ("power", math.inf)]
)
def test_options_out_of_range_are_named(name, value):
    with pytest.raises(SettingError, match=f"{name} .* not {value!r}"):
        partial(NegativeSampling, **{name: value})(COUNTS)
