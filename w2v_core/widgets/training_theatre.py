"""The training theatre: any of the six models on a small text, step by step or in one run."""

from copy import deepcopy
from functools import lru_cache, partial
from html import escape
from math import inf

import numpy as np
import traitlets

from w2v_core.architectures import ARCHITECTURES
from w2v_core.corpus import sentences_of
from w2v_core.errors import (
    BookError,
    CorpusError,
    DivergenceError,
    SettingError,
    TrainingInterrupted,
    finite_number,
    positive_integer,
)
from w2v_core.huffman import HuffmanTree
from w2v_core.numerics import sigmoid, softmax
from w2v_core.objectives import OBJECTIVES, FullSoftmax, NegativeSampling
from w2v_core.toy import ToyCorpus
from w2v_core.training import Examples, Word2Vec, losses_and_gradients
from w2v_core.widgets import still
from w2v_core.widgets.base import Explorable, bar, show, whole
from w2v_core.widgets.window_explorer import LONGEST_TEXT, TEXT

MOST_WORDS, MOST_STEPS, MOST_ROWS = 150, 100_000, 10  # of the vocabulary; batches; candidates on the page
ARCHITECTURE_NAMED = {architecture.__name__: architecture for architecture in ARCHITECTURES}
OBJECTIVE_NAMED = {objective.__name__: objective for objective in OBJECTIVES}
PHASES = ("predict", "error", "update")
SPOKEN = {
    "skip_gram": "skip-gram",
    "cbow": "CBOW",
    "FullSoftmax": "full softmax",
    "HierarchicalSoftmax": "hierarchical softmax",
    "NegativeSampling": "negative sampling",
}
TINY = {
    "dimension": 5,
    "window": 2,
    "dynamic_window": False,
    "learning_rate": 0.2,
    "negatives": 3,
    "batch_size": 1,
    "epochs": 50,
    "subsample": 0.0,
    "min_count": 1,
}
TOY_SIZE = 300
TOY = TINY | {"dimension": 10, "window": 4, "dynamic_window": True, "batch_size": 16, "epochs": 15, "subsample": 0.01}
LIMITS = {"dimension": 50, "window": 10, "negatives": 20, "batch_size": 256, "epochs": 1000, "min_count": 10_000}


