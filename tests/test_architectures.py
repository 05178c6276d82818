"""Who predicts whom, and the package's front door."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import w2v_core
from w2v_core import ARCHITECTURES, cbow, skip_gram

words = st.integers(0, 5)


def test_the_window_of_a_short_sentence_by_hand():
    to, be, nor = 0, 1, 2  # the window of "be" in "to be nor"
    assert skip_gram(be, [to, nor]) == [([be], to), ([be], nor)]
    assert cbow(be, [to, nor]) == [([to, nor], be)]
    assert ARCHITECTURES == (skip_gram, cbow)


@given(words, st.lists(words, min_size=1, max_size=6))
def test_skip_gram_has_one_input_and_cbow_one_example(center, context):
    singles, [(inputs, target)] = skip_gram(center, context), cbow(center, context)
    assert all(example_inputs == [center] for example_inputs, _ in singles)
    assert [word for _, word in singles] == inputs == context  # repeated words stay, in order
    assert target == center


@given(words, words)
def test_in_a_context_of_one_word_the_two_are_mirror_images(center, word):
    assert skip_gram(center, [word]) == cbow(word, [center])


def test_every_public_name_can_be_imported_and_a_wrong_one_is_named():
    for name in w2v_core.__all__:
        assert getattr(w2v_core, name) is not None
        assert name in dir(w2v_core)
    with pytest.raises(AttributeError, match="no 'skipgram'; it has .*skip_gram"):
        _ = w2v_core.skipgram
