"""Reading, counting, subsampling and windows, with files that are odd, broken or too large."""

import gzip
import math
import re
import subprocess
import sys
import tracemalloc
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from w2v_core import TextFile, Vocabulary, corpus, keep_probability, windows
from w2v_core.corpus import as_sentences
from w2v_core.errors import CorpusError, SettingError, UnknownWordError

BOM = b"\xef\xbb\xbf"
WORDS = ["a", "bc", "é", "中文", "😀x", "\ufeff"]
SPACES = [" ", "\n", "\r\n", "\n\n", "\t", "\r", "  ", " \x0b", "\x0c ", " \x85", "\u2028 ", "\xa0\n", "\u3000", "\x1f"]


def naive(data, longest):
    """Sentences of a file's bytes, read at one go."""
    sentences = []
    for line in data.decode("utf-8-sig").split("\n"):
        words = line.split()
        sentences += [words[start : start + longest] for start in range(0, len(words), longest)]
    return sentences


def write(path, data):
    """Write bytes, packed if the name says so, and return the path."""
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@given(
    pieces=st.lists(st.sampled_from(WORDS + SPACES), max_size=30),
    bom=st.booleans(),
    extra=st.integers(0, 30),
    longest=st.integers(1, 6),
    name=st.sampled_from(["text", "text.gz"]),
)
@example(pieces=["中文", " ", "😀x", "\r\n", "é"], bom=True, extra=0, longest=1, name="text")
def test_reading_in_blocks_gives_what_reading_at_one_go_gives(pieces, bom, extra, longest, name, tmp_path_factory):
    data = BOM * bom + "".join(pieces).encode()
    path = write(tmp_path_factory.getbasetemp() / name, data)
    block = max(map(len, re.split(rb"[ \n\t\r]", data))) + extra  # as small as the longest word allows
    assume(block)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "BLOCK", block)
        text = TextFile(path, longest=longest)
        assert list(text) == naive(data, longest)
        assert list(text) == list(text)  # it can be read again


def test_a_line_is_a_sentence_and_a_long_one_is_cut(tmp_path):
    path = write(tmp_path / "text", b"one two three four five\r\n\r\nsix\n")
    assert list(TextFile(path)) == [["one", "two", "three", "four", "five"], ["six"]]
    assert list(TextFile(path, longest=2)) == [["one", "two"], ["three", "four"], ["five"], ["six"]]
    assert repr(str(path)) in repr(TextFile(path))


