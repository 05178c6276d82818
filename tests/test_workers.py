"""Two processes at work on one model: the same bits in every run, and nothing left behind."""

import os
import signal
import subprocess
import sys
import tempfile
from copy import deepcopy

import numpy as np
import pytest

from w2v_core import (
    CheckpointError,
    DivergenceError,
    FastWord2Vec,
    FullSoftmax,
    HierarchicalSoftmax,
    NegativeSampling,
    SettingError,
    ToyCorpus,
    TrainingInterrupted,
    cbow,
    skip_gram,
)
from w2v_core.errors import WorkerError
from w2v_core.workers import apart, second_process

RNG = np.random.default_rng(1)
TEXT = [[f"w{rank}" for rank in np.minimum(RNG.zipf(1.5, 20), 50)] for _ in range(60)]
SMALL = {"dimension": 6, "window": 3, "min_count": 1, "subsample": 0.1}
RUN = {"workers": 2, "epochs": 2, "batch_size": 100, "progress": False}
MODELS = [(a, o) for a in (skip_gram, cbow) for o in (NegativeSampling, HierarchicalSoftmax, FullSoftmax)]

pytestmark = pytest.mark.usefixtures("unchecked")


@pytest.fixture(autouse=True)
def started(tmp_path_factory, monkeypatch):
    """The processes that a test starts; it leaves neither them nor a file behind."""
    folder, started, popen = tmp_path_factory.mktemp("shared"), [], subprocess.Popen
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))

    def noted(*args, **options):
        started.append(popen(*args, **options))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", noted)
    yield started
    assert not list(folder.iterdir())
    assert all(each.returncode is not None for each in started)  # ended, and waited for


def built(architecture=skip_gram, objective=NegativeSampling, text=TEXT, **options):
    return FastWord2Vec(text, architecture, objective, **(SMALL | options))


def same(one, other):
    assert one.embeddings.W_in.tobytes() == other.embeddings.W_in.tobytes()
    assert one.embeddings.W_out.tobytes() == other.embeddings.W_out.tobytes()
    assert one.history == other.history
    assert one.noise_rng.bit_generator.state == other.noise_rng.bit_generator.state


