"""Two architectures: who predicts whom. Each turns one window into examples (input words, target word).

The hidden vector is always the mean of the input vectors, so skip-gram is CBOW with a single input.
"""


def skip_gram(center: int, context: list[int]) -> list[tuple[list[int], int]]:
    """The center predicts each word of its context, one example a word (eq:skip-gram-examples).

    >>> skip_gram(7, [1, 2])
    [([7], 1), ([7], 2)]
    """
    return [([center], word) for word in context]


def cbow(center: int, context: list[int]) -> list[tuple[list[int], int]]:
    """The whole context together predicts the center, one example a window (eq:cbow-examples).

    >>> cbow(7, [1, 2])
    [([1, 2], 7)]
    """
    return [(context, center)]


ARCHITECTURES = (skip_gram, cbow)
