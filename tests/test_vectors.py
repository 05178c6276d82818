"""Vectors: neighbours and analogies known by hand, and two file formats shared with the original program and gensim."""

import math
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from w2v_core.errors import SettingError, UnknownWordError, VectorFileError
from w2v_core.vectors import WordVectors

pytestmark = pytest.mark.filterwarnings("error")
GOLDEN = Path(__file__).parent / "golden"
FORMATS = pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
# Python's str.split() would cut these words; the formats do not.
ODD_WORDS = "\u00a0|a\u00a0b|\u3000|\x85|\u2028|\ufeff|\t|\r|a\tb|\x00|1|-0.5|κόσμος".split("|")


@pytest.fixture
def royals():
    return WordVectors(["man", "king", "woman", "queen", "nothing"], [[1, 0], [1, 1], [-1, 0], [-1, 1], [0, 0]])


def three_words(path, binary):
    """A small valid file: the bytes that the hostile tests damage."""
    WordVectors(["a", "été", "b"], np.array([[0.5, -2.0], [3.25, 1e-7], [0.0, 7.0]], np.float32)).save(path, binary)
    return path.read_bytes()


def stored(path, content):
    path.write_bytes(content)
    return path


# Looking up and comparing


def test_a_word_has_its_row(royals):
    np.testing.assert_array_equal(royals["woman"], [-1, 0])
    assert "woman" in royals
    assert "duke" not in royals
    assert len(royals) == 5
    assert list(royals) == ["man", "king", "woman", "queen", "nothing"]


def test_the_matrix_is_kept_not_copied():
    matrix = np.eye(2, dtype=np.float32)
    assert WordVectors(["a", "b"], matrix).matrix is matrix


def test_unknown_words_come_with_suggestions(royals):
    with pytest.raises(UnknownWordError, match="Did you mean 'queen'"):
        royals["quen"]
    for ask in (
        lambda: royals.similarity("king", "quen"),
        lambda: royals.nearest("quen"),
        lambda: royals.nearest("king", exclude=["quen"]),
        lambda: royals.analogy("man", "king", "quen"),
    ):
        with pytest.raises(UnknownWordError, match="'quen'"):
            ask()


def test_similarity_is_the_cosine(royals):
    assert royals.similarity("man", "woman") == -1
    assert royals.similarity("king", "queen") == 0
    assert royals.similarity("king", "king") == 1
    assert royals.similarity("man", "king") == pytest.approx(math.sqrt(0.5), abs=1e-12)
    assert royals.similarity("man", [0.0, 3.0]) == 0


def test_a_zero_vector_is_like_nothing(royals):
    assert royals.similarity("nothing", "king") == 0
    assert royals.similarity("nothing", "nothing") == 0
    assert royals.nearest("nothing", 2) == [("man", 0.0), ("king", 0.0)]
    assert royals.analogy("man", "man", "nothing") == [("king", 0.0)]


@pytest.mark.parametrize("scale", [1e-320, 1e-200, 1e200, 1e308])
def test_lengths_do_not_matter_even_when_their_squares_overflow(scale):
    extreme = WordVectors(["a", "b"], scale * np.array([[1.0, 1.0], [1.0, 0.0]]))
    assert extreme.similarity("a", "b") == pytest.approx(math.sqrt(0.5), rel=1e-3)
    assert extreme.similarity("a", "a") == 1


def test_nearest_leaves_out_the_word_and_the_excluded(royals):
    assert [word for word, _ in royals.nearest("man")] == ["king", "nothing", "queen", "woman"]
    assert [word for word, _ in royals.nearest("man", exclude=["king", "woman"])] == ["nothing", "queen"]
    assert [word for word, _ in royals.nearest("man", exclude="king")] == ["nothing", "queen", "woman"]
    assert royals.nearest(royals["man"], 1) == [("man", 1.0)]  # a vector is no word: nothing is left out
    assert royals.nearest([1, 0], 1) == [("man", 1.0)]


