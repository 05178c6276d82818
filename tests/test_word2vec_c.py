"""The original program, bit for bit: golden/ holds its own outputs (one thread, no fused multiply-add).

The vectors, vocabularies, codes and table ends are the program's; the traces and facts.json come from a second,
independent implementation that agrees with it. `alpha` null stands for the program's default.
"""

import heapq
import json
from dataclasses import fields
from inspect import signature
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from w2v_core import word2vec_c
from w2v_core.errors import CorpusError, DivergenceError, SettingError
from w2v_core.word2vec_c import END, Deviations, train

GOLDEN = Path(__file__).parent / "golden"
CASES = {case["name"]: case for case in json.loads((GOLDEN / "cases.json").read_text())}
FACTS = json.loads((GOLDEN / "facts.json").read_text())
OPTIONS = ("cbow", "hs", "negative", "size", "window", "sample", "iter", "min_count", "alpha")
SWITCHES = [field.name for field in fields(Deviations)]


def run(name, *, trace=0, epochs=None, **off):
    """Run a golden case, perhaps with other epochs, or with some switches changed."""
    options = {option: CASES[name][option] for option in OPTIONS}
    if epochs:
        options["iter"] = epochs
    return train(GOLDEN / CASES[name]["corpus"], **options, trace=trace, deviations=Deviations(**off))


def expected(name):
    with np.load(GOLDEN / "expected" / f"{name}.npz") as arrays:
        return dict(arrays)


def table(path):
    header, *rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def corpus(tmp_path, text):
    path = tmp_path / "corpus.txt"
    path.write_bytes(text)
    return path


# --- the program, to the last bit


@pytest.mark.no_cover  # counting lines would take as long as the runs
@pytest.mark.parametrize("name", CASES)
def test_every_run_equals_the_program(name):
    case, ours, theirs = CASES[name], run(name), expected(name)
    assert ("syn1" in theirs, "syn1neg" in theirs) == (case["hs"] == 1, case["negative"] > 0)
    for array in ("init", "syn0", "syn1", "syn1neg"):
        if array in theirs:
            assert getattr(ours, array).dtype == np.float32
            np.testing.assert_array_equal(getattr(ours, array), theirs[array], err_msg=array)
        else:
            assert getattr(ours, array) is None
    for fact in ("train_words", "words_counted"):
        assert getattr(ours, fact) == case[fact], fact
    assert dict(ours.counters) == {name: case[name] for name in ours.counters}
    assert ours.final_alpha == pytest.approx(case["final_alpha"], rel=1e-8)
    assert len(ours.words) == case["vocab_size"]
    assert (ours.syn0 != ours.init).any(axis=1).sum() == case["moved_rows"]
    assert (ours.syn0[0] == ours.init[0]).all()  # </s> is never in a window


def set_of(*values):
    return sorted(set(values))


@pytest.mark.parametrize(
    ("text", "min_count", "file"), set_of(*((c["corpus"], c["min_count"], c["vocab_file"]) for c in CASES.values()))
)
def test_vocabulary_codes_and_noise_table_are_the_program_s(text, min_count, file):
    words, counts = word2vec_c.count_words(GOLDEN / text, min_count)
    codes, points = word2vec_c.huffman(counts)
    columns = zip(words, counts, codes, points, word2vec_c.noise_slots(counts), strict=True)
    ours = [
        {
            "index": str(index),
            "word": word.decode(),
            "count": str(count),
            "code": "".join(map(str, code)),
            "points": ",".join(map(str, way)),
            "table_end": str(end),
        }
        for index, (word, count, code, way, end) in enumerate(columns)
    ]
    assert ours == table(GOLDEN / file)


@pytest.mark.parametrize("name", [path.stem for path in sorted((GOLDEN / "traces").glob("*.tsv"))])
def test_every_draw_is_the_program_s(name):
    ours = run(name, trace=400)
    theirs = table(GOLDEN / "traces" / f"{name}.tsv")
    assert [(kind, ours.words[index], value) for kind, index, value in ours.events] == [
        (row["kind"], row["word"], int(row["value"])) for row in theirs
    ]
    assert len(theirs) == 400


def test_random_states_are_the_program_s():
    for seed, states in FACTS["lcg_states_after_each_draw"].items():
        assert list(islice(word2vec_c.random_states(int(seed)), len(states))) == [int(state) for state in states]


