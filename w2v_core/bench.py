r"""How fast, how good, how large: every implementation on one text, in one interleaved run (``make bench``).

An implementation is a function that takes (corpus, mode, setting, seed) and returns a `Model`, ready to train: the
clean trainer (`training`), the fast one (`blocks`), a naive loop over examples (below) and gensim with ``workers=1``.
All get the same sentences, vocabulary, chances of subsampling, windows, learning rate schedule and, for CBOW, the same
update: the undivided one, which is what the original program does, and gensim with ``cbow_mean=1``.

Times are those of training alone: vocabulary and tables are timed as text preparation. Words are running words of the
vocabulary, before subsampling. Rounds are interleaved and every comparison is within a round, since other programs
slow a machine down for seconds at a time.
"""

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from numbers import Real
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray as Array
from tqdm import tqdm

from w2v_core.architectures import cbow, skip_gram
from w2v_core.blocks import FastWord2Vec
from w2v_core.corpus import TextFile, Vocabulary, keep_probability, windows
from w2v_core.errors import BookError, CorpusError, SettingError, positive_integer
from w2v_core.numerics import sigmoid
from w2v_core.objectives import FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.toy import ToyCorpus
from w2v_core.training import Embeddings, Examples, Word2Vec, losses_and_gradients
from w2v_core.vectors import WordVectors

ARCHITECTURES = {"skip-gram": skip_gram, "CBOW": cbow}
OBJECTIVES = {"NEG": NegativeSampling, "HS": HierarchicalSoftmax, "softmax": FullSoftmax}
MODES = [f"{architecture} {objective}" for objective in OBJECTIVES for architecture in ARCHITECTURES]


@dataclass(frozen=True)
class Setting:
    """What all implementations share."""

    dimension: int = 100
    window: int = 5
    negatives: int = 5
    min_count: int = 5
    subsample: float = 1e-3
    learning_rate: float = 0.025
    epochs: int = 1


