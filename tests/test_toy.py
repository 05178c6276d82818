"""The toy corpus: always the same, made of known words, and recovered by all six models. The text that follows Zipf."""

from itertools import islice

import numpy as np
import pytest

from w2v_core import ToyCorpus, Vocabulary, Word2Vec, WordVectors
from w2v_core.errors import SettingError
from w2v_core.toy import ANIMALS, CITY, COUNTRY, GENDERS, PEOPLE, PLACES, zipf_sentences

FUNCTION_WORDS = set("the with near of has and by".split())
SETTINGS = {  # sentences, and what `train` is told: a few seconds each
    "skip_gram": (1000, {"epochs": 6, "learning_rate": 0.2, "batch_size": 16}),
    "cbow": (2000, {"epochs": 8, "learning_rate": 0.3, "batch_size": 16}),
}


def words_of(table):
    """All strings in nested lists, tuples and dictionaries, keys too."""
    if isinstance(table, str):
        return {table}
    parts = [*table, *table.values()] if isinstance(table, dict) else table
    return set().union(*map(words_of, parts))


def perfect_vectors():
    """Vectors made by hand: a direction for each property of a word (family, rank, gender, country, kind)."""
    features = {}
    for rank, (pair, _) in PEOPLE.items():
        for person, gender in zip(pair, ("man", "woman"), strict=True):
            features[person] = ["family:people", f"rank:{rank}", f"gender:{gender}"]
    for country, (capital, _) in PLACES.items():
        features[country] = ["family:places", f"place:{country}", "is:country"]
        features[capital] = ["family:places", f"place:{country}", "is:city"]
    for kind, (animals, _) in ANIMALS.items():
        for animal in animals:
            features[animal] = ["family:animals", f"kind:{kind}", f"self:{animal}"]
    names = sorted({name for found in features.values() for name in found})
    matrix = np.array([[float(name in found) for name in names] for found in features.values()])
    return WordVectors(list(features), matrix)


def test_the_same_seed_gives_the_same_sentences_however_often_it_is_read():
    toy = ToyCorpus(30, seed=2)
    assert list(toy) == list(toy) == list(ToyCorpus(30, seed=2))
    assert list(toy) != list(ToyCorpus(30, seed=3))


@pytest.mark.parametrize("size", [1, 2, 29])
def test_a_smaller_corpus_is_the_start_of_a_larger_one(size):
    assert list(ToyCorpus(size)) == list(islice(ToyCorpus(30), size))


@pytest.mark.parametrize("size", [0, -3])
def test_a_corpus_without_sentences_is_refused(size):
    with pytest.raises(SettingError, match=f"size .* not {size}"):
        ToyCorpus(size)


def test_every_word_is_known_and_every_known_word_occurs():
    seen = {word for sentence in ToyCorpus(3000) for word in sentence}
    tables = [[GENDERS, CITY, COUNTRY], [[pair, own] for pair, own in PEOPLE.values()], PLACES, list(ANIMALS.values())]
    assert seen == FUNCTION_WORDS | set().union(*map(words_of, tables))


def test_each_sentence_keeps_to_one_member_of_its_family():
    for sentence in ToyCorpus(300):
        if sentence[2] == "and":
            kinds = [kind for kind, (animals, _) in ANIMALS.items() for word in sentence if word in animals]
            assert len(kinds) == 2
            assert sentence[-1] in ANIMALS[kinds[0]][1]
            assert kinds[0] == kinds[1]
        elif sentence[2] == "with":
            [(rank, gender)] = [(r, pair.index(sentence[1])) for r, (pair, _) in PEOPLE.items() if sentence[1] in pair]
            assert sentence[3] == GENDERS[gender][0]
            assert sentence[4] in GENDERS[gender][1]
            assert sentence[-1] in PEOPLE[rank][1]
        else:
            [(country, capital)] = [(c, p) for c, (p, _) in PLACES.items() if sentence[3] in (c, p)]
            assert sentence[1] in (CITY if sentence[3] == capital else COUNTRY)
            assert {sentence[5], sentence[7]} <= set(PLACES[country][1])


def test_analogies_are_all_ordered_pairs_of_pairs():
    analogies = ToyCorpus(1).analogies
    assert len(analogies) == len(set(analogies)) == 5 * 4 + 6 * 5
    assert ("man", "woman", "king", "queen") in analogies
    assert ("france", "paris", "italy", "rome") in analogies


def test_no_word_is_in_two_clusters():
    words = [word for cluster in ToyCorpus(1).clusters.values() for word in cluster]
    assert len(words) == len(set(words)) == 3 * 4 + 2 * 6 + 2 * 5


def test_perfect_vectors_score_one():
    assert ToyCorpus(1).score(perfect_vectors()) == (1.0, 1.0)


def test_random_vectors_score_as_chance_does(unchecked):
    words = Vocabulary.from_sentences(ToyCorpus(1000), min_count=1).words
    rng = np.random.default_rng(1)
    scores = np.array([ToyCorpus(1).score(WordVectors(words, rng.normal(size=(len(words), 20)))) for _ in range(6)])
    # an analogy has about a hundred possible answers; a neighbour is of the own cluster in
    # (12 * 11 + 10 * 9 + 3 * 4 * 3) of the 34 * 33 ordered pairs, which is 0.23
    analogies, clusters = scores.mean(axis=0)
    assert analogies < 0.1
    assert abs(clusters - 0.23) < 0.08


def test_each_of_the_six_models_recovers_the_structure(architecture, objective, unchecked):
    size, options = SETTINGS[architecture.__name__]
    toy = ToyCorpus(size)
    model = Word2Vec(toy, architecture, objective, dimension=20, window=4, min_count=1, subsample=1e-2)
    score = toy.score(model.train(**options, progress=False).vectors)
    assert score.analogies >= 0.9
    assert score.clusters >= 0.95


def test_a_seed_gives_the_same_text_of_so_many_tokens():
    assert zipf_sentences(1234, words=50) == zipf_sentences(1234, words=50)
    assert zipf_sentences(1234, words=50) != zipf_sentences(1234, words=50, seed=2)
    for tokens in (1, 10, 999):
        sentences = zipf_sentences(tokens, words=5)
        assert sum(map(len, sentences)) == tokens
        assert all(1 <= len(sentence) <= 30 for sentence in sentences)


def test_the_text_follows_zipf_and_has_topics():
    sentences = zipf_sentences(100_000, words=800)
    vocabulary = Vocabulary.from_sentences(sentences, min_count=1)
    rank = np.arange(10, 500)
    slope = np.polyfit(np.log(rank), np.log(vocabulary.counts[rank]), 1)[0]
    assert -1.15 < slope < -0.85
    # a word that was seen in a sentence is more likely to be seen there again, and a word like "the" is not
    first, then = np.zeros((2, len(sentences), len(vocabulary)), dtype=bool)
    for row, sentence in enumerate(sentences):
        first[row, vocabulary.encode(sentence[:5])] = True
        then[row, vocabulary.encode(sentence[5:10])] = True
    lift = (first & then).mean(axis=0) / (first.mean(axis=0) * then.mean(axis=0) + 1e-12)
    assert lift[:3].mean() < 1.2
    assert lift[100:200].mean() > 2
