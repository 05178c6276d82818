r"""What training costs: seconds, bytes of memory, operations and traffic; and what the machine could do.

Times are compared in rounds in which all take turns, since other programs slow a machine down for seconds at a time.
"""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from w2v_core.architectures import cbow
from w2v_core.blocks import Block, FastWord2Vec, Questions
from w2v_core.corpus import TextFile
from w2v_core.errors import BookError, SettingError, positive_integer
from w2v_core.implementations import IMPLEMENTATIONS, Setting, ours, title, train
from w2v_core.toy import zipf_sentences
from w2v_core.training import Examples, Word2Vec


def seconds(action: Callable[[], object]) -> float:
    """How long a call takes."""
    start = perf_counter()
    action()
    return perf_counter() - start


def interleaved(trials: dict, rounds: int, label: str, progress: bool = True) -> dict:
    """Run every trial once a round, `rounds` times; a trial gives a number, and each key its list of numbers."""
    results = {key: [] for key in trials}
    order = [key for _ in range(positive_integer("rounds", rounds)) for key in trials]
    for key in tqdm(order, desc=label, disable=not progress):
        results[key].append(trials[key]())
    return results


@dataclass
class Within:
    """The sentences of a corpus that are asked for within so many seconds, one at least; `given` counts them."""

    sentences: Iterable[Sequence[str]]
    seconds: float | int
    given: int = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        """Yield them."""
        end = perf_counter() + self.seconds
        for sentence in self.sentences:
            self.given += 1
            yield sentence
            if perf_counter() >= end:
                return


def scaling(
    what: str, values: Sequence[int], name: str, mode: tuple, setting: Setting, *, tokens: int = 20_000, rounds: int = 3
) -> list[float]:
    """Seconds of training, the least of some rounds, for each value of "tokens", "dimension" or "words" (V).

    Nothing is thinned out, so that every text of so many tokens makes as many examples.
    """
    if what not in ("tokens", "dimension", "words"):
        raise SettingError(f"Cost can be measured against tokens, dimension or words, not {what!r}.")

    def trial(tokens=tokens, words=2000, dimension=setting.dimension):
        text = zipf_sentences(tokens, words)
        every = [f"w{r}" for r in range(words)]  # so that V is what it should be
        chosen = replace(setting, dimension=dimension, min_count=1, subsample=0.0, epochs=1)
        model = IMPLEMENTATIONS[name]([*text, every], mode, chosen)
        return lambda: seconds(lambda: train(model, text, chosen))

    trials = {value: trial(**{what: value}) for value in values}
    return [min(times) for times in interleaved(trials, rounds, what, progress=False).values()]


# Memory.