class Model(NamedTuple):
    """An implementation with its vocabulary counted and its tables made, and how to train it and look inside."""

    vocabulary: Vocabulary
    objective: Callable[[], object]  # made when asked for: gensim does not need ours
    train: Callable[[Iterable[Sequence[str]], int], object]  # sentences, epochs
    embeddings: Callable[[], Embeddings]  # as they stand; rows in the order of the vocabulary

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words."""
        return WordVectors(self.vocabulary.words, self.embeddings().W_in)


def zipf_sentences(tokens: int = 1_000_000, words: int = 20_000, seed: int = 1) -> list[list[str]]:
    """A text with the two properties that matter here: Zipf's law, and words of like meaning among like words.

    The word of rank r has a share of about 1 / (r + 2.7), and a direction in a space of eight meanings, which is
    stronger the rarer the word. Each sentence has one of 200 topics, a point of that space: words that point there are
    more frequent in it. Only `Generator.random` is drawn from, so a seed gives the same text everywhere.
    """
    rng = np.random.default_rng(seed)
    rank = np.arange(positive_integer("words", words))
    meanings = (rng.random((words, 8)) - 0.5) * np.minimum(1, rank / 100)[:, None]
    topics = 12 * (rng.random((200, 8)) - 0.5)
    affinity = np.exp(topics @ meanings.T)
    share = affinity / affinity.mean(axis=0) / (rank + 2.7)  # (200, V); the mean over topics keeps Zipf's law
    lengths = (10 + 21 * rng.random(positive_integer("tokens", tokens) // 10 + 1)).astype(int)
    lengths = lengths[: 1 + np.searchsorted(lengths.cumsum(), tokens)]
    lengths[-1] -= lengths.sum() - tokens
    topic_of = (len(topics) * rng.random(len(lengths))).astype(int)
    names = np.array([f"w{r}" for r in rank], dtype=object)
    sentences = [[]] * len(lengths)
    for topic, cumulative in enumerate(share.cumsum(axis=1)):
        mine = np.flatnonzero(topic_of == topic)
        drawn = names[np.searchsorted(cumulative, cumulative[-1] * rng.random(lengths[mine].sum()), side="right")]
        for sentence, part in zip(mine, np.split(drawn, lengths[mine].cumsum()[:-1]), strict=False):
            sentences[sentence] = part.tolist()
    return sentences


@dataclass(frozen=True)
class Beginning:
    """The first sentences of a corpus, until they have `tokens` words or the corpus ends."""

    sentences: Iterable[Sequence[str]]
    tokens: int

    def __iter__(self) -> Iterator[Sequence[str]]:
        """Yield them."""
        words = 0
        for sentence in self.sentences:
            if words >= self.tokens:
                return
            words += len(sentence)
            yield sentence


# The implementations.


def objective_of(mode: str, setting: Setting) -> Callable:
    """The objective of a mode, which takes counts."""
    objective = OBJECTIVES[mode.split()[1]]
    return partial(objective, negatives=setting.negatives) if objective is NegativeSampling else objective


def ours(
    corpus, mode: str, setting: Setting, seed: int, *, kind: type = Word2Vec, train: Callable = Word2Vec.train
) -> Model:
    """A `Word2Vec` of some kind, and what trains it."""
    model = kind(
        corpus,
        ARCHITECTURES[mode.split()[0]],
        objective_of(mode, setting),
        dimension=setting.dimension,
        window=setting.window,
        min_count=setting.min_count,
        subsample=setting.subsample,
        undivided=True,
        seed=seed,
    )

    def train_on(sentences, epochs):
        model.sentences = sentences
        train(model, epochs=epochs, learning_rate=setting.learning_rate, progress=False)

    return Model(model.vocabulary, lambda: model.objective, train_on, lambda: model.embeddings)


def one_by_one(model: Word2Vec, *, epochs: int, learning_rate: float, progress: bool) -> None:
    """Train as one first writes it: for each example look up, multiply, correct."""
    W_in, W_out = model.embeddings.W_in, model.embeddings.W_out
    objective, done, total = model.objective, 0, epochs * model.vocabulary.tokens
    if by_tree := isinstance(objective, HierarchicalSoftmax):
        tree = [(objective.tree.path(w), 1 - np.array(objective.tree.code(w))) for w in range(len(W_in))]
    else:
        cumulative, labels = objective.noise.cumsum(), np.eye(1, 1 + objective.negatives)[0]
    for [(inputs, target)], words in model.batches(epochs, 1):
        rate = learning_rate * max(1 - done / total, 1e-4)
        if by_tree:
            rows, labels = tree[target]
        else:
            draws = cumulative[-1] * model.noise_rng.random(objective.negatives)
            rows = [target, *cumulative.searchsorted(draws, side="right")]
        hidden, U = W_in[inputs].mean(axis=0), W_out[rows]
        errors = rate * (sigmoid(U @ hidden) - labels)
        for row, error in zip(rows, errors, strict=True):  # a row that occurs twice moves twice
            W_out[row] -= error * hidden
        for word in inputs:
            W_in[word] -= errors @ U
        done += words


def built_gensim(corpus, mode: str, setting: Setting, seed: int = 1):
    """gensim's own model, its vocabulary counted and its tables made; a path is read by its own reader."""
    try:
        from gensim.models import word2vec as gensim
    except ImportError as error:
        raise SettingError(f"make bench needs gensim: {error}. Try: pip install gensim") from None
    logging.getLogger("gensim").setLevel(logging.ERROR)  # it warns when it trains on a part of its corpus
    architecture, objective = mode.split()
    if objective == "softmax":
        raise SettingError(f"gensim has no full softmax ({mode!r}); compare HS and NEG.")
    model = gensim.Word2Vec(
        vector_size=setting.dimension,
        window=setting.window,
        sg=int(architecture == "skip-gram"),
        hs=int(objective == "HS"),
        negative=setting.negatives if objective == "NEG" else 0,
        sample=setting.subsample,
        min_count=setting.min_count,
        alpha=setting.learning_rate,
        min_alpha=setting.learning_rate * 1e-4,
        workers=1,
        seed=seed,
    )
    model.build_vocab(gensim.LineSentence(str(corpus)) if isinstance(corpus, Path) else corpus)
    return model