def test_sigmoid_table_is_the_program_s():
    np.testing.assert_array_equal(word2vec_c.TABLE, np.load(GOLDEN / "exp_table.npy"))
    assert word2vec_c.TABLE[:3].tolist() == FACTS["exp_table_first"]
    assert word2vec_c.TABLE[[498, 500]].tolist() == [FACTS["exp_table_498"], FACTS["exp_table_500"]]


@pytest.mark.parametrize(("score", "index", "looked_up", "exact"), FACTS["sigmoid_lookup"])
def test_sigmoid_is_looked_up_as_in_the_program(score, index, looked_up, exact):
    scores = np.array([score], np.float32)
    lookup = lambda **off: word2vec_c.probabilities(scores, False, np.ones(1), Deviations(**off), None)  # noqa: E731
    assert lookup() == np.float32(looked_up) == word2vec_c.TABLE[index]
    assert lookup(sigmoid_table=False) == pytest.approx(exact, rel=1e-6)


def test_defaults_are_the_program_s():
    theirs = dict(cbow=1, hs=0, negative=5, size=100, window=5, sample=1e-3, iter=5, min_count=5, alpha=None)
    ours = {name: option.default for name, option in signature(train).parameters.items()}
    assert {name: ours[name] for name in theirs} == theirs
    assert ours["deviations"] == Deviations(**dict.fromkeys(SWITCHES, True))


# --- reading


def words_byte_by_byte(data):
    """Read one byte after another, with none of the module's code."""
    words, word = [], b""
    for byte in data:
        if byte in b" \t\n":
            words += [word[:98]] if word else []
            words += [b"</s>"] if byte == ord("\n") else []
            word = b""
        elif byte != ord("\r"):
            word += bytes([byte])
    return words, word[:98]


@pytest.mark.parametrize("piece", [1, 7, 4096])
@pytest.mark.parametrize("name", ["edges.txt", "oneline.txt"])
def test_words_do_not_depend_on_the_pieces_read(name, piece, monkeypatch):
    monkeypatch.setattr(word2vec_c, "PIECE", piece)
    words, lost = words_byte_by_byte((GOLDEN / name).read_bytes())
    assert list(word2vec_c.read_words(GOLDEN / name)) == words
    assert list(word2vec_c.read_words(GOLDEN / name, Deviations(lose_unfinished_line=False))) == [*words, lost]


def test_words_are_cut_to_98_bytes_and_a_written_sentence_end_counts(tmp_path):
    path = corpus(tmp_path, b"a\r\n" + b"x" * 99 + b" </s>\tb\n\nlost")
    assert list(word2vec_c.read_words(path)) == [b"a", END, b"x" * 98, END, b"b", END, END]


def test_bytes_that_are_not_utf8_are_words_too(tmp_path):
    result = train(corpus(tmp_path, b"\xff a \xff a\n"), size=2, min_count=1)
    assert result.words == ["</s>", r"\xff", "a"]


# --- the switches

SHOWN_BY = {  # a golden run that each switch changes
    "lose_unfinished_line": "edges_cbow_neg_d8_w5_s0.01_i2_m2",
    "sentence_end_first": "royal_cbow_hs_d8_w5_s0_i1_m2",
    "added_keep_ratio": "royal_cbow_neg_d8_w5_s0.001_i1_m2",
    "cut_long_sentences": "edges_cbow_hs_d8_w5_s0.01_i2_m2",
    "random_window": "royal_cbow_neg_d8_w5_s0_i1_m2",
    "context_predicts_centre": "royal_sg_neg_d8_w5_s0_i1_m2",
    "undivided_cbow_gradient": "royal_cbow_neg_d8_w5_s0_i1_m2",
    "sigmoid_table": "royal_cbow_hs_d8_w5_s0_i1_m2",
    "hs_skips_large_scores": "royal_cbow_hs_d8_w3_s0_i5_a0.2_m2",
    "neg_saturates_large_scores": "royal_cbow_neg_d8_w3_s0_i5_a0.2_m2",
    "noise_in_slots": "royal_cbow_neg_d8_w5_s0_i1_m2",
    "remap_sentence_end": "royal_cbow_neg_d8_w5_s0_i1_m2",
    "skip_equal_negatives": "royal_cbow_neg_d8_w5_s0_i1_m2",
    "stepwise_alpha": "royal_cbow_neg_d8_w5_s0_i1_m2",
}
UNTOUCHED = [  # switches that have nothing to do with a run
    ("context_predicts_centre", "royal_cbow_neg_d8_w5_s0.001_i1_m2"),
    ("undivided_cbow_gradient", "royal_sg_neg_d8_w5_s0.001_i1_m2"),
    ("added_keep_ratio", "royal_cbow_hs_d8_w5_s0_i1_m2"),
    ("noise_in_slots", "royal_cbow_hs_d8_w5_s0_i1_m2"),
    ("remap_sentence_end", "royal_cbow_hs_d8_w5_s0_i1_m2"),
    ("skip_equal_negatives", "royal_cbow_hs_d8_w5_s0_i1_m2"),
    ("neg_saturates_large_scores", "royal_cbow_hs_d8_w5_s0_i1_m2"),
    ("hs_skips_large_scores", "royal_cbow_neg_d8_w5_s0_i1_m2"),
    ("lose_unfinished_line", "royal_cbow_neg_d8_w5_s0_i1_m2"),  # ends with a newline
    ("cut_long_sentences", "royal_cbow_neg_d8_w5_s0_i1_m2"),  # has short lines only
]