class TrainingTheatre(Explorable):
    r"""Train one of the six models on a small text: predict, error, update; then let it run.

    `text` has one sentence a line. `architecture` and `objective` are the names of functions and classes of this
    package; the other settings are those of `Word2Vec`, `Word2Vec.train` and `NegativeSampling` (`negatives` is K), and
    have their meaning. `steps` is the number of batches done, and `phase` what comes next: "predict", "error" or
    "update". The same settings give the same numbers here, on the page, and in `Word2Vec`.

    >>> theatre = TrainingTheatre("to be or not to be", architecture="cbow", steps=3)
    >>> print(theatre.describe())
    CBOW with negative sampling, after 3 batches (mean loss 2.772). Next: be, or, to, be → not, loss 2.771.
    >>> theatre.model().vectors.words
    ['to', 'be', 'or', 'not']
    """

    text = traitlets.Any().tag(sync=True)
    architecture = traitlets.Any().tag(sync=True)
    objective = traitlets.Any().tag(sync=True)
    dimension = traitlets.Any().tag(sync=True)
    window = traitlets.Any().tag(sync=True)
    dynamic_window = traitlets.Any().tag(sync=True)
    learning_rate = traitlets.Any().tag(sync=True)
    negatives = traitlets.Any().tag(sync=True)
    batch_size = traitlets.Any().tag(sync=True)
    epochs = traitlets.Any().tag(sync=True)
    subsample = traitlets.Any().tag(sync=True)
    min_count = traitlets.Any().tag(sync=True)
    seed = traitlets.Any().tag(sync=True)
    steps = traitlets.Any().tag(sync=True)
    phase = traitlets.Any().tag(sync=True)
    presets = traitlets.List().tag(sync=True)

    def __init__(
        self,
        text=TEXT,
        architecture="skip_gram",
        objective="NegativeSampling",
        dimension=5,
        window=2,
        dynamic_window=False,
        learning_rate=0.2,
        negatives=3,
        batch_size=1,
        epochs=50,
        subsample=0.0,
        min_count=1,
        seed=1,
        steps=0,
        phase="predict",
    ):
        """Check every setting; the texts to choose from are made here, so that the page need not make them."""
        toy = "\n".join(map(" ".join, ToyCorpus(TOY_SIZE)))
        super().__init__(
            text=text,
            architecture=architecture,
            objective=objective,
            dimension=dimension,
            window=window,
            dynamic_window=dynamic_window,
            learning_rate=learning_rate,
            negatives=negatives,
            batch_size=batch_size,
            epochs=epochs,
            subsample=subsample,
            min_count=min_count,
            seed=seed,
            steps=steps,
            phase=phase,
            presets=[
                {"name": "tiny: four sentences", "settings": {"text": TEXT} | TINY},
                {
                    "name": f"toy corpus: {TOY_SIZE} sentences",
                    "settings": {"text": toy} | TOY,
                    "call": f"ToyCorpus({TOY_SIZE})",
                },
            ],
        )

    @staticmethod
    def checked(**settings):
        """Names that exist, and numbers within the limits of the page; whether the text will do is seen on stage."""
        text = settings["text"]
        if not isinstance(text, str) or len(text) > LONGEST_TEXT:
            given = f"one of {len(text):,}" if isinstance(text, str) else repr(text)
            raise SettingError(f"text must be a string of at most {LONGEST_TEXT:,} characters, not {given}.")
        for name, known in (("architecture", ARCHITECTURE_NAMED), ("objective", OBJECTIVE_NAMED), ("phase", PHASES)):
            if settings[name] not in known:
                raise SettingError(f"{name} must be one of {', '.join(known)}, not {settings[name]!r}.")
        if not isinstance(settings["dynamic_window"], bool):
            raise SettingError(f"dynamic_window must be True or False, not {settings['dynamic_window']!r}.")
        for name, most in LIMITS.items():
            settings[name] = positive_integer(name, settings[name])
            if settings[name] > most:
                raise SettingError(f"{name} must be at most {most}, not {settings[name]}.")
        for name, most in (("seed", 2**32 - 1), ("steps", MOST_STEPS)):
            number = settings[name]
            if isinstance(number, bool) or not isinstance(number, int | np.integer) or not 0 <= number <= most:
                raise SettingError(f"{name} must be a whole number from 0 to {most}, not {number!r}.")
            settings[name] = int(number)
        settings["learning_rate"] = finite_number(
            "learning_rate", settings["learning_rate"], low=0, high=1000, low_open=True
        )
        settings["subsample"] = finite_number("subsample", settings["subsample"], low=0, high=1)
        return settings

    def model(self):
        """A `Word2Vec` model as it stands after `steps` batches; it can be trained further.

        Raises `CorpusError` if nothing can be trained on this text.
        """
        model = deepcopy(self._rehearsal()[0])
        model.steps = inf
        return model

    def _rehearsal(self):
        """The model, its next example (None at the end) and how it ended, if it did."""
        names = [name for name in self._settings if name not in ("phase", "presets")]
        return _rehearse(**{name: getattr(self, name) for name in names})

    def describe(self):
        """Say which model is on stage, how far it is, and which example comes next."""
        try:
            model, example, end = self._rehearsal()
        except BookError as error:
            return f"Nothing can be trained on this text. {error}"
        here = f"{SPOKEN[self.architecture]} with {SPOKEN[self.objective]}, after {_batches(model.taken)}"
        here = here[0].upper() + here[1:]
        if model.history.loss:
            here += f" (mean loss {show(model.history.loss[-1])})"
        if not example:
            return f"{here}. {end}"
        return f"{here}. Next: {', '.join(example.inputs)} → {example.target}, loss {show(example.loss)}."

    def picture(self):
        """Draw the sentence, the next example with its candidates, and the vectors in their main plane."""
        try:
            model, example, _ = self._rehearsal()
        except BookError as error:
            return f'<p class="w2v-trouble">{escape(str(error))}</p>'
        scatter = _scatter(model.vectors)
        return f"{_example(example) if example else ''}<div class='w2v-stillness'>{scatter}</div>"


def _batches(count):
    """A number of batches, in words."""
    return f"{whole(count)} batch{'es' * (count != 1)}"


class Paused(Word2Vec):
    """A model whose training stops after `steps` batches, as if by hand, and keeps what comes next."""

    def __init__(self, corpus, *options, steps, first, **settings):
        """`first` is the number of the example that comes after so many steps."""
        super().__init__(corpus, *options, **settings)
        self.steps, self.taken, self.first, self.read = steps, 0, first, 0
        self.next_batch = self.sentence = None

    def examples(self):
        """Read the corpus once, and note the sentence that the next example stands in."""
        for sentence, (pairs, count) in zip(self.sentences, super().examples(), strict=True):
            if self.read <= self.first < self.read + len(pairs):
                self.sentence = sentence
            self.read += len(pairs)
            yield pairs, count

    def step(self, batch, learning_rate):
        """Learn from one batch, or stop before it."""
        if self.taken == self.steps:
            self.next_batch = batch
            raise KeyboardInterrupt
        self.taken += 1
        return super().step(batch, learning_rate)


