"""The judge of quality: against numbers by hand and against gensim."""

from types import SimpleNamespace

import numpy as np
import pytest

from w2v_core import FullSoftmax, HierarchicalSoftmax, NegativeSampling, Vocabulary, WordVectors, cbow, skip_gram
from w2v_core.corpus import windows
from w2v_core.errors import CorpusError
from w2v_core.implementations import MODES, GensimWord2Vec, Setting, objective_of, title, train
from w2v_core.quality import held_out_examples, held_out_loss, neighbours, word_similarity
from w2v_core.toy import zipf_sentences
from w2v_core.training import Embeddings, Examples

SMALL = Setting(dimension=8, min_count=1)
TEXT = zipf_sentences(3000, words=60)
CBOW_NEG, SG_HS = (cbow, NegativeSampling), (skip_gram, HierarchicalSoftmax)


def judged(words, W_in, W_out, mode, examples, order=("a", "b", "c")):
    """Held-out loss of given matrices, whose rows stand for `words`, on examples numbered as in `order`."""
    common = Vocabulary(order, [3, 2, 1])
    own = Vocabulary(words, [{"a": 3, "b": 2, "c": 1}[word] for word in words])
    judge = objective_of(mode, SMALL)
    embeddings = Embeddings(np.array(W_in), np.array(W_out))
    model = SimpleNamespace(vocabulary=own, objective=judge(own.counts), embeddings=embeddings)
    return held_out_loss(model, common, Examples.pack(examples), judge(common.counts))


def test_the_judge_by_hand():
    # softmax: hidden 2 = (1 + 3) / 2, scores 0, 2, 4; then a single input, hidden 1, scores 0, 1, 2
    W_in, W_out = [[1.0], [3.0], [5.0]], [[0.0], [1.0], [2.0]]
    losses = [np.log(1 + np.exp(2) + np.exp(4)) - 2, np.log(1 + np.exp(1) + np.exp(2)) - 2]
    examples = [([0, 1], 1), ([0], 2)]
    assert judged("abc", W_in, W_out, (cbow, FullSoftmax), examples) == pytest.approx(np.mean(losses), rel=1e-12)
    # tree of 3 2 1: c and b (3) under node 0; a (3) against them at the root, node 1; of equal counts, words first
    root, low = 0.5, -0.25
    expected = np.log1p(np.exp(-root))  # a: first child of the root, score root * 1
    assert judged("abc", W_in, [[low], [root]], SG_HS, [([0], 0)]) == pytest.approx(expected, rel=1e-12)
    expected = np.log1p(np.exp(root)) + np.log1p(np.exp(-low))  # c: second child, then the first: it is rarer
    assert judged("abc", W_in, [[low], [root]], SG_HS, [([0], 2)]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("mode", MODES, ids=title)
def test_the_judge_does_not_care_how_a_model_numbers_its_words(mode):
    W_in, W_out = np.random.default_rng(1).random((2, 3, 4))
    examples = [([0], 1), ([2], 0), ([1, 2], 2)] * 300  # more than are judged at once
    other = [2, 0, 1]
    if HierarchicalSoftmax in mode:
        permuted = judged("cab", W_in[other], W_out[:2], mode, examples)
        W_out = W_out[:2]
    else:
        permuted = judged("cab", W_in[other], W_out[other], mode, examples)
    assert permuted == pytest.approx(judged("abc", W_in, W_out, mode, examples), rel=1e-12)


def test_the_judge_agrees_with_gensims_own_score():
    setting = Setting(dimension=8, min_count=1, subsample=0.0, window=2, learning_rate=0.5)
    model = GensimWord2Vec(TEXT, SG_HS, setting)
    train(model, TEXT, setting)
    sentence = ["w0", "w7", "w3", "w30", "w1", "w12"]
    theirs = GensimWord2Vec(TEXT, SG_HS, setting).gensim
    W = model.embeddings
    theirs.wv.vectors[:], theirs.syn1[:] = W.W_in, W.W_out
    common = Vocabulary.from_sentences(TEXT, 1)
    # gensim scores every pair of a full window, once in each direction
    pairs = [([word], around) for word, near in windows(common.encode(sentence), 2) for around in near]
    loss = held_out_loss(model, common, Examples.pack(pairs), objective_of(SG_HS, setting)(common.counts))
    nodes = sum(len(theirs.wv.get_vecattr(common.words[word], "code")) for _, word in pairs)
    excess = -theirs.score([sentence], total_sentences=1)[0] - loss * len(pairs)
    assert 0 < excess / nodes < 0.02  # its table of logarithms looks up 0.024 to 0.036 too far down, at a slope of 1/2


def test_held_out_examples_are_the_same_at_each_call_and_none_is_an_error():
    vocabulary = Vocabulary.from_sentences(TEXT, 1)
    one, two = (held_out_examples(TEXT, vocabulary, CBOW_NEG, SMALL, most=50) for _ in range(2))
    for mine, other in zip(one, two, strict=True):
        np.testing.assert_array_equal(mine, other)
    assert len(one.targets) == 50
    with pytest.raises(CorpusError, match="held out"):
        held_out_examples([["w0"], ["unknown", "w1"]], vocabulary, CBOW_NEG, SMALL)


def test_neighbours_are_those_of_the_vectors():
    vectors = WordVectors([f"w{i}" for i in range(40)], np.random.default_rng(2).normal(size=(40, 5)))
    found = neighbours(vectors, ["w3", "w17"], count=4)
    assert found == [{word for word, _ in vectors.nearest(query, 4)} for query in ("w3", "w17")]
    assert neighbours(vectors, ["w3"], count=100) == [set(vectors.words) - {"w3"}]


def test_word_similarity_by_hand(tmp_path):
    angles = np.radians([0, 10, 40, 90])
    vectors = WordVectors(["a", "b", "c", "d"], np.column_stack([np.cos(angles), np.sin(angles)]))
    path = tmp_path / "pairs.csv"
    path.write_text("Word 1,Word 2,Human (mean)\na,b,9.5\na;c;7\na\td\t1.25\na unknown 5\nb d 3\n", encoding="utf-8")
    assert word_similarity(vectors, path) == (pytest.approx(1), 4)
    path.write_text("a b 1\na c 2\na d 2\nb d 4\n", encoding="utf-8")
    # cosines rank 4 3 1 2, scores 1 2.5 2.5 4: covariance of the ranks -3, of themselves 5 and 4.5
    assert word_similarity(vectors, path)[0] == pytest.approx(-3 / np.sqrt(5 * 4.5))
    path.write_text("a b 1\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="1 lines .* 3 are needed"):
        word_similarity(vectors, path)