def change(name, **off):
    """Largest difference that the switches make to the word vectors."""
    return float(np.abs(run(name, **off).syn0 - expected(name)["syn0"]).max())


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_switch_changes_the_vectors(switch):
    name = SHOWN_BY[switch]
    off = run(name, **{switch: False})
    ours = dict(zip(off.words, off.syn0, strict=True))
    words = [row["word"] for row in table(GOLDEN / CASES[name]["vocab_file"])]
    moved = [np.abs(ours[word] - vector).max() for word, vector in zip(words, expected(name)["syn0"], strict=True)]
    assert max(moved) > 0.01


@pytest.mark.parametrize(("switch", "name"), UNTOUCHED)
def test_a_switch_changes_nothing_else(switch, name):
    assert change(name, **{switch: False}) == 0


@pytest.mark.parametrize("model", ["cbow_hs", "cbow_neg", "sg_hs", "sg_neg"])
def test_the_sigmoid_table_moves_the_second_decimal(model):
    assert 0.0125 < change(f"world_{model}_d16_w5_s0.001_i1_m5", sigmoid_table=False) < 0.0345


@pytest.mark.parametrize("model", ["cbow_hs", "cbow_neg"])
def test_the_undivided_gradient_makes_another_model(model):
    assert 0.235 < change(f"world_{model}_d16_w5_s0.001_i1_m5", undivided_cbow_gradient=False) < 0.615


@pytest.mark.no_cover
@pytest.mark.parametrize("model", ["cbow_hs", "cbow_neg"])
def test_five_epochs_do_not_forget_the_deviations(model):
    name = f"world_{model}_d16_w5_s0.001_i1_m5"
    program, exact, divided = (
        run(name, epochs=5, **off).syn0 for off in ({}, {"sigmoid_table": False}, {"undivided_cbow_gradient": False})
    )
    assert 0.0085 < np.abs(exact - program).max() < 0.0835
    assert 1.25 < np.abs(divided - program).max() < 1.75


def mean_loss(syn0, inputs, outputs):
    """Sum of the logistic losses of the outputs, whose hidden vector is the mean of the inputs."""
    hidden = sum(syn0[word] for word in inputs) / len(inputs)
    total = 0.0
    for matrix, rows, labels, _ in outputs:
        for row, label in zip(rows, labels, strict=True):
            score = matrix[row] @ hidden
            total += np.log1p(np.exp(-score)) if label else np.log1p(np.exp(score))
    return total


MATHEMATICS = Deviations(
    undivided_cbow_gradient=False,
    sigmoid_table=False,
    hs_skips_large_scores=False,
    neg_saturates_large_scores=False,
)


def example(scale, seed=3):
    """One CBOW example with both objectives, in double precision; word 2 occurs twice around the centre."""
    rng = np.random.default_rng(seed)
    syn0, syn1, syn1neg = (scale * rng.normal(size=(6, 4)) for _ in range(3))
    nodes = (syn1, np.array([4, 3, 1]), np.array([0.0, 1.0, 1.0]), True)
    noise = (syn1neg, np.array([5, 0, 2]), np.array([1.0, 0.0, 0.0]), False)
    return syn0, [2, 1, 2, 4], [nodes, noise]


