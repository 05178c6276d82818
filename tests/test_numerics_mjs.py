"""The browser's numbers are Python's: numerics.mjs through Node, held against w2v_core.numerics."""

import numpy as np
import pytest
import scipy.stats
from node import call
from widget_fixtures import FOLDER

from w2v_core import numerics
from w2v_core.objectives import Candidates, logistic_loss


def scores_of_all_kinds():
    rng = np.random.default_rng(7)
    yield from (rng.normal(0, spread, rng.integers(2, 7)) for spread in (0.01, 1, 10, 100, 1000) for _ in range(60))
    yield from map(np.array, ([1000.0, -1000.0], [-1000.0, -1000.0, -1000.0], [709.9, 710.1], [0.0, 0.0], [-745.2, 0]))


def assert_same(answers, wanted):
    answers = [np.array(answer, dtype=float) for answer in answers]
    for answer, expected in zip(answers, wanted, strict=True):
        # The last bits of a logarithm near zero are rounding on both sides, hence the tiny absolute part.
        np.testing.assert_allclose(answer, expected, rtol=1e-10, atol=1e-15)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("softmax", numerics.softmax),
        ("logSoftmax", numerics.log_softmax),
        ("softmaxErrors", lambda scores: numerics.softmax(scores) - np.eye(len(scores))[1]),
    ],
)
def test_browser_softmax_is_python_softmax(theirs, ours):
    cases = list(scores_of_all_kinds())
    answers = call(
        FOLDER / "numerics.mjs", [[theirs, list(scores), 1][: 3 if "Err" in theirs else 2] for scores in cases]
    )
    assert_same(answers, [ours(scores) for scores in cases])


@pytest.mark.parametrize(("theirs", "ours"), [("sigmoid", numerics.sigmoid), ("logSigmoid", numerics.log_sigmoid)])
def test_browser_sigmoid_is_python_sigmoid(theirs, ours):
    scores = np.concatenate(list(scores_of_all_kinds()))
    assert_same(call(FOLDER / "numerics.mjs", [[theirs, score] for score in scores]), ours(scores))


def test_browser_error_of_an_answer_is_python_error():
    cases = [(score, label) for score in np.concatenate(list(scores_of_all_kinds())) for label in (0, 1)]
    scores, labels = np.array(cases).T[:, :, None]
    wanted = Candidates(np.zeros(scores.shape, dtype=int), labels, np.ones(scores.shape, dtype=bool))
    answers = call(FOLDER / "numerics.mjs", [["sigmoidError", score, int(label)] for score, label in cases])
    assert_same(answers, logistic_loss(scores, wanted)[1][:, 0])
    assert_same(call(FOLDER / "numerics.mjs", [["sigmoidError", 40, 1]]), [-np.exp(-40)])  # where σ(s) - 1 is 0


def test_naive_softmax_agrees_until_it_overflows():
    mild, large, small = [1.0, 2.0, -3.0], [710.0, 0.0], [-1000.0, -1000.0]
    answers = call(FOLDER / "numerics.mjs", [["naiveSoftmax", scores] for scores in (mild, large, small)])
    np.testing.assert_allclose(answers[0], numerics.softmax(np.array(mild)), rtol=1e-12)
    assert answers[1:] == [["NaN", 0], ["NaN", "NaN"]]


def test_browser_entropy_is_in_bits_and_takes_zeros():
    rng = np.random.default_rng(3)
    cases = [rng.dirichlet(np.full(size, 0.5)) for size in (2, 3, 50)]
    answers = call(FOLDER / "numerics.mjs", [["entropy", list(p)] for p in [*cases, [0.5, 0.5, 0], [1], [0.25] * 4]])
    np.testing.assert_allclose(answers, [scipy.stats.entropy(p, base=2) for p in cases] + [1, 0, 2], rtol=1e-12)
