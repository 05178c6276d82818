"""The implementations that are compared: each is what it says. That all learn is seen in `test_bench`."""

import sys

import numpy as np
import pytest

from w2v_core import FullSoftmax, NegativeSampling, Word2Vec, cbow
from w2v_core.errors import SettingError
from w2v_core.implementations import (
    MODES,
    GensimWord2Vec,
    NaiveWord2Vec,
    Setting,
    has,
    ours,
    title,
)
from w2v_core.toy import zipf_sentences

SMALL = Setting(dimension=8, min_count=1)
TEXT = zipf_sentences(3000, words=60)


@pytest.mark.parametrize("mode", [mode for mode in MODES if has("naive", mode)], ids=title)
def test_the_naive_loop_is_the_clean_trainer_with_batches_of_one(mode):
    naive, clean = (ours(kind, TEXT, mode, SMALL, seed=3) for kind in (NaiveWord2Vec, Word2Vec))
    for model, options in ((naive, {}), (clean, {"batch_size": 1})):
        model.sentences = TEXT[:20]
        model.train(epochs=2, learning_rate=0.025, progress=False, **options)
    mine, theirs = naive.embeddings, clean.embeddings
    np.testing.assert_allclose(mine.W_in, theirs.W_in, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mine.W_out, theirs.W_out, rtol=1e-9, atol=1e-12)
    assert np.abs(mine.W_out).max() > 1e-4


def test_gensim_without_softmax_or_not_there_is_named(monkeypatch):
    with pytest.raises(SettingError, match="no full softmax"):
        GensimWord2Vec(TEXT, (cbow, FullSoftmax), SMALL)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(SettingError, match="make bench needs gensim"):
        GensimWord2Vec(TEXT, (cbow, NegativeSampling), SMALL)