def numeric_gradient(syn0, inputs, outputs, nudge=1e-6):
    slope = np.zeros_like(syn0)
    for place in np.ndindex(*syn0.shape):
        ahead, behind = syn0.copy(), syn0.copy()
        ahead[place] += nudge
        behind[place] -= nudge
        slope[place] = (mean_loss(ahead, inputs, outputs) - mean_loss(behind, inputs, outputs)) / (2 * nudge)
    return slope


@pytest.mark.parametrize("scale", [0.5, 2.5])  # scores inside and outside the table
def test_the_divided_gradient_is_the_gradient_of_the_mean(scale):
    syn0, inputs, outputs = example(scale)
    scores = np.concatenate([matrix[rows] @ syn0[inputs].mean(axis=0) for matrix, rows, *_ in outputs])
    assert (np.abs(scores).max() > 6) == (scale > 1)
    gradient = numeric_gradient(syn0, inputs, outputs)
    moved = syn0.copy()
    word2vec_c.update(moved, inputs, outputs, 0.1, MATHEMATICS)
    np.testing.assert_allclose(moved - syn0, -0.1 * gradient, rtol=1e-6, atol=1e-9)


def test_the_program_moves_each_context_word_by_the_whole_gradient():
    syn0, inputs, outputs = example(0.5)
    gradient = numeric_gradient(syn0, inputs, outputs)
    moved = syn0.copy()
    undivided = Deviations(sigmoid_table=False)
    word2vec_c.update(moved, inputs, outputs, 0.1, undivided)
    np.testing.assert_allclose(moved - syn0, -0.1 * len(inputs) * gradient, rtol=1e-6, atol=1e-9)


def test_output_rows_move_down_their_own_gradient():
    syn0, inputs, outputs = example(0.5)
    hidden = syn0[inputs].mean(axis=0)
    before = [matrix.copy() for matrix, *_ in outputs]
    word2vec_c.update(syn0, inputs, outputs, 0.1, MATHEMATICS)
    for old, (matrix, rows, labels, _) in zip(before, outputs, strict=True):
        wanted = old.copy()
        wanted[rows] -= 0.1 * np.outer(1 / (1 + np.exp(-old[rows] @ hidden)) - labels, hidden)
        np.testing.assert_allclose(matrix, wanted, rtol=1e-12)


def test_a_score_outside_the_table_is_skipped_by_hs_and_saturated_by_neg():
    scores, labels = np.array([-6.0, -7.0, 6.0, 7.0, 0.0], np.float32), np.array([1.0, 0.0, 1.0, 0.0, 1.0], np.float32)
    counters = word2vec_c.Counter()
    answer = lambda hs, **off: word2vec_c.probabilities(scores, hs, labels, Deviations(**off), counters)  # noqa: E731
    first, last, middle = word2vec_c.TABLE[[0, 996, 498]]
    np.testing.assert_array_equal(answer(True), [*labels[:4], middle])
    np.testing.assert_array_equal(answer(False), [first, 0, last, 1, middle])
    assert counters == {"outputs_skipped_hs": 4, "outputs_clipped_neg": 2}
    exact = 1 / (1 + np.exp(-scores.astype(float)))
    everywhere = dict(sigmoid_table=False, hs_skips_large_scores=False, neg_saturates_large_scores=False)
    for hs in (True, False):
        np.testing.assert_allclose(answer(hs, **everywhere), exact, rtol=1e-6)


def examples_of(path, monkeypatch, **options):
    """Inputs and predicted word of every example that a run learns."""
    seen = []
    monkeypatch.setattr(
        word2vec_c, "update", lambda syn0, inputs, outputs, *_: seen.append((inputs, int(outputs[0][1][0])))
    )
    result = train(path, size=2, sample=0, iter=1, min_count=1, **options)
    return [([result.words[i] for i in inputs], result.words[predicted]) for inputs, predicted in seen]


def test_skip_gram_predicts_the_centre_from_each_context_word(tmp_path, monkeypatch):
    path = corpus(tmp_path, b"a b c\n")
    options = dict(cbow=0, window=1, monkeypatch=monkeypatch)
    assert examples_of(path, **options) == [(["b"], "a"), (["a"], "b"), (["c"], "b"), (["b"], "c")]
    defined = examples_of(path, **options, deviations=Deviations(context_predicts_centre=False))
    assert defined == [(["a"], "b"), (["b"], "a"), (["b"], "c"), (["c"], "b")]


