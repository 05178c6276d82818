"""The benchmark: its text, its judge against numbers by hand and against gensim, and that it measures what it says."""

import json
import sys
from functools import partial

import numpy as np
import pytest

from w2v_core import Vocabulary, Word2Vec, WordVectors, bench
from w2v_core.bench import IMPLEMENTATIONS, MODES, Beginning, Model, Setting, work_by_blocks, work_by_examples
from w2v_core.corpus import windows
from w2v_core.errors import BookError, CorpusError, SettingError
from w2v_core.toy import ToyCorpus
from w2v_core.training import Embeddings, Examples

SMALL = Setting(dimension=8, min_count=1)
TEXT = bench.zipf_sentences(3000, words=60)


def test_a_seed_gives_the_same_text_of_so_many_tokens():
    assert bench.zipf_sentences(1234, words=50) == bench.zipf_sentences(1234, words=50)
    assert bench.zipf_sentences(1234, words=50) != bench.zipf_sentences(1234, words=50, seed=2)
    for tokens in (1, 10, 999):
        sentences = bench.zipf_sentences(tokens, words=5)
        assert sum(map(len, sentences)) == tokens
        assert all(1 <= len(sentence) <= 30 for sentence in sentences)


def test_the_text_follows_zipf_and_has_topics():
    sentences = bench.zipf_sentences(100_000, words=800)
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


def test_the_beginning_of_a_corpus_has_whole_sentences():
    assert list(Beginning([["a", "b"], ["c"], ["d"]], 3)) == [["a", "b"], ["c"]]
    assert list(Beginning([["a", "b"], ["c"]], 1)) == [["a", "b"]]
    assert list(Beginning([["a"]], 9)) == [["a"]]


def judged(words, W_in, W_out, mode, examples, order=("a", "b", "c")):
    """Held-out loss of given matrices, whose rows stand for `words`, on examples numbered as in `order`."""
    common = Vocabulary(order, [3, 2, 1])
    own = Vocabulary(words, [{"a": 3, "b": 2, "c": 1}[word] for word in words])
    judge = bench.objective_of(mode, SMALL)
    model = Model(own, lambda: judge(own.counts), None, lambda: Embeddings(np.array(W_in), np.array(W_out)))
    return bench.held_out_loss(model, common, Examples.pack(examples), judge(common.counts))


def test_the_judge_by_hand():
    # softmax: hidden 2 = (1 + 3) / 2, scores 0, 2, 4; then a single input, hidden 1, scores 0, 1, 2
    W_in, W_out = [[1.0], [3.0], [5.0]], [[0.0], [1.0], [2.0]]
    losses = [np.log(1 + np.exp(2) + np.exp(4)) - 2, np.log(1 + np.exp(1) + np.exp(2)) - 2]
    examples = [([0, 1], 1), ([0], 2)]
    assert judged("abc", W_in, W_out, "CBOW softmax", examples) == pytest.approx(np.mean(losses), rel=1e-12)
    # tree of 3 2 1: c and b (3) under node 0; a (3) against them at the root, node 1; of equal counts, words first
    root, low = 0.5, -0.25
    expected = np.log1p(np.exp(-root))  # a: first child of the root, score root * 1
    assert judged("abc", W_in, [[low], [root]], "skip-gram HS", [([0], 0)]) == pytest.approx(expected, rel=1e-12)
    expected = np.log1p(np.exp(root)) + np.log1p(np.exp(-low))  # c: second child, then the first: it is rarer
    assert judged("abc", W_in, [[low], [root]], "skip-gram HS", [([0], 2)]) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("mode", MODES)
def test_the_judge_does_not_care_how_a_model_numbers_its_words(mode):
    W_in, W_out = np.random.default_rng(1).random((2, 3, 4))
    examples = [([0], 1), ([2], 0), ([1, 2], 2)] * 300  # more than are judged at once
    other = [2, 0, 1]
    if mode.endswith("HS"):
        permuted = judged("cab", W_in[other], W_out[:2], mode, examples)
        W_out = W_out[:2]
    else:
        permuted = judged("cab", W_in[other], W_out[other], mode, examples)
    assert permuted == pytest.approx(judged("abc", W_in, W_out, mode, examples), rel=1e-12)