def test_equally_near_words_keep_their_order():
    row = np.random.default_rng(0).normal(size=37)
    lengths = [length * sign for length in range(1, 101) for sign in (-1, 1)]  # cosines -1, 1, -1, 1, ...
    twins = WordVectors([f"w{i}" for i in range(200)], np.outer(lengths, row))
    assert [word for word, _ in twins.nearest(row, 200)] == twins.words[1::2] + twins.words[::2]


@settings(deadline=None)
@given(arrays(float, (6, 3), elements=st.floats(-10, 10)), st.integers(1, 8))
def test_nearest_is_a_plain_loop_over_cosines(matrix, count):
    vectors = WordVectors("abcdef", matrix)
    expected = []
    for row in matrix[1:]:
        product = math.hypot(*row) * math.hypot(*matrix[0])
        expected.append(sum(x * y for x, y in zip(row, matrix[0], strict=True)) / product if product > 1e-200 else None)
    found = vectors.nearest("a", count)
    assert len(found) == min(count, 5)
    assert [cosine for _, cosine in found] == sorted((cosine for _, cosine in found), reverse=True)
    for word, cosine in found:
        assert -1 <= cosine <= 1
        if (wanted := expected["bcdef".index(word)]) is not None:
            assert cosine == pytest.approx(wanted, abs=1e-9)


def test_king_minus_man_plus_woman_is_queen(royals):
    assert royals.analogy("man", "king", "woman")[0][0] == "queen"
    assert royals.analogy("woman", "queen", "man")[0][0] == "king"


def test_analogy_normalises_and_never_answers_with_the_question():
    # Unit vectors: b - a + c = (0, 1) - (1, 0) + (0.6, 0.8) = (-0.4, 1.8). b = (0, 1) is by far the nearest, c next.
    vectors = WordVectors(["a", "b", "c", "near", "far"], [[100, 0], [0, 0.01], [3, 4], [-4, 3], [4, -3]])
    answers = vectors.analogy("a", "b", "c", count=9)
    assert [word for word, _ in answers] == ["near", "far"]
    assert answers[0][1] == pytest.approx((0.32 + 1.08) / math.hypot(0.4, 1.8), abs=1e-12)
    assert vectors.nearest([-0.4, 1.8], 1)[0][0] == "b"


@pytest.mark.parametrize("count", [0, -1, 1.5, math.nan, True])
def test_count_is_at_least_one(royals, count):
    for ask in (lambda: royals.nearest("man", count), lambda: royals.analogy("man", "king", "woman", count)):
        with pytest.raises(SettingError, match="count must be a whole number of at least 1"):
            ask()


@pytest.mark.parametrize("query", [[1.0], [1.0, 2.0, 3.0], [1.0, math.nan], [math.inf, 0.0], None, 3.0, [[1.0, 2.0]]])
def test_a_query_vector_must_fit(royals, query):
    for ask in (lambda: royals.nearest(query), lambda: royals.similarity("man", query)):
        with pytest.raises(SettingError, match="Give a word or 2 finite numbers"):
            ask()


@pytest.mark.parametrize(
    ("words", "matrix", "message"),
    [
        (["a", "b", "a"], np.eye(3), "only once; 'a' is not"),
        (["a", b"b"], np.eye(2), "must be a string .* b'b' is not"),
        (["a"], np.eye(2), r"1 words need a matrix with 1 rows.* not \(2, 2\)"),
        (["a", "b"], np.ones(2), r"not \(2,\)"),
        (["a", "b"], np.ones((2, 0)), r"not \(2, 0\)"),
        ([], np.ones((0, 2)), r"0 words need .* 1 or more.* not \(0, 2\)"),
        (["a", "b"], np.array([[0, 1], [math.nan, 0]]), "vector of 'b' must be finite"),
        (["a", "b"], np.array([[0, -math.inf], [0, 0]]), "vector of 'a' must be finite"),
    ],
)
def test_words_and_matrix_must_match(words, matrix, message):
    with pytest.raises(SettingError, match=message):
        WordVectors(words, matrix)


