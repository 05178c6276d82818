"""Answers to the exercises of blocks: right ones in unusual forms, wrong ones with words of their verdict."""

import numpy as np
from sympy import Float, Rational, Sum, Symbol, exp, log, sqrt

from w2v_core import finite_differences
from w2v_core.proofs import V, array, d, indices, sizes

b, m, T = sizes("b m T")
eta, n, h, c = (Symbol(name) for name in ("eta", "n", "h", "c"))
w, p = indices("w", V), array("p", V)
j = Symbol("j", integer=True)


def fold_by_rows(pieces, m):
    """Row by row."""
    t, height, k = pieces.shape
    b = height - 2 * m
    rows = np.zeros((t * b + 2 * m, k))
    for number in range(t):
        for place in range(height):
            rows[number * b + place] += pieces[number, place]
    return rows


def fold_by_matrix(pieces, m):
    """By the transpose of the matrix of zeros and ones that cuts."""
    t, height, k = pieces.shape
    b = height - 2 * m
    places = np.arange(t)[:, None] * b + np.arange(height)
    cut = np.arange(t * b + 2 * m) == places.ravel()[:, None]
    return cut.T @ pieces.reshape(t * height, k)


def fold_with_equals(pieces, m):
    """The last of the overlapping rows stays."""
    t, height, k = pieces.shape
    rows = np.zeros((t * (height - 2 * m) + 2 * m, k))
    for number, piece in enumerate(pieces):
        rows[number * (height - 2 * m) :][:height] = piece
    return rows


def add_sorted(matrix, rows, moves):
    """Equal rows side by side, then sums over them."""
    order = np.argsort(rows, kind="stable")
    found, starts = np.unique(rows[order], return_index=True)
    new = matrix.copy()
    if len(rows):
        new[found] += np.add.reduceat(moves[order], starts)
    return new


def add_by_product(matrix, rows, moves):
    """As a product with a matrix of zeros and ones."""
    return matrix + (np.arange(len(matrix))[:, None] == rows) @ moves


def add_lost(matrix, rows, moves):
    """The trap."""
    new = matrix.copy()
    new[rows] += moves
    return new


def add_in_place(matrix, rows, moves):
    """Changes its argument."""
    np.add.at(matrix, rows, moves)
    return matrix


def safe(kept, rate, examples, questions):
    """By trying one block after the other."""
    f = max(kept) / sum(kept)
    fits = [T for T in range(1, 1025) if rate * T * examples * questions * f * f**0.5 <= 1]
    return max(fits, default=1)


def pairs(words, reach):
    """Places of each example: the word that predicts, its target."""
    for i in range(len(words)):
        for j in range(max(0, i - reach[i]), min(len(words), i + reach[i] + 1)):
            if i != j:
                yield i, j


def by_pairs(W_in, W_out, words, reach, noise, K, *, weight=None, found=pairs, turn=1):
    """Pair by pair, question by question, in bare loops."""
    weight = K / len(noise) if weight is None else weight
    loss, in_W_in, in_W_out = 0.0, 0 * W_in, 0 * W_out
    for i, j in found(words, reach):
        v = W_in[words[i]]
        for row, sign, times in [(words[j], 1, 1), *((row, -1, weight) for row in noise)]:
            score = sign * (W_out[row] @ v)
            push = times * turn * sign * (np.tanh(score / 2) - 1) / 2
            loss += times * np.logaddexp(0, -score)
            in_W_in[words[i]] += push * W_out[row]
            in_W_out[row] += push * v
    return loss, in_W_in, in_W_out


def by_products(W_in, W_out, words, reach, noise, K):
    """Two sets of products: with the targets, and with the noise."""
    apart = abs(np.subtract.outer(np.arange(len(words)), np.arange(len(words))))
    near = (0 < apart) & (apart <= np.array(reach)[:, None])
    H, loss, in_W_in, in_W_out = W_in[words], 0.0, np.zeros(W_in.shape), np.zeros(W_out.shape)
    often = near.sum(axis=1, keepdims=True) * K / len(noise)
    for rows, asked, label in ((words, near, 1), (noise, often, 0)):
        scores = H @ W_out[rows].T
        loss += (asked * np.logaddexp(0, (1 - 2 * label) * scores)).sum()
        errors = asked * ((1 + np.tanh(scores / 2)) / 2 - label)
        np.add.at(in_W_in, words, errors @ W_out[rows])
        np.add.at(in_W_out, rows, errors.T @ H)
    return loss, in_W_in, in_W_out