def test_the_judge_agrees_with_gensims_own_score():
    setting = Setting(dimension=8, min_count=1, subsample=0.0, window=2, learning_rate=0.5)
    model = bench.gensim_model(TEXT, "skip-gram HS", setting, 1)
    model.train(TEXT, 1)
    sentence = ["w0", "w7", "w3", "w30", "w1", "w12"]
    theirs = bench.built_gensim(TEXT, "skip-gram HS", setting)
    W = model.embeddings()
    theirs.wv.vectors[:], theirs.syn1[:] = W.W_in, W.W_out
    common = Vocabulary.from_sentences(TEXT, 1)
    # gensim scores every pair of a full window, once in each direction
    pairs = [([word], around) for word, near in windows(common.encode(sentence), 2) for around in near]
    loss = bench.held_out_loss(
        model, common, Examples.pack(pairs), bench.objective_of("skip-gram HS", setting)(common.counts)
    )
    nodes = sum(len(theirs.wv.get_vecattr(common.words[word], "code")) for _, word in pairs)
    excess = -theirs.score([sentence], total_sentences=1)[0] - loss * len(pairs)
    assert 0 < excess / nodes < 0.02  # its table of logarithms looks up 0.024 to 0.036 too far down, at a slope of 1/2


def test_held_out_examples_are_the_same_at_each_call_and_none_is_an_error():
    vocabulary = Vocabulary.from_sentences(TEXT, 1)
    one, two = (bench.held_out_examples(TEXT, vocabulary, "CBOW NEG", SMALL, most=50) for _ in range(2))
    for mine, other in zip(one, two, strict=True):
        np.testing.assert_array_equal(mine, other)
    assert len(one.targets) == 50
    with pytest.raises(CorpusError, match="held out"):
        bench.held_out_examples([["w0"], ["unknown", "w1"]], vocabulary, "CBOW NEG", SMALL)


def test_neighbours_are_those_of_the_vectors():
    vectors = WordVectors([f"w{i}" for i in range(40)], np.random.default_rng(2).normal(size=(40, 5)))
    found = bench.neighbours(vectors, ["w3", "w17"], count=4)
    assert found == [{word for word, _ in vectors.nearest(query, 4)} for query in ("w3", "w17")]
    assert bench.neighbours(vectors, ["w3"], count=100) == [set(vectors.words) - {"w3"}]