# Files that other programs wrote or will read


@FORMATS
@pytest.mark.parametrize("detect", [False, True])
def test_the_original_programs_files_load_exactly(binary, detect):
    path = GOLDEN / "files" / ("royal.bin" if binary else "royal.vec")
    vectors = WordVectors.load(path, None if detect else binary)
    expected = np.load(GOLDEN / "expected" / "royal_sg_neg_d8_w5_s0_i1_m2.npz")["syn0"]
    if not binary:  # the program's text keeps six decimals
        expected = np.array([[np.float32(f"{x:.6f}") for x in row] for row in expected.tolist()])
    np.testing.assert_array_equal(vectors.matrix, expected, strict=True)
    table = (GOLDEN / "vocab_royal_min2.tsv").read_text().splitlines()[1:]
    assert vectors.words == [line.split("\t")[1] for line in table]
    counts = (GOLDEN / "files" / "royal.vocab").read_text().splitlines()
    assert vectors.words == [line.split(" ")[0] for line in counts]


def test_our_binary_file_is_the_original_programs_byte_for_byte(tmp_path):
    WordVectors.load(GOLDEN / "files" / "royal.bin").save(tmp_path / "ours", binary=True)
    assert (tmp_path / "ours").read_bytes() == (GOLDEN / "files" / "royal.bin").read_bytes()


def awkward_vectors():
    tiny, huge = np.finfo(np.float32).smallest_subnormal, np.finfo(np.float32).max
    matrix = np.random.default_rng(1).normal(size=(len(ODD_WORDS), 5)).astype(np.float32)
    matrix[0] = [tiny, -tiny, huge, -huge, -0.0]
    return WordVectors(ODD_WORDS, matrix)


@FORMATS
def test_gensim_reads_our_files(tmp_path, binary):
    ours = awkward_vectors()
    ours.save(tmp_path / "ours", binary)
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / "ours"), binary=binary)
    assert theirs.index_to_key == ours.words
    assert theirs.vectors.tobytes() == ours.matrix.tobytes()


@FORMATS
@pytest.mark.parametrize("detect", [False, True])
def test_we_read_gensims_files(tmp_path, binary, detect):
    wanted = awkward_vectors()
    theirs = KeyedVectors(5)
    theirs.add_vectors(wanted.words, wanted.matrix)
    theirs.save_word2vec_format(str(tmp_path / "theirs"), binary=binary)
    ours = WordVectors.load(tmp_path / "theirs", None if detect else binary)
    assert ours.words == wanted.words
    assert ours.matrix.tobytes() == wanted.matrix.tobytes()


def test_gensim_agrees_on_neighbours_and_analogies():
    path = GOLDEN / "files" / "royal.bin"
    ours, theirs = WordVectors.load(path), KeyedVectors.load_word2vec_format(str(path), binary=True)
    for mine, other in [
        (ours.nearest("king", 5), theirs.most_similar("king", topn=5)),
        (ours.analogy("man", "king", "woman", 5), theirs.most_similar(["king", "woman"], ["man"], topn=5)),
    ]:
        assert [word for word, _ in mine] == [word for word, _ in other]
        np.testing.assert_allclose([cosine for _, cosine in mine], [cosine for _, cosine in other], atol=1e-6)


# Our own files