def of_block(W_in, W_out, words, reach, noise, K, *, many=True, lost=False, wanted=1, diagonal=False, turned=False):
    """In one product; the options are slips."""
    apart = abs(np.arange(len(words))[:, None] - np.arange(len(words)))
    near = apart <= (reach if turned else reach[:, None])
    near = (near if diagonal else near & (apart > 0)) * 1.0
    often = (near.sum(axis=1) if many else np.ones(len(words))) * K / len(noise)
    asked = np.hstack([near, np.repeat(often[:, None], len(noise), axis=1)])
    yes = np.hstack([near, np.zeros((len(words), len(noise)))])
    rows, in_W_in, in_W_out = np.concatenate([words, noise]), 0 * W_in, 0 * W_out
    scores = W_in[words] @ W_out[rows].T
    errors = asked / (1 + np.exp(-np.clip(scores, -700, 700))) - wanted * yes
    for matrix, places, moves in ((in_W_in, words, errors @ W_out[rows]), (in_W_out, rows, errors.T @ W_in[words])):
        if lost:
            matrix[places] += moves
        else:
            np.add.at(matrix, places, moves)
    return (asked * np.logaddexp(0, scores) - yes * scores).sum(), in_W_in, in_W_out


def checked(words, reach, noise, K, *, own=False, parts=(0, 1, 2)):
    """A check with one difference for both matrices."""
    vectors = np.random.default_rng(8).normal(size=(2, 5, 2))
    data = np.array(words), np.array(reach), np.array(noise), K

    def tried(loss):
        return loss(*vectors, *data)[0], *finite_differences(lambda both: loss(*both, *data)[0], vectors)

    right = tried(by_pairs)

    def check(gradients):
        wanted, given = tried(gradients) if own else right, gradients(*vectors.copy(), *data)
        return all(np.abs(given[part] - wanted[part]).max() < 1e-5 for part in parts)

    return check


MINE = [3, 0, 3, 1, 3], [1, 3, 2, 1, 1], [2, 4, 2], 7


def trained(W_in, W_out, text, reach, noise, T, K, rate, gradients=by_pairs):
    """Block by block, with a while."""
    total = 0
    for drawn in noise:
        loss, in_W_in, in_W_out = gradients(W_in, W_out, text[:T], reach[:T], drawn, K)
        W_in, W_out, total = W_in - rate * in_W_in, W_out - rate * in_W_out, total + loss
        text, reach = text[T:], reach[T:]
    return [W_in, W_out, total]


def trained_early(W_in, W_out, text, reach, noise, T, K, rate):
    """W_out first."""
    total = 0
    for k, drawn in enumerate(noise):
        of = text[k * T : k * T + T], reach[k * T : k * T + T], drawn, K
        loss, _, in_W_out = by_pairs(W_in, W_out, *of)
        W_out, total = W_out - rate * in_W_out, total + loss
        W_in = W_in - rate * by_pairs(W_in, W_out, *of)[1]
    return W_in, W_out, total


def trained_still(W_in, W_out, text, reach, noise, T, K, rate):
    """All blocks with the first vectors."""
    total, new_in, new_out = 0, W_in, W_out
    for k, drawn in enumerate(noise):
        of = text[k * T : k * T + T], reach[k * T : k * T + T], drawn, K
        loss, in_W_in, in_W_out = by_pairs(W_in, W_out, *of)
        new_in, new_out, total = new_in - rate * in_W_in, new_out - rate * in_W_out, total + loss
    return new_in, new_out, total


def survivors(p, T):
    """How many moves survive."""
    return Sum(1 - (1 - p[w]) ** T, w)