def gensim_model(corpus, mode: str, setting: Setting, seed: int) -> Model:
    """gensim with one worker, our chances of subsampling (its formula keeps a little more), and our start.

    gensim 4 draws the first vectors twice as long as the original program and we do, which gives it a head start.
    """
    model = built_gensim(corpus, mode, setting, seed)
    model.wv.vectors /= 2
    words, counts = model.wv.index_to_key, model.wv.expandos["count"]
    keep = keep_probability(counts, setting.subsample)
    model.wv.expandos["sample_int"] = (keep * (2**32 - 1)).astype(np.uint32)
    tree = mode.endswith("HS")

    def objective():
        made = objective_of(mode, setting)(counts)
        if tree:  # gensim breaks ties otherwise
            codes, paths = ([model.wv.get_vecattr(word, name) for word in words] for name in ("code", "point"))
            depths = np.array([len(code) for code in codes])
            mask = np.arange(depths.max()) < depths[:, None]
            table = np.zeros((2, *mask.shape), dtype=np.int64)
            table[0][mask], table[1][mask] = np.concatenate(paths), np.concatenate(codes)
            made.tree.table = (*table, mask)
        return made

    def train_on(sentences, epochs):
        model.train(sentences, total_words=model.corpus_total_words, epochs=epochs)

    W_out = model.syn1 if tree else model.syn1neg
    return Model(Vocabulary(words, counts), objective, train_on, lambda: Embeddings(model.wv.vectors, W_out))


IMPLEMENTATIONS: dict[str, Callable[[Iterable, str, Setting, int], Model]] = {
    "clean": ours,
    "fast": partial(ours, kind=FastWord2Vec, train=FastWord2Vec.train),
    "naive": partial(ours, train=one_by_one),
    "gensim": gensim_model,
}


def has(name: str, mode: str) -> bool:
    """Whether an implementation has a mode."""
    return not mode.endswith("softmax") or name not in ("naive", "gensim")


# Quality, by one judge for all.


def held_out_examples(sentences, vocabulary: Vocabulary, mode: str, setting: Setting, most: int = 20_000) -> Examples:
    """Examples as training would make them, thinned out and with windows drawn; the same at each call."""
    rng = np.random.default_rng(0)
    keep = keep_probability(vocabulary.counts, setting.subsample)
    pairs = []
    for sentence in sentences:
        kept = [word for word in vocabulary.encode(sentence) if rng.random() < keep[word]]
        for center, context in windows(kept, setting.window, rng):
            pairs += ARCHITECTURES[mode.split()[0]](center, context)
        if len(pairs) >= most:
            break
    if not pairs:
        raise CorpusError("The sentences that were held out have no two known words side by side: use a longer corpus.")
    return Examples.pack(pairs[:most])


def held_out_loss(model: Model, vocabulary: Vocabulary, examples: Examples, judge) -> float:
    """Mean loss of examples that are numbered as in `vocabulary`, which is also the judging objective's.

    Every model gets the same examples with the same noise words; with a tree, each is asked by its own.
    """
    own = np.array([model.vocabulary.index[word] for word in vocabulary.words])  # the model's number of each word
    rng, losses, embeddings, objective = np.random.default_rng(0), [], model.embeddings(), model.objective()
    for start in range(0, len(examples.targets), 500):
        inputs, mask, targets = (array[start : start + 500] for array in examples)
        if isinstance(judge, HierarchicalSoftmax):
            wanted = objective.candidates(own[targets], rng)
        else:
            wanted = judge.candidates(targets, rng)
            wanted = wanted._replace(rows=own[wanted.rows])
        part = Examples(own[inputs], mask, own[targets])
        losses.append(losses_and_gradients(embeddings, part, wanted, judge.loss)[0])
    return float(np.concatenate(losses).mean())