def test_cbow_predicts_the_centre_from_its_context_and_needs_one(tmp_path, monkeypatch):
    path = corpus(tmp_path, b"a b c\n\nalone\n")
    assert examples_of(path, cbow=1, window=1, monkeypatch=monkeypatch) == [
        (["b"], "a"), (["a", "c"], "b"), (["b"], "c"),
    ]  # fmt: skip


def test_a_fixed_window_keeps_the_other_draws():
    name = "royal_cbow_neg_d8_w5_s0.001_i1_m2"
    random, fixed = (run(name, trace=400, random_window=switch).events for switch in (True, False))
    assert {reach for kind, _, reach in random if kind == "centre"} == {1, 2, 3, 4, 5}
    assert {reach for kind, _, reach in fixed if kind == "centre"} == {5}
    assert [event for event in random if event[0] == "negative"][:50] == [e for e in fixed if e[0] == "negative"][:50]


def test_keep_probability_is_the_paper_s_plus_a_ratio():
    counts, t = [0, 400, 90, 7, 3], 1e-2
    ratio = t * 500 / np.maximum(counts, 1)
    program = word2vec_c.keep_probabilities(counts, t)
    paper = word2vec_c.keep_probabilities(counts, t, Deviations(added_keep_ratio=False))
    np.testing.assert_allclose(program, np.sqrt(ratio) + ratio, rtol=1e-6)
    np.testing.assert_allclose(paper, np.sqrt(ratio), rtol=1e-6)


@pytest.mark.parametrize("counts", [[0, 5, 1], [400, 572, 128, 2, 2], [10**9, 1, 1], [1] * 1000])
def test_slots_follow_the_exact_distribution_to_a_slot_a_word(counts):
    shares = np.diff(word2vec_c.noise_slots(counts), prepend=0) / 1e8
    exact = np.power(counts, 0.75) / np.power(counts, 0.75).sum()
    np.testing.assert_allclose(shares.cumsum(), exact.cumsum(), atol=2e-8 * len(counts))


@pytest.mark.parametrize("slots", [True, False])
@pytest.mark.parametrize("remap", [True, False])
def test_noise_words_come_from_their_distribution(slots, remap):
    name = "royal_sg_neg_d8_w5_s0_i1_m2"
    result = run(name, trace=60000, noise_in_slots=slots, remap_sentence_end=remap)
    noise = [index for kind, index, _ in result.events if kind == "negative"]
    exact = np.power(result.counts, 0.75) / np.power(result.counts, 0.75).sum()
    if remap:  # the share of </s> goes to the others, equally
        exact[1:] += exact[0] / (len(exact) - 1)
        exact[0] = 0
    observed = np.bincount(noise, minlength=len(exact)) / len(noise)
    assert len(noise) > 40000
    assert (np.abs(observed - exact) <= 4.5 * np.sqrt(exact / len(noise))).all()


@pytest.mark.parametrize("skip", [True, False])
def test_a_noise_word_equal_to_the_centre_is_dropped_or_drawn_again(skip):
    result = run("royal_cbow_neg_d8_w5_s0_i1_m2", trace=3000, skip_equal_negatives=skip)
    centre, noise, groups = None, [], []
    for kind, index, _ in result.events:
        if kind == "centre":
            groups += [(centre, noise)] * (centre is not None)
            centre, noise = index, []
        else:
            noise.append(index)
    drawn = {len(noise) for _, noise in groups}
    kept = {sum(word != centre for word in noise) for centre, noise in groups}
    assert (drawn == {5} and min(kept) < 5) if skip else (kept == {5} and max(drawn) > 5)


def cheapest_tree(counts):
    """Bits that the text needs with an optimal code: the sum of all merged weights."""
    heap, bits = list(counts), 0
    heapq.heapify(heap)
    while len(heap) > 1:
        merged = heapq.heappop(heap) + heapq.heappop(heap)
        bits += merged
        heapq.heappush(heap, merged)
    return bits


