"""Costs: what is counted is what is done, and what is measured has its numbers."""

import os
import signal
from functools import partial
from itertools import count

import numpy as np
import pytest

from w2v_core import FullSoftmax, HierarchicalSoftmax, NegativeSampling, cbow, costs, skip_gram
from w2v_core.blocks import FastWord2Vec
from w2v_core.costs import Within, interleaved, memory, roofline, scaling, work_by_blocks, work_by_examples
from w2v_core.errors import BookError, SettingError
from w2v_core.implementations import MODES, Setting, ours, title, train
from w2v_core.toy import zipf_sentences

SMALL = Setting(dimension=8, min_count=1)
TEXT = zipf_sentences(3000, words=60)
SG_NEG, CBOW_NEG = (skip_gram, NegativeSampling), (cbow, NegativeSampling)
SG_HS, CBOW_HS = (skip_gram, HierarchicalSoftmax), (cbow, HierarchicalSoftmax)


def test_sentences_are_given_until_the_time_is_over(monkeypatch):
    monkeypatch.setattr(costs, "perf_counter", partial(next, count()))  # a second passes whenever somebody looks
    for limit, given in ((0, 1), (1, 1), (3, 3), (1e9, len(TEXT))):
        part = Within(TEXT, limit)
        assert list(part) == TEXT[:given]
        assert part.given == given


def test_rounds_are_interleaved():
    calls = []
    trials = {name: partial(lambda name: calls.append(name) or len(calls), name) for name in "ab"}
    assert interleaved(trials, 3, "", progress=False) == {"a": [1, 3, 5], "b": [2, 4, 6]}
    assert calls == list("ababab")
    with pytest.raises(SettingError, match="rounds .* not 0"):
        interleaved(trials, 0, "")


def test_cost_grows_with_tokens_and_every_measure_has_its_numbers(unchecked):
    few, many = scaling("tokens", [1000, 16_000], "clean", CBOW_NEG, SMALL)
    assert 2 < many / few < 64
    for what, values in (("dimension", [4, 8]), ("words", [20, 200])):
        assert min(scaling(what, values, "fast", CBOW_HS, SMALL, tokens=500, rounds=1)) > 0
    with pytest.raises(SettingError, match="'moons'"):
        scaling("moons", [1], "clean", CBOW_NEG, SMALL)


def killed(*_):
    os.kill(os.getpid(), signal.SIGKILL)


def test_memory_is_that_of_a_process_of_its_own(tmp_path, monkeypatch):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, TEXT)), encoding="utf-8")
    ballast = np.ones(50_000_000)  # 400 MB here, none of which is the child's
    large = memory("naive", path, CBOW_NEG, Setting(dimension=20_000, min_count=1), limit=0.2)
    assert large["matrices"] == 2 * 60 * 20_000 * 8
    assert large["matrices"] < large["peak"] < large["matrices"] + 30e6 < ballast.nbytes  # and without the imports
    with pytest.raises(SettingError, match="no full softmax"):
        memory("gensim", path, (cbow, FullSoftmax), SMALL)
    monkeypatch.setattr(costs, "peak_of_training", killed)
    with pytest.raises(BookError, match="fast, CBOW HS: its own process was killed"):
        memory("fast", path, CBOW_HS, SMALL)


def test_work_by_hand():
    # two words, each the other's context: 2 examples of 1 input and 1 + K = 6 rows in 2 running words
    K, d, text = 5, 8, [["a", "b"]] * 3
    setting = Setting(dimension=d, negatives=K, min_count=1, subsample=0.0)
    assert work_by_examples(text, SG_NEG, setting) == (d * (2 + 6 * 6), 2 * 4 * d * 7)
    assert work_by_examples(text, CBOW_HS, setting) == (d * (2 + 6 * 1), 2 * 4 * d * 2)
    assert work_by_examples(text, CBOW_HS, setting, itemsize=8).intensity == 8 / (2 * 8 * 2)


class Counted(np.ndarray):
    """A matrix that counts its rows going in and out, and the operations of products with it or with their results."""

    operations = traffic = 0  # of all together

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        plain, into = ([x.view(np.ndarray) if isinstance(x, Counted) else x for x in xs] for xs in (inputs, out))
        result = getattr(ufunc, method)(*plain, **({"out": tuple(into)} if out else {}), **options)
        if ufunc is np.matmul:
            Counted.operations += 2 * plain[0].shape[-1] * result.size
        return out[0] if out else result.view(Counted) if isinstance(result, np.ndarray) else result

    def take(self, rows, axis=0, **options):
        result = super().take(rows, axis=axis, **options)
        Counted.traffic += result.nbytes * hasattr(self, "whole")
        return result

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        Counted.traffic += np.asarray(value).nbytes * hasattr(self, "whole")


@pytest.mark.parametrize("mode", MODES, ids=title)
@pytest.mark.parametrize("d", [4, 10])
def test_the_work_of_blocks_is_that_of_their_products_and_rows(mode, d, unchecked, monkeypatch):
    setting = Setting(dimension=d, min_count=1)
    model = ours(FastWord2Vec, TEXT, mode, setting)
    for name, matrix in list(vars(model.embeddings).items()):
        counted = matrix.view(Counted)
        counted.whole = True  # not handed on to what is cut out of it
        setattr(model.embeddings, name, counted)
    monkeypatch.setattr(Counted, "operations", 0)
    monkeypatch.setattr(Counted, "traffic", 0)
    train(model, TEXT, setting)
    counted = np.array([Counted.operations, Counted.traffic]) / model.vocabulary.tokens
    np.testing.assert_allclose(work_by_blocks(TEXT, mode, setting), counted, rtol=1e-12)
    assert counted.min() > 0


@pytest.mark.parametrize("mode", [SG_NEG, CBOW_HS])
def test_blocks_do_more_operations_on_less_traffic(mode):
    setting = Setting(dimension=16, min_count=1)
    blocks, pairs = work_by_blocks(TEXT, mode, setting), work_by_examples(TEXT, mode, setting)
    assert blocks.intensity > 2 * pairs.intensity
    twice = work_by_blocks(TEXT, mode, Setting(dimension=32, min_count=1))
    assert 1.5 < twice.operations / blocks.operations < 2.1  # the windows are others
    assert twice.traffic == pytest.approx(2 * blocks.traffic, rel=0.1)


def test_the_machine_has_a_roof():
    machine = roofline(0.1)
    assert all(1e8 < limit < 1e14 for limit in machine)
    low, high = machine.float32 / machine.bandwidth / 2, machine.float32 / machine.bandwidth * 2
    assert machine.limit(low) == pytest.approx(machine.float32 / 2)
    assert machine.limit(high) == machine.float32
    assert machine.limit(1e9, "float64") == machine.float64