def neighbours(vectors: WordVectors, words: Sequence[str], count: int = 10) -> list[set[str]]:
    """The `count` nearest words of each of some words, by cosine: `WordVectors.nearest` for many at once."""
    unit = vectors.matrix / np.linalg.norm(vectors.matrix, axis=1, keepdims=True)
    rows = {word: row for row, word in enumerate(vectors.words)}
    asked = [rows[word] for word in words]
    cosines = unit[asked] @ unit.T
    count, cosines[np.arange(len(asked)), asked] = min(count, len(rows) - 1), -2  # not itself
    return [{vectors.words[row] for row in near} for near in np.argpartition(-cosines, count, axis=1)[:, :count]]


def overlap(ours: list[set[str]], theirs: list[set[str]]) -> float:
    """Mean share of neighbours in common.

    >>> overlap([{"a", "b"}, {"c", "d"}], [{"a", "b"}, {"c", "x"}])
    0.75
    """
    return float(np.mean([len(mine & other) / len(mine) for mine, other in zip(ours, theirs, strict=True)]))


def ranks(values: Sequence[Real]) -> Float[Array, " N"]:
    """Place of each value in rising order; equal values share the mean of their places.

    >>> ranks([10, 30, 10, 20])
    array([0.5, 3. , 0.5, 2. ])
    """
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (count.cumsum() - (count + 1) / 2)[place]


def word_similarity(vectors: WordVectors, path: str | Path) -> tuple[float, int]:
    """Spearman's rank correlation with people's scores, and how many pairs it rests on.

    A line of the file is "word word score", apart by spaces, tabs, commas or semicolons; others, and unknown words,
    are passed over.
    """
    pairs = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        match line.replace(",", " ").replace(";", " ").split():
            case [a, b, score, *_] if score.replace(".", "", 1).isdigit() and a in vectors and b in vectors:
                pairs.append((vectors.similarity(a, b), float(score)))
    if len(pairs) < 3:
        raise CorpusError(f"{path}: {len(pairs)} lines have the form 'word word score' with known words; 3 are needed.")
    return float(np.corrcoef(*map(ranks, zip(*pairs, strict=True)))[0, 1]), len(pairs)


# Measuring.


def interleaved(trials: dict, rounds: int, label: str, progress: bool = True) -> dict:
    """Run every trial once a round, `rounds` times; a trial gives a number, and each key its list of numbers."""
    results = {key: [] for key in trials}
    order = [key for _ in range(positive_integer("rounds", rounds)) for key in trials]
    for key in tqdm(order, desc=label, disable=not progress):
        results[key].append(trials[key]())
    return results