@pytest.mark.parametrize("text", ["royal.txt", "world.txt", "edges.txt", "oneline.txt"])
def test_the_tree_is_optimal_when_the_sentence_end_stands_by_its_count(text):
    bits = {}
    for first in (True, False):
        words, counts = word2vec_c.count_words(GOLDEN / text, 1, Deviations(sentence_end_first=first))
        assert words.index(END) == 0 or not first
        codes, _ = word2vec_c.huffman(counts)
        assert sum(0.5 ** len(code) for code in codes) == 1
        bits[first] = sum(count * len(code) for count, code in zip(counts, codes, strict=True))
    assert bits[False] == cheapest_tree(counts) <= bits[True]
    assert counts == sorted(counts, reverse=True)
    if text == "oneline.txt":  # </s> never occurs, and has one of the shortest codes
        assert bits[True] > bits[False]


def test_a_line_is_cut_at_1000_words_and_lost_without_its_newline():
    index = {word: place for place, word in enumerate(word2vec_c.count_words(GOLDEN / "edges.txt", 1)[0])}

    def lengths(**off):
        sentences = word2vec_c.read_sentences(GOLDEN / "edges.txt", index, None, None, Deviations(**off))
        return [None if sentence is None else len(sentence) for sentence, _ in sentences]

    assert max(lengths()[:-1]) == 1000
    assert lengths()[-1] is None
    assert max(lengths(cut_long_sentences=False)[:-1]) == 2300
    assert lengths(lose_unfinished_line=False)[-1] == 8


def test_the_last_word_is_lost_even_from_the_vocabulary(tmp_path):
    path = corpus(tmp_path, b"a b\na lost")
    assert train(path, size=2, min_count=1).words == ["</s>", "a", "b"]
    kept = train(path, size=2, min_count=1, deviations=Deviations(lose_unfinished_line=False))
    assert kept.words == ["</s>", "a", "b", "lost"]


def test_the_learning_rate_of_a_short_corpus_stays_where_it_starts():
    name = "royal_cbow_neg_d8_w5_s0_i1_m2"
    assert run(name).final_alpha == np.float32(0.05)
    assert run(name, stepwise_alpha=False).final_alpha == pytest.approx(0.05 / 3207, rel=1e-2)  # 1 - 3206/3207 left


def test_the_learning_rate_never_falls_below_its_ten_thousandth():
    off = run("world_cbow_neg_d16_w5_s0.001_i1_m5", stepwise_alpha=False)  # 1/27240 would be left
    assert off.final_alpha == np.float32(0.05 * 1e-4)


# --- what cannot be trained


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("size", 0), ("size", -3), ("size", float("nan")), ("size", 2.5),
        ("window", 0), ("window", float("inf")),
        ("iter", 0), ("min_count", 0),
        ("negative", -1), ("negative", 2.5),
        ("cbow", 2), ("hs", -1), ("hs", float("nan")),
        ("sample", -1e-3), ("sample", float("nan")),
        ("alpha", float("nan")), ("alpha", 0.0), ("alpha", -0.1), ("alpha", float("inf")),
    ],
)  # fmt: skip
def test_an_impossible_option_is_named(option, value):
    with pytest.raises(SettingError, match=rf"{option} must be .* not {value!r}"):
        train(GOLDEN / "royal.txt", **{option: value})


def test_a_run_that_learns_nothing_is_refused():
    with pytest.raises(SettingError, match="hs = 0 and negative = 0"):
        train(GOLDEN / "royal.txt", hs=0, negative=0)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"missing.txt.*No such file"):
        train(tmp_path / "missing.txt")


@pytest.mark.parametrize("text", [b"", b"\n\n \t\r\n", b"lonely"])
def test_a_text_without_words_is_refused(tmp_path, text):
    with pytest.raises(CorpusError, match="no word with a space or newline after it"):
        train(corpus(tmp_path, text))


def test_a_text_of_rare_words_is_refused_with_the_min_count_that_would_do(tmp_path):
    with pytest.raises(CorpusError, match="min_count = 5 .* 3 or less"):
        train(corpus(tmp_path, b"king king king queen \n"))


def test_one_word_leaves_nothing_to_draw_again(tmp_path):
    path = corpus(tmp_path, b"king king king\n")
    assert train(path, size=2, min_count=1).words == ["</s>", "king"]
    with pytest.raises(CorpusError, match="no noise word differs"):
        train(path, size=2, min_count=1, deviations=Deviations(skip_equal_negatives=False))


def test_vectors_that_overflow_end_the_run():
    with pytest.raises(DivergenceError, match="smaller alpha"):
        train(GOLDEN / "royal.txt", size=4, alpha=1e20)