def peak() -> int:
    """The most bytes of memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands ru_maxrss of a parent down to its child, but not this
        return 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
    if sys.platform == "win32":
        import psutil  # comes with the notebook's kernel

        return psutil.Process().memory_info().peak_wset
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def peak_of_training(name: str, path: str | Path, mode: tuple, setting: Setting, limit: float | int) -> dict[str, int]:
    """What `memory` runs in a process of its own."""
    if name == "gensim":
        import gensim.models.word2vec  # noqa: F401
    imported = peak()
    model = IMPLEMENTATIONS[name](TextFile(path), mode, setting, 1)
    train(model, Within(TextFile(path), limit), replace(setting, epochs=1))
    W_in, W_out = model.embeddings.W_in, model.embeddings.W_out
    return {"peak": peak() - imported, "matrices": W_in.nbytes + W_out.nbytes}


def memory(
    name: str, path: str | Path, mode: tuple, setting: Setting, *, limit: float | int = math.inf
) -> dict[str, int]:
    """Bytes that training takes at its peak, beyond the imports, in a process of its own that streams the file.

    "peak", and "matrices": how much of it are ``W_in`` and ``W_out``. It reads the file once, or for `limit` seconds.
    """
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        try:
            return process.submit(peak_of_training, name, path, mode, setting, limit).result()
        except BrokenProcessPool as error:
            raise BookError(f"{name}, {title(mode)}: its own process was killed. Is memory short? {error}") from None


# What there is to do, and what the machine could do.


class Work(NamedTuple):
    """What one running word costs."""

    operations: float  # multiplications and additions for scores, gradients and corrections
    traffic: float  # bytes of rows of the two matrices that are read and written

    @property
    def intensity(self) -> float:
        """Operations a byte."""
        return self.operations / self.traffic


def work_by_examples(sentences, mode: tuple, setting: Setting, itemsize: int = 4) -> Work:
    """Cost of a running word when each example is handled by itself, as in gensim and in the naive loop.

    With C inputs and R rows of ``W_out``, an example takes C d operations for the hidden vector, 2 R d each for scores,
    gradient and corrections of the rows, and C d to correct the inputs. It reads and writes C + R rows.
    """
    model, inputs, rows = ours(Word2Vec, sentences, mode, setting), 0, 0
    for pairs, _ in model.examples():
        if pairs:
            examples = Examples.pack(pairs)
            inputs += examples.mask.sum()
            rows += model.objective.candidates(examples.targets, model.noise_rng).mask.sum()
    d, words = setting.dimension, model.vocabulary.tokens
    return Work(d * (2 * inputs + 6 * rows) / words, 2 * itemsize * d * (inputs + rows) / words)


class CountingWord2Vec(FastWord2Vec):
    """`FastWord2Vec` that adds up the products of its steps, and the rows that go in and out."""

    products = rows = 0  # numbers multiplied and added, each d times; rows moved

    def step(self, block: Block, learning_rate: float):
        """Input vectors are gathered, read again and written; CBOW takes means and hands the gradient back."""
        self.rows += 3 * len(block.words)
        if self.architecture is cbow:
            targets = len(block.words) - 2 * self.window
            self.products += 2 * targets * (min(self.tile, targets) + 2 * self.window)
        return super().step(block, learning_rate)

    def questions(self, targets, near) -> Iterator[Questions]:
        """So are output vectors; each product of hidden vectors and rows is done for scores and two gradients."""
        for question in super().questions(targets, near):
            t, h = question.asked.shape[:2]
            self.products += 3 * t * h * question.rows.shape[-1]
            self.rows += question.rows.size + 2 * (question.rows >= 0).sum()
            yield question


def work_by_blocks(sentences, mode: tuple, setting: Setting) -> Work:
    """Cost of a running word in `FastWord2Vec`, counted while it trains."""
    model = ours(CountingWord2Vec, sentences, mode, setting)
    train(model, sentences, setting)
    d, words, itemsize = setting.dimension, model.vocabulary.tokens, model.embeddings.W_in.itemsize
    return Work(2 * d * model.products / words, itemsize * d * model.rows / words)


class Roofline(NamedTuple):
    """The two limits of a machine: arithmetic, in operations a second, and memory, in bytes a second."""

    float32: float
    float64: float
    bandwidth: float

    def limit(self, intensity: float, dtype: str = "float32") -> float:
        """Most operations a second with so many operations a byte: min(peak, intensity x bandwidth)."""
        return min(getattr(self, dtype), intensity * self.bandwidth)


def roofline(budget: float = 1.5) -> Roofline:
    """Measure this machine in about `budget` seconds: the best product of 512 x 512 matrices, the best copy of 64 MB.

    With as many threads as the linear algebra library was given; compare what was measured with as many.
    """

    def best(action):
        action()
        end, times = perf_counter() + budget / 3, []
        while not times or perf_counter() < end:
            times.append(seconds(action))
        return min(times)

    n, found = 512, []
    for dtype in (np.float32, np.float64):
        a, b, product = np.ones((3, n, n), dtype)
        found.append(2 * n**3 / best(partial(np.matmul, a, b, out=product)))
    source, target = np.ones((2, 8_000_000))
    return Roofline(*found, 2 * source.nbytes / best(partial(np.copyto, target, source)))