def seconds(action: Callable[[], object]) -> float:
    """How long a call takes."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def speed_trial(name: str, corpus, mode: str, setting: Setting, budget: float) -> Callable[[], float]:
    """A trial that gives words/s: a new model, trained on so much of the corpus as takes about `budget` seconds.

    Sentences of a list come from memory; a `TextFile` is read while the clock runs.
    """

    def timed(tokens):
        part = Beginning(corpus, tokens)
        if isinstance(corpus, list):
            part = list(part)
        model = IMPLEMENTATIONS[name](corpus, mode, setting, 1)
        words = sum(len(ids) for ids, _ in model.vocabulary.encoded_blocks(part))
        return words / seconds(lambda: model.train(part, 1))

    tokens, most = 4000, sum(map(len, corpus))
    while tokens < most and tokens / timed(tokens) < budget / 5:  # until a part is long enough to tell
        tokens *= 4
    return partial(timed, int(budget * timed(tokens)))


def prepare(corpus, objective: Callable, setting: Setting) -> int:
    """All that training needs, made from text: vocabulary, tables, and one reading encoded and thinned out."""
    vocabulary = Vocabulary.from_sentences(corpus, setting.min_count)
    keep, rng = keep_probability(vocabulary.counts, setting.subsample), np.random.default_rng(1)
    made = objective(vocabulary.counts)
    if isinstance(made, HierarchicalSoftmax):
        assert made.tree.table
    return sum(int((rng.random(len(ids)) < keep[ids]).sum()) for ids, _ in vocabulary.encoded_blocks(corpus))


def preparation(sentences: list, path: Path, setting: Setting, rounds: int, progress: bool = True) -> dict:
    """Seconds from text to ready-to-train, from memory and from a file, ours against gensim's ``build_vocab``.

    Ours has encoded the text once and thinned it out within its time; gensim does that while it trains.
    """
    setting, trials = replace(setting, dimension=1), {}  # without the time to draw the first vectors
    for objective in ("NEG", "HS"):
        mode = f"CBOW {objective}"
        for source, text, reader in (("memory", sentences, sentences), ("file", path, TextFile(path))):
            made = objective_of(mode, setting)
            trials[f"{objective} from {source}, ours"] = partial(seconds, partial(prepare, reader, made, setting))
            theirs = partial(built_gensim, text, mode, setting)
            trials[f"{objective} from {source}, gensim"] = partial(seconds, theirs)
    return interleaved(trials, rounds, "text preparation", progress)


def peak() -> int:
    """The most bytes of memory this process has held so far."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux hands ru_maxrss of a parent down to its child, but not this
        return 1024 * int(status.read_text().split("VmHWM:")[1].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def train_in_child(name: str, path: str, tokens: int, mode: str, setting: dict) -> None:
    """What `memory` runs in a process of its own: train on the beginning of a file, print the peak."""
    if name == "gensim":
        import gensim.models.word2vec  # noqa: F401
    imported = peak()
    chosen = Setting(**setting)
    model = IMPLEMENTATIONS[name](TextFile(path), mode, chosen, 1)
    model.train(Beginning(TextFile(path), tokens), 1)
    W_in, W_out = model.embeddings().W_in, model.embeddings().W_out
    print(json.dumps({"peak": peak() - imported, "matrices": W_in.nbytes + W_out.nbytes}))


def memory(name: str, path: str | Path, tokens: int, mode: str, setting: Setting) -> dict[str, int]:
    """Bytes that training takes at its peak, beyond the imports, in a process of its own that streams the file.

    "peak", and "matrices": how much of it are ``W_in`` and ``W_out``.
    """
    code = "import json, sys; from w2v_core.bench import train_in_child; train_in_child(*json.loads(sys.argv[1]))"
    arguments = json.dumps([name, str(path), tokens, mode, asdict(setting)])
    run = subprocess.run([sys.executable, "-c", code, arguments], capture_output=True, text=True)
    if run.returncode:
        raise BookError(f"{name}, {mode}: its own process failed: {run.stderr.strip()[-500:]}")
    return json.loads(run.stdout)


def scaling(
    what: str, values: Sequence[int], name: str, mode: str, setting: Setting, *, tokens: int = 20_000, rounds: int = 3
) -> list[float]:
    """Seconds of training, the median of some rounds, for each value of "tokens", "dimension" or "words" (V).

    Nothing is thinned out, so that every text of so many tokens makes as many examples.
    """
    if what not in ("tokens", "dimension", "words"):
        raise SettingError(f"Cost can be measured against tokens, dimension or words, not {what!r}.")
    trials = {}
    for value in values:
        text = zipf_sentences(value if what == "tokens" else tokens, value if what == "words" else 2000)
        every = [f"w{r}" for r in range(value if what == "words" else 2000)]  # so that V is what it should be
        chosen = replace(setting, min_count=1, subsample=0.0, **({what: value} if what == "dimension" else {}))
        make = partial(IMPLEMENTATIONS[name], [*text, every], mode, chosen, 1)
        trials[value] = partial(lambda make, text: seconds(partial(make().train, text, 1)), make, text)
    return [float(np.median(times)) for times in interleaved(trials, rounds, what, progress=False).values()]


# What the machine could do, and what there is to do.


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
        end, times = time.perf_counter() + budget / 3, []
        while not times or time.perf_counter() < end:
            times.append(seconds(action))
        return min(times)

    n, found = 512, []
    for dtype in (np.float32, np.float64):
        a, b, product = np.ones((3, n, n), dtype)
        found.append(2 * n**3 / best(partial(np.matmul, a, b, out=product)))
    source, target = np.ones((2, 8_000_000))
    return Roofline(*found, 2 * source.nbytes / best(partial(np.copyto, target, source)))


class Work(NamedTuple):
    """What one running word costs."""

    operations: float  # multiplications and additions for scores, gradients and corrections
    traffic: float  # bytes of rows of the two matrices that are read and written

    @property
    def intensity(self) -> float:
        """Operations a byte."""
        return self.operations / self.traffic


def work_by_examples(sentences, mode: str, setting: Setting, itemsize: int = 4) -> Work:
    """Cost of a running word when each example is handled by itself, as in gensim and in the naive loop.

    With C inputs and R rows of ``W_out``, an example takes C d operations for the hidden vector, 2 R d each for scores,
    gradient and corrections of the rows, and C d to correct the inputs. It reads and writes C + R rows.
    """
    inputs = rows = 0

    def count(model, **_):
        nonlocal inputs, rows
        for pairs, _ in model.examples():
            if pairs:
                examples = Examples.pack(pairs)
                inputs += examples.mask.sum()
                rows += model.objective.candidates(examples.targets, model.noise_rng).mask.sum()

    model = ours(sentences, mode, setting, 1, train=count)
    model.train(sentences, 1)
    d, words = setting.dimension, model.vocabulary.tokens
    return Work(d * (2 * inputs + 6 * rows) / words, 2 * itemsize * d * (inputs + rows) / words)


class Counted(np.ndarray):
    """A matrix that counts its rows going in and out, and the operations of products with it or with their results."""

    operations = traffic = 0  # of all together

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        """Do what NumPy does; a product of (m, k) and (k, n) takes 2 m k n operations."""
        plain, into = ([x.view(np.ndarray) if isinstance(x, Counted) else x for x in xs] for xs in (inputs, out))
        result = getattr(ufunc, method)(*plain, **({"out": tuple(into)} if out else {}), **options)
        if ufunc is np.matmul:
            Counted.operations += 2 * plain[0].shape[-1] * result.size
        return out[0] if out else result.view(Counted) if isinstance(result, np.ndarray) else result

    def __getitem__(self, key):
        """Rows read."""
        result = super().__getitem__(key)
        Counted.traffic += result.nbytes * hasattr(self, "whole")
        return result

    def take(self, rows, axis=0, **options):
        """Rows read."""
        result = super().take(rows, axis=axis, **options)
        Counted.traffic += result.nbytes * hasattr(self, "whole")
        return result

    def __setitem__(self, key, value):
        """Rows written."""
        super().__setitem__(key, value)
        Counted.traffic += np.asarray(value).nbytes * hasattr(self, "whole")


def work_by_blocks(sentences, mode: str, setting: Setting) -> Work:
    """Cost of a running word in `FastWord2Vec`, counted while it trains."""
    model = IMPLEMENTATIONS["fast"](sentences, mode, setting, 1)
    embeddings = model.embeddings()
    for name, matrix in list(vars(embeddings).items()):
        counted = matrix.view(Counted)
        counted.whole = True  # not handed on to what is cut out of it
        setattr(embeddings, name, counted)
    Counted.operations = Counted.traffic = 0
    model.train(sentences, 1)
    return Work(Counted.operations / model.vocabulary.tokens, Counted.traffic / model.vocabulary.tokens)


# One report.


def quality(
    name: str, train_on: list, held_out: list, mode: str, setting: Setting, seed: int = 1
) -> tuple[float, WordVectors]:
    """Held-out loss and vectors of a model trained on all of `train_on`."""
    model = IMPLEMENTATIONS[name](train_on, mode, setting, seed)
    model.train(train_on, setting.epochs)
    vocabulary = Vocabulary.from_sentences(train_on, setting.min_count)
    examples = held_out_examples(held_out, vocabulary, mode, setting)
    return held_out_loss(model, vocabulary, examples, objective_of(mode, setting)(vocabulary.counts)), model.vectors


def for_toy(setting: Setting) -> Setting:
    """What suits the toy corpus: small vectors, every word, and enough readings."""
    return replace(setting, dimension=20, min_count=1, subsample=0.0, learning_rate=0.05, epochs=10)


def toy_analogies(name: str, mode: str, setting: Setting) -> float:
    """Share of the toy corpus's analogies answered rightly."""
    toy = ToyCorpus()
    model = IMPLEMENTATIONS[name](list(toy), mode, for_toy(setting), 1)
    model.train(list(toy), for_toy(setting).epochs)
    return toy.score(model.vectors).analogies


def compare(
    sentences: list,
    path: Path,
    *,
    names: Sequence[str],
    modes: Sequence[str],
    setting: Setting,
    rounds: int = 5,
    budget: float = 2.0,
    similarity: Sequence[str] = (),
    from_file: bool = False,
    progress: bool = True,
) -> Iterator[dict]:
    """Yield a row for each implementation and mode: speed, quality, memory. The last fiftieth of the text is held out.

    `path` is the file of the sentences, for memory and, if `from_file`, speed. Full softmax needs a small vocabulary:
    it is measured on the toy corpus.
    """
    cut = len(sentences) - max(1, len(sentences) // 50)
    train_on, held_out = sentences[:cut], sentences[cut:]
    small, setting_of_text = list(ToyCorpus()), setting
    for mode in modes:
        softmax = mode.endswith("softmax")
        text, unseen = (small[:-100], small[-100:]) if softmax else (train_on, held_out)
        setting = for_toy(setting_of_text) if softmax else setting_of_text
        chosen = [name for name in names if has(name, mode)]
        source = TextFile(path) if from_file and not softmax else text
        trials = {name: speed_trial(name, source, mode, setting, budget) for name in chosen}
        speeds = interleaved(trials, rounds, f"{mode}: speed", progress)
        vectors, rows = {}, []
        for name in tqdm(chosen, desc=f"{mode}: quality", disable=not progress):
            loss, vectors[name] = quality(name, text, unseen, mode, setting)
            row = {"mode": mode, "name": name, "words_per_second": speeds[name], "loss": loss}
            row["analogies"] = toy_analogies(name, mode, setting)
            row["similarity"] = {file: word_similarity(vectors[name], file) for file in similarity if not softmax}
            row["memory"] = (
                None if softmax else memory(name, path, int(np.median(speeds[name]) * budget), mode, setting)
            )
            rows.append(row)
        if "gensim" in chosen:
            words = Vocabulary.from_sentences(text, setting.min_count).words
            ruler = words[100:1100] or words  # the most frequent words have no meaning, so no neighbours
            theirs = neighbours(vectors["gensim"], ruler)
            again = neighbours(quality("gensim", text, unseen, mode, setting, seed=2)[1], ruler)
            for row in rows:
                itself = row["name"] == "gensim"
                row["overlap"] = overlap(again if itself else neighbours(vectors[row["name"]], ruler), theirs)
                base = speeds["gensim"]
                row["ratio"] = [mine / other for mine, other in zip(row["words_per_second"], base, strict=True)]
        yield from rows


def spread(numbers: Sequence[Real], form: str = ",.0f") -> str:
    """Median and range.

    >>> spread([1, 9, 4])
    '4 (1-9)'
    """
    low, middle, high = (format(float(number), form) for number in np.percentile(numbers, [0, 50, 100]))
    return f"{middle} ({low}-{high})"


def table(report: dict) -> str:
    """The report as plain text."""
    lines = [f"{name}: {value}" for name, value in report["about"].items()]
    lines += ["", f"{'seconds to prepare the text':34}median (range)"]
    lines += [f"{name:34}{spread(times, '.3f')}" for name, times in report["preparation"].items()]
    form = "{:18}{:8}{:>30}{:>18}{:>9}{:>9}{:>10}{:>9}  {}"
    heads = ("mode", "", "words/s", "x gensim", "loss", "overlap", "analogies", "MB", "similarity")
    lines += ["", form.format(*heads)]
    for row in report["rows"]:
        cells = (
            spread(row["words_per_second"]),
            spread(row["ratio"], ".2f") if "ratio" in row else "",
            f"{row['loss']:.4f}",
            f"{row['overlap']:.3f}" if "overlap" in row else "",
            f"{row['analogies']:.2f}",
            f"{row['memory']['peak'] / 1e6:.0f}" if row["memory"] else "",
            " ".join(f"{rho:.3f} ({pairs})" for rho, pairs in row["similarity"].values()),
        )
        lines.append(form.format(row["mode"], row["name"], *cells).rstrip())
    return "\n".join(lines)


NOTE = """words/s: running words of the vocabulary, median (range) of the rounds; training alone.
x gensim: ratio within each round. loss: of held-out examples, the same for all. overlap: share of the ten nearest
neighbours in common with gensim's, for the words of ranks 101 to 1100; gensim's own line: with another seed of itself.
analogies: on the toy corpus. MB: peak of memory beyond the imports, from a file. similarity: Spearman's (pairs)."""


def main(arguments: list[str] | None = None) -> int:
    """Read the options, measure, print the table."""
    parser = argparse.ArgumentParser(prog="w2v_core.bench", description=__doc__.split("\n")[0])
    parser.add_argument("--corpus", help="any text file; without one, a million tokens are made up")
    parser.add_argument("--tokens", type=int, default=1_000_000, help="how many tokens to make up")
    parser.add_argument("--rounds", type=int, default=5, help="at least five for a range that means something")
    parser.add_argument("--seconds", type=float, default=2.0, help="training time of each in each round")
    parser.add_argument("--models", nargs="+", choices=IMPLEMENTATIONS, default=list(IMPLEMENTATIONS))
    parser.add_argument("--modes", nargs="+", choices=MODES, default=MODES, help="in quotes")
    parser.add_argument("--similarity", nargs="+", default=[], metavar="FILE", help="lines 'word word score'")
    parser.add_argument("--from-file", action="store_true", help="time training from the file, not from memory")
    parser.add_argument("--json", metavar="FILE", help="also write every number there")
    for option, value in asdict(Setting()).items():
        parser.add_argument(f"--{option.replace('_', '-')}", type=type(value), default=value)
    chosen = vars(parser.parse_args(arguments))
    setting = Setting(**{option: chosen.pop(option) for option in asdict(Setting())})
    report, problem = {"about": {}, "preparation": {}, "rows": []}, None
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(chosen["corpus"] or Path(folder, "zipf.txt"))
            if not chosen["corpus"]:
                made = zipf_sentences(chosen["tokens"])
                path.write_text("".join(" ".join(sentence) + "\n" for sentence in made), encoding="utf-8")
            sentences = list(TextFile(path))
            report["about"] = {
                "corpus": chosen["corpus"] or "made up, Zipfian with topics",
                "tokens": sum(map(len, sentences)),
                "vocabulary": len(Vocabulary.from_sentences(sentences, setting.min_count)),
                "sentences from": "the file" if chosen["from_file"] else "memory",
                "setting": ", ".join(f"{name} {value}" for name, value in asdict(setting).items()),
                "threads of the linear algebra": os.environ.get("OPENBLAS_NUM_THREADS", "not fixed: use make bench"),
            }
            report["preparation"] = preparation(sentences, path, setting, chosen["rounds"])
            report["rows"].extend(
                compare(
                    sentences,
                    path,
                    names=chosen["models"],
                    modes=chosen["modes"],
                    setting=setting,
                    rounds=chosen["rounds"],
                    budget=chosen["seconds"],
                    similarity=chosen["similarity"],
                    from_file=chosen["from_file"],
                )
            )
    except BookError as error:  # a run can be long: what was measured before is shown
        problem = error
    print(table(report), NOTE, sep="\n\n")
    if chosen["json"]:
        Path(chosen["json"]).write_text(json.dumps(report, indent=1), encoding="utf-8")
    if problem:
        print(f"bench: {problem}", file=sys.stderr)
    return int(problem is not None)


if __name__ == "__main__":
    sys.exit(main())