@pytest.mark.parametrize("model", MODELS)
def test_a_step_adds_what_both_parts_ask_for(model, monkeypatch):
    monkeypatch.setattr(FastWord2Vec, "precision", np.float64)
    ours = built(*model)
    ours.embeddings.W_out[...] = RNG.normal(size=ours.embeddings.W_out.shape) / 4
    theirs = deepcopy(ours)
    blocks = [block for block, _ in theirs.batches(1, 100)][:3]
    with second_process(ours) as ours.pair:
        for block, rate in zip(blocks, (0.01, 0.3, 1), strict=True):  # soon rows are too steep to go all the way
            loss = ours.step(block, rate)
            seed, losses, moves = int(theirs.noise_rng.random() * 2**53), [], []
            parts, shares = apart(block, theirs)
            assert sum(len(part.words) - 6 for part in parts) == len(block.words) - 6
            for part, rng in zip(parts, (theirs.noise_rng, np.random.default_rng(seed)), strict=True):
                alone = deepcopy(theirs)
                alone.noise_rng = rng
                found, mean = alone.moves(part, rate)
                moves += found
                losses.append(mean)
            for matrix, *both in zip(vars(theirs.embeddings).values(), moves[:2], moves[2:], strict=True):
                rows, each, slopes = (np.concatenate([part[k] for part in both]) for k in (1, 2, 3))
                steep = np.bincount(rows, slopes, minlength=len(matrix))[rows]
                np.add.at(matrix, rows, each * np.minimum(1, 2 / np.maximum(steep, 1e-300))[:, None])
            np.testing.assert_allclose(loss, [np.dot(losses, shares)])
            np.testing.assert_allclose(ours.embeddings.W_in, theirs.embeddings.W_in, rtol=1e-12, atol=1e-14)
            np.testing.assert_allclose(ours.embeddings.W_out, theirs.embeddings.W_out, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("model", [(skip_gram, NegativeSampling), (cbow, HierarchicalSoftmax)])
def test_a_seed_fixes_every_bit(model):
    one, other = (built(*model, subsample=0.01).train(**RUN) for _ in range(2))
    same(one, other)
    assert one.history.words[-1] == RUN["epochs"] * one.vocabulary.tokens
    assert one.embeddings.W_in.base is None  # private again
    assert one.train(**(RUN | {"workers": 1})).history.loss[-1] < one.history.loss[0]


def test_the_toy_corpus_is_learnt_as_well_as_by_one():
    corpus = ToyCorpus(size=400, seed=1)
    options = {"dimension": 20, "window": 4, "subsample": 0.01, "min_count": 1}
    one, two = (
        corpus.score(
            built(text=corpus, **options).train(epochs=8, learning_rate=0.2, workers=workers, progress=False).vectors
        )
        for workers in (1, 2)
    )
    assert two.clusters > one.clusters - 0.05
    assert two.analogies > one.analogies - 0.15


@pytest.mark.parametrize("words", [2, 3])
def test_default_settings_diverge_on_no_corpus(words):
    for model in (skip_gram, NegativeSampling), (skip_gram, HierarchicalSoftmax), (cbow, NegativeSampling):
        text = [list("abc"[:words]) * 100] * 20
        model = built(*model, text=text, subsample=1e-3, window=5)
        loss = model.train(epochs=1, workers=2, batch_size=64, progress=False).history.loss
        assert np.mean(loss[-20:]) < np.mean(loss[:20]) + 0.05 * model.chance_loss()


def interrupt():
    raise KeyboardInterrupt


def step_until(after, action):
    """A step of `FastWord2Vec` that does something else once so many have been made."""
    steps, step = [], FastWord2Vec.step

    def stop(self, *args):
        steps.append(None)
        if len(steps) > after:
            action()
        return step(self, *args)

    return stop


def test_an_interrupted_run_goes_on_and_ends_with_the_same_bits(tmp_path, monkeypatch):
    path = tmp_path / "run.npz"
    whole, model, step = built().train(**RUN), built(), FastWord2Vec.step
    monkeypatch.setattr(FastWord2Vec, "step", step_until(5, interrupt))
    with pytest.raises(TrainingInterrupted):
        model.train(checkpoint=path, seconds=0, **RUN)
    monkeypatch.setattr(FastWord2Vec, "step", step)
    assert model.embeddings.W_in.base is None
    with pytest.raises(CheckpointError, match="another run: its workers is 2, here it is 1"):
        built().train(checkpoint=path, **(RUN | {"workers": 1}))
    same(built().train(checkpoint=path, **RUN), whole)


def test_a_second_process_that_is_killed_is_reported(started, monkeypatch):
    model = built()
    start = model.embeddings.W_in.copy()
    monkeypatch.setattr(FastWord2Vec, "step", step_until(3, lambda: started[0].kill()))
    with pytest.raises(WorkerError, match="The model keeps what it has learnt"):
        model.train(**RUN)
    assert model.embeddings.W_in.base is None
    assert np.all(np.isfinite(model.embeddings.W_in))
    assert model.embeddings.W_in.tobytes() != start.tobytes()


def test_a_second_process_that_cannot_start_is_reported(monkeypatch, capfd):
    class Local(FastWord2Vec):  # has no address that another process could import it from
        pass

    monkeypatch.setitem(globals(), "Local", Local)
    Local.__qualname__ = "Local"
    monkeypatch.setattr(sys, "path", [path for path in sys.path if not path.endswith("tests")])
    with pytest.raises(WorkerError):
        Local(TEXT, **SMALL).train(**RUN)
    assert "ModuleNotFoundError" in capfd.readouterr().err


def test_an_error_of_the_second_process_comes_to_the_first():
    model = built()
    (block, _), *_ = model.batches(1, 100)
    with second_process(model) as model.pair:
        model.moves = lambda block, rate: FastWord2Vec.moves(model, block, 1e-3)  # of its own part only
        start = model.embeddings.W_in.copy()
        model.embeddings.W_out[...] = 1
        with pytest.raises(DivergenceError, match="leads out of all bounds"):
            model.step(block, 1e300)
    assert model.embeddings.W_in.tolist() == start.tolist()


def test_too_large_a_learning_rate_is_reported():
    model = built()
    with pytest.raises(DivergenceError, match="smaller"):
        model.train(learning_rate=1e300, **RUN)
    assert np.all(np.isfinite(model.embeddings.W_in))


@pytest.mark.skipif(os.name != "posix", reason="sends signals to a group of processes")
@pytest.mark.parametrize(("name", "said"), [("SIGINT", "TrainingInterrupted"), ("SIGKILL", "")])
def test_nothing_outlives_the_first_process(name, said):
    program = f"""
from w2v_core import FastWord2Vec
step, steps = FastWord2Vec.step, []
def told(self, *args):
    steps.append(1)
    if len(steps) == 5: print("now", flush=True)
    return step(self, *args)
FastWord2Vec.step = told
FastWord2Vec({TEXT!r}, **{SMALL!r}).train(**{RUN | {"epochs": 10**6}!r})
"""
    first = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert first.stdout.readline() == "now\n"
    if name == "SIGINT":
        os.killpg(first.pid, signal.SIGINT)  # as Ctrl-C does
    else:
        first.kill()
    errors = first.communicate(timeout=20)[1]  # ends when no process has the pipe open any more
    assert said in errors
    assert errors.count("Traceback") == bool(said)


@pytest.mark.parametrize("workers", [0, 3, 2.5, "two", None])
def test_an_impossible_number_is_refused(workers):
    with pytest.raises(SettingError, match="workers"):
        built().train(**(RUN | {"workers": workers}))
