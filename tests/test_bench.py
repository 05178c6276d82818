"""The benchmark: every implementation and mode has its row, and every row what was measured."""

import json
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from w2v_core import Vocabulary, Word2Vec, bench
from w2v_core.implementations import IMPLEMENTATIONS, MODES, Setting, has, objective_of, ours, title
from w2v_core.quality import held_out_examples, held_out_loss
from w2v_core.toy import ToyCorpus, zipf_sentences


@pytest.mark.parametrize("mode", MODES, ids=title)
def test_every_implementation_learns(mode, unchecked):
    setting = Setting(dimension=8, min_count=1, learning_rate=0.1, epochs=6)
    text = zipf_sentences(3000, words=300)
    train_on, held_out = text[:-20], text[-20:]
    vocabulary = Vocabulary.from_sentences(train_on, 1)
    judge = objective_of(mode, setting)(vocabulary.counts)
    examples = held_out_examples(held_out, vocabulary, mode, setting)
    untrained = ours(Word2Vec, train_on, mode, setting)
    before = held_out_loss(untrained, vocabulary, examples, judge)
    found = {}
    for name in IMPLEMENTATIONS:
        if has(name, mode):
            found[name], vectors = bench.quality(name, train_on, held_out, mode, setting)
            assert set(vectors.words) == set(vocabulary.words)
            assert np.isfinite(vectors.matrix).all()
    assert {"clean", "fast"} <= set(found)
    assert 0 < max(found.values()) < before
    assert before - max(found.values()) > 0.5 * (before - min(found.values()))  # all learn about the same


def test_preparing_a_text_takes_no_longer_than_gensim_needs(tmp_path, unchecked):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, zipf_sentences(100_000))), encoding="utf-8")
    times = bench.preparation(path, Setting(), rounds=3, progress=False)
    assert len(times) == 4
    best = {name: sum(min(each) for key, each in times.items() if key.endswith(name)) for name in ("fast", "gensim")}
    assert 0 < best["fast"] < best["gensim"]


def test_the_report_has_every_row_and_is_valid_json(tmp_path, monkeypatch, capsys, unchecked):
    monkeypatch.setattr(bench, "ToyCorpus", partial(ToyCorpus, size=300))
    monkeypatch.setattr(bench, "for_toy", partial(replace, dimension=8, min_count=1, learning_rate=0.05))
    pairs, out = tmp_path / "pairs", tmp_path / "report.json"
    pairs.write_text("w0 w1 1\nw2 w3 2\nw4 w5 3\nw6 w7 2\n", encoding="utf-8")
    options = "--tokens 4000 --rounds 2 --seconds 0.02 --dimension 8 --min-count 2 --models fast gensim"
    modes = ["skip-gram NEG", "CBOW softmax"]
    arguments = [*options.split(), "--modes", *modes, "--similarity", str(pairs), "--json", str(out)]
    assert bench.main(arguments) == 0
    report, printed = json.loads(out.read_text()), capsys.readouterr().out
    assert [(row["mode"], row["name"]) for row in report["rows"]] == [
        ("skip-gram NEG", "fast"), ("skip-gram NEG", "gensim"), ("CBOW softmax", "fast"),
    ]  # fmt: skip
    assert len(report["preparation"]) == 4
    for row in report["rows"]:
        assert len(row["words_per_second"]) == 2
        assert min(row["words_per_second"]) > 0
        assert np.isfinite(row["loss"])
        assert any(row["mode"] in line and row["name"] in line for line in printed.splitlines())
    fast, itself, softmax = report["rows"]
    assert itself["ratio"] == [1, 1]
    assert fast["ratio"][0] == fast["words_per_second"][0] / itself["words_per_second"][0]
    assert 0 <= fast["overlap"] <= 1
    assert fast["memory"]["peak"] > 0
    assert fast["similarity"][str(pairs)][1] == 4
    assert softmax["memory"] is None


def test_a_corpus_that_is_not_there_is_named(capsys):
    assert bench.main(["--corpus", "nowhere.txt"]) == 1
    assert "nowhere.txt" in capsys.readouterr().err


def test_a_run_that_is_stopped_shows_what_it_has(monkeypatch, capsys):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(bench, "compare", stop)
    assert bench.main(["--tokens", "300", "--min-count", "1", "--rounds", "1"]) == 1
    shown = capsys.readouterr()
    assert "CBOW HS, gensim" in shown.out
    assert "bench: stopped." in shown.err