def test_word_similarity_by_hand(tmp_path):
    angles = np.radians([0, 10, 40, 90])
    vectors = WordVectors(["a", "b", "c", "d"], np.column_stack([np.cos(angles), np.sin(angles)]))
    path = tmp_path / "pairs.csv"
    path.write_text("Word 1,Word 2,Human (mean)\na,b,9.5\na;c;7\na\td\t1.25\na unknown 5\nb d 3\n", encoding="utf-8")
    assert bench.word_similarity(vectors, path) == (pytest.approx(1), 4)
    path.write_text("a b 1\na c 2\na d 2\nb d 4\n", encoding="utf-8")
    # cosines rank 4 3 1 2, scores 1 2.5 2.5 4: covariance of the ranks -3, of themselves 5 and 4.5
    assert bench.word_similarity(vectors, path)[0] == pytest.approx(-3 / np.sqrt(5 * 4.5))
    path.write_text("a b 1\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="1 lines .* 3 are needed"):
        bench.word_similarity(vectors, path)


@pytest.mark.parametrize("mode", MODES)
def test_every_implementation_learns(mode):
    setting = Setting(dimension=8, min_count=1, learning_rate=0.1, epochs=6)
    text = bench.zipf_sentences(4000, words=400)
    train_on, held_out = text[:-20], text[-20:]
    vocabulary = Vocabulary.from_sentences(train_on, 1)
    judge = bench.objective_of(mode, setting)(vocabulary.counts)
    examples = bench.held_out_examples(held_out, vocabulary, mode, setting)
    untrained = bench.ours(train_on, mode, setting, 1)
    before = bench.held_out_loss(untrained, vocabulary, examples, judge)
    found = {}
    for name in IMPLEMENTATIONS:
        if bench.has(name, mode):
            found[name], vectors = bench.quality(name, train_on, held_out, mode, setting)
            assert set(vectors.words) == set(vocabulary.words)
            assert np.isfinite(vectors.matrix).all()
    assert {"clean", "fast"} <= set(found)
    assert 0 < max(found.values()) < before
    assert before - max(found.values()) > 0.5 * (before - min(found.values()))  # all learn about the same


@pytest.mark.parametrize("mode", [mode for mode in MODES if bench.has("naive", mode)])
def test_the_naive_loop_is_the_clean_trainer_with_batches_of_one(mode):
    clean = partial(bench.ours, train=partial(Word2Vec.train, batch_size=1))
    models = [kind(TEXT, mode, SMALL, 3) for kind in (IMPLEMENTATIONS["naive"], clean)]
    for model in models:
        model.train(TEXT[:20], 2)
    mine, theirs = (model.embeddings() for model in models)
    np.testing.assert_allclose(mine.W_in, theirs.W_in, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(mine.W_out, theirs.W_out, rtol=1e-9, atol=1e-12)
    assert np.abs(mine.W_out).max() > 1e-4


def test_gensim_without_softmax_or_not_there_is_named(monkeypatch):
    with pytest.raises(SettingError, match="no full softmax"):
        bench.gensim_model(TEXT, "CBOW softmax", SMALL, 1)
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(SettingError, match="make bench needs gensim"):
        bench.gensim_model(TEXT, "CBOW NEG", SMALL, 1)


def test_rounds_are_interleaved():
    calls = []
    trials = {name: partial(lambda name: calls.append(name) or len(calls), name) for name in "ab"}
    assert bench.interleaved(trials, 3, "", progress=False) == {"a": [1, 3, 5], "b": [2, 4, 6]}
    assert calls == list("ababab")
    with pytest.raises(SettingError, match="rounds .* not 0"):
        bench.interleaved(trials, 0, "")


def test_preparing_a_text_takes_no_longer_than_gensim_needs(tmp_path, unchecked):
    sentences = bench.zipf_sentences(100_000)
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, sentences)), encoding="utf-8")
    times = bench.preparation(sentences, path, Setting(), rounds=3, progress=False)
    assert len(times) == 8
    best = {name: sum(min(each) for key, each in times.items() if key.endswith(name)) for name in ("ours", "gensim")}
    assert 0 < best["ours"] < best["gensim"]


def test_cost_grows_with_tokens_and_every_measure_has_its_numbers():
    few, many = bench.scaling("tokens", [1000, 16_000], "clean", "CBOW NEG", SMALL)
    assert 2 < many / few < 64
    for what, values in (("dimension", [4, 8]), ("words", [20, 200])):
        assert min(bench.scaling(what, values, "fast", "CBOW HS", SMALL, tokens=500, rounds=1)) > 0
    with pytest.raises(SettingError, match="'moons'"):
        bench.scaling("moons", [1], "clean", "CBOW NEG", SMALL)


def test_memory_is_that_of_a_process_of_its_own(tmp_path):
    path = tmp_path / "text"
    path.write_text("\n".join(map(" ".join, TEXT)), encoding="utf-8")
    ballast = np.ones(50_000_000)  # 400 MB here, none of which is the child's
    large = bench.memory("naive", path, 300, "CBOW NEG", Setting(dimension=20_000, min_count=1))
    assert large["matrices"] == 2 * 60 * 20_000 * 8
    assert large["matrices"] < large["peak"] < large["matrices"] + 30e6 < ballast.nbytes  # and without the imports
    with pytest.raises(BookError, match="naive, CBOW softmax: its own process failed"):
        bench.memory("naive", path, 500, "CBOW softmax", SMALL)