@pytest.mark.parametrize("space", [b" ", b"\n"], ids=["one giant line", "one word a line"])
def test_memory_stays_constant(tmp_path, space):
    path = write(tmp_path / "text", (b"abcdefg" + space) * 400_000)  # 3.2 MB
    tracemalloc.start()
    words = sum(map(len, TextFile(path)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert words == 400_000
    assert peak < 1_600_000


@pytest.mark.parametrize("name", ["text", "text.gz"])
@pytest.mark.parametrize("start", [b"", BOM, "é ".encode() * 100_000], ids=["at once", "after a mark", "far beyond"])
def test_a_byte_that_is_not_utf8_is_named_with_its_offset(tmp_path, name, start):
    path = write(tmp_path / name, start + b"caf\xe9 au lait")
    with pytest.raises(CorpusError, match=rf"{name} is not UTF-8: byte 0xe9 at offset {len(start) + 3}\."):
        list(TextFile(path))


def test_a_file_that_ends_inside_a_character_is_not_utf8(tmp_path):
    with pytest.raises(CorpusError, match="byte 0xe4 at offset 3"):
        list(TextFile(write(tmp_path / "text", b"ab " + "中".encode()[:2])))


@pytest.mark.parametrize("kept", [0.99, 0.5, 0.02])
def test_a_truncated_gzip_file_is_refused(tmp_path, kept):
    letters = np.random.default_rng(1).integers(97, 123, 300_000, dtype=np.uint8).tobytes()
    data = gzip.compress(letters.replace(b"e", b" "))
    path = tmp_path / "text.gz"
    path.write_bytes(data[: int(kept * len(data))])
    with pytest.raises(CorpusError, match="text.gz: unpacking fails beyond byte"):
        list(TextFile(path))


def test_a_damaged_gzip_file_is_refused(tmp_path):
    data = gzip.compress(b"to be or not to be " * 100)
    for place in range(10, len(data)):
        damaged = data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :]
        (tmp_path / "text.gz").write_bytes(damaged)
        with pytest.raises(CorpusError):
            list(TextFile(tmp_path / "text.gz"))


def test_a_word_longer_than_a_block_is_not_text(tmp_path):
    path = write(tmp_path / "text", b"word " + b"x" * (2 * corpus.BLOCK + 1))
    with pytest.raises(CorpusError, match=f"a word of over {corpus.BLOCK} bytes at byte 5: is it text"):
        list(TextFile(path))


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    for path in (tmp_path / "nowhere.txt", tmp_path):
        for kind in (str, lambda p: p):
            with pytest.raises(CorpusError, match=re.escape(repr(str(path)))):
                as_sentences(kind(path))
    with pytest.raises(SettingError, match="longest .* not 0"):
        TextFile(write(tmp_path / "text", b"a"), longest=0)


def test_a_corpus_can_be_a_path_a_list_or_anything_that_can_be_read_again(tmp_path):
    path = write(tmp_path / "text", b"a b\nc")
    for given_as in (path, str(path), TextFile(path), [["a", "b"], ["c"]], (("a", "b"), ("c",))):
        assert [list(sentence) for sentence in as_sentences(given_as)] == [["a", "b"], ["c"]]


@pytest.mark.parametrize("once", [iter([["a"]]), (s for s in [["a"]]), map(list, ["ab"]), 5, None])
def test_what_can_be_read_only_once_is_refused(once):
    with pytest.raises(CorpusError, match=f"a {type(once).__name__} does not allow"):
        as_sentences(once)


@pytest.mark.parametrize("sentences", [["to be"], [["to"], "to be"], np.array(["to be", "or"])])
def test_a_sentence_must_be_split_into_words(sentences):
    with pytest.raises(CorpusError, match="'to be'"):
        Vocabulary.from_sentences(as_sentences(sentences), min_count=1)


def test_counting_by_hand():
    vocabulary = Vocabulary.from_sentences(["b a b c".split(), [], "a d b".split()], min_count=1)
    # b 3, a 2, then c before d: it was seen first
    assert vocabulary.words == ["b", "a", "c", "d"]
    assert vocabulary.counts.tolist() == [3, 2, 1, 1]
    assert (len(vocabulary), vocabulary.tokens, vocabulary["c"]) == (4, 7, 2)
    assert vocabulary.encode(["d", "unknown", "b"]) == [3, 0]


def test_rare_words_leave_the_vocabulary():
    vocabulary = Vocabulary.from_sentences(["b a b c a".split()], min_count=2)
    assert vocabulary.words == ["b", "a"]
    assert vocabulary.tokens == 4


@pytest.mark.parametrize("sentences", [[], [[]], [[], []]])
def test_an_empty_corpus_is_named_empty(sentences):
    with pytest.raises(CorpusError, match="empty"):
        Vocabulary.from_sentences(as_sentences(sentences))


def test_too_rare_words_are_named_with_a_setting_that_would_do():
    with pytest.raises(CorpusError, match="min_count = 5 .* 'a', occurs 2 times. Use min_count=2"):
        Vocabulary.from_sentences([["b", "a", "a"]], min_count=5)
    with pytest.raises(SettingError, match="min_count .* not 0"):
        Vocabulary.from_sentences([["a"]], min_count=0)


def test_words_and_counts_must_match():
    with pytest.raises(CorpusError, match="2 words .2 different. but 1 counts"):
        Vocabulary(["a", "b"], [1])
    with pytest.raises(CorpusError, match="2 words .1 different. but 2 counts"):
        Vocabulary(["a", "a"], [1, 1])


def test_an_unknown_word_comes_with_suggestions():
    with pytest.raises(UnknownWordError, match="'quen'.*'queen'"):
        Vocabulary(["king", "queen"], [2, 1])["quen"]


def test_keep_probability_by_hand():
    # shares 1/2, 1/4, 1/4; sqrt((1/8) / (1/2)) = 1/2, sqrt((1/8) / (1/4)) = sqrt(1/2)
    keep = keep_probability(np.array([2, 1, 1]), 1 / 8)
    np.testing.assert_allclose(keep, [1 / 2, math.sqrt(1 / 2), math.sqrt(1 / 2)])
    assert keep_probability(np.array([2, 1, 1]), 0.0).tolist() == [1, 1, 1]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=6), st.floats(0, 2))
