"""Words and their counts as settings of a widget."""

from w2v_core.errors import SettingError, positive_integer

LARGEST_COUNT = 1_000_000_000


def checked_words(words, counts, most):
    """The words and counts, if they are from 2 to `most` different words that fit on a line, with a count each.

    >>> checked_words(["tea", "sand"], [3, 1], most=9)
    {'words': ['tea', 'sand'], 'counts': [3, 1]}
    """
    V = len(words)
    if not 2 <= V <= most:
        raise SettingError(f"words must be from 2 to {most} words, not {V}.")
    for one in words:
        if not isinstance(one, str) or one != one.strip() or len(one.splitlines()) != 1:
            raise SettingError(f"words must be strings of one line, without spaces around them, not {one!r}.")
    if len(set(words)) < V:
        raise SettingError(f"words must differ, and {max(words, key=words.count)!r} is there more than once.")
    if len(counts) != V:
        raise SettingError(f"counts must hold {V} numbers for {V} words, not {len(counts)}.")
    counts = [positive_integer(f"the count of {one!r}", count) for one, count in zip(words, counts, strict=True)]
    if max(counts) > LARGEST_COUNT:
        raise SettingError(f"counts must be at most {LARGEST_COUNT}, not {max(counts)}.")
    return {"words": words, "counts": counts}
