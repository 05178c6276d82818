"""Trained vectors as a map, in the hand: nearest words, analogies, and how much of them two directions can show."""

from functools import lru_cache
from html import escape

import numpy as np
import traitlets
from jaxtyping import Float
from numpy import ndarray as Array

from w2v_core.architectures import skip_gram
from w2v_core.corpus import Vocabulary, windows
from w2v_core.counts import cooccurrence, factors, pmi
from w2v_core.errors import SettingError, UnknownWordError, finite_number
from w2v_core.toy import ToyCorpus
from w2v_core.vectors import WordVectors, unit_vectors
from w2v_core.widgets import still
from w2v_core.widgets.base import Explorable, bar, show

MODES = ("neighbours", "analogy")
MOST_WORDS, MOST_COORDINATES, MOST_CLUSTERS, MOST_ANALOGIES = 1000, 100, 8, 200
NEIGHBOURS, ANSWERS, LARGEST_ZOOM = 8, 6, 32
TOY = ToyCorpus(600)


class EmbeddingMap(Explorable):
    r"""See word vectors on a map of their two main directions; ask for nearest words and for analogies.

    `vectors` are a `WordVectors`, from 4 to 1000 words; without them, the toy corpus is counted and factored. Each
    vector is scaled to length 1, which changes no cosine, and rounded to 4 decimals: the page carries these numbers,
    and so do `coordinates` and `vectors` here. `clusters` gives names to groups of words, up to 8, each with its own
    mark; `analogies` are known ones, (a, b, c, d) for "a is to b as c is to d". `mode` is "neighbours", which shows the
    words nearest to `word`, or "analogy", which shows the answers to `analogy` = (a, b, c), as `WordVectors.analogy`
    takes them. `along` is the name of a cluster along whose main directions the map is drawn, None for those of all
    words. `view` is the middle of the window on the map, two numbers, and its magnification, from 1 to 32.

    >>> cross = WordVectors(["man", "king", "woman", "queen"], [[1.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [-1.0, 1.0]])
    >>> EmbeddingMap(cross, mode="analogy", analogy=("man", "king", "woman")).describe()
    'A map of 4 words, which shows 100% of the spread of their vectors. Nearest to king − man + woman: queen 0.960.'
    """

    words = traitlets.List().tag(sync=True)
    coordinates = traitlets.List().tag(sync=True)
    clusters = traitlets.Any().tag(sync=True)
    analogies = traitlets.List().tag(sync=True)
    mode = traitlets.Any("neighbours").tag(sync=True)
    word = traitlets.Any().tag(sync=True)
    analogy = traitlets.List().tag(sync=True)
    along = traitlets.Any(None).tag(sync=True)
    view = traitlets.List().tag(sync=True)

    def __init__(
        self,
        vectors=None,
        clusters=None,
        analogies=(),
        word=None,
        analogy=None,
        mode="neighbours",
        along=None,
        view=(0, 0, 1),
    ):
        """Scale and round the vectors; check that every word asked for is among them."""
        if vectors is None:
            vectors, clusters, analogies = _counted(), clusters or TOY.clusters, analogies or TOY.analogies
            word, analogy = word or "king", analogy or ("man", "king", "woman")
        if not isinstance(vectors, WordVectors):
            raise SettingError(f"vectors must be a WordVectors, such as model.vectors, not {vectors!r}.")
        words, analogies = vectors.words, [list(one) for one in analogies]
        super().__init__(
            words=words,
            coordinates=(np.round(unit_vectors(vectors.matrix.astype(float)), 4) + 0.0).tolist(),
            clusters=clusters or {},
            analogies=analogies,
            mode=mode,
            word=words[0] if word is None else word,
            analogy=list(analogy or (analogies[0] if analogies else words)[:3]),
            along=along,
            view=list(view),
        )

    @staticmethod
    def checked(words, coordinates, clusters, analogies, mode, word, analogy, along, view):
        """Each word with one vector; clusters, analogies and choices of known words; a view on the map."""
        if not 4 <= len(words) <= MOST_WORDS:
            raise SettingError(f"vectors must be of 4 to {MOST_WORDS} words, not {len(words)}; leave out rare ones.")
        if odd := [one for one in words if not isinstance(one, str) or not one.strip()]:
            raise SettingError(f"words must be strings that are not blank, not {odd[0]!r}.")
        try:
            vectors = WordVectors(words, np.array(coordinates, dtype=float))
        except (TypeError, ValueError) as error:
            raise SettingError(f"coordinates must be a list of numbers for each word, equally long. {error}") from None
        if (d := vectors.matrix.shape[1]) > MOST_COORDINATES:
            raise SettingError(f"vectors must have at most {MOST_COORDINATES} coordinates, not {d}.")
        try:
            groups = {name: list(group) for name, group in dict(clusters).items()}
        except (TypeError, ValueError):
            groups = {None: []}
        if len(groups) > MOST_CLUSTERS or not all(isinstance(name, str) and name.strip() for name in groups):
            raise SettingError(f"clusters must be at most {MOST_CLUSTERS} names, each with a list of words.")
        grouped = [one for group in groups.values() for one in group]
        if len(set(grouped)) < len(grouped):
            raise SettingError(f"clusters must not share words; {max(grouped, key=grouped.count)!r} is there twice.")
        if len(analogies) > MOST_ANALOGIES or not all(len(one) == 4 for one in analogies):
            raise SettingError(f"analogies must be at most {MOST_ANALOGIES} times four words (a, b, c, d).")
        if len(analogy) != 3:
            raise SettingError(f"analogy must be three words (a, b, c): a is to b as c is to ? It is {analogy!r}.")
        for one in [*grouped, *(one for four in analogies for one in four), *analogy, word]:
            if one not in vectors:
                raise SettingError(str(UnknownWordError(one, words)))
        if mode not in MODES:
            raise SettingError(f"mode must be one of {', '.join(MODES)}, not {mode!r}.")
        wide = [name for name, group in groups.items() if len(group) >= 3]
        if along is not None and along not in wide:
            raise SettingError(
                f"along must be None or a cluster of 3 words or more ({', '.join(wide)}); not {along!r}."
            )
        if len(view) != 3:
            raise SettingError(f"view must be three numbers (across, up, magnification), not {view!r}.")
        return {
            "words": words,
            "coordinates": vectors.matrix.tolist(),
            "clusters": [[name, group] for name, group in groups.items()],
            "analogies": [list(one) for one in analogies],
            "mode": mode,
            "word": word,
            "analogy": list(analogy),
            "along": along,
            "view": [
                *(finite_number("view", number, low=-1000, high=1000) for number in view[:2]),
                finite_number("the magnification of view", view[2], low=1, high=LARGEST_ZOOM),
            ],
        }

    @property
    def vectors(self) -> WordVectors:
        """The vectors as the page has them; their answers are the page's."""
        return WordVectors(self.words, np.array(self.coordinates, dtype=float))

    def places(self) -> tuple[Float[Array, "V 2"], float]:
        """Where the words are on the map, and which part of the spread it shows, from 0 to 1.

        With `along`, the spread is that of the cluster.
        """
        from w2v_core.plots import main_directions

        units = unit_vectors(self.vectors.matrix)
        group = dict(self.clusters).get(self.along, self.words)
        own = units[[self.words.index(word) for word in group]]
        directions, places = main_directions(own), np.zeros((len(units), 2))
        places[:, : len(directions)] = (units - units.mean(axis=0)) @ directions.T
        centered = own - own.mean(axis=0)
        spread = (centered**2).sum()
        return places, float(((centered @ directions.T) ** 2).sum() / spread) if spread else 0.0

    def _known_answer(self):
        """The word that a known analogy names for this sum; b and c may change places. None if there is none."""
        a, b, c = self.analogy
        return next((d for a_, b_, c_, d in self.analogies if a_ == a and {b_, c_} == {b, c}), None)

    def describe(self):
        """Say what the map shows, and the first answers."""
        _, part = self.places()
        whose = f"the cluster {self.along}" if self.along else "their vectors"
        start = f"A map of {len(self.words)} words, which shows {part:.0%} of the spread of {whose}. "
        if self.mode == "neighbours":
            near = self.vectors.nearest(self.word, 3)
            return f"{start}Nearest to {self.word}: {', '.join(f'{word} {show(cosine)}' for word, cosine in near)}."
        a, b, c = self.analogy
        (first, cosine), known = self.vectors.analogy(a, b, c)[0], self._known_answer()
        verdict = "" if known is None else ", the known answer" if first == known else f"; the known answer is {known}"
        return f"{start}Nearest to {b} − {a} + {c}: {first} {show(cosine)}{verdict}."

    def picture(self):
        """Draw the words in the plane of their main directions, and list the nearest words or the answers."""
        places, _ = self.places()
        place = dict(zip(self.words, places.tolist(), strict=True))
        a, b, c = self.analogy
        if self.mode == "neighbours":
            title, found = f"Nearest to {self.word}", self.vectors.nearest(self.word, NEIGHBOURS)
            lines, asked = [[place[self.word], place[near]] for near, _ in found], [self.word]
        else:
            title, found = f"Nearest to {b} − {a} + {c}", self.vectors.analogy(a, b, c, ANSWERS)
            goal = [place[b][k] - place[a][k] + place[c][k] for k in (0, 1)]
            lines, asked = [[place[a], place[b]], [place[c], goal]], [a, b, c]
        grouped = [word for _, group in self.clusters for word in group]
        first = dict.fromkeys([*asked, *(word for word, _ in found), *grouped, *self.words])  # these find room first
        chart = still.plane(
            "the words, in the plane of their two main directions", [(word, place[word]) for word in first], lines
        )
        rows = "".join(
            f'<li><bdi class="w2v-word">{escape(word)}</bdi>{bar("plain", 0, max(0.0, cosine), show(cosine))}</li>'
            for word, cosine in found
        )
        return f'<div class="w2v-map">{chart}<div><p class="w2v-title">{escape(title)}</p><ol>{rows}</ol></div></div>'


@lru_cache(maxsize=1)
def _counted():
    """Vectors of the toy corpus by counting alone: PMI, each count raised by 1, factored (eq:svd)."""
    text = list(TOY)
    vocabulary = Vocabulary.from_sentences(text, min_count=1)
    encoded = (vocabulary.encode(sentence) for sentence in text)
    pairs = (pair for sentence in encoded for window in windows(sentence, radius=7) for pair in skip_gram(*window))
    together = cooccurrence(pairs, V=len(vocabulary)) + 1
    return WordVectors(vocabulary.words, factors(pmi(together), d=30)[0])
