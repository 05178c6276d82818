r"""A second process for `FastWord2Vec`: each computes a part of every block, and both move the same two matrices.

A thread would not do: much of a step is short calls, and Python lets only one thread make such calls at a time. The
seed fixes every bit: who computes which part, and in which order the moves are added. No process reads what the other
writes at that time::

    this process    moves of its part, reads on | adds them to W_in  | adds them to W_out | next step
    second process  moves of its part           | adds them to W_out | adds them to W_in  | waits
"""

import os
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy import ndarray as Array

from w2v_core.errors import DivergenceError, WorkerError
from w2v_core.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling

SPIN = 2e-3  # seconds to look out for a message before sleeping: to be woken up takes as long as 20 words
ONE_THREAD = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
SHARES = {NegativeSampling: 0.36, HierarchicalSoftmax: 0.45, FullSoftmax: 0.5}  # by trying
LARGE = {"sentences", "vocabulary", "keep", "embeddings", "history", "text_rng", "noise_rng", "pair"}
START = """import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the first process, which then ends this one
sys.path[:] = {path!r}
from w2v_core.workers import serve
serve()"""
ENDED = "The second process has ended. The model keeps what it has learnt; workers=1 does without a second process."


class Line:
    """Messages to and from the other process: through pipes, and counted in shared memory, which is seen sooner."""

    def __init__(self, reader, writer, folder: str, about: dict, me: int):
        """This process is number `me`, 0 or 1; `about` has the precision and shape of each matrix."""
        self.reader, self.writer, self.me, self.received = reader, writer, me, 0
        self.sent = mapped(folder, "sent", np.int64, (2,))
        self.slopes = [mapped(folder, f"slopes_{name}", kind, (2, shape[0])) for name, (kind, shape) in about.items()]

    def send(self, message=None) -> None:
        """Send an object."""
        try:
            pickle.dump(message, self.writer)
            self.writer.flush()
        except OSError as error:
            raise WorkerError(ENDED) from error
        self.sent[self.me] += 1  # not before: the other would fall asleep over an empty pipe

    def receive(self):
        """The next object, as soon as it is there."""
        self.received += 1
        end = time.perf_counter() + SPIN
        while self.sent[1 - self.me] < self.received and time.perf_counter() < end:
            pass  # time.sleep(0) would take as long as 50 words
        try:
            return pickle.load(self.reader)
        except (EOFError, pickle.UnpicklingError) as error:
            raise WorkerError(ENDED) from error


def mapped(folder: str, name: str, precision, shape: tuple) -> Array:
    """An array in a file, which both processes see as memory."""
    return np.asarray(np.memmap(Path(folder, name), precision, "r+", shape=shape))


def apart(block, model) -> tuple[list, list[float]]:
    """Two parts of a block, of whole tiles and with the words around them; and what share of the targets each has.

    The first process gets less, for it reads the text too: with noise, where a step is short, that is more of the work.
    """
    m, T = model.window, len(block.words) - 2 * model.window
    share = SHARES[type(model.objective)]
    cut = max(1, round(share * T / model.tile)) * model.tile
    parts = [block._make(each[: cut + 2 * m] for each in block), block._make(each[cut:] for each in block)]
    return parts, [cut / T, 1 - cut / T]


def moves_of(model, part, learning_rate: float, line: Line) -> tuple[list[tuple], float]:
    """What `FastWord2Vec.moves` gives for a part; the slopes of each row together are noted for the other process."""
    moves, loss = model.moves(part, learning_rate)
    for (_, rows, _, slopes), steep in zip(moves, line.slopes, strict=True):
        np.add.at(steep[line.me], rows, slopes)
    return moves, loss


def add_in_turns(model, moves: list[tuple], order: tuple[int, int], line: Line) -> None:
    """Add the moves of a part to one matrix, while the other process adds its own to the other; then they change.

    How far a row may go depends on its slopes in both parts together.
    """
    for k in order:
        _, rows, _, slopes = moves[k]
        ours, theirs = line.slopes[k][line.me], line.slopes[k][1 - line.me]
        ours, theirs = ours[rows], theirs[rows]
        slopes *= 1 + np.divide(theirs, ours, out=np.zeros_like(ours), where=ours > 1e-20)
        model.add([moves[k]])
        line.send()
        line.receive()
    for (_, rows, _, _), steep in zip(moves, line.slopes, strict=True):
        steep[line.me, rows] = 0