storable_words = st.text(st.characters(codec="utf-8", exclude_characters=" \n"), min_size=1, max_size=8)
float32_numbers = st.floats(width=32, allow_nan=False, allow_infinity=False)
quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FORMATS
@quick
@given(data=st.data())
def test_what_was_saved_is_loaded_bit_for_bit(tmp_path, binary, data):
    words = data.draw(st.lists(storable_words | st.sampled_from(ODD_WORDS), min_size=1, max_size=5, unique=True))
    shape = (len(words), data.draw(st.integers(1, 4)))
    matrix = data.draw(arrays(np.float32, shape, elements=float32_numbers))
    WordVectors(words, matrix).save(tmp_path / "vectors", binary)
    loaded = WordVectors.load(tmp_path / "vectors", binary)
    assert loaded.words == words
    assert loaded.matrix.dtype == np.float32
    assert loaded.matrix.tobytes() == matrix.tobytes()


@FORMATS
@given(matrix=arrays(np.float32, (3, 8), elements=float32_numbers))
@quick
def test_the_format_is_seen_from_the_content(tmp_path, binary, matrix):
    WordVectors("abc", matrix).save(tmp_path / "vectors", binary)
    assert WordVectors.load(tmp_path / "vectors").matrix.tobytes() == matrix.tobytes()


def test_one_number_in_binary_can_look_like_text(tmp_path):
    number = np.frombuffer(b"0.25", "<f4")
    WordVectors(["a"], number[None]).save(tmp_path / "vectors", binary=True)
    assert WordVectors.load(tmp_path / "vectors").matrix == 0.25
    assert WordVectors.load(tmp_path / "vectors", binary=True).matrix == number


def test_wider_numbers_are_rounded_to_float32(tmp_path):
    WordVectors(["a"], [[0.1, 1 / 3]]).save(tmp_path / "vectors")
    assert (tmp_path / "vectors").read_text() == "1 2\na 0.100000001 0.333333343\n"


def test_text_may_end_its_lines_as_others_do(tmp_path):
    for content in (b"2 2\na 1 2 \nb 3 4 \n", b"2 2\r\na 1 2\r\nb 3 4\r\n", b"2\t2 \na +1e0 2.\nb .3E1 4\n\n"):
        np.testing.assert_array_equal(WordVectors.load(stored(tmp_path / "v", content)).matrix, [[1, 2], [3, 4]])


@FORMATS
@pytest.mark.parametrize("word", ["", "new york", "a\nb", "\n", " ", "\ud800"])
def test_a_word_that_cannot_be_stored_spares_the_old_file(tmp_path, binary, word):
    path = stored(tmp_path / "vectors", b"precious")
    with pytest.raises(VectorFileError) as error:
        WordVectors(["fine", word], np.eye(2)).save(path, binary)
    assert repr(word) in str(error.value)
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


@FORMATS
def test_a_number_beyond_float32_spares_the_old_file(tmp_path, binary):
    path = stored(tmp_path / "vectors", b"precious")
    with pytest.raises(SettingError, match="vector of 'b' must be finite in float32"):
        WordVectors(["a", "b"], [[1.0], [1e39]]).save(path, binary)
    assert path.read_bytes() == b"precious"


