"""Words and their counts as settings: what Python refuses, and what a reader may type."""

import re

import pytest
from node import call
from widget_fixtures import FOLDER, HOSTILE

from w2v_core.errors import SettingError
from w2v_core.widgets.words import checked_words


@pytest.mark.parametrize(
    ("words", "counts", "message"),
    [
        (["tea"], [1], "words must be from 2 to 5 words, not 1"),
        (list("abcdef"), [1] * 6, "not 6"),
        (["tea", "tea"], [1, 2], "'tea' is there more than once"),
        (["tea", " milk"], [1, 2], "without spaces around them, not ' milk'"),
        (["tea", "mi\nlk"], [1, 2], "strings of one line"),
        (["tea", 5], [1, 2], "strings of one line"),
        (["tea", "milk"], [1], "counts must hold 2 numbers for 2 words, not 1"),
        (["tea", "milk"], [1, 0], "the count of 'milk' must be a whole number of at least 1, not 0"),
        (["tea", "milk"], [1, 1.5], "the count of 'milk'"),
        (["tea", "milk"], [1, 10**9 + 1], "at most 1000000000"),
    ],
)
def test_words_that_cannot_be_counted_are_refused(words, counts, message):
    with pytest.raises(SettingError, match=re.escape(message)):
        checked_words(words, counts, most=5)


def read(texts, most):
    return call(FOLDER / "words.mjs", [["wordsAndCounts", text, most] for text in texts])


def test_a_text_is_read_as_lines_with_a_number_at_their_end():
    texts = {
        "tea 5\r\n\n  black   tea 7 ": {"words": ["tea", "black tea"], "counts": [5, 7]},
        "7 5\n5 7": {"words": ["7", "5"], "counts": [5, 7]},
        "__proto__ 1\nconstructor 1000000000": {"words": ["__proto__", "constructor"], "counts": [1, 10**9]},
        "\n".join(f"{word} 2" for word in HOSTILE): {"words": HOSTILE, "counts": [2] * 5},
    }
    assert read(texts, most=5) == list(texts.values())


def test_a_text_with_a_mistake_is_explained():
    texts = {
        "": "Write two words at least: one word leaves nothing to decide.",
        "  \n\n": "Write two words at least: one word leaves nothing to decide.",
        "tea 5": "Write two words at least: one word leaves nothing to decide.",
        "tea 5\nmilk": "Line 2: write a word and its count, for example “tea 5”.",
        "tea 5\nmilk many": "Line 2: after “milk” write a whole number from 1 to 1,000,000,000.",
        "tea 0\nmilk 4": "Line 1: after “tea” write a whole number from 1 to 1,000,000,000.",
        "tea 5\n\nmilk -4": "Line 3: after “milk” write a whole number from 1 to 1,000,000,000.",
        "tea 5\nmilk 2.5": "Line 2: after “milk” write a whole number from 1 to 1,000,000,000.",
        "tea 5\nmilk 1000000001": "Line 2: after “milk” write a whole number from 1 to 1,000,000,000.",
        "tea 5\nmilk 4\ntea 3": "Line 3: “tea” is already there; give each word one line.",
        "word " * 5000: f"Line 1: after “{'word ' * 4}…” write a whole number from 1 to 1,000,000,000.",
        "w" * 100_000: "Line 1: write a word and its count, for example “tea 5”.",
        "\n".join(f"w{n} {n + 1}" for n in range(5001)): "These are 5,001 words; 5,000 are the most.",
    }
    assert read(texts, most=5000) == [{"problem": problem} for problem in texts.values()]