RIGHT = {
    "ex:count-rows": [[1034, 2064], (1024 + 10, np.ceil(1034 / 40) * 40 + 1024)],
    "ex:count-rows-b": [[6144, 36_864], np.array([6.0, 36.0]) * 1024],
    "ex:tile-use": [
        (m + 1) / (b + 2 * m),
        2 * Sum((m - j + 1) / m, (j, 1, m)) / (2 * m + b),
        1 / ((b + 2 * m) / (1 + m)),
    ],
    "ex:tile-use-b": [sqrt(c / d / 6), exp((log(c) - log(6 * d)) / 2), c / sqrt(6 * c * d)],
    "ex:write-fold": [fold_by_rows, fold_by_matrix],
    "ex:scatter-add": [add_sorted, add_by_product],
    "ex:lost-moves": [1 - survivors(p, T) / T, (Sum((1 - p[w]) ** T - 1, w) + T) / T],
    "ex:lost-moves-b": [0.492, np.float64(0.4919)],
    "ex:hub-bound": [1 - eta * n * h**2 / 4, (2 - h * sqrt(eta * n)) * (2 + h * sqrt(eta * n)) / 4],
    "ex:hub-bound-b": [[10, 0, -1, -2], (10.0, 0.0, -1.0, -2.0)],
    "ex:hub-bound-c": ["no", "No"],
    "ex:hub-trial": [[17, 57], (17.0, 57.0)],
    "ex:safe-block": [safe, lambda *of: np.int64(safe(*of))],
    "ex:block-gradients": [by_pairs, by_products, lambda *of: list(of_block(*of))],
    "ex:block-check": [checked(*MINE), checked([0, 1, 1, 2], [3, 1, 2, 1], [4], 3)],
    "ex:block-trainer": [trained, lambda *of: trained(*of, gradients=of_block)],
    "ex:block-trainer-b": [(1 + m) / T / 2, Sum(2 * j, (j, 1, m)) / (2 * m * T), Rational(1, 2) * (m / T + 1 / T)],
    "ex:block-trainer-c": [[9.139, 14.03], (9.14, 14.0)],
}