def test_frequent_words_are_kept_less_often_and_rare_ones_always(counts, threshold):
    counts = np.array(sorted(counts))
    keep = keep_probability(counts, threshold)
    assert np.all(np.diff(keep) <= 0)
    if threshold:
        np.testing.assert_array_equal(keep == 1, counts / counts.sum() <= threshold)


@pytest.mark.parametrize("threshold", [-1e-3, math.nan, math.inf])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(SettingError, match=f"threshold .* not {threshold!r}"):
        keep_probability(np.array([1, 2]), threshold)


@given(st.integers(0, 12), st.integers(1, 15))
def test_in_windows_of_one_size_neighbours_are_neighbours_both_ways(length, radius):
    pairs = [(i, j) for i, context in windows(range(length), radius) for j in context]
    assert pairs == [(i, j) for i in range(length) for j in range(length) if 0 < abs(i - j) <= radius]
    assert Counter(pairs) == Counter((j, i) for i, j in pairs)


def test_a_word_that_is_its_own_neighbour_stays_one():
    assert list(windows(["a", "a", "b"], 1)) == [("a", ["a"]), ("a", ["a", "b"]), ("b", ["a"])]


def test_a_lonely_word_has_no_window():
    assert list(windows(["a"], 5)) == list(windows([], 5)) == []


def test_a_dynamic_window_draws_each_radius_equally_often():
    radius, n = 5, 20_000
    found = windows(range(n), radius, np.random.default_rng(1))
    drawn = Counter(len(context) // 2 for center, context in found if radius <= center < n - radius)
    assert set(drawn) == {1, 2, 3, 4, 5}
    sigma = math.sqrt(n * (1 / radius) * (1 - 1 / radius))
    assert max(abs(count - n / radius) for count in drawn.values()) < 5 * sigma


def test_dynamic_windows_are_those_of_the_drawn_radius():
    numbers = np.random.default_rng(3)
    reach = {center: 1 + int(3 * numbers.random()) for center in range(20)}
    for center, context in windows(range(20), 3, np.random.default_rng(3)):
        assert context == [j for j in range(20) if 0 < abs(j - center) <= reach[center]]


@given(
    sentences=st.lists(st.lists(st.sampled_from("abcxyz"), max_size=5), max_size=12),
    tokens=st.integers(1, 12),
)
@example(sentences=[["x"], [], ["x", "y"]], tokens=2)  # nothing known, and a sentence without words
def test_blocks_hold_what_encode_gives_sentence_by_sentence(sentences, tokens):
    vocabulary = Vocabulary(["a", "b", "c"], [3, 2, 1])
    found, words_left = [], [len(sentence) for sentence in sentences]
    for ids, ends in vocabulary.encoded_blocks(sentences, tokens):
        assert ends[-1] == len(ids)
        found += [part.tolist() for part in np.split(ids, ends[:-1])]
        sizes, words_left = words_left[: len(ends)], words_left[len(ends) :]
        assert sum(sizes[:-1]) < tokens  # no longer than it takes
        assert sum(sizes) >= tokens or not words_left
    assert found == [vocabulary.encode(sentence) for sentence in sentences]


def test_importing_the_package_is_quick_and_loads_only_what_training_needs():
    code = (
        "import sys, time; start = time.perf_counter(); import w2v_core; bare = time.perf_counter() - start;"
        "from w2v_core import Word2Vec, WordVectors, ToyCorpus;"
        "print(bare, time.perf_counter() - start, *{'sympy', 'matplotlib', 'anywidget', 'IPython'} & set(sys.modules))"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(3)]
    bare, whole = np.array([run.stdout.split() for run in runs], dtype=float).min(axis=0)  # a name would be no number
    assert bare < 0.3
    assert whole < 1  # with NumPy, which alone takes a tenth of a second
