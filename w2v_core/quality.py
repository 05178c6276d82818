r"""How good vectors are, by one judge for all implementations: held-out loss, neighbours, word similarity."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from w2v_core.corpus import Vocabulary, keep_probability, windows
from w2v_core.errors import CorpusError
from w2v_core.implementations import Setting
from w2v_core.objectives import HierarchicalSoftmax
from w2v_core.training import Examples, losses_and_gradients
from w2v_core.vectors import WordVectors, unit_vectors


def held_out_examples(sentences, vocabulary: Vocabulary, mode: tuple, setting: Setting, most: int = 20_000) -> Examples:
    """Examples as training would make them, thinned out and with windows drawn; the same at each call."""
    rng = np.random.default_rng(0)
    keep = keep_probability(vocabulary.counts, setting.subsample)
    architecture, pairs = mode[0], []
    for sentence in sentences:
        kept = [word for word in vocabulary.encode(sentence) if rng.random() < keep[word]]
        for center, context in windows(kept, setting.window, rng):
            pairs += architecture(center, context)
        if len(pairs) >= most:
            break
    if not pairs:
        raise CorpusError("The sentences that were held out have no two known words side by side: use a longer corpus.")
    return Examples.pack(pairs[:most])


def held_out_loss(model, vocabulary: Vocabulary, examples: Examples, judge) -> float:
    """Mean loss of examples that are numbered as in `vocabulary`, which is also the judging objective's.

    Every model gets the same examples with the same noise words; with a tree, each is asked by its own.
    """
    own = np.array([model.vocabulary.index[word] for word in vocabulary.words])  # the model's number of each word
    rng, losses, objective = np.random.default_rng(0), [], model.objective
    for start in range(0, len(examples.targets), 500):
        inputs, mask, targets = (array[start : start + 500] for array in examples)
        if isinstance(judge, HierarchicalSoftmax):
            wanted = objective.candidates(own[targets], rng)
        else:
            wanted = judge.candidates(targets, rng)
            wanted = wanted._replace(rows=own[wanted.rows])
        part = Examples(own[inputs], mask, own[targets])
        losses.append(losses_and_gradients(model.embeddings, part, wanted, judge.loss)[0])
    return float(np.concatenate(losses).mean())


def neighbours(vectors: WordVectors, words: Sequence[str], count: int = 10) -> list[set[str]]:
    """The `count` nearest words of each of some words, by cosine: `WordVectors.nearest` for many at once."""
    cosines = unit_vectors(np.array([vectors[word] for word in words])) @ unit_vectors(vectors.matrix).T
    count = min(count, len(vectors) - 1)
    nearest = np.argpartition(-cosines, count)[:, : count + 1]  # among them the word itself
    return [{vectors.words[row] for row in rows} - {word} for word, rows in zip(words, nearest, strict=True)]


def overlap(ours: list[set[str]], theirs: list[set[str]]) -> float:
    """Mean share of neighbours in common.

    >>> overlap([{"a", "b"}, {"c", "d"}], [{"a", "b"}, {"c", "x"}])
    0.75
    """
    return float(np.mean([len(mine & other) / len(mine) for mine, other in zip(ours, theirs, strict=True)]))


def word_similarity(vectors: WordVectors, path: str | Path) -> tuple[float, int]:
    """Spearman's rank correlation with people's scores, and how many pairs it rests on.

    A line of the file is "word word score", apart by spaces, tabs, commas or semicolons; others, and unknown words,
    are passed over.
    """
    from scipy.stats import spearmanr  # comes with gensim; the book does without

    pairs = []
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        match line.replace(",", " ").replace(";", " ").split():
            case [a, b, score, *_] if score.replace(".", "", 1).isdigit() and a in vectors and b in vectors:
                pairs.append((vectors.similarity(a, b), float(score)))
    if len(pairs) < 3:
        raise CorpusError(f"{path}: {len(pairs)} lines have the form 'word word score' with known words; 3 are needed.")
    return float(spearmanr(*zip(*pairs, strict=True)).statistic), len(pairs)