def test_a_write_that_breaks_off_spares_the_old_file(tmp_path, monkeypatch):
    path = stored(tmp_path / "vectors", b"precious")

    def interrupt(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        WordVectors(["a"], [[1.0]]).save(path)
    assert path.read_bytes() == b"precious"
    assert list(tmp_path.iterdir()) == [path]


def test_saving_replaces_a_file_and_follows_a_link(tmp_path):
    path, link = stored(tmp_path / "vectors", b"old"), tmp_path / "link"
    link.symlink_to(path)
    WordVectors(["a"], [[1.0]]).save(link)
    assert link.is_symlink()
    assert path.read_bytes() == b"1 1\na 1\n"


def test_missing_files_and_folders_are_reported_by_python(tmp_path):
    with pytest.raises(FileNotFoundError):
        WordVectors.load(tmp_path / "missing")
    with pytest.raises(FileNotFoundError):
        WordVectors(["a"], [[1.0]]).save(tmp_path / "missing" / "vectors")


# Hostile files


@FORMATS
@pytest.mark.parametrize("ask", [None, False, True])
def test_a_file_cut_at_any_byte_is_refused(tmp_path, binary, ask):
    content = three_words(tmp_path / "vectors", binary)
    whole = len(content) - binary  # the newline after the last binary vector is not missed: gensim writes none
    for size in range(whole):
        with pytest.raises(VectorFileError, match="vectors: "):
            WordVectors.load(stored(tmp_path / "vectors", content[:size]), ask)
    if ask in (None, binary):
        assert len(WordVectors.load(stored(tmp_path / "vectors", content[:whole]), ask)) == 3


F = np.array([1.0, 2.0], "<f4").tobytes()
NAN = np.array([1.0, math.nan], "<f4").tobytes()


@pytest.mark.parametrize(
    ("content", "binary", "message"),
    [
        (b"", None, "the file is empty"),
        (b"\n", None, r"line 1 must be two whole numbers above 0.* not b'\\n'"),
        (b"1 2", None, "line 1 must be two whole numbers"),
        (b"a 1 2\n", None, "line 1 must be two whole numbers"),
        (b"-1 2\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"1 -2\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"0 2\n", None, "line 1 must be two whole numbers"),
        (b"1 0\na\n", None, "line 1 must be two whole numbers"),
        (b"1 2 3\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"1.0 2\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"1" * 5000 + b" 2\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"\xef\xbb\xbf1 2\na 1 2\n", None, "line 1 must be two whole numbers"),
        (b"3 2\na 1 2\nb 3 4\n", None, "line 1 promises 3 x 2 numbers, 18 bytes or more; 12 follow"),
        (b"3 2\naaaaaaa 1 2\nb 3 4\n", False, "line 4: a word and a space must be here, not b''"),
        (b"2 2\na 1 2\nb 3 4 5\n", None, "line 3: 2 numbers must follow the word, not 3"),
        (b"2 2\na 1 22\nb 33\n", None, "line 3: 2 numbers must follow the word, not 1"),
        (b"2 2\nnew york 1 2\nb 3 4\n", False, "line 2: 2 numbers must follow the word, not 3"),
        (b"2 2\na 1 2\n\nb 3 4\n", None, "line 3: a word and a space must be here"),
        (b"2 2\na 1 2\n 3 4 5\n", None, "line 3: a word and a space must be here"),
        (b"2 2\na 1 2\nb  33 4\n", None, "line 3: 2 numbers must follow the word, not 3"),
        (b"2 2\na 1 2\nb 3 four\n", None, "line 3: number 2 must be a finite float32, not b'four'"),
        (b"2 2\na 1 2\nb 1_0 4\n", None, "line 3: number 1 must be a finite float32, not b'1_0'"),
        (b"2 2\na 1 2\nb 3 nan\n", None, "line 3: number 2 must be a finite float32, not b'nan'"),
        (b"2 2\na 1 2\nb -inf 4\n", None, "line 3: number 1 must be a finite float32, not b'-inf'"),
        (b"2 2\na 1 2\nb 1e39 4\n", None, "line 3: number 1 must be a finite float32, not b'1e39'"),
        (b"2 2\na 1 2\nb 1e999 4\n", None, "line 3: number 1 must be a finite float32, not b'1e999'"),
        (b"2 2\na 1 2\nb 3 4\x00\n", None, r"line 3: number 2 must be a finite float32, not b'4\\x00'"),
        (b"2 2\na 1 2\nb 3 " + b"9" * 99999 + b"x\n", None, "line 3: number 2 must be a finite float32"),
        (b"2 2\na 1 2\nb\xff 3 4\n", None, r"line 3: byte 11 .b'b\\xff '. is not UTF-8"),
        (b"2 2\na 1 2\na 3 4\n", None, "line 3: 'a' is also word 1"),
        (b"2 2\na 1 2\nb 3 4\nc 5 6\n", None, "byte 16: more follows after 2 words"),
        (b"2 2\na 1 2\nb 3 4", None, "line 1 promises|before the newline"),
        (b"2 2\na 1 2\nbbb 3 4", None, "line 3: the file ends .* before the newline"),
        (b"2 2\na 1 x\nb 3 4\n", None, "taken as binary, for it is not text: line 2: number 2 .* not b'x'"),
        (b"2 2\na " + F + b"\nb " + F[:7], None, "word 2 of 2, byte 15.* the file ends inside the 2 numbers"),
        (b"2 2\na " + F + b"\nb " + NAN, True, "word 2 of 2, byte 15: number 2 must be a finite float32, not nan"),
        (b"2 2\na " + F + b"\n\xffb " + F, True, r"byte 15 .b'\\xffb '. is not UTF-8"),
        (b"2 2\na " + F + b"\na " + F, True, "word 2 of 2, byte 15: 'a' is also word 1"),
        (b"2 2\na " + F + b"\nb\nc " + F, True, "word 2 of 2, byte 15: a word and a space must be here"),
        (b"2 2\na " + F + b" " + F + b"bc", True, "word 2 of 2, byte 14: a word and a space must be here"),
        (b"1 2\na " + F + b"\nb " + F, True, "byte 14: more follows after 1 words"),
        (b"1 2\na " + F + b"\n\n", True, "byte 14: more follows"),
    ],
)
def test_a_damaged_file_says_what_is_wrong_and_where(tmp_path, content, binary, message):
    with pytest.raises(VectorFileError, match=message) as error:
        WordVectors.load(stored(tmp_path / "vectors", content), binary)
    assert str(error.value).startswith(f"{tmp_path / 'vectors'}: ")
    assert len(str(error.value)) < 400 + len(str(tmp_path))


def peak_memory(action):
    """Bytes that were in use at the worst moment of an action, whose VectorFileError is expected or forgiven."""
    tracemalloc.start()
    try:
        return action(), tracemalloc.get_traced_memory()[1]
    except VectorFileError:
        return None, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("ask", [None, False, True])
@pytest.mark.parametrize("header", [f"{10**12} 8", f"1 {10**12}", f"{10**12} {10**12}", "9" * 18 + " 1"])
def test_a_boast_reserves_no_memory(tmp_path, header, ask):
    path = stored(tmp_path / "vectors", f"{header}\na 1 2\n".encode())
    result, peak = peak_memory(lambda: WordVectors.load(path, ask))
    assert result is None
    assert peak < 100_000


damages = st.lists(
    st.tuples(st.sampled_from(["cut", "set", "insert", "delete", "repeat"]), st.integers(0, 80), st.binary(max_size=4)),
    min_size=1,
    max_size=4,
)


def damaged(content, damage):
    kind, place, extra = damage
    at = place % (len(content) + 1)
    return {
        "cut": content[:at],
        "set": content[:at] + extra + content[at + len(extra) :],
        "insert": content[:at] + extra + content[at:],
        "delete": content[:at] + content[at + 1 + len(extra) :],
        "repeat": content[:at] + content[at // 2 :],
    }[kind]


@FORMATS
@pytest.mark.parametrize("ask", [None, False, True])
@settings(quick, max_examples=250)
@given(damages=damages)
def test_any_damage_is_seen_or_harmless(tmp_path, binary, ask, damages):
    content = three_words(tmp_path / "vectors", binary)
    for damage in damages:
        content = damaged(content, damage)
    path = stored(tmp_path / "vectors", content)
    result, peak = peak_memory(lambda: WordVectors.load(path, ask))  # any other error fails the test
    assert peak < 1_000_000
    if result is not None:
        assert len(set(result.words)) == len(result) == len(result.matrix) >= 1
        assert result.matrix.dtype == np.float32
        assert np.isfinite(result.matrix).all()
        result.save(path, binary)  # what was loaded can be stored again
        assert WordVectors.load(path, binary).matrix.tobytes() == result.matrix.tobytes()