class Pair:
    """The first process, which reads the text, and the second, at work on the same model."""

    def __init__(self, model, line: Line):
        """The second process has the model already."""
        self.model, self.line, self.source, self.next = model, line, iter(()), None

    def reading_on(self, blocks: Iterable) -> Iterator:
        """The blocks, each read in the step before."""
        self.source = iter(blocks)
        while (found := self.next or next(self.source, None)) is not None:
            self.next = None
            yield found

    def step(self, block, learning_rate: float) -> float:
        """Learn from a block of at least two tiles, in place; the mean loss of its first examples."""
        (mine, yours), (share, rest) = apart(block, self.model)
        seed = int(self.model.noise_rng.random() * 2**53)  # follows from the generator that a checkpoint keeps
        self.line.send((yours, learning_rate, seed))
        moves, loss = moves_of(self.model, mine, learning_rate, self.line)
        self.next = next(self.source, None)
        answer = self.line.receive()
        if isinstance(answer, DivergenceError):
            raise answer
        self.line.send()
        add_in_turns(self.model, moves, (0, 1), self.line)
        return share * loss + rest * answer


@contextmanager
def second_process(model) -> Iterator[Pair]:
    """A second process at work on `model`; until it ends, the matrices lie in memory that both share.

    That is a file which loses its name as soon as both have opened it, and the second process ends when its pipe is
    closed: nothing is left behind, however this process ends.
    """
    matrices = vars(model.embeddings)
    small = {name: value for name, value in vars(model).items() if name not in LARGE}
    small |= {"precision": model.precision, "objective": copy(model.objective)}
    vars(small["objective"]).pop("tree", None)
    command = [sys.executable, "-c", START.format(path=sys.path)]
    with TemporaryDirectory(prefix="w2v_core-", ignore_cleanup_errors=True) as folder:
        child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=os.environ | ONE_THREAD)
        try:
            Path(folder, "sent").write_bytes(bytes(16))
            about = {name: (matrix.dtype, matrix.shape) for name, matrix in matrices.items()}
            for name, (precision, shape) in about.items():
                np.zeros((2, shape[0]), precision).tofile(Path(folder, f"slopes_{name}"))
                matrices[name].tofile(Path(folder, name))
                matrices[name] = mapped(folder, name, precision, shape)
            line = Line(child.stdout, child.stdin, folder, about, me=0)
            line.send((folder, type(model.embeddings), about, type(model), small))
            line.receive()
            shutil.rmtree(folder, ignore_errors=True)
            yield Pair(model, line)
        finally:
            with suppress(OSError):
                child.stdin.close()
            try:
                child.wait(timeout=10)
            finally:
                child.kill()
                child.wait()
                child.stdout.close()
                for name in matrices:
                    matrices[name] = np.array(matrices[name])


def serve() -> None:
    """What the second process does, until the first closes the pipe."""
    reader, writer = sys.stdin.buffer, open(1, "wb", buffering=0, closefd=False)
    with suppress(WorkerError, EOFError):  # the first process has ended
        folder, embeddings, about, kind, small = pickle.load(reader)
        model = kind.__new__(kind)
        vars(model).update(small)
        model.embeddings = embeddings(**{name: mapped(folder, name, *each) for name, each in about.items()})
        np.empty(31 << 20, np.uint8)  # as in FastWord2Vec
        line = Line(reader, writer, folder, about, me=1)
        line.received = 1  # what `reader` has given above
        line.send()
        while True:
            block, learning_rate, seed = line.receive()
            model.noise_rng = np.random.default_rng(seed)
            try:
                moves, answer = moves_of(model, block, learning_rate, line)
            except DivergenceError as error:
                answer = error
            line.send(answer)
            line.receive()
            add_in_turns(model, moves, (1, 0), line)
