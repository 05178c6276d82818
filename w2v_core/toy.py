"""Made-up corpora: a toy one whose structure is known, and one of any size that is like natural text.

The toy corpus lets one measure what training recovers. It has three families of words, each made so that what a model
should find follows from who stands next to whom:

* people: every person has a rank and a gender, and words for both around them (analogies: king - man + woman = queen);
* places: every country has a capital and things of its own, every city and every country things of its kind
  (analogies: paris - france + italy = rome);
* animals: three kinds, each with its own verbs and places (clusters).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import NamedTuple

import numpy as np

from w2v_core.errors import positive_integer

GENDERS = (("his", "sword beard cloak".split()), ("her", "gown tiara veil".split()))  # pronoun, things
PEOPLE = {  # rank: (man, woman), words of the rank
    "ruler": (("king", "queen"), "throne kingdom crown".split()),
    "heir": (("prince", "princess"), "castle tutor pony".split()),
    "noble": (("duke", "duchess"), "manor hunt estate".split()),
    "adult": (("man", "woman"), "market field work".split()),
    "child": (("boy", "girl"), "school toy swing".split()),
}
PLACES = {  # country: capital, words of that country
    "france": ("paris", "french wine cheese".split()),
    "italy": ("rome", "italian pasta opera".split()),
    "japan": ("tokyo", "japanese rice tea".split()),
    "spain": ("madrid", "spanish guitar olive".split()),
    "egypt": ("cairo", "egyptian cotton papyrus".split()),
    "greece": ("athens", "greek temple honey".split()),
}
CITY, COUNTRY = "mayor street station tower".split(), "border army coast parliament".split()
ANIMALS = {  # kind: animals, words of the kind
    "pet": ("dog cat rabbit hamster".split(), "fur paw basket sofa".split()),
    "bird": ("owl falcon robin swan".split(), "wing feather nest sky".split()),
    "fish": ("trout salmon carp pike".split(), "fin river gill stream".split()),
}


class Analogy(NamedTuple):
    """a is to b as c is to d."""

    a: str
    b: str
    c: str
    d: str


class ToyScore(NamedTuple):
    """What share of the known structure the vectors recover, from 0 to 1."""

    analogies: float  # answered rightly, among all words of the vocabulary
    clusters: float  # words whose nearest neighbour, among the words with a cluster, is of their own cluster


@dataclass(frozen=True)
class ToyCorpus:
    """`size` sentences about people, places and animals; the same seed gives the same ones, however often it is read.

    >>> next(iter(ToyCorpus(size=1, seed=3)))
    ['the', 'princess', 'with', 'her', 'tiara', 'near', 'the', 'castle']
    """

    size: int = 3000
    seed: int = 1

    def __post_init__(self):
        """Check the size."""
        positive_integer("size", self.size)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the sentences, each drawn as it is needed."""
        rng = np.random.default_rng(self.seed)
        for _ in range(self.size):
            yield _sentence(lambda options: options[int(len(options) * rng.random())])

    @property
    def analogies(self) -> list[Analogy]:
        """Every analogy that the corpus supports: the genders at two ranks, the capitals of two countries."""
        pairs = [[pair for pair, _ in PEOPLE.values()], [(country, place[0]) for country, place in PLACES.items()]]
        return [Analogy(*first, *second) for family in pairs for first, second in permutations(family, 2)]

    @property
    def clusters(self) -> dict[str, list[str]]:
        """Words that belong together: each kind of animal, the places, the people."""
        return {
            **{kind: animals for kind, (animals, _) in ANIMALS.items()},
            "place": [*PLACES, *(capital for capital, _ in PLACES.values())],
            "person": [person for pair, _ in PEOPLE.values() for person in pair],
        }

    def score(self, vectors) -> ToyScore:
        """Ask the vectors all analogies and the nearest neighbour of each word that has a cluster."""
        right = [vectors.analogy(a, b, c)[0][0] == d for a, b, c, d in self.analogies]
        cluster_of = {word: name for name, words in self.clusters.items() for word in words}
        others = {word: [x for x in cluster_of if x != word] for word in cluster_of}
        nearest = {word: max(others[word], key=partial(vectors.similarity, word)) for word in cluster_of}
        same = [cluster_of[word] == cluster_of[near] for word, near in nearest.items()]
        return ToyScore(float(np.mean(right)), float(np.mean(same)))


def _sentence(pick) -> list[str]:
    """One sentence; `pick` chooses an element of a sequence."""
    family = pick(("people", "people", "places", "places", "animals"))
    if family == "people":
        pair, rank_things = pick(list(PEOPLE.values()))
        person, (pronoun, things) = pick(list(zip(pair, GENDERS, strict=True)))
        return ["the", person, "with", pronoun, pick(things), "near", "the", pick(rank_things)]
    if family == "places":
        country, (capital, things) = pick(list(PLACES.items()))
        place, kind = pick(((capital, CITY), (country, COUNTRY)))
        return ["the", pick(kind), "of", place, "has", pick(things), "and", pick(things)]
    animals, things = pick(list(ANIMALS.values()))
    return ["the", pick(animals), "and", "the", pick(animals), "by", "the", pick(things)]


def zipf_sentences(tokens: int = 1_000_000, words: int = 20_000, seed: int = 1) -> list[list[str]]:
    """A text with two properties of natural text: Zipf's law, and words of like meaning among like words.

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