WRONG = {
    "ex:count-rows": [
        ([1024, 2064], "m more on each side"),
        ([1034, 2024], "26 groups"),
        ([1034, 1040], "rows of W_out, too"),
        ([2064, 1034], "0 of 2"),
    ],
    "ex:count-rows-b": [
        ([6144, 30_720], "target of an example"),
        ([1024, 36_864], "again"),
        ([6, 36], "for one target"),
        (43_008, "shape"),
    ],
    "ex:tile-use": [
        (2 * m / (b + 2 * m), "always m wide"),
        ((m + 1) / 2 / (b + 2 * m), "one side"),
        ((m + 1) / b, "m more words"),
        (1 - (m + 1) / (2 * m + b), "thrown away"),
        ((b + 2 * m) / (m + 1), "upside down"),
        (m / b, "Try it"),
    ],
    "ex:tile-use-b": [
        (c / (6 * d), "square root"),
        (sqrt(c / (3 * d)), "6, not 3"),
        (sqrt(c / d), "forgotten"),
        (sqrt(6 * d / c), "upside down"),
        (log(c / d), "Try it"),
    ],
    "ex:write-fold": [
        (fold_with_equals, "overwritten"),
        (lambda pieces, m: fold_by_rows(pieces, m) / fold_by_rows(0 * pieces + 1, m), "averaged"),
        (lambda pieces, m: pieces.reshape(-1, pieces.shape[2]), "side by side"),
        (lambda pieces, m: pieces[:, m:-m].reshape(-1, pieces.shape[2]), "edges"),
        (lambda pieces, m: -fold_by_rows(pieces, m), "The sign"),
    ],
    "ex:scatter-add": [
        (add_lost, "once only"),
        (lambda matrix, rows, moves: add_lost(0 * matrix, rows, moves) + matrix, "once only"),
        (lambda matrix, rows, moves: np.array([*moves, *matrix])[: len(matrix)], ""),
        (lambda *of: add_by_product(*of) - of[0], "without the matrix"),
        (add_in_place, "changes its arguments"),
    ],
    "ex:lost-moves": [
        (survivors(p, T) / T, "survives"),
        (survivors(p, T), "different words"),
        (T - survivors(p, T), "divide by T"),
        (1 - Sum((1 - p[w]) ** T, w) / T, "not to occur"),
        (1 - Sum(p[w] * (1 - (1 - p[w]) ** T), w), "not all of them"),
        (Sum((1 - p[w]) ** T, w), "Try it"),
    ],
    "ex:lost-moves-b": [(0.508, "survives"), (0.1163, "equal probability"), (0.6, "Too large"), (0.3, "Too small")],
    "ex:hub-bound": [
        (1 - eta * n * h**2, "a quarter"),
        (1 - eta * n * h / 4, "counts twice"),
        (eta * n * h**2 / 4, "one minus that"),
        (1 - eta * h**2 / 4, "All n questions"),
        (1 + eta * n * h**2 / 4, "uphill"),
        (1 - eta * n * h**2 * Float(0.3), "Try it"),
    ],
    "ex:hub-bound-b": [
        ([20, 0, -1, -2], "half of it"),
        ([20, 0.5, 0, -0.5], "square"),
        ([10, 0, 1, 2], "2 of 4"),
        ([10, 20, 30], "shape"),
    ],
    "ex:hub-bound-c": [("yes", ""), (1, "quotes")],
    "ex:hub-trial": [([40, 57], "the longer one"), ([26, 57], "2.25"), ([17, 58], "first n"), ([17, 64], "1 of 2")],
    "ex:safe-block": [
        (lambda kept, *of: safe([max(kept), 1 - max(kept)], *of), "a share"),
        (lambda kept, rate, e, a: max(1, int(min(1024, sum(kept) / max(kept) / (rate * e * a)))), "3/2"),
        (lambda kept, rate, e, a: max(1, int((sum(kept) / max(kept)) ** 1.5 / (rate * e * a))), "at most 1024"),
        (lambda kept, rate, e, a: int(min(1024, (sum(kept) / max(kept)) ** 1.5 / (rate * e * a))), "at least one"),
        (lambda kept, rate, e, a: safe(kept, rate, e, 1), "questions"),
        (lambda kept, rate, e, a: safe(kept, rate, 1, a), "examples"),
        (lambda kept, rate, e, a: safe(kept, 1, e, a), "rate"),
    ],
    "ex:block-gradients": [
        (lambda *of: by_pairs(*of, weight=1), "K/S times"),
        (lambda *of: of_block(*of, many=False), "as many times"),
        (lambda *of: of_block(*of, turned=True), "reach of row i"),
        (lambda *of: of_block(*of, diagonal=True), "own window"),
        (lambda *of: of_block(*of, lost=True), "moves twice"),
        (lambda *of: of_block(*of, wanted=0), "wanted yes"),
        (lambda *of: by_pairs(*of, turn=-1), "sign of the errors"),
        (lambda *of: [one / len(of[2]) for one in by_pairs(*of)], "mean over the block"),
        (lambda *of: by_pairs(*of)[1:], ""),
    ],
    "ex:block-check": [
        (checked(*MINE, own=True), "loss of your own"),
        (checked(*MINE[:3], 3), "S = K"),
        (checked([0, 1, 2], [2, 1, 1], [3], 5), "twice in your data"),
        (checked(MINE[0], [2] * 5, *MINE[2:]), "equally far"),
        (checked([2, 2], [1, 2], [3], 5), "one example only"),
        (checked(*MINE, parts=(1, 2)), "loss is not checked"),
        (checked(*MINE, parts=(0, 2)), "W_in is not checked"),
        (checked(*MINE, parts=(0, 1)), "W_out is not checked"),
        (lambda gradients: True, "accepts everything"),
        (lambda gradients: False, "refuses what is right"),
    ],
    "ex:block-trainer": [
        (lambda *of: trained(*of[:4], of[4][: len(of[2]) // of[5]], *of[5:]), "shorter"),
        (trained_still, "first vectors"),
        (trained_early, "moved first"),
        (lambda *of: trained(*of[:-1], -of[-1]), "uphill"),
        (lambda *of: trained(*of, gradients=lambda *of: of_block(*of, lost=True)), "moves twice"),
        (lambda *of: trained(*of, gradients=lambda *of: by_pairs(*of, weight=1)), "K/S times"),
        (lambda *of: trained(*of)[:2], ""),
    ],
    "ex:block-trainer-b": [
        (1 - (m + 1) / (2 * T), "that is left"),
        (m * (m + 1) / T, "divide by"),
        ((m + 1) / (4 * T), "two ends"),
        (m / T, "m - 1"),
        (2 * T / (m + 1), "upside down"),
    ],
    "ex:block-trainer-c": [
        ([14.03, 9.139], "exchanged"),
        ([3655.8, 5610.9], "divide by their number"),
        ([9.139, 9.139], "1 of 2"),
        (9.139, "shape"),
    ],
}