def test_work_by_hand():
    # two words, each the other's context: 2 examples of 1 input and 1 + K = 6 rows in 2 running words
    K, d, text = 5, 8, [["a", "b"]] * 3
    setting = Setting(dimension=d, negatives=K, min_count=1, subsample=0.0)
    assert work_by_examples(text, "skip-gram NEG", setting) == (d * (2 + 6 * 6), 2 * 4 * d * 7)
    assert work_by_examples(text, "CBOW HS", setting) == (d * (2 + 6 * 1), 2 * 4 * d * 2)
    assert work_by_examples(text, "CBOW HS", setting, itemsize=8).intensity == 8 / (2 * 8 * 2)


def test_products_and_rows_are_counted():
    matrix = np.ones((3, 4)).view(bench.Counted)
    matrix.whole = True
    bench.Counted.operations = bench.Counted.traffic = 0
    rows = matrix[[0, 2, 2]]  # 3 rows of 4 numbers of 8 bytes
    assert bench.Counted.traffic == 96
    product = np.tanh(rows * 0.5) @ np.ones((4, 5))  # what is made of it counts too: 2 * 3 * 4 * 5
    product += 1
    matrix[[1]] = product[:1, :4]
    assert (bench.Counted.operations, bench.Counted.traffic) == (120, 128)
    np.testing.assert_allclose(np.asarray(product), 1 + 4 * np.tanh(0.5))


@pytest.mark.parametrize("mode", ["skip-gram NEG", "CBOW HS"])
def test_blocks_do_more_operations_on_less_traffic(mode):
    setting = Setting(dimension=16, min_count=1)
    blocks, pairs = work_by_blocks(TEXT, mode, setting), work_by_examples(TEXT, mode, setting)
    assert blocks.intensity > 2 * pairs.intensity
    twice = work_by_blocks(TEXT, mode, Setting(dimension=32, min_count=1))
    assert 1.5 < twice.operations / blocks.operations <= 2.01
    assert twice.traffic == pytest.approx(2 * blocks.traffic, rel=0.1)


def test_the_machine_has_a_roof():
    machine = bench.roofline(0.1)
    assert all(1e8 < limit < 1e14 for limit in machine)
    low, high = machine.float32 / machine.bandwidth / 2, machine.float32 / machine.bandwidth * 2
    assert machine.limit(low) == pytest.approx(machine.float32 / 2)
    assert machine.limit(high) == machine.float32
    assert machine.limit(1e9, "float64") == machine.float64


def test_the_report_has_every_row_and_is_valid_json(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(bench, "ToyCorpus", partial(ToyCorpus, size=300))
    pairs, out = tmp_path / "pairs", tmp_path / "report.json"
    pairs.write_text("w0 w1 1\nw2 w3 2\nw4 w5 3\nw6 w7 2\n", encoding="utf-8")
    options = "--tokens 4000 --rounds 2 --seconds 0.02 --dimension 8 --min-count 2 --models fast gensim"
    modes = ["skip-gram NEG", "CBOW softmax"]
    arguments = [*options.split(), "--modes", *modes, "--similarity", str(pairs), "--json", str(out)]
    assert bench.main(arguments) == 0
    report, printed = json.loads(out.read_text()), capsys.readouterr().out
    assert [(row["mode"], row["name"]) for row in report["rows"]] == [
        ("skip-gram NEG", "fast"), ("skip-gram NEG", "gensim"), ("CBOW softmax", "fast"),
    ]  # fmt: skip
    assert len(report["preparation"]) == 8
    for row in report["rows"]:
        assert len(row["words_per_second"]) == 2
        assert min(row["words_per_second"]) > 0
        assert np.isfinite(row["loss"])
        assert any(row["mode"] in line and row["name"] in line for line in printed.splitlines())
    fast, itself, softmax = report["rows"]
    assert itself["ratio"] == [1, 1]
    assert fast["ratio"][0] == fast["words_per_second"][0] / itself["words_per_second"][0]
    assert 0 <= fast["overlap"] <= 1
    assert fast["memory"]["peak"] > 0
    assert fast["similarity"][str(pairs)][1] == 4
    assert softmax["memory"] is None


def test_a_corpus_that_is_not_there_is_named(capsys):
    assert bench.main(["--corpus", "nowhere.txt"]) == 1
    assert "nowhere.txt" in capsys.readouterr().err
