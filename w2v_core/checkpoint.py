"""A training on disk: all that the rest of a run depends on, so that it can go on after an interruption."""

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from pathlib import Path

import numpy as np
from jaxtyping import Float
from numpy import ndarray as Array

from w2v_core.errors import CheckpointError

BROKEN_ZIP = (zipfile.BadZipFile, zlib.error)


def settings(model, **run) -> dict:
    """What must be the same when a run goes on: the model, its corpus, and the options `run` of the training."""
    objective, words = model.objective, model.vocabulary.words
    numbers = (model.vocabulary.counts, model.keep, getattr(objective, "noise", np.zeros(0)))
    contents = hashlib.sha256("\n".join(words).encode(errors="surrogatepass"))
    for each in numbers:
        contents.update(each.tobytes())
    return run | {
        "trainer": type(model).__name__,
        "workers": getattr(model, "workers", 1),
        "architecture": getattr(model.architecture, "__name__", repr(model.architecture)),
        "objective": type(objective).__name__,
        "negatives": getattr(objective, "negatives", None),
        "skip_target": getattr(objective, "skip_target", None),
        "dimension": model.embeddings.W_in.shape[1],
        "window": model.window,
        "dynamic_window": model.dynamic_window,
        "undivided": model.undivided,
        "seed": str(model.seed),
        "vocabulary": contents.hexdigest()[:16],
    }


def _arrays(model, recent: Float[Array, " N"]) -> dict[str, Array]:
    """What a run has learnt, by name."""
    history = {f"history_{name}": np.array(column, float) for name, column in vars(model.history).items()}
    return {"W_in": model.embeddings.W_in, "W_out": model.embeddings.W_out, "recent": recent} | history


def save(path: str | Path, model, settings: dict, position: list, recent: Float[Array, " N"]) -> None:
    """Write the model and its `position` in the run; a file in the way is replaced once the new one is complete.

    An .npz of plain numbers and text: loading one runs no code.
    """
    noise = model.noise_rng.bit_generator.state
    about = json.dumps({"settings": settings, "position": position, "noise": noise})
    part = Path(f"{os.path.realpath(path)}.{secrets.token_hex(4)}.part")
    try:
        with part.open("xb") as file:
            np.savez(file, about=about, **_arrays(model, recent))
        part.replace(os.path.realpath(path))
    finally:
        part.unlink(missing_ok=True)


def resume(path: str | Path, model, settings: dict) -> tuple[list, Float[Array, " N"]]:
    """Give the model what `save` has written, if the settings are the same; the position and the recent losses.

    Raises `CheckpointError`, and then has changed nothing.
    """
    like = _arrays(model, np.zeros(0))
    try:
        with np.load(path, allow_pickle=False) as file:
            about, arrays = json.loads(str(file["about"])), {name: file[name] for name in like}
        saved, position, noise = about["settings"], about["position"], about["noise"]
    except (OSError, EOFError, LookupError, TypeError, ValueError, NotImplementedError, *BROKEN_ZIP) as error:
        raise CheckpointError(f"{path} is not a whole checkpoint: {error}. Remove it to begin anew.") from error
    for name in settings:
        if saved.get(name) != settings[name]:
            raise CheckpointError(
                f"{path} belongs to another run: its {name} is {saved.get(name)!r}, here it is {settings[name]!r}. "
                "Use the same corpus and options, or another file."
            )
    model.noise_rng.bit_generator.state = noise
    model.embeddings.W_in[...], model.embeddings.W_out[...] = arrays["W_in"], arrays["W_out"]
    history = model.history
    history.words = arrays["history_words"].astype(int).tolist()
    history.loss, history.learning_rate = arrays["history_loss"].tolist(), arrays["history_learning_rate"].tolist()
    return position, arrays["recent"]
