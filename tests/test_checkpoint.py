"""A run that is interrupted goes on from its file, and ends with the same bits."""

import gzip

import numpy as np
import pytest

from w2v_core import CheckpointError, FastWord2Vec, NegativeSampling, SettingError, TrainingInterrupted, Word2Vec
from w2v_core.training import skip_gram

SENTENCES = [line.split() for line in ("to be or not to be", "be to be", "that is the question", "or not to the to is")]
OPTIONS = {"dimension": 3, "window": 2, "min_count": 1, "subsample": 0.2, "seed": 3}
RUN = {"epochs": 6, "batch_size": 8, "progress": False}


pytestmark = pytest.mark.usefixtures("unchecked")


def built(kind=FastWord2Vec, architecture=skip_gram, objective=NegativeSampling, **changes):
    return kind(SENTENCES * 5, architecture, objective, **(OPTIONS | changes))


def stopped(monkeypatch, model, after, **run):
    """Train until a step is interrupted in the middle, when one matrix has moved and the other has not."""
    step, kind, steps = type(model).step, type(model), []

    def interrupted(self, *args):
        if len(steps) == after:
            self.embeddings.W_in += 1
            raise KeyboardInterrupt
        steps.append(None)
        return step(self, *args)

    with monkeypatch.context() as patch:
        patch.setattr(kind, "step", interrupted)
        with pytest.raises(TrainingInterrupted):
            model.train(**run)


def same(one, other):
    assert one.embeddings.W_in.tobytes() == other.embeddings.W_in.tobytes()
    assert one.embeddings.W_out.tobytes() == other.embeddings.W_out.tobytes()
    assert one.history == other.history
    for name in ("text_rng", "noise_rng"):
        assert getattr(one, name).bit_generator.state == getattr(other, name).bit_generator.state


@pytest.mark.parametrize("kind", [Word2Vec, FastWord2Vec])
def test_an_interrupted_run_ends_with_the_same_bits(kind, architecture, objective, monkeypatch, tmp_path):
    path = tmp_path / "run.npz"
    whole = built(kind, architecture, objective).train(**RUN)
    for after in (3, 9):  # interrupted twice, each time in another process: a new model
        model = built(kind, architecture, objective)
        stopped(monkeypatch, model, after, checkpoint=path, seconds=0, **RUN)
    resumed = built(kind, architecture, objective).train(checkpoint=path, **RUN)
    same(resumed, whole)
    again = built(kind, architecture, objective).train(checkpoint=path, **RUN)  # the file of a run that has ended
    same(again, whole)
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]


def test_the_same_model_may_go_on_too(monkeypatch, tmp_path):
    path = tmp_path / "run.npz"
    whole, model = built().train(**RUN), built()
    stopped(monkeypatch, model, 7, checkpoint=path, seconds=0, **RUN)
    same(model.train(checkpoint=path, **RUN), whole)


def test_a_second_training_has_its_own_file(monkeypatch, tmp_path):
    whole, model = built().train(**RUN).train(**RUN), built().train(**RUN)
    stopped(monkeypatch, model, 7, checkpoint=tmp_path / "second.npz", seconds=0, **RUN)
    same(built().train(checkpoint=tmp_path / "second.npz", **RUN), whole)


def test_nothing_is_written_between_times(monkeypatch, tmp_path):
    stopped(monkeypatch, built(), 9, checkpoint=tmp_path / "run.npz", seconds=3600, **RUN)
    assert not list(tmp_path.iterdir())


def test_the_progress_bar_shows_speed_loss_and_time_left_and_starts_where_the_run_was(monkeypatch, tmp_path, capsys):
    path = tmp_path / "run.npz"
    stopped(monkeypatch, built(), 30, checkpoint=path, seconds=0, **RUN)
    built().train(checkpoint=path, **(RUN | {"progress": True}))
    shown = capsys.readouterr().err
    assert "words/s" in shown
    assert "loss=" in shown
    assert "<" in shown  # elapsed<left
    assert not shown.strip().startswith("0%")


@pytest.mark.parametrize(
    ("changed", "run", "named"),
    [
        ({"window": 3}, {}, "window"),
        ({"seed": 4}, {}, "seed"),
        ({"min_count": 6}, {}, "vocabulary"),
        ({"subsample": 0.3}, {}, "vocabulary"),
        ({}, {"epochs": 7}, "epochs"),
        ({}, {"batch_size": 9}, "batch_size"),
        ({"kind": Word2Vec}, {}, "trainer"),
    ],
)
def test_the_file_of_another_run_is_refused(changed, run, named, tmp_path):
    path = tmp_path / "run.npz"
    built().train(checkpoint=path, **RUN)
    model = built(**changed)
    before = model.embeddings.W_in.copy()
    with pytest.raises(CheckpointError, match=f"another run: its {named} is"):
        model.train(checkpoint=path, **(RUN | run))
    assert model.embeddings.W_in.tolist() == before.tolist()


def test_what_is_no_checkpoint_is_refused(tmp_path):
    path = tmp_path / "run.npz"
    built().train(checkpoint=path, **RUN)
    whole = path.read_bytes()
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    np.savez(tmp_path / "objects.npz", about=np.array([{}], dtype=object))
    for content in (
        b"",
        b"to be or not to be",
        whole[: len(whole) // 2],
        whole[:-1],
        whole[:300] + b"?" + whole[301:],
        gzip.compress(whole),
        (tmp_path / "other.npz").read_bytes(),
        (tmp_path / "objects.npz").read_bytes(),
    ):
        path.write_bytes(content)
        with pytest.raises(CheckpointError, match=r"run\.npz is not a whole checkpoint"):
            built().train(checkpoint=path, **RUN)


def test_impossible_pauses_are_refused():
    with pytest.raises(SettingError, match="seconds"):
        built().train(seconds=-1)