class _Example:
    """The first example of the next batch, by names, and what the model says of its candidates."""

    def __init__(self, model):
        words, (inputs, target) = model.vocabulary.words, model.next_batch[0]
        packed = Examples.pack(model.next_batch)
        wanted = model.objective.candidates(packed.targets, model.noise_rng)
        losses, _ = losses_and_gradients(model.embeddings, packed, wanted, model.objective.loss)
        hidden = model.embeddings.W_in[inputs].mean(axis=0)
        rows, self.labels, mask = (table[0] for table in wanted)
        rows, self.labels = rows[mask], self.labels[mask]
        self.scores = model.embeddings.W_out[rows] @ hidden
        self.probabilities = (softmax if isinstance(model.objective, FullSoftmax) else sigmoid)(self.scores)
        self.errors = self.probabilities - self.labels
        tree = getattr(model.objective, "tree", None)
        self.rows = [node_name(tree, row) if tree else words[row] for row in rows.tolist()]
        self.sentence, self.inputs, self.target = model.sentence, [words[w] for w in inputs], words[target]
        self.loss = losses[0]


def node_name(tree: HuffmanTree, row: int) -> str:
    """The name of an inner node of the tree by its row of ``W_out`` (`nodeName` in training_theatre.mjs)."""
    return "root" if row == tree.V - 2 else f"node {row + 1}"


@lru_cache(maxsize=16)  # caption, picture and text output ask for the same run
def _rehearse(*, text, architecture, objective, negatives, epochs, learning_rate, batch_size, steps, **settings):
    """Train for so many steps; return the model, its next example (None at the end), and how it ended, if it did."""
    make = OBJECTIVE_NAMED[objective]
    if make is NegativeSampling:
        make = partial(make, negatives=negatives)
    model = Paused(
        sentences_of(text), ARCHITECTURE_NAMED[architecture], make, steps=steps, first=steps * batch_size, **settings
    )
    if len(model.vocabulary) > MOST_WORDS:
        raise CorpusError(
            f"The text has {whole(len(model.vocabulary))} different words; the stage has room for {MOST_WORDS}. "
            "Use a shorter text or a larger min_count."
        )
    try:
        model.train(epochs=epochs, learning_rate=learning_rate, batch_size=batch_size, progress=False)
    except TrainingInterrupted:
        return model, _Example(model), ""
    except DivergenceError as error:
        return model, None, f"Training has diverged: {error}"
    return model, None, "Training is over."


def _example(example):
    """The sentence and the candidates of an example, as HTML."""
    names = [
        ("", "candidate", "output"),
        ("y", "target", "target"),
        ("s", "score", "score"),
        ("ŷ", "probability", "probability"),
        ("ŷ − y", "error", "error"),
    ]
    head = "".join(f'<th scope="col" class="w2v-{quantity}">{symbol} {name}</th>' for symbol, name, quantity in names)
    columns = zip(example.rows, example.labels, example.scores, example.probabilities, example.errors, strict=True)
    rows = "".join(
        f'<tr><th scope="row"><bdi class="w2v-name">{escape(row)}</bdi></th>'
        f'<td class="w2v-number">{label:g}{" ★" * int(label)}</td><td class="w2v-number">{show(score)}</td>'
        f"<td>{bar('probability', 0, p, show(p))}</td>"
        f"<td>{bar('error', 0.5, 0.5 + e / 2, ('+' if e > 0 else '') + show(e))}</td></tr>"
        for row, label, score, p, e in list(columns)[:MOST_ROWS]
    )
    left = len(example.rows) - MOST_ROWS
    more = f'<p class="w2v-more">and {left} more</p>' if left > 0 else ""
    inputs = " ".join(f'<bdi class="w2v-input" data-mark="input">{escape(word)}</bdi>' for word in example.inputs)
    return (
        f"<p><q>{escape(' '.join(example.sentence[:60]))}</q>: {inputs} → "
        f'<bdi class="w2v-target" data-mark="target">{escape(example.target)}</bdi></p>'
        f'<table class="w2v-rows"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{more}'
    )


def _scatter(vectors):
    """The input vectors in the plane of their two main directions, with the names that find room."""
    from w2v_core.plots import pca

    places = np.zeros((len(vectors.words), 2))
    found = pca(vectors.matrix)
    places[:, : found.shape[1]] = found
    words = list(zip(vectors.words, places.tolist(), strict=True))
    return still.plane("the input vectors, in the plane of their two main directions", words)
