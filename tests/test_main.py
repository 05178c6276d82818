"""Training from a shell: ``python -m w2v_core text vectors``."""

from pathlib import Path

import pytest

from w2v_core import ToyCorpus, WordVectors
from w2v_core.__main__ import main


@pytest.fixture
def text(tmp_path) -> Path:
    path = tmp_path / "toy.txt"
    path.write_text("\n".join(map(" ".join, ToyCorpus(60))), encoding="utf-8")
    return path


@pytest.mark.parametrize("architecture", ["skip_gram", "cbow"])
@pytest.mark.parametrize("objective", ["FullSoftmax", "HierarchicalSoftmax", "NegativeSampling"])
@pytest.mark.parametrize("name", ["vectors.txt", "vectors.bin"])
def test_all_six_models_train_on_a_text_file(text, architecture, objective, name, unchecked):
    out = text.with_name(name)
    models = ["--architecture", architecture, "--objective", objective]
    assert main([str(text), str(out), *models, "--dimension", "4", "--min-count", "2", "--epochs", "1"]) == 0
    vectors = WordVectors.load(out)
    assert "the" in vectors
    assert vectors.matrix.shape[1] == 4


def test_a_mistake_is_one_line_on_stderr_and_no_file(text, capsys):
    out = text.with_name("vectors.txt")
    assert main([str(text), str(out), "--window", "0"]) == 1
    assert "window must be a whole number of at least 1, not 0" in capsys.readouterr().err
    assert not out.exists()


def test_what_was_learnt_is_saved_when_training_is_interrupted(text, monkeypatch, capsys):
    from w2v_core import training

    step, calls = training.sgd_step, []

    def interrupted(*arguments, **options):
        calls.append(1)
        if len(calls) == 9:
            raise KeyboardInterrupt
        return step(*arguments, **options)

    monkeypatch.setattr(training, "sgd_step", interrupted)
    out = text.with_name("vectors.txt")
    assert main([str(text), str(out), "--dimension", "4", "--min-count", "2"]) == 130
    assert "stopped" in capsys.readouterr().err
    assert "the" in WordVectors.load(out)
