"""Every error is ours, says which value was wrong, and helps."""

import math
import pickle

import numpy as np
import pytest

from w2v_core import errors
from w2v_core.errors import BookError, SettingError, UnknownWordError, finite_number, positive_integer

CLASSES = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]


@pytest.mark.parametrize("value", [0, -1, 2.5, math.nan, math.inf, -math.inf, True, "abc", "5", None, [1], 1j])
def test_only_whole_numbers_from_one_count(value):
    with pytest.raises(SettingError) as caught:
        positive_integer("window", value)
    assert "window" in str(caught.value)
    assert repr(value) in str(caught.value)


@pytest.mark.parametrize("value", [1, 7, 3.0, np.int64(4), np.float32(2)])
def test_a_whole_number_comes_back_as_an_int(value):
    assert positive_integer("window", value) == value
    assert type(positive_integer("window", value)) is int


@pytest.mark.parametrize("value", [-0.1, 1.5, math.nan, math.inf, -math.inf, "abc", "0.5", None, [0.5], 1j])
def test_only_finite_numbers_in_range_count(value):
    with pytest.raises(SettingError) as caught:
        finite_number("power", value, low=0, high=1)
    assert "power" in str(caught.value)
    assert repr(value) in str(caught.value)
    assert "at least 0 and at most 1" in str(caught.value)


@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_infinity_is_no_number_even_where_there_is_no_upper_bound(value):
    with pytest.raises(SettingError, match=f"at least 0, not {value}"):
        finite_number("rate", value, low=0)


def test_an_open_bound_leaves_the_bound_out():
    assert finite_number("rate", 0, low=0) == 0
    assert finite_number("rate", np.float32(0.5), low=0, low_open=True) == 0.5
    with pytest.raises(SettingError, match="above 0, not 0"):
        finite_number("rate", 0, low=0, low_open=True)


def test_an_unknown_word_is_named_with_its_look_alikes():
    error = UnknownWordError("quen", ["king", "queen", "queens"])
    assert str(error) == "The word 'quen' is not in the vocabulary. Did you mean 'queen', 'queens'?"
    assert str(UnknownWordError("xyz", ["king"])) == "The word 'xyz' is not in the vocabulary."


def test_an_unknown_word_need_not_be_a_string():
    assert "7" in str(UnknownWordError(7, ["king"]))


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_each_error_is_a_book_error_and_survives_a_journey_between_processes(kind):
    error = kind("a", ["b"]) if kind is UnknownWordError else kind("what went wrong")
    assert isinstance(error, BookError)
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_errors_can_also_be_caught_by_their_common_names():
    kin = {
        "SettingError": ValueError,
        "CorpusError": ValueError,
        "VectorFileError": ValueError,
        "CheckpointError": ValueError,
        "WorkerError": ChildProcessError,
        "UnknownWordError": KeyError,
        "DivergenceError": ArithmeticError,
        "ProofError": AssertionError,
        "TrainingInterrupted": KeyboardInterrupt,
    }
    assert {kind.__name__ for kind in CLASSES} == {"BookError", *kin}
    for name, common in kin.items():
        assert issubclass(getattr(errors, name), common)
