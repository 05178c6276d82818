r"""What `bench` compares: implementations of the six models that all do the same work.

There are four: the clean trainer (`training`), the fast one (`blocks`), a naive loop over examples, and gensim with
``workers=1``. Each is made from (corpus, mode, setting, seed), and has what a `Word2Vec` has: `vocabulary`,
`objective`, `embeddings`, `vectors` and `train`. A mode is a pair of an architecture and an objective. All get the same
sentences, vocabulary, chances of subsampling, windows, learning rates and, for CBOW, the same update: the undivided
one, which is what the original program does, and gensim with ``cbow_mean=1``.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path

import numpy as np

from w2v_core.architectures import ARCHITECTURES, cbow, skip_gram
from w2v_core.blocks import FastWord2Vec
from w2v_core.corpus import Vocabulary, keep_probability
from w2v_core.errors import SettingError
from w2v_core.numerics import sigmoid
from w2v_core.objectives import OBJECTIVES, FullSoftmax, HierarchicalSoftmax, NegativeSampling
from w2v_core.training import Embeddings, Word2Vec
from w2v_core.vectors import WordVectors

MODES = list(product(ARCHITECTURES, reversed(OBJECTIVES)))
_TITLES = {
    skip_gram: "skip-gram", cbow: "CBOW", FullSoftmax: "softmax", HierarchicalSoftmax: "HS", NegativeSampling: "NEG"
}  # fmt: skip


def title(mode: tuple[Callable, Callable]) -> str:
    """The name of a mode in tables.

    >>> title((skip_gram, NegativeSampling))
    'skip-gram NEG'
    """
    return " ".join(_TITLES[part] for part in mode)


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


def objective_of(mode: tuple, setting: Setting) -> Callable:
    """The objective of a mode, which takes counts."""
    _, objective = mode
    return partial(objective, negatives=setting.negatives) if objective is NegativeSampling else objective


def ours(kind: type, corpus, mode: tuple, setting: Setting, seed: int = 1) -> Word2Vec:
    """A `Word2Vec`, or a kind of it, for a mode."""
    return kind(
        corpus,
        mode[0],
        objective_of(mode, setting),
        dimension=setting.dimension,
        window=setting.window,
        min_count=setting.min_count,
        subsample=setting.subsample,
        undivided=True,
        seed=seed,
    )


class NaiveWord2Vec(Word2Vec):
    """`Word2Vec` as one first writes it: for each example look up, multiply, correct, a row at a time."""

    def train(self, *, epochs: int, learning_rate: float, progress: bool = False):
        """See `Word2Vec.train`; an example is a step."""
        W_in, W_out = self.embeddings.W_in, self.embeddings.W_out
        objective, done, total = self.objective, 0, epochs * self.vocabulary.tokens
        if by_tree := isinstance(objective, HierarchicalSoftmax):
            way = cache(lambda w: (objective.tree.path(w), 1 - np.array(objective.tree.code(w))))
        else:
            cumulative, labels = objective.noise.cumsum(), np.eye(1, 1 + objective.negatives)[0]
        for [(inputs, target)], words in self.batches(epochs, 1):
            rate = learning_rate * max(1 - done / total, 1e-4)
            if by_tree:
                rows, labels = way(target)
            else:
                draws = cumulative[-1] * self.noise_rng.random(objective.negatives)
                rows = [target, *cumulative.searchsorted(draws, side="right")]
            hidden, U = W_in[inputs].mean(axis=0), W_out[rows]
            errors = rate * (sigmoid(U @ hidden) - labels)
            for row, error in zip(rows, errors, strict=True):  # a row that occurs twice moves twice
                W_out[row] -= error * hidden
            for word in inputs:
                W_in[word] -= errors @ U
            done += words


class GensimWord2Vec:
    """gensim with one worker, our chances of subsampling (its formula keeps a little more), and our start.

    gensim 4 draws the first vectors twice as long as the original program and we do, which gives it a head start.
    """

    def __init__(self, corpus, mode: tuple, setting: Setting, seed: int = 1):
        """Count the words, make the tables; a path is read by gensim's own reader."""
        try:
            from gensim.models import word2vec as gensim
        except ImportError as error:
            raise SettingError(f"make bench needs gensim: {error}. Try: pip install gensim") from None
        logging.getLogger("gensim").setLevel(logging.ERROR)  # it warns when it trains on a part of its corpus
        architecture, objective = mode
        if objective is FullSoftmax:
            raise SettingError(f"gensim has no full softmax ({title(mode)}); compare HS and NEG.")
        self.gensim = gensim.Word2Vec(
            vector_size=setting.dimension,
            window=setting.window,
            sg=int(architecture is skip_gram),
            hs=int(objective is HierarchicalSoftmax),
            negative=setting.negatives if objective is NegativeSampling else 0,
            sample=setting.subsample,
            min_count=setting.min_count,
            workers=1,
            seed=seed,
        )
        self.gensim.build_vocab(gensim.LineSentence(str(corpus)) if isinstance(corpus, Path) else corpus)
        self.gensim.wv.vectors /= 2
        self.about = self.gensim.wv.expandos  # what it knows about each word
        keep = keep_probability(self.about["count"], setting.subsample)
        self.about["sample_int"] = (keep * (2**32 - 1)).astype(np.uint32)
        W_out = self.gensim.syn1 if self.gensim.hs else self.gensim.syn1neg
        self.embeddings = Embeddings(self.gensim.wv.vectors, W_out)  # no copies: they stand as they are trained
        self.vocabulary = Vocabulary(self.gensim.wv.index_to_key, self.about["count"])
        self._objective = objective_of(mode, setting)

    @property
    def vectors(self) -> WordVectors:
        """The input vectors with their words."""
        return WordVectors(self.vocabulary.words, self.embeddings.W_in)

    @property
    def objective(self):
        """Ours, with gensim's tree: it breaks ties otherwise."""
        made = self._objective(self.vocabulary.counts)
        if isinstance(made, HierarchicalSoftmax):
            depths = np.array([len(code) for code in self.about["code"]])
            mask = np.arange(depths.max()) < depths[:, None]
            table = np.zeros((2, *mask.shape), dtype=np.int64)
            table[:, mask] = [np.concatenate(self.about[name]) for name in ("point", "code")]
            made.tree.table = (*table, mask)
        return made

    def train(self, *, epochs: int, learning_rate: float, progress: bool = False):
        """See `Word2Vec.train`."""
        rates = {"start_alpha": learning_rate, "end_alpha": learning_rate * 1e-4}
        self.gensim.train(self.sentences, total_words=self.gensim.corpus_total_words, epochs=epochs, **rates)


IMPLEMENTATIONS: dict[str, Callable] = {
    "clean": partial(ours, Word2Vec),
    "fast": partial(ours, FastWord2Vec),
    "naive": partial(ours, NaiveWord2Vec),
    "gensim": GensimWord2Vec,
}


def train(model, sentences: Iterable[Sequence[str]], setting: Setting) -> None:
    """Train any of them on some sentences of its corpus."""
    model.sentences = sentences
    model.train(epochs=setting.epochs, learning_rate=setting.learning_rate, progress=False)


def has(name: str, mode: tuple) -> bool:
    """Whether an implementation has a mode."""
    return mode[1] is not FullSoftmax or name in ("clean", "fast")
